/* look.h - for rules that look at every command of every build step. */
#pragma once
#include "rule/common.h"
#include "rule/shell.h"

enum { LOOK_BYTES = 64 << 20 }; /* words of one rule's look at the history */

/* What a look at the history of one image carries from command to command. */
struct look {
    const struct image *img;
    const struct step *step; /* NULL: not a build step, but ... */
    const char *instruction; /* ... what the container starts with */
    struct proof *p;
    struct arena *words;
    struct str fetched; /* URL that flows through this pipeline */
    bool decoded;       /* or something decoded */
    bool pipefail;      /* the shell of this step ends when a part of a pipeline fails */
    uint32_t number;    /* of the command in its step, from 0 */
    unsigned seen;      /* the looker's own: lasts over all steps */
};
struct looker {
    void (*look)(struct look *l, const struct shell_command *c);
    const char *none; /* proof when nothing was found: "none uses sudo" */
};

/* false: not everything could be looked at. */
bool each_command(const struct image *img, struct proof *p,
                  void (*look)(struct look *l, const struct shell_command *c));
/* The judge of rules whose `with` is a looker. */
enum verdict judge_looks(const struct rule *r, const void *subject, struct proof *p);
