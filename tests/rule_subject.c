#include "rule_subject.h"

#include "core/buf.h"
#include "doc/doc.h"
#include "io/fs.h"
#include "parse/parse.h"
#include "source/recognise.h"

#include <dirent.h>
#include <fcntl.h>

enum { FILES_MOST = 40, FILE_BYTES = 1 << 20, FACT_BYTES = 16 << 20 };

NORETURN static void fail(struct str where, const char *what)
{
    fprintf(stderr, "rule_test: %.*s: %s\n", STR_ARG(where), what);
    exit(2);
}

static void must(int r, const struct err *e)
{
    if (r < 0)
        fail(STR("adding a fact"), e->text);
}

static struct facts *new_facts(struct subject_case *c)
{
    struct facts *f = calloc(1, sizeof *f);

    if (!f || c->n == FILES_MOST)
        fail(STR("case"), "too many documents");
    *f = (struct facts)FACTS(FACT_BYTES);
    return c->facts[c->n++] = f;
}

/* ---- one workload in few words ---- */

static void add_setting(struct facts *f, const struct doc *key, const struct doc *value)
{
    struct setting s = { .value = doc_scalar(value),
                         .from = SAID_BY_CONTAINER,
                         .path = STR("workload.json"),
                         .line = value->line };
    struct err e = { 0 };

    for (s.key = 0; s.key < SETTING_COUNT; s.key++)
        if (str_eq(key->key, str_of(setting_info[s.key].name)))
            break;
    if (s.key == SETTING_COUNT)
        fail(key->key, "no such setting");
    must(facts_add_setting(f, &s, &e), &e);
}

/* "bind /src:/dst ro" */
static void add_mount(struct facts *f, const struct doc *item)
{
    struct str rest = doc_text(item), where, word, option;
    struct mount m = { .read_only = NO, .path = STR("workload.json"), .line = item->line };
    struct err e = { 0 };

    str_cut(&rest, ' ', &m.kind);
    str_cut(&rest, ' ', &where);
    str_split(where, ':', &m.source, &m.target);
    while (str_cut(&rest, ' ', &word)) {
        if (str_eq(word, STR("ro")))
            m.read_only = YES;
        else if (str_starts(word, STR("size=")))
            (void)str_u64(str_skip(word, 5), 10, &m.size);
        else if (str_one_of(word, "shared rshared slave rslave private rprivate"))
            m.propagation = word;
        else if (str_starts(word, STR("sub=")))
            m.sub_path = str_skip(word, 4);
        else
            m.options = (struct strs){ &option, 1 }, option = word;
    }
    must(facts_add_mount(f, &m, &e), &e);
}

/* "[[IP:]HOST:]PORT/tcp" */
static void add_port(struct facts *f, const struct doc *item)
{
    struct port p = { .path = STR("workload.json"), .line = item->line };
    struct str published, rest;
    struct err e = { 0 };

    str_split(doc_text(item), '/', &published, &p.protocol);
    str_rsplit(published, ':', &rest, &p.port);
    str_rsplit(rest, ':', &p.host_ip, &p.host_port);
    must(facts_add_port(f, &p, &e), &e);
}

static void add_variable(struct facts *f, const struct doc *item)
{
    struct variable v = { .source = STR("literal"), .path = STR("workload.json"), .line = item->line };
    struct err e = { 0 };

    if (!str_split(doc_text(item), '=', &v.name, &v.value))
        str_split(doc_text(item), '<', &v.name, &v.source);
    must(facts_add_variable(f, &v, &e), &e);
}

static void add_link(struct facts *f, const struct doc *item)
{
    struct link_fact l = { .path = STR("workload.json"), .line = item->line };
    struct err e = { 0 };

    str_split(doc_text(item), ' ', &l.how, &l.to);
    must(facts_add_link_fact(f, &l, &e), &e);
}

static void each(struct facts *f, const struct doc *list,
                 void (*add)(struct facts *f, const struct doc *item))
{
    DOC_EACH (list, item)
        add(f, item);
}

static void load_workload(struct subject_case *c, struct str text)
{
    struct facts *f = new_facts(c);
    struct doc *d;
    struct err e = { 0 };
    struct object object = {
        .kind = STR("workload"), .name = STR("case"), .path = STR("workload.json"), .line = 1
    };
    struct workload_fact w = {
        .name = STR("app"), .replicas = 1, .path = STR("workload.json"), .line = 1, .role = WORKLOAD_MAIN
    };

    must(doc_json(text, &c->arena, &d, &e), &e);
    w.spelling = doc_text(doc_get(d, "spelling"));
    object.api = w.spelling;
    if (str_eq(doc_text(doc_get(d, "role")), STR("init")))
        w.role = WORKLOAD_INIT;
    if (str_eq(doc_text(doc_get(d, "role")), STR("stage")))
        w.role = WORKLOAD_STAGE;
    if (doc_get(d, "kind"))
        object.kind = doc_text(doc_get(d, "kind"));
    (void)doc_u64(doc_get(d, "replicas"), &w.replicas);
    must(facts_add_object(f, &object, &e), &e);
    must(facts_add_workload_fact(f, &w, &e), &e);
    DOC_EACH (doc_get(d, "settings"), s) {
        if (s->kind != DOC_LIST)
            add_setting(f, s, s);
        else
            DOC_EACH (s, item)
                add_setting(f, s, item);
    }
    each(f, doc_get(d, "mounts"), add_mount);
    each(f, doc_get(d, "ports"), add_port);
    each(f, doc_get(d, "variables"), add_variable);
    each(f, doc_get(d, "links"), add_link);
}

