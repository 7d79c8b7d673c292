/* certificate.c - certificates that are weak, out of date or misused, their private keys, and whom an image
 * trusts beyond what its distribution ships (S1). RFC 5280; NIST SP 800-57 for sizes; CA/Browser Forum for
 * signatures. */
#include "rule/common.h"

#include "model/certificates.h"

enum { SOON_DAYS = 30, RSA_BITS_LEAST = 2048, EC_BITS_LEAST = 224, DAY = 24 * 60 * 60 };

/* Certificates that say who somebody is, or whom somebody here decided to trust: what packages ship is theirs
 * to renew. */
static bool is_own(const struct held_certificate *h)
{
    return !h->shipped && !h->example;
}

/* One of the element's own identities: not there to vouch for others. */
static bool is_identity(const struct held_certificate *h)
{
    return is_own(h) && (h->presented || (!h->trusted && (!h->c->ca || h->key)));
}

static void show(struct proof *p, const struct held_certificate *h, const char *what)
{
    char subject[121];

    proof_add(p, &h->at, "%s: %s", shown(h->c->subject.n ? h->c->subject : STR("no subject"), subject, 120),
              what);
}

static enum verdict none(const struct certificates *c, struct proof *p, size_t asked, const char *holds)
{
    if (p->found)
        return VERDICT_OPEN;
    if (!asked)
        return VERDICT_NOT_APPLICABLE;
    if (!c->complete)
        return cannot_tell(p, &(struct evidence){ 0 },
                           "%zu certificate%s fine, but not everything could be read", asked,
                           asked == 1 ? " is" : "s are");
    return conclude(p, &(struct evidence){ 0 }, "%zu certificate%s: %s", asked, asked == 1 ? "" : "s", holds);
}

/* ---- validity ---- */

struct validity {
    enum { ENDED, NOT_BEGUN, ENDING } is;
    const char *holds;
};

static const char *fault_of(const struct validity *v, const struct certificate *c, int64_t now, char *to,
                            size_t room)
{
    int64_t from = time_of(c->not_before), until = time_of(c->not_after);

    if (v->is == ENDED && until >= 0 && until < now)
        snprintf(to, room, "expired on %.10s", c->not_after.p);
    else if (v->is == NOT_BEGUN && from > now)
        snprintf(to, room, "is valid only from %.10s on", c->not_before.p);
    else if (v->is == ENDING && until >= now && until - now < (int64_t)SOON_DAYS * DAY)
        snprintf(to, room, "expires on %.10s, in %d days", c->not_after.p, (int)((until - now) / DAY));
    else
        return NULL;
    return to;
}

static enum verdict judge_validity(const struct rule *r, const void *subject, struct proof *p)
{
    const struct certificates *c = subject;
    int64_t now = time_of(c->now);
    size_t asked = 0;
    char text[80];

    for (size_t i = 0; i < c->n; i++) {
        if (!is_own(&c->item[i]))
            continue;
        asked++;
        const char *fault = now < 0 ? NULL : fault_of(r->with, c->item[i].c, now, text, sizeof text);
        if (fault)
            show(p, &c->item[i], fault);
    }
    if (now < 0 && asked)
        return cannot_tell(p, &(struct evidence){ 0 }, "what day it is is not known");
    return none(c, p, asked, ((const struct validity *)r->with)->holds);
}

/* ---- strength ---- */

static const char *weak_key(const struct held_certificate *h, char *to, size_t room)
{
    const struct certificate *c = h->c;
    bool rsa = str_one_of(c->key_type, "rsa dsa dh"), ec = str_eq(c->key_type, STR("ec"));

    if (!is_own(h) || !c->key_bits || (rsa && c->key_bits >= RSA_BITS_LEAST) ||
        (ec && c->key_bits >= EC_BITS_LEAST) || (!rsa && !ec))
        return NULL;
    snprintf(to, room, STR_FMT " key of %u bits", STR_ARG(c->key_type), c->key_bits);
    return to;
}

/* A root's own signature is never checked. */
static const char *weak_signature(const struct held_certificate *h, char *to, size_t room)
{
    bool weak = str_has(h->c->signature, STR("md5")) || str_has(h->c->signature, STR("MD5")) ||
                str_has(h->c->signature, STR("sha1")) || str_has(h->c->signature, STR("SHA1")) ||
                str_has(h->c->signature, STR("md2")) || str_has(h->c->signature, STR("md4"));

    if (!is_own(h) || !weak || (h->c->self_signed && h->c->ca && !h->key && !h->presented))
        return NULL;
    snprintf(to, room, "signed with " STR_FMT, STR_ARG(str_first(h->c->signature, 60)));
    return to;
}

static bool is_for_servers(const struct certificate *c)
{
    for (size_t i = 0; i < c->usage.n; i++)
        if (str_one_of(c->usage.p[i], "serverAuth clientAuth") || str_has(c->usage.p[i], STR("TLS Web")))
            return true;
    return c->names.n > 0;
}

