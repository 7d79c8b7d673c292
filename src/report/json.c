/* json.c - the JSON contract: schema "scantling/report/1". Keys may be added; these keep their meaning. Every
 * key is always there, empty when there is nothing to say, so that readers need no special cases. */
#include "report/inventory.h"
#include "report/json_parts.h"
#include "report/report.h"

static void put_counts(struct emit *j, const char *key, const uint32_t *by_state)
{
    emit_object(j, key);
    for (unsigned s = 0; s < STATE_COUNT; s++)
        emit_u64(j, state_name[s], by_state[s]);
    emit_close(j);
}

static void put_summary(struct emit *j, const struct model *m)
{
    struct tally t;

    model_tally(m, &t);
    emit_object(j, "summary");
    for (unsigned s = 0; s < STATE_COUNT; s++)
        emit_u64(j, state_name[s], t.state[s]);
    emit_object(j, "by_threat");
    for (unsigned k = 0; k < THREAT_COUNT; k++)
        put_counts(j, threats[k].id, t.threat[k]);
    emit_close(j);
    emit_object(j, "by_layer");
    for (unsigned k = 0; k < LAYER_COUNT; k++)
        put_counts(j, layer_name[k], t.layer[k]);
    emit_close(j);
    emit_close(j);
}

static void put_targets(struct emit *j, const struct model *m)
{
    emit_list(j, "targets");
    for (size_t i = 0; i < m->image.n; i++) {
        const struct image *img = m->image.p[i];
        emit_object(j, NULL);
        emit_str(j, "target", img->target);
        emit_str(j, "kind", img->kind);
        emit_str(j, "name", img->name);
        emit_str(j, "digest", img->digest);
        emit_object(j, "os");
        emit_str(j, "id", img->os ? img->os->id : STR(""));
        emit_str(j, "version", img->os ? img->os->version : STR(""));
        emit_some(j, "name", img->os ? img->os->name : STR(""));
        emit_close(j);
        emit_bool(j, "complete", img->complete);
        emit_list(j, "layers");
        for (size_t k = 0; k < img->n_layers; k++) {
            emit_object(j, NULL);
            emit_str(j, "digest", img->layer[k].digest);
            emit_str(j, "diff_id", img->layer[k].diff_id);
            emit_some(j, "created_by", img->layer[k].created_by);
            emit_close(j);
        }
        emit_close(j);
        emit_close(j);
    }
    emit_close(j);
}

static void put_incomplete(struct emit *j, const struct model *m)
{
    emit_list(j, "incomplete");
    for (size_t i = 0; i < m->incomplete.n; i++) {
        emit_object(j, NULL);
        emit_str(j, "where", m->incomplete.p[i].where);
        emit_str(j, "reason", m->incomplete.p[i].reason);
        emit_close(j);
    }
    emit_close(j);
}

/* A property that was set twice counts as it was set last: an object has a key once. */
static bool set_again(const struct element *el, size_t i)
{
    for (size_t k = i + 1; k < el->n_property; k++)
        if (str_eq(el->property[k].name, el->property[i].name))
            return true;
    return false;
}

static void put_elements(struct emit *j, const struct model *m)
{
    emit_list(j, "elements");
    for (size_t i = 0; i < m->element.n; i++) {
        const struct element *el = &m->element.p[i];
        emit_object(j, NULL);
        emit_str(j, "id", el->id);
        emit_text(j, "kind", element_kind_name[el->kind]);
        emit_str(j, "name", el->name);
        emit_str(j, "zone", el->zone);
        emit_object(j, "properties");
        for (size_t k = 0; k < el->n_property; k++) {
            if (set_again(el, k))
                continue;
            emit_key(j, el->property[k].name);
            emit_str(j, NULL, el->property[k].value);
        }
        emit_close(j);
        emit_close(j);
    }
    emit_close(j);
}

