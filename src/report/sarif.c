/* sarif.c - SARIF 2.1.0 (OASIS). Open findings fail, mitigated ones pass, unknown ones are "open" in SARIF's
 * sense; accepted ones fail and are suppressed with the reason that was given. A known vulnerability is a
 * result of the rule for what has it; which one it is, its properties say. */
#include "core/map.h"
#include "report/inventory.h"
#include "report/json_parts.h"
#include "report/report.h"

#include <ctype.h>

/* The checks that have findings: the rules of the run, in the order of their first finding. */
struct rules {
    struct map index;
    const struct check **check;
    size_t n;
};

static const char threats_name[] = "scantling-threats";

static const struct {
    const char *level, *score; /* score: CVSS-like, what code hosts sort by */
} grade[SEVERITY_COUNT] = {
    [SEVERITY_INFO] = { "note", "0.0" },      [SEVERITY_LOW] = { "note", "2.5" },
    [SEVERITY_MEDIUM] = { "warning", "5.5" }, [SEVERITY_HIGH] = { "error", "8.0" },
    [SEVERITY_CRITICAL] = { "error", "9.5" },
};

static bool reported(const struct finding *f, const struct report_options *o)
{
    return f->severity >= o->least;
}

static int collect(struct rules *r, const struct model *m, const struct report_options *o)
{
    r->check = calloc(m->finding.n + 1, sizeof *r->check);
    if (!r->check)
        return -1;
    for (size_t i = 0; i < m->finding.n; i++) {
        bool is_new;
        if (!reported(&m->finding.p[i], o))
            continue;
        uint32_t *at = map_put(&r->index, str_of(m->finding.p[i].check->id), &is_new);
        if (!at)
            return -1;
        if (is_new) {
            *at = (uint32_t)r->n;
            r->check[r->n++] = m->finding.p[i].check;
        }
    }
    return 0;
}

static void rules_free(struct rules *r)
{
    map_free(&r->index);
    free((void *)r->check);
}

static void put_message(struct emit *j, const char *key, struct str text)
{
    emit_object(j, key);
    emit_str(j, "text", text);
    emit_close(j);
}

static void put_tags(struct emit *j, const struct check *c)
{
    char tag[64];

    emit_list(j, "tags");
    emit_text(j, NULL, "security");
    for (unsigned k = 0; k < THREAT_COUNT; k++)
        if (c->threats & (1u << k))
            emit_text(j, NULL, threats[k].id);
    for (unsigned s = 0; s < STRIDE_COUNT; s++)
        for (unsigned k = 0; k < THREAT_COUNT; k++)
            if ((c->threats & (1u << k)) && threats[k].stride == stride_letter[s]) {
                snprintf(tag, sizeof tag, "STRIDE/%s", stride_name[s]);
                emit_text(j, NULL, tag);
                break;
            }
    snprintf(tag, sizeof tag, "layer/%s", layer_name[c->layer]);
    emit_text(j, NULL, tag);
    emit_close(j);
}

static void put_relationship(struct emit *j, const char *taxonomy, const char *id)
{
    emit_object(j, NULL);
    emit_object(j, "target");
    emit_text(j, "id", id);
    emit_object(j, "toolComponent");
    emit_text(j, "name", taxonomy);
    emit_close(j);
    emit_close(j);
    emit_list(j, "kinds");
    emit_text(j, NULL, "relevant");
    emit_close(j);
    emit_close(j);
}

static void put_help(struct emit *j, const struct check *c)
{
    AUTO_BUF struct buf text = BUF(1 << 16), markdown = BUF(1 << 16);

    buf_fmt(&text, "%s", c->fix);
    buf_fmt(&markdown, "%s", c->fix);
    if (c->snippet) {
        buf_fmt(&text, "\n\n%s", c->snippet);
        buf_fmt(&markdown, "\n\n```\n%s\n```", c->snippet);
    }
    emit_object(j, "help");
    emit_str(j, "text", buf_view(&text));
    emit_str(j, "markdown", buf_view(&markdown));
    emit_close(j);
}

static void put_rule(struct emit *j, const struct check *c)
{
    emit_object(j, NULL);
    emit_text(j, "id", c->id);
    put_message(j, "shortDescription", str_of(c->title));
    put_message(j, "fullDescription", str_of(c->why));
    put_help(j, c);
    emit_object(j, "defaultConfiguration");
    emit_text(j, "level", grade[c->severity].level);
    emit_close(j);
    emit_list(j, "relationships");
    for (unsigned k = 0; k < THREAT_COUNT; k++)
        if (c->threats & (1u << k))
            put_relationship(j, threats_name, threats[k].id);
    for (const struct ref *r = c->refs; r && r->id; r++)
        put_relationship(j, catalogue_key[r->in], r->id);
    emit_close(j);
    emit_object(j, "properties");
    put_tags(j, c);
    emit_text(j, "security-severity", grade[c->severity].score);
    emit_text(j, "layer", layer_name[c->layer]);
    emit_close(j);
    emit_close(j);
}

