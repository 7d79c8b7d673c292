#include "source/reference.h"

#include "io/hash.h"

#include <ctype.h>

enum { REPO_MOST = 255, TAG_MOST = 128 };

static bool alnum_lower(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* One part between slashes: letters and digits, joined by ".", "_", "__" or dashes. */
static bool component_ok(struct str s)
{
    size_t dots = 0, lines = 0;

    if (!s.n || !alnum_lower(s.p[0]) || !alnum_lower(s.p[s.n - 1]))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        dots = c == '.' ? dots + 1 : 0;
        lines = c == '_' ? lines + 1 : 0;
        if ((!alnum_lower(c) && c != '.' && c != '_' && c != '-') || dots > 1 || lines > 2 ||
            (i && c == '.' && !alnum_lower(s.p[i - 1])) ||
            (i && c != '.' && s.p[i - 1] == '.' && !alnum_lower(c)))
            return false;
    }
    return true;
}

static bool repo_ok(struct str repo)
{
    struct str rest = repo, part;

    if (!repo.n || repo.n > REPO_MOST)
        return false;
    while (str_cut(&rest, '/', &part))
        if (!component_ok(part))
            return false;
    return true;
}

static bool tag_ok(struct str tag)
{
    if (!tag.n || tag.n > TAG_MOST || tag.p[0] == '.' || tag.p[0] == '-')
        return false;
    for (size_t i = 0; i < tag.n; i++)
        if (!isalnum((unsigned char)tag.p[i]) && tag.p[i] != '.' && tag.p[i] != '_' && tag.p[i] != '-')
            return false;
    return true;
}

/* "name", "name:port", "[v6]:port". */
static bool host_ok(struct str host)
{
    struct str name = host, port = STR("443");
    uint64_t n;

    if (host.n && host.p[0] == '[') {
        ptrdiff_t end = str_find(host, STR("]"));
        if (end < 0)
            return false;
        name = str_skip(str_first(host, (size_t)end), 1);
        struct str tail = str_skip(host, (size_t)end + 1);
        if (tail.n && tail.p[0] != ':')
            return false;
        if (tail.n)
            port = str_skip(tail, 1);
    } else {
        str_split(host, ':', &name, &port);
        if (!port.p)
            port = STR("443");
    }
    if (!name.n || name.n > 253 || !str_u64(port, 10, &n) || n < 1 || n > 65535)
        return false;
    if (host.p[0] != '[' &&
        (!isalnum((unsigned char)name.p[0]) || !isalnum((unsigned char)name.p[name.n - 1])))
        return false; /* "./app" is a path */
    for (size_t i = 0; i < name.n; i++)
        if (!isalnum((unsigned char)name.p[i]) && name.p[i] != '.' && name.p[i] != '-' &&
            !(host.p[0] == '[' && name.p[i] == ':'))
            return false;
    return true;
}

/* Docker's rule: what could be no folder of a repository is a host. */
static bool names_host(struct str first)
{
    for (size_t i = 0; i < first.n; i++)
        if (first.p[i] == '.' || first.p[i] == ':' || isupper((unsigned char)first.p[i]))
            return true;
    return str_eq(first, STR("localhost"));
}

static void docker_defaults(struct reference *to)
{
    if (str_eq(to->host, STR("index.docker.io")) || str_eq(to->host, STR("registry-1.docker.io")))
        to->host = STR("docker.io");
    if (!str_eq(to->host, STR("docker.io")) || str_has_char(to->repo, '/'))
        return;
    int n = snprintf(to->buffer, sizeof to->buffer, "library/" STR_FMT, STR_ARG(to->repo));
    to->repo = (struct str){ to->buffer, (size_t)n };
}

int reference_parse(struct str text, struct reference *to, struct err *e)
{
    struct str rest = text, first, tail, path;

    *to = (struct reference){ .host = STR("docker.io") };
    if (str_split(rest, '@', &rest, &to->digest) && !digest_valid(to->digest))
        return err_set(e, ERR_USAGE, "not a sha256 or sha512 digest behind \"@\"");
    if (str_split(rest, '/', &first, &tail) && names_host(first)) {
        to->host = first;
        rest = tail;
    }
    if (str_rsplit(rest, ':', &path, &to->tag))
        rest = path;
    else
        to->tag = (struct str){ 0 };
    to->repo = rest;
    if (!host_ok(to->host))
        return err_set(e, ERR_USAGE, "not a registry's name: " STR_FMT, STR_ARG(str_first(to->host, 100)));
    if (!repo_ok(to->repo))
        return err_set(e, ERR_USAGE, "not an image's name: " STR_FMT, STR_ARG(str_first(to->repo, 100)));
    if (path.n && to->tag.p && !tag_ok(to->tag))
        return err_set(e, ERR_USAGE, "not a tag: " STR_FMT, STR_ARG(str_first(to->tag, 100)));
    if (!to->tag.n && !to->digest.n)
        to->tag = STR("latest");
    docker_defaults(to);
    return 0;
}
