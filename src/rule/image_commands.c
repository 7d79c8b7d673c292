/* image_commands.c - build commands that need a closer look than a row of words: what flows through a pipe,
 * what is fetched from where, what is named without a version. */
#include "rule/look.h"

/* Does the command run what it reads? A shell without a script of its own, or an interpreter without one. */
static bool runs_input(const struct shell_command *c)
{
    if (str_one_of(c->name, "sh bash ash dash zsh ksh"))
        return !shell_has(c, STR("-c")) && (c->n == 1 || c->word[1].p[0] == '-' || c->word[1].p[0] == '/');
    if (str_one_of(c->name, "python python2 python3 perl ruby node php"))
        return c->n == 1 || str_eq(c->word[1], STR("-"));
    return str_one_of(c->name, "source .") && c->n > 1 && str_eq(c->word[1], STR("/dev/stdin"));
}

/* sh -c "$(curl ...)", eval "`wget ...`", bash <(curl ...) */
static bool runs_fetched(const struct shell_command *c)
{
    static const char *const starts[] = { "$(curl", "$(wget", "`curl", "`wget", "<(curl", "<(wget" };

    if (!str_one_of(c->name, "sh bash ash dash zsh ksh eval source ."))
        return false;
    for (size_t i = 1; i < c->n; i++)
        for (size_t k = 0; k < ARRAY_LEN(starts); k++)
            if (str_has(c->word[i], str_of(starts[k])))
                return true;
    return false;
}

static void pipe_to_shell(struct look *l, const struct shell_command *c)
{
    struct evidence where = at_step(l->step);

    if (!c->piped)
        l->fetched = (struct str){ 0 };
    if (str_one_of(c->name, "curl wget wget2 fetch aria2c http https")) {
        l->fetched = shell_url(c, l->words);
        if (!l->fetched.n)
            l->fetched = STR("a download");
    } else if (c->piped && l->fetched.n && runs_input(c)) {
        proof_add(l->p, &where, "RUN " STR_FMT " is run by " STR_FMT, STR_ARG(l->fetched), STR_ARG(c->name));
        l->fetched = (struct str){ 0 };
    } else if (runs_fetched(c)) {
        proof_add(l->p, &where, "RUN a download is run by " STR_FMT, STR_ARG(c->name));
    }
}

static void obscured(struct look *l, const struct shell_command *c)
{
    struct evidence where = at_step(l->step);

    if (!c->piped)
        l->decoded = false;
    if ((str_one_of(c->name, "base64 base32") &&
         (shell_has(c, STR("-d")) || shell_has(c, STR("--decode")) || shell_has(c, STR("-D")))) ||
        (str_one_of(c->name, "xxd") && shell_has(c, STR("-r"))) ||
        (str_one_of(c->name, "openssl") && shell_has(c, STR("-d"))))
        l->decoded = true;
    else if (c->piped && l->decoded && runs_input(c))
        proof_add(l->p, &where, "RUN " STR_FMT " runs what was decoded before it", STR_ARG(c->name));
    for (size_t i = 1; i < c->n; i++)
        if ((str_one_of(c->name, "sh bash ash dash eval") &&
             (str_has(c->word[i], STR("base64 -d")) || str_has(c->word[i], STR("base64 --decode"))) &&
             (str_starts(c->word[i], STR("$(")) || str_starts(c->word[i], STR("`")))) ||
            (str_one_of(c->name, "python python2 python3") && str_has(c->word[i], STR("exec(")) &&
             str_has(c->word[i], STR("b64decode"))))
            proof_add(l->p, &where, "RUN " STR_FMT " runs code that is decoded first", STR_ARG(c->name));
}

static void sudo_used(struct look *l, const struct shell_command *c)
{
    struct evidence where = at_step(l->step);

    if (c->sudo)
        proof_add(l->p, &where, "RUN sudo " STR_FMT " ...", STR_ARG(c->name));
}

