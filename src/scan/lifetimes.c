#include "scan/lifetimes.h"

#include "advisory/names.h"
#include "rule/package.h"

struct lives {
    const struct advisories *set;
    struct model *m;
    const struct image *img;
    struct arena arena;
    const struct installed **program; /* whose releases end one by one */
    size_t n;
};

static int full(struct err *e)
{
    return err_set(e, ERR_LIMIT, "out of memory");
}

static struct str today(const struct lives *l)
{
    return str_first(l->m->time, 10);
}

static int report(struct lives *l, const struct check *c, enum state state, const struct proof *proof,
                  struct str about, struct err *e)
{
    struct finding f = { .check = c,
                         .state = state,
                         .severity = c->severity,
                         .element = l->img->element,
                         .evidence = proof->item,
                         .n_evidence = proof->n,
                         .n_found = proof->found };

    return model_add_finding(l->m, &f, about, e);
}

/* ---- the distribution ---- */

/* "Ubuntu:22.04" is the end of "Ubuntu:22.04:LTS". */
static bool is_release(struct str end, struct str release)
{
    return str_starts(release, end) && (release.n == end.n || release.p[end.n] == ':');
}

/* 1: *out is the release's, 0: no set has it, -1. */
static int find_release(struct lives *l, struct str release, struct release_end *out, struct err *e)
{
    struct db_summary sum;

    for (size_t s = 0; s < l->set->n; s++) {
        db_summarise(l->set->db[s], &sum);
        for (uint64_t i = 0; i < sum.releases; i++) {
            if (db_release_at(l->set->db[s], i, out, e) < 0)
                return -1;
            if (!out->version.n && is_release(out->ecosystem, release) && out->ends.n)
                return 1;
        }
    }
    return 0;
}

static int report_unknown(struct lives *l, struct str why, struct err *e)
{
    struct proof proof = { .arena = &l->m->arena, .target = l->img->target, .most = 1 };

    struct str name = l->img->os->name.n ? l->img->os->name : STR("the distribution");
    proof_add(&proof, &(struct evidence){ .path = l->img->os->path },
              STR_FMT ": when its support ends is not known here%s" STR_FMT, STR_ARG(name), why.n ? "; " : "",
              STR_ARG(why));
    return report(l, package_check_end_of_life(), STATE_UNKNOWN, &proof, STR_NONE, e);
}

static int judge_distribution(struct lives *l, struct err *e)
{
    struct proof proof = { .arena = &l->m->arena, .target = l->img->target, .most = 1 };
    const struct os *os = l->img->os;
    struct str why, release = advisory_lifetime(&l->arena, os, &why);
    struct release_end r = { 0 };

    if (!os || advisory_is_rolling(release))
        return 0;
    int known = release.n ? find_release(l, release, &r, e) : 0;
    if (known < 0)
        return -1;
    if (!known) /* what the release says of itself */
        r = (struct release_end){ .ends = os->support_end };
    struct str end = r.lts_ends.n ? r.lts_ends : r.ends;
    if (!end.n)
        return report_unknown(l, why, e);
    bool over = str_cmp(today(l), end) > 0;
    proof_add(&proof, &(struct evidence){ .path = os->path }, STR_FMT ": support %s on " STR_FMT "%s" STR_FMT,
              STR_ARG(release.n ? release : os->name), over ? "ended" : "ends", STR_ARG(end),
              r.extended_ends.n ? "; for subscribers " : "", STR_ARG(r.extended_ends));
    return report(l, package_check_end_of_life(), over ? STATE_OPEN : STATE_MITIGATED, &proof, STR_NONE, e);
}

/* ---- programs ---- */

/* What a list of ends calls a program; empty: it is none of them. */
static struct str product_of(const struct package *p)
{
    static const struct {
        const char *name, *product;
    } other[] = { { "nodejs", "node" }, { "openjdk", "java" }, { "golang", "go" } };

