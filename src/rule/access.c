#include "rule/access.h"

const struct who who_everyone = { .everyone = true };

/* Groups that list the account as a member. */
static void add_groups(const struct image *img, struct str name, struct who *w)
{
    IMAGE_EACH (img, group, GROUP, g) {
        for (size_t i = 0; i < g->members.n && w->n_gid < WHO_GROUPS_MOST; i++)
            if (str_eq(g->members.p[i], name))
                w->gid[w->n_gid++] = g->gid;
    }
}

static bool group_number(const struct image *img, struct str group, uint32_t *gid)
{
    uint64_t v;

    IMAGE_EACH (img, group, GROUP, g)
        if (str_eq(g->name, group)) {
            *gid = g->gid;
            return true;
        }
    if (!str_u64(group, 10, &v) || v > UINT32_MAX)
        return false;
    *gid = (uint32_t)v;
    return true;
}

bool who_runs(const struct image *img, struct who *out)
{
    struct str user, group;
    uint32_t uid, gid = 0;

    *out = (struct who){ 0 };
    if (!image_default_uid(img, &uid))
        return false;
    bool has_group = str_split(img->config->user, ':', &user, &group) && group.n;
    const struct user *account = user.n ? image_user_by_name(img, user) : NULL;
    if (!account)
        account = image_user_by_uid(img, uid);
    if (has_group && !group_number(img, group, &gid))
        return false;
    out->uid = uid;
    out->gid[out->n_gid++] = has_group ? gid : account ? account->gid : 0;
    if (account && !has_group)
        add_groups(img, account->name, out);
    return true;
}

static bool has_bit(const struct who *w, const struct tree_node *n, unsigned user, unsigned group,
                    unsigned other)
{
    if (w->everyone)
        return n->mode & other;
    if (w->uid == 0 || n->uid == w->uid)
        return w->uid == 0 || (n->mode & user) || n->uid == w->uid; /* the owner can change the bits */
    for (size_t i = 0; i < w->n_gid; i++)
        if (w->gid[i] == n->gid)
            return n->mode & group;
    return n->mode & other;
}

bool may_write(const struct who *w, const struct tree_node *n)
{
    return n->kind != ENTRY_SYMLINK && has_bit(w, n, 0200, 020, 02);
}

bool may_replace_in(const struct who *w, const struct tree_node *dir)
{
    if (!may_write(w, dir))
        return false;
    return !(dir->mode & 01000) || (!w->everyone && (dir->uid == w->uid || w->uid == 0));
}

/* From the node up to the root: the topmost directory whose content they may replace. */
static node_id weak_parent(const struct tree *t, const struct who *w, node_id id)
{
    node_id weak = 0;

    for (; id; id = id == TREE_ROOT ? 0 : tree_node(t, id)->parent) {
        const struct tree_node *n = tree_node(t, id);
        if (n->kind == ENTRY_DIR && may_replace_in(w, n))
            weak = id;
    }
    return weak;
}

node_id weak_point(const struct image *img, const struct who *w, struct str path)
{
    for (size_t i = 0; i <= path.n; i++) { /* every prefix may be a link that lies in a weak directory */
        if (i < path.n && path.p[i] != '/')
            continue;
        node_id link = tree_find(img->tree, str_first(path, i), false);
        node_id weak = link ? weak_parent(img->tree, w, tree_node(img->tree, link)->parent) : 0;
        if (weak)
            return weak;
    }
    node_id end = tree_find(img->tree, path, true);
    if (!end)
        return 0;
    node_id weak = weak_parent(img->tree, w, end);
    return weak ? weak : may_write(w, tree_node(img->tree, end)) ? end : 0;
}

const char *user_name(const struct image *img, uint32_t uid, char *to)
{
    const struct user *u = image_user_by_uid(img, uid);

    if (u)
        snprintf(to, 40, "%.*s", (int)MIN(u->name.n, (size_t)39), u->name.p);
    else
        snprintf(to, 40, "uid %u", uid);
    return to;
}

struct str image_env(const struct image *img, struct str name)
{
    struct str value = { 0 };

    if (!img->config_facts)
        return value;
    FACTS_EACH (img->config_facts, env_var, v)
        if (str_eq(v->name, name))
            value = v->value.p ? v->value : STR("");
    return value;
}

const char *group_name(const struct image *img, uint32_t gid, char *to)
{
    snprintf(to, 40, "gid %u", gid);
    IMAGE_EACH (img, group, GROUP, g)
        if (g->gid == gid) {
            snprintf(to, 40, "%.*s", (int)MIN(g->name.n, (size_t)39), g->name.p);
            return to;
        }
    return to;
}

bool next_path_dir(const struct image *img, size_t *at, struct str *dir)
{
    struct str path = image_env(img, STR("PATH"));

    if (!path.p)
        path = STR("/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    if (*at > path.n)
        return false;
    struct str rest = { path.p + *at, path.n - *at };
    str_cut(&rest, ':', dir);
    *at += dir->n + 1;
    return true;
}

static bool is_program(const struct image *img, struct str path)
{
    node_id id = tree_find(img->tree, path, true);

    return id && tree_node(img->tree, id)->kind == ENTRY_FILE;
}

bool find_program(const struct image *img, struct str word, char *to, struct str *path)
{
    char joined[ENTRY_PATH_MOST];
    struct str dir;
    size_t at = 0, n;

    if (word.n && str_has_char(word, '/')) {
        bool absolute = word.p[0] == '/';
        struct str base = absolute ? STR("") : img->config ? img->config->workdir : STR("");
        int len = snprintf(joined, sizeof joined, STR_FMT "/" STR_FMT, STR_ARG(base), STR_ARG(word));
        if (len < 0 || (size_t)len >= sizeof joined ||
            path_clean((struct str){ joined, (size_t)len }, to, &n) == PATH_TOO_LONG)
            return false;
        *path = (struct str){ to, n };
        return is_program(img, *path);
    }
    while (word.n && next_path_dir(img, &at, &dir)) {
        int len = snprintf(joined, sizeof joined, STR_FMT "/" STR_FMT, STR_ARG(dir), STR_ARG(word));
        if (len < 0 || (size_t)len >= sizeof joined ||
            path_clean((struct str){ joined, (size_t)len }, to, &n) == PATH_TOO_LONG)
            continue;
        *path = (struct str){ to, n };
        if (is_program(img, *path))
            return true;
    }
    return false;
}
