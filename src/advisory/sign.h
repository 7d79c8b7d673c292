/* sign.h - keys of advisory databases: Ed25519 in PEM files, as `openssl genpkey -algorithm ed25519` makes
 * them. */
#pragma once
#include "core/err.h"
#include "core/str.h"

/* The raw bytes (32) of a private or a public key. */
int sign_read_private(struct str pem, unsigned char *seed, struct err *e);
int sign_read_public(struct str pem, unsigned char *raw, struct err *e);
