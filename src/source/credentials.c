#include "source/credentials.h"

#include "core/buf.h"
#include "doc/doc.h"
#include "io/fs.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

enum {
    FILE_MOST = 4 << 20,
    TREE_MOST = 32 << 20,
    HELPER_MOST = 64 << 10,
    HELPER_SECONDS = 60,
    SECRET_MOST = 16 << 10
};

/* Docker keeps its own registry's under a name from its first days. */
static const char docker_key[] = "https://index.docker.io/v1/";

/* "https://example.org/v1/" -> "example.org": how old entries name a host. */
static struct str bare_key(struct str key)
{
    if (str_starts(key, STR("https://")))
        key = str_skip(key, 8);
    else if (str_starts(key, STR("http://")))
        key = str_skip(key, 7);
    if (str_ends(key, STR("/")))
        key.n--;
    if (str_ends(key, STR("/v1")) || str_ends(key, STR("/v2")))
        key.n -= 3;
    return str_eq(key, STR("index.docker.io")) ? STR("docker.io") : key;
}

/* How much of HOST/REPO the key covers: 0 nothing, else its length. */
static size_t covers(struct str key, struct str host, struct str repo)
{
    struct str k = bare_key(key), path = str_skip(k, host.n);

    if (!str_starts(k, host))
        return 0;
    if (!path.n)
        return k.n;
    path = path.p[0] == '/' ? str_skip(path, 1) : (struct str){ 0 };
    bool whole = path.n && str_starts(repo, path) && (repo.n == path.n || repo.p[path.n] == '/');
    return whole ? k.n : 0;
}

static const struct doc *best(const struct doc *object, struct str host, struct str repo)
{
    const struct doc *hit = NULL;
    size_t most = 0;

    if (!object || object->kind != DOC_OBJECT)
        return NULL;
    DOC_EACH (object, d) {
        size_t n = covers(d->key, host, repo);
        if (n > most) {
            most = n;
            hit = d;
        }
    }
    return hit;
}

static int from_entry(const struct doc *entry, struct arena *a, struct credentials *out, struct err *e)
{
    struct str auth = doc_text(doc_get(entry, "auth")), user, password;

    out->refresh = arena_str(a, doc_text(doc_get(entry, "identitytoken")));
    if (!auth.n)
        return 0;
    unsigned char *plain = auth.n <= SECRET_MOST ? arena_alloc(a, auth.n + 4, 1) : NULL;
    int n = plain ? EVP_DecodeBlock(plain, (const unsigned char *)auth.p, (int)auth.n) : -1;
    for (size_t i = auth.n; n > 0 && i && auth.p[i - 1] == '=' && auth.n - i < 2; i--)
        n--; /* OpenSSL counts the padding */
    if (n < 0 || !str_split((struct str){ (char *)plain, (size_t)n }, ':', &user, &password))
        return err_set(e, ERR_FORMAT, "line %u: \"auth\" is not a user and a password in base64",
                       entry->line);
    while (password.n && password.p[password.n - 1] == '\0')
        password.n--; /* docker writes them */
    out->user = user;
    out->password = password;
    return 0;
}

static void helper_child(const char *program, int in, int out)
{
    int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

    if (dup2(in, 0) >= 0 && dup2(out, 1) >= 0 && null >= 0 && dup2(null, 2) >= 0)
        execlp(program, program, "get", (char *)NULL);
    _exit(127);
}

/* All that the helper says, within its time; its exit status in *status. */
static int helper_output(int pid, int fd, struct buf *out, int *status, struct err *e)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };
    ssize_t n = 1;

    while (n > 0) {
        int ready = poll(&p, 1, HELPER_SECONDS * 1000);
        char *room = ready > 0 ? buf_room(out, 4096) : NULL;
        n = room ? read(fd, room, 4096) : -1;
        if (n > 0)
            out->n += (size_t)n;
    }
    if (n < 0)
        kill(pid, SIGKILL);
    while (waitpid(pid, status, 0) < 0 && errno == EINTR)
        ;
    return n < 0 ? err_set(e, ERR_IO, "says too much or takes longer than %d s", HELPER_SECONDS) : 0;
}

/* docker-credential-NAME get: the server's name on its standard input, JSON on its output. */
static int run_helper(const char *program, struct str server, struct buf *out, int *status, struct err *e)
{
    int in[2], back[2];

    if (pipe2(in, O_CLOEXEC) < 0)
        return err_errno(e, "pipe");
    if (pipe2(back, O_CLOEXEC) < 0) {
        close(in[0]);
        close(in[1]);
        return err_errno(e, "pipe");
    }
    int pid = fork();
    if (pid == 0)
        helper_child(program, in[0], back[1]);
    close(in[0]);
    close(back[1]);
    AUTO_CLOSE int from = back[0];
    /* shorter than a pipe holds: never blocks, and the helper may be gone already */
    void (*old)(int) = signal(SIGPIPE, SIG_IGN);
    ssize_t sent = pid > 0 ? write(in[1], server.p, server.n) : -1;
    signal(SIGPIPE, old);
    close(in[1]);
    if (pid < 0)
        return err_errno(e, "fork");
    (void)sent;
    return helper_output(pid, from, out, status, e);
}

