/* toml.h - what the two halves of the TOML reader share: toml_text.c reads characters, texts, numbers and
 * dates, toml.c keys, tables and arrays. */
#pragma once
#include "core/buf.h"
#include "doc/build.h"

/* What may still be added to a table or array. */
enum made { BY_HEADER_BELOW, BY_HEADER, BY_DOTTED_KEY, BY_VALUE, ARRAY_OF_TABLES };

struct node {
    struct doc doc; /* first: a struct doc of ours is a struct node */
    struct doc *last;
    uint32_t id;
    int depth;
    enum made made;
    bool indexed; /* its members are in the map */
};
struct toml {
    struct arena *arena;
    struct err *e;
    struct str rest;
    uint32_t line;
    uint32_t n_node;
    struct node *table; /* that key/value lines go to */
    struct map have;    /* of large tables: id of the parent + key: index + 1 into node */
    struct node **node;
    size_t n_have, cap_node;
    struct buf text;
};

/* Both set the error and return -1. */
int toml_bad(struct toml *r, const char *why);
int toml_full(struct toml *r);

int toml_peek(const struct toml *r); /* the next byte, -1 at the end */
bool toml_take(struct toml *r, char c);
bool toml_take_str(struct toml *r, struct str s);
void toml_blanks(struct toml *r);
bool toml_newline(struct toml *r);
bool toml_is_control(char c);

/* A quoted text into r->text. */
int toml_quoted(struct toml *r, bool may_be_multi) MUST_USE;
bool toml_is_number(struct str s);
bool toml_is_date_or_time(struct str s);
