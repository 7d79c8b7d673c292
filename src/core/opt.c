#include "core/opt.h"

bool opt_size(struct str s, uint64_t *out)
{
    static const char unit[] = "KMGT";
    const char *hit = s.n > 1 ? strchr(unit, s.p[s.n - 1]) : NULL;
    uint64_t scale = 1;

    if (hit && *hit) {
        scale <<= 10 * (hit - unit + 1);
        s.n--;
    }
    return str_u64(s, 10, out) && !__builtin_mul_overflow(*out, scale, out);
}

static const struct opt *by_name(const struct opt *table, struct str name)
{
    for (; table->kind; table++)
        if (str_eq(str_of(table->name), name))
            return table;
    return NULL;
}

static const struct opt *by_letter(const struct opt *table, char letter)
{
    for (; table->kind; table++)
        if (table->letter && table->letter == letter)
            return table;
    return NULL;
}

static int append(struct opt_list *list, const char *value, struct err *e)
{
    const char **grown = realloc(list->p, (list->n + 1) * sizeof *grown);

    if (!grown)
        return err_set(e, ERR_LIMIT, "out of memory");
    list->p = grown;
    list->p[list->n++] = value;
    return 0;
}

static int store(const struct opt *o, const char *value, struct err *e)
{
    switch (o->kind) {
    case OPT_FLAG:
        *(bool *)o->into = true;
        return 0;
    case OPT_TEXT:
        *(const char **)o->into = value;
        return 0;
    case OPT_LIST:
        return append(o->into, value, e);
    case OPT_U64:
        if (!str_u64(str_of(value), 10, o->into))
            return err_set(e, ERR_USAGE, "--%s takes a number, not \"%s\"", o->name, value);
        return 0;
    case OPT_BYTES:
        if (!opt_size(str_of(value), o->into))
            return err_set(e, ERR_USAGE, "--%s takes a size such as 64M, not \"%s\"", o->name, value);
        return 0;
    case OPT_END:
        break;
    }
    return err_set(e, ERR_USAGE, "--%s", o->name);
}

/* "--name", "--name=value": how many further words were taken, or -1. */
static int long_option(const struct opt *table, const char *word, const char *next, struct err *e)
{
    struct str name, value;
    bool has = str_split(str_of(word + 2), '=', &name, &value);
    const struct opt *o = by_name(table, name);

    if (!o)
        return err_set(e, ERR_USAGE, "unknown option --" STR_FMT, STR_ARG(name));
    if (o->kind == OPT_FLAG)
        return has ? err_set(e, ERR_USAGE, "--%s takes no value", o->name) : store(o, NULL, e);
    if (!has && !next)
        return err_set(e, ERR_USAGE, "--%s needs %s", o->name, o->arg);
    return store(o, has ? value.p : next, e) < 0 ? -1 : !has;
}

static int short_options(const struct opt *table, const char *word, const char *next, struct err *e)
{
    for (const char *c = word + 1; *c; c++) {
        const struct opt *o = by_letter(table, *c);
        if (!o)
            return err_set(e, ERR_USAGE, "unknown option -%c", *c);
        if (o->kind == OPT_FLAG) {
            if (store(o, NULL, e) < 0)
                return -1;
            continue;
        }
        if (!c[1] && !next)
            return err_set(e, ERR_USAGE, "-%c needs %s", *c, o->arg);
        return store(o, c[1] ? c + 1 : next, e) < 0 ? -1 : !c[1];
    }
    return 0;
}

int opt_parse(const struct opt *table, int *argc, char **argv, struct err *e)
{
    int left = 0, i = 0;

    for (; i < *argc; i++) {
        const char *next = i + 1 < *argc ? argv[i + 1] : NULL;
        if (!strcmp(argv[i], "--"))
            break;
        if (argv[i][0] != '-' || !argv[i][1]) {
            argv[left++] = argv[i];
            continue;
        }
        int taken =
            argv[i][1] == '-' ? long_option(table, argv[i], next, e) : short_options(table, argv[i], next, e);
        if (taken < 0)
            return -1;
        i += taken;
    }
    for (i++; i < *argc; i++)
        argv[left++] = argv[i];
    *argc = left;
    return 0;
}

void opt_help(const struct opt *table, FILE *to)
{
    for (; table->kind; table++) {
        char left[64];
        snprintf(left, sizeof left, "%s%c%s--%s%s%s", table->letter ? "-" : " ",
                 table->letter ? table->letter : ' ', table->letter ? ", " : "  ", table->name,
                 table->arg ? " " : "", table->arg ? table->arg : "");
        fprintf(to, "  %-30s %s\n", left, table->help);
    }
}
