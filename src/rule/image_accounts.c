/* image_accounts.c - accounts of the image: passwd, shadow, group and sudoers as its layers leave them. */
#include "core/map.h"
#include "rule/common.h"

/* Rules over accounts rest on what passwd and its kin say: without any account there is nothing to judge in a
 * complete image, and nothing can be said in another. */
static bool has_accounts(const struct image *img, struct proof *p, enum verdict *v, size_t *n)
{
    *n = 0;
    IMAGE_EACH (img, user, USER, u)
        *n += u->name.n > 0 || u->uid == 0;
    IMAGE_EACH (img, shadow, SHADOW, s)
        *n += s->name.n > 0;
    if (*n)
        return true;
    *v = VERDICT_NOT_APPLICABLE;
    if (!img->complete && !img->from_build)
        *v = cannot_tell(p, &(struct evidence){ .path = STR("etc/passwd") },
                         "no account was found, and not every layer could be read");
    return false;
}

#define NAME_OF(fact) STR_ARG(str_first((fact)->name, 60))

static enum verdict empty_password(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;
    size_t n;

    if (!has_accounts(img, p, &v, &n))
        return v;
    IMAGE_EACH (img, user, USER, u) {
        struct evidence where = at_line(img, seen_u, u->path, u->line);
        if (u->password == PASSWORD_EMPTY)
            proof_add(p, &where, "account " STR_FMT " (uid %u) has an empty password", NAME_OF(u), u->uid);
    }
    IMAGE_EACH (img, shadow, SHADOW, s) {
        struct evidence where = at_line(img, seen_s, s->path, s->line);
        if (s->password == PASSWORD_EMPTY)
            proof_add(p, &where, "account " STR_FMT " has an empty password", NAME_OF(s));
    }
    return conclude_files(img, p, "no account has an empty password");
}

/* A hash that came with the image; weak ones only when `with` says so. */
static enum verdict shipped_hash(const struct rule *r, const void *subject, struct proof *p)
{
    const bool weak_only = *(const bool *)r->with;
    const struct image *img = subject;
    enum verdict v;
    size_t n;

    if (!has_accounts(img, p, &v, &n))
        return v;
    IMAGE_EACH (img, shadow, SHADOW, s) {
        struct evidence where = at_line(img, seen_s, s->path, s->line);
        if (s->password == PASSWORD_WEAK_HASH || (!weak_only && s->password == PASSWORD_HASH))
            proof_add(p, &where, "account " STR_FMT " has a password%s", NAME_OF(s),
                      weak_only ? " hashed by DES or MD5" : "");
    }
    IMAGE_EACH (img, user, USER, u) {
        struct evidence where = at_line(img, seen_u, u->path, u->line);
        if (u->password == PASSWORD_WEAK_HASH || (!weak_only && u->password == PASSWORD_HASH))
            proof_add(p, &where, "account " STR_FMT " has a password%s", NAME_OF(u),
                      weak_only ? " hashed by DES or MD5" : "");
    }
    return conclude_files(
        img, p, weak_only ? "no account has a password with a weak hash" : "no account has a password");
}
static const bool weak_only = true, any_hash = false;

static enum verdict hash_in_passwd(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;
    size_t n;

    if (!has_accounts(img, p, &v, &n))
        return v;
    IMAGE_EACH (img, user, USER, u) {
        struct evidence where = at_line(img, seen_u, u->path, u->line);
        if (u->password == PASSWORD_WEAK_HASH || u->password == PASSWORD_HASH)
            proof_add(p, &where, "account " STR_FMT " has its hash in a file that everyone reads",
                      NAME_OF(u));
    }
    return conclude_files(img, p, "passwd holds no hash");
}

static enum verdict second_root(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;
    size_t n;

    if (!has_accounts(img, p, &v, &n))
        return v;
    IMAGE_EACH (img, user, USER, u) {
        struct evidence where = at_line(img, seen_u, u->path, u->line);
        if (u->uid == 0 && !str_eq(u->name, STR("root")))
            proof_add(p, &where, "account " STR_FMT " has uid 0", NAME_OF(u));
    }
    return conclude_files(img, p, "no account but root has uid 0");
}

