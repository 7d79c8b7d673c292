/* otm.c - the model as an Open Threat Model (0.2.0, JSON): boundaries are trust zones, elements components,
 * flows dataflows, checks threats, and what a check asks for its mitigation. */
#include "core/map.h"
#include "doc/emit.h"
#include "report/diagram.h"
#include "report/report.h"

enum { COMPONENTS_MOST = 5000 };

/* A number from 0 to 100, as the format wants risks. */
static const uint64_t severity_number[SEVERITY_COUNT] = { 5, 25, 50, 75, 100 };

/* How far a boundary is trusted, by the best guess that a kind of element allows: what is out of the
 * operator's hands, where there is nothing but actors, not at all. */
static uint64_t trust_of(const struct diagram *d, uint32_t boundary)
{
    for (uint32_t i = 0; i < d->n_node; i++)
        if (d->node[i].boundary == boundary && d->node[i].kind == ELEMENT_ACTOR)
            return 0;
    return 50;
}

static void put_zone_id(struct emit *j, const char *key, struct str name)
{
    AUTO_BUF struct buf b = BUF(1 << 16);

    buf_str(&b, STR("zone:"));
    buf_str(&b, name);
    emit_str(j, key, buf_view(&b));
}

static void put_zones(struct emit *j, const struct diagram *d)
{
    emit_list(j, "trustZones");
    for (uint32_t i = 0; i < d->n_boundary; i++) {
        emit_object(j, NULL);
        put_zone_id(j, "id", d->boundary[i].name);
        emit_str(j, "name", d->boundary[i].name.n ? d->boundary[i].name : STR("no boundary"));
        emit_object(j, "risk");
        emit_u64(j, "trustRating", trust_of(d, i));
        emit_close(j);
        if (d->boundary[i].parent != NO_BOUNDARY) {
            emit_object(j, "parent");
            put_zone_id(j, "trustZone", d->boundary[d->boundary[i].parent].name);
            emit_close(j);
        }
        emit_close(j);
    }
    emit_close(j);
}

static void put_threats_of(struct emit *j, const struct diagram_node *n)
{
    static const char *const state[STATE_COUNT] = { [STATE_OPEN] = "exposed",
                                                    [STATE_MITIGATED] = "mitigated",
                                                    [STATE_UNKNOWN] = "unknown",
                                                    [STATE_ACCEPTED] = "accepted" };

    emit_list(j, "threats");
    for (size_t i = 0; i < n->n_threat; i++) {
        const struct diagram_threat *t = &n->threat[i];
        char letters[STRIDE_COUNT + 1];
        diagram_letters(t->check, n->kind, letters);
        if (!letters[0])
            continue;
        emit_object(j, NULL);
        emit_text(j, "threat", t->check->id);
        emit_text(j, "state", state[t->state]);
        emit_list(j, "mitigations");
        emit_object(j, NULL);
        emit_text(j, "mitigation", t->check->id);
        emit_text(j, "state", t->state == STATE_MITIGATED ? "implemented" : "recommended");
        emit_close(j);
        emit_close(j);
        emit_close(j);
    }
    emit_close(j);
}

static void put_components(struct emit *j, const struct diagram *d)
{
    emit_list(j, "components");
    for (uint32_t i = 0; i < d->n_node; i++) {
        const struct diagram_node *n = &d->node[i];
        emit_object(j, NULL);
        emit_str(j, "id", n->id);
        emit_str(j, "name", n->name);
        emit_text(j, "type", element_kind_name[n->kind]);
        emit_object(j, "parent");
        put_zone_id(j, "trustZone", d->boundary[n->boundary].name);
        emit_close(j);
        put_threats_of(j, n);
        emit_list(j, "tags");
        emit_text(j, NULL, shape_info[element_shape[n->kind]].name);
        emit_close(j);
        emit_close(j);
    }
    emit_close(j);
}

