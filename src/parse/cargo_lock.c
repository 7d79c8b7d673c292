/* cargo_lock.c - Rust packages: Cargo.lock. What has no source is of the project itself; it is said too. */
#include "doc/doc.h"
#include "parse/plain.h"

static int add(const struct input *in, const struct doc *d, struct facts *out, struct err *e)
{
    struct str name = doc_text(doc_get(d, "name")), version = doc_text(doc_get(d, "version"));

    if (!name.n || !version.n)
        return err_set(e, ERR_FORMAT, "line %u: a package without name or version", d->line);
    return plain_package(in, "cargo", name, version, d->line, out, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(256u << 20);
    struct doc *root;

    if (doc_toml(in->body, &a, &root, e) < 0)
        return -1;
    if (doc_get(root, "root") && add(in, doc_get(root, "root"), out, e) < 0) /* before Cargo 0.22 */
        return -1;
    DOC_EACH (doc_get(root, "package"), d)
        if (add(in, d, out, e) < 0)
            return -1;
    return 0;
}

const struct parser parser_cargo_lock = {
    .name = "cargo_lock",
    .what = "Rust packages: Cargo.lock",
    .version = 1,
    .paths = PATHS("**/Cargo.lock"),
    .max_size = 16u << 20,
    .parse = parse,
};
