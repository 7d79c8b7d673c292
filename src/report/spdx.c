/* spdx.c - the inventory as SPDX 2.3 JSON (ISO/IEC 5962). The document describes images; an image contains
 * its layers, its operating system and its packages. */
#include "core/map.h"
#include "doc/emit.h"
#include "model/hash.h"
#include "model/purl.h"
#include "report/inventory.h"
#include "report/license.h"
#include "report/report.h"

#define XXH_INLINE_ALL
#include <ctype.h>
#include <xxhash.h>

/* Words that are no SPDX expression, by the LicenseRef that stands for them. */
struct words {
    struct arena arena;
    struct map seen;
    LIST(struct str) list;
};

struct spdx {
    struct emit *j;
    const struct model *m;
    struct inventory v;
    struct words words;
    bool full; /* of memory */
};

/* LicenseRef-<what can be read>-<hash of all of it>: the same words have the same reference everywhere. */
static void put_license_ref(struct buf *b, struct str declared)
{
    buf_str(b, STR("LicenseRef-"));
    for (size_t i = 0; i < declared.n && i < 40; i++) {
        unsigned char c = (unsigned char)declared.p[i];
        buf_char(b, c < 0x80 && (isalnum(c) || c == '.') ? (char)c : '-');
    }
    buf_fmt(b, "-%08x", (unsigned)XXH3_64bits(declared.n ? declared.p : "", declared.n));
}

static void remember(struct spdx *s, struct str declared)
{
    struct words *w = &s->words;
    bool is_new;

    if (!map_put(&w->seen, declared, &is_new)) {
        s->full = true;
    } else if (is_new) {
        if (arena_grow(&w->arena, &w->list.p, w->list.n, &w->list.cap, sizeof declared))
            w->list.p[w->list.n++] = declared;
        else
            s->full = true;
    }
}

/* All that a package declares holds together: AND. */
static void put_declared(struct spdx *s, const struct strs *l)
{
    AUTO_BUF struct buf b = BUF(1 << 20);

    for (size_t i = 0; i < l->n; i++) {
        enum license_kind kind = license_kind_of(l->p[i]);
        if (!l->p[i].n)
            continue;
        if (b.n)
            buf_str(&b, STR(" AND "));
        if (kind == LICENSE_WORDS) {
            put_license_ref(&b, l->p[i]);
            remember(s, l->p[i]);
        } else {
            bool brackets = kind == LICENSE_EXPRESSION && l->n > 1;
            buf_str(&b, brackets ? STR("(") : STR(""));
            buf_str(&b, l->p[i]);
            buf_str(&b, brackets ? STR(")") : STR(""));
        }
    }
    emit_str(s->j, "licenseDeclared", b.n ? buf_view(&b) : STR("NOASSERTION"));
}

static void put_id(struct emit *j, const char *key, const char *kind, const char *ref)
{
    char text[64];

    snprintf(text, sizeof text, "SPDXRef-%s-%s", kind, ref);
    emit_text(j, key, text);
}

/* "sha256:<hex>" as a checksum, when it is one. */
static void put_checksum(struct emit *j, struct str digest)
{
    struct hash hash;

    if (!hash_read(digest, &hash))
        return;
    emit_list(j, "checksums");
    emit_object(j, NULL);
    emit_text(j, "algorithm", hash.kind->spdx);
    emit_text(j, "checksumValue", hash.hex);
    emit_close(j);
    emit_close(j);
}

static void put_purl(struct emit *j, struct str purl)
{
    if (!purl.n)
        return;
    emit_list(j, "externalRefs");
    emit_object(j, NULL);
    emit_text(j, "referenceCategory", "PACKAGE-MANAGER");
    emit_text(j, "referenceType", "purl");
    emit_str(j, "referenceLocator", purl);
    emit_close(j);
    emit_close(j);
}

/* What every package must say. Opens the object. */
static void open_package(struct emit *j, const char *kind, const char *ref, struct str name,
                         struct str version)
{
    emit_object(j, NULL);
    put_id(j, "SPDXID", kind, ref);
    emit_str(j, "name", name.n ? name : STR("unnamed"));
    emit_some(j, "versionInfo", version);
    emit_text(j, "downloadLocation", "NOASSERTION");
    emit_bool(j, "filesAnalyzed", false);
    emit_text(j, "copyrightText", "NOASSERTION");
    emit_text(j, "licenseConcluded", "NOASSERTION");
}

static void put_layer(struct emit *j, const struct image *img, size_t i, uint32_t k)
{
    const struct layer *l = &img->layer[k];
    AUTO_BUF struct buf name = BUF(64), comment = BUF(1 << 16);
    char ref[48];

    snprintf(ref, sizeof ref, "%zu-%u", i, k);
    buf_fmt(&name, "layer %u", k);
    open_package(j, "Layer", ref, buf_view(&name), layer_digest(img, k));
    emit_text(j, "licenseDeclared", "NOASSERTION");
    emit_text(j, "primaryPackagePurpose", "ARCHIVE");
    put_checksum(j, l->digest.n ? l->digest : l->diff_id);
    if (l->diff_id.n) {
        buf_str(&comment, STR("diff ID "));
        buf_str(&comment, l->diff_id);
        emit_str(j, "comment", buf_view(&comment));
    }
    emit_close(j);
}

