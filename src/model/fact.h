/* fact.h - what was seen. Facts carry no opinion; rules give opinions.
 *
 * Every kind of fact is one list of fields, from which come its struct, its encoding (record.h), its JSON
 * (`scantling facts`) and its validation. To add a kind: write FACT_<KIND>(F), add it to FACT_KINDS, done.
 *
 * Strings in a fact are views. facts_add copies them into the facts' own arena; a decoded record's point into
 * the record. Paths are relative to the root of the image: no leading "/", no "." or "..". */
#pragma once
#include "core/arena.h"
#include "core/err.h"
#include "model/fact_advisory.h"
#include "model/fact_deployment.h"
#include "model/fact_secret.h"

enum tri { UNKNOWN, NO, YES }; /* "we did not look" is not "no": zero-initialised facts are honest */

struct strs {
    const struct str *p;
    size_t n;
};

struct u32s {
    const uint32_t *p;
    size_t n;
};

/* F(S, type, name, meaning): the fields of struct S, in the order of their encoding. */

#define FACT_PACKAGE(F, S)                                                                               \
    F(S, STR, type, "purl type: deb, rpm, apk, npm, pypi, golang ...")                                   \
    F(S, STR, ns, "purl namespace where the format itself has one (npm scope, Maven group), else empty") \
    F(S, STR, name, "as its own ecosystem spells it")                                                    \
    F(S, STR, version, "whole native version; rpm and deb with epoch: [epoch:]version[-release]")        \
    F(S, STR, constraint,                                                                                \
      "what is asked for where that is not one version, as written: a range, a tag, a branch")           \
    F(S, STR, arch, "")                                                                                  \
    F(S, STR, source_name, "source package it was built from, when the format says so")                  \
    F(S, STR, source_version, "")                                                                        \
    F(S, STRS, licenses, "as declared")                                                                  \
    F(S, STRS, asks, "NAME CONSTRAINT of packages it asks for, where its lock file says so")             \
    F(S, STRS, needs, "names of packages it needs, as its record says; alternatives with | between")     \
    F(S, STRS, provides, "other names under which it is needed")                                         \
    F(S, U32S, needs_here, "which packages of the same record it needs, by their place in its list")     \
    F(S, BOOL, direct, "the project itself asks for it, says its lock file")                             \
    F(S, STR, hash, "of the archive that it comes as: algorithm:hex, or algorithm-base64; see hash.h")   \
    F(S, STR, vendor, "rpm vendor or packager, deb and apk maintainer")                                  \
    F(S, STR, module, "rpm modularity label")                                                            \
    F(S, BOOL, dev, "needed for development only")                                                       \
    F(S, U32, how, "enum package_how: what says that it is there")                                       \
    F(S, STRS, cpes, "CPE names, only where the source gives them")                                      \
    F(S, STR, purl, "package URL, where the source gives one")                                           \
    F(S, STR, owner,                                                                                     \
      "TYPE/NAME of the distribution's package that its file belongs to, where a document says so")      \
    F(S, STR, path, "the file that says so")                                                             \
    F(S, STR, inside, "where in that file, when it is an archive: lib/a.jar, x.war!/lib/a.jar")          \
    F(S, U32, line, "where in it, 0 when the format has no lines")

#define FACT_OS(F, S)                                                                              \
    F(S, STR, id, "os-release ID: debian, alpine, rhel ...")                                       \
    F(S, STR, version, "VERSION_ID, or what the distribution's own file has when that is missing") \
    F(S, STR, name, "for people: PRETTY_NAME")                                                     \
    F(S, STR, codename, "")                                                                        \
    F(S, STRS, like, "ID_LIKE")                                                                    \
    F(S, STR, support_end, "SUPPORT_END, as YYYY-MM-DD")                                           \
    F(S, STR, path, "")

#define FACT_USER(F, S)                                                  \
    F(S, STR, name, "")                                                  \
    F(S, U32, uid, "")                                                   \
    F(S, U32, gid, "")                                                   \
    F(S, STR, home, "")                                                  \
    F(S, STR, shell, "")                                                 \
    F(S, U32, password, "enum password: of the passwd file's own field") \
    F(S, STR, path, "")                                                  \
    F(S, U32, line, "")

