/* unpack.h - what lies in a ZIP (jar, wheel, apk ...) or gzip file, one level deep, handed on in blocks as
 * the file passes: nothing is kept but a header and the inflater's window.
 *
 * Bounded: UNPACKED_MOST bytes of one file. Encrypted members are passed over; compiled classes, pictures and
 * fonts are not handed on; scanner.c leaves out archives below usr/ other than usr/local/. What cannot be
 * understood ends the unpacking: the file itself is searched anyway.
 */
#pragma once
#include "core/buf.h"

enum { UNPACKED_MOST = 256 << 20 };

struct unpack; /* opaque */

/* Called for a member's beginning (name, empty block), each block of it, and its end (block with p NULL). */
typedef void unpack_fn(void *ctx, struct str name, struct str block, bool begins, bool ends);

/* By the file's first bytes: is it one of them? */
bool unpack_knows(struct str start);
/* For any number of files, one after the other. NULL: out of memory. */
struct unpack *unpack_open(unpack_fn *take, void *ctx);
void unpack_close(struct unpack **u);
/* A file begins, its blocks in order, it ends. false: more than UNPACKED_MOST was in it. */
void unpack_begin(struct unpack *u);
void unpack_block(struct unpack *u, struct str block);
bool unpack_end(struct unpack *u);
