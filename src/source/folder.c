#include "source/folder.h"

#include "io/fs.h"
#include "source/recognise.h"
#include "source/render.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

enum { DOCUMENTS_MOST = 50000, LOOK_BYTES = 64 << 10 };

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
    return f->env->is_configuration(f->env, path) ? "configuration" : recognise_document(path, body);
}

/* ---- the documents of a source tree ---- */

struct listing {
    struct folder *f;
    const struct document **found; /* by folder, then by name */
    size_t n_found;
    struct source_document *doc;
    size_t n;
    bool full;
};

static struct str folder_of(const struct document *d)
{
    struct str folder, base;

    str_rsplit(d->path, '/', &folder, &base);
    return folder;
}

static struct str name_of(const struct document *d)
{
    struct str folder, base;

    str_rsplit(d->path, '/', &folder, &base);
    return base;
}

/* Folders so that what lies beneath one follows it: "/" comes before every other byte. */
static int compare_folders(struct str a, struct str b)
{
    for (size_t i = 0; i < a.n && i < b.n; i++)
        if (a.p[i] != b.p[i])
            return a.p[i] == '/' ? -1 : b.p[i] == '/' ? 1 : (unsigned char)a.p[i] - (unsigned char)b.p[i];
    return (a.n > b.n) - (a.n < b.n);
}

static int by_place(const void *a, const void *b)
{
    const struct document *x = *(const struct document *const *)a, *y = *(const struct document *const *)b;
    int order = compare_folders(folder_of(x), folder_of(y));

    return order ? order : str_cmp(name_of(x), name_of(y));
}

static bool lies_in(struct str folder, struct str outer)
{
    return !outer.n || (str_starts(folder, outer) && (folder.n == outer.n || folder.p[outer.n] == '/'));
}

static struct source_document *add(struct listing *l, const char *kind, struct str path, struct str body)
{
    if (l->n == DOCUMENTS_MOST) {
        l->full = true;
        return NULL;
    }
    l->doc[l->n] = (struct source_document){ .kind = kind, .path = path, .body = body };
    return &l->doc[l->n++];
}

static bool read_document(struct listing *l, struct str path, struct str *body)
{
    struct source_env *env = l->f->env;
    struct err why;

    if (folder_read(l->f, path, env->opt->document_bytes, body, &why) == 0)
        return true;
    env->incomplete(env, path, "%s", why.text);
    return false;
}

/* Which of the names Compose would read here: the first of its defaults, and its override. */
struct compose_here {
    const struct document *file, *over;
};
static struct compose_here find_compose(const struct document *const *found, size_t n)
{
    struct compose_here c = { 0 };
    unsigned best = 0;

    for (size_t i = 0; i < n; i++) {
        unsigned rank = recognise_compose_default(name_of(found[i]));
        if (rank && (!best || rank < best)) {
            c.file = found[i];
            best = rank;
        }
        if (recognise_compose_override(name_of(found[i])))
            c.over = found[i];
    }
    return c;
}

static void add_override(struct listing *l, struct source_document *doc, const struct document *found)
{
    struct source_file *over = arena_new(l->f->env->arena, struct source_file);

    if (!over || !read_document(l, found->path, &over->body))
        return;
    over->path = found->path;
    over->over = true;
    doc->with = over;
    doc->n_with = 1;
}

static void add_document(struct listing *l, const struct document *d, const struct compose_here *compose)
{
    struct source_env *env = l->f->env;
    const char *kind = arena_cstr(env->arena, d->kind);
    bool is_compose = str_eq(d->kind, STR("compose")) && compose->file;
    struct source_document *doc;
    struct str body;

    if (!kind || (compose->over == d && compose->file))
        return;
    if (is_compose && d != compose->file) {
        env->incomplete(env, d->path,
                        "Compose reads it only when told: scan compose:" STR_FMT "," STR_FMT " to see both",
                        STR_ARG(name_of(compose->file)), STR_ARG(name_of(d)));
        return;
    }
    if (!read_document(l, d->path, &body) || !(doc = add(l, kind, d->path, body)))
        return;
    if (is_compose && compose->over)
        add_override(l, doc, compose->over);
}