#define FACT_GROUP(F, S)    \
    F(S, STR, name, "")     \
    F(S, U32, gid, "")      \
    F(S, STRS, members, "") \
    F(S, STR, path, "")     \
    F(S, U32, line, "")

#define FACT_SHADOW(F, S)                                               \
    F(S, STR, name, "the account")                                      \
    F(S, U32, password, "enum password: the hash itself is never kept") \
    F(S, STR, path, "")                                                 \
    F(S, U32, line, "")

#define FACT_SUDO(F, S)                                \
    F(S, STR, who, "user, %group, +netgroup or alias") \
    F(S, STR, runas, "empty: root")                    \
    F(S, BOOL, nopasswd, "")                           \
    F(S, STR, commands, "as written")                  \
    F(S, STR, path, "")                                \
    F(S, U32, line, "")

#define FACT_OWNED(F, S)                                                           \
    F(S, STR, type, "purl type of the owning package")                             \
    F(S, STR, name, "owning package's name (deb without :arch)")                   \
    F(S, STR, paths, "files it brought: entries encoding (entries.h), paths only") \
    F(S, STR, path, "the file that says so")

#define FACT_LICENSE(F, S)                                                              \
    F(S, STR, type, "purl type of a package whose licences stand in a file of its own") \
    F(S, STR, name, "")                                                                 \
    F(S, STRS, licenses, "as declared")                                                 \
    F(S, STR, path, "")

#define FACT_TREE(F, S)                                              \
    F(S, STR, entries, "all entries of a layer in order: entries.h") \
    F(S, U64, count, "how many")                                     \
    F(S, U64, bytes, "uncompressed size of the layer")

#define FACT_DESCRIPTOR(F, S)                                              \
    F(S, U32, role, "enum role: what the document refers to it as")        \
    F(S, STR, media_type, "")                                              \
    F(S, STR, digest, "algorithm:hex")                                     \
    F(S, U64, size, "bytes")                                               \
    F(S, STR, os, "")                                                      \
    F(S, STR, arch, "")                                                    \
    F(S, STR, variant, "")                                                 \
    F(S, STR, ref_name, "org.opencontainers.image.ref.name, or a RepoTag") \
    F(S, STR, file, "docker-archive: name of the member that holds it")    \
    F(S, STRS, urls, "foreign layers: where else it lies")                 \
    F(S, U32, group, "docker-archive: which image of the file, from 0")

#define FACT_MANIFEST(F, S)                                              \
    F(S, U32, schema, "schemaVersion: 1 or 2")                           \
    F(S, STR, media_type, "as the document itself states, may be empty") \
    F(S, STR, artifact_type, "")                                         \
    F(S, BOOL, index, "an index or manifest list")

#define FACT_CONFIG(F, S)                                                    \
    F(S, STR, created, "RFC 3339")                                           \
    F(S, STR, author, "")                                                    \
    F(S, STR, os, "")                                                        \
    F(S, STR, arch, "")                                                      \
    F(S, STR, variant, "")                                                   \
    F(S, STR, user, "USER as written; empty: root")                          \
    F(S, STR, workdir, "")                                                   \
    F(S, STR, stop_signal, "")                                               \
    F(S, STRS, entrypoint, "")                                               \
    F(S, STRS, cmd, "")                                                      \
    F(S, STRS, shell, "")                                                    \
    F(S, STRS, healthcheck, "test words; none when there is no HEALTHCHECK") \
    F(S, STRS, ports, "80/tcp")                                              \
    F(S, STRS, volumes, "")                                                  \
    F(S, STRS, onbuild, "")                                                  \
    F(S, STRS, diff_ids, "of the layers, lowest first")                      \
    F(S, U32, stage, "of a Dockerfile, from 1; 0: an image's")               \
    F(S, U32, from, "stage of a Dockerfile that it builds on; 0: an image")

#define FACT_ENV(F, S)   \
    F(S, STR, name, "")  \
    F(S, STR, value, "") \
    F(S, U32, stage, "of a Dockerfile, from 1; 0: an image's")

#define FACT_LABEL(F, S) \
    F(S, STR, name, "")  \
    F(S, STR, value, "") \
    F(S, U32, stage, "of a Dockerfile, from 1; 0: an image's")

