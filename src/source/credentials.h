/* credentials.h - who the user is at a registry: the files that docker login and podman login write, and
 * their credential helpers. Nothing of it may reach an error or a log. */
#pragma once
#include "core/arena.h"
#include "core/err.h"

struct credentials {
    struct str user, password; /* password empty: none known */
    struct str refresh;        /* an identity token instead of both */
};

/* Look HOST/REPO up: `authfile`, else REGISTRY_AUTH_FILE, else all of
 * ${XDG_RUNTIME_DIR}/containers/auth.json,
 * ~/.config/containers/auth.json and ${DOCKER_CONFIG:-~/.docker}/config.json until one knows. Nothing known
 * is not an error; a file that cannot be understood, or a helper that fails, is. Texts live in *a. */
int credentials_find(struct str authfile, struct str host, struct str repo, struct arena *a,
                     struct credentials *out, struct err *e);

/* "Basic ..." for an Authorization header, or NULL. */
const char *credentials_basic(const struct credentials *c, struct arena *a);
