/* explain_json.c - `scantling explain -f json`: schema "scantling/explain/1". */
#include "advisory/cvss.h"
#include "cmd/explain.h"
#include "report/json_parts.h"

/* ---- threats and rules ---- */

static void put_check(struct emit *j, const struct check *c)
{
    emit_object(j, NULL);
    emit_text(j, "id", c->id);
    emit_text(j, "severity", severity_name[c->severity]);
    emit_text(j, "title", c->title);
    emit_close(j);
}

static void put_threat(struct emit *j, const struct threat *t)
{
    emit_text(j, "id", t->id);
    emit_text(j, "name", t->name);
    emit_str(j, "stride", (struct str){ &t->stride, 1 });
    emit_text(j, "what", t->what);
    emit_list(j, "rules");
    for (size_t i = 0; i < n_rule_sets; i++)
        for (size_t k = 0; k < rule_sets[i]->n; k++)
            if (rule_sets[i]->rule[k].check.threats & (1u << (t - threats)))
                put_check(j, &rule_sets[i]->rule[k].check);
    emit_close(j);
}

static void put_rule(struct emit *j, const struct rule *r)
{
    const struct check *c = &r->check;

    emit_text(j, "id", c->id);
    emit_text(j, "title", c->title);
    emit_text(j, "severity", severity_name[c->severity]);
    emit_text(j, "layer", layer_name[c->layer]);
    json_put_threats(j, c);
    emit_text(j, "why", c->why);
    emit_object(j, "fix");
    emit_text(j, "text", c->fix);
    emit_text(j, "snippet", c->snippet);
    emit_object(j, "spellings");
    for (const struct snippet *s = r->snippets; s && s->text; s++)
        emit_text(j, spelling_name[s->for_spelling], s->text);
    emit_close(j);
    emit_close(j);
    emit_text(j, "mitigated_when", c->holds);
    emit_bool(j, "can_be_unknown", r->unknowable);
    json_put_catalogues(j, c);
}

/* ---- advisories ---- */

static void put_vectors(struct emit *j, struct strs cvss)
{
    unsigned tenths;

    emit_list(j, "cvss");
    for (size_t i = 0; i < cvss.n; i++) {
        emit_object(j, NULL);
        emit_str(j, "vector", cvss.p[i]);
        if (cvss_base(cvss.p[i], &tenths))
            emit_real(j, "score", tenths / 10.0);
        else
            emit_null(j, "score");
        emit_close(j);
    }
    emit_close(j);
}

static void put_vuln(struct emit *j, const struct db_vuln *v)
{
    struct str vector;
    unsigned tenths;

    emit_object(j, NULL);
    emit_str(j, "id", v->id);
    json_put_list(j, "aliases", &v->aliases);
    emit_str(j, "title", v->title);
    if (cvss_newest(v->cvss, &vector, &tenths))
        emit_text(j, "severity", severity_name[cvss_severity(tenths)]);
    else
        emit_null(j, "severity");
    put_vectors(j, v->cvss);
    emit_bool(j, "kev", v->kev_added.n > 0);
    emit_some(j, "kev_added", v->kev_added);
    if (v->kev_ransomware)
        emit_bool(j, "ransomware", true);
    if (v->has_epss)
        emit_real(j, "epss", v->epss_ppm / 1e6);
    else
        emit_null(j, "epss");
    emit_some(j, "published", v->published);
    emit_some(j, "modified", v->modified);
    emit_close(j);
}

static void put_events(struct emit *j, const struct db_statement *s)
{
    static const char *const key[] = { [EVENT_INTRODUCED] = "introduced",
                                       [EVENT_FIXED] = "fixed",
                                       [EVENT_LAST_AFFECTED] = "last_affected",
                                       [EVENT_LIMIT] = "limit" };

    emit_list(j, "events");
    for (size_t i = 0; i < s->n_event; i++) {
        emit_object(j, NULL);
        emit_str(j, key[s->event[i].kind], s->event[i].version);
        emit_close(j);
    }
    emit_close(j);
    json_put_list(j, "versions", &s->versions);
}