#define FACT_HISTORY(F, S)                                                            \
    F(S, STR, created, "")                                                            \
    F(S, STR, created_by, "the build command")                                        \
    F(S, STR, comment, "")                                                            \
    F(S, BOOL, empty, "made no layer")                                                \
    F(S, U32, stage, "of a Dockerfile, from 1; 0: an image's history")                \
    F(S, BOOL, aside,                                                                 \
      "of a stage whose files reach the image only where they are copied out of it; " \
      "said when it is known which stage is built, see image_of_build")               \
    F(S, STR, path, "of the Dockerfile")                                              \
    F(S, U32, line, "")

#define FACT_TOKEN(F, S)                                                       \
    F(S, STR, token, "bearer token of a registry: never in a report or cache") \
    F(S, U64, expires_in, "seconds")

#define FACT_MEMBER(F, S)                                                        \
    F(S, STR, name, "of a file in an outer archive")                             \
    F(S, U64, offset, "of its first byte in the archive, when it can be seeked") \
    F(S, U64, size, "")                                                          \
    F(S, STR, link, "target when it is a link to another")                       \
    F(S, STR, body, "documents: their bytes")                                    \
    F(S, STR, digest, "of its bytes, when the archive was streamed")             \
    F(S, STR, diff_id, "of its bytes uncompressed, likewise")

#define FACT_STORED(F, S)                                      \
    F(S, STR, id, "of a layer or image in containers-storage") \
    F(S, STR, parent, "")                                      \
    F(S, STRS, names, "")                                      \
    F(S, STR, top_layer, "images: their uppermost layer")      \
    F(S, STR, digest, "")                                      \
    F(S, STR, diff_digest, "layers")                           \
    F(S, STR, created, "")

#define FACT_NOTE(F, S)               \
    F(S, U32, kind, "enum note_kind") \
    F(S, STR, where, "path or place") \
    F(S, STR, reason, "one sentence")

/* KIND, struct name, plural used in JSON */
#define FACT_KINDS(X)                        \
    X(PACKAGE, package, "packages")          \
    X(OS, os, "os")                          \
    X(USER, user, "users")                   \
    X(GROUP, group, "groups")                \
    X(SHADOW, shadow, "shadow")              \
    X(SUDO, sudo, "sudo")                    \
    X(OWNED, owned, "owned")                 \
    X(LICENSE, license, "licenses")          \
    X(TREE, tree_fact, "trees")              \
    X(DESCRIPTOR, descriptor, "descriptors") \
    X(MANIFEST, manifest, "manifests")       \
    X(CONFIG, config, "configs")             \
    X(ENV, env_var, "env")                   \
    X(LABEL, label, "labels")                \
    X(HISTORY, history, "history")           \
    X(TOKEN, token, "tokens")                \
    X(MEMBER, member, "members")             \
    X(STORED, stored, "stored")              \
    X(NOTE, note, "notes")                   \
    FACT_SECRET_KINDS(X)                     \
    FACT_DEPLOYMENT_KINDS(X)                 \
    FACT_ADVISORY_KINDS(X)

/* How sure a package is: advisories by name and range need to know that a name was concluded.
 *   declared: by a database, a lock file or the package's own metadata
 *   listed: by a bill of materials that somebody made
 *   concluded: from the name of a file, or from a manifest that is not a package's
 *   banner: a program's own version text; who built it and with which patches is not known
 *   asked: for by a manifest; what came of that a lock file or the installed package says, or nobody */
#define PACKAGE_HOWS(X)     \
    X(DECLARED, "declared") \
    X(LISTED, "listed") X(CONCLUDED, "concluded") X(BANNER, "banner") X(ASKED, "asked")
#define PACKAGE_HOW_ENUM(id, name) HOW_##id,
enum package_how { PACKAGE_HOWS(PACKAGE_HOW_ENUM) PACKAGE_HOW_COUNT };
/* Its name; "" for a number that is none, as a hostile record may have. */
const char *package_how_name(uint32_t how);

