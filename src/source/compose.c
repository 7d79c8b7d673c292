#include "source/deployment.h"

static int open_target(struct source_env *env, struct str target, struct err *e)
{
    return deployment_open(env, target, "compose", e);
}

const struct source source_compose = {
    .name = "compose",
    .what = "Compose file; several are merged as by -f A -f B",
    .syntax = "compose:FILE[,FILE...]|-",
    .open = open_target,
};
