/* What other scanners' own tests expect of the same files: every case of the ecosystems in the table below,
 * none missing, none invented, but for what tests/data/conformance/known.tsv says with its reason. The data
 * (conformance/cases.jsonl and input/) is not part of the project: the option shared_data says where it lies,
 * and without it the test is skipped aloud.
 *
 *   conformance_test SHARED_DATA KNOWN.tsv */
#include "doc/doc.h"
#include "file.h"
#include "parse/parse.h"

#include <ctype.h>
#include <ftw.h>
#include <sys/stat.h>

enum { NO_VERSION = 1, DEV = 2, BARE_NAME = 4 };

/* How the packages of an ecosystem's cases are written down and compared. */
struct ecosystem {
    const char *name, *parser, *path; /* parser NULL: chosen by path; path NULL: as in the case */
    bool (*same_version)(const struct doc *want, const struct package *have);
    unsigned silent; /* of what its source says nothing: that we do is no difference */
};

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

static const struct ecosystem ecosystems[] = {
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
    { "os/portage", NULL, NULL, whole },
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

/* The known differences, see the file. */
static struct known {
    struct str ecosystem, input, kind, version, reason;
    uint64_t expected;
    bool met;
} known[256];
static size_t n_known;

/* Of all cases: pairs of name and version that are expected, those that were found, and those that nobody
 * could find, for what says them is not in the case. */
static size_t pairs_expected, pairs_found, pairs_absent, pairs_invented;

static bool read_known(struct str text)
{
    struct str line, field[6];

    while (str_cut(&text, '\n', &line)) {
        size_t n = 0;
        if (!line.n || line.p[0] == '#')
            continue;
        while (n < ARRAY_LEN(field) && str_cut(&line, '\t', &field[n]))
            n++;
        struct known k = { field[0], field[1], field[3], field[4], field[5], 0, false };
        if (n != ARRAY_LEN(field) || n_known == ARRAY_LEN(known) || !str_u64(field[2], 10, &k.expected) ||
            !str_one_of(k.kind, "absent meaning"))
            return printf("# not a known difference: " STR_FMT "\n", STR_ARG(field[0])), false;
        known[n_known++] = k;
    }
    return true;
}

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
    return have->ns.n && want.n == have->ns.n + 1 + have->name.n && str_starts(want, have->ns) &&
           memchr("/:.", want.p[have->ns.n], 3) && str_ends(want, have->name);
}

/* "dev" is only in a case where its source knows. */
static bool same_dev(const struct doc *want, const struct package *have)
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

/* All but whether it is for development. */
static bool same_pair(const struct ecosystem *eco, const struct doc *want, const struct package *have)
{
    struct str arch = doc_text(doc_get(want, "arch")), source = doc_text(doc_get(want, "srcname"));

    bool bare = (eco->silent & BARE_NAME) && str_eq(doc_text(doc_get(want, "name")), have->name);

    if (same_cpe(want, have))
        return true;
    return (bare || same_name(doc_text(doc_get(want, "name")), doc_text(doc_get(want, "purl")), have)) &&
           eco->same_version(want, have) && (!arch.n || str_eq(arch, have->arch)) &&
           (!source.n || str_eq(source, have->source_name)) &&
           same_type(doc_text(doc_get(want, "purltype")), have->type);
}

/* How many differences there are; each is said. `why`: that they are known, NULL: they are not. */
static size_t compare(const struct ecosystem *eco, const struct doc *expected, const struct facts *f,
                      const struct known *why)
{
    size_t n, differ = 0;
    const struct package *have = facts_package(f, &n);
    AUTO_FREE char *used =
        calloc(n + 1, 1); /* 1: the pair is expected, 2: and for development or not as well */

    DOC_EACH (expected, want) { /* how often a package is said is everyone's own choice */
        char found = 0;
        for (size_t i = 0; i < n; i++) {
            char is = !same_pair(eco, want, &have[i]) ? 0 : same_dev(want, &have[i]) ? 2 : 1;
            used[i] = used[i] > is ? used[i] : is;
            found = found > is ? found : is;
        }
        if (found < 2)
            printf("# missing: " STR_FMT " " STR_FMT "%s\n", STR_ARG(doc_text(doc_get(want, "name"))),
                   STR_ARG(doc_text(doc_get(want, "version"))),
                   doc_true(doc_get(want, "dev")) ? " (dev)" : "");
        differ += found < 2;
        pairs_expected++;
        pairs_found += found > 0;
        pairs_absent += !found && why && str_eq(why->kind, STR("absent"));
    }
    for (size_t i = 0; i < n; i++) {
        if (used[i] == 2 || ((eco->silent & NO_VERSION) && !have[i].version.n) ||
            ((eco->silent & DEV) && have[i].dev))
            continue;
        printf("# invented: " STR_FMT " " STR_FMT " (" STR_FMT ", of " STR_FMT " " STR_FMT ")\n",
               STR_ARG(have[i].name), STR_ARG(have[i].version), STR_ARG(have[i].arch),
               STR_ARG(have[i].source_name), STR_ARG(have[i].source_version));
        differ++;
        pairs_invented += !used[i] && have[i].version.n;
    }
    return differ;
}

