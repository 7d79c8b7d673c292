/* http.h - HTTP from a process of its own: TLS and protocol run apart from the scan, which only sees bytes.
 *
 * A session is a child process that keeps connections alive and answers one request at a time; for several
 * blobs at once use several. libcurl is loaded in the child when it starts (dlopen: the scan of a local image
 * never pays for it); built without it or not installed, http_open says so. The child may connect but neither
 * execute nor write files. */
#pragma once
#include "core/buf.h"
#include "core/err.h"

struct http; /* opaque */

struct http_options {
    const char *unix_socket; /* talk to this socket instead of the network; NULL: network */
    bool plain_http;         /* http:// allowed */
    bool insecure_tls;
    struct str ca_pem;                      /* further trust anchors, the text of a PEM file; or empty */
    unsigned connect_seconds, idle_seconds; /* give up when nothing comes for that long; 0: 30, 60 */
    unsigned tries; /* on 429, 5xx and broken connections, in all; 0: 4. Back-off 0.5 s, doubled, jittered;
                       Retry-After is obeyed up to 60 s */
};

struct http_header {
    const char *name, *value;
};
struct http_request {
    const char *method; /* NULL: GET */
    const char *url;
    /* Ends with { NULL, NULL }, or NULL. Authorization is never sent on to another origin by a redirect. */
    const struct http_header *header;
    struct str body;
};

struct http_reply {
    int status;
    struct buf body;    /* at most the request's `most` bytes: more is ERR_LIMIT */
    struct buf headers; /* "name: value\n" of the last response, names in lower case */
};

int http_open(const struct http_options *o, struct http **out, struct err *e);
void http_close(struct http **h); /* ends the child */

/* One request; redirects followed (at most 5, https never to http). Status codes are not errors. Errors name
 * the origin, never path or query: signed URLs are secrets. */
int http_do(struct http *h, const struct http_request *r, size_t most, struct http_reply *out, struct err *e);
void http_reply_free(struct http_reply *r);
/* The value of a Range header for bytes [at, at + n), in `to`. */
enum { HTTP_RANGE_TEXT = 64 };
const char *http_range(uint64_t at, uint64_t n, char to[HTTP_RANGE_TEXT]);
/* The value of a header ("www-authenticate"), or empty. */
struct str http_header(const struct http_reply *r, const char *name);

/* Start a download whose bytes come out of *fd (a pipe) as they arrive: another child, which resumes with
 * Range where a connection broke, so that the reader notices nothing. When it has to give up, the reader sees
 * the end too early (and the digest will not match) and http_download_end says why. */
struct download;
int http_download(const struct http_options *o, const struct http_request *r, int *fd, struct download **out,
                  struct err *e);
/* Wait for the child; 0 when everything was delivered, or when the reader had enough and closed *fd. Frees.
 */
int http_download_end(struct download **d, struct err *e);
