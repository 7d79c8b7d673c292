/* fact_deployment.h - the kinds of fact that describe what is to run or runs: Compose, Kubernetes,
 * Dockerfile, inspect, OCI bundles and configuration files all say the same things in these words. Included
 * by fact.h.
 *
 * Facts refer to each other by position within the facts of one document: `object` is the index of a
 * FACT_OBJECT, `workload` of a FACT_WORKLOAD. Tri-state numbers are enum tri. `line` is the line that
 * decides, from 1; 0 when the format has none. */
#pragma once

#define FACT_OBJECT(F, S)                                                                              \
    F(S, STR, kind, "as the format calls it: Deployment, Service, NetworkPolicy, Secret, compose ...") \
    F(S, STR, api, "Kubernetes: apiVersion; else the spelling")                                        \
    F(S, STR, ns, "Kubernetes namespace, Compose project; empty: not said, or cluster-wide")           \
    F(S, STR, name, "")                                                                                \
    F(S, STRS, labels, "name=value")                                                                   \
    F(S, STRS, annotations, "name=value")                                                              \
    F(S, STR, owner, "Kubernetes ownerReferences: kind/name of the controller")                        \
    F(S, STR, path, "")                                                                                \
    F(S, U32, line, "")

/* One container as declared or running, after everything that decides about it in its own document is
 * applied. */
#define FACT_WORKLOAD(F, S)                                                                     \
    F(S, U32, object, "that declares it")                                                       \
    F(S, STR, spelling, "dockerfile, compose, kubernetes, docker-inspect, podman-inspect, oci") \
    F(S, STR, name, "of the container, service or stage")                                       \
    F(S, U32, role, "enum workload_role")                                                       \
    F(S, STRS, labels, "of the Pod or container, name=value: what selectors match")             \
    F(S, STRS, profiles, "Compose: only with one of these")                                     \
    F(S, U64, replicas, "how many of it; 1 when not said")                                      \
    F(S, STR, path, "")                                                                         \
    F(S, U32, line, "")

/* A value of the workload, normalised: see the list of settings in workload.h. Absent: the document does not
 * say. */
#define FACT_SETTING(F, S)                                                           \
    F(S, U32, workload, "")                                                          \
    F(S, U32, key, "enum setting")                                                   \
    F(S, STR, value, "normalised: numbers in base units, lists one fact an element") \
    F(S, STR, said, "as written, when that differs")                                 \
    F(S, U32, from, "enum said_by: on which level it was said")                      \
    F(S, STR, path, "")                                                              \
    F(S, U32, line, "")

#define FACT_MOUNT(F, S)                                                                            \
    F(S, U32, workload, "")                                                                         \
    F(S, STR, kind,                                                                                 \
      "bind, volume, tmpfs, secret, configmap, projected, downward, pvc, image, device, nfs, csi, " \
      "emptydir, "                                                                                  \
      "ephemeral; other volumes as Kubernetes' API calls them")                                     \
    F(S, STR, source, "host path, volume or object name; empty: anonymous")                         \
    F(S, STR, target, "path in the container; empty: a volume of the Pod that none mounts")         \
    F(S, U32, read_only, "enum tri")                                                                \
    F(S, STR, propagation, "rshared, rslave, private ...")                                          \
    F(S, STR, sub_path, "")                                                                         \
    F(S, STRS, options, "noexec, nosuid, z, Z, U, mode=0400, items ...")                            \
    F(S, U64, size, "limit in bytes; 0: none")                                                      \
    F(S, STR, path, "")                                                                             \
    F(S, U32, line, "")

#define FACT_PORT(F, S)                                                                  \
    F(S, U32, workload, "")                                                              \
    F(S, STR, name, "")                                                                  \
    F(S, STR, port, "in the container: number or range; empty with a name")              \
    F(S, STR, protocol, "tcp, udp, sctp")                                                \
    F(S, STR, host_port, "published as; 0: as the engine chooses; empty: not published") \
    F(S, STR, host_ip, "address it is published on; empty: all")                         \
    F(S, STR, path, "")                                                                  \
    F(S, U32, line, "")

#define FACT_VARIABLE(F, S)                                                                  \
    F(S, U32, workload, "")                                                                  \
    F(S, STR, name, "")                                                                      \
    F(S, STR, value, "when it stands in the document")                                       \
    F(S, STR, source, "literal, secret:NAME/KEY, configmap:NAME/KEY, field:PATH, file:PATH") \
    F(S, STR, path, "")                                                                      \
    F(S, U32, line, "")

