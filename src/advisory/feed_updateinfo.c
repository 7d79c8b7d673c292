/* feed_updateinfo.c - updateinfo.xml of rpm repositories: Amazon (ALAS), AlmaLinux, Rocky, Oracle, SUSE,
 * Fedora.
 *
 *   <updates><update type="security"><id>ALAS2023-2030-001</id><title/><severity>important</severity>
 *     <issued date="2030-01-01 00:00"/><references><reference id="CVE-2030-0001" type="cve"/></references>
 *     <pkglist><collection><name/><package name="hull" epoch="0" version="1" release="2.amzn2023"
 * arch="x86_64"/>
 *
 * Whose it is, is in the id; its release in the id or in the packages' own release. Packages are binary ones.
 */
#include "advisory/rows.h"

static const struct vendor {
    const char *id, *ecosystem; /* ecosystem with a colon at its end: the release comes from the package */
    const char *mark;           /* before the release's number in a package's release */
    const char *source;
} vendors[] = {
    { "ALAS2023", "Amazon Linux:2023", NULL, "amazon" },
    { "ALAS2", "Amazon Linux:2", NULL, "amazon" },
    { "ALAS", "Amazon Linux:1", NULL, "amazon" },
    { "ALSA-", "AlmaLinux:", "el", "almalinux" },
    { "ALBA-", "AlmaLinux:", "el", "almalinux" },
    { "ALEA-", "AlmaLinux:", "el", "almalinux" },
    { "RLSA-", "Rocky Linux:", "el", "rocky" },
    { "RXSA-", "Rocky Linux:", "el", "rocky" },
    { "ELSA-", "Oracle Linux:", "el", "oracle" },
    { "FEDORA-", "Fedora:", "fc", "fedora" },
    { "RHSA-", "Red Hat:enterprise_linux:", "el", "redhat" },
};

static bool recognises(struct str path, struct str start)
{
    return str_has(path, STR("updateinfo")) && str_ends(path, STR(".xml")) && str_has(start, STR("<update"));
}

static const struct vendor *vendor_of(struct str id)
{
    for (size_t i = 0; i < ARRAY_LEN(vendors); i++)
        if (str_starts(id, str_of(vendors[i].id)))
            return &vendors[i];
    return NULL;
}

/* "1.el9_2" and "1.module_el9.3.0+1" -> "9" */
static struct str release_number(struct str release, const char *mark)
{
    size_t n = strlen(mark);

    for (size_t i = 1; i + n < release.n; i++) {
        struct str rest = str_skip(release, i + n);
        size_t digits = 0;
        if (!memchr("._", release.p[i - 1], 2) || !str_starts(str_skip(release, i), str_of(mark)))
            continue;
        while (digits < rest.n && rest.p[digits] >= '0' && rest.p[digits] <= '9')
            digits++;
        if (digits)
            return str_first(rest, digits);
    }
    return STR_NONE;
}

struct update {
    const struct vendor *vendor;
    struct rows rows;
    struct advisory a;
};

static struct str attribute(const struct doc *d, const char *name)
{
    return doc_text(doc_get(d, name));
}

/* ---- packages ---- */

static int read_package(struct update *u, struct str module, const struct doc *d, struct feed_sink *to,
                        struct err *e)
{
    struct arena *arena = u->rows.arena;
    struct str release = attribute(d, "@release"), version = attribute(d, "@version");
    struct affected row = { .ecosystem = str_of(u->vendor->ecosystem),
                            .name = attribute(d, "@name"),
                            .binary = true,
                            .arch = attribute(d, "@arch"),
                            .module = module };

