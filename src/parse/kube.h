/* kube.h - what the readers of Kubernetes objects share. kubernetes.c takes a file apart and hands each
 * object to the reader of its kind; a reader adds facts about the object at hand.
 *
 * Readers take what is there: a missing or wrongly typed field is an empty one, as the API server itself
 * would have refused the object. All of them return 0, or -1 with k->e set when memory is spent. */
#pragma once
#include "core/map.h"
#include "doc/doc.h"
#include "model/workload.h"
#include "parse/parse.h"

struct kube {
    const struct input *in;
    struct facts *out;
    struct err *e;
    struct arena *arena;             /* of the document at hand */
    uint32_t lines;                  /* before it in the file: lines of a tree begin with its document */
    size_t bytes;                    /* before it in the file */
    uint32_t object;                 /* index of the FACT_OBJECT at hand */
    struct str kind, api, ns, owner; /* of it */
    struct str item_kind, item_api;  /* of a list whose items do not say them: PodList of the API itself */
    struct map same;                 /* what Pods say: index of their first workload */
    size_t n_objects;                /* read so far, of all documents */
};

/* A reader of one kind, and what makes it suit several. */
typedef int kube_reader(struct kube *k, const struct doc *object, const void *with);
struct kube_kind {
    const char *kind;
    kube_reader *read;
    const void *with;
};
/* One table a family, each ended by an entry without kind. */
extern const struct kube_kind kube_pod_kinds[], kube_network_kinds[], kube_rbac_kinds[], kube_config_kinds[],
    kube_plugin_kinds[];

/* A policy of Calico; `with` NULL: of one namespace. */
kube_reader kube_calico_policy;
/* Objects of kinds that nobody knows: those that hold a Pod template are workloads, whoever runs them. */
int kube_unknown(struct kube *k, const struct doc *object) MUST_USE;

/* The annotation in which kubectl keeps the whole object as it was applied. */
#define KUBE_APPLIED "kubectl.kubernetes.io/last-applied-configuration"

uint32_t kube_line(const struct kube *k, const struct doc *d);
int kube_full(const struct kube *k);

/* Lists of a Pod are looked through again and again: more than the most that any cluster takes is refused,
 * with a note. A missing list is fine. */
enum { KUBE_LIST_MOST = 1000 };
bool kube_bounded(struct kube *k, const struct doc *list);

/* "name=value" of each member, in the document's arena; *skip: a name to leave out, or empty. */
int kube_pairs(struct kube *k, const struct doc *map, struct str skip, struct strs *out) MUST_USE;
/* A label selector: "name=value", "name in (a,b)", "name notin (a,b)", "name exists", "name missing". */
int kube_selector(struct kube *k, const struct doc *selector, struct strs *out) MUST_USE;
/* The scalars of a list. */
int kube_scalars(struct kube *k, const struct doc *list, struct strs *out) MUST_USE;

/* A FACT_PARAMETER of the object at hand. */
int kube_parameter(struct kube *k, struct str component, struct str name, struct str value,
                   uint32_t line) MUST_USE;
/* Everything below `d` as parameters of `component`, their names beginning with `name`: keys joined by dots,
 * places in lists of objects as numbers, each scalar of a list a parameter of its own; "{}" and "[]" what is
 * empty. Values of keys that
 * hold secrets or certificates are left out. */
int kube_flatten(struct kube *k, const struct doc *d, struct str component, struct str name) MUST_USE;

/* Flags of a control plane's programs on the command line of a container. */
int kube_flags(struct kube *k, const struct doc *container) MUST_USE;

/* A quantity ("128Mi", "0.5", "100m", "1e3") times `scale`, rounded up. */
bool kube_quantity(struct str s, uint64_t scale, uint64_t *out);

/* Volumes of a Pod as its container `workload` mounts them; `first`: it also stands for those that no
 * container mounts. */
int kube_mounts(struct kube *k, const struct doc *spec, const struct doc *container, uint32_t workload,
                bool first) MUST_USE;
/* Settings of one container, from its Pod and from itself. */
int kube_settings(struct kube *k, const struct doc *pod, const struct doc *container,
                  uint32_t workload) MUST_USE;

/* How many facts there were before a Pod was read. */
struct kube_mark {
    size_t n[FACT_KIND_COUNT];
};
void kube_mark(const struct kube *k, struct kube_mark *m);
/* If the Pod at hand says the same as an earlier one of its controller: one more replica of that, its own
 * facts are taken back. */
int kube_merge(struct kube *k, const struct kube_mark *since) MUST_USE;
