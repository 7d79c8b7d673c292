/* cyclonedx.c - the inventory as CycloneDX 1.6 JSON (ECMA-424): the image is what the document is about, its
 * operating system and packages are its components. After a scan its vulnerabilities too, each with the
 * components that have it and, unless it is open, what was decided about it. */
#include "core/map.h"
#include "doc/emit.h"
#include "model/hash.h"
#include "model/purl.h"
#include "report/inventory.h"
#include "report/license.h"
#include "report/report.h"

enum { CROSSING_MOST = 2000 }; /* elements: each is looked for among all relations */

static void put_property(struct emit *j, const char *name, struct str value)
{
    if (!value.n)
        return;
    emit_object(j, NULL);
    emit_text(j, "name", name);
    emit_str(j, "value", value);
    emit_close(j);
}

static void put_ref(struct emit *j, const char *key, const char *kind, const char *ref)
{
    char text[64];

    snprintf(text, sizeof text, "%s-%s", kind, ref);
    emit_text(j, key, text);
}

static void image_ref(char *to, size_t room, size_t i)
{
    snprintf(to, room, "%zu", i);
}

/* One identifier or one expression has a place of its own; several licences are a list, where expressions are
 * not allowed: their words go as names. */
static void put_licenses(struct emit *j, const struct strs *l)
{
    if (!l->n)
        return;
    emit_list(j, "licenses");
    if (l->n == 1 && license_kind_of(l->p[0]) == LICENSE_EXPRESSION) {
        emit_object(j, NULL);
        emit_str(j, "expression", l->p[0]);
        emit_text(j, "acknowledgement", "declared");
        emit_close(j);
    } else {
        for (size_t i = 0; i < l->n; i++) {
            emit_object(j, NULL);
            emit_object(j, "license");
            emit_str(j, license_kind_of(l->p[i]) == LICENSE_ID ? "id" : "name", l->p[i]);
            emit_text(j, "acknowledgement", "declared");
            emit_close(j);
            emit_close(j);
        }
    }
    emit_close(j);
}

static void put_hash(struct emit *j, struct str text)
{
    struct hash hash;

    if (!hash_read(text, &hash))
        return;
    emit_list(j, "hashes");
    emit_object(j, NULL);
    emit_text(j, "alg", hash.kind->cyclonedx);
    emit_text(j, "content", hash.hex);
    emit_close(j);
    emit_close(j);
}

static void put_package(struct emit *j, const struct item *it)
{
    const struct package *p = it->in->package;
    const struct image *img = it->in->image;
    AUTO_BUF struct buf source = BUF(1 << 16), owner = BUF(1 << 16);

    if (p->source_name.n) {
        buf_str(&source, p->source_name);
        if (p->source_version.n)
            buf_char(&source, '@');
        buf_str(&source, p->source_version);
    }
    if (it->in->owner.name.n) {
        buf_str(&owner, it->in->owner.type);
        buf_char(&owner, '/');
        buf_str(&owner, it->in->owner.name);
    }
    emit_object(j, NULL);
    emit_text(j, "type", "library");
    put_ref(j, "bom-ref", "package", it->ref);
    if (p->vendor.n) {
        emit_object(j, "supplier");
        emit_str(j, "name", p->vendor);
        emit_close(j);
    }
    emit_some(j, "group", p->ns);
    emit_str(j, "name", p->name);
    emit_str(j, "version", p->version);
    if (p->dev)
        emit_text(j, "scope", "excluded");
    put_hash(j, it->in->hash);
    put_licenses(j, &p->licenses);
    if (p->cpes.n)
        emit_str(j, "cpe", p->cpes.p[0]);
    emit_some(j, "purl", it->in->purl);
    emit_list(j, "properties");
    put_property(j, "scantling:type", p->type);
    put_property(j, "scantling:path", it->in->place);
    put_property(j, "scantling:source", buf_view(&source));
    put_property(j, "scantling:owner", buf_view(&owner));
    put_property(j, "scantling:direct", it->in->direct ? STR("true") : STR_NONE);
    put_property(j, "scantling:how", str_of(package_how_name(p->how)));
    put_property(j, "scantling:constraint", p->version.n ? p->constraint : package_asked(p));
    for (size_t i = 0; i < it->in->also.n; i++)
        put_property(j, "scantling:also", it->in->also.p[i]);
    if (it->in->layer < img->n_layers) {
        put_property(j, "scantling:layer:digest", img->layer[it->in->layer].digest);
        put_property(j, "scantling:layer:diff_id", img->layer[it->in->layer].diff_id);
    }
    emit_close(j);
    emit_close(j);
}

