/* workload.h - one container as it is declared or runs, the same whatever spelled it: Dockerfile, `docker
 * run` and inspect, Compose, Kubernetes, Podman, an OCI bundle. Rules ask it; no rule knows a format.
 *
 * Parsers say settings (FACT_SETTING) in the words below, one fact a value; scan/ joins them with the image
 * and the engine. A setting knows the line that decides, so evidence comes by itself. What nobody said is
 * absent: workload_setting gives NULL, and the rule knows what the absence means for that spelling. */
#pragma once
#include "model/image.h"

/* ID, name in JSON, values */
#define SETTINGS(X)                                                                                        \
    X(IMAGE, "image", "reference")                                                                         \
    X(BUILD, "build", "folder or URL it is built from")                                                    \
    X(PULL_POLICY, "pull-policy", "always, missing, never")                                                \
    X(USER, "user", "name or number, with :group when said")                                               \
    X(GROUP, "group", "number")                                                                            \
    X(GROUPS, "groups", "supplementary, one a fact")                                                       \
    X(FS_GROUP, "fs-group", "number")                                                                      \
    X(NON_ROOT, "run-as-non-root", "true, false")                                                          \
    X(PRIVILEGED, "privileged", "true, false")                                                             \
    X(NO_NEW_PRIVS, "no-new-privileges", "true, false (allowPrivilegeEscalation is its opposite)")         \
    X(READ_ONLY_ROOT, "read-only-root", "true, false")                                                     \
    X(CAP_ADD, "cap-add", "NAME without CAP_, upper case, or ALL; one a fact")                             \
    X(CAP_DROP, "cap-drop", "the same")                                                                    \
    X(CAPS, "capabilities", "where a spelling lists all that are left (OCI, a process): NAME, one a fact") \
    X(SECCOMP, "seccomp", "default, unconfined, a profile's path, inline (OCI: it stands there)")          \
    X(APPARMOR, "apparmor", "default, unconfined, a profile's name")                                       \
    X(SELINUX, "selinux", "disabled, or type=, level=, user=, role=; one a fact")                          \
    X(PROC_MOUNT, "proc-mount", "default, unmasked")                                                       \
    X(MASKED_PATHS, "masked-paths", "OCI, systempaths: path, one a fact; none: \"\"")                      \
    X(SYSCTL, "sysctl", "name=value, one a fact")                                                          \
    X(NS_PID, "pid-namespace", "host, private, pod, container:NAME, path:PATH")                            \
    X(NS_IPC, "ipc-namespace", "the same, and shareable, none")                                            \
    X(NS_NET, "network-namespace", "the same, and bridge, none, network:NAME")                             \
    X(NS_UTS, "uts-namespace", "host, private")                                                            \
    X(NS_USER, "user-namespace", "host, private, auto, keep-id ...")                                       \
    X(NS_CGROUP, "cgroup-namespace", "host, private")                                                      \
    X(NS_MOUNT, "mount-namespace", "host, private")                                                        \
    X(UID_MAP, "uid-map", "INSIDE:OUTSIDE:COUNT, one a fact")                                              \
    X(CGROUP_PARENT, "cgroup-parent", "")                                                                  \
    X(DEVICE, "device", "HOST:CONTAINER:rwm, one a fact; \"all\"")                                         \
    X(DEVICE_RULE, "device-rule", "of the devices cgroup: TYPE MAJOR:MINOR rwm, one a fact")               \
    X(GPU, "gpu", "")                                                                                      \
    X(MEMORY, "memory", "limit in bytes; 0: unlimited")                                                    \
    X(MEMORY_REQUEST, "memory-request", "bytes")                                                           \
    X(CPU, "cpu", "limit in thousandths of a processor; 0: unlimited")                                     \
    X(CPU_REQUEST, "cpu-request", "thousandths")                                                           \
    X(PIDS, "pids", "limit; -1, 0: unlimited")                                                             \
    X(STORAGE, "storage", "limit in bytes")                                                                \
    X(STORAGE_REQUEST, "storage-request", "bytes")                                                         \
    X(SHM_SIZE, "shm-size", "bytes")                                                                       \
    X(ULIMIT, "ulimit", "name=soft:hard, one a fact")                                                      \
    X(OOM_KILL_DISABLE, "oom-kill-disable", "true, false")                                                 \
    X(OOM_SCORE_ADJ, "oom-score-adj", "number")                                                            \
    X(LOG_DRIVER, "log-driver", "")                                                                        \
    X(LOG_OPTION, "log-option", "name=value, one a fact")                                                  \
    X(RESTART, "restart", "no, always, on-failure[:N], unless-stopped")                                    \
    X(HEALTH, "health-check", "command or probe; \"none\": switched off")                                  \
    X(READINESS, "readiness-probe", "")                                                                    \
    X(PROBE_HOST, "probe-host", "another host that a probe or hook speaks to; one a fact")                 \
    X(STARTUP, "startup-probe", "")                                                                        \
    X(HOOK, "lifecycle-hook", "postStart=..., preStop=..., one a fact")                                    \
    X(ENTRYPOINT, "entrypoint", "words, one a fact")                                                       \
    X(COMMAND, "command", "words, one a fact")                                                             \
    X(WORKDIR, "workdir", "")                                                                              \
    X(HOSTNAME, "hostname", "")                                                                            \
    X(DNS, "dns", "one a fact")                                                                            \
    X(EXTRA_HOST, "extra-host", "name:address, one a fact")                                                \
    X(OS, "os", "linux, windows")                                                                          \
    X(RUNTIME, "runtime", "OCI runtime or RuntimeClass")                                                   \
    X(SERVICE_ACCOUNT, "service-account", "")                                                              \
    X(AUTOMOUNT_TOKEN, "automount-token", "true, false")                                                   \
    X(PULL_SECRET, "pull-secret", "one a fact")                                                            \
    X(NODE, "node", "nodeName or selector, one a fact")                                                    \
    X(TOLERATION, "toleration", "one a fact")                                                              \
    X(PRIORITY, "priority-class", "")                                                                      \
    X(SPREAD, "spread", "anti-affinity or topology spread: what over")                                     \
    X(SERVICE_LINKS, "service-links", "true, false")                                                       \
    X(STDIN, "stdin", "true, false")                                                                       \
    X(TTY, "tty", "true, false")                                                                           \
    X(INIT, "init", "true, false")                                                                         \
    X(CREDENTIAL_SPEC, "credential-spec", "")                                                              \
    X(HOST_PROCESS, "host-process", "true, false (Windows)")                                               \
    X(TERMINATION, "termination-seconds", "number")                                                        \
    X(STOP_SIGNAL, "stop-signal", "")                                                                      \
    X(DEVELOP, "develop", "what is copied into the running container: ACTION PATH TARGET, one a fact")     \
    X(BUILD_ARG, "build-argument", "name=value, one a fact")                                               \
    X(BUILD_OPTION, "build-option", "network=host, privileged, entitlements=..., one a fact")

