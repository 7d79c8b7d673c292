/* secrets.h - looking for secrets in a run: the key of their hashes, texts of documents, and the groups that
 * rules judge. */
#pragma once
#include "model/secret.h"
#include "secret/secret.h"

/* Open the setup with the key in `key_file`, or in ${XDG_STATE_HOME:-~/.local/state}/scantling/secret.key.
 * Where that is not there it is made (mode 0600) when `keep`; else, and without a home directory, the key
 * lives as long as the run: hashes then say what is the same within it, and nothing across runs. */
int secrets_open(struct secret_setup *s, const char *key_file, bool keep, struct err *e) MUST_USE;
/* Part of the cache's key: kinds and key. */
uint64_t secrets_version(const struct secret_setup *s);

/* In a confined job: look through what a document says (variables, labels, history of a configuration) or,
 * when it is no configuration, through its bytes. What is found is written over in the facts. */
int secrets_in_document(const struct secret_setup *s, struct str path, struct str bytes, struct facts *f,
                        struct err *e) MUST_USE;

/* What is built in; nothing when nobody looked. */
struct secret_search secrets_search(bool looked);
/* Every place in an image where one was seen, as long as its tree is there. */
struct secret_places {
    struct secret_at *p;
    size_t n;
    bool complete; /* everything was read */
};
int secrets_of_image(const struct image *img, struct arena *a, struct secret_places *out,
                     struct err *e) MUST_USE;
struct deployment;
/* Every place in the documents of a deployment, and in the rest of the source tree that they are from. */
int secrets_of_deployment(const struct deployment *d, const struct secret_places *tree, struct arena *a,
                          struct secret_places *out, struct err *e) MUST_USE;
