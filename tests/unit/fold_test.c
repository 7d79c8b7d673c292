/* A Deployment, its ReplicaSets and their Pods are one workload; what differs from its template is another.
 */
#include "model/deployment.h"
#include "parse/parse.h"
#include "tap.h"

#define LABELS(own)       "metadata: {labels: {app: web" own "}}"
#define SPEC(image, more) "{containers: [{name: c, image: '" image "'" more "}]"
#define HASH              ", pod-template-hash: 6c9f"
#define TOKEN(n)                                                                                             \
    ", volumeMounts: [{name: kube-api-access-" n ", readOnly: true, mountPath: "                             \
    "/var/run/secrets/kubernetes.io/serviceaccount}]}], nodeName: node-" n ", serviceAccountName: default, " \
    "volumes: [{name: kube-api-access-" n ", projected: {sources: [{serviceAccountToken: {path: token}}]}}]"
#define DEPLOYMENT                                                                    \
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n" \
    "spec: {replicas: 3, template: {" LABELS("") ", spec: " SPEC("shop/web:1", "") "}}}\n---\n"
#define SET                                                                               \
    "apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: web-6c9f, namespace: shop, " \
    "ownerReferences: [{kind: Deployment, name: web}]}\n"                                 \
    "spec: {replicas: 3, template: {" LABELS(HASH) ", spec: " SPEC("shop/web:1", "") "}}}\n---\n"
#define POD(name, image, more)                                                                         \
    "apiVersion: v1\nkind: Pod\nmetadata: {name: " name ", namespace: shop, labels: {app: web" HASH    \
    "}, ownerReferences: [{kind: ReplicaSet, name: web-6c9f}]}\nspec: {containers: [{name: c, image: " \
    "'" image "'" more "}\n---\n"

#define PODS POD("a", "shop/web:1", TOKEN("1")) POD("b", "shop/web:1", TOKEN("2"))

struct world {
    struct arena arena;
    struct facts facts[2];
    struct deployment d;
};

static void load(struct world *w, const char *first, const char *second)
{
    const char *text[] = { first, second };
    const struct facts *doc[] = { &w->facts[0], &w->facts[1] };
    struct err e = { 0 };

    *w = (struct world){ .arena = ARENA(16 << 20), .facts = { FACTS(16 << 20), FACTS(16 << 20) } };
    for (size_t i = 0; i < 2; i++) {
        struct input in = { STR("all.yaml"), str_of(text[i]), NULL, 0, false };
        if (parser_by_name(STR("kubernetes"))->parse(&in, &w->facts[i], &e) < 0)
            printf("# %s\n", e.text);
    }
    if (deployment_join(&w->d, &w->arena, doc, 2, &e) < 0)
        printf("# %s\n", e.text);
}

static void unload(struct world *w)
{
    facts_free(&w->facts[0]);
    facts_free(&w->facts[1]);
    arena_free(&w->arena);
}

static uint64_t seen(const struct world *w, const char *kind, const char *name)
{
    for (size_t i = 0; i < w->d.n_workload; i++)
        if (str_eq(w->d.workload[i].object->kind, str_of(kind)) &&
            str_eq(w->d.workload[i].object->name, str_of(name)))
            return w->d.workload[i].pods;
    return UINT64_MAX;
}

/* In the order in which kubectl prints them, Pods first; in two documents; without the ReplicaSets. */
static void one_workload(void)
{
    const char *row[][2] = { { POD("a", "shop/web:1", TOKEN("1")) DEPLOYMENT SET,
                               POD("b", "shop/web:1", TOKEN("2")) },
                             { PODS, DEPLOYMENT SET },
                             { SET PODS, DEPLOYMENT },
                             { DEPLOYMENT, PODS } };

    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct world w;
        load(&w, row[i][0], row[i][1]);
        CHECK_INT((long)w.d.n_workload, 1);
        CHECK_INT((long)seen(&w, "Deployment", "web"), 2);
        CHECK_INT((long)w.d.workload[0].fact->replicas, 3);
        unload(&w);
    }
}

static void what_differs_stays(void)
{
    struct world w;

    load(&w, DEPLOYMENT SET,
         POD("a", "shop/web:1", TOKEN("1")) POD("b", "shop/web:0", TOKEN("2"))
             POD("c", "shop/web:1", ", securityContext: {privileged: true}}]")
                 POD("d", "shop/web:1", "}, {name: debug, image: busybox}]"));
    CHECK_INT((long)seen(&w, "Deployment", "web"), 1);
    CHECK_INT((long)seen(&w, "Pod", "b"), 1);
    CHECK_INT((long)seen(&w, "Pod", "c"), 1);
    CHECK_INT((long)seen(&w, "Pod", "d"), 1);
    CHECK_INT((long)w.d.n_workload, 5);
    CHECK_INT((long)w.d.n_resource, 4);
    for (size_t i = 0; i < w.d.n_workload; i++) /* facts moved along with what they are about */
        CHECK(str_eq(workload_value(&w.d.workload[i], SETTING_IMAGE),
                     str_eq(w.d.workload[i].object->name, STR("b"))     ? STR("shop/web:0")
                     : str_eq(w.d.workload[i].fact->name, STR("debug")) ? STR("busybox")
                                                                        : STR("shop/web:1")));
    unload(&w);
}

/* Each Pod of a set has claims of its own, named after it. */
static void claims_of_sets(void)
{
#define SET_POD(n)                                                                                     \
    "apiVersion: v1\nkind: Pod\nmetadata: {name: db-" n ", namespace: shop, ownerReferences: [{kind: " \
    "StatefulSet, name: db}]}\nspec: {containers: [{name: c, image: db, volumeMounts: [{name: data, "  \
    "mountPath: /d}]}], volumes: [{name: data, persistentVolumeClaim: {claimName: data-db-" n "}}]}\n---\n"
    struct world w;

    load(&w,
         "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db, namespace: shop}\nspec: {template: "
         "{spec: {containers: [{name: c, image: db, volumeMounts: [{name: data, mountPath: /d}]}]}}}\n",
         SET_POD("0") SET_POD("1"));
    CHECK_INT((long)w.d.n_workload, 1);
    CHECK_INT((long)seen(&w, "StatefulSet", "db"), 2);
    unload(&w);
}

/* Owners that own each other, and one that is not there. */
static void odd_owners(void)
{
    struct world w;

    load(&w,
         "apiVersion: v1\nkind: Pod\nmetadata: {name: a, ownerReferences: [{kind: Pod, name: b}]}\n"
         "spec: {containers: [{name: c, image: x}]}\n---\n"
         "apiVersion: v1\nkind: Pod\nmetadata: {name: b, ownerReferences: [{kind: Pod, name: a}]}\n"
         "spec: {containers: [{name: c, image: y}]}\n",
         POD("z", "shop/web:1", TOKEN("1")));
    CHECK_INT((long)w.d.n_workload, 3);
    unload(&w);
}

TESTS(T(one_workload), T(what_differs_stays), T(claims_of_sets), T(odd_owners))
