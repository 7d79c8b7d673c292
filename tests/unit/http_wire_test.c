/* The frames between the scan and its network process: round trips, and every damaged frame refused. */
#include "io/http_wire.h"
#include "tap.h"

#include <sys/socket.h>

/* A copy of exactly n bytes, so that the sanitizer sees one too far. */
static struct str exact(struct str s, size_t n)
{
    char *p = malloc(n ? n : 1);

    memcpy(p, s.p, n);
    return (struct str){ p, n };
}

static void requests(void)
{
    const struct http_header header[] = { { "Accept", "a/b" },
                                          { "Authorization", "Basic x" },
                                          { NULL, NULL } };
    const struct http_request r = { "POST", "https://example.org/x?y=z", header, STR("body\0with zero") };
    AUTO_BUF struct buf b = BUF(WIRE_REQUEST_MOST);
    AUTO_ARENA struct arena a = ARENA(1 << 20);
    struct http_request got;
    size_t most;

    wire_put_request(&b, &r, 12345);
    CHECK(wire_take_request(buf_view(&b), &a, &got, &most));
    CHECK_TEXT(got.method, "POST");
    CHECK_TEXT(got.url, r.url);
    CHECK_TEXT(got.header[1].value, "Basic x");
    CHECK(!got.header[2].name);
    CHECK(str_eq(got.body, r.body));
    CHECK_INT(most, 12345);
    for (size_t n = 0; n < b.n; n++) {
        struct str cut = exact(buf_view(&b), n);
        AUTO_FREE void *p = (void *)(uintptr_t)cut.p;
        CHECK(!wire_take_request(cut, &a, &got, &most));
        (void)p;
    }
    buf_char(&b, 'x');
    CHECK(!wire_take_request(buf_view(&b), &a, &got, &most)); /* nothing may follow */
}

static void replies(void)
{
    struct http_reply r = { .status = 206, .body = BUF(100), .headers = BUF(100) }, got;
    struct err none = { 0 }, e = { 0 };
    AUTO_BUF struct buf b = BUF(1000);

    buf_str(&r.body, STR("the body"));
    buf_str(&r.headers, STR("etag: x\ncontent-type: a/b\n"));
    wire_put_reply(&b, &r, &none);
    CHECK_INT(wire_take_reply(buf_view(&b), 8, &got, &e), 0);
    CHECK_INT(got.status, 206);
    CHECK(str_eq(buf_view(&got.body), STR("the body")));
    CHECK(str_eq(http_header(&got, "content-type"), STR("a/b")));
    CHECK_INT(http_header(&got, "absent").n, 0);
    http_reply_free(&got);
    CHECK_INT(wire_take_reply(buf_view(&b), 7, &got, &e), -1); /* more than was asked for */
    for (size_t n = 0; n < b.n; n++) {
        struct str cut = exact(buf_view(&b), n);
        AUTO_FREE void *p = (void *)(uintptr_t)cut.p;
        CHECK_INT(wire_take_reply(cut, 8, &got, &e), -1);
        (void)p;
    }
    http_reply_free(&r);
}

static void errors(void)
{
    struct http_reply none = { 0 }, got;
    struct err failed = { 0 }, e = { 0 };
    AUTO_BUF struct buf b = BUF(1000);

    err_set(&failed, ERR_DENIED, "no entry");
    wire_put_reply(&b, &none, &failed);
    CHECK_INT(wire_take_reply(buf_view(&b), 0, &got, &e), -1);
    CHECK_INT(e.code, ERR_DENIED);
    CHECK_TEXT(e.text, "no entry");
    b.p[0] = 100; /* a code that is none */
    CHECK_INT(wire_take_reply(buf_view(&b), 0, &got, &e), -1);
    CHECK_INT(e.code, ERR_FORMAT);
}

static void frames(void)
{
    struct err e = { 0 };
    AUTO_BUF struct buf in = BUF(10);
    uint32_t huge = 0xffffffff;
    int pair[2];

    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    CHECK_INT(wire_send(pair[0], STR("hello"), &e), 0);
    CHECK_INT(wire_receive(pair[1], &in, &e), 1);
    CHECK(str_eq(buf_view(&in), STR("hello")));
    CHECK_INT(wire_send(pair[0], STR("more than fits"), &e), 0);
    CHECK_INT(wire_receive(pair[1], &in, &e), -1);
    CHECK_INT(e.code, ERR_LIMIT);
    close(pair[0]);
    close(pair[1]);

    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    buf_free(&in);
    CHECK_INT(write(pair[0], &huge, sizeof huge), (long long)sizeof huge);
    CHECK_INT(wire_receive(pair[1], &in, &e),
              -1); /* nothing is allocated for a length that is only claimed */
    close(pair[0]);
    buf_clear(&in);
    CHECK_INT(wire_receive(pair[1], &in, &e), 0);
    close(pair[1]);
}

TESTS(T(requests), T(replies), T(errors), T(frames))