/* Evidence of intent: what a workload says that it talks to, waits for or shares. */
#define FACT_LINK(F, S)                                                                            \
    F(S, U32, workload, "")                                                                        \
    F(S, STR, how,                                                                                 \
      "depends-on, link, network, network-of, volumes-from, extends, build-from, service-account") \
    F(S, STR, to, "name in the same document (network, service, workload, stage, account)")        \
    F(S, STRS, aliases, "names it is known by there")                                              \
    F(S, STR, path, "")                                                                            \
    F(S, U32, line, "")

/* Something shared that a Compose file or an engine declares: networks, volumes, secrets and configs. */
#define FACT_SHARED(F, S)                                                                              \
    F(S, U32, object, "")                                                                              \
    F(S, STR, kind, "network, volume, secret, config")                                                 \
    F(S, STR, name, "")                                                                                \
    F(S, STR, driver, "")                                                                              \
    F(S, STR, source, "file:PATH, environment:NAME, external, device:PATH; empty: made by the engine") \
    F(S, U32, internal, "enum tri: networks without a way out")                                        \
    F(S, STRS, options, "name=value: driver options, encryption, icc")                                 \
    F(S, STR, path, "")                                                                                \
    F(S, U32, line, "")

/* Kubernetes: how traffic finds Pods. One fact a port of a Service; an Ingress, Gateway or route has one a
 * rule. */
#define FACT_ROUTE(F, S)                                                                                \
    F(S, U32, object, "")                                                                               \
    F(S, STR, kind, "ClusterIP, NodePort, LoadBalancer, ExternalName, Ingress, Gateway, HTTPRoute ...") \
    F(S, STRS, selector, "name=value of Pods; Services")                                                \
    F(S, STR, host, "host name, external name or address")                                              \
    F(S, STR, url_path, "")                                                                             \
    F(S, STR, port, "it listens on")                                                                    \
    F(S, STR, protocol, "")                                                                             \
    F(S, STR, target_port, "number or name on the Pod or Service behind it")                            \
    F(S, STR, node_port, "")                                                                            \
    F(S, STR, to, "name of the Service behind it, with namespace/ when another")                        \
    F(S, STR, parent, "Gateway that a route hangs on, with namespace/ when another")                    \
    F(S, U32, tls, "enum tri")                                                                          \
    F(S, STRS, sources, "loadBalancerSourceRanges, allow-lists")                                        \
    F(S, STR, path, "")                                                                                 \
    F(S, U32, line, "")

/* NetworkPolicy: one fact for each (policy, direction, peer, port); a policy that allows nothing has one with
 * peer "none". */
#define FACT_POLICY(F, S)                                                                          \
    F(S, U32, object, "")                                                                          \
    F(S, STR, direction, "ingress, egress")                                                        \
    F(S, STRS, selector,                                                                           \
      "Pods it isolates; none: all. As every selector here: name=value, name in (a,b), "           \
      "name notin (a,b), name exists, name missing")                                               \
    F(S, STRS, namespaces, "of policies of the cluster: selector of the namespaces they hold for") \
    F(S, STR, action, "of ordered policies: allow, deny, pass; empty: allow")                      \
    F(S, U32, priority, "of ordered policies: the lower decides; 0 for others")                    \
    F(S, BOOL, isolates, "an ordered one that isolates as NetworkPolicy does: Cilium, Calico")     \
    F(S, STR, peer,                                                                                \
      "any, none, pods, cidr, world (all outside), somewhere (outside, not known where), unknown") \
    F(S, STRS, peer_pods, "selector")                                                              \
    F(S, STRS, peer_namespaces, "selector; \"*\": all; none: the policy's own")                    \
    F(S, STR, cidr, "")                                                                            \
    F(S, STRS, except, "")                                                                         \
    F(S, STR, port, "number, range or name; empty: all")                                           \
    F(S, STR, protocol, "")                                                                        \
    F(S, STR, path, "")                                                                            \
    F(S, U32, line, "")

/* RBAC: one rule of a Role or ClusterRole, and one subject of a binding. */
#define FACT_GRANT(F, S)                          \
    F(S, U32, object, "the role")                 \
    F(S, STRS, verbs, "")                         \
    F(S, STRS, groups, "apiGroups")               \
    F(S, STRS, resources, "with subresources")    \
    F(S, STRS, names, "resourceNames; none: all") \
    F(S, STRS, urls, "nonResourceURLs")           \
    F(S, STR, path, "")                           \
    F(S, U32, line, "")

