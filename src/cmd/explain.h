/* explain.h - the parts of `scantling explain`: what was found under an id, and its two spellings. */
#pragma once
#include "report/page.h"
#include "rule/rule.h"
#include "scan/lookup.h"
#include "threat/attack.h"

struct explanation {
    const char *asked;
    const struct threat *threat; /* one of these three, or NULL */
    const struct rule *rule;
    const struct lookup *advisory; /* its id is empty: no set has it */
    const struct advisories *sets; /* what was asked, as databases and described */
    struct model *model;
    bool verbose;
};

void explain_threat(struct page *p, const struct threat *t);
void explain_rule(struct page *p, const struct rule *r);
void explain_advisory(struct page *p, const struct explanation *x);
int explain_json(const struct explanation *x, FILE *to, struct err *e) MUST_USE;

/* Does an attack use one of its vulnerabilities? */
bool explain_uses(const struct attack *a, const struct lookup *l);
/* "code running in a container", "takes over the kernel of the host": nouns in the places of {}. */
struct str explain_begins(struct arena *to, const struct attack *a);
struct str explain_does(struct arena *to, const struct attack *a);
