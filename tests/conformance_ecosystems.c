#include "conformance_ecosystems.h"

#include "model/version/span.h"

#include <ctype.h>

/* "version" is the whole of it. */
static bool whole(const struct doc *want, const struct package *have)
{
    return str_eq(doc_text(doc_get(want, "version")), have->version);
}

/* The cases have the epoch elsewhere, or not at all. */
static bool without_epoch(const struct doc *want, const struct package *have)
{
    struct str epoch, rest;

    if (!str_split(have->version, ':', &epoch, &rest))
        rest = have->version;
    return str_eq(doc_text(doc_get(want, "version")), rest);
}

/* The cases of Julia say so where there is none. */
static bool or_unknown(const struct doc *want, const struct package *have)
{
    return whole(want, have) ||
           (!have->version.n && str_eq(doc_text(doc_get(want, "version")), STR("unknown")));
}

/* Go: with its "v" or without. */
static bool or_with_v(const struct doc *want, const struct package *have)
{
    struct str version = doc_text(doc_get(want, "version")), is = have->version;

    return str_eq(str_starts(version, STR("v")) ? str_skip(version, 1) : version,
                  str_starts(is, STR("v")) ? str_skip(is, 1) : is);
}

/* deb: epoch, version and release apart; the source's without epoch and release. */
static bool in_parts(const struct doc *want, const struct package *have)
{
    struct str version = doc_text(doc_get(want, "version")), release = doc_text(doc_get(want, "release"));
    struct str source = doc_text(doc_get(want, "srcversion")), whole_source = have->source_version, head;
    uint64_t epoch;
    char text[400];

    int n = doc_u64(doc_get(want, "epoch"), &epoch) && epoch
                ? snprintf(text, sizeof text, "%llu:" STR_FMT, (unsigned long long)epoch, STR_ARG(version))
                : snprintf(text, sizeof text, STR_FMT, STR_ARG(version));
    if (release.n)
        n += snprintf(text + n, sizeof text - (size_t)n, "-" STR_FMT, STR_ARG(release));
    if (!str_eq((struct str){ text, (size_t)n }, have->version))
        return false;
    if (!source.n)
        return true;
    if (str_split(whole_source, ':', &head, &whole_source) == false)
        whole_source = head;
    if (str_eq(source, whole_source))
        return true;
    return str_rsplit(whole_source, '-', &head, &(struct str){ 0 }) && str_eq(source, head);
}

