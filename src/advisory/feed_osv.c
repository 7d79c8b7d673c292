/* feed_osv.c - OSV records, one a document (https://ossf.github.io/osv-schema/). The form in which most
 * ecosystems and many distributions publish; of what they add under database_specific and
 * ecosystem_specific, the fields that are common are read. */
#include "advisory/feed.h"
#include "doc/doc.h"

struct osv {
    struct arena *arena;
    struct feed_sink *to;
    const struct doc *root;
    struct str id;
    struct affected *row;
    size_t n, cap;
};

static bool recognises(struct str path, struct str start)
{
    struct str text = str_trim(start);

    if (!str_ends(path, STR(".json")) || !str_starts(text, STR("{")) || !str_has(text, STR("\"id\"")))
        return false;
    return str_has(text, STR("\"schema_version\"")) ||
           (str_has(text, STR("\"modified\"")) &&
            (str_has(text, STR("\"affected\"")) || str_has(text, STR("\"details\"")) ||
             str_has(text, STR("\"withdrawn\""))));
}

static int full(const struct osv *o, struct err *e)
{
    return err_set(e, ERR_LIMIT, STR_FMT ": larger than a record may be", STR_ARG(str_first(o->id, 80)));
}

static bool texts(struct osv *o, const char *key, struct strs *out)
{
    return doc_texts(doc_get(o->root, key), o->arena, &out->p, &out->n);
}

/* severity: [{type: CVSS_V3, score: vector}], or a word: {type: Ubuntu, score: medium}. */
static bool severities(struct osv *o, const struct doc *list, struct strs *vectors, struct str *word)
{
    struct str *to = list && list->n ? arena_array(o->arena, struct str, list->n) : NULL;

    *vectors = (struct strs){ to, 0 };
    if (list && list->n && !to)
        return false;
    DOC_EACH (list, d) {
        struct str score = doc_text(doc_get(d, "score"));
        if (str_starts(doc_text(doc_get(d, "type")), STR("CVSS")))
            to[vectors->n++] = score;
        else if (score.n && !word->n)
            *word = score;
    }
    return true;
}

/* ---- packages ---- */

/* Debian's tracker has a word for each package; that of others is a severity. */
static enum statement statement_of(struct str urgency)
{
    if (str_eq(urgency, STR("unimportant")))
        return SAYS_UNIMPORTANT;
    return str_eq(urgency, STR("end-of-life")) ? SAYS_END_OF_LIFE : SAYS_AFFECTED;
}

static bool event_of(const struct doc *d, struct version_event *out)
{
    static const struct {
        const char *key;
        enum version_event_kind kind;
    } keys[] = { { "introduced", EVENT_INTRODUCED },
                 { "fixed", EVENT_FIXED },
                 { "last_affected", EVENT_LAST_AFFECTED },
                 { "limit", EVENT_LIMIT } };

    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        *out = (struct version_event){ keys[i].kind, doc_text(doc_get(d, keys[i].key)) };
        if (out->version.n)
            return true;
    }
    return false;
}

static struct affected *new_row(struct osv *o, const struct affected *like)
{
    if (!arena_grow(o->arena, &o->row, o->n, &o->cap, sizeof *o->row))
        return NULL;
    o->row[o->n] = *like;
    return &o->row[o->n++];
}

/* Each range is judged by itself: a row for each. */
static int add_range(struct osv *o, const struct doc *range, const struct affected *like, struct err *e)
{
    const struct doc *events = doc_get(range, "events");
    struct version_event *to = events ? arena_array(o->arena, struct version_event, events->n + 1) : NULL;
    struct affected *row;
    size_t n = 0;

    if (str_eq(doc_text(doc_get(range, "type")), STR("GIT")))
        return 0;
    if (!events)
        return 0;
    if (!to)
        return full(o, e);
    DOC_EACH (events, d)
        if (event_of(d, &to[n]))
            n++;
        else
            o->to->skip(o->to, o->id, "an event of a kind that is not known");
    if (!n)
        return 0;
    if (!(row = new_row(o, like)))
        return full(o, e);
    row->event = to;
    row->n_event = n;
    return 0;
}

/* Most publishers list all versions that the ranges have anyway: keep what they do not. */
static int add_versions(struct osv *o, const struct doc *list, size_t from, const struct affected *like,
                        struct err *e)
{
    const struct version_scheme *scheme = version_scheme_for(like->ecosystem);
    struct strs v;
    size_t kept = 0;

