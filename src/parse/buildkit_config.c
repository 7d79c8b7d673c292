/* buildkit_config.c - what BuildKit's daemon is told: buildkitd.toml. */
#include "parse/parameters.h"

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    return parameters_of_tree(in, "buildkit", doc_toml, out, e);
}

const struct parser parser_buildkit_config = {
    .name = "buildkit_config",
    .what = "configuration of BuildKit: buildkitd.toml",
    .version = 1,
    .document = "configuration",
    .paths = PATHS("**/buildkitd.toml"),
    .max_size = PARAMETERS_FILE_MOST,
    .parse = parse,
};
