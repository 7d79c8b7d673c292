/* workload_image.c - what a workload says about the image that it runs. */
#include "rule/workload.h"

static const struct setting *image_setting(const struct workload *w)
{
    return workload_setting(w, SETTING_IMAGE);
}

static enum verdict latest(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    struct image_ref ref;
    char room[QUOTE_ROOM];

    if (!workload_image(w, &ref) || workload_says(w, SETTING_BUILD))
        return VERDICT_NOT_APPLICABLE;
    const struct setting *s = image_setting(w);
    if (!ref.digest.n && (!ref.tag.n || str_eq(ref.tag, STR("latest"))))
        proof_add(p, AT(s), "%s", quoted(s, room));
    return conclude(p, AT(s), "%s", quoted(s, room));
}

static enum verdict pinned(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    struct image_ref ref;
    char room[QUOTE_ROOM];

    if (!workload_image(w, &ref) || workload_says(w, SETTING_BUILD))
        return VERDICT_NOT_APPLICABLE;
    const struct setting *s = image_setting(w);
    if (!ref.digest.n)
        proof_add(p, AT(s), "%s", quoted(s, room));
    return conclude(p, AT(s), "%s", quoted(s, room));
}

static enum verdict short_name(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    struct image_ref ref;
    char room[QUOTE_ROOM];

    if (!workload_image(w, &ref) || workload_says(w, SETTING_BUILD))
        return VERDICT_NOT_APPLICABLE;
    const struct setting *s = image_setting(w);
    if (!ref.registry.n)
        proof_add(p, AT(s), "%s", quoted(s, room));
    return conclude(p, AT(s), "%s", quoted(s, room));
}

/* "192.0.2.7:5000", "localhost": no name that a certificate is made for. */
static bool is_address(struct str registry)
{
    struct str host, port, part;
    unsigned parts = 0;
    uint64_t n;

    str_split(registry, ':', &host, &port);
    if (str_eq(host, STR("localhost")))
        return true;
    while (str_cut(&host, '.', &part)) {
        if (!str_u64(part, 10, &n) || n > 255)
            return false;
        parts++;
    }
    return parts == 4;
}

static enum verdict insecure_registry(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    struct image_ref ref;
    char room[QUOTE_ROOM];

    if (!workload_image(w, &ref))
        return VERDICT_NOT_APPLICABLE;
    const struct setting *s = image_setting(w);
    if (is_address(ref.registry))
        proof_add(p, AT(s), "%s", quoted(s, room));
    return conclude(p, AT(s), "%s", quoted(s, room));
}

static enum verdict stale_registry(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    struct image_ref ref;
    char room[QUOTE_ROOM];

    if (!workload_image(w, &ref) || !ref.registry.n)
        return VERDICT_NOT_APPLICABLE;
    const struct setting *s = image_setting(w);
    if (str_one_of(ref.registry, "k8s.gcr.io registry.svc.ci.openshift.org docker.pkg.github.com") ||
        (str_eq(ref.registry, STR("gcr.io")) &&
         (str_starts(ref.name, STR("google_containers/")) ||
          str_starts(ref.name, STR("google-containers/")) || str_starts(ref.name, STR("google_samples/")))))
        proof_add(p, AT(s), "%s", quoted(s, room));
    return conclude(p, AT(s), "%s", quoted(s, room));
}

/* Without a policy Kubernetes pulls always for latest, else only when the image is missing. */
static enum verdict pull_policy(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct setting *s = workload_setting(w, SETTING_PULL_POLICY);
    struct image_ref ref;
    char room[QUOTE_ROOM];

    if (!workload_can_say(w, SETTING_PULL_POLICY) || !workload_image(w, &ref))
        return VERDICT_NOT_APPLICABLE;
    if (ref.digest.n)
        return conclude(p, AT(image_setting(w)), "%s", quoted(image_setting(w), room));
    if (!s && w->spelling != SPELLING_KUBERNETES)
        return VERDICT_NOT_APPLICABLE;
    if (s ? !str_eq(s->value, STR("always")) : ref.tag.n && !str_eq(ref.tag, STR("latest")))
        proof_add(p, s ? AT(s) : AT(image_setting(w)), "%s",
                  s ? quoted(s, room) : "no imagePullPolicy: only when missing");
    return conclude(p, s ? AT(s) : AT(image_setting(w)), "%s",
                    s ? quoted(s, room) : "latest is pulled always");
}

