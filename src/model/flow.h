/* flow.h - who talks to whom in a deployment: what is declared, what is possible all the same, and what leads
 * to something that is not there.
 *
 * Declared is evidence of intent: a published port, a Service, Ingress or route, depends_on, a link, a
 * variable or a word of the command that names another service as the host of a URL or an address. Possible
 * is what shared networks (engines) and policies (Kubernetes) let through beyond that. Where workloads are
 * so many that pairs would be too many, those that no policy can tell apart are stood for by one of them. */
#pragma once
#include "model/workload.h"

/* What is known of a flow. Declared: there is evidence of intent (a variable, a port, a route). Possible:
 * networks and policies permit it, nobody asked for it; what is possible and not declared is I3. Dangling:
 * declared, but nothing in the deployment answers; it leads to an actor. */
#define FLOWS(X)            X(NONE, "") X(DECLARED, "declared") X(POSSIBLE, "possible") X(DANGLING, "dangling")
#define FLOW_ENUM(id, name) FLOW_##id,
enum flow { FLOWS(FLOW_ENUM) FLOW_COUNT };
extern const char *const flow_name[FLOW_COUNT];

static const uint32_t FLOW_OUTSIDE = UINT32_MAX;

struct talk {
    enum flow how;
    uint32_t from, to; /* workloads of the deployment; from FLOW_OUTSIDE: whoever reaches the port or route;
                          to FLOW_OUTSIDE: what `outside` names */
    uint32_t through;  /* Service, Ingress or route that leads there, as a resource; UINT32_MAX: none */
    const struct port *port; /* published on the host; NULL: not by that */
    struct str label;        /* "http", "5432/tcp", "depends-on" ...: short */
    struct str outside;      /* host name or address */
    struct str path;         /* what says so; empty for what is possible */
    uint32_t line;
};

struct deployment;
/* Fill d->talk. Everything is `a`'s. */
int deployment_flows(struct deployment *d, struct arena *a, struct err *e) MUST_USE;
