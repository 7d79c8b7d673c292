#include "threat/updates.h"

#include "core/buf.h"
#include "core/map.h"
#include "model/upgrade.h"

enum { NAMED_MOST = 6, COMMANDS_MOST = 20, TEXT_MOST = 16 << 10 };

struct update {
    const struct vulnerability *of;
    struct str to; /* empty: no vulnerability of it has a fix */
};
struct updates {
    struct arena *arena;
    struct map by_package;
    struct update *p;
    size_t n, cap;
};

static int full(struct err *e)
{
    return err_set(e, ERR_LIMIT, "too many updates");
}

static bool is_later(const struct vulnerability *v, struct str a, struct str b)
{
    int order;

    return a.n && (!b.n || (version_compare(upgrade_scheme(v), a, b, &order) == 0 && order > 0));
}

static int take(struct updates *u, const struct vulnerability *v, struct err *e)
{
    bool is_new;
    uint32_t *at = map_put(&u->by_package, v->purl, &is_new);

    if (!at)
        return full(e);
    if (is_new) {
        *at = (uint32_t)u->n;
        if (!arena_grow(u->arena, &u->p, u->n, &u->cap, sizeof *u->p))
            return full(e);
        u->p[u->n++] = (struct update){ .of = v };
    }
    struct update *to = &u->p[*at];
    if (is_later(v, v->fixed, to->to))
        to->to = v->fixed;
    return 0;
}

/* "Update a 1.0 to 1.2, b 2 to 3 and 7 more, and build the images again." */
static void say_updates(const struct updates *u, struct buf *b)
{
    size_t said = 0, more = 0;

    for (size_t i = 0; i < u->n; i++) {
        const struct update *at = &u->p[i];
        if (!at->to.n)
            continue;
        if (said == NAMED_MOST) {
            more++;
            continue;
        }
        buf_str(b, said++ ? STR(", ") : STR("Update "));
        buf_fmt(b, STR_FMT " " STR_FMT " to " STR_FMT, STR_ARG(str_first(at->of->package, 100)),
                STR_ARG(str_first(vulnerability_version(at->of), 60)), STR_ARG(str_first(at->to, 60)));
    }
    if (more)
        buf_fmt(b, " and %zu more", more);
    if (said)
        buf_str(b, STR(", and build the image again."));
}

static void say_rest(const struct updates *u, struct buf *b)
{
    size_t said = 0;

    for (size_t i = 0; i < u->n; i++) {
        if (u->p[i].to.n || said == NAMED_MOST)
            continue;
        buf_str(b, said++ ? STR(", ")
                   : b->n ? STR(" No update is known of ")
                          : STR("No update is known of "));
        buf_str(b, str_first(u->p[i].of->package, 100));
    }
    if (said)
        buf_str(b, STR(": remove it where nothing needs it."));
}

/* Each command once: binary packages of one source and several images share them. */
static int say_commands(const struct updates *u, struct buf *b, struct err *e)
{
    AUTO_MAP struct map seen = MAP;
    size_t said = 0;
    bool is_new;

    for (size_t i = 0; i < u->n && said < COMMANDS_MOST; i++) {
        struct str command = u->p[i].to.n ? upgrade_command(u->arena, u->p[i].of, u->p[i].to) : STR_NONE;
        if (!command.n)
            continue;
        if (!map_put(&seen, command, &is_new))
            return full(e);
        if (!is_new)
            continue;
        buf_str(b, said++ ? STR("\n") : STR(""));
        buf_str(b, command);
    }
    return 0;
}

static int say(struct updates *u, struct model *m, struct str *text, struct str *snippet, struct err *e)
{
    AUTO_BUF struct buf words = BUF(TEXT_MOST), commands = BUF(TEXT_MOST);

    say_updates(u, &words);
    say_rest(u, &words);
    if (say_commands(u, &commands, e) < 0)
        return -1;
    *text = arena_str(&m->arena, buf_view(&words));
    *snippet = arena_str(&m->arena, buf_view(&commands));
    return text->p && snippet->p ? 0 : full(e);
}

int updates_say(struct model *m, const uint32_t *finding, size_t n, struct str *text, struct str *snippet,
                struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(64u << 20);
    struct updates u = { .arena = &a };
    int r = 0;

    for (size_t i = 0; i < n; i++)
        if (!m->finding.p[finding[i]].vulnerability)
            return 0;
    for (size_t i = 0; r == 0 && i < n; i++)
        r = take(&u, m->finding.p[finding[i]].vulnerability, e);
    if (r == 0 && u.n)
        r = say(&u, m, text, snippet, e);
    map_free(&u.by_package);
    return r;
}
