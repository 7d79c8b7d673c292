/* report_model.h - a small model made by hand, for the tests of reports: two images, packages of three kinds,
 * findings in every state. `nasty`: its texts are what an attacker would write; `deployed`: elements and
 * flows of all kinds; `vulnerable`: known vulnerabilities; `large`: ten thousand of them. */
#pragma once
#include "model/model.h"
#include "model/purl.h"

#define NASTY_ESC                   \
    "\x1b]0;owned\x07\x1b[2Jcl\x9b" \
    "31mear"
#define NASTY_QUOTES "say \"hi\" \\ <script>&amp;\n\r\tend"
#define NASTY_BIDI     \
    "gpj.\xe2\x80\xae" \
    "exe\xe2\x81\xa6"
#define NASTY_BYTES "bad \xff\xc0\xaf utf \xed\xa0\x80"

static const struct check check_root = {
    .id = "image-root-user",
    .title = "Image runs as root",
    .holds = "Image runs as a user of its own",
    .why = "Whoever takes over the service is root in the container, and one kernel hole away from the host.",
    .fix = "Create a user in the image and name it with USER.",
    .snippet = "RUN adduser -D app\nUSER app",
    .threats = THREAT_BIT(E2) | THREAT_BIT(R1),
    .layer = LAYER_IMAGE,
    .severity = SEVERITY_HIGH,
    .refs = REFS({ CAT_CIS_DOCKER, "4.1" }, { CAT_CWE, "CWE-250" }),
};
static const struct check check_shadow = {
    .id = "image-empty-password",
    .title = "An account has no password",
    .why = "Anyone who reaches a login is that account.",
    .fix = "Lock the account.",
    .snippet = "RUN passwd -l root",
    .threats = THREAT_BIT(E2) | THREAT_BIT(T2),
    .layer = LAYER_IMAGE,
    .severity = SEVERITY_CRITICAL,
    .refs = REFS({ CAT_CWE, "CWE-258" }, { CAT_ATTACK, "T1078" }),
};
static const struct check check_setuid = {
    .id = "image-setuid-files",
    .title = "Setuid files",
    .why = "A hole in one of them makes any user root.",
    .fix = "Remove the setuid bit where it is not needed.",
    .snippet = "RUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +",
    .threats = THREAT_BIT(E2) | THREAT_BIT(T2),
    .layer = LAYER_IMAGE,
    .severity = SEVERITY_MEDIUM,
    .refs = REFS({ CAT_CIS_DOCKER, "4.8" }),
};
static const struct check check_health = {
    .id = "image-no-healthcheck",
    .title = "Image has no HEALTHCHECK",
    .holds = "Image has a HEALTHCHECK",
    .why = "A container that hangs goes on counting as running.",
    .fix = "Add a HEALTHCHECK that asks the service itself.",
    .threats = THREAT_BIT(D1),
    .layer = LAYER_IMAGE,
    .severity = SEVERITY_LOW,
    .refs = REFS({ CAT_CIS_DOCKER, "4.6" }),
};
static const struct check check_registry = {
    .id = "registry-plain-http",
    .title = "Image comes over plain HTTP",
    .why = "Anyone between can change it.",
    .fix = "Serve the registry over TLS.",
    .threats = THREAT_BIT(T4) | THREAT_BIT(S1),
    .layer = LAYER_REGISTRY,
    .severity = SEVERITY_HIGH,
};

static const struct check check_library = {
    .id = "vulnerable-application-package",
    .title = "A library or program of the application has a known vulnerability",
    .why = "Whoever reaches the code can do what its advisory describes.",
    .fix = "Update the dependency to a fixed version and build the image again.",
    .threats = THREAT_BIT(T5),
    .layer = LAYER_APPLICATION,
    .severity = SEVERITY_MEDIUM,
    .refs = REFS({ CAT_CWE, "CWE-1395" }),
};

#define DIGEST_A "sha256:aaaaaaaaaaaa0000000000000000000000000000000000000000000000000000"
#define DIGEST_B "sha256:bbbbbbbbbbbb0000000000000000000000000000000000000000000000000000"
#define DIGEST_C "sha256:cccccccccccc0000000000000000000000000000000000000000000000000000"
#define V(lit)                     \
    {                              \
        "" lit "", sizeof(lit) - 1 \
    }

static const struct str licenses_one[] = { V("Zlib") };
static const struct str licenses_expression[] = { V(
    "GPL-2.0-or-later WITH Classpath-exception-2.0 AND (MIT OR BSD-3-Clause)") };
