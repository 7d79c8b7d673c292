/* db_build.c - taking in what feeds say. */
#include "advisory/db_build.h"

#include "advisory/feed.h"
#include "advisory/names.h"

enum { TEXT_BYTES = 1 << 30, NAME_MOST = 2048 };

bool pool_grow(void *p, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return true;
    size_t more = *cap ? *cap * 2 : 1024;
    void *grown = more > UINT32_MAX ? NULL : realloc(*(void **)p, more * size);
    if (!grown)
        return false;
    *(void **)p = grown;
    *cap = more;
    return true;
}

struct db_builder *db_builder_new(void)
{
    struct db_builder *b = calloc(1, sizeof *b);

    if (b)
        b->arena = (struct arena)ARENA(TEXT_BYTES);
    if (b && built_text(b, STR("")) != 0)
        db_builder_free(&b);
    return b;
}

void db_builder_free(struct db_builder **at)
{
    struct db_builder *b = *at;

    if (!b)
        return;
    map_free(&b->text);
    map_free(&b->package);
    free(b->texts.p);
    free(b->numbers.p);
    free(b->advisory.p);
    free(b->statement.p);
    free(b->packages.p);
    free(b->vuln.p);
    free(b->release.p);
    arena_free(&b->arena);
    free(b);
    *at = NULL;
}

uint32_t built_text(struct db_builder *b, struct str s)
{
    uint32_t *at = map_get(&b->text, s);

    if (at)
        return *at;
    struct str own = arena_str(&b->arena, s), *to = POOL_ADD(&b->texts);
    at = own.p && to ? map_put(&b->text, own, NULL) : NULL;
    if (!at)
        return UINT32_MAX;
    *to = own;
    return *at = (uint32_t)(b->texts.n - 1);
}

static bool add_number(struct db_builder *b, uint32_t v)
{
    uint32_t *to = v == UINT32_MAX ? NULL : POOL_ADD(&b->numbers);

    return to ? (*to = v, true) : false;
}

static bool add_texts(struct db_builder *b, struct strs list, struct span *out)
{
    *out = (struct span){ (uint32_t)b->numbers.n, 0 };
    for (size_t i = 0; i < list.n; i++)
        if (list.p[i].n && (out->n++, !add_number(b, built_text(b, list.p[i]))))
            return false;
    return true;
}

static int out_of_memory(struct err *e)
{
    return err_set(e, ERR_LIMIT, "out of memory");
}

static int add_advisory(struct db_builder *b, const struct advisory *a, struct err *e)
{
    struct built_advisory row = { .id = built_text(b, a->id),
                                  .source = built_text(b, a->source),
                                  .title = built_text(b, a->title),
                                  .published = built_text(b, a->published),
                                  .modified = built_text(b, a->modified),
                                  .severity = built_text(b, a->severity),
                                  .stops = built_text(b, a->stops),
                                  .kev = built_text(b, a->kev_added),
                                  .epss = MIN(a->epss_ppm, 1000000u),
                                  .ransomware = a->kev_ransomware,
                                  .has_epss = a->has_epss,
                                  .withdrawn = a->withdrawn.n > 0 };
    const uint32_t text[] = { row.id,       row.source,   row.title, row.published,
                              row.modified, row.severity, row.stops, row.kev };

    for (size_t i = 0; i < ARRAY_LEN(text); i++)
        if (text[i] == UINT32_MAX)
            return out_of_memory(e);
    if (!add_texts(b, a->aliases, &row.aliases) || !add_texts(b, a->upstream, &row.upstream) ||
        !add_texts(b, a->cvss, &row.cvss))
        return out_of_memory(e);
    struct built_advisory *to = POOL_ADD(&b->advisory);
    if (!to)
        return out_of_memory(e);
    *to = row;
    return 0;
}