/* A chart or kustomization: what the user's own tool makes of it, when he said so. */
static void add_rendered(struct listing *l, struct str at, enum rendered kind)
{
    struct source_env *env = l->f->env;
    const char *folder = at.n ? arena_cstr(env->arena, at) : ".", *command = render_command(kind);
    AUTO_CLOSE int fd = folder && env->opt->render ? fs_open_beneath(l->f->fd, folder) : -1;
    struct str body;
    struct err why;

    if (!env->opt->render) {
        env->incomplete(env, str_of(folder), "%s: say --render, or scan what `%s` prints",
                        kind == RENDER_CHART ? "a Helm chart" : "a kustomization", command);
        return;
    }
    if (render(env, kind, fd, &body, &why) < 0) {
        env->incomplete(env, str_of(folder), "%s", why.text);
        return;
    }
    struct str path = arena_fmt(env->arena, STR_FMT "%s`%s`", STR_ARG(at), at.n ? "/" : "", command);
    (void)add(l, "kubernetes", path, body);
}

static enum rendered rendered_here(const struct document *const *found, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (render_named(found[i]->kind))
            return render_named(found[i]->kind);
    return RENDER_NOTHING;
}

/* The n documents of one folder. False: what lies beneath it is a part of them. */
static bool add_folder(struct listing *l, const struct document *const *found, size_t n)
{
    enum rendered kind = rendered_here(found, n);
    struct compose_here compose = find_compose(found, n);

    if (kind)
        add_rendered(l, folder_of(found[0]), kind);
    if (kind == RENDER_CHART || (kind && l->f->env->opt->render))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!render_named(found[i]->kind))
            add_document(l, found[i], &compose);
    return true;
}

static void add_all(struct listing *l)
{
    struct str rendered = STR_NONE;

    for (size_t at = 0, end; at < l->n_found; at = end) {
        struct str folder = folder_of(l->found[at]);
        for (end = at + 1; end < l->n_found && str_eq(folder_of(l->found[end]), folder); end++)
            ;
        if (rendered.p && lies_in(folder, rendered))
            continue;
        if (!add_folder(l, l->found + at, end - at))
            rendered = folder.p ? folder : STR("");
    }
}

int folder_documents(struct folder *f, const struct facts *tree, struct source_document **doc, size_t *n,
                     struct err *e)
{
    struct listing l = { .f = f };
    size_t n_found;

    (void)facts_document(tree, &n_found);
    l.found = arena_array(f->env->arena, const struct document *, n_found + 1);
    l.doc = arena_array(f->env->arena, struct source_document, MIN(n_found, (size_t)DOCUMENTS_MOST) + 1);
    if (!l.found || !l.doc)
        return err_set(e, ERR_LIMIT, "too many documents");
    FACTS_EACH (tree, document, d)
        l.found[l.n_found++] = d;
    if (n_found)
        qsort(l.found, n_found, sizeof(const struct document *), by_place);
    add_all(&l);
    if (l.full)
        f->env->incomplete(f->env, STR("folder"), "more than %d documents: the rest was not read",
                           DOCUMENTS_MOST);
    *doc = l.doc;
    *n = l.n;
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

bool folder_looks_like_root(struct str dir)
{
    char path[4096];
    unsigned folders = 0;
    bool project = false;

    snprintf(path, sizeof path, STR_FMT, STR_ARG(dir));
    DIR *d = opendir(path);
    for (struct dirent *de; d && (de = readdir(d));) {
        struct str name = str_of(de->d_name);
        folders += str_one_of(name, "bin dev etc lib proc root sbin usr var");
        project |=
            recognise_compose_default(name) || str_one_of(name, "Dockerfile Containerfile .git .hg .svn");
    }
    if (d)
        closedir(d);
    return folders >= 2 && !project;
}