    if (str_eq(p->type, STR("golang")) && str_eq(p->name, STR("stdlib")))
        return STR("go");
    if (!str_eq(p->type, STR("generic")))
        return STR_NONE;
    for (size_t i = 0; i < ARRAY_LEN(other); i++)
        if (str_eq(p->name, str_of(other[i].name)))
            return str_of(other[i].product);
    return p->name;
}

/* "3.9" is the line of 3.9.2 and 3.9, not of 3.90; "1.0.2" that of 1.0.2u. */
static bool is_of_line(struct str version, struct str line)
{
    struct str v = str_starts(version, STR("v")) ? str_skip(version, 1) : version;

    return str_starts(v, line) && (v.n == line.n || v.p[line.n] < '0' || v.p[line.n] > '9');
}

static int judge_line(struct lives *l, const struct release_end *r, struct err *e)
{
    struct proof proof = { .arena = &l->m->arena, .target = l->img->target, .most = PROOF_MOST };
    bool over = str_cmp(today(l), r->ends) > 0;

    for (size_t i = 0; i < l->n; i++) {
        const struct installed *in = l->program[i];
        struct evidence where = { .path = in->place, .line = in->package->line };
        if (!str_eq(product_of(in->package), r->ecosystem) || !is_of_line(in->package->version, r->version))
            continue;
        if (in->layer < in->image->n_layers)
            where.layer = in->image->layer[in->layer].digest;
        proof_add(&proof, &where, STR_FMT " " STR_FMT ": support of " STR_FMT " %s on " STR_FMT,
                  STR_ARG(in->package->name), STR_ARG(in->package->version), STR_ARG(r->version),
                  over ? "ended" : "ends", STR_ARG(r->ends));
    }
    if (!proof.found)
        return 0;
    struct str about = arena_fmt(&l->arena, STR_FMT " " STR_FMT, STR_ARG(r->ecosystem), STR_ARG(r->version));
    return report(l, package_check_end_of_life_program(), over ? STATE_OPEN : STATE_MITIGATED, &proof, about,
                  e);
}

/* The first set that knows a program's line has the word about it. */
static bool said_before(struct lives *l, size_t set, const struct release_end *r)
{
    struct db_summary sum;
    struct release_end o;
    struct err ignored;

    for (size_t s = 0; s < set; s++) {
        db_summarise(l->set->db[s], &sum);
        for (uint64_t i = 0; i < sum.releases; i++)
            if (db_release_at(l->set->db[s], i, &o, &ignored) == 0 && str_eq(o.ecosystem, r->ecosystem) &&
                str_eq(o.version, r->version))
                return true;
    }
    return false;
}

static int judge_programs(struct lives *l, struct err *e)
{
    struct db_summary sum;
    struct release_end r;

    for (size_t s = 0; l->n && s < l->set->n; s++) {
        db_summarise(l->set->db[s], &sum);
        for (uint64_t i = 0; i < sum.releases; i++) {
            if (db_release_at(l->set->db[s], i, &r, e) < 0)
                return -1;
            if (r.version.n && r.ends.n && !said_before(l, s, &r) && judge_line(l, &r, e) < 0)
                return -1;
        }
    }
    return 0;
}

/* What the distribution brought it supports itself. */
static int find_programs(struct lives *l, const struct installed *in, size_t n, struct err *e)
{
    size_t cap = 0;

    for (size_t i = 0; i < n; i++) {
        if (in[i].owner.name.n || !in[i].package->version.n || !product_of(in[i].package).n)
            continue;
        if (!arena_grow(&l->arena, &l->program, l->n, &cap, sizeof(const struct installed *)))
            return full(e);
        l->program[l->n++] = &in[i];
    }
    return 0;
}

int lifetimes_judge(const struct advisories *set, struct model *m, const struct image *img,
                    const struct installed *in, size_t n, struct err *e)
{
    struct lives l = { .set = set, .m = m, .img = img, .arena = ARENA(64u << 20) };
    int r = 0;

    if (today(&l).n)
        r = judge_distribution(&l, e) < 0 || find_programs(&l, in, n, e) < 0 ? -1 : judge_programs(&l, e);
    arena_free(&l.arena);
    return r;
}
