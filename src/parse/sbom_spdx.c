/* sbom_spdx.c - SPDX 2.x: a flat list of packages, whose URLs are "external references". JSON and YAML have
 * the same keys; tag-value has a line for each. */
#include "core/map.h"
#include "parse/sbom.h"

struct spdx_package {
    struct sbom_package is;
    struct str purpose;
};

/* Is it, by name, an archive a package was built from? vcpkg's documents have the port, what was built from
 * it for a platform, and its sources: one of them is enough. */
static bool is_vcpkg(const struct sbom *s)
{
    return str_ends(s->in->path, STR("/vcpkg.spdx.json"));
}

/* `descendants`: what a relationship says was made from another package of the document, which stands for it.
 */
static int add(struct sbom *s, struct spdx_package *p, const struct map *descendants, struct err *e)
{
    struct str *license;

    if (is_vcpkg(s)) {
        if (!str_eq(p->is.id, STR("SPDXRef-port")))
            return 0;
        p->is.purl = arena_fmt(s->arena, "pkg:vcpkg/" STR_FMT, STR_ARG(p->is.name));
    }
    if (!p->is.purl.n && (str_one_of(p->purpose, "OPERATING-SYSTEM OPERATING_SYSTEM CONTAINER FILE DEVICE") ||
                          map_get(descendants, p->is.id)))
        return 0;
    if (!p->is.purl.n && str_eq(p->purpose, STR("APPLICATION")) && !p->is.version.n && !p->is.cpe.n)
        return 0; /* a lock file or binary that the packages of it are grouped by */
    if (str_eq(p->is.version, STR("NOASSERTION")))
        p->is.version = (struct str){ 0 };
    license = p->is.licenses.n ? (struct str *)(uintptr_t)p->is.licenses.p : NULL;
    if (license && !sbom_license(*license))
        p->is.licenses.n = 0;
    return sbom_add(s, &p->is, e);
}

static void read_reference(struct spdx_package *p, struct str type, struct str locator)
{
    if (str_eq(type, STR("purl")) && !p->is.purl.n)
        p->is.purl = locator;
    if (str_one_of(type, "cpe23Type cpe22Type") && !p->is.cpe.n)
        p->is.cpe = locator;
}

/* "Organization: Name (mail@example.org)" or "Person: ..."; as package managers write it, with the address in "<>". */
static struct str vendor_of(struct sbom *s, struct str supplier)
{
    struct str kind, name, mail;

    if (!str_split(supplier, ':', &kind, &name) || !str_one_of(kind, "Organization Person"))
        return STR_NONE;
    name = str_trim(name);
    if (!str_ends(name, STR(")")) || !str_rsplit(str_first(name, name.n - 1), '(', &name, &mail) ||
        !str_has_char(mail, '@'))
        return str_trim(str_skip(supplier, kind.n + 1));
    return arena_fmt(s->arena, STR_FMT " <" STR_FMT ">", STR_ARG(str_trim(name)), STR_ARG(mail));
}

/* Trivy says here which source package a distribution's package is from: "built package from: name version".
 */
static void read_source(struct spdx_package *p, struct str info)
{
    const struct str lead = STR("built package from: ");

    if (str_starts(info, lead) &&
        !str_split(str_skip(info, lead.n), ' ', &p->is.source_name, &p->is.source_version))
        p->is.source_version = p->is.version;
}

/* {algorithm: "SHA256", checksumValue: "..."} as "sha256:..." */
static bool read_checksum(struct sbom *s, const struct doc *sum, struct str *out)
{
    struct str algorithm = arena_lower(s->arena, doc_text(doc_get(sum, "algorithm")));

    *out = arena_fmt(s->arena, STR_FMT ":" STR_FMT, STR_ARG(algorithm),
                     STR_ARG(doc_text(doc_get(sum, "checksumValue"))));
    return out->p;
}

static int read_package(struct sbom *s, const struct doc *d, const struct map *descendants, struct err *e)
{
    struct str license = doc_text(doc_get(d, "licenseDeclared"));
    struct spdx_package p = {
        .is = {
            .id = doc_text(doc_get(d, "SPDXID")),
            .name = doc_text(doc_get(d, "name")),
            .version = doc_scalar(doc_get(d, "versionInfo")),
            .vendor = vendor_of(s, doc_text(doc_get(d, "supplier"))),
            .licenses = { &license, license.n ? 1 : 0 },
            .line = d->line,
        },
        .purpose = doc_text(doc_get(d, "primaryPackagePurpose")),
    };

    struct str comment = doc_text(doc_get(d, "comment"));

    if (str_starts(comment, STR("belongs to "))) /* our own: report/spdx.c */
        p.is.owner = str_skip(comment, 11);
    if (str_starts(comment, STR("asked for: ")))
        p.is.constraint = str_skip(comment, 11);
    if (!sbom_license(license))
        license = doc_text(doc_get(d, "licenseConcluded"));
    read_source(&p, doc_text(doc_get(d, "sourceInfo")));
    DOC_EACH (doc_get(d, "checksums"), sum)
        if (!read_checksum(s, sum, &p.is.hash))
            return err_set(e, ERR_LIMIT, "line %u: document is too large", d->line);
    DOC_EACH (doc_get(d, "externalRefs"), ref)
        read_reference(&p, doc_text(doc_get(ref, "referenceType")),
                       doc_text(doc_get(ref, "referenceLocator")));
    return add(s, &p, descendants, e);
}

