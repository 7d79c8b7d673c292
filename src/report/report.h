/* report.h - a report writes the model in one format. To add one: report/<name>.c with
 * `const struct report report_<name>` and its line in report/list.h. */
#pragma once
#include "core/err.h"
#include "model/model.h"

#include <stdio.h>

struct report_options {
    bool color;          /* table: escape sequences allowed */
    bool verbose;        /* table: all evidence, mitigated findings too */
    bool ascii;          /* table: the terminal may not read UTF-8 (its locale says so) */
    unsigned width;      /* table: columns of the terminal; 0: not one, 80 */
    enum severity least; /* findings below are left out (counted all the same) */
};

struct report {
    const char *name; /* of -f: "table", "json", "sarif", "cyclonedx", "spdx" */
    const char *what;
    bool inventory; /* an SBOM: `scantling sbom` offers it too */
    int (*write)(const struct model *m, const struct report_options *o, FILE *to, struct err *e);
};
extern const struct report *const reports[];
extern const size_t n_reports;
const struct report *report_by_name(struct str name); /* NULL when there is none */
