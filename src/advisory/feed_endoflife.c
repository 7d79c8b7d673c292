/* feed_endoflife.c - endoflife.date's API, one product a document: the old form {PRODUCT}.json, a list of
 * cycles, and version 1, {"result": {"name": ..., "releases": [...]}}.
 *
 * A distribution's product becomes its ecosystem; the others keep their names. `true` and `false` in place of
 * a date say only whether it is over, and are left out. */
#include "advisory/feed.h"
#include "doc/doc.h"

static const struct {
    const char *product, *ecosystem, *before; /* what OSV puts before the release */
    bool lts_is_named;
} distributions[] = { { "alpine", "Alpine", "v", false },
                      { "alpine-linux", "Alpine", "v", false },
                      { "debian", "Debian", "", false },
                      { "ubuntu", "Ubuntu", "", true },
                      { "rhel", "Red Hat", "enterprise_linux:", false },
                      { "almalinux", "AlmaLinux", "", false },
                      { "rocky-linux", "Rocky Linux", "", false },
                      { "oracle-linux", "Oracle Linux", "", false },
                      { "amazon-linux", "Amazon Linux", "", false },
                      { "centos", "CentOS", "", false },
                      { "centos-stream", "CentOS Stream", "", false },
                      { "fedora", "Fedora", "", false },
                      { "opensuse", "openSUSE", "Leap ", false },
                      { "photon", "Photon OS", "", false } };
static const struct {
    const char *product, *name;
} products[] = { { "nodejs", "node" }, { "eclipse-temurin", "java" }, { "docker-engine", "docker" } };

static bool recognises(struct str path, struct str start)
{
    return str_ends(path, STR(".json")) &&
           ((str_has(start, STR("\"cycle\"")) && str_has(start, STR("\"eol\""))) ||
            (str_has(start, STR("\"eolFrom\"")) && str_has(start, STR("\"releases\""))));
}

struct form {
    const char *cycle, *lts, *support, *eol, *extended;
};
static const struct form form_old = { "cycle", "lts", "support", "eol", "extendedSupport" };
static const struct form form_1 = { "name", "isLts", "eoasFrom", "eolFrom", "eoesFrom" };

static bool is_date(struct str s)
{
    return s.n == 10 && s.p[4] == '-' && s.p[7] == '-';
}

static struct str date(const struct doc *d, const char *key)
{
    struct str s = doc_text(doc_get(d, key));

    return is_date(s) ? s : STR_NONE;
}

/* False: memory. */
static bool name_release(struct arena *a, struct str product, struct str cycle, bool lts,
                         struct release_end *r)
{
    for (size_t i = 0; i < ARRAY_LEN(distributions); i++) {
        if (!str_eq(product, str_of(distributions[i].product)))
            continue;
        r->ecosystem = arena_fmt(a, "%s:%s" STR_FMT "%s", distributions[i].ecosystem, distributions[i].before,
                                 STR_ARG(cycle), lts && distributions[i].lts_is_named ? ":LTS" : "");
        return r->ecosystem.p;
    }
    r->ecosystem = product;
    r->version = cycle;
    for (size_t i = 0; i < ARRAY_LEN(products); i++)
        if (str_eq(product, str_of(products[i].product)))
            r->ecosystem = str_of(products[i].name);
    return true;
}

/* Active support ends before security support does, where both are said. */
static int read_cycle(const struct form *f, struct str product, const struct doc *d, struct arena *a,
                      struct feed_sink *to, struct err *e)
{
    struct str cycle = doc_scalar(doc_get(d, f->cycle)), support = date(d, f->support), eol = date(d, f->eol);
    struct release_end r = { .ends = eol, .extended_ends = date(d, f->extended) };
    bool debian = str_eq(product, STR("debian"));

    if (!cycle.n || (!eol.n && !support.n)) {
        to->skip(to, product, "a release without a number or a date");
        return 0;
    }
    if (!eol.n || (debian && support.n)) /* Debian's LTS is not the security team's */
        r = (struct release_end){ .ends = support, .lts_ends = eol, .extended_ends = r.extended_ends };
    const struct doc *lts = doc_get(d, f->lts);
    if (!name_release(a, product, cycle, doc_true(lts) || is_date(doc_text(lts)), &r))
        return err_set(e, ERR_LIMIT, "more releases than a product may have");
    return to->release(to, &r, e);
}

/* ".../debian.json" */
static struct str product_of(struct str path)
{
    struct str folder, name;

    str_rsplit(path, '/', &folder, &name);
    return str_first(name, name.n - MIN(name.n, (size_t)5));
}

static int read_product(const struct feed_input *in, struct feed_sink *to, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(64u << 20);
    struct doc *root;

    if (doc_json(in->body, &a, &root, e) < 0)
        return -1;
    bool old = root->kind == DOC_LIST;
    struct str product = old ? product_of(in->path) : doc_text(doc_path(root, "result.name"));
    if (!product.n)
        return err_set(e, ERR_FORMAT, "no name of a product: neither in the file's name nor in it");
    DOC_EACH (old ? root : doc_path(root, "result.releases"), d)
        if (read_cycle(old ? &form_old : &form_1, product, d, &a, to, e) < 0)
            return -1;
    return 0;
}

const struct feed feed_endoflife = {
    .name = "endoflife",
    .what = "endoflife.date, one product a document (JSON)",
    .recognises = recognises,
    .max_size = 8u << 20,
    .read = read_product,
};
