/* sbom.h - what the readers of the kinds of software bills of materials share. */
#pragma once
#include "doc/doc.h"
#include "parse/among.h"

struct sbom {
    const struct input *in;
    struct facts *out;
    struct arena *arena;
    struct os os;       /* of what it is about, as far as it says; id empty: it does not */
    struct among among; /* packages by their ids, Debian's also by "deb/NAME" */
    struct sbom_claim {
        struct str owner, owned;
    } * claim;
    size_t n_claim, cap_claim;
};

/* A package as a document states it; what it does not state is empty. */
struct sbom_package {
    struct str id, purl, cpe, name, version, vendor;
    struct str hash;                        /* see model/hash.h */
    struct str source_name, source_version; /* used when the URL has none */
    struct str owner; /* "deb/NAME": the distribution's package that its file belongs to; or by sbom_claim */
    struct str constraint;
    struct strs licenses;
    bool direct; /* a project itself asks for it */
    uint32_t line;
};

/* Add what is stated: by its package URL when there is one, else by name and version as type "generic".
 * Images and entries without a name are not packages. */
int sbom_add(struct sbom *s, const struct sbom_package *said, struct err *e) MUST_USE;

/* Syft says so: the file that the package `owned` was found in is one of `owner`, a distribution's. Both are ids or
 * "deb/NAME"; what the document turns out not to have is left out. Views into the document. */
int sbom_claim(struct sbom *s, struct str owner, struct str owned, struct err *e) MUST_USE;
/* When all is read: let the facts say whose they are, and who needs whom. */
int sbom_settle(struct sbom *s, struct err *e) MUST_USE;

/* The package with the one id needs that with the other; what is no package, or not yet read, is left out. */
static inline void sbom_need(struct sbom *s, struct str needer, struct str needed)
{
    among_need(&s->among, among_find(&s->among, needer), among_find(&s->among, needed));
}

/* The distribution: said once; the first word counts. Views into the document. */
void sbom_os(struct sbom *s, struct str id, struct str version, struct str name);

/* A licence that says something: "NOASSERTION" and "NONE" do not. */
bool sbom_license(struct str license);

int sbom_cyclonedx(struct sbom *s, const struct doc *root,
                   struct err *e) MUST_USE;                                    /* JSON and XML, 1.0 to 1.6 */
int sbom_spdx(struct sbom *s, const struct doc *root, struct err *e) MUST_USE; /* 2.x, JSON and YAML */
int sbom_spdx_text(struct sbom *s, struct err *e) MUST_USE;                    /* 2.x, tag-value */
int sbom_syft(struct sbom *s, const struct doc *root, struct err *e) MUST_USE; /* Syft's own JSON */
