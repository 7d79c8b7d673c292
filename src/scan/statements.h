/* statements.h - what VEX documents say, as facts: each document is read in a confined job of its own. */
#pragma once
#include "io/proc.h"
#include "model/fact.h"

/* Append the statements of the file to *all (FACT_VEX), and a note for each that does not count. A document
 * that cannot be read is an error: the user named it, and without it the scan would say something else. */
int statements_load(const char *path, const struct proc_limits *limits, struct facts *all,
                    struct err *e) MUST_USE;