static void put_image(struct spdx *s, const struct image *img, size_t i)
{
    struct str arch = img->config ? img->config->arch : STR("");
    char ref[24];

    snprintf(ref, sizeof ref, "%zu", i);
    open_package(s->j, "Image", ref, image_title(img), img->digest);
    emit_text(s->j, "licenseDeclared", "NOASSERTION");
    emit_text(s->j, "primaryPackagePurpose", image_is_source(img) ? "SOURCE" : "CONTAINER");
    put_checksum(s->j, img->digest);
    put_purl(s->j, purl_of_image(&s->v.arena, image_title(img), img->digest, arch));
    emit_close(s->j);
    for (uint32_t k = 0; k < img->n_layers; k++)
        if (layer_digest(img, k).n)
            put_layer(s->j, img, i, k);
    if (!img->os)
        return;
    open_package(s->j, "OperatingSystem", ref, img->os->id,
                 img->os->version.n ? img->os->version : img->os->codename);
    emit_text(s->j, "licenseDeclared", "NOASSERTION");
    emit_text(s->j, "primaryPackagePurpose", "OPERATING-SYSTEM");
    emit_some(s->j, "summary", img->os->name);
    emit_close(s->j);
}

/* "Name <mail>" is "Organization: Name (mail)". What nobody says is asserted to be that. Read again by
 * parse/sbom_spdx.c. */
static void put_supplier(struct emit *j, struct str vendor)
{
    AUTO_BUF struct buf b = BUF(1 << 16);
    struct str name, mail;

    if (!vendor.n) {
        emit_text(j, "supplier", "NOASSERTION");
        return;
    }
    buf_str(&b, STR("Organization: "));
    if (str_ends(vendor, STR(">")) && str_rsplit(str_first(vendor, vendor.n - 1), '<', &name, &mail)) {
        buf_str(&b, str_trim(name));
        buf_str(&b, STR(" ("));
        buf_str(&b, mail);
        buf_char(&b, ')');
    } else {
        buf_str(&b, vendor);
    }
    emit_str(j, "supplier", buf_view(&b));
}

static void put_package(struct spdx *s, const struct item *it)
{
    const struct package *p = it->in->package;
    struct str layer = layer_digest(it->in->image, it->in->layer);
    AUTO_BUF struct buf name = BUF(1 << 16), from = BUF(1 << 16);

    if (p->ns.n) {
        buf_str(&name, p->ns);
        buf_char(&name, '/');
    }
    buf_str(&name, p->name);
    open_package(s->j, "Package", it->ref, buf_view(&name), p->version);
    put_supplier(s->j, p->vendor);
    put_declared(s, &p->licenses);
    emit_text(s->j, "primaryPackagePurpose", "LIBRARY");
    put_checksum(s->j, it->in->hash);
    put_purl(s->j, it->in->purl);
    buf_str(&from, STR("found in "));
    buf_str(&from, it->in->place);
    if (layer.n)
        buf_str(&from, STR(", layer "));
    buf_str(&from, layer);
    if (p->source_name.n) {
        buf_str(&from, STR("; built from "));
        buf_str(&from, p->source_name);
        buf_str(&from, p->source_version.n ? STR(" ") : STR(""));
        buf_str(&from, p->source_version);
    }
    emit_str(s->j, "sourceInfo", buf_view(&from));
    if (it->in->owner.name.n) { /* read again by parse/sbom_spdx.c */
        AUTO_BUF struct buf owner = BUF(1 << 16);
        buf_str(&owner, STR("belongs to "));
        buf_str(&owner, it->in->owner.type);
        buf_char(&owner, '/');
        buf_str(&owner, it->in->owner.name);
        emit_str(s->j, "comment", buf_view(&owner));
    } else if (p->constraint.n || package_asked(p).n) { /* likewise */
        AUTO_BUF struct buf asked = BUF(1 << 16);
        buf_str(&asked, STR("asked for: "));
        buf_str(&asked, p->constraint.n ? p->constraint : package_asked(p));
        emit_str(s->j, "comment", buf_view(&asked));
    }
    emit_close(s->j);
}

static void put_relation(struct emit *j, const char *from_kind, const char *from, const char *type,
                         const char *to_kind, const char *to)
{
    emit_object(j, NULL);
    if (from)
        put_id(j, "spdxElementId", from_kind, from);
    else
        emit_text(j, "spdxElementId", "SPDXRef-DOCUMENT");
    emit_text(j, "relationshipType", type);
    put_id(j, "relatedSpdxElement", to_kind, to);
    emit_close(j);
}

