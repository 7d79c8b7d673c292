/* db_build.h - what the builder of a database keeps while records come in, and how it is written out. */
#pragma once
#include "advisory/db_form.h"
#include "core/map.h"

#define POOL(type)     \
    struct {           \
        type *p;       \
        size_t n, cap; \
    }

/* Some of a pool of numbers. */
struct span {
    uint32_t at, n;
};
struct built_advisory {
    uint32_t id, source, title, published, modified, severity, stops, kev; /* texts */
    struct span aliases, upstream, cvss;                                   /* texts */
    struct span vuln; /* numbers of vulnerabilities, at last */
    uint32_t epss;
    bool ransomware, has_epss, withdrawn, speaks; /* speaks: of a package */
    uint32_t offset;                              /* in its section, at last */
};
struct built_statement {
    uint32_t package, advisory, arch, module, severity;
    struct span events; /* kind and text by turns */
    struct span versions, cvss;
    uint8_t says;
    bool binary;
};
struct built_package {
    uint32_t ecosystem, name; /* texts */
    uint32_t offset;
};
struct built_vuln {
    uint32_t id, kev, title, published, modified, epss;
    struct span cvss, aliases;
    bool ransomware, has_epss;
    uint32_t offset;
};

struct db_builder {
    struct arena arena; /* texts */
    struct map text;    /* to numbers; 0 is the empty text */
    POOL(struct str) texts;
    struct map package; /* ecosystem NUL name */
    POOL(uint32_t) numbers;
    POOL(struct built_advisory) advisory;
    POOL(struct built_statement) statement;
    POOL(struct built_package) packages;
    POOL(struct built_vuln) vuln;
    POOL(struct release_end) release; /* texts in the arena */
};

/* Make room for one more; false: memory. */
bool pool_grow(void *p, size_t n, size_t *cap, size_t size) MUST_USE;
#define POOL_ADD(pool) \
    (pool_grow(&(pool)->p, (pool)->n, &(pool)->cap, sizeof *(pool)->p) ? &(pool)->p[(pool)->n++] : NULL)

/* The number of a text; UINT32_MAX: memory. */
uint32_t built_text(struct db_builder *b, struct str s) MUST_USE;

/* Decide which vulnerabilities there are and which advisory is about which (db_join.c): a CVE is one,
 * whatever its other names; what has no CVE is one under a GHSA or its own id. Two CVEs never become one.
 * Sorted by id. */
int built_join(struct db_builder *b, struct err *e) MUST_USE;
