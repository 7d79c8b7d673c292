/* kube_plugin_policies.c - policies of network plugins: CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy
 * (docs.cilium.io, "Policy Language"), NetworkPolicy and GlobalNetworkPolicy of Calico (docs.tigera.io, of
 * projectcalico.org and crd.projectcalico.org).
 *
 * Both isolate whom they select and let through what they name, and both can deny: Cilium's denials come before
 * everything else, Calico's rules count in the order of their policies, in which NetworkPolicies of Kubernetes
 * stand at 1000. What is not understood becomes a rule with the peer "unknown": who may talk then is not known. */
#include "parse/kube.h"

/* One policy at hand. */
struct plugin {
    struct kube *k;
    struct policy p;        /* what all of its rules share */
    bool everywhere;        /* of no namespace */
    const struct doc *told; /* what was last said to be not understood */
};

static const struct str all_namespaces = { "*", 1 };

static int put(struct plugin *x, struct policy p, const struct doc *at)
{
    p.object = x->k->object;
    p.path = x->k->in->path;
    p.line = kube_line(x->k, at);
    return facts_add_policy(x->k->out, &p, x->k->e);
}

/* A rule that nobody here understands, and why it is one: once for a place that is a rule in both directions. */
static int put_unknown(struct plugin *x, struct policy p, const struct doc *at, const char *what)
{
    if (x->told != at)
        facts_remark(x->k->out, NOTE_INCOMPLETE, x->k->in->path,
                     "line %u: %.80s of " STR_FMT " is not understood: whom it lets through is not known",
                     kube_line(x->k, at), what, STR_ARG(str_first(x->k->kind, 60)));
    x->told = at;
    p.peer = STR("unknown");
    p.port = p.protocol = STR("");
    return put(x, p, at);
}

/* The name of a member that is none of `words`, or NULL. */
static const char *other_than(struct plugin *x, const struct doc *map, const char *words)
{
    DOC_EACH (map && map->kind == DOC_OBJECT ? map : NULL, d)
        if (!str_one_of(d->key, words) && (d->kind == DOC_OBJECT || d->kind == DOC_LIST ? d->n : d->text.n))
            return arena_cstr(x->k->arena, d->key);
    return NULL;
}

static bool has(const struct doc *map, const char *name)
{
    return doc_get(map, name) != NULL;
}

/* ---- Cilium ---- */

/* Names of labels have their source before them; some mean the namespace, others nothing that is known here. */
static bool cilium_label(struct plugin *x, struct str said, struct str *out, bool *space)
{
    static const char pod_space[] = "io.kubernetes.pod.namespace";
    static const char space_label[] = "io.cilium.k8s.namespace.labels.";

    if (str_starts(said, STR("k8s:")) || str_starts(said, STR("any:")))
        said = str_skip(said, 4);
    *space = true;
    if (str_starts(said, str_of(pod_space)))
        *out = arena_fmt(x->k->arena, "kubernetes.io/metadata.name" STR_FMT,
                         STR_ARG(str_skip(said, sizeof pod_space - 1)));
    else if (str_starts(said, str_of(space_label)))
        *out = str_skip(said, sizeof space_label - 1);
    else {
        *space = false;
        *out = said;
        return !str_starts(said, STR("reserved:")) && !str_starts(said, STR("io.cilium."));
    }
    return out->p != NULL;
}

/* A selector of endpoints: labels of Pods, and those of namespaces. 0: a part of it is not understood. */
static int cilium_selector(struct plugin *x, const struct doc *d, struct strs *pods, struct strs *spaces)
{
    struct strs said = { 0 };

    if (kube_selector(x->k, d, &said) < 0)
        return -1;
    struct str *p = arena_array(x->k->arena, struct str, said.n + 1);
    struct str *s = arena_array(x->k->arena, struct str, said.n + 1);
    size_t n = 0, m = 0;
    bool known = true, space;
    if (!p || !s)
        return kube_full(x->k);
    for (size_t i = 0; i < said.n; i++) {
        struct str label;
        known &= cilium_label(x, said.p[i], &label, &space);
        if (space && str_eq(label, STR("kubernetes.io/metadata.name exists")))
            s[m++] = all_namespaces;
        else if (space)
            s[m++] = label;
        else
            p[n++] = label;
    }
    *pods = (struct strs){ p, n };
    *spaces = (struct strs){ s, m };
    return known;
}

