/* image_style.c - build commands that make a build stop, differ from day to day, or hide that they failed. */
#include "rule/look.h"

static bool has_any(const struct shell_command *c, const char *words)
{
    struct str rest = str_of(words), one;

    while (str_cut(&rest, ' ', &one))
        if (shell_has(c, one))
            return true;
    return false;
}

/* A package manager, the sub-commands that install, and the options that answer its questions. */
struct manager {
    const char *names, *install, *yes;
};
static const struct manager managers[] = {
    { "apt-get apt aptitude", "install upgrade dist-upgrade full-upgrade build-dep",
      "-y --yes --assume-yes -qq --force-yes" },
    { "yum dnf microdnf tdnf", "install update upgrade groupinstall localinstall reinstall",
      "-y --assumeyes --setopt=assumeyes=1" },
    { "zypper", "install in update up patch dist-upgrade dup", "-n --non-interactive -y --no-confirm" },
};

static void asks(struct look *l, const struct shell_command *c)
{
    struct evidence where = at_step(l->step);

    for (size_t i = 0; i < ARRAY_LEN(managers); i++)
        if (str_one_of(c->name, managers[i].names) && has_any(c, managers[i].install) &&
            !has_any(c, managers[i].yes))
            proof_add(l->p, &where, "RUN " STR_FMT " asks whether it may go on", STR_ARG(c->name));
}

static void changes_folder(struct look *l, const struct shell_command *c)
{
    struct evidence where = at_step(l->step);

    if (!l->number && str_eq(c->name, STR("cd")) && c->n > 1 && str_starts(c->word[1], STR("/")))
        proof_add(l->p, &where, "RUN cd %.80s", arena_cstr(l->words, c->word[1]));
}

enum { SAW_CURL = 1, SAW_WGET = 2 };

static void two_fetchers(struct look *l, const struct shell_command *c)
{
    struct evidence where = at_step(l->step);
    unsigned is = str_eq(c->name, STR("curl")) ? SAW_CURL : str_eq(c->name, STR("wget")) ? SAW_WGET : 0;

    if (is && (l->seen | is) == (SAW_CURL | SAW_WGET) && l->seen != (SAW_CURL | SAW_WGET))
        proof_add(l->p, &where, "RUN " STR_FMT ", and before it the other one", STR_ARG(c->name));
    l->seen |= is;
}

static void pipe_fails_unseen(struct look *l, const struct shell_command *c)
{
    struct evidence where = at_step(l->step);

    if (c->then == SHELL_PIPE && !c->level && !l->pipefail &&
        !str_one_of(c->name, "echo printf yes cat true :"))
        proof_add(l->p, &where, "RUN " STR_FMT " | ...", STR_ARG(c->name));
}

static void apt_for_people(struct look *l, const struct shell_command *c)
{
    struct evidence where = at_step(l->step);

    if (str_eq(c->name, STR("apt")))
        proof_add(l->p, &where, "RUN apt %.40s", c->n > 1 ? arena_cstr(l->words, c->word[1]) : "");
}

/* Does the name of a package say its version? */
static bool is_pinned(struct str word, const char *marks)
{
    for (size_t i = 1; i < word.n; i++)
        if (strchr(marks, word.p[i] ? word.p[i] : 'x') ||
            (word.p[i - 1] == '-' && marks[0] == '-' && word.p[i] >= '0' && word.p[i] <= '9'))
            return true;
    return false;
}

static void unpinned_system(struct look *l, const struct shell_command *c)
{
    static const struct {
        const char *names, *install, *takes, *marks;
    } tools[] = {
        { "apt-get apt aptitude", "install", "-t -o -c --target-release --option", "=" },
        { "apk", "add", "-t --virtual -X --repository -p --root --repositories-file", "=~<>" },
        { "yum dnf microdnf tdnf", "install localinstall", "-c --config --setopt --enablerepo --releasever",
          "-" },
        { "zypper", "install in", "-r --repo -t --type", "=<>" },
    };
    struct evidence where = at_step(l->step);

    for (size_t k = 0; k < ARRAY_LEN(tools); k++) {
        bool installs = false;
        if (!str_one_of(c->name, tools[k].names))
            continue;
        for (size_t i = 1; i < c->n; i++) {
            struct str w = c->word[i];
            if (w.n && w.p[0] == '-') {
                i += str_one_of(w, tools[k].takes);
                continue;
            }
            if (!installs) {
                installs = str_one_of(w, tools[k].install);
                continue;
            }
            if (!w.n || strchr("<>.$/@", w.p[0]) || str_has(w, STR("/")) || is_pinned(w, tools[k].marks))
                continue;
            proof_add(l->p, &where, "RUN " STR_FMT " installs %.60s", STR_ARG(c->name),
                      arena_cstr(l->words, w));
            break; /* one a command is enough */
        }
    }
}

static void other_shell(struct look *l, const struct shell_command *c)
{
    struct evidence where = at_step(l->step);

    if (str_eq(c->name, STR("chsh")) ||
        (str_one_of(c->name, "ln mv cp") && c->n > 2 &&
         (str_eq(c->word[c->n - 1], STR("/bin/sh")) || str_eq(c->word[c->n - 1], STR("/usr/bin/sh")))))
        proof_add(l->p, &where, "RUN " STR_FMT " changes the shell of all steps that follow",
                  STR_ARG(c->name));
}

