/* feed_github.c - GitHub's advisories as its REST API gives them, one or a list. Those of the repository
 * advisory-database are OSV records. */
#include "advisory/rows.h"

static const struct {
    const char *name, *ecosystem;
} ecosystems[] = { { "npm", "npm" },
                   { "pip", "PyPI" },
                   { "maven", "Maven" },
                   { "go", "Go" },
                   { "rubygems", "RubyGems" },
                   { "composer", "Packagist" },
                   { "nuget", "NuGet" },
                   { "rust", "crates.io" },
                   { "erlang", "Hex" },
                   { "pub", "Pub" },
                   { "actions", "GitHub Actions" },
                   { "swift", "SwiftURL" } };

static bool recognises(struct str path, struct str start)
{
    return str_ends(path, STR(".json")) && str_has(start, STR("\"ghsa_id\""));
}

static struct str ecosystem_of(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(ecosystems); i++)
        if (str_eq_nocase(name, str_of(ecosystems[i].name)))
            return str_of(ecosystems[i].ecosystem);
    return STR_NONE;
}

struct reader {
    struct arena *arena;
    struct feed_sink *to;
    struct rows rows;
    struct str id;
};

static int full(struct err *e)
{
    return err_set(e, ERR_LIMIT, "larger than an advisory may be");
}

/* One of the relations of ">= 1.0, < 2.0"; false: it cannot be said by events. */
static bool read_relation(struct str relation, struct affected *row, struct version_event *event,
                          struct str *one)
{
    static const struct {
        const char *op;
        enum version_event_kind kind;
    } ops[] = { { "<=", EVENT_LAST_AFFECTED }, { "<", EVENT_FIXED }, { ">=", EVENT_INTRODUCED } };
    struct str s = str_trim(relation);

    for (size_t i = 0; i < ARRAY_LEN(ops); i++) {
        if (!str_starts(s, str_of(ops[i].op)))
            continue;
        struct str version = str_trim(str_skip(s, strlen(ops[i].op)));
        if (ops[i].kind == EVENT_INTRODUCED)
            event[0].version = version;
        else
            event[row->n_event++] = (struct version_event){ ops[i].kind, version };
        return version.n && row->n_event <= 2;
    }
    if (!str_starts(s, STR("=")))
        return false;
    *one = str_trim(str_skip(s, 1));
    return one->n;
}

static int read_package(struct reader *r, const struct doc *d, struct err *e)
{
    struct str rest = doc_text(doc_get(d, "vulnerable_version_range")), relation;
    struct affected row = { .ecosystem = ecosystem_of(doc_text(doc_path(d, "package.ecosystem"))),
                            .name = doc_text(doc_path(d, "package.name")) };
    struct version_event *event = arena_array(r->arena, struct version_event, 3);
    struct str *one = arena_new(r->arena, struct str);

    if (!event || !one)
        return full(e);
    if (!row.ecosystem.n || !row.name.n) {
        r->to->skip(r->to, r->id, "a package of an ecosystem that is not known here, or without a name");
        return 0;
    }
    event[0] = (struct version_event){ EVENT_INTRODUCED, STR("0") };
    row.n_event = 1;
    while (str_cut(&rest, ',', &relation))
        if (row.n_event > 2 || !read_relation(relation, &row, event, one)) {
            r->to->skip(r->to, r->id, "a range that is not understood");
            return 0;
        }
    if (one->n) {
        row.versions = (struct strs){ one, 1 };
        row.n_event = 0;
    }
    row.event = event;
    return rows_add(&r->rows, &row, e);
}

static size_t vectors(const struct doc *d, struct str out[3])
{
    static const char *const paths[] = { "cvss_severities.cvss_v4.vector_string",
                                         "cvss_severities.cvss_v3.vector_string", "cvss.vector_string" };
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct str v = doc_text(doc_path(d, paths[i]));
        if (v.n && !(n && str_eq(out[n - 1], v)))
            out[n++] = v;
    }
    return n;
}

static int read_advisory(struct reader *r, const struct doc *d, struct err *e)
{
    struct str vector[3], cve = doc_text(doc_get(d, "cve_id"));
    struct advisory a = { .id = doc_text(doc_get(d, "ghsa_id")),
                          .aliases = { &cve, cve.n != 0 },
                          .source = STR("github"),
                          .title = doc_text(doc_get(d, "summary")),
                          .published = doc_text(doc_get(d, "published_at")),
                          .modified = doc_text(doc_get(d, "updated_at")),
                          .withdrawn = doc_text(doc_get(d, "withdrawn_at")),
                          .severity = doc_text(doc_get(d, "severity")) };

    if (!a.id.n) {
        r->to->skip(r->to, STR("github"), "an advisory without an id");
        return 0;
    }
    a.cvss = (struct strs){ vector, vectors(d, vector) };
    a.has_epss = feed_millionths(doc_scalar(doc_path(d, "epss.percentage")), &a.epss_ppm);
    r->id = a.id;
    r->rows = (struct rows){ .arena = r->arena };
    DOC_EACH (doc_get(d, "vulnerabilities"), p)
        if (read_package(r, p, e) < 0)
            return err_wrap(e, STR_FMT, STR_ARG(str_first(a.id, 80)));
    return r->to->advisory(r->to, &a, r->rows.p, r->rows.n, e);
}

static int read_github(const struct feed_input *in, struct feed_sink *to, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(512u << 20);
    struct reader r = { .arena = &a, .to = to };
    struct doc *root;

    if (doc_json(in->body, &a, &root, e) < 0)
        return -1;
    if (root->kind != DOC_LIST)
        return read_advisory(&r, root, e);
    DOC_EACH (root, d)
        if (read_advisory(&r, d, e) < 0)
            return -1;
    return 0;
}

const struct feed feed_github = {
    .name = "github",
    .what = "GitHub's advisories as its REST API gives them (JSON)",
    .recognises = recognises,
    .max_size = 64u << 20,
    .read = read_github,
};
