#include "rule/workload.h"

#include "model/capability.h"
#include "model/entries.h"

const char *quoted(const struct setting *s, char *to)
{
    const char *name = s->key < SETTING_COUNT ? setting_info[s->key].name : "?";
    int n = snprintf(to, QUOTE_ROOM, "%s: " STR_FMT, name, STR_ARG(str_first(s->value, 100)));

    if (n > 0 && n < QUOTE_ROOM && s->said.n && !str_eq(s->said, s->value))
        snprintf(to + n, (size_t)(QUOTE_ROOM - n), " (" STR_FMT ")", STR_ARG(str_first(s->said, 60)));
    for (char *c = to; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
    return to;
}

bool workload_reads(const struct workload *w, struct str component)
{
    for (size_t i = 0; w->in && i < w->in->n_component; i++)
        if (w->in->component[i].workload == w && str_eq(w->in->component[i].name, component))
            return true;
    for (size_t i = 0; w->image && i < w->image->n_component; i++)
        if (str_eq(w->image->component[i].name, component))
            return true;
    return false;
}

/* ---- one word ---- */

static const struct silence *silence_of(const struct word_rule *t, const struct workload *w)
{
    switch (w->spelling) {
    case SPELLING_KUBERNETES:
        return &t->kubernetes;
    case SPELLING_OCI:
        return &t->oci;
    default:
        return &t->engine;
    }
}

enum verdict judge_word(const struct rule *r, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct word_rule *t = r->with;
    const struct setting *s = workload_setting(w, t->key);
    char room[QUOTE_ROOM];

    if (!workload_can_say(w, t->key))
        return VERDICT_NOT_APPLICABLE;
    if (!s) {
        const struct silence *nothing = silence_of(t, w);
        if (!nothing->text)
            return VERDICT_NOT_APPLICABLE;
        proof_add(p, AT_WORKLOAD(w), "%s", nothing->text);
        return nothing->fine == YES  ? VERDICT_MITIGATED
               : nothing->fine == NO ? VERDICT_OPEN
                                     : VERDICT_CANNOT_TELL;
    }
    bool bad = t->bad ? str_one_of(s->value, t->bad) : !str_one_of(s->value, t->good);
    proof_add(p, AT(s), "%s", quoted(s, room));
    return bad ? VERDICT_OPEN : VERDICT_MITIGATED;
}

/* ---- limits ---- */

enum verdict judge_limit(const struct rule *r, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct limit_rule *t = r->with;
    const struct setting *s = workload_setting(w, t->key);
    char room[QUOTE_ROOM];
    uint64_t n = 0;

    if (!workload_can_say(w, t->key))
        return VERDICT_NOT_APPLICABLE;
    if (!s)
        proof_add(p, AT_WORKLOAD(w), "no limit is set");
    else if (!str_u64(s->value, 10, &n) || !n)
        proof_add(p, AT(s), "%s: unlimited", quoted(s, room));
    return conclude(p, s ? AT(s) : AT_WORKLOAD(w), "%s %s", s ? quoted(s, room) : "", t->unit);
}

/* ---- capabilities ---- */

/* Names of the capabilities in a set, for people. */
static const char *names_of(uint64_t caps, char *to, size_t room)
{
    size_t n = 0;

    to[0] = '\0';
    for (unsigned i = 0; i < CAPS_KNOWN && n + 1 < room; i++)
        if (caps >> i & 1) {
            int add = snprintf(to + n, room - n, "%s%s", n ? ", " : "", cap_name[i]);
            n += add > 0 ? (size_t)add : 0;
        }
    return to;
}

enum verdict judge_cap(const struct rule *r, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct cap_rule *t = r->with;
    char room[QUOTE_ROOM], names[200];

    if (workload_privileged(w))
        return VERDICT_NOT_APPLICABLE; /* then all of them are there: a rule of its own */
    for (unsigned cap = 0; cap < CAPS_KNOWN; cap++) {
        if (!(t->caps >> cap & 1) || !workload_has_cap(w, cap))
            continue;
        const struct setting *by = workload_cap_by(w, cap);
        if (by)
            proof_add(p, AT(by), "%s: %s %s", quoted(by, room), cap_name[cap], t->gives);
        else if (!t->given)
            proof_add(p, AT_WORKLOAD(w), "the runtime leaves %s: it %s", cap_name[cap], t->gives);
    }
    const struct setting *drop = workload_setting(w, SETTING_CAP_DROP);
    return conclude(p, drop ? AT(drop) : AT_WORKLOAD(w), "%s%sdoes not have %s",
                    drop ? quoted(drop, room) : "", drop ? ": " : "", names_of(t->caps, names, sizeof names));
}

/* ---- namespaces ---- */

enum verdict judge_namespace(const struct rule *r, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct namespace_rule *t = r->with;
    const struct setting *s = workload_setting(w, t->key);
    char room[QUOTE_ROOM];

    if (!workload_can_say(w, t->key))
        return VERDICT_NOT_APPLICABLE;
    if (workload_shares_host(w, t->key))
        proof_add(p, AT(s), "%s: %s", quoted(s, room), t->gives);
    if (s)
        return conclude(p, AT(s), "%s", quoted(s, room));
    return conclude(p, AT_WORKLOAD(w), "does not ask for the host's: it gets its own");
}

/* ---- mounts of the host ---- */

bool path_within(struct str path, struct str folder)
{
    while (folder.n > 1 && folder.p[folder.n - 1] == '/')
        folder.n--;
    if (folder.n == 1)
        return path.n && path.p[0] == '/';
    return str_starts(path, folder) && (path.n == folder.n || path.p[folder.n] == '/');
}

/* A named volume whose driver binds a path of the host. */
static struct str device_of(const struct workload *w, struct str volume)
{
    if (w->in)
        FACTS_EACH (&w->in->facts, shared, s)
            if (str_eq(s->kind, STR("volume")) && str_eq(s->name, volume) &&
                str_starts(s->source, STR("device:/")))
                return str_skip(s->source, 7);
    return (struct str){ 0 };
}

struct str mount_host_path(const struct workload *w, const struct mount *m)
{
    if (str_eq(m->kind, STR("volume")))
        return m->source.n ? device_of(w, m->source) : m->source;
    if (!str_one_of(m->kind, "bind device"))
        return (struct str){ 0 };
    return m->source;
}

/* "/var/run" and "/run" are one place; "//" and "/./" are "/". */
static struct str usual(struct str path, char *to)
{
    size_t n;

    if (path_clean(path, to + 1, &n) == PATH_TOO_LONG)
        return path;
    to[0] = '/';
    struct str clean = { to, n + 1 };
    return path_within(clean, STR("/var/run")) ? str_skip(clean, 4) : clean;
}

static void prove_mount(const struct host_path_rule *t, const struct host_path *row, const struct mount *m,
                        bool parent, struct proof *p)
{
    bool read_only = m->read_only == YES;

    if (read_only && !t->any_read_only)
        proof_weigh(p, t->read_only);
    proof_add(p, AT(m), STR_FMT " at " STR_FMT "%s: %s%s%s", STR_ARG(str_first(m->source, 100)),
              STR_ARG(str_first(m->target, 100)), read_only ? ", read-only" : "", parent ? row->path : "",
              parent ? " lies in it: " : "", row->gives);
}

const struct host_path *host_path_find(const struct host_path_rule *t, struct str said, bool *parent)
{
    char room[ENTRY_PATH_MOST + 1];

    if (!said.n || said.p[0] != '/')
        return NULL;
    struct str path = usual(said, room);
    for (size_t i = 0; i < t->n; i++) {
        struct str row = str_of(t->row[i].path);
        bool in = row.n == 1 || t->row[i].alone ? str_eq(path, row) : path_within(path, row);
        *parent = t->around && !in && path_within(row, path);
        if (in || *parent)
            return &t->row[i];
    }
    return NULL;
}

enum verdict judge_host_path(const struct rule *r, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct host_path_rule *t = r->with;
    bool writable = false, parent;

    WORKLOAD_EACH (w, mount, m) {
        const struct host_path *row = host_path_find(t, mount_host_path(w, m), &parent);
        if (!row)
            continue;
        writable |= m->read_only != YES;
        prove_mount(t, row, m, parent, p);
    }
    if (writable)
        proof_weigh(p, r->check.severity);
    return conclude(p, AT_WORKLOAD(w), "%u mounts: %s", w->n_mount, t->none);
}

/* ---- ports ---- */

/* On the host: by a host port, or because the network is the host's. */
bool port_is_published(const struct workload *w, const struct port *port)
{
    return (port->host_port.n && !str_eq(port->host_port, STR("0"))) ||
           workload_shares_host(w, SETTING_NS_NET);
}

static bool is_loopback(struct str ip)
{
    return str_starts(ip, STR("127.")) || str_one_of(ip, "::1 [::1] localhost");
}

enum verdict judge_port(const struct rule *r, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct port_rule *t = r->with;
    uint32_t from, to;

    if (w->spelling == SPELLING_OCI)
        return VERDICT_NOT_APPLICABLE;
    WORKLOAD_EACH (w, port, o) {
        if (!port_numbers(o->port, &from, &to) ||
            (t->published && (!port_is_published(w, o) || is_loopback(o->host_ip))))
            continue;
        size_t at = 0;
        const struct port_is *row = ports_next(t->list, from, to, PORT_OF_WORKLOAD, &at);
        if (row)
            proof_add(p, AT(o), "port " STR_FMT "%s" STR_FMT ": %s", STR_ARG(str_first(o->port, 20)),
                      t->published && o->host_port.n ? ", published as " : "",
                      STR_ARG(t->published ? str_first(o->host_port, 20) : STR("")), row->what);
    }
    return conclude(p, AT_WORKLOAD(w), "%u ports, %s", w->n_port, t->none);
}

/* ---- images ---- */

bool workload_image(const struct workload *w, struct image_ref *out)
{
    struct str rest = workload_value(w, SETTING_IMAGE), name, folder, base, tag = { 0 };

    *out = (struct image_ref){ 0 };
    if (!rest.n)
        return false;
    str_split(rest, '@', &name, &out->digest);
    str_rsplit(name, '/', &folder, &base);
    if (str_split(base, ':', &base, &tag))
        name.n -= tag.n + 1;
    out->tag = tag;
    out->name = name;
    struct str first, others;
    if (str_split(name, '/', &first, &others) &&
        (str_has_char(first, '.') || str_has_char(first, ':') || str_eq(first, STR("localhost")))) {
        out->registry = first;
        out->name = others;
    }
    return true;
}
