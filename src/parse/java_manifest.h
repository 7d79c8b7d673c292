/* java_manifest.h - what is known of a Java archive that does not carry Maven's own metadata: its manifest
 * (JAR File Specification) and its file name. From both a name is concluded, which is a guess and said as
 * one. */
#pragma once
#include "core/arena.h"

/* The attributes of the manifest's main section that name things; empty: not there. */
struct java_manifest {
    struct str implementation_title, implementation_version, vendor_id;
    struct str bundle_name, bundle_version; /* OSGi */
    struct str license;                     /* Bundle-License: a name or an address, the first one */
    struct str module_name;                 /* Automatic-Module-Name */
    struct str specification_version;
    struct str plugin_group, plugin_name, plugin_version; /* Jenkins */
};

/* Lines of the manifest that go on are joined in *a; false when it is full. */
bool java_manifest_read(struct java_manifest *m, struct str body, struct arena *a) MUST_USE;

struct java_name {
    struct str group, artifact, version; /* version may be empty: unknown */
    bool declared;                       /* the manifest itself has coordinates: a Jenkins plugin */
};

/* "lib/commons-io-2.11.0.jar": artifact and version as Maven writes them; false when no version is in it,
 * then *artifact is the name without extension. */
bool java_file_name(struct str path, struct str *artifact, struct str *version);

/* The archive's own name, as far as both say it. */
struct java_name java_conclude(const struct java_manifest *m, struct str path);

/* The group, and sometimes the true name, of artifacts that are published without Maven's metadata in them:
 * their builds use Gradle, Ant or bnd. false: not known. */
bool maven_known_group(struct str artifact, struct str *group, struct str *name);