static const struct str licenses_words[] = { V("GPLv2+ and MIT"), V("MIT"), V("MIT OR Apache-2.0") };

static const struct package model_packages[] = {
    { .type = V("npm"),
      .ns = V("@acme"),
      .name = V("left-pad"),
      .version = V("1.3.0"),
      .dev = true,
      .licenses = { licenses_words, 3 },
      .path = V("app/package-lock.json"),
      .line = 12 },
    { .type = V("deb"),
      .name = V("zlib1g"),
      .version = V("1:1.2.13.dfsg-1"),
      .arch = V("amd64"),
      .source_name = V("zlib"),
      .licenses = { licenses_one, 1 },
      .vendor = V("Some One <one@example.org>"),
      .path = V("var/lib/dpkg/status"),
      .line = 100 },
    { .type = V("deb"),
      .name = V("base-files"),
      .version = V("12.4"),
      .arch = V("amd64"),
      .licenses = { licenses_expression, 1 },
      .path = V("var/lib/dpkg/status"),
      .line = 1 },
    { .type = V("deb"),
      .name = V("base-files"),
      .version = V("12.4"),
      .arch = V("amd64"),
      .path = V("var/lib/dpkg/status"),
      .line = 1 },
};
static const struct package nasty_packages[] = {
    { .type = V("npm"),
      .name = V(NASTY_QUOTES),
      .version = V(NASTY_ESC),
      .path = V(NASTY_BIDI),
      .vendor = V(NASTY_BYTES) },
    { .type = V("generic"),
      .name = V("\xff"),
      .version = V("a#b?c@d"),
      .path = V("x"),
      .licenses = { (const struct str[]){ V(NASTY_BYTES) }, 1 } },
};

struct hand_made {
    struct model m;
    struct image image[2];
    struct layer layer[2];
    struct os os;
};

/* Never fails: the arena is larger than all of it. */
static void must(int r)
{
    if (r < 0)
        abort();
}

static void add_images(struct hand_made *h, bool two)
{
    struct err e;

    h->layer[0] =
        (struct layer){ .digest = STR(DIGEST_A), .diff_id = STR(DIGEST_B), .created_by = STR("ADD root") };
    h->layer[1] = (struct layer){ .diff_id = STR(DIGEST_C) };
    h->os = (struct os){ .id = STR("debian"),
                         .version = STR("12"),
                         .name = STR("Debian GNU/Linux 12 (bookworm)") };
    h->image[0] = (struct image){ .target = STR("oci:./images:app"),
                                  .name = STR("registry.example.org/team/app:1.0"),
                                  .kind = STR("image"),
                                  .digest = STR(DIGEST_A),
                                  .layer = h->layer,
                                  .n_layers = 2,
                                  .os = &h->os };
    h->image[1] = (struct image){
        .target = STR("rootfs:/srv/root"), .name = STR("/srv/root"), .kind = STR("rootfs"), .complete = true
    };
    for (size_t i = 0; i < (two ? 2 : 1); i++) {
        must(model_add_element(&h->m, ELEMENT_IMAGE, h->image[i].name, STR("build"), &h->image[i].element,
                               &e));
        must(arena_grow(&h->m.arena, &h->m.image.p, h->m.image.n, &h->m.image.cap, sizeof(void *)) ? 0 : -1);
        h->m.image.p[h->m.image.n++] = &h->image[i];
    }
}

static void add_package(struct hand_made *h, const struct package *p, uint32_t image, uint32_t layer)
{
    struct image *img = &h->image[image];
    struct installed in = {
        .package = p,
        .element = img->element,
        .layer = layer,
        .image = img,
        .purl = purl_of(&h->m.arena, p, img->os),
        .place = p->path,
    };

    must(arena_grow(&h->m.arena, &h->m.package.p, h->m.package.n, &h->m.package.cap, sizeof in) ? 0 : -1);
    h->m.package.p[h->m.package.n++] = in;
}

static void add_finding(struct hand_made *h, const struct check *c, enum state state, uint32_t element,
                        struct str path, uint32_t line, struct str text, size_t found)
{
    struct evidence *ev = arena_new(&h->m.arena, struct evidence);
    struct err e;

    *ev = (struct evidence){ h->image[0].target, path, line, STR(DIGEST_A), text };
    struct finding f = { .check = c,
                         .state = state,
                         .severity = c->severity,
                         .element = element,
                         .evidence = ev,
                         .n_evidence = 1,
                         .n_found = found,
                         .accepted_why =
                             state == STATE_ACCEPTED ? STR("known, and behind a proxy") : STR("") };
    must(model_add_finding(&h->m, &f, path, &e));
}