/* The rule, once for each of its ports. */
static int cilium_ports(struct plugin *x, struct policy p, const struct doc *rule, const struct doc *at)
{
    const struct doc *to = doc_get(rule, "toPorts");

    if (!to || !to->n)
        return has(rule, "icmps") ? 0 : put(x, p, at);
    DOC_EACH (to, entry)
        DOC_EACH (doc_get(entry, "ports"), port) {
            struct str protocol = arena_lower(x->k->arena, doc_text(doc_get(port, "protocol")));
            struct str end = doc_scalar(doc_get(port, "endPort"));
            p.port = doc_scalar(doc_get(port, "port"));
            p.protocol = str_eq(protocol, STR("any")) ? STR("") : protocol;
            if (str_eq(p.port, STR("0")))
                p.port = STR("");
            if (end.n && !str_eq(end, STR("0")))
                p.port = arena_fmt(x->k->arena, STR_FMT "-" STR_FMT, STR_ARG(p.port), STR_ARG(end));
            if (put(x, p, port) < 0)
                return -1;
        }
    return 0;
}

static int cilium_entity(struct plugin *x, struct policy p, const struct doc *rule, const struct doc *at)
{
    struct str entity = doc_text(at);

    if (str_eq(entity, STR("all")))
        p.peer = STR("any");
    else if (str_eq(entity, STR("world")))
        p.peer = STR("world");
    else if (str_eq(entity, STR("cluster"))) {
        p.peer = STR("pods");
        p.peer_namespaces = (struct strs){ &all_namespaces, 1 };
    } else if (str_one_of(entity, "host remote-node kube-apiserver health init ingress unmanaged none"))
        p.peer = STR("none"); /* no Pod of the deployment is one of these */
    else
        return put_unknown(x, p, at, "an entity");
    return cilium_ports(x, p, rule, at);
}

static int cilium_endpoint(struct plugin *x, struct policy p, const struct doc *rule, const struct doc *at)
{
    int known = cilium_selector(x, at, &p.peer_pods, &p.peer_namespaces);

    if (known < 0)
        return -1;
    if (!known)
        return put_unknown(x, p, at, "a selector");
    p.peer = STR("pods");
    if (x->everywhere && !p.peer_namespaces.n)
        p.peer_namespaces = (struct strs){ &all_namespaces, 1 };
    return cilium_ports(x, p, rule, at);
}

static int cilium_cidr(struct plugin *x, struct policy p, const struct doc *rule, const struct doc *at)
{
    p.cidr = at->kind == DOC_OBJECT ? doc_text(doc_get(at, "cidr")) : doc_text(at);
    if (!p.cidr.n) /* a group of addresses that is declared elsewhere */
        return put_unknown(x, p, at, "a group of addresses");
    p.peer = str_one_of(p.cidr, "0.0.0.0/0 ::/0") ? STR("world") : STR("cidr"); /* none is a Pod's */
    return kube_scalars(x->k, doc_get(at, "except"), &p.except) < 0 ? -1 : cilium_ports(x, p, rule, at);
}

/* Peers of one kind of a rule. */
typedef int cilium_peer(struct plugin *x, struct policy p, const struct doc *rule, const struct doc *at);
static int cilium_names(struct plugin *x, struct policy p, const struct doc *rule, const struct doc *at)
{
    p.peer = STR("somewhere"); /* addresses outside that names stand for: which, is not known */
    return cilium_ports(x, p, rule, at);
}

static int cilium_rule(struct plugin *x, struct policy p, const struct doc *rule)
{
    static const struct {
        const char *from, *to;
        cilium_peer *read;
    } peers[] = { { "fromEndpoints", "toEndpoints", cilium_endpoint },
                  { "fromEntities", "toEntities", cilium_entity },
                  { "fromCIDR", "toCIDR", cilium_cidr },
                  { "fromCIDRSet", "toCIDRSet", cilium_cidr },
                  { "-", "toFQDNs", cilium_names } };
    static const char known[] =
        "fromEndpoints toEndpoints fromEntities toEntities fromCIDR toCIDR fromCIDRSet "
        "toCIDRSet toFQDNs toPorts icmps authentication";
    const char *other = other_than(x, rule, known);
    bool ingress = str_eq(p.direction, STR("ingress")), named = false;

    if (other)
        return put_unknown(x, p, rule, other);
    for (size_t i = 0; i < ARRAY_LEN(peers); i++) {
        const struct doc *list = doc_get(rule, ingress ? peers[i].from : peers[i].to);
        named |= list != NULL;
        DOC_EACH (list, at)
            if (peers[i].read(x, p, rule, at) < 0)
                return -1;
    }
    if (named)
        return 0;
    p.peer = rule && rule->n ? STR("any") : STR("none"); /* "- {}" isolates, and lets nothing through */
    return cilium_ports(x, p, rule, rule);
}

