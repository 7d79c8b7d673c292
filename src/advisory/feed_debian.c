/* feed_debian.c - Debian's security tracker, one JSON document of some 70 MB: package, CVE, release.
 *
 *   {"hull": {"CVE-2030-0001": {"description": "...", "releases": {"bookworm": {
 *       "status": "resolved" | "open" | "undetermined",
 *       "fixed_version": "1.2-3+deb12u1",      "0": the release never had it
 *       "urgency": "unimportant" | "end-of-life" | "low" ..., "nodsa": "Minor issue",
 *       "nodsa_reason": "" | "postponed" | "ignored"}}}}}
 *
 * A package at a time is parsed, so that memory does not grow with the document. */
#include "advisory/rows.h"
#include "doc/json_cut.h"

enum { PACKAGE_BYTES = 256 << 20 };

static const struct {
    const char *codename, *ecosystem;
} releases[] = { { "forky", "Debian:14" },    { "trixie", "Debian:13" }, { "bookworm", "Debian:12" },
                 { "bullseye", "Debian:11" }, { "buster", "Debian:10" }, { "stretch", "Debian:9" },
                 { "jessie", "Debian:8" },    { "wheezy", "Debian:7" } };

static bool recognises(struct str path, struct str start)
{
    return str_ends(path, STR(".json")) && str_has(start, STR("\"releases\"")) &&
           str_has(start, STR("\"urgency\"")) && str_has(start, STR("\"repositories\""));
}

static struct str ecosystem_of(struct str codename)
{
    for (size_t i = 0; i < ARRAY_LEN(releases); i++)
        if (str_eq(codename, str_of(releases[i].codename)))
            return str_of(releases[i].ecosystem);
    return STR_NONE;
}

static bool is(const struct doc *d, const char *key, const char *word)
{
    return str_eq(doc_text(doc_get(d, key)), str_of(word));
}

/* Of an open one: why there is no fix. */
static enum statement without_fix(const struct doc *d)
{
    if (is(d, "urgency", "end-of-life"))
        return SAYS_END_OF_LIFE;
    if (is(d, "nodsa_reason", "ignored"))
        return SAYS_WILL_NOT_FIX;
    return doc_get(d, "nodsa") ? SAYS_FIX_DEFERRED : SAYS_AFFECTED;
}

static int read_release(struct rows *rows, const struct affected *like, const struct doc *d,
                        struct feed_sink *to, struct err *e)
{
    struct affected row = *like;
    struct str fixed = doc_text(doc_get(d, "fixed_version")), urgency = doc_text(doc_get(d, "urgency"));

    row.ecosystem = ecosystem_of(d->key);
    if (!row.ecosystem.n) /* sid, and releases of long ago */
        return 0;
    if (is(d, "status", "undetermined")) {
        row.says = SAYS_UNDER_INVESTIGATION;
        return rows_add(rows, &row, e);
    }
    if (is(d, "status", "resolved") && str_eq(fixed, STR("0"))) {
        row.says = SAYS_NOT_AFFECTED;
        return rows_add(rows, &row, e);
    }
    if (!(is(d, "status", "resolved") && fixed.n) && !is(d, "status", "open")) {
        to->skip(to, like->name, "a status that is not known, or one without the version that it needs");
        return 0;
    }
    row.says = is(d, "status", "open") ? without_fix(d) : SAYS_AFFECTED;
    if (is(d, "urgency", "unimportant"))
        row.says = SAYS_UNIMPORTANT;
    else if (!is(d, "urgency", "not yet assigned") && !is(d, "urgency", "end-of-life"))
        row.severity = urgency;
    return rows_add_range(rows, &row, STR("0"), is(d, "status", "open") ? STR_NONE : fixed, e);
}

static int read_package(struct str name, const struct doc *root, struct arena *a, struct feed_sink *to,
                        struct err *e)
{
    DOC_EACH (root, cve) {
        struct rows rows = { .arena = a };
        struct affected like = { .name = name };
        struct advisory advisory = { .id = cve->key, .source = STR("debian") };
        DOC_EACH (doc_get(cve, "releases"), d)
            if (read_release(&rows, &like, d, to, e) < 0)
                return -1;
        if (rows.n && to->advisory(to, &advisory, rows.p, rows.n, e) < 0)
            return -1;
    }
    return 0;
}

static int read_tracker(const struct feed_input *in, struct feed_sink *to, struct err *e)
{
    struct json_cut c;
    struct str name, text;

    if (!json_cut_begin(&c, in->body) || !c.object)
        return err_set(e, ERR_FORMAT, "not an object: not Debian's tracker");
    while (json_cut_next(&c, &name, &text)) {
        AUTO_ARENA struct arena a = ARENA(PACKAGE_BYTES);
        struct doc *root;
        if (doc_json(text, &a, &root, e) < 0 || read_package(name, root, &a, to, e) < 0)
            return err_wrap(e, STR_FMT, STR_ARG(str_first(name, 80)));
    }
    return c.damaged ? err_set(e, ERR_FORMAT, "ends in the middle, at byte %zu", in->body.n - c.rest.n) : 0;
}

const struct feed feed_debian = {
    .name = "debian",
    .what = "Debian's security tracker (JSON)",
    .recognises = recognises,
    .max_size = 512u << 20,
    .read = read_tracker,
};