static void plain_http(struct look *l, const struct shell_command *c)
{
    static const char tools[] = "curl wget wget2 aria2c git pip pip2 pip3 npm yarn gem svn rpm yum dnf apk";
    struct evidence where = at_step(l->step);

    if (!str_one_of(c->name, tools))
        return;
    for (size_t i = 1; i < c->n; i++) {
        ptrdiff_t at = str_find(c->word[i], STR("http://"));
        if (at < 0)
            at = str_find(c->word[i], STR("ftp://"));
        struct str url = at < 0 ? STR_NONE : str_skip(c->word[i], (size_t)at);
        if (!url.n || str_has(url, STR("://localhost")) || str_has(url, STR("://127.")))
            continue;
        proof_add(l->p, &where, "RUN " STR_FMT " " STR_FMT, STR_ARG(c->name),
                  STR_ARG(url_bare(url, l->words)));
        return;
    }
}

static void extra_index(struct look *l, const struct shell_command *c)
{
    struct evidence where = at_step(l->step);

    if (str_one_of(c->name, "pip pip2 pip3 python python3 uv") &&
        (shell_has(c, STR("--extra-index-url*")) || shell_has(c, STR("--index-strategy=unsafe*"))))
        proof_add(l->p, &where, "RUN " STR_FMT " --extra-index-url", STR_ARG(c->name));
}

/* Arguments of an install command that are packages: no options, paths or files of requirements. */
static void unpinned(struct look *l, const struct shell_command *c)
{
    static const struct {
        const char *names, *sub, *takes, *pins;
    } tools[] = {
        { "pip pip2 pip3", "install",
          "-r -c -e -i -f -t --index-url --extra-index-url --requirement --target --prefix "
          "--trusted-host --constraint --find-links --cache-dir",
          "=<>~@/" },
        { "npm pnpm", "install i add", "--prefix --registry --cache --loglevel", "@/" },
        { "yarn", "add", "--registry", "@/" },
        { "gem", "install", "-v --version --source -i -n", ":" },
        { "go", "install", "", "@" },
    };
    struct evidence where = at_step(l->step);

    for (size_t k = 0; k < ARRAY_LEN(tools); k++) {
        if (!str_one_of(c->name, tools[k].names) || c->n < 3 || !str_one_of(c->word[1], tools[k].sub))
            continue;
        if (str_eq(c->name, STR("gem")) &&
            (shell_has(c, STR("-v")) || shell_has(c, STR("--version")) || shell_has(c, STR("--version=*"))))
            return;
        for (size_t i = 2; i < c->n; i++) {
            struct str w = c->word[i];
            bool option = w.n && w.p[0] == '-';
            if (option && str_one_of(w, tools[k].takes))
                i++;
            if (option || !w.n || strchr("<>.$/", w.p[0]))
                continue;
            bool pinned = false;
            for (size_t b = 1; b < w.n; b++) /* from 1: "@scope/name" is a name */
                pinned |= strchr(tools[k].pins, w.p[b]) && !(w.p[0] == '@' && w.p[b] == '/');
            if (!pinned || str_ends(w, STR("@latest")))
                proof_add(l->p, &where, "RUN " STR_FMT " " STR_FMT " %.60s", STR_ARG(c->name),
                          STR_ARG(c->word[1]), arena_cstr(l->words, w));
        }
    }
}

static void no_recommends(struct look *l, const struct shell_command *c)
{
    struct evidence where = at_step(l->step);

    if (str_one_of(c->name, "apt-get apt") && shell_has(c, STR("install")) &&
        !shell_has(c, STR("--no-install-recommends")) && !shell_has(c, STR("APT::Install-Recommends=*")) &&
        !shell_has(c, STR("--download-only")))
        proof_add(l->p, &where, "RUN " STR_FMT " install without --no-install-recommends", STR_ARG(c->name));
}

/* Reverse shells as they are written everywhere. */
static void call_home(struct look *l, const struct shell_command *c)
{
    struct evidence where = l->step ? at_step(l->step) : at_instruction(l->img, l->instruction, STR_NONE);
    const char *by = l->step ? "RUN" : l->instruction;
    bool shell = str_one_of(c->name, "sh bash ash dash zsh");

    for (size_t i = 0; i < c->n; i++)
        if (str_has(c->word[i], STR("/dev/tcp/")) && (shell || str_one_of(c->name, "exec cat")))
            proof_add(l->p, &where, "%s " STR_FMT " talks to /dev/tcp/...", by, STR_ARG(c->name));
    if (str_one_of(c->name, "nc ncat netcat") &&
        (shell_has(c, STR("-e")) || shell_has(c, STR("--exec")) || shell_has(c, STR("--sh-exec"))))
        proof_add(l->p, &where, "%s " STR_FMT " hands a program to the network", by, STR_ARG(c->name));
    if (str_eq(c->name, STR("socat")))
        for (size_t i = 1; i < c->n; i++)
            if (str_starts(c->word[i], STR("EXEC:")) || str_starts(c->word[i], STR("exec:")))
                proof_add(l->p, &where, "%s socat hands a program to the network", by);
}