const struct ecosystem ecosystems[] = {
    { "os/dpkg", "dpkg_status", NULL, whole },
    { "pkg/dpkg", NULL, NULL, in_parts }, /* a txtar of files with their paths */
    { "pkg/apk", "apk_db", NULL, in_parts },
    { "alpine", "apk_db", "lib/apk/db/installed", whole },
    { "os/rpm", "rpm_bdb", "var/lib/rpm/Packages", without_epoch },
    { "redhat", "rpm_manifest", NULL, whole },
    { "os/cos", "cos_packages", NULL, whole },
    { "conda", NULL, NULL, whole },
    { "conda/meta", "conda_meta", NULL, whole },
    { "language/conda/environment", "conda_environment", NULL, whole },
    { "python", NULL, NULL, whole, NO_VERSION | DEV },
    { "python/packaging", "python_metadata", "a.dist-info/METADATA", whole },
    { "python/pip", "python_requirements", NULL, whole, NO_VERSION },
    { "python/pipenv", "pipfile_lock", NULL, whole },
    { "python/poetry", "python_lock", "poetry.lock", whole },
    { "python/pylock", "python_lock", NULL, whole },
    { "python/uv", "uv_lock", NULL, whole },
    { "language/python/packaging", NULL, NULL, whole },
    { "language/python/pdmlock", "python_lock", "pdm.lock", whole },
    { "language/python/pip", NULL, NULL, whole, NO_VERSION },
    { "language/python/pipfilelock", "pipfile_lock", NULL, whole },
    { "language/python/poetry", NULL, NULL, whole },
    { "language/python/poetrylock", "python_lock", "poetry.lock", whole },
    { "language/python/pylock", "python_lock", NULL, whole },
    { "language/python/requirements", "python_requirements", NULL, whole, NO_VERSION },
    { "language/python/setup", "python_setup", NULL, whole },
    { "language/python/uv", NULL, NULL, whole },
    { "language/python/wheelegg", "python_metadata", "a.dist-info/METADATA", whole },
    { "ruby", NULL, NULL, whole },
    { "ruby/bundler", "gemfile_lock", NULL, whole },
    { "ruby/gemspec", "gemspec", NULL, whole },
    { "language/ruby/gemfilelock", "gemfile_lock", NULL, whole },
    { "language/ruby/gemspec", "gemspec", NULL, whole },
    { "php", NULL, NULL, whole, DEV },
    { "php/composer", "composer_lock", NULL, whole },
    { "language/php/composer", NULL, NULL, whole },
    { "language/php/composerlock", "composer_lock", NULL, whole },
    { "language/perl/cpan", "cpan_meta", NULL, whole },
    { "language/r/renvlock", "renv_lock", NULL, whole },
    { "r", NULL, NULL, whole },
    { "c/conan", "conan", NULL, whole },
    { "cpp", NULL, NULL, whole },
    { "language/c/conan", "conan", NULL, whole },
    { "language/cpp/conanlock", "conan", NULL, whole },
    { "dart", NULL, NULL, whole },
    { "language/dart/pubspec", "pubspec_lock", NULL, whole },
    { "language/dart/pub", NULL, NULL, whole },
    { "hex/mix", "mix_lock", NULL, whole },
    { "language/elixir/mixlock", "mix_lock", NULL, whole },
    { "language/erlang/mixlock", "mix_lock", NULL, whole },
    { "erlang", NULL, NULL, whole },
    { "language/gleam/gleamtoml", "gleam", NULL, whole },
    { "swift", "swift_resolved", NULL, whole },
    { "swift/swift", "swift_resolved", NULL, whole },
    { "language/swift/swift", "swift_resolved", NULL, whole },
    { "language/swift/packageresolved", "swift_resolved", NULL, whole },
    { "language/swift/podfilelock", "podfile_lock", NULL, whole },
    { "language/swift/cocoapods", "podfile_lock", NULL, whole },
    { "julia/manifest", "julia_manifest", NULL, or_unknown },
    { "language/julia/manifesttoml", "julia_manifest", NULL, whole },
    { "language/julia/pkg", NULL, NULL, whole },
    { "haskell", NULL, NULL, whole },
    { "language/haskell/cabal", "haskell", "cabal.project.freeze", whole },
    { "ocaml", NULL, NULL, whole },
    { "language/ocaml/opam", NULL, NULL, whole },
    { "swipl", "swipl_pack", NULL, whole },
    { "githubactions", "github_actions", NULL, whole },
    { "misc/githubactions", "github_actions", NULL, whole },
    { "misc/vscodeextensions", "editor_extensions", NULL, whole },
    { "misc/chrome/extensions", NULL, NULL, whole },
    { "misc/netscaler", "netscaler", NULL, whole },
    { "containers/dockerbaseimage", "dockerfile", NULL, whole },
    { "containers/dockercomposeimage", "compose", NULL, whole },
    { "os/pacman", "pacman", "var/lib/pacman/local/a-1-1/desc", whole },
    { "os/portage", "portage", "PF", whole },
    { "gentoo", NULL, NULL, whole },
    { "os/snap", "snap", "meta/snap.yaml", whole },
    { "snap", "snap", NULL, whole },
    { "os/flatpak", "flatpak", "var/lib/flatpak/app/a/current/active/export/share/metainfo/a.xml", whole },
    { "os/homebrew", "homebrew", NULL, whole },
    { "homebrew", NULL, NULL, whole },
    { "os/macapps", "mac_app", NULL, whole },
    { "apple", NULL, NULL, whole },
    { "os/chocolatey", "chocolatey", "ProgramData/chocolatey/lib/a/a.nuspec", whole },
    { "os/chisel", "chisel", NULL, whole },
    { "pkg/bottlerocket_inventory", "bottlerocket", NULL, in_parts },
    { "runtime/asdf", "runtime_version", NULL, whole },
    { "runtime/nodejs/nvm", "runtime_version", NULL, whole },
    { "runtime/nodejs/nodeversion", "runtime_version", NULL, whole },
    { "bitnami", NULL, NULL, whole },
    { "sbom", "sbom", NULL, whole, BARE_NAME },
    { "sbom/cdx", "sbom", NULL, whole, BARE_NAME },
    { "sbom/spdx", "sbom", NULL, whole, BARE_NAME },
    { "javascript", NULL, NULL, whole, DEV },
    { "language/javascript/bunlock", "bun_lock", NULL, whole },
    { "language/javascript/denojson", "deno_lock", NULL, whole },
    { "language/javascript/packagejson", "npm_package", NULL, whole },
    { "language/javascript/packagelockjson", "npm_lock", NULL, whole },
    { "language/javascript/pnpmlock", "pnpm_lock", NULL, whole },
    { "language/javascript/vsix", "packed", NULL, whole },
    { "language/javascript/yarnlock", "yarn_lock", NULL, whole },
    { "language/nodejs/bun", NULL, NULL, whole },
    { "language/nodejs/npm", NULL, NULL, whole },
    { "language/nodejs/pkg", "npm_package", NULL, whole },
    { "language/nodejs/pnpm", NULL, NULL, whole },
    { "language/nodejs/yarn", NULL, NULL, whole },
    { "nodejs/bun", "bun_lock", NULL, whole },
    { "nodejs/npm", "npm_lock", NULL, whole },
    { "nodejs/pnpm", "pnpm_lock", NULL, whole, DEV },
    { "nodejs/yarn", "yarn_lock", NULL, whole },
    { "gradle/lockfile", "gradle_lock", NULL, whole },
    { "java", "gradle_lock", NULL, whole },
    { "java/pom", "maven_pom", NULL, whole, DEV },
    { "language/java/gradle", NULL, NULL, whole },
    { "language/java/gradlelockfile", "gradle_lock", NULL, whole },
    { "language/java/gradleverificationmetadataxml", "gradle_xml", NULL, whole },
    { "language/java/gradleversioncatalog", "gradle_catalog", NULL, whole },
    { "language/java/pom", NULL, NULL, whole },
    { "language/java/pomxml", "maven_pom", NULL, whole },
    { "golang", NULL, NULL, whole, NO_VERSION },
    { "golang/mod", "go_mod", NULL, or_with_v, NO_VERSION },
    { "golang/sum", "go_sum", NULL, whole },
    { "language/golang/gomod", NULL, NULL, or_with_v, NO_VERSION },
    { "language/golang/mod", NULL, NULL, whole, NO_VERSION },
    { "rust", NULL, NULL, whole },
    { "rust/cargo", "cargo_lock", NULL, whole },
    { "language/rust/cargolock", "cargo_lock", NULL, whole },
    { "dotnet", NULL, NULL, whole },
    { "dotnet/core_deps", "dotnet_json", NULL, whole },
    { "language/dotnet/csproj", "dotnet_xml", NULL, whole },
    { "language/dotnet/deps", "dotnet_json", NULL, whole },
    { "language/dotnet/depsjson", "dotnet_json", NULL, whole },
    { "language/dotnet/nuget", NULL, NULL, whole },
    { "language/dotnet/nugetcpm", "dotnet_xml", NULL, whole },
    { "language/dotnet/packagesconfig", "dotnet_xml", NULL, whole },
    { "language/dotnet/packagesprops", "dotnet_xml", NULL, whole },
    { "language/dotnet/paketdependencies", "paket", NULL, whole },
    { "language/dotnet/projectassetsjson", "dotnet_json", NULL, whole },
    { "nuget/config", "dotnet_xml", NULL, whole, DEV },
    { "nuget/lock", "dotnet_json", "packages.lock.json", whole },
    { "nuget/packagesprops", "dotnet_xml", NULL, whole },
};
const size_t n_ecosystems = ARRAY_LEN(ecosystems);
static_assert(ARRAY_LEN(ecosystems) <= ECOSYSTEMS_MOST, "room for the counts of all");

