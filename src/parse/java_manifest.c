#include "parse/java_manifest.h"

#include "parse/headers.h"

#include <ctype.h>

/* A value that goes on in lines that begin with one blank. */
static struct str unfolded(struct str value, struct arena *a)
{
    struct str line;
    size_t n = 0;

    if (!value.n || !str_has_char(value, '\n'))
        return value;
    char *to = arena_array(a, char, value.n);
    if (!to)
        return STR_NONE;
    for (bool first = true; str_cut(&value, '\n', &line); first = false) {
        if (!first)
            line = str_skip(line, 1);
        if (str_ends(line, STR("\r")))
            line.n--;
        memcpy(to + n, line.p, line.n);
        n += line.n;
    }
    return (struct str){ to, n };
}

bool java_manifest_read(struct java_manifest *m, struct str body, struct arena *a)
{
    static const struct {
        struct str name;
        size_t at;
    } attribute[] = {
#define ATTRIBUTE(text, member) { STR(text), offsetof(struct java_manifest, member) }
        ATTRIBUTE("Implementation-Title", implementation_title),
        ATTRIBUTE("Implementation-Version", implementation_version),
        ATTRIBUTE("Implementation-Vendor-Id", vendor_id),
        ATTRIBUTE("Bundle-SymbolicName", bundle_name),
        ATTRIBUTE("Bundle-Version", bundle_version),
        ATTRIBUTE("Bundle-License", license),
        ATTRIBUTE("Automatic-Module-Name", module_name),
        ATTRIBUTE("Specification-Version", specification_version),
        ATTRIBUTE("Group-Id", plugin_group),
        ATTRIBUTE("Short-Name", plugin_name),
        ATTRIBUTE("Plugin-Version", plugin_version),
    };
    struct headers h = headers_of(body);
    struct header one;

    *m = (struct java_manifest){ 0 };
    while (headers_next(&h, &one))
        for (size_t i = 0; i < ARRAY_LEN(attribute); i++) {
            struct str *to = (struct str *)(void *)((char *)m + attribute[i].at);
            if (!str_eq_nocase(one.name, attribute[i].name) || to->n)
                continue;
            *to = unfolded(one.value, a);
            if (!to->p)
                return false;
        }
    str_split(m->bundle_name, ';', &m->bundle_name, &(struct str){ 0 });
    str_split(m->license, ',', &m->license, &(struct str){ 0 });
    str_split(m->license, ';', &m->license, &(struct str){ 0 });
    m->bundle_name = str_trim(m->bundle_name);
    return true;
}

static bool is_id(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!isalnum((unsigned char)s.p[i]) && !memchr(".-_", s.p[i], 3))
            return false;
    return s.n;
}

/* What Maven puts behind the version of a file that is not the artifact's main one. */
static struct str without_classifier(struct str version)
{
    static const struct str suffix[] = {
        STR("-sources"), STR("-javadoc"), STR("-tests"), STR("-all"), STR("-jar-with-dependencies"),
        STR("-exec"),    STR("-shaded")
    };

    for (size_t i = 0; i < ARRAY_LEN(suffix); i++)
        if (str_ends(version, suffix[i]))
            version.n -= suffix[i].n;
    return version;
}

bool java_file_name(struct str path, struct str *artifact, struct str *version)
{
    struct str dir, base, tail;

    str_rsplit(path, '/', &dir, &base);
    if (!str_rsplit(base, '.', artifact, &tail))
        *artifact = tail;
    *version = STR_NONE;
    base = *artifact;
    for (size_t i = 1; i + 1 < base.n; i++)
        if (memchr("-_", base.p[i], 2) && isdigit((unsigned char)base.p[i + 1])) {
            *artifact = str_first(base, i);
            *version = without_classifier(str_skip(base, i + 1));
            return true;
        }
    return false;
}

/* "org.apache.commons.lang3" of "commons-lang3": what is left of the symbolic name is the group. */
static struct str group_of_module(struct str module, struct str artifact)
{
    struct str group, last;

    if (!str_rsplit(module, '.', &group, &last))
        return STR_NONE;
    return str_ends(artifact, last) && !str_ends(group, artifact) ? group : module;
}

/* A group by who vouches for it most: what the vendor calls itself, then OSGi's and Java's names. */
static struct str conclude_group(const struct java_manifest *m, struct str artifact)
{
    if (is_id(m->vendor_id) && str_has_char(m->vendor_id, '.'))
        return m->vendor_id;
    struct str module = is_id(m->bundle_name) ? m->bundle_name : m->module_name;
    struct str group = is_id(module) ? group_of_module(module, artifact) : STR_NONE;
    return group.n ? group : artifact; /* before groups were domains, they were called as the artifact */
}

static struct str conclude_version(const struct java_manifest *m)
{
    const struct str said[] = { m->implementation_version, m->plugin_version, m->bundle_version,
                                m->specification_version };

    for (size_t i = 0; i < ARRAY_LEN(said); i++)
        if (said[i].n && isdigit((unsigned char)said[i].p[0]) && !str_has_char(said[i], '$')) {
            struct str version, rest;
            str_split(said[i], ' ', &version, &rest); /* "1.2.17 (build ...)" */
            return version;
        }
    return STR_NONE;
}

struct java_name java_conclude(const struct java_manifest *m, struct str path)
{
    struct java_name name = { 0 };
    struct str known;

    if (m->plugin_group.n && m->plugin_name.n && m->plugin_version.n) {
        struct str version, rest;
        str_split(m->plugin_version, ' ', &version, &rest);
        return (struct java_name){ m->plugin_group, m->plugin_name, version, true };
    }
    bool named = java_file_name(path, &name.artifact, &name.version);
    if (!named && is_id(m->implementation_title) && !maven_known_group(name.artifact, &known, &known))
        name.artifact = m->implementation_title;
    if (!name.version.n)
        name.version = conclude_version(m);
    if (!maven_known_group(name.artifact, &name.group, &name.artifact))
        name.group = conclude_group(m, name.artifact);
    return name;
}
