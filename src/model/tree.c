#include "core/pages.h"
#include "model/tree_form.h"

enum { LINKS_MOST = 40, PARTS_MOST = 2 * ENTRY_PATH_MOST, LAYERS_MOST = 65535 };

/* What one walk may still do: circles of links end here, and chains of long detours. */
struct patience {
    int links, parts;
};
#define PATIENCE               \
    {                          \
        LINKS_MOST, PARTS_MOST \
    }

/* One layer being applied. */
struct apply {
    struct tree *t;
    uint32_t layer;
    struct entries_reader *reader;
    tree_note_fn *note;
    void *ctx;
    struct err *e;
    node_id parent;      /* of the entry before ... */
    size_t parent_n;     /* ... the length of its path ... */
    uint32_t at_changes; /* ... and when that was found */
};

static bool room_for_slots(struct tree *t, size_t n)
{
    struct slot *old = t->slot;
    size_t n_old = t->n_slot, more = n_old ? n_old : 4096;

    while (more / 4 * 3 < n)
        more *= 2;
    if (more == n_old)
        return true;
    if (more * sizeof *old > t->max_bytes || !(t->slot = calloc(more, sizeof *old))) {
        t->slot = old;
        return false;
    }
    pages_large(t->slot, more * sizeof *old);
    t->n_slot = more;
    for (size_t i = 0; i < n_old; i++)
        if (old[i].id)
            *tree_place(t, old[i].hash) = old[i];
    free(old);
    return true;
}

bool tree_room(struct tree *t, size_t n)
{
    size_t cap = t->cap ? t->cap : 1024;

    while (cap < n)
        cap *= 2;
    if (cap > t->cap) {
        struct tree_node *grown = cap * sizeof *grown > t->max_bytes
                                      ? NULL
                                      : realloc(t->node, cap * sizeof *grown); /* large ones are remapped */
        if (!grown)
            return false;
        pages_large(grown, cap * sizeof *grown);
        t->node = grown;
        t->cap = cap;
    }
    return room_for_slots(t, n);
}

struct tree *tree_new(size_t max_bytes)
{
    struct tree *t = calloc(1, sizeof *t);

    if (!t)
        return NULL;
    t->max_bytes = max_bytes;
    t->names = (struct arena)ARENA(max_bytes / 4);
    t->n = TREE_ROOT;
    t->n_extra = 1;
    if (!tree_room(t, TREE_ROOT + 1)) {
        tree_free(&t);
        return NULL;
    }
    t->node[TREE_ROOT] = (struct tree_node){ .name = "", .kind = ENTRY_DIR, .mode = 0755, .implied = true };
    t->n = TREE_ROOT + 1;
    return t;
}

void tree_free(struct tree **t)
{
    if (!*t)
        return;
    free((*t)->node);
    free((*t)->slot);
    free((*t)->extra);
    arena_free(&(*t)->names);
    free(*t);
    *t = NULL;
}

/* By name, dead or alive: its place, or what would stand there. */
static struct slot look_up(const struct tree *t, node_id parent, struct str name)
{
    uint32_t hash = tree_hash(parent, name);
    size_t i = hash & (t->n_slot - 1);

    for (; t->slot[i].id; i = (i + 1) & (t->n_slot - 1)) {
        const struct tree_node *n = &t->node[t->slot[i].id];
        if (t->slot[i].hash == hash && n->parent == parent &&
            str_eq((struct str){ n->name, n->name_n }, name))
            return t->slot[i];
    }
    return (struct slot){ hash, 0 };
}

static node_id living(const struct tree *t, node_id id)
{
    return id && !t->node[id].dead ? id : 0;
}

static node_id child_of(const struct tree *t, node_id parent, struct str name)
{
    return living(t, look_up(t, parent, name).id);
}

static node_id new_node(struct apply *a, node_id parent, struct str name, uint32_t hash)
{
    struct tree *t = a->t;
    node_id i = (node_id)t->n;

    if (!tree_room(t, t->n + 1)) {
        err_set(a->e, ERR_LIMIT, "file tree is full at %zu entries", t->n);
        return 0;
    }
    t->n++;
    t->node[i] = (struct tree_node){ .name = name.p,
                                     .name_n = (uint16_t)name.n,
                                     .parent = parent,
                                     .dead = true,
                                     .depth = t->node[parent].depth + 1 };
    *tree_place(t, hash) = (struct slot){ hash, i };
    return i;
}