/* Errors are said, not counted: what must be found all the same is what `expected` says. */
static void run(const struct parser *p, struct str path, struct str body, struct facts *f)
{
    struct input in = { path, body };
    struct err e = { 0 };

    if (p->parse(&in, f, &e) < 0)
        printf("# " STR_FMT ": %s\n", STR_ARG(path), e.text);
}

static void run_by_path(struct str path, struct str body, struct facts *f)
{
    const struct parser *wanted_by[8];

    for (size_t i = 0, n = parsers_for(path, wanted_by, ARRAY_LEN(wanted_by)); i < n; i++)
        run(wanted_by[i], path, body, f);
}

/* A txtar: "-- path --" lines, each followed by the file. */
static void run_txtar(struct str body, struct facts *f)
{
    struct str rest = body, line, path = { 0 }, file = { 0 };

    for (bool more = true; more;) {
        more = str_cut(&rest, '\n', &line);
        bool head = more && line.n > 6 && str_starts(line, STR("-- ")) && str_ends(line, STR(" --"));
        if ((head || !more) && path.n) {
            file.n = (size_t)((more ? line.p : body.p + body.n) - file.p);
            run_by_path(path, file, f);
        }
        if (head) {
            path = (struct str){ line.p + 3, line.n - 6 };
            file.p = rest.p ? rest.p : line.p + line.n;
        }
    }
}

/* nftw knows no context. */
static const struct parser *tree_parser;
static struct facts *tree_facts;
static size_t tree_root;

static int run_tree_file(const char *path, const struct stat *st, int type, struct FTW *ftw UNUSED)
{
    struct str in_tree = str_of(path + tree_root);
    size_t n;

    if (type != FTW_F || !S_ISREG(st->st_mode))
        return 0;
    AUTO_FREE char *body = file_read(path, &n);
    if (body && tree_parser)
        run(tree_parser, in_tree, (struct str){ body, n }, tree_facts);
    else if (body)
        run_by_path(in_tree, (struct str){ body, n }, tree_facts);
    return 0;
}

/* A folder: every file in it that a parser wants, or all of them for the ecosystem's own. */
static bool run_tree(const struct parser *p, const char *path, struct facts *f)
{
    tree_parser = p;
    tree_facts = f;
    tree_root = strlen(path);
    while (tree_root && path[tree_root - 1] != '/')
        tree_root--;
    return nftw(path, run_tree_file, 16, FTW_PHYS) == 0;
}

/* Cases that lie side by side cannot all have the one name that such a file has. */
static struct str usual_name(struct str input)
{
    static const struct {
        struct str end, name;
    } usual[] = {
        { STR("setup.py"), STR("setup.py") },
        { STR("package-lock.json"), STR("package-lock.json") },
        { STR(".mod"), STR("go.mod") },
        { STR(".sum"), STR("go.sum") },
        { STR("ocaml/opam/testdata/valid.install"), STR("home/.opam/5.1/.opam-switch/install") },
    };

    if (str_has(input, STR("package-lock-")))
        return usual[1].name;
    for (size_t i = 0; i < ARRAY_LEN(usual); i++)
        if (str_ends(input, usual[i].end))
            return usual[i].name;
    return input;
}

/* false: the input cannot be read, or nobody reads it. */
static bool run_input(const struct ecosystem *eco, const char *dir, struct str input, struct facts *f)
{
    const struct parser *p = eco->parser ? parser_by_name(str_of(eco->parser)) : NULL;
    char path[2000];
    struct stat st;
    size_t n;

    int at = snprintf(path, sizeof path, "%s/" STR_FMT, dir, STR_ARG(input));
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        if (!eco->path)
            return run_tree(p, path, f);
        snprintf(path + at, sizeof path - (size_t)at, "/%s", eco->path);
    }
    AUTO_FREE char *body = file_read(path, &n);
    if (!body)
        return printf("# cannot read %s\n", path), false;
    if (eco->parser && !p)
        return printf("# no parser %s\n", eco->parser), false;
    struct str in_image = eco->path ? str_of(eco->path) : usual_name(input);
    if (p)
        run(p, in_image, (struct str){ body, n }, f);
    else if (str_ends(input, STR(".txtar")))
        run_txtar((struct str){ body, n }, f);
    else
        run_by_path(in_image, (struct str){ body, n }, f);
    return true;
}

static bool expects_version(const struct doc *expected, struct str version)
{
    DOC_EACH (expected, want)
        if (str_eq(doc_text(doc_get(want, "version")), version))
            return true;
    return false;
}

