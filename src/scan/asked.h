/* asked.h - a manifest asks for packages, and a lock file beside it or what was installed by it says what came of
 * that. Then the answer counts, and the asking is left out. */
#pragma once
#include "core/map.h"
#include "model/image.h"

struct asked {
    const struct image *img;
    struct map types;   /* of packages: those of which something is asked for */
    struct map answers; /* of packages with a folder: what is said there */
    struct arena arena;
};
#define ASKED                      \
    {                              \
        .arena = ARENA(256u << 20) \
    }

/* Look at all packages of the image. Nothing is done, nor taken, where no manifest asks for anything. */
int asked_read(struct asked *a, const struct image *img, struct err *e) MUST_USE;
/* Does a file in the manifest's folder, or in one above it, say which version of it there is? What lies in a
 * distribution's package asks for nothing: the distribution has seen to it. */
bool asked_is_answered(struct asked *a, const struct package *p);
void asked_free(struct asked *a);

/* "app" of app/node_modules/a/package.json: the folder that packages were installed for; false for others. */
bool asked_installed_for(struct str path, struct str *folder);
