/* containers_conf.c - what Podman, Buildah and Skopeo are told of containers: containers.conf(5). */
#include "parse/parameters.h"

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    return parameters_of_tree(in, "containers", doc_toml, out, e);
}

const struct parser parser_containers_conf = {
    .name = "containers_conf",
    .what = "configuration of Podman and its kin: containers.conf",
    .version = 1,
    .document = "configuration",
    .paths = PATHS("**/containers.conf", "**/containers.conf.d/*.conf"),
    .max_size = PARAMETERS_FILE_MOST,
    .parse = parse,
};
