/* advisories.c - the packages of an image, one identity after the other, against the databases. */
#include "scan/advisories.h"

#include "advisory/match.h"
#include "core/map.h"
#include "rule/package.h"
#include "scan/advise.h"
#include "scan/lifetimes.h"
#include "scan/needs.h"

enum { MATCH_BYTES = 256 << 20, NAMED_MOST = 5 };

/* What could not be matched, for one reason: how many packages, and the names of the first. */
struct gap {
    struct str why;
    bool application;
    size_t n;
    struct str name[NAMED_MOST];
};

struct matcher {
    const struct advisories *set;
    struct model *m;
    const struct image *img;
    struct installed *in;       /* the image's packages */
    size_t n, first;            /* first: which of the model's they begin with */
    struct needed_by needed_by; /* once a library is vulnerable */
    struct map group;           /* identity: its first package, + 1 */
    struct map own;             /* name of a distribution's package: + 1 */
    uint32_t *next;             /* the next package of the same identity, + 1 */
    struct matches *owner_said; /* answers about packages that own files, by package and set */
    bool *owner_asked;
    struct arena arena; /* of all answers */
    struct map reason;  /* to gaps, + 1 */
    LIST(struct gap) gap;
    LIST(struct doubt) doubt; /* of the group at hand */
};

static int full(struct err *e)
{
    return err_set(e, ERR_LIMIT, "out of memory");
}

static bool is_distributions(const struct package *p)
{
    return str_one_of(p->type, "deb rpm apk alpm");
}

/* ---- groups ---- */

/* The package URL without its qualifiers; of what is only asked for with what that is. */
static struct str identity(struct matcher *x, const struct installed *in)
{
    struct str head, tail;

    str_split(in->purl, '?', &head, &tail);
    if (in->package->version.n || !in->package->constraint.n || !head.n)
        return head;
    return arena_fmt(&x->arena, STR_FMT "@?" STR_FMT, STR_ARG(head), STR_ARG(in->package->constraint));
}

static int group(struct matcher *x, struct err *e)
{
    for (size_t i = x->n; i-- > 0;) { /* so that the chain is in the order of the packages */
        const struct package *p = x->in[i].package;
        struct str key = identity(x, &x->in[i]);
        uint32_t *at = key.n ? map_put(&x->group, key, NULL) : NULL;
        if (key.n && !at)
            return full(e);
        x->next[i] = at ? *at : 0;
        if (at)
            *at = (uint32_t)i + 1;
        if (!is_distributions(p))
            continue;
        at = map_put(&x->own, p->name, NULL);
        if (!at)
            return full(e);
        *at = (uint32_t)i + 1;
    }
    return 0;
}

/* ---- gaps ---- */

static int add_gap(struct matcher *x, const struct package *p, struct str why, struct err *e)
{
    uint32_t *at = map_put(&x->reason, why, NULL);

    if (!at)
        return full(e);
    if (!*at) {
        if (!arena_grow(&x->arena, &x->gap.p, x->gap.n, &x->gap.cap, sizeof *x->gap.p))
            return full(e);
        x->gap.p[x->gap.n++] = (struct gap){ .why = why, .application = !is_distributions(p) };
        *at = (uint32_t)x->gap.n;
    }
    struct gap *g = &x->gap.p[*at - 1];
    if (g->n < NAMED_MOST)
        g->name[g->n] =
            p->version.n || !p->constraint.n
                ? p->name
                : arena_fmt(&x->arena, STR_FMT " " STR_FMT, STR_ARG(p->name), STR_ARG(p->constraint));
    g->n++;
    return 0;
}

static int report_gaps(struct matcher *x, struct err *e)
{
    for (size_t i = 0; i < x->gap.n; i++) {
        const struct gap *g = &x->gap.p[i];
        const struct package kind = { .type = g->application ? STR("generic") : STR("deb") };
        AUTO_BUF struct buf names = BUF(4096);
        struct proof proof = { .arena = &x->m->arena, .target = x->img->target, .most = 1 };
        for (size_t k = 0; k < MIN(g->n, (size_t)NAMED_MOST); k++) {
            buf_str(&names, k ? STR(", ") : STR(""));
            buf_str(&names, str_first(g->name[k], 100));
        }
        proof_add(&proof, &(struct evidence){ 0 }, "%zu package%s: " STR_FMT " (" STR_FMT "%s)", g->n,
                  g->n == 1 ? "" : "s", STR_ARG(g->why), STR_ARG(buf_view(&names)),
                  g->n > NAMED_MOST ? " ..." : "");
        struct finding f = { .check = package_check(&kind),
                             .state = STATE_UNKNOWN,
                             .severity = SEVERITY_MEDIUM,
                             .element = x->img->element,
                             .evidence = proof.item,
                             .n_evidence = proof.n,
                             .n_found = proof.found };
        f.title = arena_fmt(&x->m->arena, "%zu package%s could not be matched with advisories", g->n,
                            g->n == 1 ? "" : "s");
        if (model_add_finding(x->m, &f, arena_str(&x->m->arena, g->why), e) < 0)
            return -1;
    }
    return 0;
}

