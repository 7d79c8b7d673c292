/* reader.h - what runs in a confined job: bytes of a layer, a document or an archive become a record. */
#pragma once
#include "model/fact.h"
#include "parse/parse.h"
#include "scan/limits.h"
#include "scan/secrets.h"
#include "source/source.h"

/* Load the libraries that jobs use and build the table of parsers: ahead of the first job that reads files, in which
 * nothing can be loaded, and which would build its own. It takes a third of a scan from the cache, which reads none. */
int reader_load(struct err *e) MUST_USE;

/* A proc_fn each; `arg` is the struct of the same name. They return their facts as one frame (archives: one
 * frame for each layer that was read on the way, then one with the members). */
struct read_layer {
    struct limits limits;
    const struct secret_setup *secrets; /* NULL: none are looked for */
    struct str digest, diff_id;         /* to verify, where not empty */
    /* A folder is a source tree: with a FACT_DOCUMENT for each document, and a frame for each piece of the walk,
     * behind its number (read_tree.h). Several readers share it: each walks all of it, and reads the pieces that are
     * its own; what is understood together the first one reads. */
    bool source;
    uint32_t reader, readers; /* its own pieces: those whose number modulo `readers` is `reader` */
};
enum { FOLDERS_A_PIECE = 64 };
static const uint32_t PIECE_TOGETHER = UINT32_MAX; /* the last one: of files that are understood together */
proc_fn read_layer;
proc_fn verify_layer; /* of the same struct: compares the digest, returns nothing */

struct read_document {
    const struct parser *parser; /* NULL: only its secrets */
    struct str name, bytes;
    const struct secret_setup *secrets; /* NULL: none are looked for */
};
proc_fn read_document;

/* Documents of a deployment: two frames each, in order: why it could not be read (empty: it could), and the
 * facts that were understood. */
struct read_documents {
    const struct source_document *doc;
    size_t n;
    const struct secret_setup *secrets; /* NULL: none are looked for */
};
proc_fn read_documents;

struct read_archive {
    struct limits limits;
    const struct secret_setup *secrets; /* NULL: none are looked for */
};
proc_fn read_archive;

/* A layer inside an archive that is being streamed, from `feed`: returns its record as a frame of its own,
 * with *m in it, whose digests are filled. */
struct stream_feed;
int read_nested_layer(const struct read_archive *job, const struct stream_feed *feed, struct member *m,
                      struct err *e);