/* One section of one specification: "ingress", "egressDeny" ... */
static int cilium_section(struct plugin *x, const struct doc *spec, const char *name, bool deny)
{
    const struct doc *list = doc_get(spec, name), *isolates = doc_get(spec, "enableDefaultDeny");
    struct policy p = x->p;

    if (!list)
        return 0;
    p.direction = str_starts(str_of(name), STR("ingress")) ? STR("ingress") : STR("egress");
    p.action = deny ? STR("deny") : STR("allow");
    p.priority = deny ? POLICY_FIRST : POLICY_FIRST + 1;
    const struct doc *said = doc_get(isolates, arena_cstr(x->k->arena, p.direction));
    p.isolates = !(said && said->kind == DOC_BOOL && !said->yes);
    DOC_EACH (list, rule)
        if (cilium_rule(x, p, rule) < 0)
            return -1;
    if (list->n)
        return 0;
    p.peer = STR("none");
    return put(x, p, list);
}

static int cilium_spec(struct plugin *x, const struct doc *spec)
{
    static const struct {
        const char *name;
        bool deny;
    } sections[] = {
        { "ingressDeny", true }, { "ingress", false }, { "egressDeny", true }, { "egress", false }
    };
    struct strs spaces = { 0 };

    if (has(spec, "nodeSelector"))
        return 0; /* for nodes, not for Pods */
    x->p = (struct policy){ 0 };
    int known = cilium_selector(x, doc_get(spec, "endpointSelector"), &x->p.selector, &spaces);
    if (known < 0)
        return -1;
    x->p.namespaces = spaces;
    if (!known) /* whom it is for is not known: it may be for all */
        x->p.selector = (struct strs){ 0 };
    for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
        struct policy p = x->p;
        p.direction = str_starts(str_of(sections[i].name), STR("ingress")) ? STR("ingress") : STR("egress");
        p.action = STR("unknown");
        p.priority = POLICY_FIRST;
        if (known ? cilium_section(x, spec, sections[i].name, sections[i].deny) < 0
                  : has(spec, sections[i].name) && put_unknown(x, p, spec, "the endpointSelector") < 0)
            return -1;
    }
    return 0;
}

static int read_cilium(struct kube *k, const struct doc *object, const void *with)
{
    struct plugin x = { .k = k, .everywhere = with != NULL };
    const struct doc *spec = doc_get(object, "spec");

    if (spec && cilium_spec(&x, spec) < 0)
        return -1;
    DOC_EACH (doc_get(object, "specs"), one)
        if (cilium_spec(&x, one) < 0)
            return -1;
    return 0;
}

/* ---- Calico ---- */

static struct str unquoted(struct str s)
{
    s = str_trim(s);
    return s.n >= 2 && (s.p[0] == '\'' || s.p[0] == '"') && s.p[s.n - 1] == s.p[0]
               ? str_first(str_skip(s, 1), s.n - 2)
               : STR_NONE;
}

/* "k in { 'a', 'b' }": what stands in the braces, as "(a,b)". */
static struct str set_of(struct plugin *x, struct str s)
{
    struct str out = STR("("), one;

    s = str_trim(s);
    if (s.n < 2 || s.p[0] != '{' || s.p[s.n - 1] != '}')
        return STR_NONE;
    for (struct str rest = str_first(str_skip(s, 1), s.n - 2); str_cut(&rest, ',', &one);) {
        struct str value = unquoted(one);
        if (!value.p)
            return STR_NONE;
        out =
            arena_fmt(x->k->arena, STR_FMT "%s" STR_FMT, STR_ARG(out), out.n > 1 ? "," : "", STR_ARG(value));
    }
    return arena_fmt(x->k->arena, STR_FMT ")", STR_ARG(out));
}

/* One condition of a selector as Kubernetes would write it; empty: it holds for all; NULL: not understood. */
static struct str calico_term(struct plugin *x, struct str term)
{
    static const struct {
        const char *by, *as;
        bool set;
    } ops[] = { { " not in ", " notin ", true },
                { " in ", " in ", true },
                { "==", "=", false },
                { "!=", " notin ", false } };
    bool negated = str_starts(term, STR("!has("));

