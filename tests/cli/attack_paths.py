#!/usr/bin/env python3
"""Attack paths of whole deployments, end to end: what is open leads where it should, one change closes it, and what is
hardened has no path, with the proof of each field.

  attack_paths.py SCANTLING [AWESOME_COMPOSE]      TAP; AWESOME_COMPOSE: that folder, whose portainer and traefik-golang
                                                   mount the engine's socket
"""
import json, os, subprocess, sys, tempfile

from tap import end, say

PROGRAM = sys.argv[1]
WORK = tempfile.TemporaryDirectory()

SOCKET = """services:
  panel:
    image: example.org/panel:1
    ports: ["9000:9000"]
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock
"""
HARDENED = """services:
  web:
    image: example.org/web@sha256:0000000000000000000000000000000000000000000000000000000000000001
    user: "10001:10001"
    read_only: true
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true", "seccomp:./profile.json", "apparmor:docker-default"]
    mem_limit: 256m
    memswap_limit: 256m
    pids_limit: 100
    cpus: 0.5
    ulimits: {nofile: 1024}
    storage_opt: {size: 1G}
    logging: {driver: json-file, options: {max-size: 10m, max-file: "3"}}
    healthcheck: {test: ["CMD", "/web", "--healthy"]}
    networks: [inside]
networks:
  inside: {internal: true}
"""
CLUSTER = """apiVersion: v1
kind: ServiceAccount
metadata: {name: robot, namespace: shop}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: helper}
rules:
  - {apiGroups: ["rbac.authorization.k8s.io"], resources: ["clusterroles"], verbs: ["bind"]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: helper}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: helper}
subjects: [{kind: ServiceAccount, name: robot, namespace: shop}]
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: robot
  containers:
    - {name: web, image: "example.org/web:1"}
"""

# What an account may do in one namespace: %s is the rule of its Role, %s the labels of the namespace.
SPACE = """apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {%s}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: helper, namespace: shop}
rules:
  - %s
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: helper, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: helper}
subjects: [{kind: ServiceAccount, name: robot, namespace: shop}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot, namespace: shop}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: strong, namespace: shop}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: strong}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: strong, namespace: shop}]
---
apiVersion: v1
kind: Secret
metadata: {name: key, namespace: shop}
---
apiVersion: v1
kind: Secret
metadata: {name: key, namespace: other}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  serviceAccountName: robot
  securityContext: {seccompProfile: {type: RuntimeDefault}}
  containers:
    - {name: web, image: "example.org/web:1", ports: [{containerPort: 5005, hostPort: 5005}]}  # a debugger: the way in
---
apiVersion: v1
kind: Pod
metadata: {name: neighbour, namespace: shop}
spec:
  automountServiceAccountToken: false
  securityContext: {seccompProfile: {type: RuntimeDefault}}
  containers:
    - {name: neighbour, image: "example.org/neighbour:1"}
"""
# Verbs, what they lead to by which attack, and what they must not lead to.
VERBS = [
    ("", "secrets", "get, list", "shop/Secret/key read", "secrets-listed-here", ["control of cluster", "other/Secret/key read"]),
    ("", "pods/exec", "create", "foreign code run in shop/Pod/neighbour", "command-run-here", ["control of cluster"]),
    ("", "pods/ephemeralcontainers", "patch", "foreign code run in shop/Pod/neighbour", "pod-changed-here", ["control of cluster"]),
    ("", "serviceaccounts/token", "create", "control of cluster", "token-made-here", []),
    ("", "serviceaccounts", "impersonate", "control of cluster", "account-impersonated-here", []),
    ("", "pods", "create", "control of cluster", "pod-created-here", []),
    ("", "pods", "create", "shop/Secret/key read", "secret-given-to-pod", ["other/Secret/key read"]),
    ("rbac.authorization.k8s.io", "roles", "escalate", "control of Namespace/shop", "role-bound-here", ["other/Secret/key read"]),
    ("rbac.authorization.k8s.io", "roles", "bind", "control of Namespace/shop", "role-bound-here", []),
    ("rbac.authorization.k8s.io", "rolebindings", "create", "control of Namespace/shop", "binding-written-here", []),
    ("*", "*", "'*'", "control of Namespace/shop", "everything-allowed-here", []),
    ("", "pods", "list", None, None, ["shop/Secret/key read", "control of Namespace/shop", "root on node"]),
]


