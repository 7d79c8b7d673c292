/* feed_oval.c - OVAL definitions of Red Hat, Oracle, SUSE and Ubuntu (https://oval.mitre.org/language/).
 *
 * A definition is a tree of criteria over tests; a test names an object (packages) and a state (a version
 * that it is less than). What is understood: packages that are earlier than a version, packages that are
 * installed and get no fix, and the module that has to be enabled. Tests for signatures, releases and running
 * kernels add nothing and are passed over.
 *
 * These documents have hundreds of megabytes, and definitions come before what they name: the text is read twice,
 * an element at a time, first for what tests, objects, states and variables say, in a few words each. */
#include "advisory/rows.h"
#include "core/map.h"

/* What a definition needs of a test, an object, a state or a variable. */
struct part {
    struct str object, state; /* tests: the ids of theirs */
    struct str name;          /* objects: a package; or */
    struct str variable;      /* ... the id of a list of them */
    struct str less_than;     /* states: a version */
    struct strs value;        /* variables */
    bool any;                 /* tests: there is a state, whatever it says */
};

struct reader {
    struct arena *arena, *scratch; /* of all parts; of the definition that is read */
    struct feed_sink *to;
    struct map by_id; /* number in `part`, + 1 */
    struct part *part;
    size_t n, cap;
    struct rows rows;
    struct affected like; /* of the definition that is read */
    bool vulnerability;   /* its class: installed is affected */
    bool is_oval;         /* some part of a document of OVAL was there */
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

static struct str kept(struct reader *r, struct str s, bool *failed)
{
    struct str copy = s.n ? arena_str(r->arena, s) : STR_NONE;

    *failed |= s.n && !copy.p;
    return copy;
}

static bool keep_values(struct reader *r, const struct doc *variable, struct strs *out)
{
    struct str *to = arena_array(r->arena, struct str, variable->n + 1);
    bool failed = !to;

    *out = (struct strs){ to, 0 };
    DOC_EACH (to ? variable : NULL, value)
        if (is_element(value, "value") && doc_scalar(value).n)
            to[out->n++] = kept(r, doc_scalar(value), &failed);
    return !failed;
}

/* What is not there is empty: one shape for all four of them. */
static int add_part(void *ctx, struct str parent, const struct doc *d, struct err *e)
{
    struct reader *r = ctx;
    const struct doc *name = doc_get(d, "name"), *evr = doc_get(d, "evr");
    struct str id = attribute(d, "@id");
    bool failed = false;

    r->is_oval |= str_one_of(parent, "definitions tests objects states variables");
    if (!id.n || str_eq(parent, STR("definitions")))
        return 0;
    struct part p = { .object = kept(r, attribute(doc_get(d, "object"), "@object_ref"), &failed),
                      .state = kept(r, attribute(doc_get(d, "state"), "@state_ref"), &failed),
                      .any = doc_get(d, "state"),
                      .name = kept(r, doc_scalar(name), &failed),
                      .variable = kept(r, attribute(name, "@var_ref"), &failed) };
    if (evr && str_eq(attribute(evr, "@operation"), STR("less than")))
        p.less_than = kept(r, doc_scalar(evr), &failed);
    if (str_eq(parent, STR("variables")))
        failed |= !keep_values(r, d, &p.value);
    id = kept(r, id, &failed);
    uint32_t *at = failed ? NULL : map_put(&r->by_id, id, NULL);
    if (!at || !arena_grow(r->arena, &r->part, r->n, &r->cap, sizeof *r->part))
        return err_set(e, ERR_LIMIT, "more tests than a document may have");
    r->part[r->n++] = p;
    *at = (uint32_t)r->n;
    return 0;
}

static const struct part *by_id(const struct reader *r, struct str id)
{
    static const struct part none;
    const uint32_t *at = id.n ? map_get(&r->by_id, id) : NULL;

    return at && *at ? &r->part[*at - 1] : &none;
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
static int add_object(struct reader *r, const struct affected *like, const struct part *object,
                      struct str fixed, struct err *e)
{
    const struct strs *list = &by_id(r, object->variable)->value;

    if (!object->variable.n)
        return add_package(r, like, object->name, fixed, e);
    for (size_t i = 0; i < list->n; i++)
        if (add_package(r, like, list->p[i], fixed, e) < 0)
            return -1;
    return 0;
}

static int read_criterion(struct reader *r, const struct affected *like, const struct doc *d, struct err *e)
{
    const struct part *test = by_id(r, attribute(d, "@test_ref")), *object = by_id(r, test->object);
    struct str fixed = by_id(r, test->state)->less_than;

    if (str_eq(attribute(d, "@negate"), STR("true")))
        return 0;
    if (fixed.n)
        return add_object(r, like, object, fixed, e);
    return r->vulnerability && !test->any ? add_object(r, like, object, STR_NONE, e) : 0;
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
    struct str *cve = metadata ? arena_array(r->scratch, struct str, metadata->n + 1) : NULL;

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
    r->like = (struct affected){ .ecosystem = ecosystem_of(r->scratch, platform),
                                 .binary = true,
                                 .says = resolution_of(advisory) };
    r->vulnerability = str_eq(klass, STR("vulnerability"));
    r->rows = (struct rows){ .arena = r->scratch };
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

static int take_definition(void *ctx, struct str parent, const struct doc *d, struct err *e)
{
    AUTO_ARENA struct arena scratch = ARENA(256u << 20);
    struct reader *r = ctx;

    r->scratch = &scratch;
    return str_eq(parent, STR("definitions")) && is_element(d, "definition") ? read_definition(r, d, e) : 0;
}

static int read_oval(const struct feed_input *in, struct feed_sink *to, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(1u << 30);
    struct reader r = { .arena = &a, .to = to };
    int done = doc_xml_each(in->body, 1, add_part, &r, e);

    if (done == 0 && !r.is_oval)
        done = err_set(e, ERR_FORMAT, "not OVAL: nothing of <oval_definitions> is in it");
    if (done == 0)
        done = doc_xml_each(in->body, 1, take_definition, &r, e);
    map_free(&r.by_id);
    return done;
}

const struct feed feed_oval = {
    .name = "oval",
    .what = "OVAL definitions of Red Hat, Oracle, SUSE and Ubuntu (XML)",
    .recognises = recognises,
    .max_size = 1u << 30,
    .read = read_oval,
};
