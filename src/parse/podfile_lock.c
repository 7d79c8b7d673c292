/* podfile_lock.c - CocoaPods: Podfile.lock, whose PODS are "Name (1.2)" or a map from that to what it needs.
 */
#include "doc/doc.h"
#include "parse/among.h"
#include "parse/plain.h"

static struct str name_of(struct str pod)
{
    struct str name, version;

    str_split(pod, '(', &name, &version);
    return str_trim(name);
}

static void relate(struct among *a, const struct doc *pods)
{
    DOC_EACH (pods, d)
        DOC_EACH (d->kind == DOC_OBJECT ? d->child : NULL, needed)
            among_need(a, among_find(a, name_of(d->child->key)), among_find(a, name_of(doc_text(needed))));
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(64u << 20);
    AUTO_AMONG struct among among = AMONG;
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
        among_call(&among, among_last(out), str_trim(name));
    }
    relate(&among, doc_get(root, "PODS"));
    DOC_EACH (doc_get(root, "DEPENDENCIES"), d)
        among_direct(out, among_find(&among, name_of(doc_text(d))));
    return among_settle(&among, in, out, e);
}

const struct parser parser_podfile_lock = {
    .name = "podfile_lock",
    .what = "CocoaPods: Podfile.lock",
    .version = 2,
    .paths = PATHS("**/Podfile.lock"),
    .max_size = 8u << 20,
    .parse = parse,
};
