#include "source/folder.h"

#include "io/fs.h"
#include "source/recognise.h"
#include "source/render.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

enum { DEPTH_MOST = 24, ENTRIES_MOST = 1000000, DOCUMENTS_MOST = 50000, LOOK_BYTES = 64 << 10 };

int folder_open(struct folder *f, struct str dir, struct err *e)
{
    const char *path = arena_cstr(f->env->arena, dir);

    f->fd = path ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    return f->fd < 0 ? err_errno(e, STR_FMT, STR_ARG(dir)) : 0;
}

void folder_close(struct folder *f)
{
    if (f->fd >= 0)
        close(f->fd);
    f->fd = -1;
}

int folder_read(struct folder *f, struct str path, uint64_t most, struct str *out, struct err *e)
{
    AUTO_BUF struct buf text = BUF(most);
    const char *name = arena_cstr(f->env->arena, path);

    *out = (struct str){ 0 };
    if (!name)
        return err_set(e, ERR_LIMIT, "out of memory");
    if (fs_read(f->fd, name, true, most, &text, e) < 0)
        return -1;
    *out = arena_str(f->env->arena, buf_view(&text));
    return out->p ? 0 : err_set(e, ERR_LIMIT, "%s: the documents together are too large", name);
}

const char *folder_kind(struct folder *f, struct str path, struct str body)
{
    const char *kind = NULL;

    if (f->env->is_configuration(f->env, path))
        kind = "configuration";
    return kind ? kind : recognise_document(path, body);
}

/* ---- all of a folder ---- */

struct walk {
    struct folder *f;
    struct source_document *doc;
    size_t n, cap;
    uint64_t entries;
    bool full;
    char path[ENTRY_PATH_MOST];
};

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a directory, sorted, in the env's arena; what cannot be listed is said. */
static char **list(struct walk *w, int fd, struct str at, size_t *n)
{
    DIR *d = fdopendir(fd);
    char **name = NULL;
    size_t cap = 0;

    *n = 0;
    if (!d) {
        w->f->env->incomplete(w->f->env, at, "cannot be listed: %s", strerror(errno));
        close(fd);
        return NULL;
    }
    for (struct dirent *de; !w->full && (de = readdir(d));) {
        if (!strcmp(de->d_name, ".") || !strcmp(de->d_name, ".."))
            continue;
        w->full = ++w->entries > ENTRIES_MOST || !arena_grow(w->f->env->arena, &name, *n, &cap, sizeof *name);
        if (!w->full)
            name[(*n)++] = arena_cstr(w->f->env->arena, str_of(de->d_name));
    }
    closedir(d);
    if (*n)
        qsort(name, *n, sizeof *name, by_name);
    return name;
}

/* Of other people's making, or of no interest: hundreds of files that nobody deploys from here. */
static bool is_foreign(struct str name)
{
    return str_one_of(name, ".git .hg .svn node_modules .terraform .venv __pycache__ .tox");
}

static void add(struct walk *w, struct str path, bool named_like_one)
{
    struct str body;
    struct err why;

    if (folder_read(w->f, path, w->f->env->opt->document_bytes, &body, &why) < 0) {
        w->f->env->incomplete(w->f->env, path, "%s", why.text);
        return;
    }
    const char *kind = named_like_one ? folder_kind(w->f, path, body) : "configuration";
    if (!kind)
        return;
    if (w->n == DOCUMENTS_MOST || !arena_grow(w->f->env->arena, &w->doc, w->n, &w->cap, sizeof *w->doc)) {
        w->full = true;
        return;
    }
    w->doc[w->n++] = (struct source_document){ .kind = kind, .path = path, .body = body };
}

/* Which of the names Compose would read here: the first of its defaults, and its override. */
struct compose_here {
    const char *file, *over;
    unsigned rank;
};
static struct compose_here find_compose(char **name, size_t n)
{
    struct compose_here c = { 0 };

    for (size_t i = 0; i < n; i++) {
        unsigned rank = recognise_compose_default(str_of(name[i]));
        if (rank && (!c.file || rank < c.rank)) {
            c.file = name[i];
            c.rank = rank;
        }
        if (recognise_compose_override(str_of(name[i])))
            c.over = name[i];
    }
    return c;
}

static void add_override(struct walk *w, struct str at, const char *name)
{
    struct source_file *over = arena_new(w->f->env->arena, struct source_file);
    struct err why;

    if (!over)
        return;
    over->path = arena_fmt(w->f->env->arena, STR_FMT "%s%s", STR_ARG(at), at.n ? "/" : "", name);
    if (folder_read(w->f, over->path, w->f->env->opt->document_bytes, &over->body, &why) < 0) {
        w->f->env->incomplete(w->f->env, over->path, "%s", why.text);
        return;
    }
    over->over = true;
    w->doc[w->n - 1].with = over;
    w->doc[w->n - 1].n_with = 1;
}