static const char *ca_as_leaf(const struct held_certificate *h, char *to, size_t room)
{
    if (!is_identity(h) || !h->c->ca || (!h->presented && (!h->key || !is_for_servers(h->c))))
        return NULL;
    if (h->presented) {
        snprintf(to, room, "may sign certificates for anyone, and a server presents it as its own");
        return to;
    }
    snprintf(to, room, "may sign certificates for anyone, and its private key is at " STR_FMT,
             STR_ARG(str_first(h->key_at.path, 120)));
    return to;
}

static const char *signs_itself(const struct held_certificate *h, char *to, size_t room)
{
    if (!is_identity(h) || !h->c->self_signed)
        return NULL;
    snprintf(to, room, "signed by itself: nobody vouches for it");
    return to;
}

static const char *key_beside(const struct held_certificate *h, char *to, size_t room)
{
    if (!is_own(h) || !h->key)
        return NULL;
    snprintf(to, room, "its private key%s is at " STR_FMT, h->key->encrypted ? " (under a passphrase)" : "",
             STR_ARG(str_first(h->key_at.path, 120)));
    return to;
}

struct fault {
    const char *(*of)(const struct held_certificate *h, char *to, size_t room);
    const char *holds;
};

static enum verdict judge_each(const struct rule *r, const void *subject, struct proof *p)
{
    const struct certificates *c = subject;
    const struct fault *f = r->with;
    size_t asked = 0;
    char text[200];

    for (size_t i = 0; i < c->n; i++) {
        const char *fault = f->of(&c->item[i], text, sizeof text);
        asked += is_own(&c->item[i]);
        if (fault)
            show(p, &c->item[i], fault);
    }
    return none(c, p, asked, f->holds);
}

/* ---- trust ---- */

static enum verdict judge_added(const struct rule *r, const void *subject, struct proof *p)
{
    const struct certificates *c = subject;
    size_t asked = 0;

    (void)r;
    for (size_t i = 0; i < c->n; i++)
        asked += c->item[i].trusted;
    if (!c->image || !asked)
        return VERDICT_NOT_APPLICABLE;
    if (!c->owners)
        return cannot_tell(p, &(struct evidence){ 0 },
                           "%zu trust anchor%s here, but nothing says which a package brought", asked,
                           asked == 1 ? " is" : "s are");
    for (size_t i = 0; i < c->n; i++)
        if (c->item[i].trusted && !c->item[i].shipped)
            show(p, &c->item[i], "no package brought it");
    return none(c, p, asked, "all as the distribution's packages ship them");
}

#define S1_REFS(cwe)                                                                          \
    REFS({ CAT_NIST, "4.1.4" }, { CAT_OWASP_DOCKER, "D06" }, { CAT_OWASP_KUBERNETES, "K08" }, \
         { CAT_CWE, cwe })
#define FAULT(fn, text)   \
    &(const struct fault) \
    {                     \
        fn, text          \
    }

