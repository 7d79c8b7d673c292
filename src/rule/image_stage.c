/* image_stage.c - how the stages of a Dockerfile refer to each other. What an image's history does not keep:
 * these rules apply to Dockerfiles only. */
#include "rule/common.h"

static bool is_dockerfile(const struct image *img)
{
    return img->from_build;
}

static enum verdict same_name(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    struct base a, b;

    if (!is_dockerfile(img))
        return VERDICT_NOT_APPLICABLE;
    for (size_t at = 0; base_next(img, &at, &a);)
        for (size_t k = at; a.name.n && base_next(img, &k, &b);)
            if (str_eq_nocase(a.name, b.name)) {
                struct evidence where = at_step(&b.step);
                proof_add(p, &where, "a stage of line %u has the name %.60s, too", a.step.line,
                          arena_cstr(p->arena, b.name));
                break;
            }
    return conclude_history(img, p, false, "every stage has a name of its own");
}

/* The stage that COPY --from names; empty: none. */
static struct str copied_from(const struct step *s)
{
    struct str rest = s->body, word;

    while (str_cut(&rest, ' ', &word) && str_starts(word, STR("--")))
        if (str_starts(word, STR("--from=")))
            return str_skip(word, 7);
    return STR_NONE;
}

static enum verdict from_itself(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    struct str name = { 0 };
    struct step s;

    if (!is_dockerfile(img))
        return VERDICT_NOT_APPLICABLE;
    for (size_t at = 0; step_next(img, &at, &s);) {
        if (str_eq(s.instruction, STR("FROM"))) {
            struct base b;
            size_t back = at - 1;
            name = base_next(img, &back, &b) ? b.name : STR_NONE;
        }
        struct str from = str_eq(s.instruction, STR("COPY")) ? copied_from(&s) : STR_NONE;
        struct evidence where = at_step(&s);
        if (from.n && name.n && str_eq_nocase(from, name))
            proof_add(p, &where, "COPY --from=%.60s stands in that stage", arena_cstr(p->arena, from));
    }
    return conclude_history(img, p, false, "none copies from its own stage");
}

static enum verdict into_file(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    struct step s;

    if (!is_dockerfile(img))
        return VERDICT_NOT_APPLICABLE;
    for (size_t at = 0; step_next(img, &at, &s);) {
        struct str rest = s.body, word, last = { 0 };
        size_t n = 0;
        if (!str_one_of(s.instruction, "COPY ADD") || str_has(s.body, STR("[")))
            continue;
        while (str_cut(&rest, ' ', &word))
            if (word.n && !str_starts(word, STR("--"))) {
                last = word;
                n++;
            }
        struct evidence where = at_step(&s);
        if (n > 2 && !str_ends(last, STR("/")) && !str_one_of(last, ". ..") && last.p[0] != '$')
            proof_add(p, &where, STR_FMT " of %zu things to %.80s, which is no folder",
                      STR_ARG(s.instruction), n - 1, arena_cstr(p->arena, last));
    }
    return conclude_history(img, p, false, "none copies several files to one");
}

static enum verdict nameless(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    struct step s;
    uint64_t number;

    if (!is_dockerfile(img))
        return VERDICT_NOT_APPLICABLE;
    for (size_t at = 0; step_next(img, &at, &s);) {
        struct str from = str_eq(s.instruction, STR("COPY")) ? copied_from(&s) : STR_NONE;
        struct evidence where = at_step(&s);
        if (str_u64(from, 10, &number))
            proof_add(p, &where, "COPY --from=%llu counts stages", (unsigned long long)number);
    }
    return conclude_history(img, p, false, "stages are called by their names");
}

static enum verdict one_platform(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    struct base b;

    if (!is_dockerfile(img))
        return VERDICT_NOT_APPLICABLE;
    for (size_t at = 0; base_next(img, &at, &b);) {
        struct evidence where = at_step(&b.step);
        if (b.platform.n && !str_has(b.platform, STR("$")))
            proof_add(p, &where, "FROM --platform=%.60s", arena_cstr(p->arena, b.platform));
    }
    return conclude_history(img, p, false, "whoever builds chooses the platform");
}

/* What "--chown=" gives to another than root, in a stage that becomes the image. Files of root can be read by
 * all, and changed by nobody who takes over the program. */
static enum verdict copy_owner(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    struct step s;

    if (!is_dockerfile(img))
        return VERDICT_NOT_APPLICABLE;
    for (size_t at = 0; step_next(img, &at, &s);) {
        struct str rest = s.body, word, user, group;
        struct evidence where = at_step(&s);
        if (s.aside || !str_one_of(s.instruction, "COPY ADD"))
            continue;
        while (str_cut(&rest, ' ', &word) && str_starts(word, STR("--"))) {
            if (!str_starts(word, STR("--chown=")))
                continue;
            str_split(str_skip(word, 8), ':', &user, &group);
            if (!str_one_of(user, "0 root"))
                proof_add(p, &where, STR_FMT " %.80s", STR_ARG(s.instruction), arena_cstr(p->arena, word));
        }
    }
    return conclude_history(img, p, false, "what is copied belongs to root");
}

