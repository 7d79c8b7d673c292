/* secret_grammar.h - secrets that are right by their format and nobody's: made from a grammar at run time, so
 * that no test holds one.
 *
 * A grammar is text with {CLASS:N} in it: N characters of b62, b64, b64url, b58, b32, hex, HEX, digit, lower,
 * upper, alpha, lownum, upnum; "\n" is a line break; and whole ones with their checksums or structure: {uuid}
 * {crc62:PREFIX} {atlassian:PREFIX} {age} {aws} {basic} {jwt} {jwt:kubernetes} {jwk} {wireguard} {vis50}
 *   {pem:rsa|ec|ed25519} {json-pem:ec} {pem64:ec} {openssh} {pgp} {hexlines:N} */
#pragma once
#include "core/buf.h"

struct secret_rng {
    uint64_t state;
};
/* Append what the grammar makes to *out. Ends the program on words that it does not know. */
void secret_make(struct secret_rng *r, const char *grammar, struct buf *out);