static void put_os(struct emit *j, const struct image *img, size_t i)
{
    char ref[24];

    image_ref(ref, sizeof ref, i);
    emit_object(j, NULL);
    emit_text(j, "type", "operating-system");
    put_ref(j, "bom-ref", "os", ref);
    emit_str(j, "name", img->os->id);
    emit_some(j, "version", img->os->version.n ? img->os->version : img->os->codename);
    emit_some(j, "description", img->os->name);
    emit_close(j);
}

static void put_image(struct emit *j, const char *key, const struct model *m, size_t i, struct arena *a)
{
    const struct image *img = m->image.p[i];
    struct str element_id = m->element.p[img->element].id;
    struct str purl =
        purl_of_image(a, image_title(img), img->digest, img->config ? img->config->arch : STR(""));
    char ref[24];

    image_ref(ref, sizeof ref, i);
    emit_object(j, key);
    emit_text(j, "type", image_is_source(img) ? "application" : "container");
    put_ref(j, "bom-ref", "image", ref);
    emit_str(j, "name", image_title(img));
    emit_some(j, "version", img->digest);
    put_hash(j, img->digest);
    emit_some(j, "purl", purl);
    emit_list(j, "properties");
    put_property(j, "scantling:element", element_id);
    put_property(j, "scantling:target", img->target);
    for (size_t k = 0; k < img->n_layers; k++)
        put_property(j, "scantling:layer:diff_id", img->layer[k].diff_id);
    emit_close(j);
    emit_close(j);
}

static void put_metadata(struct emit *j, const struct model *m, struct arena *a)
{
    emit_object(j, "metadata");
    emit_some(j, "timestamp", m->time);
    emit_object(j, "tools");
    emit_list(j, "components");
    emit_object(j, NULL);
    emit_text(j, "type", "application");
    emit_text(j, "name", "scantling");
    emit_text(j, "version", SCANTLING_VERSION);
    emit_close(j);
    emit_close(j);
    emit_close(j);
    if (m->image.n == 1)
        put_image(j, "component", m, 0, a);
    emit_list(j, "properties");
    for (size_t i = 0; i < m->incomplete.n; i++) {
        AUTO_BUF struct buf b = BUF(1 << 16);
        incomplete_text(&b, &m->incomplete.p[i]);
        put_property(j, "scantling:incomplete", buf_view(&b));
    }
    emit_close(j);
    emit_close(j);
}

static void put_components(struct emit *j, const struct model *m, const struct inventory *v, struct arena *a)
{
    emit_list(j, "components");
    if (m->image.n > 1)
        for (size_t i = 0; i < m->image.n; i++)
            put_image(j, NULL, m, i, a);
    for (size_t i = 0; i < m->image.n; i++)
        if (m->image.p[i]->os)
            put_os(j, m->image.p[i], i);
    for (size_t i = 0; i < v->n; i++)
        put_package(j, &v->item[i]);
    emit_close(j);
}

static void put_needs(struct emit *j, const struct inventory *v, const struct item *it)
{
    emit_object(j, NULL);
    put_ref(j, "ref", "package", it->ref);
    emit_list(j, "dependsOn");
    for (size_t i = 0; i < it->n_needs; i++)
        put_ref(j, NULL, "package", v->item[it->needs[i]].ref);
    emit_close(j);
    emit_close(j);
}

/* Each image depends on its system and its packages, and packages on others where their records say so. */
static void put_dependencies(struct emit *j, const struct model *m, const struct inventory *v)
{
    char ref[24];

    emit_list(j, "dependencies");
    for (size_t i = 0; i < m->image.n; i++) {
        image_ref(ref, sizeof ref, i);
        emit_object(j, NULL);
        put_ref(j, "ref", "image", ref);
        emit_list(j, "dependsOn");
        if (m->image.p[i]->os)
            put_ref(j, NULL, "os", ref);
        for (size_t k = 0; k < v->n; k++)
            if (v->item[k].in->image == m->image.p[i])
                put_ref(j, NULL, "package", v->item[k].ref);
        emit_close(j);
        emit_close(j);
    }
    for (size_t k = 0; k < v->n; k++)
        if (v->item[k].n_needs)
            put_needs(j, v, &v->item[k]);
    emit_close(j);
}