/* ---- owners ---- */

static int match_one(struct matcher *x, const struct package *p, size_t set, struct matches *out,
                     struct str *why, struct err *e)
{
    struct advisory_name names[ADVISORY_NAMES_MOST];
    size_t n = advisory_names(&x->arena, p, x->img->os, names, why);

    *out = (struct matches){ 0 };
    return n ? match_package(x->set->db[set], p, names, n, &x->arena, out, e) : 0;
}

/* What the distribution says about its package `at`, asked for once. */
static const struct matches *owner_says(struct matcher *x, size_t at, size_t set, struct err *e)
{
    struct matches *said = &x->owner_said[at * ADVISORY_SETS + set];
    bool *asked = &x->owner_asked[at * ADVISORY_SETS + set];
    struct str why;

    if (*asked)
        return said;
    *asked = true;
    return match_one(x, x->in[at].package, set, said, &why, e) < 0 ? NULL : said;
}

static int by_vuln(const void *key, const void *item)
{
    uint32_t vuln = *(const uint32_t *)key, is = ((const struct match *)item)->vuln;

    return vuln < is ? -1 : vuln > is;
}

/* The vulnerability's number in another set; false: that one does not know it. */
static bool number_in(struct matcher *x, size_t set, uint32_t vuln, size_t other, uint32_t *out)
{
    struct err ignored;
    struct db_vuln v;

    *out = vuln;
    if (set == other)
        return true;
    if (db_vuln(x->set->db[set], vuln, &x->arena, &v, &ignored) < 0)
        return false;
    for (size_t k = 0; k <= v.aliases.n; k++)
        if (db_vuln_by_id(x->set->db[other], k < v.aliases.n ? v.aliases.p[k] : v.id, out, &ignored) == 1)
            return true;
    return false;
}

/* What is said of the vulnerability `vuln` of `set` among the answers of another set; NULL: nothing. */
static const struct match *find_answer(struct matcher *x, const struct matches *said, size_t other,
                                       size_t set, uint32_t vuln)
{
    uint32_t number;

    if (!said->n || !number_in(x, set, vuln, other, &number))
        return NULL;
    return bsearch(&number, said->p, said->n, sizeof *said->p, by_vuln);
}

/* What does the distribution, whose package brought this file, say? *why: that it is fixed or never was
 * affected; *covered: that it is affected, which its own package's finding tells. */
static int ask_owner(struct matcher *x, const struct installed *in, size_t set, uint32_t vuln,
                     struct str *why, bool *covered, struct err *e)
{
    const uint32_t *at = in->owner.name.n ? map_get(&x->own, in->owner.name) : NULL;

    *why = STR_NONE;
    *covered = false;
    for (size_t s = 0; at && s < x->set->n && !why->n; s++) {
        const struct matches *said = owner_says(x, *at - 1, s, e);
        const struct match *hit = said ? find_answer(x, said, s, set, vuln) : NULL;
        if (!said)
            return -1;
        if (!hit || hit->answer == ANSWER_UNKNOWN)
            continue;
        if (hit->answer == ANSWER_AFFECTED) {
            *covered = true;
            return 0;
        }
        const struct package *p = x->in[*at - 1].package;
        *why =
            arena_fmt(&x->m->arena, "belongs to the distribution's " STR_FMT " " STR_FMT ", which is %s",
                      STR_ARG(p->name), STR_ARG(p->version),
                      hit->answer == ANSWER_FIXED ? "not, or no longer, affected" : "not affected, it says");
        if (!why->p)
            return full(e);
    }
    return 0;
}

/* ---- one package ---- */

static size_t places_of(const struct matcher *x, size_t first, const struct installed **all, size_t most)
{
    size_t n = 0;

    for (size_t i = first + 1; i && n < most; i = x->next[i - 1])
        all[n++] = &x->in[i - 1];
    return n;
}

/* Another set, whose word comes first, has said something about it. */
static bool said_before(struct matcher *x, const struct matches *said, size_t set, uint32_t vuln)
{
    for (size_t s = 0; s < set; s++)
        if (find_answer(x, &said[s], s, set, vuln))
            return true;
    return false;
}

/* Which of the project's own dependencies brings it. A distribution's packages are updated by themselves. */
static int find_way(struct matcher *x, struct same_package *same, struct err *e)
{
    if (same->asked || is_distributions(same->first->package) ||
        str_eq(same->first->package->type, STR("generic")))
        return 0;
    same->asked = true;
    if (!x->needed_by.head && (needs_relate(x->m, x->img, x->first, e) < 0 ||
                               needs_turn(&x->needed_by, x->m, x->first, &x->arena, e) < 0))
        return -1;
    for (size_t i = 0; i < same->n && !same->way.n; i++)
        if (needs_way(&x->needed_by, x->m, (uint32_t)(same->all[i] - x->m->package.p), &same->way, e) < 0)
            return -1;
    return 0;
}

