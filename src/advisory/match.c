#include "advisory/match.h"

#include "model/version/span.h"

struct matching {
    struct db *db;
    const struct package *p;
    struct arena *a;
    struct matches *out;
    const struct advisory_name *name; /* the one at hand */
    struct str version;               /* the binary package's, or its source's */
    bool binary;                      /* which of the two it is */
    bool asked;                       /* there is no version, but a constraint: its span */
    struct version_span span;
    uint32_t highest; /* of the vulnerabilities so far */
};

static int full(struct err *e)
{
    return err_set(e, ERR_LIMIT, "too many advisories about one package");
}

/* ---- one statement ---- */

/* "1:16.20.2-3.module_el8" up to the first dot, without the epoch. */
static struct str major_of(struct str version)
{
    struct str epoch, rest, major, minor;

    if (str_split(version, ':', &epoch, &rest))
        version = rest;
    str_split(version, '.', &major, &minor);
    return major;
}

/* Modular packages exist in several streams side by side: a fix for one says nothing about the others. Where
 * the statement does not name its stream, its fixed version does: a modular build of the same major version.
 */
static bool is_of_module(const struct matching *m, const struct db_statement *s)
{
    const struct str mark = STR(".module");
    bool modular = m->p->module.n || str_has(m->version, mark);
    struct str stream, rest;

    if (s->module.n && m->p->module.n) { /* nodejs:18:8060020230... */
        str_split(m->p->module, ':', &stream, &rest);
        str_split(rest, ':', &rest, &stream);
        return str_starts(m->p->module, s->module) || str_eq(s->module, rest);
    }
    for (size_t i = 0; i < s->n_event; i++)
        if (s->event[i].kind == EVENT_FIXED && str_has(s->event[i].version, mark))
            return modular && str_eq(major_of(s->event[i].version), major_of(m->version));
    return true;
}

static bool concerns(const struct matching *m, const struct db_statement *s)
{
    if (s->arch.n && m->p->arch.n && !str_eq(s->arch, m->p->arch))
        return false;
    if (!m->name->distribution)
        return true;
    bool about_binary = s->binary || m->name->plain_binary;
    return about_binary == m->binary && is_of_module(m, s);
}

/* The same of every version that a manifest lets through: affected when all are, and not when none is. */
static enum tri is_span_within(const struct matching *m, const struct db_statement *s)
{
    enum tri in = s->n_event || s->versions.n ? NO : YES;

    if (s->n_event)
        in = version_span_in_range(m->name->scheme, &m->span, s->event, s->n_event);
    for (size_t i = 0; in == NO && i < s->versions.n; i++)
        if (version_span_has(m->name->scheme, &m->span, s->versions.p[i]) != NO)
            in = UNKNOWN;
    return in;
}

static enum tri is_within(const struct matching *m, const struct db_statement *s)
{
    enum tri in = s->n_event || s->versions.n ? NO : YES;

    if (m->asked)
        return is_span_within(m, s);
    if (s->n_event)
        in = version_in_range(m->name->scheme, m->version, s->event, s->n_event);
    for (size_t i = 0; in != YES && i < s->versions.n; i++) {
        int order;
        if (str_eq(s->versions.p[i], m->version) ||
            (version_compare(m->name->scheme, s->versions.p[i], m->version, &order) == 0 && order == 0))
            in = YES;
    }
    return in;
}

/* The lowest version that fixes it and is above the installed one, or above the least that would do. */
static struct str fix_of(const struct matching *m, const struct db_statement *s)
{
    struct str best = STR_NONE, from = m->asked ? version_bound(&m->span.least) : m->version;
    int order;

    for (size_t i = 0; i < s->n_event; i++) {
        struct str v = s->event[i].version;
        bool above = from.n ? version_compare(m->name->scheme, v, from, &order) == 0 && order > 0 : m->asked;
        if (s->event[i].kind != EVENT_FIXED || !above)
            continue;
        if (!best.n || (version_compare(m->name->scheme, v, best, &order) == 0 && order < 0))
            best = v;
    }
    return best;
}

/* ---- together ---- */

static struct match *place_of(struct matching *m, uint32_t vuln)
{
    struct matches *out = m->out;

    /* advisories of one publisher come in the order of their vulnerabilities: mostly it is a new one */
    for (size_t i = out->n && vuln <= m->highest ? out->n : 0; i-- > 0;)
        if (out->p[i].vuln == vuln)
            return &out->p[i];
    m->highest = vuln > m->highest ? vuln : m->highest;
    if (!arena_grow(m->a, &out->p, out->n, &out->cap, sizeof *out->p))
        return NULL;
    out->p[out->n] = (struct match){ .vuln = vuln, .answer = ANSWER_FIXED };
    return &out->p[out->n++];
}

/* Does the new answer replace the one that is there? Not affected, when said, is said by who looked. */
static bool outweighs(const struct match *have, enum answer now, bool fresh)
{
    static const int weight[] = {
        [ANSWER_FIXED] = 0, [ANSWER_UNKNOWN] = 1, [ANSWER_AFFECTED] = 2, [ANSWER_NOT_AFFECTED] = 3
    };

    return fresh || weight[now] > weight[have->answer];
}

