/* compose_load.c - a Compose project out of its documents: variables replaced, includes and extensions
 * followed, overrides merged. */
#include "model/entries.h"
#include "parse/compose.h"

enum { TEXT_MOST = 1 << 20 };

int compose_full(struct compose *c)
{
    c->failed = true;
    return err_set(c->e, ERR_LIMIT, "the project with all its documents is larger than %d MiB",
                   COMPOSE_BYTES >> 20);
}

struct declare *compose_at(struct compose *c, const struct doc *d)
{
    c->d.path = c->path[d ? d->from : 0];
    return &c->d;
}

struct str compose_text(const struct doc *d)
{
    return d && d->kind != DOC_NULL && d->kind != DOC_LIST && d->kind != DOC_OBJECT ? d->text : STR_NONE;
}

struct doc *compose_node(struct compose *c, enum doc_kind kind, const struct doc *like, struct str key,
                         struct str text)
{
    struct doc *d = c->failed ? NULL : arena_new(&c->arena, struct doc);

    if (d)
        *d = (struct doc){ .kind = kind, .line = like->line, .from = like->from, .key = key, .text = text };
    else
        compose_full(c);
    return d;
}

struct compose_into compose_into(struct doc *node)
{
    return (struct compose_into){ node, node ? &node->child : NULL };
}

void compose_add(struct compose_into *to, struct doc *child)
{
    if (!to->node || !child)
        return;
    *to->end = child;
    to->end = &child->next;
    to->node->n++;
}

struct doc *compose_same(struct compose *c, const struct doc *d, struct str key)
{
    struct doc *copy = compose_node(c, d->kind, d, key, d->text);

    if (copy) {
        copy->yes = d->yes;
        copy->tag = d->tag;
        copy->n = d->n;
        copy->child = d->child;
    }
    return copy;
}

const struct input *compose_wanted(struct compose *c, struct str file, struct str from, bool optional,
                                   uint32_t line)
{
    const struct input *in = input_wanted(c->in, from, file);

    declare_want(&c->d, file, from, optional, line);
    return in && in->body.p ? in : NULL;
}

/* Where a file named by another lies. */
static struct str beside(struct compose *c, struct str from, struct str file)
{
    char room[ENTRY_PATH_MOST];
    struct str path;

    if (!path_beside(from, file, room, &path))
        path = file;
    path = arena_str(&c->arena, path);
    if (!path.p)
        compose_full(c);
    return path;
}

static struct variables *new_variables(struct compose *c, const struct variables *outer)
{
    struct variables *v = arena_new(&c->arena, struct variables);

    if (!v || !arena_grow(&c->arena, &c->set, c->n_set, &c->cap_set, sizeof(struct variables *))) {
        compose_full(c);
        return NULL;
    }
    *v = (struct variables){ .outer = outer, .arena = &c->arena };
    c->set[c->n_set++] = v;
    return v;
}

const struct variables *compose_environment(struct compose *c, struct str from, struct str file,
                                            bool optional, const struct variables *outer, uint32_t line)
{
    struct variables *v = new_variables(c, outer);
    struct err why = { 0 };
    const struct input *in = v ? compose_wanted(c, file, from, optional, line) : NULL;

    if (in && variables_read(v, in, false, c->out, &why) < 0)
        facts_remark(c->out, NOTE_INCOMPLETE, in->path, "%s", why.text);
    return v ? v : outer;
}

/* --- one document --- */

static struct doc *replaced(struct compose *c, const struct doc *d, const struct variables *v, uint16_t from)
{
    struct doc *copy = compose_same(c, d, d->key);

