/* feed_ubuntu.c - CVEs as Ubuntu's security API gives them: one, or pages {"cves": [...]}.
 *
 *   {"id": "CVE-2030-0001", "priority": "medium", "packages": [{"name": "hull", "statuses": [
 *       {"release_codename": "jammy", "status": "released", "description": "1.2-3ubuntu1", "pocket":
 * "security"}]}]}
 *
 * A fix in a pocket of ESM is one for subscribers only: others stay affected. */
#include "advisory/rows.h"

static const struct {
    const char *codename, *release;
} releases[] = { { "trusty", "14.04:LTS" }, { "xenial", "16.04:LTS" }, { "bionic", "18.04:LTS" },
                 { "focal", "20.04:LTS" },  { "jammy", "22.04:LTS" },  { "kinetic", "22.10" },
                 { "lunar", "23.04" },      { "mantic", "23.10" },     { "noble", "24.04:LTS" },
                 { "oracular", "24.10" },   { "plucky", "25.04" },     { "questing", "25.10" } };

/* FIX: the description names the version. */
enum { FIX = STATEMENT_COUNT, NOT_THERE };
static const struct {
    const char *status;
    int says;
} statuses[] = { { "released", FIX },
                 { "needed", SAYS_AFFECTED },
                 { "pending", SAYS_AFFECTED },
                 { "in-progress", SAYS_AFFECTED },
                 { "active", SAYS_AFFECTED },
                 { "needs-triage", SAYS_UNDER_INVESTIGATION },
                 { "not-affected", SAYS_NOT_AFFECTED },
                 { "ignored", SAYS_WILL_NOT_FIX },
                 { "deferred", SAYS_FIX_DEFERRED },
                 { "DNE", NOT_THERE } };

static bool recognises(struct str path, struct str start)
{
    return str_ends(path, STR(".json")) && str_has(start, STR("\"packages\"")) &&
           (str_has(start, STR("\"release_codename\"")) || str_has(start, STR("\"ubuntu_description\"")));
}

struct reader {
    struct arena *arena;
    struct feed_sink *to;
    struct rows rows;
    struct str id, priority;
};

static int says_of(struct str status)
{
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
        if (str_eq(status, str_of(statuses[i].status)))
            return statuses[i].says;
    return -1;
}

static struct str release_of(struct str codename)
{
    struct str lead, name;

    str_rsplit(codename, '/', &lead, &name); /* "esm-infra/xenial" */
    for (size_t i = 0; i < ARRAY_LEN(releases); i++)
        if (str_eq(name, str_of(releases[i].codename)))
            return str_of(releases[i].release);
    return STR_NONE;
}

/* What is said to subscribers; and to the others, where the fix is for those only. */
static int add(struct reader *r, struct affected *row, struct str release, struct str channel, int says,
               struct str version, struct err *e)
{
    bool esm = str_starts(channel, STR("esm"));

    row->ecosystem = arena_fmt(r->arena, "Ubuntu:%s" STR_FMT, esm ? "Pro:" : "", STR_ARG(release));
    row->module = esm ? channel : STR_NONE;
    row->says = says == FIX ? SAYS_AFFECTED : (enum statement)says;
    if (says == SAYS_UNDER_INVESTIGATION || says == SAYS_NOT_AFFECTED)
        return rows_add(&r->rows, row, e);
    if (rows_add_range(&r->rows, row, STR("0"), says == FIX ? version : STR_NONE, e) < 0)
        return -1;
    return esm && says == FIX ? add(r, row, release, STR_NONE, SAYS_AFFECTED, STR_NONE, e) : 0;
}

static int read_status(struct reader *r, struct str name, const struct doc *d, struct err *e)
{
    struct str description = doc_text(doc_get(d, "description")), codename, channel, rest;
    struct affected row = { .name = name, .severity = r->priority };

    codename = doc_text(doc_get(d, "release_codename"));
    channel = doc_text(doc_get(d, "pocket"));
    if (!channel.n && str_starts(codename, STR("esm")))
        str_split(codename, '/', &channel, &rest);
    struct str release = release_of(codename);
    int says = says_of(doc_text(doc_get(d, "status")));
    if (!release.n || says == NOT_THERE) /* upstream, devel, releases of long ago */
        return 0;
    if (says < 0 || (says == FIX && !description.n)) {
        r->to->skip(r->to, r->id, "a status that is not known, or released without a version");
        return 0;
    }
    if (says == SAYS_WILL_NOT_FIX && str_has(description, STR("nd of life")))
        says = SAYS_END_OF_LIFE;
    return add(r, &row, release, channel, says, description, e);
}

static int read_cve(struct reader *r, const struct doc *d, struct err *e)
{
    struct str vector = doc_text(doc_path(d, "impact.baseMetricV3.cvssV3.vectorString"));
    struct advisory a = { .id = doc_text(doc_get(d, "id")),
                          .source = STR("ubuntu"),
                          .severity = doc_text(doc_get(d, "priority")),
                          .published = doc_text(doc_get(d, "published")),
                          .modified = doc_text(doc_get(d, "updated_at")),
                          .cvss = { &vector, vector.n != 0 } };

    if (!a.id.n) {
        r->to->skip(r->to, STR("ubuntu"), "an entry without an id");
        return 0;
    }
    r->id = a.id;
    r->priority = a.severity;
    r->rows = (struct rows){ .arena = r->arena };
    DOC_EACH (doc_get(d, "packages"), p)
        DOC_EACH (doc_get(p, "statuses"), status)
            if (read_status(r, doc_text(doc_get(p, "name")), status, e) < 0)
                return err_wrap(e, STR_FMT, STR_ARG(str_first(a.id, 80)));
    return r->to->advisory(r->to, &a, r->rows.p, r->rows.n, e);
}

static int read_ubuntu(const struct feed_input *in, struct feed_sink *to, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(512u << 20);
    struct reader r = { .arena = &a, .to = to };
    struct doc *root;

    if (doc_json(in->body, &a, &root, e) < 0)
        return -1;
    if (!doc_get(root, "cves"))
        return read_cve(&r, root, e);
    DOC_EACH (doc_get(root, "cves"), d)
        if (read_cve(&r, d, e) < 0)
            return -1;
    return 0;
}

const struct feed feed_ubuntu = {
    .name = "ubuntu",
    .what = "CVEs as Ubuntu's security API gives them (JSON)",
    .recognises = recognises,
    .max_size = 64u << 20,
    .read = read_ubuntu,
};