def scan(target):
    run = subprocess.run([PROGRAM, "scan", "-f", "json", target], capture_output=True)
    return json.loads(run.stdout)


def folder(name, files):
    at = os.path.join(WORK.name, name)
    for path, text in files.items():
        os.makedirs(os.path.dirname(os.path.join(at, path)), exist_ok=True)
        with open(os.path.join(at, path), "w") as f:
            f.write(text)
    return at


def made(name, text):
    folder = os.path.join(WORK.name, name)
    os.makedirs(folder)
    with open(os.path.join(folder, name + ".yaml"), "w") as f:
        f.write(text)
    return folder


def to(report, goal):
    return next((p for p in report["paths"] if p["goal"] == goal), None)


def closers(report, path):
    rule = {f["id"]: f["rule"] for f in report["findings"]}
    return [rule[i] for i in path["closed_by"]]


def taken_over_by_socket(report, name):
    path = to(report, "root on host")
    say(path, f"{name}: the host can be taken over", [p["goal"] for p in report["paths"]])
    if path:
        say(closers(report, path) == ["workload-engine-socket"], f"{name}: by one change it cannot", closers(report, path))
        say([s["rule"] for s in path["steps"]][-1] == "socket-used", f"{name}: through the socket", path)
        fix = [x for x in report["fixes"] if path["closed_by"][0] in x["findings"]]
        say(fix and fix[0]["optimal"] and fix[0]["cost"] == 1 and "docker.sock" in fix[0].get("patch", ""),
            f"{name}: the fix is a patch", fix)


STORE = """services:
  cache:
    image: redis:7
    command: redis-server /etc/redis.conf
    volumes: ["./conf/redis.conf:/etc/redis.conf:ro"]
    ports: ["6379:6379"]
"""
OPEN_REDIS = "protected-mode no\nenable-module-command yes\n"
SHUT_REDIS = "protected-mode yes\nrequirepass example-only-long-secret\n"
REGISTRY = """services:
  images:
    image: registry:2
    volumes: ["./registry/config.yml:/etc/docker/registry/config.yml"]
    ports: ["5000:5000"]
  app:
    image: localhost:5000/app:1
"""
REGISTRY_FILE = "version: 0.1\nstorage:\n  delete: {enabled: true}\n  filesystem: {rootdirectory: /data}\nhttp: {addr: ':5000'}\n"
CONTROL = """apiVersion: v1
kind: Pod
metadata: {name: %s, namespace: kube-system}
spec:
  hostNetwork: true
  containers:
    - {name: main, image: "example.org/%s:1", command: [%s, "%s"]}
---
apiVersion: v1
kind: Secret
metadata: {name: key, namespace: shop}
"""
KUBELET = """apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: %s}}
authorization: {mode: %s}
readOnlyPort: %s
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
    - {name: web, image: "example.org/web:1", env: [{name: DB_PASSWORD, value: Tr0ub4dor-and-three}]}
"""
ANYONE = """apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: anyone}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: %s, name: "%s"}]
"""


MAP = """apiVersion: v1
kind: ConfigMap
metadata: {name: cache, namespace: shop}
data:
  redis.conf: |
    protected-mode no
    enable-module-command yes
---
apiVersion: v1
kind: Pod
metadata: {name: cache, namespace: shop}
spec:
  containers:
    - name: cache
      image: redis:7
      args: [/etc/redis/redis.conf]
      ports: [{containerPort: 6379, hostPort: 6379}]
      volumeMounts: [{name: conf, mountPath: /etc/redis}]
  volumes: [{name: conf, configMap: {name: cache}}]
"""


