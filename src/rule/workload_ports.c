/* workload_ports.c - what is reached from outside. */
#include "rule/workload.h"

enum { PRIVILEGED_PORTS = 1024, WIDE_RANGE = 20 };

static const struct port_rule login_ports = { &ports_login, false, "none to log in by" };
static const struct port_rule engine_ports = { &ports_engine, true, "none of an engine or orchestrator" };
static const struct port_rule data_ports = { &ports_data, true,
                                             "none of a data store published beyond this host" };
static const struct port_rule clear_ports = { &ports_clear, true,
                                              "none of a protocol in clear text published beyond this host" };
static const struct port_rule debug_ports = { &ports_debug, false, "none of a debugger" };

static bool is_engine(const struct workload *w)
{
    return w->spelling == SPELLING_COMPOSE || w->spelling == SPELLING_DOCKER_INSPECT ||
           w->spelling == SPELLING_PODMAN_INSPECT;
}

static void prove_port(const struct port *o, struct proof *p)
{
    proof_add(p, AT(o), "port " STR_FMT " published as %s" STR_FMT, STR_ARG(str_first(o->port, 20)),
              o->host_ip.n ? "" : "*:", STR_ARG(str_first(o->host_port, 20)));
}

static enum verdict all_interfaces(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;

    if (!is_engine(w))
        return VERDICT_NOT_APPLICABLE;
    WORKLOAD_EACH (w, port, o)
        if (o->host_port.n && (!o->host_ip.n || str_one_of(o->host_ip, "0.0.0.0 :: [::] *")))
            prove_port(o, p);
    return conclude(p, AT_WORKLOAD(w), "%u ports, none published on all addresses", w->n_port);
}

static enum verdict host_port(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;

    if (w->spelling != SPELLING_KUBERNETES)
        return VERDICT_NOT_APPLICABLE;
    WORKLOAD_EACH (w, port, o)
        if (o->host_port.n && !str_eq(o->host_port, STR("0")))
            prove_port(o, p);
    return conclude(p, AT_WORKLOAD(w), "%u ports, none of them the node's", w->n_port);
}

static enum verdict privileged_port(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    uint32_t from, to;

    if (w->spelling == SPELLING_OCI)
        return VERDICT_NOT_APPLICABLE;
    WORKLOAD_EACH (w, port, o)
        if (port_numbers(o->host_port, &from, &to) && from < PRIVILEGED_PORTS)
            prove_port(o, p);
    return conclude(p, AT_WORKLOAD(w), "%u ports, none published below 1024", w->n_port);
}

static enum verdict many_ports(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    uint32_t from, to;

    if (w->spelling == SPELLING_OCI)
        return VERDICT_NOT_APPLICABLE;
    WORKLOAD_EACH (w, port, o)
        if (port_numbers(o->host_port, &from, &to) && to - from >= WIDE_RANGE)
            prove_port(o, p);
    return conclude(p, AT_WORKLOAD(w), "%u ports, no wide range published", w->n_port);
}

