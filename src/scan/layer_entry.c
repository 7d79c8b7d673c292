#include "scan/layer_entry.h"

static bool room_at(const char *path, size_t n, const struct entry *raw, struct facts *out)
{
    if (n < ENTRY_PATH_MOST - 8)
        return true;
    facts_remark(out, NOTE_HOSTILE, (struct str){ path, MIN(n, (size_t)200) },
                 "path of %zu bytes is too long", raw->path.n);
    return false;
}

bool entry_understand(const struct entry *raw, bool whiteouts, char *path, struct entry *en,
                      struct facts *out)
{
    size_t n;
    enum path_state state = path_clean(raw->path, path, &n);

    *en = *raw;
    en->path = (struct str){ path, n };
    if (state == PATH_TOO_LONG || !room_at(path, n, raw, out))
        return state == PATH_TOO_LONG ? room_at(raw->path.p, ENTRY_PATH_MOST, raw, out) : false;
    if (state == PATH_ESCAPES)
        facts_remark(out, NOTE_HOSTILE, raw->path, "entry's name leads out of the root");
    struct str dir, base;
    str_rsplit(en->path, '/', &dir, &base);
    if (!str_starts(base, STR(".wh.")) || !whiteouts) /* in a directory it is a name like any other */
        return true;
    if (str_eq(base, STR(".wh..wh..opq"))) {
        *en = (struct entry){ .path = dir, .kind = ENTRY_OPAQUE };
        return true;
    }
    if (str_starts(base, STR(".wh..wh.")))
        return false; /* aufs' own files: every engine leaves them out */
    struct str hidden = str_skip(base, 4);
    if (!hidden.n || str_eq(hidden, STR(".")) || str_eq(hidden, STR(".."))) {
        facts_remark(out, NOTE_HOSTILE, raw->path, "whiteout of nothing");
        return false;
    }
    memmove(path + (base.p - path), hidden.p, hidden.n);
    *en = (struct entry){ .path = { path, n - 4 }, .kind = ENTRY_WHITEOUT };
    return true;
}

bool entry_understand_link(char *link, struct entry *en, struct facts *out)
{
    size_t n;
    enum path_state state = path_clean(en->link, link, &n);

    if (state == PATH_ESCAPES || state == PATH_TOO_LONG || !n) {
        facts_remark(out, NOTE_HOSTILE, en->path, "hard link leads out of the root");
        return false;
    }
    en->link = (struct str){ link, n };
    return true;
}
