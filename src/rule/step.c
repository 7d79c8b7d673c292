#include "rule/step.h"

#include "rule/shell.h"

static const char instructions[] =
    "RUN CMD LABEL MAINTAINER EXPOSE ENV ADD COPY ENTRYPOINT VOLUME USER WORKDIR ARG ONBUILD STOPSIGNAL "
    "HEALTHCHECK SHELL FROM";

/* The first word of *rest, taken off. */
static struct str cut_word(struct str *rest)
{
    struct str s = str_trim(*rest), word, tail;

    str_split(s, ' ', &word, &tail);
    *rest = tail;
    return word;
}

/* "|2 A=x B=y z /bin/sh -c ...": values may hold blanks and are not quoted, so the arguments end where the
 * shell begins. */
static void cut_args(struct step *s)
{
    struct str rest = str_skip(s->body, 1), count = cut_word(&rest), look = rest, word;
    uint64_t n, seen = 0;

    if (!str_u64(count, 10, &n))
        return;
    while (look.n) {
        struct str before = str_trim(look);
        word = cut_word(&look);
        if (seen >= n && str_has_char(word, '/') && !str_has_char(word, '=')) {
            s->args = (struct str){ rest.p, (size_t)(before.p - rest.p) };
            s->body = before;
            return;
        }
        seen += memchr(word.p, '=', word.n) != NULL;
    }
    s->args = rest;
    s->body = (struct str){ 0 };
}

/* "/bin/bash -o pipefail -c script": what is behind -c; the body stays whole when no shell is named. */
static struct str behind_shell(struct str body)
{
    struct str rest = body, word = cut_word(&rest), dir, base;

    str_rsplit(word, '/', &dir, &base);
    if (!str_one_of(base, "sh bash ash dash zsh ksh"))
        return body;
    while (rest.n) {
        word = cut_word(&rest);
        if (!word.n || word.p[0] != '-')
            return body;
        if (word.p[word.n - 1] == 'c')
            return rest;
        if (word.p[word.n - 1] == 'o')
            cut_word(&rest);
    }
    return body;
}

static void as_run(struct step *s)
{
    s->instruction = STR("RUN");
    const char *options = s->body.p;
    while (str_starts(s->body, STR("--")))
        cut_word(&s->body);
    s->body = str_trim(s->body);
    s->options = (struct str){ options, (size_t)(s->body.p - options) };
    if (str_starts(s->body, STR("|")))
        cut_args(s);
    s->body = behind_shell(s->body);
}

static void understand(struct str text, struct step *s)
{
    text = str_trim(text);
    if (str_ends(text, STR("# buildkit")))
        text = str_trim(str_first(text, text.n - 10));
    ptrdiff_t nop = str_find(str_first(text, 100), STR("#(nop)"));
    struct str rest = nop < 0 ? text : str_skip(text, (size_t)nop + 6), all = str_trim(rest);
    struct str word = cut_word(&rest);

    s->body = str_trim(all);
    if (str_one_of(word, instructions)) {
        s->instruction = word;
        s->body = str_trim(rest);
    }
    if (str_eq(s->instruction, STR("RUN")) ||
        (!s->instruction.n && nop < 0 && all.n && strchr("/|", all.p[0])))
        as_run(s);
}

bool step_next(const struct image *img, size_t *at, struct step *out)
{
    size_t n = 0;
    const struct history *h = img->config_facts ? facts_history(img->config_facts, &n) : NULL;

    if (*at >= n)
        return false;
    h += *at;
    *out = (struct step){ .created = h->created,
                          .number = (uint32_t)++ * at,
                          .empty = h->empty,
                          .stage = h->stage,
                          .line = h->line,
                          .aside = h->aside,
                          .path = h->path };
    understand(h->created_by, out);
    return true;
}

size_t step_count(const struct image *img)
{
    size_t n = 0;

    if (img->config_facts)
        facts_history(img->config_facts, &n);
    return n;
}

bool step_arg(const struct step *s, size_t *at, struct str *name, bool *has_value)
{
    struct str rest = str_skip(s->args, *at), word, value;

    while (rest.n) {
        word = cut_word(&rest);
        if (!word.n || !str_split(word, '=', name, &value) || !name->n)
            continue;
        *has_value = value.n > 0;
        *at = rest.n ? (size_t)(rest.p - s->args.p) : s->args.n;
        return true;
    }
    return false;
}

/* Is it the name of a stage before the n-th step? */
static bool names_stage(const struct image *img, size_t n, struct str image)
{
    struct step s;

    for (size_t at = 0; at < n && step_next(img, &at, &s);) {
        struct str rest = s.body, word = cut_word(&rest);
        if (!str_eq(s.instruction, STR("FROM")))
            continue;
        while (str_starts(word, STR("--")))
            word = cut_word(&rest);
        if (str_eq_nocase(cut_word(&rest), STR("as")) && str_eq_nocase(cut_word(&rest), image))
            return true;
    }
    return false;
}

bool base_next(const struct image *img, size_t *at, struct base *out)
{
    *out = (struct base){ 0 };
    while (step_next(img, at, &out->step)) {
        struct str rest = out->step.body, word = cut_word(&rest);
        if (!out->step.stage || !str_eq(out->step.instruction, STR("FROM")))
            continue;
        for (; str_starts(word, STR("--")); word = cut_word(&rest))
            if (str_starts(word, STR("--platform=")))
                out->platform = str_skip(word, 11);
        out->image = word;
        if (str_eq_nocase(cut_word(&rest), STR("as")))
            out->name = cut_word(&rest);
        out->stage = names_stage(img, *at - 1, out->image);
        return true;
    }
    return false;
}
