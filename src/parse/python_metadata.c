/* python_metadata.c - Python packages as installed: METADATA of a .dist-info folder, PKG-INFO of an egg
 * (Python's "core metadata" specification, https://packaging.python.org). */
#include "parse/headers.h"
#include "parse/needs.h"
#include "parse/parse.h"
#include "parse/requirement.h"

enum { LICENSE_MOST = 100, LICENSES_MOST = 16 };

struct metadata {
    struct str name, version, expression, license, classified[LICENSES_MOST];
    size_t n_classified;
    uint32_t line;
    struct needs needs;
};

/* "License :: OSI Approved :: MIT License": the last part. */
static void classifier(struct metadata *m, struct str value)
{
    struct str last = value;
    ptrdiff_t at;

    if (!str_starts(value, STR("License ::")))
        return;
    while ((at = str_find(last, STR("::"))) >= 0)
        last = str_trim(str_skip(last, (size_t)at + 2));
    if (last.n && !str_eq(last, STR("OSI Approved")) && m->n_classified < LICENSES_MOST)
        m->classified[m->n_classified++] = last;
}

/* "idna (>=2); python_version < '3'": what an extra needs, or another system, nobody installed for that. */
static bool is_for_others(struct str requirement)
{
    struct str head, marker;

    return str_split(requirement, ';', &head, &marker) &&
           (str_has(marker, STR("extra")) || str_has(marker, STR("win32")) ||
            str_has(marker, STR("Windows")));
}

static bool need(struct metadata *m, struct str text)
{
    struct requirement asked;

    return is_for_others(text) || !requirement_read(text, &asked) || needs_name(&m->needs, asked.name);
}

static void first(struct str *to, struct str value)
{
    if (!to->n)
        *to = value;
}

/* false: it needs more than any does. */
static bool read_metadata(struct str body, struct metadata *m)
{
    struct headers h = headers_of(body);
    struct header one;
    bool whole = true;

    while (headers_next(&h, &one)) {
        if (str_eq_nocase(one.name, STR("Name")) && !m->name.n) {
            m->name = one.value;
            m->line = one.line;
        } else if (str_eq_nocase(one.name, STR("Version"))) {
            first(&m->version, one.value);
        } else if (str_eq_nocase(one.name, STR("License-Expression"))) {
            first(&m->expression, one.value);
        } else if (str_eq_nocase(one.name, STR("License"))) {
            first(&m->license, one.value);
        } else if (str_eq_nocase(one.name, STR("Classifier"))) {
            classifier(m, one.value);
        } else if (str_eq_nocase(one.name, STR("Requires-Dist"))) {
            whole &= need(m, one.value);
        }
    }
    return whole;
}

/* Many put the whole text of their licence into "License", or "UNKNOWN": then the classifiers say more. */
static struct strs licenses_of(const struct metadata *m)
{
    if (m->expression.n)
        return (struct strs){ &m->expression, 1 };
    if (m->license.n && m->license.n <= LICENSE_MOST && !str_has_char(m->license, '\n') &&
        !str_eq_nocase(m->license, STR("UNKNOWN")))
        return (struct strs){ &m->license, 1 };
    return (struct strs){ m->classified, m->n_classified };
}

/* What an unpacked source or a Java manifest's neighbour calls METADATA or PKG-INFO is not installed. */
static bool is_installed(struct str path)
{
    struct str folder, base, parent;

    str_rsplit(path, '/', &folder, &base);
    str_rsplit(folder, '/', &(struct str){ 0 }, &parent);
    if (str_eq(base, STR("METADATA")))
        return str_ends(parent, STR("dist-info"));
    if (str_eq(base, STR("PKG-INFO")))
        return str_ends(parent, STR("egg-info")) || str_eq(parent, STR("EGG-INFO"));
    return str_ends(base, STR(".egg-info"));
}

static void metadata_free(struct metadata *m)
{
    needs_free(&m->needs);
}
#define AUTO_METADATA CLEANUP(metadata_free)

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    if (!is_installed(in->path))
        return 0;
    AUTO_METADATA struct metadata m = { .needs = NEEDS };
    if (!read_metadata(in->body, &m))
        facts_remark(out, NOTE_INCOMPLETE, in->path, "needs more packages than any does");
    if (!m.name.n || !m.version.n)
        return err_set(e, ERR_FORMAT, "no %s in the metadata", m.name.n ? "Version" : "Name");
    struct package p = {
        .type = STR("pypi"),
        .name = m.name,
        .version = m.version,
        .licenses = licenses_of(&m),
        .needs = needs_all(&m.needs),
        .path = in->path,
        .line = m.line,
    };
    return facts_add_package(out, &p, e);
}

const struct parser parser_python_metadata = {
    .name = "python_metadata",
    .what = "installed Python packages: dist-info and egg-info",
    .version = 2,
    .paths = PATHS("**/METADATA", "**/PKG-INFO", "**/*.egg-info"),
    .max_size = 4u << 20,
    .parse = parse,
};
