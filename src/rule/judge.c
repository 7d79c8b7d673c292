/* judge.c - the registry of rules. */
#include "rule/rule.h"

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
