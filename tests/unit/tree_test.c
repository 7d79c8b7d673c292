/* The squash: every case of the OCI image specification's layer.md, and what a hostile layer would try.
 *
 * A tree is written as layers are (tree_layers.h), sorted, each entry with the layer that brought it: "f PATH LAYER";
 * "i" is a directory that no layer lists, links show their target behind ">". */
#include "tree_layers.h"

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *line_of(const struct tree *t, node_id id)
{
    static const char letter[ENTRY_KINDS + 1] = "fdl?cbpswo";
    const struct tree_node *n = tree_node(t, id);
    struct entry en = tree_entry(t, id);
    char path[ENTRY_PATH_MOST], *line = NULL;
    struct str p = tree_path(t, id, path);
    int r = asprintf(&line, STR_FMT " %c %u%s" STR_FMT, STR_ARG(p), n->implied ? 'i' : letter[n->kind],
                     (unsigned)n->layer, en.link.n ? ">" : "", STR_ARG(en.link));

    if (r < 0)
        abort();
    return line;
}

/* Sorted, "c path layer;..."; also checks that the walk and the count agree. */
static void show(const struct tree *t, char *to, size_t room)
{
    char *line[1024];
    size_t n = 0, at = 0;

    for (node_id id = 0; (id = tree_next(t, id)) && n < ARRAY_LEN(line);)
        line[n++] = line_of(t, id);
    CHECK_INT(n, tree_count(t));
    qsort(line, n, sizeof *line, by_text);
    to[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        char *kind = strchr(line[i], ' ');
        at += (size_t)snprintf(to + at, room - at, "%s%c %.*s%s", i ? "; " : "", kind[1],
                               (int)(kind - line[i]), line[i], kind + 2);
        free(line[i]);
        if (at >= room)
            abort();
    }
}

struct squash {
    const char *name;
    const char *layer[LAYERS];
    const char *want;
    const char *note; /* what has to be remarked, NULL: nothing may be */
};

static void squash(const struct squash *s)
{
    struct entries_writer *w[LAYERS] = { 0 };
    struct tree *t = tree_new(TREE_BYTES);
    struct err e = { 0 };
    char have[65536];

    clear_notes();
    for (uint32_t i = 0; i < LAYERS && s->layer[i]; i++) {
        w[i] = layer_of(s->layer[i]);
        CHECK_INT(tree_apply(t, i, buf_view(&w[i]->out), note, NULL, &e), 0);
    }
    show(t, have, sizeof have);
    if (strcmp(have, s->want) != 0)
        printf("# %s\n", s->name);
    CHECK_TEXT(have, s->want);
    if (!s->note != !n_notes || (s->note && !str_has(buf_view(&notes), str_of(s->note)))) {
        printf("# %s: remarks are \"" STR_FMT "\"\n", s->name, STR_ARG(buf_view(&notes)));
        CHECK(!"the right remarks");
    }
    tree_free(&t);
    for (size_t i = 0; i < LAYERS; i++)
        free_writer(&w[i]);
}

static void squash_all(const struct squash *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        squash(&s[i]);
}

/* ---- layer.md ---- */

