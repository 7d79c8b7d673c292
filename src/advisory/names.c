#include "advisory/names.h"

#include <ctype.h>

/* ---- distributions ---- */

enum form { FORM_NONE, FORM_MAJOR, FORM_MINOR, FORM_WHOLE, FORM_UBUNTU, FORM_SUSE, FORM_AMAZON };

static const struct distribution {
    const char *ids;       /* os-release's, blank-separated */
    const char *ecosystem; /* before the release */
    enum form form;
    const char *types;  /* of packages that are its own */
    const char *scheme; /* of versions */
    bool plain_binary, prefix;
    const char *vendors; /* what stands in its own packages' vendor, "|" between; NULL: packages do not say */
} distributions[] = {
    { "debian", "Debian:", FORM_MAJOR, "deb", "deb", false, false, NULL },
    { "ubuntu", "Ubuntu:", FORM_UBUNTU, "deb", "deb", false, false, NULL },
    { "alpine", "Alpine:v", FORM_MINOR, "apk", "apk", false, false, NULL },
    { "wolfi", "Wolfi", FORM_NONE, "apk", "apk", false, false, NULL },
    { "chainguard", "Chainguard", FORM_NONE, "apk", "apk", false, false, NULL },
    { "minimos", "MinimOS", FORM_NONE, "apk", "apk", false, false, NULL },
    { "almalinux", "AlmaLinux:", FORM_MAJOR, "rpm", "rpm", true, false, "AlmaLinux" },
    { "rocky", "Rocky Linux:", FORM_MAJOR, "rpm", "rpm", false, false, "Rocky" },
    { "rhel", "Red Hat:enterprise_linux:", FORM_MAJOR, "rpm", "rpm", false, true, "Red Hat" },
    { "centos", "Red Hat:enterprise_linux:", FORM_MAJOR, "rpm", "rpm", false, true, "CentOS|Red Hat" },
    { "ol", "Oracle Linux:", FORM_MAJOR, "rpm", "rpm", true, false, "Oracle" },
    { "amzn", "Amazon Linux:", FORM_AMAZON, "rpm", "rpm", true, false, "Amazon" },
    { "fedora", "Fedora:", FORM_WHOLE, "rpm", "rpm", false, false, "Fedora" },
    { "sles sles_sap sled", "SUSE:Linux Enterprise Server ", FORM_SUSE, "rpm", "rpm", true, false, "SUSE" },
    { "opensuse-leap", "openSUSE:Leap ", FORM_WHOLE, "rpm", "rpm", true, false, "SUSE" },
    { "opensuse-tumbleweed", "openSUSE:Tumbleweed", FORM_NONE, "rpm", "rpm", true, false, "SUSE" },
    { "azurelinux mariner", "Azure Linux:", FORM_MAJOR, "rpm", "rpm", false, false, "Microsoft" },
    { "photon", "Photon OS:", FORM_WHOLE, "rpm", "rpm", true, false, "VMware|Broadcom" },
    { "mageia", "Mageia:", FORM_MAJOR, "rpm", "rpm", false, false, "Mageia" },
    { "openEuler", "openEuler:", FORM_WHOLE, "rpm", "rpm", true, false, NULL },
    { "arch archarm", "Arch Linux", FORM_NONE, "alpm", "pacman", true, false, NULL },
};

static const struct distribution *distribution_of(const struct os *os)
{
    for (size_t i = 0; os && i < ARRAY_LEN(distributions); i++)
        if (str_one_of(os->id, distributions[i].ids))
            return &distributions[i];
    return NULL;
}

static struct str first_parts(struct str version, unsigned n)
{
    for (size_t i = 0; i < version.n; i++)
        if (version.p[i] == '.' && !--n)
            return str_first(version, i);
    return version;
}

/* Even years' April releases have long-term support, and OSV says so in the name. */
static bool is_lts(struct str version)
{
    struct str year, month;
    uint64_t y;

    return str_split(version, '.', &year, &month) && str_u64(year, 10, &y) && y % 2 == 0 &&
           str_eq(month, STR("04"));
}