static int from_helper(struct str name, struct str server, struct arena *a, struct credentials *out,
                       struct err *e)
{
    AUTO_ARENA struct arena tree = ARENA(TREE_MOST);
    AUTO_BUF struct buf said = BUF(HELPER_MOST);
    struct doc *root;
    char program[128];
    int status = 0;

    for (size_t i = 0; i < name.n; i++)
        if (!isalnum((unsigned char)name.p[i]) && name.p[i] != '-' && name.p[i] != '_' && name.p[i] != '.')
            return err_set(e, ERR_FORMAT, "not the name of a credential helper");
    snprintf(program, sizeof program, "docker-credential-" STR_FMT, STR_ARG(str_first(name, 100)));
    if (run_helper(program, server, &said, &status, e) < 0)
        return err_wrap(e, "%s", program);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return err_set(e, ERR_NOT_FOUND, "%s: not found or cannot be run", program);
    if (status != 0) /* it also says so of servers that it does not know */
        return 0;
    if (doc_json(buf_view(&said), &tree, &root, e) < 0) {
        err_set(e, ERR_FORMAT, "%s: does not answer in JSON", program); /* what it said may be a secret */
        return -1;
    }
    struct str user = arena_str(a, doc_text(doc_get(root, "Username")));
    struct str secret = arena_str(a, doc_text(doc_get(root, "Secret")));
    if (str_eq(user, STR("<token>")))
        out->refresh = secret;
    else
        *out = (struct credentials){ .user = user, .password = secret };
    return 0;
}

static bool known(const struct credentials *c)
{
    return c->user.n || c->refresh.n;
}

static int from_file(const char *path, struct str host, struct str repo, struct arena *a,
                     struct credentials *out, struct err *e)
{
    AUTO_ARENA struct arena tree = ARENA(TREE_MOST);
    AUTO_BUF struct buf text = BUF(FILE_MOST);
    struct str server = str_eq(host, STR("docker.io")) ? str_of(docker_key) : host;
    struct doc *root;

    if (fs_read(AT_FDCWD, path, false, FILE_MOST, &text, e) < 0 ||
        doc_json(buf_view(&text), &tree, &root, e) < 0)
        return -1;
    struct str helper = doc_text(best(doc_get(root, "credHelpers"), host, repo));
    if (helper.n)
        return from_helper(helper, server, a, out, e);
    const struct doc *entry = best(doc_get(root, "auths"), host, repo);
    if (entry && from_entry(entry, a, out, e) < 0)
        return -1;
    helper = doc_text(doc_get(root, "credsStore"));
    return known(out) || !helper.n ? 0 : from_helper(helper, server, a, out, e);
}

/* "$variable/tail", or NULL when the variable is not set. */
static const char *below(const char *variable, const char *tail, struct arena *a)
{
    const char *base = getenv(variable);

    return base && base[0] ? arena_fmt(a, "%s/%s", base, tail).p : NULL;
}

int credentials_find(struct str authfile, struct str host, struct str repo, struct arena *a,
                     struct credentials *out, struct err *e)
{
    const char *named = authfile.n ? arena_cstr(a, authfile) : getenv("REGISTRY_AUTH_FILE");
    const char *docker = below("DOCKER_CONFIG", "config.json", a);
    const char *usual[] = {
        below("XDG_RUNTIME_DIR", "containers/auth.json", a),
        below("HOME", ".config/containers/auth.json", a),
        docker ? docker : below("HOME", ".docker/config.json", a),
    };

    *out = (struct credentials){ 0 };
    if (named && named[0])
        return from_file(named, host, repo, a, out, e) < 0 ? err_wrap(e, "%s", named) : 0;
    for (size_t i = 0; i < ARRAY_LEN(usual) && !known(out); i++) {
        if (!usual[i] || from_file(usual[i], host, repo, a, out, e) == 0)
            continue;
        if (e->code != ERR_NOT_FOUND || access(usual[i], F_OK) == 0)
            return err_wrap(e, "%s", usual[i]);
    }
    e->code = ERR_NONE;
    return 0;
}

const char *credentials_basic(const struct credentials *c, struct arena *a)
{
    struct str plain = arena_fmt(a, STR_FMT ":" STR_FMT, STR_ARG(c->user), STR_ARG(c->password));
    unsigned char *coded = plain.p && plain.n <= SECRET_MOST ? arena_alloc(a, plain.n / 3 * 4 + 8, 1) : NULL;

    if (!c->user.n || !coded)
        return NULL;
    EVP_EncodeBlock(coded, (const unsigned char *)plain.p, (int)plain.n);
    return arena_fmt(a, "Basic %s", (char *)coded).p;
}
