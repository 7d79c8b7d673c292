/* image_build.c - the instructions that built the image, and what a step as a whole does or leaves undone. */
#include "rule/common.h"
#include "rule/secret_name.h"
#include "rule/shell.h"

enum { HISTORY_BYTES = 64 << 20 }; /* words of one rule's look at the history */

/* ---- ADD ---- */

static bool is_remote(struct str source)
{
    return str_starts(source, STR("http://")) || str_starts(source, STR("https://")) ||
           str_starts(source, STR("git@")) || str_starts(source, STR("git://")) ||
           str_starts(source, STR("ftp://"));
}

static enum verdict add_remote(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;
    struct step s;

    if (!has_history(img, p, &v))
        return v;
    for (size_t at = 0; step_next(img, &at, &s);) {
        struct str rest = s.body, word;
        bool checked = false;
        if (!str_eq(s.instruction, STR("ADD")))
            continue;
        struct evidence where = at_step(&s);
        while (str_cut(&rest, ' ', &word)) {
            checked |= str_starts(word, STR("--checksum="));
            if (is_remote(word) && !checked) {
                struct str url = url_bare(word, p->arena);
                proof_add(p, &where, "ADD %.200s", url.n ? url.p : "git@...");
            }
        }
    }
    return conclude_history(img, p, false, "none adds something remote without a checksum");
}

static bool is_archive(struct str source)
{
    static const char *const ends[] = { ".tar", ".tar.gz",  ".tgz",     ".tar.xz",
                                        ".txz", ".tar.bz2", ".tar.zst", ".tzst" };

    for (size_t i = 0; i < ARRAY_LEN(ends); i++)
        if (str_ends(source, str_of(ends[i])))
            return true;
    return false;
}

/* What ADD is there for: an archive to unpack, something remote. The classic builder hides the source behind
 * a hash; a root file system unpacked at "/" is how every base image begins. */
static bool needs_add(struct str body)
{
    struct str rest = body, word, last = { 0 };

    while (str_cut(&rest, ' ', &word)) {
        if (is_remote(word) || is_archive(word))
            return true;
        if (word.n)
            last = word;
    }
    return str_eq(last, STR("/"));
}

static enum verdict add_for_copy(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;
    struct step s;
    char room[121];

    if (!has_history(img, p, &v))
        return v;
    for (size_t at = 0; step_next(img, &at, &s);) {
        if (!str_eq(s.instruction, STR("ADD")) || needs_add(s.body))
            continue;
        struct evidence where = at_step(&s);
        proof_add(p, &where, "ADD %s", shown(s.body, room, 120));
    }
    return conclude_history(img, p, false, "ADD only where COPY would not do");
}

/* ---- package managers ---- */

/* What one RUN does with a package manager. */
struct manager {
    const char *title;
    const char *names;         /* of the program */
    const char *update;        /* sub-commands that fetch lists */
    const char *install;       /* sub-commands that install */
    const char *clean_command; /* "yum clean", and what is then cleaned: any sub-command "clean" */
    const char *kept;          /* what stays, as a path that rm has to name; NULL: only by clean */
    const char *option;        /* an option that keeps nothing; NULL: none */
};
static const struct manager managers[] = {
    { "apt", "apt-get apt aptitude", "update", "install build-dep", NULL, "/var/lib/apt/lists", NULL },
    { "apk", "apk", "update", "add", "cache", "/var/cache/apk", "--no-cache" },
    { "yum", "yum", "makecache", "install localinstall groupinstall", "clean", "/var/cache/yum", NULL },
    { "dnf", "dnf tdnf", "makecache", "install groupinstall", "clean", "/var/cache/dnf", NULL },
    { "microdnf", "microdnf", "makecache", "install", "clean", "/var/cache/yum", NULL },
    { "zypper", "zypper", "refresh ref", "install in", "clean", "/var/cache/zypp", NULL },
    { "pip", "pip pip2 pip3", "", "install", "cache", "/root/.cache", "--no-cache-dir" },
};
enum { MANAGERS = ARRAY_LEN(managers) };

struct managed {
    bool update[MANAGERS], install[MANAGERS], clean[MANAGERS];
    bool removes[MANAGERS]; /* rm names what is kept, or it lies on a mount of the build's own */
};

