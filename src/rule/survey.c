#include "rule/survey.h"

#include "model/owners.h"

/* Numbers that accounts have, sorted; a node's owner is looked for in it. */
struct numbers {
    uint32_t *p;
    size_t n;
    uint32_t last; /* known: the one asked for before, for runs of the same owner */
};

struct surveying {
    const struct tree *tree;
    struct survey *s;
    struct arena *arena;
    struct tell_index tells;
    struct numbers uid, gid;
};

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static bool has_number(struct numbers *l, uint32_t v)
{
    if (v == l->last)
        return true;
    if (!l->n || !bsearch(&v, l->p, l->n, sizeof *l->p, by_number))
        return false;
    l->last = v;
    return true;
}

static bool collect_numbers(const struct image *img, struct surveying *v)
{
    size_t n_user = img->seen[FACT_USER_KIND].n, n_group = img->seen[FACT_GROUP_KIND].n;

    v->uid.p = arena_array(v->arena, uint32_t, n_user + 2);
    v->gid.p = arena_array(v->arena, uint32_t, n_group + 1);
    if (!v->uid.p || !v->gid.p)
        return false;
    IMAGE_EACH (img, user, USER, u)
        v->uid.p[v->uid.n++] = u->uid;
    IMAGE_EACH (img, group, GROUP, g)
        v->gid.p[v->gid.n++] = g->gid;
    v->s->has_passwd = v->uid.n;
    v->s->has_group = v->gid.n;
    if (v->s->has_default_uid) /* what belongs to the user the image runs as is not stray */
        v->uid.p[v->uid.n++] = v->s->default_uid;
    v->uid.p[v->uid.n++] = 0;
    v->gid.p[v->gid.n++] = 0;
    qsort(v->uid.p, v->uid.n, sizeof *v->uid.p, by_number);
    qsort(v->gid.p, v->gid.n, sizeof *v->gid.p, by_number);
    return true;
}

static bool keep(struct surveying *v, enum mark mark, node_id id, const struct tell *name)
{
    struct found_list *l = &v->s->of[mark];

    if (l->total++ >= FOUND_MOST)
        return true;
    if (!arena_grow(v->arena, &l->p, l->n, &l->cap, sizeof *l->p))
        return false;
    l->p[l->n++] = (struct found){ .id = id, .name = name };
    return true;
}

/* Views of processes that only exist when a container runs: a link to them reads or replaces what is not in
 * the image. Standard streams (fd/0 to 2) are what images link their logs to. */
static bool leads_into_process(struct str link)
{
    static const char *const views[] = { "exe", "root", "cwd", "mem", "ns", "map_files", "environ" };
    struct str process, rest = link, part;

    while (str_starts(rest, STR("../")))
        rest = str_skip(rest, 3);
    while (str_starts(rest, STR("/")))
        rest = str_skip(rest, 1);
    if (!str_starts(rest, STR("proc/")))
        return false;
    rest = str_skip(rest, 5);
    if (!str_cut(&rest, '/', &process) || !str_cut(&rest, '/', &part))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(views); i++)
        if (str_eq(part, str_of(views[i])))
            return true;
    uint64_t fd;
    return str_eq(part, STR("fd")) && str_cut(&rest, '/', &part) && str_u64(part, 10, &fd) && fd > 2;
}

/* Names are looked at where someone may have put something: not in the documentation of packages, nor in the
 * test data that language packages bring. */
static bool names_count(struct str path)
{
    return !str_starts(path, STR("usr/share/doc/")) && !str_has(path, STR("/node_modules/")) &&
           !str_has(path, STR("/site-packages/")) && !str_has(path, STR("/dist-packages/")) &&
           !str_has(path, STR("/gems/")) && !str_has(path, STR("/pkg/mod/"));
}

