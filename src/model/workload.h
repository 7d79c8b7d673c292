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
    X(SECCOMP, "seccomp", "default, unconfined, a profile's path")                                         \
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
    X(STARTUP, "startup-probe", "")                                                                        \
    X(HOOK, "lifecycle-hook", "postStart=..., preStop=..., one a fact")                                    \
    X(ENTRYPOINT, "entrypoint", "words, one a fact")                                                       \
    X(COMMAND, "command", "words, one a fact")                                                             \
    X(WORKDIR, "workdir", "")                                                                              \
    X(HOSTNAME, "hostname", "")                                                                            \
    X(DNS, "dns", "one a fact")                                                                            \
    X(EXTRA_HOST, "extra-host", "name:address, one a fact")                                                \
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
    X(BUILD_ARG, "build-argument", "name=value, one a fact")                                               \
    X(BUILD_OPTION, "build-option", "network=host, privileged, entitlement=..., one a fact")

#define SETTING_ENUM(id, name, values) SETTING_##id,
enum setting_key { SETTINGS(SETTING_ENUM) SETTING_COUNT };
struct setting_info {
    const char *name, *values;
};
extern const struct setting_info setting_info[SETTING_COUNT];
