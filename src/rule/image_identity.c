/* image_identity.c - what the image's name, manifest and dates say about which image it is. */
#include "rule/common.h"

enum { DAY = 24 * 3600, IMAGE_DAYS = 180, BASE_DAYS = 365, LAYERS_MOST = 127, REPRODUCIBLE_YEARS = 12 };

/* "host:5000/shop/api:1.4@sha256:..." taken apart. */
struct name {
    struct str host, path, tag, digest;
};

static struct name name_of(const struct image *img)
{
    struct str name = img->name, first, rest, last;
    struct name n = { 0 };

    if (str_starts(name, STR("//")))
        name = str_skip(name, 2);
    str_split(name, '@', &name, &n.digest);
    str_rsplit(name, '/', &rest, &last);
    if (str_split(last, ':', &first, &n.tag))
        name.n -= n.tag.n + 1;
    n.path = name;
    if (str_split(name, '/', &first, &rest) &&
        (str_has_char(first, '.') || str_has_char(first, ':') || str_eq(first, STR("localhost")))) {
        n.host = first;
        n.path = rest;
    }
    return n;
}

static enum verdict mutable_tag(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    struct name n = name_of(img);
    char room[81];

    if (!img->reference)
        return VERDICT_NOT_APPLICABLE;
    if (!n.digest.n)
        proof_add(p, AT_NAME, "named by the tag %s, today %s", n.tag.n ? shown(n.tag, room, 80) : "latest",
                  img->digest.n ? arena_cstr(p->arena, str_first(img->digest, 80)) : "of unknown digest");
    return conclude(p, AT_NAME, "named by its digest %s", shown(n.digest, room, 80));
}

static enum verdict latest_tag(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    struct name n = name_of(img);
    char room[81];

    if (!img->reference)
        return VERDICT_NOT_APPLICABLE;
    if (!n.digest.n && (!n.tag.n || str_eq(n.tag, STR("latest"))))
        proof_add(p, AT_NAME,
                  n.tag.n ? "named by the tag latest" : "named without a tag, which means latest");
    return conclude(p, AT_NAME, "named by %s", shown(n.digest.n ? n.digest : n.tag, room, 80));
}

static enum verdict short_name(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    struct name n = name_of(img);
    char room[81];

    if (!img->reference)
        return VERDICT_NOT_APPLICABLE;
    if (!n.host.n)
        proof_add(p, AT_NAME, "\"%s\" names no registry", shown(n.path, room, 80));
    return conclude(p, AT_NAME, "the name begins with the registry %s", shown(n.host, room, 80));
}

static enum verdict schema_1(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    const struct config *c = img->config;
    size_t n = 0;

    if (!str_eq(img->kind, STR("image")))
        return VERDICT_NOT_APPLICABLE;
    const struct manifest *m = img->config_facts ? facts_manifest(img->config_facts, &n) : NULL;
    for (size_t i = 0; i < n; i++)
        if (m[i].schema == 1)
            proof_add(p, &(struct evidence){ .path = STR("manifest") }, "the manifest is of schema 1");
    if (c && !c->diff_ids.n && img->n_layers)
        proof_add(p, AT_CONFIG, "the configuration names no layers by digest");
    if (!p->found && !n && !c)
        return cannot_tell(p, AT_CONFIG, "neither manifest nor configuration could be read");
    return conclude(p, AT_CONFIG,
                    n ? "the manifest is of schema %u" : "the configuration names %u layers by digest",
                    n ? m[0].schema : (unsigned)c->diff_ids.n);
}

static enum verdict layer_count(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;

    if (!has_config(img, p, &v))
        return v;
    if (!img->config->diff_ids.n)
        return VERDICT_NOT_APPLICABLE; /* a rule of its own */
    if (img->config->diff_ids.n != img->n_layers)
        proof_add(p, AT_CONFIG, "the configuration names %zu layers, the manifest %zu",
                  img->config->diff_ids.n, img->n_layers);
    return conclude(p, AT_CONFIG, "configuration and manifest name the same %zu layers", img->n_layers);
}

static enum verdict history_complete(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;
    size_t layers = 0, n = 0;

    if (img->from_build)
        return VERDICT_NOT_APPLICABLE;
    if (!has_config(img, p, &v))
        return v;
    FACTS_EACH (img->config_facts, history, h) {
        n++;
        layers += !h->empty;
    }
    if (!n)
        proof_add(p, AT_CONFIG, "no history");
    else if (layers != img->n_layers)
        proof_add(p, &(struct evidence){ .path = STR("history") },
                  "history tells of %zu layers, there are %zu", layers, img->n_layers);
    return conclude(p, &(struct evidence){ .path = STR("history") },
                    "%zu steps tell how %zu layers came about", n, img->n_layers);
}