static const struct rule table[] = {
    {
        .check = { .id = "workload-login-port",
                   .title = "A port to log in by is open",
                   .holds = "No port to log in by is open",
                   .why = "A remote login is a way in past the engine: passwords are guessed there all day.",
                   .fix = "Remove the login service; use the engine's exec.",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(T2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.7" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1133" },
                                { CAT_ATTACK, "T1110" }, { CAT_MS_MATRIX, "MS-TA9010" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_CWE, "CWE-284" }) },
        .on = ON_WORKLOAD,
        .judge = judge_port,
        .with = &login_ports,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "ports: [\"127.0.0.1:8080:8080\"]" }),
    },
    {
        .check = { .id = "workload-engine-port",
                   .title = "An engine or orchestrator is published",
                   .holds = "No engine or orchestrator is published",
                   .why = "Whoever reaches it without the right certificate, or with a hole in it, gives "
                          "orders to all containers and so to the host.",
                   .fix = "Do not publish it; bind it to an address that only its users reach, with client "
                          "certificates.",
                   .threats = THREAT_BIT(D2) | THREAT_BIT(E1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "2.7" }, { CAT_NIST, "4.3.2" }, { CAT_ATTACK, "T1133" },
                                { CAT_ATTACK, "T1610" }, { CAT_MS_MATRIX, "MS-TA9005" },
                                { CAT_OWASP_DOCKER, "D03" }, { CAT_OWASP_KUBERNETES, "K09" },
                                { CAT_CWE, "CWE-306" }) },
        .on = ON_WORKLOAD,
        .judge = judge_port,
        .with = &engine_ports,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "ports: [\"127.0.0.1:8080:8080\"]" }),
    },
    {
        .check = { .id = "workload-data-port",
                   .title = "A data store is published beyond the host",
                   .holds = "No data store is published beyond the host",
                   .why =
                       "Whoever reaches the host reaches its data, with the password that it has or has not.",
                   .fix = "Do not publish it: services on the same network reach it without; or bind it to "
                          "127.0.0.1.",
                   .threats = THREAT_BIT(I2) | THREAT_BIT(T6),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.9" }, { CAT_CIS_DOCKER, "5.14" }, { CAT_NIST, "4.4.2" },
                                { CAT_ATTACK, "T1133" }, { CAT_MS_MATRIX, "MS-TA9005" },
                                { CAT_OWASP_DOCKER, "D03" }, { CAT_OWASP_KUBERNETES, "K07" },
                                { CAT_CWE, "CWE-668" }) },
        .on = ON_WORKLOAD,
        .judge = judge_port,
        .with = &data_ports,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "ports: [\"127.0.0.1:8080:8080\"]" }),
    },
    {
        .check = { .id = "workload-clear-port",
                   .title = "A protocol in clear text is published beyond the host",
                   .holds = "No protocol in clear text is published beyond the host",
                   .why =
                       "Whoever is on the way reads and changes what is said, passwords and session cookies "
                       "among it.",
                   .fix = "Put TLS in front of it, or speak the protocol's own over TLS.",
                   .threats = THREAT_BIT(I3) | THREAT_BIT(S1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.9" }, { CAT_NIST, "4.2.1" }, { CAT_OWASP_DOCKER, "D03" },
                                { CAT_OWASP_KUBERNETES, "K07" }, { CAT_CWE, "CWE-319" }) },
        .on = ON_WORKLOAD,
        .judge = judge_port,
        .with = &clear_ports,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "ports: [\"127.0.0.1:8080:8080\"]" }),
    },
    {
        .check = { .id = "workload-debug-port",
                   .title = "A port of a debugger is open",
                   .holds = "No port of a debugger is open",
                   .why = "A debugger runs what it is told, by whoever reaches it.",
                   .fix = "Leave the debugger out of what is deployed.",
                   .threats = THREAT_BIT(S2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.9" }, { CAT_NIST, "4.4.3" }, { CAT_ATTACK, "T1133" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_CWE, "CWE-489" }) },
        .on = ON_WORKLOAD,
        .judge = judge_port,
        .with = &debug_ports,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "ports: [\"127.0.0.1:8080:8080\"]" }),
    },
    {
        .check = { .id = "workload-all-interfaces",
                   .title = "A port is published on all addresses of the host",
                   .holds = "Ports are published on chosen addresses only",
                   .why = "It is reached from every network that the host is on, past the host's firewall "
                          "where the engine writes its own rules: the internet, when the host has a public "
                          "address.",
                   .fix = "Publish it on one address.",
                   .threats = THREAT_BIT(I2) | THREAT_BIT(I3),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.14" }, { CAT_NIST, "4.4.2" }, { CAT_ATTACK, "T1133" },
                                { CAT_MS_MATRIX, "MS-TA9005" }, { CAT_OWASP_DOCKER, "D03" },
                                { CAT_CWE, "CWE-668" }) },
        .on = ON_WORKLOAD,
        .judge = all_interfaces,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "ports: [\"127.0.0.1:8080:8080\"]" }),
    },
    {
        .check = { .id = "workload-host-port",
                   .title = "Pod takes a port of its node",
                   .holds = "Pod takes no port of its node",
                   .why = "It is reached at the node's address past every NetworkPolicy, and another Pod "
                          "cannot have the port.",
                   .fix = "Use a Service.",
                   .threats = THREAT_BIT(I2) | THREAT_BIT(I3),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_KUBERNETES, "5.2.13" }, { CAT_PSS, "baseline" },
                                { CAT_NIST, "4.4.2" }, { CAT_MS_MATRIX, "MS-TA9005" },
                                { CAT_OWASP_KUBERNETES, "K01" }, { CAT_CWE, "CWE-668" }) },
        .on = ON_WORKLOAD,
        .judge = host_port,
        .snippets = SNIPPETS({ SPELLING_KUBERNETES, "ports:\n  - containerPort: 8080" }),
    },
    {
        .check = { .id = "workload-privileged-port",
                   .title = "A privileged port of the host is taken",
                   .holds = "No privileged port of the host is taken",
                   .why = "Ports below 1024 are those of the host's own services: who holds one can pass for "
                          "it.",
                   .fix = "Publish it on a port above 1023, unless a reverse proxy has to be there.",
                   .threats = THREAT_BIT(S1),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_INFO,
                   .refs =
                       REFS({ CAT_CIS_DOCKER, "5.8" }, { CAT_NIST, "4.4.2" }, { CAT_OWASP_DOCKER, "D03" }) },
        .on = ON_WORKLOAD,
        .judge = privileged_port,
        .snippets = SNIPPETS({ SPELLING_COMPOSE, "ports: [\"8080:80\"]" }),
    },
    {
        .check = { .id = "workload-many-ports",
                   .title = "A wide range of ports is published",
                   .holds = "No wide range of ports is published",
                   .why = "Services that nobody thought of are reached through it.",
                   .fix = "Publish the ports that are needed, one by one.",
                   .threats = THREAT_BIT(I3) | THREAT_BIT(I2),
                   .layer = LAYER_ORCHESTRATOR,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "5.9" }, { CAT_NIST, "4.4.2" }, { CAT_OWASP_DOCKER, "D03" },
                                { CAT_OWASP_KUBERNETES, "K07" }, { CAT_CWE, "CWE-668" }) },
        .on = ON_WORKLOAD,
        .judge = many_ports,
    },
};
const struct rule_set rules_workload_ports = { "workload_ports", table, ARRAY_LEN(table) };
