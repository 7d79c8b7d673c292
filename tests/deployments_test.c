/* Compose projects and Dockerfiles that others wrote: all of SHARED_DATA/deployments is understood, with the
 * files that they name, without an error and without anything left out. The data is not part of the project:
 * without it the test is skipped aloud.
 *
 *   deployments_test SHARED_DATA */
#include "file.h"
#include "model/entries.h"
#include "parse/parse.h"

#include <ftw.h>
#include <unistd.h>

enum { WITH_MOST = 16, ROUNDS_MOST = 4 };

static char root[600];
static int n_test, n_bad;
static int n_compose, n_dockerfile, n_workload;

/* Read what the facts ask for and `with` has not yet; how many are there then. */
static size_t read_wanted(const struct facts *f, struct arena *a, struct input *with, size_t n)
{
    FACTS_EACH (f, want, w) {
        char room[ENTRY_PATH_MOST], file[2000];
        struct str path;
        bool have = !path_beside(w->from, w->file, room, &path);
        for (size_t i = 0; !have && i < n; i++)
            have = str_eq(with[i].path, path);
        if (have || n == WITH_MOST)
            continue;
        size_t size;
        snprintf(file, sizeof file, "%s/%.*s", root, STR_ARG(path));
        char *body = file_read(file, &size);
        with[n++] = (struct input){ .path = arena_str(a, path),
                                    .body = body ? arena_str(a, (struct str){ body, size }) : STR_NONE };
        free(body);
    }
    return n;
}

static void say_test(bool ok, const char *path, const char *why)
{
    printf("%sok %d - %s\n", ok ? "" : "not ", ++n_test, path);
    if (!ok)
        printf("# %s\n", why);
    n_bad += !ok;
}

static void check(const struct parser *p, const char *file, struct str path)
{
    AUTO_ARENA struct arena a = ARENA(64u << 20);
    struct input with[WITH_MOST];
    size_t size, n = 0, before;
    AUTO_FREE char *body = file_read(file, &size);
    struct err e = { 0 };
    char why[600] = "";
    bool ok = body != NULL;

    for (int round = 0; ok && round < ROUNDS_MOST; round++) {
        AUTO_FACTS struct facts f = FACTS(64u << 20);
        struct input in = { .path = path, .body = { body, size }, .with = with, .n_with = n };
        ok = p->parse(&in, &f, &e) == 0;
        snprintf(why, sizeof why, "%s", e.text);
        FACTS_EACH (&f, note, note)
            if (note->kind == NOTE_INCOMPLETE) {
                ok = false;
                snprintf(why, sizeof why, "%.*s", STR_ARG(str_first(note->reason, 500)));
            }
        before = n;
        n = read_wanted(&f, &a, with, n);
        if (n > before && round + 1 < ROUNDS_MOST)
            continue;
        n_workload += (int)f.list[FACT_WORKLOAD_KIND].n;
        break;
    }
    say_test(ok, file + strlen(root) + 1, why);
}

static int visit(const char *file, const struct stat *st, int kind, struct FTW *at)
{
    const char *base = file + at->base;
    bool compose = !strcmp(base, "compose.yaml") || !strcmp(base, "compose.yml") ||
                   !strcmp(base, "docker-compose.yml") || !strcmp(base, "docker-compose.yaml");
    bool dockerfile = !strcmp(base, "Dockerfile");

    (void)st;
    if (kind != FTW_F || (!compose && !dockerfile))
        return 0;
    n_compose += compose;
    n_dockerfile += dockerfile;
    check(parser_by_name(compose ? STR("compose") : STR("dockerfile")), file,
          str_of(file + strlen(root) + 1));
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    snprintf(root, sizeof root, "%.500s/deployments", argv[1]);
    if (access(root, R_OK) < 0) {
        printf("1..0 # SKIP %s is not there\n", root);
        return 0;
    }
    nftw(root, visit, 16, FTW_PHYS);
    say_test(n_compose && n_dockerfile && n_workload > n_compose, "there are projects with services",
             "nothing was found");
    printf("# %d Compose projects, %d Dockerfiles, %d workloads\n1..%d\n", n_compose, n_dockerfile,
           n_workload, n_test);
    return n_bad != 0;
}
