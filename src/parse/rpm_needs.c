#include "parse/rpm_needs.h"

static struct rpm_name *name_of(struct rpm_needs *r, struct str text)
{
    uint32_t *at = map_get(&r->by_text, text);

    if (at)
        return &r->name[*at - 1];
    text = arena_str(&r->among.arena, text);
    if (!text.p || !arena_grow(&r->among.arena, &r->name, r->n_name, &r->cap_name, sizeof *r->name) ||
        !(at = map_put(&r->by_text, text, NULL)))
        return NULL;
    r->name[r->n_name++] = (struct rpm_name){ .text = text };
    *at = (uint32_t)r->n_name;
    return &r->name[r->n_name - 1];
}

bool rpm_provides(struct rpm_needs *r, uint32_t package, struct str text)
{
    struct rpm_name *name = name_of(r, text);

    if (!name)
        return false;
    name->first = name->first ? name->first : package;
    name->last = package;
    return true;
}

/* Features of rpm itself, and conditions "(a if b)", are no package's names. */
static bool is_name(struct str text)
{
    return text.n && text.p[0] != '(' && !str_starts(text, STR("rpmlib("));
}

bool rpm_requires(struct rpm_needs *r, uint32_t package, struct str text)
{
    struct rpm_name *name = is_name(text) ? name_of(r, text) : NULL;

    if (!name || name->last == package) /* which provides it itself */
        return name || !is_name(text);
    if (r->n_want == AMONG_MOST) {
        r->among.cut = true;
        return true;
    }
    if (!arena_grow(&r->among.arena, &r->want, r->n_want, &r->cap_want, sizeof *r->want))
        return false;
    r->want[r->n_want++] = (struct among_need){ package, (uint32_t)(name - r->name) };
    return true;
}

/* Wants [i, end) are of one package: the files among them that no package provides by name. */
static bool keep_files(const struct rpm_needs *r, size_t i, size_t end, struct facts *out)
{
    size_t n = 0, n_package;
    struct package *all = facts_package(out, &n_package);
    struct str *path = NULL;

    for (size_t k = i; k < end; k++) {
        const struct rpm_name *name = &r->name[r->want[k].to];
        if (name->first || name->text.p[0] != '/')
            continue;
        if (!path && !(path = arena_array(&out->arena, struct str, end - k)))
            return false;
        path[n] = arena_str(&out->arena, name->text);
        if (!path[n++].p)
            return false;
    }
    all[r->want[i].from - 1].needs = (struct strs){ path, n };
    return true;
}

int rpm_needs_settle(struct rpm_needs *r, const struct input *in, struct facts *out, struct err *e)
{
    for (size_t i = 0; i < r->n_want; i++)
        among_need(&r->among, r->want[i].from, r->name[r->want[i].to].first);
    for (size_t i = 0, end; i < r->n_want; i = end) {
        for (end = i + 1; end < r->n_want && r->want[end].from == r->want[i].from; end++)
            ;
        r->among.full |= !keep_files(r, i, end, out);
    }
    return among_settle(&r->among, in, out, e);
}

void rpm_needs_free(struct rpm_needs *r)
{
    map_free(&r->by_text);
    among_free(&r->among);
}