/* Does a cache or a temporary file system of the build lie there? RUN --mount=type=cache,target=/root/.cache */
static bool is_mounted(struct str options, struct str kept)
{
    struct str word, target, rest;

    while (str_cut(&options, ' ', &word)) {
        ptrdiff_t at = str_find(word, STR("target="));
        if (!str_has(word, STR("type=cache")) && !str_has(word, STR("type=tmpfs")))
            continue;
        if (at < 0)
            at = str_find(word, STR("dst="));
        if (at < 0)
            continue;
        str_split(str_skip(word, (size_t)at), '=', &rest, &target);
        str_split(target, ',', &target, &rest);
        if (target.n && (str_starts(target, kept) || str_starts(kept, target)))
            return true;
    }
    return false;
}

static bool has_any(const struct shell_command *c, const char *words)
{
    for (size_t i = 1; i < c->n; i++)
        if (str_one_of(c->word[i], words))
            return true;
    return false;
}

static void see_command(struct managed *m, const struct shell_command *c)
{
    for (size_t i = 0; i < MANAGERS; i++) {
        const struct manager *g = &managers[i];
        bool rm = str_one_of(c->name, "rm find") && g->kept;
        for (size_t k = 1; rm && k < c->n; k++)
            m->removes[i] |= str_has(c->word[k], str_of(g->kept)) ||
                             str_eq(c->word[k], STR("/var/cache/*")) || str_eq(c->word[k], STR("/var/cache"));
        if (!str_one_of(c->name, g->names))
            continue;
        m->update[i] |= has_any(c, g->update);
        m->clean[i] |= g->clean_command && has_any(c, g->clean_command);
        if (!has_any(c, g->install))
            continue;
        m->install[i] = true;
        if (g->option && shell_has(c, str_of(g->option)))
            m->clean[i] = true;
        if (!strcmp(g->names, "apk") && shell_has(c, STR("-U")))
            m->update[i] = true;
    }
}

/* false: not everything could be looked at. */
static bool see_step(const struct step *s, struct arena *words, struct managed *m)
{
    struct shell sh;
    struct shell_command c;

    *m = (struct managed){ 0 };
    for (size_t i = 0; i < MANAGERS; i++)
        m->removes[i] = managers[i].kept && is_mounted(s->options, str_of(managers[i].kept));
    for (shell_open(&sh, words, s->body); shell_next(&sh, &c);)
        see_command(m, &c);
    return !sh.cut;
}

static enum verdict update_alone(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    AUTO_ARENA struct arena words = ARENA(HISTORY_BYTES);
    struct managed m;
    bool cut = false;
    enum verdict v;
    struct step s;

    if (!has_history(img, p, &v))
        return v;
    for (size_t at = 0; step_next(img, &at, &s);) {
        if (!str_eq(s.instruction, STR("RUN")))
            continue;
        cut |= !see_step(&s, &words, &m);
        struct evidence where = at_step(&s);
        for (size_t i = 0; i < MANAGERS; i++)
            if (m.update[i] && !m.install[i] && !m.removes[i])
                proof_add(p, &where, "RUN fetches the lists of %s and installs nothing", managers[i].title);
    }
    return conclude_history(img, p, cut, "none only fetches package lists");
}

static bool env_set(const struct image *img, struct str name)
{
    FACTS_EACH (img->config_facts, env_var, e)
        if (str_eq(e->name, name) && e->value.n && !str_eq(e->value, STR("0")))
            return true;
    return false;
}

static enum verdict no_cleanup(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    AUTO_ARENA struct arena words = ARENA(HISTORY_BYTES);
    struct managed m;
    bool cut = false;
    enum verdict v;
    struct step s;

    if (!has_history(img, p, &v))
        return v;
    bool pip_off = env_set(img, STR("PIP_NO_CACHE_DIR"));
    for (size_t at = 0; step_next(img, &at, &s);) {
        if (!str_eq(s.instruction, STR("RUN")) || s.aside)
            continue;
        cut |= !see_step(&s, &words, &m);
        struct evidence where = at_step(&s);
        for (size_t i = 0; i < MANAGERS; i++)
            if (m.install[i] && !m.clean[i] && !m.removes[i] && !(pip_off && managers[i].names[0] == 'p'))
                proof_add(p, &where, "RUN installs with %s and leaves %s", managers[i].title,
                          managers[i].kept);
    }
    return conclude_history(img, p, cut, "each cleans up after its installation");
}

