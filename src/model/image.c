#include "model/image.h"

#include "core/map.h"

bool image_owners(const struct image *img, const struct str *paths, size_t n, struct owner *out)
{
    AUTO_MAP struct map wanted = MAP;
    AUTO_FREE struct entries_reader *r = malloc(sizeof *r);
    struct entry en;

    for (size_t i = 0; i < n; i++) {
        uint32_t *at = map_put(&wanted, paths[i], NULL);
        if (!at)
            return false;
        *at = (uint32_t)i + 1;
        out[i] = (struct owner) { 0 };
    }
    if (!r)
        return false;
    for
        IMAGE_EACH(img, owned, OWNED, o)
        {
            entries_open(r, o->paths);
            while (entries_next(r, &en) > 0) {
                const uint32_t *at = map_get(&wanted, en.path);
                if (at)
                    out[*at - 1] = (struct owner) { o->type, o->name };
            }
        }
    for (size_t i = 0; i < n; i++) /* the same path asked for twice */
        out[i] = out[*map_get(&wanted, paths[i]) - 1];
    return true;
}

const struct user *image_user_by_name(const struct image *img, struct str name)
{
    for
        IMAGE_EACH(img, user, USER, u)
    if (str_eq(u->name, name))
        return u;
    return NULL;
}

const struct user *image_user_by_uid(const struct image *img, uint32_t uid)
{
    for
        IMAGE_EACH(img, user, USER, u)
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
