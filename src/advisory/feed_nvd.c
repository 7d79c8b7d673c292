/* feed_nvd.c - pages of the NVD's API, JSON 2.0: scores of CVEs; and ranges of versions, but only for
 * products that are told by the binaries themselves and that nobody else speaks of. */
#include "advisory/rows.h"

static const struct {
    const char *vendor_product, *ecosystem, *name;
} products[] = {
    { "apache:http_server", "generic", "httpd" },
    { "apache:tomcat", "generic", "tomcat" },
    { "busybox:busybox", "generic", "busybox" },
    { "docker:docker", "generic", "docker" },
    { "mobyproject:moby", "generic", "docker" },
    { "elastic:elasticsearch", "generic", "elasticsearch" },
    { "envoyproxy:envoy", "generic", "envoy" },
    { "etcd:etcd", "generic", "etcd" },
    { "f5:nginx", "generic", "nginx" },
    { "nginx:nginx", "generic", "nginx" },
    { "git-scm:git", "generic", "git" },
    { "gnu:bash", "generic", "bash" },
    { "gnu:glibc", "generic", "glibc" },
    { "golang:go", "generic", "go" },
    { "grafana:grafana", "generic", "grafana" },
    { "haproxy:haproxy", "generic", "haproxy" },
    { "haxx:curl", "generic", "curl" },
    { "isc:bind", "generic", "bind" },
    { "jenkins:jenkins", "generic", "jenkins" },
    { "kubernetes:cri-o", "generic", "cri-o" },
    { "kubernetes:kubernetes", "generic", "kubernetes" },
    { "lfprojects:valkey", "generic", "valkey" },
    { "lighttpd:lighttpd", "generic", "lighttpd" },
    { "linuxfoundation:containerd", "generic", "containerd" },
    { "linuxfoundation:runc", "generic", "runc" },
    { "mariadb:mariadb", "generic", "mariadb" },
    { "memcached:memcached", "generic", "memcached" },
    { "mongodb:mongodb", "generic", "mongodb" },
    { "nodejs:node.js", "generic", "node" },
    { "openbsd:openssh", "generic", "openssh" },
    { "openssl:openssl", "openssl", "openssl" },
    { "oracle:mysql", "generic", "mysql" },
    { "oracle:mysql_server", "generic", "mysql" },
    { "perl:perl", "generic", "perl" },
    { "php:php", "generic", "php" },
    { "postgresql:postgresql", "generic", "postgresql" },
    { "python:python", "generic", "python" },
    { "redis:redis", "generic", "redis" },
    { "ruby-lang:ruby", "generic", "ruby" },
    { "sqlite:sqlite", "generic", "sqlite" },
    { "sudo_project:sudo", "generic", "sudo" },
    { "traefik:traefik", "generic", "traefik" },
    { "zlib:zlib", "generic", "zlib" },
};

static bool recognises(struct str path, struct str start)
{
    return str_ends(path, STR(".json")) && str_has(start, STR("\"NVD_CVE\""));
}

/* The parts of "cpe:2.3:a:vendor:product:version:update:..."; a colon within a part has a backslash. */
static bool cut_cpe(struct str cpe, struct str *vendor_product, struct str *version, struct str *update)
{
    struct str part[7];
    size_t n = 0, at = 0;

    for (size_t i = 0; i <= cpe.n && n < ARRAY_LEN(part); i++) {
        if (i < cpe.n && (cpe.p[i] != ':' || (i && cpe.p[i - 1] == '\\')))
            continue;
        part[n++] = (struct str){ cpe.p + at, i - at };
        at = i + 1;
    }
    if (n < ARRAY_LEN(part) || !str_eq(part[0], STR("cpe")) || !str_eq(part[1], STR("2.3")))
        return false;
    *vendor_product = (struct str){ part[3].p, part[3].n + 1 + part[4].n };
    *version = part[5];
    *update = part[6];
    return true;
}

static bool product_of(struct str vendor_product, struct affected *row)
{
    for (size_t i = 0; i < ARRAY_LEN(products); i++)
        if (str_eq(vendor_product, str_of(products[i].vendor_product))) {
            *row = (struct affected){ .ecosystem = str_of(products[i].ecosystem),
                                      .name = str_of(products[i].name) };
            return true;
        }
    return false;
}

static bool any(struct str s)
{
    return str_eq(s, STR("*")) || str_eq(s, STR("-"));
}

struct reader {
    struct arena *arena;
    struct feed_sink *to;
    struct rows rows;
    struct str id;
};