/* A number or name of one list that comes a second time. */
static bool again(struct map *seen, struct arena *a, const char *kind, struct str text)
{
    struct str key = arena_fmt(a, "%s:" STR_FMT, kind, STR_ARG(text));
    bool fresh = true;

    if (key.p && !map_put(seen, key, &fresh))
        return false;
    return !fresh;
}

static bool number_again(struct map *seen, struct arena *a, const char *kind, uint32_t number)
{
    char text[12];

    snprintf(text, sizeof text, "%u", number);
    return again(seen, a, kind, str_of(text));
}

static enum verdict duplicates(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    AUTO_ARENA struct arena keys = ARENA(8 << 20);
    AUTO_MAP struct map seen = MAP;
    enum verdict v;
    size_t n;

    if (!has_accounts(img, p, &v, &n))
        return v;
    IMAGE_EACH (img, user, USER, u) {
        struct evidence where = at_line(img, seen_u, u->path, u->line);
        if (number_again(&seen, &keys, "uid", u->uid) && u->uid) /* uid 0: a rule of its own */
            proof_add(p, &where, "uid %u again, for " STR_FMT, u->uid, NAME_OF(u));
        if (again(&seen, &keys, "user", u->name))
            proof_add(p, &where, "account " STR_FMT " again, uid %u", NAME_OF(u), u->uid);
    }
    IMAGE_EACH (img, group, GROUP, g) {
        struct evidence where = at_line(img, seen_g, g->path, g->line);
        if (number_again(&seen, &keys, "gid", g->gid))
            proof_add(p, &where, "gid %u again, for " STR_FMT, g->gid, NAME_OF(g));
        if (again(&seen, &keys, "group", g->name))
            proof_add(p, &where, "group " STR_FMT " again, gid %u", NAME_OF(g), g->gid);
    }
    return conclude_files(img, p, "%zu accounts, their names and numbers are unique", n);
}

static enum verdict system_shell(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    static const char shells[] =
        "/bin/sh /bin/bash /bin/dash /bin/ash /bin/zsh /bin/ksh /bin/csh /bin/tcsh /usr/bin/bash "
        "/usr/bin/sh /usr/bin/zsh /usr/bin/fish";
    const struct image *img = subject;
    enum verdict v;
    size_t n;

    if (!has_accounts(img, p, &v, &n))
        return v;
    IMAGE_EACH (img, user, USER, u) {
        struct evidence where = at_line(img, seen_u, u->path, u->line);
        if (u->uid && u->uid < 1000 && str_one_of(u->shell, shells))
            proof_add(p, &where, "account " STR_FMT " (uid %u) has the shell " STR_FMT, NAME_OF(u), u->uid,
                      STR_ARG(str_first(u->shell, 40)));
    }
    return conclude_files(img, p, "no system account has a shell to log in with");
}

/* ---- sudoers ---- */

static bool has_sudo(const struct image *img)
{
    static const char *const places[] = { "usr/bin/sudo", "bin/sudo", "usr/local/bin/sudo", "usr/bin/doas" };

    for (size_t i = 0; img->tree && i < ARRAY_LEN(places); i++)
        if (tree_find(img->tree, str_of(places[i]), true))
            return true;
    return false;
}

/* Without the program its rules do nothing. false: *v is the answer. */
static bool sudo_counts(const struct image *img, struct proof *p, enum verdict *v)
{
    if (has_sudo(img))
        return true;
    *v = VERDICT_NOT_APPLICABLE;
    if (img->from_build)
        return false;
    *v = img->complete ? VERDICT_MITIGATED : VERDICT_CANNOT_TELL;
    proof_add(p, &(struct evidence){ 0 },
              img->complete ? "the image has no sudo" : "no sudo in the layers that could be read");
    return false;
}