static const struct looker look_pipe = { pipe_to_shell, "none runs a download unseen" };
static const struct looker look_obscured = { obscured, "none runs decoded code" };
static const struct looker look_sudo = { sudo_used, "none uses sudo" };
static const struct looker look_http = { plain_http, "none fetches without TLS" };
static const struct looker look_index = { extra_index, "none mixes package indexes" };
static const struct looker look_unpinned = { unpinned, "language packages are installed by version" };
static const struct looker look_recommends = { no_recommends, "none installs recommended packages" };

/* Build steps are looked at by the commands they run; what the container starts with, too. false: not whole.
 */
static bool look_at_words(const struct image *img, const struct strs *words, const char *instruction,
                          struct proof *p)
{
    AUTO_ARENA struct arena a = ARENA(LOOK_BYTES);
    bool whole = true;

    for (size_t i = 0; i < words->n; i++) {
        struct look l = { .img = img, .instruction = instruction, .p = p, .words = &a };
        struct shell sh;
        struct shell_command c;
        if (str_has_char(words->p[i], ' ')) {
            for (shell_open(&sh, &a, words->p[i]); shell_next(&sh, &c);)
                call_home(&l, &c);
            whole &= !sh.cut;
        } else if (str_one_of(words->p[i], "-e -ne -nve") && i && str_eq(words->p[0], STR("nc")))
            proof_add(p, AT_IN(img, instruction, STR_NONE), "%s nc hands a program to the network",
                      instruction);
    }
    return whole;
}

static enum verdict reverse_shell(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;

    if (!has_config(img, p, &v))
        return v;
    bool whole = each_command(img, p, call_home);
    whole &= look_at_words(img, &img->config->entrypoint, "ENTRYPOINT", p);
    whole &= look_at_words(img, &img->config->cmd, "CMD", p);
    whole &= look_at_words(img, &img->config->healthcheck, "HEALTHCHECK", p);
    if (!p->found && !whole)
        return conclude_history(img, p, true, "");
    if (!p->found && !step_count(img))
        return cannot_tell(p, &(struct evidence){ .path = STR("history") },
                           "the command is harmless, but without history the build cannot be seen");
    return conclude(p, AT_IN(img, "CMD", STR_NONE),
                    "neither the build nor the command hands a shell to the network");
}