/* ---- one after the other ---- */

/* CMD twice without a layer between, minutes apart: one Dockerfile, not a base image and what is built on it.
 */
static enum verdict several(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    static const char *const once[] = { "CMD", "ENTRYPOINT", "HEALTHCHECK" };
    const struct image *img = subject;
    struct step s, last[ARRAY_LEN(once)] = { 0 };
    enum verdict v;

    if (!has_history(img, p, &v))
        return v;
    for (size_t at = 0; step_next(img, &at, &s);)
        for (size_t i = 0; i < ARRAY_LEN(once); i++) {
            if (!s.empty && !s.stage)
                last[i] = (struct step){ 0 };
            if (!str_eq(s.instruction, str_of(once[i])))
                continue;
            if (s.stage) {
                struct evidence again = at_step(&s);
                if (last[i].stage == s.stage)
                    proof_add(p, &again, "%s again: line %u counts for nothing", once[i], last[i].line);
                last[i] = s;
                continue;
            }
            int64_t now = time_of(s.created), then = last[i].number ? time_of(last[i].created) : -1;
            struct evidence where = at_step(&s);
            if (then >= 0 && now >= then && now - then < 600)
                proof_add(p, &where, "%s again: step %u counts for nothing", once[i], last[i].number);
            last[i] = s;
        }
    return conclude_history(img, p, false, "CMD, ENTRYPOINT and HEALTHCHECK are said once");
}

/* ---- build arguments ---- */

static enum verdict secret_arg(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;
    struct step s;
    char room[81];
    bool seen = false;

    if (!has_history(img, p, &v))
        return v;
    for (size_t at = 0; step_next(img, &at, &s);) {
        struct str name, value, word, rest = s.body;
        struct evidence where = at_step(&s);
        bool filled;
        char number[16];
        snprintf(number, sizeof number, "%u", s.number);
        if (is_seen_secret(img, SECRET_IN_HISTORY, str_of(number))) {
            seen = true;
            continue;
        }
        for (size_t i = 0; step_arg(&s, &i, &name, &filled);)
            if (filled && is_secret_name(name))
                proof_add(p, &where, "build argument %s is recorded with its value", shown(name, room, 80));
        bool arg = str_eq(s.instruction, STR("ARG")), env = str_eq(s.instruction, STR("ENV"));
        while ((arg || env) && str_cut(&rest, ' ', &word))
            if (str_split(word, '=', &name, &value) && is_secret_name(name) && is_secret_value(value))
                proof_add(p, &where, "%s %s is recorded with its value", arg ? "ARG" : "ENV",
                          shown(name, room, 80));
        if (has_url_password(s.body))
            proof_add(p, &where, STR_FMT " has a URL with a password", STR_ARG(s.instruction));
    }
    if (seen && !p->found)
        return VERDICT_NOT_APPLICABLE; /* the rule over secrets says it better */
    return conclude_history(img, p, false, "none records an argument named like a secret");
}

/* ---- downloads ---- */

static enum verdict unverified_download(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    static const char checks[] =
        "sha256sum sha512sum sha1sum sha384sum shasum b2sum b3sum md5sum gpg gpgv gpg2 cosign "
        "minisign signify openssl rhash apt-key";
    const struct image *img = subject;
    AUTO_ARENA struct arena words = ARENA(HISTORY_BYTES);
    bool cut = false;
    enum verdict v;
    struct step s;

    if (!has_history(img, p, &v))
        return v;
    for (size_t at = 0; step_next(img, &at, &s);) {
        struct str url = { 0 }, first = { 0 };
        bool checked = false;
        struct shell sh;
        struct shell_command c;
        if (!str_eq(s.instruction, STR("RUN")))
            continue;
        for (shell_open(&sh, &words, s.body); shell_next(&sh, &c);) {
            checked |= str_one_of(c.name, checks);
            if (str_one_of(c.name, "curl wget wget2 aria2c") && (url = shell_url(&c, &words)).n && !first.n)
                first = url;
        }
        cut |= sh.cut;
        struct evidence where = at_step(&s);
        if (first.n && !checked)
            proof_add(p, &where, "RUN fetches " STR_FMT " and compares nothing", STR_ARG(first));
    }
    return conclude_history(img, p, cut, "each download is compared with a checksum or signature");
}

