/* table_vulnerabilities.c - known vulnerabilities for people: by package, the worst first; in each what is
 * known to be exploited first, then what is likely to be. A screen of four hundred has to be readable. */
#include "report/table.h"

#include "core/map.h"
#include "model/upgrade.h"

enum {
    BODY = 12,
    FAMILIES_SHOWN = 30,
    ROWS_SHOWN = 5,
    ID_COLUMN = 20,
    SCORE_COLUMN = 25,
    SIGN_COLUMN = 36,
    FAMILIES_BYTES = 512 << 20
};

static const char *const severity_label[SEVERITY_COUNT] = { "INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL" };

/* Findings about one package: a distribution's source package, or a library of one version. */
struct family {
    const struct finding *first, *last;
    size_t n; /* vulnerabilities, not findings: several binary packages may have the same */
    uint32_t kev, by[SEVERITY_COUNT];
    struct str fix; /* the version from which on all that can be fixed are */
    size_t fixed;   /* how many of them it fixes */
};

/* All of them, in the order of their worst findings: findings are sorted, so a family's are in order. */
struct families {
    struct arena arena;
    struct map known; /* what a family is about: its number + 1; one of its vulnerabilities: 1 */
    struct buf key;
    LIST(struct family) list;
    uint32_t *next; /* of each finding: how far it is to the next of its family; 0: it is the last */
};

static struct str name_of(const struct vulnerability *v)
{
    return v->source.n ? v->source : v->package;
}

static bool is_listed(const struct table *t, const struct finding *f)
{
    return f->vulnerability && f->state == STATE_OPEN && f->severity >= t->o->least;
}

/* The place of what is in the key; NULL: no memory. */
static uint32_t *know(struct families *all, bool *is_new)
{
    struct str key = buf_view(&all->key);
    uint32_t *at = map_get(&all->known, key);

    *is_new = !at;
    if (at || !buf_ok(&all->key))
        return at;
    key = arena_str(&all->arena, key);
    return key.p ? map_put(&all->known, key, NULL) : NULL;
}

/* The family of a finding, new or known; NULL: no memory. */
static struct family *family_of(struct families *all, const struct finding *f)
{
    const struct vulnerability *v = f->vulnerability;
    bool is_new;

    buf_clear(&all->key);
    buf_add(&all->key, &f->element, sizeof f->element);
    buf_add(&all->key, &f->check, sizeof f->check);
    buf_varint(&all->key, name_of(v).n);
    buf_str(&all->key, name_of(v));
    buf_str(&all->key, vulnerability_version(v));
    uint32_t *at = know(all, &is_new);
    if (!at ||
        (is_new && !arena_grow(&all->arena, &all->list.p, all->list.n, &all->list.cap, sizeof *all->list.p)))
        return NULL;
    if (is_new) {
        all->list.p[all->list.n++] = (struct family){ 0 };
        *at = (uint32_t)all->list.n;
    }
    return &all->list.p[*at - 1];
}

static void count(struct families *all, const struct table *t, struct family *g, const struct finding *f)
{
    const struct vulnerability *v = f->vulnerability;
    int order;

    if (g->last)
        all->next[g->last - t->m->finding.p] = (uint32_t)(f - g->last);
    g->first = g->first ? g->first : f;
    g->last = f;
    g->n++;
    g->kev += v->kev;
    g->by[f->severity]++;
    g->fixed += v->fixed.n > 0;
    if (v->fixed.n &&
        (!g->fix.n || (version_compare(upgrade_scheme(v), v->fixed, g->fix, &order) == 0 && order > 0)))
        g->fix = v->fixed;
}

static bool find_families(struct families *all, const struct table *t)
{
    all->next = arena_array(&all->arena, uint32_t, t->m->finding.n + 1);
    for (size_t i = 0; all->next && i < t->m->finding.n; i++) {
        const struct finding *f = &t->m->finding.p[i];
        bool is_new;
        if (!is_listed(t, f))
            continue;
        struct family *g = family_of(all, f);
        if (!g)
            return false;
        uint32_t number = (uint32_t)(g - all->list.p);
        buf_clear(&all->key);
        buf_add(&all->key, &number, sizeof number);
        buf_str(&all->key, f->vulnerability->id);
        uint32_t *said = know(all, &is_new);
        if (!said)
            return false;
        *said = 1;
        if (is_new) /* else another of its packages has the same */
            count(all, t, g, f);
    }
    return all->next;
}

static void put_row(struct table *t, const struct finding *f)
{
    const struct vulnerability *v = f->vulnerability;
    struct page *p = &t->page;

    page_add(p, table_severity_style[f->severity], v->id);
    page_tab(p, ID_COLUMN);
    if (v->score)
        page_say(p, PLAIN, "%u.%u", v->score / 10, v->score % 10);
    page_tab(p, SCORE_COLUMN);
    if (v->kev)
        page_say(p, LOUD, "exploited");
    else if (v->has_epss && v->epss_ppm >= 10000)
        page_say(p, PLAIN, "EPSS %u %%", v->epss_ppm / 10000);
    page_tab(p, SIGN_COLUMN);
    if (v->fixed.n) {
        page_sign(p, GREEN, GLYPH_TO);
        page_say(p, PLAIN, " ");
        page_add(p, GREEN, v->fixed);
        page_say(p, DIM, "%s", v->subscribers ? " (subscribers)" : "");
    } else {
        page_say(p, DIM, "%s", strcmp(v->status, "affected") != 0 ? v->status : "no fix");
    }
    if (v->title.n) {
        page_say(p, DIM, "  ");
        table_add_text(t, DIM, v->title);
    }
    page_end(p, BODY, BODY + ID_COLUMN);
}

