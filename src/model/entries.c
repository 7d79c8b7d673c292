#include "model/entries.h"

/* In the flags of a combination, above the kind: two bits, and the layer. */
enum { KIND = 0xff, HAS_CAPS = 0x100, IMPLIED = 0x200, LAYER_AT = 16 };

enum path_state path_clean(struct str path, char *to, size_t *n)
{
    enum path_state state = PATH_CLEAN;
    const char *nul = path.n ? memchr(path.p, '\0', path.n) : NULL;
    struct str rest = nul ? (struct str){ path.p, (size_t)(nul - path.p) } : path, part;
    size_t at = 0;

    *n = 0;
    if (nul || (path.n && path.p[0] == '/'))
        state = PATH_TIDIED;
    while (str_cut(&rest, '/', &part)) {
        if (!part.n || str_eq(part, STR("."))) {
            if (rest.p || part.n)
                state = state == PATH_ESCAPES ? state : PATH_TIDIED;
            continue;
        }
        if (str_eq(part, STR(".."))) {
            state = !at || state == PATH_ESCAPES ? PATH_ESCAPES : PATH_TIDIED;
            while (at && to[--at] != '/')
                ;
            continue;
        }
        if (at + part.n + 2 > ENTRY_PATH_MOST)
            return PATH_TOO_LONG;
        if (at)
            to[at++] = '/';
        memcpy(to + at, part.p, part.n);
        at += part.n;
    }
    *n = at;
    return state;
}

/* Has none of the eight bytes the value 0? */
static bool no_zero(uint64_t v)
{
    return ((v - 0x0101010101010101u) & ~v & 0x8080808080808080u) == 0;
}

/* One component without "/" and NUL: what the rest of most entries' paths is, asked for each of them. */
static bool is_component(struct str s)
{
    size_t i = 0;
    uint64_t v;

    for (; i + sizeof v <= s.n; i += sizeof v) {
        memcpy(&v, s.p + i, sizeof v);
        if (!no_zero(v) || !no_zero(v ^ 0x2f2f2f2f2f2f2f2fu))
            return false;
    }
    for (; i < s.n; i++)
        if (!s.p[i] || s.p[i] == '/')
            return false;
    return s.n > 2 || !(s.p[0] == '.' && s.p[s.n - 1] == '.');
}

bool path_is_clean(struct str path)
{
    struct str rest = path, part;

    if (!path.n)
        return true;
    if (path.n >= ENTRY_PATH_MOST)
        return false;
    if (is_component(path))
        return true;
    while (str_cut(&rest, '/', &part))
        if (!part.n || !is_component(part))
            return false;
    return true;
}

/* Bytes of `path` that the path before had too, up to and with its last shared "/". */
static size_t shared(const char *last, size_t last_n, struct str path)
{
    size_t most = MIN(last_n, path.n), keep = 0;

    for (size_t i = 0; i < most && last[i] == path.p[i]; i++)
        if (path.p[i] == '/')
            keep = i + 1;
    return keep;
}

static uint32_t attr_index(struct entries_writer *w, const struct entry_attr *a, bool *fresh)
{
    uint32_t known = MIN(w->n_attr, (uint32_t)ENTRY_ATTRS_MOST);

    *fresh = false;
    for (uint32_t i = 0; i < known; i++)
        if (!memcmp(&w->attr[i], a, sizeof *a)) {
            if (i > 0) { /* move to front: runs of the same owner are found at once */
                struct entry_attr t = w->attr[i];
                memmove(w->attr + 1, w->attr, i * sizeof t);
                w->attr[0] = t;
            }
            return i + 1;
        }
    *fresh = true;
    known = MIN(known, (uint32_t)ENTRY_ATTRS_MOST - 1);
    memmove(w->attr + 1, w->attr, known * sizeof *a);
    w->attr[0] = *a;
    w->n_attr = known + 1;
    return 0;
}

static void put_bytes(struct buf *b, struct str s)
{
    buf_varint(b, s.n);
    buf_str(b, s);
}

static void put_attr(struct entries_writer *w, const struct entry *en)
{
    struct entry_attr a = { en->mode & 07777, en->uid, en->gid,
                            (uint32_t)en->kind | (en->caps.n ? HAS_CAPS : 0) | (en->implied ? IMPLIED : 0) |
                                (uint32_t)en->layer << LAYER_AT };
    bool fresh;

    buf_varint(&w->out, attr_index(w, &a, &fresh));
    if (!fresh)
        return;
    buf_varint(&w->out, a.mode);
    buf_varint(&w->out, a.uid);
    buf_varint(&w->out, a.gid);
    buf_varint(&w->out, a.flags);
}

void entries_init(struct entries_writer *w, size_t most)
{
    w->out = (struct buf)BUF(most);
    w->last_n = 0;
    w->count = 0;
    w->n_attr = 0;
}

