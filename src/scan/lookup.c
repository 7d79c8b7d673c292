#include "scan/lookup.h"

#include "advisory/names.h"
#include "rule/package.h"

#include <ctype.h>

enum { SCRATCH_BYTES = 64 << 20 };

struct asking {
    const struct advisories *sets;
    struct arena *a;
    struct lookup *out;
};

static int full(struct err *e)
{
    return err_set(e, ERR_LIMIT, "too many advisories under one id");
}

/* ---- vulnerabilities ---- */

static bool has_str(struct strs list, struct str s)
{
    for (size_t i = 0; i < list.n; i++)
        if (str_eq(list.p[i], s))
            return true;
    return false;
}

/* Those of both, without `but`; false: memory. */
static bool unite(struct arena *a, struct strs *to, struct strs more, struct str but)
{
    struct str *all = arena_array(a, struct str, to->n + more.n + 1);
    struct strs out = { all, 0 };

    if (!all)
        return false;
    for (size_t i = 0; i < to->n + more.n; i++) {
        struct str one = i < to->n ? to->p[i] : more.p[i - to->n];
        if (!str_eq(one, but) && !has_str(out, one))
            all[out.n++] = one;
    }
    *to = out;
    return true;
}

/* Dates are RFC 3339: the earlier is the smaller. */
static struct str earlier(struct str a, struct str b)
{
    return !a.n || (b.n && str_cmp(b, a) < 0) ? b : a;
}

static bool join_vuln(struct arena *a, struct db_vuln *to, const struct db_vuln *more)
{
    to->title = to->title.n ? to->title : more->title;
    to->published = earlier(to->published, more->published);
    to->modified = str_cmp(more->modified, to->modified) > 0 ? more->modified : to->modified;
    to->kev_added = earlier(to->kev_added, more->kev_added);
    to->kev_ransomware |= more->kev_ransomware;
    if (!to->has_epss)
        to->epss_ppm = more->epss_ppm;
    to->has_epss |= more->has_epss;
    const struct strs name = { &more->id, 1 };
    return unite(a, &to->aliases, more->aliases, to->id) && unite(a, &to->aliases, name, to->id) &&
           unite(a, &to->cvss, more->cvss, STR_NONE);
}

static bool is_same(const struct db_vuln *a, const struct db_vuln *b)
{
    return str_eq(a->id, b->id) || has_str(a->aliases, b->id) || has_str(b->aliases, a->id);
}

static int add_vuln(struct asking *q, size_t set, uint32_t number, struct err *e)
{
    struct lookup *out = q->out;
    struct db_vuln v;

    if (db_vuln(q->sets->db[set], number, q->a, &v, e) < 0)
        return -1;
    for (size_t i = 0; i < out->vuln.n; i++)
        if (is_same(&out->vuln.p[i], &v))
            return join_vuln(q->a, &out->vuln.p[i], &v) ? 0 : full(e);
    if (!arena_grow(q->a, &out->vuln.p, out->vuln.n, &out->vuln.cap, sizeof v))
        return full(e);
    out->vuln.p[out->vuln.n++] = v;
    return 0;
}

/* ---- advisories ---- */

static int add_by(struct asking *q, size_t set, uint32_t place, struct err *e)
{
    struct lookup *out = q->out;
    struct told_by by = { .set = set, .place = place };

    if (db_advisory(q->sets->db[set], place, q->a, &by.said, e) < 0)
        return -1;
    if (!arena_grow(q->a, &out->by.p, out->by.n, &out->by.cap, sizeof by))
        return full(e);
    out->by.p[out->by.n++] = by;
    return 0;
}

static int is_about(struct db *db, uint32_t place, uint32_t number, struct err *e)
{
    struct db_about about;
    uint32_t vuln;
    int r = db_about(db, place, &about, e);

    while (r >= 0 && (r = db_about_next(&about, &vuln, e)) > 0)
        if (vuln == number)
            return 1;
    return r;
}

/* All advisories of a set that are about its vulnerability `number`. */
static int find_about(struct asking *q, size_t set, uint32_t number, struct err *e)
{
    struct db_advisories w = { .db = q->sets->db[set] };
    uint32_t place;
    int r;

    while ((r = db_next_advisory(&w, &place, e)) > 0) {
        int about = is_about(w.db, place, number, e);
        if (about < 0 || (about && add_by(q, set, place, e) < 0))
            return -1;
    }
    return r;
}

/* All of a set that are called so, and what they are about. */
static int find_called(struct asking *q, size_t set, struct str id, struct err *e)
{
    struct db_advisories w = { .db = q->sets->db[set] };
    AUTO_ARENA struct arena scratch = ARENA(SCRATCH_BYTES);
    struct db_advisory said;
    uint32_t place;
    int r;

    while ((r = db_next_advisory(&w, &place, e)) > 0) {
        arena_free(&scratch);
        if (db_advisory(w.db, place, &scratch, &said, e) < 0)
            return -1;
        if (!str_eq(said.id, id))
            continue;
        if (add_by(q, set, place, e) < 0)
            return -1;
        for (size_t i = 0; i < said.n_vuln; i++)
            if (add_vuln(q, set, said.vuln[i], e) < 0)
                return -1;
    }
    return r;
}