static const struct str vulnerability_vectors[] = { V("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"),
                                                    V("AV:N/AC:L/Au:N/C:P/I:P/A:P") };
static const struct str vulnerability_names[] = { V("GHSA-aaaa-bbbb-cccc") };
static const struct vulnerability model_vulnerabilities[] = {
    { .id = V("CVE-2030-1"),
      .aliases = { vulnerability_names, 1 },
      .package = V("@acme/left-pad"),
      .installed = V("1.3.0"),
      .fixed = V("1.3.1"),
      .status = "fixed",
      .advisory = V("GHSA-aaaa-bbbb-cccc"),
      .by = V("acme"),
      .title = V("Pads without end"),
      .published = V("2024-01-02T03:04:05Z"),
      .modified = V("2024-01-03"),
      .cvss = { vulnerability_vectors, 2 },
      .score = 98,
      .severity_from = "cvss",
      .kev = true,
      .kev_added = V("2024-01-04"),
      .has_epss = true,
      .epss_ppm = 912345 },
    { .id = V("CVE-2030-2"),
      .package = V("@acme/left-pad"),
      .installed = V("1.3.0"),
      .status = "affected",
      .by = V("acme"),
      .severity_from = "none" },
    { .id = V("CVE-2030-3"),
      .package = V("@acme/left-pad"),
      .installed = V("1.3.0"),
      .status = "affected",
      .severity_from = "none" },
    { .id = V("CVE-2030-4"),
      .package = V("@acme/left-pad"),
      .installed = V("1.3.0"),
      .fixed = V("1.4.0"),
      .status = "fixed",
      .severity_from = "vendor" },
};

/* The image's first package has a vulnerability in every state. */
static void add_vulnerabilities(struct hand_made *h)
{
    for (uint32_t i = 0; i < ARRAY_LEN(model_vulnerabilities); i++) {
        struct vulnerability *v = arena_new(&h->m.arena, struct vulnerability);
        *v = model_vulnerabilities[i];
        v->purl = h->m.package.p[0].purl;
        add_finding(h, &check_library, (enum state)i, 0, STR("app/package-lock.json"), 12,
                    STR("@acme/left-pad 1.3.0"), 1);
        struct finding *f = &h->m.finding.p[h->m.finding.n - 1];
        f->vulnerability = v;
        f->title = v->id;
        snprintf(f->id, sizeof f->id, "%016x", i); /* not all of one path */
    }
}

static void add_path_and_fix(struct hand_made *h)
{
    static const uint32_t closes[] = { 0, 1 };
    static const struct step steps[] = { { V("internet"), V("app"), V("image-empty-password"), closes, 1 },
                                         { V("app"), V("host"), V("image-root-user"), closes + 1, 1 } };
    static struct path path = {
        V("host root"),
        V("Anyone on the internet logs in to app without a password and, being root there, "
          "takes the host through the kernel."),
        steps, 2
    };
    static struct fix fix = {
        .text = V("Run app as a user of its own"),
        .snippet = V("USER app"),
        .patch = V("--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,1 +1,2 @@\n FROM x\n+USER app\n"),
        .finding = closes,
        .n_finding = 2,
        .paths = 1,
        .cost = 2,
        .optimal = true
    };

    h->m.path.p = &path;
    h->m.path.n = 1;
    h->m.fix.p = &fix;
    h->m.fix.n = 1;
}

static void make_plain(struct hand_made *h)
{
    struct err e;

    add_images(h, false);
    must(model_set(&h->m, 0, "tag", STR("latest"), &e));
    must(model_set(&h->m, 0, "tag", STR("1.0"), &e));
    for (uint32_t i = 0; i < ARRAY_LEN(model_packages); i++)
        add_package(h, &model_packages[i], 0, i % 2);
    add_package(h, &model_packages[3], 0, 0); /* a twin of number 2 */
    add_finding(h, &check_health, STATE_MITIGATED, 0, STR("config"), 0, STR("HEALTHCHECK /app/healthy"), 1);
    add_finding(h, &check_root, STATE_OPEN, 0, STR("config"), 0, STR("USER is not set"), 1);
    add_finding(h, &check_shadow, STATE_OPEN, 0, STR("etc/shadow"), 1,
                STR("root has an empty password field"), 1);
    add_finding(h, &check_setuid, STATE_OPEN, 0, STR("usr/bin/su"), 0, STR("mode 4755, owner root"), 13);
    add_finding(h, &check_health, STATE_UNKNOWN, 0, STR("config"), 0,
                STR("the configuration could not be read"), 1);
    add_finding(h, &check_registry, STATE_ACCEPTED, 0, STR(""), 0, STR("http: registry.example.org"), 1);
    model_incomplete(&h->m, STR("layer 1"), "gzip: unexpected end of data after %d bytes", 4096);
    model_sort_findings(&h->m);
    add_path_and_fix(h);
}

