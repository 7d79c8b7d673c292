/* image_volumes.c - what the image wants mounted over its files: every VOLUME becomes a writable mount of
 * every container, read-only root or not. */
#include "rule/access.h"
#include "rule/common.h"

/* A directory and what a mount there means. */
struct place {
    struct str path;
    const char *what;
    bool parents; /* a volume above it counts too */
};
struct places {
    const struct place *place;
    size_t n;
    const char *none;
};

static bool inside(struct str path, struct str dir)
{
    return !dir.n || (str_starts(path, dir) && (path.n == dir.n || path.p[dir.n] == '/'));
}

static enum verdict volume_at(const struct rule *r, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    const struct places *places = r->with;
    char room[ENTRY_PATH_MOST], text[121];
    enum verdict v;
    size_t n;

    if (!has_config(img, p, &v))
        return v;
    for (size_t i = 0; i < img->config->volumes.n; i++) {
        if (path_clean(img->config->volumes.p[i], room, &n) == PATH_TOO_LONG)
            continue;
        struct str path = { room, n };
        for (size_t k = 0; k < places->n; k++) {
            const struct place *at = &places->place[k];
            if (str_eq(path, at->path) || (at->parents && inside(at->path, path))) {
                proof_add(p, AT_IN(img, "VOLUME", STR_NONE), "VOLUME %s: %s",
                          shown(img->config->volumes.p[i], text, 120), at->what);
                break;
            }
        }
    }
    return conclude(p, AT_IN(img, "VOLUME", STR_NONE), "%zu volumes, %s", img->config->volumes.n,
                    places->none);
}

#define PLACE(path, what)                             \
    {                                                 \
        { "" path "", sizeof(path) - 1 }, what, false \
    }
#define WITHIN(path, what)                           \
    {                                                \
        { "" path "", sizeof(path) - 1 }, what, true \
    }
static const struct place system_places[] = {
    PLACE("", "the whole root"),
    PLACE("bin", "programs of the system"),
    PLACE("boot", "kernels"),
    PLACE("dev", "devices"),
    PLACE("etc", "accounts and settings of the system"),
    PLACE("home", "the files of all accounts"),
    PLACE("lib", "libraries of the system"),
    PLACE("lib64", "libraries of the system"),
    PLACE("opt", "programs"),
    PLACE("proc", "processes"),
    PLACE("root", "the files of root"),
    PLACE("run", "sockets and locks of services"),
    PLACE("sbin", "programs of the system"),
    PLACE("sys", "the kernel's settings"),
    PLACE("sys/fs/cgroup", "limits of containers"),
    PLACE("usr", "programs of the system"),
    PLACE("usr/bin", "programs of the system"),
    PLACE("usr/lib", "libraries of the system"),
    PLACE("usr/local", "programs"),
    PLACE("usr/local/bin", "programs"),
    PLACE("usr/sbin", "programs of the system"),
    PLACE("var", "the state of everything"),
    PLACE("var/run", "sockets and locks of services"),
    PLACE("var/spool/cron", "what runs by the clock"),
};
static const struct places system_volumes = { system_places, ARRAY_LEN(system_places),
                                              "none over a directory of the system" };

static const struct place engine_places[] = {
    PLACE("var/run/docker.sock", "the socket of the Docker engine"),
    PLACE("run/docker.sock", "the socket of the Docker engine"),
    PLACE("run/containerd/containerd.sock", "the socket of containerd"),
    PLACE("var/run/containerd/containerd.sock", "the socket of containerd"),
    PLACE("run/containerd", "the socket of containerd"),
    PLACE("run/crio/crio.sock", "the socket of CRI-O"),
    PLACE("var/run/crio/crio.sock", "the socket of CRI-O"),
    PLACE("run/podman/podman.sock", "the socket of Podman"),
    PLACE("var/lib/docker", "the data of a Docker engine"),
    PLACE("var/lib/containerd", "the data of containerd"),
    PLACE("var/lib/containers", "the data of Podman or CRI-O"),
    PLACE("var/lib/kubelet", "the secrets and volumes of a node's pods"),
    PLACE("etc/kubernetes", "the keys of a node"),
};
static const struct places engine_volumes = { engine_places, ARRAY_LEN(engine_places), "none of an engine" };

/* ".." in the text itself: path_clean would hide it. */
static enum verdict escaping(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    char text[121];
    enum verdict v;

    if (!has_config(img, p, &v))
        return v;
    for (size_t i = 0; i < img->config->volumes.n; i++) {
        struct str rest = img->config->volumes.p[i], part;
        while (str_cut(&rest, '/', &part))
            if (str_eq(part, STR(".."))) {
                proof_add(p, AT_IN(img, "VOLUME", STR_NONE), "VOLUME %s",
                          shown(img->config->volumes.p[i], text, 120));
                break;
            }
    }
    return conclude(p, AT_IN(img, "VOLUME", STR_NONE), "%zu volumes, none with \"..\"",
                    img->config->volumes.n);
}