static enum verdict no_image(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    char room[QUOTE_ROOM];

    if (!workload_can_say(w, SETTING_IMAGE))
        return VERDICT_NOT_APPLICABLE;
    const struct setting *s =
        workload_says(w, SETTING_IMAGE) ? image_setting(w) : workload_setting(w, SETTING_BUILD);
    if (!s)
        proof_add(p, AT_WORKLOAD(w), "names no image");
    return conclude(p, s ? AT(s) : AT_WORKLOAD(w), "%s", s ? quoted(s, room) : "");
}

static enum verdict build_rights(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct setting *build = workload_setting(w, SETTING_BUILD);
    char room[QUOTE_ROOM];

    if (!build)
        return VERDICT_NOT_APPLICABLE;
    WORKLOAD_SAID (w, BUILD_OPTION, s)
        if (str_one_of(s->value, "network=host privileged privileged=true entitlements=network.host "
                                 "entitlements=security.insecure"))
            proof_add(p, AT(s), "%s", quoted(s, room));
    return conclude(p, AT(build), "%s", quoted(build, room));
}

static enum verdict remote_build(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct setting *s = workload_setting(w, SETTING_BUILD);
    char room[QUOTE_ROOM];

    if (!s)
        return VERDICT_NOT_APPLICABLE;
    if (str_has(s->value, STR("://")) || str_starts(s->value, STR("git@")) ||
        str_starts(s->value, STR("github.com/")))
        proof_add(p, AT(s), "%s", quoted(s, room));
    return conclude(p, AT(s), "%s", quoted(s, room));
}

