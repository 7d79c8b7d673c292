#!/usr/bin/env python3
"""Dumps of whole clusters: what belongs to the system is judged in context, and the Pods of one template are one workload.

  cluster.py SCANTLING      TAP
"""
import json, os, subprocess, sys, tempfile

from tap import end, say

PROGRAM = sys.argv[1]
WORK = tempfile.TemporaryDirectory()


def scan(*items):
    path = os.path.join(WORK.name, "dump.json")
    with open(path, "w") as f:
        json.dump({"apiVersion": "v1", "kind": "List", "items": items}, f)
    p = subprocess.run([PROGRAM, "scan", "-f", "json", "kubernetes:" + path], capture_output=True, timeout=120)
    return json.loads(p.stdout)


def pod(name, ns, image, owner=None, **spec):
    meta = {"name": name, "namespace": ns, "labels": {"app": name.split("-")[0]}}
    if owner:
        meta["ownerReferences"] = [{"kind": owner[0], "name": owner[1]}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta,
            "spec": dict(spec, containers=[{"name": "c", "image": image, "securityContext": {"privileged": True}}])}


def severities(report, rule):
    return {f["element"]: f["severity"] for f in report["findings"] if f["rule"] == rule and f["state"] == "open"}


is_ = severities(scan(pod("proxy", "kube-system", "registry.example.org/kube-proxy:v1.30.0"), pod("web", "shop", "registry.example.org/web:1"),
                      pod("miner", "kube-system", "registry.example.org/miner:1")), "workload-privileged")
say([s for e, s in is_.items() if "proxy" in e] == ["low"], "a part of the cluster is open, and weighs little")
say([s for e, s in is_.items() if "web" in e] == ["critical"], "others weigh what they weigh")
say([s for e, s in is_.items() if "miner" in e] == ["critical"], "also in the system's namespace")

report = scan(*[pod("web-%d" % i, "shop", "registry.example.org/web:1", ("ReplicaSet", "web"), nodeName="n%d" % i) for i in range(500)],
              pod("web-odd", "shop", "registry.example.org/other:1", ("ReplicaSet", "web")))
workloads = [e for e in report["elements"] if e["kind"] == "workload"]
say(len(workloads) == 2, "500 Pods of one template are one workload, and the one that differs is another")

role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "all"},
        "rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]}
found = {f["rule"] for f in scan(role)["findings"] if f["state"] == "open" and f["rule"].startswith("rbac-")}
say(found == {"rbac-wildcard"}, "a role that allows everything is one finding")
node = os.path.join(WORK.name, "kubernetes")
os.makedirs(os.path.join(node, "manifests"))
with open(os.path.join(node, "admin.conf"), "w") as f:
    f.write("apiVersion: v1\nkind: Config\nusers: [{name: admin, user: {client-key-data: AAAA}}]\n")
with open(os.path.join(node, "manifests", "kube-apiserver.yaml"), "w") as f:
    f.write("apiVersion: v1\nkind: Pod\nmetadata: {name: kube-apiserver, namespace: kube-system}\nspec:\n  containers:\n"
            "  - {name: kube-apiserver, image: registry.example.org/kube-apiserver:v1, command: [kube-apiserver, "
            "--anonymous-auth=true, --profiling=false]}\n")
report = json.loads(subprocess.run([PROGRAM, "scan", "-f", "json", node], capture_output=True, timeout=120).stdout)
state = {f["rule"]: f["state"] for f in report["findings"]}
say(state.get("apiserver-anonymous") == "open" and state.get("apiserver-profiling") == "mitigated" and
    state.get("kubeconfig-credentials") == "open", "a node's own folder: flags, and credentials in kubeconfig files")
end()