    if (!copy)
        return NULL;
    copy->from = from;
    if (d->kind == DOC_LIST || d->kind == DOC_OBJECT) {
        copy->child = NULL;
        copy->n = 0;
        struct compose_into to = compose_into(copy);
        DOC_EACH (d, child)
            compose_add(&to, replaced(c, child, v, from));
    } else if (d->kind == DOC_TEXT && str_has_char(d->text, '$')) {
        AUTO_BUF struct buf text = BUF(TEXT_MOST);
        struct interpolation of = { v, c->out, c->path[from], d->line };
        interpolate(&of, d->text, &text);
        copy->text = arena_str(&c->arena, buf_view(&text));
        if (!buf_ok(&text) || !copy->text.p)
            compose_full(c);
    }
    return copy;
}

/* A host path that was written for another document's folder, as the main document would write it. */
static void rebase(struct compose *c, struct doc *text, struct str path)
{
    AUTO_BUF struct buf to = BUF(64u << 10);
    struct str own, name, part;

    if (!text || !str_starts(text->text, STR(".")))
        return;
    struct str whole = beside(c, path, text->text);
    str_rsplit(c->in->path, '/', &own, &name);
    if (own.n && str_starts(whole, own) && whole.n > own.n && whole.p[own.n] == '/')
        whole = str_skip(whole, own.n + 1);
    else
        while (own.n && str_cut(&own, '/', &part))
            buf_str(&to, STR("../"));
    text->text =
        arena_fmt(&c->arena, "%s" STR_FMT STR_FMT, to.n ? "" : "./", STR_ARG(buf_view(&to)), STR_ARG(whole));
    if (!text->text.p)
        compose_full(c);
}

static struct doc *member(const struct doc *d, const char *key)
{
    for (struct doc *m = d && d->kind == DOC_OBJECT ? d->child : NULL; m; m = m->next)
        if (str_eq(m->key, str_of(key)))
            return m;
    return NULL;
}

/* Relative paths of a document are meant as if it lay at `place`. */
static void rebase_all(struct compose *c, const struct doc *root, struct str place)
{
    const struct doc *services = doc_get(root, "services");
    struct str here, there, base;

    str_rsplit(c->in->path, '/', &here, &base);
    str_rsplit(place, '/', &there, &base);
    if (str_eq(here, there))
        return;
    DOC_EACH (services && services->kind == DOC_OBJECT ? services : NULL, service) {
        const struct doc *list = doc_get(service, "volumes");
        for (struct doc *d = list && list->kind == DOC_LIST ? list->child : NULL; d; d = d->next)
            rebase(c, member(d, "source"), place);
        rebase(c, member(member(service, "build"), "context"), place);
    }
}

/* Read a document, once for each set of variables. NULL: it cannot be read, which is noted. */
static struct doc *document(struct compose *c, const struct input *in, const struct variables *v,
                            struct str place, struct err *why)
{
    struct doc *root;

    for (size_t i = 0; i < c->n_document; i++)
        if (str_eq(c->document[i].path, in->path) && c->document[i].variables == v)
            return c->document[i].root;
    if (c->n_document >= COMPOSE_DOCUMENTS_MOST)
        return err_set(why, ERR_LIMIT, "more than %d documents", COMPOSE_DOCUMENTS_MOST), NULL;
    if (!arena_grow(&c->arena, &c->path, c->n_path, &c->cap_path, sizeof *c->path) ||
        !arena_grow(&c->arena, &c->document, c->n_document, &c->cap_document, sizeof *c->document))
        return compose_full(c), NULL;
    uint16_t from = (uint16_t)c->n_path;
    c->path[c->n_path++] = in->path;
    if (doc_yaml(in->body, &c->arena, &root, why) < 0)
        return NULL;
    if (root->kind != DOC_OBJECT)
        return err_set(why, ERR_FORMAT, "line %u: not a mapping", root->line), NULL;
    root = replaced(c, root, v, from);
    root = root ? compose_canonical(c, root) : NULL;
    if (root)
        rebase_all(c, root, place);
    c->document[c->n_document++] = (struct compose_document){ in->path, v, root, from };
    return root;
}