/* Is the image named by the tag latest, or by none? */
static bool is_latest(struct str image)
{
    struct str folder, base, name, tag;

    str_rsplit(image, '/', &folder, &base);
    return !str_split(base, ':', &name, &tag) || str_eq(tag, STR("latest"));
}

static enum verdict latest_base(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    struct evidence unsaid = { 0 };
    struct base b;

    if (!is_dockerfile(img))
        return VERDICT_NOT_APPLICABLE;
    for (size_t at = 0; base_next(img, &at, &b);) {
        struct evidence where = at_step(&b.step);
        if (b.stage || str_eq(b.image, STR("scratch")) || str_has(b.image, STR("@")))
            continue;
        if (str_has(b.image, STR("$")))
            unsaid = where;
        else if (is_latest(b.image))
            proof_add(p, &where, "FROM %.120s", arena_cstr(p->arena, b.image));
    }
    if (!p->found && unsaid.path.n)
        return cannot_tell(p, &unsaid, "the base image is said when it is built");
    return conclude_history(img, p, false, "every base image has a tag other than latest");
}

static enum verdict maintainer(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;
    struct step s;

    if (!has_history(img, p, &v))
        return v;
    for (size_t at = 0; step_next(img, &at, &s);) {
        struct evidence where = at_step(&s);
        if (str_eq(s.instruction, STR("MAINTAINER")))
            proof_add(p, &where, "MAINTAINER");
    }
    return conclude_history(img, p, false, "none is MAINTAINER");
}

#define STAGE_RULE(id_, title_, holds_, why_, fix_, severity_, judge_, ...)                                 \
    {                                                                                                       \
        CHECK_RECORD(LAYER_IMAGE, id_, title_, holds_, why_, fix_, severity_, THREAT_BIT(T2), __VA_ARGS__), \
            .on = ON_IMAGE, .judge = judge_                                                                 \
    }

static const struct rule table[] = {
    {
        .check = { .id = "image-base-latest",
                   .title = "Base image is named by the tag latest, or by none",
                   .holds = "Base images are named by other tags than latest",
                   .why = "What the image holds depends on the day it was built, and whoever may push to the "
                          "name decides it.",
                   .fix = "Name a version, better with its digest.",
                   .snippet = "FROM example.org/debian:12@sha256:...",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.2" }, { CAT_NIST, "4.1.5" }, { CAT_OWASP_DOCKER, "D08" },
                                { CAT_CWE, "CWE-1357" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = latest_base,
    },
    STAGE_RULE("image-stage-name-twice", "Two stages have one name", "Every stage has a name of its own",
               "COPY takes from the last one: perhaps not from the one that was reviewed.",
               "Give each stage a name of its own.", LOW, same_name, { CAT_OWASP_DOCKER, "D04" },
               { CAT_CWE, "CWE-694" }),
    STAGE_RULE("image-copy-from-itself", "Stage copies from itself", "No stage copies from itself",
               "It fails, or takes an image of that name from a registry.", "Name the stage that was meant.",
               LOW, from_itself, { CAT_OWASP_DOCKER, "D04" }, { CAT_CWE, "CWE-1188" }),
    STAGE_RULE("image-copy-into-file", "Several files are copied to something that is no folder",
               "Several files are copied to folders only",
               "The build fails, or one file takes the place of the others.", "End the target with \"/\".",
               INFO, into_file, { CAT_OWASP_DOCKER, "D04" }, { CAT_CWE, "CWE-1188" }),
    STAGE_RULE("image-stage-by-number", "Stage is called by its number", "Stages are called by their names",
               "A new stage before it, and files come from somewhere else.", "Name the stage by AS.", INFO,
               nameless, { CAT_OWASP_DOCKER, "D04" }, { CAT_CWE, "CWE-1188" }),
    STAGE_RULE("image-one-platform", "Base image is taken for one platform",
               "Whoever builds chooses the platform",
               "On other machines the image is emulated, or not the one that was tested.",
               "Drop --platform, or write $BUILDPLATFORM.", INFO, one_platform, { CAT_OWASP_DOCKER, "D04" },
               { CAT_CWE, "CWE-1188" }),
    STAGE_RULE("image-copy-owner", "Files are copied for another owner than root",
               "What is copied belongs to root",
               "Whoever takes over the program changes the program: it is there after a restart.",
               "Drop --chown; give away only the folders that the program writes to.", INFO, copy_owner,
               { CAT_OWASP_DOCKER, "D04" }, { CAT_CWE, "CWE-732" }),
    {
        .check = { .id = "image-maintainer",
                   .title = "Image says its maintainer in the old way",
                   .holds = "Image does not use MAINTAINER",
                   .why = "The instruction is deprecated: tools that ask whom to warn do not see it.",
                   .fix = "Write a label.",
                   .snippet = "LABEL org.opencontainers.image.authors=\"team@example.org\"",
                   .threats = THREAT_BIT(T2) | THREAT_BIT(R1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_OWASP_DOCKER, "D04" }, { CAT_CWE, "CWE-477" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = maintainer,
    },
};
const struct rule_set rules_image_stage = { "image_stage", table, ARRAY_LEN(table) };