/* A living child of that name: the one that was found, a revived one, or a new one. `name` must be stable. */
static node_id make_child(struct apply *a, node_id parent, struct str name, struct slot found)
{
    struct tree *t = a->t;
    node_id i = found.id;

    if (t->node[parent].depth == DEPTH_MOST) { /* links let entries go deeper than any path is long */
        err_set(a->e, ERR_LIMIT, "file tree is deeper than %d directories", DEPTH_MOST);
        return 0;
    }
    if (!i && !(i = new_node(a, parent, name, found.hash)))
        return 0;
    struct tree_node *n = &t->node[i];
    if (n->dead) {
        n->dead = false;
        n->child = 0;
        n->extra = 0;
        t->alive++;
        if (!n->linked) {
            n->next = t->node[parent].child;
            t->node[parent].child = i;
            n->linked = true;
        }
    }
    return i;
}

static void bury(struct tree *t, node_id i)
{
    t->node[i].dead = true;
    t->node[i].child = 0;
    t->alive--;
    t->changes++;
}

/* Hidden by this layer, but something newer is below it: what stays is a directory that nobody describes. */
static void forget_self(struct tree_node *n, uint32_t layer)
{
    n->implied = true;
    n->layer = layer & 0xffff;
    n->mode = 0755;
    n->uid = n->gid = 0;
    n->extra = 0;
}

/* Remove what lies below `i` and came before `layer` (UINT32_MAX: everything). True when nothing is left.
 * Children that go are taken out of the list, and a directory remembers in its size, which means nothing
 * else, for which layer that was done: a layer that hides the same again and again costs nothing. */
static bool clear_below(struct tree *t, node_id i, uint32_t layer)
{
    node_id kept = 0;

    if (t->node[i].kind != ENTRY_DIR)
        return true;
    if (t->node[i].size == layer + 1ull)
        return !t->node[i].child;
    t->node[i].size = layer + 1ull;
    for (node_id c = t->node[i].child, next; c; c = next) {
        next = t->node[c].next;
        t->node[c].linked = false;
        if (t->node[c].dead)
            continue;
        bool empty = clear_below(t, c, layer), own = t->node[c].layer >= layer && !t->node[c].implied;
        if (empty && !own) {
            bury(t, c);
            continue;
        }
        if (!own)
            forget_self(&t->node[c], layer);
        t->node[c].linked = true;
        t->node[c].next = kept;
        kept = c;
    }
    t->node[i].child = kept;
    return !kept;
}

static void remove_node(struct tree *t, node_id i, uint32_t layer)
{
    bool empty = clear_below(t, i, layer), own = t->node[i].layer >= layer && !t->node[i].implied;

    if (empty && !own)
        bury(t, i);
    else if (!own)
        forget_self(&t->node[i], layer);
}

/* A directory that no entry has listed (yet). */
static node_id imply(struct apply *a, node_id parent, struct str name, bool stable)
{
    struct str keep = stable ? name : arena_str(&a->t->names, name);

    if (!keep.p) {
        err_set(a->e, ERR_LIMIT, "file tree is full");
        return 0;
    }
    node_id i = make_child(a, parent, keep, look_up(a->t, parent, keep));
    if (!i)
        return 0;
    struct tree_node *n = &a->t->node[i];
    n->kind = ENTRY_DIR;
    n->mode = 0755;
    n->uid = n->gid = 0;
    n->size = 0;
    n->extra = 0;
    n->layer = a->layer & 0xffff;
    n->implied = true;
    return i;
}

/* Walk `path` from `from`, following links inside the root. With `a`, missing directories are made, as an
 * extraction does; without, 0 says that there is none. Nothing is below a file. `follow`: the last one too.
 */
static node_id walk(const struct tree *t, struct apply *a, node_id from, struct str path, bool follow,
                    struct patience *left, bool stable)
{
    struct str rest = path, part;
    node_id at = path.n && path.p[0] == '/' ? TREE_ROOT : from;

