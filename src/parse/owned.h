/* owned.h - for the parsers of package databases: the files of one package as a FACT_OWNED. */
#pragma once
#include "model/entries.h"
#include "model/fact.h"

struct owned_list {
    struct entries_writer w;
    char clean[ENTRY_PATH_MOST];
    bool remarked; /* one note about hostile paths is enough for a file */
};
#define AUTO_OWNED CLEANUP(owned_free)

/* An empty list, or NULL when memory is spent. 74 KB, so it is not for the stack; one list may serve many
 * packages, one after the other. */
struct owned_list *owned_new(void);

/* Begin the list of a package, of at most `most` bytes when encoded. */
void owned_begin(struct owned_list *l, size_t most);

/* Add a path as a database spells it ("/usr/bin/x", "./usr/bin/x"). The root itself is left out; so is a path
 * that climbs out of the root or is too long, with a note about `where` at the first one. ERR_LIMIT when the
 * list is full. */
int owned_add(struct owned_list *l, struct str path, struct str where, struct facts *out,
              struct err *e) MUST_USE;

/* The list as a fact; nothing when it is empty. */
int owned_end(struct owned_list *l, struct str type, struct str package, struct str where, struct facts *out,
              struct err *e) MUST_USE;

void owned_free(struct owned_list **l);
