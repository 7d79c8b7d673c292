/* http_fetch.c - one request by libcurl: options that are safe, redirects by our own rules. */
#include "config.h"

#if HAVE_CURL
#include "io/http_child.h"

#include <ctype.h>
#include <poll.h>
#include <sys/random.h>

enum { DOCUMENT_SECONDS = 120, FIRST_WAIT_MS = 500 };

static size_t on_body(char *p, size_t size, size_t n, void *ctx)
{
    struct fetch *f = ctx;

    (void)size; /* 1, says curl */
    f->c->easy_getinfo(f->curl, CURLINFO_RESPONSE_CODE, &f->status);
    if (f->status >= 300 && f->status < 400)
        return n;
    return f->sink(f, (struct str){ p, n }) ? n : CURL_WRITEFUNC_ERROR;
}

/* Names in lower case; a new status line starts a new response. */
static size_t on_header(char *p, size_t size, size_t n, void *ctx)
{
    struct fetch *f = ctx;
    struct str line = str_trim((struct str){ p, n }), name, value;

    (void)size;
    if (str_starts(line, STR("HTTP/"))) {
        buf_clear(&f->headers);
        return n;
    }
    if (!str_split(line, ':', &name, &value))
        return n;
    for (size_t i = 0; i < name.n; i++)
        buf_char(&f->headers, (char)tolower((unsigned char)name.p[i]));
    buf_fmt(&f->headers, ": " STR_FMT "\n", STR_ARG(str_trim(value)));
    return buf_ok(&f->headers) ? n : CURL_WRITEFUNC_ERROR;
}

struct str fetch_header(const struct fetch *f, const char *name)
{
    struct str rest = buf_view(&f->headers), line, key, value;

    while (str_cut(&rest, '\n', &line))
        if (str_split(line, ':', &key, &value) && str_eq(key, str_of(name)))
            return str_trim(value);
    return (struct str){ 0 };
}

/* "https://host:port" of a URL: what an Authorization is meant for, and what errors may show. */
static int origin(const struct fetch *f, const char *url, char *to, size_t room, struct err *e)
{
    CURLU *u = f->c->url();
    char *scheme = NULL, *host = NULL, *port = NULL;
    int r = -1;

    if (u && f->c->url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
        f->c->url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
        f->c->url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
        f->c->url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) == CURLUE_OK)
        r = snprintf(to, room, "%s://%s:%s", scheme, host, port) < (int)room ? 0 : -1;
    f->c->free(scheme);
    f->c->free(host);
    f->c->free(port);
    f->c->url_cleanup(u);
    return r < 0 ? err_set(e, ERR_FORMAT, "not a URL") : 0;
}

static struct curl_slist *headers_of(const struct fetch *f, bool same_origin)
{
    struct curl_slist *list = NULL;

    for (const struct http_header *h = f->req->header; h && h->name; h++) {
        AUTO_FREE char *line = NULL;
        if (!same_origin && (!strcasecmp(h->name, "authorization") || !strcasecmp(h->name, "cookie")))
            continue;
        if (asprintf(&line, "%s: %s", h->name, h->value) < 0)
            continue;
        list = f->c->slist_append(list, line);
    }
    return list;
}

