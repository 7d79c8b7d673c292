#include "source/registry_client.h"

#include "io/fs.h"

#include <ctype.h>
#include <fcntl.h>
#include <time.h>

enum {
    TOKEN_MOST = 1 << 20,
    PEM_MOST = 4 << 20,
    URL_MOST = 2048,
    MARGIN_SECONDS = 10,
    HEADER_MOST = 16 << 10,
    HEADERS_MOST = 2
};

static uint64_t now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec;
}

/* One parameter of a challenge: realm="...", service=... */
static bool parameter(struct str challenge, const char *name, struct str *out)
{
    struct str rest = challenge, key, value;

    while (rest.n && str_split(rest, '=', &key, &value)) {
        bool quoted = value.n && value.p[0] == '"';
        const char *end = quoted ? memchr(value.p + 1, '"', value.n - 1) : memchr(value.p, ',', value.n);
        if (quoted && !end)
            return false;
        size_t n = end ? (size_t)(end - value.p) : value.n;
        *out = str_skip(str_first(value, n), quoted);
        if (str_eq_nocase(str_trim(key), str_of(name)))
            return true;
        rest = str_skip(value, n + quoted);
        while (rest.n && (rest.p[0] == ',' || rest.p[0] == ' '))
            rest = str_skip(rest, 1);
    }
    return false;
}

/* Append ?name=value or &name=value, percent-encoded. */
static void query(struct buf *url, const char *name, struct str value)
{
    buf_fmt(url, "%c%s=", memchr(url->p ? url->p : "", '?', url->n) ? '&' : '?', name);
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];
        if (isalnum(c) || strchr("-._~:/,", c))
            buf_char(url, (char)c);
        else
            buf_fmt(url, "%%%02X", c);
    }
}

/* The token server's URL with service and scope; POST body instead when we have an identity token. */
static int token_request(struct registry *r, struct buf *url, struct buf *form, struct err *e)
{
    struct str realm, service = { 0 }, scope;

    if (!parameter(r->challenge, "realm", &realm) || !realm.n)
        return err_set(e, ERR_FORMAT, "asks for a token but does not say where from");
    if (!parameter(r->challenge, "service", &service))
        service = (struct str){ 0 };
    if (!parameter(r->challenge, "scope", &scope) || !scope.n)
        scope = arena_fmt(r->env->arena, "repository:" STR_FMT ":pull", STR_ARG(r->ref.repo));
    buf_str(url, realm);
    struct buf *to = r->login.refresh.n ? form : url;
    if (to == form)
        buf_fmt(form, "?grant_type=refresh_token&client_id=scantling");
    query(to, "service", service);
    query(to, "scope", scope);
    if (to == form)
        query(form, "refresh_token", r->login.refresh);
    buf_char(url, '\0');
    return buf_ok(url) && buf_ok(form) ? 0 : err_set(e, ERR_LIMIT, "token request is too large");
}

/* Keep the token of the answer as the Authorization to send. */
static int take_token(struct registry *r, const struct http_reply *reply, struct err *e)
{
    struct facts *f;
    size_t n = 0;

    if (reply->status != 200)
        return err_set(e, reply->status == 401 || reply->status == 403 ? ERR_DENIED : ERR_IO,
                       "the token server answers with status %d%s", reply->status,
                       r->login.user.n || r->login.refresh.n ? "" : " (no credentials are known)");
    if (r->env->read_doc(r->env, "registry_token", STR("token"), buf_view(&reply->body), (struct str){ 0 },
                         &f, e) < 0)
        return err_wrap(e, "token server");
    const struct token *t = facts_token(f, &n);
    if (!n || t->token.n > HEADER_MOST)
        return err_set(e, ERR_FORMAT, "the token server gives no usable token");
    r->authorization = arena_fmt(r->env->arena, "Bearer " STR_FMT, STR_ARG(t->token)).p;
    r->fresh_until = now() + (t->expires_in > MARGIN_SECONDS ? t->expires_in - MARGIN_SECONDS : 0);
    return r->authorization ? 0 : err_set(e, ERR_LIMIT, "out of memory");
}

