/* sbt_lock.c - build.sbt.lock: Scala's packages, of Maven repositories. */
#include "parse/listing.h"

/* Of the tests and nothing else. */
static bool only_tests(const struct doc *configurations)
{
    DOC_EACH (configurations, c)
        if (!str_starts(doc_text(c), STR("test")))
            return false;
    return configurations && configurations->n;
}

static int read_root(struct listing *m)
{
    struct doc *root;

    if (doc_json(m->in->body, &m->arena, &root, m->e) < 0)
        return -1;
    DOC_EACH (doc_get(root, "dependencies"), d)
        if (listing_add(m, doc_text(doc_get(d, "org")), doc_text(doc_get(d, "name")),
                        doc_text(doc_get(d, "version")), only_tests(doc_get(d, "configurations")),
                        d->line) < 0)
            return -1;
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_LISTING struct listing m = LISTING(in, out, e, "maven");

    return read_root(&m);
}

const struct parser parser_sbt_lock = {
    .name = "sbt_lock",
    .what = "Scala packages: build.sbt.lock",
    .version = 1,
    .paths = PATHS("**/build.sbt.lock"),
    .max_size = 16u << 20,
    .parse = parse,
};
