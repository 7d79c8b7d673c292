#include "source/deployment.h"

#include "io/fs.h"
#include "source/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

/* NAMED_FACTOR: what the user names himself may be a dump of a whole cluster. */
enum { ROUNDS_MOST = 8, WITH_MOST = 200, OVER_MOST = 20, NAMED_FACTOR = 64 };

/* ---- what documents ask for ---- */

static const struct source_file *wanted_already(const struct source_document *d, struct str path)
{
    for (size_t i = 0; i < d->n_with; i++)
        if (str_eq(d->with[i].path, path))
            return &d->with[i];
    return NULL;
}

/* Read one file that was asked for; what is not there has no body. */
static struct source_file read_wanted(struct folder *f, const struct source_document *d, const struct want *w)
{
    char room[ENTRY_PATH_MOST];
    struct source_file file = { 0 };
    struct err why;

    if (!path_beside(w->from, w->file, room, &file.path)) {
        file.path = w->file;
        err_set(&why, ERR_LIMIT, "lies outside of the folder that is scanned");
    } else if (folder_read(f, file.path, f->env->opt->document_bytes, &file.body, &why) == 0)
        why.code = ERR_NONE;
    file.path = arena_str(f->env->arena, file.path);
    if (!file.body.p && !(w->optional && why.code == ERR_NOT_FOUND))
        f->env->incomplete(f->env, d->path, "line %u names " STR_FMT ": %.300s", w->line,
                           STR_ARG(str_first(w->file, 200)), why.text);
    return file;
}

/* Add what is asked for and not yet there; how many. */
static size_t add_wanted(struct folder *f, struct source_document *d)
{
    struct source_file *with;
    size_t n_want = 0, n = d->n_with;

    if (!d->facts || !facts_want(d->facts, &n_want) || !n_want)
        return 0;
    with = arena_array(f->env->arena, struct source_file, n + n_want);
    if (!with)
        return 0;
    if (n)
        memcpy(with, d->with, n * sizeof *with);
    size_t before = n;
    FACTS_EACH (d->facts, want, w) {
        char room[ENTRY_PATH_MOST];
        struct str path;
        if (n == WITH_MOST || wanted_already(d, path_beside(w->from, w->file, room, &path) ? path : w->file))
            continue;
        with[n] = read_wanted(f, d, w);
        n += !!with[n].path.p;
        d->with = with;
        d->n_with = n;
    }
    return n - before;
}

static int understand(struct folder *f, struct source_document *doc, size_t n, struct err *e)
{
    AUTO_FREE struct source_document *again = calloc(n + 1, sizeof *again);
    AUTO_FREE size_t *which = calloc(n + 1, sizeof *which);

    if (!again || !which)
        return err_set(e, ERR_LIMIT, "out of memory");
    if (f->env->read_documents(f->env, doc, n, e) < 0)
        return -1;
    for (unsigned round = 0; round < ROUNDS_MOST; round++) {
        size_t asked = 0;
        for (size_t i = 0; i < n; i++)
            if (add_wanted(f, &doc[i])) {
                again[asked] = doc[i];
                which[asked++] = i;
            }
        if (!asked)
            return 0;
        if (f->env->read_documents(f->env, again, asked, e) < 0)
            return -1;
        for (size_t i = 0; i < asked; i++)
            doc[which[i]] = again[i];
    }
    for (size_t i = 0; i < n; i++)
        if (add_wanted(f, &doc[i]))
            f->env->incomplete(f->env, doc[i].path, "names files that name files, more than %u times",
                               (unsigned)ROUNDS_MOST);
    return 0;
}

/* ---- targets ---- */

/* More than what else it needs, and what is odd about it. */
static bool says_anything(const struct facts *f)
{
    return f && facts_count(f) > f->list[FACT_WANT_KIND].n + f->list[FACT_NOTE_KIND].n;
}

static int hand_out(struct source_env *env, struct str name, struct source_document *doc, size_t n,
                    struct err *e)
{
    for (size_t i = 0; i < n; i++)
        if (doc[i].why.n)
            env->incomplete(env, doc[i].path, STR_FMT, STR_ARG(str_first(doc[i].why, 400)));
    return env->add_deployment(env, &(struct source_deployment){ name, doc, n }, e);
}

static int already_read(const struct source_layer *l UNUSED, struct blob *out UNUSED, struct err *e)
{
    return err_set(e, ERR_UNSUPPORTED, "a source tree is read when it is opened");
}