static enum verdict logs(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    char room[ENTRY_PATH_MOST], text[121];
    enum verdict v;
    struct who w;
    size_t n;

    if (!has_config(img, p, &v))
        return v;
    bool known = who_runs(img, &w);
    for (size_t i = 0; i < img->config->volumes.n; i++) {
        if (path_clean(img->config->volumes.p[i], room, &n) == PATH_TOO_LONG ||
            !inside((struct str){ room, n }, STR("var/log")))
            continue;
        shown(img->config->volumes.p[i], text, 120);
        if (!known)
            return cannot_tell(p, AT_IN(img, "VOLUME", STR_NONE), "VOLUME %s, and who runs cannot be known",
                               text);
        if (w.uid)
            return conclude(p, AT_IN(img, "VOLUME", STR_NONE), "VOLUME %s, but uid %u is not root", text,
                            w.uid);
        proof_add(p, AT_IN(img, "VOLUME", STR_NONE), "VOLUME %s, and the container runs as root", text);
    }
    return conclude(p, AT_IN(img, "VOLUME", STR_NONE), "no VOLUME for logs");
}

static enum verdict anonymous(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    char text[121];
    enum verdict v;

    if (!has_config(img, p, &v))
        return v;
    for (size_t i = 0; i < img->config->volumes.n; i++)
        proof_add(p, AT_IN(img, "VOLUME", STR_NONE), "VOLUME %s",
                  shown(img->config->volumes.p[i], text, 120));
    return conclude(p, AT_IN(img, "VOLUME", STR_NONE), "no VOLUME");
}

static const struct rule table[] = {
    {
        .check = { .id = "image-system-volume",
                   .title = "VOLUME over a directory of the system",
                   .holds = "No VOLUME over a directory of the system",
                   .why =
                       "The directory becomes a writable volume that outlives the container and its image: "
                       "what an attacker changes there stays after every update, even with a read-only root.",
                   .fix = "Declare volumes only for the data of the application.",
                   .snippet = "VOLUME /var/lib/app",
                   .threats = THREAT_BIT(T2) | THREAT_BIT(E1) | THREAT_BIT(I1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_OWASP_DOCKER, "D09" }, { CAT_NIST, "4.1.2" },
                                { CAT_ATTACK, "T1543.005" }, { CAT_CWE, "CWE-732" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = volume_at,
        .with = &system_volumes,
    },
    {
        .check = { .id = "image-engine-volume",
                   .title = "VOLUME for the socket or data of an engine",
                   .holds = "No VOLUME for the socket or data of an engine",
                   .why =
                       "The image is made to be started with the engine of the host inside: whoever takes it "
                       "over starts privileged containers, which is root on the host.",
                   .fix = "Give the task to a component that talks to the engine through a proxy with an "
                          "allow-list, and drop the VOLUME.",
                   .threats = THREAT_BIT(D2) | THREAT_BIT(E1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs =
                       REFS({ CAT_ATTACK, "T1611" }, { CAT_ATTACK, "T1610" }, { CAT_MS_MATRIX, "MS-TA9013" },
                            { CAT_OWASP_DOCKER, "D05" }, { CAT_CWE, "CWE-250" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = volume_at,
        .with = &engine_volumes,
    },
    {
        .check = { .id = "image-volume-escapes",
                   .title = "VOLUME leads out of the container",
                   .holds = "No VOLUME leads out of the container",
                   .why = "containerd before 1.4.13, 1.5.10 and 1.6.1 copies what lies at such a path on the "
                          "host into the container: keys of the node included (CVE-2022-23648).",
                   .fix = "Refuse the image: a path with \"..\" has no honest use.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(I1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_CRITICAL,
                   .refs = REFS({ CAT_ATTACK, "T1611" }, { CAT_ATTACK, "T1204.003" },
                                { CAT_OWASP_DOCKER, "D08" }, { CAT_CWE, "CWE-22" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = escaping,
    },
    {
        .check = { .id = "image-log-volume",
                   .title = "Runs as root with a writable volume for logs",
                   .holds = "Logs are out of reach for root in the container",
                   .why = "Root in the container can rewrite or empty the logs that should tell what it did; "
                          "and "
                          "through links in a shared log directory read files of the host.",
                   .fix = "Write logs to standard output, where the engine keeps them out of reach; run as "
                          "another user than root.",
                   .snippet = "RUN ln -sf /dev/stdout /var/log/app.log",
                   .threats = THREAT_BIT(R1) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_ATTACK, "T1070" }, { CAT_MS_MATRIX, "MS-TA9021" },
                                { CAT_OWASP_DOCKER, "D10" }, { CAT_CWE, "CWE-117" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = logs,
    },
    {
        .check = { .id = "image-anonymous-volume",
                   .title = "Image declares volumes",
                   .holds = "Image declares no volumes",
                   .why =
                       "Containers started without naming the volume get an anonymous one: writable in spite "
                       "of a read-only root, without a size limit, and left behind when the container goes.",
                   .fix = "Drop VOLUME from the image and mount named, limited storage in the deployment.",
                   .threats = THREAT_BIT(D1) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_OWASP_DOCKER, "D07" }, { CAT_OWASP_DOCKER, "D09" },
                                { CAT_CWE, "CWE-770" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = anonymous,
    },
};
const struct rule_set rules_image_volumes = { "image_volumes", table, ARRAY_LEN(table) };
