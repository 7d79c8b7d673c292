/* tls_setting.c - what configuration files say of TLS (S1). */
#include "rule/common.h"

#include "model/certificates.h"
#include "model/example.h"

struct asked {
    const char *whats; /* blank-separated */
    const char *holds;
};

static enum verdict judge(const struct rule *r, const void *subject, struct proof *p)
{
    const struct certificates *c = subject;
    const struct asked *a = r->with;
    const struct held_tls_setting *first = NULL;
    char text[161];

    for (size_t i = 0; i < c->n_setting; i++) {
        const struct held_tls_setting *h = &c->setting[i];
        if (!str_one_of(h->s->what, a->whats))
            continue;
        first = first ? first : h;
        if (!h->s->good && !example_place(h->s->path))
            proof_add(p, &h->at, STR_FMT ": %s", STR_ARG(h->s->software), shown(h->s->text, text, 160));
    }
    if (p->found)
        return VERDICT_OPEN;
    if (!first)
        return VERDICT_NOT_APPLICABLE;
    if (!c->complete)
        return cannot_tell(p, &(struct evidence){ 0 },
                           "what could be read is fine, but not everything could");
    return conclude(p, &first->at, "%s: %s", a->holds, shown(first->s->text, text, 160));
}

static const struct rule rule[] = {
    { .check = { .id = "tls-verification-off",
                 .title = "Configuration switches off the verification of the other side",
                 .holds = "Configuration verifies the other side",
                 .why =
                     "Whoever sits in between reads and changes what is sent, and what is fetched and run.",
                 .fix = "Take the setting out; give the client the authority's certificate instead.",
                 .threats = THREAT_BIT(S1) | THREAT_BIT(S2),
                 .layer = LAYER_APPLICATION,
                 .severity = SEVERITY_HIGH,
                 .refs = REFS({ CAT_NIST, "4.1.5" }, { CAT_ATTACK, "T1557" }, { CAT_OWASP_DOCKER, "D02" },
                              { CAT_CWE, "CWE-295" }) },
      .on = ON_CERTIFICATES,
      .unknowable = true,
      .judge = judge,
      .with = &(const struct asked){ "verification-off", "verification is on" } },
    { .check = { .id = "tls-weak-setting",
                 .title = "Server is set up for old protocols, weak ciphers or clear text",
                 .holds = "Server is set up for current TLS",
                 .why = "Whoever sits in between can talk its clients down to what he can read or change.",
                 .fix = "Allow TLS 1.2 and later, with ciphers that encrypt, authenticate and keep past "
                        "traffic secret.",
                 .snippet = "ssl_protocols TLSv1.2 TLSv1.3;",
                 .threats = THREAT_BIT(S1) | THREAT_BIT(I3),
                 .layer = LAYER_APPLICATION,
                 .severity = SEVERITY_MEDIUM,
                 .refs = REFS({ CAT_NIST, "4.4.2" }, { CAT_ATTACK, "T1040" }, { CAT_CWE, "CWE-326" }) },
      .on = ON_CERTIFICATES,
      .unknowable = true,
      .judge = judge,
      .with = &(const struct asked){ "old-protocol weak-cipher clear-text no-client-certificate",
                                     "as it should be" } },
};

const struct rule_set rules_tls_setting = { "tls_setting", rule, ARRAY_LEN(rule) };