static const struct {
    const char *said;
    struct str type;
} types[] = {
    { "TypeDebian", STR("deb") },      { "TypeOpkg", STR("opkg") },   { "TypeRPM", STR("rpm") },
    { "TypeCOS", STR("cos") },         { "TypePacman", STR("alpm") }, { "TypePortage", STR("ebuild") },
    { "TypeHaskell", STR("hackage") },
};

/* "TypeGem" is gem, and the table has what is called otherwise. */
static bool same_type(struct str said, struct str type)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (str_eq(said, str_of(types[i].said)))
            return str_eq(type, types[i].type);
    return !said.n || str_eq(said, STR("TypeGeneric")) || str_eq_nocase(str_skip(said, 4), type);
}

/* PEP 503: letters without case, and runs of "-", "_" and "." are one "-". At most 200 bytes. */
static struct str pypi_name(struct str name, char *to)
{
    size_t n = 0;

    for (size_t i = 0; i < name.n && n < 200; i++) {
        bool dash = memchr("-_.", name.p[i], 3);
        if (!dash || !n || to[n - 1] != '-')
            to[n++] = dash ? '-' : (char)tolower((unsigned char)name.p[i]);
    }
    return (struct str){ to, n };
}

static bool is_folder_in(struct str want, const struct package *have)
{
    size_t n = have->ns.n + 1 + have->name.n;

    return want.n > n && want.p[n] == '/';
}