def by(report, goal, rule, what):
    path = to(report, goal)
    say(path and rule in [s["rule"] for s in path["steps"]], what, path or [p["goal"] for p in report["paths"]])


def not_by(report, rule, what):
    say(rule not in [s["rule"] for p in report["paths"] for s in p["steps"]], what,
        [p["sentence"] for p in report["paths"]])


def by_configuration():
    daemon = json.dumps({"hosts": ["unix:///run/docker.sock", "tcp://0.0.0.0:2375"]})
    by(scan(folder("engine", {"etc/docker/daemon.json": daemon})), "root on host", "engine-listens",
       "an engine that listens gives the host away")
    build = '[grpc]\naddress = ["tcp://0.0.0.0:1234"]\n'
    by(scan(folder("buildkit", {"buildkitd.toml": 'insecure-entitlements = ["security.insecure"]\n' + build})), "root on host",
       "build-ordered", "a builder that listens, and gives steps all rights")
    not_by(scan(folder("buildkit-plain", {"buildkitd.toml": build})), "build-ordered", "one that gives them none does not")
    guarded = json.dumps({"hosts": ["tcp://0.0.0.0:2376"], "tlsverify": True})
    not_by(scan(folder("engine-tls", {"etc/docker/daemon.json": guarded})), "engine-listens",
           "one that asks for certificates does not")
    root = folder("root", {"etc/docker/daemon.json": daemon, "etc/os-release": "ID=debian\n", "usr/bin/x": "",
                           "etc/ssh/sshd_config": "PermitEmptyPasswords yes\n"})
    report = scan("rootfs:" + root)
    by(report, "root on host", "engine-listens", "in the root file system of a host, too")
    say([f for f in report["findings"] if f["rule"] == "sshd-empty-password" and f["state"] == "open"],
        "rootfs: the files of its services are judged")

    report = scan(folder("store", {"compose.yaml": STORE, "conf/redis.conf": OPEN_REDIS}))
    by(report, "data of cache read", "store-read", "a Redis that answers everyone tells all")
    by(report, "data of cache changed", "store-written", "and takes all")
    by(report, "foreign code run in cache", "store-loads-code", "and loads modules in its container")
    say(to(report, "data of cache read")["sentence"].startswith("Anyone on internet reaches cache:6379/tcp"),
        "from the port that its workload publishes", to(report, "data of cache read"))
    report = scan(folder("store-shut", {"compose.yaml": STORE, "conf/redis.conf": SHUT_REDIS}))
    not_by(report, "store-read", "one with a password does not")
    proof = [f for f in report["findings"] if f["rule"] == "redis-no-password"]
    say(proof and (proof[0]["state"], proof[0]["element"]) == ("mitigated", "workload:cache"),
        "and the file that the workload mounts is the proof", proof)
    report = scan(folder("store-alone", {"redis.conf": OPEN_REDIS}))
    by(report, "data of redis (redis.conf) read", "store-read", "a file on its own is a service of the host")
    by(report, "root on host", "store-writes-to-host", "from which it leads to the host")

    report = scan(made("map", MAP))
    by(report, "data of shop/Pod/cache read", "store-read", "a file in a ConfigMap is its Pod's")
    proof = [e["line"] for f in report["findings"] if f["rule"] == "redis-module-command" for e in f["evidence"]]
    say(proof == [7], "and its lines are those of the manifest", proof)

    report = scan(folder("registry", {"compose.yaml": REGISTRY, "registry/config.yml": REGISTRY_FILE}))
    by(report, "images of images replaced", "image-pushed", "a registry that asks nobody is poisoned")
    by(report, "foreign code run in app", "poisoned-image-pulled", "and whoever pulls from it")
    asks = REGISTRY_FILE + "auth: {htpasswd: {realm: x, path: /auth}}\n"
    not_by(scan(folder("registry-asks", {"compose.yaml": REGISTRY, "registry/config.yml": asks})), "image-pushed",
           "one that asks is not")

    for program, flag, goal, rule in [("kube-apiserver", "--authorization-mode=AlwaysAllow", "control of cluster", "apiserver-open"),
                                      ("etcd", "--client-cert-auth=false", "shop/Secret/key read", "etcd-open")]:
        report = scan(made(program, CONTROL % (program, program, program, flag)))
        by(report, goal, rule, f"{program} {flag} as a static Pod")
        report = scan(made(program + "-shut", CONTROL % (program, program, program, flag.replace("AlwaysAllow", "RBAC").replace("false", "true"))))
        not_by(report, rule, f"{program} as it should be is no way in")
    report = scan(made("kubelet", KUBELET % ("true", "AlwaysAllow", "10255")))
    by(report, "foreign code run in shop/Pod/web", "kubelet-open", "a kubelet that asks nobody runs commands")
    report = scan(made("kubelet-tells", KUBELET % ("false", "Webhook", "10255")))
    not_by(report, "kubelet-open", "one that asks does not")
    say([p for p in report["paths"] if "kubelet-lists-pods" in [s["rule"] for s in p["steps"]]],
        "but its read-only port tells the secrets in declarations", [p["sentence"] for p in report["paths"]])
    by(scan(made("anyone", ANYONE % ("Group", "system:unauthenticated"))), "control of cluster", "no-name-asked",
       "rights of whoever asks need no credential")
    not_by(scan(made("someone", ANYONE % ("User", "jane"))), "no-name-asked", "those of a user do")


