/* fuzz_tree.c - the squash of several layers whose entries came from a worker that was taken over. Each layer
 * is a length and that many bytes of entries; afterwards every living node is visited, once. */
#include "fuzz.h"

#include "core/buf.h"
#include "model/tree.h"

enum { LAYERS_MOST = 8 };

static void note(void *ctx, bool hostile, struct str path, const char *what)
{
    size_t *notes = ctx;

    *notes += (hostile ? 1u : 2u) + path.n + strlen(what);
}

static void visit_all(const struct tree *t)
{
    static char path[ENTRY_PATH_MOST];
    uint64_t n = 0, most = tree_count(t);

    for (node_id id = tree_next(t, 0); id; id = tree_next(t, id)) {
        struct str p = tree_path(t, id, path);
        struct entry en = tree_entry(t, id);
        if (++n > most || p.n > ENTRY_PATH_MOST || en.kind >= ENTRY_WHITEOUT)
            abort();
        (void)tree_find(t, p, true);
    }
}

/* Its own list makes the same tree; the input itself is one more list, which somebody wrote into the cache. */
static void list_and_take(const struct tree *t, struct str input)
{
    AUTO_FREE struct entries_writer *list = malloc(sizeof *list);
    struct tree *copy = tree_new(16u << 20), *other = tree_new(16u << 20);
    struct err e = { 0 };

    if (!list || !copy || !other)
        abort();
    entries_init(list, 16u << 20);
    if (tree_list(t, list, &e) == 0) {
        if (tree_take_list(copy, buf_view(&list->out), &e) == 0 && tree_count(copy) != tree_count(t))
            abort();
        visit_all(copy);
    }
    must_say(tree_take_list(other, input, &e), &e);
    visit_all(other);
    tree_free(&copy);
    tree_free(&other);
    entries_free(list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_FREE char *exact = exact_copy(data, size);
    struct str rest = { exact, size }, entries;
    struct tree *t = tree_new(16u << 20);
    size_t notes = 0;
    uint64_t n;

    if (!t)
        return 0;
    for (uint32_t layer = 0; layer < LAYERS_MOST && take_varint(&rest, &n); layer++) {
        struct err e = { 0 };
        (void)take_bytes(&rest, MIN(n, (uint64_t)rest.n), &entries);
        int r = tree_apply(t, layer, entries, note, &notes, &e);
        must_say(r, &e);
        if (r < 0)
            break;
    }
    visit_all(t);
    list_and_take(t, (struct str){ exact, size });
    tree_free(&t);
    return 0;
}
