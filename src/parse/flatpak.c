/* flatpak.c - Flatpak applications: the AppStream file each exports. Its first release is the newest: the one
 * it is. */
#include "doc/doc.h"
#include "parse/plain.h"

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(64u << 20);
    struct doc *root;

    if (!str_has(in->path,
                 STR("flatpak/"))) /* distributions put the same kind of file under share/metainfo */
        return 0;
    if (doc_xml(in->body, &a, &root, e) < 0)
        return -1;
    return plain_package(in, "flatpak", doc_scalar(doc_get(root, "id")),
                         doc_text(doc_path(root, "releases.release.@version")), root->line, out, e);
}

const struct parser parser_flatpak = {
    .name = "flatpak",
    .what = "Flatpak applications: AppStream files they export",
    .version = 1,
    .paths = PATHS("**/export/share/metainfo/*.xml", "**/export/share/appdata/*.xml",
                   "**/share/app-info/xmls/*.xml"),
    .max_size = 8u << 20,
    .parse = parse,
};
