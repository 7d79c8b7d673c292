/* late.h - libraries that are loaded when they are first needed: who asks for the version or for help does not
 * wait for what only a few jobs use, and the program runs where an optional one is not installed. Who uses a
 * library keeps a struct of pointers to its functions, one list away from their names (io/tar.c). */
#pragma once
#include "core/err.h"

/* Load `soname`; *lib stays NULL on error (ERR_UNSUPPORTED says why). Never unloaded. */
int late_open(const char *soname, void **lib, struct err *e) MUST_USE;
/* The address of a function or object into *to, which is a pointer to its type. */
int late_symbol(void *lib, const char *name, void *to, struct err *e) MUST_USE;