static struct known *known_of(const struct ecosystem *eco, const struct doc *c)
{
    const struct doc *input = doc_get(c, "input"), *expected = doc_get(c, "expected");

    for (size_t i = 0; i < n_known; i++)
        if (str_eq(known[i].ecosystem, str_of(eco->name)) && expected && expected->n == known[i].expected &&
            input && str_ends(doc_text(input->child), known[i].input) &&
            (str_eq(known[i].version, STR("-")) || expects_version(expected, known[i].version)))
            return &known[i];
    return NULL;
}

/* One case, said as a TAP line; true when it is as it should be. */
static bool run_case(const struct ecosystem *eco, const char *dir, const struct doc *c, int number)
{
    AUTO_FACTS struct facts f = FACTS(256u << 20);
    const struct doc *inputs = doc_get(c, "input");
    struct known *why = known_of(eco, c);
    bool read = inputs && inputs->n;

    DOC_EACH (inputs, in)
        read = run_input(eco, dir, doc_text(in), &f) && read;
    bool ok = compare(eco, doc_get(c, "expected"), &f, why) == 0 && read;
    struct str name = doc_text(inputs ? inputs->child : NULL);
    printf("%sok %d - %s: " STR_FMT " (%u packages)", ok ? "" : "not ", number, eco->name, STR_ARG(name),
           doc_get(c, "expected") ? doc_get(c, "expected")->n : 0);
    if (why && ok)
        printf(" # the known difference is gone: strike it off");
    else if (why)
        printf(" # TODO " STR_FMT, STR_ARG(why->reason));
    printf("\n");
    if (why)
        why->met = true;
    return why ? !ok : ok;
}

static const struct ecosystem *ecosystem_of(const struct doc *c)
{
    for (size_t i = 0; i < ARRAY_LEN(ecosystems); i++)
        if (str_eq(doc_text(doc_get(c, "ecosystem")), str_of(ecosystems[i].name)))
            return &ecosystems[i];
    return NULL;
}

/* What is asked for: 97 of 100 pairs, of those whose answer is in the input at all. */
static bool say_pairs(int number)
{
    size_t answerable = pairs_expected - pairs_absent;
    bool ok = pairs_found * 100 >= answerable * 97;

    printf(
        "# %zu pairs of name and version expected, %zu found: %.1f %%; of %zu whose answer is in the input: "
        "%.1f %%; %zu that are not expected\n",
        pairs_expected, pairs_found, 100.0 * (double)pairs_found / (double)pairs_expected, answerable,
        100.0 * (double)pairs_found / (double)answerable, pairs_invented);
    printf("%sok %d - 97 %% of what is expected is found\n", ok ? "" : "not ", number);
    return ok;
}

int main(int argc, char **argv)
{
    char dir[1000], path[1100];
    size_t n, n_differences = 0;
    int number = 0, bad = 0, others = 0, of[ARRAY_LEN(ecosystems)] = { 0 };

    snprintf(dir, sizeof dir, "%s/conformance", argc > 1 ? argv[1] : ".");
    snprintf(path, sizeof path, "%s/cases.jsonl", dir);
    AUTO_FREE char *cases = file_read(path, &n);
    AUTO_FREE char *differences = argc > 2 ? file_read(argv[2], &n_differences) : NULL;
    if (!cases)
        return printf("1..0 # SKIP no conformance data at %s: set the option shared_data\n", dir), 0;
    struct str rest = { cases, n }, line;
    if (!differences || !read_known((struct str){ differences, n_differences }))
        return printf("Bail out! the list of known differences cannot be read\n"), 1;
    while (str_cut(&rest, '\n', &line)) {
        AUTO_ARENA struct arena a = ARENA(64u << 20);
        struct err e = { 0 };
        struct doc *c;
        if (!str_trim(line).n)
            continue;
        if (doc_json(line, &a, &c, &e) < 0) {
            printf("not ok %d - a line of cases.jsonl: %s\n", ++number, e.text);
            bad++;
            continue;
        }
        const struct ecosystem *eco = ecosystem_of(c);
        others += !eco;
        if (!eco)
            continue;
        of[eco - ecosystems]++;
        bad += !run_case(eco, dir, c, ++number);
    }
    for (size_t i = 0; i < ARRAY_LEN(ecosystems); i++) {
        printf("%sok %d - %s: %d cases\n", of[i] ? "" : "not ", ++number, ecosystems[i].name, of[i]);
        bad += !of[i];
    }
    for (size_t i = 0; i < n_known; i++)
        if (!known[i].met) {
            printf("not ok %d - " STR_FMT ": no case has the known difference of " STR_FMT "\n", ++number,
                   STR_ARG(known[i].ecosystem), STR_ARG(known[i].input));
            bad++;
        }
    bad += !say_pairs(++number);
    printf("# %d tests, %d as expected, %d not; %d cases of other ecosystems\n1..%d\n", number, number - bad,
           bad, others, number);
    return bad != 0;
}
