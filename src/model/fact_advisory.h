/* fact_advisory.h - the kinds of fact that feeds of advisories give. Included by fact.h.
 *
 * An advisory is what one publisher says under one id; AFFECTS, what it says of one package; the advisory is
 * named by its place in the same record. Releases have an end of support. */
#pragma once

#define FACT_ADVISORY(F, S)                                                                              \
    F(S, STR, id, "the publisher's: CVE-..., GHSA-..., DSA-..., ALPINE-CVE-...")                         \
    F(S, STRS, aliases, "other ids of the same vulnerability")                                           \
    F(S, STRS, upstream, "the vulnerabilities that it speaks of, each one of its own: an update's CVEs") \
    F(S, STRS, related, "other ones that have to do with it")                                            \
    F(S, STR, source, "who says so: debian, osv-npm, nvd ...; may have @date behind it: the feed's own") \
    F(S, STR, title, "one line, may be empty")                                                           \
    F(S, STR, published, "RFC 3339 or a date; empty: not said")                                          \
    F(S, STR, modified, "")                                                                              \
    F(S, STR, withdrawn, "not empty: no longer held")                                                    \
    F(S, STRS, cvss, "vectors: CVSS:3.1/AV:N/..., or AV:N/AC:... of version 2")                          \
    F(S, STR, severity, "a word of the publisher's")                                                     \
    F(S, STR, stops, "for people: what stops it where no update is possible")                            \
    F(S, STR, kev_added, "date; not empty: known to be exploited")                                       \
    F(S, BOOL, kev_ransomware, "")                                                                       \
    F(S, BOOL, has_epss, "")                                                                             \
    F(S, U32, epss_ppm, "probability of being exploited within 30 days, in millionths")

#define FACT_AFFECTS(F, S)                                                                   \
    F(S, U32, advisory, "place of its advisory in this record")                              \
    F(S, STR, ecosystem, "as OSV spells it, with the release: Debian:12, Alpine:v3.20, npm") \
    F(S, STR, name, "of the package, as the ecosystem spells it; Maven group:artifact")      \
    F(S, BOOL, binary, "distributions: a binary package's name, not the source's")           \
    F(S, STR, arch, "empty: all")                                                            \
    F(S, STR, module, "modularity nodejs:18; channel esm-apps, eus ...")                     \
    F(S, U32, says, "enum statement")                                                        \
    F(S, STRS, events, "introduced:V, fixed:V, last_affected:V, limit:V")                    \
    F(S, STRS, versions, "single versions that are affected besides")                        \
    F(S, STR, severity, "the publisher's word for this package")                             \
    F(S, STRS, cvss, "vectors for this package only")

#define FACT_RELEASE_END(F, S)                                        \
    F(S, STR, ecosystem, "Debian:12; products: nodejs, python")       \
    F(S, STR, version, "of products: release line 18")                \
    F(S, STR, ends, "YYYY-MM-DD, when support ends; empty: not said") \
    F(S, STR, lts_ends, "with the distribution's long-term support")  \
    F(S, STR, extended_ends, "with a contract")

#define FACT_FEED_COUNT(F, S)                                       \
    F(S, STR, path, "of the archive, folder or document")           \
    F(S, U64, documents, "that were read")                          \
    F(S, U64, unknown, "that no feed reader recognises")            \
    F(S, U64, damaged, "that could not be read, or not to the end") \
    F(S, U64, skipped, "records within documents that say nothing clear")

#define FACT_VEX(F, S)                                                                        \
    F(S, STRS, ids, "the vulnerability and its other names")                                  \
    F(S, STRS, products, "package URLs, or sha256:... of an image; it is about each of them") \
    F(S, STRS, components, "package URLs within the product; none: the product itself")       \
    F(S, U32, status, "enum vex_status")                                                      \
    F(S, STR, reason, "justification and what is said for people; may be empty")              \
    F(S, STR, author, "")                                                                     \
    F(S, STR, time, "RFC 3339")                                                               \
    F(S, STR, path, "of the document")                                                        \
    F(S, U32, line, "")

#define FACT_ADVISORY_KINDS(X)              \
    X(ADVISORY, advisory, "advisories")     \
    X(AFFECTS, affects, "affects")          \
    X(RELEASE_END, release_end, "releases") \
    X(FEED_COUNT, feed_count, "feeds")      \
    X(VEX, vex_statement, "statements")

/* What the publisher says of one package. */
#define STATEMENTS(X)                                                                                \
    X(AFFECTED, "affected")         /* within the ranges; a fix may be named by them */              \
    X(NOT_AFFECTED, "not_affected") /* the publisher looked: never had it, or not in this release */ \
    X(WILL_NOT_FIX, "will_not_fix") /* affected, and no fix will come (Debian: ignored) */           \
    X(FIX_DEFERRED, "fix_deferred") /* affected, perhaps later (no-dsa, postponed, Fix deferred) */  \
    X(UNIMPORTANT, "unimportant")   /* affected, without consequence by the publisher's judgement */ \
    X(UNDER_INVESTIGATION, "under_investigation") /* not known yet (undetermined, in triage) */      \
    X(END_OF_LIFE, "end_of_life")                 /* affected or not: nobody looks any more */
#define STATEMENT_ENUM(id, name) SAYS_##id,
enum statement { STATEMENTS(STATEMENT_ENUM) STATEMENT_COUNT };
extern const char *const statement_name[STATEMENT_COUNT]; /* fact.c */
