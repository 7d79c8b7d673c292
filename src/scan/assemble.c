#include "scan/assemble.h"

#include "model/owners.h"
#include "parse/parse.h"
#include "scan/packages.h"

enum { TREE_BYTES = 768 << 20 };

struct assembly {
    struct model *m;
    struct image *img;
    struct tree *tree;
    struct facts remarks; /* of the tree */
    uint32_t layer;
};

static void tree_remark(void *ctx, bool hostile, struct str path, const char *what)
{
    struct assembly *a = ctx;

    facts_remark(&a->remarks, hostile ? NOTE_HOSTILE : NOTE_UNUSUAL, path, "%s", what);
}

static struct str where(const struct assembly *a, struct str what)
{
    return arena_fmt(&a->m->arena, STR_FMT "%s" STR_FMT, STR_ARG(a->img->name), what.n ? ": " : "",
                     STR_ARG(what));
}

static struct str layer_label(const struct assembly *a, size_t i)
{
    struct str digest = a->img->layer[i].digest.n ? a->img->layer[i].digest : a->img->layer[i].diff_id;

    return arena_fmt(&a->m->arena, "layer %zu (" STR_FMT ")", i + 1, STR_ARG(str_first(digest, 19)));
}

static int apply_layers(struct assembly *a, struct err *e)
{
    struct image *img = a->img;

    img->complete = true;
    for (a->layer = 0; a->layer < img->n_layers; a->layer++) {
        const struct layer *l = &img->layer[a->layer];
        if (!l->facts) {
            img->complete = false;
            model_incomplete(a->m, where(a, layer_label(a, a->layer)), STR_FMT, STR_ARG(l->why));
            continue;
        }
        FACTS_EACH (l->facts, tree_fact, t)
            if (tree_apply(a->tree, a->layer, t->entries, tree_remark, a, e) < 0) {
                img->complete = false;
                model_incomplete(a->m, where(a, layer_label(a, a->layer)), "%s", e->text);
            }
    }
    return 0;
}

/* The tree that a scan before this one made of the same layers. */
static int take_squashed(struct assembly *a, const struct facts *squashed, struct err *e)
{
    FACTS_EACH (squashed, tree_fact, t)
        if (tree_take_list(a->tree, t->entries, e) < 0)
            return -1;
    FACTS_EACH (squashed, note, n)
        if (facts_add_note(&a->remarks, n, e) < 0)
            return -1;
    a->img->complete = true;
    return 0;
}

/* Offset of the kind's `path`, or -1 when it has none. */
static ptrdiff_t path_field(enum fact_kind kind)
{
    for (size_t i = 0; i < fact_info[kind].n_field; i++)
        if (!strcmp(fact_info[kind].field[i].name, "path"))
            return (ptrdiff_t)fact_info[kind].field[i].at;
    return -1;
}

/* Is the file in the image as this layer brought it? */
static bool is_visible(const struct assembly *a, struct str path, uint32_t layer)
{
    node_id id = path_is_clean(path) ? tree_find(a->tree, path, false) : 0;

    return id && tree_node(a->tree, id)->layer == layer;
}

static size_t count_kind(const struct assembly *a, enum fact_kind kind)
{
    size_t n = a->remarks.list[kind].n;

    for (size_t i = 0; i < a->img->n_layers; i++)
        n += a->img->layer[i].facts ? a->img->layer[i].facts->list[kind].n : 0;
    return n;
}

static size_t see_layer(const struct assembly *a, const struct facts *f, enum fact_kind kind, uint32_t layer,
                        struct seen *to)
{
    ptrdiff_t at = path_field(kind);
    struct str last = { 0 };
    bool visible = true;

    for (size_t i = 0; i < f->list[kind].n; i++) {
        const char *fact = (const char *)f->list[kind].items + i * fact_info[kind].size;
        if (at >= 0) {
            const struct str *path = (const void *)(fact + at);
            if (!last.p || !str_eq(last, *path)) /* facts of one file come together */
                visible = is_visible(a, *path, layer);
            last = *path;
        }
        to[i] = (struct seen){ fact, layer, visible };
    }
    return f->list[kind].n;
}

static int see(struct assembly *a, enum fact_kind kind, struct err *e)
{
    size_t n = count_kind(a, kind), at = 0;
    struct seen *seen = n ? arena_array(&a->m->arena, struct seen, n) : NULL;

    if (n && !seen)
        return err_set(e, ERR_LIMIT, "the model is full");
    if (!n)
        return 0;
    for (uint32_t i = 0; i < a->img->n_layers; i++)
        if (a->img->layer[i].facts)
            at += see_layer(a, a->img->layer[i].facts, kind, i, seen + at);
    at += see_layer(a, &a->remarks, kind, 0, seen + at);
    a->img->seen[kind] = (struct seen_list){ seen, at };
    return 0;
}