    while (at && str_cut(&rest, '/', &part)) {
        if (--left->parts < 0 || t->node[at].kind != ENTRY_DIR)
            return 0;
        if (!part.n || str_eq(part, STR(".")))
            continue;
        if (str_eq(part, STR(".."))) {
            at = at == TREE_ROOT ? at : t->node[at].parent;
            continue;
        }
        node_id child = child_of(t, at, part);
        const struct tree_node *n = child ? &t->node[child] : NULL;
        if (n && n->kind == ENTRY_SYMLINK && (rest.p || follow)) {
            if (--left->links < 0)
                return 0;
            /* a link to "" leads nowhere; no kernel makes one, a hostile layer can */
            child = n->extra ? walk(t, a, at, t->extra[n->extra].link, true, left, true) : 0;
        } else if (a && !n) {
            child = imply(a, at, part, stable);
        }
        at = child;
    }
    return at;
}

static node_id parent_of_entry(struct apply *a, struct str dir, bool make)
{
    if (a->parent && dir.n == a->parent_n && a->reader->keep >= dir.n && a->at_changes == a->t->changes)
        return a->parent;
    struct patience left = PATIENCE;
    node_id at = walk(a->t, make ? a : NULL, TREE_ROOT, dir, true, &left, false);
    if (at && a->t->node[at].kind != ENTRY_DIR) /* nobody can reach what is below a file */
        at = 0;
    a->parent = at;
    a->parent_n = dir.n;
    a->at_changes = a->t->changes;
    return at;
}

bool tree_set_extra(struct tree *t, node_id i, const struct extra *x)
{
    if (!x->link.n && !x->caps.n && !x->major && !x->minor)
        return true;
    if (t->n_extra >= t->cap_extra) {
        size_t cap = t->cap_extra ? t->cap_extra * 2 : 256;
        struct extra *grown =
            cap * sizeof *grown > t->max_bytes ? NULL : realloc(t->extra, cap * sizeof *grown);
        if (!grown)
            return false;
        t->extra = grown;
        t->cap_extra = cap;
    }
    t->extra[t->n_extra] = *x;
    t->node[i].extra = (uint32_t)t->n_extra++;
    return true;
}

static int put(struct apply *a, node_id parent, struct str name, const struct entry *en)
{
    struct tree *t = a->t;
    struct slot found = look_up(t, parent, name);
    node_id old = living(t, found.id);

    if (old && !(t->node[old].kind == ENTRY_DIR && en->kind == ENTRY_DIR)) {
        clear_below(t, old, UINT32_MAX);
        t->changes += t->node[old].kind == ENTRY_DIR || t->node[old].kind == ENTRY_SYMLINK;
    }
    node_id i = make_child(a, parent, name, found);
    if (!i)
        return -1;
    struct tree_node *n = &t->node[i];
    bool same = n->kind == ENTRY_DIR && i == old;
    n->size = en->kind != ENTRY_DIR ? en->size : same ? n->size : 0;
    n->kind = (uint8_t)en->kind;
    n->mode = (uint16_t)en->mode;
    n->uid = en->uid;
    n->gid = en->gid;
    n->layer = a->layer & 0xffff;
    n->implied = false;
    n->extra = 0;
    struct extra x = { en->link, en->caps, en->major, en->minor };
    return tree_set_extra(t, i, &x) ? 0
                                    : err_set(a->e, ERR_LIMIT, "file tree is full at %zu links", t->n_extra);
}

/* A hard link takes over what its target is; false when it has none, and a note says so. */
static bool resolve_hard_link(struct apply *a, struct entry *en)
{
    struct str dir, base;
    struct patience left = PATIENCE;

    str_rsplit(en->link, '/', &dir, &base);
    node_id in = walk(a->t, NULL, TREE_ROOT, dir, true, &left, false);
    node_id target = in ? child_of(a->t, in, base) : 0;
    if (!target || a->t->node[target].kind == ENTRY_DIR) {
        a->note(a->ctx, true, en->path,
                target ? "hard link to a directory" : "hard link to a file that is not in the image");
        return false;
    }
    struct str path = en->path;
    *en = tree_entry(a->t, target);
    en->path = path;
    return true;
}

/* The root, or an opaque directory. */
static void apply_in_place(struct apply *a, const struct entry *en)
{
    struct patience left = PATIENCE;
    node_id at = walk(a->t, NULL, TREE_ROOT, en->path, true, &left, false);
    struct tree_node *n = &a->t->node[at];

    a->parent = 0; /* the next entry shares its path with this one, not with the one before */
    if (at && en->kind == ENTRY_OPAQUE)
        clear_below(a->t, at, a->layer);
    else if (at && en->kind == ENTRY_DIR) {
        n->mode = (uint16_t)en->mode;
        n->uid = en->uid;
        n->gid = en->gid;
        n->layer = a->layer & 0xffff;
    }
}

