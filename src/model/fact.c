#include "model/fact.h"

#include <stdarg.h>
#include <stdio.h>

#define FIELD_ROW(S, type, name, meaning) { #name, meaning, FIELD_##type, offsetof(struct S, name) },
#define FIELD_TABLE(KIND, name, plural) \
    static const struct fact_field name##_fields[] = { FACT_##KIND(FIELD_ROW, name) };
FACT_KINDS(FIELD_TABLE)

#define INFO_ROW(KIND, name, plural) \
    [FACT_##KIND##_KIND] = { plural, sizeof(struct name), name##_fields, ARRAY_LEN(name##_fields) },
const struct fact_info fact_info[FACT_KIND_COUNT] = { FACT_KINDS(INFO_ROW) };

const char *package_how_name(uint32_t how)
{
#define PACKAGE_HOW_NAME(id, name) [HOW_##id] = name,
    static const char *const name[PACKAGE_HOW_COUNT] = { PACKAGE_HOWS(PACKAGE_HOW_NAME) };

    return how < PACKAGE_HOW_COUNT ? name[how] : "";
}

struct str package_asked(const struct package *p)
{
    if (p->version.n)
        return STR_NONE;
    return !p->constraint.n && p->how == HOW_ASKED ? STR("*") : p->constraint;
}

#define STATEMENT_NAME(id, name) name,
const char *const statement_name[STATEMENT_COUNT] = { STATEMENTS(STATEMENT_NAME) };

static bool keep_strs(struct arena *a, struct strs *list)
{
    if (!list->n)
        return true;
    struct str *copy = arena_array(a, struct str, list->n);
    if (!copy)
        return false;
    for (size_t i = 0; i < list->n; i++) {
        copy[i] = arena_str(a, list->p[i]);
        if (!copy[i].p)
            return false;
    }
    list->p = copy;
    return true;
}

static bool keep_u32s(struct arena *a, struct u32s *list)
{
    uint32_t *copy = list->n ? arena_array(a, uint32_t, list->n) : NULL;

    if (copy)
        memcpy(copy, list->p, list->n * sizeof *copy);
    list->p = copy;
    return copy || !list->n;
}

static bool keep_field(struct arena *a, const struct fact_field *field, char *fact)
{
    if (field->type == FIELD_STRS)
        return keep_strs(a, (struct strs *)(void *)(fact + field->at));
    if (field->type == FIELD_U32S)
        return keep_u32s(a, (struct u32s *)(void *)(fact + field->at));
    if (field->type != FIELD_STR)
        return true;
    struct str *s = (struct str *)(void *)(fact + field->at);
    if (!s->n)
        return true;
    *s = arena_str(a, *s);
    return s->p;
}

static int full(struct facts *f, enum fact_kind kind, struct err *e)
{
    f->full = true;
    return err_set(e, ERR_LIMIT, "fact store is full at %zu %s", f->list[kind].n, fact_info[kind].plural);
}

int facts_add_kind(struct facts *f, enum fact_kind kind, const void *fact, struct err *e)
{
    const struct fact_info *info = &fact_info[kind];

    if (!arena_grow(&f->arena, &f->list[kind].items, f->list[kind].n, &f->list[kind].cap, info->size))
        return full(f, kind, e);
    char *to = (char *)f->list[kind].items + f->list[kind].n * info->size;
    memcpy(to, fact, info->size);
    for (size_t i = 0; i < info->n_field; i++)
        if (!keep_field(&f->arena, &info->field[i], to))
            return full(f, kind, e);
    f->list[kind].n++;
    return 0;
}

void facts_remark(struct facts *f, enum note_kind kind, struct str where, const char *fmt, ...)
{
    char text[400];
    va_list ap;
    struct err ignored;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    struct note n = { .kind = kind, .where = where, .reason = str_of(text) };
    if (facts_add_note(f, &n, &ignored) < 0)
        return;
}

void facts_move_needs(struct facts *f, size_t base)
{
    size_t n;
    struct package *p = facts_package(f, &n);

    for (size_t i = base; base && i < n; i++)
        for (size_t k = 0; k < p[i].needs_here.n; k++) {
            uint32_t *to = (uint32_t *)(uintptr_t)&p[i].needs_here.p[k];
            *to = *to < n - base ? *to + (uint32_t)base : UINT32_MAX;
        }
}

size_t facts_count(const struct facts *f)
{
    size_t n = 0;

    for (size_t k = 0; k < FACT_KIND_COUNT; k++)
        n += f->list[k].n;
    return n;
}

void facts_free(struct facts *f)
{
    size_t budget = f->arena.budget;

    arena_free(&f->arena);
    *f = (struct facts)FACTS(budget);
}
