/* crio_config.c - what CRI-O is told: crio.conf and the files that add to it. */
#include "parse/parameters.h"

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    return parameters_of_tree(in, "crio", doc_toml, out, e);
}

const struct parser parser_crio_config = {
    .name = "crio_config",
    .what = "configuration of CRI-O: crio.conf",
    .version = 1,
    .document = "configuration",
    .paths = PATHS("**/crio.conf", "**/crio.conf.d/*.conf"),
    .max_size = PARAMETERS_FILE_MOST,
    .parse = parse,
};