int entries_add(struct entries_writer *w, const struct entry *en, struct err *e)
{
    if (en->path.n >= ENTRY_PATH_MOST)
        return err_set(e, ERR_LIMIT, "path of %zu bytes is longer than %d", en->path.n, ENTRY_PATH_MOST);
    size_t keep = shared(w->last, w->last_n, en->path);
    buf_varint(&w->out, keep);
    put_bytes(&w->out, str_skip(en->path, keep));
    put_attr(w, en);
    buf_varint(&w->out, en->size);
    if (en->kind == ENTRY_SYMLINK || en->kind == ENTRY_HARDLINK)
        put_bytes(&w->out, en->link);
    if (en->caps.n)
        put_bytes(&w->out, en->caps);
    if (en->kind == ENTRY_CHAR || en->kind == ENTRY_BLOCK) {
        buf_varint(&w->out, en->major);
        buf_varint(&w->out, en->minor);
    }
    memcpy(w->last + keep, en->path.p + keep, en->path.n - keep);
    w->last_n = en->path.n;
    w->count++;
    return buf_ok(&w->out)
               ? 0
               : err_set(e, ERR_LIMIT, "list of entries is full at %llu", (unsigned long long)w->count);
}

void entries_free(struct entries_writer *w)
{
    buf_free(&w->out);
}

void entries_open(struct entries_reader *r, struct str encoded)
{
    r->rest = encoded;
    r->path_n = r->keep = 0;
    r->n_attr = 0;
}

static bool take_u32(struct str *s, uint32_t *out)
{
    uint64_t v;

    if (!take_varint(s, &v) || v > UINT32_MAX)
        return false;
    *out = (uint32_t)v;
    return true;
}

static bool take_text(struct str *s, struct str *out)
{
    uint64_t n;

    return take_varint(s, &n) && n <= s->n && take_bytes(s, n, out);
}

static bool take_path(struct entries_reader *r, struct entry *en)
{
    uint64_t keep;
    struct str rest;

    if (!take_varint(&r->rest, &keep) || keep > r->path_n || (keep && r->path[keep - 1] != '/') ||
        !take_text(&r->rest, &rest) || keep + rest.n >= ENTRY_PATH_MOST || (keep && !rest.n) ||
        !path_is_clean(rest))
        return false;
    if (rest.n)
        memcpy(r->path + keep, rest.p, rest.n);
    r->keep = keep;
    r->tail = rest;
    r->path_n = keep + rest.n;
    en->path = (struct str){ r->path, r->path_n };
    return true;
}

static bool take_attr(struct entries_reader *r, struct entry_attr *a)
{
    uint32_t i;

    if (!take_u32(&r->rest, &i) || i > r->n_attr)
        return false;
    if (i) {
        *a = r->attr[i - 1];
        memmove(r->attr + 1, r->attr, (i - 1) * sizeof *a);
        r->attr[0] = *a;
        return true;
    }
    if (!take_u32(&r->rest, &a->mode) || !take_u32(&r->rest, &a->uid) || !take_u32(&r->rest, &a->gid) ||
        !take_u32(&r->rest, &a->flags) || a->mode > 07777 || (a->flags & KIND) >= ENTRY_KINDS ||
        (a->flags & 0xffff & ~(uint32_t)(KIND | HAS_CAPS | IMPLIED)))
        return false;
    uint32_t known = MIN(r->n_attr, (uint32_t)ENTRY_ATTRS_MOST - 1);
    memmove(r->attr + 1, r->attr, known * sizeof *a);
    r->attr[0] = *a;
    r->n_attr = known + 1;
    return true;
}

static bool take_entry(struct entries_reader *r, struct entry *en)
{
    struct entry_attr a;

    if (!take_path(r, en) || !take_attr(r, &a))
        return false;
    en->kind = (enum entry_kind)(a.flags & KIND);
    en->implied = a.flags & IMPLIED;
    en->layer = (uint16_t)(a.flags >> LAYER_AT);
    en->mode = a.mode;
    en->uid = a.uid;
    en->gid = a.gid;
    if (!take_varint(&r->rest, &en->size))
        return false;
    if ((en->kind == ENTRY_SYMLINK || en->kind == ENTRY_HARDLINK) && !take_text(&r->rest, &en->link))
        return false;
    if (en->kind == ENTRY_HARDLINK && !path_is_clean(en->link))
        return false;
    if ((a.flags & HAS_CAPS) && !take_text(&r->rest, &en->caps))
        return false;
    if (en->kind == ENTRY_CHAR || en->kind == ENTRY_BLOCK)
        return take_u32(&r->rest, &en->major) && take_u32(&r->rest, &en->minor);
    return true;
}

int entries_next(struct entries_reader *r, struct entry *en)
{
    if (!r->rest.n)
        return 0;
    *en = (struct entry){ 0 };
    if (take_entry(r, en))
        return 1;
    r->rest = (struct str){ 0 };
    return -1;
}

bool path_beside(struct str from, struct str file, char *to, struct str *path)
{
    char joined[ENTRY_PATH_MOST];
    struct str folder, base;

    str_rsplit(from, '/', &folder, &base);
    int n = snprintf(joined, sizeof joined, STR_FMT "%s" STR_FMT, STR_ARG(folder), folder.n ? "/" : "",
                     STR_ARG(file));
    if (!file.n || file.p[0] == '/' || file.p[0] == '~' || n < 0 || (size_t)n >= sizeof joined)
        return false;
    *path = (struct str){ to, 0 };
    enum path_state state = path_clean((struct str){ joined, (size_t)n }, to, &path->n);
    return state != PATH_ESCAPES && state != PATH_TOO_LONG;
}