static void put_threats(struct emit *j)
{
    emit_object(j, NULL);
    emit_text(j, "name", threats_name);
    emit_list(j, "taxa");
    for (unsigned k = 0; k < THREAT_COUNT; k++) {
        emit_object(j, NULL);
        emit_text(j, "id", threats[k].id);
        emit_text(j, "name", threats[k].name);
        put_message(j, "shortDescription", str_of(threats[k].what));
        emit_close(j);
    }
    emit_close(j);
    emit_close(j);
}

static void put_catalogue(struct emit *j, const struct rules *r, enum catalogue in)
{
    AUTO_MAP struct map seen = MAP;
    bool any = false, is_new;

    for (size_t i = 0; i < r->n; i++)
        for (const struct ref *ref = r->check[i]->refs; ref && ref->id; ref++) {
            if (ref->in != in || !map_put(&seen, str_of(ref->id), &is_new) || !is_new)
                continue;
            if (!any) {
                emit_object(j, NULL);
                emit_text(j, "name", catalogue_key[in]);
                emit_list(j, "taxa");
            }
            any = true;
            emit_object(j, NULL);
            emit_text(j, "id", ref->id);
            emit_close(j);
        }
    if (any) {
        emit_close(j);
        emit_close(j);
    }
}

/* A path as a relative URI reference: what RFC 3986 allows in a segment stands for itself. "./" in front when
 * the first segment could be taken for a scheme. */
static void put_uri(struct emit *j, struct str path)
{
    AUTO_BUF struct buf b = BUF(1 << 16);
    struct str first, rest;

    str_split(path, '/', &first, &rest);
    if (first.n && memchr(first.p, ':', first.n))
        buf_str(&b, STR("./"));
    while (path.n && path.p[0] == '/')
        path = str_skip(path, 1);
    for (size_t i = 0; i < path.n; i++) {
        unsigned char c = (unsigned char)path.p[i];
        if (c < 0x80 && (isalnum(c) || memchr("-._~/!$&'()*+,;=:@", c, 18)))
            buf_char(&b, (char)c);
        else
            buf_fmt(&b, "%%%02X", c);
    }
    emit_str(j, "uri", buf_view(&b));
}

static void put_location(struct emit *j, const struct element *el, const struct evidence *ev)
{
    emit_object(j, NULL);
    if (ev && ev->path.n) {
        emit_object(j, "physicalLocation");
        emit_object(j, "artifactLocation");
        put_uri(j, ev->path);
        emit_close(j);
        if (ev->line) {
            emit_object(j, "region");
            emit_u64(j, "startLine", ev->line);
            emit_close(j);
        }
        emit_close(j);
    }
    emit_list(j, "logicalLocations");
    emit_object(j, NULL);
    emit_str(j, "name", el->name);
    emit_str(j, "fullyQualifiedName", el->id);
    emit_text(j, "kind", element_kind_name[el->kind]);
    emit_close(j);
    emit_close(j);
    if (ev && ev->text.n)
        put_message(j, "message", ev->text);
    if (ev && (ev->target.n || ev->layer.n)) {
        emit_object(j, "properties");
        emit_some(j, "target", ev->target);
        emit_some(j, "layer", ev->layer);
        emit_close(j);
    }
    emit_close(j);
}

static void put_locations(struct emit *j, const struct model *m, const struct finding *f)
{
    const struct element *el = &m->element.p[f->element];

    emit_list(j, "locations");
    for (size_t i = 0; i < f->n_evidence; i++)
        put_location(j, el, &f->evidence[i]);
    if (!f->n_evidence)
        put_location(j, el, NULL);
    emit_close(j);
}

/* The title and, as a result must explain itself, the first proof. */
static void put_result_message(struct emit *j, const struct finding *f)
{
    AUTO_BUF struct buf b = BUF(1 << 16);

    buf_str(&b, f->title);
    if (f->n_evidence && f->evidence[0].text.n) {
        buf_str(&b, STR(": "));
        buf_str(&b, f->evidence[0].text);
    }
    if (f->n_found > 1)
        buf_fmt(&b, " (and %zu more)", f->n_found - 1);
    put_message(j, "message", buf_view(&b));
}

/* "9.8" where publishers score it, else what its severity stands for. */
static void put_score(struct emit *j, const struct finding *f)
{
    char text[16];

    if (f->vulnerability && f->vulnerability->score) {
        snprintf(text, sizeof text, "%u.%u", f->vulnerability->score / 10, f->vulnerability->score % 10);
        emit_text(j, "security-severity", text);
    } else {
        emit_text(j, "security-severity", grade[f->severity].score);
    }
}

