#include "parse/listing.h"

static int add(struct listing *m, const struct package *p)
{
    m->packages.at = 0;
    return p->name.n ? distinct_package(&m->packages, p, m->out, m->e) : 0;
}

int listing_add(struct listing *m, struct str ns, struct str name, struct str version, bool dev,
                uint32_t line)
{
    struct package p = {
        .type = m->type,
        .ns = ns,
        .name = name,
        .version = version,
        .dev = dev,
        .path = m->in->path,
        .line = line,
    };

    return add(m, &p);
}

int listing_ask(struct listing *m, struct str ns, struct str name, struct str constraint, bool dev,
                uint32_t line)
{
    struct package p = {
        .type = m->type,
        .ns = ns,
        .name = name,
        .constraint = constraint,
        .dev = dev,
        .how = HOW_ASKED,
        .path = m->in->path,
        .line = line,
    };

    return add(m, &p);
}

int listing_add_pair(struct listing *m, struct str pair, uint32_t line)
{
    struct str name, version;

    if (!str_split(pair, '/', &name, &version) || !version.n)
        return 0;
    return listing_add(m, (struct str){ 0 }, name, version, false, line);
}

int listing_full(struct listing *m)
{
    return err_set(m->e, ERR_LIMIT, "document is too large");
}

void listing_free(struct listing *m)
{
    distinct_free(&m->packages);
    among_free(&m->among);
    arena_free(&m->arena);
}
