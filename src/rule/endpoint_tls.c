/* endpoint_tls.c - a TLS server as it answered (S1): who it is, whether that can be checked, and what it
 * agrees to. RFC 8996 (TLS 1.0 and 1.1), RFC 9325 (recommendations). */
#include "rule/common.h"

static struct evidence at(const struct component *c, const struct parameter *p)
{
    return (struct evidence){ .path = c->path, .line = p ? p->line : 0 };
}

static struct str value_of(const struct component *c, struct str name, struct evidence *where)
{
    const struct parameter *p = component_get(c, name);

    *where = at(c, p);
    return p ? p->value : STR_NONE;
}

/* ---- one answer that has to be good ---- */

struct answer {
    const char *name;
    const char *good; /* values, one a word or whole */
    const char *holds, *is;
};

static enum verdict judge_answer(const struct rule *r, const void *subject, struct proof *p)
{
    const struct answer *a = r->with;
    struct evidence where;
    struct str value = value_of(subject, str_of(a->name), &where);

    if (!value.n || str_eq(value, STR("unknown")))
        return cannot_tell(p, &where, "it did not say");
    if (str_eq(value, str_of(a->good))) {
        proof_add(p, &where, "%s", a->holds);
        return VERDICT_MITIGATED;
    }
    proof_add(p, &where, "%s" STR_FMT, a->is, STR_ARG(value));
    return VERDICT_OPEN;
}

/* ---- what must not be offered ---- */

struct offers {
    const char *name[4];
    const char *holds;
};

static enum verdict judge_offers(const struct rule *r, const void *subject, struct proof *p)
{
    const struct offers *o = r->with;
    const char *unknown = NULL;
    struct evidence where;

    for (size_t i = 0; i < ARRAY_LEN(o->name) && o->name[i]; i++) {
        struct str value = value_of(subject, str_of(o->name[i]), &where);
        if (str_eq(value, STR("offered")))
            proof_add(p, &where, "it agrees to %s", o->name[i]);
        else if (!str_eq(value, STR("refused")))
            unknown = o->name[i];
    }
    if (p->found)
        return VERDICT_OPEN;
    where = at(subject, NULL);
    if (unknown)
        return cannot_tell(p, &where, "whether it agrees to %s could not be asked", unknown);
    return conclude(p, &where, "%s", o->holds);
}

/* ---- client certificates, where whoever connects may do everything ---- */

static enum verdict judge_client(const struct rule *r, const void *subject, struct proof *p)
{
    static const struct {
        const char *port, *is;
    } powerful[] = { { "2376", "a container engine" },
                     { "2377", "Swarm" },
                     { "2379", "etcd" },
                     { "2380", "etcd" },
                     { "10250", "a kubelet" } };
    struct evidence where, ignored;
    struct str port = value_of(subject, STR("port"), &ignored);
    struct str value = value_of(subject, STR("client-certificate"), &where);

    (void)r;
    for (size_t i = 0; i < ARRAY_LEN(powerful); i++) {
        if (!str_eq(port, str_of(powerful[i].port)))
            continue;
        bool demanded = str_eq(value, STR("demanded"));
        proof_add(p, &where, "the port of %s; a client's certificate is " STR_FMT, powerful[i].is,
                  STR_ARG(value));
        return demanded ? VERDICT_MITIGATED : VERDICT_OPEN;
    }
    return VERDICT_NOT_APPLICABLE;
}

/* ---- what the certificate's authority says of it today ---- */

/* A response that proves nothing is as good as none, unless the certificate promises one: then clients refuse. A
 * response that is wrong has been put there by somebody, or is too old: either way the server does not look after
 * it. */
static enum verdict judge_stapled(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    struct evidence where, ignored;
    struct str value = value_of(subject, STR("stapled"), &where);
    bool promised = str_eq(value_of(subject, STR("stapling"), &ignored), STR("promised"));

    if (!value.n)
        return VERDICT_NOT_APPLICABLE;
    if (str_eq(value, STR("good"))) {
        proof_add(p, &where, "its authority says so, signed and of today");
        return VERDICT_MITIGATED;
    }
    if (str_eq(value, STR("nothing")) && !promised)
        return VERDICT_NOT_APPLICABLE;
    if (str_starts(value, STR("an error of the responder")) && !promised)
        return cannot_tell(p, &where, "the stapled response is " STR_FMT, STR_ARG(value));
    if (str_eq(value, STR("revoked")))
        proof_weigh(p, SEVERITY_HIGH);
    proof_add(p, &where, "stapled response: " STR_FMT "%s", STR_ARG(value),
              promised ? "; the certificate promises one, so clients refuse the server" : "");
    return VERDICT_OPEN;
}

#define TLS_REFS(cwe) \
    REFS({ CAT_NIST, "4.3.3" }, { CAT_OWASP_DOCKER, "D03" }, { CAT_ATTACK, "T1557" }, { CAT_CWE, cwe })
#define ENDPOINT .on = ON_COMPONENT, .of = "tls", .unknowable = true

