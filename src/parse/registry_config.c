/* registry_config.c - what a registry (CNCF Distribution) is told: config.yml. */
#include "parse/parameters.h"

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    return parameters_of_tree(in, "registry", doc_yaml, out, e);
}

const struct parser parser_registry_config = {
    .name = "registry_config",
    .what = "configuration of a registry: config.yml",
    .version = 1,
    .document = "configuration",
    .paths = PATHS("**/docker/registry/config.yml", "**/distribution/config.yml",
                   "**/docker-registry/config.yml", "**/registry/config.yml", "**/registry-config.yml"),
    .max_size = PARAMETERS_FILE_MOST,
    .parse = parse,
};
