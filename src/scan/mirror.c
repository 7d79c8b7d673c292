#include "scan/mirror.h"

#include "io/fs.h"
#include "io/hash.h"
#include "scan/documents.h"
#include "source/registry_client.h"

#include <fcntl.h>

enum {
    PATH_MOST = 4096,
    SUM_MOST = 1024,
    PEM_MOST = 8 << 20,
    ARENA_BYTES = 64 << 20,
    MANIFEST_MOST = 4 << 20
};

static const char packed_name[] = "advisories.db.zst";

struct kind {
    const char *lead;
    bool plain; /* only where plain HTTP is allowed */
    /* Fill m->digest. */
    int (*open)(struct mirror *m, struct err *e);
    int (*get)(struct mirror *m, uint64_t at, uint64_t n, struct buf *out, struct err *e);
};

struct mirror {
    const struct mirror_options *options;
    const struct kind *kind;
    const char *url;
    char digest[MIRROR_DIGEST_TEXT + 1];
    struct http *http; /* https and http */
    /* oci: a source's environment, in which only documents are read */
    struct source_env env;
    struct source_options source;
    struct arena arena;
    struct store store;
    struct registry *registry;
    uint64_t size; /* of the packed file, by the manifest */
};

static int too_large(struct err *e)
{
    return err_set(e, ERR_LIMIT, "larger than it may be");
}

static int take_sum(struct mirror *m, const struct buf *sum, struct err *e)
{
    snprintf(m->digest, sizeof m->digest, "sha256:" STR_FMT, STR_ARG(str_first(buf_view(sum), 64)));
    return digest_valid(str_of(m->digest))
               ? 0
               : err_set(e, ERR_FORMAT, "%s.sha256 holds no SHA-256", packed_name);
}

/* ---- file:// ---- */

static int read_local(const struct mirror *m, const char *suffix, uint64_t at, uint64_t n, struct buf *out,
                      struct err *e)
{
    char path[PATH_MOST];

    snprintf(path, sizeof path, "%s/%s%s", m->url + strlen("file://"), packed_name, suffix);
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_errno(e, "%s", path);
    char *to = buf_room(out, n);
    if (!to)
        return too_large(e);
    ssize_t got = pread(fd, to, n, (off_t)at);
    if (got < 0)
        return err_errno(e, "%s", path);
    out->n += (size_t)got;
    return 0;
}

static int open_local(struct mirror *m, struct err *e)
{
    AUTO_BUF struct buf sum = BUF(SUM_MOST);

    return read_local(m, ".sha256", 0, SUM_MOST, &sum, e) < 0 ? -1 : take_sum(m, &sum, e);
}

static int get_local(struct mirror *m, uint64_t at, uint64_t n, struct buf *out, struct err *e)
{
    return read_local(m, "", at, n, out, e);
}

/* ---- https:// and http:// ---- */

/* The bytes asked for, out of what a server made of the range. */
static int take_range(const struct http_reply *reply, uint64_t at, uint64_t n, struct buf *out, struct err *e)
{
    struct str body = buf_view(&reply->body);

    if (reply->status == 200) /* a server that knows no ranges sends all of it */
        body = str_first(str_skip(body, at), n);
    else if (reply->status == 416)
        body = STR("");
    else if (reply->status != 206)
        return err_set(e, reply->status == 404 ? ERR_NOT_FOUND : ERR_IO, "status %d", reply->status);
    buf_str(out, body);
    return buf_ok(out) ? 0 : too_large(e);
}

static int read_web(struct mirror *m, const char *suffix, uint64_t at, uint64_t n, struct buf *out,
                    struct err *e)
{
    char url[PATH_MOST], range[HTTP_RANGE_TEXT];
    struct http_header header[] = { { "Range", http_range(at, n, range) }, { NULL, NULL } };
    struct http_request r = { .url = url, .header = header };
    struct http_reply reply = { 0 };

    snprintf(url, sizeof url, "%s/%s%s", m->url, packed_name, suffix);
    if (http_do(m->http, &r, MIRROR_PACKED_MOST, &reply, e) < 0)
        return -1;
    int got = take_range(&reply, at, n, out, e);
    http_reply_free(&reply);
    return got < 0 ? err_wrap(e, "%s%s", packed_name, suffix) : 0;
}

static int open_web(struct mirror *m, struct err *e)
{
    AUTO_BUF struct buf sum = BUF(SUM_MOST), pem = BUF(PEM_MOST);
    struct http_options o = { .plain_http = m->options->plain_http };

    if (m->options->ca_file && fs_read(AT_FDCWD, m->options->ca_file, false, PEM_MOST, &pem, e) < 0)
        return -1;
    o.ca_pem = buf_view(&pem);
    if (http_open(&o, &m->http, e) < 0)
        return -1;
    return read_web(m, ".sha256", 0, SUM_MOST, &sum, e) < 0 ? -1 : take_sum(m, &sum, e);
}

static int get_web(struct mirror *m, uint64_t at, uint64_t n, struct buf *out, struct err *e)
{
    return read_web(m, "", at, n, out, e);
}