static void make_nasty(struct hand_made *h)
{
    static char long_path[4000];
    static struct path path = { V(NASTY_ESC), V(NASTY_BIDI NASTY_ESC), NULL, 0 };
    static struct fix fix = { .text = V(NASTY_BYTES), .snippet = V("USER " NASTY_ESC "\nRUN " NASTY_BIDI) };
    uint32_t at;
    struct err e;

    add_images(h, true);
    h->image[0].target = STR("oci:" NASTY_ESC);
    h->image[0].name = STR(NASTY_BIDI "/" NASTY_BYTES);
    h->os.name = STR(NASTY_ESC);
    h->os.id = STR(NASTY_BYTES);
    h->layer[0].created_by = STR(NASTY_QUOTES);
    memset(long_path, 'a', sizeof long_path);
    for (size_t i = 50; i < sizeof long_path; i += 51)
        long_path[i] = '/';
    must(model_add_element(&h->m, ELEMENT_SECRET, STR(NASTY_QUOTES), STR(NASTY_ESC), &at, &e));
    must(model_set(&h->m, at, "note", STR(NASTY_BYTES), &e));
    must(model_relate(&h->m, RELATION_USES, 0, at, STR(NASTY_BIDI), &e));
    for (uint32_t i = 0; i < ARRAY_LEN(nasty_packages); i++)
        add_package(h, &nasty_packages[i], i % 2, 0);
    add_finding(h, &check_root, STATE_OPEN, 0, STR(NASTY_BIDI), 3, STR(NASTY_ESC), 1);
    add_finding(h, &check_root, STATE_OPEN, at, STR(NASTY_QUOTES), 0, STR(NASTY_BYTES), 1);
    add_finding(h, &check_setuid, STATE_UNKNOWN, 1, (struct str){ long_path, sizeof long_path }, 4294967295u,
                STR(NASTY_QUOTES), 1);
    add_finding(h, &check_health, STATE_MITIGATED, 0, STR(NASTY_ESC), 0, STR(NASTY_ESC), 1);
    add_finding(h, &check_registry, STATE_ACCEPTED, 0, STR("a:b/c d%"), 0, STR(""), 1);
    h->m.finding.p[0].title = STR("Runs as " NASTY_ESC);
    h->m.finding.p[4].accepted_why = STR(NASTY_ESC);
    model_incomplete(&h->m, STR(NASTY_ESC), "%s", NASTY_BYTES);
    model_sort_findings(&h->m);
    h->m.path.p = &path;
    h->m.path.n = 1;
    h->m.fix.p = &fix;
    h->m.fix.n = 1;
}

static const struct check check_socket = {
    .id = "workload-engine-socket",
    .title = "Container can order the engine",
    .why = "Whoever holds the socket is root on the host.",
    .fix = "Do not mount the socket.",
    .threats = THREAT_BIT(E1) | THREAT_BIT(D2),
    .layer = LAYER_ENGINE,
    .severity = SEVERITY_CRITICAL,
    .refs = REFS({ CAT_ATTACK, "T1611" }),
};

static uint32_t add_element(struct hand_made *h, enum element_kind kind, const char *name, const char *zone)
{
    struct err e;
    uint32_t at;

    must(model_add_element(&h->m, kind, str_of(name), str_of(zone), &at, &e));
    return at;
}

