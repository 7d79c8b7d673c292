/* Reports of models made by hand: what was put in comes out, whatever it is. The argument is the folder with
 * the golden texts; with UPDATE=1 in the environment they are written instead. */
#include "core/text.h"
#include "doc/doc.h"
#include "report/license.h"
#include "report/report.h"
#include "report_text.h"
#include "tap.h"

static const char *golden_dir;

struct parsed {
    struct hand_made *made;
    char *text;
    size_t n;
    struct arena arena;
    struct doc *doc;
};

static void parsed_free(struct parsed *p)
{
    hand_made_free(&p->made);
    free(p->text);
    arena_free(&p->arena);
}
#define AUTO_PARSED CLEANUP(parsed_free)

static struct parsed parsed(const char *report, enum hand_made_kind kind, enum severity least)
{
    struct parsed p = { .made = hand_made_new(kind), .arena = ARENA(4u << 20) };
    struct report_options o = { .least = least };
    struct err e = { 0 };

    p.text = written(report, &p.made->m, &o, &p.n);
    if (doc_json((struct str){ p.text, p.n }, &p.arena, &p.doc, &e) < 0) {
        printf("# %s: %s\n", report, e.text);
        p.doc = NULL;
    }
    CHECK(p.doc);
    return p;
}

static const struct doc *nth(const struct doc *list, unsigned i)
{
    const struct doc *d = list ? list->child : NULL;

    while (d && i--)
        d = d->next;
    return d;
}

/* The one in a list whose text at `key` is this. */
static const struct doc *with(const struct doc *list, const char *key, const char *text)
{
    DOC_EACH (list, d)
        if (str_eq(doc_text(doc_path(d, key)), str_of(text)))
            return d;
    return NULL;
}

static void is_text(const struct doc *d, const char *path, const char *want)
{
    char is[8192];
    struct str s = doc_text(path ? doc_path(d, path) : d);

    snprintf(is, sizeof is, STR_FMT, STR_ARG(s));
    CHECK_TEXT(is, want);
}

static void is_number(const struct doc *d, const char *path, uint64_t want)
{
    uint64_t n = UINT64_MAX;

    CHECK(doc_u64(doc_path(d, path), &n));
    CHECK_INT((long long)n, (long long)want);
}

static void json_plain(void)
{
    AUTO_PARSED struct parsed p = parsed("json", MODEL_PLAIN, SEVERITY_INFO);
    const struct doc *f = with(doc_get(p.doc, "findings"), "rule", "image-root-user");

    is_text(p.doc, "schema", "scantling/report/1");
    is_text(p.doc, "time", "2024-05-06T07:08:09Z");
    CHECK(doc_path(p.doc, "advisories.built") && doc_path(p.doc, "advisories.built")->kind == DOC_NULL);
    is_number(p.doc, "summary.open", 3);
    is_number(p.doc, "summary.accepted", 1);
    is_number(p.doc, "summary.by_threat.E2.open", 3);
    is_number(p.doc, "summary.by_layer.registry.accepted", 1);
    is_text(nth(doc_get(p.doc, "targets"), 0), "os.id", "debian");
    is_text(nth(doc_get(p.doc, "elements"), 0), "properties.tag", "1.0");
    is_text(nth(doc_get(f, "threats"), 0), NULL, "R1");
    is_text(nth(doc_get(f, "stride"), 1), NULL, "E");
    is_text(nth(doc_path(f, "catalogues.cis-docker"), 0), NULL, "4.1");
    is_text(f, "fix.snippet", "RUN adduser -D app\nUSER app");
    is_text(f, "element", "image:registry.example.org/team/app:1.0");
    is_text(with(doc_get(p.doc, "findings"), "state", "accepted"), "reason", "known, and behind a proxy");
    is_number(with(doc_get(p.doc, "findings"), "rule", "image-setuid-files"), "evidence_found", 13);
    is_number(nth(doc_get(p.doc, "fixes"), 0), "closes.paths", 1);
    is_number(nth(doc_get(with(doc_get(p.doc, "findings"), "rule", "image-empty-password"), "evidence"), 0),
              "line", 1);
}

