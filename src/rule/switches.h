/* switches.h - environment variables that weaken the program which reads them, and what each does. One table for
 * images and for workloads: who sets a variable does not change what it does. */
#pragma once
#include "core/str.h"

/* `value`: what switches it. NULL: any but none; "yes": what is_yes takes; "x*": begins so; "*x*": has it. */
struct env_switch {
    const char *name, *value;
    const char *does; /* "makes Git accept any certificate" */
};
struct env_switches {
    const struct env_switch *p;
    size_t n;
};
extern const struct env_switches switches_tls;   /* certificates are not verified, or nothing is encrypted */
extern const struct env_switches switches_debug; /* a mode for developers */

/* The switch that a variable is; NULL: none. Names and values whatever their case. */
const struct env_switch *env_switch_of(const struct env_switches *all, struct str name, struct str value);
/* 1, true, yes, on: whatever their case. */
bool is_yes(struct str value);
