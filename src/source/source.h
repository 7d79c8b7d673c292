/* source.h - a source opens what the user named and hands out images: documents already understood, layers
 * ready to be read. Sources, with io/, are the only code that touches the outside; they never parse what
 * comes from it: documents go to env->read_doc, which parses them in a confined process and returns facts.
 *
 * To add one: source/<name>.c with `const struct source source_<name>` and its line in source/list.h. */
#pragma once
#include "io/blob.h"
#include "model/fact.h"

struct source_options {
    struct str platform;     /* OS/ARCH[/VARIANT]; empty: this machine's */
    bool plain_http;         /* registries without TLS: only when told */
    bool insecure_tls;       /* do not verify: only when told, reported under S1 */
    bool offline;            /* never touch the network */
    bool render;             /* run the user's helm and kustomize: render.h */
    struct str ca_file;      /* further trust anchors (PEM); empty: the system's */
    struct str authfile;     /* empty: REGISTRY_AUTH_FILE, ${DOCKER_CONFIG:-~/.docker}/config.json */
    unsigned jobs;           /* how many blobs at once */
    uint64_t document_bytes; /* manifests, indexes, configurations: the most that is read */
};

struct source_layer {
    struct str digest;  /* of the stored blob, "sha256:..."; empty: not known, diff_id is what is verified */
    struct str diff_id; /* of the uncompressed tar; may be empty */
    struct str media_type;
    uint64_t size; /* of the stored blob, as declared */
    /* Start handing out the bytes. May be called from the main process only, once for each read. */
    int (*open)(const struct source_layer *l, struct blob *out, struct err *e);
    /* After the bytes were read: -1 and why, when they broke off. NULL: that cannot be. */
    int (*finish)(const struct source_layer *l, struct err *e);
    bool once;                 /* a download: the bytes come once, one reader has to do everything */
    bool directory;            /* files, not a blob: the digests name it, but nothing verifies them */
    void *from;                /* the source's own, in the env's arena */
    const struct facts *facts; /* already read (streamed archives): open is not called */
    bool kept;                 /* they are in the cache, under what was verified */
    struct str why_not;        /* not empty: cannot be read, and why (a foreign layer, a missing blob) */
};

struct source_image {
    struct str name;            /* for people: reference, path or tag */
    struct str kind;            /* "image", "rootfs", "source" or "sbom" */
    struct str digest;          /* of the manifest; empty when the format has none */
    bool reference;             /* named as registries and engines name images, not by where its files lie */
    bool by_digest;             /* the user pinned it */
    const struct facts *config; /* documents about it: configuration, manifest; NULL: none */
    struct source_layer *layer; /* lowest first */
    size_t n_layers;
    const struct facts
        *squashed; /* what the cache has of all layers together (scan/squash.h); NULL: nothing */
};

/* A file that a document needs to be understood. */
struct source_file {
    struct str path; /* as in struct source_document */
    struct str body; /* p is NULL: it is not there */
    bool over;       /* named by the user, to be merged over the document, in this order (Compose) */
};
struct source_document {
    const char *kind; /* see struct parser.document */
    struct str path;  /* relative to the folder of the target: the provenance of all facts */
    struct str body;
    const struct source_file *with; /* files that were asked for by FACT_WANT */
    size_t n_with;
    const struct source_file
        *over; /* documents to be merged over this one, in order: Compose's second -f ... */
    size_t n_over;
    struct facts *facts; /* out: what was understood; they live as long as the scan */
    struct str why;      /* out: not empty: it could not be read, or not to its end */
};
struct source_deployment {
    struct str name;
    const struct source_document *doc;
    size_t n;
};

