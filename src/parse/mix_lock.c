/* mix_lock.c - Elixir packages: mix.lock, a map from names to {:git, ...} or {:hex, :name, "version", "inner checksum",
 * [managers], [{:needed, "~> 1.0", [options]}], "repository", "outer checksum"} */
#include "parse/among.h"
#include "parse/erlang_term.h"
#include "parse/plain.h"

enum { IN_TUPLE = 2, IN_NEED = 4 }; /* within the map, within a tuple; within a tuple of its list */

struct mix {
    const struct input *in;
    struct facts *out;
    struct err *e;
    struct erl_lexer l;
    struct among among;
    bool first; /* the round: packages, then their needs */
};

/* An atom or a text behind ":"; the token after the one before. */
static struct erl_token after_colon(struct erl_lexer *l)
{
    struct erl_token t = erl_next(l);

    return erl_is_mark(t, ':') ? erl_next(l) : (struct erl_token){ 0 };
}

static int add(struct mix *m, struct str name, struct str version, uint32_t line)
{
    if (plain_package(m->in, "hex", name, version, line, m->out, m->e) < 0)
        return -1;
    among_call(&m->among, among_last(m->out), name);
    return 0;
}

/* What follows the version, up to the end of the tuple: what it needs, and as the third text the archive's checksum. */
static int rest_of_hex(struct mix *m, uint32_t package)
{
    struct erl_token t;
    size_t texts = 0, n;
    struct package *all = facts_package(m->out, &n);

    while (m->l.depth >= IN_TUPLE && (t = erl_next(&m->l)).kind) {
        if (erl_is_mark(t, '{') && m->l.depth == IN_NEED)
            among_need(&m->among, package, among_find(&m->among, after_colon(&m->l).text));
        else if (t.kind == ERL_TEXT && m->l.depth == IN_TUPLE && ++texts == 3 && package && t.text.n == 64) {
            all[package - 1].hash = arena_fmt(&m->out->arena, "sha256:" STR_FMT, STR_ARG(t.text));
            if (!all[package - 1].hash.p)
                return err_set(m->e, ERR_LIMIT, "fact store is full");
        }
    }
    return 0;
}

/* Behind "{:hex": its name and version. */
static int hex(struct mix *m)
{
    uint32_t line = m->l.line;
    struct erl_token comma = erl_next(&m->l), name, version;

    if (erl_is_mark(comma, ',')) {
        name = after_colon(&m->l);
        comma = name.kind ? erl_next(&m->l) : name;
        version = erl_is_mark(comma, ',') ? erl_next(&m->l) : comma;
        if (version.kind == ERL_TEXT && name.text.n && version.text.n)
            return m->first ? add(m, name.text, version.text, line)
                            : rest_of_hex(m, among_find(&m->among, name.text));
    }
    if (m->first)
        facts_remark(m->out, NOTE_INCOMPLETE, m->in->path, "line %u: a package without name or version",
                     line);
    return 0;
}

static int read_map(struct mix *m)
{
    struct erl_token t, key = { 0 };

    m->l = (struct erl_lexer)ERL_LEXER(m->in->body, '#');
    while ((t = erl_next(&m->l)).kind) {
        if (t.kind == ERL_TEXT && m->l.depth == IN_TUPLE - 1)
            key = t;
        if (!erl_is_mark(t, '{') || m->l.depth != IN_TUPLE)
            continue;
        struct erl_token kind = after_colon(&m->l);
        if (erl_is_atom(kind, "hex")) {
            if (hex(m) < 0)
                return -1;
        } else if (m->first) {
            facts_remark(m->out, NOTE_UNUSUAL, m->in->path,
                         "line %u: \"" STR_FMT "\" does not come from a registry (" STR_FMT ")", t.line,
                         STR_ARG(key.text), STR_ARG(kind.text));
        }
    }
    return m->l.depth ? err_set(m->e, ERR_FORMAT, "line %u: ends within a map or tuple", m->l.line) : 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct mix m = { .in = in, .out = out, .e = e, .among = AMONG, .first = true };

    if (!str_starts(str_trim(in->body), STR("%{")))
        return err_set(e, ERR_FORMAT, "line 1: not a map: \"%%{\" expected");
    int result = read_map(&m);
    m.first = false;
    if (result == 0)
        result = read_map(&m) < 0 ? -1 : among_settle(&m.among, in, out, e);
    among_free(&m.among);
    return result;
}

const struct parser parser_mix_lock = {
    .name = "mix_lock",
    .what = "Elixir packages: mix.lock",
    .version = 2,
    .paths = PATHS("**/mix.lock"),
    .max_size = 8u << 20,
    .parse = parse,
};
