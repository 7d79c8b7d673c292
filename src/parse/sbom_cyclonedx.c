/* sbom_cyclonedx.c - CycloneDX: components, which may hold components. XML has the same names as JSON,
 * attributes with "@" and lists as an element around elements. */
#include "parse/sbom.h"

static struct str either(const struct doc *d, const char *json, const char *xml)
{
    const struct doc *child = doc_get(d, json);

    return doc_scalar(child ? child : doc_get(d, xml));
}

/* What is no package, unless a package URL says it is one. */
static bool is_package_type(struct str type)
{
    return !str_one_of(type, "operating-system container file device data platform machine-learning-model "
                             "cryptographic-asset device-driver");
}

/* licenses: [{license: {id or name}} or {expression}]; in XML <license><id> and <expression> */
static bool licenses_of(struct sbom *s, const struct doc *component, struct strs *out)
{
    const struct doc *list = doc_get(component, "licenses");
    struct str *to = list && list->n ? arena_array(s->arena, struct str, list->n) : NULL;

    *out = (struct strs){ to, 0 };
    DOC_EACH (to ? list : NULL, d) {
        const struct doc *inner = doc_get(d, "license");
        const struct doc *license = inner ? inner : d;
        struct str text = doc_scalar(doc_get(license, "id"));
        if (!text.n)
            text = doc_scalar(doc_get(license, "name"));
        if (!text.n)
            text = doc_scalar(doc_get(d, "expression"));
        if (!text.n && str_eq(d->key, STR("expression")))
            text = doc_scalar(d);
        if (sbom_license(text))
            to[out->n++] = text;
    }
    return to || !list || !list->n;
}

/* Trivy says in properties which source package a distribution's package is from, its version in parts. */
static void read_source(struct sbom *s, const struct doc *component, struct sbom_package *p)
{
    const struct str lead = STR("aquasecurity:trivy:Src");
    struct str version = { 0 }, release = { 0 }, epoch = { 0 };

    DOC_EACH (doc_get(component, "properties"), d) {
        struct str name = either(d, "name", "@name"), value = doc_scalar(doc_get(d, "value"));
        if (str_eq(name, STR("scantling:owner")))
            p->owner = value;
        if (str_eq(name, STR("scantling:direct")))
            p->direct = str_eq(value, STR("true"));
        if (str_eq(name, STR("scantling:constraint")))
            p->constraint = value;
        if (!str_starts(name, lead))
            continue;
        name = str_skip(name, lead.n);
        value = value.n ? value : doc_scalar(d); /* XML */
        if (str_eq(name, STR("Name")))
            p->source_name = value;
        else if (str_eq(name, STR("Version")))
            version = value;
        else if (str_eq(name, STR("Release")))
            release = value;
        else if (str_eq(name, STR("Epoch")) && !str_eq(value, STR("0")))
            epoch = value;
    }
    if (p->source_name.n && version.n)
        p->source_version =
            arena_fmt(s->arena, STR_FMT "%s" STR_FMT "%s" STR_FMT, STR_ARG(epoch), epoch.n ? ":" : "",
                      STR_ARG(version), release.n ? "-" : "", STR_ARG(release));
}

/* Syft says where it found a package, here not whose file that is. Debian's policies do: what lies in these folders
 * is of the package PREFIX + NAME, when the document lists such a one; others install elsewhere. */
static struct str owner_by_policy(struct sbom *s, const struct doc *component, struct str name)
{
    static const struct {
        struct str folder, prefix;
    } policy[] = {
        { STR("/usr/lib/python3/dist-packages/"), STR("deb/python3-") },
        { STR("/usr/share/nodejs/"), STR("deb/node-") },
    };
    DOC_EACH (doc_get(component, "properties"), d) {
        struct str at = doc_scalar(doc_get(d, "value"));
        if (!str_eq(either(d, "name", "@name"), STR("syft:location:0:path")))
            continue;
        for (size_t i = 0; i < ARRAY_LEN(policy); i++)
            if (str_starts(at, policy[i].folder)) {
                struct str lower = arena_lower(s->arena, name);
                return arena_fmt(s->arena, STR_FMT STR_FMT, STR_ARG(policy[i].prefix), STR_ARG(lower));
            }
    }
    return STR_NONE;
}

