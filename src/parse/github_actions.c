/* github_actions.c - actions and workflows that a GitHub workflow or a composite action uses:
 * owner/repository[/path]@reference.
 *
 * Who pins a commit often says in a comment which version that is, "uses: a/b@<40 hex> # v1.2". Advisories
 * speak of versions, so that one is reported, and the commit as what it was built from. */
#include "core/map.h"
#include "doc/doc.h"
#include "parse/npm.h"
#include "parse/parse.h"

struct reader {
    const struct input *in;
    struct facts *out;
    struct map seen; /* references as written */
    struct str rest; /* of the text, from the beginning of `line` */
    uint32_t line;
};

enum { COMMIT_DIGITS = 40 };

static bool is_commit(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!strchr("0123456789abcdef", s.p[i]) || !s.p[i])
            return false;
    return s.n == COMMIT_DIGITS;
}

/* What a comment in the line says, "# v4.2.2" or "#v4" or "# v 11": one word that looks like a version. Lines
 * are asked for in their order; for one that went by (behind an alias) there is no answer. */
static struct str comment_version(struct reader *r, uint32_t line)
{
    struct str text = { 0 }, head, comment, word;

    while (r->line < line && str_cut(&r->rest, '\n', &text))
        r->line++;
    if (r->line != line || !str_split(text, '#', &head, &comment))
        return (struct str){ 0 };
    comment = str_trim(comment);
    if (str_starts(comment, STR("v ")))
        comment = str_trim(str_skip(comment, 2));
    if (str_starts(comment, STR("tag=")))
        comment = str_skip(comment, 4);
    str_split(comment, ' ', &word, &comment);
    size_t digit = word.n && word.p[0] == 'v';
    return digit < word.n && word.p[digit] >= '0' && word.p[digit] <= '9' ? word : (struct str){ 0 };
}

static int add(struct reader *r, const struct doc *uses, struct err *e)
{
    struct str ref = doc_text(uses), path, rest, version;
    struct package p = { .type = STR("github"), .path = r->in->path };
    bool is_new;

    if (!ref.n || ref.p[0] == '.' || str_has(ref, STR("://"))) /* of this repository; docker://image */
        return 0;
    if (!str_rsplit(ref, '@', &path, &version) || !version.n || !str_split(path, '/', &p.ns, &rest) ||
        !p.ns.n)
        return 0; /* the platform refuses it too */
    str_split(rest, '/', &p.name, &path);
    if (!p.name.n)
        return 0;
    if (!map_put(&r->seen, ref, &is_new))
        return err_set(e, ERR_LIMIT, "out of memory");
    if (!is_new)
        return 0;
    p.line = uses->line;
    p.version = version;
    if (is_commit(version)) {
        struct str said = comment_version(r, uses->line);
        p.version = said.n ? said : version;
        p.source_version = said.n ? version : (struct str){ 0 };
    }
    return facts_add_package(r->out, &p, e);
}

static int add_steps(struct reader *r, const struct doc *of, struct err *e)
{
    DOC_EACH (doc_get(of, "steps"), step)
        if (add(r, doc_get(step, "uses"), e) < 0)
            return -1;
    return 0;
}

static int read_root(struct reader *r, struct arena *a, struct err *e)
{
    struct doc *root;

    if (doc_yaml(r->in->body, a, &root, e) < 0)
        return -1;
    DOC_EACH (doc_get(root, "jobs"), job)
        if (add(r, doc_get(job, "uses"), e) < 0 || add_steps(r, job, e) < 0)
            return -1;
    return add_steps(r, doc_get(root, "runs"), e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(64u << 20);
    struct reader r = { .in = in, .out = out, .rest = in->body };

    if (npm_installed(in->path))
        return 0; /* of those who wrote an installed package: nothing of it is here */
    int result = read_root(&r, &a, e);
    map_free(&r.seen);
    return result;
}

const struct parser parser_github_actions = {
    .name = "github_actions",
    .what = "actions that GitHub workflows and composite actions use",
    .version = 2,
    .paths =
        PATHS("**/.github/workflows/*.yml", "**/.github/workflows/*.yaml", "**/action.yml", "**/action.yaml"),
    .max_size = 4u << 20,
    .parse = parse,
};
