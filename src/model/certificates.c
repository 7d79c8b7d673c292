#include "model/certificates.h"

#include "core/map.h"
#include "model/example.h"
#include "model/owners.h"

/* Where programs look for whom to trust. */
static bool is_trust_store(struct str path)
{
    static const char *const folders[] = {
        "etc/ssl/certs/",       "etc/pki/",       "usr/share/ca-certificates/",
        "etc/ca-certificates/", "usr/share/pki/", "usr/local/share/ca-certificates/"
    };
    static const char *const ends[] = { "/cacerts",      "etc/ssl/cert.pem",   "ca-certificates.crt",
                                        "ca-bundle.crt", "cacert.pem",         ".truststore",
                                        "trust.p11-kit", "ca-bundle.trust.crt" };

    for (size_t i = 0; i < ARRAY_LEN(folders); i++)
        if (str_starts(path, str_of(folders[i])))
            return !str_has(path, STR("/private/"));
    for (size_t i = 0; i < ARRAY_LEN(ends); i++)
        if (str_ends(path, str_of(ends[i])))
            return true;
    return false;
}

/* ---- private keys by their public halves ---- */

struct held_keys {
    struct map by_public; /* SHA-256 of the public key -> index + 1 */
    const struct key **key;
    struct evidence *at;
    size_t n;
};

static bool hold_key(struct held_keys *k, const struct key *key, struct evidence at)
{
    uint32_t *index = key->public_key.n ? map_put(&k->by_public, key->public_key, NULL) : NULL;

    if (key->public_key.n && !index)
        return false;
    if (!index || *index)
        return true;
    k->key[k->n] = key;
    k->at[k->n] = at;
    *index = (uint32_t)++k->n;
    return true;
}

static void join_key(const struct held_keys *k, struct held_certificate *h)
{
    const uint32_t *index = map_get(&k->by_public, h->c->public_key);

    if (!index)
        return;
    h->key = k->key[*index - 1];
    h->key_at = k->at[*index - 1];
}

static bool make_room(struct held_keys *k, struct certificates *out, struct arena *a, size_t n_keys, size_t n,
                      size_t n_setting)
{
    *out = (struct certificates){ .item = arena_array(a, struct held_certificate, n + 1),
                                  .setting = arena_array(a, struct held_tls_setting, n_setting + 1) };
    *k = (struct held_keys){ .key = arena_array(a, const struct key *, n_keys + 1),
                             .at = arena_array(a, struct evidence, n_keys + 1) };
    return out->item && out->setting && k->key && k->at;
}

static void add(struct certificates *out, const struct held_keys *k, const struct certificate *c,
                struct evidence at)
{
    struct held_certificate *h = &out->item[out->n++];

    *h = (struct held_certificate){ .c = c,
                                    .at = at,
                                    .trusted = is_trust_store(c->path),
                                    .presented = str_eq(c->form, STR("tls")) && c->number == 1,
                                    .example = example_place(c->path) != NULL };
    join_key(k, h);
}

/* ---- of an image ---- */

static struct evidence seen_at(const struct image *img, const struct seen *s, struct str path, uint32_t line)
{
    struct evidence at = { .target = img->target, .path = path, .line = line };

    if (s->layer < img->n_layers)
        at.layer = img->layer[s->layer].digest.n ? img->layer[s->layer].digest : img->layer[s->layer].diff_id;
    return at;
}

/* A package's own files are shipped; so is whatever a trust store was put together from. */
static bool mark_shipped(const struct image *img, struct certificates *c)
{
    AUTO_MAP struct map shipped = MAP;

    for (size_t i = 0; i < c->n; i++) {
        c->item[i].shipped = owner_of(img, c->item[i].c->path, false).name.n > 0;
        if (c->item[i].shipped && !map_put(&shipped, c->item[i].c->sha256, NULL))
            return false;
    }
    for (size_t i = 0; i < c->n; i++)
        c->item[i].shipped |= c->item[i].trusted && map_get(&shipped, c->item[i].c->sha256);
    return true;
}

int certificates_of_image(const struct image *img, struct arena *a, struct certificates *out, struct err *e)
{
    struct held_keys keys;
    bool good = make_room(&keys, out, a, img->seen[FACT_KEY_KIND].n, img->seen[FACT_CERTIFICATE_KIND].n,
                          img->seen[FACT_TLS_SETTING_KIND].n);

    IMAGE_EACH (img, key, KEY, k)
        good = good && hold_key(&keys, k, seen_at(img, seen_k, k->path, k->line));
    IMAGE_EACH (img, certificate, CERTIFICATE, c)
        if (good)
            add(out, &keys, c, seen_at(img, seen_c, c->path, c->line));
    IMAGE_EACH (img, tls_setting, TLS_SETTING, t)
        if (good)
            out->setting[out->n_setting++] =
                (struct held_tls_setting){ t, seen_at(img, seen_t, t->path, t->line) };
    good = good && mark_shipped(img, out);
    map_free(&keys.by_public);
    out->now = img->time;
    out->complete = img->complete;
    out->owners = img->seen[FACT_OWNED_KIND].n > 0;
    out->image = true;
    return good ? 0 : err_set(e, ERR_LIMIT, "more certificates than fit");
}

/* ---- of documents ---- */

int certificates_of_deployment(const struct deployment *d, struct str now, struct arena *a,
                               struct certificates *out, struct err *e)
{
    struct held_keys keys;
    bool good = make_room(&keys, out, a, d->facts.list[FACT_KEY_KIND].n,
                          d->facts.list[FACT_CERTIFICATE_KIND].n, d->facts.list[FACT_TLS_SETTING_KIND].n);

    FACTS_EACH (&d->facts, key, k)
        good = good &&
               hold_key(&keys, k, (struct evidence){ .target = d->target, .path = k->path, .line = k->line });
    FACTS_EACH (&d->facts, certificate, c)
        if (good)
            add(out, &keys, c, (struct evidence){ .target = d->target, .path = c->path, .line = c->line });
    FACTS_EACH (&d->facts, tls_setting, t)
        if (good)
            out->setting[out->n_setting++] = (struct held_tls_setting){
                t, (struct evidence){ .target = d->target, .path = t->path, .line = t->line }
            };
    map_free(&keys.by_public);
    out->now = now;
    out->complete = d->complete;
    return good ? 0 : err_set(e, ERR_LIMIT, "more certificates than fit");
}
