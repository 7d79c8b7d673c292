#include "source/render.h"

#include "core/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

enum { SECONDS_MOST = 60, PIECE = 64 << 10 };

static const struct {
    const char *name;
    const char *const *argv;
    const char *command;
} tools[] = {
    [RENDER_NOTHING] = { "", NULL, "" },
    [RENDER_CHART] = { "chart", (const char *const[]){ "helm", "template", "release", ".", NULL },
                       "helm template ." },
    [RENDER_KUSTOMIZATION] = { "kustomization", (const char *const[]){ "kustomize", "build", ".", NULL },
                               "kustomize build ." },
};

enum rendered render_kind(struct str name)
{
    if (str_eq(name, STR("Chart.yaml")))
        return RENDER_CHART;
    return str_one_of(name, "kustomization.yaml kustomization.yml Kustomization") ? RENDER_KUSTOMIZATION
                                                                                  : RENDER_NOTHING;
}

const char *render_name(enum rendered kind)
{
    return tools[kind].name;
}

enum rendered render_named(struct str name)
{
    for (enum rendered kind = RENDER_CHART; kind < ARRAY_LEN(tools); kind++)
        if (str_eq(name, str_of(tools[kind].name)))
            return kind;
    return RENDER_NOTHING;
}

const char *render_command(enum rendered kind)
{
    return tools[kind].command;
}

/* Start it in the directory, its output into the pipe. Errors that nobody reads go nowhere. */
static int start(enum rendered kind, int dir, int out, pid_t *pid, struct err *e)
{
    posix_spawn_file_actions_t act;
    char *const *argv = (char *const *)(uintptr_t)tools[kind].argv;

    if (posix_spawn_file_actions_init(&act) != 0)
        return err_set(e, ERR_LIMIT, "out of memory");
    int why = posix_spawn_file_actions_addfchdir_np(&act, dir);
    if (!why)
        why = posix_spawn_file_actions_addopen(&act, 0, "/dev/null", O_RDONLY, 0);
    if (!why)
        why = posix_spawn_file_actions_adddup2(&act, out, 1);
    if (!why)
        why = posix_spawn_file_actions_addopen(&act, 2, "/dev/null", O_WRONLY, 0);
    if (!why)
        why = posix_spawnp(pid, argv[0], &act, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&act);
    return why ? err_set(e, ERR_NOT_FOUND, "`%s`: %s", tools[kind].command, strerror(why)) : 0;
}

/* Read until it ends, it is too much, or the time is over. */
static int drain(int fd, struct buf *to, struct err *e)
{
    time_t end = time(NULL) + SECONDS_MOST;

    for (;;) {
        struct pollfd p = { .fd = fd, .events = POLLIN };
        time_t left = end - time(NULL);
        if (left <= 0 || poll(&p, 1, (int)left * 1000) == 0)
            return err_set(e, ERR_LIMIT, "took more than %d seconds", SECONDS_MOST);
        char *room = buf_room(to, PIECE);
        if (!room)
            return err_set(e, ERR_LIMIT, "prints too much");
        ssize_t n = read(fd, room, PIECE);
        if (n == 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return err_errno(e, "cannot be read");
        to->n += n > 0 ? (size_t)n : 0;
    }
}

int render(struct source_env *env, enum rendered kind, int fd, struct str *out, struct err *e)
{
    AUTO_BUF struct buf text = BUF(env->opt->document_bytes);
    int fds[2], status = 0;
    pid_t pid;

    *out = STR("");
    if (pipe2(fds, O_CLOEXEC) < 0)
        return err_errno(e, "pipe");
    AUTO_CLOSE int from = fds[0];
    int r = start(kind, fd, fds[1], &pid, e);
    close(fds[1]);
    if (r < 0)
        return -1;
    r = drain(from, &text, e);
    if (r < 0)
        kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (r < 0)
        return err_wrap(e, "`%s`", tools[kind].command);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return err_set(e, ERR_FORMAT, "`%s` failed: run it to see why", tools[kind].command);
    *out = arena_str(env->arena, buf_view(&text));
    return out->p ? 0 : err_set(e, ERR_LIMIT, "the documents together are too large");
}
