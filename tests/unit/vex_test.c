/* Statements of VEX documents, and what they make of findings. */
#include "advisory/vex.h"
#include "doc/doc.h"
#include "report/report.h"
#include "tap.h"

#define DIGEST "sha256:0000000000000000000000000000000000000000000000000000000000000001"
static const struct check check_vulnerable = { .id = "package-vulnerable",
                                               .title = "A package has a known vulnerability",
                                               .threats = THREAT_BIT(E2),
                                               .layer = LAYER_IMAGE,
                                               .severity = SEVERITY_HIGH };
static const struct str aliases[] = { STR("GHSA-aaaa-bbbb-cccc") };
static const struct vulnerability vulnerabilities[] = {
    { .id = STR("CVE-2030-0001"),
      .aliases = { aliases, 1 },
      .package = STR("hull"),
      .fixed = STR("1.3"),
      .purl = STR("pkg:deb/debian/hull@1.2?arch=amd64&distro=debian-12") },
    { .id = STR("CVE-2030-0002"), .package = STR("keel"), .purl = STR("pkg:npm/%40ship/keel@2.0") },
};

static struct model made;
static struct image image;

/* An image with two findings, all in one arena. */
static void make(void)
{
    struct err e;
    uint32_t at;

    arena_free(&made.arena);
    made = (struct model){ .arena = ARENA(1u << 20), .time = STR("2030-01-01T00:00:00Z") };
    if (model_add_element(&made, ELEMENT_IMAGE, STR("ship/hull:1.0"), STR(""), &at, &e) < 0 ||
        !arena_grow(&made.arena, &made.image.p, 0, &made.image.cap, sizeof *made.image.p))
        abort();
    image = (struct image){ .name = STR("example.org/ship/hull:1.0"), .digest = STR(DIGEST), .element = at };
    made.image.p[made.image.n++] = &image;
    for (size_t i = 0; i < 2; i++) {
        struct finding f = { .check = &check_vulnerable,
                             .severity = SEVERITY_HIGH,
                             .element = at,
                             .vulnerability = &vulnerabilities[i] };
        if (model_add_finding(&made, &f, vulnerabilities[i].id, &e) < 0)
            abort();
    }
}

/* "open open" after the document was applied; or its error. */
static const char *states(const char *text)
{
    static char room[500];
    AUTO_FACTS struct facts v = FACTS(16u << 20);
    struct err e = { 0 };

    make();
    if (vex_read(STR("ship.vex.json"), str_of(text), &v, &e) < 0 || vex_apply(&made, &v, &e) < 0)
        snprintf(room, sizeof room, "%s", e.text);
    else
        snprintf(room, sizeof room, "%s %s", state_name[made.finding.p[0].state],
                 state_name[made.finding.p[1].state]);
    return room;
}

#define OPENVEX(statements)                                                                   \
    "{\"@context\": \"https://openvex.dev/ns/v0.2.0\", \"author\": \"Ship\", \"timestamp\": " \
    "\"2030-01-01T00:00:00Z\", \"statements\": [" statements "]}"
#define STATEMENT(vulnerability, product, more)                                                  \
    "{\"vulnerability\": {\"name\": \"" vulnerability "\"}, \"products\": [{\"@id\": \"" product \
    "\"}], " more "}"
#define NOT_AFFECTED "\"status\": \"not_affected\", \"justification\": \"vulnerable_code_not_present\""

static void a_package_is_named(void)
{
    CHECK_TEXT(states(OPENVEX(STATEMENT("CVE-2030-0001", "pkg:deb/debian/hull@1.2", NOT_AFFECTED))),
               "mitigated open");
    struct evidence proof = made.finding.p[0].evidence[0];
    CHECK(str_eq(proof.text, STR("VEX of Ship: not_affected, vulnerable_code_not_present")));
    CHECK(str_eq(proof.path, STR("ship.vex.json")));
    CHECK_TEXT(states(OPENVEX(STATEMENT("GHSA-aaaa-bbbb-cccc", "pkg:deb/debian/hull", NOT_AFFECTED))),
               "mitigated open");
    CHECK_TEXT(states(OPENVEX(STATEMENT("CVE-2030-0002", "pkg:npm/%40ship/keel@2.0", NOT_AFFECTED))),
               "open mitigated");
    CHECK_TEXT(states(OPENVEX(STATEMENT("CVE-2030-0001", "pkg:deb/debian/hull@1.1", NOT_AFFECTED))),
               "open open");
    CHECK_TEXT(states(OPENVEX(STATEMENT("CVE-2030-0001", "pkg:deb/ubuntu/hull@1.2", NOT_AFFECTED))),
               "open open");
    CHECK_TEXT(
        states(OPENVEX(STATEMENT("CVE-2030-0001", "pkg:deb/debian/hull@1.2?arch=arm64", NOT_AFFECTED))),
        "open open");
    CHECK_TEXT(states(OPENVEX(STATEMENT("CVE-2030-0009", "pkg:deb/debian/hull", NOT_AFFECTED))), "open open");
}

