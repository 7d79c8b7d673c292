/* err.h - one error, with the story of how we got there. Lives in the caller's frame: never allocates,
 * so that "out of memory" can be said too.
 *
 * A function that can fail takes a `struct err *` last and returns -1 after err_set or err_wrap. */
#pragma once
#include "core/base.h"

enum err_code {
    ERR_NONE,
    ERR_IO,          /* the outside refused: a file, a socket, the kernel */
    ERR_FORMAT,      /* the bytes are not what they claim to be */
    ERR_LIMIT,       /* a budget of ours ran out */
    ERR_UNSUPPORTED, /* known, but not understood here */
    ERR_DENIED,      /* permission or authentication */
    ERR_NOT_FOUND,
    ERR_USAGE
};

struct err {
    enum err_code code;
    char text[480];
};

/* Start a story; always returns -1, so that `return err_set(e, ...)` reads as one thought. */
int err_set(struct err *e, enum err_code code, const char *fmt, ...) PRINTF(3, 4);

/* Put context in front: "layer 3: app.jar: bad magic". Keeps the code. Always returns -1. */
int err_wrap(struct err *e, const char *fmt, ...) PRINTF(2, 3);

/* err_set with strerror(errno) behind the text; ERR_DENIED for EACCES and EPERM, ERR_NOT_FOUND for ENOENT. */
int err_errno(struct err *e, const char *fmt, ...) PRINTF(2, 3);

#ifdef __clang_analyzer__ /* cannot see into other files: let it know what they return */
#define err_set(...)   ((void)err_set(__VA_ARGS__), -1)
#define err_wrap(...)  ((void)err_wrap(__VA_ARGS__), -1)
#define err_errno(...) ((void)err_errno(__VA_ARGS__), -1)
#endif
