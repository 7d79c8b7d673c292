/* registry_errors.c - why a registry refused: {"errors": [{"code", "message"}]}, each as a note. */
#include "parse/oci.h"

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(OCI_TREE_BYTES);
    static const char *const keys[] = { "errors", NULL };
    const struct doc *list;
    struct doc *root;

    if (oci_open(in, keys, &a, &root, out, e) < 0 || oci_list(root, "errors", &list, e) < 0)
        return -1;
    if (!list)
        return err_set(e, ERR_FORMAT, "line %u: no \"errors\"", root->line);
    DOC_EACH (list, d) {
        struct str code, message;
        if (oci_text(d, "code", &code, e) < 0 || oci_text(d, "message", &message, e) < 0)
            return -1;
        facts_remark(out, NOTE_UNUSUAL, code, "%.*s", (int)MIN(message.n, (size_t)300),
                     message.p ? message.p : "");
    }
    return 0;
}

const struct parser parser_registry_errors = {
    .name = "registry_errors",
    .what = "a registry's error document",
    .version = 1,
    .max_size = 1 << 20,
    .parse = parse,
};
