/* podfile_lock.c - CocoaPods: Podfile.lock, whose PODS are "Name (1.2)" or a map from that to what it needs.
 */
#include "doc/doc.h"
#include "parse/plain.h"

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(64u << 20);
    struct doc *root;

    if (doc_yaml(in->body, &a, &root, e) < 0)
        return -1;
    DOC_EACH (doc_get(root, "PODS"), d) {
        struct str pod = d->kind == DOC_OBJECT && d->child ? d->child->key : doc_text(d), name, version;
        if (!str_split(pod, '(', &name, &version) || !str_ends(version, STR(")")))
            return err_set(e, ERR_FORMAT, "line %u: not \"Name (version)\"", d->line);
        version.n--;
        if (plain_package(in, "cocoapods", str_trim(name), version, d->line, out, e) < 0)
            return -1;
    }
    return 0;
}

const struct parser parser_podfile_lock = {
    .name = "podfile_lock",
    .what = "CocoaPods: Podfile.lock",
    .version = 1,
    .paths = PATHS("**/Podfile.lock"),
    .max_size = 8u << 20,
    .parse = parse,
};
