/* scan.h - the pipeline: targets are opened, layers read in confined jobs, images assembled, judged and
 * joined to one model. */
#pragma once
#include "model/model.h"
#include "scan/advisories.h"
#include "scan/images.h"
#include "scan/limits.h"
#include "source/source.h"

struct scan_options {
    struct source_options source;
    struct limits limits;
    unsigned jobs; /* layers at once */
    bool no_cache;
    bool no_verify;         /* layers of docker archives: do not compare their diff IDs, see layers.h */
    bool no_secrets;        /* do not look for secrets */
    const char *secret_key; /* file with the key of their hashes; NULL: this installation's */
    const char *cache_path; /* NULL: the default */
    uint64_t cache_bytes;
    const char *const *vex; /* documents whose statements decide findings: advisory/vex.h */
    size_t n_vex;
    const char *ignore_file; /* NULL: .scantlingignore where it exists */
    struct advisories_options advisories;
    enum images_when images; /* of workloads: see images.h */
    const char *const *image;
    size_t n_image;
    bool packages_only; /* an SBOM: no rules */
    bool relate;        /* a report will say which packages need which */
    bool progress;      /* draw on standard error */
};

struct scan; /* opaque: owns the model and all memory that it points into */

struct scan *scan_new(const struct scan_options *o, struct err *e);
/* Read and judge one target. -1: it could not be read at all; the others can go on. */
int scan_target(struct scan *s, struct str target, struct err *e);
/* After all targets: policy, order, paths and fixes. */
int scan_finish(struct scan *s, struct err *e);
struct model *scan_model(struct scan *s);
void scan_free(struct scan **s);
#define AUTO_SCAN CLEANUP(scan_free)