/* hashes: [{alg: "SHA-256", content: "..."}] as "sha256:..."; the last is the strongest as tools write them. */
static bool hash_of(struct sbom *s, const struct doc *component, struct str *out)
{
    DOC_EACH (doc_get(component, "hashes"), d) {
        struct str algorithm = arena_lower(s->arena, either(d, "alg", "@alg"));
        struct str content =
            d->kind == DOC_OBJECT && doc_get(d, "content") ? doc_text(doc_get(d, "content")) : doc_scalar(d);
        if (str_starts(algorithm, STR("sha-")))
            *out = arena_fmt(s->arena, "sha" STR_FMT ":" STR_FMT, STR_ARG(str_skip(algorithm, 4)),
                             STR_ARG(content));
        else if (algorithm.p)
            *out = arena_fmt(s->arena, STR_FMT ":" STR_FMT, STR_ARG(algorithm), STR_ARG(content));
        if (!algorithm.p || !out->p)
            return false;
    }
    return true;
}

static int add(struct sbom *s, const struct doc *d, struct err *e)
{
    struct sbom_package p = {
        .id = either(d, "bom-ref", "@bom-ref"),
        .purl = doc_scalar(doc_get(d, "purl")),
        .cpe = doc_scalar(doc_get(d, "cpe")),
        .name = doc_scalar(doc_get(d, "name")),
        .version = doc_scalar(doc_get(d, "version")),
        .vendor = doc_scalar(doc_path(d, "supplier.name")),
        .line = d->line,
    };
    struct str type = either(d, "type", "@type");

    if (!hash_of(s, d, &p.hash))
        return err_set(e, ERR_LIMIT, "line %u: document is too large", d->line);
    if (!p.vendor.n)
        p.vendor = doc_scalar(doc_get(d, "publisher"));
    if (str_eq(type, STR("operating-system")))
        sbom_os(s, p.name, p.version, doc_scalar(doc_get(d, "description")));
    if (!p.purl.n && (!is_package_type(type) || (!p.version.n && !p.cpe.n)))
        return 0; /* without a version: how tools group what belongs together */
    if (str_eq(type, STR("operating-system")))
        return 0;
    read_source(s, d, &p);
    if (!licenses_of(s, d, &p.licenses))
        return err_set(e, ERR_LIMIT, "line %u: document is too large", d->line);
    struct str owner = owner_by_policy(s, d, p.name);
    if (owner.n && p.id.n && sbom_claim(s, owner, p.id, e) < 0)
        return -1;
    return sbom_add(s, &p, e);
}

/* As deep as a document can be: DOC_DEPTH_MOST. */
static int add_all(struct sbom *s, const struct doc *components, struct err *e)
{
    DOC_EACH (components, d)
        if (d->kind == DOC_OBJECT && (add(s, d, e) < 0 || add_all(s, doc_get(d, "components"), e) < 0))
            return -1;
    return 0;
}

int sbom_cyclonedx(struct sbom *s, const struct doc *root, struct err *e)
{
    if (add_all(s, doc_get(root, "components"), e) < 0)
        return -1;
    DOC_EACH (doc_get(root, "dependencies"), d) {
        struct str needer = either(d, "ref", "@ref");
        DOC_EACH (doc_get(d, "dependsOn"), needed)
            sbom_need(s, needer, doc_text(needed));
        DOC_EACH (str_eq(d->key, STR("dependency")) ? d : NULL, needed) /* XML: elements in elements */
            sbom_need(s, needer, doc_text(doc_get(needed, "@ref")));
    }
    return 0;
}
