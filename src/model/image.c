#include "model/image.h"

const struct user *image_user_by_name(const struct image *img, struct str name)
{
    IMAGE_EACH (img, user, USER, u)
        if (str_eq(u->name, name))
            return u;
    return NULL;
}

const struct user *image_user_by_uid(const struct image *img, uint32_t uid)
{
    IMAGE_EACH (img, user, USER, u)
        if (u->uid == uid)
            return u;
    return NULL;
}

bool image_default_uid(const struct image *img, uint32_t *uid)
{
    struct str user, group;
    uint64_t number;

    if (!img->config)
        return false;
    str_split(img->config->user, ':', &user, &group);
    if (!user.n || str_eq(user, STR("root"))) {
        *uid = 0;
        return true;
    }
    const struct user *u = image_user_by_name(img, user);
    if (u) {
        *uid = u->uid;
        return true;
    }
    if (!str_u64(user, 10, &number) || number > UINT32_MAX)
        return false;
    *uid = (uint32_t)number;
    return true;
}

uint32_t image_build_stage(const struct facts *dockerfile, struct str target)
{
    size_t n_config, n;
    const struct workload_fact *stage = facts_workload_fact(dockerfile, &n);
    uint64_t number;

    facts_config(dockerfile, &n_config);
    if (!n || n != n_config || !str_eq(stage->spelling, STR("dockerfile")))
        return 0;
    if (!target.n)
        return (uint32_t)n;
    for (size_t i = n; i--;)
        if (str_eq_nocase(stage[i].name, target))
            return (uint32_t)i + 1;
    return str_u64(target, 10, &number) && number < n ? (uint32_t)number + 1 : 0;
}

/* Is it the stage that is built, or one that this one builds on? */
static bool is_under(const struct config *config, uint32_t built, uint32_t stage)
{
    while (built > stage)
        built = config[built - 1].from;
    return built == stage;
}

/* The steps up to the end of the stage; false: memory. */
static bool take_steps(struct facts *to, struct arena *a, const struct facts *from, uint32_t stage)
{
    size_t n_config, n, kept = 0;
    const struct config *config = facts_config(from, &n_config);
    const struct history *all = facts_history(from, &n);
    struct history *step = arena_array(a, struct history, n + 1);

    for (size_t i = 0; step && i < n; i++)
        if (all[i].stage <= stage) {
            step[kept] = all[i];
            step[kept++].aside = all[i].stage && !is_under(config, stage, all[i].stage);
        }
    to->list[FACT_HISTORY_KIND].items = step;
    to->list[FACT_HISTORY_KIND].n = kept;
    return step;
}

static bool take_words(struct facts *to, struct arena *a, const struct facts *from, uint32_t stage)
{
    size_t n_env, n_label, env_kept = 0, labels_kept = 0;
    const struct env_var *all_env = facts_env_var(from, &n_env);
    const struct label *all_labels = facts_label(from, &n_label);
    struct env_var *env = arena_array(a, struct env_var, n_env + 1);
    struct label *label = arena_array(a, struct label, n_label + 1);

    for (size_t i = 0; env && i < n_env; i++)
        if (all_env[i].stage == stage)
            env[env_kept++] = all_env[i];
    for (size_t i = 0; label && i < n_label; i++)
        if (all_labels[i].stage == stage)
            label[labels_kept++] = all_labels[i];
    to->list[FACT_ENV_KIND].items = env;
    to->list[FACT_ENV_KIND].n = env_kept;
    to->list[FACT_LABEL_KIND].items = label;
    to->list[FACT_LABEL_KIND].n = labels_kept;
    return env && label;
}

int image_of_build(struct image *img, struct arena *a, const struct facts *dockerfile, uint32_t stage,
                   struct err *e)
{
    size_t n;
    const struct config *config = facts_config(dockerfile, &n) + stage - 1;
    const struct history *history = facts_history(dockerfile, &n);
    struct facts *own = arena_new(a, struct facts);

    if (!own)
        return err_set(e, ERR_LIMIT, "the model is full");
    memcpy(own->list, dockerfile->list, sizeof own->list);
    own->list[FACT_CONFIG_KIND].items = (void *)(uintptr_t)config;
    own->list[FACT_CONFIG_KIND].n = 1;
    if (!take_steps(own, a, dockerfile, stage) || !take_words(own, a, dockerfile, stage))
        return err_set(e, ERR_LIMIT, "the model is full");
    *img = (struct image){ .target = history->path,
                           .name = history->path,
                           .kind = STR("dockerfile"),
                           .from_build = true,
                           .config_facts = own,
                           .config = config };
    return 0;
}
