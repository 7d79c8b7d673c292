#include "model/example.h"

static const struct {
    const char *name, *is;
} folders[] = {
    { "test", "lies among tests" },
    { "tests", "lies among tests" },
    { "testing", "lies among tests" },
    { "__tests__", "lies among tests" },
    { "__mocks__", "lies among tests" },
    { "spec", "lies among tests" },
    { "specs", "lies among tests" },
    { "testdata", "lies among tests' data" },
    { "test-data", "lies among tests' data" },
    { "fixture", "lies among tests' data" },
    { "fixtures", "lies among tests' data" },
    { "mock", "lies among tests' data" },
    { "mocks", "lies among tests' data" },
    { "example", "lies among examples" },
    { "examples", "lies among examples" },
    { "sample", "lies among examples" },
    { "samples", "lies among examples" },
    { "demo", "lies among examples" },
    { "demos", "lies among examples" },
    { "doc", "is documentation" },
    { "docs", "is documentation" },
};

const char *example_place(struct str path)
{
    struct str folder;

    while (str_cut(&path, '/', &folder))
        for (size_t i = 0; path.p && i < ARRAY_LEN(folders); i++)
            if (str_eq_nocase(folder, str_of(folders[i].name)))
                return folders[i].is;
    return NULL;
}