HOLES = """apiVersion: v1
kind: Node
metadata: {name: n1}
status:
  nodeInfo: {kernelVersion: "%s", containerRuntimeVersion: "%s", kubeletVersion: v1.30.0}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  hostNetwork: %s
  securityContext: {seccompProfile: {type: %s}, appArmorProfile: {type: %s}}
  containers:
    - {name: web, image: "example.org/web:1", securityContext: {runAsUser: 0}}
"""
INFO = """{"ServerVersion": "27.0.0", "KernelVersion": "%s", "SecurityOptions": ["name=seccomp,profile=builtin"%s]}"""
RUNC = """{"Server": {"KernelVersion": "6.19.0", "Components": [{"Name": "runc", "Version": "1.2.7"}]}}"""
WEB = """services:
  web:
    image: example.org/web:1
"""


def by_version():
    """A hole of the host's kernel or engine leads out, unless what stops it is there."""
    fine, patched = "containerd://2.9.9", "6.19.0"
    for kernel, engine, host, seccomp, apparmor, rule, what in [
        ("5.10.90", fine, "false", "RuntimeDefault", "RuntimeDefault", "hole-of-pipes", "a kernel with Dirty Pipe"),
        ("4.19.220", fine, "false", "Unconfined", "Unconfined", "hole-of-control-groups", "release_agent without any filter"),
        ("5.4.170", fine, "false", "Unconfined", "RuntimeDefault", "hole-of-mounts", "fsconfig without seccomp"),
        ("6.1.10", fine, "false", "Unconfined", "RuntimeDefault", "hole-of-filters", "nf_tables without seccomp"),
        (patched, "containerd://1.3.5", "true", "RuntimeDefault", "RuntimeDefault", "shim-reached", "containerd-shim in the host's network"),
    ]:
        report = scan(made("hole-" + rule + seccomp, HOLES % (kernel, engine, host, seccomp, apparmor)))
        rules = [s["rule"] for p in report["paths"] for s in p["steps"]]
        say(rule in rules, f"{what}: {rule}", [rules, [f["title"] for f in report["findings"] if f["rule"].startswith("vulnerable")]])
    for kernel, engine, host, seccomp, apparmor, rule, what in [
        ("4.19.220", fine, "false", "RuntimeDefault", "RuntimeDefault", "hole-of-control-groups", "release_agent, and seccomp"),
        ("6.1.10", fine, "false", "RuntimeDefault", "RuntimeDefault", "hole-of-filters", "nf_tables, and seccomp"),
        (patched, fine, "false", "Unconfined", "Unconfined", "hole-of-pipes", "a kernel without Dirty Pipe"),
        (patched, "containerd://1.3.5", "false", "RuntimeDefault", "RuntimeDefault", "shim-reached", "containerd-shim, and a network of its own"),
        ("5.10.0-28-amd64", fine, "false", "RuntimeDefault", "RuntimeDefault", "hole-of-pipes", "a distribution's kernel"),
    ]:
        report = scan(made("shut-" + rule + seccomp + host + kernel, HOLES % (kernel, engine, host, seccomp, apparmor)))
        not_by(report, rule, f"{what}: no path")
    unknown = [f["state"] for f in report["findings"] if f["rule"] == "vulnerable-kernel"]
    say(unknown and set(unknown) == {"unknown"}, "whether a distribution's kernel is mended is unknown", unknown)
    report = scan(folder("info", {"info.json": INFO % ("5.10.90", ""), "compose.yaml": WEB}))
    by(report, "root on host", "hole-of-pipes", "docker info tells the kernel of the host")
    say([f for f in report["findings"] if f["rule"] == "engine-seccomp" and f["state"] == "mitigated"],
        "and how the engine is set up")
    say(not [f for f in report["findings"] if f["rule"] == "engine-icc"], "what it does not say is not judged")
    for option, leads in [("", True), (', "name=userns"', False)]:
        report = scan(folder("masked" + str(leads), {"info.json": INFO % ("6.19.0", option), "version.json": RUNC,
                                                     "compose.yaml": WEB + "    user: root\n"}))
        rules = [s["rule"] for p in report["paths"] for s in p["steps"]]
        say(("masked-paths-bent" in rules) == leads, f"a hole of runc leads out {'' if leads else 'not '}through user namespaces", rules)