static int fetch_token(struct registry *r, struct err *e)
{
    AUTO_BUF struct buf url = BUF(URL_MOST), form = BUF(HEADER_MOST);
    struct http_header header[] = { { NULL, NULL }, { NULL, NULL } };
    struct http_request req = { .header = header };
    struct http_reply reply;

    if (token_request(r, &url, &form, e) < 0)
        return -1;
    req.url = url.p;
    const char *basic = credentials_basic(&r->login, r->env->arena);
    if (form.n) {
        req.method = "POST";
        req.body = str_skip(buf_view(&form), 1);
        header[0] = (struct http_header){ "Content-Type", "application/x-www-form-urlencoded" };
    } else if (basic) {
        header[0] = (struct http_header){ "Authorization", basic };
    }
    if (http_do(r->session, &req, TOKEN_MOST, &reply, e) < 0)
        return err_wrap(e, "token server");
    int got = take_token(r, &reply, e);
    http_reply_free(&reply);
    return got;
}

/* After a 401: do what the challenge asks for. */
static int authorize(struct registry *r, const struct http_reply *refusal, struct err *e)
{
    struct str rest = buf_view(&refusal->headers), line, key, value, scheme, parameters;
    bool basic = false;

    while (str_cut(&rest, '\n', &line)) {
        if (!str_split(line, ':', &key, &value) || !str_eq(key, STR("www-authenticate")))
            continue;
        str_split(str_trim(value), ' ', &scheme, &parameters);
        basic |= str_eq_nocase(scheme, STR("basic"));
        if (!str_eq_nocase(scheme, STR("bearer")))
            continue;
        r->challenge = arena_str(r->env->arena, parameters);
        return fetch_token(r, e);
    }
    r->authorization = basic ? credentials_basic(&r->login, r->env->arena) : NULL;
    r->fresh_until = UINT64_MAX;
    if (r->authorization)
        return 0;
    return err_set(e, ERR_DENIED, "%s",
                   basic ? "authentication is needed and no credentials are known: log in first"
                         : "authentication is needed of a kind that is not known here");
}

/* The registry's own words: "manifest unknown". */
static struct str reason(struct registry *r, const struct http_reply *reply)
{
    struct facts *f;
    struct err ignored = { 0 };
    size_t n = 0;

    if (!reply->body.n || r->env->read_doc(r->env, "registry_errors", STR("answer"), buf_view(&reply->body),
                                           (struct str){ 0 }, &f, &ignored) < 0)
        return (struct str){ 0 };
    const struct note *note = facts_note(f, &n);
    if (!n)
        return (struct str){ 0 };
    return str_first(note->reason.n ? note->reason : note->where, 120);
}

static int refused(struct registry *r, const struct http_reply *reply, struct err *e)
{
    struct str why = reason(r, reply);
    enum err_code code = reply->status == 404                           ? ERR_NOT_FOUND
                         : reply->status == 401 || reply->status == 403 ? ERR_DENIED
                                                                        : ERR_IO;

    if (reply->status == 401 && r->login.user.n)
        return err_set(e, code, "the credentials for " STR_FMT " are not accepted%s" STR_FMT,
                       STR_ARG(r->ref.host), why.n ? ": " : "", STR_ARG(why));
    return err_set(e, code, "status %d%s" STR_FMT, reply->status, why.n ? ": " : "", STR_ARG(why));
}

/* GET with further headers, at most HEADERS_MOST. */
static int get_url(struct registry *r, const char *url, const struct http_header *more, size_t most,
                   struct http_reply *out, struct err *e)
{
    struct http_header header[HEADERS_MOST + 2] = { { NULL, NULL } };
    struct http_request req = { .url = url, .header = header };
    size_t n = 0;

    while (more && more[n].name && n < HEADERS_MOST) {
        header[n] = more[n];
        n++;
    }
    if (r->authorization)
        header[n] = (struct http_header){ "Authorization", r->authorization };
    return http_do(r->session, &req, most, out, e);
}

int registry_get(struct registry *r, const char *path, const struct http_header *more, size_t most,
                 struct http_reply *out, struct err *e)
{
    struct str url = arena_fmt(r->env->arena, "%s/%s", r->base, path);

    if (!url.p)
        return err_set(e, ERR_LIMIT, "out of memory");
    if (get_url(r, url.p, more, most, out, e) < 0)
        return -1;
    if (out->status == 401) {
        int got = authorize(r, out, e);
        http_reply_free(out);
        if (got < 0 || get_url(r, url.p, more, most, out, e) < 0)
            return -1;
    }
    if (out->status == 200 || out->status == 206 || out->status == 416) /* the latter two: of a range */
        return 0;
    refused(r, out, e);
    http_reply_free(out);
    return -1;
}

/* Trust anchors beyond the system's: what the user named, and the folders that Docker and Podman keep for a
 * host. */
