/* shell_word.h - a command line cut into words as a shell does, where nothing is expanded. */
#pragma once
#include "core/buf.h"

/* The next word into *word (its old contents are dropped), quotes and backslashes taken away; false at the
 * end, or where the command ends (; | &). `rest` moves on. */
bool shell_word(struct str *rest, struct buf *word);