static enum verdict sudo_nopasswd(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;

    if (!sudo_counts(img, p, &v))
        return v;
    IMAGE_EACH (img, sudo, SUDO, s) {
        struct evidence where = at_line(img, seen_s, s->path, s->line);
        if (s->nopasswd && !str_eq(s->who, STR("root")))
            proof_add(p, &where, STR_FMT " may run " STR_FMT " without a password",
                      STR_ARG(str_first(s->who, 60)), STR_ARG(str_first(s->commands, 120)));
    }
    return conclude_files(img, p, "sudo asks for a password");
}

/* "%sudo ALL=(ALL) ALL" of the distributions lets in whom the group names: groups count only with members. */
static bool names_somebody(const struct image *img, struct str who)
{
    if (!str_starts(who, STR("%")))
        return !str_eq(who, STR("root")) && !str_starts(who, STR("+"));
    who = str_skip(who, 1);
    IMAGE_EACH (img, group, GROUP, g) {
        if (!str_eq(g->name, who))
            continue;
        if (g->members.n)
            return true;
        IMAGE_EACH (img, user, USER, u)
            if (u->gid == g->gid && u->uid)
                return true;
    }
    return false;
}

static enum verdict sudo_all(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;

    if (!sudo_counts(img, p, &v))
        return v;
    IMAGE_EACH (img, sudo, SUDO, s) {
        struct evidence where = at_line(img, seen_s, s->path, s->line);
        if (str_eq(str_trim(s->commands), STR("ALL")) && !s->nopasswd && names_somebody(img, s->who))
            proof_add(p, &where, STR_FMT " may run everything", STR_ARG(str_first(s->who, 60)));
    }
    return conclude_files(img, p, "sudo lets nobody but root run everything");
}