#define SETTING_ENUM(id, name, values) SETTING_##id,
enum setting_key { SETTINGS(SETTING_ENUM) SETTING_COUNT };
struct setting_info {
    const char *name, *values;
};
extern const struct setting_info setting_info[SETTING_COUNT];

/* Who spelled it: decides what can be said at all, and what silence means. */
#define SPELLINGS(X)                    \
    X(DOCKERFILE, "dockerfile")         \
    X(COMPOSE, "compose")               \
    X(KUBERNETES, "kubernetes")         \
    X(DOCKER_INSPECT, "docker-inspect") \
    X(PODMAN_INSPECT, "podman-inspect") \
    X(OCI, "oci")
#define SPELLING_ENUM(id, name) SPELLING_##id,
enum spelling { SPELLINGS(SPELLING_ENUM) SPELLING_COUNT };
extern const char *const spelling_name[SPELLING_COUNT];
bool spelling_parse(struct str name, enum spelling *out);

struct deployment;
struct workload {
    struct str name; /* PROJECT/SERVICE, NAMESPACE/KIND/NAME/CONTAINER ...: for people, different for each */
    enum spelling spelling;
    const struct workload_fact *fact;
    const struct object *object; /* that declares it; NULL: none does */
    const struct deployment *in; /* NULL: it stands alone */
    uint32_t index;              /* in in->facts */
    uint32_t element;            /* in the model */
    uint64_t pods;               /* of it that were seen in a dump of a cluster; 0: it is only declared */
    const struct image *image;   /* what it runs, when that was scanned; NULL: not known */
    const struct setting *
        *setting; /* those of key k are setting[at[k]] ... setting[at[k + 1] - 1], see below */
    uint32_t at[SETTING_COUNT + 1];
    const struct mount **mount;
    const struct port **port;
    const struct variable **variable;
    const struct link_fact **link;
    uint32_t n_mount, n_port, n_variable, n_link;
};
/* WORKLOAD_EACH (w, mount, m) ...: m is a const struct mount *; also port, variable, and link as link_fact */
#define WORKLOAD_EACH(w, list, it)                              \
    for (uint32_t i_##it = 0; i_##it < (w)->n_##list; i_##it++) \
        for (__auto_type it = (w)->list[i_##it]; it; it = NULL)
/* WORKLOAD_SAID (w, CAP_ADD, s) ...: all settings of a key, the weaker level first */
#define WORKLOAD_SAID(w, KEY, it)                                                                 \
    for (uint32_t i_##it = (w)->at[SETTING_##KEY]; i_##it < (w)->at[SETTING_##KEY + 1]; i_##it++) \
        for (const struct setting *it = (w)->setting[i_##it]; it; it = NULL)

/* Join the settings, mounts ... of all workloads of `f` to them; `out` has room for each of them. Names and
 * elements are left empty. */
int workloads_join(struct arena *a, const struct facts *f, struct workload *out, struct err *e) MUST_USE;

/* Can this spelling say it? A Dockerfile knows nothing of limits: a rule over what a spelling cannot say is
 * not applicable to it. */
bool workload_can_say(const struct workload *w, enum setting_key key);

/* The setting that decides: the one of the strongest level, of those the last. NULL: nobody says. */
const struct setting *workload_setting(const struct workload *w, enum setting_key key);
bool workload_says(const struct workload *w, enum setting_key key);        /* anything at all */
struct str workload_value(const struct workload *w, enum setting_key key); /* empty: not said */
enum tri workload_is(const struct workload *w, enum setting_key key); /* true or false; UNKNOWN: not said */
bool workload_number(const struct workload *w, enum setting_key key, uint64_t *out); /* a plain number */

/* The uid it runs as, all levels considered: what the workload says, else its image. UNKNOWN as `is`: the
 * image is not known, or has no account of that name. `by`: the setting that decides, NULL: the image or the
 * runtime's default. */
struct workload_user {
    enum tri root; /* runs as uid 0 */
    bool has_uid;
    uint64_t uid;
    const struct setting *by;
    const char *why; /* one phrase that says where it comes from or what is missing */
};
struct workload_user workload_user(const struct workload *w);

/* Capabilities that it has, as bits of linux/capability.h: the runtime's default, what is dropped, what is
 * added; all of them when it is privileged. */
uint64_t workload_caps(const struct workload *w);
bool workload_has_cap(const struct workload *w, unsigned cap);
/* The setting that gives it: cap_add, privileged, the list; NULL: the runtime's default does, or it has not.
 */
const struct setting *workload_cap_by(const struct workload *w, unsigned cap);

/* Does it share this namespace with the host? NULL: no. Key is one of SETTING_NS_*. */
const struct setting *workload_shares_host(const struct workload *w, enum setting_key ns);
/* It keeps nothing apart: privileged. NULL: no. */
const struct setting *workload_privileged(const struct workload *w);
