#include "io/inflate.h"

#include "config.h"
#if HAVE_ISAL
#include <isa-l/igzip_lib.h>
#else
#include <zlib.h>
#endif
#include <zstd.h>

enum { BLOCK_OUT = 512 << 10, WINDOW_LOG_MOST = 27 };

struct inflate {
    enum stream_coding coding;
    bool in_frame; /* a member or frame has begun and not ended: an end of input now is a cut */
    char *out;
    ZSTD_DStream *zstd;
#if HAVE_ISAL
    struct inflate_state gzip;
#else
    z_stream gzip;
#endif
};

#if HAVE_ISAL
static bool gzip_init(struct inflate *z)
{
    isal_inflate_init(&z->gzip);
    z->gzip.crc_flag = ISAL_GZIP;
    return true;
}

static void gzip_again(struct inflate *z)
{
    isal_inflate_reset(&z->gzip);
    z->gzip.crc_flag = ISAL_GZIP;
}

static void gzip_end(struct inflate *z UNUSED)
{
}

/* 1: the member goes on, 0: it has ended, -1: damaged */
static int gzip_step(struct inflate *z, struct str *in, size_t *made)
{
    /* the library takes a pointer that it does not write through */
    z->gzip.next_in = (uint8_t *)(uintptr_t)in->p;
    z->gzip.avail_in = (uint32_t)in->n;
    z->gzip.next_out = (uint8_t *)z->out;
    z->gzip.avail_out = BLOCK_OUT;
    int r = isal_inflate(&z->gzip);
    *in = str_skip(*in, in->n - z->gzip.avail_in);
    *made = BLOCK_OUT - z->gzip.avail_out;
    if (r != ISAL_DECOMP_OK && r != ISAL_END_INPUT)
        return -1;
    return z->gzip.block_state == ISAL_BLOCK_FINISH ? 0 : 1;
}
#else
static bool gzip_init(struct inflate *z)
{
    return inflateInit2(&z->gzip, 16 + MAX_WBITS) == Z_OK;
}

static void gzip_again(struct inflate *z)
{
    inflateReset(&z->gzip);
}

static void gzip_end(struct inflate *z)
{
    inflateEnd(&z->gzip);
}

static int gzip_step(struct inflate *z, struct str *in, size_t *made)
{
    z->gzip.next_in = (Bytef *)(uintptr_t)in->p;
    z->gzip.avail_in = (uInt)in->n;
    z->gzip.next_out = (Bytef *)z->out;
    z->gzip.avail_out = BLOCK_OUT;
    int r = inflate(&z->gzip, Z_NO_FLUSH);
    *in = str_skip(*in, in->n - z->gzip.avail_in);
    *made = BLOCK_OUT - z->gzip.avail_out;
    return r == Z_STREAM_END ? 0 : r == Z_OK || r == Z_BUF_ERROR ? 1 : -1;
}
#endif

struct inflate *inflate_open(enum stream_coding coding, struct err *e)
{
    struct inflate *z = calloc(1, sizeof *z);

    if (z)
        z->out = malloc(BLOCK_OUT);
    if (z && coding == CODING_ZSTD)
        z->zstd = ZSTD_createDStream();
    bool ok = z && z->out && (coding == CODING_ZSTD ? z->zstd != NULL : gzip_init(z));
    if (!ok) {
        err_set(e, ERR_LIMIT, "out of memory");
        inflate_close(&z);
        return NULL;
    }
    z->coding = coding;
    if (coding == CODING_ZSTD)
        ZSTD_DCtx_setParameter(z->zstd, ZSTD_d_windowLogMax, WINDOW_LOG_MOST);
    return z;
}

void inflate_close(struct inflate **z)
{
    if (!*z)
        return;
    if ((*z)->coding == CODING_GZIP)
        gzip_end(*z);
    ZSTD_freeDStream((*z)->zstd);
    free((*z)->out);
    free(*z);
    *z = NULL;
}

static int gzip_next(struct inflate *z, struct str *in, struct str *out, struct err *e)
{
    size_t made = 0;
    bool starts = !z->in_frame;

    if (starts && in->n && !str_starts(*in, STR("\x1f"))) {
        *in = (struct str){ 0 }; /* padding behind the last member, as gzip(1) does: ignored, yet hashed */
        return 0;
    }
    int r = gzip_step(z, in, &made);
    *out = (struct str){ z->out, made };
    if (r < 0)
        return err_set(e, ERR_FORMAT, "gzip data is damaged");
    z->in_frame = r > 0;
    if (r == 0)
        gzip_again(z);
    return 1;
}

static int zstd_next(struct inflate *z, struct str *in, struct str *out, struct err *e)
{
    ZSTD_inBuffer from = { in->p, in->n, 0 };
    ZSTD_outBuffer to = { z->out, BLOCK_OUT, 0 };
    size_t r = ZSTD_decompressStream(z->zstd, &to, &from);

    if (ZSTD_isError(r))
        return err_set(e, ERR_FORMAT, "zstd data is damaged: %s", ZSTD_getErrorName(r));
    *in = str_skip(*in, from.pos);
    *out = (struct str){ z->out, to.pos };
    z->in_frame = r != 0;
    return 1;
}

int inflate_next(struct inflate *z, struct str *in, bool in_ended, struct str *out, struct err *e)
{
    *out = (struct str){ 0 };
    if (!in->n && in_ended && !z->in_frame)
        return 0;
    size_t before = in->n;
    int r = z->coding == CODING_GZIP ? gzip_next(z, in, out, e) : zstd_next(z, in, out, e);
    if (r > 0 && in_ended && !out->n && in->n == before && z->in_frame)
        return err_set(e, ERR_FORMAT, "compressed data is cut off");
    return r;
}