/* A shop: what a reader of drawings looks at. */
static void make_deployed(struct hand_made *h)
{
    struct err e;
    uint32_t net = add_element(h, ELEMENT_ACTOR, "internet", "internet");
    uint32_t web = add_element(h, ELEMENT_WORKLOAD, "shop/web", "network front");
    uint32_t api = add_element(h, ELEMENT_WORKLOAD, "shop/api", "network back");
    uint32_t cache = add_element(h, ELEMENT_WORKLOAD, "shop/cache", "network back");
    uint32_t data = add_element(h, ELEMENT_VOLUME, "shop/data", "host");
    uint32_t key = add_element(h, ELEMENT_SECRET, "shop/db-password", "host");
    uint32_t engine = add_element(h, ELEMENT_ENGINE, "docker", "host");
    uint32_t image = add_element(h, ELEMENT_IMAGE, "example.org/web:1", "registry");
    uint32_t mail = add_element(h, ELEMENT_ACTOR, "smtp.example.org", "elsewhere");

    must(model_flow(&h->m, FLOW_DECLARED, net, web, STR("https 443/tcp"), &e));
    must(model_flow(&h->m, FLOW_DECLARED, web, api, STR("http 8080/tcp"), &e));
    must(model_flow(&h->m, FLOW_DECLARED, api, cache, STR("redis 6379/tcp"), &e));
    must(model_flow(&h->m, FLOW_POSSIBLE, cache, api, STR("any"), &e));
    must(model_flow(&h->m, FLOW_DANGLING, api, mail, STR("smtp 25/tcp"), &e));
    must(model_relate(&h->m, RELATION_RUNS, web, image, STR(""), &e));
    must(model_relate(&h->m, RELATION_MOUNTS, cache, data, STR("/data"), &e));
    must(model_relate(&h->m, RELATION_USES, api, key, STR("DB_PASSWORD"), &e));
    must(model_relate(&h->m, RELATION_USES, web, engine, STR("docker.sock"), &e));
    h->image[0].target = STR("compose.yaml");
    add_finding(h, &check_socket, STATE_OPEN, web, STR("compose.yaml"), 12, STR("/var/run/docker.sock"), 1);
    add_finding(h, &check_root, STATE_OPEN, web, STR("compose.yaml"), 9, STR("user: root"), 1);
    add_finding(h, &check_root, STATE_MITIGATED, api, STR("compose.yaml"), 30, STR("user: 1000"), 1);
    add_finding(h, &check_health, STATE_OPEN, data, STR("compose.yaml"), 40, STR("no health check"), 1);
    add_finding(h, &check_registry, STATE_OPEN, key, STR("compose.yaml"), 50, STR("http"), 1);
    model_sort_findings(&h->m);
}

static void make_vulnerable(struct hand_made *h)
{
    add_images(h, false);
    add_package(h, &model_packages[0], 0, 0);
    add_package(h, &model_packages[1], 0, 0);
    add_package(h, &model_packages[0], 0, 1); /* the same again, from another layer */
    add_vulnerabilities(h);
    model_sort_findings(&h->m);
}

enum { LARGE_ZONES = 20, LARGE_PODS = 10000 };

/* More than anyone can look at: ten thousand workloads that talk to one another. */
static void make_large(struct hand_made *h)
{
    char name[64], zone[32];
    struct err e;

    for (unsigned i = 0; i < LARGE_PODS; i++) {
        snprintf(zone, sizeof zone, "namespace team-%u", i % LARGE_ZONES);
        snprintf(name, sizeof name, "team-%u/Deployment/app-%u", i % LARGE_ZONES, i);
        uint32_t at = add_element(h, ELEMENT_WORKLOAD, name, zone);
        if (at >= LARGE_ZONES)
            must(model_flow(&h->m, FLOW_DECLARED, at, at - LARGE_ZONES, STR("http 80/tcp"), &e));
        if (at)
            must(model_flow(&h->m, FLOW_POSSIBLE, at, at - 1, STR("any"), &e));
        add_finding(h, &check_root, STATE_OPEN, at, STR("all.json"), i, STR("runAsUser: 0"), 1);
    }
    model_sort_findings(&h->m);
}

enum hand_made_kind { MODEL_EMPTY, MODEL_PLAIN, MODEL_NASTY, MODEL_DEPLOYED, MODEL_VULNERABLE, MODEL_LARGE };

static struct hand_made *hand_made_new(enum hand_made_kind kind)
{
    struct hand_made *h = calloc(1, sizeof *h);

    if (!h)
        abort();
    h->m.arena = (struct arena)ARENA(kind == MODEL_LARGE ? 64u << 20 : 1u << 20);
    h->m.time = STR("2024-05-06T07:08:09Z");
    if (kind == MODEL_PLAIN)
        make_plain(h);
    else if (kind == MODEL_NASTY)
        make_nasty(h);
    else if (kind == MODEL_DEPLOYED)
        make_deployed(h);
    else if (kind == MODEL_VULNERABLE)
        make_vulnerable(h);
    else if (kind == MODEL_LARGE)
        make_large(h);
    return h;
}

static void hand_made_free(struct hand_made **h)
{
    arena_free(&(*h)->m.arena);
    free(*h);
    *h = NULL;
}
