/* dockerfile.c - a Dockerfile, stage by stage. Each stage is a workload, and is also said in the words of an
 * image's configuration, as all steps are in those of its history, so that the rules over images judge the
 * one that is built: the last, unless who builds it says another (image_of_build). */
#include "parse/dockerfile.h"

enum { STAGES_MOST = 1000, TREE_BYTES = 64 << 20 };

/* How many stages there are. */
static int plan(struct builder *b)
{
    struct dockerfile_line l;
    const char *why;

    for (dockerfile_open(&b->reader, &b->arena, b->in->body); dockerfile_next(&b->reader, &l, &why);)
        if (str_eq_nocase(l.instruction, STR("FROM")) && b->planned++ == STAGES_MOST)
            return err_set(b->e, ERR_LIMIT, "line %u: more than %d stages", l.line, STAGES_MOST);
    return 0;
}

static const char platforms[] = "TARGETPLATFORM TARGETOS TARGETARCH TARGETVARIANT BUILDPLATFORM BUILDOS "
                                "BUILDARCH BUILDVARIANT";

static int build_all(struct builder *b)
{
    struct dockerfile_line l;
    struct str name, rest = str_of(platforms);
    const char *why;

    if (plan(b) < 0)
        return -1;
    b->global = (struct dockerfile_values){ .arena = &b->arena };
    while (str_cut(&rest, ' ', &name))
        if (!dockerfile_set(&b->global, (struct dockerfile_value){ .name = name }))
            builder_full(b);
    declare_object(&b->d, (struct object){ .kind = STR("dockerfile"), .api = STR("dockerfile"), .line = 1 });
    dockerfile_open(&b->reader, &b->arena, b->in->body);
    while (!b->d.failed && dockerfile_next(&b->reader, &l, &why)) {
        if (why)
            facts_remark(b->out, NOTE_INCOMPLETE, b->in->path, "line %u: %s", l.line, why);
        dockerfile_instruction(b, &l);
    }
    if (b->reader.full && !b->d.failed)
        builder_full(b);
    if (b->d.failed)
        return -1;
    if (b->reader.check.n)
        facts_remark(b->out, NOTE_UNUSUAL, b->in->path, "build checks are set by a comment: " STR_FMT,
                     STR_ARG(str_first(b->reader.check, 200)));
    if (!b->n_stage)
        return 0;
    dockerfile_conclude(b);
    return b->d.failed ? -1 : 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct builder b = { .in = in, .out = out, .e = e, .arena = ARENA(TREE_BYTES) };

    b.d =
        (struct declare){ .out = out, .e = e, .arena = &b.arena, .path = in->path, .by = SAID_BY_CONTAINER };
    int r = build_all(&b);
    arena_free(&b.arena);
    return r;
}

const struct parser parser_dockerfile = {
    .name = "dockerfile",
    .what = "Dockerfiles: stages, what they make and how",
    .version = 4,
    .document = "dockerfile",
    .paths = PATHS("**/Dockerfile", "**/Containerfile", "**/*.dockerfile", "**/*.Dockerfile"),
    .max_size = 1u << 20,
    .parse = parse,
};