static const struct rule rule[] = {
    { .check = { .id = "certificate-expired",
                 .title = "Certificate has expired",
                 .holds = "No certificate has expired",
                 .why = "Clients either fail, or were told not to look: then anyone can pose as the service.",
                 .fix = "Renew it, mount it at run time, and let something renew it from now on.",
                 .threats = THREAT_BIT(S1),
                 .layer = LAYER_APPLICATION,
                 .severity = SEVERITY_HIGH,
                 .refs = S1_REFS("CWE-298") },
      .on = ON_CERTIFICATES,
      .unknowable = true,
      .judge = judge_validity,
      .with = &(const struct validity){ ENDED, "none has expired" } },
    { .check = { .id = "certificate-not-yet-valid",
                 .title = "Certificate is not valid yet",
                 .holds = "Every certificate's validity has begun",
                 .why = "Clients that check refuse it; that it is in use shows that they do not check.",
                 .fix = "Set the clock of whoever issues it right, and issue it again.",
                 .threats = THREAT_BIT(S1),
                 .layer = LAYER_APPLICATION,
                 .severity = SEVERITY_MEDIUM,
                 .refs = S1_REFS("CWE-295") },
      .on = ON_CERTIFICATES,
      .unknowable = true,
      .judge = judge_validity,
      .with = &(const struct validity){ NOT_BEGUN, "all are valid already" } },
    { .check = { .id = "certificate-expires-soon",
                 .title = "Certificate expires within 30 days",
                 .holds = "No certificate expires within 30 days",
                 .why = "When it does, the service stops, or its clients are told to trust anyone.",
                 .fix = "Renew it now, and let something renew it from now on.",
                 .threats = THREAT_BIT(S1),
                 .layer = LAYER_APPLICATION,
                 .severity = SEVERITY_MEDIUM,
                 .refs = S1_REFS("CWE-298") },
      .on = ON_CERTIFICATES,
      .unknowable = true,
      .judge = judge_validity,
      .with = &(const struct validity){ ENDING, "none expires within 30 days" } },
    { .check = { .id = "certificate-weak-key",
                 .title = "Certificate's key is too short",
                 .holds = "Every certificate's key is long enough",
                 .why = "Who can afford to factor it has the service's identity.",
                 .fix = "Issue it again with an RSA key of 2048 bits or more, or an elliptic one of 256.",
                 .snippet = "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 ...",
                 .threats = THREAT_BIT(S1),
                 .layer = LAYER_APPLICATION,
                 .severity = SEVERITY_HIGH,
                 .refs = S1_REFS("CWE-326") },
      .on = ON_CERTIFICATES,
      .unknowable = true,
      .judge = judge_each,
      .with = FAULT(weak_key, "RSA of 2048 bits or more, elliptic curves of 224 or more") },
    { .check = { .id = "certificate-weak-signature",
                 .title = "Certificate is signed with MD5 or SHA-1",
                 .holds = "No certificate is signed with MD5 or SHA-1",
                 .why = "A second certificate with the same signature can be made: somebody else passes as "
                        "the first.",
                 .fix = "Issue it again with SHA-256.",
                 .threats = THREAT_BIT(S1),
                 .layer = LAYER_APPLICATION,
                 .severity = SEVERITY_HIGH,
                 .refs = S1_REFS("CWE-328") },
      .on = ON_CERTIFICATES,
      .unknowable = true,
      .judge = judge_each,
      .with = FAULT(weak_signature, "signed with SHA-256 or better") },
    { .check = { .id = "certificate-ca-as-leaf",
                 .title = "Certificate of an authority serves as that of a service",
                 .holds = "No service uses a certificate that can sign others",
                 .why = "Who takes the service's key can issue certificates for every name that its clients "
                        "trust it for.",
                 .fix = "Keep the authority's key offline; issue the service a certificate of its own with "
                        "CA:FALSE.",
                 .threats = THREAT_BIT(S1),
                 .layer = LAYER_APPLICATION,
                 .severity = SEVERITY_HIGH,
                 .refs = S1_REFS("CWE-296") },
      .on = ON_CERTIFICATES,
      .unknowable = true,
      .judge = judge_each,
      .with = FAULT(ca_as_leaf, "none with a key here can sign others") },
    { .check = { .id = "certificate-self-signed",
                 .title = "Certificate is signed by itself",
                 .holds = "Every certificate is signed by somebody else",
                 .why = "Clients cannot tell it from an impostor's unless each was given it; most are told "
                        "not to look.",
                 .fix = "Have it issued by an authority that the clients trust, your own where nobody else "
                        "calls.",
                 .threats = THREAT_BIT(S1),
                 .layer = LAYER_APPLICATION,
                 .severity = SEVERITY_LOW,
                 .refs = S1_REFS("CWE-295") },
      .on = ON_CERTIFICATES,
      .unknowable = true,
      .judge = judge_each,
      .with = FAULT(signs_itself, "each has an issuer") },
    { .check = { .id = "certificate-key-shipped",
                 .title = "Private key lies beside its certificate",
                 .holds = "No certificate's private key lies beside it",
                 .why =
                     "Whoever gets a copy of this is the service, for as long as the certificate is valid.",
                 .fix =
                     "Issue a new certificate, mount its key at run time as a secret, and revoke this one.",
                 .threats = THREAT_BIT(S1) | THREAT_BIT(T1),
                 .layer = LAYER_APPLICATION,
                 .severity = SEVERITY_HIGH,
                 .refs = REFS({ CAT_NIST, "4.1.4" }, { CAT_ATTACK, "T1552.004" }, { CAT_OWASP_DOCKER, "D06" },
                              { CAT_OWASP_KUBERNETES, "K08" }, { CAT_CWE, "CWE-321" }) },
      .on = ON_CERTIFICATES,
      .unknowable = true,
      .judge = judge_each,
      .with = FAULT(key_beside, "no private key of any is here") },
    { .check = { .id = "certificate-anchor-added",
                 .title = "Trust store has anchors that no package brought",
                 .holds = "Trust store is as the distribution ships it",
                 .why =
                     "Whoever holds such an anchor's key can pose as any server to everything in the image.",
                 .fix = "Remove it, or mount it only into the containers that need it, and keep it "
                        "name-constrained.",
                 .snippet =
                     "RUN rm /usr/local/share/ca-certificates/NAME.crt && update-ca-certificates --fresh",
                 .threats = THREAT_BIT(S1),
                 .layer = LAYER_IMAGE,
                 .severity = SEVERITY_MEDIUM,
                 .refs = REFS({ CAT_NIST, "4.1.5" }, { CAT_ATTACK, "T1553.004" }, { CAT_CWE, "CWE-295" }) },
      .on = ON_CERTIFICATES,
      .unknowable = true,
      .judge = judge_added },
};

const struct rule_set rules_certificate = { "certificate", rule, ARRAY_LEN(rule) };
