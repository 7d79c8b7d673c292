/* gradle_xml.c - verification-metadata.xml: the checksums of all that a Gradle build has ever downloaded. */
#include "parse/listing.h"

static int read_root(struct listing *m)
{
    struct doc *root;

    if (doc_xml(m->in->body, &m->arena, &root, m->e) < 0)
        return -1;
    DOC_EACH (doc_get(root, "components"), c)
        if (str_eq(c->key, STR("component")) &&
            listing_add(m, doc_text(doc_get(c, "@group")), doc_text(doc_get(c, "@name")),
                        doc_text(doc_get(c, "@version")), false, c->line) < 0)
            return -1;
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_LISTING struct listing m = LISTING(in, out, e, "maven");

    return read_root(&m);
}

const struct parser parser_gradle_xml = {
    .name = "gradle_xml",
    .what = "Java packages: Gradle's verification-metadata.xml",
    .version = 1,
    .paths = PATHS("**/gradle/verification-metadata.xml"),
    .max_size = 32u << 20,
    .parse = parse,
};