static void put_told(struct emit *j, const struct told *t)
{
    emit_object(j, NULL);
    emit_str(j, "ecosystem", t->ecosystem);
    emit_str(j, "package", t->package);
    emit_text(j, "status", statement_name[t->says.says]);
    put_events(j, &t->says);
    if (t->says.binary)
        emit_bool(j, "binary", true);
    emit_some(j, "arch", t->says.arch);
    emit_some(j, "module", t->says.module);
    emit_some(j, "severity", t->says.severity);
    if (t->says.cvss.n)
        put_vectors(j, t->says.cvss);
    emit_close(j);
}

static void put_by(struct emit *j, const struct explanation *x, uint32_t at)
{
    const struct lookup *l = x->advisory;
    const struct told_by *by = &l->by.p[at];

    emit_object(j, NULL);
    emit_str(j, "id", by->said.id);
    emit_str(j, "source", by->said.source);
    emit_str(j, "set", x->model->advisories.p[by->set].name);
    emit_some(j, "title", by->said.title);
    emit_some(j, "severity", by->said.severity);
    emit_some(j, "modified", by->said.modified);
    emit_some(j, "stops", by->said.stops);
    if (by->said.cvss.n)
        put_vectors(j, by->said.cvss);
    emit_list(j, "affects");
    for (size_t i = 0; i < l->told.n; i++)
        if (l->told.p[i].by == at)
            put_told(j, &l->told.p[i]);
    emit_close(j);
    emit_close(j);
}

static void put_needs(struct emit *j, const char *key, const char *const *checks)
{
    emit_list(j, key);
    for (; checks && *checks; checks++)
        emit_text(j, NULL, *checks);
    emit_close(j);
}

static void put_attacks(struct emit *j, const struct explanation *x)
{
    const struct attack *a;

    emit_list(j, "attacks");
    for (size_t i = 0; (a = attack_at(i)); i++) {
        if (!explain_uses(a, x->advisory))
            continue;
        emit_object(j, NULL);
        emit_text(j, "id", a->id);
        emit_str(j, "from", explain_begins(&x->model->arena, a));
        emit_str(j, "does", explain_does(&x->model->arena, a));
        put_needs(j, "all", a->all);
        put_needs(j, "any", a->any);
        emit_close(j);
    }
    emit_close(j);
}

static void put_advisory(struct emit *j, const struct explanation *x)
{
    const struct lookup *l = x->advisory;

    emit_str(j, "id", l->id.n ? l->id : str_of(x->asked));
    json_put_advisories(j, x->model);
    emit_list(j, "vulnerabilities");
    for (size_t i = 0; i < l->vuln.n; i++)
        put_vuln(j, &l->vuln.p[i]);
    emit_close(j);
    emit_list(j, "stands_in");
    for (uint32_t i = 0; i < l->by.n; i++)
        put_by(j, x, i);
    emit_close(j);
    emit_list(j, "rules");
    for (size_t i = 0; i < l->check.n; i++)
        put_check(j, l->check.p[i]);
    emit_close(j);
    put_attacks(j, x);
}

static const char *kind_of(const struct explanation *x)
{
    return x->threat                ? "threat"
           : x->rule                ? "rule"
           : !x->advisory->id.n     ? "unknown"
           : x->advisory->is_update ? "update"
                                    : "vulnerability";
}

int explain_json(const struct explanation *x, FILE *to, struct err *e)
{
    struct emit *j = emit_new(to, true);

    if (!j)
        return err_set(e, ERR_LIMIT, "out of memory");
    emit_object(j, NULL);
    emit_text(j, "schema", "scantling/explain/1");
    emit_text(j, "version", SCANTLING_VERSION);
    emit_text(j, "asked", x->asked);
    emit_text(j, "kind", kind_of(x));
    if (x->threat)
        put_threat(j, x->threat);
    else if (x->rule)
        put_rule(j, x->rule);
    else
        put_advisory(j, x);
    emit_close(j);
    return emit_end(j) ? 0 : err_set(e, ERR_IO, "cannot write");
}
