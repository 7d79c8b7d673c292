/* shell.h - shell scripts cut into commands and words, as POSIX (Shell Command Language, 2.3 to 2.10) and
 * bash would cut them, for rules that ask what a build step or an entry point does. Nothing is expanded or
 * run.
 *
 * Quotes and backslashes are resolved, so that `echo "curl -k"` is a command `echo` with one word. What lies
 * in
 * $( ), ` `, <( ), in the script of `sh -c` and in a here-document for a shell is handed out too, as commands
 * of a deeper level after those of the script itself. */
#pragma once
#include "core/arena.h"

enum shell_then { SHELL_NEXT, SHELL_PIPE, SHELL_AND, SHELL_OR };

struct shell_command {
    struct str name;          /* last component of the first word; empty: only assignments */
    const struct str *word;   /* without what stands before the command: assignments, sudo, env, exec ... */
    size_t n;                 /* redirections are words that begin with < or > : ">/dev/null" */
    const struct str *assign; /* NAME=value before the command */
    size_t n_assign;
    enum shell_then then; /* how it is joined to the next */
    bool piped;           /* reads what the command before it writes */
    bool sudo;
    unsigned level; /* 0: of the script itself */
};

enum { SHELL_SCRIPTS_MOST = 512, SHELL_DEPTH_MOST = 6, SHELL_WORDS_MOST = 4096, SHELL_HEREDOCS_MOST = 4 };

struct shell {
    struct arena *arena;
    struct {
        struct str text;
        unsigned level;
    } todo[SHELL_SCRIPTS_MOST]; /* a queue */
    size_t n_todo, at_todo;
    struct str rest; /* of the script being read */
    unsigned level;
    bool piped;
    struct str heredoc[SHELL_HEREDOCS_MOST];
    size_t n_heredoc;
    bool heredoc_is_script;
    bool cut;   /* a limit was hit: not everything was handed out */
    char *text; /* room for the words of the script being read */
    struct str *word;
    size_t n_word, cap_word;
};

/* `script` must outlive the shell; words are made in *a. */
void shell_open(struct shell *s, struct arena *a, struct str script);
/* The next command; false at the end. Its words live as long as the arena, the list of them until the next
 * call. Ask s->cut at the end: when it is set a limit was hit, and that something was not there means
 * nothing. */
bool shell_next(struct shell *s, struct shell_command *c);

/* Does the command have the word? Long words are compared without regard to case; "--opt*" is a beginning;
 * "-k" is also found in a cluster of short options: -fsSLk. */
bool shell_has(const struct shell_command *c, struct str word);
/* The URL in its words, without user information and query, so that it can be shown; empty: none. */
struct str shell_url(const struct shell_command *c, struct arena *a);
struct str url_bare(struct str url, struct arena *a);
