/* image_leftovers.c - what should not have come along: keys, histories, sources, caches, engines. */
#include "rule/access.h"
#include "rule/common.h"

/* ---- by name ---- */

static enum verdict named(const struct rule *r, const void *subject, struct proof *p)
{
    const enum tell_kind kind = *(const enum tell_kind *)r->with;
    const struct image *img = subject;
    enum verdict v;
    size_t seen = 0;

    if (!has_files(img, p, &v))
        return v;
    const struct found_list *l = &img->survey->of[MARK_NAMED];
    for (size_t i = 0; i < l->n; i++) {
        const struct found *f = &l->p[i];
        struct evidence where = at_node(img, f->id, f->path);
        if (f->name->kind != kind || f->owner.name.n)
            continue;
        if (is_seen_secret(img, SECRET_IN_FILE, f->path))
            seen++;
        else
            proof_add(p, &where, "by its name: %s", f->name->is);
    }
    if (seen && !p->found)
        return VERDICT_NOT_APPLICABLE; /* the rule over secrets says it better */
    return conclude_files(img, p, "no file has such a name");
}
static const enum tell_kind kind_credential = TELL_CREDENTIAL, kind_host_key = TELL_HOST_KEY,
                            kind_login = TELL_LOGIN, kind_history = TELL_HISTORY, kind_project = TELL_PROJECT;

/* ---- directories that should be empty ---- */

struct room_row {
    struct str path;
    const char *of;
};
struct room_table {
    const struct room_row *row;
    size_t n;
    const char *none;
};
#define ROOM(path, of)                       \
    {                                        \
        { "" path "", sizeof(path) - 1 }, of \
    }

/* Files with content below a directory, and their bytes. */
static uint64_t content_of(const struct tree *t, node_id dir, uint64_t *bytes)
{
    uint64_t n = 0;
    unsigned depth = tree_node(t, dir)->depth;

    *bytes = 0;
    for (node_id id = tree_next(t, dir); id && tree_node(t, id)->depth > depth; id = tree_next(t, id)) {
        const struct tree_node *node = tree_node(t, id);
        if (node->kind != ENTRY_FILE || !node->size)
            continue;
        n++;
        *bytes += node->size;
    }
    return n;
}

static enum verdict full_rooms(const struct rule *r, const void *subject, struct proof *p)
{
    const struct room_table *t = r->with;
    const struct image *img = subject;
    enum verdict v;

    if (!has_files(img, p, &v))
        return v;
    for (size_t i = 0; i < t->n; i++) {
        uint64_t bytes = 0;
        node_id id = tree_find(img->tree, t->row[i].path, true);
        if (!id || tree_node(img->tree, id)->kind != ENTRY_DIR)
            continue;
        uint64_t n = content_of(img->tree, id, &bytes);
        struct evidence where = at_node(img, id, t->row[i].path);
        if (n)
            proof_add(p, &where, "%llu files, %llu bytes: %s", (unsigned long long)n,
                      (unsigned long long)bytes, t->row[i].of);
    }
    return conclude_files(img, p, "%s", t->none);
}

static const struct room_row cache_rows[] = {
    ROOM("var/lib/apt/lists", "package lists of apt"),
    ROOM("var/cache/apt/archives", "packages that apt installed"),
    ROOM("var/cache/apk", "package lists of apk"),
    ROOM("etc/apk/cache", "packages that apk installed"),
    ROOM("var/cache/dnf", "what dnf fetched"),
    ROOM("var/cache/libdnf5", "what dnf fetched"),
    ROOM("var/cache/yum", "what yum fetched"),
    ROOM("var/cache/zypp", "what zypper fetched"),
    ROOM("var/cache/pacman/pkg", "packages that pacman installed"),
    ROOM("root/.cache/pip", "packages that pip installed"),
    ROOM("root/.cache/uv", "packages that uv installed"),
    ROOM("root/.cache/go-build", "what Go compiled"),
    ROOM("root/.npm/_cacache", "packages that npm installed"),
    ROOM("root/.cache/yarn", "packages that Yarn installed"),
    ROOM("usr/local/share/.cache", "packages that Yarn installed"),
    ROOM("root/.composer/cache", "packages that Composer installed"),
    ROOM("root/.cargo/registry", "crates that Cargo fetched"),
    ROOM("usr/local/cargo/registry", "crates that Cargo fetched"),
    ROOM("root/.m2/repository", "packages that Maven fetched"),
    ROOM("root/.gradle/caches", "packages that Gradle fetched"),
    ROOM("go/pkg/mod/cache", "modules that Go fetched"),
};
static const struct room_table caches = { cache_rows, ARRAY_LEN(cache_rows),
                                          "caches of package managers are empty" };