static int read_relationship(struct sbom *s, const struct doc *d, struct map *descendants, struct err *e)
{
    struct str from = doc_text(doc_get(d, "spdxElementId")), to = doc_text(doc_get(d, "relatedSpdxElement"));
    struct str type = doc_text(doc_get(d, "relationshipType"));

    if (str_eq(type, STR("DESCENDANT_OF")) && !map_put(descendants, from, NULL))
        return err_set(e, ERR_LIMIT, "out of memory");
    if (str_eq(type, STR("OTHER")) &&
        str_starts(doc_text(doc_get(d, "comment")), STR("ownership-by-file-overlap")))
        return sbom_claim(s, from, to, e);
    return 0;
}

static void read_need(struct sbom *s, const struct doc *d)
{
    struct str from = doc_text(doc_get(d, "spdxElementId")), to = doc_text(doc_get(d, "relatedSpdxElement"));
    struct str type = doc_text(doc_get(d, "relationshipType"));

    if (str_eq(type, STR("DEPENDS_ON")))
        sbom_need(s, from, to);
    else if (str_ends(type, STR("DEPENDENCY_OF"))) /* and RUNTIME_, OPTIONAL_ ... */
        sbom_need(s, to, from);
}

int sbom_spdx(struct sbom *s, const struct doc *root, struct err *e)
{
    AUTO_MAP struct map descendants = MAP;

    DOC_EACH (doc_get(root, "relationships"), d)
        if (read_relationship(s, d, &descendants, e) < 0)
            return -1;
    DOC_EACH (doc_get(root, "packages"), d)
        if (read_package(s, d, &descendants, e) < 0)
            return -1;
    DOC_EACH (doc_get(root, "relationships"), d)
        read_need(s, d);
    return 0;
}

/* One "Tag: value" of a package. */
static void read_tag(struct sbom *s, struct spdx_package *p, struct str *license, struct str tag,
                     struct str value)
{
    struct str category, type, locator;

    if (str_eq(tag, STR("SPDXID")))
        p->is.id = value;
    else if (str_eq(tag, STR("PackageVersion")))
        p->is.version = value;
    else if (str_eq(tag, STR("PackageSupplier")))
        p->is.vendor = vendor_of(s, value);
    else if (str_eq(tag, STR("PrimaryPackagePurpose")))
        p->purpose = value;
    else if (str_eq(tag, STR("PackageSourceInfo")))
        read_source(p, value);
    else if (str_eq(tag, STR("PackageLicenseDeclared")))
        *license = value;
    else if (str_eq(tag, STR("ExternalRef")) && str_split(value, ' ', &category, &type) &&
             str_split(type, ' ', &type, &locator))
        read_reference(p, type, str_trim(locator));
}

int sbom_spdx_text(struct sbom *s, struct err *e)
{
    AUTO_MAP struct map none = MAP;
    struct str rest = s->in->body, line, tag, value, license = { 0 };
    struct spdx_package p = { 0 };
    bool in_text = false, spdx = false;
    int bad = 0;

    for (uint32_t number = 1; !bad && str_cut(&rest, '\n', &line); number++) {
        bool was_in_text = in_text;
        in_text = str_has(line, STR("<text>")) ? !str_has(line, STR("</text>"))
                                               : in_text && !str_has(line, STR("</text>"));
        line = str_trim(line);
        if (was_in_text || line.n == 0 || line.p[0] == '#' || !str_split(line, ':', &tag, &value))
            continue;
        value = str_trim(value);
        spdx |= str_eq(tag, STR("SPDXVersion"));
        if (str_eq(tag, STR("PackageName"))) {
            p.is.licenses = (struct strs){ &license, license.n ? 1 : 0 };
            bad = add(s, &p, &none, e);
            p = (struct spdx_package){ .is = { .name = value, .line = number } };
            license = (struct str){ 0 };
        } else if (p.is.name.n) {
            read_tag(s, &p, &license, tag, value);
        }
    }
    p.is.licenses = (struct strs){ &license, license.n ? 1 : 0 };
    if (bad || add(s, &p, &none, e) < 0)
        return -1;
    return spdx ? 0 : err_set(e, ERR_FORMAT, "no \"SPDXVersion:\"");
}