/* A document that another names. `place`: see rebase_all; NULL: where it lies. */
static struct doc *named_document(struct compose *c, struct str file, const struct doc *by,
                                  const struct variables *v, const struct str *place)
{
    struct err why = { 0 };
    const struct input *in = compose_wanted(c, file, c->path[by->from], false, by->line);
    struct doc *root = in ? document(c, in, v, place ? *place : in->path, &why) : NULL;

    if (in && !root && !c->failed)
        facts_remark(c->out, NOTE_INCOMPLETE, in->path, "%s", why.text);
    return root;
}

/* --- extends --- */

static struct doc *extended(struct compose *c, const struct doc *root, struct doc *service,
                            const struct variables *v, int depth);

/* The service that `extends` names, itself extended. */
static struct doc *base_of(struct compose *c, const struct doc *root, const struct doc *extends,
                           const struct variables *v, int depth)
{
    struct str name =
        extends->kind == DOC_OBJECT ? compose_text(doc_get(extends, "service")) : compose_text(extends);
    const struct doc *file = doc_get(extends, "file");
    const struct doc *in = file ? named_document(c, compose_text(file), file, v, NULL) : root;

    if (!in)
        return NULL;
    const struct doc *services = doc_get(in, "services");
    for (struct doc *d = services && services->kind == DOC_OBJECT ? services->child : NULL; d; d = d->next)
        if (str_eq(d->key, name))
            return extended(c, in, d, v, depth + 1);
    facts_remark(c->out, NOTE_INCOMPLETE, c->path[extends->from],
                 "line %u: extends " STR_FMT ", which is not there", extends->line,
                 STR_ARG(str_first(name, 100)));
    return NULL;
}

/* The service with what it extends; done once, in place. NULL: it extends itself, or too much. */
static struct doc *extended(struct compose *c, const struct doc *root, struct doc *service,
                            const struct variables *v, int depth)
{
    struct doc *extends = member(service, "extends");

    if (!extends || c->failed)
        return service;
    if (depth > COMPOSE_NESTED_MOST || extends->tag == DOC_OVERRIDE) {
        facts_remark(c->out, NOTE_INCOMPLETE, c->path[extends->from],
                     "line %u: extends itself, or over more than %d services", extends->line,
                     COMPOSE_NESTED_MOST);
        return NULL;
    }
    extends->tag = DOC_OVERRIDE; /* being followed */
    struct doc *base = base_of(c, root, extends, v, depth);
    extends->key = STR("x-extends"); /* followed; still says what it was */
    extends->tag = DOC_UNTAGGED;
    struct doc *merged = base ? compose_merge_service(c, base, service) : NULL;
    if (merged) {
        service->child = merged->child;
        service->n = merged->n;
    }
    return service;
}

static void extend_all(struct compose *c, const struct doc *root, const struct variables *v)
{
    const struct doc *services = doc_get(root, "services");

    for (struct doc *d = services && services->kind == DOC_OBJECT ? services->child : NULL; d; d = d->next)
        if (d->kind == DOC_OBJECT)
            extended(c, root, d, v, 0);
}

/* --- include --- */

static struct doc *project(struct compose *c, struct doc *root, const struct variables *v, int depth);

/* What an included project declares is added; what is declared twice is said. */
static struct doc *join(struct compose *c, struct doc *into, const struct doc *from)
{
    static const char *const kinds[] = { "services", "networks", "volumes", "secrets", "configs" };

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        const struct doc *more = doc_get(from, kinds[i]), *have = doc_get(into, kinds[i]);
        DOC_EACH (have &&more && more->kind == DOC_OBJECT ? more : NULL, d)
            DOC_EACH (have, h)
                if (str_eq(h->key, d->key) && i == 0)
                    facts_remark(c->out, NOTE_INCOMPLETE, c->path[d->from],
                                 "line %u: " STR_FMT " is declared by " STR_FMT " too", d->line,
                                 STR_ARG(str_first(d->key, 100)), STR_ARG(c->path[h->from]));
    }
    return compose_merge(c, from, into);
}

