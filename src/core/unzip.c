#include "core/unzip.h"

#include "config.h"
#if HAVE_ISAL
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#else
#include <zlib.h>
#endif

enum { ROOM = 256 << 10 };

#if HAVE_ISAL
struct unzipper {
    struct inflate_state z;
};

void unzipper_again(struct unzipper *u, enum unzip_form form)
{
    static const uint32_t flag[] = { ISAL_DEFLATE, ISAL_ZLIB, ISAL_GZIP };

    isal_inflate_reset(&u->z);
    u->z.crc_flag = flag[form];
}

static bool begin(struct unzipper *u, enum unzip_form form)
{
    isal_inflate_init(&u->z);
    unzipper_again(u, form);
    return true;
}

static void end(struct unzipper *u UNUSED)
{
}

int unzipper_next(struct unzipper *u, struct str *in, char *to, size_t room, size_t *made)
{
    size_t most = MIN(in->n, (size_t)UINT32_MAX);

    u->z.next_in = (uint8_t *)(uintptr_t)in->p; /* the library does not write through it */
    u->z.avail_in = (uint32_t)most;
    u->z.next_out = (uint8_t *)to;
    u->z.avail_out = (uint32_t)room;
    int r = isal_inflate(&u->z);
    *made = room - u->z.avail_out;
    size_t used = most - MIN(most, (size_t)u->z.avail_in);
    bool ended = u->z.block_state == ISAL_BLOCK_FINISH;
    if (ended && u->z.read_in_length > 0) /* it reads ahead, and of raw data gives nothing back */
        used -= MIN(used, (size_t)u->z.read_in_length / 8);
    *in = str_skip(*in, used);
    if (r != ISAL_DECOMP_OK && r != ISAL_END_INPUT)
        return -1;
    return ended ? 0 : 1;
}

uint32_t crc32_of(struct str s)
{
    return crc32_gzip_refl(0, (const unsigned char *)s.p, s.n);
}
#else
struct unzipper {
    z_stream z;
};

static int window_of(enum unzip_form form)
{
    return form == UNZIP_RAW ? -MAX_WBITS : form == UNZIP_ZLIB ? MAX_WBITS : 16 + MAX_WBITS;
}

void unzipper_again(struct unzipper *u, enum unzip_form form)
{
    inflateReset2(&u->z, window_of(form));
}

static bool begin(struct unzipper *u, enum unzip_form form)
{
    u->z = (z_stream){ 0 };
    return inflateInit2(&u->z, window_of(form)) == Z_OK;
}

static void end(struct unzipper *u)
{
    inflateEnd(&u->z);
}

int unzipper_next(struct unzipper *u, struct str *in, char *to, size_t room, size_t *made)
{
    size_t most = MIN(in->n, (size_t)UINT32_MAX);

    u->z.next_in = (Bytef *)(uintptr_t)in->p;
    u->z.avail_in = (uInt)most;
    u->z.next_out = (Bytef *)to;
    u->z.avail_out = (uInt)room;
    int r = inflate(&u->z, Z_NO_FLUSH);
    *made = room - u->z.avail_out;
    *in = str_skip(*in, most - u->z.avail_in);
    return r == Z_STREAM_END ? 0 : r == Z_OK || r == Z_BUF_ERROR ? 1 : -1;
}

uint32_t crc32_of(struct str s)
{
    return (uint32_t)crc32_z(0, (const Bytef *)s.p, s.n);
}
#endif

struct unzipper *unzipper_open(enum unzip_form form)
{
    struct unzipper *u = malloc(sizeof *u);

    if (u && !begin(u, form)) {
        free(u);
        u = NULL;
    }
    return u;
}

void unzipper_close(struct unzipper **u)
{
    if (*u)
        end(*u);
    free(*u);
    *u = NULL;
}

int unzip(enum unzip_form form, struct str packed, struct buf *out, struct err *e)
{
    AUTO_UNZIPPER struct unzipper *u = unzipper_open(form);
    size_t made;
    int r = 1;

    if (!u)
        return err_set(e, ERR_LIMIT, "out of memory");
    while (r > 0) {
        char *to = buf_room(out, ROOM);
        if (!to)
            return err_set(e, ERR_LIMIT, "unpacks to more than %zu bytes", out->max);
        r = unzipper_next(u, &packed, to, ROOM, &made);
        if (r < 0 || (r > 0 && !made)) /* cut off */
            return err_set(e, ERR_FORMAT, "the compressed data are damaged");
        out->n += made;
    }
    return 0;
}
