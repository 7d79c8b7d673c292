/* rust_binary.c - Rust packages in programs that cargo-auditable built: JSON, packed by zlib, in the section
 * ".dep-v0". What was only needed to build it is said as such. */
#include "core/unzip.h"
#include "doc/doc.h"
#include "parse/among.h"
#include "parse/elf.h"
#include "parse/plain.h"

enum { JSON_MOST = 16 << 20 };

static int add(const struct input *in, const struct doc *d, struct facts *out, struct err *e)
{
    struct package p = {
        .type = STR("cargo"),
        .name = doc_text(doc_get(d, "name")),
        .version = doc_text(doc_get(d, "version")),
        .dev = str_eq(doc_text(doc_get(d, "kind")), STR("build")),
        .path = in->path,
    };

    if (!p.name.n || !p.version.n)
        return err_set(e, ERR_FORMAT, "line %u: a package without name or version", d->line);
    return facts_add_package(out, &p, e);
}

/* "dependencies" are indices into the list, which begins with package `first`. */
static int relate(const struct input *in, const struct doc *packages, uint32_t first, struct facts *out,
                  struct err *e)
{
    AUTO_AMONG struct among a = AMONG;
    uint32_t from = first;
    uint64_t to;

    DOC_EACH (packages, d) {
        DOC_EACH (doc_get(d, "dependencies"), index)
            if (doc_u64(index, &to) && to < packages->n)
                among_need(&a, from, first + (uint32_t)to);
        from++;
    }
    return among_settle(&a, in, out, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_BUF struct buf json = BUF(JSON_MOST);
    AUTO_ARENA struct arena a = ARENA(128u << 20);
    struct elf f;
    struct str packed;
    struct doc *root;

    if (!elf_open(in->body, &f) || !elf_section(&f, STR(".dep-v0"), &packed))
        return 0; /* most programs have none */
    if (unzip(UNZIP_ZLIB, packed, &json, e) < 0 || doc_json(buf_view(&json), &a, &root, e) < 0)
        return err_wrap(e, ".dep-v0");
    uint32_t first = among_last(out) + 1;
    DOC_EACH (doc_get(root, "packages"), d)
        if (add(in, d, out, e) < 0)
            return err_wrap(e, ".dep-v0");
    return relate(in, doc_get(root, "packages"), first, out, e);
}

const struct parser parser_rust_binary = {
    .name = "rust_binary",
    .what = "Rust packages in programs built with cargo-auditable",
    .version = 2,
    .starts = STARTS("\177ELF"),
    .max_size = 512u << 20,
    .parse = parse,
};
