/* go_vendor.c - vendor/modules.txt: the modules whose sources lie beside it.
 *
 *   # module version [=> module version]     "# module => folder" at the end only repeats a replacement */
#include "parse/plain.h"

static int add(const struct input *in, struct str line, uint32_t number, struct facts *out, struct err *e)
{
    struct str path = next_word(&line), version = next_word(&line), arrow = next_word(&line);
    struct str to = next_word(&line), to_version = next_word(&line);

    if (!str_starts(version, STR("v")))
        return 0;
    if (!str_eq(arrow, STR("=>")))
        return plain_package(in, "golang", path, version, number, out, e);
    return plain_package(in, "golang", to_version.n ? to : path, to_version, number, out, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct str rest = in->body, line;
    uint32_t number = 0;

    while (str_cut(&rest, '\n', &line)) {
        number++;
        if (str_starts(line, STR("# ")) && add(in, str_skip(line, 2), number, out, e) < 0)
            return -1;
    }
    return 0;
}

const struct parser parser_go_vendor = {
    .name = "go_vendor",
    .what = "Go modules in a vendor folder: modules.txt",
    .version = 1,
    .paths = PATHS("**/vendor/modules.txt"),
    .max_size = 8u << 20,
    .parse = parse,
};
