/* netscaler.c - which NetScaler it is: "ns-14.1-36.5" in loader.conf and ns.conf, "NS13.1 Build 59.21" in
 * nsversion and the first line of ns.conf. */
#include "parse/plain.h"

#include <ctype.h>

static struct str number_at(struct str s)
{
    size_t n = 0;

    while (n < s.n && (isdigit((unsigned char)s.p[n]) || s.p[n] == '.'))
        n++;
    return str_first(s, n);
}

/* release and build around `between`; false when what stands there is something else. */
static bool read_version(struct str s, struct str between, struct str *release, struct str *build)
{
    *release = number_at(s);
    s = str_skip(s, release->n);
    *build = str_starts(s, between) ? number_at(str_skip(s, between.n)) : (struct str){ 0 };
    return release->n && build->n;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct str rest = in->body, line, release, build;
    char version[64];

    for (uint32_t number = 1; str_cut(&rest, '\n', &line); number++) {
        ptrdiff_t dash = str_find(line, STR("ns-")), plain = str_find(line, STR("NS"));
        if (!(dash >= 0 && read_version(str_skip(line, (size_t)dash + 3), STR("-"), &release, &build)) &&
            !(plain >= 0 &&
              read_version(str_skip(line, (size_t)plain + 2), STR(" Build "), &release, &build)))
            continue;
        int n = snprintf(version, sizeof version, STR_FMT "-" STR_FMT, STR_ARG(release), STR_ARG(build));
        if (n < 0 || (size_t)n >= sizeof version)
            return err_set(e, ERR_FORMAT, "line %u: the version is too long", number);
        return plain_package(in, "generic", STR("NetScaler"), (struct str){ version, (size_t)n }, number, out,
                             e);
    }
    return 0;
}

const struct parser parser_netscaler = {
    .name = "netscaler",
    .what = "NetScaler's own version",
    .version = 1,
    .paths = PATHS("flash/boot/loader.conf", "flash/nsconfig/ns.conf", "nsconfig/ns.conf", "**/nsversion"),
    .max_size = 16u << 20,
    .parse = parse,
};