    if (!row.name.n || !version.n || str_eq(row.arch, STR("src")) || str_eq(row.arch, STR("nosrc"))) {
        if (!row.name.n || !version.n)
            to->skip(to, u->a.id, "a package without name or version");
        return 0;
    }
    if (u->vendor->mark) {
        struct str number = release_number(release, u->vendor->mark);
        if (!number.n) {
            to->skip(to, u->a.id, "a package whose release of the distribution is not in its version");
            return 0;
        }
        row.ecosystem = arena_fmt(arena, "%s" STR_FMT, u->vendor->ecosystem, STR_ARG(number));
    }
    struct str fixed = rows_evr(arena, attribute(d, "@epoch"), version, release);
    return rows_add_range(&u->rows, &row, STR("0"), fixed, e);
}

/* "<module stream="18" name="nodejs" .../>" */
static struct str module_of(struct arena *a, const struct doc *collection)
{
    const struct doc *m = doc_get(collection, "module");
    struct str name = attribute(m, "@name"), stream = attribute(m, "@stream");

    return name.n ? arena_fmt(a, STR_FMT ":" STR_FMT, STR_ARG(name), STR_ARG(stream)) : STR_NONE;
}

static bool is_element(const struct doc *d, const char *name)
{
    return str_eq(d->key, str_of(name));
}

static int read_collections(struct update *u, const struct doc *list, struct feed_sink *to, struct err *e)
{
    DOC_EACH (list, collection) {
        struct str module = module_of(u->rows.arena, collection);
        DOC_EACH (collection, d)
            if (is_element(d, "package") && read_package(u, module, d, to, e) < 0)
                return -1;
    }
    return 0;
}

/* ---- updates ---- */

static bool read_cves(struct update *u, const struct doc *references)
{
    struct str *id =
        references && references->n ? arena_array(u->rows.arena, struct str, references->n) : NULL;

    u->a.upstream = (struct strs){ id, 0 };
    if (references && references->n && !id)
        return false;
    DOC_EACH (references, d)
        if (str_starts(attribute(d, "@id"), STR("CVE-")))
            id[u->a.upstream.n++] = attribute(d, "@id");
    return true;
}

static struct str date(const struct doc *update, const char *name)
{
    return str_first(attribute(doc_get(update, name), "@date"), 10);
}

static int read_update(const struct doc *d, struct arena *arena, struct feed_sink *to, struct err *e)
{
    struct str id = doc_scalar(doc_get(d, "id"));
    struct update u = { .vendor = vendor_of(id), .rows = { .arena = arena } };

    if (!id.n || !u.vendor) {
        to->skip(to, id.n ? id : STR("update"), "whose update it is cannot be told from its id");
        return 0;
    }
    u.a = (struct advisory){ .id = id,
                             .source = str_of(u.vendor->source),
                             .title = doc_scalar(doc_get(d, "title")),
                             .severity = doc_scalar(doc_get(d, "severity")),
                             .published = date(d, "issued"),
                             .modified = date(d, "updated") };
    if (!read_cves(&u, doc_get(d, "references")))
        return err_set(e, ERR_LIMIT, STR_FMT ": larger than an update may be", STR_ARG(str_first(id, 80)));
    if (!u.a.upstream.n) /* repairs without a vulnerability */
        return 0;
    if (read_collections(&u, doc_get(d, "pkglist"), to, e) < 0)
        return err_wrap(e, STR_FMT, STR_ARG(str_first(id, 80)));
    return to->advisory(to, &u.a, u.rows.p, u.rows.n, e);
}

static int take_update(void *to, struct str parent, const struct doc *d, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(256u << 20);

    if (!str_eq(parent, STR("updates")))
        return err_set(e, ERR_FORMAT, "not an updateinfo: its root is no <updates>");
    return is_element(d, "update") ? read_update(d, &a, to, e) : 0;
}

/* An update at a time: these documents have hundreds of megabytes. */
static int read_updates(const struct feed_input *in, struct feed_sink *to, struct err *e)
{
    return doc_xml_each(in->body, 0, take_update, to, e);
}

const struct feed feed_updateinfo = {
    .name = "updateinfo",
    .what = "updateinfo.xml of Amazon, AlmaLinux, Rocky, Oracle and Fedora",
    .recognises = recognises,
    .max_size = 1u << 30,
    .read = read_updates,
};