static const struct rule table[] = {
    {
        .check = { .id = "image-curl-pipe-shell",
                   .title = "Build runs a download without looking at it",
                   .holds = "Build runs no download unseen",
                   .why = "Whoever controls the server, its domain or the path to it runs code in the build, "
                          "and "
                          "a server can tell a pipe from a reader.",
                   .fix = "Download to a file, compare its SHA-256 with one you keep, then run it.",
                   .snippet = "ADD --checksum=sha256:... https://example.org/install.sh /tmp/install.sh",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs =
                       REFS({ CAT_CIS_DOCKER, "4.11" }, { CAT_OWASP_DOCKER, "D08" }, { CAT_NIST, "4.1.5" },
                            { CAT_ATTACK, "T1525" }, { CAT_ATTACK, "T1204.003" }, { CAT_CWE, "CWE-494" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = judge_looks,
        .with = &look_pipe,
    },
    {
        .check = { .id = "image-obscured-command",
                   .title = "Build decodes code and runs it",
                   .holds = "Build runs no decoded code",
                   .why = "Encoding hides what a step does from those who read the Dockerfile and from "
                          "scanners: "
                          "malicious images are built this way.",
                   .fix = "Find out what the code does; write it in clear or refuse the image.",
                   .threats = THREAT_BIT(S2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_NIST, "4.1.3" }, { CAT_ATTACK, "T1525" }, { CAT_ATTACK, "T1036" },
                                { CAT_MS_MATRIX, "MS-TA9012" }, { CAT_CWE, "CWE-506" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = judge_looks,
        .with = &look_obscured,
    },
    {
        .check = { .id = "image-sudo-in-build",
                   .title = "Build uses sudo",
                   .holds = "Build does without sudo",
                   .why = "RUN is root already unless USER says otherwise: the program stays in the image as "
                          "one "
                          "more setuid way to root.",
                   .fix = "Drop sudo; switch with USER where another user is needed.",
                   .snippet = "USER root\nRUN apt-get update\nUSER 10001",
                   .threats = THREAT_BIT(E2) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs =
                       REFS({ CAT_OWASP_DOCKER, "D01" }, { CAT_CIS_DOCKER, "4.8" }, { CAT_CWE, "CWE-250" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = judge_looks,
        .with = &look_sudo,
    },
    {
        .check = { .id = "image-plain-http",
                   .title = "Build fetches without TLS",
                   .holds = "Build fetches with TLS only",
                   .why = "Anyone on the network path of the build reads and changes what is fetched.",
                   .fix = "Fetch over https, and compare checksums.",
                   .threats = THREAT_BIT(S1) | THREAT_BIT(S2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs =
                       REFS({ CAT_CIS_DOCKER, "4.11" }, { CAT_OWASP_DOCKER, "D08" }, { CAT_NIST, "4.1.5" },
                            { CAT_ATTACK, "T1525" }, { CAT_CWE, "CWE-319" }, { CAT_CWE, "CWE-494" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = judge_looks,
        .with = &look_http,
    },
    {
        .check = { .id = "image-extra-index",
                   .title = "Build mixes a private package index with the public one",
                   .holds = "Build uses one package index",
                   .why = "pip takes the highest version from any of them: whoever publishes the private "
                          "name on "
                          "the public index is installed instead.",
                   .fix = "Use one index that mirrors the public one, or pin every package by hash.",
                   .snippet = "RUN pip install --require-hashes -r requirements.txt",
                   .threats = THREAT_BIT(S2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs =
                       REFS({ CAT_OWASP_DOCKER, "D08" }, { CAT_ATTACK, "T1525" }, { CAT_CWE, "CWE-427" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = judge_looks,
        .with = &look_index,
    },
    {
        .check = { .id = "image-unpinned-packages",
                   .title = "Build installs language packages without a version",
                   .holds = "Build installs language packages by version",
                   .why = "The image holds whatever was newest on the day of the build, a malicious release "
                          "included.",
                   .fix = "Install from a lock file, or name the version.",
                   .snippet = "RUN npm ci",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.11" }, { CAT_OWASP_DOCKER, "D08" },
                                { CAT_CWE, "CWE-1357" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = judge_looks,
        .with = &look_unpinned,
    },
    {
        .check = { .id = "image-recommended-packages",
                   .title = "Build installs recommended packages too",
                   .holds = "Build installs only what it names",
                   .why =
                       "Each package that nothing needs is one more thing to patch, and a tool for whoever "
                       "gets in.",
                   .fix = "Add --no-install-recommends.",
                   .snippet = "RUN apt-get install --no-install-recommends -y NAME",
                   .threats = THREAT_BIT(T2) | THREAT_BIT(S2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.3" }, { CAT_OWASP_DOCKER, "D04" }, { CAT_NIST, "4.1.2" },
                                { CAT_CWE, "CWE-1104" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = judge_looks,
        .with = &look_recommends,
    },
    {
        .check = { .id = "image-reverse-shell",
                   .title = "Image hands a shell to the network",
                   .holds = "Image hands no shell to the network",
                   .why = "The commands open a way in for someone outside: this is what a planted image "
                          "looks like.",
                   .fix = "Refuse the image and look where it came from.",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(E2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_CRITICAL,
                   .refs = REFS({ CAT_NIST, "4.1.3" }, { CAT_ATTACK, "T1525" }, { CAT_ATTACK, "T1204.003" },
                                { CAT_MS_MATRIX, "MS-TA9012" }, { CAT_CWE, "CWE-506" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = reverse_shell,
    },
};
const struct rule_set rules_image_commands = { "image_commands", table, ARRAY_LEN(table) };
