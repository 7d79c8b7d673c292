/* cmds.c - the registry of commands. */
#include "cmd/cmd.h"

#include "core/text.h"

#include <stdarg.h>

#define CMD(name) extern const struct cmd cmd_##name;
#include "cmd/list.h"
#undef CMD
#define CMD(name) &cmd_##name,
const struct cmd *const cmds[] = {
#include "cmd/list.h"
};
#undef CMD
const size_t n_cmds = ARRAY_LEN(cmds);

const struct cmd *cmd_by_name(const char *name)
{
    for (size_t i = 0; i < n_cmds; i++)
        if (!strcmp(cmds[i]->name, name))
            return cmds[i];
    return NULL;
}

void cmd_say(const char *fmt, ...)
{
    AUTO_BUF struct buf safe = BUF(64 << 10);
    char text[4096];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    text_safe(&safe, str_of(text), false);
    fprintf(stderr, STR_FMT "\n", STR_ARG(buf_view(&safe)));
}
