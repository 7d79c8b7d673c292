/* tap.h - the whole test framework. A test is a function; a file lists its tests in one table. */
#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct test {
    const char *name;
    void (*run)(void);
};
static int tap_failed_, tap_bad_;
#define CHECK(cond)                                                       \
    do {                                                                  \
        if (!(cond)) {                                                    \
            tap_bad_++;                                                   \
            printf("# %s:%d: not true: %s\n", __FILE__, __LINE__, #cond); \
        }                                                                 \
    } while (0)
#define CHECK_INT(is, want)                                                              \
    do {                                                                                 \
        long long i_ = (is), w_ = (want);                                                \
        if (i_ != w_) {                                                                  \
            tap_bad_++;                                                                  \
            printf("# %s:%d: %s is %lld, want %lld\n", __FILE__, __LINE__, #is, i_, w_); \
        }                                                                                \
    } while (0)
#define CHECK_TEXT(is, want)                                                                 \
    do {                                                                                     \
        const char *i_ = (is), *w_ = (want);                                                 \
        if (strcmp(i_, w_)) {                                                                \
            tap_bad_++;                                                                      \
            printf("# %s:%d: %s is \"%s\", want \"%s\"\n", __FILE__, __LINE__, #is, i_, w_); \
        }                                                                                    \
    } while (0)

static int tap_run(const struct test *t, size_t n)
{
    printf("1..%zu\n", n);
    for (size_t i = 0; i < n; i++) {
        tap_bad_ = 0;
        t[i].run();
        printf("%sok %zu - %s\n", tap_bad_ ? "not " : "", i + 1, t[i].name);
        tap_failed_ += tap_bad_ != 0;
        fflush(stdout);
    }
    return tap_failed_ ? EXIT_FAILURE : EXIT_SUCCESS;
}
#define TESTS(...)                                      \
    int main(void)                                      \
    {                                                   \
        static const struct test t[] = { __VA_ARGS__ }; \
        return tap_run(t, sizeof t / sizeof *t);        \
    }
#define T(fn)   \
    {           \
#fn, fn \
    }