static struct str release_of(struct arena *a, const struct distribution *d, struct str v)
{
    struct str major, minor;
    const char *eco = d->ecosystem;

    switch (d->form) {
    case FORM_NONE:
        return str_of(eco);
    case FORM_MAJOR:
        return arena_fmt(a, "%s" STR_FMT, eco, STR_ARG(first_parts(v, 1)));
    case FORM_MINOR: /* Alpine, whose edge has the version of the release to come */
        if (str_has(v, STR("edge")) || str_has(v, STR("_alpha")))
            return STR("Alpine:edge");
        return arena_fmt(a, "%s" STR_FMT, eco, STR_ARG(first_parts(v, 2)));
    case FORM_WHOLE:
        return arena_fmt(a, "%s" STR_FMT, eco, STR_ARG(v));
    case FORM_UBUNTU:
        v = first_parts(v, 2);
        return arena_fmt(a, "%s" STR_FMT "%s", eco, STR_ARG(v), is_lts(v) ? ":LTS" : "");
    case FORM_SUSE: /* 15.5 is 15 SP5 */
        if (!str_split(v, '.', &major, &minor))
            return arena_fmt(a, "%s" STR_FMT, eco, STR_ARG(v));
        return arena_fmt(a, "%s" STR_FMT " SP" STR_FMT, eco, STR_ARG(major), STR_ARG(minor));
    case FORM_AMAZON: /* the first one's are called by their month: 2018.03 */
        return str_has_char(v, '.') ? STR("Amazon Linux:1") : arena_fmt(a, "%s" STR_FMT, eco, STR_ARG(v));
    }
    return STR_NONE;
}

struct str advisory_release(struct arena *a, const struct os *os, struct str *why)
{
    const struct distribution *d = distribution_of(os);

    *why = STR_NONE;
    if (!os)
        *why = STR("the distribution is not known");
    else if (!d)
        *why = arena_fmt(a, "advisories of the distribution \"" STR_FMT "\" are not known here",
                         STR_ARG(str_first(os->id, 60)));
    else if (d->form == FORM_NONE || os->version.n)
        return release_of(a, d, os->version);
    else
        *why = STR("the release of the distribution is not known");
    return STR_NONE;
}

struct str advisory_lifetime(struct arena *a, const struct os *os, struct str *why)
{
    struct str release = advisory_release(a, os, why);

    if (!release.n || !str_eq(os->id, STR("centos")))
        return release;
    return arena_fmt(a, "%s" STR_FMT, str_has(os->name, STR("Stream")) ? "CentOS Stream:" : "CentOS:",
                     STR_ARG(first_parts(os->version, 1)));
}

bool advisory_is_rolling(struct str release)
{
    for (size_t i = 0; i < ARRAY_LEN(distributions); i++)
        if (distributions[i].form == FORM_NONE && str_eq(release, str_of(distributions[i].ecosystem)))
            return true;
    return str_eq(release, STR("Alpine:edge"));
}

/* ---- packages of others, installed from their own repositories ---- */

static bool has_one_of(struct str s, const char *words)
{
    struct str rest = str_of(words), word;

    while (str_cut(&rest, '|', &word))
        if (str_has(s, word))
            return true;
    return false;
}

/* Does an address in it have one of the hosts? */
static bool has_address_at(struct str s, const char *hosts)
{
    struct str user, host, rest, one;

    while (str_split(s, '@', &user, &host)) {
        rest = str_of(hosts);
        while (str_cut(&rest, '|', &one))
            if (str_starts(host, one))
                return true;
        s = host;
    }
    return false;
}

/* Debian's packages do not say whose they are: maintainers and versions of well-known other repositories do.
 */
