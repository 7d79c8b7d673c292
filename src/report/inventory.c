#include "report/inventory.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { INVENTORY_BYTES = 512 << 20 };

struct str layer_digest(const struct image *img, uint32_t layer)
{
    if (layer >= img->n_layers)
        return (struct str){ 0 };
    return img->layer[layer].digest.n ? img->layer[layer].digest : img->layer[layer].diff_id;
}

struct str image_title(const struct image *img)
{
    return img->name.n ? img->name : img->target;
}

void incomplete_text(struct buf *out, const struct incomplete *in)
{
    buf_str(out, in->where);
    if (in->where.n)
        buf_str(out, STR(": "));
    buf_str(out, in->reason);
}

static int compare(const struct installed *x, const struct installed *y)
{
    const struct package *p = x->package, *q = y->package;
    int d = x->element < y->element ? -1 : x->element > y->element;

    if (!d)
        d = str_cmp(p->type, q->type);
    if (!d)
        d = str_cmp(p->ns, q->ns);
    if (!d)
        d = str_cmp(p->name, q->name);
    if (!d)
        d = str_cmp(p->version, q->version);
    if (!d)
        d = str_cmp(p->arch, q->arch);
    if (!d)
        d = str_cmp(p->path, q->path);
    if (!d)
        d = p->line < q->line ? -1 : p->line > q->line;
    return d ? d : x->layer < y->layer ? -1 : x->layer > y->layer;
}

/* Twins keep their order, so that the same model gives the same document. */
static int by_name(const void *a, const void *b)
{
    const struct installed *x = ((const struct item *)a)->in, *y = ((const struct item *)b)->in;
    int d = compare(x, y);

    return d ? d : x < y ? -1 : x > y;
}

/* Texts one after the other, each with its length, so that "ab","c" is not "a","bc". */
static void feed(XXH3_state_t *h, struct str s)
{
    uint64_t n = s.n;

    XXH3_128bits_update(h, &n, sizeof n);
    if (n)
        XXH3_128bits_update(h, s.p, s.n);
}

static void name_item(struct item *it, XXH3_state_t *h, uint32_t again)
{
    const struct package *p = it->in->package;
    const struct str part[] = { p->type,
                                p->ns,
                                p->name,
                                p->version,
                                p->arch,
                                p->path,
                                layer_digest(it->in->image, it->in->layer),
                                image_title(it->in->image),
                                it->in->image->digest };

    XXH3_128bits_reset(h);
    for (size_t i = 0; i < ARRAY_LEN(part); i++)
        feed(h, part[i]);
    XXH3_128bits_update(h, &again, sizeof again);
    snprintf(it->ref, sizeof it->ref, "%016llx", (unsigned long long)XXH3_128bits_digest(h).low64);
}

/* Twins (the same package twice in one file) are told apart by a count: they stand side by side. */
static void name_items(struct inventory *v, XXH3_state_t *h)
{
    uint32_t again = 0;

    for (size_t i = 0; i < v->n; i++) {
        name_item(&v->item[i], h, 0);
        again = i && compare(v->item[i - 1].in, v->item[i].in) == 0 ? again + 1 : 0;
        if (again)
            name_item(&v->item[i], h, again);
    }
}

/* RFC 9562, version 8: bits of our own choice, here a hash of the content. */
static void name_all(struct inventory *v, const struct model *m, XXH3_state_t *h)
{
    XXH3_128bits_reset(h);
    for (size_t i = 0; i < m->image.n; i++) {
        feed(h, image_title(m->image.p[i]));
        feed(h, m->image.p[i]->digest);
        for (uint32_t k = 0; k < m->image.p[i]->n_layers; k++)
            feed(h, layer_digest(m->image.p[i], k));
    }
    for (size_t i = 0; i < v->n; i++) {
        feed(h, (struct str){ v->item[i].ref, 16 });
        feed(h, v->item[i].in->purl);
    }
    XXH128_hash_t d = XXH3_128bits_digest(h);
    snprintf(v->uuid, sizeof v->uuid, "%08x-%04x-8%03x-%04x-%012llx", (unsigned)(d.high64 >> 32),
             (unsigned)(d.high64 >> 16 & 0xffff), (unsigned)(d.high64 & 0xfff),
             (unsigned)(0x8000 | (d.low64 >> 48 & 0x3fff)),
             (unsigned long long)(d.low64 & 0xffffffffffffull));
}

/* ---- what needs what ---- */

static int by_number(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

    return a < b ? -1 : a > b;
}

/* The model counts packages as they were found, the document as they are sorted. */
static bool relate(struct inventory *v, const struct model *m)
{
    uint32_t *place = arena_array(&v->arena, uint32_t, v->n + 1);
    size_t n;

    for (size_t i = 0; place && i < v->n; i++)
        place[v->item[i].in - m->package.p] = (uint32_t)i;
    for (size_t i = 0; place && i < v->n; i++) {
        const struct need *need = model_needs(m, (uint32_t)(v->item[i].in - m->package.p), &n);
        uint32_t *to = n ? arena_array(&v->arena, uint32_t, n) : NULL;
        if (n && !to)
            return false;
        for (size_t k = 0; k < n; k++)
            to[k] = place[need[k].to];
        if (n)
            qsort(to, n, sizeof *to, by_number);
        v->item[i].needs = to;
        v->item[i].n_needs = n;
    }
    return place;
}

int inventory_make(struct inventory *v, const struct model *m, struct err *e)
{
    *v = (struct inventory){ .arena = ARENA(INVENTORY_BYTES), .n = m->package.n };
    XXH3_state_t *h = XXH3_createState();
    v->item = arena_array(&v->arena, struct item, v->n + 1);
    if (!h || !v->item) {
        XXH3_freeState(h);
        return err_set(e, ERR_LIMIT, "out of memory for %zu packages", v->n);
    }
    for (size_t i = 0; i < v->n; i++)
        v->item[i].in = &m->package.p[i];
    qsort(v->item, v->n, sizeof *v->item, by_name);
    name_items(v, h);
    name_all(v, m, h);
    XXH3_freeState(h);
    return relate(v, m) ? 0 : err_set(e, ERR_LIMIT, "out of memory for what %zu packages need", v->n);
}

void inventory_free(struct inventory *v)
{
    arena_free(&v->arena);
}
