/* workload_network.c - what one workload says of its network. Flows between workloads: threat/dfd. */
#include "rule/workload.h"

static const struct word_rule service_links = {
    .key = SETTING_SERVICE_LINKS,
    .bad = "true",
    .kubernetes = { NO, "enableServiceLinks is not set to false" },
};

static bool is_engine(const struct workload *w)
{
    return workload_can_say(w, SETTING_LOG_DRIVER);
}

static enum verdict default_network(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct setting *s = workload_setting(w, SETTING_NS_NET);
    char room[QUOTE_ROOM];

    if (!is_engine(w))
        return VERDICT_NOT_APPLICABLE;
    if (s && str_one_of(s->value, "bridge default"))
        proof_add(p, AT(s), "%s", quoted(s, room));
    WORKLOAD_EACH (w, link, l)
        if (str_eq(l->how, STR("network")))
            return conclude(p, AT(l), "network " STR_FMT, STR_ARG(str_first(l->to, 80)));
    return conclude(p, s ? AT(s) : AT_WORKLOAD(w), "%s", s ? quoted(s, room) : "the project's own network");
}

static enum verdict host_gateway(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    char room[QUOTE_ROOM];

    if (!is_engine(w))
        return VERDICT_NOT_APPLICABLE;
    WORKLOAD_SAID (w, EXTRA_HOST, s)
        if (str_ends(s->value, STR(":host-gateway")))
            proof_add(p, AT(s), "%s", quoted(s, room));
    return conclude(p, AT_WORKLOAD(w), "no host-gateway");
}

static enum verdict host_names(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    char room[QUOTE_ROOM];

    if (!workload_can_say(w, SETTING_EXTRA_HOST) || w->spelling == SPELLING_OCI)
        return VERDICT_NOT_APPLICABLE;
    WORKLOAD_SAID (w, EXTRA_HOST, s)
        if (!str_ends(s->value, STR(":host-gateway")))
            proof_add(p, AT(s), "%s", quoted(s, room));
    return conclude(p, AT_WORKLOAD(w), "binds no name");
}

static enum verdict own_dns(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    char room[QUOTE_ROOM];

    if (!workload_can_say(w, SETTING_DNS) || w->spelling == SPELLING_OCI)
        return VERDICT_NOT_APPLICABLE;
    WORKLOAD_SAID (w, DNS, s)
        proof_add(p, AT(s), "%s", quoted(s, room));
    return conclude(p, AT_WORKLOAD(w), "asks for no server of its own");
}

static enum verdict links_of(const struct workload *w, const char *how, struct proof *p, const char *none)
{
    if (!is_engine(w))
        return VERDICT_NOT_APPLICABLE;
    WORKLOAD_EACH (w, link, l)
        if (str_eq(l->how, str_of(how)))
            proof_add(p, AT(l), "%s " STR_FMT, how, STR_ARG(str_first(l->to, 80)));
    return conclude(p, AT_WORKLOAD(w), "%s", none);
}

static enum verdict legacy_link(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    return links_of(subject, "link", p, "no link");
}

static enum verdict volumes_from(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    return links_of(subject, "volumes-from", p, "no volumes-from");
}

static const struct rule table[] = {
    {
        .check = { .id = "workload-default-network",
                   .title = "Container is on the default bridge",
                   .holds = "Container is on a network of its own",
                   .why = "All containers of the host that name no network are on it together and reach each "
                          "other's ports.",
                   .fix = "Make a network for those that belong together.",
                   .threats = THREAT_BIT(I3),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.30" }, { CAT_CIS_DOCKER, "2.2" }, { CAT_NIST, "4.4.2" },
                                { CAT_OWASP_DOCKER, "D03" }, { CAT_CWE, "CWE-668" }) },
        .on = ON_WORKLOAD,
        .judge = default_network,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "networks: [app]" }),
    },
    {
        .check = { .id = "workload-host-gateway",
                   .title = "Container is told the address of its host",
                   .holds = "Container is not told the address of its host",
                   .why = "What listens on the host for itself alone is then in reach of whoever takes the "
                          "container over.",
                   .fix = "Leave host-gateway out, and let the host's services listen on addresses of their "
                          "own.",
                   .threats = THREAT_BIT(I3),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_NIST, "4.4.2" }, { CAT_OWASP_DOCKER, "D03" }, { CAT_CWE, "CWE-668" }) },
        .on = ON_WORKLOAD,
        .judge = host_gateway,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "# remove: extra_hosts" }),
    },
    {
        .check = { .id = "workload-host-names",
                   .title = "Names are bound to addresses by hand",
                   .holds = "Names are resolved by the network",
                   .why = "A name that is bound here is believed whatever the DNS says: the place where "
                          "traffic is led elsewhere.",
                   .fix = "Use names that the network resolves.",
                   .threats = THREAT_BIT(S1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_NIST, "4.4.2" }, { CAT_MS_MATRIX, "MS-TA9035" },
                                { CAT_OWASP_DOCKER, "D03" }) },
        .on = ON_WORKLOAD,
        .judge = host_names,
    },
    {
        .check = { .id = "workload-own-dns",
                   .title = "Names are resolved by a server of the workload's choice",
                   .holds = "Names are resolved by the network",
                   .why = "Whoever runs that server decides where the workload connects, and names can carry "
                          "data out past policies.",
                   .fix = "Remove dns.",
                   .threats = THREAT_BIT(S1) | THREAT_BIT(I3),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_NIST, "4.4.2" }, { CAT_MS_MATRIX, "MS-TA9035" },
                                { CAT_OWASP_DOCKER, "D03" }) },
        .on = ON_WORKLOAD,
        .judge = own_dns,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "# remove: dns" }),
    },
    {
        .check = { .id = "workload-legacy-link",
                   .title = "Container is joined to another by a legacy link",
                   .holds = "Container has no legacy link",
                   .why = "A link hands the other container's variables over, its secrets among them, and "
                          "works on the default bridge only.",
                   .fix = "Use a network.",
                   .threats = THREAT_BIT(I3) | THREAT_BIT(T1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_NIST, "4.4.2" }, { CAT_OWASP_DOCKER, "D03" }) },
        .on = ON_WORKLOAD,
        .judge = legacy_link,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "networks: [app]" }),
    },
    {
        .check = { .id = "workload-volumes-from",
                   .title = "All volumes of another container are mounted",
                   .holds = "Volumes are mounted one by one",
                   .why = "Whatever the other one keeps, its secrets and programs, is in reach too.",
                   .fix = "Name the volumes that are needed.",
                   .threats = THREAT_BIT(I1) | THREAT_BIT(T2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_NIST, "4.4.3" }, { CAT_OWASP_DOCKER, "D04" }) },
        .on = ON_WORKLOAD,
        .judge = volumes_from,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "volumes: [data:/data:ro]" }),
    },
    {
        .check = { .id = "workload-service-links",
                   .title = "Addresses of all services of the namespace are handed over",
                   .holds = "Addresses of services are not handed over",
                   .why = "An intruder is given the list of what else there is.",
                   .fix = "Set enableServiceLinks: false.",
                   .threats = THREAT_BIT(I3),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_NIST, "4.4.2" }, { CAT_ATTACK, "T1613" },
                                { CAT_OWASP_KUBERNETES, "K01" }) },
        .on = ON_WORKLOAD,
        .judge = judge_word,
        .with = &service_links,
        .snippets = SNIPPETS({ SPELLING_KUBERNETES, "spec:\n  enableServiceLinks: false" }),
    },
};
const struct rule_set rules_workload_network = { "workload_network", table, ARRAY_LEN(table) };