static void an_image_is_named(void)
{
    CHECK_TEXT(states(OPENVEX(STATEMENT("CVE-2030-0001", "pkg:oci/hull@" DIGEST, NOT_AFFECTED))),
               "mitigated open");
    CHECK_TEXT(states(OPENVEX(STATEMENT("CVE-2030-0001", "pkg:oci/hull", NOT_AFFECTED))), "mitigated open");
    CHECK_TEXT(states(OPENVEX(STATEMENT("CVE-2030-0001", "example.org/ship/hull:1.0", NOT_AFFECTED))),
               "mitigated open");
    CHECK_TEXT(states(OPENVEX(STATEMENT("CVE-2030-0001", "pkg:oci/other", NOT_AFFECTED))), "open open");
    CHECK_TEXT(states(OPENVEX(STATEMENT("CVE-2030-0001", "pkg:oci/hull@sha256:02", NOT_AFFECTED))),
               "open open");
    CHECK_TEXT(
        states(OPENVEX("{\"vulnerability\": {\"name\": \"CVE-2030-0001\"}, \"products\": [{\"@id\": "
                       "\"pkg:oci/hull\", \"subcomponents\": [{\"@id\": \"pkg:npm/keel\"}]}], " NOT_AFFECTED
                       "}")),
        "open open");
    CHECK_TEXT(
        states(OPENVEX(
            "{\"vulnerability\": {\"name\": \"CVE-2030-0001\"}, \"products\": [{\"@id\": "
            "\"pkg:oci/hull\", \"subcomponents\": [{\"@id\": \"pkg:deb/debian/hull\"}]}], " NOT_AFFECTED
            "}")),
        "mitigated open");
    CHECK_TEXT(
        states(OPENVEX(
            "{\"vulnerability\": \"CVE-2030-0001\", \"products\": [{\"hashes\": {\"sha-256\": "
            "\"0000000000000000000000000000000000000000000000000000000000000001\"}}], " NOT_AFFECTED "}")),
        "mitigated open");
}

static void each_status_has_its_state(void)
{
#define SAYS(more) states(OPENVEX(STATEMENT("CVE-2030-0001", "pkg:deb/debian/hull", more)))
    CHECK_TEXT(SAYS("\"status\": \"fixed\""), "mitigated open");
    CHECK_TEXT(SAYS("\"status\": \"affected\", \"action_statement\": \"update\""), "open open");
    CHECK_INT(made.finding.p[0].n_evidence, 1);
    CHECK_TEXT(SAYS("\"status\": \"under_investigation\""), "unknown open");
    CHECK_TEXT(SAYS("\"status\": \"not_affected\""), "accepted open");
    CHECK(made.finding.p[0].accepted_why.n);
    CHECK_TEXT(SAYS("\"status\": \"not_affected\", \"impact_statement\": \"not built in\""),
               "mitigated open");
    CHECK_TEXT(SAYS("\"status\": \"maybe\""), "open open");
    CHECK_INT(made.incomplete.n, 1);
}

static void the_newest_holds(void)
{
    CHECK_TEXT(
        states(OPENVEX(STATEMENT(
            "CVE-2030-0001", "pkg:deb/debian/hull",
            "\"timestamp\": \"2030-03-01T00:00:00Z\", \"status\": \"affected\"") "," STATEMENT("CVE-2030-"
                                                                                               "0001",
                                                                                               "pkg:deb/"
                                                                                               "debian/hull",
                                                                                               "\"timestamp\""
                                                                                               ": "
                                                                                               "\"2030-02-"
                                                                                               "01T00:00:"
                                                                                               "00Z\", "
                                                                                               "\"status\": "
                                                                                               "\"fixed\""))),
        "open open");
    CHECK_TEXT(
        states(OPENVEX(
            STATEMENT("CVE-2030-0001", "pkg:deb/debian/hull", "\"status\": \"affected\"") "," STATEMENT(
                "CVE-2030-0001", "pkg:deb/debian/hull", "\"status\": \"fixed\""))),
        "mitigated open");
}