/* Steps and fixes name the findings by id, and packages carry all that the contract wants. */
static void json_links(void)
{
    AUTO_PARSED struct parsed p = parsed("json", MODEL_PLAIN, SEVERITY_INFO);
    const struct doc *worst = nth(doc_get(p.doc, "findings"), 0);
    const struct doc *step = nth(doc_get(nth(doc_get(p.doc, "paths"), 0), "steps"), 0);
    const struct doc *zlib = with(doc_get(p.doc, "packages"), "name", "zlib1g");
    const struct doc *pad = with(doc_get(p.doc, "packages"), "name", "left-pad");
    char id[64];

    is_text(worst, "rule", "image-empty-password");
    snprintf(id, sizeof id, STR_FMT, STR_ARG(doc_text(doc_get(worst, "id"))));
    CHECK_INT((long long)strlen(id), 16);
    is_text(nth(doc_get(step, "findings"), 0), NULL, id);
    is_text(nth(doc_get(nth(doc_get(p.doc, "fixes"), 0), "findings"), 0), NULL, id);
    is_text(zlib, "purl", "pkg:deb/debian/zlib1g@1:1.2.13.dfsg-1?arch=amd64&distro=debian-12&upstream=zlib");
    is_text(zlib, "source.name", "zlib");
    is_text(zlib, "layer", DIGEST_C); /* no blob digest: the diff ID */
    is_text(pad, "layer", DIGEST_A);
    CHECK(doc_true(doc_get(pad, "dev")) && !doc_true(doc_get(zlib, "dev")));
    CHECK_INT(doc_get(pad, "licenses")->n, 3);
}

#define FFFD "\xef\xbf\xbd"

static void json_nasty(void)
{
    AUTO_PARSED struct parsed p = parsed("json", MODEL_NASTY, SEVERITY_INFO);
    const struct doc *unknown = with(doc_get(p.doc, "findings"), "state", "unknown");
    const struct doc *secret = with(doc_get(p.doc, "elements"), "kind", "secret");

    is_text(secret, "name", NASTY_QUOTES);
    is_text(secret, "properties.note", "bad " FFFD FFFD FFFD " utf " FFFD FFFD FFFD);
    is_text(nth(doc_get(p.doc, "relations"), 0), "properties.label", NASTY_BIDI);
    is_text(nth(doc_get(unknown, "evidence"), 0), "text", NASTY_QUOTES);
    is_number(nth(doc_get(unknown, "evidence"), 0), "line", 4294967295u);
    CHECK_INT((long long)doc_text(doc_get(nth(doc_get(unknown, "evidence"), 0), "path")).n, 4000);
    is_text(with(doc_get(p.doc, "packages"), "type", "npm"), "version",
            "\x1b]0;owned\x07\x1b[2Jcl" FFFD "31mear");
    CHECK(!memchr(p.text, '\x1b', p.n)); /* JSON itself has no raw controls either */
}

static void json_least(void)
{
    AUTO_PARSED struct parsed p = parsed("json", MODEL_PLAIN, SEVERITY_HIGH);

    CHECK(!with(doc_get(p.doc, "findings"), "severity", "medium"));
    CHECK(!with(doc_get(p.doc, "findings"), "severity", "low"));
    CHECK_INT(doc_get(p.doc, "findings")->n, 3);
    is_number(p.doc, "summary.open", 3); /* counted all the same */
}

