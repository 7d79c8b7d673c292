/* db_join.c - one vulnerability has many names: which advisories are about the same one. */
#include "advisory/db_build.h"

struct joiner {
    struct db_builder *b;
    struct map cve_of; /* another id: number of the text of its CVE; UINT32_MAX: more than one */
    struct map by_id;  /* id: number in b->vuln */
    bool only_known;   /* scores of what no package has are not kept */
};

static struct str text(const struct db_builder *b, uint32_t number)
{
    return b->texts.p[number];
}

static bool is_cve(struct str id)
{
    return str_starts(id, STR("CVE-"));
}

/* Publishers put their name before it: UBUNTU-CVE-2030-1. */
static struct str without_lead(struct str id)
{
    ptrdiff_t at = str_find(id, STR("-CVE-"));

    return at > 0 && !str_has(str_first(id, (size_t)at), STR("-")) ? str_skip(id, (size_t)at + 1) : id;
}

/* Ids that stand for one CVE, wherever one record says so. */
static bool learn(struct joiner *j, const struct built_advisory *a)
{
    const struct db_builder *b = j->b;
    uint32_t cve = 0;

    if (is_cve(text(b, a->id)))
        cve = a->id;
    for (uint32_t i = 0; i < a->aliases.n; i++) {
        uint32_t id = b->numbers.p[a->aliases.at + i];
        if (is_cve(text(b, id)) && id != cve)
            cve = cve ? UINT32_MAX : id;
    }
    if (!cve || a->upstream.n)
        return true;
    for (uint32_t i = 0; i <= a->aliases.n; i++) {
        uint32_t id = i < a->aliases.n ? b->numbers.p[a->aliases.at + i] : a->id;
        bool fresh;
        uint32_t *of = is_cve(text(b, id)) ? NULL : map_put(&j->cve_of, text(b, id), &fresh);
        if (!of && !is_cve(text(b, id)))
            return false;
        if (of)
            *of = fresh || *of == cve ? cve : UINT32_MAX;
    }
    return true;
}

enum { NOBODY_ASKS = UINT32_MAX - 1 };

/* The vulnerability under this name, made when it is new. UINT32_MAX: memory. */
static uint32_t vuln_of(struct joiner *j, uint32_t id)
{
    struct db_builder *b = j->b;
    bool fresh;
    const uint32_t *cve = map_get(&j->cve_of, text(b, id));
    uint32_t name = cve && *cve != UINT32_MAX ? *cve : id;
    if (j->only_known && !map_get(&j->by_id, text(b, name)))
        return NOBODY_ASKS;
    uint32_t *at = map_put(&j->by_id, text(b, name), &fresh);

    if (!at)
        return UINT32_MAX;
    if (!fresh)
        return *at;
    struct built_vuln *v = POOL_ADD(&b->vuln);
    if (!v)
        return UINT32_MAX;
    *v = (struct built_vuln){ .id = name };
    return *at = (uint32_t)(b->vuln.n - 1);
}

static bool add_vuln(struct joiner *j, struct built_advisory *a, uint32_t id)
{
    struct db_builder *b = j->b;
    uint32_t v = id == UINT32_MAX ? id : vuln_of(j, id);

    if (v == UINT32_MAX || v == NOBODY_ASKS)
        return v == NOBODY_ASKS;
    for (uint32_t i = 0; i < a->vuln.n; i++)
        if (b->numbers.p[a->vuln.at + i] == v)
            return true;
    uint32_t *to = POOL_ADD(&b->numbers);
    if (!to)
        return false;
    *to = v;
    a->vuln.n++;
    return true;
}

/* Of names without a CVE the one by which most know it. */
static uint32_t best_name(const struct db_builder *b, const struct built_advisory *a)
{
    for (uint32_t i = 0; i < a->aliases.n; i++)
        if (str_starts(text(b, b->numbers.p[a->aliases.at + i]), STR("GHSA-")))
            return b->numbers.p[a->aliases.at + i];
    return a->id;
}

static bool join_one(struct joiner *j, struct built_advisory *a)
{
    struct db_builder *b = j->b;
    struct span names = a->upstream.n ? a->upstream : a->aliases;

    a->vuln = (struct span){ (uint32_t)b->numbers.n, 0 };
    if (!a->upstream.n && is_cve(text(b, a->id)) && !add_vuln(j, a, a->id))
        return false;
    for (uint32_t i = 0; i < names.n; i++) {
        uint32_t id = b->numbers.p[names.at + i];
        const uint32_t *cve = map_get(&j->cve_of, text(b, id));
        if ((a->upstream.n || is_cve(text(b, id)) || (cve && *cve != UINT32_MAX)) && !add_vuln(j, a, id))
            return false;
    }
    if (a->vuln.n)
        return true;
    struct str bare = without_lead(text(b, a->id));
    return add_vuln(j, a, is_cve(bare) ? built_text(b, bare) : best_name(b, a));
}

/* ---- what is known of a vulnerability ---- */

static bool has_number(const uint32_t *list, uint32_t n, uint32_t v)
{
    for (uint32_t i = 0; i < n; i++)
        if (list[i] == v)
            return true;
    return false;
}

/* Texts by their bytes: what is written must not depend on the order in which feeds came. */
static uint32_t later(const struct db_builder *b, uint32_t x, uint32_t y)
{
    return str_cmp(text(b, x), text(b, y)) >= 0 ? x : y;
}
static uint32_t earlier(const struct db_builder *b, uint32_t x, uint32_t y)
{
    return !x ? y : !y ? x : str_cmp(text(b, x), text(b, y)) <= 0 ? x : y;
}

