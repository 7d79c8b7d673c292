#!/usr/bin/env python3
"""Kubernetes Goat is a cluster made to be attacked, and says how: each of its scenarios is found, by the rules that
are about it, on the element where it is. What a scenario hides inside an image is not in a manifest.

  goat.py SCANTLING SHARED_DATA      TAP; skips aloud without the manifests
"""
import json, os, subprocess, sys

from tap import end, say, skip_all

PROGRAM, SHARED = sys.argv[1:3]
GOAT = os.path.join(SHARED, "deployments", "kubernetes-goat")
# scenario, element (a part of its id), rules that must be open there
SCENARIOS = [
    ("the engine's socket in a health check", "health-check-deployment",
     ["workload-engine-socket", "workload-privileged"]),
    ("one service reaches what is internal to another", "internal-proxy-deployment/internal-api",
     ["workload-ingress-open", "workload-egress-open", "workload-metadata"]),
    ("the host's file system in a container", "system-monitor-deployment",
     ["workload-host-root", "workload-privileged", "workload-host-pid", "workload-host-ipc", "workload-privilege-escalation",
      "workload-pod-security-baseline"]),
    ("a key in the environment", "system-monitor-deployment", ["workload-secret-as-variable"]),
    ("and its value in the manifest", "Secret/goatvault", ["secret-in-manifest"]),
    ("a benchmark of Docker with all of the host", "docker-bench-security",
     ["workload-engine-socket", "workload-privileged", "workload-host-pid", "workload-host-net", "workload-root-user"]),
    ("a benchmark of Kubernetes on the control plane", "kube-bench-master",
     ["workload-host-pid", "workload-host-etc", "workload-control-plane"]),
    ("a service open on each node", "internal-proxy-info-app-service", ["service-node-port"]),
    ("no boundary between namespaces", "cache-store-deployment", ["workload-ingress-open"]),
    ("nor one by default", "orchestrator:cluster", ["namespace-ingress-open", "namespace-egress-open"]),
    ("a workload that takes all memory", "hunger-check-deployment", ["workload-no-memory-limit", "workload-no-cpu-limit"]),
    ("a role that reads every Secret", "Role/secret-reader", ["rbac-secrets-read", "rbac-wildcard"]),
    ("a workload that has it", "hunger-check-deployment", ["workload-strong-account", "workload-api-token"]),
    ("and Secrets to be read", "Secret/vaultapikey", ["secret-in-manifest"]),
    ("an account with the whole cluster", "ClusterRoleBinding/superadmin", ["binding-cluster-admin"]),
    ("a registry that nobody guards", "poor-registry-deployment", ["workload-ingress-open"]),
    ("a miner in a job: its image is whatever the tag names", "batch-check-job", ["workload-latest-tag", "workload-image-not-pinned"]),
    ("code of a build: the same", "build-code-deployment", ["workload-latest-tag", "workload-image-not-pinned"]),
    ("secrets in layers: the same", "Job/hidden-in-layers", ["workload-latest-tag", "workload-image-not-pinned"]),
    ("namespaces admit everything", "Namespace/big-monolith", ["namespace-no-pod-security", "namespace-no-quota"]),
]

if not os.path.isdir(GOAT):
    skip_all("no manifests of Kubernetes Goat: give the build -Dshared_data=DIR")
run = subprocess.run([PROGRAM, "scan", "-f", "json", GOAT], capture_output=True, timeout=120)
report = json.loads(run.stdout)
for what, element, rules in SCENARIOS:
    found = {f["rule"] for f in report["findings"] if f["state"] == "open" and element in f["element"] and f["evidence"]}
    say(found.issuperset(rules), what, "not found on %s: %s" % (element, " ".join(r for r in rules if r not in found)))
charts = [i for i in report["incomplete"] if "metadata-db" in i["where"]]
say(len(charts) == 1, "the chart that was not rendered is told once", charts)
end()
