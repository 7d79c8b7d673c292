/* mirror.h - where advisory databases come from: one packed file, asked for in pieces.
 *
 *   https://HOST/PATH      a folder with advisories.db.zst, as `db build -o advisories.db.zst` writes it, and
 *   file:///PATH           advisories.db.zst.sha256, its SHA-256 in hex as sha256sum prints it
 *   http://HOST/PATH       the same, only where plain HTTP is allowed
 *   oci://HOST/REPOSITORY[:TAG][@DIGEST]
 *                          an OCI artefact in a registry: a manifest whose only layer is the packed database.
 *                          Its digest is what the manifest says, and the manifest has the pinned digest or
 * the one that the registry says. Logins are those of docker and podman. */
#pragma once
#include "core/buf.h"
#include "core/err.h"

enum { MIRROR_PACKED_MOST = 256 << 20, MIRROR_DIGEST_TEXT = 7 + 64 };

struct mirror_options {
    const char *ca_file; /* further trust anchors (PEM); NULL: the system's alone */
    bool plain_http;     /* for a mirror on this machine */
};

struct mirror;

/* Ask for the digest of the mirror's database. The URL must live as long as the mirror. */
int mirror_open(const struct mirror_options *o, const char *url, struct mirror **out, struct err *e) MUST_USE;
void mirror_close(struct mirror **m);
#define AUTO_MIRROR CLEANUP(mirror_close)

/* "sha256:...", of the packed file. */
const char *mirror_digest(const struct mirror *m);
/* Append bytes [at, at + n) of the packed file to *out; fewer at its end, none behind it. */
int mirror_get(struct mirror *m, uint64_t at, uint64_t n, struct buf *out, struct err *e) MUST_USE;
