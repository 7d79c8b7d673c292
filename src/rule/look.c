#include "rule/look.h"

bool each_command(const struct image *img, struct proof *p,
                  void (*look)(struct look *l, const struct shell_command *c))
{
    AUTO_ARENA struct arena words = ARENA(LOOK_BYTES);
    bool whole = true, pipefail = false;
    unsigned seen = 0;
    struct step s;

    for (size_t at = 0; step_next(img, &at, &s);) {
        struct look l = { .img = img, .step = &s, .p = p, .words = &words, .seen = seen };
        struct shell sh;
        struct shell_command c;
        if (str_eq(s.instruction, STR("FROM")))
            pipefail = false;
        if (str_eq(s.instruction, STR("SHELL")))
            pipefail = str_has(s.body, STR("pipefail"));
        if (!str_eq(s.instruction, STR("RUN")))
            continue;
        l.pipefail = pipefail;
        for (shell_open(&sh, &words, s.body); shell_next(&sh, &c); l.number++) {
            l.pipefail |= str_eq(c.name, STR("set")) && shell_has(&c, STR("pipefail"));
            look(&l, &c);
        }
        seen = l.seen;
        whole &= !sh.cut;
    }
    return whole;
}

enum verdict judge_looks(const struct rule *r, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    const struct looker *l = r->with;
    enum verdict v;

    if (!has_history(img, p, &v))
        return v;
    bool whole = each_command(img, p, l->look);
    return conclude_history(img, p, !whole, l->none);
}