static bool is_of_others(const struct distribution *d, const struct package *p)
{
    static const char hosts[] =
        "docker.com|nodesource.com|microsoft.com|google.com|grafana.com|hashicorp.com|elastic.co|f5.com|"
        "nginx.com|gitlab.com|influxdata.com|datadoghq.com|confluent.io|percona.com|mongodb.com|redis.io|"
        "redis.com|rabbitmq.com|mariadb.org|oracle.com|nvidia.com|hpe.com|isc.org|azul.com|adoptium.net|"
        "temurin.net|amazon.com|haproxy.com|varnish-software.com|puppet.com|cisofy.com";
    static const char people[] = "chromium-dev@|Kubernetes Authors|maria-developers@";
    static const char versions[] = "pgdg|nodesource|~debian.|+deb.sury.org|~ubuntu.";

    if (d->vendors)
        return p->vendor.n && !has_one_of(p->vendor, d->vendors);
    return str_eq(p->type, STR("deb")) && (has_address_at(p->vendor, hosts) ||
                                           has_one_of(p->vendor, people) || has_one_of(p->version, versions));
}

/* The version of the source package, with the epoch that a source rpm's name does not have. */
static struct str source_version(struct arena *a, const struct package *p)
{
    struct str epoch, rest;

    if (!p->source_version.n)
        return p->version;
    if (!str_eq(p->type, STR("rpm")) || str_has_char(p->source_version, ':') ||
        !str_split(p->version, ':', &epoch, &rest))
        return p->source_version;
    return arena_fmt(a, STR_FMT ":" STR_FMT, STR_ARG(epoch), STR_ARG(p->source_version));
}

static size_t distribution_names(struct arena *a, const struct package *p, const struct os *os,
                                 struct advisory_name *out, struct str *why)
{
    const struct distribution *d = distribution_of(os);
    struct str eco = advisory_release(a, os, why);
    size_t n = 0;

    if (!eco.n)
        return 0;
    if (!str_one_of(p->type, d->types)) {
        *why =
            arena_fmt(a, "packages of type " STR_FMT " in %s are not known here", STR_ARG(p->type), d->ids);
        return 0;
    }
    if (is_of_others(d, p)) {
        *why = STR("not the distribution's own but of another repository: its advisories are not about it");
        return 0;
    }
    out[n++] = (struct advisory_name){
        .ecosystem = eco,
        .prefix = d->prefix,
        .distribution = true,
        .plain_binary = d->plain_binary,
        .name = p->name,
        .version = p->version,
        .source = p->source_name.n ? p->source_name : p->name,
        .source_version = p->source_name.n ? source_version(a, p) : p->version,
        .scheme = version_scheme_for(str_of(d->scheme)),
    };
    if (d->form == FORM_UBUNTU) {
        out[n] = out[0];
        out[n].ecosystem = arena_fmt(a, "Ubuntu:Pro:" STR_FMT, STR_ARG(str_skip(eco, 7)));
        out[n++].subscribers = true;
    }
    return n;
}

/* ---- languages ---- */

enum spelling {
    AS_IS,
    LOWER,  /* case does not count */
    PEP_503 /* case does not count, and runs of "-", "_" and "." are one "-" */
};

static const struct language {
    const char *type, *ecosystem;
    const char *between; /* of namespace and name; NULL: the namespace is no part of it */
    enum spelling spelling;
} languages[] = {
    { "npm", "npm", "/", AS_IS },
    { "pypi", "PyPI", NULL, PEP_503 },
    { "golang", "Go", "/", AS_IS },
    { "maven", "Maven", ":", AS_IS },
    { "cargo", "crates.io", NULL, AS_IS },
    { "gem", "RubyGems", NULL, AS_IS },
    { "composer", "Packagist", "/", LOWER },
    { "nuget", "NuGet", NULL, LOWER },
    { "hex", "Hex", NULL, AS_IS },
    { "pub", "Pub", NULL, AS_IS },
    { "cran", "CRAN", NULL, AS_IS },
    { "bioconductor", "Bioconductor", NULL, AS_IS },
    { "hackage", "Hackage", NULL, AS_IS },
    { "conan", "ConanCenter", NULL, AS_IS },
    { "swift", "SwiftURL", "/", AS_IS },
    { "github", "GitHub Actions", "/", LOWER },
    { "githubactions", "GitHub Actions", "/", LOWER },
    { "bitnami", "Bitnami", NULL, AS_IS },
    { "julia", "Julia", NULL, AS_IS },
    { "opam", "opam", NULL, AS_IS },
    { "wordpress", "WordPress", "/", LOWER },
    { "generic", "generic", NULL, LOWER },
};

