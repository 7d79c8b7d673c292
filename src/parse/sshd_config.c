/* sshd_config.c - sshd_config(5): a name and words a line; the first of a name counts. What follows Match
 * holds for some only. */
#include "parse/parameters.h"

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    static const struct parameter_lines how = { "sshd", "#", '=', true, "match" };

    return parameters_of_lines(in, &how, out, e);
}

const struct parser parser_sshd_config = {
    .name = "sshd_config",
    .what = "configuration of the SSH server: sshd_config",
    .version = 1,
    .document = "configuration",
    .paths = PATHS("**/sshd_config", "**/sshd_config.d/*.conf"),
    .max_size = PARAMETERS_FILE_MOST,
    .parse = parse,
};
