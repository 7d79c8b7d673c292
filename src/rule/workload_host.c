/* workload_host.c - what of the host is reached through mounts. */
#include "rule/workload.h"

static const struct host_path host_root_rows[] = { { "/", "all files of the host" } };
static const struct host_path_rule host_root = {
    host_root_rows, ARRAY_LEN(host_root_rows), "no mount of the whole file system", false, false,
    SEVERITY_HIGH
};
static const struct host_path host_etc_rows[] = {
    { "/etc/kubernetes", "keys of the control plane and static Pods" },
    { "/etc/cron.d", "jobs that the host runs" },
    { "/etc/cron.hourly", "jobs that the host runs" },
    { "/etc/cron.daily", "jobs that the host runs" },
    { "/etc/crontab", "jobs that the host runs" },
    { "/etc/shadow", "password hashes of the host" },
    { "/etc/passwd", "accounts of the host" },
    { "/etc/group", "groups of the host" },
    { "/etc/sudoers", "who may become root on the host" },
    { "/etc/sudoers.d", "who may become root on the host" },
    { "/etc/pam.d", "how the host knows its users" },
    { "/etc/security", "how the host knows its users" },
    { "/etc/profile.d", "what shells of the host run" },
    { "/etc/ld.so.preload", "code that every program of the host loads" },
    { "/etc/init.d", "services that the host starts" },
    { "/etc/systemd", "services that the host starts" },
    { "/etc/udev", "programs that the host runs for its devices" },
    { "/etc/docker", "configuration of the engine" },
    { "/etc/containerd", "configuration of the engine" },
    { "/etc/containers", "configuration of the engine" },
    { "/etc/crio", "configuration of the engine" },
    { "/etc/cni", "networks of the node's Pods" },
    { "/etc/ssh", "keys of the host's SSH server" },
    { "/etc/ssl/private", "keys of the host" },
    { "/etc/pki/tls/private", "keys of the host" },
    { "/etc", "accounts, jobs and services of the host", .alone = true },
    { "/var/spool/cron", "jobs that the host runs" },
};
static const struct host_path_rule host_etc = {
    host_etc_rows, ARRAY_LEN(host_etc_rows), "no mount of the host's /etc", false, false, SEVERITY_MEDIUM
};
static const struct host_path host_proc_rows[] = { { "/proc",
                                                     "processes and switches of the host's kernel" } };
static const struct host_path_rule host_proc = {
    host_proc_rows, ARRAY_LEN(host_proc_rows), "no mount of the host's /proc", false, true, SEVERITY_HIGH
};
static const struct host_path host_sys_rows[] = {
    { "/sys/fs/cgroup", "control groups of the host, whose release_agent the kernel runs" },
    { "/sys/kernel", "switches of the host's kernel" },
    { "/sys", "devices and control groups of the host" }
};
static const struct host_path_rule host_sys = {
    host_sys_rows, ARRAY_LEN(host_sys_rows), "no mount of the host's /sys", false, false, SEVERITY_MEDIUM
};
static const struct host_path host_dev_rows[] = { { "/dev", "devices of the host, its disks among them" } };
static const struct host_path_rule host_dev = {
    host_dev_rows, ARRAY_LEN(host_dev_rows), "no mount of the host's /dev", false, false, SEVERITY_MEDIUM
};
static const struct host_path host_boot_rows[] = { { "/boot", "the kernel that the host starts" },
                                                   { "/lib/modules", "modules that the host loads" },
                                                   { "/usr", "programs of the host", .alone = true },
                                                   { "/usr/bin", "programs of the host" },
                                                   { "/usr/sbin", "programs of the host" },
                                                   { "/usr/lib", "libraries of the host" },
                                                   { "/usr/lib64", "libraries of the host" },
                                                   { "/usr/libexec", "programs of the host" },
                                                   { "/usr/local", "programs of the host", .alone = true },
                                                   { "/usr/local/bin", "programs of the host" },
                                                   { "/usr/local/sbin", "programs of the host" },
                                                   { "/usr/local/lib", "libraries of the host" },
                                                   { "/usr/src", "what modules of the host are built from" },
                                                   { "/bin", "programs of the host" },
                                                   { "/sbin", "programs of the host" },
                                                   { "/lib", "libraries of the host" },
                                                   { "/lib64", "libraries of the host" },
                                                   { "/opt/cni",
                                                     "network programs that the kubelet runs as root" },
                                                   { "/opt", "programs of the host", .alone = true } };
