/* The corpus of Kubernetes' own Pod Security admission: each Pod is judged as its folder says, and a failing
 * one for the reason in its name.
 *
 * The version is told as in a cluster, by a label of the namespace.
 *
 * pod_security_test SHARED_DATA: pod-security/{baseline,restricted}/VERSION/{pass,fail}/CHECK<n>.yaml */
#include "io/fs.h"
#include "model/deployment.h"
#include "parse/parse.h"
#include "rule/rule.h"

#include <dirent.h>
#include <fcntl.h>

enum { REASONS_MOST = 32 };
struct reasons {
    char name[REASONS_MOST][40];
    size_t n;
};

static void add_reason(struct reasons *r, struct str text)
{
    struct str name, rest;

    str_split(text, ':', &name, &rest);
    for (size_t i = 0; i < r->n; i++)
        if (str_eq(str_of(r->name[i]), name))
            return;
    if (r->n < REASONS_MOST)
        snprintf(r->name[r->n++], sizeof r->name[0], STR_FMT, STR_ARG(name));
}

/* Which checks of the level all containers of the document break together; false: it could not be read. */
static bool judge(const struct rule *rule, const char *version, struct str pod, struct reasons *out,
                  struct err *e)
{
    AUTO_FACTS struct facts f = FACTS(8 << 20);
    AUTO_ARENA struct arena a = ARENA(8 << 20);
    const struct facts *doc = &f;
    struct deployment d = { 0 };
    struct str body = arena_fmt(&a,
                                "apiVersion: v1\nkind: Namespace\nmetadata: {name: default, labels: "
                                "{pod-security.kubernetes.io/enforce-version: %s}}\n---\n" STR_FMT,
                                version, STR_ARG(pod));
    struct input in = { STR("pod.yaml"), body, NULL, 0, false };

    if (parser_by_name(STR("kubernetes"))->parse(&in, &f, e) < 0 || deployment_join(&d, &a, &doc, 1, e) < 0)
        return false;
    for (size_t i = 0; i < d.n_workload; i++) {
        struct proof p = { .arena = &a, .most = PROOF_MOST };
        if (rule->judge(rule, &d.workload[i], &p) == VERDICT_OPEN)
            for (size_t k = 0; k < p.n; k++)
                add_reason(out, p.item[k].text);
    }
    return d.n_workload > 0;
}

/* Some Pods cannot break one check alone: HostProcess needs the host's network, and what breaks the baseline
 * of a field breaks the restricted standard of it. */
static bool comes_with(const char *reason, const char *check)
{
    static const char *const pairs[][2] = {
        { "hostnamespaces", "windowshostprocess" },
        { "capabilities_restricted", "capabilities_baseline" },
        { "capabilities_baseline", "capabilities_restricted" },
        { "seccompprofile_restricted", "seccompprofile_baseline" },
        { "seccompprofile_baseline", "seccompprofile_restricted" },
        { "procmount_restricted", "procmount" },
        { "procmount", "procmount_restricted" },
        { "restrictedvolumes", "hostpathvolumes" },
        { "hostpathvolumes", "restrictedvolumes" },
        { "allowprivilegeescalation", "privileged" },
        { "capabilities_restricted", "allowprivilegeescalation" }, /* no securityContext at all */
    };

    if (!strcmp(reason, check))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
        if (!strcmp(pairs[i][0], reason) && !strcmp(pairs[i][1], check))
            return true;
    return false;
}

static bool is_right(const char *file, bool must_fail, const struct reasons *r)
{
    char check[64];
    size_t n = strcspn(file, "0123456789.");
    bool named = false, others = false;

    snprintf(check, sizeof check, "%.*s", (int)n, file);
    for (size_t i = 0; i < r->n; i++) {
        named |= !strcmp(r->name[i], check);
        others |= !comes_with(r->name[i], check);
    }
    return must_fail ? named && !others : !r->n;
}

static unsigned tests, bad;

static void test_folder(const char *dir, const char *version, const struct rule *rule, bool must_fail)
{
    DIR *d = opendir(dir);

    for (struct dirent *de; d && (de = readdir(d));) {
        AUTO_BUF struct buf body = BUF(1 << 20);
        struct reasons r = { .n = 0 };
        struct err e = { 0 };
        if (de->d_name[0] == '.')
            continue;
        bool ok = fs_read(dirfd(d), de->d_name, false, 1 << 20, &body, &e) == 0 &&
                  judge(rule, version, buf_view(&body), &r, &e) && is_right(de->d_name, must_fail, &r);
        bad += !ok;
        printf("%sok %u - %s/%s\n", ok ? "" : "not ", ++tests, dir, de->d_name);
        for (size_t i = 0; !ok && i < r.n; i++)
            printf("# breaks %s\n", r.name[i]);
        if (e.code)
            printf("# %s\n", e.text);
    }
    if (d)
        closedir(d);
}

int main(int argc, char **argv)
{
    static const char *const levels[][2] = { { "baseline", "workload-pod-security-baseline" },
                                             { "restricted", "workload-pod-security-restricted" } };

    for (size_t l = 0; argc > 1 && l < ARRAY_LEN(levels); l++) {
        char at[1024], dir[1500];
        snprintf(at, sizeof at, "%s/pod-security/%s", argv[1], levels[l][0]);
        DIR *versions = opendir(at);
        for (struct dirent *de; versions && (de = readdir(versions));)
            for (int fails = 0; de->d_name[0] == 'v' && fails < 2; fails++) {
                snprintf(dir, sizeof dir, "%s/%s/%s", at, de->d_name, fails ? "fail" : "pass");
                test_folder(dir, de->d_name, rule_by_id(str_of(levels[l][1])), fails);
            }
        if (versions)
            closedir(versions);
    }
    if (!tests)
        printf("1..0 # SKIP no pod-security corpus: give the build -Dshared_data=DIR\n");
    else
        printf("1..%u\n", tests);
    return bad ? EXIT_FAILURE : EXIT_SUCCESS;
}
