#include "scan/elements.h"

static int full(struct err *e)
{
    return err_set(e, ERR_LIMIT, "the model is full");
}

int elements_know(struct elements *el, struct model *m, struct err *e)
{
    *el = (struct elements){ .m = m };
    for (size_t i = 0; i < m->element.n; i++) {
        uint32_t *at = map_put(&el->by_id, m->element.p[i].id, NULL);
        if (!at)
            return full(e);
        *at = (uint32_t)i + 1;
    }
    return 0;
}

void elements_free(struct elements *el)
{
    map_free(&el->by_id);
    map_free(&el->said);
}

int elements_get(struct elements *el, enum element_kind kind, struct str name, struct str zone, uint32_t *at,
                 struct err *e)
{
    struct str id = arena_fmt(&el->m->arena, "%s:" STR_FMT, element_kind_name[kind], STR_ARG(name));
    bool is_new = false;
    uint32_t *known = id.p ? map_put(&el->by_id, id, &is_new) : NULL;

    if (!known)
        return full(e);
    if (is_new) {
        if (model_add_element(el->m, kind, name, zone, at, e) < 0)
            return -1;
        *known = *at + 1;
    }
    *at = *known - 1;
    return 0;
}

bool elements_find(const struct elements *el, struct str id, uint32_t *at)
{
    const uint32_t *known = id.n ? map_get(&el->by_id, id) : NULL;

    if (known)
        *at = *known - 1;
    return known;
}

int elements_relate(struct elements *el, enum relation_kind kind, uint32_t from, uint32_t to,
                    struct str label, struct err *e)
{
    struct str key = arena_fmt(&el->m->arena, "%d %u %u", (int)kind, from, to);
    bool is_new = false;

    if (from == to)
        return 0;
    if (!key.p || !map_put(&el->said, key, &is_new))
        return full(e);
    return is_new ? model_relate(el->m, kind, from, to, label, e) : 0;
}