static void specification(void)
{
    static const struct squash s[] = {
        { "additions", { "d a; f a/x", "f a/y; d b" }, "d a 0; f a/x 0; f a/y 1; d b 1" },
        { "modification replaces attributes", { "f a 1", "f a 2" }, "f a 1" },
        { "modification of a directory keeps what is in it",
          { "d a 755; f a/x", "d a 700" },
          "d a 1; f a/x 0" },
        { "the example: my-app-config becomes a directory",
          { "d etc; f etc/my-app-config; d bin; f bin/my-app-binary; f bin/my-app-tools",
            "d etc/my-app.d; f etc/my-app.d/default.cfg; f bin/my-app-tools; w etc/my-app-config" },
          "d bin 0; f bin/my-app-binary 0; f bin/my-app-tools 1; d etc 0; d etc/my-app.d 1; "
          "f etc/my-app.d/default.cfg 1" },
        { "whiteout of a file", { "d a; f a/x; f a/y", "w a/x" }, "d a 0; f a/y 0" },
        { "whiteout of a directory", { "d a; d a/b; f a/b/x; f a/y", "w a/b" }, "d a 0; f a/y 0" },
        { "whiteout of nothing", { "d a", "w a/x; w b; w c/d" }, "d a 0" },
        { "whiteouts only hide lower layers: file first", { "f x 1", "f x 2; w x" }, "f x 1" },
        { "whiteouts only hide lower layers: whiteout first", { "f x 1", "w x; f x 2" }, "f x 1" },
        { "whiteouts only hide lower layers: nothing below", { "f x; w x" }, "f x 0" },
        { "opaque: children are hidden", { "d a; f a/x; d a/b; f a/b/y", "d a; o a" }, "d a 1" },
        { "opaque: siblings of the same layer stay, before",
          { "d a; d a/b; f a/b/c", "d a; d a/b; f a/b/new; f a/x; o a" },
          "d a 1; d a/b 1; f a/b/new 1; f a/x 1" },
        { "opaque: siblings of the same layer stay, after",
          { "d a; d a/b; f a/b/c", "d a; o a; d a/b; f a/b/new; f a/x" },
          "d a 1; d a/b 1; f a/b/new 1; f a/x 1" },
        { "the example of opaque and explicit whiteouts: explicit",
          { "d a; d a/b; d a/b/c; f a/b/c/bar", "d a; w a/b; d a/b; d a/b/c; f a/b/c/foo" },
          "d a 1; d a/b 1; d a/b/c 1; f a/b/c/foo 1" },
        { "the example of opaque and explicit whiteouts: opaque",
          { "d a; d a/b; d a/b/c; f a/b/c/bar", "d a; o a; d a/b; d a/b/c; f a/b/c/foo" },
          "d a 1; d a/b 1; d a/b/c 1; f a/b/c/foo 1" },
        { "deleted in the middle, made again above", { "f a", "w a", "f a" }, "f a 2" },
        { "a directory made again is empty", { "d a; f a/x; f a/y", "w a", "d a; f a/y" }, "d a 2; f a/y 2" },
        { "hard link within a layer", { "f a 5; h b a" }, "f a 0; f b 0" },
        { "a symbolic link replaces a file", { "f a", "l a b" }, "l a 1>b" },
        { "the root itself", { "f a", "d / 700" }, "f a 0" },
        { "opaque root", { "f a; d b; f b/x", "o /; f c" }, "f c 1" },
    };

    squash_all(s, ARRAY_LEN(s));
}

/* ---- order, types and links ---- */

static void replacing(void)
{
    static const struct squash s[] = {
        { "directory replaced by a file hides the subtree", { "d a; d a/b; f a/b/x", "f a" }, "f a 1" },
        { "... and back: nothing comes through", { "d a; f a/x", "f a", "d a; f a/y" }, "d a 2; f a/y 2" },
        { "directory replaced by a link hides the subtree",
          { "d a; f a/x; d b", "l a b" },
          "l a 1>b; d b 0" },
        { "... what is written there later lands in the target",
          { "d a; f a/x; d b", "l a b; f a/y" },
          "l a 1>b; d b 0; f b/y 1" },
        { "link replaced by a directory leaves the target alone",
          { "d b; f b/x; l a b", "d a; f a/y" },
          "d a 1; f a/y 1; d b 0; f b/x 0" },
        { "whiteout of a link leaves its target alone", { "d b; f b/x; l a b", "w a" }, "d b 0; f b/x 0" },
        { "device replaced by a file", { "c a", "f a" }, "f a 1" },
        { "duplicates in one layer: the last one", { "f a 1; d a; f a/x; f a 2" }, "f a 0" },
        { "duplicate directories add up", { "d a 700; f a/x; d a 755; f a/y" }, "d a 0; f a/x 0; f a/y 0" },
        { "whiteout and a new child keep the directory, without its old self",
          { "d a 700; f a/x", "f a/new; w a" },
          "i a 1; f a/new 1" },
        { "whiteout further up does the same on the way down",
          { "d a; d a/b; f a/b/x", "f a/b/new; w a" },
          "i a 1; i a/b 1; f a/b/new 1" },
        { "opaque above a new child does, too",
          { "d a; d a/b 700; f a/b/x", "f a/b/new; o a" },
          "d a 0; i a/b 1; f a/b/new 1" },
        { "whiteout of a directory that is listed again in this layer",
          { "d a; f a/x", "d a; w a" },
          "d a 1" },
        { "implied parents", { "f a/b/c" }, "i a 0; i a/b 0; f a/b/c 0" },
        { "implied, later listed", { "f a/b/c", "d a/b" }, "i a 0; d a/b 1; f a/b/c 0" },
        { "an opaque directory does not lead the next entry astray",
          { "d aa", "d aa/x; o bb/cc; f bb/dd" },
          "d aa 0; d aa/x 1; i bb 1; f bb/dd 1" },
        { "a removed directory does not lead the next entry astray",
          { "d a; d a/b", "f a/b/x; w a/b; f a/b/y" },
          "d a 0; i a/b 1; f a/b/x 1; f a/b/y 1" },
        { "a replaced parent does not lead the next entry astray",
          { "d t; d a", "f a/x; l a t; f a/y" },
          "l a 1>t; d t 0; f t/y 1" },
        { "what is refused leaves nothing behind",
          { "d a", "h b/c/d x; h a/b/c x; w a/b/c; o a/b/c; w x/y" },
          "d a 0",
          "not in the image" },
        { "opaque twice", { "d a; f a/x", "o a; f a/y; o a; w a; o a" }, "i a 1; f a/y 1" },
        { "opaque in every layer",
          { "d a; f a/x", "o a; f a/y", "o a; f a/z", "o a; f a/y" },
          "d a 0; f a/y 3" },
    };

    squash_all(s, ARRAY_LEN(s));
}