static const struct language *by_ecosystem(struct str ecosystem)
{
    struct str lead, rest;

    str_split(ecosystem, ':', &lead, &rest);
    for (size_t i = 0; i < ARRAY_LEN(languages); i++)
        if (str_eq(lead, str_of(languages[i].ecosystem)))
            return &languages[i];
    return NULL;
}

struct str advisory_spelling(struct arena *a, struct str ecosystem, struct str name)
{
    const struct language *l = by_ecosystem(ecosystem);
    size_t n = 0;

    if (!l || l->spelling == AS_IS)
        return name;
    char *to = arena_cstr(a, name);
    if (!to)
        return STR_NONE;
    for (size_t i = 0; i < name.n; i++) {
        bool dash = l->spelling == PEP_503 && memchr("-_.", name.p[i], 3);
        if (dash && n && to[n - 1] == '-')
            continue;
        to[n++] = dash ? '-' : (char)tolower((unsigned char)name.p[i]);
    }
    return (struct str){ to, n };
}

static struct str whole_name(struct arena *a, const struct language *l, const struct package *p)
{
    if (!l->between || !p->ns.n)
        return p->name;
    bool scope = str_eq(p->type, STR("npm")) && p->ns.p[0] != '@';
    return arena_fmt(a, "%s" STR_FMT "%s" STR_FMT, scope ? "@" : "", STR_ARG(p->ns), l->between,
                     STR_ARG(p->name));
}

static size_t language_names(struct arena *a, const struct package *p, const struct language *l,
                             struct advisory_name *out)
{
    struct str eco = str_of(l->ecosystem);
    size_t n = 0;

    out[n++] = (struct advisory_name){ .ecosystem = eco,
                                       .name = advisory_spelling(a, eco, whole_name(a, l, p)),
                                       .version = p->version,
                                       .scheme = version_scheme_for(eco) };
    /* OpenSSL's letters need an order of their own, which is an ecosystem of its own */
    if (str_eq(eco, STR("generic")) && str_eq(out[0].name, STR("openssl"))) {
        out[n] = out[0];
        out[n].ecosystem = STR("openssl");
        out[n++].scheme = version_scheme_for(STR("openssl"));
    }
    return n;
}

size_t advisory_names(struct arena *a, const struct package *p, const struct os *os,
                      struct advisory_name *out, struct str *why)
{
    *why = STR_NONE;
    if (str_one_of(p->type, "deb rpm apk alpm"))
        return distribution_names(a, p, os, out, why);
    for (size_t i = 0; i < ARRAY_LEN(languages); i++)
        if (str_eq(p->type, str_of(languages[i].type)))
            return language_names(a, p, &languages[i], out);
    *why = arena_fmt(a, "advisories about packages of type " STR_FMT " are not known here", STR_ARG(p->type));
    return 0;
}

/* "Debian" of "Debian:12". */
static bool is_one_distribution(struct str a, struct str b)
{
    struct str of_a, of_b, release;

    str_split(a, ':', &of_a, &release);
    str_split(b, ':', &of_b, &release);
    return str_eq(of_a, of_b);
}

struct package advisory_package(struct str ecosystem, struct str name)
{
    const struct language *l = by_ecosystem(ecosystem);
    struct package p = { .type = str_of(l ? l->type : "generic"), .name = name };

    if (l && l->between)
        str_rsplit(name, l->between[0], &p.ns, &p.name);
    for (size_t i = 0; !l && i < ARRAY_LEN(distributions); i++)
        if (is_one_distribution(ecosystem, str_of(distributions[i].ecosystem)))
            p.type = str_of(distributions[i].types);
    return p;
}
