/* image_user.c - who the image runs as. */
#include "rule/access.h"
#include "rule/common.h"

enum { UID_MOST = 0x7fffffff };

/* USER that resolves; else *v says why nothing can be said. */
static bool has_user(const struct image *img, struct proof *p, struct who *w, enum verdict *v)
{
    if (!has_config(img, p, v))
        return false;
    if (who_runs(img, w))
        return true;
    *v = cannot_tell(p, AT_IN(img, "USER", STR_NONE),
                     "USER \"%.80s\" is in no passwd or group file of the image",
                     arena_cstr(p->arena, img->config->user));
    return false;
}

static enum verdict root_user(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    struct who w;
    enum verdict v;
    char room[81];

    if (!has_config(img, p, &v))
        return v;
    if (img->from_build && str_has(img->config->user, STR("$")))
        return cannot_tell(p, AT_IN(img, "USER", STR_NONE), "USER %s is said when it is built",
                           shown(img->config->user, room, 80));
    if (img->from_build && str_trim(img->config->user).n && !who_runs(img, &w))
        return conclude(p, AT_IN(img, "USER", STR_NONE), "USER %s is not root by name",
                        shown(img->config->user, room, 80));
    if (!has_user(img, p, &w, &v))
        return v;
    const char *user = shown(img->config->user, room, 80);
    if (w.uid == 0)
        proof_add(p, AT_IN(img, "USER", STR_NONE),
                  *user             ? "USER %s is uid 0"
                  : img->from_build ? "no USER%s: uid 0, unless the base image says otherwise"
                                    : "no USER%s: containers run as uid 0",
                  user);
    return conclude(p, AT_IN(img, "USER", STR_NONE), "USER %s is uid %u", user, w.uid);
}

static enum verdict named_user(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    struct who w;
    enum verdict v;
    struct str user, group;
    uint64_t number;
    char room[81];

    if (!has_user(img, p, &w, &v))
        return v;
    if (w.uid == 0)
        return VERDICT_NOT_APPLICABLE;
    str_split(img->config->user, ':', &user, &group);
    if (!str_u64(user, 10, &number))
        proof_add(p, AT_IN(img, "USER", STR_NONE), "USER %s is a name, uid %u only by the image's own passwd",
                  shown(user, room, 80), w.uid);
    return conclude(p, AT_IN(img, "USER", STR_NONE), "USER %s is a number", shown(user, room, 80));
}

static enum verdict root_group(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    struct who w;
    enum verdict v;
    char room[81];

    if (!has_user(img, p, &w, &v))
        return v;
    if (w.uid == 0)
        return VERDICT_NOT_APPLICABLE;
    for (size_t i = 0; i < w.n_gid; i++)
        if (w.gid[i] == 0)
            proof_add(p, AT_IN(img, "USER", STR_NONE), "USER %s runs with group 0%s",
                      shown(img->config->user, room, 80), i ? " among its groups" : "");
    return conclude(p, AT_IN(img, "USER", STR_NONE), "USER %s runs with group %u",
                    shown(img->config->user, room, 80), w.gid[0]);
}

/* USER may be any text: numbers too large for an int are what CVE-2024-40635 is about, so read them wider. */
static enum verdict user_range(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    struct str part[2];
    enum verdict v;
    char room[81];
    bool numeric = false;

    if (!has_config(img, p, &v))
        return v;
    str_split(img->config->user, ':', &part[0], &part[1]);
    for (size_t i = 0; i < 2; i++) {
        uint64_t number = 0;
        bool digits = part[i].n > 0;
        for (size_t k = 0; k < part[i].n; k++)
            digits &= part[i].p[k] >= '0' && part[i].p[k] <= '9';
        numeric |= digits;
        if (digits && (!str_u64(part[i], 10, &number) || number > UID_MOST))
            proof_add(p, AT_IN(img, "USER", STR_NONE), "%s %s is more than 2147483647", i ? "group" : "user",
                      shown(part[i], room, 80));
    }
    return conclude(p, AT_IN(img, "USER", STR_NONE),
                    numeric ? "USER %s is in range" : "USER \"%s\" is not given by a number",
                    shown(img->config->user, room, 80));
}

static enum verdict nameless_user(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    struct who w;
    enum verdict v;
    char room[40];

    if (!has_user(img, p, &w, &v))
        return v;
    if (w.uid == 0)
        return VERDICT_NOT_APPLICABLE;
    if (!image_user_by_uid(img, w.uid)) {
        if (!img->complete)
            return cannot_tell(p, AT_IN(img, "USER", STR_NONE),
                               "uid %u has no account in the layers that could be read", w.uid);
        proof_add(p, AT_IN(img, "USER", STR_NONE), "uid %u has no account in the image", w.uid);
    }
    return conclude(p, AT_IN(img, "USER", STR_NONE), "uid %u is the account %s", w.uid,
                    user_name(img, w.uid, room));
}

/* Groups whose members are as good as root, or read what only root should. */
static const struct power {
    struct str group;
    const char *gives;
} powers[] = {
    { { "docker", 6 }, "may give orders to the container engine" },
    { { "sudo", 4 }, "may become root by sudo" },
    { { "wheel", 5 }, "may become root by sudo or su" },
    { { "admin", 5 }, "may become root by sudo" },
    { { "disk", 4 }, "may write to block devices" },
    { { "shadow", 6 }, "may read password hashes" },
    { { "kmem", 4 }, "may read the memory of the kernel" },
    { { "lxd", 3 }, "may start privileged containers" },
    { { "libvirt", 7 }, "may start virtual machines with any disk" },
};