SHARED = """services:
  db:
    image: postgres:16
    environment: {POSTGRES_PASSWORD: %s}
    volumes: ["data:/var/lib/postgresql/data"]
  app:
    image: example.org/app:1
    environment:
      %s
    ports: ["5005:5005"]
volumes: {data: {}}
"""
LONG, SHORT = "Tr0ub4dor-and-three", "hunter2"
PULLS = """apiVersion: v1
kind: Secret
metadata: {name: pull, namespace: shop}
type: kubernetes.io/dockerconfigjson
data: {.dockerconfigjson: eyJhdXRocyI6eyJyZWdpc3RyeS5leGFtcGxlLm9yZyI6eyJhdXRoIjoiWVdSdGFXNDZVSEpsZEhSNUxVeHZibWN0VUdGemN3PT0ifX19}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  imagePullSecrets: [{name: pull}]
  containers:
    - {name: web, image: "registry.example.org/web:1"}
"""


def by_secret():
    """What a secret opens."""
    for n, (password, variable) in enumerate([(LONG, f"DATABASE_URL: postgres://app:{LONG}@db:5432/shop"),
                                              (LONG, f"DB_PASS: {LONG}"), (SHORT, f"DB_PASSWORD: {SHORT}"),
                                              (SHORT, f"DATABASE_URL: postgres://app:other-{LONG}@db:5432/shop")]):
        report = scan(made(f"opens{n}", SHARED % (password, variable)))
        path = to(report, "data of db read")
        say(path and path["steps"][-1]["rule"] == "password-opens-store", f"opens the database: {variable}",
            [path, [r for r in report.get("relations", []) if r["kind"] == "opens"]])
    report = scan(made("opens-not", SHARED % (LONG, "DB_PASSWORD: An0ther-L0ng-Phrase")))
    opens = [r for r in report["relations"] if r["kind"] == "opens" and r["from"] == "workload:app"]
    say(not opens, "another password does not", opens)
    cloud = "AWS_ACCESS_KEY_ID: AKIAQYLPMN5HHHFPZAM2\n      AWS_SECRET_ACCESS_KEY: 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"
    report = scan(made("opens-cloud", SHARED % (SHORT, cloud)))
    by(report, "the cloud account of AWS used", "cloud-key-used", "a key of a cloud is its account")
    listing = '{apiGroups: [""], resources: [secrets], verbs: [list]}'
    token = SPACE.replace("metadata: {name: key, namespace: shop}", "metadata: {name: key, namespace: shop, annotations: "
                          "{kubernetes.io/service-account.name: strong}}\ntype: kubernetes.io/service-account-token")
    report = scan(made("token", token % ("pod-security.kubernetes.io/enforce: baseline", listing)))
    by(report, "control of cluster", "account-token-used", "a Secret that holds an account's token is the account")
    report = scan(made("pulls", PULLS))
    by(report, "images of registry.example.org replaced", "pushed-with-credential", "who pulls with a secret pushes with it")

