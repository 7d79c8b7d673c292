#include "core/pages.h"

#include <sys/mman.h>

enum { PAGE = 4096, LARGE = 2 << 20 };

void pages_large(void *p, size_t n)
{
    char *from = (char *)p + (-(uintptr_t)p & (PAGE - 1)), *end = (char *)p + n;

    if (n >= LARGE)
        (void)madvise(from, (size_t)(end - from) & ~(size_t)(PAGE - 1), MADV_HUGEPAGE);
}