static enum verdict powerful_group(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    struct who w;
    enum verdict v;

    if (!has_user(img, p, &w, &v))
        return v;
    if (w.uid == 0)
        return VERDICT_NOT_APPLICABLE;
    IMAGE_EACH (img, group, GROUP, g) {
        for (size_t i = 0; i < ARRAY_LEN(powers); i++)
            for (size_t k = 0; k < w.n_gid && str_eq(g->name, powers[i].group); k++)
                if (w.gid[k] == g->gid) {
                    struct evidence where = at_line(img, seen_g, g->path, g->line);
                    proof_add(p, &where, "uid %u is in the group %s: %s", w.uid, powers[i].group.p,
                              powers[i].gives);
                }
    }
    return conclude(p, AT_IN(img, "USER", STR_NONE),
                    "uid %u is in none of docker, sudo, wheel, disk, shadow ...", w.uid);
}

static const struct rule table[] = {
    {
        .check = { .id = "image-root-user",
                   .title = "Image runs as root",
                   .holds = "Image runs as a user that is not root",
                   .why =
                       "Whoever takes over the process is uid 0: owner of every file in the container, one "
                       "kernel or runtime hole away from root on the host, and no log tells who acted.",
                   .fix = "Create a user in the image and switch to it by its number.",
                   .snippet = "RUN useradd --system --uid 10001 --no-create-home app\nUSER 10001:10001",
                   .threats = THREAT_BIT(T2) | THREAT_BIT(E2) | THREAT_BIT(R1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.1" }, { CAT_NIST, "4.1.2" }, { CAT_OWASP_DOCKER, "D01" },
                                { CAT_PSS, "restricted" }, { CAT_CWE, "CWE-250" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = root_user,
    },
    {
        .check = { .id = "image-named-user",
                   .title = "USER is a name that only the image itself can resolve",
                   .holds = "USER is a number",
                   .why = "Kubernetes refuses runAsNonRoot for a name, so the setting is often dropped; and "
                          "a layer "
                          "above may give the same name uid 0.",
                   .fix = "Write the number of the user and of its group.",
                   .snippet = "USER 10001:10001",
                   .threats = THREAT_BIT(E2) | THREAT_BIT(S3),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_OWASP_DOCKER, "D01" }, { CAT_NIST, "4.1.2" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = named_user,
    },
    {
        .check = { .id = "image-root-group",
                   .title = "Default user belongs to the group root",
                   .holds = "Default user is not in the group root",
                   .why = "Files that are writable for the group 0 are then writable for the process: in "
                          "many images "
                          "that is /etc/passwd, and with it an account with uid 0.",
                   .fix = "Name a group of its own behind the user.",
                   .snippet = "USER 10001:10001",
                   .threats = THREAT_BIT(E2) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_OWASP_DOCKER, "D01" }, { CAT_CWE, "CWE-732" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = root_group,
    },
    {
        .check = { .id = "image-user-out-of-range",
                   .title = "USER is a number that some runtimes read as root",
                   .holds = "USER is no number beyond the range of uids",
                   .why = "containerd before 1.6.38, 1.7.27 and 2.0.4 lets a number above 2147483647 "
                          "overflow: the "
                          "container runs as uid 0 although it says otherwise (CVE-2024-40635).",
                   .fix = "Use a uid and a gid below 2147483648.",
                   .snippet = "USER 10001:10001",
                   .threats = THREAT_BIT(E2) | THREAT_BIT(E1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs =
                       REFS({ CAT_CWE, "CWE-190" }, { CAT_ATTACK, "T1611" }, { CAT_ATTACK, "T1204.003" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = user_range,
    },
    {
        .check = { .id = "image-nameless-user",
                   .title = "Default user has no account in the image",
                   .holds = "Default user has an account in the image",
                   .why = "Logs and process lists show a bare number that another container or the host may "
                          "use for "
                          "someone else: who acted stays open to dispute.",
                   .fix = "Add an account for the number, without a shell and without a password.",
                   .snippet = "RUN useradd --system --uid 10001 --shell /usr/sbin/nologin app",
                   .threats = THREAT_BIT(R1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.1" }, { CAT_OWASP_DOCKER, "D01" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = nameless_user,
    },
    {
        .check = { .id = "image-powerful-group",
                   .title = "Default user is in a group that is as good as root",
                   .holds = "Default user is in no group that is as good as root",
                   .why = "The process is not root but may do what root may: talk to the engine, write to "
                          "disks, "
                          "read password hashes.",
                   .fix = "Take the user out of the group, or run as a user that has its own group only.",
                   .snippet = "RUN gpasswd --delete app docker",
                   .threats = THREAT_BIT(E2) | THREAT_BIT(E1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CWE, "CWE-269" }, { CAT_OWASP_DOCKER, "D01" },
                                { CAT_ATTACK, "T1078.003" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = powerful_group,
    },
};
const struct rule_set rules_image_user = { "image_user", table, ARRAY_LEN(table) };
