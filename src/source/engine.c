#include "source/engine.h"

#include "io/http.h"
#include "source/archive.h"

#include <ctype.h>
#include <sys/stat.h>

enum { ANSWER_MOST = 8 << 20, URL_MOST = 2048 };

static bool is_socket(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

/* "$XDG_RUNTIME_DIR/docker.sock" with the variable's value, or NULL when it is not set. */
static const char *expand(const char *path, struct arena *a)
{
    struct str name, tail;

    if (path[0] != '$')
        return path;
    str_split(str_of(path + 1), '/', &name, &tail);
    const char *variable = arena_cstr(a, name), *value = variable ? getenv(variable) : NULL;
    return value && value[0] ? arena_fmt(a, "%s/" STR_FMT, value, STR_ARG(tail)).p : NULL;
}

static const char *find_socket(struct arena *a, const char *variable, const char *const *sockets,
                               struct err *e)
{
    const char *host = getenv(variable);

    if (host && host[0]) {
        if (!strncmp(host, "unix://", 7))
            return host + 7;
        err_set(e, ERR_UNSUPPORTED, "%s: only unix:// is understood", variable);
        return NULL;
    }
    for (; *sockets; sockets++) {
        const char *path = expand(*sockets, a);
        if (path && is_socket(path))
            return path;
    }
    err_set(e, ERR_NOT_FOUND, "no engine listens here (set %s=unix://PATH)", variable);
    return NULL;
}

/* "http://engine/images/NAME/VERB" */
static int url_of(struct str image, const char *verb, struct buf *url, struct err *e)
{
    buf_fmt(url, "http://engine/images/");
    for (size_t i = 0; i < image.n; i++) {
        unsigned char c = (unsigned char)image.p[i];
        if (!isalnum(c) && !strchr("-._:/@", c))
            return err_set(e, ERR_USAGE, "not an image's name: " STR_FMT, STR_ARG(str_first(image, 100)));
        buf_char(url, (char)c);
    }
    buf_fmt(url, "/%s", verb);
    buf_char(url, '\0');
    return buf_ok(url) && image.n && !str_has(image, STR(".."))
               ? 0
               : err_set(e, ERR_USAGE, "not an image's name");
}

/* Is the engine there, and has it the image? Its answer is not read further. */
static int ask(const struct http_options *o, struct str image, struct err *e)
{
    AUTO_BUF struct buf url = BUF(URL_MOST);
    struct http_reply reply = { 0 };
    struct http *session;

    if (url_of(image, "json", &url, e) < 0 || http_open(o, &session, e) < 0)
        return -1;
    struct http_request req = { .url = url.p };
    int got = http_do(session, &req, ANSWER_MOST, &reply, e);
    http_close(&session);
    int status = reply.status;
    http_reply_free(&reply);
    if (got < 0 || status == 200)
        return got;
    return status == 404 ? err_set(e, ERR_NOT_FOUND, "the engine has no such image")
                         : err_set(e, ERR_IO, "the engine answers with status %d", status);
}

static int export(struct source_env *env, const struct http_options *o, struct str image, struct err *e)
{
    AUTO_BUF struct buf url = BUF(URL_MOST);
    AUTO_BLOB struct blob stream = BLOB;
    struct download *download;
    struct err why = { 0 };
    int fd;

    if (url_of(image, "get", &url, e) < 0)
        return -1;
    struct http_request req = { .url = url.p };
    if (http_download(o, &req, &fd, &download, e) < 0)
        return -1;
    stream = (struct blob){ BLOB_STREAM, fd, 0, 0 };
    int got = archive_images(env, &stream, NULL, image, (struct str){ 0 }, false, e);
    blob_close(&stream);
    if (http_download_end(&download, &why) < 0) {
        *e = why; /* why the bytes broke off says more than that they did */
        return -1;
    }
    return got;
}

int engine_open(struct source_env *env, const char *variable, const char *const *sockets, struct str image,
                struct err *e)
{
    struct http_options o = { .plain_http = true,
                              .idle_seconds = 600 /* it may pack for long before it sends */ };

    if (str_starts(image, STR("//")))
        return err_set(e, ERR_USAGE, "\"//\" would mean a registry: write registry:" STR_FMT,
                       STR_ARG(str_first(str_skip(image, 2), 200)));
    o.unix_socket = find_socket(env->arena, variable, sockets, e);
    if (!o.unix_socket)
        return -1;
    if (ask(&o, image, e) < 0 || export(env, &o, image, e) < 0)
        return err_wrap(e, "%s", o.unix_socket);
    return 0;
}
