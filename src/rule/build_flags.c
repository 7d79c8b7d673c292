/* build_flags.c - what steps of Dockerfiles ask of the machine that builds. */
#include "rule/workload.h"

/* A flag of RUN and the value that opens. */
struct build_flag {
    const char *word, *gives;
};

static enum verdict asks(const struct rule *r, const void *subject, struct proof *p)
{
    const struct deployment *d = subject;
    const struct build_flag *t = r->with;
    const struct workload *last = NULL;
    size_t stages = 0;

    for (size_t i = 0; i < d->n_workload; i++) {
        const struct workload *w = &d->workload[i];
        if (w->spelling != SPELLING_DOCKERFILE)
            continue;
        last = w;
        stages++;
        WORKLOAD_SAID (w, BUILD_OPTION, s)
            if (str_eq(s->value, str_of(t->word)))
                proof_add(p, AT(s), "RUN --%s: %s", t->word, t->gives);
    }
    if (!stages)
        return VERDICT_NOT_APPLICABLE;
    return conclude(p, AT_WORKLOAD(last), "no step of %zu stages has --%s", stages, t->word);
}

static const struct build_flag insecure = { "security=insecure",
                                            "the step has all rights on the host that builds" },
                               network = { "network=host",
                                           "the step reaches what listens for the host alone" };

static const struct rule table[] = {
    { CHECK_RECORD(LAYER_ENGINE, "dockerfile-run-insecure", "A build step asks for all rights on the host",
                   "No build step asks for rights on the host",
                   "Whoever changes the Dockerfile, or what the step fetches, is root where it is built.",
                   "Drop --security=insecure; build what needs it in a virtual machine.", HIGH,
                   THREAT_BIT(E1) | THREAT_BIT(S2), { CAT_NIST, "4.1.2" }, { CAT_ATTACK, "T1612" },
                   { CAT_CWE, "CWE-250" }),
      .on = ON_DEPLOYMENT, .judge = asks, .with = &insecure },
    { CHECK_RECORD(LAYER_ENGINE, "dockerfile-run-host-network", "A build step has the network of the host",
                   "No build step has the network of the host",
                   "What it fetches and runs reaches the services and the metadata of the host that builds.",
                   "Drop --network=host.", MEDIUM, THREAT_BIT(I3) | THREAT_BIT(S2), { CAT_NIST, "4.1.2" },
                   { CAT_ATTACK, "T1612" }, { CAT_CWE, "CWE-668" }),
      .on = ON_DEPLOYMENT, .judge = asks, .with = &network },
};
const struct rule_set rules_build_flags = { "build_flags", table, ARRAY_LEN(table) };