static enum verdict foreign_layer(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;

    if (!str_eq(img->kind, STR("image")))
        return VERDICT_NOT_APPLICABLE;
    if (!img->n_layers)
        return cannot_tell(p, AT_CONFIG, "the layers are not known");
    for (size_t i = 0; i < img->n_layers; i++) {
        const struct layer *l = &img->layer[i];
        if (str_has(l->media_type, STR(".foreign.")) || str_has(l->media_type, STR(".nondistributable.")))
            proof_add(p, &(struct evidence){ .path = STR("manifest"), .layer = l->digest },
                      "layer %zu is %.100s", i + 1, arena_cstr(p->arena, l->media_type));
    }
    return conclude(p, &(struct evidence){ .path = STR("manifest") }, "%zu layers, all kept with the image",
                    img->n_layers);
}

static enum verdict too_many_layers(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;

    if (!str_eq(img->kind, STR("image")))
        return VERDICT_NOT_APPLICABLE;
    if (img->n_layers > LAYERS_MOST)
        proof_add(p, AT_CONFIG, "%zu layers", img->n_layers);
    return conclude(p, AT_CONFIG, "%zu layers", img->n_layers);
}

/* ---- age ---- */

/* Judge a date against now; most: days. Reproducible builds write 1970 or 1980. */
static enum verdict age(const struct image *img, struct str date, const char *what, int64_t most,
                        struct proof *p)
{
    int64_t now = time_of(img->time), then = time_of(date);
    char day[11];

    shown(date, day, 10);
    if (now < 0)
        return cannot_tell(p, AT_CONFIG, "the time of the run is not known");
    if (then < (int64_t)REPRODUCIBLE_YEARS * 366 * DAY)
        return cannot_tell(p, AT_CONFIG, "%s has no date, or one set for reproducible builds: \"%s\"", what,
                           day);
    if (then > now + DAY)
        return cannot_tell(p, AT_CONFIG, "%s has a date in the future: %s", what, day);
    if (now - then > most * DAY)
        proof_add(p, AT_CONFIG, "%s is of %s, %lld days old", what, day, (long long)((now - then) / DAY));
    return conclude(p, AT_CONFIG, "%s is of %s, %lld days old", what, day, (long long)((now - then) / DAY));
}

static enum verdict old_image(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;

    if (img->from_build)
        return VERDICT_NOT_APPLICABLE;
    return has_config(img, p, &v) ? age(img, img->config->created, "the image", IMAGE_DAYS, p) : v;
}

static enum verdict old_base(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;
    size_t n = 0;

    if (img->from_build)
        return VERDICT_NOT_APPLICABLE;
    if (!has_config(img, p, &v))
        return v;
    const struct history *h = facts_history(img->config_facts, &n);
    return age(img, n ? h[0].created : STR(""), "the lowest layer", BASE_DAYS, p);
}

/* ---- base image ---- */

/* A Dockerfile names its bases itself; other stages and "scratch" need no digest. */
static enum verdict bases_pinned(const struct image *img, struct proof *p)
{
    struct base b;

    for (size_t at = 0; base_next(img, &at, &b);) {
        if (b.stage || str_has(b.image, STR("@")) || str_eq(b.image, STR("scratch")))
            continue;
        struct evidence where = at_step(&b.step);
        proof_add(p, &where, "FROM %.120s, which digest is not said", arena_cstr(p->arena, b.image));
    }
    return conclude(p, AT_IN(img, "FROM", STR_NONE), "every base image is named with its digest");
}

static enum verdict base_pinned(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    struct str name = { 0 }, digest = { 0 };
    enum verdict v;
    char room[121];

    if (img->from_build)
        return bases_pinned(img, p);
    if (!has_config(img, p, &v))
        return v;
    FACTS_EACH (img->config_facts, label, l) {
        if (str_eq(l->name, STR("org.opencontainers.image.base.name")))
            name = l->value;
        if (str_eq(l->name, STR("org.opencontainers.image.base.digest")))
            digest = l->value;
    }
    if (!name.n && !digest.n)
        return cannot_tell(p, AT_CONFIG, "no label says what the image was built from");
    if (!digest.n && !str_has(name, STR("@sha256:")))
        proof_add(p, AT_CONFIG, "built from %s, which digest is not said", shown(name, room, 120));
    return conclude(p, AT_CONFIG, "built from %s%s%.80s", shown(name, room, 120),
                    name.n && digest.n ? ", " : "", digest.n ? arena_cstr(p->arena, digest) : "");
}

