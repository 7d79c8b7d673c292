/* openvex.c - the findings about vulnerabilities as an OpenVEX document (version 0.2.0): what was decided,
 * for those who scan the same image with something else. */
#include "doc/emit.h"
#include "model/purl.h"
#include "report/report.h"

#include <inttypes.h>
#include <xxhash.h>

/* A risk that was accepted is there all the same. */
static const char *const status_of[STATE_COUNT] = { [STATE_OPEN] = "affected",
                                                    [STATE_MITIGATED] = "not_affected",
                                                    [STATE_UNKNOWN] = "under_investigation",
                                                    [STATE_ACCEPTED] = "affected" };

static const struct image *image_of(const struct model *m, const struct finding *f)
{
    for (size_t i = 0; i < m->image.n; i++)
        if (m->image.p[i]->element == f->element)
            return m->image.p[i];
    return NULL;
}

static struct str product_of(struct arena *a, const struct model *m, const struct finding *f)
{
    const struct image *img = image_of(m, f);
    struct str purl = img ? purl_of_image(a, img->name, img->digest, STR_NONE) : STR_NONE;

    if (purl.n)
        return purl;
    return img && img->name.n ? img->name : m->element.p[f->element].name;
}

static struct str proof_of(const struct finding *f)
{
    return f->n_evidence ? f->evidence[f->n_evidence - 1].text : STR_NONE;
}

/* not_affected wants a justification or an impact statement, affected an action. */
static void write_reason(struct emit *o, struct arena *a, const struct finding *f)
{
    const struct vulnerability *v = f->vulnerability;
    struct str proof = proof_of(f);

    if (f->state == STATE_MITIGATED) {
        emit_str(o, "impact_statement", proof.n ? proof : STR("mitigated"));
    } else if (f->state == STATE_ACCEPTED) {
        emit_str(o, "action_statement", arena_fmt(a, "accepted: " STR_FMT, STR_ARG(f->accepted_why)));
    } else if (f->state == STATE_OPEN && v->fixed.n) {
        emit_str(o, "action_statement",
                 arena_fmt(a, "update " STR_FMT " to " STR_FMT, STR_ARG(v->package), STR_ARG(v->fixed)));
    } else if (f->state == STATE_OPEN) {
        emit_text(o, "action_statement", "no fix is known");
    } else if (proof.n) {
        emit_str(o, "status_notes", proof);
    }
}

static void write_statement(struct emit *o, const struct model *m, const struct finding *f)
{
    AUTO_ARENA struct arena a = ARENA(1u << 20);
    const struct vulnerability *v = f->vulnerability;

    emit_object(o, NULL);
    emit_object(o, "vulnerability");
    emit_str(o, "name", v->id);
    if (v->aliases.n) {
        emit_list(o, "aliases");
        for (size_t i = 0; i < v->aliases.n; i++)
            emit_str(o, NULL, v->aliases.p[i]);
        emit_close(o);
    }
    emit_close(o);
    emit_list(o, "products");
    emit_object(o, NULL);
    emit_str(o, "@id", product_of(&a, m, f));
    if (v->purl.n) {
        emit_list(o, "subcomponents");
        emit_object(o, NULL);
        emit_str(o, "@id", v->purl);
        emit_close(o);
        emit_close(o);
    }
    emit_close(o);
    emit_close(o);
    emit_text(o, "status", status_of[f->state]);
    write_reason(o, &a, f);
    emit_close(o);
}

/* The document's own name is the same for the same findings at the same time. */
static struct str document_id(struct arena *a, const struct model *m)
{
    uint64_t hash = XXH3_64bits(m->time.p, m->time.n);

    for (size_t i = 0; i < m->finding.n; i++)
        if (m->finding.p[i].vulnerability)
            hash = XXH3_64bits_withSeed(m->finding.p[i].id, sizeof m->finding.p[i].id,
                                        hash + (uint64_t)m->finding.p[i].state);
    return arena_fmt(a, "urn:scantling:vex:%016" PRIx64, hash);
}

static int write_document(const struct model *m, const struct report_options *options, FILE *to,
                          struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(1u << 16);
    struct emit *o = emit_new(to, true);

    if (!o)
        return err_set(e, ERR_LIMIT, "out of memory");
    emit_object(o, NULL);
    emit_text(o, "@context", "https://openvex.dev/ns/v0.2.0");
    emit_str(o, "@id", document_id(&a, m));
    emit_text(o, "author", "scantling " SCANTLING_VERSION);
    emit_str(o, "timestamp", m->time);
    emit_u64(o, "version", 1);
    emit_text(o, "tooling", "scantling " SCANTLING_VERSION);
    emit_list(o, "statements");
    for (size_t i = 0; i < m->finding.n; i++)
        if (m->finding.p[i].vulnerability && m->finding.p[i].severity >= options->least)
            write_statement(o, m, &m->finding.p[i]);
    emit_close(o);
    emit_close(o);
    return emit_end(o) ? 0 : err_errno(e, "cannot write the report");
}

const struct report report_openvex = {
    .name = "openvex",
    .what = "what was decided about vulnerabilities, as an OpenVEX document",
    .write = write_document,
};
