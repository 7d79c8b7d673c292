#!/usr/bin/env python3
"""A generated cluster, as `kubectl get ... -o json` would dump it: namespaces with Deployments, their ReplicaSets and
Pods, accounts, roles and bindings, Services, an Ingress, network policies, Secrets, ConfigMaps, nodes.

  cluster.py PODS > cluster.json

The same number gives the same cluster. Ten Pods a Deployment, about a hundred Pods a namespace; one workload in
fifty is a system agent with rights on its node, one account in twenty has a role that leads further; one Pod in a
hundred differs from its template. bench/kubernetes measures with it.
"""
import copy, json, random, sys, zlib

POWERS = [(["get", "list"], [""], ["secrets"]), (["create"], [""], ["pods"]), (["create"], [""], ["pods/exec"]),
          (["*"], ["*"], ["*"]), (["bind", "escalate"], ["rbac.authorization.k8s.io"], ["clusterroles"]),
          (["get", "list", "watch"], [""], ["configmaps", "pods", "services"])]


def meta(name, ns=None, labels=None, owner=None):
    m = {"name": name, "uid": "00000000-0000-0000-0000-%012x" % zlib.crc32(("%s/%s" % (ns, name)).encode())}
    if ns:
        m["namespace"] = ns
    if labels:
        m["labels"] = labels
    if owner:
        m["ownerReferences"] = [{"apiVersion": "apps/v1", "kind": owner[0], "name": owner[1], "controller": True}]
    return m


def container(r, name, image):
    c = {"name": name, "image": image, "ports": [{"containerPort": 8080, "protocol": "TCP"}],
         "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}}, "securityContext": {}}
    if r.random() < 0.7:
        c["resources"]["limits"] = {"cpu": "1", "memory": "256Mi"}
    if r.random() < 0.5:
        c["securityContext"] = {"runAsNonRoot": True, "runAsUser": 10001, "allowPrivilegeEscalation": False,
                                "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
                                "seccompProfile": {"type": "RuntimeDefault"}}
    if r.random() < 0.3:
        c["envFrom"] = [{"secretRef": {"name": "credentials"}}]
    return c


def pod_spec(r, app, agent):
    spec = {"containers": [container(r, "main", "registry.example.org/team-%d/%s:1.%d" % (r.randrange(40), app,
                                                                                        r.randrange(9)))],
            "serviceAccountName": "account-%d" % r.randrange(5)}
    if r.random() < 0.2:
        spec["containers"].append(container(r, "proxy", "registry.example.org/mesh/proxy:2.1"))
    if r.random() < 0.4:
        spec["automountServiceAccountToken"] = False
    if agent:
        spec["hostPID"] = True
        spec["containers"][0]["securityContext"] = {"privileged": True}
        spec["containers"][0]["volumeMounts"] = [{"name": "host", "mountPath": "/host"}]
        spec["volumes"] = [{"name": "host", "hostPath": {"path": "/"}}]
    return spec


def running(r, spec):
    """What the scheduler and the API server's admission make of a template; of one in a hundred, somebody else too."""
    spec = copy.deepcopy(spec)
    spec["nodeName"] = "node-%d" % r.randrange(50)
    if spec.get("automountServiceAccountToken", True):
        token = "kube-api-access-%05x" % r.randrange(1 << 20)
        for c in spec["containers"]:
            c.setdefault("volumeMounts", []).append(
                {"name": token, "readOnly": True, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"})
        spec.setdefault("volumes", []).append({"name": token, "projected": {"sources": [
            {"serviceAccountToken": {"path": "token", "expirationSeconds": 3607}}, {"configMap": {"name": "kube-root-ca.crt"}}]}})
    if r.random() < 0.01:
        spec["containers"][0]["image"] += "-hotfix"
    return spec


def namespace(r, n, pods):
    ns = "team-%d" % n
    yield {"apiVersion": "v1", "kind": "Namespace", "metadata": meta(ns, labels={
        "pod-security.kubernetes.io/enforce": r.choice(["baseline", "restricted"])} if r.random() < 0.4 else {})}
    for i in range(5):
        yield {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": meta("account-%d" % i, ns)}
        verbs, groups, resources = POWERS[r.randrange(5) if r.random() < 0.05 else 5]
        kind = "ClusterRole" if r.random() < 0.2 else "Role"
        role = "role-%d-%d" % (n, i)
        yield {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind,
               "metadata": meta(role, None if kind == "ClusterRole" else ns),
               "rules": [{"verbs": verbs, "apiGroups": groups, "resources": resources}]}
        yield {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind + "Binding",
               "metadata": meta(role, None if kind == "ClusterRole" else ns),
               "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": role},
               "subjects": [{"kind": "ServiceAccount", "name": "account-%d" % i, "namespace": ns}]}
    yield {"apiVersion": "v1", "kind": "Secret", "metadata": meta("credentials", ns), "type": "Opaque",
           "data": {"password": "c2VjcmV0"}}
    yield {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta("settings", ns), "data": {"level": "info"}}
    if r.random() < 0.5:
        yield {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": meta("default", ns),
               "spec": {"podSelector": {}, "policyTypes": ["Ingress"],
                        "ingress": [{"from": [{"podSelector": {}}]}]}}
    done = k = 0
    while done < pods:
        size = min(10, pods - done)
        yield from deployment(r, ns, "app-%d" % k, size)
        done += size
        k += 1


def deployment(r, ns, app, size):
    labels = {"app": app}
    spec = pod_spec(r, app, r.random() < 0.02)
    template = {"metadata": {"labels": labels}, "spec": spec}
    yield {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta(app, ns, labels),
           "spec": {"replicas": size, "selector": {"matchLabels": labels}, "template": template}}
    rs, hashed = app + "-5d8f7", dict(labels, **{"pod-template-hash": "5d8f7"})
    yield {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": meta(rs, ns, hashed, ("Deployment", app)),
           "spec": {"replicas": size, "selector": {"matchLabels": hashed},
                    "template": {"metadata": {"labels": hashed}, "spec": spec}}}
    for i in range(size):
        name = "%s-%05d" % (rs, i)
        yield {"apiVersion": "v1", "kind": "Pod", "metadata": meta(name, ns, hashed, ("ReplicaSet", rs)),
               "spec": running(r, spec), "status": {"phase": "Running", "containerStatuses": [
                   {"name": c["name"], "ready": True, "restartCount": 0} for c in spec["containers"]]}}
    yield {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": meta(app, ns),
           "spec": {"podSelector": {"matchLabels": labels}, "policyTypes": ["Ingress"], "ingress": [
               {"from": [{"podSelector": {"matchLabels": {"app": "app-0"}}}], "ports": [{"port": 8080}]}]}}
    kind = r.choice(["ClusterIP", "ClusterIP", "ClusterIP", "NodePort", "LoadBalancer"])
    yield {"apiVersion": "v1", "kind": "Service", "metadata": meta(app, ns),
           "spec": {"type": kind, "selector": labels, "ports": [{"port": 80, "targetPort": 8080}]}}


def items(pods):
    r = random.Random(pods)
    for i in range(50):
        yield {"apiVersion": "v1", "kind": "Node", "metadata": meta("node-%d" % i)}
    n = done = 0
    while done < pods:
        size = min(100, pods - done)
        yield from namespace(r, n, size)
        done += size
        n += 1


def write(pods, to):
    to.write('{"apiVersion": "v1", "kind": "List", "items": [\n')
    for i, item in enumerate(items(pods)):
        to.write((",\n" if i else "") + json.dumps(item))
    to.write("\n]}\n")


if __name__ == "__main__":
    write(int(sys.argv[1]), sys.stdout)
