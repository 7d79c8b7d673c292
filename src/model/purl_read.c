#include "core/buf.h"
#include "model/purl.h"

enum { PURL_MOST = 8192 };

static int digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Percent-decoded, in *a. A "%" that encodes nothing stands for itself; a NUL byte is refused. */
static bool decoded(struct arena *a, struct str s, struct str *out)
{
    char *to = arena_array(a, char, s.n + 1);
    size_t n = 0;

    for (size_t i = 0; to && i < s.n; i++) {
        int high = s.p[i] == '%' && i + 2 < s.n ? digit(s.p[i + 1]) : -1;
        int low = high >= 0 ? digit(s.p[i + 2]) : -1;
        to[n++] = low >= 0 ? (char)(high * 16 + low) : s.p[i];
        i += low >= 0 ? 2 : 0;
    }
    *out = (struct str){ to, n };
    return to && !memchr(to, '\0', n);
}

/* "name@version", "name" with the version of the package itself, or an rpm's file:
 * "name-version-release.src.rpm" */
static bool read_upstream(struct arena *a, struct str value, struct package *p)
{
    const struct str rpm = STR(".src.rpm");
    struct str whole, version, release;

    if (!decoded(a, value, &whole))
        return false;
    if (str_ends(whole, rpm)) {
        whole.n -= rpm.n;
        if (!str_rsplit(whole, '-', &version, &release) ||
            !str_rsplit(version, '-', &p->source_name, &version))
            return true; /* not spelled like a package file: no source is known */
        version.n = (size_t)(release.p + release.n - version.p);
    } else if (!str_rsplit(whole, '@', &p->source_name, &version)) {
        p->source_name = whole;
        version = p->version;
    }
    p->source_version = version;
    return true;
}

static bool read_qualifiers(struct arena *a, struct str text, struct package *p)
{
    struct str one, key, value, epoch = { 0 };
    bool ok = true;

    for (struct str rest = text; ok && str_cut(&rest, '&', &one);) {
        if (!str_split(one, '=', &key, &value))
            continue;
        if (str_eq(key, STR("arch")))
            ok = decoded(a, value, &p->arch);
        else if (str_eq(key, STR("epoch")))
            ok = decoded(a, value, &epoch);
        else if (str_one_of(key, "rpmmod modularitylabel")) /* Syft's and Trivy's word for it */
            ok = decoded(a, value, &p->module);
    }
    if (epoch.n && !str_eq(epoch, STR("0")) && !str_has_char(p->version, ':'))
        p->version = arena_fmt(a, STR_FMT ":" STR_FMT, STR_ARG(epoch), STR_ARG(p->version));
    for (struct str rest = text; ok && str_cut(&rest, '&', &one);)
        if (str_split(one, '=', &key, &value) && str_eq(key, STR("upstream")))
            ok = read_upstream(a, value, p);
    return ok && (p->version.p || !p->version.n);
}

/* "a/b/name": Go calls the whole of it the name; others have namespaces. */
static bool read_name(struct arena *a, struct str path, struct package *p)
{
    struct str whole;

    if (!str_eq(p->type, STR("golang"))) {
        struct str ns, name;
        str_rsplit(path, '/', &ns, &name);
        return decoded(a, ns, &p->ns) && decoded(a, name, &p->name) && p->name.n;
    }
    p->ns = (struct str){ 0 };
    if (!decoded(a, path, &whole))
        return false;
    p->name = whole;
    return whole.n;
}

bool purl_read(struct arena *a, struct str purl, struct package *p)
{
    struct str path, subpath, qualifiers = { 0 }, version = { 0 }, type, head, tail;

    if (!str_starts(purl, STR("pkg:")) || purl.n > PURL_MOST)
        return false;
    for (path = str_skip(purl, 4); str_starts(path, STR("/"));)
        path = str_skip(path, 1);
    str_split(path, '#', &path, &subpath);
    str_split(path, '?', &path, &qualifiers);
    /* a scope that should have been encoded has its "@" right behind a "/": it begins no version */
    if (str_rsplit(path, '@', &head, &tail) && head.n && head.p[head.n - 1] != '/') {
        path = head;
        version = tail;
    }
    while (str_ends(path, STR("/")))
        path.n--;
    if (!str_split(path, '/', &type, &path) || !decoded(a, type, &p->type) || !type.n ||
        !decoded(a, version, &p->version))
        return false;
    p->arch = p->source_name = p->source_version = p->module = (struct str){ 0 };
    return read_name(a, path, p) && read_qualifiers(a, qualifiers, p);
}

bool purl_covers(struct arena *a, struct str said, struct str installed)
{
    struct package x = { 0 }, y = { 0 };

    if (str_eq(said, installed))
        return true;
    if (!purl_read(a, said, &x) || !purl_read(a, installed, &y))
        return false;
    return str_eq(x.type, y.type) && str_eq(x.ns, y.ns) && str_eq(x.name, y.name) &&
           (!x.version.n || str_eq(x.version, y.version)) &&
           (!x.arch.n || !y.arch.n || str_eq(x.arch, y.arch));
}
