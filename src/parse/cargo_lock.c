/* cargo_lock.c - Rust packages: Cargo.lock. What has no source is of the project itself; it is said too. */
#include "doc/doc.h"
#include "parse/among.h"

struct cargo {
    const struct input *in;
    struct facts *out;
    struct err *e;
    struct arena arena;
    struct among among;
};

/* Others refer to it by its name; where there are several versions, by "name version", or "name version (source)". */
static int add(struct cargo *c, const struct doc *d)
{
    struct str sum = doc_text(doc_get(d, "checksum"));
    struct package p = {
        .type = STR("cargo"),
        .name = doc_text(doc_get(d, "name")),
        .version = doc_text(doc_get(d, "version")),
        .hash = sum.n ? arena_fmt(&c->arena, "sha256:" STR_FMT, STR_ARG(sum)) : STR_NONE,
        .path = c->in->path,
        .line = d->line,
    };

    if (!p.name.n || !p.version.n)
        return err_set(c->e, ERR_FORMAT, "line %u: a package without name or version", d->line);
    if (facts_add_package(c->out, &p, c->e) < 0)
        return -1;
    among_call(&c->among, among_last(c->out), p.name);
    among_call_fmt(&c->among, among_last(c->out), STR_FMT " " STR_FMT, STR_ARG(p.name), STR_ARG(p.version));
    return 0;
}

static void relate(struct cargo *c, const struct doc *d)
{
    uint32_t from = among_find_fmt(&c->among, STR_FMT " " STR_FMT, STR_ARG(doc_text(doc_get(d, "name"))),
                                   STR_ARG(doc_text(doc_get(d, "version"))));

    DOC_EACH (doc_get(d, "dependencies"), needed) {
        struct str to, source;
        str_split(doc_text(needed), '(', &to, &source);
        among_need(&c->among, from, among_find(&c->among, str_trim(to)));
    }
}

static int read_root(struct cargo *c)
{
    struct doc *root;

    if (doc_toml(c->in->body, &c->arena, &root, c->e) < 0)
        return -1;
    const struct doc *own = doc_get(root, "root"); /* before Cargo 0.22 */
    if (own && add(c, own) < 0)
        return -1;
    DOC_EACH (doc_get(root, "package"), d)
        if (add(c, d) < 0)
            return -1;
    if (own)
        relate(c, own);
    DOC_EACH (doc_get(root, "package"), d)
        relate(c, d);
    return among_settle(&c->among, c->in, c->out, c->e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct cargo c = { .in = in, .out = out, .e = e, .arena = ARENA(256u << 20), .among = AMONG };

    int result = read_root(&c);
    among_free(&c.among);
    arena_free(&c.arena);
    return result;
}

const struct parser parser_cargo_lock = {
    .name = "cargo_lock",
    .what = "Rust packages: Cargo.lock",
    .version = 2,
    .paths = PATHS("**/Cargo.lock"),
    .max_size = 16u << 20,
    .parse = parse,
};