static int trust(struct source_env *env, struct str host, struct str *pem, struct err *e)
{
    static const char *const folder[] = { "/etc/docker/certs.d", "/etc/containers/certs.d" };
    AUTO_BUF struct buf text = BUF(PEM_MOST);
    struct err absent = { 0 };

    if (env->opt->ca_file.n) {
        const char *path = arena_cstr(env->arena, env->opt->ca_file);
        if (!path || fs_read(AT_FDCWD, path, false, PEM_MOST, &text, e) < 0)
            return -1;
        buf_char(&text, '\n');
    }
    for (size_t i = 0; i < ARRAY_LEN(folder); i++) {
        struct str path = arena_fmt(env->arena, "%s/" STR_FMT "/ca.crt", folder[i], STR_ARG(host));
        if (path.p && fs_read(AT_FDCWD, path.p, false, PEM_MOST, &text, &absent) == 0)
            buf_char(&text, '\n');
    }
    *pem = arena_str(env->arena, buf_view(&text));
    return 0;
}

/* Is there a registry under this scheme? 401 is an answer too. */
static int ping(struct registry *r, const char *scheme, struct err *e)
{
    struct str host = str_eq(r->ref.host, STR("docker.io")) ? STR("registry-1.docker.io") : r->ref.host;
    struct str url = arena_fmt(r->env->arena, "%s://" STR_FMT "/v2/", scheme, STR_ARG(host));
    struct str base = arena_fmt(r->env->arena, "%s" STR_FMT, url.p ? url.p : "", STR_ARG(r->ref.repo));
    struct http_reply reply;

    if (!url.p || !base.p)
        return err_set(e, ERR_LIMIT, "out of memory");
    if (get_url(r, url.p, NULL, TOKEN_MOST, &reply, e) < 0)
        return -1;
    int status = reply.status;
    http_reply_free(&reply);
    r->base = base.p;
    if (status == 200 || status == 401)
        return 0;
    return err_set(e, ERR_IO, "%s://" STR_FMT ": not a registry: status %d for /v2/", scheme, STR_ARG(host),
                   status);
}

static int connect_to(struct registry *r, struct err *e)
{
    struct err tls = { 0 }, plain = { 0 };

    if (http_open(&r->http, &r->session, e) < 0)
        return -1;
    if (ping(r, "https", &tls) == 0)
        return 0;
    if (!r->http.plain_http)
        return err_set(e, tls.code, "%.300s%s", tls.text,
                       strstr(tls.text, "wrong version number") ? " (no TLS there? see --plain-http)" : "");
    if (ping(r, "http", &plain) == 0)
        return 0;
    return err_set(e, plain.code, "%.220s; and without TLS: %.220s", tls.text, plain.text);
}

int registry_open(struct source_env *env, const struct reference *ref, struct registry **out, struct err *e)
{
    struct registry *r = arena_new(env->arena, struct registry);

    if (!r)
        return err_set(e, ERR_LIMIT, "out of memory");
    r->env = env;
    r->ref = *ref;
    if (ref->repo.p == ref->buffer)
        r->ref.repo.p = r->ref.buffer;
    r->http =
        (struct http_options){ .plain_http = env->opt->plain_http, .insecure_tls = env->opt->insecure_tls };
    if (trust(env, ref->host, &r->http.ca_pem, e) < 0 ||
        credentials_find(env->opt->authfile, ref->host, ref->repo, env->arena, &r->login, e) < 0)
        return -1;
    if (connect_to(r, e) < 0) {
        registry_close(r);
        return -1;
    }
    *out = r;
    return 0;
}

void registry_close(struct registry *r)
{
    http_close(&r->session);
}

/* Layers are read after the documents, maybe much later. */
static int renew(struct registry *r, struct err *e)
{
    if (!r->challenge.n || now() < r->fresh_until)
        return 0;
    if (http_open(&r->http, &r->session, e) < 0)
        return -1;
    int got = fetch_token(r, e);
    http_close(&r->session);
    return got;
}

int registry_download(struct registry *r, struct str digest, int *fd, struct download **out, struct err *e)
{
    AUTO_BUF struct buf url = BUF(URL_MOST);
    struct http_header header[2] = { { NULL, NULL } };
    struct http_request req = { .header = header };

    if (renew(r, e) < 0)
        return -1;
    buf_fmt(&url, "%s/blobs/" STR_FMT, r->base, STR_ARG(digest));
    buf_char(&url, '\0');
    if (!buf_ok(&url))
        return err_set(e, ERR_LIMIT, "URL is too long");
    req.url = url.p;
    if (r->authorization)
        header[0] = (struct http_header){ "Authorization", r->authorization };
    return http_download(&r->http, &req, fd, out, e);
}