static void put_vulnerability(struct emit *j, const struct vulnerability *v)
{
    emit_object(j, "vulnerability");
    emit_str(j, "id", v->id);
    json_put_list(j, "aliases", &v->aliases);
    emit_str(j, "package", v->package);
    emit_str(j, "installed", v->installed);
    emit_some(j, "fixed", v->fixed);
    emit_some(j, "purl", v->purl);
    emit_bool(j, "kev", v->kev);
    if (v->has_epss)
        emit_real(j, "epss", v->epss_ppm / 1e6);
    emit_close(j);
}

static void put_result(struct emit *j, const struct model *m, const struct rules *r, const struct finding *f)
{
    static const char *const kind[STATE_COUNT] = { "fail", "pass", "open", "fail" };
    bool fails = f->state == STATE_OPEN || f->state == STATE_ACCEPTED;
    const uint32_t *at = map_get(&r->index, str_of(f->check->id));

    emit_object(j, NULL);
    emit_text(j, "ruleId", f->check->id);
    emit_u64(j, "ruleIndex", at ? *at : 0);
    emit_text(j, "kind", kind[f->state]);
    emit_text(j, "level", fails ? grade[f->severity].level : "none");
    put_result_message(j, f);
    put_locations(j, m, f);
    emit_object(j, "partialFingerprints");
    emit_text(j, "scantlingFinding/v1", f->id);
    emit_some(j, "scantlingSecret/v1", f->fingerprint); /* stays when a secret leaves one of its places */
    emit_close(j);
    if (f->state == STATE_ACCEPTED) {
        emit_list(j, "suppressions");
        emit_object(j, NULL);
        emit_text(j, "kind", "external");
        emit_text(j, "status", "accepted");
        emit_some(j, "justification", f->accepted_why);
        emit_close(j);
        emit_close(j);
    }
    emit_object(j, "properties");
    emit_text(j, "state", state_name[f->state]);
    emit_text(j, "severity", severity_name[f->severity]);
    put_score(j, f);
    if (f->vulnerability)
        put_vulnerability(j, f->vulnerability);
    emit_close(j);
    emit_close(j);
}

/* What could not be looked at: notifications of the run, so that an empty list of results is not taken for
 * peace. */
static void put_invocation(struct emit *j, const struct model *m)
{
    emit_list(j, "invocations");
    emit_object(j, NULL);
    emit_bool(j, "executionSuccessful", true);
    emit_list(j, "toolExecutionNotifications");
    for (size_t i = 0; i < m->incomplete.n; i++) {
        AUTO_BUF struct buf b = BUF(1 << 16);
        incomplete_text(&b, &m->incomplete.p[i]);
        emit_object(j, NULL);
        emit_text(j, "level", "warning");
        put_message(j, "message", buf_view(&b));
        emit_close(j);
    }
    emit_close(j);
    emit_close(j);
    emit_close(j);
}

static void put_driver(struct emit *j, const struct rules *r)
{
    emit_object(j, "tool");
    emit_object(j, "driver");
    emit_text(j, "name", "scantling");
    emit_text(j, "version", SCANTLING_VERSION);
    emit_text(j, "semanticVersion", SCANTLING_VERSION);
    emit_list(j, "rules");
    for (size_t i = 0; i < r->n; i++)
        put_rule(j, r->check[i]);
    emit_close(j);
    emit_close(j);
    emit_close(j);
}

static void put_run(struct emit *j, const struct model *m, const struct report_options *o,
                    const struct rules *r)
{
    emit_object(j, NULL);
    put_driver(j, r);
    put_invocation(j, m);
    emit_list(j, "taxonomies");
    put_threats(j);
    for (enum catalogue in = 0; in < CATALOGUE_COUNT; in++)
        put_catalogue(j, r, in);
    emit_close(j);
    emit_list(j, "results");
    for (size_t i = 0; i < m->finding.n; i++)
        if (reported(&m->finding.p[i], o))
            put_result(j, m, r, &m->finding.p[i]);
    emit_close(j);
    emit_object(j, "properties");
    emit_list(j, "targets");
    for (size_t i = 0; i < m->image.n; i++) {
        emit_object(j, NULL);
        emit_str(j, "target", m->image.p[i]->target);
        emit_some(j, "digest", m->image.p[i]->digest);
        emit_close(j);
    }
    emit_close(j);
    emit_close(j);
    emit_close(j);
}

static int write_sarif(const struct model *m, const struct report_options *o, FILE *to, struct err *e)
{
    CLEANUP(rules_free) struct rules r = { 0 };

    if (collect(&r, m, o) < 0)
        return err_set(e, ERR_LIMIT, "out of memory");
    struct emit *j = emit_new(to, true);
    if (!j)
        return err_set(e, ERR_LIMIT, "out of memory");
    emit_object(j, NULL);
    emit_text(j, "version", "2.1.0");
    emit_list(j, "runs");
    put_run(j, m, o, &r);
    emit_close(j);
    emit_close(j);
    return emit_end(j) ? 0 : err_errno(e, "cannot write the report");
}

const struct report report_sarif = { .name = "sarif",
                                     .what = "SARIF 2.1.0, for code hosts and editors",
                                     .write = write_sarif };
