/* component_policy.c - configuration files of a control plane that are lists of rules: encryption, audit,
 * access. */
#include "rule/workload.h"

static struct evidence at_component(const struct component *c)
{
    return (struct evidence){ .path = c->path, .line = c->n ? c->parameter[0]->line : 0 };
}

/* Parts of "rules.3.level": the number and what is behind it; false: the name is not of that list. */
static bool item_of(struct str name, const char *list, struct str *number, struct str *field)
{
    struct str head, rest;

    return str_split(name, '.', &head, &rest) && str_eq(head, str_of(list)) &&
           str_split(rest, '.', number, field);
}

/* ---- encryption of what is in etcd ---- */

/* The provider that writes: the first one. */
static enum verdict encryption(const struct rule *r, const void *subject, struct proof *p)
{
    const struct component *c = subject;
    struct evidence at = at_component(c);
    const struct parameter *good = NULL;

    (void)r;
    for (size_t i = 0; i < c->n; i++) {
        struct str number, field;
        if (!item_of(c->parameter[i]->name, "resources", &number, &field) ||
            !str_starts(field, STR("providers.0.")))
            continue;
        if (str_starts(field, STR("providers.0.identity")))
            proof_add(p, AT(c->parameter[i]), "identity comes first: what is written is not encrypted");
        else
            good = c->parameter[i];
    }
    if (!good && !p->found)
        proof_add(p, &at, "it names no provider");
    return conclude(p, good ? AT(good) : &at, "the first provider encrypts");
}

/* ---- audit ---- */

static bool is_rule(const struct component *c, struct str number, const char *field, struct str value)
{
    for (size_t i = 0; i < c->n; i++) {
        struct str n, f;
        if (item_of(c->parameter[i]->name, "rules", &n, &f) && str_eq(n, number) &&
            (field ? str_eq(f, str_of(field)) : str_ends(f, STR("resources"))) &&
            str_eq(c->parameter[i]->value, value))
            return true;
    }
    return false;
}

static enum verdict audit_nothing(const struct rule *r, const void *subject, struct proof *p)
{
    const struct component *c = subject;
    struct evidence at = at_component(c);

    (void)r;
    for (size_t i = 0; i < c->n; i++) {
        struct str n, f;
        if (item_of(c->parameter[i]->name, "rules", &n, &f) && str_eq(f, STR("level")) &&
            !str_eq(c->parameter[i]->value, STR("None")))
            return conclude(p, AT(c->parameter[i]), "a rule logs " STR_FMT, STR_ARG(c->parameter[i]->value));
    }
    proof_add(p, &at, "no rule logs anything");
    return VERDICT_OPEN;
}

/* Bodies of Secrets in the log are Secrets in the log. */
static enum verdict audit_secrets(const struct rule *r, const void *subject, struct proof *p)
{
    const struct component *c = subject;
    struct evidence at = at_component(c);

    (void)r;
    for (size_t i = 0; i < c->n; i++) {
        struct str n, f;
        const struct parameter *m = c->parameter[i];
        if (!item_of(m->name, "rules", &n, &f) || !str_eq(f, STR("level")))
            continue;
        bool secrets = is_rule(c, n, NULL, STR("secrets")), body = str_starts(m->value, STR("Request"));
        if (secrets && !body)
            return conclude(p, AT(m), "a rule logs " STR_FMT " of Secrets, before others",
                            STR_ARG(m->value)); /* the first that matches decides */
        bool all = true;
        for (size_t k = 0; k < c->n; k++) {
            struct str other, of;
            if (item_of(c->parameter[k]->name, "rules", &other, &of) && str_eq(other, n) &&
                str_starts(of, STR("resources")))
                all = false;
        }
        if (body && (secrets || all)) {
            proof_add(p, AT(m), "a rule logs " STR_FMT " of %s", STR_ARG(m->value),
                      secrets ? "Secrets" : "everything, Secrets included");
            return VERDICT_OPEN;
        }
    }
    return conclude(p, &at, "no rule logs bodies of Secrets");
}

/* ---- kubeconfig ---- */

static enum verdict skip_verify(const struct rule *r, const void *subject, struct proof *p)
{
    const struct component *c = subject;
    struct evidence at = at_component(c);

