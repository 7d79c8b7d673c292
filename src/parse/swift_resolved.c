/* swift_resolved.c - Swift packages: Package.resolved, versions 1 to 3. A package is called by its address.
 */
#include "doc/doc.h"
#include "parse/parse.h"

/* "https://host/owner/name.git" and "git@host:owner/name.git" are "host/owner/name". */
static struct str address(struct arena *a, struct str url)
{
    struct str host, path;
    ptrdiff_t scheme = str_find(url, STR("://"));

    if (str_ends(url, STR(".git")))
        url.n -= 4;
    if (scheme >= 0) {
        url = str_skip(url, (size_t)scheme + 3);
        str_split(url, '/', &host, &path);
        if (str_has_char(host, '@')) /* a user before the host */
            str_split(url, '@', &host, &url);
        return url;
    }
    if (str_split(url, '@', &host, &path))
        url = path;
    return str_split(url, ':', &host, &path) ? arena_fmt(a, STR_FMT "/" STR_FMT, STR_ARG(host), STR_ARG(path))
                                             : url;
}

static int add(const struct input *in, struct arena *a, const struct doc *pin, struct facts *out,
               struct err *e)
{
    const struct doc *url = doc_get(pin, "location");
    struct package p = {
        .type = STR("swift"),
        .version = doc_text(doc_path(pin, "state.version")), /* none: a branch or commit was asked for */
        .constraint = doc_text(doc_path(pin, "state.branch")),
        .path = in->path,
        .line = pin->line,
    };

    str_rsplit(address(a, doc_text(url ? url : doc_get(pin, "repositoryURL"))), '/', &p.ns, &p.name);
    if (!p.name.n)
        p.name = doc_text(doc_get(pin, "identity")); /* of a registry */
    if (!p.name.n)
        return err_set(e, ERR_FORMAT, "line %u: a package without address", pin->line);
    return facts_add_package(out, &p, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(64u << 20);
    struct doc *root;

    if (doc_json(in->body, &a, &root, e) < 0)
        return -1;
    const struct doc *pins = doc_get(root, "pins");
    DOC_EACH (pins ? pins : doc_path(root, "object.pins"), d)
        if (add(in, &a, d, out, e) < 0)
            return -1;
    return 0;
}

const struct parser parser_swift_resolved = {
    .name = "swift_resolved",
    .what = "Swift packages: Package.resolved",
    .version = 2,
    .paths = PATHS("**/Package.resolved", "**/.package.resolved"),
    .max_size = 8u << 20,
    .parse = parse,
};
