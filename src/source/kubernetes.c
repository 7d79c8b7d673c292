#include "source/deployment.h"

static int open_target(struct source_env *env, struct str target, struct err *e)
{
    return deployment_open(env, target, "kubernetes", e);
}

const struct source source_kubernetes = {
    .name = "kubernetes",
    .what = "Kubernetes manifests, or a dump by kubectl get -o json",
    .syntax = "kubernetes:FILE|DIR|-",
    .open = open_target,
};