    if (str_eq(term, STR("all()")) || str_eq(term, STR("projectcalico.org/orchestrator == 'k8s'")))
        return STR("");
    if ((negated || str_starts(term, STR("has("))) && str_ends(term, STR(")")) && term.n > 5u + negated)
        return arena_fmt(x->k->arena, STR_FMT "%s",
                         STR_ARG(str_trim(str_first(str_skip(term, 4u + negated), term.n - 5 - negated))),
                         negated ? " missing" : " exists");
    for (size_t i = 0; i < ARRAY_LEN(ops); i++) {
        ptrdiff_t at = str_find(term, str_of(ops[i].by));
        if (at < 0)
            continue;
        struct str name = str_trim(str_first(term, (size_t)at)),
                   rest = str_skip(term, (size_t)at + strlen(ops[i].by));
        struct str value = ops[i].set ? set_of(x, rest) : unquoted(rest);
        if (!value.p || !name.n || str_starts(name, STR("projectcalico.org/service")) ||
            str_has_char(name, '('))
            return STR_NONE;
        bool one = !ops[i].set && ops[i].as[0] == ' ';
        return arena_fmt(x->k->arena, STR_FMT "%s%s" STR_FMT "%s", STR_ARG(name), ops[i].as, one ? "(" : "",
                         STR_ARG(value), one ? ")" : "");
    }
    return STR_NONE;
}

/* Conditions that must all hold; 0: the expression is more than that. `spaces`: conditions on the namespace's
 * name, which Calico gives each Pod as a label. */
static int calico_selector(struct plugin *x, struct str text, struct strs *out, struct strs *spaces)
{
    enum { TERMS_MOST = 64 };
    struct str *p = arena_array(x->k->arena, struct str, TERMS_MOST),
               *s = arena_array(x->k->arena, struct str, TERMS_MOST);
    static const char own_space[] = "projectcalico.org/namespace";
    size_t n = 0, m = 0;

    if (!p || !s)
        return kube_full(x->k);
    for (text = str_trim(text); text.n;) {
        ptrdiff_t end = str_find(text, STR("&&"));
        struct str term = str_trim(end < 0 ? text : str_first(text, (size_t)end));
        struct str said = str_has(term, STR("||")) ? STR_NONE : calico_term(x, term);
        if (!said.p || n + m == TERMS_MOST)
            return 0;
        if (str_starts(said, str_of(own_space)))
            s[m++] = arena_fmt(x->k->arena, "kubernetes.io/metadata.name" STR_FMT,
                               STR_ARG(str_skip(said, sizeof own_space - 1)));
        else if (said.n)
            p[n++] = said;
        text = end < 0 ? STR("") : str_skip(text, (size_t)end + 2);
    }
    *out = (struct strs){ p, n };
    *spaces = (struct strs){ s, m };
    return 1;
}

/* The rule, once for each of its ports; "1:100" is a range. */
static int calico_ports(struct plugin *x, struct policy p, const struct doc *ports, const struct doc *at)
{
    struct str low, high;

    if (!ports || !ports->n)
        return put(x, p, at);
    DOC_EACH (ports, port) {
        p.port = doc_scalar(port);
        if (str_split(p.port, ':', &low, &high))
            p.port = arena_fmt(x->k->arena, STR_FMT "-" STR_FMT, STR_ARG(low), STR_ARG(high));
        if (put(x, p, port) < 0)
            return -1;
    }
    return 0;
}

static int calico_peer(struct plugin *x, struct policy p, const struct doc *peer, const struct doc *ports,
                       const struct doc *rule)
{
    const struct doc *nets = doc_get(peer, "nets"), *space = doc_get(peer, "namespaceSelector");
    struct strs spaces = { 0 }, more = { 0 };

    if (nets && nets->n) {
        p.peer = STR("cidr");
        if (kube_scalars(x->k, doc_get(peer, "notNets"), &p.except) < 0)
            return -1;
        DOC_EACH (nets, net) {
            p.cidr = doc_text(net);
            if (calico_ports(x, p, ports, net) < 0)
                return -1;
        }
        return 0;
    }
    if (!has(peer, "selector") && !space) {
        p.peer = STR("any");
        return calico_ports(x, p, ports, rule);
    }
    int known = calico_selector(x, doc_text(doc_get(peer, "selector")), &p.peer_pods, &spaces);
    if (known > 0)
        known = calico_selector(x, doc_text(space), &more, &(struct strs){ 0 });
    if (known < 0)
        return -1;
    if (!known || (more.n && spaces.n))
        return put_unknown(x, p, rule, "a selector");
    p.peer = STR("pods");
    p.peer_namespaces = spaces.n ? spaces : more;
    if (!p.peer_namespaces.n && (x->everywhere || space))
        p.peer_namespaces = (struct strs){ &all_namespaces, 1 };
    return calico_ports(x, p, ports, rule);
}