static const struct host_path_rule host_boot = {
    host_boot_rows, ARRAY_LEN(host_boot_rows), "no mount of the host's programs", false, false, SEVERITY_LOW
};
static const struct host_path host_log_rows[] = {
    { "/var/log", "logs of the host: a link put there lets the kubelet hand out any file" }
};
static const struct host_path_rule host_log = {
    host_log_rows, ARRAY_LEN(host_log_rows), "no mount of the host's logs", false, true, SEVERITY_MEDIUM
};
static const struct host_path host_kubelet_rows[] = {
    { "/var/lib/kubelet", "secrets and tokens of every Pod on the node" },
    { "/var/lib/kube-proxy", "credentials of the node" },
    { "/var/lib/etcd", "all objects and secrets of the cluster" },
    { "/var/lib/rancher", "secrets and credentials of the cluster" },
    { "/var/lib/k0s", "secrets and credentials of the cluster" }
};
static const struct host_path_rule host_kubelet = {
    host_kubelet_rows, ARRAY_LEN(host_kubelet_rows), "no mount of the kubelet's files", false, true,
    SEVERITY_HIGH
};
static const struct host_path host_engine_data_rows[] = {
    { "/var/lib/docker", "files, images and secrets of every container" },
    { "/var/lib/containerd", "files and images of every container" },
    { "/var/lib/containers", "files and images of every container" },
    { "/var/lib/crio", "state of the engine" }
};
static const struct host_path_rule host_engine_data = {
    host_engine_data_rows, ARRAY_LEN(host_engine_data_rows), "no mount of the engine's storage", false, true,
    SEVERITY_HIGH
};
static const struct host_path host_home_rows[] = { { "/root", "keys and history of the host's root" },
                                                   { "/home", "keys and history of the host's users" } };
static const struct host_path_rule host_home = {
    host_home_rows, ARRAY_LEN(host_home_rows), "no mount of a home", false, false, SEVERITY_MEDIUM
};
static const struct host_path host_run_rows[] = {
    { "/run/secrets", "secrets of the host" },
    { "/run/netns", "network namespaces of the host" },
    { "/run/dbus", "the message bus of the host: systemd takes orders there" },
    { "/run/systemd", "services of the host take orders there" },
    { "/run/udev", "devices of the host" },
    { "/run", "sockets and state of the host's services" }
};
static const struct host_path_rule host_run = {
    host_run_rows, ARRAY_LEN(host_run_rows), "no mount of the host's /run", false, false, SEVERITY_LOW
};
static const struct host_path host_engine_socket_rows[] = {
    { "/run/docker.sock", "orders to Docker" },
    { "/run/containerd/containerd.sock", "orders to containerd" },
    { "/run/k3s/containerd/containerd.sock", "orders to containerd" },
    { "/run/crio/crio.sock", "orders to CRI-O" },
    { "/run/podman/podman.sock", "orders to Podman" },
    { "/run/user", "orders to a rootless engine" },
    { "/run/cri-dockerd.sock", "orders to Docker" },
    { "/run/dockershim.sock", "orders to Docker" },
    { "/run/buildkit/buildkitd.sock", "orders to BuildKit" },
    { "/run/docker", "orders to Docker and its containers" },
    { "/run/containerd", "orders to containerd" }
};
static const struct host_path_rule host_engine_socket = {
    host_engine_socket_rows, ARRAY_LEN(host_engine_socket_rows), "no engine's socket", true, true,
    SEVERITY_CRITICAL
};