static void put_flows(struct emit *j, const struct diagram *d)
{
    emit_list(j, "dataflows");
    for (uint32_t i = 0; i < d->n_flow; i++) {
        const struct diagram_flow *f = &d->flow[i];
        char id[32];
        snprintf(id, sizeof id, "flow:%u", i);
        emit_object(j, NULL);
        emit_text(j, "id", id);
        emit_str(j, "name", f->label.n ? f->label : str_of(relation_kind_name[f->kind]));
        emit_bool(j, "bidirectional", false);
        emit_str(j, "source", d->node[f->from].id);
        emit_str(j, "destination", d->node[f->to].id);
        emit_list(j, "tags");
        emit_text(j, NULL, f->flow ? flow_name[f->flow] : relation_kind_name[f->kind]);
        emit_close(j);
        emit_object(j, "attributes");
        emit_u64(j, "count", f->count);
        emit_close(j);
        emit_close(j);
    }
    emit_close(j);
}

static void put_threat(struct emit *j, const struct check *c)
{
    emit_object(j, NULL);
    emit_text(j, "id", c->id);
    emit_text(j, "name", c->title);
    emit_text(j, "description", c->why);
    emit_list(j, "categories");
    for (unsigned s = 0; s < STRIDE_COUNT; s++)
        for (unsigned t = 0; t < THREAT_COUNT; t++)
            if ((c->threats & (1u << t)) && threats[t].stride == stride_letter[s]) {
                emit_text(j, NULL, stride_name[s]);
                break;
            }
    emit_close(j);
    emit_list(j, "cwes");
    for (const struct ref *r = c->refs; r && r->id; r++)
        if (r->in == CAT_CWE)
            emit_text(j, NULL, r->id);
    emit_close(j);
    emit_object(j, "risk");
    emit_u64(j, "likelihood", 50);
    emit_text(j, "likelihoodComment", "not assessed: what is open is open");
    emit_u64(j, "impact", severity_number[c->severity]);
    emit_text(j, "impactComment", severity_name[c->severity]);
    emit_close(j);
    emit_close(j);
}

static void put_mitigation(struct emit *j, const struct check *c)
{
    emit_object(j, NULL);
    emit_text(j, "id", c->id);
    emit_text(j, "name", c->holds ? c->holds : c->fix);
    emit_text(j, "description", c->fix);
    emit_u64(j, "riskReduction", severity_number[c->severity]);
    emit_close(j);
}

/* Each check once, in the order of the findings. */
static bool put_checks(struct emit *j, const char *key, const struct diagram *d,
                       void (*put)(struct emit *j, const struct check *c))
{
    AUTO_MAP struct map seen = MAP;
    bool is_new;

    emit_list(j, key);
    for (uint32_t i = 0; i < d->n_node; i++)
        for (size_t k = 0; k < d->node[i].n_threat; k++) {
            if (!map_put(&seen, str_of(d->node[i].threat[k].check->id), &is_new))
                return false;
            if (is_new)
                put(j, d->node[i].threat[k].check);
        }
    emit_close(j);
    return true;
}

static int write_otm(const struct model *m, const struct report_options *o, FILE *to, struct err *e)
{
    AUTO_DIAGRAM struct diagram d;

    if (diagram_make(&d, m, o->least, COMPONENTS_MOST, e) < 0)
        return -1;
    struct emit *j = emit_new(to, true);
    if (!j)
        return err_set(e, ERR_LIMIT, "out of memory");
    emit_object(j, NULL);
    emit_text(j, "otmVersion", "0.2.0");
    emit_object(j, "project");
    emit_str(j, "name", m->element.n ? m->element.p[0].name : STR("Nothing"));
    emit_str(j, "id", m->element.n ? m->element.p[0].id : STR("nothing"));
    emit_str(j, "description", STR("Made by scantling " SCANTLING_VERSION));
    emit_close(j);
    emit_list(j, "representations");
    emit_close(j);
    put_zones(j, &d);
    put_components(j, &d);
    put_flows(j, &d);
    bool ok = put_checks(j, "threats", &d, put_threat) && put_checks(j, "mitigations", &d, put_mitigation);
    if (ok)
        emit_close(j);
    return emit_end(j) && ok ? 0 : err_set(e, ERR_IO, "cannot write the report");
}

const struct report report_otm = { .name = "otm",
                                   .what = "the model as an Open Threat Model (0.2.0)",
                                   .write = write_otm };
