/* confine.h - how a job gives everything up; only proc.c and the tests that prove it call this. */
#pragma once
#include "io/proc.h"

/* In the parent, once: build what children only have to install, load what libraries load lazily. */
int confine_prepare(struct err *e);
/* In the child: from here on only the blob can be read and PROC_OUT written. */
int confine_self(const struct blob *in, const struct proc_limits *limits, struct err *e);
struct str confine_describe(struct str *missing);
