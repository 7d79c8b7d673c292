/* feed_builtin.c - the set of advisories that belongs to this project: data/advisories/NAME.yaml, facts in
 * our own words, one file a family of products.
 *
 *   schema: scantling/advisories/1
 *   as_of: 2026-11-25                          when the facts were gathered: `modified` of each
 *   products:
 *     - packages: [Go example.org/hull, generic hull]        ecosystem, blank, name: all that have these
 * versions advisories:
 *         - id: CVE-2030-0001
 *           title: what is wrong, one line
 *           severity: high
 *           cvss: CVSS:3.1/...                 the vector as published; optional
 *           exploited: 2030-02-01              since when it is known to be; optional
 *           ransomware: true                   optional
 *           affected: {0: 1.2.4, 1.3.0: 1.3.1, 2.0.0: ~, 3.0: '<=3.1'}
 *                                              introduced: fixed; ~ no fix; <= the last that is affected
 *           stops: what stops it by configuration, one line; optional
 *
 * Each pair of `affected` is a row of its own, for the order of an ecosystem may let pairs overlap. */
#include "advisory/feed.h"
#include "doc/doc.h"

struct set {
    struct arena *arena;
    struct feed_sink *to;
    struct str as_of;
};

static bool recognises(struct str path, struct str start)
{
    return str_ends(path, STR(".yaml")) && str_has(start, STR("schema: scantling/advisories/1\n"));
}

static int at_line(struct err *e, const struct doc *d, const char *what)
{
    return err_set(e, ERR_FORMAT, "line %u: %s", d->line, what);
}

/* "introduced: fixed", "introduced: ~" or "introduced: '<=last'" */
static int read_pair(const struct doc *d, struct version_event *out, size_t *n, struct err *e)
{
    struct str until = doc_scalar(d);

    if (d->kind != DOC_NULL && d->kind != DOC_TEXT && d->kind != DOC_NUMBER)
        return at_line(e, d, "affected wants \"introduced: fixed\"");
    if (!d->key.n)
        return at_line(e, d, "affected has a range without a start");
    out[0] = (struct version_event){ EVENT_INTRODUCED, d->key };
    *n = 1;
    if (d->kind == DOC_NULL)
        return 0;
    bool last = str_starts(until, STR("<="));
    out[1] =
        (struct version_event){ last ? EVENT_LAST_AFFECTED : EVENT_FIXED, str_skip(until, last ? 2 : 0) };
    *n = 2;
    return out[1].version.n ? 0 : at_line(e, d, "affected has a range with an empty end");
}

static int read_package(const struct doc *name, struct affected *out, struct err *e)
{
    *out = (struct affected){ .says = SAYS_AFFECTED };
    if (!str_split(doc_text(name), ' ', &out->ecosystem, &out->name) || !out->ecosystem.n || !out->name.n)
        return at_line(e, name, "a package is an ecosystem, a blank and a name");
    return 0;
}

/* A row for each package and pair. */
static int read_rows(struct set *s, const struct doc *packages, const struct doc *pairs,
                     struct affected **rows, size_t *n, struct err *e)
{
    size_t most = (size_t)packages->n * pairs->n;
    struct version_event *events = arena_array(s->arena, struct version_event, most * 2);

    *rows = arena_array(s->arena, struct affected, most);
    *n = 0;
    if (!events || !*rows)
        return err_set(e, ERR_LIMIT, "larger than a set of advisories may be");
    DOC_EACH (packages, name) {
        struct affected like;
        if (read_package(name, &like, e) < 0)
            return -1;
        DOC_EACH (pairs, pair) {
            like.event = events;
            if (read_pair(pair, events, &like.n_event, e) < 0)
                return -1;
            events += 2;
            (*rows)[(*n)++] = like;
        }
    }
    return 0;
}

static int read_advisory(struct set *s, const struct doc *packages, const struct doc *d, struct err *e)
{
    const struct doc *pairs = doc_get(d, "affected");
    struct str cvss = doc_text(doc_get(d, "cvss"));
    struct advisory a = { .id = doc_text(doc_get(d, "id")),
                          .source = STR("scantling"),
                          .title = doc_text(doc_get(d, "title")),
                          .modified = s->as_of,
                          .cvss = { &cvss, cvss.n != 0 },
                          .severity = doc_text(doc_get(d, "severity")),
                          .stops = doc_text(doc_get(d, "stops")),
                          .kev_added = doc_text(doc_get(d, "exploited")),
                          .kev_ransomware = doc_true(doc_get(d, "ransomware")) };
    struct affected *rows;
    size_t n;

    if (!a.id.n || !a.title.n || !a.severity.n)
        return at_line(e, d, "an advisory wants id, title and severity");
    if (!pairs || pairs->kind != DOC_OBJECT || !pairs->n)
        return at_line(e, d, "an advisory wants what is affected");
    if (read_rows(s, packages, pairs, &rows, &n, e) < 0)
        return err_wrap(e, STR_FMT, STR_ARG(str_first(a.id, 80)));
    return s->to->advisory(s->to, &a, rows, n, e);
}

static int read_set(const struct feed_input *in, struct feed_sink *to, struct err *e)
{
    AUTO_ARENA struct arena arena = ARENA(64u << 20);
    struct set s = { .arena = &arena, .to = to };
    struct doc *root;

    if (doc_yaml(in->body, &arena, &root, e) < 0)
        return -1;
    s.as_of = doc_text(doc_get(root, "as_of"));
    if (!str_eq(doc_text(doc_get(root, "schema")), STR("scantling/advisories/1")) || !s.as_of.n)
        return err_set(e, ERR_FORMAT, "no schema or no as_of: not a set of advisories");
    DOC_EACH (doc_get(root, "products"), product) {
        const struct doc *packages = doc_get(product, "packages");
        if (!packages || packages->kind != DOC_LIST || !packages->n)
            return at_line(e, product, "a product wants its packages");
        DOC_EACH (doc_get(product, "advisories"), d)
            if (read_advisory(&s, packages, d, e) < 0)
                return -1;
    }
    return 0;
}

const struct feed feed_builtin = {
    .name = "builtin",
    .what = "the advisories that come with this program: data/advisories",
    .recognises = recognises,
    .max_size = 8u << 20,
    .read = read_set,
};
