/* r_description.c - installed R packages: DESCRIPTION in the package's folder ("Writing R Extensions") */
#include "parse/headers.h"
#include "parse/parse.h"

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct headers h = headers_of(in->body);
    struct str license = { 0 };
    struct package p = { .type = STR("cran"), .path = in->path };
    bool is_r = false; /* R insists on a title */

    for (struct header one; headers_next(&h, &one);) {
        if (str_eq(one.name, STR("Package"))) {
            p.name = one.value;
            p.line = one.line;
        } else if (str_eq(one.name, STR("Version"))) {
            p.version = one.value;
        } else if (str_eq(one.name, STR("License"))) {
            license = one.value;
        } else if (str_eq(one.name, STR("biocViews"))) {
            p.type = STR("bioconductor");
        }
        is_r |= str_eq(one.name, STR("Title")) || str_eq(one.name, STR("Built"));
    }
    if (!is_r || !p.name.n)
        return 0; /* something else that is called DESCRIPTION */
    if (!p.version.n)
        return err_set(e, ERR_FORMAT, "line %u: no Version", p.line);
    p.licenses = (struct strs){ &license, license.n ? 1 : 0 };
    return facts_add_package(out, &p, e);
}

const struct parser parser_r_description = {
    .name = "r_description",
    .what = "installed R packages: DESCRIPTION",
    .version = 1,
    .paths = PATHS("**/DESCRIPTION"),
    .max_size = 1u << 20,
    .parse = parse,
};
