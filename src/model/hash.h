/* hash.h - the hash of an archive as lock files spell it: "sha256:HEX", or "sha512-BASE64" as W3C's Subresource
 * Integrity has it, of which several may stand in one text with blanks between. */
#pragma once
#include "core/str.h"

enum { HASH_BYTES_MOST = 64, HASH_TEXT_MOST = 1024 };
struct hash_kind {
    const char *name;             /* as it is spelled there */
    const char *cyclonedx, *spdx; /* as bills of materials call it */
    size_t bytes;
};
struct hash {
    const struct hash_kind *kind;
    char hex[2 * HASH_BYTES_MOST + 1]; /* small letters */
};

/* The strongest of what `text` has; false: none that is known and whole. */
bool hash_read(struct str text, struct hash *out);
