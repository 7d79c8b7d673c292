/* patches.h - the exact edits of the fixes. They are made of documents that somebody else wrote, and what comes out is
 * parsed again: that happens in a confined job, which has the model by being forked from who has it. */
#pragma once
#include "io/proc.h"
#include "model/model.h"

/* Fills in patch and by_hand of each fix of the model, once threat_analyse has found them. A job that fails leaves them
 * without, and the model says so. */
void patches_make(struct model *m, const struct proc_limits *limits);
