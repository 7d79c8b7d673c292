/* feed_csaf.c - CSAF 2.0 documents of Red Hat and SUSE: advisories and VEX, one vulnerability or update a
 * document (https://docs.oasis-open.org/csaf/csaf/v2.0/). */
#include "advisory/csaf.h"
#include "advisory/rows.h"
#include "core/map.h"
#include "model/purl.h"

struct reader {
    struct arena *arena;
    struct feed_sink *to;
    struct csaf csaf;
    struct map remedy; /* product id: enum statement, where a remediation says more than "affected" */
    struct rows rows;
};

static bool recognises(struct str path, struct str start)
{
    return str_ends(path, STR(".json")) && str_has(start, STR("\"document\"")) &&
           (str_has(start, STR("\"csaf_version\"")) || str_has(start, STR("\"csaf_")));
}

/* ---- whose package it is ---- */

/* "cpe:/a:redhat:enterprise_linux:9::appstream" is what OSV calls "Red Hat:enterprise_linux:9::appstream". */
static struct str ecosystem_of(struct arena *a, const struct csaf_product *platform)
{
    ptrdiff_t at = str_find(platform->cpe, STR(":redhat:"));
    struct str lead, rest;

    if (at >= 0)
        return arena_fmt(a, "Red Hat:" STR_FMT, STR_ARG(str_skip(platform->cpe, (size_t)at + 8)));
    str_split(platform->name, ' ', &lead, &rest);
    if (str_eq(lead, STR("SUSE")) || str_eq(lead, STR("openSUSE")))
        return arena_fmt(a, STR_FMT ":" STR_FMT, STR_ARG(lead), STR_ARG(rest));
    return STR_NONE;
}

/* The first two parts of the qualifier rpmmod=nodejs:18:9030:rhel9, or what stands before the slash of
 * "nodejs:18/nodejs". */
static struct str module_of(struct arena *a, const struct csaf_product *p)
{
    ptrdiff_t at = str_find(p->purl, STR("rpmmod="));
    struct str all = at < 0 ? p->id : str_skip(p->purl, (size_t)at + 7), name, stream, rest;

    if (at < 0) {
        if (!str_rsplit(all, '/', &all, &rest) || !str_has_char(all, ':'))
            return STR_NONE;
    } else {
        str_split(all, '&', &all, &rest);
    }
    if (!str_split(all, ':', &name, &rest))
        return STR_NONE;
    str_split(rest, ':', &stream, &rest);
    return arena_fmt(a, STR_FMT ":" STR_FMT, STR_ARG(name), STR_ARG(stream));
}

/* False: it says nothing of a package of a distribution. *version is empty where all versions are meant. */
static bool row_of(struct reader *r, struct str id, struct affected *row, struct str *version)
{
    const struct csaf_product *component, *platform;
    struct package p = { 0 };
    struct str lead;

    *row = (struct affected){ 0 };
    if (!csaf_whole(&r->csaf, id, &component, &platform) || !platform)
        return false;
    row->ecosystem = ecosystem_of(r->arena, platform);
    if (component->purl.n && purl_read(r->arena, component->purl, &p)) {
        if (!str_eq(p.type, STR("rpm")))
            return false;
        row->name = p.name;
        row->arch = str_eq(p.arch, STR("src")) ? STR_NONE : p.arch;
        row->binary = p.version.n && row->arch.n;
    } else if (!str_rsplit(component->id, '/', &lead, &row->name)) {
        row->name = component->id;
    }
    row->module = module_of(r->arena, component);
    *version = p.version;
    return row->ecosystem.n && row->name.n;
}

/* ---- what is said ---- */

static enum statement statement_of(struct str category, struct str details)
{
    if (str_eq(category, STR("no_fix_planned")))
        return str_has(details, STR("ut of support")) ? SAYS_END_OF_LIFE : SAYS_WILL_NOT_FIX;
    if (str_eq(category, STR("none_available")) && str_has(details, STR("eferred")))
        return SAYS_FIX_DEFERRED;
    return SAYS_AFFECTED;
}

static bool read_remedies(struct reader *r, const struct doc *list)
{
    DOC_EACH (list, d) {
        enum statement says = statement_of(doc_text(doc_get(d, "category")), doc_text(doc_get(d, "details")));
        DOC_EACH (says == SAYS_AFFECTED ? NULL : doc_get(d, "product_ids"), id) {
            bool is_new;
            uint32_t *at = map_put(&r->remedy, doc_text(id), &is_new);
            if (!at)
                return false;
            *at = says;
        }
    }
    return true;
}

enum kind { FIXED, AFFECTED, OTHER };