static const struct rule table[] = {
    {
        .check = { .id = "image-empty-password",
                   .title = "An account has an empty password",
                   .holds = "No account has an empty password",
                   .why = "Any process becomes that account with su, or logs in as it; for root that is root "
                          "(CVE-2019-5021), and the logs name someone else.",
                   .fix = "Lock the account.",
                   .snippet = "RUN passwd --lock NAME",
                   .threats = THREAT_BIT(E2) | THREAT_BIT(T2) | THREAT_BIT(R1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs =
                       REFS({ CAT_NIST, "4.1.2" }, { CAT_OWASP_DOCKER, "D01" }, { CAT_OWASP_DOCKER, "D04" },
                            { CAT_ATTACK, "T1078.003" }, { CAT_CWE, "CWE-258" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = empty_password,
    },
    {
        .check = { .id = "image-uid-0-account",
                   .title = "An account other than root has uid 0",
                   .holds = "Only root has uid 0",
                   .why =
                       "A second name for root passes checks that look for the name, and blurs who did what: "
                       "the usual form of a back door.",
                   .fix = "Remove the account, or give it a uid of its own.",
                   .snippet = "RUN userdel NAME",
                   .threats = THREAT_BIT(E2) | THREAT_BIT(R1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs =
                       REFS({ CAT_NIST, "4.1.3" }, { CAT_OWASP_DOCKER, "D01" }, { CAT_ATTACK, "T1136.001" },
                            { CAT_ATTACK, "T1078.003" }, { CAT_CWE, "CWE-269" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = second_root,
    },
    {
        .check = { .id = "image-duplicate-account",
                   .title = "Accounts or groups share a name or number",
                   .holds = "Names and numbers of accounts and groups are unique",
                   .why = "Two names for one number own the same files and processes: what one did cannot be "
                          "told from what the other did.",
                   .fix = "Give each account and group a number of its own.",
                   .snippet = "RUN usermod --uid 10002 NAME",
                   .threats = THREAT_BIT(R1) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_NIST, "4.1.2" }, { CAT_OWASP_DOCKER, "D01" }, { CAT_CWE, "CWE-694" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = duplicates,
    },
    {
        .check = { .id = "image-weak-hash",
                   .title = "An account has a password with a weak hash",
                   .holds = "No account has a password with a weak hash",
                   .why =
                       "DES and MD5 hashes are guessed by the billion a second: whoever pulls the image has "
                       "the password soon.",
                   .fix = "Lock the account; where a password must be, hash it with yescrypt or SHA-512 when "
                          "the "
                          "container starts.",
                   .snippet = "RUN passwd --lock NAME",
                   .threats = THREAT_BIT(T1) | THREAT_BIT(E2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_NIST, "4.1.4" }, { CAT_OWASP_DOCKER, "D06" }, { CAT_ATTACK, "T1110" },
                                { CAT_CWE, "CWE-916" }, { CAT_CWE, "CWE-328" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = shipped_hash,
        .with = &weak_only,
    },
    {
        .check = { .id = "image-shipped-password",
                   .title = "An account has a password that ships with the image",
                   .holds = "No account has a password",
                   .why = "Every container has the same password, and everyone who can pull the image may "
                          "try to "
                          "guess it in peace.",
                   .fix = "Lock the account; let people in with docker exec or kubectl exec.",
                   .snippet = "RUN passwd --lock NAME",
                   .threats = THREAT_BIT(T1) | THREAT_BIT(E2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs =
                       REFS({ CAT_CIS_DOCKER, "4.10" }, { CAT_NIST, "4.1.4" }, { CAT_OWASP_DOCKER, "D06" },
                            { CAT_ATTACK, "T1078.001" }, { CAT_CWE, "CWE-798" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = shipped_hash,
        .with = &any_hash,
    },
    {
        .check = { .id = "image-hash-in-passwd",
                   .title = "passwd holds password hashes",
                   .holds = "passwd holds no password hashes",
                   .why = "Every process reads passwd: any user of the container can take the hash away and "
                          "guess.",
                   .fix = "Move the hashes to shadow, or lock the accounts.",
                   .snippet = "RUN pwconv",
                   .threats = THREAT_BIT(T1) | THREAT_BIT(E2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs =
                       REFS({ CAT_NIST, "4.1.4" }, { CAT_OWASP_DOCKER, "D06" }, { CAT_ATTACK, "T1552.001" },
                            { CAT_ATTACK, "T1110" }, { CAT_CWE, "CWE-522" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = hash_in_passwd,
    },
    {
        .check = { .id = "image-system-shell",
                   .title = "System accounts have a shell",
                   .holds = "System accounts have no shell",
                   .why =
                       "Once a password or key is set for such an account, by mistake or on purpose, one can "
                       "log in as the service.",
                   .fix = "Give system accounts nologin.",
                   .snippet = "RUN usermod --shell /usr/sbin/nologin NAME",
                   .threats = THREAT_BIT(E2) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_NIST, "4.1.2" }, { CAT_OWASP_DOCKER, "D04" },
                                { CAT_ATTACK, "T1078.001" }, { CAT_CWE, "CWE-1188" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = system_shell,
    },
    {
        .check = { .id = "image-sudo-nopasswd",
                   .title = "sudo asks for no password",
                   .holds = "sudo asks for a password, or is not there",
                   .why = "A process of that account is root when it likes: running as another user protects "
                          "nothing.",
                   .fix = "Remove the line and sudo with it; give the one program what it needs.",
                   .snippet = "RUN rm /etc/sudoers.d/NAME",
                   .threats = THREAT_BIT(E2) | THREAT_BIT(R1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs =
                       REFS({ CAT_NIST, "4.1.2" }, { CAT_OWASP_DOCKER, "D01" }, { CAT_ATTACK, "T1078.003" },
                            { CAT_CWE, "CWE-250" }, { CAT_CWE, "CWE-269" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = sudo_nopasswd,
    },
    {
        .check = { .id = "image-sudo-all",
                   .title = "sudo lets an account run everything",
                   .holds = "sudo lets nobody run everything",
                   .why = "One password, typed where a process of the container can watch, is root.",
                   .fix = "Name the commands that are needed, or remove sudo.",
                   .threats = THREAT_BIT(E2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_NIST, "4.1.2" }, { CAT_OWASP_DOCKER, "D01" }, { CAT_CWE, "CWE-250" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = sudo_all,
    },
};
const struct rule_set rules_image_accounts = { "image_accounts", table, ARRAY_LEN(table) };
