/* net_confine.h - what a process that talks to the network gives up: everything else. */
#pragma once
#include "core/err.h"

/* Call in the forked child, once, before the first byte comes in. No execution, no writing of files, no
 * listening, no tracing; as nobody, unless `keep_user` (an engine's socket belongs to root: then root without
 * a capability). The descriptors 0 to `last` stay. */
int net_confine(bool keep_user, int last, struct err *e) MUST_USE;
