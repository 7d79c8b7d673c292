#include "scan/cache.h"

#include "io/fs.h"
#include "io/hash.h"
#include "model/record.h"
#include "parse/parse.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

enum { RECORD_MOST = 768 << 20, NAME_MOST = 200 };

static const char *default_path(char *to, size_t n)
{
    const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

    if (base && base[0] == '/')
        snprintf(to, n, "%s/scantling/records", base);
    else if (home && home[0] == '/')
        snprintf(to, n, "%s/.cache/scantling/records", home);
    else
        return NULL;
    return to;
}

int cache_open(struct cache *c, const char *path, uint64_t most, const struct limits *limits,
               uint64_t secrets, struct err *e)
{
    char own[4096];

    *c = (struct cache)CACHE;
    if (!path && !(path = default_path(own, sizeof own)))
        return err_set(e, ERR_NOT_FOUND, "no cache: neither XDG_CACHE_HOME nor HOME is set");
    if (fs_make_dirs(path, e) < 0)
        return err_wrap(e, "no cache");
    c->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (c->dir < 0)
        return err_errno(e, "no cache: %s", path);
    c->most = most;
    c->version = parser_set_version() ^ record_schema();
    c->version = (c->version ^ limits->bytes) * 1099511628211u;
    c->version = (c->version ^ limits->entries) * 1099511628211u;
    c->version = (c->version ^ limits->ratio) * 1099511628211u;
    c->version = (c->version ^ secrets) * 1099511628211u;
    return 0;
}

static bool name_of(const struct cache *c, struct str digest, char name[NAME_MOST])
{
    if (c->dir < 0 || !digest_valid(digest))
        return false;
    snprintf(name, NAME_MOST, "%.6s-%.*s-%016llx", digest.p, (int)digest.n - 7, digest.p + 7,
             (unsigned long long)c->version);
    return true;
}

bool cache_get(struct cache *c, struct str digest, struct buf *out)
{
    char name[NAME_MOST];
    struct err ignored;

    if (!name_of(c, digest, name) || fs_read(c->dir, name, true, RECORD_MOST, out, &ignored) < 0)
        return false;
    (void)utimensat(c->dir, name, NULL, 0); /* used now */
    return true;
}

bool cache_map(struct cache *c, struct str digest, struct str *out)
{
    char name[NAME_MOST];
    struct err ignored;

    if (!name_of(c, digest, name) || fs_map(c->dir, name, true, RECORD_MOST, out, &ignored) < 0)
        return false;
    (void)utimensat(c->dir, name, NULL, 0); /* used now */
    return true;
}

bool cache_put(struct cache *c, struct str digest, struct str record)
{
    char name[NAME_MOST];
    struct err ignored;

    return name_of(c, digest, name) && record.n <= c->most &&
           fs_write_atomic(c->dir, name, record, &ignored) == 0;
}

void cache_close(struct cache *c)
{
    close_fd(&c->dir);
    c->dir = -1;
}

struct kept {
    char name[NAME_MOST];
    uint64_t size;
    time_t used;
};

static int oldest_first(const void *a, const void *b)
{
    const struct kept *x = a, *y = b;

    return (x->used > y->used) - (x->used < y->used);
}

static size_t list(struct cache *c, struct kept **out, uint64_t *total)
{
    int fd = openat(c->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    size_t n = 0, cap = 0;
    struct stat st;

    for (struct dirent *de; d && (de = readdir(d));) {
        if (de->d_name[0] == '.' || strlen(de->d_name) >= NAME_MOST ||
            fstatat(c->dir, de->d_name, &st, 0) < 0)
            continue;
        if (n == cap) {
            struct kept *grown = realloc(*out, (cap = cap ? cap * 2 : 64) * sizeof *grown);
            if (!grown)
                break;
            *out = grown;
        }
        snprintf((*out)[n].name, NAME_MOST, "%s", de->d_name);
        (*out)[n].size = (uint64_t)st.st_size;
        (*out)[n++].used = st.st_mtime;
        *total += (uint64_t)st.st_size;
    }
    if (d)
        closedir(d);
    return n;
}

uint64_t cache_trim(struct cache *c)
{
    AUTO_FREE struct kept *kept = NULL;
    uint64_t total = 0;

    if (c->dir < 0)
        return 0;
    size_t n = list(c, &kept, &total);
    if (total <= c->most || !n)
        return total;
    qsort(kept, n, sizeof *kept, oldest_first);
    for (size_t i = 0; i < n && total > c->most; i++)
        if (unlinkat(c->dir, kept[i].name, 0) == 0)
            total -= kept[i].size;
    return total;
}
