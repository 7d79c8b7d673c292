/* threat.h - the 18 threats, STRIDE, the layers of defence and the catalogues: the words every finding
 * speaks. The one home of their names; what each threat asks is in THREATS of the documentation. */
#pragma once
#include "core/str.h"

/* ID, STRIDE letter, name, one sentence */
#define THREATS(X)                                                                                          \
    X(S1, 'S', "Certificates", "TLS identity that is weak, expired, shared or not verified")                \
    X(S2, 'S', "Arbitrary code execution", "Foreign code speaks with the container's identity")             \
    X(S3, 'S', "Namespaces of identity", "User, image and orchestrator name spaces taken for one another")  \
    X(T1, 'T', "Compromised secrets", "Credentials that let an attacker change things")                     \
    X(T2, 'T', "Container image misconfiguration", "An image built so that it is easy to change or misuse") \
    X(T3, 'T', "Linux vulnerabilities", "Operating-system packages and kernel with known holes")            \
    X(T4, 'T', "Registry vulnerabilities", "Images changed through the registry that serves them")          \
    X(T5, 'T', "Application vulnerabilities", "Language packages and binaries with known holes")            \
    X(T6, 'T', "Redis vulnerabilities", "A Redis, Valkey or KeyDB that takes orders from anyone")           \
    X(R1, 'R', "Repudiation by root", "Root, shared identities and missing records make actions deniable")  \
    X(I1, 'I', "Namespaces", "Kernel name spaces shared with the host or another container")                \
    X(I2, 'I', "Container in public cloud", "Metadata service and public exposure hand out what is secret") \
    X(I3, 'I', "Network crosstalk", "Containers reach what they were not meant to reach")                   \
    X(D1, 'D', "Container attack", "One container starves the others")                                      \
    X(D2, 'D', "Orchestration compromise", "Whoever holds the orchestrator or engine holds everything")     \
    X(D3, 'D', "Registry as point of failure",                                                              \
      "A registry, or an image from it, that takes the service down")                                       \
    X(E1, 'E', "Container breakout", "From the container to the host")                                      \
    X(E2, 'E', "Root permissions", "Root in the container, and ways to become it")

#define THREAT_ENUM(id, stride, name, what) THREAT_##id,
enum threat_id { THREATS(THREAT_ENUM) THREAT_COUNT };
#define THREAT_BIT(id) (1u << THREAT_##id)

struct threat {
    const char *id;
    char stride; /* S T R I D E */
    const char *name, *what;
};
extern const struct threat threats[THREAT_COUNT];
const struct threat *threat_by_id(struct str id); /* "S1"; NULL when there is none */

/* STRIDE's letters in order, and the name of each. */
enum { STRIDE_COUNT = 6 };
extern const char stride_letter[STRIDE_COUNT + 1];
extern const char *const stride_name[STRIDE_COUNT];

/* Layers of defence: where the change is made. */
#define LAYERS(X)                   \
    X(HOST, "host")                 \
    X(ENGINE, "engine")             \
    X(IMAGE, "image")               \
    X(REGISTRY, "registry")         \
    X(ORCHESTRATOR, "orchestrator") \
    X(APPLICATION, "application")
#define LAYER_ENUM(id, name) LAYER_##id,
enum defence_layer { LAYERS(LAYER_ENUM) LAYER_COUNT };
extern const char *const layer_name[LAYER_COUNT];

#define SEVERITIES(X)   \
    X(INFO, "info")     \
    X(LOW, "low")       \
    X(MEDIUM, "medium") \
    X(HIGH, "high")     \
    X(CRITICAL, "critical")
#define SEVERITY_ENUM(id, name) SEVERITY_##id,
enum severity { SEVERITIES(SEVERITY_ENUM) SEVERITY_COUNT };
extern const char *const severity_name[SEVERITY_COUNT];
bool severity_parse(struct str name, enum severity *out);

/* Catalogues of others that our checks are mapped to; keys as in the JSON contract. */
#define CATALOGUES(X)                       \
    X(CIS_DOCKER, "cis-docker")             \
    X(CIS_KUBERNETES, "cis-kubernetes")     \
    X(PSS, "pss")                           \
    X(NIST, "nist-800-190")                 \
    X(ATTACK, "attack")                     \
    X(MS_MATRIX, "ms-threat-matrix")        \
    X(OWASP_DOCKER, "owasp-docker")         \
    X(OWASP_KUBERNETES, "owasp-kubernetes") \
    X(CWE, "cwe")
#define CATALOGUE_ENUM(id, key) CAT_##id,
enum catalogue { CATALOGUES(CATALOGUE_ENUM) CATALOGUE_COUNT };
extern const char *const catalogue_key[CATALOGUE_COUNT];
