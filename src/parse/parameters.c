#include "parse/parameters.h"

#include "core/map.h"

enum { NAME_MOST = 4096 };

/* Values that are secrets are not kept: only that they are there. `room` is for what is left of one. */
static struct str without_secret(struct str name, struct str value, struct buf *room)
{
    static const char is_secret[] =
        "requirepass masterauth primaryauth sentinel-pass tls-key-file-pass "
        "tls-client-key-file-pass secret password passwd token secretkey accesskey "
        "accountkey sessiontoken saspassword user";
    struct str head, last;

    str_rsplit(name, '.', &head, &last);
    if (!str_one_of(last, is_secret) || !value.n)
        return value;
    if (!str_eq(name, STR("user")))
        return STR("(hidden)");
    while (str_cut(&value, ' ', &last)) /* Redis: all but passwords and their hashes */
        if (last.n && !strchr("><#!", last.p[0]))
            buf_fmt(room, "%s" STR_FMT, room->n ? " " : "", STR_ARG(last));
    return buf_view(room);
}

struct walk {
    struct declare d;
    const char *component;
    struct buf name;
};

static void flatten(struct walk *w, const struct doc *d);

static void scalar(struct walk *w, const struct doc *d)
{
    AUTO_BUF struct buf room = BUF(NAME_MOST);
    struct str value = d->kind == DOC_LIST || d->kind == DOC_OBJECT ? STR("") : d->text;

    if (buf_ok(&w->name))
        declare_parameter(&w->d, w->component, buf_view(&w->name),
                          without_secret(buf_view(&w->name), value, &room), d->line);
    else
        facts_remark(w->d.out, NOTE_INCOMPLETE, w->d.path, "line %u: the name is too long", d->line);
}

/* The child under its key or number. */
static void below(struct walk *w, const struct doc *child, struct str key)
{
    size_t n = w->name.n;

    if (n && key.n)
        buf_char(&w->name, '.');
    buf_str(&w->name, key);
    flatten(w, child);
    w->name.n = n;
    w->name.failed = false;
}

static void flatten(struct walk *w, const struct doc *d)
{
    uint32_t number = 0;
    char text[16];

    if ((d->kind != DOC_LIST && d->kind != DOC_OBJECT) || !d->n) {
        scalar(w, d);
        return;
    }
    DOC_EACH (d, child) {
        bool plain = d->kind == DOC_LIST && child->kind != DOC_OBJECT;
        snprintf(text, sizeof text, "%u", number++);
        below(w, child, d->kind == DOC_OBJECT ? child->key : plain ? STR("") : str_of(text));
    }
}

int parameters_of_tree(const struct input *in, const char *component,
                       int (*read)(struct str text, struct arena *a, struct doc **out, struct err *e),
                       struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(PARAMETERS_BYTES);
    struct walk w = { .d = { .out = out, .e = e, .arena = &a, .path = in->path, .object = UINT32_MAX },
                      .component = component,
                      .name = BUF(NAME_MOST) };
    struct doc *root;

    if (!str_trim(in->body).n) /* an empty file says nothing */
        return 0;
    if (read(in->body, &a, &root, e) < 0)
        return -1;
    if (root->kind != DOC_OBJECT && root->kind != DOC_NULL)
        return err_set(e, ERR_FORMAT, "line %u: not a mapping", root->line);
    if (root->n)
        flatten(&w, root);
    buf_free(&w.name);
    return declare_end(&w.d);
}

static struct str unquoted(struct str s)
{
    if (s.n > 1 && (s.p[0] == '"' || s.p[0] == '\'') && s.p[s.n - 1] == s.p[0])
        return (struct str){ s.p + 1, s.n - 2 };
    return s;
}

/* Of a name that comes again the first counts. */
static bool said_before(const struct declare *d, struct map *seen, struct str name)
{
    size_t n = 0;
    const struct parameter *p = facts_parameter(d->out, &n);
    const uint32_t *at = map_get(seen, name);
    bool is_new;

    if (at)
        return true;
    if (n && str_eq(p[n - 1].name, name)) /* the fact's own text lives as long as the map */
        return !map_put(seen, p[n - 1].name, &is_new);
    return false;
}

static struct str lower(struct str name, char *to, size_t room)
{
    if (name.n > room)
        return name;
    for (size_t i = 0; i < name.n; i++)
        to[i] = name.p[i] >= 'A' && name.p[i] <= 'Z' ? (char)(name.p[i] | 0x20) : name.p[i];
    return (struct str){ to, name.n };
}

int parameters_of_lines(const struct input *in, const struct parameter_lines *how, struct facts *out,
                        struct err *e)
{
    struct declare d = { .out = out, .e = e, .path = in->path, .object = UINT32_MAX };
    AUTO_MAP struct map seen = MAP;
    struct str rest = in->body, line;
    bool in_section = false;

    for (uint32_t number = 1; !d.failed && str_cut(&rest, '\n', &line); number++) {
        AUTO_BUF struct buf hidden = BUF(1u << 20);
        char room[128], whole[160];
        size_t n = 0;
        line = str_trim(line);
        if (!line.n || strchr(how->comment, line.p[0]))
            continue;
        while (n < line.n && line.p[n] != ' ' && line.p[n] != '\t' &&
               (!how->between || line.p[n] != how->between))
            n++;
        struct str name = str_first(line, n), value = str_trim(str_skip(line, n));
        if (how->between && value.n && value.p[0] == how->between)
            value = str_trim(str_skip(value, 1));
        if (how->fold)
            name = lower(name, room, sizeof room);
        in_section |= how->section && str_eq(name, str_of(how->section));
        if (in_section && name.n <= sizeof room)
            name = (struct str){ whole, (size_t)snprintf(whole, sizeof whole, "%s." STR_FMT, how->section,
                                                         STR_ARG(name)) };
        if (how->section && said_before(&d, &seen, name))
            continue;
        declare_parameter(&d, how->component, name, without_secret(name, unquoted(value), &hidden), number);
        if (how->section)
            (void)said_before(&d, &seen, name);
    }
    return declare_end(&d);
}