/* One walk over the tree, which says what of it is a deployment's; packages, secrets and certificates are the
 * tree's own. */
static int open_folder(struct source_env *env, struct str target, struct err *e)
{
    AUTO_FOLDER struct folder f = { .env = env, .fd = -1 };
    struct source_document *doc;
    struct facts *tree;
    size_t n;

    if (folder_open(&f, target, e) < 0 ||
        env->read_tree(env, &(struct blob){ BLOB_DIR, f.fd, 0, 0 }, &tree, e) < 0 ||
        folder_documents(&f, tree, &doc, &n, e) < 0)
        return -1;
    struct source_layer layer = { .open = already_read, .directory = true, .facts = tree };
    struct source_image img = { .name = target, .kind = STR("source"), .layer = &layer, .n_layers = 1 };
    if (env->add_image(env, &img, e) < 0 || understand(&f, doc, n, e) < 0)
        return -1;
    return n ? hand_out(env, target, doc, n, e) : 0;
}

/* One document that the user named. */
static int open_document(struct folder *f, struct str name, struct source_document *doc, struct err *e)
{
    if (!doc->kind)
        doc->kind = folder_kind(f, doc->path, doc->body);
    if (!doc->kind)
        return err_set(e, ERR_NOT_FOUND, "neither a document of a deployment nor a known configuration file");
    if (understand(f, doc, 1, e) < 0)
        return -1;
    if (doc->why.n && !says_anything(doc->facts))
        return err_set(e, ERR_FORMAT, STR_FMT, STR_ARG(str_first(doc->why, 400)));
    return hand_out(f->env, name, doc, 1, e);
}

/* FILE, or FILE,FILE... for Compose: all relative to where the first one lies. */
static int open_files(struct source_env *env, struct str target, const char *kind, struct err *e)
{
    AUTO_FOLDER struct folder f = { .env = env, .fd = -1 };
    struct source_document doc = { .kind = kind };
    struct source_file over[OVER_MOST];
    struct str rest = target, first = target, dir, file;
    uint64_t most = env->opt->document_bytes * NAMED_FACTOR;

    if (kind && !strcmp(kind, "compose"))
        str_cut(&rest, ',', &first);
    else
        rest = (struct str){ 0 };
    bool in_folder = str_rsplit(first, '/', &dir, &doc.path);
    if (folder_open(&f,
                    !in_folder ? STR(".")
                    : dir.n    ? dir
                               : STR("/"),
                    e) < 0 ||
        folder_read(&f, doc.path, most, &doc.body, e) < 0)
        return -1;
    while (rest.p && str_cut(&rest, ',', &file)) {
        if (in_folder && str_starts(file, dir))
            file = str_skip(file, dir.n + 1);
        if (doc.n_with == OVER_MOST)
            return err_set(e, ERR_USAGE, "more than %d files", OVER_MOST);
        over[doc.n_with] = (struct source_file){ .path = file, .over = true };
        if (folder_read(&f, file, most, &over[doc.n_with++].body, e) < 0)
            return -1;
    }
    doc.with = over;
    return open_document(&f, target, &doc, e);
}

int deployment_open_bytes(struct source_env *env, struct str name, struct str bytes, const char *kind,
                          struct err *e)
{
    AUTO_FOLDER struct folder f = { .env = env, .fd = -1 };
    struct source_document doc = { .kind = kind, .path = name, .body = bytes };

    return folder_open(&f, STR("."), e) < 0 ? -1 : open_document(&f, name, &doc, e);
}

static int open_stdin(struct source_env *env, const char *kind, struct err *e)
{
    AUTO_BUF struct buf text = BUF(0);

    if (fs_read_stdin(env->opt->document_bytes * NAMED_FACTOR, &text, e) < 0)
        return -1;
    struct str bytes = arena_str(env->arena, buf_view(&text));
    return bytes.p ? deployment_open_bytes(env, STR("stdin"), bytes, kind, e)
                   : err_set(e, ERR_LIMIT, "standard input is too large");
}

int deployment_open(struct source_env *env, struct str target, const char *kind, struct err *e)
{
    struct stat st;
    char path[4096];

    snprintf(path, sizeof path, STR_FMT, STR_ARG(target));
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return open_folder(env, target, e);
    if (str_eq(target, STR("-")))
        return open_stdin(env, kind, e);
    return open_files(env, target, kind, e);
}
