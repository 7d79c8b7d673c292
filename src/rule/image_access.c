/* image_access.c - what may be changed by whom: the files that decide what runs, and who is root. */
#include "rule/access.h"
#include "rule/common.h"
#include "rule/shell.h"

/* The default user when it is known and not root; else everyone, who can always be judged. */
static const struct who *judged_user(const struct image *img, struct who *room)
{
    return who_runs(img, room) && room->uid ? room : &who_everyone;
}

static const char *who_text(const struct image *img, const struct who *w, char *to)
{
    if (w->everyone) {
        snprintf(to, 40, "everyone");
        return to;
    }
    return user_name(img, w->uid, to);
}

static void say_weak(const struct image *img, const struct who *w, node_id id, const char *what,
                     struct proof *p)
{
    char room[ENTRY_PATH_MOST], who[40];
    const struct tree_node *n = tree_node(img->tree, id);
    struct evidence where = at_node(img, id, tree_path(img->tree, id, room));

    proof_add(p, &where, "%s, mode %04o, owner %u:%u: %s may change it", what, n->mode, n->uid, n->gid,
              who_text(img, w, who));
}

/* ---- PATH ---- */

static enum verdict path_directories(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    struct who room;
    const struct who *w = judged_user(img, &room);
    char clean[ENTRY_PATH_MOST], who[40];
    struct str dir;
    enum verdict v;
    size_t n_dir = 0, n;

    if (!has_files(img, p, &v))
        return v;
    for (size_t at = 0; next_path_dir(img, &at, &dir);) {
        if (!dir.n || dir.p[0] != '/' || path_clean(dir, clean, &n) == PATH_TOO_LONG)
            continue;
        struct str path = { clean, n };
        node_id id = tree_find(img->tree, path, true);
        if (!id || tree_node(img->tree, id)->kind != ENTRY_DIR)
            continue;
        n_dir++;
        node_id weak = weak_point(img, w, path);
        if (weak)
            say_weak(img, w, weak, weak == id ? "a directory of PATH" : "on the way to a directory of PATH",
                     p);
        else if (may_write(w, tree_node(img->tree, id)))
            say_weak(img, w, id, "a directory of PATH", p);
    }
    return conclude_files(img, p, "%zu directories of PATH, none writable for %s", n_dir,
                          who_text(img, w, who));
}

/* ---- the entry point ---- */

enum { PROGRAMS_MOST = 8 };

/* Interpreters, whose first word that is no option is what really runs. */
static bool is_interpreter(struct str base)
{
    return str_one_of(base, "sh bash dash ash python python2 python3 node nodejs ruby perl php java deno bun "
                            "tini dumb-init env exec "
                            "gosu su-exec catatonit s6-svscan");
}

struct programs {
    struct str path[PROGRAMS_MOST];
    size_t n;
};

static void add_program(const struct image *img, struct str word, struct arena *a, struct programs *out)
{
    char room[ENTRY_PATH_MOST];
    struct str path;

    if (out->n < PROGRAMS_MOST && word.n && find_program(img, word, room, &path) &&
        (path = arena_str(a, path)).p)
        out->path[out->n++] = path;
}

/* The program that the words start, and the scripts that it is given. */
static void programs_of(const struct image *img, const struct strs *words, struct arena *a,
                        struct programs *out)
{
    struct str dir, base;

    for (size_t i = 0; i < words->n && i < PROGRAMS_MOST; i++) {
        struct str w = words->p[i];
        if (w.n && w.p[0] == '-')
            continue;
        bool path = w.n && str_has_char(w, '/');
        bool script = str_ends(w, STR(".py")) || str_ends(w, STR(".js")) || str_ends(w, STR(".sh")) ||
                      str_ends(w, STR(".rb")) || str_ends(w, STR(".jar")) || str_ends(w, STR(".php"));
        str_rsplit(w, '/', &dir, &base);
        if (i == 0 || path || is_interpreter(base))
            add_program(img, w, a, out);
        else if (script) { /* "node server.js": relative to WORKDIR */
            struct str relative = arena_fmt(a, "./" STR_FMT, STR_ARG(w));
            add_program(img, relative, a, out);
        }
        if (i == 0 && !is_interpreter(base))
            break;
    }
}

