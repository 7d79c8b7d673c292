/* deployment.h - what is declared or runs together: the facts of all documents of one target under one roof,
 * joined into workloads, objects and components. The subject of rules that look across objects, and what the
 * data flows are drawn from.
 *
 * Facts of documents refer to each other by position within their document. Here they are copied into one
 * set, the positions moved along: `object` and `workload` of every fact in `facts` are positions in
 * facts.OBJECT and facts.WORKLOAD of the same set. Texts stay views into the documents' facts. */
#pragma once
#include "model/cluster.h"
#include "model/flow.h"
#include "model/workload.h"

/* Something declared: facts that refer to it follow each other in the order of their documents. */
struct resource {
    const struct object *object;
    const struct deployment *in;
    uint32_t index;                  /* in in->facts */
    uint32_t element;                /* in the model; of a workload's object: its first container's */
    const struct workload *workload; /* its first container; NULL: it runs none */
};

/* Parameters of one component, as one file or one object says them: daemon.json, redis.conf, the flags of a
 * kube-apiserver, the fields of a Namespace. */
struct component {
    struct str name; /* docker, redis, kubelet, Namespace ... */
    struct str path;
    const struct resource *resource; /* that it belongs to; NULL: a configuration file */
    const struct workload *workload; /* that mounts the file and reads it; NULL: none that is known */
    const struct deployment *in;
    uint32_t element;
    const struct parameter *const *parameter; /* in the order of the file */
    size_t n;
};

/* A document as it was read: what a fix is an edit of. */
struct declared {
    struct str path, body;  /* the path that facts say */
    const uint32_t *secret; /* lines, from 1, in their order, that hold a secret: nobody quotes them */
    size_t n_secret;
};

struct deployment {
    struct str target, name; /* as the user named it; for people */
    uint32_t element;        /* what findings about the whole belong to */
    uint32_t host;           /* that all of it runs on */
    struct facts facts;      /* no arena of its own: see above */
    struct workload *workload;
    size_t n_workload; /* workload[i] is facts.WORKLOAD[i] */
    struct resource *resource;
    size_t n_resource; /* resource[i] is facts.OBJECT[i] */
    struct component *component;
    size_t n_component;
    const struct declared *document;
    size_t n_document;
    struct talk *talk; /* who talks to whom, see flow.h */
    size_t n_talk;
    struct image *build; /* what its Dockerfiles will make, as far as they say: scan/builds.h */
    size_t n_build;
    const struct cluster *cluster; /* what Kubernetes' objects mean together; NULL: there are none */
    bool complete; /* every document that was named could be read whole: only then absence means something */
};

/* Put the facts of n documents under one roof and join them. All memory is `a`'s; the facts must live as
 * long. Facts that refer to what is not there are left out. */
int deployment_join(struct deployment *d, struct arena *a, const struct facts *const *doc, size_t n,
                    struct err *e) MUST_USE;

/* Parameters of one component and file follow each other: n_out components of n parameters, which must live
 * as long. NULL in *out: memory. */
struct component *components_of(const struct parameter *const *all, size_t n, struct arena *a, size_t *n_out);

/* The name of a parameter: the others are a part of what the component is told, the rest is not known from
 * here. */
#define PARAMETERS_IN_PART "(in part)"

/* The last parameter of that name: the later overrides; NULL: not said. Names are compared exactly. */
const struct parameter *component_get(const struct component *c, struct str name);
