/* sbom.h - what the readers of the kinds of software bills of materials share. */
#pragma once
#include "doc/doc.h"
#include "parse/parse.h"

struct sbom {
    const struct input *in;
    struct facts *out;
    struct arena *arena;
    struct os os; /* of what it is about, as far as it says; id empty: it does not */
};

/* A package as a document states it; what it does not state is empty. */
struct sbom_package {
    struct str purl, cpe, name, version, vendor;
    struct str source_name, source_version; /* used when the URL has none */
    struct str owner; /* "deb/NAME": the distribution's package that its file belongs to */
    struct strs licenses;
    uint32_t line;
};

/* Add what is stated: by its package URL when there is one, else by name and version as type "generic".
 * Images and entries without a name are not packages. */
int sbom_add(struct sbom *s, const struct sbom_package *said, struct err *e) MUST_USE;

/* The distribution: said once; the first word counts. Views into the document. */
void sbom_os(struct sbom *s, struct str id, struct str version, struct str name);

/* A licence that says something: "NOASSERTION" and "NONE" do not. */
bool sbom_license(struct str license);

int sbom_cyclonedx(struct sbom *s, const struct doc *root,
                   struct err *e) MUST_USE;                                    /* JSON and XML, 1.0 to 1.6 */
int sbom_spdx(struct sbom *s, const struct doc *root, struct err *e) MUST_USE; /* 2.x, JSON and YAML */
int sbom_spdx_text(struct sbom *s, struct err *e) MUST_USE;                    /* 2.x, tag-value */
int sbom_syft(struct sbom *s, const struct doc *root, struct err *e) MUST_USE; /* Syft's own JSON */