static void visit_file(struct walk *w, struct str at, const char *name, const struct compose_here *compose)
{
    struct source_env *env = w->f->env;
    struct str path = arena_fmt(env->arena, STR_FMT "%s%s", STR_ARG(at), at.n ? "/" : "", name);
    bool like_one = recognise_name(path);
    size_t before = w->n;

    if (!like_one && !env->is_configuration(env, path))
        return;
    if (compose->over && !strcmp(name, compose->over) && compose->file)
        return;
    add(w, path, like_one);
    if (w->n == before || strcmp(w->doc[w->n - 1].kind, "compose") != 0 || !compose->file)
        return;
    if (!strcmp(name, compose->file)) {
        if (compose->over)
            add_override(w, at, compose->over);
        return;
    }
    w->n--;
    env->incomplete(env, path, "Compose reads it only when told: scan compose:%s,%s to see both",
                    compose->file, name);
}

/* A chart or kustomization: what the user's own tool makes of it, when he said so. */
static void add_rendered(struct walk *w, struct str at, enum rendered kind)
{
    struct source_env *env = w->f->env;
    const char *folder = at.n ? arena_cstr(env->arena, at) : ".", *command = render_command(kind);
    AUTO_CLOSE int fd = folder ? openat(w->f->fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    struct str body;
    struct err why;

    w->f->told = true;
    if (!env->opt->render) {
        env->incomplete(env, at, "%s: say --render, or scan what `%s` prints",
                        kind == RENDER_CHART ? "a Helm chart" : "a kustomization", command);
        return;
    }
    if (render(env, kind, fd, &body, &why) < 0) {
        env->incomplete(env, at, "%s", why.text);
        return;
    }
    if (w->n == DOCUMENTS_MOST || !arena_grow(env->arena, &w->doc, w->n, &w->cap, sizeof *w->doc)) {
        w->full = true;
        return;
    }
    w->doc[w->n++] = (struct source_document){
        .kind = "kubernetes",
        .path = arena_fmt(env->arena, STR_FMT "%s`%s`", STR_ARG(at), at.n ? "/" : "", command),
        .body = body,
    };
}

static enum rendered rendered_here(char **name, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (render_kind(name[i]))
            return render_kind(name[i]);
    return RENDER_NOTHING;
}

static void visit(struct walk *w, int fd, size_t path_n, unsigned depth)
{
    struct source_env *env = w->f->env;
    struct str at = arena_str(env->arena, (struct str){ w->path, path_n });
    size_t n;
    char **name = list(w, fd, at, &n);
    struct compose_here compose = find_compose(name, n);

    enum rendered kind = rendered_here(name, n);
    if (kind)
        add_rendered(w, at, kind);
    if (kind == RENDER_CHART || (kind && env->opt->render))
        return; /* the rest is part of it */
    for (size_t i = 0; i < n && !w->full; i++) {
        struct stat st;
        int len = snprintf(w->path + path_n, sizeof w->path - path_n, "%s%s", path_n ? "/" : "", name[i]);
        if (len < 0 || (size_t)len >= sizeof w->path - path_n ||
            fstatat(w->f->fd, w->path, &st, AT_SYMLINK_NOFOLLOW) < 0)
            continue;
        if (S_ISREG(st.st_mode))
            visit_file(w, at, name[i], &compose);
        if (!S_ISDIR(st.st_mode) || is_foreign(str_of(name[i])))
            continue;
        if (depth == DEPTH_MOST) {
            env->incomplete(env, str_of(w->path), "more than %d folders deep", DEPTH_MOST);
            continue;
        }
        int sub = openat(w->f->fd, w->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (sub < 0)
            env->incomplete(env, str_of(w->path), "%s", strerror(errno));
        else
            visit(w, sub, path_n + (size_t)len, depth + 1);
    }
}

int folder_documents(struct folder *f, struct source_document **doc, size_t *n, struct err *e)
{
    AUTO_FREE struct walk *w = calloc(1, sizeof *w);
    int fd = openat(f->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (!w || fd < 0)
        return err_errno(e, "cannot be listed");
    w->f = f;
    visit(w, fd, 0, 0);
    if (w->full)
        f->env->incomplete(f->env, STR("folder"),
                           "more than %d entries or %d documents: the rest was not read", ENTRIES_MOST,
                           DOCUMENTS_MOST);
    *doc = w->doc;
    *n = w->n;
    return 0;
}

/* ---- bare words ---- */

bool folder_file_looks_like_document(const char *file)
{
    AUTO_CLOSE int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    AUTO_FREE char *look = malloc(LOOK_BYTES);
    struct stat st;

    if (fd < 0 || !look || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return false;
    ssize_t n = read(fd, look, LOOK_BYTES);
    struct str body = { look, n > 0 ? (size_t)n : 0 };
    if (memchr(look, '\0', body.n))
        return false;
    return recognise_name(str_of(file)) || recognise_document(str_of(file), body) ||
           str_ends(str_of(file), STR(".conf"));
}

bool folder_looks_like_deployment(const char *dir)
{
    DIR *d = opendir(dir);
    bool document = false, rootfs = false;

    for (struct dirent *de; d && (de = readdir(d));) {
        struct str name = str_of(de->d_name);
        rootfs |= str_one_of(name, "etc usr bin");
        document |= recognise_compose_default(name) || str_one_of(name, "Dockerfile Containerfile");
    }
    if (d)
        closedir(d);
    return d && (document || !rootfs);
}