static void through_links(void)
{
    static const char nowhere[] = "link that leads nowhere";
    static const struct squash s[] = {
        { "parent is a link", { "d b; l a b", "f a/x" }, "l a 0>b; d b 0; f b/x 1" },
        { "parent is an absolute link: it stays in the root",
          { "d b; l a /b; f a/x" },
          "l a 0>/b; d b 0; f b/x 0" },
        { "a link out of the root does not leave it",
          { "l a ../../../b; f a/x" },
          "l a 0>../../../b; i b 0; f b/x 0" },
        { "link to the root", { "l a /; f a/x" }, "l a 0>/; f x 0" },
        { "link with dots and slashes",
          { "d b; d b/c; l a ./b//./c/../c/; f a/x" },
          "l a 0>./b//./c/../c/; d b 0; d b/c 0; f b/c/x 0" },
        { "usr-merge: a whiteout through the link",
          { "d usr; d usr/lib; f usr/lib/x; l lib usr/lib", "w lib/x" },
          "l lib 0>usr/lib; d usr 0; d usr/lib 0" },
        { "opaque through a link clears the target",
          { "d b; f b/x; l a b", "o a; f a/y" },
          "l a 0>b; d b 0; f b/y 1" },
        { "opaque of a file changes nothing", { "f a", "o a" }, "f a 0" },
        { "opaque of nothing", { "f b", "o a" }, "f b 0" },
        { "link that does not lead anywhere yet",
          { "l a b/c; f a/x" },
          "l a 0>b/c; i b 0; i b/c 0; f b/c/x 0" },
        { "link to itself", { "l a a; f a/x; f b" }, "l a 0>a; f b 0", nowhere },
        { "link to nothing", { "l a; f a/x; f b" }, "l a 0; f b 0", nowhere },
        { "links in a circle",
          { "l a b; l b c/.; l c a; f a/x; o a; w b/y; f d" },
          "l a 0>b; l b 0>c/.; l c 0>a; f d 0",
          nowhere },
        { "a circle that grows", { "l a a/a; f a/x; f d" }, "l a 0>a/a; f d 0", nowhere },
        { "a link to a file is no directory",
          { "f f; l a f; f a/x; f d" },
          "l a 0>f; f d 0; f f 0",
          nowhere },
        { "hard link to a link is that link", { "f f; l a f; h b a" }, "l a 0>f; l b 0>f; f f 0" },
        { "hard link through a linked directory",
          { "d b; f b/x 7; l a b; h c a/x" },
          "l a 0>b; d b 0; f b/x 0; f c 0" },
    };

    squash_all(s, ARRAY_LEN(s));
}

