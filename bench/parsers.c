/* parsers.c - how many megabytes a second each parser of lock files reads, of a core's own time, in files of
 * about the usual size. bench_parsers [SECONDS for each] [PARSER]
 *
 * The files are made here: a head, items in which every "$" is the item's number, and a tail. Of YAML, the
 * time that libfyaml takes to go through the file, its events thrown away, stands beside: that is the limit.
 */
#include "core/buf.h"
#include "parse/parse.h"

#include <libfyaml.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ITEMS = 400, LEAST = 50 };

static const struct {
    const char *parser, *path, *head, *item, *tail;
    const char *second, *item_of_second; /* another list behind the first one; NULL: there is none */
} made[] = {
    { "npm_lock", "package-lock.json",
      "{\"name\": \"app\", \"version\": \"1.0.0\", \"lockfileVersion\": 3, \"packages\": {\"\": {\"name\": "
      "\"app\"}",
      ",\n    \"node_modules/package-$\": {\n      \"version\": \"1.$.0\",\n      \"resolved\": "
      "\"https://npm.example.org/package-$/-/package-$-1.$.0.tgz\",\n      \"integrity\": "
      "\"sha512-0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz01234567==\",\n      "
      "\"engines\": {\n        \"node\": \">=10\"\n      },\n      \"dependencies\": {\n        "
      "\"package-1\": "
      "\"^1.0.0\"\n      }\n    }",
      "}}" },
    { "yarn_lock", "yarn.lock", "# yarn lockfile v1\n\n",
      "\npackage-$@^1.0.0, package-$@^1.$.0:\n  version \"1.$.0\"\n  resolved "
      "\"https://npm.example.org/package-$/-/"
      "package-$-1.$.0.tgz#0123456789abcdef0123456789abcdef01234567\"\n  "
      "integrity sha512-0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz01234567==\n "
      " "
      "dependencies:\n    package-1 \"^1.0.0\"\n    package-2 \"^2.0.0\"\n",
      "" },
    { "yarn_lock", "berry/yarn.lock", "# generated\n\n__metadata:\n  version: 6\n  cacheKey: 8\n",
      "\n\"package-$@npm:^1.0.0, package-$@npm:^1.$.0\":\n  version: 1.$.0\n  resolution: "
      "\"package-$@npm:1.$.0\"\n  dependencies:\n    package-1: ^1.0.0\n    package-2: ^2.0.0\n  checksum: "
      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n  languageName: node\n  linkType: "
      "hard\n",
      "" },
    { "pnpm_lock", "pnpm-lock.yaml",
      "lockfileVersion: '9.0'\n\nsettings:\n  autoInstallPeers: true\n\nimporters:\n\n  .:\n    "
      "dependencies:\n      "
      "package-1:\n        specifier: ^1.0.0\n        version: 1.1.0\n\npackages:\n",
      "\n  package-$@1.$.0:\n    resolution: {integrity: "
      "sha512-0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz01234567==}\n    "
      "engines: "
      "{node: '>=10'}\n    hasBin: true\n",
      "" },
    { "bun_lock", "bun.lock",
      "{\n  \"lockfileVersion\": 1,\n  \"workspaces\": {\"\": {\"name\": \"app\"}},\n  \"packages\": {\n",
      "    \"package-$\": [\"package-$@1.$.0\", \"\", { \"dependencies\": { \"package-1\": \"^1.0.0\" } }, "
      "\"sha512-0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz01234567==\"],\n",
      "  }\n}\n" },
    { "pipfile_lock", "Pipfile.lock",
      "{\"_meta\": {\"hash\": {}}, \"default\": {\"first\": {\"version\": \"==1.0\"}",
      ",\n        \"package-$\": {\n            \"hashes\": [\n                "
      "\"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"\n            ],\n         "
      "   "
      "\"index\": \"pypi\",\n            \"version\": \"==1.$.0\"\n        }",
      "}, \"develop\": {}}" },
    { "python_lock", "poetry.lock", "",
      "[[package]]\nname = \"package-$\"\nversion = \"1.$.0\"\ndescription = \"What it does\"\noptional = "
      "false\npython-versions = \">=3.8\"\nfiles = [\n    {file = \"package-$-1.$.0-py3-none-any.whl\", hash "
      "= "
      "\"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"},\n]\n\n[package."
      "dependencies]\n"
      "package-1 = \">=1.0\"\n\n",
      "[metadata]\nlock-version = \"2.0\"\n" },
    { "uv_lock", "uv.lock", "version = 1\nrequires-python = \">=3.8\"\n\n",
      "[[package]]\nname = \"package-$\"\nversion = \"1.$.0\"\nsource = { registry = "
      "\"https://pypi.example.org/simple\" "
      "}\nsdist = { url = \"https://pypi.example.org/package-$-1.$.0.tar.gz\", hash = "
      "\"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\", size = 12345 }\n\n",
      "" },
    { "python_requirements", "requirements.txt", "",
      "package-$==1.$.0 ; python_version >= \"3.8\" \\\n    "
      "--hash=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n",
      "" },
    { "conda_environment", "environment.yml", "name: app\ndependencies:\n",
      "  - package-$=1.$.0=py38h0123456_0\n", "" },
    { "cargo_lock", "Cargo.lock", "version = 3\n\n",
      "[[package]]\nname = \"package-$\"\nversion = \"1.$.0\"\nsource = "
      "\"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = "
      "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"\ndependencies = [\n "
      "\"package-1\",\n "
      "\"package-2\",\n]\n\n",
      "" },
    { "composer_lock", "composer.lock",
      "{\"content-hash\": \"0\", \"packages\": [{\"name\": \"a/b\", \"version\": \"1.0\"}",
      ",\n        {\n            \"name\": \"vendor/package-$\",\n            \"version\": \"v1.$.0\",\n     "
      "       "
      "\"source\": {\n                \"type\": \"git\",\n                \"url\": "
      "\"https://git.example.org/package-$.git\",\n                \"reference\": "
      "\"0123456789abcdef0123456789abcdef01234567\"\n            },\n            \"require\": {\n            "
      "    "
      "\"php\": \">=7.2\"\n            },\n            \"license\": [\n                \"MIT\"\n            "
      "]\n        }",
      "], \"packages-dev\": []}" },
    { "gemfile_lock", "Gemfile.lock", "GEM\n  remote: https://gems.example.org/\n  specs:\n",
      "    package-$ (1.$.0)\n      package-1 (~> 1.0)\n", "\nPLATFORMS\n  ruby\n" },
    { "go_mod", "go.mod", "module example.org/app\n\ngo 1.21\n\nrequire (\n",
      "\texample.org/group/package-$ v1.$.0 // indirect\n", ")\n" },
    { "go_sum", "go.sum", "",
      "example.org/group/package-$ v1.$.0 "
      "h1:0123456789abcdefghijklmnopqrstuvwxyz0123456=\nexample.org/group/package-$ "
      "v1.$.0/go.mod h1:0123456789abcdefghijklmnopqrstuvwxyz0123456=\n",
      "" },
    { "go_vendor", "vendor/modules.txt", "",
      "# example.org/group/package-$ v1.$.0\n## explicit; go 1.18\nexample.org/group/package-$/a\n", "" },
    { "gradle_lock", "gradle.lockfile", "", "org.example:package-$:1.$.0=compileClasspath,runtimeClasspath\n",
      "empty=\n" },
    { "gradle_xml", "gradle/verification-metadata.xml", "<verification-metadata><components>",
      "<component group=\"org.example\" name=\"package-$\" version=\"1.$.0\"><artifact "
      "name=\"package-$-1.$.0.jar\"><sha256 "
      "value=\"0123456789abcdef0123456789abcdef\" origin=\"x\"/></artifact></component>\n",
      "</components></verification-metadata>" },
    { "maven_pom", "pom.xml",
      "<project><groupId>org.example</groupId><artifactId>app</artifactId><version>1</version><dependencies>",
      "    <dependency>\n      <groupId>org.example</groupId>\n      <artifactId>package-$</artifactId>\n    "
      "  "
      "<version>1.$.0</version>\n    </dependency>\n",
      "</dependencies></project>" },
    { "dotnet_json", "packages.lock.json",
      "{\"version\": 1, \"dependencies\": {\"net6.0\": {\"A\": {\"resolved\": \"1.0\"}",
      ",\n      \"Package.$\": {\n        \"type\": \"Transitive\",\n        \"resolved\": \"1.$.0\",\n      "
      "  "
      "\"contentHash\": \"0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz==\"\n     "
      " }",
      "}}}" },
    { "dotnet_xml", "packages.config", "<packages>",
      "  <package id=\"Package.$\" version=\"1.$.0\" targetFramework=\"net46\" />\n", "</packages>" },
    { "pubspec_lock", "pubspec.lock", "packages:\n",
      "  package_$:\n    dependency: transitive\n    description:\n      name: package_$\n      sha256: "
      "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"\n      url: "
      "\"https://pub.example.org\"\n    source: hosted\n    version: \"1.$.0\"\n",
      "sdks:\n  dart: \">=3.0.0\"\n" },
    { "mix_lock", "mix.lock", "%{\n",
      "  \"package_$\": {:hex, :package_$, \"1.$.0\", \"0123456789abcdef\", [:mix], [{:package_1, \"~> "
      "1.0\", [hex: "
      ":package_1]}], \"hexpm\", \"0123456789abcdef\"},\n",
      "}\n" },
    { "swift_resolved", "Package.resolved",
      "{\"version\": 2, \"pins\": [{\"identity\": \"a\", \"state\": {\"version\": \"1.0\"}}",
      ",\n    {\n      \"identity\" : \"package-$\",\n      \"kind\" : \"remoteSourceControl\",\n      "
      "\"location\" : "
      "\"https://git.example.org/package-$.git\",\n      \"state\" : {\n        \"revision\" : "
      "\"0123456789abcdef0123456789abcdef01234567\",\n        \"version\" : \"1.$.0\"\n      }\n    }",
      "]}" },
    { "podfile_lock", "Podfile.lock", "PODS:\n", "  - Package$ (1.$.0):\n    - Package1 (~> 1.0)\n",
      "\nCOCOAPODS: 1.11.0\n", "\nSPEC CHECKSUMS:\n",
      "  Package$: 0123456789abcdef0123456789abcdef01234567\n" },
    { "conan", "conan.lock", "{\"version\": \"0.5\", \"requires\": [\"a/1.0\"",
      ",\n        \"package-$/1.$.0#0123456789abcdef0123456789abcdef%1675688146.1\"",
      "], \"build_requires\": []}" },
    { "julia_manifest", "Manifest.toml", "julia_version = \"1.9.0\"\nmanifest_format = \"2.0\"\n\n",
      "[[deps.Package$]]\ndeps = [\"Package1\"]\ngit-tree-sha1 = "
      "\"0123456789abcdef0123456789abcdef01234567\"\nuuid = "
      "\"01234567-89ab-cdef-0123-456789abcdef\"\nversion = \"1.$.0\"\n\n",
      "" },
    { "renv_lock", "renv.lock",
      "{\"R\": {\"Version\": \"4.2\"}, \"Packages\": {\"a\": {\"Package\": \"a\", \"Version\": \"1.0\"}",
      ",\n    \"package$\": {\n      \"Package\": \"package$\",\n      \"Version\": \"1.$.0\",\n      "
      "\"Source\": "
      "\"Repository\",\n      \"Repository\": \"CRAN\",\n      \"Hash\": "
      "\"0123456789abcdef0123456789abcdef\"\n    }",
      "}}" },
    { "dpkg_status", "var/lib/dpkg/status", "",
      "Package: package-$\nStatus: install ok installed\nPriority: optional\nSection: libs\nInstalled-Size: "
      "123\nMaintainer: Somebody <somebody@example.org>\nArchitecture: amd64\nSource: source-$\nVersion: "
      "1.$.0-1\nDepends: libc6 (>= 2.34)\nDescription: what it does\n and a longer text about it\n\n",
      "" },
    { "apk_db", "lib/apk/db/installed", "",
      "C:Q10123456789abcdefghijklmnopq=\nP:package-$\nV:1.$.0-r0\nA:x86_64\nS:12345\nI:23456\nT:what it "
      "does\nU:https://example.org\nL:MIT\no:package-$\nm:Somebody "
      "<somebody@example.org>\nF:usr\nF:usr/lib\nR:libpackage-$.so.1\nZ:Q10123456789abcdefghijklmnopq=\n\n",
      "" },
    { "sbom", "app.cdx.json",
      "{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.5\", \"components\": [{\"name\": \"a\"}",
      ",\n    {\n      \"type\": \"library\",\n      \"bom-ref\": \"pkg:npm/package-$@1.$.0\",\n      "
      "\"name\": "
      "\"package-$\",\n      \"version\": \"1.$.0\",\n      \"purl\": \"pkg:npm/package-$@1.$.0\",\n      "
      "\"licenses\": "
      "[{\"license\": {\"id\": \"MIT\"}}]\n    }",
      "]}" },
};

