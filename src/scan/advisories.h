/* advisories.h - the databases of a scan: one that the user has, and the one that comes with the program. */
#pragma once
#include "advisory/db.h"
#include "model/model.h"

enum { ADVISORY_SETS = 2 };
struct advisories {
    struct db *db[ADVISORY_SETS]; /* the first one's word about a vulnerability of a package counts */
    size_t n;
};
struct advisories_options {
    const char
        *path; /* --db; NULL: ${XDG_DATA_HOME:-~/.local/share}/scantling/advisories.db, if it is there */
    const char *key_path; /* public key that it has to be signed by; NULL: any */
    struct str built_in;  /* bytes of the set that comes with the program; empty: none */
    bool off;             /* --no-advisories */
};

/* Open what there is, and say in the model what was used. A database that is asked for, or is where one
 * belongs, and cannot be used is an error: a scan must not silently do with less. */
int advisories_open(struct advisories *s, const struct advisories_options *o, struct model *m,
                    struct err *e) MUST_USE;
void advisories_close(struct advisories *s);
/* The default place into *to; false: there is no home. */
bool advisories_place(char *to, size_t room);

/* Match the packages of an image, those from `first` of m->package on: findings for each vulnerability, and
 * unknown ones for what could not be matched. Answer-scoped: what the distribution's package brought is
 * mitigated where the distribution says that it is fixed or was never affected. */
int advisories_match(const struct advisories *s, struct model *m, const struct image *img, size_t first,
                     struct err *e) MUST_USE;