struct source_env {
    struct arena *arena; /* what must live as long as the scan */
    const struct source_options *opt;
    /* Parse a document by the named parser in a confined process. `digest`, when not empty, is verified
     * first. The facts live as long as the scan. */
    int (*read_doc)(struct source_env *env, const char *parser, struct str name, struct str bytes,
                    struct str digest, struct facts **out, struct err *e);
    /* The members of a tar (compressed or not) in a confined process. Small documents come with their bytes;
     * offsets are those in an uncompressed file. When the archive cannot be seeked (compressed, a pipe) its
     * layers are read on the way: their facts are in *layers, each with one FACT_MEMBER that names it. */
    int (*read_archive)(struct source_env *env, const struct blob *archive, struct facts **members,
                        struct facts ***layers, size_t *n_layers, struct err *e);
    /* All files of a source tree in a confined process: their facts, with a FACT_DOCUMENT for each document
     * of a deployment. */
    int (*read_tree)(struct source_env *env, const struct blob *dir, struct facts **out, struct err *e);
    /* Understand documents of a deployment, each by the parser of its kind, in a confined process. */
    int (*read_documents)(struct source_env *env, struct source_document *doc, size_t n, struct err *e);
    /* Is there a parser for configuration files of that path: daemon.json, redis.conf ...? */
    bool (*is_configuration)(struct source_env *env, struct str path);
    /* The documents of a deployment are read; copies what it needs. */
    int (*add_deployment)(struct source_env *env, const struct source_deployment *d, struct err *e);
    /* An image is ready; copies what it needs. */
    int (*add_image)(struct source_env *env, const struct source_image *img, struct err *e);
    /* Something could not be looked at. Formatted. */
    void (*incomplete)(struct source_env *env, struct str where, const char *fmt, ...) PRINTF(3, 4);
};

struct source {
    const char *name;           /* also its scheme: "oci" for "oci:DIR" */
    const char *what;           /* for `scantling list sources` */
    const char *syntax;         /* "oci:DIR[:TAG|@DIGEST]" */
    const char *const *schemes; /* further schemes, NULL-ended, or NULL */
    /* For a bare word: does this look like mine? NULL: only by scheme. */
    bool (*recognises)(struct str word);
    /* Call env->add_image or env->add_deployment for everything that the target names. ERR_NOT_FOUND: not
     * there, another source may know it; other errors are final. */
    int (*open)(struct source_env *env, struct str target, struct err *e);
};
extern const struct source *const sources[];
extern const size_t n_sources;

/* What sources share (choose.c). */

/* Choose from an index by env->opt->platform, or by this machine's when that is empty: the ROLE_MANIFEST
 * descriptor, or NULL with the choices in *e (ERR_NOT_FOUND). Attestations are no choice; a single manifest
 * needs none unless the user named a platform. */
const struct descriptor *source_choose_platform(const struct source_env *env, const struct facts *index,
                                                struct err *e);

/* Docker's schema 1: recognised, not followed. Its image is assembled without layers; the facts say why. */
bool source_schema_1(const struct facts *manifest);

/* The configuration's descriptor of an image manifest, or NULL with the reason: schema 1, or an artifact
 * (ERR_UNSUPPORTED). */
const struct descriptor *source_image_config(const struct facts *manifest, struct err *e);

/* A layer that registries need not keep: it may be here all the same. */
bool source_is_foreign(struct str media_type);

/* Say how to get at a layer: set l->open and l->from, or l->why_not. The rest of *l is filled. For a layer
 * that is foreign or of unknown kind why_not is set before: clear it when it is foreign and there all the
 * same. `i` counts from the lowest layer. */
typedef int source_layer_fn(struct source_env *env, const struct descriptor *d, size_t i,
                            struct source_layer *l, void *ctx, struct err *e);

/* Put an image together and hand it to env->add_image. `manifest` has the layers as descriptors of ROLE_LAYER
 * of `group`, lowest first; diff IDs are taken from `config` (NULL: could not be read) when it has as many.
 * The caller has filled name, kind, digest and by_digest of *img; layers are filled here, and config: the
 * facts of both documents. */
int source_assemble(struct source_env *env, struct source_image *img, const struct facts *manifest,
                    uint32_t group, const struct facts *config, source_layer_fn *bind, void *ctx,
                    struct err *e);
