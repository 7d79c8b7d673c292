/* redis_conf.c - what Redis and Valkey are told: a name and words a line, and the same name again adds. */
#include "parse/parameters.h"

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    static const struct parameter_lines how = { "redis", "#", '\0', true, NULL };

    return parameters_of_lines(in, &how, out, e);
}

const struct parser parser_redis_conf = {
    .name = "redis_conf",
    .what = "configuration of Redis and Valkey: redis.conf",
    .version = 1,
    .document = "configuration",
    .paths = PATHS("**/redis.conf", "**/valkey.conf", "**/redis/*.conf", "**/valkey/*.conf"),
    .max_size = PARAMETERS_FILE_MOST,
    .parse = parse,
};
