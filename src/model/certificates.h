/* certificates.h - the certificates, private keys and TLS settings that one element holds, joined with each
 * other and with who brought them: the subject of the rules of S1 over files. */
#pragma once
#include "model/deployment.h"
#include "model/finding.h"

struct held_certificate {
    const struct certificate *c;
    struct evidence at;
    bool trusted;   /* lies in a trust store: it vouches for others here */
    bool shipped;   /* a package brought it, here or, for a trust store, the same certificate elsewhere */
    bool presented; /* a server showed it as its own */
    bool example;   /* lies among tests, examples or documentation */
    const struct key *key; /* its private key, when the element holds that too */
    struct evidence key_at;
};

/* What a configuration file of the element says of TLS. */
struct held_tls_setting {
    const struct tls_setting *s;
    struct evidence at;
};

struct certificates {
    struct held_certificate *item; /* in the order of layers and files */
    size_t n;
    struct held_tls_setting *setting;
    size_t n_setting;
    struct str now; /* of the run, RFC 3339; empty: unknown */
    bool complete;  /* everything was read: only then absence means something */
    bool owners;    /* it is known which package brought which file */
    bool image;     /* of an image or root file system, else of documents */
};

/* What is visible in the image; what the documents of a deployment hold. Everything is in *a. -1: memory. */
int certificates_of_image(const struct image *img, struct arena *a, struct certificates *out,
                          struct err *e) MUST_USE;
int certificates_of_deployment(const struct deployment *d, struct str now, struct arena *a,
                               struct certificates *out, struct err *e) MUST_USE;

/* All images and root file systems of a run. */
struct images {
    const struct image *const *p;
    size_t n;
};
