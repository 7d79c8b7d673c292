/* sudoers.c - who may do what as whom, sudoers(5). User specifications become facts, one a command:
 *   user, %group HOSTS = (runas) TAG: command, command : HOSTS = command
 * Hosts are not kept: a container has any name. Aliases stay names; Defaults and alias definitions are
 * skipped. */
#include "parse/parse.h"

struct reader {
    const struct input *in;
    struct facts *out;
    struct err *e;
    uint32_t line; /* where the specification begins */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct str skip_blanks(struct str s)
{
    while (s.n && is_blank(s.p[0]))
        s = str_skip(s, 1);
    return s;
}

/* Bytes up to the first of `stops` that is neither escaped by a backslash nor within double quotes. */
static size_t span(struct str s, const char *stops)
{
    bool quoted = false;
    size_t i = 0;

    for (; i < s.n; i++) {
        if (s.p[i] == '\\')
            i++;
        else if (s.p[i] == '"')
            quoted = !quoted;
        else if (!quoted && s.p[i] && strchr(stops, s.p[i]))
            return i;
    }
    return s.n;
}

static struct str unquoted(struct str s)
{
    if (s.n > 1 && s.p[0] == '"' && s.p[s.n - 1] == '"')
        return (struct str){ s.p + 1, s.n - 2 };
    return s;
}

/* Cut the next item of "a, b , c HOSTS" off *rest; false behind the last: a list ends where a blank is not
 * next to a comma. */
static bool cut_item(struct str *rest, struct str *item, bool *more)
{
    if (!*more)
        return false;
    struct str s = skip_blanks(*rest);
    size_t n = span(s, ", \t=");
    *item = str_first(s, n);
    s = skip_blanks(str_skip(s, n));
    *more = s.n && s.p[0] == ',';
    *rest = *more ? str_skip(s, 1) : s;
    return true;
}

struct permission {
    struct str runas, command;
    bool nopasswd;
};

static int add_for_users(const struct reader *r, struct str users, const struct permission *p)
{
    struct str user;
    bool more = true;

    while (cut_item(&users, &user, &more)) {
        struct sudo fact = {
            .who = unquoted(user),
            .runas = p->runas,
            .nopasswd = p->nopasswd,
            .commands = p->command,
            .path = r->in->path,
            .line = r->line,
        };
        if (user.n && facts_add_sudo(r->out, &fact, r->e) < 0)
            return -1;
    }
    return 0;
}

/* "NOPASSWD:" and the other tags, "CWD=/x" and the other options, in front of a command. They hold for the
 * commands behind it too. */
static struct str take_tags(struct str s, struct permission *p)
{
    for (;;) {
        size_t n = 0;
        while (n < s.n && ((s.p[n] >= 'A' && s.p[n] <= 'Z') || s.p[n] == '_'))
            n++;
        struct str word = str_first(s, n), behind = skip_blanks(str_skip(s, n));
        if (!n || !behind.n || (behind.p[0] != ':' && behind.p[0] != '='))
            return s;
        if (str_eq(word, STR("NOPASSWD")))
            p->nopasswd = true;
        else if (str_eq(word, STR("PASSWD")))
            p->nopasswd = false;
        s = str_skip(behind, 1);
        if (behind.p[0] == '=')
            s = str_skip(skip_blanks(s), span(skip_blanks(s), " \t"));
        s = skip_blanks(s);
    }
}

/* "(runas) TAGS command" off *rest, which then stands at "," or ":" or its end. */
static int take_permission(struct str *rest, struct permission *p, struct err *e)
{
    struct str s = skip_blanks(*rest);

    if (s.n && s.p[0] == '(') {
        size_t n = span(s, ")");
        if (n == s.n)
            return err_set(e, ERR_FORMAT, "\"(\" without \")\"");
        p->runas = str_trim((struct str){ s.p + 1, n - 1 });
        s = skip_blanks(str_skip(s, n + 1));
    }
    s = take_tags(s, p);
    size_t digest = str_starts(s, STR("sha2")) || str_starts(s, STR("sha3")) || str_starts(s, STR("sha5"))
                        ? MIN(span(s, ":") + 1, s.n)
                        : 0; /* "sha256:abc /bin/x": the only bare colon that a command has */
    size_t n = digest + span(str_skip(s, digest), ",:");
    p->command = str_trim(str_first(s, n));
    *rest = str_skip(s, n);
    return p->command.n ? 0 : err_set(e, ERR_FORMAT, "no command");
}

/* "users HOSTS = permissions : HOSTS = permissions" */
static int specification(const struct reader *r, struct str s)
{
    struct str users = s, item, rest;
    bool more = true;

    while (cut_item(&s, &item, &more))
        if (!item.n)
            return err_set(r->e, ERR_FORMAT, "no user");
    users.n -= s.n;
    do {
        struct permission p = { 0 };
        size_t n = span(s, "=");
        if (n == s.n)
            return err_set(r->e, ERR_FORMAT, "no \"=\"");
        rest = str_skip(s, n);
        do {
            rest = str_skip(rest, 1);
            if (take_permission(&rest, &p, r->e) < 0 || add_for_users(r, users, &p) < 0)
                return -1;
        } while (rest.n && rest.p[0] == ',');
        s = str_skip(rest, 1);
    } while (s.n);
    return 0;
}

/* "#" begins a comment, but "#1000" is a uid. */
static struct str without_comment(struct str s)
{
    for (size_t at = 0; at < s.n; at++) {
        at += span(str_skip(s, at), "#");
        if (at + 1 >= s.n || s.p[at + 1] < '0' || s.p[at + 1] > '9')
            return str_first(s, at);
    }
    return s;
}

/* Other files are read on their own when they lie in sudoers.d, and not at all elsewhere. */
static bool is_include(const struct reader *r, struct str s)
{
    struct str word, what, file;

    word = str_skip(str_first(s, span(s, " \t")), 1);
    if (!s.n || (s.p[0] != '#' && s.p[0] != '@') ||
        (!str_eq(word, STR("include")) && !str_eq(word, STR("includedir"))))
        return false;
    what = str_trim(str_skip(s, word.n + 1));
    file = str_trim(unquoted(what));
    while (str_starts(file, STR("/")))
        file = str_skip(file, 1);
    if (!str_starts(file, STR("etc/sudoers.d")))
        facts_remark(r->out, NOTE_INCOMPLETE, r->in->path, "line %u: includes " STR_FMT ", which is not read",
                     r->line, STR_ARG(str_first(what, 200)));
    return true;
}

static int statement(const struct reader *r, struct str s)
{
    static const struct str skipped[] = { STR("Defaults"),   STR("User_Alias"), STR("Runas_Alias"),
                                          STR("Host_Alias"), STR("Cmnd_Alias"), STR("Cmd_Alias") };

    s = str_trim(s);
    if (is_include(r, s))
        return 0;
    s = str_trim(without_comment(s));
    if (!s.n)
        return 0;
    for (size_t i = 0; i < ARRAY_LEN(skipped); i++)
        if (str_starts(s, skipped[i]) && (s.n == skipped[i].n || strchr(" \t@:!>", s.p[skipped[i].n])))
            return 0;
    if (specification(r, s) < 0)
        return err_wrap(r->e, "line %u", r->line);
    return 0;
}

/* One statement off *rest: lines that end in a backslash go on in the next. NULL when memory is spent. */
static const char *join_lines(struct arena *a, struct str *rest, size_t *n, uint32_t *lines)
{
    struct str ahead = *rest, line;
    size_t size = 0;
    bool more = true;

    while (more && str_cut(&ahead, '\n', &line)) {
        size += line.n;
        more = line.n && line.p[line.n - 1] == '\\' && str_trim(line).p[0] != '#';
    }
    char *to = arena_alloc(a, size + 1, 1);
    *n = 0;
    *lines = 0;
    for (more = true; to && more && str_cut(rest, '\n', &line); ++*lines) {
        more = line.n && line.p[line.n - 1] == '\\' && str_trim(line).p[0] != '#';
        line.n -= more;
        if (line.n)
            memcpy(to + *n, line.p, line.n);
        *n += line.n;
    }
    return to;
}

/* sudo reads all files of sudoers.d but those with "." in their name or "~" at its end: leftovers of package
 * managers and editors. */
static bool ignored(struct str path)
{
    struct str folder, base;

    str_rsplit(path, '/', &folder, &base);
    return str_ends(folder, STR("sudoers.d")) && (str_has(base, STR(".")) || str_ends(base, STR("~")));
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct reader r = { .in = in, .out = out, .e = e, .line = 1 };
    struct str rest = in->body;
    struct err first = { 0 };

    if (ignored(in->path))
        return 0;
    while (rest.p) {
        uint32_t lines;
        size_t n;
        const char *text = join_lines(&out->arena, &rest, &n, &lines);
        if (!text)
            return err_set(e, ERR_LIMIT, "fact store is full");
        if (statement(&r, (struct str){ text, n }) < 0) {
            if (e->code == ERR_LIMIT)
                return -1;
            if (!first.code)
                first = *e; /* a damaged line must not hide the rest */
        }
        r.line += lines;
    }
    if (!first.code)
        return 0;
    *e = first;
    return -1;
}

const struct parser parser_sudoers = {
    .name = "sudoers",
    .what = "who may become whom by sudo",
    .version = 1,
    .paths = PATHS("etc/sudoers", "etc/sudoers.d/*"),
    .max_size = 4u << 20,
    .parse = parse,
};
