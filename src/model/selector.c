#include "model/selector.h"

struct str label_value(struct strs labels, struct str name)
{
    for (size_t i = 0; i < labels.n; i++) {
        struct str s = labels.p[i];
        if (s.n > name.n && s.p[name.n] == '=' && str_starts(s, name))
            return str_skip(s, name.n + 1);
    }
    return STR_NONE;
}

struct str selector_name(struct str requirement)
{
    size_t n = 0;

    while (n < requirement.n && requirement.p[n] != '=' && requirement.p[n] != ' ')
        n++;
    return str_first(requirement, n);
}

/* Is the value in "(a,b)"? */
static bool is_listed(struct str list, struct str value)
{
    struct str item;

    if (list.n < 2)
        return false;
    list = str_first(str_skip(list, 1), list.n - 2);
    while (str_cut(&list, ',', &item))
        if (str_eq(item, value))
            return true;
    return false;
}

static bool holds(struct str requirement, struct strs labels)
{
    struct str name = selector_name(requirement), rest = str_skip(requirement, name.n);
    struct str value = label_value(labels, name);

    if (str_starts(rest, STR("=")))
        return value.p && str_eq(value, str_skip(rest, 1));
    if (str_starts(rest, STR(" in ")))
        return value.p && is_listed(str_skip(rest, 4), value);
    if (str_starts(rest, STR(" notin ")))
        return !value.p || !is_listed(str_skip(rest, 7), value);
    if (str_eq(rest, STR(" exists")))
        return value.p != NULL;
    return str_eq(rest, STR(" missing")) && !value.p;
}

bool selector_matches(struct strs selector, struct strs labels)
{
    for (size_t i = 0; i < selector.n; i++)
        if (!holds(selector.p[i], labels))
            return false;
    return true;
}
