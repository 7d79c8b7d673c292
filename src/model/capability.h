/* capability.h - the names of Linux capabilities, in the order of their bits in linux/capability.h. */
#pragma once
#include "core/str.h"

enum { CAPS_KNOWN = 41 };
#define CAP_BIT(bit) (1ull << (bit))
#define CAPS_ALL     (CAP_BIT(CAPS_KNOWN) - 1)

/* Without "CAP_", in capitals: CHOWN, DAC_OVERRIDE ... */
extern const char *const cap_name[CAPS_KNOWN];
/* The bit of a name so spelled, with or without "CAP_" and in any case; -1: there is none. */
int cap_by_name(struct str name);
