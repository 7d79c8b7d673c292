/* scan_options.h - what `scan` and `sbom` have in common: options that say how to read, and how to write. */
#pragma once
#include "cmd/cmd.h"
#include "model/model.h"
#include "report/report.h"
#include "scan/scan.h"

struct scan_args {
    struct opt_list vex;
    const char *db, *db_key;
    bool no_advisories;
    const char *images;
    struct opt_list image;
    const char *output, *severity, *ignore_file, *platform, *authfile, *ca_file, *cache, *color, *secret_key;
    bool offline, render, plain_http, insecure_tls, no_cache, no_verify, no_secrets, quiet, verbose;
    uint64_t jobs, cache_bytes;
    struct limits limits;
};
#define SCAN_ARGS                                           \
    {                                                       \
        .cache_bytes = 2ull << 30, .limits = LIMITS_DEFAULT \
    }

#define SCAN_SOURCE_OPTIONS(a)                                                                          \
    opt_text(0, "platform", &(a).platform, "OS/ARCH[/VARIANT]", "choose from a multi-platform image"),  \
        opt_flag(0, "offline", &(a).offline, "never use the network"),                                  \
        opt_flag(0, "render", &(a).render, "run your helm and kustomize on charts and kustomizations"), \
        opt_flag(0, "plain-http", &(a).plain_http, "talk to registries without TLS"),                   \
        opt_flag(0, "insecure-tls", &(a).insecure_tls, "do not verify registries' certificates"),       \
        opt_text(0, "ca-file", &(a).ca_file, "FILE", "further trust anchors for registries (PEM)"),     \
        opt_text(0, "authfile", &(a).authfile, "FILE",                                                  \
                 "registry credentials (default ~/.docker/config.json)")

#define SCAN_IMAGE_OPTIONS(a)                                                                \
    opt_text(0, "images", &(a).images, "WHEN",                                               \
             "look at the images that workloads run: auto and local (when this machine has " \
             "them), pull, no"),                                                             \
        opt_list(0, "image", &(a).image, "NAME=TARGET", "the image NAME is TARGET; repeatable")

#define SCAN_LIMIT_OPTIONS(a)                                                                                \
    opt_u64('j', "jobs", &(a).jobs, "N", "layers read at once (default: processors)"),                       \
        opt_flag(0, "no-cache", &(a).no_cache, "neither use nor keep records of layers"),                    \
        opt_flag(0, "no-verify", &(a).no_verify, "do not compare diff IDs of docker archives"),              \
        opt_text(0, "cache", &(a).cache, "DIR",                                                              \
                 "where records are kept (default ~/.cache/scantling/records)"),                             \
        opt_bytes(0, "cache-size", &(a).cache_bytes, "BYTES", "the most they may take (default 2G)"),        \
        opt_bytes(0, "max-bytes", &(a).limits.bytes, "BYTES",                                                \
                  "uncompressed bytes of one layer (default 64G)"),                                          \
        opt_u64(0, "max-ratio", &(a).limits.ratio, "N", "uncompressed:compressed (default 1000; 0: any)"),   \
        opt_u64(0, "max-entries", &(a).limits.entries, "N", "files of one layer (default 10000000)"),        \
        opt_bytes(0, "max-document", &(a).limits.document_bytes, "BYTES",                                    \
                  "manifests and configurations (default 8M)"),                                              \
        opt_bytes(0, "max-memory", &(a).limits.memory, "BYTES", "address space of one reader (default 1G)"), \
        opt_u64(0, "timeout", &(a).limits.seconds, "SECONDS", "for one layer (default 900)")

#define SCAN_SECRET_OPTIONS(a)                                             \
    opt_flag(0, "no-secrets", &(a).no_secrets, "do not look for secrets"), \
        opt_text(0, "secret-key", &(a).secret_key, "FILE",                 \
                 "key of secrets' hashes (default ~/.local/state/scantling/secret.key, made when missing)")

#define SCAN_DB_OPTIONS(a)                                                          \
    opt_text(0, "db", &(a).db, "FILE",                                              \
             "advisory database (default ~/.local/share/scantling/advisories.db)"), \
        opt_text(0, "db-key", &(a).db_key, "FILE", "public key that the database has to be signed by (PEM)")

#define SCAN_ADVISORY_OPTIONS(a)                                                                   \
    SCAN_DB_OPTIONS(a),                                                                            \
        opt_flag(0, "no-advisories", &(a).no_advisories, "do not match packages with advisories"), \
        opt_list(0, "vex", &(a).vex, "FILE",                                                       \
                 "what its makers say of vulnerabilities (OpenVEX, CycloneDX, CSAF); repeatable")

#define SCAN_SCREEN_OPTIONS(a)                                                      \
    opt_flag('q', "quiet", &(a).quiet, "no progress, no remarks"),                  \
        opt_flag('v', "verbose", &(a).verbose, "all proof, and what is mitigated"), \
        opt_text(0, "color", &(a).color, "WHEN", "auto, always or never (NO_COLOR is obeyed)")

int scan_args_options(const struct scan_args *a, struct scan_options *o, struct err *e) MUST_USE;
/* Scan each; errors are printed. How many could not be read at all, or -1. */
int scan_args_targets(struct scan *s, int n, char **target, struct err *e) MUST_USE;
/* The reports that the user asks for, known before anything is read. */
struct wanted_reports {
    struct wanted_report {
        const struct report *report;
        const char *file; /* NULL: standard output */
    } p[16];
    size_t n;
};
/* "NAME" goes to a->output or standard output, "NAME=FILE" to the file; without any, `fallback` is wanted. Two for one
 * place are refused. */
int scan_args_wanted(const struct scan_args *a, const struct opt_list *formats, const char *fallback,
                     struct wanted_reports *out, struct err *e) MUST_USE;
int scan_args_write(const struct scan_args *a, const struct wanted_reports *w, const struct model *m,
                    struct err *e) MUST_USE;
