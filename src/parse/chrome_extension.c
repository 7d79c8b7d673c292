/* chrome_extension.c - extensions of Chrome and Chromium: Extensions/<id>/<version>/manifest.json */
#include "doc/doc.h"
#include "parse/plain.h"

enum { ID_LETTERS = 32 }; /* a to p: a hash in hexadecimal, spelled in letters */

static bool is_id(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < 'a' || s.p[i] > 'p')
            return false;
    return s.n == ID_LETTERS;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(16u << 20);
    struct str id = path_part(in->path, -3);
    struct doc *root;

    if (!is_id(id)) /* web pages have a manifest.json too */
        return 0;
    if (doc_jsonc(in->body, &a, &root, e) < 0)
        return -1;
    struct str version = doc_text(doc_get(root, "version"));
    if (!doc_get(root, "manifest_version") || !version.n)
        return err_set(e, ERR_FORMAT, "no \"manifest_version\" or no \"version\"");
    return plain_package(in, "generic", id, version, doc_get(root, "version")->line, out, e);
}

const struct parser parser_chrome_extension = {
    .name = "chrome_extension",
    .what = "extensions of Chrome and Chromium",
    .version = 1,
    .paths = PATHS("**/manifest.json"),
    .max_size = 1u << 20,
    .parse = parse,
};