/* As the package calls itself, or with its namespace before it: "@scope/name", "group:artifact"; or without
 * when there is a package URL that has it. */
static bool same_name(struct str want, struct str purl, const struct package *have)
{
    char a[200], b[200];

    if (str_eq(want, have->name) && (!have->ns.n || str_has(purl, have->ns)))
        return true;
    if (str_eq(have->type, STR("pypi")))
        return str_eq(pypi_name(want, a), pypi_name(have->name, b));
    if (str_eq(have->type, STR("github")) && have->ns.n) /* an action in a folder of its repository */
        want.n = MIN(want.n, is_folder_in(want, have) ? have->ns.n + 1 + have->name.n : want.n);
    struct str ns = have->ns;
    if (str_eq(have->type, STR("jsr")) && !str_starts(want, STR("@"))) /* a scope with its "@", or without */
        ns = str_skip(ns, 1);
    return ns.n && want.n == ns.n + 1 + have->name.n && str_starts(want, ns) &&
           memchr("/:.", want.p[ns.n], 3) && str_ends(want, have->name);
}

bool same_dev(const struct doc *want, const struct package *have)
{
    return !doc_get(want, "dev") || doc_true(doc_get(want, "dev")) == have->dev;
}

/* Some name a package by its CPE alone. */
static bool same_cpe(const struct doc *want, const struct package *have)
{
    for (size_t i = 0; i < have->cpes.n; i++)
        if (str_eq(doc_text(doc_get(want, "name")), have->cpes.p[i]))
            return !doc_text(doc_get(want, "version")).n;
    return false;
}

/* What a manifest asks for, where other scanners have no field of its own for that: the constraint as it is written, or
 * the least version that it lets through, which they take for the version. */
static bool is_asked(struct str version, const struct package *have)
{
    const struct version_scheme *s = version_scheme_for(have->type);
    struct version_span span;
    int order;

    if (!have->constraint.n || !version.n)
        return false;
    return str_eq(version, have->constraint) ||
           (version_span(s, have->constraint, &span) && span.least.n &&
            version_compare(s, version, version_bound(&span.least), &order) == 0 && order == 0);
}

/* "NAME CONSTRAINT" of what the package asks for. */
static bool asks_for(const struct doc *want, const struct package *have)
{
    for (size_t i = 0; i < have->asks.n; i++) {
        struct package asked = { .type = have->type };
        if (str_split(have->asks.p[i], ' ', &asked.name, &asked.constraint) &&
            same_name(doc_text(doc_get(want, "name")), doc_text(doc_get(want, "purl")), &asked) &&
            is_asked(doc_text(doc_get(want, "version")), &asked))
            return true;
    }
    return false;
}

bool same_pair(const struct ecosystem *eco, const struct doc *want, const struct package *have)
{
    struct str arch = doc_text(doc_get(want, "arch")), source = doc_text(doc_get(want, "srcname"));

    bool bare = (eco->silent & BARE_NAME) && str_eq(doc_text(doc_get(want, "name")), have->name);

    if (same_cpe(want, have) || asks_for(want, have))
        return true;
    return (bare || same_name(doc_text(doc_get(want, "name")), doc_text(doc_get(want, "purl")), have)) &&
           (eco->same_version(want, have) || is_asked(doc_text(doc_get(want, "version")), have)) &&
           (!arch.n || str_eq(arch, have->arch)) && (!source.n || str_eq(source, have->source_name)) &&
           same_type(doc_text(doc_get(want, "purltype")), have->type);
}

const struct ecosystem *ecosystem_of(const struct doc *c)
{
    for (size_t i = 0; i < ARRAY_LEN(ecosystems); i++)
        if (str_eq(doc_text(doc_get(c, "ecosystem")), str_of(ecosystems[i].name)))
            return &ecosystems[i];
    return NULL;
}
