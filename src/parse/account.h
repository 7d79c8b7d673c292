/* account.h - what passwd(5), group(5) and shadow(5) have in common: lines of fields with ":" between. */
#pragma once
#include "parse/parse.h"

struct account_line {
    struct str field[9];
    size_t n;
    uint32_t line;
};

/* Reads one line: 0 fine (or no fact), -1 with the reason (without the line) in *e. */
typedef int account_reader(const struct input *in, const struct account_line *l, struct facts *out,
                           struct err *e);

/* Calls `each` for every line that has something to say: not for empty lines, comments ("#", as glibc has it)
 * and references to NIS ("+" and "-"), which are noted. A line of fewer than `least` or more than nine
 * fields, or one that `each` refuses, is damage: the first one is the error, the lines behind it are read all
 * the same. */
int account_lines(const struct input *in, size_t least, account_reader *each, struct facts *out,
                  struct err *e);

/* A uid or gid; false when it is none. */
bool account_id(struct str s, uint32_t *id);

/* What a password field says, crypt(5). Weak: a cheap search finds the password (DES, MD5, NT, SHA-1, the
 * broken bcrypt). What no password can match is locked. */
enum password account_password(struct str field);
