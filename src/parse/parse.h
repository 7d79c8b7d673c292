/* parse.h - a parser turns the bytes of one file into facts. It does no I/O, holds no state and has no
 * opinion: one signature, so that it can be confined, cached, fuzzed and tested without knowing what it
 * parses.
 *
 * To add one:
 *   1. write parse/<name>.c with `const struct parser parser_<name> = { ... };` and nothing else visible
 *   2. add PARSER(<name>) to parse/list.h      (the build, the registry, the fuzzers and the docs read it)
 *   3. put cases under tests/data/parse/<name>/<case>/{path,input,expect}   (tests fail while there is none)
 */
#pragma once
#include "model/fact.h"

struct input {
    struct str path; /* in the image, without leading "/"; facts carry it as their provenance */
    struct str body;
    /* Documents that an earlier run asked for by FACT_WANT, by their paths; empty body with p NULL: not
     * there. */
    const struct input *with;
    size_t n_with;
    bool over; /* one of `with`: the user named it to be merged over the document, in this order (Compose) */
};

/* The document that FACT_WANT asked for with these words (its path is as path_beside makes it, or as it was
 * named when that leads out of the target's folder); NULL: nobody has looked yet, so ask. */
const struct input *input_wanted(const struct input *in, struct str from, struct str file);

struct parser {
    const char *name;
    const char *what;          /* one line for `scantling list parsers` */
    unsigned version;          /* bump on any change of output: cached layers are read again */
    const char *const *paths;  /* which files it wants, see below; NULL: only when asked for by name */
    const char *const *starts; /* programs that start so, wherever they lie: see STARTS; NULL: none */
    /* What kind of document of a deployment it understands: "compose", "kubernetes", "dockerfile", "inspect",
     * "oci", "docker-run", asked for by that word whatever the file's name; "configuration": daemon.json,
     * redis.conf ..., by path. NULL: files of images only. */
    const char *document;
    /* Its files are understood with others of the same layer, which it asks for by FACT_WANT: they are parsed
     * when the layer has been read. */
    bool together;
    size_t max_size; /* a larger file is not parsed and reported */
    /* Bytes in, facts out. -1: the file is damaged; what was understood before stays in *out, the error is
     * one line with the line or offset and the reason. Suspicious but readable things become notes. */
    int (*parse)(const struct input *in, struct facts *out, struct err *e);
};

/* Which files a parser wants, patterns over the whole path:
 *   "lib/apk/db/installed"      that file
 *   "var/lib/dpkg/info/" "*.list"   files of a folder by suffix (written as one string); "dir/" "*" all of
 * them
 *   "**" "/package.json"            that name in any folder; may name parents: "**" "/.aws/credentials"
 *   "**" "/" "*.jar"                a suffix in any folder
 *   "**" "/requirements" "*.txt"    one "*" may stand within the name, if an extension is behind it */
#define PATHS(...)        \
    (const char *const[]) \
    {                     \
        __VA_ARGS__, NULL \
    }

/* The first bytes, at most START_MOST and without a NUL, of files that a parser wants: whatever their name,
 * or with PATHS, whose "*" may then stand anywhere in the name, only those that are called so. Only what may
 * be a program is looked at: files with an execute bit, and those with ".so",
 * ".dll" or ".exe" in their name. */
#define STARTS(...) PATHS(__VA_ARGS__)
enum { START_MOST = 8 };

extern const struct parser *const parsers[];
extern const size_t n_parsers;

const struct parser *parser_by_name(struct str name); /* NULL when there is none */

/* Does `path` match the pattern? */
bool path_matches(struct str pattern, struct str path);

/* Does the parser want the file? parser_names: by its whole name, as databases are, not by a pattern. */
bool parser_wants(const struct parser *p, struct str path);
bool parser_names(const struct parser *p, struct str path);

/* All parsers that want the file, at most `most` of them, in the order of the list; how many. A few hash
 * look-ups, whatever the number of parsers. Builds its table at first use: call it once before forking. */
size_t parsers_for(struct str path, const struct parser **out, size_t most);

/* May the file be a program, so that its first bytes matter? `mode`: permission bits. */
bool may_be_program(struct str path, uint32_t mode, uint64_t size);
/* Add to the n parsers in out those that want a program of this path which starts so, at most `most` in all;
 * how many. */
size_t parsers_for_start(struct str path, struct str start, const struct parser **out, size_t n, size_t most);

/* A number for what all parsers together would say: part of the cache's key. */
uint64_t parser_set_version(void);

/* The parser for documents of a kind; "configuration" goes by path. NULL: there is none. */
const struct parser *parser_for_document(const char *kind, struct str path);
