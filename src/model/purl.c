#include "model/purl.h"

#include "core/buf.h"

#include <ctype.h>

enum { PURL_MOST = 8192 };

/* How a type spells its parts. */
enum spelling {
    LOWER_NS = 1,
    LOWER_NAME = 2,
    DASHES = 4,    /* "_" is "-" */
    OF_OS = 8,     /* the namespace is the distribution; qualifiers arch, distro, upstream */
    LAST_PART = 16 /* a name with "/" is namespace/name */
};
static const struct {
    const char *type;
    unsigned how;
} types[] = {
    { "alpm", LOWER_NS | LOWER_NAME | OF_OS },
    { "apk", LOWER_NS | LOWER_NAME | OF_OS },
    { "bitbucket", LOWER_NS | LOWER_NAME | LAST_PART },
    { "bitnami", LOWER_NAME },
    { "composer", LOWER_NS | LOWER_NAME | LAST_PART },
    { "deb", LOWER_NS | LOWER_NAME | OF_OS },
    { "github", LOWER_NS | LOWER_NAME | LAST_PART },
    { "golang", LOWER_NS | LOWER_NAME | LAST_PART },
    { "hex", LOWER_NS | LOWER_NAME },
    { "luarocks", LOWER_NAME },
    { "npm", LAST_PART }, /* old packages have capitals: JSONStream is not jsonstream */
    { "oci", LOWER_NAME },
    { "pub", LOWER_NAME },
    { "pypi", LOWER_NAME | DASHES },
    { "rpm", LOWER_NS | OF_OS },
    { "swift", LAST_PART },
};

static unsigned spelling_of(struct str type)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (str_eq_nocase(type, str_of(types[i].type)))
            return types[i].how;
    return 0;
}

/* Percent-encoding: letters, digits and ". - _ ~ :" stand for themselves, everything else is its bytes. */
static const bool is_plain[256] = {
    ['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true, ['.'] = true,
    ['-'] = true,         ['_'] = true,         ['~'] = true,         [':'] = true,
};

static void encoded(struct buf *b, struct str s, unsigned how)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t n = s.n;

    for (size_t i = 0; i < s.n; i++)
        n += is_plain[(unsigned char)s.p[i]] ? 0 : 2;
    char *to = buf_room(b, n);
    if (!to)
        return;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (!is_plain[c]) {
            *to++ = '%';
            *to++ = hex[c >> 4];
            c = (unsigned char)hex[c & 15];
        } else if ((how & DASHES) && c == '_') {
            c = '-';
        } else if (how & (LOWER_NS | LOWER_NAME)) {
            c = (unsigned char)tolower(c);
        }
        *to++ = (char)c;
    }
    b->n += n;
}

/* "a/b/" is two segments: each encoded, "/" between, one behind the last. */
static void namespaced(struct buf *b, struct str ns, unsigned how)
{
    struct str segment;

    while (str_cut(&ns, '/', &segment)) {
        if (!segment.n)
            continue;
        encoded(b, segment, how);
        buf_char(b, '/');
    }
}

static void qualifier(struct buf *b, const char *key, struct str value, char *sep)
{
    if (!value.n)
        return;
    buf_fmt(b, "%c%s=", *sep, key);
    encoded(b, value, 0);
    *sep = '&';
}

/* The namespace that advisories and other tools use for a distribution. */
static struct str os_namespace(const struct os *os)
{
    if (!os)
        return (struct str){ 0 };
    if (str_eq(os->id, STR("rhel")))
        return STR("redhat");
    if (str_starts(os->id, STR("opensuse")))
        return STR("opensuse");
    return os->id;
}

/* An rpm version is epoch:version-release: the URL has the epoch apart. */
static struct str without_epoch(struct str version, struct str *epoch)
{
    struct str head, tail;
    uint64_t n;

    *epoch = (struct str){ 0 };
    if (!str_split(version, ':', &head, &tail) || !str_u64(head, 10, &n))
        return version;
    if (n)
        *epoch = head;
    return tail;
}