static void add_item(struct buf *b, const char *item, size_t number)
{
    for (struct str rest = str_of(item), piece; str_cut(&rest, '$', &piece);) {
        buf_str(b, piece);
        if (rest.p)
            buf_fmt(b, "%zu", number);
    }
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool is_yaml(const char *parser)
{
    static const char *const list[] = { "pnpm_lock", "conda_environment", "pubspec_lock", "podfile_lock" };

    for (size_t i = 0; i < ARRAY_LEN(list); i++)
        if (!strcmp(parser, list[i]))
            return true;
    return false;
}

/* MB/s of the library alone. */
static double library(struct str file, double most)
{
    size_t files = 0;
    double took = 0, begin = seconds();

    for (; took < most; files++, took = seconds() - begin) {
        struct fy_parse_cfg cfg = { .flags = FYPCF_QUIET };
        struct fy_parser *p = fy_parser_create(&cfg);
        struct fy_event *ev;
        if (!p || fy_parser_set_string(p, file.p, file.n) < 0)
            return 0;
        while ((ev = fy_parser_parse(p)))
            fy_parser_event_free(p, ev);
        fy_parser_destroy(p);
    }
    return (double)file.n * (double)files / took / 1e6;
}

/* false: slower than is asked for, and not because the library is. */
static bool measure(size_t i, double most)
{
    const struct parser *p = parser_by_name(str_of(made[i].parser));
    AUTO_BUF struct buf file = BUF(16 << 20);
    size_t files = 0, packages = 0;
    double took = 0, begin, alone = 0;

    buf_str(&file, str_of(made[i].head));
    for (size_t k = 0; k < ITEMS; k++)
        add_item(&file, made[i].item, k);
    if (made[i].second)
        buf_str(&file, str_of(made[i].second));
    for (size_t k = 0; made[i].second && k < ITEMS; k++)
        add_item(&file, made[i].item_of_second, k);
    buf_str(&file, str_of(made[i].tail));
    if (is_yaml(made[i].parser))
        alone = library(buf_view(&file), most);
    begin = seconds();
    for (; took < most; files++, took = seconds() - begin) {
        AUTO_FACTS struct facts f = FACTS(64u << 20);
        struct err e = { 0 };
        struct input in = { .path = str_of(made[i].path), .body = buf_view(&file) };
        if (!p || p->parse(&in, &f, &e) < 0) {
            printf("%-20s %s\n", made[i].parser, p ? e.text : "no such parser");
            return false;
        }
        facts_package(&f, &packages);
    }
    double mb = (double)file.n * (double)files / took / 1e6;
    bool bound = mb < LEAST && alone > 0 && mb * 2 > alone, slow = mb < LEAST && !bound;
    printf("%-20s %-34s %7.0f MB/s %8.0f files/s %6zu packages in %zu KB", made[i].parser, made[i].path, mb,
           (double)files / took, packages, file.n / 1000);
    if (alone > 0)
        printf("  libfyaml alone %.0f MB/s", alone);
    printf("%s\n", packages < ITEMS ? "  NOT ALL FOUND"
                   : slow           ? "  SLOW"
                   : bound          ? "  (the library's limit)"
                                    : "");
    return !slow;
}

int main(int argc, char **argv)
{
    double most = argc > 1 ? strtod(argv[1], NULL) : 0.5;
    size_t slow = 0;

    mallopt(M_TRIM_THRESHOLD, 64 << 20); /* as in a job, see io/proc.c */
    mallopt(M_TOP_PAD, 1 << 20);
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    for (size_t i = 0; i < ARRAY_LEN(made); i++)
        if (argc < 3 || !strcmp(argv[2], made[i].parser))
            slow += !measure(i, most);
    printf("%zu below %d MB/s\n", slow, LEAST);
    return 0;
}