static void hostile(void)
{
    static const char missing[] = "hard link to a file that is not in the image";
    static const struct squash s[] = {
        { "hard link to nothing", { "f a; h b c" }, "f a 0", missing },
        { "hard link below nothing", { "f a; h b c/d/e" }, "f a 0", missing },
        { "hard link below a file", { "f a; h b a/d" }, "f a 0", missing },
        { "hard link to what comes later", { "h b a; f a" }, "f a 0", missing },
        { "hard link to a directory", { "d a; f a/x; h b a" }, "d a 0; f a/x 0", "hard link to a directory" },
        { "hard link to itself changes nothing", { "f a", "h a a" }, "f a 1" },
        { "hard link across layers", { "f a 3", "h b a" }, "f a 0; f b 1" },
        { "hard link to what a lower layer had and this one deleted",
          { "f a 3", "w a; h b a" },
          "",
          missing },
        { "hard link to what is behind a circle", { "l a a; h b a/x" }, "l a 0>a", missing },
        { "hard link in place of a directory hides it", { "d a; f a/x; f b", "h a b" }, "f a 1; f b 0" },
        { "a file cannot have children", { "f a; f a/x; f a/b/x" }, "f a 0", "a/x: lies behind a file" },
        { "nor at the end of a link",
          { "f f; l a f/x; l b f/../c; f a/x; f b/x" },
          "l a 0>f/x; l b 0>f/../c; f f 0",
          "b/x: lies behind a file" },
        { "a whiteout below a file hides nothing", { "f a", "w a/x; o a/y" }, "f a 0" },
        { "names are not paths of ours",
          { "f .wh; f ...; f a\t\nb; f \x1b[31m; f \xff" },
          "f \x1b[31m 0; f ... 0; f .wh 0; f a\t\nb 0; f \xff 0" },
    };

    squash_all(s, ARRAY_LEN(s));
}

/* ---- attributes ---- */

static void attributes(void)
{
    AUTO_WRITER struct entries_writer *w = new_writer();
    struct tree *t = tree_new(TREE_BYTES);
    struct err e = { 0 };
    struct str caps = STR("\1\0\0\2\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0");

    add(w, &(struct entry){
               .path = STR("a"), .mode = 04755, .uid = 7, .gid = 8, .size = 1ull << 40, .caps = caps });
    add(w,
        &(struct entry){ .path = STR("b"), .kind = ENTRY_HARDLINK, .link = STR("a"), .mode = 0, .uid = 1 });
    add(w, &(struct entry){ .path = STR("c"), .kind = ENTRY_CHAR, .mode = 0666, .major = 1, .minor = 3 });
    add(w, &(struct entry){ .path = STR("d"), .kind = ENTRY_DIR, .mode = 01777, .size = 4096 });
    CHECK_INT(tree_apply(t, 3, buf_view(&w->out), note, NULL, &e), 0);
    struct entry b = tree_entry(t, tree_find(t, STR("b"), true)),
                 c = tree_entry(t, tree_find(t, STR("c"), true));
    struct entry d = tree_entry(t, tree_find(t, STR("d"), true));
    CHECK_INT(b.kind, ENTRY_FILE);
    CHECK_INT(b.mode, 04755);
    CHECK_INT(b.uid, 7);
    CHECK_INT(b.gid, 8);
    CHECK_INT(b.size, 1ll << 40);
    CHECK(str_eq(b.caps, caps));
    CHECK_INT(c.kind, ENTRY_CHAR);
    CHECK_INT(c.major, 1);
    CHECK_INT(c.minor, 3);
    CHECK_INT(d.mode, 01777);
    CHECK_INT(d.size, 0);
    tree_free(&t);
}

static void finding(void)
{
    AUTO_WRITER struct entries_writer *w =
        layer_of("d a; d a/b; f a/b/x; l l a/b; l m ../a; l n n; l f a/b/x; l o nowhere");
    struct tree *t = tree_new(TREE_BYTES);
    struct err e = { 0 };
    char path[ENTRY_PATH_MOST];
    static const struct {
        const char *path, *is; /* with links followed */
    } row[] = {
        { "", "" },     { "a/b/x", "a/b/x" }, { "l/x", "a/b/x" },  { "m/b/x", "a/b/x" }, { "f", "a/b/x" },
        { "l", "a/b" }, { "m/m", NULL },      { "a/b/x/y", NULL }, { "n", NULL },        { "n/x", NULL },
        { "o", NULL },  { "a/../a", "a" },    { "../../a", "a" },  { "l/../b", "a/b" },  { "zzz", NULL },
    };

    CHECK_INT(tree_apply(t, 0, buf_view(&w->out), note, NULL, &e), 0);
    uint64_t before = tree_count(t);
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        node_id id = tree_find(t, str_of(row[i].path), true);
        CHECK(!id == !row[i].is);
        if (id && row[i].is)
            CHECK(str_eq(tree_path(t, id, path), str_of(row[i].is)));
    }
    CHECK_INT(tree_entry(t, tree_find(t, STR("l"), false)).kind, ENTRY_SYMLINK);
    CHECK_INT(tree_entry(t, tree_find(t, STR("n"), false)).kind, ENTRY_SYMLINK);
    CHECK_INT(tree_count(t), before); /* asking makes nothing */
    tree_free(&t);
}

TESTS(T(specification), T(replacing), T(through_links), T(hostile), T(attributes), T(finding))
