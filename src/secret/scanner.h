/* scanner.h - what scanner.c (bytes, anchors, windows) and confirm.c (expressions, proof, facts) share. */
#pragma once
#include "core/buf.h"
#include "secret/check.h"
#include "secret/secret.h"
#include "secret/unpack.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <hs/hs_runtime.h>
#include <pcre2.h>

enum {
    CONTEXT = 64,          /* bytes ahead of a match that expressions may look back at */
    AFTER_MOST = 24 << 10, /* the longest window behind an anchor */
    TEXT_TELLING = 8192,   /* bytes that tell text from binary */
    QUEUE_MOST = 1 << 20,  /* candidates of one block */
    FOUND_MOST = 512,      /* secrets of one file */
    DECODED_MOST = 32 << 10,
};

/* An anchor that was met and what followed it did not rule out. */
struct candidate {
    uint64_t at; /* offset of the anchor in the file */
    uint32_t anchor;
};

/* A secret on its way to a fact: the text itself is already gone. */
struct found {
    uint64_t at, end; /* of the secret in the file */
    uint32_t kind, line;
    enum confidence confidence;
    bool is_key;
    char shown[16], hash[33];
    char proof[160], doubt[160], until[24];
    struct key key;
    char public_key[65];
};

/* A run of bytes with what is known of its place: the stream of a file, or something decoded out of it. */
struct window {
    struct str text;
    uint64_t at;      /* of text.p[0] in the file */
    unsigned stretch; /* three bytes of text take so many in the file: 3; 4 out of base64, 6 out of hex */
};

struct secret_scanner {
    const struct secret_setup *setup;
    hs_scratch_t *scratch;
    hs_stream_t *stream[N_SECRET_DATABASES], *decoded_stream;
    struct facts *out;
    /* the file */
    enum secret_place place;
    struct str path;
    uint64_t size, block_at; /* offset of the current block */
    struct str block;
    bool begun, binary, inner_file; /* inner_file: a member of an archive, which is not unpacked again */
    bool wide, big_endian;          /* UTF-16: blocks are narrowed first, offsets count characters */
    bool odd;                       /* half a character waits in `half` */
    char half;
    struct buf narrow;
    struct buf tail;   /* bytes right before the block that are still needed */
    struct buf across; /* a window that lies in both */
    struct buf decoded;
    struct candidate *queue;
    size_t n_queue, cap_queue;
    bool dropped;               /* more than could be kept: said as a note */
    uint64_t decoded_to;        /* base64 up to here has been looked into */
    struct candidate inner[64]; /* anchors in what was decoded */
    size_t n_inner;
    uint64_t line_at, line_no; /* so many lines end ahead of offset line_at */
    struct found *found;
    size_t n_found, cap_found;
    uint64_t n_dropped;
    bool remember;
    struct buf remembered; /* secrets, each with its length ahead: see mask.c */
    /* confirming */
    bool unpacking;                /* an archive passes */
    struct unpack *unpack;         /* NULL until the first one */
    struct secret_scanner *within; /* sees its members */
    struct buf member;             /* path of the current one: "app.jar!/x.properties" */
    pcre2_code **code;
    struct buf room; /* for validators */
    pcre2_match_data *match;
    pcre2_match_context *limits;
};

/* Do the bytes behind an anchor of the kind allow a match? `rest` begins right behind it; `whole`: nothing
 * follows. */
bool secret_follows(const struct secret_kind *k, struct str rest);

/* Try a kind's expression at an anchor (offset `anchor` of n bytes within w) and add what it finds to
 * s->found. */
int secret_confirm(struct secret_scanner *s, uint32_t kind, const struct window *w, size_t anchor, size_t n);
/* Overlaps decided, facts written, s->found emptied. */
int secret_flush(struct secret_scanner *s, struct err *e);
uint32_t secret_line(struct secret_scanner *s, uint64_t at);
void secret_note(struct secret_scanner *s, struct str secret, enum confidence confidence);
bool secret_confirm_open(struct secret_scanner *s);
void secret_confirm_close(struct secret_scanner *s);

/* doubt.c */
/* Is it no secret at all: a placeholder, a reference to a variable, a well-known dummy? */
bool secret_is_dummy(struct str secret);
/* Why a file with this path likely holds no live secret ("lies among tests"), and how sure one in it can be
 * at *most; NULL: no reason. `generic`: of a kind that only names tell. */
const char *secret_path_doubt(struct str path, bool generic, enum confidence *most);
/* Bits for each character, in hundredths. */
unsigned secret_entropy(struct str s);