static const struct room_row engine_rows[] = {
    ROOM("var/lib/docker", "the data of a Docker engine"),
    ROOM("var/lib/containerd", "the data of containerd"),
    ROOM("var/lib/containers/storage", "the data of Podman or CRI-O"),
    ROOM("var/lib/kubelet", "the data of a kubelet"),
    ROOM("var/lib/etcd", "the data of a cluster"),
    ROOM("etc/kubernetes/pki", "the keys of a cluster"),
};
static const struct room_table engines = { engine_rows, ARRAY_LEN(engine_rows),
                                           "no data of an engine or cluster" };

static enum verdict engine_left(const struct rule *r, const void *subject, struct proof *p)
{
    static const char *const sockets[] = { "run/docker.sock", "var/run/docker.sock",
                                           "run/containerd/containerd.sock", "run/crio/crio.sock",
                                           "run/podman/podman.sock" };
    const struct image *img = subject;
    node_id last = 0;
    enum verdict v;

    if (!has_files(img, p, &v))
        return v;
    for (size_t i = 0; i < ARRAY_LEN(sockets); i++) {
        node_id id = tree_find(img->tree, str_of(sockets[i]), false);
        if (!id || id == last) /* /var/run is /run */
            continue;
        last = id;
        struct evidence where = at_node(img, id, str_of(sockets[i]));
        proof_add(p, &where, "in the place of an engine's socket");
    }
    return full_rooms(r, subject, p);
}

