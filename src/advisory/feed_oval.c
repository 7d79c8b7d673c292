/* feed_oval.c - OVAL definitions of Red Hat, Oracle, SUSE and Ubuntu (https://oval.mitre.org/language/).
 *
 * A definition is a tree of criteria over tests; a test names an object (packages) and a state (a version
 * that it is less than). What is understood: packages that are earlier than a version, packages that are
 * installed and get no fix, and the module that has to be enabled. Tests for signatures, releases and running
 * kernels add nothing and are passed over. */
#include "advisory/rows.h"
#include "core/map.h"

struct reader {
    struct arena *arena;
    struct feed_sink *to;
    struct map by_id; /* number in `node` of tests, objects, states, variables */
    const struct doc **node;
    size_t n, cap;
    struct rows rows;
    struct affected like; /* of the definition that is read */
    bool vulnerability;   /* its class: installed is affected */
};

static bool recognises(struct str path, struct str start)
{
    return str_ends(path, STR(".xml")) && str_has(start, STR("oval_definitions"));
}

static bool is_element(const struct doc *d, const char *name)
{
    return str_eq(d->key, str_of(name));
}

static struct str attribute(const struct doc *d, const char *name)
{
    return doc_text(doc_get(d, name));
}

/* ---- tests, objects, states, variables by their ids ---- */

static int index_all(struct reader *r, const struct doc *list, struct err *e)
{
    DOC_EACH (list, d) {
        struct str id = attribute(d, "@id");
        bool is_new;
        uint32_t *at = id.n ? map_put(&r->by_id, id, &is_new) : NULL;
        if (!id.n)
            continue;
        if (!at || !arena_grow(r->arena, &r->node, r->n, &r->cap, sizeof *r->node))
            return err_set(e, ERR_LIMIT, "more tests than a document may have");
        *at = (uint32_t)r->n;
        r->node[r->n++] = d;
    }
    return 0;
}

static const struct doc *by_id(const struct reader *r, struct str id)
{
    const uint32_t *at = map_get(&r->by_id, id);

    return at ? r->node[*at] : NULL;
}

/* ---- platforms ---- */

static const struct {
    const char *platform,
        *ecosystem; /* what the platform's name begins with; its rest is behind the ecosystem */
} platforms[] = { { "Red Hat Enterprise Linux ", "Red Hat:enterprise_linux:" },
                  { "Oracle Linux ", "Oracle Linux:" },
                  { "AlmaLinux ", "AlmaLinux:" },
                  { "SUSE ", "SUSE:" },
                  { "openSUSE ", "openSUSE:" },
                  { "Ubuntu ", "Ubuntu:" } };

static struct str ecosystem_of(struct arena *a, struct str platform)
{
    for (size_t i = 0; i < ARRAY_LEN(platforms); i++) {
        struct str release, lts;
        if (!str_starts(platform, str_of(platforms[i].platform)))
            continue;
        release = str_skip(platform, strlen(platforms[i].platform));
        bool ubuntu = str_starts(platform, STR("Ubuntu"));
        if (ubuntu && str_split(release, ' ', &release, &lts))
            return arena_fmt(a, "Ubuntu:" STR_FMT ":LTS", STR_ARG(release));
        return arena_fmt(a, "%s" STR_FMT, platforms[i].ecosystem, STR_ARG(release));
    }
    return STR_NONE;
}

/* ---- criteria ---- */

/* "Module nodejs:18 is enabled" */
static struct str module_of(struct str comment)
{
    struct str rest;

    if (!str_starts(comment, STR("Module ")) || !str_ends(comment, STR(" is enabled")))
        return STR_NONE;
    str_split(str_skip(comment, 7), ' ', &comment, &rest);
    return comment;
}

static int add_package(struct reader *r, const struct affected *like, struct str name, struct str fixed,
                       struct err *e)
{
    struct affected row = *like;

    row.name = name;
    return name.n ? rows_add_range(&r->rows, &row, STR("0"), fixed, e) : 0;
}

/* An object names one package, or a variable with a list of them. */
static int add_object(struct reader *r, const struct affected *like, const struct doc *object,
                      struct str fixed, struct err *e)
{
    const struct doc *name = doc_get(object, "name");
    struct str variable = attribute(name, "@var_ref");

    if (!variable.n)
        return add_package(r, like, doc_scalar(name), fixed, e);
    DOC_EACH (by_id(r, variable), value)
        if (is_element(value, "value") && add_package(r, like, doc_scalar(value), fixed, e) < 0)
            return -1;
    return 0;
}

static int read_criterion(struct reader *r, const struct affected *like, const struct doc *d, struct err *e)
{
    const struct doc *test = by_id(r, attribute(d, "@test_ref"));
    const struct doc *object = by_id(r, attribute(doc_get(test, "object"), "@object_ref"));
    const struct doc *state = by_id(r, attribute(doc_get(test, "state"), "@state_ref"));
    const struct doc *evr = doc_get(state, "evr");

    if (str_eq(attribute(d, "@negate"), STR("true")) || !object)
        return 0;
    if (evr && str_eq(attribute(evr, "@operation"), STR("less than")))
        return add_object(r, like, object, doc_scalar(evr), e);
    bool installed = r->vulnerability && !doc_get(test, "state");
    return installed ? add_object(r, like, object, STR_NONE, e) : 0;
}

