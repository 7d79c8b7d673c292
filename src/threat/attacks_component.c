/* attacks_component.c - attacks by how servers, engines, registries and the components of a cluster are set up,
 * as data. Where a workload mounts the file or has it in its image, the server is that workload; else it runs on
 * the host. The sentence goes on from "Whoever reaches a port of docker (etc/docker/daemon.json) ...", and
 * behind it stand the titles of the findings used. */
#include "threat/attack.h"

/* A control plane's programs: their own elements, or the static Pods that run them. */
#define ON_CONTROL (ON(ORCHESTRATOR) | ON(WORKLOAD))

static const struct attack table[] = {
    { "shares-ports-of-host", GET(CLIENT, CLIENT), .on = ON(HOST), .way = WAY_GUESTS,
      .there = CHECKS("workload-host-net"), .cost = 2, .does = "reaches {} at the address of its host" },

    /* Engines and what else a host runs. */
    { "engine-listens", GET(CLIENT, NODE), .on = ON(ENGINE), .way = WAY_HOST,
      .any = CHECKS("engine-tls-verify", "containerd-tcp"), .cost = 1,
      .does = "orders the engine to start a container that is root on {}" },
    { "build-ordered", GET(CLIENT, NODE), .on = ON(ENGINE), .way = WAY_HOST,
      .all = CHECKS("buildkit-listens"), .any = CHECKS("buildkit-entitlements"), .cost = 2,
      .does = "orders a build whose step has all rights on {}" },
    { "stream-of-containers-read", GET(CLIENT, SIGHT), .on = ON(ENGINE), .way = WAY_HOST,
      .any = CHECKS("crio-stream-tls"), .cost = 8, .does = "listens in on commands that run on {}" },
    { "login-without-password", GET(CLIENT, NODE), .on = ON(HOST), .way = WAY_RUN_BY,
      .any = CHECKS("sshd-empty-password"), .cost = 2, .does = "logs in to {} with an empty password" },
    { "root-login-guessed", GET(CLIENT, NODE), .on = ON(HOST), .way = WAY_RUN_BY,
      .any = CHECKS("sshd-root-login"), .cost = 10, .does = "guesses or steals the password of root on {}" },

    /* Redis, Valkey, KeyDB: by a file of configuration, or by how a workload starts them. */
    { "store-read", GET(CLIENT, SEEN), .all = CHECKS("redis-protected-mode"),
      .any = CHECKS("redis-no-password", "redis-default-user"), .cost = 1,
      .does = "reads all that {} keeps, for it answers everyone" },
    { "store-written", GET(CLIENT, CHANGED), .all = CHECKS("redis-protected-mode"),
      .any = CHECKS("redis-no-password", "redis-default-user"), .cost = 1,
      .does = "changes what {} keeps, for it answers everyone" },
    { "store-loads-code", GET(CLIENT, CODE), .on = ON_CONTAINER,
      .all = CHECKS("redis-protected-mode", "redis-no-password"),
      .any = CHECKS("redis-module-command", "redis-protected-configs", "redis-dir"), .cost = 2,
      .does = "has {} load a module, or write a file that is run" },
    { "store-writes-to-host", GET(CLIENT, NODE), .on = ON(ENDPOINT), .way = WAY_HOST,
      .all = CHECKS("redis-protected-mode", "redis-no-password"),
      .any = CHECKS("redis-module-command", "redis-protected-configs", "redis-dir"), .cost = 3,
      .does = "has it load a module, or write a key or a job, on {}" },
    { "store-of-workload-read", GET(CLIENT, SEEN), .on = ON(WORKLOAD),
      .any = CHECKS("workload-redis-no-password"), .cost = 1,
      .does = "reads all that {} keeps, for it asks for no password" },
    { "store-of-workload-written", GET(CLIENT, CHANGED), .on = ON(WORKLOAD),
      .any = CHECKS("workload-redis-no-password"), .cost = 1,
      .does = "changes what {} keeps, for it asks for no password" },
    { "store-of-workload-loads-code", GET(CLIENT, CODE), .on = ON(WORKLOAD),
      .all = CHECKS("workload-redis-no-password"), .any = CHECKS("workload-redis-dangerous"),
      .least = SEVERITY_HIGH, .cost = 3, .does = "has {} load a module, or write a file that is run" },

    /* Registries: who may push, poisons everyone who pulls. */
    { "image-pushed", GET(CLIENT, IMAGES),
      .any = CHECKS("registry-no-auth", "registry-silly-auth", "workload-registry-no-auth"), .cost = 1,
      .does = "pushes images to {}, for it asks nobody who he is" },
    { "registry-broken-into", GET(CLIENT, IMAGES), .on = ON_CONTAINER, .any = CHECKS("vulnerable-registry"),
      .least = SEVERITY_HIGH, .cost = 7,
      .does = "changes images of {} through a known hole of its software" },
    { "images-changed-by-root", GET(ROOT, IMAGES), .on = ON(WORKLOAD),
      .any = CHECKS("registry-local-storage"), .cost = 1, .does = "changes the images that {} keeps" },
    { "poisoned-image-pulled", GET(IMAGES, CODE), .way = WAY_USED_BY,
      .there = CHECKS("workload-latest-tag", "workload-image-not-pinned"), .cost = 2,
      .does = "has own code in the image that {} is started from" },
    { "image-deleted", GET(IMAGES, STOPPED), .way = WAY_USED_BY, .any = CHECKS("registry-delete"), .cost = 3,
      .does = "deletes the image that {} is started from" },

    /* The control plane. */
    { "apiserver-open", GET(CLIENT, ADMIN), .on = ON_CONTROL, .way = WAY_CLUSTER,
      .any = CHECKS("apiserver-insecure-port", "apiserver-insecure-address", "apiserver-always-allow"),
      .cost = 1, .does = "gives orders to {}, and nobody asks who it is" },
    { "apiserver-password", GET(CLIENT, ADMIN), .on = ON_CONTROL, .way = WAY_CLUSTER,
      .any = CHECKS("apiserver-token-file", "apiserver-basic-auth"), .cost = 8,
      .does = "guesses or finds a password of {}" },
    { "no-name-asked", GET(HOLDER, RIGHTS), .way = WAY_TRUSTS, .there = CHECKS("binding-anonymous"),
      .cost = 1, .does = "needs no credential for the rights of {}" },
    { "no-name-asked-here", GET(HOLDER, LOCAL), .way = WAY_USES, .there = CHECKS("binding-anonymous"),
      .cost = 1, .does = "needs no credential for the rights of {}" },
    { "etcd-open", GET(CLIENT, ADMIN), .on = ON_CONTROL, .way = WAY_CLUSTER,
      .any = CHECKS("etcd-client-auth"), .cost = 1, .does = "reads and writes all that {} keeps" },
    { "etcd-peer-joins", GET(CLIENT, ADMIN), .on = ON_CONTROL, .way = WAY_CLUSTER,
      .any = CHECKS("etcd-peer-auth"), .cost = 4, .does = "joins the store of {}" },
    { "kubelet-open", GET(CLIENT, EXEC), .on = ON_CONTROL, .way = WAY_CLUSTER,
      .all = CHECKS("kubelet-anonymous", "kubelet-always-allow"), .cost = 1,
      .does = "has a kubelet of {} run commands" },
    { "kubelet-unverified", GET(CLIENT, EXEC), .on = ON_CONTROL, .way = WAY_CLUSTER,
      .any = CHECKS("kubelet-always-allow"), .cost = 4,
      .does = "has a kubelet of {} run commands for a name that it does not verify" },
    { "kubelet-lists-pods", GET(CLIENT, TOLD), .on = ON_CONTROL, .way = WAY_CLUSTER,
      .any = CHECKS("kubelet-read-only"), .cost = 1, .does = "has a kubelet of {} list its Pods" },
    { "told-with-the-pod", GET(TOLD, SECRETS), .way = WAY_RUNS,
      .there = CHECKS("workload-secret-in-environment", "workload-secret-in-command"), .cost = 1,
      .does = "reads the secrets in the declaration of {}" },
    { "credentials-in-file", GET(CLIENT, ADMIN), .on = ON_CONTROL, .way = WAY_CLUSTER,
      .any = CHECKS("kubeconfig-credentials"), .cost = 10, .does = "finds the credentials of {} in a file" },
};
const struct attack_set attacks_component = { table, ARRAY_LEN(table) };
