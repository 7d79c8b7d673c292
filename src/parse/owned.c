#include "parse/owned.h"

struct owned_list *owned_new(void)
{
    struct owned_list *l = malloc(sizeof *l); /* not calloc: there are thousands of lists in an image */

    if (!l)
        return NULL;
    l->w.out = (struct buf){ 0 };
    l->remarked = false;
    return l;
}

void owned_begin(struct owned_list *l, size_t most)
{
    struct buf kept = l->w.out;

    entries_init(&l->w, most);
    kept.max = most;
    buf_clear(&kept);
    l->w.out = kept;
}

int owned_add(struct owned_list *l, struct str path, struct str where, struct facts *out, struct err *e)
{
    struct entry en = { .kind = ENTRY_FILE };
    enum path_state state = path_clean(path, l->clean, &en.path.n);

    if (state == PATH_ESCAPES || state == PATH_TOO_LONG) {
        if (!l->remarked)
            facts_remark(out, NOTE_HOSTILE, where, "%s: %.*s",
                         state == PATH_ESCAPES ? "lists a path outside of the root"
                                               : "lists a path that is too long",
                         (int)MIN(path.n, (size_t)200), path.p);
        l->remarked = true;
        return 0;
    }
    en.path.p = l->clean;
    return en.path.n ? entries_add(&l->w, &en, e) : 0;
}

int owned_end(struct owned_list *l, struct str type, struct str package, struct str where, struct facts *out,
              struct err *e)
{
    struct owned owned = { type, package, buf_view(&l->w.out), where };

    return l->w.count ? facts_add_owned(out, &owned, e) : 0;
}

void owned_free(struct owned_list **l)
{
    if (*l)
        entries_free(&(*l)->w);
    free(*l);
    *l = NULL;
}
