#include "io/inflate.h"

#include "core/unzip.h"

#include <zstd.h>

enum { BLOCK_OUT = 512 << 10, WINDOW_LOG_MOST = 27 };

struct inflate {
    enum stream_coding coding;
    bool in_frame; /* a member or frame has begun and not ended: an end of input now is a cut */
    char *out;
    ZSTD_DStream *zstd; /* one of these two */
    struct unzipper *gzip;
};

struct inflate *inflate_open(enum stream_coding coding, struct err *e)
{
    struct inflate *z = calloc(1, sizeof *z);

    if (z)
        z->out = malloc(BLOCK_OUT);
    if (z && coding == CODING_ZSTD)
        z->zstd = ZSTD_createDStream();
    else if (z)
        z->gzip = unzipper_open(UNZIP_GZIP);
    if (!z || !z->out || (!z->zstd && !z->gzip)) {
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
    unzipper_close(&(*z)->gzip);
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
    int r = unzipper_next(z->gzip, in, z->out, BLOCK_OUT, &made);
    *out = (struct str){ z->out, made };
    if (r < 0)
        return err_set(e, ERR_FORMAT, "gzip data is damaged");
    z->in_frame = r > 0;
    if (r == 0)
        unzipper_again(z->gzip, UNZIP_GZIP);
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
