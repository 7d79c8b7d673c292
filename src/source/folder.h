/* folder.h - a folder with documents of a deployment: which they are, and reading them. Nothing outside of it
 * is ever opened, whatever links it has. */
#pragma once
#include "model/entries.h"
#include "source/source.h"

struct folder {
    struct source_env *env;
    int fd;
};
int folder_open(struct folder *f, struct str dir, struct err *e) MUST_USE;
void folder_close(struct folder *f);
#define AUTO_FOLDER CLEANUP(folder_close)

/* The bytes of a file in it, in the env's arena; at most `most`. ERR_NOT_FOUND: not there. */
int folder_read(struct folder *f, struct str path, uint64_t most, struct str *out, struct err *e) MUST_USE;
/* What kind of document: see recognise.h, or "configuration"; NULL: none. */
const char *folder_kind(struct folder *f, struct str path, struct str body);

/* All documents that the facts of the source tree name (FACT_DOCUMENT), in order of their paths, with bodies.
 * Compose's own override file is merged over the file beside it. What was not looked at is said. */
int folder_documents(struct folder *f, const struct facts *tree, struct source_document **doc, size_t *n,
                     struct err *e) MUST_USE;

/* For bare words. A root file system has some of its folders at its top, and neither a Compose file nor a
 * Dockerfile nor version control, which make it somebody's project. */
bool folder_looks_like_root(struct str dir);
bool folder_file_looks_like_document(const char *file);
