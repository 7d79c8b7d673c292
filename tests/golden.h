/* golden.h - cases as folders of files: <root>/<group>/<case>/..., with `expect` for what should come out. A
 * test walks a registry of the program, not a list of its own, and runs the cases of each entry. */
#pragma once
#include "core/str.h"
#include "file.h"

#include <dirent.h>

static int golden_n, golden_bad;
static bool
    golden_accepts; /* --accept: write `expect` instead of comparing; read the diff before you commit it */

static void golden_result(bool ok, const char *group, const char *what)
{
    printf("%sok %d - %s%s%s\n", ok ? "" : "not ", ++golden_n, group, *what ? "/" : "", what);
    golden_bad += !ok;
}

/* Ends the output; what main returns. */
static int golden_end(void)
{
    printf("1..%d\n", golden_n);
    return golden_bad != 0;
}

/* A file of a case; NULL when there is none. The caller frees. */
static char *golden_file(const char *dir, const char *name, size_t *n)
{
    char path[1200];

    snprintf(path, sizeof path, "%.1000s/%.150s", dir, name);
    return file_read(path, n);
}

/* Is this what the case expects? Says so when not. */
static bool golden_is(const char *dir, struct str got)
{
    char path[1200];
    size_t n = 0;
    char *want = golden_file(dir, "expect", &n);
    bool is = want && str_eq(got, (struct str){ want, n });

    if (!is && golden_accepts) {
        snprintf(path, sizeof path, "%.1000s/expect", dir);
        FILE *f = fopen(path, "we");
        is = f && fwrite(got.p, 1, got.n, f) == got.n;
        is = f && fclose(f) == 0 && is;
    } else if (!is) {
        printf("# %s\n# got:\n%.*s# want:\n%s\n", dir, STR_ARG(got), want ? want : "(no expect file)");
    }
    free(want);
    return is;
}

typedef bool golden_fn(const void *entry, const char *dir, const char *name);

/* Runs each case of a group; how many there are. */
static int golden_run(const char *root, const char *group, const void *entry, golden_fn *run)
{
    char dir[512], one[800];
    int cases = 0;

    snprintf(dir, sizeof dir, "%.300s/%.200s", root, group);
    DIR *d = opendir(dir);
    for (struct dirent *de; d && (de = readdir(d));) {
        if (de->d_name[0] == '.')
            continue;
        snprintf(one, sizeof one, "%s/%.256s", dir, de->d_name);
        golden_result(run(entry, one, de->d_name), group, de->d_name);
        cases++;
    }
    if (d)
        closedir(d);
    return cases;
}
