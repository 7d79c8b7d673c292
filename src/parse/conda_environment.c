/* conda_environment.c - environment.yml: what a conda environment is to be made of, and pip's part of it */
#include "doc/doc.h"
#include "parse/distinct.h"
#include "parse/parse.h"
#include "parse/requirement.h"

/* "channel::name=version=build": as `conda env export` writes it. Other relations leave the version open. */
static bool spec(struct str text, struct package *p)
{
    ptrdiff_t channel = str_find(text, STR("::"));
    struct str s = str_trim(channel >= 0 ? str_skip(text, (size_t)channel + 2) : text), build;

    p->name = s;
    for (size_t i = 0; i < s.n && p->name.n == s.n; i++)
        if (memchr(" =<>!~[", s.p[i], 7))
            p->name.n = i;
    struct str whole = s = str_trim(str_skip(s, p->name.n));
    for (int i = 0; i < 2 && s.n && s.p[0] == '='; i++)
        s = str_skip(s, 1);
    str_split(s, '=', &s, &build);
    p->version = s;
    for (size_t i = 0; i < s.n; i++)
        if (memchr(" <>!~|,*[", s.p[i], 9)) {
            p->version = (struct str){ 0 };
            p->constraint = whole;
        }
    p->how = p->version.n ? HOW_DECLARED : HOW_ASKED;
    return p->name.n;
}

static int pip(const struct doc *list, struct package *p, struct distinct *packages, struct facts *out,
               struct err *e)
{
    struct requirement r;

    p->type = STR("pypi");
    DOC_EACH (list, d) {
        if (!requirement_read(doc_text(d), &r))
            continue;
        p->name = r.name;
        p->version = r.version;
        p->constraint = r.constraint;
        p->how = r.version.n ? HOW_DECLARED : HOW_ASKED;
        p->line = d->line;
        if (distinct_package(packages, p, out, e) < 0)
            return -1;
    }
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(64u << 20);
    AUTO_DISTINCT struct distinct packages = DISTINCT;
    struct doc *root;

    if (doc_yaml(in->body, &a, &root, e) < 0)
        return -1;
    DOC_EACH (doc_get(root, "dependencies"), d) {
        struct package p = { .type = STR("conda"), .path = in->path, .line = d->line };
        int bad = d->kind == DOC_OBJECT   ? pip(doc_get(d, "pip"), &p, &packages, out, e)
                  : spec(doc_text(d), &p) ? distinct_package(&packages, &p, out, e)
                                          : 0;
        if (bad < 0)
            return -1;
    }
    return 0;
}

const struct parser parser_conda_environment = {
    .name = "conda_environment",
    .what = "conda packages: environment.yml",
    .version = 2,
    .paths = PATHS("**/environment.yml", "**/environment.yaml"),
    .max_size = 1u << 20,
    .parse = parse,
};