static void cyclonedx_is_read(void)
{
    CHECK_TEXT(states("{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.5\", \"components\": "
                      "[{\"components\": [{\"bom-ref\": "
                      "\"h\", \"purl\": \"pkg:deb/debian/hull@1.2\"}]}], \"vulnerabilities\": [{\"id\": "
                      "\"CVE-2030-0001\", "
                      "\"analysis\": {\"state\": \"not_affected\", \"justification\": "
                      "\"code_not_reachable\"}, \"affects\": "
                      "[{\"ref\": \"h\"}]}, {\"id\": \"X-1\", \"references\": [{\"id\": \"CVE-2030-0002\"}], "
                      "\"analysis\": "
                      "{\"state\": \"in_triage\"}, \"affects\": [{\"ref\": "
                      "\"urn:cdx:00/1#pkg:npm/%40ship/keel@2.0\"}]}, "
                      "{\"id\": \"CVE-2030-0001\", \"affects\": [{\"ref\": \"h\"}]}]}"),
               "mitigated unknown");
    CHECK_INT(made.incomplete.n, 0);
}

static void csaf_is_read(void)
{
    CHECK_TEXT(
        states(
            "{\"document\": {\"category\": \"csaf_vex\", \"csaf_version\": \"2.0\", \"publisher\": "
            "{\"name\": "
            "\"Ship\"}}, \"product_tree\": {\"branches\": [{\"product\": {\"product_id\": \"h\", "
            "\"product_identification_helper\": {\"purl\": \"pkg:deb/debian/hull\"}}}, {\"product\": "
            "{\"product_id\": \"i\", \"product_identification_helper\": {\"purl\": \"pkg:oci/hull\"}}}, "
            "{\"product\": {\"product_id\": \"k\", \"product_identification_helper\": {\"purl\": "
            "\"pkg:npm/%40ship/keel\"}}}], \"relationships\": [{\"full_product_name\": {\"product_id\": "
            "\"i:k\"}, \"product_reference\": \"k\", \"relates_to_product_reference\": \"i\"}]}, "
            "\"vulnerabilities\": [{\"cve\": \"CVE-2030-0001\", \"product_status\": {\"known_not_affected\": "
            "[\"h\", \"nowhere\"]}, \"flags\": [{\"label\": \"component_not_present\", \"product_ids\": "
            "[\"h\"]}]}, {\"cve\": \"CVE-2030-0002\", \"product_status\": {\"fixed\": [\"i:k\"]}}]}"),
        "mitigated mitigated");
    CHECK_INT(made.incomplete.n, 1);
}

static void others_are_refused(void)
{
    CHECK_TEXT(states("{}"), "neither OpenVEX nor CycloneDX nor CSAF");
    CHECK_TEXT(states("[1"), "line 1: parse error: premature EOF");
    CHECK_TEXT(
        states(OPENVEX("7, {\"status\": \"fixed\"}, {\"vulnerability\": {\"name\": \"CVE-2030-0001\"}, "
                       "\"products\": [7, {}], \"status\": \"fixed\"}")),
        "open open");
    CHECK_INT(made.incomplete.n, 4);
}

/* What is written is read again, and says the same. */
static void written_is_read(void)
{
    char *text = NULL;
    size_t n;
    struct err e = { 0 };
    struct report_options options = { 0 };
    FILE *to = open_memstream(&text, &n);

    (void)states(OPENVEX(STATEMENT("CVE-2030-0001", "pkg:deb/debian/hull", NOT_AFFECTED) "," STATEMENT(
        "CVE-2030-0002", "pkg:npm/%40ship/keel", "\"status\": \"under_investigation\"")));
    CHECK_INT(report_by_name(STR("openvex"))->write(&made, &options, to, &e), 0);
    fclose(to);
    CHECK_TEXT(states(text), "mitigated unknown");
    free(text);
    arena_free(&made.arena);
}

TESTS(T(a_package_is_named), T(an_image_is_named), T(each_status_has_its_state), T(the_newest_holds),
      T(cyclonedx_is_read), T(csaf_is_read), T(others_are_refused), T(written_is_read))