static int read_status(struct reader *r, const struct doc *ids, enum kind kind, enum statement says,
                       struct str vulnerability, struct err *e)
{
    bool unclear = false;

    DOC_EACH (ids, id) {
        struct affected row;
        struct str version;
        if (!row_of(r, doc_text(id), &row, &version) || (kind == FIXED && !version.n)) {
            unclear = true;
            continue;
        }
        const uint32_t *remedy = kind == AFFECTED ? map_get(&r->remedy, doc_text(id)) : NULL;
        row.says = remedy ? (enum statement) * remedy : says;
        if ((kind == OTHER
                 ? rows_add(&r->rows, &row, e)
                 : rows_add_range(&r->rows, &row, STR("0"), kind == FIXED ? version : STR_NONE, e)) < 0)
            return -1;
    }
    if (unclear)
        r->to->skip(r->to, vulnerability,
                    "products that are no packages of a distribution that is known here");
    return 0;
}

static int read_statuses(struct reader *r, const struct doc *status, struct str id, struct err *e)
{
    static const struct {
        const char *key;
        enum kind kind;
        enum statement says;
    } lists[] = { { "fixed", FIXED, SAYS_AFFECTED },
                  { "first_fixed", FIXED, SAYS_AFFECTED },
                  { "recommended", FIXED, SAYS_AFFECTED }, /* SUSE's word for it */
                  { "known_affected", AFFECTED, SAYS_AFFECTED },
                  { "last_affected", AFFECTED, SAYS_AFFECTED },
                  { "known_not_affected", OTHER, SAYS_NOT_AFFECTED },
                  { "under_investigation", OTHER, SAYS_UNDER_INVESTIGATION } };

    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        if (read_status(r, doc_get(status, lists[i].key), lists[i].kind, lists[i].says, id, e) < 0)
            return -1;
    return 0;
}

static struct str impact_of(const struct doc *vulnerability)
{
    DOC_EACH (doc_get(vulnerability, "threats"), d)
        if (str_eq(doc_text(doc_get(d, "category")), STR("impact")))
            return doc_text(doc_get(d, "details"));
    return STR_NONE;
}

static int read_vulnerability(struct reader *r, const struct doc *root, const struct doc *d, struct err *e)
{
    const struct doc *score = doc_get(d, "scores") ? doc_get(d, "scores")->child : NULL;
    struct str vector = doc_text(doc_path(score, "cvss_v3.vectorString"));
    struct str publisher = doc_text(doc_path(root, "document.publisher.name"));
    struct advisory a = { .id = doc_text(doc_get(d, "cve")),
                          .source = str_has(publisher, STR("SUSE")) ? STR("suse") : STR("redhat"),
                          .title = doc_text(doc_get(d, "title")),
                          .severity = impact_of(d),
                          .cvss = { &vector, vector.n != 0 },
                          .published = doc_text(doc_get(d, "release_date")),
                          .modified = doc_text(doc_path(root, "document.tracking.current_release_date")) };

    if (!a.id.n) {
        r->to->skip(r->to, doc_text(doc_path(root, "document.tracking.id")), "a vulnerability without a CVE");
        return 0;
    }
    map_free(&r->remedy);
    r->remedy = (struct map)MAP;
    r->rows = (struct rows){ .arena = r->arena };
    if (!read_remedies(r, doc_get(d, "remediations")))
        return err_set(e, ERR_LIMIT, "out of memory");
    if (read_statuses(r, doc_get(d, "product_status"), a.id, e) < 0)
        return err_wrap(e, STR_FMT, STR_ARG(str_first(a.id, 80)));
    return r->rows.n ? r->to->advisory(r->to, &a, r->rows.p, r->rows.n, e) : 0;
}

static int read_all(struct reader *r, const struct doc *root, struct err *e)
{
    if (csaf_products(&r->csaf, doc_get(root, "product_tree"), r->arena, e) < 0)
        return -1;
    DOC_EACH (doc_get(root, "vulnerabilities"), d)
        if (read_vulnerability(r, root, d, e) < 0)
            return -1;
    return 0;
}

static int read_csaf(const struct feed_input *in, struct feed_sink *to, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(1u << 30);
    struct reader r = { .arena = &a, .to = to };
    struct doc *root;

    if (doc_json(in->body, &a, &root, e) < 0)
        return -1;
    int done = read_all(&r, root, e);
    csaf_free(&r.csaf);
    map_free(&r.remedy);
    return done;
}

const struct feed feed_csaf = {
    .name = "csaf",
    .what = "CSAF advisories and VEX of Red Hat and SUSE (JSON)",
    .recognises = recognises,
    .max_size = 128u << 20,
    .read = read_csaf,
};
