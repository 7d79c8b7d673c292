#include "advisory/rows.h"

static int full(struct err *e)
{
    return err_set(e, ERR_LIMIT, "more packages than an advisory may have");
}

int rows_add(struct rows *r, const struct affected *like, struct err *e)
{
    if (!arena_grow(r->arena, &r->p, r->n, &r->cap, sizeof *r->p))
        return full(e);
    r->p[r->n++] = *like;
    return 0;
}

int rows_add_range(struct rows *r, const struct affected *like, struct str from, struct str fixed,
                   struct err *e)
{
    struct version_event *event = arena_array(r->arena, struct version_event, 2);
    struct affected row = *like;

    if (!event)
        return full(e);
    event[0] = (struct version_event){ EVENT_INTRODUCED, from };
    event[1] = (struct version_event){ EVENT_FIXED, fixed };
    row.event = event;
    row.n_event = fixed.n ? 2 : 1;
    return rows_add(r, &row, e);
}

static bool looks_like_id(struct str s)
{
    return s.n > 4 && s.n < 40 && str_has_char(s, '-') && s.p[0] >= 'A' && s.p[0] <= 'Z';
}

bool rows_ids(struct arena *a, struct str words, struct strs *ids)
{
    struct str rest = words, word;
    struct str *to = arena_array(a, struct str, words.n / 2 + 1);

    *ids = (struct strs){ to, 0 };
    while (to && str_cut(&rest, ' ', &word))
        if (looks_like_id(word))
            to[ids->n++] = word;
    return to;
}

struct str rows_evr(struct arena *a, struct str epoch, struct str version, struct str release)
{
    bool plain = !epoch.n || str_eq(epoch, STR("0"));

    return arena_fmt(a, STR_FMT "%s" STR_FMT "%s" STR_FMT, STR_ARG(plain ? STR("") : epoch), plain ? "" : ":",
                     STR_ARG(version), release.n ? "-" : "", STR_ARG(release));
}