/* Sources say how the image came here; those that read local files say nothing. */
static enum verdict proven_sender(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    char room[201];

    if (!img->config_facts)
        return VERDICT_NOT_APPLICABLE;
    FACTS_EACH (img->config_facts, note, n) {
        if (n->kind != NOTE_UNVERIFIED && n->kind != NOTE_VERIFIED)
            continue;
        proof_add(p, &(struct evidence){ .path = n->where }, "%s", shown(n->reason, room, 200));
        return n->kind == NOTE_VERIFIED ? VERDICT_MITIGATED : VERDICT_OPEN;
    }
    return VERDICT_NOT_APPLICABLE;
}

static const struct rule table[] = {
    {
        .check = { .id = "image-mutable-tag",
                   .title = "Image is named by a tag",
                   .holds = "Image is named by its digest",
                   .why =
                       "Whoever may write to the repository, or takes it over, moves the tag: the next start "
                       "runs another image under the same name.",
                   .fix = "Name the image by its digest wherever it is deployed.",
                   .snippet = "image: example.org/shop/api@sha256:...",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(S3) | THREAT_BIT(T4),
                   .layer = LAYER_REGISTRY,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.2" }, { CAT_NIST, "4.1.5" }, { CAT_OWASP_DOCKER, "D08" },
                                { CAT_ATTACK, "T1525" }, { CAT_MS_MATRIX, "MS-TA9002" },
                                { CAT_CWE, "CWE-494" }) },
        .on = ON_IMAGE,
        .judge = mutable_tag,
    },
    {
        .check = { .id = "image-latest-tag",
                   .title = "Image is named by the tag latest",
                   .holds = "Image is named by a version or digest",
                   .why = "What runs depends on the day it was pulled: machines differ, roll-back has no "
                          "target, "
                          "and nobody knows which holes are there.",
                   .fix = "Name a version, better its digest.",
                   .snippet = "image: example.org/shop/api:1.4.2",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(T2),
                   .layer = LAYER_REGISTRY,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.2" }, { CAT_NIST, "4.1.5" }, { CAT_OWASP_DOCKER, "D08" },
                                { CAT_CWE, "CWE-1357" }) },
        .on = ON_IMAGE,
        .judge = latest_tag,
    },
    {
        .check = { .id = "image-short-name",
                   .title = "Image is named without its registry",
                   .holds = "Image is named with its registry",
                   .why = "Engines try one registry after the other, or their own default: whoever publishes "
                          "the "
                          "same name on another is run instead.",
                   .fix = "Write the registry in front of the name.",
                   .snippet = "image: docker.io/library/debian:12",
                   .threats = THREAT_BIT(S3) | THREAT_BIT(S2),
                   .layer = LAYER_REGISTRY,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_NIST, "4.1.5" }, { CAT_OWASP_DOCKER, "D08" },
                                { CAT_ATTACK, "T1036.005" }, { CAT_CWE, "CWE-427" }) },
        .on = ON_IMAGE,
        .judge = short_name,
    },
    {
        .check = { .id = "image-schema-1",
                   .title = "The name of the image does not bind its content",
                   .holds = "Manifest or configuration binds the content of the image",
                   .why =
                       "Version 1 images and manifests of schema 1 name layers by random ids: a registry or "
                       "proxy can exchange them and nothing notices.",
                   .fix = "Push the image again with a current builder; refuse schema 1 in the registry.",
                   .snippet = "skopeo copy --format oci SOURCE DESTINATION",
                   .threats = THREAT_BIT(S3) | THREAT_BIT(T4),
                   .layer = LAYER_REGISTRY,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_NIST, "4.1.5" }, { CAT_OWASP_DOCKER, "D08" }, { CAT_ATTACK, "T1525" },
                                { CAT_CWE, "CWE-345" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = schema_1,
    },
    {
        .check = { .id = "image-layer-mismatch",
                   .title = "Configuration and manifest disagree about the layers",
                   .holds = "Configuration and manifest agree about the layers",
                   .why =
                       "One program takes its layers from here, another from there: what is scanned is not "
                       "what runs.",
                   .fix = "Refuse the image and build it again.",
                   .threats = THREAT_BIT(T2) | THREAT_BIT(T4),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_NIST, "4.1.3" }, { CAT_OWASP_DOCKER, "D08" }, { CAT_ATTACK, "T1525" },
                                { CAT_CWE, "CWE-436" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = layer_count,
    },
    {
        .check = { .id = "image-no-history",
                   .title = "History does not tell how the layers came about",
                   .holds = "History tells how the layers came about",
                   .why = "Nobody can see what was done to build the image: committed by hand, squashed, or "
                          "stripped to hide a step.",
                   .fix = "Build from a Dockerfile with a builder that writes history.",
                   .threats = THREAT_BIT(R1) | THREAT_BIT(S2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_NIST, "4.1.5" }, { CAT_OWASP_DOCKER, "D08" }, { CAT_ATTACK, "T1070" },
                                { CAT_CWE, "CWE-778" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = history_complete,
    },
    {
        .check = { .id = "image-foreign-layer",
                   .title = "Layers are fetched from somewhere else",
                   .holds = "All layers are kept with the image",
                   .why = "Layers that the registry does not hold come from URLs of others: they are not "
                          "scanned "
                          "here, and may be gone tomorrow.",
                   .fix = "Push the layers with the image.",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(T4) | THREAT_BIT(D3),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_NIST, "4.1.5" }, { CAT_OWASP_DOCKER, "D08" }, { CAT_ATTACK, "T1525" },
                                { CAT_CWE, "CWE-829" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = foreign_layer,
    },
    {
        .check = { .id = "image-too-many-layers",
                   .title = "Image has more layers than engines take",
                   .holds = "Image has no more layers than engines take",
                   .why =
                       "Overlay file systems stop at about 127 layers: the image fails on some machines, and "
                       "every file access costs more on others.",
                   .fix = "Join steps, or build in stages and copy the result.",
                   .threats = THREAT_BIT(D1) | THREAT_BIT(D3),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_OWASP_DOCKER, "D07" }, { CAT_CWE, "CWE-770" }) },
        .on = ON_IMAGE,
        .judge = too_many_layers,
    },
    {
        .check = { .id = "image-old",
                   .title = "Image is older than half a year",
                   .holds = "Image is not older than half a year",
                   .why = "What was patched since is missing: known holes with public exploits are the first "
                          "thing that is tried.",
                   .fix = "Build on a schedule, from a current base image.",
                   .threats = THREAT_BIT(T3) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.4" }, { CAT_NIST, "4.1.1" }, { CAT_OWASP_DOCKER, "D02" },
                                { CAT_CWE, "CWE-1104" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = old_image,
    },
    {
        .check = { .id = "image-old-base",
                   .title = "The lowest layer is older than a year",
                   .holds = "The lowest layer is not older than a year",
                   .why =
                       "A new build on an old base is old: libraries and shells keep the holes of their day.",
                   .fix = "Move to a current release of the base image.",
                   .snippet = "docker build --pull .",
                   .threats = THREAT_BIT(T3) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.4" }, { CAT_CIS_DOCKER, "4.2" }, { CAT_NIST, "4.1.1" },
                                { CAT_OWASP_DOCKER, "D02" }, { CAT_CWE, "CWE-1104" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = old_base,
    },
    {
        .check = { .id = "image-base-not-pinned",
                   .title = "Base image is recorded without its digest",
                   .holds = "Base image is recorded with its digest",
                   .why =
                       "The tag it was built from may have been moved before or since: nobody can tell what "
                       "is underneath, or build the same again.",
                   .fix = "Pin the base by digest and record it.",
                   .snippet = "FROM docker.io/library/debian:12@sha256:...\nLABEL "
                              "org.opencontainers.image.base.digest=sha256:...",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(S3),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.2" }, { CAT_NIST, "4.1.5" }, { CAT_OWASP_DOCKER, "D08" },
                                { CAT_CWE, "CWE-1357" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = base_pinned,
    },
    {
        .check = { .id = "image-unproven-sender",
                   .title = "Image came from a registry that did not prove who it is",
                   .holds = "Image came from a registry that proved who it is, or is what was pinned",
                   .why = "Whoever sits between here and the registry can hand out another image under this "
                          "name.",
                   .fix = "Fetch over TLS with a certificate that verifies, or name the image by its digest.",
                   .snippet = "registry.example.org/shop/api@sha256:...",
                   .threats = THREAT_BIT(S1) | THREAT_BIT(T4),
                   .layer = LAYER_REGISTRY,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "2.5" }, { CAT_NIST, "4.2.1" }, { CAT_OWASP_DOCKER, "D08" },
                                { CAT_ATTACK, "T1525" }, { CAT_CWE, "CWE-295" }) },
        .on = ON_IMAGE,
        .judge = proven_sender,
    },
};
const struct rule_set rules_image_identity = { "image_identity", table, ARRAY_LEN(table) };
