/* dockerfile.c - the images that a Dockerfile builds on: FROM [--platform=...] image [AS name] */
#include "core/map.h"
#include "parse/image_ref.h"
#include "parse/plain.h"

static int from(const struct input *in, struct str rest, uint32_t line, struct map *stages, struct facts *out,
                struct err *e)
{
    struct str image = next_word(&rest), as;

    while (str_starts(image, STR("--")))
        image = next_word(&rest);
    bool is_stage = map_get(stages, image) || str_eq_nocase(image, STR("scratch"));
    as = next_word(&rest);
    if (str_eq_nocase(as, STR("as")) && !map_put(stages, next_word(&rest), NULL))
        return err_set(e, ERR_LIMIT, "out of memory");
    if (!image.n || is_stage)
        return 0;
    if (memchr(image.p, '$', image.n)) {
        facts_remark(out, NOTE_UNUSUAL, in->path, "line %u: which image is said when it is built: " STR_FMT,
                     line, STR_ARG(str_first(image, 200)));
        return 0;
    }
    return image_ref_add(in, image, line, out, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_MAP struct map stages = MAP;
    struct str rest = in->body, line;

    for (uint32_t number = 1; str_cut(&rest, '\n', &line); number++) {
        if (str_eq_nocase(next_word(&line), STR("from")) && from(in, line, number, &stages, out, e) < 0)
            return -1;
    }
    return 0;
}

const struct parser parser_dockerfile = {
    .name = "dockerfile",
    .what = "images that a Dockerfile builds on",
    .version = 1,
    .paths = PATHS("**/Dockerfile", "**/Containerfile", "**/*.dockerfile", "**/*.Dockerfile"),
    .max_size = 1u << 20,
    .parse = parse,
};
