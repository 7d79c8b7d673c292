/* containerd_config.c - what containerd is told: config.toml, also of those that bring it along. */
#include "parse/parameters.h"

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    return parameters_of_tree(in, "containerd", doc_toml, out, e);
}

const struct parser parser_containerd_config = {
    .name = "containerd_config",
    .what = "configuration of containerd: config.toml",
    .version = 1,
    .document = "configuration",
    .paths = PATHS("**/containerd/config.toml", "**/containerd-config.toml",
                   "**/agent/etc/containerd/config.toml"),
    .max_size = PARAMETERS_FILE_MOST,
    .parse = parse,
};