static void sarif(void)
{
    AUTO_PARSED struct parsed p = parsed("sarif", MODEL_PLAIN, SEVERITY_INFO);
    const struct doc *run = nth(doc_get(p.doc, "runs"), 0), *results = doc_get(run, "results");
    const struct doc *shadow = with(results, "ruleId", "image-empty-password");
    const struct doc *place = nth(doc_get(shadow, "locations"), 0);
    const struct doc *accepted = with(results, "ruleId", "registry-plain-http");

    is_text(shadow, "kind", "fail");
    is_text(shadow, "level", "error");
    is_text(shadow, "message.text", "An account has no password: root has an empty password field");
    is_text(place, "physicalLocation.artifactLocation.uri", "etc/shadow");
    is_number(place, "physicalLocation.region.startLine", 1);
    is_text(place, "properties.layer", DIGEST_A);
    is_text(with(results, "kind", "pass"), "ruleId", "image-no-healthcheck");
    is_text(with(results, "kind", "pass"), "level", "none");
    is_text(with(results, "kind", "open"), "ruleId", "image-no-healthcheck");
    is_text(accepted, "kind", "fail");
    is_text(nth(doc_get(accepted, "suppressions"), 0), "justification", "known, and behind a proxy");
    CHECK(!doc_get(shadow, "suppressions"));
    CHECK_INT((long long)doc_text(nth(doc_get(shadow, "partialFingerprints"), 0)).n, 16);
    is_text(with(doc_path(run, "tool.driver.rules"), "id", "image-root-user"), "properties.security-severity",
            "8.0");
    CHECK_INT(doc_path(run, "tool.driver.rules")->n, 5); /* two findings of one rule */
    CHECK(with(doc_get(with(doc_get(run, "taxonomies"), "name", "cwe"), "taxa"), "id", "CWE-258"));
}

static void sarif_nasty(void)
{
    AUTO_PARSED struct parsed p = parsed("sarif", MODEL_NASTY, SEVERITY_INFO);
    const struct doc *results = doc_get(nth(doc_get(p.doc, "runs"), 0), "results");
    const struct doc *accepted = nth(doc_get(with(results, "ruleId", "registry-plain-http"), "locations"), 0);
    const struct doc *passed = nth(doc_get(with(results, "kind", "pass"), "locations"), 0);

    is_text(accepted, "physicalLocation.artifactLocation.uri", "./a:b/c%20d%25");
    is_text(passed, "physicalLocation.artifactLocation.uri", "%1B%5D0;owned%07%1B%5B2Jcl%9B31mear");
}

static void cyclonedx(void)
{
    AUTO_PARSED struct parsed p = parsed("cyclonedx", MODEL_PLAIN, SEVERITY_INFO);
    AUTO_PARSED struct parsed again = parsed("cyclonedx", MODEL_PLAIN, SEVERITY_INFO);
    AUTO_PARSED struct parsed other = parsed("cyclonedx", MODEL_NASTY, SEVERITY_INFO);
    const struct doc *parts = doc_get(p.doc, "components");
    const struct doc *pad = with(parts, "name", "left-pad"), *base = with(parts, "name", "base-files");
    const struct doc *zlib = with(parts, "name", "zlib1g");

    CHECK_INT(parts->n, 6);
    CHECK(p.n == again.n && !memcmp(p.text, again.text, p.n)); /* the same image, the same document */
    CHECK(!str_eq(doc_text(doc_get(p.doc, "serialNumber")), doc_text(doc_get(other.doc, "serialNumber"))));
    is_text(p.doc, "metadata.component.type", "container");
    is_text(p.doc, "metadata.component.version", DIGEST_A);
    is_text(p.doc, "metadata.component.purl",
            "pkg:oci/app@" DIGEST_A "?repository_url=registry.example.org%2Fteam%2Fapp&tag=1.0");
    is_text(with(parts, "type", "operating-system"), "name", "debian");
    is_text(nth(doc_get(zlib, "licenses"), 0), "license.id", "Zlib");
    is_text(zlib, "supplier.name", "Some One <one@example.org>");
    is_text(nth(doc_get(base, "licenses"), 0), "expression",
            "GPL-2.0-or-later WITH Classpath-exception-2.0 AND (MIT OR BSD-3-Clause)");
    is_text(nth(doc_get(pad, "licenses"), 0), "license.name", "GPLv2+ and MIT");
    is_text(nth(doc_get(pad, "licenses"), 1), "license.id", "MIT");
    is_text(nth(doc_get(pad, "licenses"), 2), "license.name", "MIT OR Apache-2.0");
    is_text(pad, "scope", "excluded");
    is_text(pad, "group", "@acme");
    is_text(with(doc_get(zlib, "properties"), "name", "scantling:layer:diff_id"), "value", DIGEST_C);
    CHECK_INT(doc_get(nth(doc_get(p.doc, "dependencies"), 0), "dependsOn")->n, 6);
}

