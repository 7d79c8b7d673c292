/* registries_conf.c - where Podman, Buildah, Skopeo and CRI-O look for images: containers-registries.conf(5),
 * also in its first version. */
#include "parse/parameters.h"

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    return parameters_of_tree(in, "registries", doc_toml, out, e);
}

const struct parser parser_registries_conf = {
    .name = "registries_conf",
    .what = "registries of Podman and its kin: registries.conf",
    .version = 1,
    .document = "configuration",
    .paths = PATHS("**/registries.conf", "**/registries.conf.d/*.conf"),
    .max_size = PARAMETERS_FILE_MOST,
    .parse = parse,
};
