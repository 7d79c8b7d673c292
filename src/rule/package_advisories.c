/* package_advisories.c - known vulnerabilities, by what has them. `of` names the packages, as their
 * distributions and languages call them; the first row that has the name counts, then the row for the type.
 */
#include "rule/package.h"

enum { OS_PACKAGE, APPLICATION_PACKAGE, END_OF_LIFE, END_OF_LIFE_PROGRAM, FIRST_NAMED };

static const struct rule rule[] = {
    [OS_PACKAGE] = { .on = ON_PACKAGE,
                     .unknowable = true,
                     .check = { .id = "vulnerable-os-package",
                                .title = "A package of the distribution has a known vulnerability",
                                .holds =
                                    "The distribution says that its package is not, or no longer, affected",
                                .why = "Whoever reaches the code can do what its advisory describes.",
                                .fix = "Install the distribution's update and build the image again.",
                                .threats = THREAT_BIT(T3),
                                .layer = LAYER_IMAGE,
                                .severity = SEVERITY_MEDIUM,
                                .refs = REFS({ CAT_NIST, "4.1.1" }, { CAT_CIS_DOCKER, "4.4" },
                                             { CAT_CWE, "CWE-1395" }) } },
    [APPLICATION_PACKAGE] = { .on = ON_PACKAGE,
                              .unknowable = true,
                              .check = { .id = "vulnerable-application-package",
                                         .title = "A library or program of the application has a known "
                                                  "vulnerability",
                                         .holds = "The distribution that brought the library says that it is "
                                                  "not affected",
                                         .why = "Whoever reaches the code through the application can do "
                                                "what its advisory describes.",
                                         .fix = "Update the dependency to a fixed version and build the "
                                                "image again.",
                                         .threats = THREAT_BIT(T5),
                                         .layer = LAYER_APPLICATION,
                                         .severity = SEVERITY_MEDIUM,
                                         .refs = REFS({ CAT_NIST, "4.1.1" }, { CAT_CWE, "CWE-1395" },
                                                      { CAT_ATTACK, "T1190" }) } },
    [END_OF_LIFE] = { .on = ON_PACKAGE,
                      .unknowable = true,
                      .check = { .id = "end-of-life-distribution",
                                 .title = "The distribution's release is no longer supported",
                                 .holds = "The distribution's release is supported",
                                 .why = "Vulnerabilities found from now on are neither told nor fixed.",
                                 .fix = "Build on a release that is supported.",
                                 .threats = THREAT_BIT(T3),
                                 .layer = LAYER_IMAGE,
                                 .severity = SEVERITY_HIGH,
                                 .refs = REFS({ CAT_NIST, "4.1.1" }, { CAT_CWE, "CWE-1104" }) } },
    [END_OF_LIFE_PROGRAM] = { .on = ON_PACKAGE,
                              .check = { .id = "end-of-life-program",
                                         .title = "A program's release is no longer supported",
                                         .holds = "The program's release is supported",
                                         .why =
                                             "Vulnerabilities found in it from now on are not fixed in this "
                                             "release line, and often not even told.",
                                         .fix = "Move to a release line that is supported.",
                                         .threats = THREAT_BIT(T5),
                                         .layer = LAYER_APPLICATION,
                                         .severity = SEVERITY_MEDIUM,
                                         .refs = REFS({ CAT_NIST, "4.1.1" }, { CAT_CWE, "CWE-1104" }) } },
    [FIRST_NAMED] = { .on = ON_PACKAGE,
                      .unknowable = true,
                      .of = "redis redis-server redis-tools redict valkey valkey-server valkey-tools keydb "
                            "keydb-server",
                      .check = { .id = "vulnerable-redis",
                                 .title = "Redis, Valkey or KeyDB has a known vulnerability",
                                 .holds = "This Redis, Valkey or KeyDB is not, or no longer, affected",
                                 .why = "Whoever may send commands, or reaches its port, can do what the "
                                        "advisory describes.",
                                 .fix = "Update the server to a fixed version.",
                                 .threats = THREAT_BIT(T6),
                                 .layer = LAYER_APPLICATION,
                                 .severity = SEVERITY_HIGH,
                                 .refs = REFS({ CAT_NIST, "4.1.1" }, { CAT_CWE, "CWE-1395" },
                                              { CAT_ATTACK, "T1190" }) } },
    { .on = ON_PACKAGE,
      .unknowable = true,
      .of = "runc crun youki containerd containerd.io cri-o docker docker-ce docker.io docker-engine moby "
            "moby-engine moby-containerd moby-runc podman buildah buildkit "
            "nvidia-container-toolkit libnvidia-container1 "
            "github.com/opencontainers/runc github.com/containerd/containerd "
            "github.com/containerd/containerd/v2 github.com/cri-o/cri-o github.com/docker/docker "
            "github.com/moby/moby github.com/moby/buildkit github.com/containers/podman/v4 "
            "github.com/containers/podman/v5 github.com/containers/buildah",
      .check = { .id = "vulnerable-container-engine",
                 .title = "A container runtime or engine has a known vulnerability",
                 .holds = "This runtime or engine is not, or no longer, affected",
                 .why = "What confines containers has a hole: where it runs them, they may reach the host.",
                 .fix = "Update the runtime or engine; do not ship one in images that need none.",
                 .threats = THREAT_BIT(E1),
                 .layer = LAYER_ENGINE,
                 .severity = SEVERITY_HIGH,
                 .refs = REFS({ CAT_NIST, "4.4.1" }, { CAT_CWE, "CWE-1395" }, { CAT_ATTACK, "T1611" }) } },
    { .on = ON_PACKAGE,
      .unknowable = true,
      .of = "linux kernel kernel-core kernel-rt linux-aws linux-azure linux-gcp linux-lts linux-virt",
      .check = { .id = "vulnerable-kernel",
                 .title = "A kernel package has a known vulnerability",
                 .holds = "This kernel is not, or no longer, affected",
                 .why = "All containers of a host share its kernel: where this one runs, a hole in it is the "
                        "way out.",
                 .fix =
                     "Update the host's kernel; an image's own kernel packages never run and can be removed.",
                 .threats = THREAT_BIT(T3) | THREAT_BIT(E1),
                 .layer = LAYER_HOST,
                 .severity = SEVERITY_MEDIUM,
                 .refs = REFS({ CAT_NIST, "4.5.3" }, { CAT_CWE, "CWE-1395" }, { CAT_ATTACK, "T1611" }) } },
    { .on = ON_PACKAGE,
      .unknowable = true,
      .of = "docker-registry distribution harbor quay zot gitea nexus "
            "github.com/distribution/distribution github.com/distribution/distribution/v3 "
            "github.com/docker/distribution github.com/goharbor/harbor zotregistry.dev/zot",
      .check = { .id = "vulnerable-registry",
                 .title = "A registry's software has a known vulnerability",
                 .holds = "This registry is not, or no longer, affected",
                 .why = "Whoever changes what a registry serves runs code wherever its images are pulled.",
                 .fix = "Update the registry to a fixed version.",
                 .threats = THREAT_BIT(T4),
                 .layer = LAYER_REGISTRY,
                 .severity = SEVERITY_HIGH,
                 .refs = REFS({ CAT_NIST, "4.2.3" }, { CAT_CWE, "CWE-1395" }, { CAT_ATTACK, "T1525" }) } },
    { .on = ON_PACKAGE,
      .unknowable = true,
      .of = "kubernetes kubelet kubectl kubeadm kube-apiserver kube-proxy kube-controller-manager "
            "kube-scheduler "
            "etcd etcd-server k3s ingress-nginx k8s.io/kubernetes k8s.io/apiserver k8s.io/ingress-nginx "
            "go.etcd.io/etcd go.etcd.io/etcd/v3 go.etcd.io/etcd/server/v3",
      .check = { .id = "vulnerable-orchestrator",
                 .title = "A component of the orchestrator has a known vulnerability",
                 .holds = "This component is not, or no longer, affected",
                 .why = "Who takes over a component of the orchestrator holds what it schedules.",
                 .fix = "Update the component to a fixed version.",
                 .threats = THREAT_BIT(D2),
                 .layer = LAYER_ORCHESTRATOR,
                 .severity = SEVERITY_HIGH,
                 .refs = REFS({ CAT_NIST, "4.3.5" }, { CAT_CWE, "CWE-1395" }, { CAT_ATTACK, "T1190" }) } },
};

