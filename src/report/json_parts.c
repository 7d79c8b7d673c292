#include "report/json_parts.h"

void json_put_threats(struct emit *j, const struct check *c)
{
    char seen[STRIDE_COUNT + 1] = "";

    emit_list(j, "threats");
    for (unsigned k = 0; k < THREAT_COUNT; k++)
        if (c->threats & (1u << k))
            emit_text(j, NULL, threats[k].id);
    emit_close(j);
    emit_list(j, "stride");
    for (unsigned k = 0, n = 0; k < THREAT_COUNT; k++) {
        if (!(c->threats & (1u << k)) || memchr(seen, threats[k].stride, n))
            continue;
        seen[n++] = threats[k].stride;
        emit_str(j, NULL, (struct str){ &threats[k].stride, 1 });
    }
    emit_close(j);
}

void json_put_catalogues(struct emit *j, const struct check *c)
{
    emit_object(j, "catalogues");
    for (enum catalogue in = 0; in < CATALOGUE_COUNT; in++) {
        bool any = false;
        for (const struct ref *r = c->refs; r && r->id; r++) {
            if (r->in != in)
                continue;
            if (!any)
                emit_list(j, catalogue_key[in]);
            any = true;
            emit_text(j, NULL, r->id);
        }
        if (any)
            emit_close(j);
    }
    emit_close(j);
}

void json_put_list(struct emit *j, const char *key, const struct strs *list)
{
    emit_list(j, key);
    for (size_t i = 0; i < list->n; i++)
        emit_str(j, NULL, list->p[i]);
    emit_close(j);
}

/* The time is the oldest set's: what the report says is not newer than that. */
void json_put_advisories(struct emit *j, const struct model *m)
{
    struct str built = { 0 };

    emit_object(j, "advisories");
    for (size_t i = 0; i < m->advisories.n; i++)
        if (!built.n || str_cmp(m->advisories.p[i].built, built) < 0)
            built = m->advisories.p[i].built;
    if (built.n)
        emit_str(j, "built", built);
    else
        emit_null(j, "built");
    emit_list(j, "sources");
    for (size_t i = 0; i < m->advisories.n; i++)
        for (size_t k = 0; k < m->advisories.p[i].n_source; k++) {
            const struct advisory_source *s = &m->advisories.p[i].source[k];
            emit_object(j, NULL);
            emit_str(j, "set", m->advisories.p[i].name);
            emit_str(j, "name", s->name);
            emit_str(j, "date", s->date);
            emit_u64(j, "records", s->records);
            emit_close(j);
        }
    emit_close(j);
    emit_list(j, "sets");
    for (size_t i = 0; i < m->advisories.n; i++) {
        const struct advisory_set *s = &m->advisories.p[i];
        emit_object(j, NULL);
        emit_str(j, "name", s->name);
        emit_str(j, "built", s->built);
        emit_str(j, "digest", s->digest);
        emit_u64(j, "vulnerabilities", s->vulnerabilities);
        emit_u64(j, "ecosystems", s->ecosystems);
        emit_close(j);
    }
    emit_close(j);
    emit_close(j);
}
