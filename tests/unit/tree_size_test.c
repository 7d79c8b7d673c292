/* The squash of layers that are large, deep, damaged or random: it takes its time and its room, and no more. */
#include "tree_layers.h"

#include <stdarg.h>
#include <time.h>

static uint64_t ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

PRINTF(4, 5)
static void add_fmt(struct entries_writer *w, enum entry_kind kind, const char *link, const char *fmt, ...)
{
    char path[64];
    va_list args;

    va_start(args, fmt);
    int n = vsnprintf(path, sizeof path, fmt, args);
    va_end(args);
    add(w, &(struct entry){ .path = { path, (size_t)n }, .kind = kind, .mode = 0644, .link = str_of(link) });
}

/* What costs n * n takes minutes with these numbers; what costs n takes a fraction of a second. */
enum { MANY = 100000, PATIENCE_MS = 20000 };

static void many_whiteouts(void)
{
    AUTO_WRITER struct entries_writer *a = new_writer(), *b = new_writer();
    struct tree *t = tree_new(TREE_BYTES);
    struct err e = { 0 };
    uint64_t start = ms();

    for (unsigned i = 0; i < MANY; i++)
        add_fmt(a, ENTRY_FILE, NULL, "d/f%u", i);
    for (unsigned i = 0; i < MANY; i++)
        add_fmt(b, ENTRY_WHITEOUT, NULL, "d/f%u", i);
    CHECK_INT(tree_apply(t, 0, buf_view(&a->out), note, NULL, &e), 0);
    CHECK_INT(tree_count(t), MANY + 1);
    CHECK_INT(tree_apply(t, 1, buf_view(&b->out), note, NULL, &e), 0);
    CHECK_INT(tree_count(t), 1);
    CHECK_INT(tree_apply(t, 2, buf_view(&a->out), note, NULL, &e), 0);
    CHECK_INT(tree_count(t), MANY + 1);
    CHECK(ms() - start < PATIENCE_MS);
    tree_free(&t);
}

/* Hiding the lower layers again and again, while this layer has filled the directory. */
static void many_opaques(void)
{
    AUTO_WRITER struct entries_writer *w = new_writer();
    struct tree *t = tree_new(TREE_BYTES);
    struct err e = { 0 };
    uint64_t start = ms();

    for (unsigned i = 0; i < MANY; i++)
        add_fmt(w, ENTRY_FILE, NULL, "d/e/f%u", i);
    for (unsigned i = 0; i < MANY; i++) {
        add_fmt(w, ENTRY_OPAQUE, NULL, "d");
        add_fmt(w, ENTRY_WHITEOUT, NULL, "d");
        add_fmt(w, ENTRY_OPAQUE, NULL, "d/e");
    }
    CHECK_INT(tree_apply(t, 1, buf_view(&w->out), note, NULL, &e), 0);
    CHECK_INT(tree_count(t), MANY + 2);
    CHECK(ms() - start < PATIENCE_MS);
    tree_free(&t);
}

/* Links whose targets are long detours, in a chain: work per entry stays bounded. */
static void long_detours(void)
{
    AUTO_WRITER struct entries_writer *w = new_writer();
    struct tree *t = tree_new(TREE_BYTES);
    struct err e = { 0 };
    char detour[4096];
    uint64_t start = ms();
    int n = 0;

    for (n = 0; n < 3900; n += 5)
        memcpy(detour + n, "a/../", 5);
    add_fmt(w, ENTRY_DIR, NULL, "a");
    for (unsigned i = 0; i < 39; i++) {
        snprintf(detour + n, sizeof detour - (size_t)n, "l%u", i + 1);
        add_fmt(w, ENTRY_SYMLINK, detour, "l%u", i);
    }
    add_fmt(w, ENTRY_DIR, NULL, "l39");
    for (unsigned i = 0; i < MANY / 4; i++) {
        add_fmt(w, ENTRY_FILE, NULL, "l0/f%u", i);
        add_fmt(w, ENTRY_FILE, NULL, "a/f%u", i); /* so that the parent is not remembered */
    }
    clear_notes();
    CHECK_INT(tree_apply(t, 0, buf_view(&w->out), note, NULL, &e), 0);
    CHECK(tree_find(t, STR("a/f7"), false) != 0);
    CHECK(ms() - start < PATIENCE_MS);
    tree_free(&t);
}