static enum verdict entrypoint(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    AUTO_ARENA struct arena a = ARENA(1 << 20);
    struct programs programs = { .n = 0 };
    struct who room;
    char who[40];
    enum verdict v;

    if (!has_config(img, p, &v) || !has_files(img, p, &v))
        return v;
    const struct config *c = img->config;
    if (!c->entrypoint.n && !c->cmd.n)
        return VERDICT_NOT_APPLICABLE;
    const struct who *w = judged_user(img, &room);
    programs_of(img, &c->entrypoint, &a, &programs);
    programs_of(img, &c->cmd, &a, &programs);
    if (!programs.n)
        return cannot_tell(p, AT_CONFIG, "\"%.80s\" was not found in the files of the image",
                           arena_cstr(p->arena, c->entrypoint.n ? c->entrypoint.p[0] : c->cmd.p[0]));
    for (size_t i = 0; i < programs.n; i++) {
        node_id weak = weak_point(img, w, programs.path[i]);
        char what[120];
        snprintf(what, sizeof what, "decides what /%.80s is", arena_cstr(p->arena, programs.path[i]));
        if (weak)
            say_weak(img, w, weak, what, p);
    }
    return conclude_files(img, p, "/%.100s and what lies above it: %s may change nothing",
                          arena_cstr(p->arena, programs.path[0]), who_text(img, w, who));
}

/* ---- accounts and other files that make root ---- */

/* A file, and the service account besides root that it may belong to, because it is as good as root already. */
static const struct {
    const char *path, *keeper;
} account_files[] = {
    { "etc/passwd", NULL },
    { "etc/group", NULL },
    { "etc/shadow", NULL },
    { "etc/gshadow", NULL },
    { "etc/sudoers", NULL },
    { "etc/sudoers.d", NULL },
    { "etc/pam.d", NULL },
    { "etc/security", NULL },
    { "etc/subuid", NULL },
    { "etc/subgid", NULL },
    { "etc/crontab", NULL },
    { "etc/cron.d", NULL },
    { "etc/cron.daily", NULL },
    { "etc/cron.hourly", NULL },
    { "var/spool/cron", NULL },
    { "etc/profile", NULL },
    { "etc/profile.d", NULL },
    { "etc/ld.so.preload", NULL },
    { "etc/ld.so.conf", NULL },
    { "etc/ld.so.conf.d", NULL },
    { "etc/ld.so.cache", NULL },
    { "root/.ssh", NULL },
    { "root/.ssh/authorized_keys", NULL },
    { "root/.bashrc", NULL },
    { "root/.profile", NULL },
    { "etc/init.d", NULL },
    { "etc/systemd/system", NULL },
    { "etc/doas.conf", NULL },
    { "etc/polkit-1/rules.d", "polkitd" },
};

/* For others than root and the keeper: the group 0 counts too, for containers that run with any uid run with
 * gid 0. */
static bool writable_for_others(const struct image *img, const struct tree_node *n, const char *keeper)
{
    char who[40];

    if (n->mode & 022)
        return true;
    return n->uid != 0 && !(keeper && !strcmp(user_name(img, n->uid, who), keeper));
}

static enum verdict account_file(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;
    size_t n_seen = 0;

    if (!has_files(img, p, &v))
        return v;
    for (size_t i = 0; i < ARRAY_LEN(account_files); i++) {
        struct str path = str_of(account_files[i].path);
        node_id id = tree_find(img->tree, path, true);
        if (!id ||
            (tree_node(img->tree, id)->kind != ENTRY_FILE && tree_node(img->tree, id)->kind != ENTRY_DIR))
            continue;
        n_seen++;
        const struct tree_node *n = tree_node(img->tree, id);
        struct evidence where = at_node(img, id, path);
        if (writable_for_others(img, n, account_files[i].keeper))
            proof_add(p, &where, "mode %04o, owner %u:%u", n->mode, n->uid, n->gid);
    }
    return conclude_files(
        img, p, "%zu files and directories that decide who is root, writable for root alone", n_seen);
}

static enum verdict readable_shadow(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    static const char *const files[] = { "etc/shadow", "etc/shadow-", "etc/gshadow", "etc/gshadow-",
                                         "etc/master.passwd" };
    const struct image *img = subject;
    enum verdict v;
    size_t n_seen = 0;

    if (!has_files(img, p, &v))
        return v;
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        struct str path = str_of(files[i]);
        node_id id = tree_find(img->tree, path, true);
        if (!id || tree_node(img->tree, id)->kind != ENTRY_FILE)
            continue;
        n_seen++;
        const struct tree_node *n = tree_node(img->tree, id);
        struct evidence where = at_node(img, id, path);
        if (n->mode & 04)
            proof_add(p, &where, "mode %04o: everyone may read it", n->mode);
    }
    return conclude_files(img, p,
                          n_seen ? "%zu files of password hashes, none readable for everyone"
                                 : "%zu files of password hashes",
                          n_seen);
}

