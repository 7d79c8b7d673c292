/* registry_client.h - the pulling half of the OCI distribution protocol: authentication, manifests, blobs. */
#pragma once
#include "io/http.h"
#include "source/credentials.h"
#include "source/reference.h"
#include "source/source.h"

struct registry {
    struct source_env *env;
    struct reference ref;
    struct http_options http;
    struct http *session; /* NULL between registry_open's success and the layers: see registry_close */
    const char *base;     /* "https://example.org:5000/v2/team/app" */
    struct credentials login;
    const char *authorization; /* header value, or NULL; never shown */
    struct str challenge;      /* the Bearer challenge that gave it: to ask again when it has aged */
    uint64_t fresh_until;      /* CLOCK_MONOTONIC seconds */
};

/* Find out how to talk to the registry: https first, plain http where that is allowed. *r lives in the env's
 * arena. */
int registry_open(struct source_env *env, const struct reference *ref, struct registry **out, struct err *e);
/* End the session; registry_download goes on to work. */
void registry_close(struct registry *r);

/* GET base/PATH with the right authorization and up to two further headers (ended by { NULL, NULL }; or
 * NULL). Status other than 200, or 206 and 416 where a range was asked for, is an error that has the
 * registry's own reason. The caller frees the reply. */
int registry_get(struct registry *r, const char *path, const struct http_header *more, size_t most,
                 struct http_reply *out, struct err *e);

/* A manifest or index, understood. */
struct registry_manifest {
    struct facts *facts;
    struct str digest, type;
};
/* Fetch one by tag or digest. `digest` is verified, or, when empty, the one that the registry says;
 * `announced`: the media type that an index says, or empty. */
int registry_manifest(struct registry *r, struct str tag_or_digest, struct str digest, struct str announced,
                      struct registry_manifest *out, struct err *e);

/* Start the download of a blob; the token is renewed when it is about to expire. */
int registry_download(struct registry *r, struct str digest, int *fd, struct download **out, struct err *e);
