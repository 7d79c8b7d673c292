/* image_ports.c - what the ports that an image exposes tell. */
#include "rule/common.h"

/* A range of ports and what listens there by convention. */
struct port_row {
    uint16_t from, to;
    const char *what;
};
struct port_table {
    const struct port_row *row;
    size_t n;
    const char *none;
};

/* "8000-8010/tcp": EXPOSE allows ranges. false: not a port. */
static bool port_range(struct str port, uint32_t *from, uint32_t *to)
{
    struct str number, proto, first, last;
    uint64_t a, b;

    str_split(port, '/', &number, &proto);
    bool range = str_split(number, '-', &first, &last);
    if (!str_u64(first, 10, &a) || a < 1 || a > 65535)
        return false;
    b = a;
    if (range && (!str_u64(last, 10, &b) || b < a || b > 65535))
        return false;
    *from = (uint32_t)a;
    *to = (uint32_t)b;
    return !proto.n || str_one_of(proto, "tcp udp sctp TCP UDP SCTP");
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
        for (size_t k = 0; k < t->n; k++)
            if (from <= t->row[k].to && to >= t->row[k].from)
                proof_add(p, AT_IN(img, "EXPOSE", img->config->ports.p[i]), "EXPOSE %.40s: %s",
                          arena_cstr(p->arena, img->config->ports.p[i]), t->row[k].what);
    }
    return conclude(p, AT_IN(img, "EXPOSE", STR_NONE), "%zu exposed ports, %s", img->config->ports.n,
                    t->none);
}

static const struct port_row login_ports[] = {
    { 22, 22, "SSH" },
    { 23, 23, "Telnet" },
    { 512, 514, "rexec, rlogin and rsh" },
    { 2222, 2222, "SSH where port 22 is taken" },
    { 3389, 3389, "remote desktop" },
    { 5900, 5909, "VNC" },
    { 5985, 5986, "WinRM" },
    { 10000, 10000, "Webmin" },
};
static const struct port_row engine_ports[] = {
    { 2375, 2375, "the Docker API without TLS" },
    { 2376, 2376, "the Docker API" },
    { 2377, 2377, "Swarm managers" },
    { 2379, 2380, "etcd" },
    { 4243, 4243, "the Docker API without TLS" },
    { 6443, 6443, "the Kubernetes API" },
    { 10250, 10250, "the kubelet" },
    { 10255, 10255, "the kubelet without authentication" },
};
static const struct port_row debug_ports[] = {
    { 1099, 1099, "Java RMI" },
    { 2345, 2345, "the Delve debugger" },
    { 4200, 4200, "the Angular development server" },
    { 5005, 5005, "the Java debugger" },
    { 5678, 5678, "the Python debugger" },
    { 5858, 5858, "the Node.js debugger" },
    { 9003, 9003, "Xdebug" },
    { 9229, 9230, "the Node.js inspector" },
};

static enum verdict port_numbers(const struct rule *r UNUSED, const void *subject, struct proof *p)
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

static const struct port_table login_table = { login_ports, ARRAY_LEN(login_ports),
                                               "none of a remote login" };
static const struct port_table engine_table = { engine_ports, ARRAY_LEN(engine_ports),
                                                "none of an engine or orchestrator" };
static const struct port_table debug_table = { debug_ports, ARRAY_LEN(debug_ports), "none of a debugger" };

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
        .judge = port_numbers,
    },
};
const struct rule_set rules_image_ports = { "image_ports", table, ARRAY_LEN(table) };