/* ---- miners ---- */

static bool mines(struct str text)
{
    static const char *const signs[] = { "stratum+tcp://", "stratum+ssl://", "stratum2+tcp://",
                                         "xmrig",          "--donate-level", "minerd -",
                                         "randomx",        "--coin=monero",  "nicehash.com" };

    for (size_t i = 0; i < ARRAY_LEN(signs); i++)
        if (str_has(text, str_of(signs[i])))
            return true;
    return false;
}

static void mining_words(const struct image *img, const struct strs *words, const char *instruction,
                         struct proof *p)
{
    for (size_t i = 0; i < words->n; i++)
        if (mines(words->p[i])) {
            proof_add(p, AT_IN(img, instruction, STR_NONE), "%s starts a coin miner", instruction);
            return;
        }
}

static enum verdict miner(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    struct step s;

    for (size_t at = 0; step_next(img, &at, &s);) {
        struct evidence where = at_step(&s);
        if (mines(s.body))
            proof_add(p, &where, STR_FMT " names a coin miner or its pool",
                      STR_ARG(s.instruction.n ? s.instruction : STR("the step")));
    }
    if (img->config) {
        mining_words(img, &img->config->entrypoint, "ENTRYPOINT", p);
        mining_words(img, &img->config->cmd, "CMD", p);
        FACTS_EACH (img->config_facts, env_var, e)
            if (mines(e->value))
                proof_add(p, AT_IN(img, "ENV", e->name), "%.60s names a coin miner or its pool",
                          arena_cstr(p->arena, e->name));
    }
    for (size_t i = 0; img->survey && i < img->survey->of[MARK_NAMED].n; i++) {
        const struct found *f = &img->survey->of[MARK_NAMED].p[i];
        struct evidence where = at_node(img, f->id, f->path);
        if (f->name->kind == TELL_MINER)
            proof_add(p, &where, "%s by its name", f->name->is);
    }
    if (!p->found && img->from_build)
        return conclude_history(img, p, false, "no command is known as a coin miner's");
    if (!p->found && !img->survey)
        return cannot_tell(p, &(struct evidence){ 0 }, "the files of the image could not be read");
    return conclude_files(img, p, "no file, command or build step is known as a coin miner's");
}