/* ---- documents ---- */

static int by_path(const void *a, const void *b)
{
    const struct input *x = a, *y = b;

    return str_cmp(x->path, y->path);
}

static size_t read_files(struct subject_case *c, const char *dir, struct input *file)
{
    DIR *d = opendir(dir);
    size_t n = 0;
    char path[1200];
    struct err e = { 0 };

    for (struct dirent *de; d && (de = readdir(d));) {
        AUTO_BUF struct buf text = BUF(FILE_BYTES);
        if (de->d_name[0] == '.' || !strcmp(de->d_name, "expect") || !strcmp(de->d_name, "image.json"))
            continue;
        snprintf(path, sizeof path, "%s/%s", dir, de->d_name);
        must(fs_read(AT_FDCWD, path, false, FILE_BYTES, &text, &e), &e);
        if (n == FILES_MOST)
            fail(str_of(dir), "too many files");
        file[n++] = (struct input){ .path = arena_str(&c->arena, str_of(de->d_name)),
                                    .body = arena_str(&c->arena, buf_view(&text)) };
    }
    if (d)
        closedir(d);
    qsort(file, n, sizeof *file, by_path);
    return n;
}

static void load_document(struct subject_case *c, const struct input *in)
{
    const char *kind = parser_for_document("configuration", in->path) ? "configuration"
                       : str_eq(in->path, STR("tls-session"))         ? "tls-session" /* a server's answers */
                                                              : recognise_document(in->path, in->body);
    const struct parser *p = kind ? parser_for_document(kind, in->path) : NULL;
    struct err e = { 0 };

    if (p && p->parse(in, new_facts(c), &e) < 0)
        fail(in->path, e.text);
}

static void join(struct subject_case *c)
{
    struct err e = { 0 };

    must(deployment_join(&c->d, &c->arena, (const struct facts *const *)c->facts, c->n, &e), &e);
    c->d.complete = true;
    FACTS_EACH (&c->d.facts, note, note)
        c->d.complete &= note->kind != NOTE_INCOMPLETE;
    FACTS_EACH (&c->d.facts, want, w)
        c->d.complete &= w->optional;
    for (size_t i = 0; i < c->d.n_workload; i++)
        c->d.workload[i].name = c->d.workload[i].fact->name;
}

bool subject_load(struct subject_case *c, const char *dir)
{
    struct input file[FILES_MOST];

    *c = (struct subject_case){ .arena = ARENA(64 << 20) };
    size_t n = read_files(c, dir, file);
    for (size_t i = 0; i < n; i++) {
        if (str_eq(file[i].path, STR("workload.json"))) {
            load_workload(c, file[i].body);
            continue;
        }
        struct input in = file[i];
        in.with = file;
        in.n_with = n;
        load_document(c, &in);
    }
    if (n)
        join(c);
    return n > 0;
}

bool subject_load_file(struct subject_case *c, const char *dir, const char *name)
{
    struct input file[FILES_MOST];

    *c = (struct subject_case){ .arena = ARENA(64 << 20) };
    size_t n = read_files(c, dir, file);
    for (size_t i = 0; i < n; i++)
        if (str_eq(file[i].path, str_of(name)))
            load_document(c, &file[i]);
    if (c->n)
        join(c);
    return c->n > 0;
}

static bool is_of(const struct rule *r, struct str what)
{
    return !r->of || str_one_of(what, r->of);
}

const void *subject_of(const struct subject_case *c, const struct rule *r)
{
    const struct deployment *d = &c->d;

    for (size_t i = 0; r->on == ON_OBJECT && i < d->n_resource; i++)
        if (is_of(r, d->resource[i].object->kind))
            return &d->resource[i];
    for (size_t i = 0; r->on == ON_COMPONENT && i < d->n_component; i++)
        if (is_of(r, d->component[i].name))
            return &d->component[i];
    if (r->on == ON_WORKLOAD && d->n_workload)
        return &d->workload[0];
    return r->on == ON_DEPLOYMENT ? d : NULL;
}

void subject_free(struct subject_case *c)
{
    for (size_t i = 0; i < c->n; i++) {
        facts_free(c->facts[i]);
        free(c->facts[i]);
    }
    arena_free(&c->arena);
}
