/* mac_app.c - applications of macOS: <name>.app/Contents/Info.plist, where it is XML */
#include "doc/doc.h"
#include "parse/plain.h"

/* The value behind <key>name</key> in a <dict>. */
static const struct doc *value_of(const struct doc *dict, const char *name)
{
    DOC_EACH (dict, d)
        if (str_eq(d->key, STR("key")) && str_eq(doc_scalar(d), str_of(name)))
            return d->next;
    return NULL;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(32u << 20);
    struct doc *root;

    if (str_starts(in->body, STR("bplist"))) {
        facts_remark(out, NOTE_INCOMPLETE, in->path, "a binary property list");
        return 0;
    }
    if (doc_xml(in->body, &a, &root, e) < 0)
        return -1;
    const struct doc *dict = doc_get(root, "dict"), *name = value_of(dict, "CFBundleName");
    const struct doc *version = value_of(dict, "CFBundleShortVersionString");
    return plain_package(in, "macapps", doc_scalar(name ? name : value_of(dict, "CFBundleDisplayName")),
                         doc_scalar(version ? version : value_of(dict, "CFBundleVersion")), root->line, out,
                         e);
}

const struct parser parser_mac_app = {
    .name = "mac_app",
    .what = "applications of macOS: Info.plist",
    .version = 1,
    .paths = PATHS("**/Contents/Info.plist"),
    .max_size = 1u << 20,
    .parse = parse,
};
