/* http_child.h - the network process: what http.c forks. Neither function returns. */
#pragma once
#include "io/http_wire.h"

/* Answer requests on `fd` until it is closed. The descriptor is the only one that survives. */
NORETURN void http_child_session(const struct http_options *o, int fd);
/* Fetch one URL into `out`, resuming where a connection breaks; then one reply without a body on `control`.
 */
NORETURN void http_child_download(const struct http_options *o, const struct http_request *r, int control,
                                  int out);

#include "io/curl.h"

enum { REDIRECTS_MOST = 5, RETRY_AFTER_MOST = 60 /* seconds */ };

/* One request as the network process carries it out (http_fetch.c). */
struct fetch {
    const struct curl_api *c;
    CURL *curl;
    const struct http_options *opt;
    const struct http_request *req;
    bool (*sink)(struct fetch *f,
                 struct str bytes); /* body of 2xx answers; false stops, with an error in *e */
    const char *range;              /* "bytes=100-", or NULL */
    bool deadline;                  /* documents have to come whole within a time, layers do not */
    void *ctx;
    struct buf headers; /* "name: value\n" of the last response */
    long status;
    char host[256]; /* for errors: without user, query and fragment */
    char why[CURL_ERROR_SIZE];
    struct err *e;
};
/* Follow redirects until there is an answer: its status, or -1 with *e. *broken: trying again may help. */
int fetch_once(struct fetch *f, bool *broken);
/* Wait before try number `tries` (from 1): back-off, or what Retry-After said; no longer than `fd` has a far
 * side. */
void fetch_wait(const struct fetch *f, unsigned tries, int fd);
/* 429 and the 5xx that pass. */
bool fetch_may_retry(long status);
struct str fetch_header(const struct fetch *f, const char *name);
