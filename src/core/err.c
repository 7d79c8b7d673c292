#include "core/err.h"
#undef err_set
#undef err_wrap
#undef err_errno

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Errors quote what they met: whatever that holds, they stay one line that harms no terminal. */
static void one_line(char *text)
{
    for (unsigned char *c = (unsigned char *)text; *c; c++)
        if (*c < ' ' || *c == 0x7f)
            *c = '?';
}

int err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
    va_list ap;

    e->code = code;
    va_start(ap, fmt);
    vsnprintf(e->text, sizeof e->text, fmt, ap);
    va_end(ap);
    one_line(e->text);
    return -1;
}

int err_wrap(struct err *e, const char *fmt, ...)
{
    char head[240];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(head, sizeof head, fmt, ap);
    va_end(ap);
    one_line(head);

    size_t h = strlen(head), room = sizeof e->text - h - 3, tail = strnlen(e->text, room);
    memmove(e->text + h + 2, e->text, tail);
    memcpy(e->text, head, h);
    memcpy(e->text + h, ": ", 2);
    e->text[h + 2 + tail] = '\0';
    return -1;
}

int err_errno(struct err *e, const char *fmt, ...)
{
    int no = errno;
    enum err_code code = no == EACCES || no == EPERM ? ERR_DENIED : no == ENOENT ? ERR_NOT_FOUND : ERR_IO;
    va_list ap;

    e->code = code;
    va_start(ap, fmt);
    vsnprintf(e->text, sizeof e->text - 64, fmt, ap);
    va_end(ap);
    one_line(e->text);
    size_t n = strlen(e->text);
    snprintf(e->text + n, sizeof e->text - n, ": %s", strerror(no));
    return -1;
}