static const struct rule table[] = {
    {
        .check = { .id = "image-sensitive-file",
                   .title = "Image holds files that keep keys or passwords",
                   .holds = "Image holds no file that is known to keep keys or passwords",
                   .why = "Everyone who can pull the image, and whoever gets into a container, reads them; "
                          "deleting them in a later layer does not help.",
                   .fix = "Change the secret, keep the file out of the build context, and mount it when the "
                          "container runs.",
                   .snippet = "printf \".env\\n.ssh\\n.aws\\n\" >> .dockerignore",
                   .threats = THREAT_BIT(T1) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs =
                       REFS({ CAT_CIS_DOCKER, "4.10" }, { CAT_NIST, "4.1.4" }, { CAT_OWASP_DOCKER, "D06" },
                            { CAT_ATTACK, "T1552.001" }, { CAT_MS_MATRIX, "MS-TA9027" },
                            { CAT_CWE, "CWE-522" }, { CAT_CWE, "CWE-538" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = named,
        .with = &kind_credential,
    },
    {
        .check = { .id = "image-ssh-host-key",
                   .title = "Image holds the private key of an SSH server",
                   .holds = "Image holds no private key of an SSH server",
                   .why = "Every container has the same key, and everyone who can pull the image has it too: "
                          "they can pose as the server.",
                   .fix = "Remove the keys in the build and make them when a container first starts; better, "
                          "remove the server.",
                   .snippet = "RUN rm -f /etc/ssh/ssh_host_*",
                   .threats = THREAT_BIT(S1) | THREAT_BIT(T1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_NIST, "4.1.4" }, { CAT_OWASP_DOCKER, "D06" },
                                { CAT_ATTACK, "T1552.001" }, { CAT_CWE, "CWE-321" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = named,
        .with = &kind_host_key,
    },
    {
        .check = { .id = "image-login-file",
                   .title = "Image lets someone log in without a password",
                   .holds = "Image lets nobody log in without a password",
                   .why =
                       "Whoever holds the key, or the named host, is let in to every container that runs a "
                       "login service: a back door that outlives updates.",
                   .fix = "Remove the file; enter containers with docker exec or kubectl exec.",
                   .snippet = "RUN rm -f /root/.ssh/authorized_keys",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(E2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_NIST, "4.1.3" }, { CAT_OWASP_DOCKER, "D04" }, { CAT_ATTACK, "T1098" },
                                { CAT_MS_MATRIX, "MS-TA9010" }, { CAT_CWE, "CWE-912" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = named,
        .with = &kind_login,
    },
    {
        .check = { .id = "image-history-file",
                   .title = "Image holds what someone typed",
                   .holds = "Image holds nothing that someone typed",
                   .why =
                       "Histories hold passwords given on command lines, names of hosts and paths; and they "
                       "show that the image was made by hand.",
                   .fix = "Build from a Dockerfile and remove the file.",
                   .snippet = "RUN rm -f /root/.bash_history",
                   .threats = THREAT_BIT(T1) | THREAT_BIT(I2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_NIST, "4.1.4" }, { CAT_OWASP_DOCKER, "D06" },
                                { CAT_ATTACK, "T1552.001" }, { CAT_CWE, "CWE-532" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = named,
        .with = &kind_history,
    },
    {
        .check = { .id = "image-project-file",
                   .title = "Image holds files of the project instead of the program",
                   .holds = "Image holds no files of the project",
                   .why = "A .git directory gives away the whole source with its past secrets; build and "
                          "deployment files show how to attack the rest.",
                   .fix = "Keep them out by .dockerignore, or copy only what runs from a build stage.",
                   .snippet = "printf \".git\\nDockerfile\\ndocker-compose.yml\\n\" >> .dockerignore",
                   .threats = THREAT_BIT(T2) | THREAT_BIT(T1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.3" }, { CAT_NIST, "4.1.2" }, { CAT_OWASP_DOCKER, "D04" },
                                { CAT_CWE, "CWE-527" }, { CAT_CWE, "CWE-538" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = named,
        .with = &kind_project,
    },
    {
        .check = { .id = "image-package-cache",
                   .title = "Image keeps the caches of package managers",
                   .holds = "Caches of package managers are empty",
                   .why = "Nobody needs them at run time: more to store and pull, and packages for whoever "
                          "gets in.",
                   .fix = "Remove them in the step that fills them.",
                   .snippet = "RUN apt-get update && apt-get install -y NAME && rm -rf /var/lib/apt/lists/*",
                   .threats = THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.3" }, { CAT_OWASP_DOCKER, "D04" }, { CAT_NIST, "4.1.2" },
                                { CAT_CWE, "CWE-459" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = full_rooms,
        .with = &caches,
    },
    {
        .check = { .id = "image-engine-data",
                   .title = "Image holds the socket or data of an engine",
                   .holds = "Image holds neither socket nor data of an engine",
                   .why =
                       "Layers and volumes of other images, keys of a cluster or a forged socket travel with "
                       "the image to everyone who pulls it.",
                   .fix =
                       "Build without the engine's directories; where an engine must run inside, give it a "
                       "volume.",
                   .threats = THREAT_BIT(D2) | THREAT_BIT(E1) | THREAT_BIT(T1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_OWASP_DOCKER, "D05" }, { CAT_NIST, "4.1.4" },
                                { CAT_ATTACK, "T1552.007" }, { CAT_CWE, "CWE-538" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = engine_left,
        .with = &engines,
    },
};
const struct rule_set rules_image_leftovers = { "image_leftovers", table, ARRAY_LEN(table) };