static const struct rule table[] = {
    {
        .check = { .id = "workload-latest-tag",
                   .title = "Image is named by the tag latest, or by none",
                   .holds = "Image is named by a tag other than latest",
                   .why =
                       "What runs changes with every pull, on one host and not on the other; nobody can say "
                       "what ran, and an update that breaks or betrays comes in unseen.",
                   .fix = "Name the version, and the digest.",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(T4),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.28" }, { CAT_NIST, "4.1.5" },
                                { CAT_ATTACK, "T1204.003" }, { CAT_MS_MATRIX, "MS-TA9002" },
                                { CAT_OWASP_DOCKER, "D08" }, { CAT_OWASP_KUBERNETES, "K02" }) },
        .on = ON_WORKLOAD,
        .judge = latest,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "image: registry.example.org/app:1.4.2@sha256:..." },
                             { SPELLING_KUBERNETES, "image: registry.example.org/app:1.4.2@sha256:..." }),
    },
    {
        .check = { .id = "workload-image-not-pinned",
                   .title = "Image is not pinned by its digest",
                   .holds = "Image is pinned by its digest",
                   .why =
                       "Whoever can push to the repository can put another image behind the tag: it runs at "
                       "the next start.",
                   .fix = "Add the digest to the reference.",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(T4),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.2" }, { CAT_CIS_KUBERNETES, "5.5.1" },
                                { CAT_NIST, "4.1.5" }, { CAT_ATTACK, "T1525" },
                                { CAT_MS_MATRIX, "MS-TA9002" }, { CAT_OWASP_DOCKER, "D08" },
                                { CAT_OWASP_KUBERNETES, "K02" }, { CAT_CWE, "CWE-494" }) },
        .on = ON_WORKLOAD,
        .judge = pinned,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "image: registry.example.org/app:1.4.2@sha256:..." },
                             { SPELLING_KUBERNETES, "image: registry.example.org/app:1.4.2@sha256:..." }),
    },
    {
        .check = { .id = "workload-short-name",
                   .title = "Image is named without its registry",
                   .holds = "Image is named with its registry",
                   .why =
                       "Which registry answers is up to the configuration of the host: by a search list, an "
                       "image of the same name on another registry is taken.",
                   .fix = "Write the registry in front of the name.",
                   .threats = THREAT_BIT(S3) | THREAT_BIT(S2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.2" }, { CAT_NIST, "4.2.1" }, { CAT_ATTACK, "T1036.005" },
                                { CAT_OWASP_DOCKER, "D08" }, { CAT_OWASP_KUBERNETES, "K02" }) },
        .on = ON_WORKLOAD,
        .judge = short_name,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "image: docker.io/library/redis:7.2" },
                             { SPELLING_KUBERNETES, "image: docker.io/library/redis:7.2" }),
    },
    {
        .check = { .id = "workload-registry-insecure",
                   .title = "Image comes from a registry that is named by address or this machine",
                   .holds = "Image comes from a registry with a name",
                   .why = "A certificate for an address is rare: such registries are used without TLS, and "
                          "whoever sits between can change the image.",
                   .fix = "Give the registry a name and a certificate.",
                   .threats = THREAT_BIT(S1) | THREAT_BIT(T4),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "2.5" }, { CAT_NIST, "4.2.1" }, { CAT_ATTACK, "T1525" },
                                { CAT_OWASP_DOCKER, "D08" }, { CAT_OWASP_KUBERNETES, "K02" },
                                { CAT_CWE, "CWE-319" }) },
        .on = ON_WORKLOAD,
        .judge = insecure_registry,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "image: registry.example.org/app:1" },
                             { SPELLING_KUBERNETES, "image: registry.example.org/app:1" }),
    },
    {
        .check = { .id = "workload-stale-registry",
                   .title = "Image comes from a registry that is frozen",
                   .holds = "Image comes from no registry that is known to be frozen",
                   .why = "Old registries of Kubernetes and others get no new images, security updates among "
                          "them, and may be gone tomorrow.",
                   .fix = "Use the registry that took over: registry.k8s.io for k8s.gcr.io.",
                   .threats = THREAT_BIT(T4) | THREAT_BIT(D3),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_NIST, "4.1.1" }, { CAT_OWASP_DOCKER, "D02" },
                                { CAT_OWASP_KUBERNETES, "K02" }, { CAT_CWE, "CWE-1104" }) },
        .on = ON_WORKLOAD,
        .judge = stale_registry,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "image: registry.k8s.io/pause:3.9" },
                             { SPELLING_KUBERNETES, "image: registry.k8s.io/pause:3.9" }),
    },
    {
        .check = { .id = "workload-pull-policy",
                   .title = "An image that is already there is used without asking the registry",
                   .holds = "The registry is asked for the image at each start",
                   .why = "On a node shared by several users anyone can run an image that somebody else was "
                          "allowed to pull; and with a mutable tag an old image with known holes goes on "
                          "running.",
                   .fix = "Pull always, or pin the digest.",
                   .threats = THREAT_BIT(T4) | THREAT_BIT(D3),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_INFO,
                   .refs =
                       REFS({ CAT_CIS_DOCKER, "5.28" }, { CAT_NIST, "4.1.5" }, { CAT_MS_MATRIX, "MS-TA9037" },
                            { CAT_OWASP_DOCKER, "D08" }, { CAT_OWASP_KUBERNETES, "K02" }) },
        .on = ON_WORKLOAD,
        .judge = pull_policy,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "pull_policy: always" },
                             { SPELLING_KUBERNETES, "imagePullPolicy: Always" }),
    },
    {
        .check = { .id = "workload-no-image",
                   .title = "Which image runs is not said",
                   .holds = "Which image runs is said",
                   .why = "Without a name or a build nothing about what runs can be judged.",
                   .fix = "Name the image.",
                   .threats = THREAT_BIT(S2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_NIST, "4.1.5" }, { CAT_OWASP_DOCKER, "D08" },
                                { CAT_OWASP_KUBERNETES, "K02" }) },
        .on = ON_WORKLOAD,
        .judge = no_image,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "image: registry.example.org/app:1.4.2@sha256:..." },
                             { SPELLING_KUBERNETES, "image: registry.example.org/app:1.4.2@sha256:..." }),
    },
    {
        .check = { .id = "workload-build-privileged",
                   .title = "The build has rights on the host",
                   .holds = "The build has no rights on the host",
                   .why = "Whoever can change a file of the build context or a base image runs code on the "
                          "build host with these rights.",
                   .fix = "Build without host network, privileged mode and insecure entitlements.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(S2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_NIST, "4.1.2" }, { CAT_ATTACK, "T1612" }, { CAT_OWASP_DOCKER, "D04" },
                                { CAT_OWASP_KUBERNETES, "K02" }) },
        .on = ON_WORKLOAD,
        .judge = build_rights,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "build:\n  context: ." }),
    },
    {
        .check = { .id = "workload-remote-build",
                   .title = "The image is built from an address, not from files at hand",
                   .holds = "The image is built from files at hand",
                   .why = "What is built changes with the other end, and without a commit in the address "
                          "nobody can say what it was.",
                   .fix = "Check the sources out at a commit and build from there.",
                   .threats = THREAT_BIT(S2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_NIST, "4.1.5" }, { CAT_OWASP_DOCKER, "D08" },
                                { CAT_OWASP_KUBERNETES, "K02" }, { CAT_CWE, "CWE-494" }) },
        .on = ON_WORKLOAD,
        .judge = remote_build,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "build:\n  context: ./app" }),
    },
};
const struct rule_set rules_workload_image = { "workload_image", table, ARRAY_LEN(table) };