static bool is_later(const struct matching *m, struct str a, struct str b)
{
    int order;

    return version_compare(m->name->scheme, a, b, &order) == 0 && order > 0;
}

/* Who has several advisories about one vulnerability is safe from the last one's fix on. */
static void affect(const struct matching *m, struct match *to, struct str fixed, bool again)
{
    if (again && (!fixed.n || (to->fixed.n && !is_later(m, fixed, to->fixed))))
        return;
    to->fixed = fixed;
    to->subscribers = m->name->subscribers;
}

static int take(struct matching *m, const struct db_statement *s, uint32_t vuln, enum answer now,
                struct err *e)
{
    size_t had = m->out->n;
    struct match *to = place_of(m, vuln);

    if (!to)
        return full(e);
    bool fresh = m->out->n > had, again = !fresh && to->answer == ANSWER_AFFECTED && now == ANSWER_AFFECTED;
    /* a subscribers' channel only tells where a fix is: who lacks it is affected by the release's own word */
    if (m->name->subscribers && !fresh && (now == ANSWER_FIXED || to->answer == ANSWER_FIXED)) {
        to->answer = ANSWER_FIXED;
        return 0;
    }
    if (!again && !outweighs(to, now, fresh))
        return 0;
    if (!again) {
        to->answer = now;
        to->says = s->says;
        to->advisory = s->advisory;
        to->severity = s->severity;
        to->cvss = (struct strs){ arena_array(m->a, struct str, s->cvss.n + 1), s->cvss.n };
        if (!to->cvss.p)
            return full(e);
        for (size_t i = 0; i < s->cvss.n; i++)
            ((struct str *)(uintptr_t)to->cvss.p)[i] = s->cvss.p[i];
    }
    if (now == ANSWER_AFFECTED || (now == ANSWER_UNKNOWN && m->asked))
        affect(m, to, fix_of(m, s), again);
    return 0;
}

static enum answer answer_of(const struct matching *m, const struct db_statement *s)
{
    enum tri in = is_within(m, s);

    if (in == UNKNOWN)
        return ANSWER_UNKNOWN;
    if (in == NO)
        return ANSWER_FIXED;
    return s->says == SAYS_NOT_AFFECTED ? ANSWER_NOT_AFFECTED : ANSWER_AFFECTED;
}

static int take_statement(struct matching *m, const struct db_statement *s, struct err *e)
{
    struct db_about about;
    uint32_t vuln;
    int r;

    if (!concerns(m, s))
        return 0;
    enum answer now = answer_of(m, s);
    if (db_about(m->db, s->advisory, &about, e) < 0)
        return -1;
    while ((r = db_about_next(&about, &vuln, e)) > 0)
        if (take(m, s, vuln, now, e) < 0)
            return -1;
    return r;
}

static int look_up(struct matching *m, int64_t ecosystem, struct str name, struct err *e)
{
    AUTO_WALK struct db_walk w = { 0 };
    struct db_statement s;
    int r = db_find(m->db, ecosystem, name, &w, e);

    while (r > 0 && (r = db_next(&w, &s, e)) > 0)
        if (take_statement(m, &s, e) < 0)
            return -1;
    return r;
}

static int look_up_names(struct matching *m, int64_t ecosystem, struct err *e)
{
    const struct advisory_name *n = m->name;

    m->out->known = true;
    m->version = n->version;
    m->binary = true;
    m->asked = !n->distribution && version_span(n->scheme, package_asked(m->p), &m->span);
    m->out->asked |= m->asked;
    if (look_up(m, ecosystem, n->name, e) < 0)
        return -1;
    if (!n->distribution)
        return 0;
    m->version = n->source_version;
    m->binary = false;
    return look_up(m, ecosystem, n->source, e);
}

/* All ecosystems of the database that the name means. */
static int look_up_ecosystems(struct matching *m, struct err *e)
{
    struct db_summary sum;
    struct str eco;
    int64_t exact = db_ecosystem(m->db, m->name->ecosystem);

    if (exact >= 0 && look_up_names(m, exact, e) < 0)
        return -1;
    db_summarise(m->db, &sum);
    for (uint64_t i = 0; m->name->prefix && i < sum.ecosystems; i++) {
        if (db_ecosystem_at(m->db, i, &eco, e) < 0)
            return -1;
        if (str_starts(eco, m->name->ecosystem) && eco.n > m->name->ecosystem.n &&
            memchr(":.", eco.p[m->name->ecosystem.n], 2) && look_up_names(m, (int64_t)i, e) < 0)
            return -1;
    }
    return 0;
}

static int by_vuln(const void *x, const void *y)
{
    const struct match *a = x, *b = y;

    return a->vuln < b->vuln ? -1 : a->vuln > b->vuln;
}

int match_package(struct db *db, const struct package *p, const struct advisory_name *names, size_t n,
                  struct arena *a, struct matches *out, struct err *e)
{
    struct matching m = { .db = db, .p = p, .a = a, .out = out };

    *out = (struct matches){ 0 };
    for (size_t i = 0; i < n; i++) {
        m.name = &names[i];
        if (look_up_ecosystems(&m, e) < 0)
            return -1;
    }
    if (out->n)
        qsort(out->p, out->n, sizeof *out->p, by_vuln);
    return 0;
}