enum password {
    PASSWORD_NONE_SAID,
    PASSWORD_EMPTY,
    PASSWORD_LOCKED,
    PASSWORD_IN_SHADOW,
    PASSWORD_WEAK_HASH,
    PASSWORD_HASH
};
enum role { ROLE_MANIFEST, ROLE_CONFIG, ROLE_LAYER, ROLE_SUBJECT };
enum note_kind {
    NOTE_INCOMPLETE, /* could not look at something: an unknown */
    NOTE_HOSTILE,    /* made to mislead readers: escaping paths, impossible whiteouts ... */
    NOTE_UNUSUAL,    /* worth saying, no harm by itself */
    NOTE_UNVERIFIED, /* an image came from somebody who did not prove who he is, and no digest was pinned (S1)
                      */
    NOTE_VERIFIED    /* an image came from somebody who did, or its digest was pinned */
};

#define FACT_C_STR                               struct str
#define FACT_C_STRS                              struct strs
#define FACT_C_U32S                              struct u32s
#define FACT_C_U32                               uint32_t
#define FACT_C_U64                               uint64_t
#define FACT_C_BOOL                              bool
#define FACT_MEMBER_DECL(S, type, name, meaning) FACT_C_##type name;
#define FACT_STRUCT(KIND, name, plural)     \
    struct name {                           \
        FACT_##KIND(FACT_MEMBER_DECL, name) \
    };
FACT_KINDS(FACT_STRUCT)

/* Of a package in no version that is known: what is asked for, "*" by a name alone; empty for all others. */
struct str package_asked(const struct package *p);

#define FACT_ENUM(KIND, name, plural) FACT_##KIND##_KIND,
enum fact_kind { FACT_KINDS(FACT_ENUM) FACT_KIND_COUNT };

enum field_type { FIELD_STR, FIELD_STRS, FIELD_U32S, FIELD_U32, FIELD_U64, FIELD_BOOL };
struct fact_field {
    const char *name, *meaning;
    enum field_type type;
    size_t at; /* offset in the struct */
};
struct fact_info {
    const char *plural;
    size_t size; /* of the struct */
    const struct fact_field *field;
    size_t n_field;
};
extern const struct fact_info fact_info[FACT_KIND_COUNT];

struct facts {
    struct arena arena;
    struct {
        void *items;
        size_t n, cap;
    } list[FACT_KIND_COUNT];
    bool full; /* one had no room: from then on something is missing */
};
#define FACTS(bytes)          \
    {                         \
        .arena = ARENA(bytes) \
    }
#define AUTO_FACTS CLEANUP(facts_free)

/* Append a copy of *fact with all its text: callers may pass views into a buffer that is about to go away.
 * ERR_LIMIT when the arena's budget is spent. Typed by the wrappers below. */
int facts_add_kind(struct facts *f, enum fact_kind kind, const void *fact, struct err *e) MUST_USE;
#define FACT_ADD(KIND, name, plural)                                                                     \
    MUST_USE static inline int facts_add_##name(struct facts *f, const struct name *fact, struct err *e) \
    {                                                                                                    \
        return facts_add_kind(f, FACT_##KIND##_KIND, fact, e);                                           \
    }
FACT_KINDS(FACT_ADD)

/* The facts of one kind: `const struct package *p = facts_package(f, &n);` */
#define FACT_GET(KIND, name, plural)                                          \
    static inline struct name *facts_##name(const struct facts *f, size_t *n) \
    {                                                                         \
        *n = f->list[FACT_##KIND##_KIND].n;                                   \
        return f->list[FACT_##KIND##_KIND].items;                             \
    }
FACT_KINDS(FACT_GET)
/* FACTS_EACH (facts, package, p) ...: p is a const struct package * */
#define FACTS_EACH(f, name, it)                                                  \
    for (size_t n_##it = 0, i_##it = 0, once_##it = 1; once_##it; once_##it = 0) \
        for (const struct name *it = facts_##name((f), &n_##it); i_##it < n_##it; it++, i_##it++)

/* A note, formatted. A full arena drops it: the error that filled the arena is reported anyway. */
void facts_remark(struct facts *f, enum note_kind kind, struct str where, const char *fmt, ...) PRINTF(4, 5);
/* The packages from the base-th on were the whole list when they named each other by their places (needs_here). */
void facts_move_needs(struct facts *f, size_t base);
size_t facts_count(const struct facts *f); /* of all kinds together */
void facts_free(struct facts *f);
