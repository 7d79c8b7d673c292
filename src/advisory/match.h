/* match.h - what a database says about one package, vulnerability by vulnerability.
 *
 * Statements of all publishers come together here: of the rows of one publisher any that has the version
 * makes it affected, unless another one says that it is not. Whoever says something about the package without
 * the version being affected has answered: it is fixed, or was never there. */
#pragma once
#include "advisory/db.h"
#include "advisory/names.h"

enum answer {
    ANSWER_AFFECTED,     /* its version, or each that its constraint lets through, is */
    ANSWER_FIXED,        /* the version is not, or no longer, among the affected ones; nor is any of these */
    ANSWER_NOT_AFFECTED, /* said so */
    ANSWER_UNKNOWN /* the version cannot be ordered, or the constraint lets affected ones through and others */
};
struct match {
    uint32_t vuln;
    enum answer answer;
    enum statement says; /* ANSWER_AFFECTED: of a statement that has the version */
    struct str
        fixed; /* the version that it is fixed in, for some that were asked for also when unknown; empty:
                            none is named */
    bool subscribers;    /* to be had by subscribers only */
    uint32_t advisory;   /* who says so */
    struct str severity; /* the statement's word */
    struct strs cvss;    /* vectors for this package only */
};
struct matches {
    struct match *p;
    size_t n, cap;
    bool known; /* the database has something of one of the ecosystems */
    bool asked; /* no version is known: the answers are about all that the constraint lets through */
};

/* All that is said of the package under its names, one for each vulnerability, in the order of their numbers.
 * Everything is in *a. -1: the database is damaged, or *a is full. */
int match_package(struct db *db, const struct package *p, const struct advisory_name *names, size_t n,
                  struct arena *a, struct matches *out, struct err *e) MUST_USE;