static bool find_package(struct db_builder *b, struct str ecosystem, struct str name, uint32_t *out)
{
    char key[2 * NAME_MOST + 1];
    bool fresh = false;

    if (ecosystem.n > NAME_MOST || name.n > NAME_MOST)
        return false;
    memcpy(key, ecosystem.p, ecosystem.n);
    key[ecosystem.n] = '\0';
    memcpy(key + ecosystem.n + 1, name.p, name.n);
    struct str k = { key, ecosystem.n + 1 + name.n };
    uint32_t *at = map_get(&b->package, k);
    if (at)
        return *out = *at, true;
    k = arena_str(&b->arena, k);
    struct built_package *to = k.p ? POOL_ADD(&b->packages) : NULL;
    if (!to || !(at = map_put(&b->package, k, &fresh)))
        return false;
    *to = (struct built_package){ built_text(b, ecosystem), built_text(b, name), 0 };
    *out = *at = (uint32_t)(b->packages.n - 1);
    return to->ecosystem != UINT32_MAX && to->name != UINT32_MAX;
}

static int add_events(struct db_builder *b, const struct affects *a, struct span *out, struct err *e)
{
    AUTO_FREE struct version_event *event = calloc(a->events.n + 1, sizeof *event);

    *out = (struct span){ (uint32_t)b->numbers.n, (uint32_t)a->events.n };
    if (!event)
        return out_of_memory(e);
    if (!affects_events(a, event))
        return err_set(e, ERR_FORMAT, STR_FMT ": an event of no kind", STR_ARG(str_first(a->name, 80)));
    for (size_t i = 0; i < a->events.n; i++)
        if (!add_number(b, event[i].kind) || !add_number(b, built_text(b, event[i].version)))
            return out_of_memory(e);
    return 0;
}

static int add_statement(struct db_builder *b, const struct affects *a, size_t first, struct err *e)
{
    struct built_statement row = { .advisory = (uint32_t)first + a->advisory,
                                   .arch = built_text(b, a->arch),
                                   .module = built_text(b, a->module),
                                   .severity = built_text(b, a->severity),
                                   .says = (uint8_t)a->says,
                                   .binary = a->binary };

    if (first + a->advisory >= b->advisory.n || a->says >= STATEMENT_COUNT || !a->ecosystem.n || !a->name.n)
        return err_set(e, ERR_FORMAT, STR_FMT ": is said by nobody, or says nothing",
                       STR_ARG(str_first(a->name, 80)));
    if (a->ecosystem.n > NAME_MOST || a->name.n > NAME_MOST)
        return err_set(e, ERR_LIMIT, "a package's name is longer than %d bytes", NAME_MOST);
    struct str name = advisory_spelling(&b->arena, a->ecosystem, a->name);
    if (!name.p || !find_package(b, a->ecosystem, name, &row.package) || row.arch == UINT32_MAX ||
        row.module == UINT32_MAX || row.severity == UINT32_MAX || !add_texts(b, a->versions, &row.versions) ||
        !add_texts(b, a->cvss, &row.cvss))
        return out_of_memory(e);
    if (add_events(b, a, &row.events, e) < 0)
        return -1;
    struct built_statement *to = POOL_ADD(&b->statement);
    if (!to)
        return out_of_memory(e);
    *to = row;
    b->advisory.p[row.advisory].speaks = true;
    return 0;
}

static int add_release(struct db_builder *b, const struct release_end *r, struct err *e)
{
    struct release_end *to = POOL_ADD(&b->release);

    if (!to)
        return out_of_memory(e);
    *to = (struct release_end){ arena_str(&b->arena, r->ecosystem), arena_str(&b->arena, r->version),
                                arena_str(&b->arena, r->ends), arena_str(&b->arena, r->lts_ends),
                                arena_str(&b->arena, r->extended_ends) };
    return to->ecosystem.p && to->version.p && to->ends.p && to->lts_ends.p && to->extended_ends.p
               ? 0
               : out_of_memory(e);
}

int db_builder_add(struct db_builder *b, const struct facts *said, struct err *e)
{
    size_t first = b->advisory.n;

    FACTS_EACH (said, advisory, a)
        if (add_advisory(b, a, e) < 0)
            return -1;
    FACTS_EACH (said, affects, a)
        if (add_statement(b, a, first, e) < 0)
            return -1;
    FACTS_EACH (said, release_end, r)
        if (add_release(b, r, e) < 0)
            return -1;
    return 0;
}
