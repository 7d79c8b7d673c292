#include "scan/secrets.h"

#include "core/map.h"
#include "doc/doc.h"
#include "io/fs.h"
#include "model/deployment.h"
#include "model/owners.h"
#include "rule/secret_name.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/hmac.h>
#include <sys/random.h>

/* ---- the key ---- */

static const char *default_folder(char *to, size_t n)
{
    const char *base = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

    if (base && base[0] == '/')
        snprintf(to, n, "%s/scantling", base);
    else if (home && home[0] == '/')
        snprintf(to, n, "%s/.local/state/scantling", home);
    else
        return NULL;
    return to;
}

/* 64 hex digits, so that a file can be handed on as text. */
static int read_key(struct secret_setup *s, const char *path, struct err *e)
{
    enum { MOST = 4096 };
    AUTO_BUF struct buf text = BUF(MOST);

    if (fs_read(AT_FDCWD, path, false, MOST, &text, e) < 0)
        return -1;
    struct str hex = str_trim(buf_view(&text));
    for (size_t i = 0; i < SECRET_KEY_BYTES; i++) {
        uint64_t v;
        if (hex.n != 2 * (size_t)SECRET_KEY_BYTES || !str_u64((struct str){ hex.p + 2 * i, 2 }, 16, &v))
            return err_set(e, ERR_FORMAT, "%s: not a key of %d hex digits", path, 2 * SECRET_KEY_BYTES);
        s->key[i] = (unsigned char)v;
    }
    OPENSSL_cleanse(text.p, text.n);
    return 0;
}

static int make_key(struct secret_setup *s, struct err *e)
{
    return getrandom(s->key, sizeof s->key, 0) == (ssize_t)sizeof s->key ? 0
                                                                         : err_errno(e, "no random bytes");
}

/* Two runs may make one at a time: the link decides which, and both then use that. */
static void keep_key(struct secret_setup *s, const char *folder, const char *path)
{
    char own[4200], text[2 * SECRET_KEY_BYTES + 2];
    struct err ignored;

    str_hex(s->key, SECRET_KEY_BYTES, text);
    text[sizeof text - 2] = '\n';
    snprintf(own, sizeof own, "%s.%ld", path, (long)getpid());
    if (fs_make_dirs(folder, &ignored) == 0 &&
        fs_write_atomic(AT_FDCWD, own, (struct str){ text, sizeof text - 1 }, &ignored) == 0) {
        if (link(own, path) < 0 && errno == EEXIST)
            (void)read_key(s, path, &ignored);
        unlink(own);
    }
    OPENSSL_cleanse(text, sizeof text);
}

static int find_key(struct secret_setup *s, const char *key_file, bool keep, struct err *e)
{
    char folder[4000], path[4100];
    struct err why = { 0 };

    if (key_file)
        return read_key(s, key_file, e);
    if (!default_folder(folder, sizeof folder))
        return make_key(s, e);
    snprintf(path, sizeof path, "%s/secret.key", folder);
    if (read_key(s, path, &why) == 0)
        return 0;
    if (why.code != ERR_NOT_FOUND && why.code != ERR_DENIED) {
        *e = why;
        return -1;
    }
    if (make_key(s, e) < 0)
        return -1;
    if (keep)
        keep_key(s, folder, path);
    return 0;
}

int secrets_open(struct secret_setup *s, const char *key_file, bool keep, struct err *e)
{
    if (find_key(s, key_file, keep, e) < 0)
        return err_wrap(e, "key of secrets");
    return secret_setup_open(s, e);
}

uint64_t secrets_version(const struct secret_setup *s)
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    uint64_t v = 0;

    if (HMAC(EVP_sha256(), s->key, sizeof s->key, (const unsigned char *)"cache", 5, mac, &n))
        memcpy(&v, mac, sizeof v);
    return v ^ secret_version();
}

/* ---- documents ---- */

static int named_text(struct secret_scanner *s, enum secret_place place, struct str name, struct str value,
                      struct err *e)
{
    AUTO_BUF struct buf text = BUF(8 << 20);

    buf_str(&text, name);
    buf_char(&text, '=');
    buf_str(&text, value);
    return secret_scan_text(s, place, name, buf_view(&text), e);
}

/* What is added meanwhile are other kinds of fact: these lists stay where they are. */
static int configuration(struct secret_scanner *s, struct facts *f, struct err *e)
{
    uint32_t step = 0;
    char number[16];

    FACTS_EACH (f, env_var, v)
        if (named_text(s, SECRET_IN_ENV, v->name, v->value, e) < 0)
            return -1;
    FACTS_EACH (f, label, l)
        if (named_text(s, SECRET_IN_LABEL, l->name, l->value, e) < 0)
            return -1;
    FACTS_EACH (f, history, h) {
        snprintf(number, sizeof number, "%u", ++step);
        if (secret_scan_text(s, SECRET_IN_HISTORY, str_of(number), h->created_by, e) < 0)
            return -1;
    }
    return 0;
}

/* What is written so, in JSON or YAML; several lines are no password, and nobody compares them. */
static struct str text_of(struct str written, struct arena *a)
{
    struct doc *d;
    struct err ignored;

    if (str_has_char(str_trim(written), '\n') || doc_yaml(written, a, &d, &ignored) < 0)
        return STR_NONE;
    return doc_scalar(d);
}

