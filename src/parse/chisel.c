/* chisel.c - what Canonical's chisel cut into an image: var/lib/chisel/manifest.wall, JSON lines under zstd.
 * The packages are Ubuntu's, though dpkg does not know them. */
#include "core/buf.h"
#include "doc/doc.h"
#include "parse/plain.h"

#include <zstd.h>

enum { WALL_MOST = 64 << 20 };

static void free_dstream(ZSTD_DStream **s)
{
    ZSTD_freeDStream(*s);
}

static int unpack(struct str packed, struct buf *to, struct err *e)
{
    CLEANUP(free_dstream) ZSTD_DStream *s = ZSTD_createDStream();
    ZSTD_inBuffer from = { packed.p, packed.n, 0 };
    size_t more = 1;

    while (s && from.pos < from.size) {
        size_t room = ZSTD_DStreamOutSize();
        char *at = buf_room(to, room);
        if (!at)
            return err_set(e, ERR_LIMIT, "unpacks to more than %d bytes", WALL_MOST);
        ZSTD_outBuffer piece = { at, room, 0 };
        more = ZSTD_decompressStream(s, &piece, &from);
        if (ZSTD_isError(more))
            return err_set(e, ERR_FORMAT, "zstd: %s", ZSTD_getErrorName(more));
        to->n += piece.pos;
    }
    return s && !more ? 0
                      : err_set(e, s ? ERR_FORMAT : ERR_LIMIT, s ? "zstd: ends too early" : "out of memory");
}

static int add_line(const struct input *in, struct str line, uint32_t number, struct facts *out,
                    struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(4u << 20);
    struct doc *d;

    if (!str_has(line, STR("\"kind\":\"package\""))) /* most lines are about files */
        return 0;
    if (doc_json(line, &a, &d, e) < 0)
        return err_wrap(e, "line %u of the manifest", number);
    struct package p = {
        .type = STR("deb"),
        .name = doc_text(doc_get(d, "name")),
        .version = doc_text(doc_get(d, "version")),
        .arch = doc_text(doc_get(d, "arch")),
        .path = in->path,
        .line = number,
    };
    if (!p.name.n || !p.version.n)
        return err_set(e, ERR_FORMAT, "line %u of the manifest: a package without name or version", number);
    return facts_add_package(out, &p, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_BUF struct buf wall = BUF(WALL_MOST);
    struct str rest, line;

    if (unpack(in->body, &wall, e) < 0)
        return -1;
    rest = buf_view(&wall);
    if (!str_starts(rest, STR("{\"jsonwall\":")))
        return err_set(e, ERR_FORMAT, "not a jsonwall");
    for (uint32_t number = 1; str_cut(&rest, '\n', &line); number++)
        if (add_line(in, line, number, out, e) < 0)
            return -1;
    return 0;
}

const struct parser parser_chisel = {
    .name = "chisel",
    .what = "Ubuntu packages that chisel cut into an image",
    .version = 1,
    .paths = PATHS("var/lib/chisel/manifest.wall"),
    .max_size = 16u << 20,
    .parse = parse,
};
