/* docker_daemon.c - what the Docker engine is told: daemon.json. */
#include "parse/parameters.h"

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    return parameters_of_tree(in, "docker", doc_json, out, e);
}

const struct parser parser_docker_daemon = {
    .name = "docker_daemon",
    .what = "configuration of the Docker engine: daemon.json",
    .version = 1,
    .document = "configuration",
    .paths = PATHS("**/daemon.json"),
    .max_size = PARAMETERS_FILE_MOST,
    .parse = parse,
};
