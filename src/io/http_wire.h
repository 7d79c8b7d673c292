/* http_wire.h - what passes between the scan and its network process: frames of a length and that many bytes,
 * each a request or a reply. Both sides bound what they take: neither trusts the other. */
#pragma once
#include "core/arena.h"
#include "io/http.h"

enum {
    WIRE_HEADERS_MOST = 64 << 10,  /* of one response */
    WIRE_REQUEST_MOST = 256 << 10, /* URL, headers and body of one request */
    WIRE_FIELDS_MOST = 32
};

int wire_send(int fd, struct str frame, struct err *e) MUST_USE;
/* Append the next frame to *to (its `max` is the bound): 1, 0 when the other side has closed, -1. */
int wire_receive(int fd, struct buf *to, struct err *e) MUST_USE;

void wire_put_request(struct buf *to, const struct http_request *r, size_t most);
/* Texts come as copies in *a; false: not a request. */
bool wire_take_request(struct str frame, struct arena *a, struct http_request *r, size_t *most) MUST_USE;

/* *failed, when it has a code, is sent instead of the reply. */
void wire_put_reply(struct buf *to, const struct http_reply *r, const struct err *failed);
/* -1: the reply is an error, or not a reply. */
int wire_take_reply(struct str frame, size_t most, struct http_reply *r, struct err *e) MUST_USE;
