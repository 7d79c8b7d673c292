/* oci.h - what the documents of OCI and Docker images have in common: descriptors, strict digests, typed
 * look-ups.
 *
 * Engines read these documents with Go's encoding/json, which matches keys without regard to case and takes
 * the last one. A document with "Layers" beside "layers" therefore shows a strict reader another image than
 * it runs: oci_open reports such keys as hostile. */
#pragma once
#include "doc/doc.h"
#include "parse/parse.h"

enum {
    OCI_MANIFEST_BYTES = 4 << 20, /* what registries accept at the most */
    OCI_CONFIG_BYTES = 8 << 20,
    OCI_TREE_BYTES = 64 << 20, /* for the tree of one document */
    OCI_ITEMS_MOST = 10000     /* of manifests, layers, history lines: Docker itself stops at 127 layers */
};

/* "sha256:" and 64, or "sha512:" and 128 lower-case hexadecimal digits. */
bool oci_digest_ok(struct str digest);

/* Typed members. Absent or null: *out stays empty. Another kind is an error with its line. */
int oci_text(const struct doc *object, const char *key, struct str *out, struct err *e) MUST_USE;
/* A list of texts; a single text counts as a list of one, as Docker reads it. */
int oci_texts(const struct doc *object, const char *key, struct arena *a, struct strs *out,
              struct err *e) MUST_USE;
/* The keys of an object, for Go's sets: {"80/tcp": {}}. */
int oci_keys(const struct doc *object, const char *key, struct arena *a, struct strs *out,
             struct err *e) MUST_USE;
/* The member if it is a list of at most OCI_ITEMS_MOST (NULL when absent). */
int oci_list(const struct doc *object, const char *key, const struct doc **out, struct err *e) MUST_USE;

/* Fill *to from a descriptor: media type, digest and size are checked; platform and reference name when
 * given. */
int oci_descriptor(const struct doc *d, struct arena *a, struct descriptor *to, struct facts *out,
                   struct err *e) MUST_USE;

/* Parse the document into *a and see that it is an object; remark keys that are one of `keys` (NULL-ended) in
 * another case. */
int oci_open(const struct input *in, const char *const *keys, struct arena *a, struct doc **root,
             struct facts *out, struct err *e) MUST_USE;
void oci_odd_case(const struct doc *object, const char *const *keys, struct facts *out, struct str where);

/* A document that is a list of objects: `one` reads each. containers-storage's are such. */
int oci_each(const struct input *in,
             int (*one)(const struct doc *d, struct arena *a, struct facts *out, struct err *e),
             struct facts *out, struct err *e) MUST_USE;

/* Fill schema, media_type and artifact_type. Only 1 and 2 are versions. */
int oci_version(const struct doc *root, struct manifest *out, struct err *e) MUST_USE;
