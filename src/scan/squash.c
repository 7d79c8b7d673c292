/* squash.c - the record of an image: for each layer the record of its facts but the list of entries, and one more
 * with the list of the tree and what is odd about how it came to be. Each has its length before it, in eight bytes. */
#include "scan/squash.h"

#include "io/hash.h"
#include "model/record.h"

/* To be changed with the form of the list of a tree, or when layers make another tree than before. */
static const char version[] = "squash 1";

/* An image of more files is squashed from its layers each time: that takes half of the memory. */
enum { NODES_MOST = 1 << 20, LIST_MOST = 256 << 20, RECORD_MOST = 768 << 20 };

/* false: a layer is not kept by what it is. */
static bool key_of(const struct source_image *img, bool no_verify, char key[DIGEST_TEXT_MOST])
{
    AUTO_HASH struct hash h = { 0 };
    struct err ignored;

    for (size_t i = 0; i < img->n_layers; i++) {
        struct str layer = layer_key(&img->layer[i], no_verify);
        if (!layer.n || (!i && hash_open(&h, layer, &ignored) < 0))
            return false;
        hash_add(&h, layer.p, layer.n);
        hash_add(&h, "\n", 1);
    }
    if (!img->n_layers)
        return false;
    hash_add(&h, version, sizeof version);
    hash_end(&h, key);
    return true;
}

/* ---- from the cache ---- */

static const struct facts *take_part(struct store *s, struct str *rest)
{
    struct str head, part;
    struct err ignored;
    uint64_t n;

    if (!take_bytes(rest, sizeof n, &head))
        return NULL;
    memcpy(&n, head.p, sizeof n);
    if (n > rest->n || !take_bytes(rest, n, &part))
        return NULL;
    return store_facts(s, NULL, part, &ignored);
}

static bool take_record(struct source_image *img, struct store *s, struct str rest)
{
    for (size_t i = 0; i < img->n_layers; i++)
        if (!(img->layer[i].facts = take_part(s, &rest)))
            return false;
    img->squashed = take_part(s, &rest);
    return img->squashed && img->squashed->list[FACT_TREE_KIND].n == 1 && !rest.n;
}

void squash_get(struct source_image *img, struct cache *c, struct store *s, bool no_verify)
{
    char key[DIGEST_TEXT_MOST];
    struct str record;
    struct err ignored;

    for (size_t i = 0; i < img->n_layers; i++)
        if (img->layer[i].facts || img->layer[i].why_not.n)
            return;
    if (!key_of(img, no_verify, key) || !cache_map(c, str_of(key), &record))
        return;
    if (store_mapped(s, record, &ignored) == 0 && take_record(img, s, record))
        return;
    img->squashed = NULL;
    for (size_t i = 0; i < img->n_layers; i++)
        img->layer[i].facts = NULL;
}

/* ---- to the cache ---- */

static bool put_part(const struct facts *f, struct buf *out)
{
    size_t at = out->n;
    uint64_t n = 0;
    struct err ignored;

    buf_add(out, &n, sizeof n);
    if (record_encode(f, out, &ignored) < 0)
        return false;
    n = out->n - at - sizeof n;
    memcpy(out->p + at, &n, sizeof n);
    return true;
}

static bool put_tree(const struct image *img, struct entries_writer *list, struct buf *out)
{
    AUTO_FACTS struct facts f = FACTS(16u << 20);
    struct tree_fact tree = { .count = tree_count(img->tree) };
    struct err ignored;
    size_t n;

    if (tree_list(img->tree, list, &ignored) < 0 || facts_add_tree_fact(&f, &tree, &ignored) < 0)
        return false;
    facts_tree_fact(&f, &n)[n - 1].entries = buf_view(&list->out);
    FACTS_EACH (&img->remarks, note, note)
        if (facts_add_note(&f, note, &ignored) < 0)
            return false;
    return put_part(&f, out);
}

static bool put_layers(const struct source_image *src, struct buf *out)
{
    for (size_t i = 0; i < src->n_layers; i++) {
        struct facts but_tree = *src->layer[i].facts; /* borrowed */
        but_tree.list[FACT_TREE_KIND].n = 0;
        if (!put_part(&but_tree, out))
            return false;
    }
    return true;
}

void squash_put(const struct source_image *src, const struct image *img, struct cache *c, bool no_verify)
{
    AUTO_BUF struct buf record = BUF(RECORD_MOST);
    AUTO_FREE struct entries_writer *list = malloc(sizeof *list);
    char key[DIGEST_TEXT_MOST];

    for (size_t i = 0; i < src->n_layers; i++)
        if (!src->layer[i].kept)
            return;
    if (src->squashed || !img->complete || tree_count(img->tree) > NODES_MOST || !list ||
        !key_of(src, no_verify, key))
        return;
    entries_init(list, LIST_MOST);
    if (put_layers(src, &record) && put_tree(img, list, &record) && buf_ok(&record))
        cache_put(c, str_of(key), buf_view(&record));
    entries_free(list);
}
