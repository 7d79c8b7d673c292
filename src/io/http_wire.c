#include "io/http_wire.h"

#include <errno.h>
#include <sys/socket.h>

int wire_send(int fd, struct str frame, struct err *e)
{
    uint32_t n = (uint32_t)frame.n;
    struct str part[] = { { (const char *)&n, sizeof n }, frame };

    if (frame.n > UINT32_MAX)
        return err_set(e, ERR_LIMIT, "frame of %zu bytes", frame.n);
    for (size_t i = 0; i < ARRAY_LEN(part); i++)
        while (part[i].n) {
            ssize_t r = send(fd, part[i].p, part[i].n, MSG_NOSIGNAL);
            if (r < 0 && errno == EINTR)
                continue;
            if (r < 0)
                return err_errno(e, "network process");
            part[i] = str_skip(part[i], (size_t)r);
        }
    return 0;
}

/* Exactly n bytes: 1, 0 when there is not one, -1. */
static int receive(int fd, char *to, size_t n, struct err *e)
{
    for (size_t have = 0; have < n;) {
        ssize_t r = recv(fd, to + have, n - have, 0);
        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0)
            return errno == EAGAIN ? err_set(e, ERR_LIMIT, "the network process does not answer")
                                   : err_errno(e, "network process");
        if (r == 0)
            return have ? err_set(e, ERR_IO, "the network process ended in the middle of an answer") : 0;
        have += (size_t)r;
    }
    return 1;
}

int wire_receive(int fd, struct buf *to, struct err *e)
{
    uint32_t n;
    int r = receive(fd, (char *)&n, sizeof n, e);
    char *room = r > 0 ? buf_room(to, n) : NULL;

    if (r <= 0)
        return r;
    if (!room)
        return err_set(e, ERR_LIMIT, "the network process sends more than %zu bytes", to->max);
    r = n ? receive(fd, room, n, e) : 1;
    if (r == 0)
        return err_set(e, ERR_IO, "the network process ended in the middle of an answer");
    if (r > 0)
        to->n += n;
    return r;
}

static void put(struct buf *to, struct str s)
{
    buf_varint(to, s.n);
    buf_str(to, s);
}

static bool take(struct str *from, struct str *s)
{
    uint64_t n;

    return take_varint(from, &n) && n <= from->n && take_bytes(from, (size_t)n, s);
}

static bool take_cstr(struct str *from, struct arena *a, const char **to)
{
    struct str s;

    return take(from, &s) && !memchr(s.p, '\0', s.n) && (*to = arena_cstr(a, s));
}

void wire_put_request(struct buf *to, const struct http_request *r, size_t most)
{
    size_t n = 0;

    while (r->header && r->header[n].name)
        n++;
    put(to, str_of(r->method ? r->method : "GET"));
    put(to, str_of(r->url));
    buf_varint(to, most);
    buf_varint(to, n);
    for (size_t i = 0; i < n; i++) {
        put(to, str_of(r->header[i].name));
        put(to, str_of(r->header[i].value));
    }
    put(to, r->body);
}

bool wire_take_request(struct str frame, struct arena *a, struct http_request *r, size_t *most)
{
    uint64_t bytes, n;

    *r = (struct http_request){ 0 };
    if (!take_cstr(&frame, a, &r->method) || !take_cstr(&frame, a, &r->url) || !take_varint(&frame, &bytes) ||
        !take_varint(&frame, &n) || n > WIRE_FIELDS_MOST)
        return false;
    struct http_header *h = arena_array(a, struct http_header, n + 1);
    for (size_t i = 0; h && i < n; i++)
        if (!take_cstr(&frame, a, &h[i].name) || !take_cstr(&frame, a, &h[i].value))
            return false;
    r->header = h;
    *most = (size_t)bytes;
    return h && take(&frame, &r->body) && !frame.n;
}

void wire_put_reply(struct buf *to, const struct http_reply *r, const struct err *failed)
{
    buf_varint(to, failed->code);
    if (failed->code) {
        put(to, str_of(failed->text));
        return;
    }
    buf_varint(to, (uint64_t)r->status);
    put(to, buf_view(&r->headers));
    put(to, buf_view(&r->body));
}

int wire_take_reply(struct str frame, size_t most, struct http_reply *r, struct err *e)
{
    uint64_t code, status;
    struct str text, headers, body;

    if (!take_varint(&frame, &code) || code > ERR_USAGE)
        return err_set(e, ERR_FORMAT, "the network process answers nonsense");
    if (code) {
        if (!take(&frame, &text))
            return err_set(e, ERR_FORMAT, "the network process answers nonsense");
        return err_set(e, (enum err_code)code, STR_FMT, STR_ARG(str_first(text, sizeof e->text - 1)));
    }
    if (!take_varint(&frame, &status) || status > 999 || !take(&frame, &headers) || !take(&frame, &body) ||
        frame.n || headers.n > WIRE_HEADERS_MOST || body.n > most)
        return err_set(e, ERR_FORMAT, "the network process answers nonsense");
    *r = (struct http_reply){ .status = (int)status,
                              .body = BUF(most + 1),
                              .headers = BUF(WIRE_HEADERS_MOST + 1) };
    buf_str(&r->headers, headers);
    buf_str(&r->body, body);
    if (!buf_ok(&r->headers) || !buf_ok(&r->body)) {
        http_reply_free(r);
        return err_set(e, ERR_LIMIT, "out of memory for an answer of %zu bytes", body.n);
    }
    return 0;
}
