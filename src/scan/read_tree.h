/* read_tree.h - a source tree is read by several confined jobs at once: each walks all of it, and reads its share of the
 * folders. What they hand in piece by piece is put together in the order of the walk, so that the same comes out however
 * many they are. */
#pragma once
#include "scan/reader.h"
#include "scan/store.h"

/* `job` says what to read; `at_once`: how many readers. Facts are the store's; they take twice the memory of one reader at
 * most (limits.memory), and what is beyond is a gap. */
int tree_read(const struct read_layer *job, const struct blob *dir, unsigned at_once,
              const struct proc_limits *limits, struct store *store, struct facts **out,
              struct err *e) MUST_USE;
