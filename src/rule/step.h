/* step.h - one line of an image's history as the instruction that made it. Builders write them differently:
 *
 *   classic, buildah:  /bin/sh -c #(nop)  CMD ["nginx"]        |1 A=b /bin/sh -c apt-get update
 *   BuildKit:          CMD ["nginx"]      RUN |1 A=b /bin/sh -c apt-get update # buildkit
 *   kaniko:            RUN apt-get update
 *   a Dockerfile:      RUN --network=none apt-get update
 */
#pragma once
#include "model/image.h"

struct step {
    struct str instruction; /* "RUN", "COPY" ...; empty: not understood (bazel, jib, a commit) */
    struct str args;        /* RUN: build arguments as recorded, NAME=value ... */
    struct str options;     /* RUN of a Dockerfile: --mount=... */
    struct str body;        /* RUN: the script; else what stands behind the instruction */
    struct str created;
    uint32_t number; /* from 1, in the order of the history */
    bool empty;      /* made no layer */
    /* Of a Dockerfile: */
    uint32_t stage, line; /* 0: an image's history */
    bool aside;           /* a stage whose files reach the image only where they are copied out of it */
    struct str path;
};

/* Walk the history: start with { 0 }; false at the end. *at counts. */
bool step_next(const struct image *img, size_t *at, struct step *out);
size_t step_count(const struct image *img);
/* The next build argument's name of step->args; *at starts with 0. The value is never handed out whole: only
 * whether it has one. */
bool step_arg(const struct step *s, size_t *at, struct str *name, bool *has_value);

/* What a stage of a Dockerfile builds on: its FROM. */
struct base {
    struct step step;
    struct str image;    /* as written */
    struct str name;     /* AS; empty: none */
    struct str platform; /* --platform; empty: none */
    bool stage;          /* the image is an earlier stage */
};
/* The next one; *at as with step_next. */
bool base_next(const struct image *img, size_t *at, struct base *out);