static void link_chains(void)
{
    static const struct {
        unsigned links;
        bool lands;
    } row[] = { { 1, true }, { 40, true }, { 41, false }, { 1000, false } };

    for (size_t k = 0; k < ARRAY_LEN(row); k++) {
        AUTO_WRITER struct entries_writer *w = new_writer();
        struct tree *t = tree_new(TREE_BYTES);
        struct err e = { 0 };
        for (unsigned i = 0; i < row[k].links; i++) {
            char to[16];
            snprintf(to, sizeof to, "l%u", i + 1);
            add_fmt(w, ENTRY_SYMLINK, to, "l%u", i);
        }
        add_fmt(w, ENTRY_DIR, NULL, "l%u", row[k].links);
        add(w, &(struct entry){ .path = STR("l0/x"), .mode = 0644 });
        clear_notes();
        CHECK_INT(tree_apply(t, 0, buf_view(&w->out), note, NULL, &e), 0);
        CHECK_INT(n_notes, !row[k].lands);
        CHECK_INT(tree_count(t), row[k].links + 1 + row[k].lands);
        CHECK(!tree_find(t, STR("l0/x"), true) == !row[k].lands);
        tree_free(&t);
    }
}

/* Every round the link leads into a directory further down: deeper than any path can say. */
static void deeper_than_a_path(void)
{
    AUTO_WRITER struct entries_writer *w = new_writer();
    struct tree *t = tree_new(TREE_BYTES);
    struct err e = { 0 };
    char path[ENTRY_PATH_MOST], into[2048];
    int r, n = 0;

    for (n = 0; n + 2 < 2000; n += 2)
        memcpy(into + n, "d/", 2);
    add(w, &(struct entry){ .path = STR("l0"), .kind = ENTRY_SYMLINK, .link = { into, (size_t)n } });
    for (unsigned i = 1; i < 30; i++) { /* l1 -> l0/ddd..., l2 -> l1/ddd... */
        char link[2100];
        int m = snprintf(link, sizeof link, "l%u/%.*s", i - 1, n - 1, into);
        add_fmt(w, ENTRY_SYMLINK, NULL, "unused%u", i);
        char name[16];
        int k = snprintf(name, sizeof name, "l%u", i);
        add(w, &(struct entry){
                   .path = { name, (size_t)k }, .kind = ENTRY_SYMLINK, .link = { link, (size_t)m } });
        k = snprintf(path, sizeof path, "l%u/x", i);
        add(w, &(struct entry){ .path = { path, (size_t)k }, .mode = 0644 });
    }
    r = tree_apply(t, 0, buf_view(&w->out), note, NULL, &e);
    if (r < 0)
        CHECK(strstr(e.text, "deeper than") != NULL);
    uint64_t seen = 0;
    for (node_id id = 0; (id = tree_next(t, id));) {
        struct str p = tree_path(t, id, path);
        CHECK(p.n < ENTRY_PATH_MOST);
        CHECK(tree_node(t, id)->depth <= ENTRY_PATH_MOST);
        seen++;
    }
    CHECK_INT(seen, tree_count(t));
    CHECK(seen > 2000);
    tree_free(&t);
}

static void too_much(void)
{
    AUTO_WRITER struct entries_writer *w = new_writer();
    struct tree *t = tree_new(1u << 20);
    struct err e = { 0 };

    for (unsigned i = 0; i < MANY; i++)
        add_fmt(w, ENTRY_FILE, NULL, "f%u", i);
    CHECK_INT(tree_apply(t, 0, buf_view(&w->out), note, NULL, &e), -1);
    CHECK_INT(e.code, ERR_LIMIT);
    CHECK(strstr(e.text, "file tree is full") != NULL);
    CHECK(tree_count(t) > 1000);
    CHECK(tree_find(t, STR("f7"), false) != 0);
    tree_free(&t);

    t = tree_new(1u << 20);
    AUTO_WRITER struct entries_writer *few = layer_of("f a");
    CHECK_INT(tree_apply(t, 65534, buf_view(&few->out), note, NULL, &e), 0);
    CHECK_INT(tree_node(t, tree_find(t, STR("a"), false))->layer, 65534);
    CHECK_INT(tree_apply(t, 65535, buf_view(&few->out), note, NULL, &e), -1);
    CHECK_TEXT(e.text, "too many layers");
    tree_free(&t);
}