static void os_qualifiers(struct buf *b, const struct package *p, const struct os *os, struct str epoch)
{
    AUTO_BUF struct buf distro = BUF(256), upstream = BUF(PURL_MOST);
    struct str unused, own = p->version, source = p->source_version;
    char sep = '?';

    if (str_eq_nocase(p->type, STR("rpm"))) { /* the name of a source rpm has no epoch; Debian's say theirs */
        own = without_epoch(own, &unused);
        source = without_epoch(source, &unused);
    }
    if (os && os->id.n) {
        struct str release = os->version.n ? os->version : os->codename;
        buf_str(&distro, os->id);
        if (release.n)
            buf_char(&distro, '-');
        buf_str(&distro, release);
    }
    bool other = source.n && !str_eq(source, own);
    if (p->source_name.n && (other || !str_eq(p->source_name, p->name))) {
        buf_str(&upstream, p->source_name);
        if (other) {
            buf_char(&upstream, '@');
            buf_str(&upstream, p->source_version);
        }
    }
    qualifier(b, "arch", p->arch, &sep);
    qualifier(b, "distro", buf_view(&distro), &sep);
    qualifier(b, "epoch", epoch, &sep);
    qualifier(b, "rpmmod", p->module, &sep);
    qualifier(b, "upstream", buf_view(&upstream), &sep);
}

/* Namespace and name of a package, where formats write both as one. */
static void parts(const struct package *p, const struct os *os, unsigned how, struct str *ns,
                  struct str *name)
{
    *ns = p->ns;
    *name = p->name;
    if (ns->n)
        return;
    if (how & OF_OS)
        *ns = os_namespace(os);
    else if (how & LAST_PART)
        str_rsplit(p->name, '/', ns, name);
    else if (str_eq_nocase(p->type, STR("maven")) && !str_split(p->name, ':', ns, name)) {
        *ns = (struct str){ 0 };
        *name = p->name;
    }
}

struct str purl_of(struct arena *a, const struct package *p, const struct os *os)
{
    AUTO_BUF struct buf b = BUF(PURL_MOST);
    unsigned how = spelling_of(p->type);
    struct str ns, name, version = p->version, epoch = { 0 };

    parts(p, os, how, &ns, &name);
    if (!p->type.n || !name.n)
        return (struct str){ 0 };
    if (str_eq_nocase(p->type, STR("rpm")))
        version = without_epoch(version, &epoch);
    buf_str(&b, STR("pkg:"));
    encoded(&b, p->type, LOWER_NAME);
    buf_char(&b, '/');
    namespaced(&b, ns, how & LOWER_NS);
    encoded(&b, name, how & (LOWER_NAME | DASHES));
    if (version.n) {
        buf_char(&b, '@');
        encoded(&b, version, 0);
    }
    if (how & OF_OS)
        os_qualifiers(&b, p, os, epoch);
    return buf_ok(&b) ? arena_str(a, buf_view(&b)) : (struct str){ 0 };
}

/* Does the first component name a registry? The rule of all container tools. */
static bool is_host(struct str first)
{
    return str_eq(first, STR("localhost")) || (first.n && first.p[0] != '.' && str_has_char(first, '.')) ||
           (first.n && str_has_char(first, ':'));
}

struct str purl_of_image(struct arena *a, struct str reference, struct str digest, struct str arch)
{
    AUTO_BUF struct buf b = BUF(PURL_MOST);
    struct str path, dir, name, tag, host, rest, none = { 0 };
    char sep = '?';

    str_split(reference, '@', &path, &rest);
    str_rsplit(path, '/', &dir, &name);
    str_split(name, ':', &name, &tag);
    if (!digest.n || !name.n)
        return none;
    buf_str(&b, STR("pkg:oci/"));
    encoded(&b, name, LOWER_NAME);
    buf_char(&b, '@');
    encoded(&b, digest, 0);
    qualifier(&b, "arch", arch, &sep);
    str_split(dir, '/', &host, &rest);
    if (is_host(host)) {
        AUTO_BUF struct buf url = BUF(PURL_MOST);
        buf_str(&url, dir);
        buf_char(&url, '/');
        buf_str(&url, name);
        qualifier(&b, "repository_url", buf_view(&url), &sep);
    }
    qualifier(&b, "tag", tag, &sep);
    return buf_ok(&b) ? arena_str(a, buf_view(&b)) : none;
}