/* Whiteouts and opaque directories hide and make nothing: a directory that no layer lists is never empty. */
static int apply_entry(struct apply *a, struct entry *en)
{
    bool hides = en->kind == ENTRY_WHITEOUT;
    struct str dir, base;

    if (en->kind == ENTRY_OPAQUE || !en->path.n) {
        apply_in_place(a, en);
        return 0;
    }
    if (en->kind == ENTRY_HARDLINK && !resolve_hard_link(a, en)) {
        a->parent = 0;
        return 0;
    }
    str_rsplit(en->path, '/', &dir, &base);
    node_id parent = parent_of_entry(a, dir, !hides);
    if (!parent && a->e->code)
        return -1;
    if (!parent) {
        if (!hides)
            a->note(a->ctx, true, en->path, "lies behind a file, or a link that leads nowhere");
        return 0;
    }
    /* the last component lies whole in the encoding, which outlives the tree */
    struct str name = { a->reader->tail.p + a->reader->tail.n - base.n, base.n };
    if (!hides)
        return put(a, parent, name, en);
    node_id hidden = child_of(a->t, parent, name);
    if (hidden)
        remove_node(a->t, hidden, a->layer);
    return 0;
}

int tree_apply(struct tree *t, uint32_t layer, struct str entries, tree_note_fn *note, void *ctx,
               struct err *e)
{
    AUTO_FREE struct entries_reader *reader = malloc(sizeof *reader);
    struct apply a = { t, layer, reader, note, ctx, e, 0, 0, 0 };
    struct entry en;
    int r;

    if (!reader || layer >= LAYERS_MOST)
        return err_set(e, ERR_LIMIT, "too many layers");
    /* at once for those that are likely to come; where that is too much, as far as it goes */
    (void)tree_room(t, t->n + entries.n / ENTRY_BYTES);
    e->code = ERR_NONE;
    entries_open(reader, entries);
    while ((r = entries_next(reader, &en)) > 0)
        if (apply_entry(&a, &en) < 0)
            return -1;
    return r < 0 ? err_set(e, ERR_FORMAT, "list of entries is damaged") : 0;
}

node_id tree_find(const struct tree *t, struct str path, bool follow)
{
    struct patience left = PATIENCE;

    return walk(t, NULL, TREE_ROOT, path, follow, &left, false);
}

const struct tree_node *tree_node(const struct tree *t, node_id id)
{
    return &t->node[id];
}

struct entry tree_entry(const struct tree *t, node_id id)
{
    const struct tree_node *n = &t->node[id];
    struct entry en = { .kind = n->kind, .mode = n->mode, .uid = n->uid, .gid = n->gid };

    if (n->kind != ENTRY_DIR)
        en.size = n->size;
    if (n->extra) {
        const struct extra *x = &t->extra[n->extra];
        en.link = x->link;
        en.caps = x->caps;
        en.major = x->major;
        en.minor = x->minor;
    }
    return en;
}

struct str tree_path(const struct tree *t, node_id id, char *to)
{
    char *at = to + ENTRY_PATH_MOST;

    for (; id > TREE_ROOT; id = t->node[id].parent) {
        const struct tree_node *n = &t->node[id];
        if (at - to < n->name_n + 1)
            break; /* followed links can make a path longer than any entry's: its end is what matters */
        if (at != to + ENTRY_PATH_MOST)
            *--at = '/';
        at -= n->name_n;
        memcpy(at, n->name, n->name_n);
    }
    return (struct str){ at, (size_t)(to + ENTRY_PATH_MOST - at) };
}

/* The first that lives, from this one on. */
static node_id next_living(const struct tree *t, node_id id)
{
    while (id && t->node[id].dead)
        id = t->node[id].next;
    return id;
}

node_id tree_next(const struct tree *t, node_id id)
{
    node_id at = next_living(t, t->node[id ? id : TREE_ROOT].child);

    for (; !at && id > TREE_ROOT; id = t->node[id].parent)
        at = next_living(t, t->node[id].next);
    return at;
}

uint64_t tree_count(const struct tree *t)
{
    return t->alive;
}
