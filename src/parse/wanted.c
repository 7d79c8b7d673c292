/* wanted.c - documents that other documents name. */
#include "model/entries.h"
#include "parse/parse.h"

const struct input *input_wanted(const struct input *in, struct str from, struct str file)
{
    char room[ENTRY_PATH_MOST];
    struct str path;

    if (!path_beside(from, file, room, &path))
        path = file;
    for (size_t i = 0; i < in->n_with; i++)
        if (str_eq(in->with[i].path, path))
            return &in->with[i];
    return NULL;
}
