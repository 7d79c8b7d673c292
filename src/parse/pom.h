/* pom.h - Maven's project model (pom.xml) as far as dependencies go: coordinates, properties, parents and
 * managed versions (https://maven.apache.org/pom.html, "Inheritance" and "Importing Dependencies").
 *
 * A pom inherits from its parent, if that was found: properties are looked up in the pom itself first, and
 * text of a parent is interpolated with the properties of the pom that inherits it, as Maven does. */
#pragma once
#include "doc/doc.h"

enum { POM_PARENTS_MOST = 16 };

struct pom_property {
    struct str name, value;
};
struct pom {
    struct arena *arena;
    const struct doc *root;
    const struct pom *parent;            /* NULL: none, or not known */
    struct str path;                     /* of the document */
    const struct pom_property *property; /* its own, by name */
    size_t n_property;
};

/* Parse the text into *arena. */
int pom_read(struct pom *p, struct str path, struct str body, struct arena *arena, struct err *e) MUST_USE;
/* Where the parent's document lies, relative to the pom's folder; empty: it has none, or none here. */
struct str pom_parent_file(const struct pom *p);
/* Is `parent` what the pom says its parent is? A file of that name may be somebody else's. */
bool pom_is_parent(const struct pom *p, const struct pom *parent);
/* The text of a child element; as written. */
struct str pom_element(const struct doc *d, const char *key);
/* With its ${names} replaced and without blanks around; empty when one of them is not known. */
struct str pom_value(const struct pom *p, struct str text);
/* Its own coordinates, interpolated; empty where it does not say. */
struct str pom_group(const struct pom *p);
struct str pom_artifact(const struct pom *p);
struct str pom_version(const struct pom *p);
/* A version that is exact: "[1.0]" is 1.0, what a range would resolve to is not in the file. */
struct str pom_exact(const struct pom *p, struct str text);