static struct doc *include_one(struct compose *c, struct doc *root, const struct doc *entry,
                               const struct variables *v, int depth)
{
    const struct doc *paths = entry->kind == DOC_OBJECT ? doc_get(entry, "path") : entry;
    const struct doc *env = doc_get(entry, "env_file"), *folder = doc_get(entry, "project_directory");
    const struct doc *first = paths && paths->kind == DOC_LIST ? paths->child : paths;
    struct doc *included = NULL;

    if (!first)
        return root;
    struct str from = c->path[entry->from], main = beside(c, from, compose_text(first));
    if (folder)
        main = arena_fmt(&c->arena, STR_FMT "/compose.yaml", STR_ARG(beside(c, from, compose_text(folder))));
    if (env && env->kind == DOC_LIST)
        DOC_EACH (env, e)
            v = compose_environment(c, from, compose_text(e), false, v, e->line);
    else if (env)
        v = compose_environment(c, from, compose_text(env), false, v, env->line);
    else
        v = compose_environment(c, main, STR(".env"), true, v, entry->line);
    for (const struct doc *p = first; p; p = paths->kind == DOC_LIST ? p->next : NULL) {
        struct doc *one = named_document(c, compose_text(p), p, v, &main);
        included = !one ? included : included ? compose_merge(c, included, one) : one;
    }
    included = included ? project(c, included, v, depth + 1) : NULL;
    return included ? join(c, root, included) : root;
}

static struct doc *project(struct compose *c, struct doc *root, const struct variables *v, int depth)
{
    const struct doc *include = doc_get(root, "include");

    extend_all(c, root, v);
    if (depth > COMPOSE_NESTED_MOST) {
        facts_remark(c->out, NOTE_INCOMPLETE, c->path[root->from], "included by more than %d documents",
                     COMPOSE_NESTED_MOST);
        return root;
    }
    DOC_EACH (include && include->kind == DOC_LIST ? include : NULL, entry)
        if (root && !c->failed)
            root = include_one(c, root, entry, v, depth);
    return root;
}

/* --- the whole --- */

static struct doc *over(struct compose *c, struct doc *root, const struct input *in,
                        const struct variables *v)
{
    struct err why = { 0 };
    struct doc *top = document(c, in, v, c->in->path, &why);

    if (!top && !c->failed)
        facts_remark(c->out, NOTE_INCOMPLETE, in->path, "%s", why.text);
    if (top)
        extend_all(c, top, v);
    return top ? compose_merge(c, root, top) : root;
}

/* compose.override.yaml beside compose.yaml, as Compose looks for it when no file is named. */
static const struct input *default_override(struct compose *c)
{
    static const char *const ends[] = { "yml", "yaml" };
    struct str folder, base;

    str_rsplit(c->in->path, '/', &folder, &base);
    const char *stem = str_starts(base, STR("docker-compose")) ? "docker-compose" : "compose";
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        struct str file = arena_fmt(&c->arena, "%s.override.%s", stem, ends[i]);
        const struct input *in = compose_wanted(c, file, c->in->path, true, 0);
        if (in)
            return in;
    }
    return NULL;
}

int compose_load(struct compose *c, struct doc **root)
{
    const struct variables *v = compose_environment(c, c->in->path, STR(".env"), true, NULL, 0);
    bool named = false;

    *root = document(c, c->in, v, c->in->path, c->e);
    if (!*root)
        return -1;
    extend_all(c, *root, v);
    for (size_t i = 0; i < c->in->n_with; i++)
        if (c->in->with[i].over && c->in->with[i].body.p) {
            *root = over(c, *root, &c->in->with[i], v);
            named = true;
        }
    const struct input *beside = named ? NULL : default_override(c);
    if (beside && *root)
        *root = over(c, *root, beside, v);
    if (*root)
        *root = project(c, *root, v, 0);
    if (!*root && !c->failed)
        return err_set(c->e, ERR_FORMAT, "nothing is left of the project");
    return c->failed ? -1 : 0;
}
