/* image_ports.c - what the ports that an image exposes tell. */
#include "rule/common.h"
#include "rule/ports.h"

struct port_table {
    const struct port_list *list;
    const char *none;
};

/* "8000-8010/tcp": EXPOSE allows ranges. false: not a port. */
static bool port_range(struct str port, uint32_t *from, uint32_t *to)
{
    struct str number, proto;

    str_split(port, '/', &number, &proto);
    return port_numbers(number, from, to) && (!proto.n || str_one_of(proto, "tcp udp sctp TCP UDP SCTP"));
}

static enum verdict exposed(const struct rule *r, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    const struct port_table *t = r->with;
    uint32_t from, to;
    enum verdict v;

    if (!has_config(img, p, &v))
        return v;
    for (size_t i = 0; i < img->config->ports.n; i++) {
        if (!port_range(img->config->ports.p[i], &from, &to))
            continue;
        const struct port_is *row;
        for (size_t at = 0; (row = ports_next(t->list, from, to, PORT_OF_IMAGE, &at));)
            proof_add(p, AT_IN(img, "EXPOSE", img->config->ports.p[i]), "EXPOSE %.40s: %s",
                      arena_cstr(p->arena, img->config->ports.p[i]), row->what);
    }
    return conclude(p, AT_IN(img, "EXPOSE", STR_NONE), "%zu exposed ports, %s", img->config->ports.n,
                    t->none);
}

static enum verdict are_ports(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    uint32_t from, to;
    enum verdict v;

    if (!has_config(img, p, &v))
        return v;
    if (!img->config->ports.n)
        return VERDICT_NOT_APPLICABLE;
    for (size_t i = 0; i < img->config->ports.n; i++)
        if (!port_range(img->config->ports.p[i], &from, &to))
            proof_add(p, AT_IN(img, "EXPOSE", img->config->ports.p[i]), "EXPOSE %.40s is no port",
                      arena_cstr(p->arena, img->config->ports.p[i]));
    return conclude(p, AT_IN(img, "EXPOSE", STR_NONE), "%zu exposed ports, all between 1 and 65535",
                    img->config->ports.n);
}

static const struct port_table login_table = { &ports_login, "none of a remote login" };
static const struct port_table engine_table = { &ports_engine, "none of an engine or orchestrator" };
static const struct port_table debug_table = { &ports_debug, "none of a debugger" };

static const struct rule table[] = {
    {
        .check = { .id = "image-login-port",
                   .title = "Image exposes a remote login",
                   .holds = "Image exposes no remote login",
                   .why =
                       "A login service in a container is a second way in, with its own passwords and holes, "
                       "past the engine and its logs.",
                   .fix = "Remove the service and its EXPOSE; enter a container with docker exec or kubectl "
                          "exec, which are authorised and logged.",
                   .threats = THREAT_BIT(T2) | THREAT_BIT(S2) | THREAT_BIT(I2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_ATTACK, "T1133" }, { CAT_MS_MATRIX, "MS-TA9010" },
                                { CAT_OWASP_DOCKER, "D03" }, { CAT_NIST, "4.1.2" }, { CAT_CWE, "CWE-284" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = exposed,
        .with = &login_table,
    },
    {
        .check = { .id = "image-engine-port",
                   .title = "Image exposes the port of an engine or orchestrator",
                   .holds = "Image exposes no port of an engine or orchestrator",
                   .why = "Who reaches the API of an engine, etcd or a kubelet starts privileged containers "
                          "with "
                          "it: root on the host.",
                   .fix = "Do not serve the API from a container; where it must be, bind it to a local "
                          "socket or "
                          "demand client certificates.",
                   .threats = THREAT_BIT(D2) | THREAT_BIT(E1) | THREAT_BIT(I2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_ATTACK, "T1133" }, { CAT_ATTACK, "T1610" },
                                { CAT_MS_MATRIX, "MS-TA9005" }, { CAT_OWASP_DOCKER, "D03" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_CWE, "CWE-306" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = exposed,
        .with = &engine_table,
    },
    {
        .check = { .id = "image-debug-port",
                   .title = "Image exposes the port of a debugger",
                   .holds = "Image exposes no port of a debugger",
                   .why = "Debuggers run any code they are sent and ask nobody who sends it.",
                   .fix = "Leave debuggers out of the final image; expose only the ports of the service.",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_ATTACK, "T1190" }, { CAT_MS_MATRIX, "MS-TA9005" },
                                { CAT_OWASP_DOCKER, "D04" }, { CAT_CWE, "CWE-489" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = exposed,
        .with = &debug_table,
    },
    {
        .check = { .id = "image-bad-port",
                   .title = "Image exposes something that is no port",
                   .holds = "Exposed ports are ports",
                   .why =
                       "Engines differ in what they make of it: a firewall rule or a policy written for the "
                       "port that was meant does not hold.",
                   .fix = "Write EXPOSE with a number from 1 to 65535 and tcp, udp or sctp.",
                   .snippet = "EXPOSE 8080/tcp",
                   .threats = THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_NIST, "4.1.2" }, { CAT_CWE, "CWE-20" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = are_ports,
    },
};
const struct rule_set rules_image_ports = { "image_ports", table, ARRAY_LEN(table) };
