/* attack_navigator.c - a layer for the MITRE ATT&CK Navigator (layer format 4.5): the techniques that open
 * findings allow, scored by the worst of them; those whose checks all hold are shown with score 0. */
#include "core/map.h"
#include "doc/emit.h"
#include "report/report.h"

struct technique {
    const char *id;
    uint64_t open, mitigated;
    enum severity worst;
};

struct layer_of {
    struct arena arena;
    struct map known;
    struct technique *technique;
    uint32_t n;
    size_t cap;
};

static bool is_technique(const char *id)
{
    size_t n = strspn(id, "T0123456789.");

    return id[0] == 'T' && !id[n] && (n == 5 || (n == 9 && id[5] == '.'));
}

static bool count(struct layer_of *l, const struct finding *f)
{
    for (const struct ref *r = f->check->refs; r && r->id; r++) {
        bool is_new;
        if (r->in != CAT_ATTACK || !is_technique(r->id))
            continue;
        uint32_t *at = map_put(&l->known, str_of(r->id), &is_new);
        if (!at || !arena_grow(&l->arena, &l->technique, l->n, &l->cap, sizeof *l->technique))
            return false;
        if (is_new) {
            *at = l->n;
            l->technique[l->n++] = (struct technique){ .id = r->id };
        }
        struct technique *t = &l->technique[*at];
        t->mitigated += f->state == STATE_MITIGATED;
        if (f->state == STATE_OPEN && (!t->open++ || f->severity > t->worst))
            t->worst = f->severity;
    }
    return true;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct technique *)a)->id, ((const struct technique *)b)->id);
}

/* Which checks stand behind a technique, each once, those that are open first. */
static bool put_comment(struct emit *j, const struct model *m, const struct technique *t)
{
    AUTO_MAP struct map seen = MAP;
    AUTO_BUF struct buf b = BUF(1 << 16);

    buf_fmt(&b, "%llu open, %llu mitigated:", (unsigned long long)t->open, (unsigned long long)t->mitigated);
    for (size_t i = 0; i < m->finding.n; i++) {
        const struct finding *f = &m->finding.p[i];
        bool is_new, here = false;
        for (const struct ref *r = f->check->refs; r && r->id; r++)
            here |= r->in == CAT_ATTACK && !strcmp(r->id, t->id);
        if (!here || (f->state != STATE_OPEN && f->state != STATE_MITIGATED))
            continue;
        if (!map_put(&seen, str_of(f->check->id), &is_new))
            return false;
        if (is_new)
            buf_fmt(&b, "%s %s (%s)", seen.n > 1 ? "," : "", f->check->id, state_name[f->state]);
    }
    emit_str(j, "comment", buf_view(&b));
    return true;
}

static bool put_techniques(struct emit *j, const struct model *m, const struct layer_of *l)
{
    static const uint64_t score[SEVERITY_COUNT] = { 10, 25, 50, 75, 100 };
    bool ok = true;

    emit_list(j, "techniques");
    for (uint32_t i = 0; ok && i < l->n; i++) {
        const struct technique *t = &l->technique[i];
        if (!t->open && !t->mitigated)
            continue;
        emit_object(j, NULL);
        emit_text(j, "techniqueID", t->id);
        emit_u64(j, "score", t->open ? score[t->worst] : 0);
        ok = put_comment(j, m, t);
        emit_bool(j, "enabled", true);
        emit_bool(j, "showSubtechniques", false);
        emit_close(j);
    }
    emit_close(j);
    return ok;
}

static void put_head(struct emit *j, const struct model *m)
{
    emit_object(j, "versions");
    emit_text(j, "navigator", "5.1.0");
    emit_text(j, "layer", "4.5");
    emit_close(j);
    emit_str(j, "name", str_first(m->element.n ? m->element.p[0].name : STR("Nothing"), 200));
    emit_str(j, "description", STR("What scantling " SCANTLING_VERSION " found open"));
    emit_text(j, "domain", "enterprise-attack");
    emit_object(j, "filters");
    emit_list(j, "platforms");
    emit_text(j, NULL, "Containers");
    emit_text(j, NULL, "Linux");
    emit_close(j);
    emit_close(j);
    emit_u64(j, "sorting", 3);
    emit_bool(j, "hideDisabled", false);
    emit_object(j, "gradient");
    emit_list(j, "colors");
    emit_text(j, NULL, "#ffffff");
    emit_text(j, NULL, "#ffe08a");
    emit_text(j, NULL, "#c22b3a");
    emit_close(j);
    emit_u64(j, "minValue", 0);
    emit_u64(j, "maxValue", 100);
    emit_close(j);
}

static int write_layer(const struct model *m, const struct report_options *o, FILE *to, struct err *e)
{
    struct layer_of l = { .arena = ARENA(1 << 20) };
    struct emit *j = emit_new(to, true);
    bool ok = j != NULL;

    for (size_t i = 0; ok && i < m->finding.n; i++)
        ok = m->finding.p[i].severity < o->least || count(&l, &m->finding.p[i]);
    if (l.n)
        qsort(l.technique, l.n, sizeof *l.technique, by_id);
    if (ok) {
        emit_object(j, NULL);
        put_head(j, m);
        ok = put_techniques(j, m, &l);
        emit_close(j);
    }
    map_free(&l.known);
    arena_free(&l.arena);
    return j && emit_end(j) && ok ? 0 : err_set(e, ERR_IO, "cannot write the report");
}

const struct report report_attack_navigator = { .name = "attack-navigator",
                                                .what = "a layer for the MITRE ATT&CK Navigator (4.5)",
                                                .write = write_layer };