static void sarif_vulnerabilities(void)
{
    AUTO_PARSED struct parsed p = parsed("sarif", MODEL_VULNERABLE, SEVERITY_INFO);
    const struct doc *results = doc_get(nth(doc_get(p.doc, "runs"), 0), "results");
    const struct doc *open = with(results, "properties.vulnerability.id", "CVE-2030-1");

    CHECK_INT(results->n, STATE_COUNT);
    is_text(open, "properties.security-severity", "9.8");
    is_text(open, "properties.vulnerability.fixed", "1.3.1");
    is_text(with(results, "properties.vulnerability.id", "CVE-2030-2"), "properties.security-severity",
            "5.5");
}

static void cyclonedx_vulnerabilities(void)
{
    static const char *const id[STATE_COUNT] = { "CVE-2030-1", "CVE-2030-2", "CVE-2030-3", "CVE-2030-4" };
    static const char *const state[STATE_COUNT] = { "", "not_affected", "in_triage", "exploitable" };
    AUTO_PARSED struct parsed p = parsed("cyclonedx", MODEL_VULNERABLE, SEVERITY_INFO);
    const struct doc *all = doc_get(p.doc, "vulnerabilities"), *open = with(all, "id", id[STATE_OPEN]);

    CHECK_INT(all->n, STATE_COUNT);
    for (unsigned i = 0; i < STATE_COUNT; i++) {
        const struct doc *v = with(all, "id", id[i]);
        is_text(v, "analysis.state", state[i]);
        CHECK_INT(doc_get(v, "affects")->n, 2); /* at both places, and not the other package */
    }
    is_text(with(all, "id", id[STATE_ACCEPTED]), "analysis.detail", "known, and behind a proxy");
    is_text(nth(doc_get(open, "ratings"), 1), "method", "CVSSv31");
    is_text(nth(doc_get(open, "ratings"), 2), "method", "CVSSv2");
    is_text(open, "published", "2024-01-02T03:04:05Z");
    CHECK(!doc_get(open, "updated")); /* a date alone is none that the schema takes */
    is_text(with(doc_get(open, "properties"), "name", "scantling:epss"), "value", "0.912345");
    AUTO_PARSED struct parsed high = parsed("cyclonedx", MODEL_VULNERABLE, SEVERITY_HIGH);
    CHECK(!doc_get(high.doc, "vulnerabilities"));
}

static void spdx(void)
{
    AUTO_PARSED struct parsed p = parsed("spdx", MODEL_PLAIN, SEVERITY_INFO);
    const struct doc *all = doc_get(p.doc, "packages");
    const struct doc *pad = with(all, "name", "@acme/left-pad");
    char ref[128];

    snprintf(ref, sizeof ref, STR_FMT,
             STR_ARG(doc_text(doc_get(nth(doc_get(p.doc, "hasExtractedLicensingInfos"), 0), "licenseId"))));
    CHECK(!strncmp(ref, "LicenseRef-GPLv2--and-MIT-", 26));
    char want[256];
    snprintf(want, sizeof want, "%s AND MIT AND (MIT OR Apache-2.0)", ref);
    is_text(pad, "licenseDeclared", want);
    is_text(nth(doc_get(p.doc, "hasExtractedLicensingInfos"), 0), "extractedText", "GPLv2+ and MIT");
    is_text(with(all, "name", "zlib1g"), "licenseDeclared", "Zlib");
    is_text(nth(doc_get(with(all, "name", "layer 0"), "checksums"), 0), "checksumValue", &DIGEST_A[7]);
    is_text(nth(doc_get(with(all, "primaryPackagePurpose", "CONTAINER"), "externalRefs"), 0), "referenceType",
            "purl");
    is_text(p.doc, "creationInfo.created", "2024-05-06T07:08:09Z");
    CHECK_INT(all->n, 9); /* image, two layers, system, five packages */
    CHECK_INT(doc_get(p.doc, "relationships")->n, 9);
}

