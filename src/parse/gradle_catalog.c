/* gradle_catalog.c - gradle/libs.versions.toml: a project's names for its libraries, and their versions. */
#include "parse/listing.h"

/* "[1.0, 2.0[" and "1.+" do not say which version it is. */
static struct str exact(struct str version)
{
    bool range = version.n && (memchr("[(]", version.p[0], 3) || version.p[version.n - 1] == '+');

    return range ? STR_NONE : version;
}

/* "1.0", or a table of which "ref" names one of [versions], and "strictly" goes before "require". */
static struct str version_of(const struct doc *d, const struct doc *versions)
{
    static const char *const keys[] = { "strictly", "require", "prefer" };
    struct str ref = doc_text(doc_get(d, "ref"));

    if (ref.n)
        DOC_EACH (versions, v)
            if (str_eq(v->key, ref))
                return version_of(v, NULL);
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (exact(doc_text(doc_get(d, keys[i]))).n)
            return doc_text(doc_get(d, keys[i]));
    return exact(doc_text(d));
}

static int add(struct listing *m, const struct doc *d, const struct doc *versions)
{
    struct str group, artifact, version = version_of(doc_get(d, "version"), versions), rest;

    if (d->kind == DOC_TEXT) {
        if (!str_split(d->text, ':', &group, &rest))
            return 0;
        str_split(rest, ':', &artifact, &version);
        version = exact(version);
    } else if (!str_split(doc_text(doc_get(d, "module")), ':', &group, &artifact)) {
        group = doc_text(doc_get(d, "group"));
        artifact = doc_text(doc_get(d, "name"));
    }
    return listing_add(m, group, artifact, version, false, d->line);
}

static int read_root(struct listing *m)
{
    struct doc *root;

    if (doc_toml(m->in->body, &m->arena, &root, m->e) < 0)
        return -1;
    DOC_EACH (doc_get(root, "libraries"), d)
        if (add(m, d, doc_get(root, "versions")) < 0)
            return -1;
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_LISTING struct listing m = LISTING(in, out, e, "maven");

    return read_root(&m);
}

const struct parser parser_gradle_catalog = {
    .name = "gradle_catalog",
    .what = "Java packages: Gradle's libs.versions.toml",
    .version = 1,
    .paths = PATHS("**/libs.versions.toml"),
    .max_size = 4u << 20,
    .parse = parse,
};
