#include "scan/policy.h"

#include "core/map.h"
#include "doc/doc.h"
#include "io/fs.h"
#include "model/purl.h"

#include <ctype.h>
#include <fcntl.h>

enum { FILE_MOST = 1 << 20, BASELINE_MOST = 256 << 20, HASH_LEAST = 12 };

struct decision {
    struct str what, package, element, until, reason;
};

static bool valid_date(struct str d)
{
    return d.n == 10 && d.p[4] == '-' && d.p[7] == '-';
}

/* "secret:HASH" instead of a check: this one secret, wherever it is. */
static bool is_fingerprint(struct str check)
{
    return str_starts(check, STR("secret:"));
}

static bool is_long_enough(struct str fingerprint)
{
    struct str hash = str_skip(fingerprint, sizeof "secret:" - 1);

    for (size_t i = 0; i < hash.n; i++)
        if (!isxdigit((unsigned char)hash.p[i]))
            return false;
    return hash.n >= HASH_LEAST;
}

/* A package URL may have a "#": one that begins a word begins the reason. */
static void split_reason(struct str line, struct str *words, struct str *reason)
{
    *words = line;
    *reason = STR_NONE;
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] == '#' && (!i || line.p[i - 1] == ' ' || line.p[i - 1] == '\t')) {
            *words = str_first(line, i);
            *reason = str_skip(line, i + 1);
            return;
        }
}

static int parse_decision(struct str line, struct decision *d, struct err *e)
{
    struct str words, reason, word;

    *d = (struct decision){ 0 };
    split_reason(line, &words, &reason);
    d->reason = str_trim(reason);
    words = str_trim(words);
    while (str_cut(&words, ' ', &word)) {
        if (!word.n)
            continue;
        if (str_starts(word, STR("until="))) {
            d->until = str_skip(word, 6);
            if (!valid_date(d->until))
                return err_set(e, ERR_FORMAT, "until wants YYYY-MM-DD");
        } else if (!d->what.n) {
            d->what = word;
        } else if (!d->package.n && str_starts(word, STR("pkg:"))) {
            d->package = word;
        } else if (!d->element.n) {
            d->element = word;
        } else {
            return err_set(e, ERR_FORMAT, "more than WHAT, PACKAGE and ELEMENT");
        }
    }
    if (is_fingerprint(d->what) && !is_long_enough(d->what))
        return err_set(e, ERR_FORMAT, "secret: wants at least %d hex digits of a fingerprint", HASH_LEAST);
    return d->what.n && !d->reason.n ? err_set(e, ERR_FORMAT, "no reason: write \"# why\" behind it") : 0;
}

static bool is_called(const struct vulnerability *v, struct str id)
{
    for (size_t i = 0; i < v->aliases.n; i++)
        if (str_eq(v->aliases.p[i], id))
            return true;
    return str_eq(v->id, id);
}

static bool is_about(const struct decision *d, const struct finding *f)
{
    AUTO_ARENA struct arena a = ARENA(1u << 20); /* what a package URL is read into */
    const struct vulnerability *v = f->vulnerability;

    if (d->package.n && (!v || !purl_covers(&a, d->package, v->purl)))
        return false;
    if (str_eq(d->what, str_of(f->check->id)))
        return true;
    return v &&
           (str_starts(d->what, STR("pkg:")) ? purl_covers(&a, d->what, v->purl) : is_called(v, d->what));
}

static bool has_fingerprint(const struct finding *f, struct str fingerprint)
{
    struct str hash = str_skip(fingerprint, sizeof "secret:" - 1);

    return hash.n <= f->fingerprint.n && str_eq_nocase(str_first(f->fingerprint, hash.n), hash);
}

static bool concerns(const struct decision *d, const struct model *m, const struct finding *f)
{
    struct str name = m->element.p[f->element].name;

    if (is_fingerprint(d->what) ? !has_fingerprint(f, d->what) : !is_about(d, f))
        return false;
    if (!d->element.n)
        return true;
    if (d->element.p[d->element.n - 1] == '*')
        return str_starts(name, str_first(d->element, d->element.n - 1));
    return str_eq(d->element, name);
}

static void decide(struct model *m, const struct decision *d)
{
    for (size_t i = 0; i < m->finding.n; i++) {
        struct finding *f = &m->finding.p[i];
        if (f->state != STATE_OPEN || !concerns(d, m, f))
            continue;
        f->state = STATE_ACCEPTED;
        f->accepted_why = arena_str(&m->arena, d->reason);
    }
}

