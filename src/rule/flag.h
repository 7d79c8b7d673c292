/* flag.h - rules over single parameters of a component: which names it goes by, what it should be, and
 * what it means that nobody says. */
#pragma once
#include "rule/workload.h"

enum flag_want {
    FLAG_IS,          /* one of words */
    FLAG_IS_NOT,      /* none of words */
    FLAG_SET,         /* anything */
    FLAG_NOT_SET,     /* nothing */
    FLAG_HAS,         /* a list with one of words */
    FLAG_LACKS,       /* a list with none of words */
    FLAG_LACKS_START, /* a list of which none begins with one of words */
    FLAG_LACKS_TEXT,  /* words, as they stand there, are no part of it */
    FLAG_AT_LEAST     /* a number */
};
struct flag_rule {
    /* Of the flag and of the field in a configuration file, blank-separated. "*name": each parameter whose
     * name ends so; "*name.": each that begins so. */
    const char *names;
    enum flag_want want;
    const char *words;
    uint64_t least;
    bool fine;           /* when nobody says */
    const char *silence; /* what then holds, in a few words; NULL: then the rule does not apply */
    /* The rule applies only where a parameter of this name has this text in its value; NULL: always. */
    const char *when, *when_text;
    bool secret;      /* the value is not shown */
    const char *also; /* another parameter that must be set with it: the key of a certificate */
};
enum verdict judge_flag(const struct rule *r, const void *subject, struct proof *p);

/* A rule over one parameter; what follows `flag_` are its catalogue ids. */
#define FLAG(...)      (&(const struct flag_rule){ __VA_ARGS__ })
#define FLAG_RULE(...) COMPONENT_RULE(LAYER_ORCHESTRATOR, __VA_ARGS__)
#define COMPONENT_RULE(layer_, id_, of_, title_, holds_, why_, fix_, severity_, threats_, flag_, ...) \
    {                                                                                                 \
        CHECK_RECORD(layer_, id_, title_, holds_, why_, fix_, severity_, threats_, __VA_ARGS__),      \
            .on = ON_COMPONENT, .of = of_, .judge = judge_flag, .with = flag_                         \
    }
