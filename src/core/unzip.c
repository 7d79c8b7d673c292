#include "core/unzip.h"

#include "config.h"
#if HAVE_ISAL
#include <isa-l/igzip_lib.h>
#else
#include <zlib.h>
#endif

enum { ROOM = 256 << 10 };

#if HAVE_ISAL
struct unzipper {
    struct inflate_state z;
};

static bool begin(struct unzipper *u, enum unzip_form form, struct str in)
{
    isal_inflate_init(&u->z);
    u->z.crc_flag = form == UNZIP_ZLIB ? ISAL_ZLIB : ISAL_DEFLATE;
    u->z.next_in = (uint8_t *)(uintptr_t)in.p; /* the library does not write through it */
    u->z.avail_in = (uint32_t)in.n;
    return true;
}

/* 1: goes on, 0: ended, -1: damaged */
static int step(struct unzipper *u, char *to, size_t *made)
{
    u->z.next_out = (uint8_t *)to;
    u->z.avail_out = ROOM;
    int r = isal_inflate(&u->z);
    *made = ROOM - u->z.avail_out;
    if (r != ISAL_DECOMP_OK && r != ISAL_END_INPUT)
        return -1;
    return u->z.block_state == ISAL_BLOCK_FINISH ? 0 : *made ? 1 : -1;
}

static void end(struct unzipper *u UNUSED)
{
}
#else
struct unzipper {
    z_stream z;
};

static bool begin(struct unzipper *u, enum unzip_form form, struct str in)
{
    u->z = (z_stream){ .next_in = (Bytef *)(uintptr_t)in.p, .avail_in = (uInt)in.n };
    return inflateInit2(&u->z, form == UNZIP_ZLIB ? MAX_WBITS : -MAX_WBITS) == Z_OK;
}

static int step(struct unzipper *u, char *to, size_t *made)
{
    u->z.next_out = (Bytef *)to;
    u->z.avail_out = ROOM;
    int r = inflate(&u->z, Z_NO_FLUSH);
    *made = ROOM - u->z.avail_out;
    return r == Z_STREAM_END ? 0 : r == Z_OK && *made ? 1 : -1;
}

static void end(struct unzipper *u)
{
    inflateEnd(&u->z);
}
#endif

int unzip(enum unzip_form form, struct str packed, struct buf *out, struct err *e)
{
    AUTO_FREE struct unzipper *u = calloc(1, sizeof *u);
    size_t made;
    int r = 1;

    if (!u || !begin(u, form, str_first(packed, UINT32_MAX)))
        return err_set(e, ERR_LIMIT, "out of memory");
    while (r > 0) {
        char *to = buf_room(out, ROOM);
        if (!to)
            r = err_set(e, ERR_LIMIT, "unpacks to more than %zu bytes", out->max);
        else if ((r = step(u, to, &made)) < 0)
            err_set(e, ERR_FORMAT, "the compressed data are damaged");
        else
            out->n += made;
    }
    end(u);
    return r;
}