static void mark_held(struct facts *f, struct str path, const struct held *h)
{
    size_t n;
    struct secret *s = facts_secret(f, &n);

    for (size_t i = 0; i < n; i++)
        s[i].held |=
            s[i].offset >= h->offset && s[i].offset - h->offset < h->bytes && str_eq(s[i].path, path);
}

/* Values of Secrets, of which the parser keeps only where they stand: what is found in one is told by the check of
 * the object, and those that no format gives away are secrets all the same. */
static int values_of_secrets(struct secret_scanner *s, struct str path, struct str body, struct facts *f,
                             struct err *e)
{
    enum { VALUES_MOST = 512, VALUE_BYTES = 16 << 20 };
    unsigned added = 0;

    FACTS_EACH (f, held, h) {
        AUTO_ARENA struct arena a = ARENA(VALUE_BYTES);
        if (!h->clear || h->offset > body.n || h->bytes > body.n - h->offset)
            continue;
        if (added == VALUES_MOST) {
            facts_remark(f, NOTE_INCOMPLETE, path,
                         "more than %d values of Secrets: the others were not compared", VALUES_MOST);
            return 0;
        }
        struct str value = STR_NONE;
        if (is_secret_name(h->key))
            value = text_of((struct str){ body.p + h->offset, h->bytes }, &a);
        int r = is_secret_value(value)
                    ? secret_add_value(s, path, h->line, h->offset, h->bytes, h->key, value, e)
                    : 0;
        if (r < 0)
            return -1;
        mark_held(f, path, h);
        added += (unsigned)r;
    }
    return 0;
}

int secrets_in_document(const struct secret_setup *setup, struct str path, struct str bytes, struct facts *f,
                        struct err *e)
{
    AUTO_SECRET struct secret_scanner *s = secret_open(setup, f, e);
    size_t n;

    if (!s)
        return -1;
    secret_remember(s);
    (void)facts_config(f, &n);
    int r = n ? configuration(s, f, e) : secret_scan_text(s, SECRET_IN_DOCUMENT, path, bytes, e);
    if (r == 0 && !n)
        r = values_of_secrets(s, path, bytes, f, e);
    secret_mask(s, f);
    return r < 0 ? -1 : 0;
}

/* ---- groups ---- */

struct secret_search secrets_search(bool looked)
{
    return (struct secret_search){ secret_info_of, looked ? secret_kind_count() : 0 };
}

/* The file that a path is in: of "app.jar!/x.properties" the archive. */
static struct str file_of(struct str path)
{
    ptrdiff_t at = str_find(path, STR("!/"));

    return at < 0 ? path : str_first(path, (size_t)at);
}

static bool is_there(const struct image *img, const struct seen *seen, struct str path)
{
    struct str file = file_of(path);

    if (file.n == path.n || !img->tree || !path_is_clean(file))
        return seen->visible;
    node_id id = tree_find(img->tree, file, false);
    return id && tree_node(img->tree, id)->layer == seen->layer;
}

int secrets_of_image(const struct image *img, struct arena *a, struct secret_places *out, struct err *e)
{
    const struct seen_list *seen = &img->seen[FACT_SECRET_KIND];
    size_t n = 0, n_config = 0;
    const struct secret *config = img->config_facts ? facts_secret(img->config_facts, &n_config) : NULL;
    struct secret_at *at = arena_array(a, struct secret_at, seen->n + n_config + 1);

    if (!at)
        return err_set(e, ERR_LIMIT, "the model is full");
    for (size_t i = 0; i < seen->n; i++) {
        const struct secret *fact = seen->p[i].fact;
        const struct layer *l = &img->layer[seen->p[i].layer];
        at[n++] = (struct secret_at){ .fact = fact,
                                      .layer = l->digest.n ? l->digest : l->diff_id,
                                      .created_by = l->created_by,
                                      .deleted = !is_there(img, &seen->p[i], fact->path),
                                      .owner = owner_of(img, file_of(fact->path), false),
                                      .element = img->element };
    }
    for (size_t i = 0; i < n_config; i++)
        at[n++] = (struct secret_at){ .fact = &config[i], .element = img->element };
    *out = (struct secret_places){ at, n, img->complete };
    return 0;
}

static bool map_documents(const struct deployment *d, struct map *paths)
{
    for (size_t i = 0; i < d->n_document; i++)
        if (!map_put(paths, d->document[i].path, NULL))
            return false;
    return true;
}

int secrets_of_deployment(const struct deployment *d, const struct secret_places *tree, struct arena *a,
                          struct secret_places *out, struct err *e)
{
    AUTO_MAP struct map documents = MAP;
    size_t n;
    const struct secret *fact = facts_secret(&d->facts, &n);

    *out = (struct secret_places){ arena_array(a, struct secret_at, n + tree->n + 1), 0,
                                   d->complete && tree->complete };
    if (!out->p || !map_documents(d, &documents))
        return err_set(e, ERR_LIMIT, "the model is full");
    for (size_t i = 0; i < n; i++)
        out->p[out->n++] =
            (struct secret_at){ .fact = &fact[i], .told = fact[i].held, .element = d->element };
    for (size_t i = 0; i < tree->n; i++) /* a document's were seen when it was understood */
        if (!map_get(&documents, tree->p[i].fact->path))
            out->p[out->n++] = tree->p[i];
    return 0;
}