def in_one_namespace():
    baseline = "pod-security.kubernetes.io/enforce: baseline"
    for n, (group, resource, verbs, goal, rule, never) in enumerate(VERBS):
        grant = f'{{apiGroups: ["{group}"], resources: ["{resource}"], verbs: [{verbs}]}}'
        text = SPACE % (baseline, grant)
        if goal != "control of cluster":  # else what the strong account may do is reached by it
            text = text.replace("kind: ClusterRole, name: cluster-admin", "kind: ClusterRole, name: nothing")
        report = scan(made(f"space{n}", text))
        what = f"{verbs} {resource} in one namespace"
        if goal:
            found = [p for p in report["paths"] if p["goal"] == goal and rule in [s["rule"] for s in p["steps"]]]
            say(found, f"{what}: {goal}", [p["sentence"] for p in report["paths"]])
        for other in never:
            say(not to(report, other), f"{what}: not {other}", to(report, other))

    grant = '{apiGroups: [""], resources: [pods], verbs: [create]}'
    plain = "kind: ClusterRole, name: nothing"
    admits = SPACE.replace("kind: ClusterRole, name: cluster-admin", plain)
    path = to(scan(made("admits", admits % ("team: shop", grant))), "root on node")
    say(path and path["steps"][-1]["rule"] == "pod-of-space-takes-node", "a namespace that admits every Pod gives the node away", path)
    report = scan(made("admits-not", admits % (baseline, grant)))
    proof = [f for f in report["findings"] if f["rule"] == "namespace-no-pod-security" and f["state"] == "mitigated"]
    say(not to(report, "root on node") and proof and proof[0]["evidence"][0]["line"],
        "Pod Security forbids it: no path, and the label is the proof", proof)


def main():
    in_one_namespace()
    by_configuration()
    by_version()
    by_secret()
    taken_over_by_socket(scan(made("compose", SOCKET)), "a panel")
    for name in ["portainer", "traefik-golang"]:
        if len(sys.argv) > 2 and os.path.isdir(os.path.join(sys.argv[2], name)):
            taken_over_by_socket(scan(os.path.join(sys.argv[2], name)), name)

    report = scan(made("hardened", HARDENED))
    opened = [f["rule"] for f in report["findings"] if f["state"] == "open"]
    say(report["paths"] == [], "a hardened service has no path", [opened, [p["sentence"] for p in report["paths"]]])
    held = {f["rule"]: f for f in report["findings"] if f["state"] == "mitigated"}
    for rule, line in [("workload-root-user", 4), ("workload-writable-root", 5), ("workload-privilege-escalation", 7),
                       ("workload-no-memory-limit", 8), ("workload-no-pids-limit", 10)]:
        where = [e["line"] for e in held.get(rule, {"evidence": []})["evidence"]]
        say(line in where, f"hardened: {rule} is mitigated, and line {line} proves it", where)

    report = scan(made("cluster", CLUSTER))
    path = to(report, "control of cluster")
    say(path and "binds itself to a role" in path["sentence"], "a token leads over a role to the cluster",
        [p["sentence"] for p in report["paths"]])
    open_without = CLUSTER.replace("robot, namespace: shop}\n---", "robot, namespace: shop}\nautomountServiceAccountToken: false\n---")
    report = scan(made("no-token", open_without))
    path = to(report, "control of cluster")
    say(not path or "takes the token" not in path["sentence"], "without a token it does not", path)
    end()


main()
