/* judge.c - the registry of rules, and how they conclude. */
#include "rule/rule.h"

#include <stdarg.h>

#define RULES(name) extern const struct rule_set rules_##name;
#include "rule/list.h"
#undef RULES
#define RULES(name) &rules_##name,
const struct rule_set *const rule_sets[] = {
#include "rule/list.h"
};
#undef RULES
const size_t n_rule_sets = ARRAY_LEN(rule_sets);

const struct rule *rule_by_id(struct str id)
{
    for (size_t i = 0; i < n_rule_sets; i++)
        for (size_t k = 0; k < rule_sets[i]->n; k++)
            if (str_eq(str_of(rule_sets[i]->rule[k].check.id), id))
                return &rule_sets[i]->rule[k];
    return NULL;
}

PRINTF(4, 0)
static enum verdict say(enum verdict v, struct proof *p, const struct evidence *where, const char *fmt,
                        va_list ap)
{
    char text[400];

    vsnprintf(text, sizeof text, fmt, ap);
    proof_add(p, where, "%s", text);
    return v;
}

enum verdict conclude(struct proof *p, const struct evidence *where, const char *fmt, ...)
{
    va_list ap;

    if (p->found)
        return VERDICT_OPEN;
    va_start(ap, fmt);
    enum verdict v = say(VERDICT_MITIGATED, p, where, fmt, ap);
    va_end(ap);
    return v;
}

enum verdict cannot_tell(struct proof *p, const struct evidence *where, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    enum verdict v = say(VERDICT_CANNOT_TELL, p, where, fmt, ap);
    va_end(ap);
    return v;
}