static int report_match(struct matcher *x, struct same_package *same, size_t set, const struct match *match,
                        struct err *e)
{
    bool program = str_eq(same->first->package->type, STR("generic")), all_covered = program;
    struct str *why = NULL;

    if (match->answer == ANSWER_FIXED || match->answer == ANSWER_NOT_AFFECTED)
        return 0;
    for (size_t i = 0; i < same->n; i++) {
        bool covered = false;
        if (!why && same->all[i]->owner.name.n && !(why = arena_array(&x->arena, struct str, same->n)))
            return full(e);
        if (why && ask_owner(x, same->all[i], set, match->vuln, &why[i], &covered, e) < 0)
            return -1;
        all_covered &= covered;
    }
    if (all_covered)
        return 0;
    if (!same->check)
        same->check = package_check(same->first->package);
    return find_way(x, same, e) < 0 ? -1 : advise(x->m, x->set->db[set], same, match, why, e);
}

/* What is asked for in no version that is known, and may have it or not: kept, for one finding about all. */
static int keep_doubt(struct matcher *x, size_t set, const struct match *match, struct err *e)
{
    if (!arena_grow(&x->arena, &x->doubt.p, x->doubt.n, &x->doubt.cap, sizeof *x->doubt.p))
        return full(e);
    x->doubt.p[x->doubt.n++] = (struct doubt){ x->set->db[set], match };
    return 0;
}

static int report_doubts(struct matcher *x, struct same_package *same, struct err *e)
{
    if (!same->check)
        same->check = package_check(same->first->package);
    return x->doubt.n ? advise_asked(x->m, same, x->doubt.p, x->doubt.n, e) : 0;
}

static int match_group(struct matcher *x, size_t first, struct err *e)
{
    const struct package *p = x->in[first].package;
    size_t n = 1;
    for (uint32_t i = x->next[first]; i; i = x->next[i - 1])
        n++;
    const struct installed **all = arena_array(&x->arena, const struct installed *, n);
    struct matches said[ADVISORY_SETS];
    struct str why = STR_NONE;
    bool known = false, asked = false, doubtful = package_asked(p).n;

    if (!all)
        return full(e);
    x->doubt.n = 0;
    struct same_package same = { .first = &x->in[first], .all = all, .n = places_of(x, first, all, n) };
    for (size_t s = 0; s < x->set->n; s++) {
        if (match_one(x, p, s, &said[s], &why, e) < 0)
            return -1;
        known |= said[s].known;
        asked |= said[s].asked;
        for (size_t i = 0; i < said[s].n; i++) {
            const struct match *match = &said[s].p[i];
            if (!said_before(x, said, s, match->vuln) &&
                (doubtful && match->answer == ANSWER_UNKNOWN ? keep_doubt(x, s, match, e)
                                                             : report_match(x, &same, s, match, e)) < 0)
                return -1;
        }
    }
    if (report_doubts(x, &same, e) < 0)
        return -1;
    if (!why.n && !known)
        why =
            arena_fmt(&x->arena, "no advisories about " STR_FMT " are in the database",
                      STR_ARG(is_distributions(p) ? advisory_release(&x->arena, x->img->os, &why) : p->type));
    else if (!why.n && !p->version.n && !asked && !x->doubt.n)
        why = STR("without a version");
    return why.n ? add_gap(x, p, why, e) : 0;
}

static int match_all(struct matcher *x, struct err *e)
{
    x->next = arena_array(&x->arena, uint32_t, x->n + 1);
    x->owner_said = arena_array(&x->arena, struct matches, x->n * ADVISORY_SETS + 1);
    x->owner_asked = arena_array(&x->arena, bool, x->n *ADVISORY_SETS + 1);
    if (!x->next || !x->owner_said || !x->owner_asked)
        return full(e);
    if (group(x, e) < 0 || lifetimes_judge(x->set, x->m, x->img, x->in, x->n, e) < 0)
        return -1;
    for (size_t i = 0; i < x->n; i++) {
        struct str key = identity(x, &x->in[i]);
        const uint32_t *first = key.n ? map_get(&x->group, key) : NULL;
        if ((!first || *first == i + 1) && match_group(x, i, e) < 0)
            return -1;
    }
    return report_gaps(x, e);
}

int advisories_match(const struct advisories *s, struct model *m, const struct image *img, size_t first,
                     struct err *e)
{
    struct matcher x = { .set = s,
                         .m = m,
                         .img = img,
                         .in = m->package.n > first ? m->package.p + first : NULL,
                         .n = m->package.n - first,
                         .first = first,
                         .arena = ARENA(MATCH_BYTES) };
    int r = s->n ? match_all(&x, e) : 0;

    map_free(&x.group);
    map_free(&x.own);
    map_free(&x.reason);
    arena_free(&x.arena);
    return r < 0 ? err_wrap(e, "matching with advisories") : 0;
}