/* ---- oci:// ---- */

static int read_doc(struct source_env *env, const char *parser, struct str name, struct str bytes,
                    struct str digest, struct facts **out, struct err *e)
{
    struct mirror *m = (struct mirror *)(void *)((char *)env - offsetof(struct mirror, env));
    static const struct proc_limits limits = { 256 << 20, 30, 30, 64 << 20 };

    return document_read(&(struct documents_env){ &m->store, &m->arena, &limits, NULL }, parser, name, bytes,
                         digest, out, e);
}

/* The one layer of the artefact, whatever type who pushed it gave it. */
static int find_layer(struct mirror *m, const struct facts *f, struct err *e)
{
    const struct descriptor *layer = NULL;
    size_t n = 0;

    FACTS_EACH (f, descriptor, d)
        if (d->role == ROLE_LAYER) {
            layer = d;
            n++;
        }
    if (n != 1)
        return err_set(e, ERR_FORMAT, "an artefact with %zu layers: the database has to be its only one", n);
    if (layer->size > MIRROR_PACKED_MOST)
        return err_set(e, ERR_LIMIT, "a database of %llu bytes", (unsigned long long)layer->size);
    if (!str_starts(layer->digest, STR("sha256:")) || !digest_valid(layer->digest))
        return err_set(e, ERR_UNSUPPORTED, "its layer has no SHA-256 digest");
    snprintf(m->digest, sizeof m->digest, STR_FMT, STR_ARG(layer->digest));
    m->size = layer->size;
    return 0;
}

static int open_oci(struct mirror *m, struct err *e)
{
    struct registry_manifest manifest = { 0 };
    struct reference ref;

    m->source = (struct source_options){ .plain_http = m->options->plain_http,
                                         .ca_file = str_of(m->options->ca_file),
                                         .document_bytes = MANIFEST_MOST };
    m->env = (struct source_env){ .arena = &m->arena, .opt = &m->source, .read_doc = read_doc };
    if (reference_parse(str_of(m->url + strlen(m->kind->lead)), &ref, e) < 0 ||
        registry_open(&m->env, &ref, &m->registry, e) < 0)
        return -1;
    struct str by = ref.digest.n ? ref.digest : ref.tag;
    if (registry_manifest(m->registry, by, ref.digest, STR_NONE, &manifest, e) < 0)
        return err_wrap(e, "manifest");
    return find_layer(m, manifest.facts, e);
}

/* Never asks for what is behind the end: registries answer that in ways of their own. */
static int get_oci(struct mirror *m, uint64_t at, uint64_t n, struct buf *out, struct err *e)
{
    char path[sizeof "blobs/" + MIRROR_DIGEST_TEXT], range[HTTP_RANGE_TEXT];
    struct http_header header[] = { { "Range", range }, { NULL, NULL } };
    struct http_reply reply = { 0 };

    if (at >= m->size)
        return 0;
    n = MIN(n, m->size - at);
    http_range(at, n, range);
    snprintf(path, sizeof path, "blobs/%s", m->digest);
    if (registry_get(m->registry, path, header, MIRROR_PACKED_MOST, &reply, e) < 0)
        return -1;
    int got = take_range(&reply, at, n, out, e);
    http_reply_free(&reply);
    return got < 0 ? err_wrap(e, "%.19s", m->digest) : 0;
}

/* ---- all of them ---- */

static const struct kind kinds[] = { { "https://", false, open_web, get_web },
                                     { "http://", true, open_web, get_web },
                                     { "file:///", false, open_local, get_local },
                                     { "oci://", false, open_oci, get_oci } };

static const struct kind *kind_of(const struct mirror_options *o, const char *url)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (str_starts(str_of(url), str_of(kinds[i].lead)))
            return kinds[i].plain && !o->plain_http ? NULL : &kinds[i];
    return NULL;
}

int mirror_open(const struct mirror_options *o, const char *url, struct mirror **out, struct err *e)
{
    struct mirror *m = calloc(1, sizeof *m);

    *out = NULL;
    if (!m)
        return err_set(e, ERR_LIMIT, "out of memory");
    *m = (struct mirror){ .options = o, .kind = kind_of(o, url), .url = url, .arena = ARENA(ARENA_BYTES) };
    if (m->kind ? m->kind->open(m, e) < 0
                : err_set(e, ERR_USAGE, "a mirror begins with https://, file:/// or oci://")) {
        mirror_close(&m);
        return -1;
    }
    *out = m;
    return 0;
}

void mirror_close(struct mirror **m)
{
    if (!*m)
        return;
    if ((*m)->registry)
        registry_close((*m)->registry);
    if ((*m)->http)
        http_close(&(*m)->http);
    store_free(&(*m)->store);
    arena_free(&(*m)->arena);
    free(*m);
    *m = NULL;
}

const char *mirror_digest(const struct mirror *m)
{
    return m->digest;
}

int mirror_get(struct mirror *m, uint64_t at, uint64_t n, struct buf *out, struct err *e)
{
    return m->kind->get(m, at, n, out, e);
}