static const struct rule rule[] = {
    { .check = { .id = "tls-untrusted",
                 .title = "Server's certificate is vouched for by nobody trusted",
                 .holds = "Server's certificate leads to a trusted authority",
                 .why = "Clients that check refuse it; the others take anyone in the middle for the server.",
                 .fix = "Use a certificate of an authority that the clients trust, and send the whole chain.",
                 .threats = THREAT_BIT(S1),
                 .layer = LAYER_APPLICATION,
                 .severity = SEVERITY_HIGH,
                 .refs = TLS_REFS("CWE-295") },
      ENDPOINT,
      .judge = judge_answer,
      .with = &(const struct answer){ "verified", "yes", "the chain leads to a trusted root", "" } },
    { .check = { .id = "tls-wrong-name",
                 .title = "Server's certificate is for another name",
                 .holds = "Server's certificate is for the name it was called by",
                 .why = "Clients cannot tell it from another holder of such a certificate, so they do not "
                        "check the name.",
                 .fix = "Issue it for the names and addresses that clients use (subjectAltName).",
                 .threats = THREAT_BIT(S1),
                 .layer = LAYER_APPLICATION,
                 .severity = SEVERITY_HIGH,
                 .refs = TLS_REFS("CWE-297") },
      ENDPOINT,
      .judge = judge_answer,
      .with = &(const struct answer){ "name", "fits", "the name that was asked for is in it",
                                      "the certificate " } },
    { .check = { .id = "tls-stapled-status",
                 .title = "Stapled OCSP response does not vouch for the certificate",
                 .holds = "Stapled OCSP response vouches for the certificate",
                 .why = "A revoked certificate's key may be in others' hands; a response that is forged, of "
                        "another "
                        "certificate or out of date hides that.",
                 .fix =
                     "Replace a revoked certificate and its key; else let the server fetch responses of its "
                     "authority itself, and watch that it does.",
                 .snippet = "ssl_stapling on; ssl_stapling_verify on;",
                 .threats = THREAT_BIT(S1),
                 .layer = LAYER_APPLICATION,
                 .severity = SEVERITY_MEDIUM,
                 .refs = TLS_REFS("CWE-299") },
      ENDPOINT,
      .judge = judge_stapled },
    { .check = { .id = "tls-old-protocol",
                 .title = "Server agrees to TLS 1.0 or 1.1",
                 .holds = "Server agrees to TLS 1.2 and later only",
                 .why = "They rest on MD5 and SHA-1: whoever sits in between can talk a client down to them "
                        "and attack.",
                 .fix = "Set the least protocol to TLS 1.2.",
                 .snippet = "ssl_protocols TLSv1.2 TLSv1.3;",
                 .threats = THREAT_BIT(S1),
                 .layer = LAYER_APPLICATION,
                 .severity = SEVERITY_MEDIUM,
                 .refs = TLS_REFS("CWE-326") },
      ENDPOINT,
      .judge = judge_offers,
      .with = &(const struct offers){ { "TLS 1.0", "TLS 1.1" }, "it refuses TLS 1.0 and TLS 1.1" } },
    { .check = { .id = "tls-no-protection",
                 .title = "Server agrees to ciphers that prove or hide nothing",
                 .holds = "Server agrees to authenticated, encrypting ciphers only",
                 .why = "Whoever sits in between reads everything, or poses as the server.",
                 .fix = "Take the anonymous and the null ciphers out of the list.",
                 .snippet = "ssl_ciphers HIGH:!aNULL:!eNULL;",
                 .threats = THREAT_BIT(S1),
                 .layer = LAYER_APPLICATION,
                 .severity = SEVERITY_HIGH,
                 .refs = TLS_REFS("CWE-327") },
      ENDPOINT,
      .judge = judge_offers,
      .with = &(const struct offers){ { "no authentication", "no encryption" }, "it refuses both" } },
    { .check = { .id = "tls-broken-cipher",
                 .title = "Server agrees to RC4 or 3DES",
                 .holds = "Server refuses RC4 and 3DES",
                 .why = "What they hide can be read by whoever records enough of it.",
                 .fix = "Take them out of the list of ciphers.",
                 .snippet = "ssl_ciphers HIGH:!3DES:!RC4;",
                 .threats = THREAT_BIT(S1),
                 .layer = LAYER_APPLICATION,
                 .severity = SEVERITY_MEDIUM,
                 .refs = TLS_REFS("CWE-327") },
      ENDPOINT,
      .judge = judge_offers,
      .with = &(const struct offers){ { "RC4", "3DES" }, "it refuses both" } },
    { .check = { .id = "tls-no-forward-secrecy",
                 .title = "Server agrees to key exchange without forward secrecy",
                 .holds = "Server insists on forward secrecy",
                 .why = "Who records the traffic today and gets the key later reads all of it.",
                 .fix = "Allow only ECDHE and DHE key exchange.",
                 .snippet = "ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;",
                 .threats = THREAT_BIT(S1),
                 .layer = LAYER_APPLICATION,
                 .severity = SEVERITY_LOW,
                 .refs = TLS_REFS("CWE-326") },
      ENDPOINT,
      .judge = judge_offers,
      .with = &(const struct offers){ { "no forward secrecy" }, "it refuses static RSA key exchange" } },
    { .check = { .id = "tls-client-unproven",
                 .title = "Powerful service demands no certificate of its clients",
                 .holds = "Powerful service demands a certificate of its clients",
                 .why = "Whoever reaches the port has only its other checks, if any, between himself and the "
                        "host.",
                 .fix = "Demand certificates of an authority of your own.",
                 .snippet = "dockerd --tlsverify --tlscacert=ca.pem",
                 .threats = THREAT_BIT(S1) | THREAT_BIT(D2),
                 .layer = LAYER_ENGINE,
                 .severity = SEVERITY_HIGH,
                 .refs = REFS({ CAT_CIS_DOCKER, "2.7" }, { CAT_NIST, "4.3.3" }, { CAT_CWE, "CWE-306" }) },
      .on = ON_COMPONENT,
      .of = "tls",
      .judge = judge_client },
};

const struct rule_set rules_endpoint_tls = { "endpoint_tls", rule, ARRAY_LEN(rule) };
