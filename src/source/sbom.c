/* sbom.c - a bill of materials instead of what it is of: CycloneDX, SPDX, Syft's JSON. Its packages are
 * matched with advisories as the image's own would be; what only files can show is not known. */
#include "source/sbom.h"
#include "io/fs.h"
#include "model/entries.h"

#include <fcntl.h>

enum { LIST_MOST = 1 << 16 };

static int never_opened(const struct source_layer *l UNUSED, struct blob *out UNUSED, struct err *e)
{
    return err_set(e, ERR_UNSUPPORTED, "a bill of materials has no bytes of files");
}

/* The document is the one file that facts come from: it has to be in the tree for them to be seen. */
static int add_tree(struct source_env *env, struct facts *f, struct str name, size_t bytes, struct err *e)
{
    struct entries_writer list;
    struct entry en = { .path = name, .kind = ENTRY_FILE, .mode = 0644, .size = bytes };

    entries_init(&list, LIST_MOST);
    int r = entries_add(&list, &en, e);
    struct tree_fact tree = { .entries = arena_str(env->arena, buf_view(&list.out)),
                              .count = 1,
                              .bytes = bytes };
    entries_free(&list);
    return r < 0 ? -1 : facts_add_tree_fact(f, &tree, e);
}

int sbom_open(struct source_env *env, struct str name, struct str path, struct str bytes, struct err *e)
{
    struct facts *facts = NULL;

    if (env->read_doc(env, "sbom", path, bytes, STR_NONE, &facts, e) < 0 ||
        add_tree(env, facts, path, bytes.n, e) < 0)
        return -1;
    struct source_layer layer = { .open = never_opened, .directory = true, .facts = facts };
    struct source_image img = { .name = name, .kind = STR("sbom"), .layer = &layer, .n_layers = 1 };
    return env->add_image(env, &img, e);
}

static int open_target(struct source_env *env, struct str target, struct err *e)
{
    AUTO_BUF struct buf text = BUF(SBOM_MOST);
    const char *path = arena_cstr(env->arena, target);
    struct str dir, name;

    if (!path)
        return err_set(e, ERR_LIMIT, "out of memory");
    if (str_eq(target, STR("-")))
        return fs_read_stdin(SBOM_MOST, &text, e) < 0
                   ? -1
                   : sbom_open(env, STR("stdin"), STR("stdin"), buf_view(&text), e);
    if (fs_read(AT_FDCWD, path, false, SBOM_MOST, &text, e) < 0)
        return -1;
    str_rsplit(target, '/', &dir, &name);
    return sbom_open(env, target, arena_str(env->arena, name), buf_view(&text), e);
}

const struct source source_sbom = {
    .name = "sbom",
    .what = "bill of materials: CycloneDX, SPDX or Syft's JSON",
    .syntax = "sbom:FILE|-",
    .open = open_target,
};