    (void)r;
    for (size_t i = 0; i < c->n; i++) {
        const struct parameter *m = c->parameter[i];
        if (str_ends(m->name, STR(".insecure-skip-tls-verify")) && str_eq(m->value, STR("true")))
            proof_add(p, AT(m), "insecure-skip-tls-verify is true");
        if (str_ends(m->name, STR(".cluster.server")) && str_starts(m->value, STR("http://")))
            proof_add(p, AT(m), "the server is " STR_FMT, STR_ARG(str_first(m->value, 120)));
    }
    return conclude(p, &at, "the server is verified");
}

static enum verdict credentials(const struct rule *r, const void *subject, struct proof *p)
{
    const struct component *c = subject;
    struct evidence at = at_component(c);

    (void)r;
    for (size_t i = 0; i < c->n; i++) {
        struct str head, field;
        str_rsplit(c->parameter[i]->name, '.', &head, &field);
        if (str_starts(c->parameter[i]->name, STR("users.")) &&
            str_one_of(field, "token password client-key-data"))
            proof_add(p, AT(c->parameter[i]), STR_FMT " stands in it", STR_ARG(field));
    }
    return conclude(p, &at, "no user has a credential in it");
}

#define CHECK_OF(...) CHECK_RECORD(LAYER_ORCHESTRATOR, __VA_ARGS__)

static const struct rule table[] = {
    { CHECK_OF("encryption-identity", "Encryption of etcd begins with none", "Encryption of etcd encrypts",
               "The first provider writes: with identity a backup of etcd is every Secret of the cluster.",
               "Put kms, secretbox or aescbc before identity, and write all Secrets again.", HIGH,
               THREAT_BIT(T1) | THREAT_BIT(D2), { CAT_CIS_KUBERNETES, "1.2.28" },
               { CAT_OWASP_KUBERNETES, "K08" }, { CAT_CWE, "CWE-311" }, { CAT_NIST, "4.3.5" }),
      .on = ON_COMPONENT, .of = "EncryptionConfiguration", .judge = encryption },
    { CHECK_OF("audit-policy-none", "Audit policy logs nothing", "Audit policy logs",
               "Nobody can tell afterwards who did what.", "Log at least Metadata of everything.", HIGH,
               THREAT_BIT(R1) | THREAT_BIT(D2), { CAT_CIS_KUBERNETES, "3.2.1" },
               { CAT_OWASP_KUBERNETES, "K05" }, { CAT_NIST, "4.3.5" }),
      .on = ON_COMPONENT, .of = "audit", .judge = audit_nothing },
    { CHECK_OF("audit-policy-secrets", "Audit log holds Secrets", "Audit log holds no Secrets",
               "Whoever reads the log has them, for as long as it is kept.",
               "Log Secrets, ConfigMaps and tokens at level Metadata, in a rule before the others.", MEDIUM,
               THREAT_BIT(T1) | THREAT_BIT(R1), { CAT_CIS_KUBERNETES, "3.2.2" },
               { CAT_OWASP_KUBERNETES, "K05" }, { CAT_CWE, "CWE-532" }),
      .on = ON_COMPONENT, .of = "audit", .judge = audit_secrets },
    { CHECK_OF("kubeconfig-unverified", "Client does not verify the API server",
               "Client verifies the API server", "Whoever stands between has the client's token.",
               "Remove insecure-skip-tls-verify and set certificate-authority.", HIGH, THREAT_BIT(S1),
               { CAT_OWASP_KUBERNETES, "K06" }, { CAT_CWE, "CWE-295" }, { CAT_ATTACK, "T1557" }),
      .on = ON_COMPONENT, .of = "kubeconfig", .judge = skip_verify },
    { CHECK_OF("kubeconfig-credentials", "Credentials of the cluster stand in a file",
               "The file names no credentials of the cluster", "Whoever has the file is its user.",
               "Use an exec plugin that asks for short-lived ones.", MEDIUM, THREAT_BIT(T1) | THREAT_BIT(D2),
               { CAT_CIS_KUBERNETES, "3.1.1" }, { CAT_OWASP_KUBERNETES, "K06" },
               { CAT_MS_MATRIX, "MS-TA9003" }, { CAT_ATTACK, "T1552.001" }),
      .on = ON_COMPONENT, .of = "kubeconfig", .judge = credentials },
};
const struct rule_set rules_component_policy = { "component_policy", table, ARRAY_LEN(table) };