/* Cut at every byte: what came before is there, and the cut is noticed unless it lies between two entries. */
static void damaged(void)
{
    AUTO_WRITER struct entries_writer *w =
        layer_of("d a; f a/x 300; l a/l ../b; h a/h a/x; c dev; w q; o a; f a/b/c/d");
    struct str whole = buf_view(&w->out);
    unsigned good = 0;

    for (size_t cut = 0; cut <= whole.n; cut++) {
        struct tree *t = tree_new(TREE_BYTES);
        struct err e = { 0 };
        char *exact = malloc(cut + !cut);
        if (cut)
            memcpy(exact, whole.p, cut);
        int r = tree_apply(t, 0, (struct str){ exact, cut }, note, NULL, &e);
        good += r == 0;
        if (r < 0)
            CHECK_TEXT(e.text, "list of entries is damaged");
        CHECK(tree_count(t) <= 9);
        tree_free(&t);
        free(exact);
    }
    CHECK_INT(good, 9); /* 8 entries, and none */
}

/* Every bit turned: an error or another tree, never a crash, and the walk ends. */
static void flipped(void)
{
    AUTO_WRITER struct entries_writer *w =
        layer_of("d a; f a/x 300; l a/l ../b; h a/h a/x; c dev; w q; o a; f a/b/c/d; f a/l/z");
    AUTO_FREE char *bytes = malloc(w->out.n);

    for (size_t bit = 0; bit < w->out.n * 8; bit++) {
        struct tree *t = tree_new(TREE_BYTES);
        struct err e = { 0 };
        memcpy(bytes, w->out.p, w->out.n);
        bytes[bit / 8] ^= (char)(1 << bit % 8);
        int r = tree_apply(t, 0, (struct str){ bytes, w->out.n }, note, NULL, &e);
        CHECK(!r == !e.code);
        uint64_t seen = 0;
        for (node_id id = 0; (id = tree_next(t, id)) && seen < 1000;)
            seen++;
        CHECK_INT(seen, tree_count(t));
        tree_free(&t);
    }
}

/* Random layers over few names, so that everything meets everything: the walk and the count must agree, every
 * node be found by its own path, no file have children. */
static unsigned dice(uint64_t *state, unsigned sides)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*state >> 33) % sides;
}

static void random_entry(struct entries_writer *w, uint64_t *state)
{
    static const enum entry_kind kind[] = { ENTRY_DIR,      ENTRY_DIR,      ENTRY_FILE,
                                            ENTRY_FILE,     ENTRY_FILE,     ENTRY_SYMLINK,
                                            ENTRY_HARDLINK, ENTRY_WHITEOUT, ENTRY_OPAQUE };
    static const char *const link[] = { "a", "b", "a/b", "c", "b/c", "a/a/a" };
    static const char *const name[] = { "a", "b", "c" };
    char path[16];
    size_t n = 0;

    for (unsigned depth = 1 + dice(state, 4); depth; depth--) {
        if (n)
            path[n++] = '/';
        path[n++] = *name[dice(state, 3)];
    }
    add(w, &(struct entry){ .path = { path, n },
                            .kind = kind[dice(state, ARRAY_LEN(kind))],
                            .mode = 0700,
                            .link = str_of(link[dice(state, ARRAY_LEN(link))]) });
}

static void check_tree(const struct tree *t, uint32_t newest)
{
    char path[ENTRY_PATH_MOST];
    uint64_t seen = 0;

    for (node_id id = 0; (id = tree_next(t, id));) {
        const struct tree_node *n = tree_node(t, id);
        seen++;
        CHECK(!n->dead && n->layer <= newest);
        CHECK_INT(tree_find(t, tree_path(t, id, path), false), id);
        CHECK_INT(tree_node(t, n->parent)->kind, ENTRY_DIR);
        if (seen > 1000)
            return;
    }
    CHECK_INT(seen, tree_count(t));
}

