/* dockerfile.h - a Dockerfile as BuildKit reads it: directives, logical lines, here-documents
 * (dockerfile_read.c); words, flags and variables (dockerfile_word.c); stages (dockerfile.c). */
#pragma once
#include "core/buf.h"
#include "core/map.h"
#include "parse/declare.h"

enum { HEREDOCS_MOST = 8, DOCKERFILE_TEXT_MOST = 1 << 20, DOCKERFILE_VALUES_MOST = 4096 };

struct heredoc {
    struct str name, body;
    bool strips; /* <<- : leading tabs are not part of it */
    bool quoted; /* variables in it stay */
};
struct dockerfile_line {
    struct str instruction; /* as written */
    struct str rest;        /* lines joined, comments in between left out; blanks at the ends trimmed */
    uint32_t line;          /* where it begins, from 1 */
    struct heredoc heredoc[HEREDOCS_MOST];
    size_t n_heredoc;
};
struct dockerfile_reader {
    struct str rest;
    uint32_t line;
    char escape;       /* of the directive: \ or ` */
    struct str syntax; /* directives; empty: none */
    struct str check;
    struct arena *arena;
    bool full;
};
void dockerfile_open(struct dockerfile_reader *r, struct arena *a, struct str text);
/* The next instruction; false at the end. *why: not NULL when something in it is damaged. */
bool dockerfile_next(struct dockerfile_reader *r, struct dockerfile_line *out, const char **why);

/* The next "--name" or "--name=value" at the front of *rest, taken off it. */
bool dockerfile_flag(struct str *rest, struct str *name, struct str *value);
/* The next word, quotes and escapes left in it, taken off; empty at the end. */
struct str dockerfile_word(struct str *rest, char escape);
/* The words of a JSON list of texts; false: it is none, so the shell form. */
bool dockerfile_json(struct str rest, struct arena *a, struct strs *out);

/* Variables of a stage; a name without value is one that the build has to give. */
struct dockerfile_value {
    struct str name, value;
    bool known;
    bool env; /* ENV, which ARG does not override */
};
struct dockerfile_values {
    struct arena *arena;
    struct dockerfile_value *p;
    size_t n, cap;
    bool open; /* the base image may have others: one that is not here is not known to be unset */
};
const struct dockerfile_value *dockerfile_value(const struct dockerfile_values *v, struct str name);
/* false: memory, or more than DOCKERFILE_VALUES_MOST. */
bool dockerfile_set(struct dockerfile_values *v, struct dockerfile_value value);

/* Append the word with its quotes taken away and its variables replaced: $NAME, ${NAME}, ${NAME:-word},
 * ${NAME:+word}, ${NAME:?word} and these without ":", ${NAME#pattern}, ##, %, %%, ${NAME/pattern/text}, //.
 * A variable whose value only the build knows stays as it is written; false when there was one. */
bool dockerfile_expand(struct str word, char escape, const struct dockerfile_values *v, struct buf *to);

/* --- building, stage by stage --- */

/* A name, with its value where it has one, and where it was said. */
struct item {
    struct str name, value;
    uint32_t line;
};
struct items {
    struct item *p;
    size_t n, cap;
};
/* The words of a command. */
struct words {
    struct strs words;
    uint32_t line;
};
struct stage {
    struct str name, base;
    uint32_t from; /* index + 1 of the stage it builds on; 0: an image */
    bool own_cmd;  /* CMD is its own, not inherited */
    struct item user, workdir, stop_signal;
    struct words shell, cmd, entrypoint, health;
    struct items env, labels, ports, volumes, onbuild;
    struct dockerfile_values values;
};
struct builder {
    const struct input *in;
    struct facts *out;
    struct err *e;
    struct arena arena;
    struct declare d;
    struct dockerfile_reader reader;
    struct dockerfile_values global; /* ARG before the first FROM */
    struct stage *stage;
    size_t n_stage, cap_stage, planned;
    struct dockerfile_line *line;
};

void builder_full(struct builder *b); /* the budget is spent: sets the error */
static inline struct stage *builder_stage(struct builder *b)
{
    return &b->stage[b->n_stage - 1];
}

/* Do what the line says. */
void dockerfile_instruction(struct builder *b, struct dockerfile_line *l);
/* The facts of the workload that the current stage is, and what it makes, as an image's configuration says
 * it. */
void dockerfile_conclude(struct builder *b);
