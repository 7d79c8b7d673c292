/* tree_layers.h - layers in few words, for the tests of the squash.
 *
 * A layer is written as entries between ";": "d PATH [MODE]" directory, "f PATH [SIZE]" file, "l PATH TARGET"
 * symbolic link, "h PATH TARGET" hard link, "c PATH" device, "w PATH" whiteout, "o PATH" opaque directory. Paths are
 * clean already: names are the reader's work. */
#pragma once
#include "core/buf.h"
#include "model/tree.h"
#include "tap.h"

enum { LAYERS = 4, TREE_BYTES = 256 << 20 };

static struct buf notes = BUF(1 << 20);
static unsigned n_notes;

static void note(void *ctx UNUSED, bool hostile UNUSED, struct str path, const char *what)
{
    buf_fmt(&notes, STR_FMT ": %s;", STR_ARG(str_first(path, 100)), what);
    n_notes++;
}

static void clear_notes(void)
{
    buf_clear(&notes);
    n_notes = 0;
}

static void add(struct entries_writer *w, const struct entry *en)
{
    struct err e = { 0 };

    if (entries_add(w, en, &e) < 0)
        CHECK_TEXT(e.text, "");
}

static void add_text(struct entries_writer *w, struct str line)
{
    static const char letter[] = "dflhcwo";
    static const enum entry_kind kind[] = { ENTRY_DIR,  ENTRY_FILE,     ENTRY_SYMLINK, ENTRY_HARDLINK,
                                            ENTRY_CHAR, ENTRY_WHITEOUT, ENTRY_OPAQUE };
    struct str rest = str_trim(line), what = { 0 }, path = { 0 }, more = { 0 };
    uint64_t number = 0;

    (void)str_cut(&rest, ' ', &what);
    (void)str_cut(&rest, ' ', &path);
    (void)str_cut(&rest, ' ', &more);
    const char *at = what.n == 1 ? strchr(letter, what.p[0]) : NULL;
    CHECK(at != NULL);
    if (!at)
        return;
    if (str_eq(path, STR("/")))
        path.n = 0;
    struct entry en = { .path = path, .kind = kind[at - letter] };
    en.mode = en.kind == ENTRY_DIR ? 0755 : 0644;
    if (en.kind == ENTRY_SYMLINK || en.kind == ENTRY_HARDLINK)
        en.link = more;
    else if (en.kind == ENTRY_DIR && str_u64(more, 8, &number))
        en.mode = (uint32_t)number;
    else if (str_u64(more, 10, &number))
        en.size = number;
    add(w, &en);
}

static struct entries_writer *new_writer(void)
{
    struct entries_writer *w = malloc(sizeof *w);

    if (!w)
        abort();
    entries_init(w, 256u << 20);
    return w;
}

static void free_writer(struct entries_writer **w)
{
    if (*w)
        entries_free(*w);
    free(*w);
}
#define AUTO_WRITER CLEANUP(free_writer)

static struct entries_writer *layer_of(const char *text)
{
    struct entries_writer *w = new_writer();
    struct str rest = str_of(text), line;

    while (str_cut(&rest, ';', &line))
        if (str_trim(line).n)
            add_text(w, line);
    return w;
}
