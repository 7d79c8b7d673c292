/* image.h - one image (or root file system, or source tree) as it was read: layers with their facts, the
 * squashed tree, and the facts that are visible in it. The subject of the image rules. */
#pragma once
#include "model/fact.h"
#include "model/tree.h"

struct layer {
    struct str digest;  /* of the blob as stored; empty for a plain directory */
    struct str diff_id; /* of the uncompressed tar, as the configuration claims; may be empty */
    struct str media_type;
    uint64_t size;             /* of the blob */
    struct str created_by;     /* the history line that made it, when history and layers agree in number */
    const struct facts *facts; /* NULL: it could not be read, `why` says why */
    struct str why;
    const uint32_t
        *installed; /* of each package among the facts: its place in the model + 1, or that of the one which
                                  it only repeats; 0: it counts for nothing. NULL: not joined yet */
};

/* A fact with where it comes from. */
struct seen {
    const void *fact; /* struct of the kind, see fact.h */
    uint32_t layer;
    bool visible; /* its file is in the squashed tree, as this layer brought it */
};
struct seen_list {
    const struct seen *p;
    size_t n;
};

/* A package that brought a file. */
struct owner {
    struct str type, name; /* empty: no package says it did */
};

struct component; /* model/deployment.h */
struct owners;    /* model/owners.h: who brought which file */
struct survey;    /* rule/survey.h: what stands out in the tree, found in one walk */

struct image {
    struct str target;   /* as the user named it */
    struct str name;     /* reference or path, for people */
    struct str kind;     /* "image", "rootfs", "source" or "sbom" */
    struct str digest;   /* of the manifest; empty when there is none */
    uint32_t element;    /* in the model */
    bool reference;      /* named as registries and engines name images, not by where its files lie */
    bool tag_is_mutable; /* named by a tag, not by digest */
    bool from_build;     /* not built yet: what a Dockerfile would make; its files cannot be seen */
    const struct facts *config_facts; /* of the image configuration; NULL: none (rootfs, or unreadable) */
    const struct config *config;      /* its FACT_CONFIG; NULL: none */
    struct layer *layer;
    size_t n_layers;
    struct tree *tree;
    struct owners *owners;
    bool complete;        /* every layer was read whole: only then absence means something */
    const struct os *os;  /* NULL: unknown */
    struct facts remarks; /* notes of the squash itself */
    struct seen_list seen[FACT_KIND_COUNT]; /* facts of all layers, lowest first; visible or not */
    struct str time;                        /* of the run, RFC 3339; empty: unknown, then nothing is old */
    struct component *component;            /* by assemble_components: what its files of configuration say */
    size_t n_component;
    const struct survey *survey; /* by image_survey, before rules judge; NULL: rules over files cannot tell */
};

/* Code that images will be built from: nothing of it runs as it lies here, and it has no distribution. */
static inline bool image_is_source(const struct image *img)
{
    return str_eq(img->kind, STR("source"));
}
/* The property of a source tree's element that names what was passed over by design. */
#define IMAGE_PASSED_OVER "passed over"

/* IMAGE_EACH (img, user, USER, u) ...: the visible facts of a kind; seen_u is the struct seen of u */
#define IMAGE_EACH(img, name, KIND, it)                                                                  \
    for (const struct seen *seen_##it = (img)->seen[FACT_##KIND##_KIND].p,                               \
                           *end_##it = seen_##it ? seen_##it + (img)->seen[FACT_##KIND##_KIND].n : NULL; \
         seen_##it < end_##it; seen_##it++)                                                              \
        for (const struct name *it = seen_##it->visible ? seen_##it->fact : NULL; it; it = NULL)

/* The account with this uid or name among the visible ones; NULL when there is none. */
const struct user *image_user_by_name(const struct image *img, struct str name);
const struct user *image_user_by_uid(const struct image *img, uint32_t uid);
/* The uid that the image runs as by default: USER resolved through its own passwd. false: cannot be known
 * (a name that no visible passwd has). */
bool image_default_uid(const struct image *img, uint32_t *uid);

/* The stage of a Dockerfile that a build with this target makes, by name or number, as `docker build
 * --target` takes it; empty: the last one. From 1; 0: there is none. */
uint32_t image_build_stage(const struct facts *dockerfile, struct str target);
/* What that stage makes of the Dockerfile whose facts these are: its own configuration, and the steps up to
 * its last. Memory is `a`'s. */
int image_of_build(struct image *img, struct arena *a, const struct facts *dockerfile, uint32_t stage,
                   struct err *e) MUST_USE;
