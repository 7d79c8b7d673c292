/* table.h - what the two halves of the report for people share. */
#pragma once
#include "report/page.h"
#include "report/report.h"

enum { INDENT = 2 };

struct table {
    struct page page;
    const struct model *m;
    const struct report_options *o;
    struct tally tally;
};

extern const enum style table_severity_style[SEVERITY_COUNT];

const char *table_plural(size_t n); /* "s", or nothing for one */
/* An empty line and the first words of a section; the caller adds to the line and ends it. */
void table_heading(struct page *p, const char *text);
/* First 12 digits of a digest: enough to find it, short enough to read. */
struct str table_short_digest(struct str digest);
/* A path without its middle, a text without its end, when they are very long; whole with --verbose. */
void table_add_path(struct table *t, enum style s, struct str path);
void table_add_text(struct table *t, enum style s, struct str text);
void table_put_snippet(struct page *p, struct str snippet, unsigned indent); /* text to paste, line by line */
void table_add_dot(struct page *p);                                          /* between facts on a line */

/* table_findings.c: what is open; then what is unknown, accepted and mitigated. */
void table_put_findings(struct table *t);
void table_put_rest(struct table *t);
/* table_vulnerabilities.c: findings that advisories have; with what they were looked for. */
int table_put_vulnerabilities(struct table *t, struct err *e);
void table_put_advisories(struct table *t);