static enum verdict run_state(const struct rule *r, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    enum verdict v = judge_host_path(r, subject, p);

    if (v != VERDICT_OPEN)
        return v;
    WORKLOAD_EACH (w, mount, m) /* sockets of engines: a rule of their own */
        if (path_within(mount_host_path(w, m), STR("/run")) ||
            path_within(mount_host_path(w, m), STR("/var/run")))
            if (!str_ends(m->source, STR(".sock")))
                return VERDICT_OPEN;
    return VERDICT_NOT_APPLICABLE;
}

static const struct rule table[] = {
    {
        .check = { .id = "workload-host-root",
                   .title = "The file system of the host is mounted",
                   .holds = "The file system of the host is not mounted",
                   .why =
                       "Whoever can write to it puts a job, a key or an account in place and is root on the "
                       "host; whoever can only read has its keys and passwords.",
                   .fix = "Mount the one file or folder that is needed, read-only, or use a volume.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(T2) | THREAT_BIT(I1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_CRITICAL,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.6" }, { CAT_CIS_KUBERNETES, "5.2.12" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.5.5" }, { CAT_ATTACK, "T1611" },
                                { CAT_MS_MATRIX, "MS-TA9013" }, { CAT_OWASP_DOCKER, "D04" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-668" }) },
        .on = ON_WORKLOAD,
        .judge = judge_host_path,
        .with = &host_root,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "volumes:\n  - data:/data" },
                             { SPELLING_KUBERNETES, "volumes:\n  - name: data\n    emptyDir: {}" }),
    },
    {
        .check = { .id = "workload-host-etc",
                   .title = "Configuration of the host is mounted",
                   .holds = "No configuration of the host is mounted",
                   .why = "Written, it adds accounts, jobs and services to the host; read, it gives away its "
                          "keys and hashes.",
                   .fix = "Mount the one file or folder that is needed, read-only, or use a volume.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(T1) | THREAT_BIT(I1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.6" }, { CAT_CIS_KUBERNETES, "5.2.12" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.5.5" }, { CAT_ATTACK, "T1611" },
                                { CAT_MS_MATRIX, "MS-TA9013" }, { CAT_OWASP_DOCKER, "D04" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-668" }) },
        .on = ON_WORKLOAD,
        .judge = judge_host_path,
        .with = &host_etc,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "volumes:\n  - data:/data" },
                             { SPELLING_KUBERNETES, "volumes:\n  - name: data\n    emptyDir: {}" }),
    },
    {
        .check = { .id = "workload-host-proc",
                   .title = "Process files of the host are mounted",
                   .holds = "No process file of the host is mounted",
                   .why = "By core_pattern or sysrq in it root in the container has the kernel run a program "
                          "on the host; through the processes in it, it reads their files and secrets.",
                   .fix = "Mount the one file or folder that is needed, read-only, or use a volume.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(I1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.6" }, { CAT_CIS_KUBERNETES, "5.2.12" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.5.5" }, { CAT_ATTACK, "T1611" },
                                { CAT_MS_MATRIX, "MS-TA9013" }, { CAT_OWASP_DOCKER, "D04" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-668" }) },
        .on = ON_WORKLOAD,
        .judge = judge_host_path,
        .with = &host_proc,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "volumes:\n  - data:/data" },
                             { SPELLING_KUBERNETES, "volumes:\n  - name: data\n    emptyDir: {}" }),
    },
    {
        .check = { .id = "workload-host-sys",
                   .title = "Kernel files of the host are mounted",
                   .holds = "No kernel file of the host is mounted",
                   .why =
                       "Written, it changes the kernel of the host: a release_agent or uevent_helper runs a "
                       "program of the attacker on it.",
                   .fix = "Mount the one file or folder that is needed, read-only, or use a volume.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(T2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.6" }, { CAT_CIS_KUBERNETES, "5.2.12" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.5.5" }, { CAT_ATTACK, "T1611" },
                                { CAT_MS_MATRIX, "MS-TA9013" }, { CAT_OWASP_DOCKER, "D04" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-668" }) },
        .on = ON_WORKLOAD,
        .judge = judge_host_path,
        .with = &host_sys,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "volumes:\n  - data:/data" },
                             { SPELLING_KUBERNETES, "volumes:\n  - name: data\n    emptyDir: {}" }),
    },
    {
        .check = { .id = "workload-host-dev",
                   .title = "Devices of the host are mounted",
                   .holds = "No device of the host is mounted",
                   .why = "A disk is all files of the host past every permission.",
                   .fix = "Mount the one file or folder that is needed, read-only, or use a volume.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(T2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.6" }, { CAT_CIS_KUBERNETES, "5.2.12" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.5.5" }, { CAT_ATTACK, "T1611" },
                                { CAT_MS_MATRIX, "MS-TA9013" }, { CAT_OWASP_DOCKER, "D04" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-668" }) },
        .on = ON_WORKLOAD,
        .judge = judge_host_path,
        .with = &host_dev,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "volumes:\n  - data:/data" },
                             { SPELLING_KUBERNETES, "volumes:\n  - name: data\n    emptyDir: {}" }),
    },
    {
        .check = { .id = "workload-host-boot",
                   .title = "Kernel or programs of the host are mounted",
                   .holds = "Neither kernel nor programs of the host are mounted",
                   .why = "Written, they run on the host at the next call or start, as root.",
                   .fix = "Mount the one file or folder that is needed, read-only, or use a volume.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(T2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.6" }, { CAT_CIS_KUBERNETES, "5.2.12" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.5.5" }, { CAT_ATTACK, "T1611" },
                                { CAT_MS_MATRIX, "MS-TA9013" }, { CAT_OWASP_DOCKER, "D04" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-668" }) },
        .on = ON_WORKLOAD,
        .judge = judge_host_path,
        .with = &host_boot,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "volumes:\n  - data:/data" },
                             { SPELLING_KUBERNETES, "volumes:\n  - name: data\n    emptyDir: {}" }),
    },
    {
        .check = { .id = "workload-host-log",
                   .title = "Logs of the host are mounted",
                   .holds = "No log of the host is mounted",
                   .why = "Traces of an attack can be wiped; and with a symbolic link in /var/log the log "
                          "service of the kubelet reads any file of the node as root.",
                   .fix = "Mount the one file or folder that is needed, read-only, or use a volume.",
                   .threats = THREAT_BIT(R1) | THREAT_BIT(E1) | THREAT_BIT(I1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.6" }, { CAT_CIS_KUBERNETES, "5.2.12" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.5.5" }, { CAT_ATTACK, "T1070" },
                                { CAT_MS_MATRIX, "MS-TA9013" }, { CAT_OWASP_DOCKER, "D04" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-668" }) },
        .on = ON_WORKLOAD,
        .judge = judge_host_path,
        .with = &host_log,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "volumes:\n  - data:/data" },
                             { SPELLING_KUBERNETES, "volumes:\n  - name: data\n    emptyDir: {}" }),
    },
    {
        .check = { .id = "workload-host-kubelet",
                   .title = "Files of the kubelet are mounted",
                   .holds = "No file of the kubelet is mounted",
                   .why = "It holds the secrets and service account tokens of every Pod on the node, and the "
                          "node's own credentials.",
                   .fix = "Mount the one file or folder that is needed, read-only, or use a volume.",
                   .threats = THREAT_BIT(T1) | THREAT_BIT(D2) | THREAT_BIT(I1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.6" }, { CAT_CIS_KUBERNETES, "5.2.12" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.5.5" }, { CAT_ATTACK, "T1528" },
                                { CAT_MS_MATRIX, "MS-TA9013" }, { CAT_OWASP_DOCKER, "D04" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-668" }) },
        .on = ON_WORKLOAD,
        .judge = judge_host_path,
        .with = &host_kubelet,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "volumes:\n  - data:/data" },
                             { SPELLING_KUBERNETES, "volumes:\n  - name: data\n    emptyDir: {}" }),
    },
    {
        .check = { .id = "workload-engine-data",
                   .title = "Storage of the engine is mounted",
                   .holds = "No storage of the engine is mounted",
                   .why = "It holds the files of every other container and every image: written, they run "
                          "other code; read, their secrets are known.",
                   .fix = "Mount the one file or folder that is needed, read-only, or use a volume.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(T2) | THREAT_BIT(I1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.6" }, { CAT_CIS_KUBERNETES, "5.2.12" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.5.5" }, { CAT_ATTACK, "T1611" },
                                { CAT_MS_MATRIX, "MS-TA9013" }, { CAT_OWASP_DOCKER, "D04" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-668" }) },
        .on = ON_WORKLOAD,
        .judge = judge_host_path,
        .with = &host_engine_data,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "volumes:\n  - data:/data" },
                             { SPELLING_KUBERNETES, "volumes:\n  - name: data\n    emptyDir: {}" }),
    },
    {
        .check = { .id = "workload-host-home",
                   .title = "Home of a user of the host is mounted",
                   .holds = "No home of a user of the host is mounted",
                   .why = "Written, it adds a key to log in with or a line to a profile; read, it gives away "
                          "SSH and cloud keys.",
                   .fix = "Mount the one file or folder that is needed, read-only, or use a volume.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(T1) | THREAT_BIT(I1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.6" }, { CAT_CIS_KUBERNETES, "5.2.12" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.5.5" }, { CAT_ATTACK, "T1552.001" },
                                { CAT_MS_MATRIX, "MS-TA9013" }, { CAT_OWASP_DOCKER, "D04" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-668" }) },
        .on = ON_WORKLOAD,
        .judge = judge_host_path,
        .with = &host_home,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "volumes:\n  - data:/data" },
                             { SPELLING_KUBERNETES, "volumes:\n  - name: data\n    emptyDir: {}" }),
    },
    {
        .check = { .id = "workload-host-run",
                   .title = "Run-time state of the host is mounted",
                   .holds = "No run-time state of the host is mounted",
                   .why =
                       "Sockets of services that trust whoever reaches them lie there: systemd, D-Bus, the "
                       "engine.",
                   .fix = "Mount the one file or folder that is needed, read-only, or use a volume.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(I1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.6" }, { CAT_CIS_KUBERNETES, "5.2.12" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.5.5" }, { CAT_ATTACK, "T1611" },
                                { CAT_MS_MATRIX, "MS-TA9013" }, { CAT_OWASP_DOCKER, "D04" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-668" }) },
        .on = ON_WORKLOAD,
        .judge = run_state,
        .with = &host_run,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "volumes:\n  - data:/data" },
                             { SPELLING_KUBERNETES, "volumes:\n  - name: data\n    emptyDir: {}" }),
    },
    {
        .check = { .id = "workload-engine-socket",
                   .title = "The container engine takes orders from the container",
                   .holds = "The container engine takes no orders from the container",
                   .why =
                       "One order starts a privileged container with the host's file system in it: root on "
                       "the host. Read-only does not help: a socket is written to all the same.",
                   .fix = "Do not mount it; let a proxy that allows only the calls that are needed stand "
                          "between.",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(D2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_CRITICAL,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.32" }, { CAT_CIS_KUBERNETES, "5.2.12" },
                                { CAT_PSS, "baseline" }, { CAT_NIST, "4.5.5" }, { CAT_ATTACK, "T1611" },
                                { CAT_MS_MATRIX, "MS-TA9013" }, { CAT_OWASP_DOCKER, "D04" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-668" }) },
        .on = ON_WORKLOAD,
        .judge = judge_host_path,
        .with = &host_engine_socket,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "volumes:\n  - data:/data" },
                             { SPELLING_KUBERNETES, "volumes:\n  - name: data\n    emptyDir: {}" }),
    },
};
const struct rule_set rules_workload_host = { "workload_host", table, ARRAY_LEN(table) };

bool host_path_is_judged(struct str path)
{
    bool parent;

    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (host_path_find(table[i].with, path, &parent))
            return true;
    return false;
}
