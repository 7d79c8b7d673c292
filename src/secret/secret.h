/* secret.h - secrets in bytes that pass: files of a layer, texts of an image's configuration, documents.
 *
 * One pass of Vectorscan over the bytes where they lie finds the anchors of all kinds (literal texts); what
 * stands right ahead of an anchor and behind it decides in a few nanoseconds whether its expression (PCRE2,
 * bounded) is tried on the window around it; then bounds of entropy, well-known dummies and the format's own
 * proof decide. A window may lie across blocks: what a pending one needs of a block is kept, nothing else is
 * copied.
 *
 * A secret leaves this folder only as FACT_SECRET: a few leading characters and a keyed hash. */
#pragma once
#include "model/secret.h"

enum { SECRET_KEY_BYTES = 32 };

/* What all jobs of a run share: made once before the first fork, never changed after. */
struct secret_setup {
    unsigned char key[SECRET_KEY_BYTES]; /* of the hash that is a secret's identity */
    void *database[2], *scratch;         /* Vectorscan's: for text, for binary files */
};

/* Is the program built with what it takes? If not, secret_setup_open says ERR_UNSUPPORTED. */
bool secret_supported(void);
int secret_setup_open(struct secret_setup *s, struct err *e) MUST_USE;
void secret_setup_close(struct secret_setup *s);
/* A number for what all kinds together would say: part of the cache's key. */
uint64_t secret_version(void);
size_t secret_kind_count(void);
const struct secret_info *secret_info_of(struct str id); /* NULL when there is no such kind */

struct secret_scanner; /* opaque */

/* The facts go to *out; both outlive the scanner. NULL on error. */
struct secret_scanner *secret_open(const struct secret_setup *setup, struct facts *out, struct err *e);
void secret_close(struct secret_scanner **s);
#define AUTO_SECRET CLEANUP(secret_close)

/* A file: begin, its blocks in order, end. `size` is what it claims to be, for planning only; path is
 * borrowed until the end. Facts are added at the end. */
void secret_file_begin(struct secret_scanner *s, struct str path, uint64_t size);
void secret_file_block(struct secret_scanner *s, struct str block);
int secret_file_end(struct secret_scanner *s, struct err *e);

/* Remember the secrets that are found from now on, within this process, and afterwards write "*" over all but
 * their first characters wherever they stand in the facts: who reports what a document says then has nothing
 * to tell. */
void secret_remember(struct secret_scanner *s);
void secret_mask(const struct secret_scanner *s, struct facts *f);

/* A value that is a secret by where it stands, whatever it looks like: of a key of a Kubernetes Secret, in
 * base64 or not; it takes bytes [at, at + n) of the document. 1: added; 0: not, for dummies, and where one was found
 * by its format. */
int secret_add_value(struct secret_scanner *s, struct str path, uint32_t line, uint64_t at, uint64_t n,
                     struct str key, struct str value, struct err *e);
/* Does nothing but a name tell that it is one? */
bool secret_is_generic(struct str kind);

/* A text that is no file: `name` of the variable or label, number of the history line. */
int secret_scan_text(struct secret_scanner *s, enum secret_place place, struct str name, struct str text,
                     struct err *e);
