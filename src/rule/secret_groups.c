/* secret_groups.c - what counts as a secret: places of the same one come together, and what speaks against it
 * is weighed. */
#include "core/map.h"
#include "model/secret.h"

/* A package of a distribution brings the same to everyone: a test's key or an example, never somebody's own.
 * What lies in etc/ is there to be changed. */
static bool is_packaged(const struct secret_at *at)
{
    return at->owner.name.n && !str_starts(at->fact->path, STR("etc/"));
}

static bool is_over(const struct secret_at *at, struct str now)
{
    return at->fact->until.n && now.n && str_cmp(at->fact->until, now) < 0;
}

enum confidence secret_weight(const struct secret_at *at, struct str now)
{
    if (is_packaged(at) || is_over(at, now))
        return CONFIDENCE_LOW;
    return at->fact->confidence > CONFIDENCE_PROVEN ? CONFIDENCE_LOW : (enum confidence)at->fact->confidence;
}

struct sorting {
    struct secret_at *at;
    uint32_t *group; /* of each place */
    struct secret_group *out;
    size_t n, n_out;
    const struct secret_search *search;
    struct str now;
};

/* A group for each hash; of a private key in two forms the hash is the same already. */
static bool find_groups(struct sorting *s)
{
    AUTO_MAP struct map by_hash = MAP;
    bool fresh;

    for (size_t i = 0; i < s->n; i++) {
        uint32_t *to = map_put(&by_hash, s->at[i].fact->hash, &fresh);
        if (!to)
            return false;
        if (fresh) {
            *to = (uint32_t)s->n_out;
            s->out[s->n_out++] = (struct secret_group){ .info = s->search->find(s->at[i].fact->kind) };
        }
        struct secret_group *g = &s->out[*to];
        enum confidence c = secret_weight(&s->at[i], s->now);
        g->confidence = c > g->confidence ? c : g->confidence;
        s->group[i] = *to;
        g->n++;
    }
    return true;
}

/* The places of each group beside each other, the surest first; doubtful groups become one. */
static bool gather(struct sorting *s, struct arena *a)
{
    struct secret_at *place = arena_array(a, struct secret_at, s->n + 1);
    size_t at = 0, kept = 0;

    if (!place)
        return false;
    for (int doubtful = 0; doubtful < 2; doubtful++) {
        size_t from = at;
        for (uint32_t g = 0; g < s->n_out; g++) {
            struct secret_group *group = &s->out[g];
            if ((group->confidence == CONFIDENCE_LOW || !group->info) != (doubtful == 1))
                continue;
            group->at = place + at;
            for (int c = CONFIDENCE_PROVEN; c >= CONFIDENCE_LOW; c--)
                for (size_t i = 0; i < s->n; i++)
                    if (s->group[i] == g && secret_weight(&s->at[i], s->now) == (enum confidence)c)
                        place[at++] = s->at[i];
            if (!doubtful)
                s->out[kept++] = *group;
        }
        if (doubtful && at > from)
            s->out[kept++] = (struct secret_group){ .at = place + from, .n = at - from };
    }
    s->n_out = kept;
    return true;
}

/* Several of one kind in one place are told apart by their order. */
static void number(struct secret_group *g, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i && g[i].info; k++)
            g[i].number += g[k].info == g[i].info && g[k].at->element == g[i].at->element &&
                           str_eq(g[k].at->fact->path, g[i].at->fact->path);
}

int secret_groups(struct secret_at *at, size_t n, const struct secret_search *search, bool complete,
                  struct str now, struct arena *a, struct secret_group **out, size_t *n_out, struct err *e)
{
    struct sorting s = { .at = at,
                         .group = arena_array(a, uint32_t, n + 1),
                         .out = arena_array(a, struct secret_group, n + 2),
                         .n = n,
                         .search = search,
                         .now = now };

    if (!s.group || !s.out || !find_groups(&s) || !gather(&s, a))
        return err_set(e, ERR_LIMIT, "the model is full");
    if (!s.n_out)
        s.out[s.n_out++] = (struct secret_group){ 0 };
    number(s.out, s.n_out);
    for (size_t i = 0; i < s.n_out; i++) {
        s.out[i].kinds = search->kinds;
        s.out[i].complete = complete;
        s.out[i].now = now;
    }
    *out = s.out;
    *n_out = s.n_out;
    return 0;
}
