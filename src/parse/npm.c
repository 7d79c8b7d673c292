#include "parse/npm.h"

#include "model/hash.h"

bool npm_at(struct str spec, struct str *name, struct str *rest)
{
    for (size_t i = 1; i < spec.n; i++)
        if (spec.p[i] == '@') {
            *name = str_first(spec, i);
            *rest = str_skip(spec, i + 1);
            return true;
        }
    *name = spec;
    *rest = (struct str){ 0 };
    return false;
}

static bool is_version(struct str v)
{
    return v.n && !str_has_char(v, ':') && !str_has_char(v, '/') && !memchr("^~<>=*", v.p[0], 6);
}

void npm_name(struct str whole, struct package *p)
{
    if (!whole.n || whole.p[0] != '@' || !str_split(whole, '/', &p->ns, &p->name))
        p->name = whole;
}

bool npm_is_exact(struct str version)
{
    size_t dots = 0;

    for (size_t i = 0; i < version.n && version.p[i] != '-' && version.p[i] != '+'; i++) {
        if (version.p[i] != '.' && (version.p[i] < '0' || version.p[i] > '9'))
            return false;
        dots += version.p[i] == '.';
    }
    return dots == 2;
}

int npm_ask(struct npm *n, struct str name, struct str spec, bool dev, uint32_t line)
{
    struct package p = {
        .type = STR("npm"), .dev = dev, .how = HOW_ASKED, .path = n->in->path, .line = line
    };
    struct str scheme, rest;

    spec = str_trim(spec);
    bool other = str_split(spec, ':', &scheme, &rest);
    if (other && str_one_of(scheme, "file link portal workspace"))
        return 0;
    if (other && str_eq(scheme, STR("npm")))
        npm_at(rest, &name, &spec);
    npm_name(name, &p);
    *(npm_is_exact(spec) ? &p.version : &p.constraint) = spec;
    return p.name.n ? distinct_package(&n->packages, &p, n->out, n->e) : 0;
}

int npm_add(struct npm *n, struct str name, struct str version, bool dev, uint32_t line)
{
    struct package p = {
        .type = STR("npm"),
        .version = is_version(version) ? version : (struct str){ 0 },
        .dev = dev,
        .path = n->in->path,
        .line = line,
    };

    npm_name(name, &p);
    n->packages.at = 0;
    if (!p.name.n)
        return 0;
    return distinct_package(&n->packages, &p, n->out, n->e);
}

uint32_t npm_last(const struct npm *n)
{
    return n->packages.at;
}

int npm_integrity(struct npm *n, struct str text)
{
    size_t count;
    struct package *p = facts_package(n->out, &count);

    if (!n->packages.at || !text.n || text.n > HASH_TEXT_MOST || p[n->packages.at - 1].hash.n)
        return 0;
    p[n->packages.at - 1].hash = arena_str(&n->out->arena, text);
    return p[n->packages.at - 1].hash.p ? 0 : npm_full(n);
}

const char *const npm_dependency_keys[] = { "dependencies", "optionalDependencies", "peerDependencies",
                                            NULL };

bool npm_installed(struct str path)
{
    return str_starts(path, STR("node_modules/")) || str_has(path, STR("/node_modules/"));
}

int npm_full(struct npm *n)
{
    return err_set(n->e, ERR_LIMIT, "document is too large");
}

void npm_free(struct npm *n)
{
    distinct_free(&n->packages);
    among_free(&n->among);
    arena_free(&n->arena);
}

bool npm_reach_init(struct npm_reach *r, size_t n, struct arena *a)
{
    *r = (struct npm_reach){ .n = n, .marks = arena_alloc(a, n + 1, 1) };
    return r->marks;
}

bool npm_reach_push(struct npm_reach *r, uint32_t node, unsigned char mark, struct arena *a)
{
    if (node >= r->n || (r->marks[node] & mark))
        return true;
    if (!arena_grow(a, &r->stack, r->top, &r->cap, sizeof *r->stack))
        return false;
    r->marks[node] |= mark;
    r->stack[r->top++] = (struct npm_step){ node, mark };
    return true;
}

bool npm_reach_pull(struct npm_reach *r, struct npm_step *out)
{
    if (!r->top)
        return false;
    *out = r->stack[--r->top];
    return true;
}