static void put_relations(struct emit *j, const struct model *m)
{
    emit_list(j, "relations");
    for (size_t i = 0; i < m->relation.n; i++) {
        const struct relation *r = &m->relation.p[i];
        struct str from = m->element.p[r->from].id, to = m->element.p[r->to].id;
        AUTO_BUF struct buf id = BUF(1 << 16);
        buf_fmt(&id, "%s(", relation_kind_name[r->kind]);
        buf_str(&id, from);
        buf_char(&id, ',');
        buf_str(&id, to);
        if (r->label.n)
            buf_char(&id, ',');
        buf_str(&id, r->label);
        buf_char(&id, ')');
        emit_object(j, NULL);
        emit_str(j, "id", buf_view(&id));
        emit_text(j, "kind", relation_kind_name[r->kind]);
        emit_str(j, "from", from);
        emit_str(j, "to", to);
        emit_object(j, "properties");
        emit_some(j, "label", r->label);
        emit_some(j, "flow", str_of(flow_name[r->flow]));
        emit_close(j);
        emit_close(j);
    }
    emit_close(j);
}

/* A list that is left out when it is empty. */
static void put_strs(struct emit *j, const char *key, const struct strs *list)
{
    if (list->n)
        json_put_list(j, key, list);
}

static void put_package(struct emit *j, const struct model *m, const struct installed *in)
{
    const struct package *p = in->package;

    emit_object(j, NULL);
    emit_str(j, "element", m->element.p[in->element].id);
    emit_str(j, "type", p->type);
    emit_some(j, "namespace", p->ns);
    emit_str(j, "name", p->name);
    emit_str(j, "version", p->version);
    emit_some(j, "constraint", p->constraint);
    emit_some(j, "arch", p->arch);
    emit_str(j, "purl", in->purl);
    emit_object(j, "source");
    emit_str(j, "name", p->source_name);
    emit_str(j, "version", p->source_version);
    emit_close(j);
    emit_str(j, "path", in->place);
    if (p->line)
        emit_u64(j, "line", p->line);
    emit_str(j, "layer", layer_digest(in->image, in->layer));
    emit_bool(j, "dev", p->dev);
    json_put_list(j, "licenses", &p->licenses);
    emit_some(j, "vendor", p->vendor);
    emit_some(j, "module", p->module);
    emit_text(j, "how", package_how_name(p->how));
    put_strs(j, "cpes", &p->cpes);
    put_strs(j, "also", &in->also);
    if (in->owner.name.n) {
        emit_object(j, "owner");
        emit_str(j, "type", in->owner.type);
        emit_str(j, "name", in->owner.name);
        emit_close(j);
    }
    emit_close(j);
}

static void put_evidence(struct emit *j, const struct finding *f)
{
    emit_list(j, "evidence");
    for (size_t i = 0; i < f->n_evidence; i++) {
        const struct evidence *ev = &f->evidence[i];
        emit_object(j, NULL);
        emit_str(j, "target", ev->target);
        emit_str(j, "path", ev->path);
        emit_u64(j, "line", ev->line);
        emit_str(j, "layer", ev->layer);
        emit_str(j, "text", ev->text);
        emit_close(j);
    }
    emit_close(j);
    emit_u64(j, "evidence_found", f->n_found);
}

static void put_vulnerability(struct emit *j, const struct vulnerability *v)
{
    emit_object(j, "vulnerability");
    emit_str(j, "id", v->id);
    json_put_list(j, "aliases", &v->aliases);
    emit_str(j, "package", v->package);
    emit_str(j, "installed", v->installed);
    emit_some(j, "asked", v->asked);
    emit_some(j, "source", v->source);
    emit_str(j, "purl", v->purl);
    put_strs(j, "brought_by", &v->brought_by);
    emit_str(j, "fixed", v->fixed);
    if (v->subscribers)
        emit_bool(j, "subscribers_only", true);
    emit_text(j, "status", v->status);
    emit_some(j, "title", v->title);
    emit_str(j, "advisory", v->advisory);
    emit_str(j, "source_of_advisory", v->by);
    json_put_list(j, "cvss", &v->cvss);
    if (v->score)
        emit_real(j, "score", v->score / 10.0);
    emit_text(j, "severity_from", v->severity_from);
    if (v->has_epss)
        emit_real(j, "epss", v->epss_ppm / 1e6);
    else
        emit_null(j, "epss");
    emit_bool(j, "kev", v->kev);
    emit_some(j, "kev_added", v->kev_added);
    if (v->ransomware)
        emit_bool(j, "ransomware", true);
    emit_some(j, "published", v->published);
    emit_some(j, "modified", v->modified);
    emit_close(j);
}