static void licenses(void)
{
    static const struct {
        const char *declared;
        enum license_kind want;
    } row[] = {
        { "MIT", LICENSE_ID },
        { "mit", LICENSE_WORDS }, /* near is not exact */
        { "GPL-2.0-only AND MIT", LICENSE_EXPRESSION },
        { "GPL-2.0-or-later WITH Classpath-exception-2.0", LICENSE_EXPRESSION },
        { "(MIT OR (Apache-2.0 AND ISC))", LICENSE_EXPRESSION },
        { "Apache-2.0+", LICENSE_EXPRESSION },
        { "MIT AND", LICENSE_WORDS },
        { "MIT Apache-2.0", LICENSE_WORDS },
        { "(MIT", LICENSE_WORDS },
        { "MIT)", LICENSE_WORDS },
        { "()", LICENSE_WORDS },
        { "MIT and ISC", LICENSE_WORDS },
        { "MIT WITH ISC", LICENSE_WORDS },
        { "MIT WITH LLVM-exception WITH LLVM-exception", LICENSE_WORDS },
        { "GPLv2+", LICENSE_WORDS },
        { "", LICENSE_WORDS },
        { "((((((((((((((((((MIT))))))))))))))))))", LICENSE_WORDS }, /* deeper than anyone writes */
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        if (license_kind_of(str_of(row[i].declared)) != row[i].want) {
            printf("# %s\n", row[i].declared);
            CHECK(false);
        }
}

/* Nothing that a terminal obeys, and no line wider than the screen (but for a sign on its own). */
static void check_screen(const char *text, size_t n, unsigned width)
{
    struct str rest = { text, n }, line;

    while (rest.n && str_cut(&rest, '\n', &line)) {
        CHECK(text_columns(line) <= width);
        for (struct str s = line; s.n;) {
            uint32_t c = 0;
            size_t len = utf8_at(s, &c);
            CHECK(len && c >= 0x20 && (c < 0x7f || c >= 0xa0));
            CHECK(!(c >= 0x202a && c <= 0x202e) && !(c >= 0x2066 && c <= 0x2069));
            s = str_skip(s, len ? len : 1);
        }
    }
}

static void table_nasty(void)
{
    for (unsigned width = 40; width <= 120; width += 10)
        for (unsigned k = 0; k < 4; k++) {
            CLEANUP(hand_made_free) struct hand_made *h = hand_made_new(MODEL_NASTY);
            struct report_options o = { .verbose = k & 1, .ascii = k & 2, .width = width };
            size_t n;
            AUTO_FREE char *text = written("table", &h->m, &o, &n);
            check_screen(text, n, width);
            CHECK(strstr(text, "\\x1b]0;owned\\x07\\x1b[2J"));
            for (size_t i = 0; o.ascii && i < n; i++)
                CHECK((unsigned char)text[i] < 0x7f);
        }
}

/* In colour only our own sequences: select graphic rendition, always reset before the line ends. */
static void table_color(void)
{
    CLEANUP(hand_made_free) struct hand_made *h = hand_made_new(MODEL_NASTY);
    struct report_options o = { .color = true, .verbose = true };
    size_t n, sequences = 0;
    AUTO_FREE char *text = written("table", &h->m, &o, &n);
    bool on = false;

    for (const char *p = text; *p; p++) {
        if (*p == '\n')
            CHECK(!on);
        if (*p != '\033')
            continue;
        size_t digits = strspn(p + 2, "0123456789;");
        CHECK(p[1] == '[' && digits >= 1 && digits <= 4 && p[2 + digits] == 'm');
        on = strncmp(p, "\033[0m", 4) != 0;
        sequences++;
    }
    CHECK(sequences > 20);
    CHECK(!strstr(text, "\x1b[2J") && !strstr(text, "\x1b]"));
}

static void golden(const char *name, const struct report_options *o)
{
    CLEANUP(hand_made_free) struct hand_made *h = hand_made_new(MODEL_PLAIN);
    char path[4096];
    size_t n;
    AUTO_FREE char *text = written("table", &h->m, o, &n);

    snprintf(path, sizeof path, "%s/%s", golden_dir, name);
    FILE *f = fopen(path, getenv("UPDATE") ? "w" : "r");
    if (!f) {
        printf("# no %s\n", path);
        CHECK(f);
        return;
    }
    if (getenv("UPDATE")) {
        fwrite(text, 1, n, f);
    } else {
        AUTO_FREE char *want = calloc(1, 1 << 16);
        want[fread(want, 1, (1 << 16) - 1, f)] = '\0';
        CHECK_TEXT(text, want);
    }
    fclose(f);
}

static void table_golden(void)
{
    golden("plain.txt", &(struct report_options){ .width = 80 });
    golden("verbose.txt", &(struct report_options){ .width = 100, .verbose = true });
    golden("narrow.txt", &(struct report_options){ .width = 50, .ascii = true, .least = SEVERITY_HIGH });
}

/* What could not be looked at: lines of one file are one entry, and a screen holds twenty; --verbose has all. */
static void gaps_fit_a_screen(void)
{
    CLEANUP(hand_made_free) struct hand_made *h = hand_made_new(MODEL_EMPTY);
    size_t n;

    for (int i = 1; i <= 40; i++)
        model_incomplete(&h->m, STR("img"), "a/Dockerfile: line %d: no instruction", i);
    for (int i = 0; i < 25; i++)
        model_incomplete(&h->m, STR("img"), "lib/%d.jar: not a ZIP archive", i);
    AUTO_FREE char *few = written("table", &h->m, &(struct report_options){ .width = 100 }, &n);
    AUTO_FREE char *all =
        written("table", &h->m, &(struct report_options){ .width = 100, .verbose = true }, &n);
    CHECK(strstr(few, "looked at (65)"));
    CHECK(strstr(few, "line 1: no instruction (and 39 more of its lines)"));
    CHECK(!strstr(few, "line 2:") && strstr(all, "line 2:"));
    CHECK(strstr(few, "lib/18.jar") && !strstr(few, "lib/19.jar") && strstr(all, "lib/24.jar"));
    CHECK(strstr(few, "and 6 more: --verbose shows them") && !strstr(all, "more"));
}

/* A report that cannot be written says so. */
static void disk_full(void)
{
    for (size_t i = 0; i < n_reports; i++) {
        CLEANUP(hand_made_free) struct hand_made *h = hand_made_new(MODEL_PLAIN);
        struct report_options o = { .verbose = true };
        struct err e = { 0 };
        FILE *full = fopen("/dev/full", "w");
        if (!full)
            continue;
        CHECK_INT(reports[i]->write(&h->m, &o, full, &e), -1);
        CHECK(strstr(e.text, "cannot write the report"));
        fclose(full);
    }
}

static const struct test tests[] = {
    T(json_plain),
    T(json_links),
    T(json_nasty),
    T(json_least),
    T(sarif),
    T(sarif_nasty),
    T(cyclonedx),
    T(sarif_vulnerabilities),
    T(cyclonedx_vulnerabilities),
    T(spdx),
    T(licenses),
    T(table_nasty),
    T(table_color),
    T(table_golden),
    T(gaps_fit_a_screen),
    T(disk_full),
};

int main(int argc, char **argv)
{
    golden_dir = argc > 1 ? argv[1] : "tests/data/report";
    return tap_run(tests, ARRAY_LEN(tests));
}
