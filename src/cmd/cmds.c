/* cmds.c - the registry of commands. */
#include "cmd/cmd.h"

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
