#include "model/image.h"

#include "core/map.h"

/* Where merged-/usr systems keep what their packages still list under the old name: "bin/sh" is "usr/bin/sh".
 */
struct alias {
    struct str from, to; /* both end with "/"; to is empty when there is no such link */
    char text[256];
};
static const struct str merged[] = { STR("bin/"),   STR("sbin/"),  STR("lib/"),
                                     STR("lib32/"), STR("lib64/"), STR("libx32/") };

static void find_alias(const struct tree *t, struct str from, struct alias *a)
{
    char clean[ENTRY_PATH_MOST];
    node_id id = t ? tree_find(t, str_first(from, from.n - 1), false) : 0;
    size_t n = 0;

    *a = (struct alias){ .from = from };
    if (!id || tree_node(t, id)->kind != ENTRY_SYMLINK)
        return;
    if (path_clean(tree_entry(t, id).link, clean, &n) == PATH_TOO_LONG || n + 2 > sizeof a->text)
        return;
    memcpy(a->text, clean, n);
    a->text[n] = '/';
    a->to = (struct str){ a->text, n + 1 };
}

/* The path as it is in the tree, in `to` where it has to be changed. */
static struct str resolved(const struct alias *alias, struct str path, char to[ENTRY_PATH_MOST])
{
    for (size_t i = 0; i < ARRAY_LEN(merged); i++) {
        const struct alias *a = &alias[i];
        if (!a->to.n || !str_starts(path, a->from) || path.n - a->from.n + a->to.n >= ENTRY_PATH_MOST)
            continue;
        memcpy(to, a->to.p, a->to.n);
        memcpy(to + a->to.n, path.p + a->from.n, path.n - a->from.n);
        return (struct str){ to, path.n - a->from.n + a->to.n };
    }
    return path;
}

bool image_owners(const struct image *img, const struct str *paths, size_t n, struct owner *out)
{
    AUTO_MAP struct map wanted = MAP;
    AUTO_FREE struct entries_reader *r = malloc(sizeof *r);
    struct alias alias[ARRAY_LEN(merged)];
    char to[ENTRY_PATH_MOST];
    struct entry en;

    for (size_t i = 0; i < n; i++) {
        uint32_t *at = map_put(&wanted, paths[i], NULL);
        if (!at)
            return false;
        *at = (uint32_t)i + 1;
        out[i] = (struct owner){ 0 };
    }
    if (!r)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(merged); i++)
        find_alias(img->tree, merged[i], &alias[i]);
    IMAGE_EACH (img, owned, OWNED, o) {
        entries_open(r, o->paths);
        while (entries_next(r, &en) > 0) {
            const uint32_t *at = map_get(&wanted, resolved(alias, en.path, to));
            if (at)
                out[*at - 1] = (struct owner){ o->type, o->name };
        }
    }
    for (size_t i = 0; i < n; i++) /* the same path asked for twice */
        out[i] = out[*map_get(&wanted, paths[i]) - 1];
    return true;
}

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

bool image_of_build(struct image *img, const struct facts *dockerfile)
{
    size_t n_config, n_history;
    const struct config *config = facts_config(dockerfile, &n_config);
    const struct history *history = facts_history(dockerfile, &n_history);

    if (!n_config || !n_history || !history->path.n)
        return false;
    *img = (struct image){ .target = history->path,
                           .name = history->path,
                           .kind = STR("dockerfile"),
                           .from_build = true,
                           .config_facts = dockerfile,
                           .config = config };
    return true;
}
