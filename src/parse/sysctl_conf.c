/* sysctl_conf.c - sysctl.d(5): what the kernel is told at the start. */
#include "parse/parameters.h"

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    static const struct parameter_lines how = { "sysctl", "#;", '=', false, NULL };

    return parameters_of_lines(in, &how, out, e);
}

const struct parser parser_sysctl_conf = {
    .name = "sysctl_conf",
    .what = "kernel parameters: sysctl.conf",
    .version = 1,
    .document = "configuration",
    .paths = PATHS("**/sysctl.conf", "**/sysctl.d/*.conf"),
    .max_size = PARAMETERS_FILE_MOST,
    .parse = parse,
};