static void gather(struct db_builder *b, const struct built_advisory *a, struct built_vuln *v)
{
    v->kev = earlier(b, v->kev, a->kev);
    v->ransomware |= a->ransomware;
    if (a->has_epss && a->epss >= v->epss)
        v->epss = a->epss;
    v->has_epss |= a->has_epss;
    v->title = later(b, v->title, a->title);
    v->published = earlier(b, v->published, a->published);
    v->modified = later(b, v->modified, a->modified);
}

struct pair {
    uint32_t vuln, text;
    const struct db_builder *b;
};

static int by_vuln_and_text(const void *x, const void *y)
{
    const struct pair *p = x, *q = y;

    if (p->vuln != q->vuln)
        return p->vuln < q->vuln ? -1 : 1;
    return str_cmp(text(p->b, p->text), text(q->b, q->text));
}

typedef POOL(struct pair) pairs;

static bool add_pair(pairs *to, const struct db_builder *b, uint32_t vuln, uint32_t id)
{
    struct pair *p = pool_grow(&to->p, to->n, &to->cap, sizeof *to->p) ? &to->p[to->n++] : NULL;

    return p ? (*p = (struct pair){ vuln, id, b }, true) : false;
}

/* Names and vectors of an advisory that is about one vulnerability are that one's. */
static bool collect(struct db_builder *b, const struct built_advisory *a, pairs *names, pairs *vectors)
{
    uint32_t v = a->vuln.n == 1 ? b->numbers.p[a->vuln.at] : 0;

    if (a->vuln.n != 1)
        return true;
    for (uint32_t i = 0; i < a->cvss.n; i++)
        if (!add_pair(vectors, b, v, b->numbers.p[a->cvss.at + i]))
            return false;
    for (uint32_t i = 0; !a->upstream.n && i <= a->aliases.n; i++) {
        uint32_t id = i < a->aliases.n ? b->numbers.p[a->aliases.at + i] : a->id;
        if (id != b->vuln.p[v].id && !is_cve(text(b, id)) && !add_pair(names, b, v, id))
            return false;
    }
    return true;
}

static bool give(struct db_builder *b, pairs *all, size_t at)
{
    if (all->n)
        qsort(all->p, all->n, sizeof *all->p, by_vuln_and_text);
    for (size_t i = 0; i < all->n; i++) {
        struct span *to = (struct span *)(void *)((char *)&b->vuln.p[all->p[i].vuln] + at);
        if (!to->n)
            to->at = (uint32_t)b->numbers.n;
        if (has_number(b->numbers.p + to->at, to->n, all->p[i].text))
            continue;
        uint32_t *number = POOL_ADD(&b->numbers);
        if (!number)
            return false;
        *number = all->p[i].text;
        to->n++;
    }
    free(all->p);
    all->p = NULL;
    return true;
}

static bool describe(struct db_builder *b)
{
    pairs names = { 0 }, vectors = { 0 };
    bool good = true;

    for (size_t i = 0; good && i < b->advisory.n; i++) {
        const struct built_advisory *a = &b->advisory.p[i];
        if (a->withdrawn)
            continue;
        for (uint32_t k = 0; k < a->vuln.n && a->vuln.n == 1; k++)
            gather(b, a, &b->vuln.p[b->numbers.p[a->vuln.at + k]]);
        good = collect(b, a, &names, &vectors);
    }
    good = good && give(b, &vectors, offsetof(struct built_vuln, cvss)) &&
           give(b, &names, offsetof(struct built_vuln, aliases));
    free(names.p);
    free(vectors.p);
    return good;
}

/* ---- by id ---- */

struct place {
    struct str id;
    uint32_t was;
};

static int by_id(const void *x, const void *y)
{
    return str_cmp(((const struct place *)x)->id, ((const struct place *)y)->id);
}

static bool sort(struct db_builder *b)
{
    size_t n = b->vuln.n;
    AUTO_FREE struct place *order = calloc(n + 1, sizeof *order);
    AUTO_FREE uint32_t *now = calloc(n + 1, sizeof *now);
    AUTO_FREE struct built_vuln *sorted = calloc(n + 1, sizeof *sorted);

    if (!order || !now || !sorted)
        return false;
    for (uint32_t i = 0; i < n; i++)
        order[i] = (struct place){ text(b, b->vuln.p[i].id), i };
    if (n)
        qsort(order, n, sizeof *order, by_id);
    for (uint32_t i = 0; i < n; i++) {
        now[order[i].was] = i;
        sorted[i] = b->vuln.p[order[i].was];
    }
    if (n)
        memcpy(b->vuln.p, sorted, n * sizeof *sorted);
    for (size_t i = 0; i < b->advisory.n; i++) {
        const struct built_advisory *a = &b->advisory.p[i];
        for (uint32_t k = 0; k < a->vuln.n; k++)
            b->numbers.p[a->vuln.at + k] = now[b->numbers.p[a->vuln.at + k]];
    }
    return true;
}

static bool join(struct joiner *j)
{
    struct db_builder *b = j->b;

    for (size_t i = 0; i < b->advisory.n; i++)
        if (!b->advisory.p[i].withdrawn && !learn(j, &b->advisory.p[i]))
            return false;
    for (int scores = 0; scores < 2; scores++) {
        j->only_known = scores;
        for (size_t i = 0; i < b->advisory.n; i++)
            if (!b->advisory.p[i].withdrawn && b->advisory.p[i].speaks == !scores &&
                !join_one(j, &b->advisory.p[i]))
                return false;
    }
    return describe(b) && sort(b);
}

int built_join(struct db_builder *b, struct err *e)
{
    struct joiner j = { .b = b };
    bool good = join(&j);

    map_free(&j.cve_of);
    map_free(&j.by_id);
    return good ? 0 : err_set(e, ERR_LIMIT, "out of memory");
}
