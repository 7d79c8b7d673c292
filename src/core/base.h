/* base.h - the attributes and macros every file may use; includes nothing of ours.
 *
 * Ownership is written into declarations: an AUTO_ variable is released when its scope ends, TAKE moves
 * the resource out on the way to success, so that leaf code needs no goto. */
#pragma once
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define MUST_USE     __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
#define CLEANUP(fn)  __attribute__((cleanup(fn)))
#define UNUSED       __attribute__((unused))
#define NORETURN     __attribute__((noreturn))

#ifdef __has_feature /* clang */
#define UNDER_ASAN __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__) /* gcc */
#define UNDER_ASAN 1
#else
#define UNDER_ASAN 0
#endif

static inline void free_ptr(void *p)
{
    free(*(void **)p);
}
static inline void close_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}
#define AUTO_FREE  CLEANUP(free_ptr)
#define AUTO_CLOSE CLEANUP(close_fd)

#ifndef __cppcheck__
/* Move a resource out of an AUTO_ variable: the cleanup then does nothing. */
#define TAKE(p)                 \
    ({                          \
        __typeof__(p) t_ = (p); \
        (p) = NULL;             \
        t_;                     \
    })
#define TAKE_FD(fd)    \
    ({                 \
        int t_ = (fd); \
        (fd) = -1;     \
        t_;            \
    })

#define MIN(a, b)               \
    ({                          \
        __typeof__(a) a_ = (a); \
        __typeof__(b) b_ = (b); \
        a_ < b_ ? a_ : b_;      \
    })
#define MAX(a, b)               \
    ({                          \
        __typeof__(a) a_ = (a); \
        __typeof__(b) b_ = (b); \
        a_ > b_ ? a_ : b_;      \
    })
#else /* which does not read statement expressions */
#define TAKE(p)    (p)
#define TAKE_FD(p) (p)
#define MIN(a, b)  ((a) < (b) ? (a) : (b))
#define MAX(a, b)  ((a) > (b) ? (a) : (b))
#endif

/* What audits ban, the compiler refuses. */
#ifndef ALLOW_BANNED /* for files whose system headers mention them in macros */
#pragma GCC poison strcpy strcat sprintf vsprintf strtok atoi atol gets system popen tmpnam mktemp
#endif
