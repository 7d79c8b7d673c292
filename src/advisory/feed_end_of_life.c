/* feed_end_of_life.c - when releases of distributions and products are supported no longer:
 * data/end-of-life.yaml.
 *
 *   schema: scantling/end-of-life/1
 *   distributions:
 *     Debian:                                  as OSV spells the ecosystem, before the colon
 *       12: {ends: 2026-06-10, lts: 2028-06-30, extended: 2033-06-30}
 *   products:
 *     python:
 *       3.9: {ends: 2025-10-31}
 *
 * `ends`: the publisher's general support; `lts`: its long-term support for everybody; `extended`: with a
 * contract. Rolling releases have no entry. */
#include "advisory/feed.h"
#include "doc/doc.h"

static bool recognises(struct str path, struct str start)
{
    return str_ends(path, STR(".yaml")) && str_has(start, STR("schema: scantling/end-of-life/1\n"));
}

static bool is_date(struct str s)
{
    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-')
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (i != 4 && i != 7 && (s.p[i] < '0' || s.p[i] > '9'))
            return false;
    return true;
}

static int read_dates(const struct doc *d, struct release_end *r, struct err *e)
{
    const struct {
        const char *key;
        struct str *to;
    } dates[] = { { "ends", &r->ends }, { "lts", &r->lts_ends }, { "extended", &r->extended_ends } };

    for (size_t i = 0; i < ARRAY_LEN(dates); i++) {
        const struct doc *date = doc_get(d, dates[i].key);
        *dates[i].to = doc_text(date);
        if (date && !is_date(doc_text(date)))
            return err_set(e, ERR_FORMAT, "line %u: %s wants YYYY-MM-DD", date->line, dates[i].key);
    }
    if (!r->ends.n)
        return err_set(e, ERR_FORMAT, "line %u: no date when support ends", d->line);
    return 0;
}

static int read_releases(const struct doc *family, bool products, struct arena *a, struct feed_sink *to,
                         struct err *e)
{
    DOC_EACH (family, d) {
        struct release_end r = { .ecosystem = family->key, .version = d->key };
        if (!products) {
            r.ecosystem = arena_fmt(a, STR_FMT ":" STR_FMT, STR_ARG(family->key), STR_ARG(d->key));
            r.version = STR("");
        }
        if (!r.ecosystem.p)
            return err_set(e, ERR_LIMIT, "larger than a list of releases may be");
        if (read_dates(d, &r, e) < 0 || to->release(to, &r, e) < 0)
            return -1;
    }
    return 0;
}

static int read_ends(const struct feed_input *in, struct feed_sink *to, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(64u << 20);
    struct doc *root;

    if (doc_yaml(in->body, &a, &root, e) < 0)
        return -1;
    if (!str_eq(doc_text(doc_get(root, "schema")), STR("scantling/end-of-life/1")))
        return err_set(e, ERR_FORMAT, "no schema: not a list of releases");
    DOC_EACH (doc_get(root, "distributions"), family)
        if (read_releases(family, false, &a, to, e) < 0)
            return -1;
    DOC_EACH (doc_get(root, "products"), family)
        if (read_releases(family, true, &a, to, e) < 0)
            return -1;
    return 0;
}

const struct feed feed_end_of_life = {
    .name = "end_of_life",
    .what = "when distributions and products are supported no longer: data/end-of-life.yaml",
    .recognises = recognises,
    .max_size = 4u << 20,
    .read = read_ends,
};