static void idle_tool(struct look *l, const struct shell_command *c)
{
    struct evidence where = at_step(l->step);

    if (str_one_of(c->name, "ssh vim vi nano emacs ifconfig service systemctl shutdown reboot free top htop "
                            "kill killall mount umount ps"))
        proof_add(l->p, &where, "RUN " STR_FMT, STR_ARG(c->name));
}

static const struct looker look_asks = { asks, "none asks a question" };
static const struct looker look_cd = { changes_folder, "none begins with cd" };
static const struct looker look_fetchers = { two_fetchers, "one program fetches everything" };
static const struct looker look_pipe = { pipe_fails_unseen, "every pipeline fails when a part of it does" };
static const struct looker look_apt = { apt_for_people, "none uses apt" };
static const struct looker look_system = { unpinned_system, "system packages are installed by version" };
static const struct looker look_shell = { other_shell, "none changes the shell" };
static const struct looker look_idle = { idle_tool, "none calls what only a whole machine needs" };

#define LOOK_RULE(id_, title_, holds_, why_, fix_, snippet_, threats_, look_, ...) \
    {                                                                              \
        .check = { .id = id_,                                                      \
                   .title = title_,                                                \
                   .holds = holds_,                                                \
                   .why = why_,                                                    \
                   .fix = fix_,                                                    \
                   .snippet = snippet_,                                            \
                   .threats = threats_,                                            \
                   .layer = LAYER_IMAGE,                                           \
                   .severity = SEVERITY_INFO,                                      \
                   .refs = REFS(__VA_ARGS__) },                                    \
        .on = ON_IMAGE, .unknowable = true, .judge = judge_looks, .with = &look_   \
    }

static const struct rule table[] = {
    LOOK_RULE("image-build-asks", "Build step asks a question", "Build steps ask nothing",
              "Nobody is there to answer: the build stops, or goes on with what was not meant.",
              "Give the option that says yes.", "RUN apt-get install -y --no-install-recommends NAME=VERSION",
              THREAT_BIT(T2), look_asks, { CAT_OWASP_DOCKER, "D04" }, { CAT_CWE, "CWE-1188" }),
    LOOK_RULE("image-cd-in-build", "Build step changes its folder by cd",
              "Build steps set their folder by WORKDIR",
              "It holds for that step only: a reader takes the next one to run there, too.", "Write WORKDIR.",
              "WORKDIR /app", THREAT_BIT(T2), look_cd, { CAT_OWASP_DOCKER, "D04" }, { CAT_CWE, "CWE-1078" }),
    LOOK_RULE("image-two-fetchers", "Build fetches by curl and by wget", "Build fetches by one program",
              "Each stays in the image: a tool more for whoever gets in.", "Use one of them for all.",
              "RUN curl -fsSLO https://example.org/app.tar.gz", THREAT_BIT(T2), look_fetchers,
              { CAT_CIS_DOCKER, "4.3" }, { CAT_OWASP_DOCKER, "D04" }, { CAT_CWE, "CWE-1104" }),
    LOOK_RULE("image-pipe-unseen", "Failure in a pipeline of the build is not seen",
              "Pipelines of the build fail when a part of them does",
              "A download or a check that failed goes into the image all the same.",
              "Set pipefail for the shell.", "SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]",
              THREAT_BIT(T2) | THREAT_BIT(S2), look_pipe, { CAT_OWASP_DOCKER, "D04" },
              { CAT_CWE, "CWE-391" }),
    LOOK_RULE("image-apt-for-people", "Build uses apt, which is for people", "Build uses apt-get",
              "Its behaviour changes from version to version: a build may do something else tomorrow.",
              "Write apt-get.",
              "RUN apt-get update && apt-get install -y --no-install-recommends NAME=VERSION", THREAT_BIT(T2),
              look_apt, { CAT_OWASP_DOCKER, "D04" }, { CAT_CWE, "CWE-1188" }),
    LOOK_RULE("image-unpinned-system-packages", "Build installs system packages without a version",
              "System packages are installed by version",
              "What the image holds depends on the day it was built: two builds of one commit differ.",
              "Give the version, or pin a snapshot of the repository.",
              "RUN apt-get install -y --no-install-recommends NAME=VERSION", THREAT_BIT(T2) | THREAT_BIT(S2),
              look_system, { CAT_CIS_DOCKER, "4.2" }, { CAT_OWASP_DOCKER, "D02" }, { CAT_CWE, "CWE-1357" }),
    LOOK_RULE("image-shell-changed", "Build puts another program in the place of the shell",
              "Build leaves the shell in its place",
              "Every step that follows, and every script of the image, runs by it.", "Write SHELL.",
              "SHELL [\"/bin/bash\", \"-c\"]", THREAT_BIT(T2), look_shell, { CAT_OWASP_DOCKER, "D04" },
              { CAT_CWE, "CWE-1188" }),
    LOOK_RULE("image-idle-command", "Build calls what makes no sense in a container",
              "Build calls nothing that only a whole machine needs",
              "It does nothing, or something else than it says; the program stays in the image.",
              "Remove the step and the program.", NULL, THREAT_BIT(T2), look_idle, { CAT_CIS_DOCKER, "4.3" },
              { CAT_OWASP_DOCKER, "D04" }, { CAT_CWE, "CWE-561" }),
};
const struct rule_set rules_image_style = { "image_style", table, ARRAY_LEN(table) };
