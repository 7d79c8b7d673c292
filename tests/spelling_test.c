/* The same workload written as Compose, Kubernetes, docker inspect and OCI gives the same findings.
 *
 * tests/data/spelling/<case>/{compose.yaml,pod.yaml,inspect.json,config.json}: one workload four times
 *                           expect: of each rule over workloads what it says in each of them
 * No rule may find open in one what it finds mitigated in another, and where all can say what it asks for,
 * all must say the same. `spelling_test DIR --accept` rewrites the expect files. */
#include "rule_subject.h"

#include "core/buf.h"
#include "io/fs.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>

static int n_test, n_bad;

PRINTF(2, 3)
static void result(bool ok, const char *fmt, ...)
{
    va_list ap;

    printf("%sok %d - ", ok ? "" : "not ", ++n_test);
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    printf("\n");
    n_bad += !ok;
}

static const char *const spelled[] = { "compose.yaml", "pod.yaml", "inspect.json", "config.json" };
static const char *const said[] = { [VERDICT_OPEN] = "open",
                                    [VERDICT_MITIGATED] = "mitigated",
                                    [VERDICT_NOT_APPLICABLE] = "-",
                                    [VERDICT_CANNOT_TELL] = "unknown" };
enum { SPELLED = ARRAY_LEN(spelled) };

/* What may differ, because silence means something else there. */
static bool may_differ(const struct rule *r)
{
    return str_one_of(str_of(r->check.id), "workload-seccomp-unset workload-host-user workload-pull-policy "
                                           "workload-api-token workload-no-storage-limit");
}

static void ask(const struct rule *r, struct subject_case *c, struct buf *out, const char *where)
{
    enum verdict v[SPELLED];
    bool open = false, mitigated = false;

    buf_fmt(out, "%s:", r->check.id);
    for (size_t i = 0; i < SPELLED; i++) {
        AUTO_ARENA struct arena arena = ARENA(1 << 20);
        struct proof p = { .arena = &arena, .most = PROOF_MOST };
        const void *subject = subject_of(&c[i], r);
        v[i] = subject ? r->judge(r, subject, &p) : VERDICT_NOT_APPLICABLE;
        open |= v[i] == VERDICT_OPEN;
        mitigated |= v[i] == VERDICT_MITIGATED;
        buf_fmt(out, " %s", said[v[i]]);
    }
    buf_fmt(out, "\n");
    result(!(open && mitigated) || may_differ(r), "%s: %s is of one mind", where, r->check.id);
}

static void run_case(const char *root, const char *name, bool accept)
{
    static struct subject_case c[SPELLED];
    AUTO_BUF struct buf got = BUF(1 << 20), want = BUF(1 << 20);
    char path[1000];
    struct err e;

    for (size_t i = 0; i < SPELLED; i++) {
        snprintf(path, sizeof path, "%.700s/%.250s", root, name);
        result(subject_load_file(&c[i], path, spelled[i]) && c[i].d.n_workload == 1, "%s: %s is one workload",
               name, spelled[i]);
    }
    for (size_t i = 0; i < n_rule_sets; i++)
        for (size_t k = 0; k < rule_sets[i]->n; k++)
            if (rule_sets[i]->rule[k].on == ON_WORKLOAD)
                ask(&rule_sets[i]->rule[k], c, &got, name);
    for (size_t i = 0; i < SPELLED; i++)
        subject_free(&c[i]);
    snprintf(path, sizeof path, "%.700s/%.250s/expect", root, name);
    if (accept) {
        result(fs_write_atomic(AT_FDCWD, path, buf_view(&got), &e) == 0, "%s: accepted", name);
        return;
    }
    bool read = fs_read(AT_FDCWD, path, false, 1 << 20, &want, &e) == 0;
    result(read && str_eq(buf_view(&got), buf_view(&want)), "%s: says what is expected", name);
}

int main(int argc, char **argv)
{
    struct dirent *de;
    int cases = 0;

    if (argc < 2)
        return 2;
    DIR *d = opendir(argv[1]);
    while (d && (de = readdir(d)))
        if (de->d_name[0] != '.') {
            run_case(argv[1], de->d_name, argc > 2 && !strcmp(argv[2], "--accept"));
            cases++;
        }
    if (d)
        closedir(d);
    result(cases > 0, "there is a case");
    printf("1..%d\n", n_test);
    return n_bad != 0;
}
