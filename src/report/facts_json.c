#include "report/facts_json.h"

#include "model/entries.h"
#include "model/workload.h"

static void emit_path_list(struct emit *m, const char *key, struct str encoded)
{
    struct entries_reader r;
    struct entry en;

    entries_open(&r, encoded);
    emit_list(m, key);
    while (entries_next(&r, &en) > 0)
        emit_str(m, NULL, en.path);
    emit_close(m);
}

static void emit_field(struct emit *m, const struct fact_field *field, const char *at)
{
    const struct strs *list = (const void *)at;
    const struct u32s *numbers = (const void *)at;

    switch (field->type) {
    case FIELD_STR:
        emit_some(m, field->name, *(const struct str *)(const void *)at);
        break;
    case FIELD_STRS:
        if (!list->n)
            break;
        emit_list(m, field->name);
        for (size_t i = 0; i < list->n; i++)
            emit_str(m, NULL, list->p[i]);
        emit_close(m);
        break;
    case FIELD_U32S:
        if (!numbers->n)
            break;
        emit_list(m, field->name);
        for (size_t i = 0; i < numbers->n; i++)
            emit_u64(m, NULL, numbers->p[i]);
        emit_close(m);
        break;
    case FIELD_U32:
        if (*(const uint32_t *)(const void *)at)
            emit_u64(m, field->name, *(const uint32_t *)(const void *)at);
        break;
    case FIELD_U64:
        if (*(const uint64_t *)(const void *)at)
            emit_u64(m, field->name, *(const uint64_t *)(const void *)at);
        break;
    case FIELD_BOOL:
        if (*(const bool *)at)
            emit_bool(m, field->name, true);
        break;
    }
}

/* These two hold a list of paths in the encoding of entries.h. */
static bool is_entries(enum fact_kind kind, const struct fact_field *field)
{
    return (kind == FACT_OWNED_KIND && field->at == offsetof(struct owned, paths)) ||
           (kind == FACT_TREE_KIND && field->at == offsetof(struct tree_fact, entries));
}

/* A number that stands for a word. */
static const char *word_of(enum fact_kind kind, const struct fact_field *field, const char *at)
{
    uint32_t n = field->type == FIELD_U32 ? *(const uint32_t *)(const void *)at : 0;

    return kind == FACT_SETTING_KIND && field->at == offsetof(struct setting, key) && n < SETTING_COUNT
               ? setting_info[n].name
               : NULL;
}

static void emit_fact(struct emit *m, enum fact_kind kind, const char *fact)
{
    const struct fact_info *info = &fact_info[kind];

    emit_object(m, NULL);
    for (size_t i = 0; i < info->n_field; i++) {
        const struct fact_field *field = &info->field[i];
        if (is_entries(kind, field))
            emit_path_list(m, field->name, *(const struct str *)(const void *)(fact + field->at));
        else if (word_of(kind, field, fact + field->at))
            emit_text(m, field->name, word_of(kind, field, fact + field->at));
        else
            emit_field(m, field, fact + field->at);
    }
    emit_close(m);
}

void facts_emit(struct emit *m, const struct facts *f)
{
    for (enum fact_kind k = 0; k < FACT_KIND_COUNT; k++) {
        if (!f->list[k].n)
            continue;
        emit_list(m, fact_info[k].plural);
        for (size_t i = 0; i < f->list[k].n; i++)
            emit_fact(m, k, (const char *)f->list[k].items + i * fact_info[k].size);
        emit_close(m);
    }
}