static bool is_named(const struct rule *r, const struct package *p)
{
    struct str ns = p->ns, rest = str_of(r->of), one;

    if (!ns.n)
        return str_one_of(p->name, r->of) || (p->source_name.n && str_one_of(p->source_name, r->of));
    while (str_cut(&rest, ' ', &one)) /* namespace/name */
        if (one.n == ns.n + 1 + p->name.n && str_starts(one, ns) && str_ends(one, p->name))
            return true;
    return false;
}

/* linux-libc-dev and its like are built from the kernel's source and hold nothing of it that runs. */
static bool is_headers(const struct package *p)
{
    return str_has(p->name, STR("libc")) || str_has(p->name, STR("headers")) ||
           str_has(p->name, STR("perf")) || str_has(p->name, STR("tools"));
}

const struct check *package_check(const struct package *p)
{
    for (size_t i = FIRST_NAMED; i < ARRAY_LEN(rule); i++)
        if (is_named(&rule[i], p) && !(rule[i].check.layer == LAYER_HOST && is_headers(p)))
            return &rule[i].check;
    return &rule[str_one_of(p->type, "deb rpm apk alpm") ? OS_PACKAGE : APPLICATION_PACKAGE].check;
}

const struct check *package_check_end_of_life(void)
{
    return &rule[END_OF_LIFE].check;
}

const struct check *package_check_end_of_life_program(void)
{
    return &rule[END_OF_LIFE_PROGRAM].check;
}

const struct rule_set rules_package_advisories = { "package advisories", rule, ARRAY_LEN(rule) };
