/* tree_list.c - a tree as a list, and back: parents come first, so that nothing has to be looked up. */
#include "model/tree_form.h"

static struct entry entry_of(const struct tree *t, node_id id, struct str path)
{
    struct entry en = tree_entry(t, id);

    en.path = path;
    en.layer = t->node[id].layer;
    en.implied = t->node[id].implied;
    return en;
}

static size_t parts_of(struct str path)
{
    size_t n = path.n > 0;

    for (size_t i = 0; i < path.n; i++)
        n += path.p[i] == '/';
    return n;
}

int tree_list(const struct tree *t, struct entries_writer *out, struct err *e)
{
    char room[ENTRY_PATH_MOST];
    struct entry en = entry_of(t, TREE_ROOT, STR(""));

    if (entries_add(out, &en, e) < 0)
        return -1;
    for (node_id id = 0; (id = tree_next(t, id));) {
        struct str path = tree_path(t, id, room);
        en = entry_of(t, id, path);
        if (parts_of(path) != t->node[id].depth)
            return err_set(e, ERR_LIMIT, "a path is longer than %d bytes", ENTRY_PATH_MOST);
        if (entries_add(out, &en, e) < 0)
            return -1;
    }
    return 0;
}

/* The directories that the entry at hand lies in, the root first. */
struct open_dir {
    node_id id, last; /* last: of its entries so far */
    size_t path_n;
};
struct taking {
    struct tree *t;
    struct open_dir *dir; /* DEPTH_MOST + 1 */
    size_t n;
};

static int bad(struct err *e)
{
    return err_set(e, ERR_FORMAT, "not the list of a tree");
}

static bool set_node(struct tree *t, node_id id, const struct entry *en)
{
    struct tree_node *n = &t->node[id];

    n->kind = (uint8_t)en->kind;
    n->mode = (uint16_t)en->mode;
    n->uid = en->uid;
    n->gid = en->gid;
    n->size = en->kind == ENTRY_DIR ? 0 : en->size;
    n->layer = en->layer;
    n->implied = en->implied;
    return tree_set_extra(t, id, &(struct extra){ en->link, en->caps, en->major, en->minor });
}

/* The directory that the entry lies in, of those that are open, which then is the last one; its name in *name. A
 * path shares its directory with the one before it, or that one is the directory. */
static struct open_dir *dir_of(struct taking *k, const struct entries_reader *r, struct str *name)
{
    struct str above;
    size_t dir_n;

    str_rsplit(r->tail, '/', &above, name);
    dir_n = r->path_n - name->n;
    dir_n -= dir_n > 0; /* the "/" */
    while (k->n > 1 && k->dir[k->n - 1].path_n > dir_n)
        k->n--;
    struct open_dir *d = &k->dir[k->n - 1];
    const struct tree_node *n = &k->t->node[d->id];
    bool known = above.n ? str_eq(above, (struct str){ n->name, n->name_n }) : r->keep >= dir_n;
    return d->path_n == dir_n && known && name->n ? d : NULL;
}

static int take_one(struct taking *k, const struct entries_reader *r, const struct entry *en, struct err *e)
{
    struct tree *t = k->t;
    struct str name;
    struct open_dir *d = dir_of(k, r, &name);
    node_id id = (node_id)t->n;

    if (!d || en->kind >= ENTRY_WHITEOUT || en->kind == ENTRY_HARDLINK || k->n > DEPTH_MOST)
        return bad(e);
    if (!tree_room(t, t->n + 1))
        return err_set(e, ERR_LIMIT, "file tree is full at %zu entries", t->n);
    t->node[id] = (struct tree_node){
        .name = name.p, .name_n = (uint16_t)name.n, .parent = d->id, .depth = (uint16_t)k->n, .linked = true
    };
    t->n++;
    t->alive++;
    *(d->last ? &t->node[d->last].next : &t->node[d->id].child) = id;
    d->last = id;
    if (!set_node(t, id, en))
        return err_set(e, ERR_LIMIT, "file tree is full at %zu links", t->n_extra);
    if (en->kind == ENTRY_DIR)
        k->dir[k->n++] = (struct open_dir){ .id = id, .path_n = r->path_n };
    return 0;
}

int tree_take_list(struct tree *t, struct str list, struct err *e)
{
    AUTO_FREE struct entries_reader *r = malloc(sizeof *r);
    AUTO_FREE struct open_dir *dir = malloc((DEPTH_MOST + 1) * sizeof *dir);
    struct taking k = { t, dir, 1 };
    struct entry en;
    int more;

    if (!r || !dir)
        return err_set(e, ERR_LIMIT, "out of memory");
    (void)tree_room(t, list.n / ENTRY_BYTES); /* at once, and the rest by and by */
    dir[0] = (struct open_dir){ .id = TREE_ROOT };
    entries_open(r, list);
    if (t->n != TREE_ROOT + 1 || entries_next(r, &en) <= 0 || en.path.n || en.kind != ENTRY_DIR)
        return bad(e);
    (void)set_node(t, TREE_ROOT, &en);
    while ((more = entries_next(r, &en)) > 0)
        if (take_one(&k, r, &en, e) < 0)
            return -1;
    for (node_id id = TREE_ROOT + 1; id < t->n; id++) {
        const struct tree_node *n = &t->node[id];
        uint32_t hash = tree_hash(n->parent, (struct str){ n->name, n->name_n });
        *tree_place(t, hash) = (struct slot){ hash, id };
    }
    return more < 0 ? bad(e) : 0;
}
