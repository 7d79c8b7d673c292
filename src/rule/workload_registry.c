/* workload_registry.c - a registry (CNCF Distribution) as a workload starts it: by its image, its environment and
 * what is mounted over its configuration. The file itself is looked at by registry.c. */
#include "rule/workload.h"

static bool is_registry(const struct workload *w)
{
    struct image_ref ref;
    struct str folder, base;

    if (!workload_image(w, &ref))
        return false;
    str_rsplit(ref.name, '/', &folder, &base);
    return str_one_of(ref.name, "registry library/registry distribution/distribution") ||
           (ref.registry.n && str_eq(base, STR("registry")));
}

/* Where the image looks for its configuration: what is mounted there, or a file that is named. */
static bool has_own_file(const struct workload *w, const struct mount **by)
{
    WORKLOAD_EACH (w, mount, m)
        if (path_within(STR("/etc/docker/registry/config.yml"), m->target) ||
            path_within(STR("/etc/distribution/config.yml"), m->target)) {
            *by = m;
            return true;
        }
    return false;
}

static enum verdict auth(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    const struct mount *by;

    if (!is_registry(w) || workload_reads(w, STR("registry")))
        return VERDICT_NOT_APPLICABLE; /* the rules over the file decide */
    WORKLOAD_EACH (w, variable, v)
        if (str_starts(v->name, STR("REGISTRY_AUTH")) && v->value.n)
            return conclude(p, AT(v), STR_FMT " is set", STR_ARG(str_first(v->name, 60)));
    if (has_own_file(w, &by))
        return cannot_tell(p, AT(by), "a configuration file decides, which was not looked at here");
    proof_add(p, AT_WORKLOAD(w), "REGISTRY_AUTH is not set, and the image's own configuration asks nobody");
    return VERDICT_OPEN;
}

static const struct rule table[] = {
    {
        .check = { .id = "workload-registry-no-auth",
                   .title = "Registry is started so that everyone may pull and push",
                   .holds = "Registry is started so that it asks who is there",
                   .why = "Whoever reaches the port replaces images, and runs code wherever they are pulled.",
                   .fix =
                       "Set REGISTRY_AUTH=htpasswd with its realm and path, or mount a config.yml that does.",
                   .snippet =
                       "environment: {REGISTRY_AUTH: htpasswd, REGISTRY_AUTH_HTPASSWD_REALM: registry, "
                       "REGISTRY_AUTH_HTPASSWD_PATH: /auth/htpasswd}",
                   .threats = THREAT_BIT(T4) | THREAT_BIT(D3),
                   .layer = LAYER_REGISTRY,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_NIST, "4.2.2" }, { CAT_ATTACK, "T1525" }, { CAT_CWE, "CWE-306" }) },
        .on = ON_WORKLOAD,
        .unknowable = true,
        .judge = auth,
    },
};
const struct rule_set rules_workload_registry = { "workload_registry", table, ARRAY_LEN(table) };