/* Does anything from within another outermost boundary reach it? */
static bool crosses(const struct model *m, uint32_t element)
{
    struct str own, other, rest;

    for (size_t i = 0; i < m->relation.n; i++) {
        const struct relation *r = &m->relation.p[i];
        if (r->to != element || (r->kind != RELATION_FLOW && r->kind != RELATION_EXPOSES))
            continue;
        str_split(m->element.p[element].zone, '/', &own, &rest);
        str_split(m->element.p[r->from].zone, '/', &other, &rest);
        if (!str_eq(own, other))
            return true;
    }
    return false;
}

/* The threat model, referenced: its workloads are services, whose properties name the element. */
static void put_model(struct emit *j, const struct model *m, const char *serial)
{
    bool any = false;
    char ref[32];

    for (uint32_t i = 0; i < m->element.n; i++) {
        const struct element *el = &m->element.p[i];
        if (el->kind != ELEMENT_WORKLOAD)
            continue;
        if (!any)
            emit_list(j, "services");
        any = true;
        snprintf(ref, sizeof ref, "%u", i);
        emit_object(j, NULL);
        put_ref(j, "bom-ref", "workload", ref);
        emit_str(j, "name", el->name);
        if (m->element.n <= CROSSING_MOST)
            emit_bool(j, "x-trust-boundary", crosses(m, i));
        emit_list(j, "properties");
        put_property(j, "scantling:element", el->id);
        put_property(j, "scantling:zone", el->zone);
        emit_close(j);
        emit_close(j);
    }
    if (!any)
        return;
    emit_close(j);
    emit_list(j, "externalReferences");
    emit_object(j, NULL);
    emit_text(j, "type", "threat-model");
    emit_text(j, "url", serial);
    emit_text(j, "comment",
              "scantling/report/1 of the same targets: scantling:element is the id of an element there");
    emit_close(j);
    emit_close(j);
}

/* ---- vulnerabilities ---- */

/* Components by image and package URL: the first, + 1, and behind each the next. */
struct by_purl {
    struct arena arena; /* of the keys */
    struct map first;
    uint32_t *next;
};
enum { BY_PURL_BYTES = 256 << 20 };
#define AUTO_BY_PURL CLEANUP(by_purl_free)

static void by_purl_free(struct by_purl *b)
{
    map_free(&b->first);
    arena_free(&b->arena);
    free(b->next);
}

/* Of all architectures and places: without qualifiers. No text when memory is spent. */
static struct str purl_key(struct by_purl *b, uint32_t element, struct str purl)
{
    struct str head, tail;

    str_split(purl, '?', &head, &tail);
    return arena_fmt(&b->arena, "%u " STR_FMT, element, STR_ARG(head));
}

static int find_components(struct by_purl *b, const struct inventory *v, struct err *e)
{
    b->next = calloc(v->n + 1, sizeof *b->next);
    for (size_t i = v->n; b->next && i-- > 0;) { /* so that chains are in the document's order */
        struct str k = purl_key(b, v->item[i].in->element, v->item[i].in->purl);
        uint32_t *at = k.p ? map_put(&b->first, k, NULL) : NULL;
        if (!at)
            return err_set(e, ERR_LIMIT, "out of memory");
        b->next[i] = *at;
        *at = (uint32_t)i + 1;
    }
    return b->next ? 0 : err_set(e, ERR_LIMIT, "out of memory");
}

static void put_affects(struct emit *j, const struct inventory *v, struct by_purl *b, const struct finding *f)
{
    const uint32_t *at = map_get(&b->first, purl_key(b, f->element, f->vulnerability->purl));

    emit_list(j, "affects");
    for (uint32_t i = at ? *at : 0; i; i = b->next[i - 1]) {
        emit_object(j, NULL);
        put_ref(j, "ref", "package", v->item[i - 1].ref);
        emit_close(j);
    }
    emit_close(j);
}

static const char *method_of(struct str vector)
{
    static const struct {
        struct str begin;
        const char *method;
    } rows[] = { { STR("CVSS:3.0/"), "CVSSv3" },
                 { STR("CVSS:3.1/"), "CVSSv31" },
                 { STR("CVSS:4.0/"), "CVSSv4" } };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (str_starts(vector, rows[i].begin))
            return rows[i].method;
    return "CVSSv2";
}

/* Our severity with the score it may come from; then the vectors as they were published. */
static void put_ratings(struct emit *j, const struct finding *f)
{
    const struct vulnerability *w = f->vulnerability;

    emit_list(j, "ratings");
    emit_object(j, NULL);
    if (w->score)
        emit_real(j, "score", w->score / 10.0);
    emit_text(j, "severity", severity_name[f->severity]);
    emit_close(j);
    for (size_t i = 0; i < w->cvss.n; i++) {
        emit_object(j, NULL);
        emit_text(j, "method", method_of(w->cvss.p[i]));
        emit_str(j, "vector", w->cvss.p[i]);
        emit_close(j);
    }
    emit_close(j);
}

