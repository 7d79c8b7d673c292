/* flag.h - rules over single parameters of a component: which names it goes by, what it should be, and
 * what it means that nobody says. */
#pragma once
#include "rule/workload.h"

enum flag_want {
    FLAG_IS,      /* one of words */
    FLAG_IS_NOT,  /* none of words */
    FLAG_SET,     /* anything */
    FLAG_NOT_SET, /* nothing */
    FLAG_HAS,     /* a list with one of words */
    FLAG_LACKS,   /* a list with none of words */
    FLAG_AT_LEAST /* a number */
};
struct flag_rule {
    const char *names; /* of the flag and of the field in a configuration file, blank-separated */
    enum flag_want want;
    const char *words;
    uint64_t least;
    bool fine;           /* when nobody says */
    const char *silence; /* what then holds, in a few words */
    const char *also;    /* another parameter that must be set with it: the key of a certificate */
};
enum verdict judge_flag(const struct rule *r, const void *subject, struct proof *p);

/* A rule over one parameter; what follows `flag_` are its catalogue ids. */
#define FLAG(...) (&(const struct flag_rule){ __VA_ARGS__ })
#define FLAG_RULE(id_, of_, title_, holds_, why_, fix_, severity_, threats_, flag_, ...) \
    {                                                                                    \
        .check = { .id = id_,                                                            \
                   .title = title_,                                                      \
                   .holds = holds_,                                                      \
                   .why = why_,                                                          \
                   .fix = fix_,                                                          \
                   .threats = threats_,                                                  \
                   .layer = LAYER_ORCHESTRATOR,                                          \
                   .severity = SEVERITY_##severity_,                                     \
                   .refs = REFS(__VA_ARGS__) },                                          \
        .on = ON_COMPONENT, .of = of_, .judge = judge_flag, .with = flag_                \
    }