/* os-release says most; of the files before it, the vendor's own comes before those it imitates. */
static const struct os *choose_os(const struct image *img)
{
    static const struct str later[] = { STR("etc/debian_version"), STR("etc/redhat-release"),
                                        STR("etc/centos-release"), STR("etc/system-release"),
                                        STR("etc/lsb-release") };
    const struct os *best = NULL;
    size_t best_rank = SIZE_MAX;

    IMAGE_EACH (img, os, OS, o) {
        size_t rank = str_eq(o->path, STR("etc/os-release"))       ? 0
                      : str_eq(o->path, STR("usr/lib/os-release")) ? 1
                                                                   : 2;
        for (size_t i = 0; i < ARRAY_LEN(later); i++)
            rank = str_eq(o->path, later[i]) ? 3 + i : rank;
        if (!str_starts(o->path, STR("etc/")) && !str_starts(o->path, STR("usr/")))
            rank = SIZE_MAX - 1; /* a bill of materials, which may be another system's */
        if (rank < best_rank) {
            best = o;
            best_rank = rank;
        }
    }
    return best;
}

/* Of a source tree nobody says that something is not in it when a file was not read. */
static void add_gap(struct assembly *a, const struct note *note)
{
    a->img->complete &= !image_is_source(a->img);
    model_incomplete(a->m, where(a, note->where), STR_FMT, STR_ARG(note->reason));
}

/* What readers could not read, unless a later layer replaced or deleted the file. */
static void add_gaps(struct assembly *a)
{
    const struct seen_list *notes = &a->img->seen[FACT_NOTE_KIND];

    for (size_t i = 0; i < notes->n; i++) {
        const struct note *note = notes->p[i].fact;
        if (note->kind == NOTE_INCOMPLETE &&
            (!note->where.n || is_visible(a, note->where, notes->p[i].layer)))
            add_gap(a, note);
    }
    if (a->img->config_facts)
        FACTS_EACH (a->img->config_facts, note, n)
            if (n->kind == NOTE_INCOMPLETE)
                model_incomplete(a->m, where(a, n->where), STR_FMT, STR_ARG(n->reason));
}

/* Files that programs find through links while readers, which go by the names in the archive, do not: a
 * package database must not hide like that. */
static void add_linked_away(struct assembly *a)
{
    char path[ENTRY_PATH_MOST];

    for (size_t i = 0; i < n_parsers; i++)
        for (const char *const *p = parsers[i]->paths; p && *p; p++) {
            node_id id = strchr(*p, '*') ? 0 : tree_find(a->tree, str_of(*p), true);
            if (!id || tree_node(a->tree, id)->kind != ENTRY_FILE)
                continue;
            struct str real = tree_path(a->tree, id, path);
            if (!parser_wants(parsers[i], real))
                model_incomplete(a->m, where(a, str_of(*p)), "is a link to " STR_FMT ", which was not read",
                                 STR_ARG(real));
        }
}

/* Build history has a line for each layer, and more that made none. */
static void pair_history(struct image *img)
{
    size_t n = 0, at = 0;

    if (!img->config_facts)
        return;
    FACTS_EACH (img->config_facts, history, h)
        n += !h->empty;
    if (n != img->n_layers)
        return;
    FACTS_EACH (img->config_facts, history, h)
        if (!h->empty)
            img->layer[at++].created_by = h->created_by;
}

int assemble_image(struct model *m, struct image *img, const struct facts *squashed, struct err *e)
{
    struct assembly a = { .m = m, .img = img, .tree = tree_new(TREE_BYTES), .remarks = FACTS(16u << 20) };

    if (!a.tree)
        return err_set(e, ERR_LIMIT, "out of memory");
    img->tree = a.tree;
    pair_history(img);
    int r = squashed ? take_squashed(&a, squashed, e) : apply_layers(&a, e);
    for (enum fact_kind k = 0; r == 0 && k < FACT_KIND_COUNT; k++)
        r = see(&a, k, e);
    if (r == 0 && !(img->owners = owners_new(img)))
        r = err_set(e, ERR_LIMIT, "out of memory");
    if (r == 0) {
        img->os = image_is_source(img) ? NULL : choose_os(img);
        add_gaps(&a);
        if (!image_is_source(img))
            add_linked_away(&a);
        r = add_packages(m, img, e);
    }
    /* remarks are in img->seen: they live as long as the model */
    img->remarks = a.remarks;
    return r;
}

void assemble_forget(struct image *img)
{
    tree_free(&img->tree);
    owners_free(&img->owners);
}
