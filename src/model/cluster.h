/* cluster.h - what the Kubernetes objects of a deployment mean together: which object a name means, which
 * Pods a selector, which policies isolate a workload and what they let through, and who may do what.
 *
 * Made once by deployment_join, kept at deployment.cluster; everything is the deployment's arena's.
 * Namespaced objects without a namespace are in "default", as kubectl would put them.
 *
 * Sizes: n workloads with p policies in a namespace cost n log n + groups * p. Workloads that no selector can
 * tell apart are one group, so a cluster of 10,000 Pods has some hundred. */
#pragma once
#include "model/selector.h"
#include "model/workload.h"

struct resource;
struct deployment;

/* A namespace that is declared, or that something is in. */
struct space {
    struct str name;
    const struct resource *object;          /* NULL: not declared here */
    struct strs labels;                     /* with kubernetes.io/metadata.name, as the server adds it */
    const struct workload *const *workload; /* in it, in the order of the documents */
    uint32_t n_workload;
};

/* Workloads of one namespace that no policy can tell apart. */
struct pod_group {
    uint32_t space;
    struct strs labels;
    bool host_network;                     /* policies do not hold for it, it is the node */
    bool isolated[2];                      /* by a NetworkPolicy; index: enum direction */
    bool unclear[2];                       /* a policy that may be for it is not understood */
    const struct policy *const *policy[2]; /* of those that select it: admin policies first, in their order */
    size_t n_policy[2];
    uint32_t n_workload;
};
enum direction { INGRESS, EGRESS };

/* One thing that somebody may do. */
struct permission {
    const struct grant *grant;
    const struct binding *by;
    struct str ns; /* only there; empty: in the whole cluster */
};
struct identity {
    struct str kind, ns, name; /* ServiceAccount, User, Group */
    const struct permission *permission;
    size_t n_permission;
};

struct cluster {
    const struct deployment *in;
    const struct resource *const *by_name; /* sorted by kind, namespace, name */
    size_t n_by_name;
    struct space *space;
    size_t n_space;
    struct pod_group *group;
    size_t n_group;
    const uint32_t *group_of;  /* of each workload of the deployment; UINT32_MAX: not of Kubernetes */
    struct identity *identity; /* sorted by kind, namespace, name */
    size_t n_identity;
    bool foreign_policies; /* of a network plugin that nobody here understands */
    bool unclear_policies; /* of one that is known, but whom they are for is not */
};

/* NULL in *out when there is nothing of Kubernetes. */
int cluster_build(const struct deployment *d, struct arena *a, const struct cluster **out,
                  struct err *e) MUST_USE;
/* Steps of it, each in a file of its own. */
int cluster_build_groups(struct cluster *c, struct arena *a, struct err *e) MUST_USE;
int cluster_build_identities(struct cluster *c, struct arena *a, struct err *e) MUST_USE;

/* ---- objects ---- */

/* The object; ns is left out for kinds without namespaces. NULL: not in the deployment. */
const struct resource *cluster_find(const struct cluster *c, struct str kind, struct str ns, struct str name);
/* All objects of a kind in a namespace: the first of them, *n follow each other. */
const struct resource *const *cluster_kind(const struct cluster *c, struct str kind, struct str ns,
                                           size_t *n);
/* The namespace that an object is in; empty for those without. */
struct str object_namespace(const struct object *o);
/* NULL: nothing is known of it. */
const struct space *cluster_space(const struct cluster *c, struct str name);
struct str workload_namespace(const struct workload *w);

/* The facts of an object, which follow each other: `FACTS_OF(r, grant, &n)`. */
#define FACTS_OF(r, name, n)   ((const struct name *)facts_of((r), FACT_KIND_OF_##name, (n)))
#define FACT_KIND_OF_grant     FACT_GRANT_KIND
#define FACT_KIND_OF_binding   FACT_BINDING_KIND
#define FACT_KIND_OF_route     FACT_ROUTE_KIND
#define FACT_KIND_OF_policy    FACT_POLICY_KIND
#define FACT_KIND_OF_held      FACT_HELD_KIND
#define FACT_KIND_OF_parameter FACT_PARAMETER_KIND
const void *facts_of(const struct resource *r, enum fact_kind kind, size_t *n);
/* The last parameter of that name of an object; NULL: not said. */
const struct parameter *resource_get(const struct resource *r, struct str name);

/* Does something of the system declare it: CNI, CSI, control plane? They need what others should not have. */
bool is_system_namespace(struct str ns);
bool workload_is_system(const struct workload *w);

/* ---- what may reach what ---- */

/* May `from` open a connection to `to` on the port? By the letter of NetworkPolicy: egress of the one and
 * ingress of the other must allow it, who is not isolated is allowed everything, containers of one Pod
 * always reach each other. Policies of Cilium and Calico count as their
 * documentation says; where one that decides is not understood, the answer is no. Policies do not hold for Pods in the node's network. port 0: some port;
 * protocol empty: tcp. */
bool kube_allows(const struct cluster *c, const struct workload *from, const struct workload *to,
                 uint32_t port, struct str protocol);
/* The same for groups: `to` stands for the named ports of the one or the other. */
bool kube_allows_groups(const struct cluster *c, const struct pod_group *from, const struct pod_group *to,
                        const struct workload *ports_of, uint32_t port, struct str protocol);
/* May it connect to an address outside of the cluster ("169.254.169.254"), or be reached from anywhere? */
bool kube_allows_address(const struct cluster *c, const struct workload *from, struct str address,
                         uint32_t port);
bool kube_allows_outside(const struct cluster *c, const struct workload *to, uint32_t port);
/* Of the latter two: is the answer not known, for a policy that decides is not understood? */
bool kube_unclear_address(const struct cluster *c, const struct workload *from, struct str address,
                          uint32_t port);
/* NULL: of another spelling. */
const struct pod_group *cluster_group(const struct cluster *c, const struct workload *w);
/* Does the policy let something of the kind through: is it "any" peer, or the whole address space? */
bool policy_is_open(const struct policy *p);

/* ---- who may do what ---- */

/* NULL: nothing is bound to it. */
const struct identity *cluster_identity(const struct cluster *c, struct str kind, struct str ns,
                                        struct str name);
/* What an account may do by itself and as a member of its groups: call with i from 0 until NULL. */
const struct identity *account_identity(const struct cluster *c, struct str ns, struct str name, size_t i);
/* The account of a workload. */
struct str workload_account(const struct workload *w);

/* Does the grant allow the verb on the resource ("secrets", "pods/exec")? Wildcards count; grants for single
 * names (resourceNames) count only with `named`. */
bool grant_allows(const struct grant *g, struct str verb, struct str group, struct str resource, bool named);
/* The rules of a role, those it aggregates included: call with i from 0 until NULL. Roles that Kubernetes
 * brings along are known without being declared. */
const struct grant *role_grant(const struct cluster *c, struct str kind, struct str ns, struct str name,
                               size_t i);