/* Every option that safety rests on must be understood: a libcurl that is too old is an error. */
static int set_options(struct fetch *f, const char *url, struct curl_slist *headers)
{
    const struct http_options *o = f->opt;
    CURLcode bad = CURLE_OK;

#define SET(option, value) (bad = bad ? bad : f->c->easy_setopt(f->curl, CURLOPT_##option, value))
    f->c->easy_reset(f->curl);
    SET(URL, url);
    SET(PROTOCOLS_STR, o->plain_http || o->unix_socket ? "http,https" : "https");
    SET(FOLLOWLOCATION, 0L);
    SET(NOSIGNAL, 1L);
    SET(ERRORBUFFER, f->why);
    SET(USERAGENT, "scantling/" SCANTLING_VERSION);
    SET(HTTPHEADER, headers);
    SET(WRITEFUNCTION, on_body);
    SET(WRITEDATA, f);
    SET(HEADERFUNCTION, on_header);
    SET(HEADERDATA, f);
    SET(CONNECTTIMEOUT, (long)(o->connect_seconds ? o->connect_seconds : 30));
    SET(LOW_SPEED_LIMIT, 1L);
    SET(LOW_SPEED_TIME, (long)(o->idle_seconds ? o->idle_seconds : 60));
    SET(SSL_VERIFYPEER, o->insecure_tls ? 0L : 1L);
    SET(SSL_VERIFYHOST, o->insecure_tls ? 0L : 2L);
    SET(SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (f->deadline)
        SET(TIMEOUT, (long)DOCUMENT_SECONDS);
    if (o->unix_socket)
        SET(UNIX_SOCKET_PATH, o->unix_socket);
    if (f->range)
        SET(RANGE, f->range);
    if (o->ca_pem.n && !o->insecure_tls) {
        struct curl_blob pem = { (void *)(uintptr_t)o->ca_pem.p, o->ca_pem.n, CURL_BLOB_NOCOPY };
        SET(CAINFO_BLOB, &pem);
    }
    if (f->req->method && !strcmp(f->req->method, "HEAD"))
        SET(NOBODY, 1L);
    else if (f->req->method)
        SET(CUSTOMREQUEST, f->req->method);
    if (f->req->body.n) {
        SET(POSTFIELDSIZE_LARGE, (curl_off_t)f->req->body.n);
        SET(POSTFIELDS, f->req->body.p);
    }
#undef SET
    return bad ? err_set(f->e, ERR_UNSUPPORTED, "libcurl is too old: %s", f->c->easy_strerror(bad)) : 0;
}

/* Broken on the way: trying again may help. A refused connection or a bad certificate stays what it is. */
static bool transient(CURLcode code)
{
    switch (code) {
    case CURLE_PARTIAL_FILE:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        return true;
    default:
        return false;
    }
}

static int perform(struct fetch *f, const char *url, bool same_origin, bool *broken)
{
    struct curl_slist *headers = headers_of(f, same_origin);
    CURLcode code = CURLE_OK;

    f->e->code = ERR_NONE;
    f->status = 0;
    f->why[0] = '\0';
    buf_clear(&f->headers);
    int r = set_options(f, url, headers);
    if (r == 0)
        code = f->c->easy_perform(f->curl);
    f->c->slist_free_all(headers);
    f->c->easy_getinfo(f->curl, CURLINFO_RESPONSE_CODE, &f->status);
    if (r < 0 || code == CURLE_OK)
        return r;
    *broken = transient(code);
    if (f->e->code) /* the sink has said why */
        return *broken = false, -1;
    return err_set(f->e, ERR_IO, "%s: %s", f->host, f->why[0] ? f->why : f->c->easy_strerror(code));
}

/* Where a redirect leads, checked; -1 with the reason, 0 when this is not one. Frees and replaces *url. */
static int next_url(struct fetch *f, char **url)
{
    char *to = NULL;

    if (f->status != 301 && f->status != 302 && f->status != 303 && f->status != 307 && f->status != 308)
        return 0;
    if (f->c->easy_getinfo(f->curl, CURLINFO_REDIRECT_URL, &to) != CURLE_OK || !to)
        return 0;
    if (f->req->body.n)
        return err_set(f->e, ERR_UNSUPPORTED, "%s: redirects a request that has a body", f->host);
    if (!strncmp(*url, "https:", 6) && strncmp(to, "https:", 6) != 0)
        return err_set(f->e, ERR_DENIED, "%s: redirects from https to plain http: not followed", f->host);
    free(*url);
    *url = strdup(to);
    return *url ? 1 : err_set(f->e, ERR_LIMIT, "out of memory");
}

int fetch_once(struct fetch *f, bool *broken)
{
    AUTO_FREE char *url = strdup(f->req->url);
    char first[sizeof f->host];
    int r;

    *broken = false;
    if (!url)
        return err_set(f->e, ERR_LIMIT, "out of memory");
    if (origin(f, url, first, sizeof first, f->e) < 0)
        return -1;
    for (int hops = 0; hops <= REDIRECTS_MOST; hops++) {
        if (origin(f, url, f->host, sizeof f->host, f->e) < 0)
            return err_wrap(f->e, "redirect from %s", first);
        if (perform(f, url, !strcmp(first, f->host), broken) < 0)
            return -1;
        if ((r = next_url(f, &url)) <= 0)
            return r < 0 ? -1 : (int)f->status;
    }
    return err_set(f->e, ERR_LIMIT, "%s: more than %d redirects", first, REDIRECTS_MOST);
}

bool fetch_may_retry(long status)
{
    return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

void fetch_wait(const struct fetch *f, unsigned tries, int fd)
{
    curl_off_t asked = 0;
    uint64_t ms = (uint64_t)FIRST_WAIT_MS << MIN(tries - 1, 6u), jitter = 0;

    if (getrandom(&jitter, sizeof jitter, 0) == sizeof jitter)
        ms += jitter % (ms / 4 + 1); /* many clients that fail together should not come back together */
    f->c->easy_getinfo(f->curl, CURLINFO_RETRY_AFTER, &asked);
    if (asked > 0)
        ms = (uint64_t)MIN(asked, (curl_off_t)RETRY_AFTER_MOST) * 1000;
    struct pollfd gone = { .fd = fd };
    poll(&gone, 1, (int)ms); /* ends at once when the other side closes */
}
#endif