int policy_accept(struct model *m, const char *path, struct err *e)
{
    AUTO_BUF struct buf text = BUF(FILE_MOST);
    struct str rest, line;

    if (fs_read(AT_FDCWD, path, false, FILE_MOST, &text, e) < 0)
        return -1;
    rest = buf_view(&text);
    for (unsigned n = 1; str_cut(&rest, '\n', &line); n++) {
        struct decision d;
        struct err why;
        line = str_trim(line);
        if (!line.n || line.p[0] == '#')
            continue;
        if (parse_decision(line, &d, &why) < 0)
            model_incomplete(m, str_of(path), "line %u does not count: %s", n, why.text);
        else if (d.until.n && str_cmp(str_first(m->time, 10), d.until) > 0)
            model_incomplete(m, str_of(path), "line %u ran out on " STR_FMT, n, STR_ARG(d.until));
        else
            decide(m, &d);
    }
    return 0;
}

int policy_parse_fail_on(struct str text, struct fail_on *out, struct err *e)
{
    struct str rest = text, word;

    *out = (struct fail_on){ 0 };
    while (text.n && str_cut(&rest, ',', &word)) {
        out->any = true;
        if (str_eq(word, STR("kev")))
            out->kev = true;
        else if (str_eq(word, STR("unknown")))
            out->unknown = true;
        else if (str_eq(word, STR("incomplete")))
            out->incomplete = true;
        else if (str_eq(word, STR("new")))
            out->fresh = true;
        else if (severity_parse(word, &out->severity))
            out->by_severity = true;
        else
            return err_set(e, ERR_USAGE,
                           "--fail-on takes severities, kev, unknown, incomplete and new, not \"" STR_FMT
                           "\"",
                           STR_ARG(word));
    }
    return 0;
}

/* The ids of findings that were open in a report, and the fingerprints of secrets: whoever takes a secret out of one
 * of its places has not made a new one, although it goes by another place now. */
static int read_baseline(const char *path, struct arena *a, struct map *ids, struct err *e)
{
    AUTO_BUF struct buf text = BUF(BASELINE_MOST);
    struct doc *root;

    if (!path)
        return err_set(e, ERR_USAGE, "--fail-on new needs --baseline REPORT.json");
    if (fs_read(AT_FDCWD, path, false, BASELINE_MOST, &text, e) < 0)
        return -1;
    if (doc_json(buf_view(&text), a, &root, e) < 0)
        return err_wrap(e, "%s", path);
    if (!str_eq(doc_text(doc_get(root, "schema")), STR("scantling/report/1")))
        return err_set(e, ERR_FORMAT, "%s: not a report of scantling", path);
    DOC_EACH (doc_get(root, "findings"), f)
        if (str_eq(doc_text(doc_get(f, "state")), STR("open")) &&
            (!map_put(ids, doc_text(doc_get(f, "id")), NULL) ||
             !map_put(ids, doc_text(doc_get(f, "fingerprint")), NULL)))
            return err_set(e, ERR_LIMIT, "out of memory");
    return 0;
}

static int count_new(const struct model *m, const char *baseline, size_t *n, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA((size_t)4 << 30);
    AUTO_MAP struct map ids = MAP;

    if (read_baseline(baseline, &a, &ids, e) < 0)
        return -1;
    *n = 0;
    for (size_t i = 0; i < m->finding.n; i++) {
        const struct finding *f = &m->finding.p[i];
        *n += f->state == STATE_OPEN && !map_get(&ids, str_of(f->id)) &&
              !(f->fingerprint.n && map_get(&ids, f->fingerprint));
    }
    return 0;
}

static int fails(struct err *why, size_t n, const char *what)
{
    err_set(why, ERR_NONE, "%zu %s", n, what);
    return 1;
}

int policy_fails(const struct model *m, const struct fail_on *f, const char *baseline, struct err *why)
{
    size_t worse = 0, kev = 0, unknown = 0, fresh = 0;

    for (size_t i = 0; i < m->finding.n; i++) {
        const struct finding *at = &m->finding.p[i];
        worse += at->state == STATE_OPEN && at->severity >= f->severity;
        kev += at->state == STATE_OPEN && at->vulnerability && at->vulnerability->kev;
        unknown += at->state == STATE_UNKNOWN;
    }
    if (f->fresh && count_new(m, baseline, &fresh, why) < 0)
        return -1;
    if (f->by_severity && worse)
        return fails(why, worse, "open findings of the severity asked for, or worse");
    if (f->kev && kev)
        return fails(why, kev, "open vulnerabilities that are known to be exploited");
    if (f->unknown && unknown)
        return fails(why, unknown, "unknown");
    if (f->incomplete && m->incomplete.n)
        return fails(why, m->incomplete.n, "things could not be looked at");
    return fresh ? fails(why, fresh, "new findings") : 0;
}