static const struct rule table[] = {
    {
        .check = { .id = "image-add-remote",
                   .title = "Build adds something remote without a checksum",
                   .holds = "Build adds nothing remote without a checksum",
                   .why = "Whoever controls the server, its domain or the path to it decides what is in the "
                          "image, and a rebuild may bring something else unnoticed.",
                   .fix = "Give ADD the checksum, or fetch in RUN and compare.",
                   .snippet = "ADD --checksum=sha256:... https://example.org/app.tar.gz /tmp/",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.9" }, { CAT_CIS_DOCKER, "4.11" },
                                { CAT_OWASP_DOCKER, "D08" }, { CAT_NIST, "4.1.5" }, { CAT_ATTACK, "T1525" },
                                { CAT_CWE, "CWE-494" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = add_remote,
    },
    {
        .check = { .id = "image-add-for-copy",
                   .title = "ADD is used where COPY would do",
                   .holds = "ADD is used only where COPY would not do",
                   .why = "ADD unpacks archives and follows URLs by itself: a file that turns out to be an "
                          "archive is spread over the file system.",
                   .fix = "Write COPY.",
                   .snippet = "COPY app.conf /app/",
                   .threats = THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.9" }, { CAT_OWASP_DOCKER, "D04" }, { CAT_NIST, "4.1.2" },
                                { CAT_CWE, "CWE-1188" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = add_for_copy,
    },
    {
        .check = { .id = "image-update-alone",
                   .title = "A build step only fetches package lists",
                   .holds = "No build step only fetches package lists",
                   .why =
                       "The step is cached: later builds install from old lists, and so versions with known "
                       "holes.",
                   .fix = "Fetch the lists in the step that installs.",
                   .snippet =
                       "RUN apt-get update && apt-get install --no-install-recommends -y NAME && rm -rf "
                       "/var/lib/apt/lists/*",
                   .threats = THREAT_BIT(T2) | THREAT_BIT(T3),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.7" }, { CAT_OWASP_DOCKER, "D02" }, { CAT_NIST, "4.1.1" },
                                { CAT_CWE, "CWE-1104" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = update_alone,
    },
    {
        .check = { .id = "image-no-cleanup",
                   .title = "A build step leaves the caches of a package manager",
                   .holds = "Build steps clean up after their installation",
                   .why =
                       "The layer keeps lists and packages that nobody needs at run time: more to store and "
                       "pull, and an inventory for whoever gets in.",
                   .fix = "Remove the cache in the step that fills it, or use a cache mount.",
                   .snippet = "RUN --mount=type=cache,target=/var/cache/apt apt-get update && apt-get "
                              "install -y NAME",
                   .threats = THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.3" }, { CAT_OWASP_DOCKER, "D04" }, { CAT_NIST, "4.1.2" },
                                { CAT_CWE, "CWE-459" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = no_cleanup,
    },
    {
        .check = { .id = "image-said-twice",
                   .title = "CMD, ENTRYPOINT or HEALTHCHECK is said twice",
                   .holds = "CMD, ENTRYPOINT and HEALTHCHECK are said once",
                   .why = "Only the last one counts: what a reviewer reads in the other never runs.",
                   .fix = "Keep the one that is meant.",
                   .threats = THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_NIST, "4.1.2" }, { CAT_OWASP_DOCKER, "D04" }, { CAT_CWE, "CWE-561" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = several,
    },
    {
        .check = { .id = "image-secret-build-arg",
                   .title = "History records what is named like a secret",
                   .holds = "History records nothing named like a secret",
                   .why = "Everyone who can pull the image reads its history: build arguments and ENV stay "
                          "in it "
                          "for good, also when a later step clears them.",
                   .fix = "Change the secret; hand it to the build as a secret mount.",
                   .snippet = "RUN --mount=type=secret,id=token /app/fetch --token-file /run/secrets/token",
                   .threats = THREAT_BIT(T1) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.10" }, { CAT_NIST, "4.1.4" },
                                { CAT_OWASP_DOCKER, "D06" }, { CAT_ATTACK, "T1552.001" },
                                { CAT_MS_MATRIX, "MS-TA9027" }, { CAT_CWE, "CWE-538" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = secret_arg,
    },
    {
        .check = { .id = "image-unverified-download",
                   .title = "Build fetches files and compares them with nothing",
                   .holds = "Build compares what it fetches",
                   .why = "Whoever controls the server, or its domain in a year, decides what is in the "
                          "image; a "
                          "rebuild may bring something else unnoticed.",
                   .fix = "Compare with a SHA-256 that you keep, or check a signature, in the same step.",
                   .snippet = "RUN curl -fsSLO https://example.org/app.tar.gz && echo \"... app.tar.gz\" | "
                              "sha256sum -c",
                   .threats = THREAT_BIT(S2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.11" }, { CAT_OWASP_DOCKER, "D08" },
                                { CAT_NIST, "4.1.5" }, { CAT_ATTACK, "T1525" }, { CAT_CWE, "CWE-494" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = unverified_download,
    },
    {
        .check = { .id = "image-miner",
                   .title = "Image holds or starts a coin miner",
                   .holds = "Image shows no sign of a coin miner",
                   .why = "The container works for someone else: it takes the processors of its host, and it "
                          "came from an image that was made or changed for that.",
                   .fix = "Refuse the image and look where it came from.",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(D1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_CRITICAL,
                   .refs = REFS({ CAT_NIST, "4.1.3" }, { CAT_ATTACK, "T1496.001" },
                                { CAT_ATTACK, "T1204.003" }, { CAT_MS_MATRIX, "MS-TA9039" },
                                { CAT_MS_MATRIX, "MS-TA9002" }, { CAT_CWE, "CWE-506" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = miner,
    },
};
const struct rule_set rules_image_build = { "image_build", table, ARRAY_LEN(table) };
