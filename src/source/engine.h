/* engine.h - images that a container engine has, exported through its Docker-compatible API on a Unix socket
 * and read as they stream by: nothing is written down. */
#pragma once
#include "source/source.h"

/* `variable` names the environment variable that may point elsewhere (unix://PATH); `sockets`, NULL-ended,
 * are tried in order: "$NAME/tail" is below that variable's folder. */
int engine_open(struct source_env *env, const char *variable, const char *const *sockets, struct str image,
                struct err *e);