static int calico_rule(struct plugin *x, struct policy p, const struct doc *rule)
{
    bool ingress = str_eq(p.direction, STR("ingress"));
    const struct doc *peer = doc_get(rule, ingress ? "source" : "destination");
    const struct doc *own = doc_get(rule, ingress ? "destination" : "source");
    const char *other =
        other_than(x, rule, "action protocol source destination icmp ipVersion metadata http");

    p.action = arena_lower(x->k->arena, doc_text(doc_get(rule, "action")));
    p.protocol = arena_lower(x->k->arena, doc_scalar(doc_get(rule, "protocol")));
    if (str_eq(p.action, STR("log")) || str_one_of(p.protocol, "icmp icmpv6"))
        return 0; /* neither lets anything to a port */
    if (!other && !str_one_of(p.action, "allow deny"))
        other = "an action";
    if (!other)
        other = other_than(x, peer,
                           ingress ? "selector namespaceSelector nets notNets"
                                   : "selector namespaceSelector nets notNets ports");
    if (!other)
        other = other_than(x, own, ingress ? "ports" : "");
    if (!other && has(peer, "notNets") && !has(peer, "nets"))
        other = "notNets";
    if (other)
        return put_unknown(x, p, rule, other);
    return calico_peer(x, p, peer, doc_get(ingress ? own : peer, "ports"), rule);
}

static int calico_direction(struct plugin *x, const struct doc *spec, const char *name)
{
    const struct doc *list = doc_get(spec, name);
    struct policy p = x->p;

    p.direction = str_of(name);
    p.action = STR("allow");
    if (!list || !list->n) {
        p.peer = STR("none");
        return put(x, p, spec);
    }
    DOC_EACH (list, rule)
        if (calico_rule(x, p, rule) < 0)
            return -1;
    return 0;
}

/* Its place among others: by order, those without one last. Thousandths, from where NetworkPolicies stand. */
static uint32_t calico_place(struct str order)
{
    uint64_t n;
    struct str whole, rest;

    if (!order.n)
        return POLICY_KUBERNETES + POLICY_STEP;
    str_split(order, '.', &whole, &rest);
    if (!str_u64(whole, 10, &n))
        return POLICY_FIRST; /* negative, or none */
    n = MIN(n, (uint64_t)POLICY_STEP - 1);
    return n < 1000 ? POLICY_FIRST + 2 + (uint32_t)n : POLICY_KUBERNETES + (uint32_t)(n - 1000);
}

int kube_calico_policy(struct kube *k, const struct doc *object, const void *with)
{
    struct plugin x = { .k = k, .everywhere = with != NULL };
    const struct doc *spec = doc_get(object, "spec"), *types = doc_get(spec, "types");
    struct str tier = doc_text(doc_get(spec, "tier"));
    bool said = types && types->n, egress = has(spec, "egress"), ingress = has(spec, "ingress");
    struct strs spaces = { 0 }, more = { 0 };

    int known = calico_selector(&x, doc_text(doc_get(spec, "selector")), &x.p.selector, &spaces);
    if (known > 0 && x.everywhere)
        known = calico_selector(&x, doc_text(doc_get(spec, "namespaceSelector")), &more, &(struct strs){ 0 });
    if (known < 0)
        return -1;
    x.p.namespaces = spaces.n ? spaces : more;
    x.p.isolates = true;
    x.p.priority = calico_place(doc_scalar(doc_get(spec, "order")));
    known &= !(spaces.n && more.n) && !has(spec, "serviceAccountSelector") &&
             (!tier.n || str_eq(tier, STR("default"))) && !doc_scalar(doc_get(spec, "preDNAT")).n &&
             !doc_scalar(doc_get(spec, "doNotTrack")).n;
    const char *direction[2] = { said ? (doc_lists(types, "Ingress") ? "ingress" : NULL)
                                      : (ingress || !egress ? "ingress" : NULL),
                                 said     ? (doc_lists(types, "Egress") ? "egress" : NULL)
                                 : egress ? "egress"
                                          : NULL };
    for (size_t i = 0; i < ARRAY_LEN(direction); i++) {
        struct policy p = { .namespaces = x.p.namespaces,
                            .action = STR("unknown"),
                            .priority = POLICY_FIRST };
        if (!direction[i])
            continue;
        p.direction = str_of(direction[i]);
        if (known ? calico_direction(&x, spec, direction[i]) < 0
                  : put_unknown(&x, p, spec ? spec : object, "whom it is for") < 0)
            return -1;
    }
    return 0;
}

const struct kube_kind kube_plugin_kinds[] = {
    { "CiliumNetworkPolicy", read_cilium, NULL },
    { "CiliumClusterwideNetworkPolicy", read_cilium, "everywhere" },
    { "GlobalNetworkPolicy", kube_calico_policy, "everywhere" },
    { 0 },
};