#define FACT_BINDING(F, S)                                 \
    F(S, U32, object, "the binding")                       \
    F(S, STR, role_kind, "Role, ClusterRole")              \
    F(S, STR, role, "")                                    \
    F(S, STR, subject_kind, "ServiceAccount, User, Group") \
    F(S, STR, subject_ns, "")                              \
    F(S, STR, subject, "")                                 \
    F(S, STR, path, "")                                    \
    F(S, U32, line, "")

/* What an object holds: the keys of Secrets and ConfigMaps, never a secret's value. */
#define FACT_HELD(F, S)                                                                \
    F(S, U32, object, "")                                                              \
    F(S, STR, key, "")                                                                 \
    F(S, STR, type, "Secrets: Opaque, kubernetes.io/tls ...")                          \
    F(S, BOOL, clear, "a secret that stands in the document readable (base64 counts)") \
    F(S, STR, value, "ConfigMaps: the text; Secrets: empty")                           \
    F(S, STR, path, "")                                                                \
    F(S, U32, line, "of the value")                                                    \
    F(S, U64, offset, "of its first byte in the file")                                 \
    F(S, U64, bytes, "that it takes there, quotes and escapes included")

/* A parameter of a component, whatever file or command line says it: daemon.json, containers.conf,
 * redis.conf, registry config.yml, kube-apiserver flags, kubelet configuration, sshd_config, sysctl ... Also
 * object fields that rules ask for and that have no kind of their own (quotas, webhooks, PodSecurity labels,
 * accounts). */
#define FACT_PARAMETER(F, S)                                                                             \
    F(S, U32, object, "that it belongs to, UINT32_MAX: a configuration file")                            \
    F(S, STR, component,                                                                                 \
      "docker, containerd, crio, podman, redis, registry, kube-apiserver, kubelet, etcd, sshd, sysctl, " \
      "Namespace ...")                                                                                   \
    F(S, STR, name, "as the component spells it; nested keys joined by dots")                            \
    F(S, STR, value, "")                                                                                 \
    F(S, STR, path, "")                                                                                  \
    F(S, U32, line, "")

/* Another document that is needed to understand this one: the caller reads it and asks again (struct input).
 */
#define FACT_WANT(F, S)                                                     \
    F(S, STR, file, "relative to the folder of the document that names it") \
    F(S, STR, from, "that document")                                        \
    F(S, BOOL, optional, "it is no error when it is missing")               \
    F(S, U32, line, "")

/* A file of a source tree that belongs to a deployment: it is understood with the others, when the tree has
 * been read. */
#define FACT_DOCUMENT(F, S)                                                                              \
    F(S, STR, kind, "as in struct parser.document; chart, kustomization: what lies beside it is of one") \
    F(S, STR, path, "")

#define FACT_DEPLOYMENT_KINDS(X)            \
    X(OBJECT, object, "objects")            \
    X(WORKLOAD, workload_fact, "workloads") \
    X(SETTING, setting, "settings")         \
    X(MOUNT, mount, "mounts")               \
    X(PORT, port, "ports")                  \
    X(VARIABLE, variable, "variables")      \
    X(LINK, link_fact, "links")             \
    X(SHARED, shared, "shared")             \
    X(ROUTE, route, "routes")               \
    X(POLICY, policy, "policies")           \
    X(GRANT, grant, "grants")               \
    X(BINDING, binding, "bindings")         \
    X(HELD, held, "held")                   \
    X(PARAMETER, parameter, "parameters")   \
    X(WANT, want, "wants")                  \
    X(DOCUMENT, document, "documents")

enum workload_role { WORKLOAD_MAIN, WORKLOAD_INIT, WORKLOAD_SIDECAR, WORKLOAD_EPHEMERAL, WORKLOAD_STAGE };
/* Who said a setting: the later overrides the earlier. */
enum said_by { SAID_BY_DEFAULT, SAID_BY_IMAGE, SAID_BY_ENGINE, SAID_BY_POD, SAID_BY_CONTAINER };
/* Places of ordered policies among those of Kubernetes, which have none: those of plugins that come first, and
 * the next that come later. Admin policies come before, the baseline is last. */
enum { POLICY_FIRST = 1 << 29, POLICY_KUBERNETES = 1 << 30, POLICY_STEP = 1 << 20 };