static void put_head(struct table *t, const struct family *g)
{
    const struct vulnerability *v = g->first->vulnerability;
    struct page *p = &t->page;
    const char *sep = "  ";

    page_gap(p);
    page_say(p, table_severity_style[g->first->severity], "%s", severity_label[g->first->severity]);
    page_tab(p, BODY - INDENT);
    page_add(p, BOLD, name_of(v));
    page_say(p, PLAIN, " ");
    page_add(p, PLAIN, vulnerability_version(v));
    for (int s = SEVERITY_COUNT - 1; s >= 0; s--) {
        if (!g->by[s])
            continue;
        page_say(p, PLAIN, "%s", sep);
        page_say(p, table_severity_style[s] | KEEP, "%u %s", g->by[s], severity_name[s]);
        sep = ", ";
    }
    if (g->kev)
        page_say(p, LOUD | KEEP, "  %u known to be exploited", g->kev);
    if (t->m->image.n > 1) {
        page_say(p, DIM, "  in ");
        page_add(p, DIM, t->m->element.p[g->first->element].name);
    }
    page_end(p, INDENT, BODY);
}

static void put_fix(struct table *t, const struct family *g)
{
    AUTO_ARENA struct arena a = ARENA(64u << 10);
    struct page *p = &t->page;

    if (!g->fix.n)
        return;
    page_say(p, GREEN, "Fix:");
    page_say(p, PLAIN, " update to ");
    page_add(p, BOLD, g->fix);
    if (g->fixed < g->n)
        page_say(p, PLAIN, ", which closes %zu of %zu", g->fixed, g->n);
    page_end(p, BODY, BODY + 5);
    table_put_snippet(p, upgrade_command(&a, g->first->vulnerability, g->fix), BODY + 5);
}

/* "brought by express 4.17.1 > body-parser 1.19.0" */
static void put_way(struct table *t, const struct strs *way)
{
    for (size_t i = 0; i < way->n; i++) {
        page_say(&t->page, DIM, "%s", i ? " > " : "brought by ");
        table_add_text(t, PLAIN, way->p[i]);
    }
    if (way->n)
        page_end(&t->page, BODY, BODY + 3);
}

static void put_family(struct table *t, const struct families *all, const struct family *g)
{
    const struct evidence *ev = g->first->n_evidence ? g->first->evidence : NULL;
    const struct finding *f = g->first;
    size_t shown = 0;

    put_head(t, g);
    if (ev && ev->path.n && !g->first->vulnerability->source.n) {
        page_say(&t->page, DIM, "in ");
        table_add_path(t, CYAN, ev->path);
        if (g->first->n_found > 1)
            page_say(&t->page, DIM, " and %zu more", g->first->n_found - 1);
        page_end(&t->page, BODY, BODY + 3);
    }
    put_way(t, &g->first->vulnerability->brought_by);
    for (; shown < g->n && (shown < ROWS_SHOWN || t->o->verbose);
         shown++, f += all->next[f - t->m->finding.p])
        put_row(t, f);
    if (g->n > shown) {
        page_say(&t->page, DIM, "and %zu more", g->n - shown);
        page_end(&t->page, BODY, BODY);
    }
    put_fix(t, g);
}

static void put_families(struct table *t, const struct families *all)
{
    size_t shown = t->o->verbose ? all->list.n : MIN(all->list.n, (size_t)FAMILIES_SHOWN), hidden = 0;

    if (!all->list.n)
        return;
    table_heading(&t->page, "Known vulnerabilities by package, worst first");
    page_end(&t->page, 0, INDENT);
    for (size_t i = 0; i < shown; i++)
        put_family(t, all, &all->list.p[i]);
    for (size_t i = shown; i < all->list.n; i++)
        hidden += all->list.p[i].n;
    if (!hidden)
        return;
    page_gap(&t->page);
    page_say(&t->page, DIM, "and %zu more package%s with %zu vulnerabilities: --verbose shows them",
             all->list.n - shown, table_plural(all->list.n - shown), hidden);
    page_end(&t->page, INDENT, INDENT);
}

int table_put_vulnerabilities(struct table *t, struct err *e)
{
    struct families all = { .arena = ARENA(FAMILIES_BYTES), .key = BUF(1 << 20) };
    bool found = find_families(&all, t);

    if (found)
        put_families(t, &all);
    map_free(&all.known);
    buf_free(&all.key);
    arena_free(&all.arena);
    return found ? 0 : err_set(e, ERR_LIMIT, "out of memory for %zu findings", t->m->finding.n);
}

/* "Advisories: built-in of 2026-11-25 (523 vulnerabilities)" */
void table_put_advisories(struct table *t)
{
    struct page *p = &t->page;

    for (size_t i = 0; i < t->m->advisories.n; i++) {
        const struct advisory_set *s = &t->m->advisories.p[i];
        if (i)
            table_add_dot(p);
        else
            page_say(p, DIM, "Advisories: ");
        page_add(p, DIM | KEEP, s->name);
        page_say(p, DIM | KEEP, " of ");
        page_add(p, DIM | KEEP, str_first(s->built, 10));
        page_say(p, DIM | KEEP, " (%llu vulnerabilities)", (unsigned long long)s->vulnerabilities);
    }
    if (t->m->advisories.n)
        page_end(p, INDENT, INDENT + 2);
}