/* doc's own depth bounds the recursion. A module counts for all below the criteria that ask for it. */
static int read_criteria(struct reader *r, struct affected like, const struct doc *criteria, struct err *e)
{
    DOC_EACH (criteria, d)
        if (is_element(d, "criterion") && module_of(attribute(d, "@comment")).n)
            like.module = module_of(attribute(d, "@comment"));
    DOC_EACH (criteria, d) {
        if (is_element(d, "criterion") && read_criterion(r, &like, d, e) < 0)
            return -1;
        if (is_element(d, "criteria") && !str_eq(attribute(d, "@negate"), STR("true")) &&
            read_criteria(r, like, d, e) < 0)
            return -1;
    }
    return 0;
}

/* ---- definitions ---- */

static enum statement resolution_of(const struct doc *advisory)
{
    struct str state = attribute(doc_path(advisory, "affected.resolution"), "@state");

    if (str_eq(state, STR("Will not fix")))
        return SAYS_WILL_NOT_FIX;
    if (str_eq(state, STR("Fix deferred")))
        return SAYS_FIX_DEFERRED;
    if (str_eq(state, STR("Under investigation")))
        return SAYS_UNDER_INVESTIGATION;
    return str_eq(state, STR("Out of support scope")) ? SAYS_END_OF_LIFE : SAYS_AFFECTED;
}

/* The CVEs that it refers to, and the other id that it has itself. */
static bool read_references(struct reader *r, const struct doc *metadata, struct advisory *a)
{
    struct str *cve = metadata ? arena_array(r->arena, struct str, metadata->n + 1) : NULL;

    a->upstream = (struct strs){ cve, 0 };
    if (!cve)
        return !metadata;
    DOC_EACH (metadata, d) {
        struct str id = attribute(d, "@ref_id");
        if (!is_element(d, "reference") || !id.n)
            continue;
        if (str_starts(id, STR("CVE-")))
            cve[a->upstream.n++] = id;
        else if (!a->id.n)
            a->id = id;
    }
    if (a->upstream.n == 1 && !a->id.n) {
        a->id = cve[0];
        a->upstream.n = 0;
    }
    return true;
}

static int read_definition(struct reader *r, const struct doc *d, struct err *e)
{
    const struct doc *metadata = doc_get(d, "metadata"), *advisory = doc_get(metadata, "advisory");
    struct str klass = attribute(d, "@class");
    struct advisory a = { .source = STR("oval"),
                          .title = doc_scalar(doc_get(metadata, "title")),
                          .severity = doc_scalar(doc_get(advisory, "severity")),
                          .published = attribute(doc_get(advisory, "issued"), "@date"),
                          .modified = attribute(doc_get(advisory, "updated"), "@date") };

    if (!str_eq(klass, STR("patch")) && !str_eq(klass, STR("vulnerability")))
        return 0; /* inventory */
    if (!read_references(r, metadata, &a))
        return err_set(e, ERR_LIMIT, "more references than a definition may have");
    struct str platform = doc_scalar(doc_path(metadata, "affected.platform"));
    r->like = (struct affected){ .ecosystem = ecosystem_of(r->arena, platform),
                                 .binary = true,
                                 .says = resolution_of(advisory) };
    r->vulnerability = str_eq(klass, STR("vulnerability"));
    r->rows = (struct rows){ .arena = r->arena };
    if (!a.id.n || !r->like.ecosystem.n) {
        r->to->skip(r->to, a.id.n ? a.id : attribute(d, "@id"),
                    "a definition without an id, or of a platform that is not known here");
        return 0;
    }
    if (read_criteria(r, r->like, doc_get(d, "criteria"), e) < 0)
        return err_wrap(e, STR_FMT, STR_ARG(str_first(a.id, 80)));
    if (!r->rows.n) {
        r->to->skip(r->to, a.id, "no test for a package that is understood");
        return 0;
    }
    return r->to->advisory(r->to, &a, r->rows.p, r->rows.n, e);
}

static int read_all(struct reader *r, const struct doc *root, struct err *e)
{
    static const char *const indexed[] = { "tests", "objects", "states", "variables" };

    for (size_t i = 0; i < ARRAY_LEN(indexed); i++)
        if (index_all(r, doc_get(root, indexed[i]), e) < 0)
            return -1;
    DOC_EACH (doc_get(root, "definitions"), d)
        if (is_element(d, "definition") && read_definition(r, d, e) < 0)
            return -1;
    return 0;
}

static int read_oval(const struct feed_input *in, struct feed_sink *to, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA((size_t)2 << 30);
    struct reader r = { .arena = &a, .to = to };
    struct doc *root;

    if (doc_xml(in->body, &a, &root, e) < 0)
        return -1;
    if (!is_element(root, "oval_definitions"))
        return err_set(e, ERR_FORMAT, "not OVAL: its root is no <oval_definitions>");
    int done = read_all(&r, root, e);
    map_free(&r.by_id);
    return done;
}

const struct feed feed_oval = {
    .name = "oval",
    .what = "OVAL definitions of Red Hat, Oracle, SUSE and Ubuntu (XML)",
    .recognises = recognises,
    .max_size = 256u << 20,
    .read = read_oval,
};