static void put_relations(struct spdx *s)
{
    char ref[24], layer[48];

    emit_list(s->j, "relationships");
    if (!s->m->image.n) { /* the format wants to be told */
        emit_object(s->j, NULL);
        emit_text(s->j, "spdxElementId", "SPDXRef-DOCUMENT");
        emit_text(s->j, "relationshipType", "DESCRIBES");
        emit_text(s->j, "relatedSpdxElement", "NONE");
        emit_close(s->j);
    }
    for (size_t i = 0; i < s->m->image.n; i++) {
        const struct image *img = s->m->image.p[i];
        snprintf(ref, sizeof ref, "%zu", i);
        put_relation(s->j, NULL, NULL, "DESCRIBES", "Image", ref);
        for (uint32_t k = 0; k < img->n_layers; k++) {
            snprintf(layer, sizeof layer, "%zu-%u", i, k);
            if (layer_digest(img, k).n)
                put_relation(s->j, "Image", ref, "CONTAINS", "Layer", layer);
        }
        if (img->os)
            put_relation(s->j, "Image", ref, "CONTAINS", "OperatingSystem", ref);
        for (size_t k = 0; k < s->v.n; k++)
            if (s->v.item[k].in->image == img)
                put_relation(s->j, "Image", ref, "CONTAINS", "Package", s->v.item[k].ref);
    }
    for (size_t k = 0; k < s->v.n; k++)
        for (size_t i = 0; i < s->v.item[k].n_needs; i++)
            put_relation(s->j, "Package", s->v.item[k].ref, "DEPENDS_ON", "Package",
                         s->v.item[s->v.item[k].needs[i]].ref);
    emit_close(s->j);
}

static void put_words(struct spdx *s)
{
    if (!s->words.list.n)
        return;
    emit_list(s->j, "hasExtractedLicensingInfos");
    for (size_t i = 0; i < s->words.list.n; i++) {
        AUTO_BUF struct buf ref = BUF(256);
        put_license_ref(&ref, s->words.list.p[i]);
        emit_object(s->j, NULL);
        emit_str(s->j, "licenseId", buf_view(&ref));
        emit_str(s->j, "extractedText", s->words.list.p[i]);
        emit_text(s->j, "comment", "As the package's own metadata declares it.");
        emit_close(s->j);
    }
    emit_close(s->j);
}

/* The format wants YYYY-MM-DDThh:mm:ssZ: whole seconds. */
static void put_creation(struct emit *j, const struct model *m)
{
    AUTO_BUF struct buf created = BUF(64);

    buf_str(&created, m->time.n >= 19 ? str_first(m->time, 19) : STR("1970-01-01T00:00:00"));
    buf_char(&created, 'Z');
    emit_object(j, "creationInfo");
    emit_str(j, "created", buf_view(&created));
    emit_list(j, "creators");
    emit_text(j, NULL, "Tool: scantling-" SCANTLING_VERSION);
    emit_close(j);
    emit_close(j);
}

static void put_head(struct spdx *s)
{
    AUTO_BUF struct buf name = BUF(1 << 16), space = BUF(256), comment = BUF(1 << 20);

    for (size_t i = 0; i < s->m->image.n; i++) {
        buf_str(&name, i ? STR(", ") : STR(""));
        buf_str(&name, image_title(s->m->image.p[i]));
    }
    buf_fmt(&space, "https://spdx.org/spdxdocs/scantling-%s", s->v.uuid);
    for (size_t i = 0; i < s->m->incomplete.n; i++) {
        buf_str(&comment, comment.n ? STR("\n") : STR("Incomplete:\n"));
        incomplete_text(&comment, &s->m->incomplete.p[i]);
    }
    emit_text(s->j, "spdxVersion", "SPDX-2.3");
    emit_text(s->j, "dataLicense", "CC0-1.0");
    emit_text(s->j, "SPDXID", "SPDXRef-DOCUMENT");
    emit_str(s->j, "name", name.n ? buf_view(&name) : STR("nothing"));
    emit_str(s->j, "documentNamespace", buf_view(&space));
    emit_some(s->j, "comment", buf_view(&comment));
    put_creation(s->j, s->m);
}

static void put_document(struct spdx *s)
{
    emit_object(s->j, NULL);
    put_head(s);
    emit_list(s->j, "packages");
    for (size_t i = 0; i < s->m->image.n; i++)
        put_image(s, s->m->image.p[i], i);
    for (size_t i = 0; i < s->v.n; i++)
        put_package(s, &s->v.item[i]);
    emit_close(s->j);
    put_words(s);
    put_relations(s);
    emit_close(s->j);
}

static void spdx_free(struct spdx *s)
{
    inventory_free(&s->v);
    map_free(&s->words.seen);
    arena_free(&s->words.arena);
}

static int write_spdx(const struct model *m, const struct report_options *o UNUSED, FILE *to, struct err *e)
{
    CLEANUP(spdx_free) struct spdx s = { .m = m, .words = { .arena = ARENA(64 << 20) } };

    if (inventory_make(&s.v, m, e) < 0)
        return -1;
    s.j = emit_new(to, true);
    if (!s.j)
        return err_set(e, ERR_LIMIT, "out of memory");
    put_document(&s);
    if (!emit_end(s.j))
        return err_errno(e, "cannot write the report");
    return s.full ? err_set(e, ERR_LIMIT, "more licences than fit") : 0;
}

const struct report report_spdx = { .name = "spdx",
                                    .what = "packages as an SPDX 2.3 bill of materials (JSON)",
                                    .inventory = true,
                                    .write = write_spdx };
