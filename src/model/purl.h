/* purl.h - package URLs: the one identity that SBOMs, advisories and other tools agree on, by the purl
 * specification (ECMA-427) and its type definitions. */
#pragma once
#include "core/arena.h"
#include "model/fact.h"

/* The package's URL in *a: type, namespace (the distribution for deb, apk and rpm), name and version with the
 * type's own rules of spelling, and the qualifiers arch, distro, epoch, rpmmod (the modularity label) and upstream
 * (the source package) where they apply, sorted. `os`: of the image it is installed in, may be NULL.
 * Empty when the package has no type or no name, or when the arena is full. */
struct str purl_of(struct arena *a, const struct package *p, const struct os *os) MUST_USE;

/* The URL of an image: pkg:oci/NAME@DIGEST, with repository_url and tag as far as `reference`
 * ([HOST/]PATH[:TAG][@DIGEST]) says them. Empty without a digest or when no name is in the reference. */
struct str purl_of_image(struct arena *a, struct str reference, struct str digest, struct str arch) MUST_USE;

/* Read a package URL into type, ns, name, version (with its epoch), arch, module, source_name and source_version
 * of *p, whose texts go into *a; the rest of *p stays. Module paths of Go and the like are one name, as their
 * own tools write them. false when it is no package URL or the arena is full. */
bool purl_read(struct arena *a, struct str purl, struct package *p) MUST_USE;

/* Does what is `said` mean the package `installed`? What it leaves out (version, architecture) may be
 * anything. */
bool purl_covers(struct arena *a, struct str said, struct str installed) MUST_USE;
