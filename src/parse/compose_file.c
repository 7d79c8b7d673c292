/* compose_file.c - the images of a compose file's services. A variable stands for its default; without one,
 * which image it is is said when it runs. */
#include "core/buf.h"
#include "doc/doc.h"
#include "parse/image_ref.h"

enum { REFERENCE_MOST = 4096 };

/* Replace ${NAME:-default} and ${NAME-default}; false when there is a variable without a default. */
static bool expand(struct str text, struct buf *to)
{
    struct str head, rest, name, value;

    while (str_split(text, '$', &head, &rest)) {
        buf_str(to, head);
        if (!str_starts(rest, STR("{")) || !str_split(str_skip(rest, 1), '}', &name, &text) ||
            !str_split(name, '-', &name, &value))
            return false;
        buf_str(to, value);
    }
    buf_str(to, text);
    return buf_ok(to);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(64u << 20);
    AUTO_BUF struct buf ref = BUF(REFERENCE_MOST);
    struct doc *root;

    if (doc_yaml(in->body, &a, &root, e) < 0)
        return -1;
    DOC_EACH (doc_get(root, "services"), service) {
        const struct doc *image = doc_get(service, "image");
        if (!image)
            continue;
        buf_clear(&ref);
        if (!expand(doc_text(image), &ref))
            facts_remark(out, NOTE_UNUSUAL, in->path, "line %u: which image is said when it runs: " STR_FMT,
                         image->line, STR_ARG(str_first(doc_text(image), 200)));
        else if (image_ref_add(in, buf_view(&ref), image->line, out, e) < 0)
            return -1;
    }
    return 0;
}

const struct parser parser_compose_file = {
    .name = "compose_file",
    .what = "images of a compose file's services",
    .version = 1,
    .paths = PATHS("**/docker-compose.yml", "**/docker-compose.yaml", "**/compose.yml", "**/compose.yaml"),
    .max_size = 4u << 20,
    .parse = parse,
};
