/* deb and rpm against dpkg and librpm themselves, on a few thousand random versions. Where a tool is not
 * installed, its part is skipped aloud. */
#include "core/buf.h"
#include "model/version/version.h"

#include <spawn.h>
#include <sys/wait.h>

extern char **environ;

enum { PAIRS_DEB = 600, PAIRS_RPM = 4000, TEXT_MOST = 40 };

struct pair {
    char a[TEXT_MOST], b[TEXT_MOST];
};

static uint64_t seed = 9781;

static size_t below(size_t n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (size_t)(seed % n);
}

/* What both tools take: something that starts with a digit, and a release behind one dash. */
static void make(char *to, const char *bytes)
{
    size_t n = 0, len = 1 + below(7), n_bytes = strlen(bytes);

    if (below(4) == 0)
        n += (size_t)snprintf(to, TEXT_MOST, "%zu:", below(3));
    to[n++] = (char)('0' + below(4));
    while (len--)
        to[n++] = bytes[below(n_bytes)];
    if (below(2)) {
        to[n++] = '-';
        for (len = 1 + below(5); len; len--)
            to[n++] = bytes[below(n_bytes)];
    }
    to[n] = '\0';
}

/* b is a with one byte changed, or another one: both near and far neighbours. */
static void make_pair(struct pair *p, const char *bytes)
{
    make(p->a, bytes);
    make(p->b, bytes);
    if (below(4)) {
        memcpy(p->b, p->a, sizeof p->b);
        size_t at = 2 + below(strlen(p->b) - 1);
        if (at < strlen(p->b) && p->b[at - 1] != ':' && p->b[at] != '-' && p->b[at] != ':')
            p->b[at] = bytes[below(strlen(bytes))];
    }
}

static char ours(const struct version_scheme *s, const struct pair *p)
{
    int order;

    if (version_compare(s, str_of(p->a), str_of(p->b), &order) < 0)
        return '?';
    return order < 0 ? '<' : order > 0 ? '>' : '=';
}

/* Exit status, with what it printed in *out (NULL: not wanted); -1: the program is not there. */
static int run(char *const *argv, struct buf *out)
{
    posix_spawn_file_actions_t to;
    int pipes[2], status = 0;
    pid_t pid;
    char part[4096];
    ssize_t n;

    if (pipe(pipes) < 0)
        abort();
    posix_spawn_file_actions_init(&to);
    posix_spawn_file_actions_adddup2(&to, pipes[1], 1);
    posix_spawn_file_actions_addclose(&to, pipes[0]);
    posix_spawn_file_actions_addclose(&to, pipes[1]);
    int r = posix_spawnp(&pid, argv[0], &to, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&to);
    close(pipes[1]);
    while (r == 0 && (n = read(pipes[0], part, sizeof part)) > 0)
        if (out)
            buf_add(out, part, (size_t)n);
    close(pipes[0]);
    if (r != 0)
        return -1;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static char dpkg_says(struct pair *p)
{
    static char name[] = "dpkg", compare[] = "--compare-versions", lt[] = "lt", eq[] = "eq";
    char *less[] = { name, compare, p->a, lt, p->b, NULL }, *same[] = { name, compare, p->a, eq, p->b, NULL };

    int r = run(less, NULL);
    if (r == 0)
        return '<';
    return r != 1 ? '!' : run(same, NULL) == 0 ? '=' : '>';
}

static size_t against_dpkg(void)
{
    size_t bad = 0;

    for (size_t i = 0; i < PAIRS_DEB; i++) {
        struct pair p;
        make_pair(&p, "0123ab.+~");
        char is = ours(version_scheme_for(STR("deb")), &p), want = dpkg_says(&p);
        bad += is != want;
        if (is != want)
            printf("# deb: %s %s: %c, dpkg says %c\n", p.a, p.b, is, want);
    }
    return bad;
}

/* One run of rpm's own Lua prints a sign for each pair. */
static size_t against_rpm(void)
{
    static struct pair pairs[PAIRS_RPM];
    static const struct version_scheme *rpm;
    static char name[] = "rpm", eval[] = "--eval";
    size_t bad = 0;

    rpm = version_scheme_for(STR("rpm"));
    for (size_t from = 0; from < PAIRS_RPM; from += 500) {
        AUTO_BUF struct buf lua = BUF(1 << 20), out = BUF(1 << 20);
        buf_fmt(&lua, "%%{lua: for _,p in ipairs({");
        for (size_t i = from; i < from + 500; i++) {
            make_pair(&pairs[i], "0123ab._+~^");
            buf_fmt(&lua, "{\"%s\",\"%s\"},", pairs[i].a, pairs[i].b);
        }
        buf_fmt(&lua, "}) do local x,y=rpm.ver(p[1]),rpm.ver(p[2]); "
                      "print(x<y and \"<\" or x==y and \"=\" or \">\") end}");
        buf_add(&lua, "", 1);
        if (!buf_ok(&lua))
            abort();
        char *argv[] = { name, eval, lua.p, NULL };
        run(argv, &out);
        for (size_t i = from; i < from + 500; i++) {
            char is = ours(rpm, &pairs[i]), want = i - from < out.n ? out.p[i - from] : '!';
            bad += is != want;
            if (is != want)
                printf("# rpm: %s %s: %c, librpm says %c\n", pairs[i].a, pairs[i].b, is, want);
        }
    }
    return bad;
}

int main(void)
{
    static char dpkg[] = "dpkg", rpm[] = "rpm", eval[] = "--eval",
                ver[] = "%{lua: print(rpm.ver(\"1\") < rpm.ver(\"2\"))}";
    static char version[] = "--version";
    AUTO_BUF struct buf out = BUF(1 << 16);
    size_t bad = 0;

    printf("1..2\n");
    if (run((char *[]){ dpkg, version, NULL }, NULL) != 0) {
        printf("ok 1 - deb # SKIP dpkg is not installed\n");
    } else {
        size_t n = against_dpkg();
        printf("%sok 1 - deb: %d pairs as dpkg has them\n", n ? "not " : "", PAIRS_DEB);
        bad += n;
    }
    if (run((char *[]){ rpm, eval, ver, NULL }, &out) != 0 || !str_starts(buf_view(&out), STR("true"))) {
        printf("ok 2 - rpm # SKIP no rpm whose Lua compares versions is installed\n");
    } else {
        size_t n = against_rpm();
        printf("%sok 2 - rpm: %d pairs as librpm has them\n", n ? "not " : "", PAIRS_RPM);
        bad += n;
    }
    return bad != 0;
}