/* "2030-01-02T00:00:00Z"; what publishers write otherwise the schema does not take. */
static void put_time(struct emit *j, const char *key, struct str time)
{
    if (time.n == 20 && time.p[10] == 'T' && time.p[19] == 'Z')
        emit_str(j, key, time);
}

/* Open ones have none: nobody has analysed them. */
static void put_analysis(struct emit *j, const struct finding *f)
{
    static const char *const state[STATE_COUNT] = {
        [STATE_MITIGATED] = "not_affected", [STATE_UNKNOWN] = "in_triage", [STATE_ACCEPTED] = "exploitable"
    };

    if (!state[f->state])
        return;
    emit_object(j, "analysis");
    emit_text(j, "state", state[f->state]);
    if (f->state == STATE_ACCEPTED) {
        emit_list(j, "response");
        emit_text(j, NULL, "will_not_fix");
        emit_close(j);
    }
    emit_some(j, "detail",
              f->state == STATE_ACCEPTED ? f->accepted_why
              : f->n_evidence            ? f->evidence[f->n_evidence - 1].text
                                         : STR_NONE);
    emit_close(j);
}

static void put_vulnerability(struct emit *j, const struct inventory *v, struct by_purl *b,
                              const struct finding *f)
{
    const struct vulnerability *w = f->vulnerability;
    char epss[16];

    emit_object(j, NULL);
    put_ref(j, "bom-ref", "vulnerability", f->id);
    emit_str(j, "id", w->id);
    if (w->by.n) {
        emit_object(j, "source");
        emit_str(j, "name", w->by);
        emit_close(j);
    }
    put_ratings(j, f);
    emit_some(j, "description", w->title);
    emit_str(j, "recommendation", f->fix);
    put_time(j, "published", w->published);
    put_time(j, "updated", w->modified);
    put_analysis(j, f);
    put_affects(j, v, b, f);
    emit_list(j, "properties");
    for (size_t i = 0; i < w->aliases.n; i++)
        put_property(j, "scantling:alias", w->aliases.p[i]);
    put_property(j, "scantling:fixed", w->fixed);
    put_property(j, "scantling:kev", w->kev ? STR("true") : STR_NONE);
    snprintf(epss, sizeof epss, "%u.%06u", w->epss_ppm / 1000000, w->epss_ppm % 1000000);
    put_property(j, "scantling:epss", w->has_epss ? str_of(epss) : STR_NONE);
    emit_close(j);
    emit_close(j);
}

static int put_vulnerabilities(struct emit *j, const struct model *m, const struct inventory *v,
                               const struct report_options *o, struct err *e)
{
    AUTO_BY_PURL struct by_purl b = { .arena = ARENA(BY_PURL_BYTES), .first = MAP };
    bool any = false;

    if (find_components(&b, v, e) < 0)
        return -1;
    for (size_t i = 0; i < m->finding.n; i++) {
        const struct finding *f = &m->finding.p[i];
        if (!f->vulnerability || f->severity < o->least)
            continue;
        if (!any)
            emit_list(j, "vulnerabilities");
        any = true;
        put_vulnerability(j, v, &b, f);
    }
    if (any)
        emit_close(j);
    return 0;
}

static int write_cyclonedx(const struct model *m, const struct report_options *o, FILE *to, struct err *e)
{
    AUTO_INVENTORY struct inventory v;
    char serial[64];

    if (inventory_make(&v, m, e) < 0)
        return -1;
    struct emit *j = emit_new(to, true);
    if (!j)
        return err_set(e, ERR_LIMIT, "out of memory");
    snprintf(serial, sizeof serial, "urn:uuid:%s", v.uuid);
    emit_object(j, NULL);
    emit_text(j, "bomFormat", "CycloneDX");
    emit_text(j, "specVersion", "1.6");
    emit_text(j, "serialNumber", serial);
    emit_u64(j, "version", 1);
    put_metadata(j, m, &v.arena);
    put_components(j, m, &v, &v.arena);
    put_dependencies(j, m, &v);
    put_model(j, m, serial);
    int r = put_vulnerabilities(j, m, &v, o, e);
    emit_close(j);
    if (!emit_end(j) && r == 0)
        r = err_errno(e, "cannot write the report");
    return r;
}

const struct report report_cyclonedx = { .name = "cyclonedx",
                                         .what = "packages as a CycloneDX 1.6 bill of materials (JSON)",
                                         .inventory = true,
                                         .write = write_cyclonedx };