static enum verdict preload_file(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;

    if (!has_files(img, p, &v))
        return v;
    node_id id = tree_find(img->tree, STR("etc/ld.so.preload"), true);
    if (id && tree_node(img->tree, id)->kind == ENTRY_FILE && tree_node(img->tree, id)->size) {
        struct evidence where = at_node(img, id, STR("etc/ld.so.preload"));
        proof_add(p, &where, "names libraries for every program, setuid ones included");
    }
    return conclude_files(img, p, "no /etc/ld.so.preload, or an empty one");
}

static const struct rule table[] = {
    {
        .check = { .id = "image-writable-path-dir",
                   .title = "A directory of PATH is writable",
                   .holds = "Directories of PATH are writable for root alone",
                   .why =
                       "A program put there is run in place of the real one by whoever types its name next, "
                       "root included.",
                   .fix = "Take the right away, or take the directory out of PATH.",
                   .snippet = "RUN chown root:root /app/bin && chmod 0755 /app/bin",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(E2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs =
                       REFS({ CAT_OWASP_DOCKER, "D04" }, { CAT_NIST, "4.1.2" }, { CAT_ATTACK, "T1036.005" },
                            { CAT_CWE, "CWE-427" }, { CAT_CWE, "CWE-732" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = path_directories,
    },
    {
        .check = { .id = "image-writable-entrypoint",
                   .title = "The program that the image starts can be replaced by its user",
                   .holds = "The program that the image starts cannot be replaced by its user",
                   .why =
                       "Who takes over the process once writes himself into the program, and is there again "
                       "after every restart.",
                   .fix = "Let root own the program and everything above it; give the user only its data.",
                   .snippet = "COPY --chown=root:root --chmod=0755 server /app/server",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs =
                       REFS({ CAT_OWASP_DOCKER, "D04" }, { CAT_OWASP_DOCKER, "D09" }, { CAT_NIST, "4.1.2" },
                            { CAT_ATTACK, "T1525" }, { CAT_CWE, "CWE-732" }, { CAT_CWE, "CWE-276" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = entrypoint,
    },
    {
        .check = { .id = "image-writable-account-file",
                   .title = "Files that decide who is root are writable",
                   .holds = "Files that decide who is root are writable for root alone",
                   .why = "One line in them is an account with uid 0, a job of root, or a library in every "
                          "program.",
                   .fix = "Give the file to root and take the right from others.",
                   .snippet = "RUN chown root:root /etc/passwd && chmod 0644 /etc/passwd",
                   .threats = THREAT_BIT(E2) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs =
                       REFS({ CAT_OWASP_DOCKER, "D04" }, { CAT_NIST, "4.1.2" }, { CAT_ATTACK, "T1136.001" },
                            { CAT_ATTACK, "T1098" }, { CAT_CWE, "CWE-732" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = account_file,
    },
    {
        .check = { .id = "image-readable-shadow",
                   .title = "Password hashes are readable for everyone",
                   .holds = "Password hashes are readable for root alone",
                   .why = "Any process reads the hashes and tries passwords elsewhere, out of sight.",
                   .fix = "Take the right away.",
                   .snippet = "RUN chmod 0640 /etc/shadow",
                   .threats = THREAT_BIT(T1) | THREAT_BIT(E2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_OWASP_DOCKER, "D04" }, { CAT_NIST, "4.1.2" },
                                { CAT_ATTACK, "T1552.001" }, { CAT_CWE, "CWE-732" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = readable_shadow,
    },
    {
        .check = { .id = "image-preload-file",
                   .title = "Image preloads a library into every program by /etc/ld.so.preload",
                   .holds = "Image has no /etc/ld.so.preload",
                   .why =
                       "Unlike the variable it works for setuid programs too: the classic home of user-space "
                       "rootkits.",
                   .fix = "Remove the file; set LD_PRELOAD for the one program that needs it.",
                   .snippet = "RUN rm /etc/ld.so.preload",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(E2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_OWASP_DOCKER, "D08" }, { CAT_NIST, "4.1.3" }, { CAT_ATTACK, "T1525" },
                                { CAT_CWE, "CWE-426" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = preload_file,
    },
};
const struct rule_set rules_image_access = { "image_access", table, ARRAY_LEN(table) };