static int read_range(struct reader *r, struct affected *row, const struct doc *d, struct err *e)
{
    struct str from = doc_text(doc_get(d, "versionStartIncluding"));
    struct str until = doc_text(doc_get(d, "versionEndExcluding"));
    struct str last = doc_text(doc_get(d, "versionEndIncluding"));
    struct version_event *event = arena_array(r->arena, struct version_event, 2);

    if (!event)
        return err_set(e, ERR_LIMIT, "more ranges than a page may have");
    if (doc_get(d, "versionStartExcluding") || (!until.n && !last.n)) {
        r->to->skip(r->to, r->id, "a range that has no end, or begins behind a version");
        return 0;
    }
    event[0] = (struct version_event){ EVENT_INTRODUCED, from.n ? from : STR("0") };
    event[1] = (struct version_event){ until.n ? EVENT_FIXED : EVENT_LAST_AFFECTED, until.n ? until : last };
    row->event = event;
    row->n_event = 2;
    return rows_add(&r->rows, row, e);
}

static int read_match(struct reader *r, const struct doc *d, struct err *e)
{
    struct str vendor_product, version, update;
    struct affected row;

    if (!doc_true(doc_get(d, "vulnerable")) ||
        !cut_cpe(doc_text(doc_get(d, "criteria")), &vendor_product, &version, &update) ||
        !product_of(vendor_product, &row))
        return 0;
    if (any(version))
        return read_range(r, &row, d, e);
    struct str *one = arena_new(r->arena, struct str);
    if (!one)
        return err_set(e, ERR_LIMIT, "more versions than a page may have");
    *one = any(update) ? version : arena_fmt(r->arena, STR_FMT STR_FMT, STR_ARG(version), STR_ARG(update));
    row.versions = (struct strs){ one, 1 };
    return rows_add(&r->rows, &row, e);
}

static int read_ranges(struct reader *r, const struct doc *configurations, struct err *e)
{
    DOC_EACH (configurations, c)
        DOC_EACH (doc_get(c, "nodes"), node) {
            if (doc_true(doc_get(node, "negate")))
                continue;
            DOC_EACH (doc_get(node, "cpeMatch"), match)
                if (read_match(r, match, e) < 0)
                    return -1;
        }
    return 0;
}

/* The NVD's own vector before that of others, the newest version first. */
static size_t vectors(const struct doc *metrics, struct str out[4])
{
    static const char *const lists[] = { "cvssMetricV40", "cvssMetricV31", "cvssMetricV30", "cvssMetricV2" };
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        const struct doc *best = NULL;
        DOC_EACH (doc_get(metrics, lists[i]), d)
            if (!best || str_eq(doc_text(doc_get(d, "type")), STR("Primary")))
                best = d;
        out[n] = doc_text(doc_path(best, "cvssData.vectorString"));
        n += out[n].n != 0;
    }
    return n;
}

static int read_cve(struct reader *r, const struct doc *d, struct err *e)
{
    struct str vector[4];
    struct str status = doc_text(doc_get(d, "vulnStatus"));
    struct advisory a = { .id = doc_text(doc_get(d, "id")),
                          .source = STR("nvd"),
                          .published = doc_text(doc_get(d, "published")),
                          .modified = doc_text(doc_get(d, "lastModified")),
                          .kev_added = doc_text(doc_get(d, "cisaExploitAdd")) };

    if (!a.id.n) {
        r->to->skip(r->to, STR("nvd"), "an entry without an id");
        return 0;
    }
    if (str_eq(status, STR("Rejected")))
        a.withdrawn = a.modified.n ? a.modified : STR("yes");
    a.cvss = (struct strs){ vector, vectors(doc_get(d, "metrics"), vector) };
    r->id = a.id;
    r->rows = (struct rows){ .arena = r->arena };
    if (read_ranges(r, doc_get(d, "configurations"), e) < 0)
        return -1;
    return r->to->advisory(r->to, &a, r->rows.p, r->rows.n, e);
}

static int read_nvd(const struct feed_input *in, struct feed_sink *to, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(1u << 30);
    struct reader r = { .arena = &a, .to = to };
    struct doc *root;

    if (doc_json(in->body, &a, &root, e) < 0)
        return -1;
    if (!str_eq(doc_text(doc_get(root, "version")), STR("2.0")))
        return err_set(e, ERR_UNSUPPORTED, "not version 2.0 of the NVD's API");
    DOC_EACH (doc_get(root, "vulnerabilities"), d)
        if (read_cve(&r, doc_get(d, "cve"), e) < 0)
            return -1;
    return 0;
}

const struct feed feed_nvd = {
    .name = "nvd",
    .what = "pages of the NVD's API (JSON 2.0): scores, and ranges of products known by their binaries",
    .recognises = recognises,
    .max_size = 128u << 20,
    .read = read_nvd,
};