/* ---- what they say ---- */

static struct strs copy_strs(struct arena *a, struct strs from)
{
    struct strs to = { 0 };

    return unite(a, &to, from, STR_NONE) ? to : (struct strs){ 0 };
}

static int add_check(struct asking *q, const struct db_package *p, struct err *e)
{
    struct lookup *out = q->out;
    const struct package about = advisory_package(p->ecosystem, p->name);
    const struct check *check = package_check(&about);

    for (size_t i = 0; i < out->check.n; i++)
        if (out->check.p[i] == check)
            return 0;
    if (!arena_grow(q->a, &out->check.p, out->check.n, &out->check.cap, sizeof check))
        return full(e);
    out->check.p[out->check.n++] = check;
    return 0;
}

static int add_told(struct asking *q, uint32_t by, const struct db_package *p, const struct db_statement *s,
                    struct err *e)
{
    struct lookup *out = q->out;
    struct told t = { .by = by, .ecosystem = p->ecosystem, .package = p->name, .says = *s };
    struct version_event *event = arena_array(q->a, struct version_event, s->n_event + 1);

    t.says.versions = copy_strs(q->a, s->versions);
    t.says.cvss = copy_strs(q->a, s->cvss);
    if (!event || !t.says.versions.p || !t.says.cvss.p ||
        !arena_grow(q->a, &out->told.p, out->told.n, &out->told.cap, sizeof t))
        return full(e);
    if (s->n_event)
        memcpy(event, s->event, s->n_event * sizeof *event);
    t.says.event = event;
    out->told.p[out->told.n++] = t;
    return add_check(q, p, e);
}

static int by_place(const void *key, const void *item)
{
    uint32_t place = *(const uint32_t *)key, is = ((const struct told_by *)item)->place;

    return place < is ? -1 : place > is;
}

/* What the advisories from `first` on, which are those of the set, say of packages. Both are in the order of places. */
static int find_told(struct asking *q, size_t set, size_t first, struct err *e)
{
    const struct lookup *out = q->out;
    struct db_packages w = { .db = q->sets->db[set] };
    size_t n = out->by.n - first;
    struct db_package p;
    int r, more;

    while ((r = n ? db_next_package(&w, &p, e) : 0) > 0) {
        AUTO_WALK struct db_walk said = p.said;
        struct db_statement s;
        while ((more = db_next(&said, &s, e)) > 0 && s.advisory <= out->by.p[first + n - 1].place) {
            const struct told_by *by = bsearch(&s.advisory, out->by.p + first, n, sizeof *by, by_place);
            if (by && add_told(q, (uint32_t)(by - out->by.p), &p, &s, e) < 0)
                return -1;
        }
        if (more < 0)
            return -1;
    }
    return r;
}

/* ---- an id ---- */

/* One vulnerability in every set that knows it by this name. */
static int find_vuln(struct asking *q, struct str id, struct err *e)
{
    for (size_t s = 0; s < q->sets->n; s++) {
        size_t first = q->out->by.n;
        uint32_t number;
        int r = db_vuln_by_id(q->sets->db[s], id, &number, e);
        if (r > 0 && (add_vuln(q, s, number, e) < 0 || find_about(q, s, number, e) < 0 ||
                      find_told(q, s, first, e) < 0))
            return -1;
        if (r < 0)
            return -1;
    }
    return 0;
}

static int find_update(struct asking *q, struct str id, struct err *e)
{
    for (size_t s = 0; s < q->sets->n; s++) {
        size_t first = q->out->by.n;
        if (find_called(q, s, id, e) < 0 || find_told(q, s, first, e) < 0)
            return -1;
    }
    q->out->is_update = q->out->by.n > 0;
    return 0;
}

/* cve-2021-44228 is CVE-2021-44228, and ghsa-jfh8-... keeps its small letters. */
static struct str spelled(struct arena *a, struct str id)
{
    char *to = arena_cstr(a, id);

    for (char *c = to; c && *c && *c != '-'; c++)
        *c = (char)toupper((unsigned char)*c);
    return (struct str){ to, to ? id.n : 0 };
}

int lookup_id(const struct advisories *s, struct str id, struct arena *a, struct lookup *out, struct err *e)
{
    struct asking q = { s, a, out };
    const struct str spelling[] = { id, spelled(a, id) };
    size_t n = str_eq(spelling[0], spelling[1]) ? 1 : 2;

    *out = (struct lookup){ 0 };
    for (size_t i = 0; i < n && !out->id.n; i++) {
        if (find_vuln(&q, spelling[i], e) < 0 || (!out->vuln.n && find_update(&q, spelling[i], e) < 0))
            return -1;
        if (out->vuln.n)
            out->id = out->is_update ? out->by.p[0].said.id : out->vuln.p[0].id;
    }
    return 0;
}