static void put_finding(struct emit *j, const struct model *m, const struct finding *f)
{
    emit_object(j, NULL);
    emit_text(j, "id", f->id);
    emit_text(j, "rule", f->check->id);
    json_put_threats(j, f->check);
    emit_text(j, "layer", layer_name[f->check->layer]);
    emit_text(j, "severity", severity_name[f->severity]);
    emit_text(j, "state", state_name[f->state]);
    emit_str(j, "title", f->title);
    emit_text(j, "why", f->check->why);
    emit_str(j, "element", m->element.p[f->element].id);
    put_evidence(j, f);
    emit_object(j, "fix");
    emit_str(j, "text", f->fix);
    emit_text(j, "snippet", f->snippet);
    emit_close(j);
    json_put_catalogues(j, f->check);
    emit_some(j, "fingerprint", f->fingerprint);
    if (f->vulnerability)
        put_vulnerability(j, f->vulnerability);
    if (f->state == STATE_ACCEPTED)
        emit_str(j, "reason", f->accepted_why);
    emit_close(j);
}

static void put_ids(struct emit *j, const char *key, const struct model *m, const uint32_t *finding, size_t n)
{
    emit_list(j, key);
    for (size_t i = 0; i < n; i++)
        emit_text(j, NULL, m->finding.p[finding[i]].id);
    emit_close(j);
}

static void put_paths(struct emit *j, const struct model *m)
{
    emit_list(j, "paths");
    for (size_t i = 0; i < m->path.n; i++) {
        const struct path *p = &m->path.p[i];
        emit_object(j, NULL);
        emit_str(j, "goal", p->goal);
        emit_str(j, "sentence", p->sentence);
        emit_list(j, "steps");
        for (size_t k = 0; k < p->n_step; k++) {
            emit_object(j, NULL);
            emit_str(j, "from", p->step[k].from);
            emit_str(j, "to", p->step[k].to);
            emit_str(j, "rule", p->step[k].rule);
            put_ids(j, "findings", m, p->step[k].finding, p->step[k].n_finding);
            emit_close(j);
        }
        emit_close(j);
        put_ids(j, "closed_by", m, p->closer, p->n_closer);
        emit_close(j);
    }
    emit_close(j);
}

static void put_fixes(struct emit *j, const struct model *m)
{
    emit_list(j, "fixes");
    for (size_t i = 0; i < m->fix.n; i++) {
        const struct fix *x = &m->fix.p[i];
        emit_object(j, NULL);
        emit_str(j, "text", x->text);
        emit_str(j, "snippet", x->snippet);
        emit_some(j, "patch", x->patch);
        emit_some(j, "by_hand", x->by_hand);
        emit_u64(j, "cost", x->cost);
        emit_object(j, "closes");
        emit_u64(j, "paths", x->paths);
        emit_u64(j, "findings", x->n_finding);
        emit_close(j);
        put_ids(j, "findings", m, x->finding, x->n_finding);
        emit_bool(j, "optimal", x->optimal);
        emit_close(j);
    }
    emit_close(j);
}

static void put_inventory(struct emit *j, const struct model *m, const struct inventory *v)
{
    emit_list(j, "packages");
    for (size_t i = 0; i < v->n; i++)
        put_package(j, m, v->item[i].in);
    emit_close(j);
}

static int write_json(const struct model *m, const struct report_options *o, FILE *to, struct err *e)
{
    AUTO_INVENTORY struct inventory v;
    if (inventory_make(&v, m, e) < 0)
        return -1;
    struct emit *j = emit_new(to, true);
    if (!j)
        return err_set(e, ERR_LIMIT, "out of memory");

    emit_object(j, NULL);
    emit_text(j, "schema", "scantling/report/1");
    emit_text(j, "version", SCANTLING_VERSION);
    emit_str(j, "time", m->time);
    json_put_advisories(j, m);
    put_targets(j, m);
    put_summary(j, m);
    put_incomplete(j, m);
    put_elements(j, m);
    put_relations(j, m);
    put_inventory(j, m, &v);
    emit_list(j, "findings");
    for (size_t i = 0; i < m->finding.n; i++)
        if (m->finding.p[i].severity >= o->least)
            put_finding(j, m, &m->finding.p[i]);
    emit_close(j);
    put_paths(j, m);
    put_fixes(j, m);
    emit_close(j);
    return emit_end(j) ? 0 : err_errno(e, "cannot write the report");
}

const struct report report_json = { .name = "json",
                                    .what = "everything, by the JSON contract",
                                    .write = write_json };