static bool look_at_name(struct surveying *v, node_id id, const struct tree_node *n)
{
    char room[ENTRY_PATH_MOST];

    if (!tell_may(&v->tells, (struct str){ n->name, n->name_n }))
        return true;
    struct str path = tree_path(v->tree, id, room);
    const struct tell *t = tell_of(path, n->kind == ENTRY_DIR);
    if (!t || (t->kind != TELL_MINER && !names_count(path)) || (n->kind == ENTRY_FILE && !n->size))
        return true;
    return keep(v, MARK_NAMED, id, t);
}

static bool look_at_file(struct surveying *v, node_id id, const struct tree_node *n)
{
    if ((n->mode & 06000) && !keep(v, MARK_SETID, id, NULL))
        return false;
    if ((n->mode & 02) && !keep(v, MARK_OPEN_FILE, id, NULL))
        return false;
    if (n->extra && tree_entry(v->tree, id).caps.n && !keep(v, MARK_CAPS, id, NULL))
        return false;
    return look_at_name(v, id, n);
}

static bool look_at_directory(struct surveying *v, node_id id, const struct tree_node *n)
{
    if ((n->mode & 01002) == 02 && !keep(v, MARK_OPEN_DIR, id, NULL))
        return false;
    return look_at_name(v, id, n);
}

static bool look_at(struct surveying *v, node_id id)
{
    const struct tree_node *n = tree_node(v->tree, id);
    bool stray = (v->s->has_passwd && !has_number(&v->uid, n->uid)) ||
                 (v->s->has_group && !has_number(&v->gid, n->gid));

    if (stray && !keep(v, MARK_STRAY, id, NULL))
        return false;
    switch ((enum entry_kind)n->kind) {
    case ENTRY_FILE:
        return look_at_file(v, id, n);
    case ENTRY_DIR:
        return look_at_directory(v, id, n);
    case ENTRY_CHAR:
    case ENTRY_BLOCK:
        return keep(v, MARK_DEVICE, id, NULL);
    case ENTRY_SYMLINK:
        return !leads_into_process(tree_entry(v->tree, id).link) || keep(v, MARK_PROC_LINK, id, NULL);
    default:
        return true;
    }
}

static int by_path(const void *a, const void *b)
{
    const struct found *x = a, *y = b;

    return str_cmp(x->path, y->path);
}

/* Paths, and which package brought what stands out: hiding a database does not make the distribution's programs
 * foreign. */
static bool describe_found(const struct image *img, struct surveying *v)
{
    char room[ENTRY_PATH_MOST];

    for (size_t m = 0; m < MARK_COUNT; m++) {
        struct found_list *l = &v->s->of[m];
        for (size_t i = 0; i < l->n; i++) {
            l->p[i].path = arena_str(v->arena, tree_path(v->tree, l->p[i].id, room));
            if (!l->p[i].path.p)
                return false;
            l->p[i].owner = owner_of(img, l->p[i].path, true);
        }
        if (l->n)
            qsort(l->p, l->n, sizeof *l->p, by_path);
    }
    return true;
}

static bool lost_owners(const struct image *img)
{
    if (img->seen[FACT_OWNED_KIND].n)
        return false;
    IMAGE_EACH (img, package, PACKAGE, p)
        if (str_one_of(p->type, "deb rpm apk"))
            return true;
    return false;
}

int image_survey(struct image *img, struct arena *a, struct err *e)
{
    if (!img->tree)
        return 0;
    struct survey *s = arena_new(a, struct survey);
    struct surveying v = { .tree = img->tree, .s = s, .arena = a };

    if (!s)
        return err_set(e, ERR_LIMIT, "no memory to look through the file tree");
    s->has_default_uid = image_default_uid(img, &s->default_uid);
    s->lost_owners = lost_owners(img);
    tell_index_fill(&v.tells);
    if (!collect_numbers(img, &v))
        return err_set(e, ERR_LIMIT, "no memory to look through the file tree");
    for (node_id id = 0; (id = tree_next(img->tree, id));)
        if (!look_at(&v, id))
            return err_set(e, ERR_LIMIT, "no memory to look through the file tree");
    if (!describe_found(img, &v))
        return err_set(e, ERR_LIMIT, "no memory to look through the file tree");
    img->survey = s;
    return 0;
}