/* The list of the tree makes the same tree: the same nodes by the same walk. */
static void check_list(const struct tree *t)
{
    AUTO_WRITER struct entries_writer *list = new_writer(), *again = new_writer();
    struct tree *copy = tree_new(TREE_BYTES);
    struct err e = { 0 };

    CHECK_INT(tree_list(t, list, &e), 0);
    CHECK_INT(tree_take_list(copy, buf_view(&list->out), &e), 0);
    CHECK_INT(tree_count(copy), tree_count(t));
    check_tree(copy, UINT16_MAX);
    CHECK_INT(tree_list(copy, again, &e), 0);
    CHECK(str_eq(buf_view(&list->out), buf_view(&again->out)));
    tree_free(&copy);
}

static void random_layers(void)
{
    for (uint64_t seed = 1; seed <= 400; seed++) {
        struct entries_writer *w[5];
        struct tree *t = tree_new(TREE_BYTES);
        struct err e = { 0 };
        uint64_t state = seed;
        for (uint32_t i = 0; i < ARRAY_LEN(w); i++) {
            w[i] = new_writer();
            for (unsigned k = dice(&state, 40); k; k--)
                random_entry(w[i], &state);
            CHECK_INT(tree_apply(t, i, buf_view(&w[i]->out), note, NULL, &e), 0);
            check_tree(t, i);
            check_list(t);
        }
        tree_free(&t);
        for (size_t i = 0; i < ARRAY_LEN(w); i++)
            free_writer(&w[i]);
        clear_notes();
    }
}

/* Everything that a node has, in a list and back; and every bit of it turned: no list, or another tree. */
static void listed(void)
{
    AUTO_WRITER struct entries_writer
        *w = layer_of("d a; f a/x 300; l a/l ../b; h a/h a/x; f a/b/c/d; f ab; d z; f z/y/q"),
        *caps = new_writer(), *list = new_writer();
    struct tree *t = tree_new(TREE_BYTES);
    struct err e = { 0 };

    CHECK_INT(tree_apply(t, 0, buf_view(&w->out), note, NULL, &e), 0);
    add(caps, &(struct entry){ .path = STR("a/x"),
                               .mode = 04711,
                               .uid = 7,
                               .gid = 8,
                               .size = 1ull << 40,
                               .caps = STR("c\0ps") });
    add(caps,
        &(struct entry){ .path = STR("dev"), .kind = ENTRY_BLOCK, .mode = 0660, .major = 8, .minor = 300 });
    CHECK_INT(tree_apply(t, 4, buf_view(&caps->out), note, NULL, &e), 0);
    CHECK_INT(tree_list(t, list, &e), 0);

    struct tree *copy = tree_new(TREE_BYTES);
    CHECK_INT(tree_take_list(copy, buf_view(&list->out), &e), 0);
    const struct tree_node *x = tree_node(copy, tree_find(copy, STR("a/x"), false)),
                           *implied = tree_node(copy, tree_find(copy, STR("a/b"), false));
    struct entry en = tree_entry(copy, tree_find(copy, STR("dev"), false));
    CHECK(x->layer == 4 && x->mode == 04711 && x->uid == 7 && x->gid == 8 && x->size == 1ull << 40);
    CHECK(str_eq(tree_entry(copy, tree_find(copy, STR("a/l"), false)).link, STR("../b")));
    CHECK_INT(tree_entry(copy, tree_find(copy, STR("a/x"), false)).caps.n, 4);
    CHECK(en.kind == ENTRY_BLOCK && en.major == 8 && en.minor == 300 && implied->implied && !implied->layer);
    CHECK_INT(tree_take_list(copy, buf_view(&list->out), &e), -1);
    tree_free(&copy);
    for (size_t bit = 0; bit < list->out.n * 8; bit++) {
        AUTO_FREE char *bytes = malloc(list->out.n);
        memcpy(bytes, list->out.p, list->out.n);
        bytes[bit / 8] ^= (char)(1 << bit % 8);
        copy = tree_new(TREE_BYTES);
        int r = tree_take_list(copy, (struct str){ bytes, list->out.n }, &e);
        uint64_t seen = 0;
        for (node_id id = 0; (id = tree_next(copy, id)) && seen < 1000;)
            seen++;
        CHECK(r < 0 || seen == tree_count(copy));
        tree_free(&copy);
    }
    tree_free(&t);
    clear_notes();
}

TESTS(T(many_whiteouts), T(many_opaques), T(long_detours), T(link_chains), T(deeper_than_a_path), T(too_much),
      T(damaged), T(flipped), T(listed), T(random_layers))