    if (!doc_texts(list, o->arena, &v.p, &v.n))
        return full(o, e);
    struct str *to = v.n ? arena_array(o->arena, struct str, v.n) : NULL;
    if (v.n && !to)
        return full(o, e);
    for (size_t i = 0; i < v.n; i++) {
        bool within = false;
        for (size_t k = from; k < o->n && !within; k++)
            within = version_in_range(scheme, v.p[i], o->row[k].event, o->row[k].n_event) == YES;
        if (!within && v.p[i].n)
            to[kept++] = v.p[i];
    }
    struct affected *row = kept ? new_row(o, like) : NULL;
    if (kept && !row)
        return full(o, e);
    if (row)
        row->versions = (struct strs){ to, kept };
    return 0;
}

static int add_package(struct osv *o, const struct doc *d, struct err *e)
{
    struct str urgency = doc_text(doc_path(d, "ecosystem_specific.urgency"));
    struct affected like = { .ecosystem = doc_text(doc_path(d, "package.ecosystem")),
                             .name = doc_text(doc_path(d, "package.name")),
                             .says = statement_of(urgency) };
    size_t from = o->n;

    if (!like.ecosystem.n || !like.name.n) {
        if (doc_get(d, "package"))
            o->to->skip(o->to, o->id, "a package without ecosystem or name");
        return 0; /* only ranges of git: nothing that a package could be matched with */
    }
    like.severity = doc_text(doc_path(d, "ecosystem_specific.severity"));
    if (!like.severity.n && like.says == SAYS_AFFECTED && !str_eq(urgency, STR("not yet assigned")))
        like.severity = urgency;
    if (!severities(o, doc_get(d, "severity"), &like.cvss, &like.severity))
        return full(o, e);
    DOC_EACH (doc_get(d, "ranges"), range)
        if (add_range(o, range, &like, e) < 0)
            return -1;
    return add_versions(o, doc_get(d, "versions"), from, &like, e);
}

/* ---- the record ---- */

static void exploited(const struct doc *more, struct advisory *a)
{
    const struct doc *epss = doc_get(more, "epss");

    a->kev_added = doc_text(doc_get(more, "kev"));
    a->kev_ransomware = doc_true(doc_get(more, "kev_ransomware"));
    a->has_epss =
        feed_millionths(doc_scalar(epss && epss->kind == DOC_LIST ? epss->child : epss), &a->epss_ppm);
}

/* Who says so: as the record itself has it, without remarks behind it; else the id's own namespace. */
static struct str source_of(struct osv *o, const struct doc *more)
{
    struct str src = doc_text(doc_get(more, "src")), lead, rest;

    if (!src.n) {
        str_split(o->id, '-', &lead, &rest);
        return arena_fmt(o->arena, "osv-" STR_FMT, STR_ARG(lead));
    }
    str_split(src, ';', &src, &rest);
    str_split(src, '(', &src, &rest);
    return str_trim(src);
}

/* "0001-01-01" and 1970 are how generators write "no date". */
static struct str date_of(struct osv *o, const char *key)
{
    struct str d = doc_text(doc_get(o->root, key));

    return str_starts(d, STR("0001-")) || str_starts(d, STR("1970-01-01")) ? STR_NONE : d;
}

static int read_record(struct osv *o, struct err *e)
{
    const struct doc *more = doc_get(o->root, "database_specific");
    struct advisory a = { .id = o->id,
                          .title = doc_text(doc_get(o->root, "summary")),
                          .published = date_of(o, "published"),
                          .modified = date_of(o, "modified"),
                          .withdrawn = date_of(o, "withdrawn"),
                          .severity = doc_text(doc_get(more, "severity")),
                          .source = source_of(o, more) };

    if (!texts(o, "aliases", &a.aliases) || !texts(o, "upstream", &a.upstream) ||
        !texts(o, "related", &a.related) ||
        !severities(o, doc_get(o->root, "severity"), &a.cvss, &a.severity))
        return full(o, e);
    exploited(more, &a);
    DOC_EACH (doc_get(o->root, "affected"), d)
        if (add_package(o, d, e) < 0)
            return -1;
    return o->to->advisory(o->to, &a, o->row, o->n, e);
}

static int read_osv(const struct feed_input *in, struct feed_sink *to, struct err *e)
{
    static const char *const only[] = { "id",       "aliases",   "upstream",          "related",
                                        "summary",  "published", "modified",          "withdrawn",
                                        "severity", "affected",  "database_specific", NULL };
    AUTO_ARENA struct arena a = ARENA(256u << 20);
    struct osv o = { .arena = &a, .to = to };
    struct doc *root;

    if (doc_json_some(in->body, only, &a, &root, e) < 0)
        return -1;
    o.root = root;
    o.id = doc_text(doc_get(root, "id"));
    if (!o.id.n)
        return err_set(e, ERR_FORMAT, "no id: not an OSV record");
    return read_record(&o, e);
}

const struct feed feed_osv = {
    .name = "osv",
    .what = "OSV records, of every ecosystem and distribution that publishes them",
    .recognises = recognises,
    .max_size = 32u << 20,
    .read = read_osv,
};
