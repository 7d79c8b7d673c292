/* names.h - under which names advisories speak of a package: the ecosystem, as OSV spells it, and the name in
 * it.
 *
 * A distribution's advisories are about source packages or about binary ones; a language's are by the names
 * of its registry, which are spelled in one way here when they are put into a database and when they are
 * looked up.
 */
#pragma once
#include "core/arena.h"
#include "model/fact.h"
#include "model/version/version.h"

struct advisory_name {
    struct str ecosystem;
    bool prefix;              /* and all ecosystems that begin with it and a colon: Red Hat's products */
    bool distribution;        /* its word about a package is the last one */
    bool subscribers;         /* fixes of a channel that one has to subscribe to: Ubuntu Pro */
    bool plain_binary;        /* statements that are not marked are about binary packages */
    struct str name, version; /* of the binary package, or what the language calls it */
    struct str source, source_version; /* distributions: empty when the binary's */
    const struct version_scheme *scheme;
};
enum { ADVISORY_NAMES_MOST = 3 };

/* How many; 0 with the reason in *why, one line without the package's name. `os` may be NULL. */
size_t advisory_names(struct arena *a, const struct package *p, const struct os *os,
                      struct advisory_name *out, struct str *why);

/* The ecosystem of a distribution's release ("Debian:12"); empty with the reason when it is not known. */
struct str advisory_release(struct arena *a, const struct os *os, struct str *why);

/* The release whose end of support is this one's, as lists of ends call it: mostly the same, but CentOS has ends of
 * its own. */
struct str advisory_lifetime(struct arena *a, const struct os *os, struct str *why);
/* A release that ends only with its distribution. */
bool advisory_is_rolling(struct str release);

/* The other way round: type, namespace and name of the package that an ecosystem's advisories call `name`. */
struct package advisory_package(struct str ecosystem, struct str name);

/* The one spelling of a name; the same when there is only one. STR_NONE: memory. */
struct str advisory_spelling(struct arena *a, struct str ecosystem, struct str name);
