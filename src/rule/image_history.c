/* image_history.c - what the commands that built the image tell. Most rules are rows: a command, words it
 * must have, and what that does. */
#include "rule/common.h"
#include "rule/shell.h"

enum { HISTORY_BYTES = 64 << 20 }; /* words of one rule's look at the history */

/* Matches a command by one of these names that has all of these words; see shell_has. With `assigns` it is
 * NAME=value that must stand before a command, or be exported. */
struct command_row {
    const char *names, *words, *does;
};
struct command_table {
    const struct command_row *row;
    size_t n;
    const char *none;
};

static bool has_all(const struct shell_command *c, const char *words)
{
    struct str rest = str_of(words), one;

    while (str_cut(&rest, ' ', &one))
        if (one.n && !shell_has(c, one))
            return false;
    return true;
}

/* Is it NAME=value; or, when `want` ends with "*", a NAME with any value? */
static bool is_assignment(struct str word, struct str want)
{
    if (!str_ends(want, STR("*")))
        return str_eq_nocase(word, want);
    return word.n >= want.n && str_eq_nocase(str_first(word, want.n - 1), str_first(want, want.n - 1));
}

/* Before the command, or as a word of export and env. */
static bool assigns(const struct shell_command *c, struct str want)
{
    for (size_t i = 0; i < c->n_assign; i++)
        if (is_assignment(c->assign[i], want))
            return true;
    if (!str_one_of(c->name, "export declare typeset setenv"))
        return false;
    for (size_t i = 1; i < c->n; i++)
        if (is_assignment(c->word[i], want))
            return true;
    return false;
}

static bool row_fits(const struct command_row *row, const struct shell_command *c)
{
    if (!row->names)
        return assigns(c, str_of(row->words));
    return str_one_of(c->name, row->names) && has_all(c, row->words);
}

static void look_at_command(const struct command_table *t, const struct step *s,
                            const struct shell_command *c, struct proof *p)
{
    struct evidence where = at_step(s);

    for (size_t i = 0; i < t->n; i++)
        if (row_fits(&t->row[i], c)) {
            if (t->row[i].names)
                proof_add(p, &where, "RUN " STR_FMT "%s%s: %s", STR_ARG(c->name),
                          t->row[i].words[0] ? " " : "", t->row[i].words, t->row[i].does);
            else
                proof_add(p, &where, STR_FMT " %s: %s", STR_ARG(s->instruction), t->row[i].words,
                          t->row[i].does);
            return;
        }
}

/* ENV NAME=value is read as an assignment of a shell. In the stage that becomes the image it is the business
 * of the rules over its environment. */
static bool is_looked_at(const struct step *s)
{
    return str_eq(s->instruction, STR("RUN")) || (s->aside && str_eq(s->instruction, STR("ENV")));
}

static enum verdict commands(const struct rule *r, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    const struct command_table *t = r->with;
    AUTO_ARENA struct arena words = ARENA(HISTORY_BYTES);
    bool cut = false;
    enum verdict v;
    struct step s;

    if (!has_history(img, p, &v))
        return v;
    for (size_t at = 0; step_next(img, &at, &s);) {
        struct shell sh;
        struct shell_command c;
        if (!is_looked_at(&s))
            continue;
        for (shell_open(&sh, &words, s.body); shell_next(&sh, &c);)
            look_at_command(t, &s, &c, p);
        cut |= sh.cut;
    }
    return conclude_history(img, p, cut, t->none);
}

static const struct command_row unverified_rows[] = {
    { "apt-get apt aptitude", "--allow-unauthenticated", "installs packages without a valid signature" },
    { "apt-get apt aptitude", "--force-yes", "installs packages whatever is wrong with them" },
    { "apt-get apt", "--allow-insecure-repositories", "trusts repositories without a signature" },
    { "apt-get apt", "Acquire::AllowInsecureRepositories=*", "trusts repositories without a signature" },
    { "apt-get apt", "APT::Get::AllowUnauthenticated=*", "installs packages without a valid signature" },
    { "apt-get apt", "-oAPT::Get::AllowUnauthenticated=*", "installs packages without a valid signature" },
    { "apt-get apt", "Acquire::Check-Valid-Until=false", "accepts package lists that have expired" },
    { "yum dnf microdnf tdnf", "--nogpgcheck", "installs packages without looking at their signature" },
    { "yum dnf microdnf tdnf", "--no-gpgchecks", "installs packages without looking at their signature" },
    { "yum dnf microdnf tdnf", "--setopt=gpgcheck=0",
      "installs packages without looking at their signature" },
    { "zypper", "--no-gpg-checks", "installs packages without looking at their signature" },
    { "zypper", "--allow-unsigned-rpm", "installs packages without a signature" },
    { "rpm", "--nosignature", "installs packages without looking at their signature" },
    { "rpm", "--nodigest", "installs packages without looking at their digest" },
    { "rpm", "--nofiledigest", "installs packages without looking at the digests of their files" },
    { "rpm", "--noverify", "installs packages without looking at them" },
    { "apk", "--allow-untrusted", "installs packages without a signature" },
    { "pacman", "--disable-sandbox", "fetches packages outside the sandbox" },
    { "opkg", "--force-signature", "installs packages without looking at their signature" },
    { "dpkg", "--force-bad-verify", "installs packages that fail their check" },
    { "gem", "--no-verify", "pushes or installs gems without a check" },
    { "gem", "-P NoSecurity", "installs gems without a check" },
    { "cargo", "--no-verify", "skips a check" },
    { "helm", "--insecure-skip-tls-verify", "fetches charts from anyone" },
};
static const struct command_table unverified = { unverified_rows, ARRAY_LEN(unverified_rows),
                                                 "none installs packages unverified" };

static const struct command_row tls_rows[] = {
    { "curl", "-k", "accepts any certificate" },
    { "curl", "--insecure", "accepts any certificate" },
    { "curl", "--proxy-insecure", "accepts any certificate of the proxy" },
    { "wget wget2", "--no-check-certificate", "accepts any certificate" },
    { "wget2", "--check-certificate=off", "accepts any certificate" },
    { "aria2c", "--check-certificate=false", "accepts any certificate" },
    { "fetch", "--no-verify-peer", "accepts any certificate" },
    { "http https", "--verify=no", "accepts any certificate" },
    { "git", "http.sslVerify=false", "accepts any certificate" },
    { "git", "http.sslVerify=0", "accepts any certificate" },
    { "git", "config http.sslVerify false", "accepts any certificate from now on" },
    { "git", "config http.sslVerify 0", "accepts any certificate from now on" },
    { "pip pip2 pip3 python python2 python3 uv pipx", "--trusted-host",
      "accepts any certificate of that host" },
    { "pip pip2 pip3 python python2 python3 uv pipx", "--trusted-host=*",
      "accepts any certificate of that host" },
    { "pip pip2 pip3", "config global.trusted-host", "accepts any certificate of that host from now on" },
    { "uv", "--allow-insecure-host", "accepts any certificate of that host" },
    { "npm yarn pnpm", "config strict-ssl false", "accepts any certificate from now on" },
    { "npm yarn pnpm", "strict-ssl=false", "accepts any certificate from now on" },
    { "npm yarn pnpm", "--strict-ssl=false", "accepts any certificate" },
    { "npm yarn pnpm", "--no-strict-ssl", "accepts any certificate" },
    { "conda mamba", "config ssl_verify false", "accepts any certificate from now on" },
    { "composer", "config disable-tls true", "fetches without TLS from now on" },
    { "composer", "config secure-http false", "fetches without TLS from now on" },
    { "yum dnf microdnf tdnf yum-config-manager", "sslverify=0", "accepts any certificate" },
    { "yum dnf microdnf tdnf yum-config-manager", "sslverify=false", "accepts any certificate" },
    { "yum dnf microdnf tdnf yum-config-manager", "--setopt=sslverify=0", "accepts any certificate" },
    { "yum dnf microdnf tdnf yum-config-manager", "--setopt=sslverify=false", "accepts any certificate" },
    { "apt-get apt", "Acquire::https::Verify-Peer=false", "accepts any certificate" },
    { "ssh scp sftp rsync", "StrictHostKeyChecking=no", "talks to any host that answers" },
    { "ssh scp sftp", "-oStrictHostKeyChecking=no", "talks to any host that answers" },
    { "svn", "--trust-server-cert", "accepts any certificate" },
    { "skopeo", "--src-tls-verify=false", "accepts any registry that answers" },
    { "kubectl oc helm", "--insecure-skip-tls-verify*", "accepts any certificate" },
    { NULL, "NODE_TLS_REJECT_UNAUTHORIZED=0", "Node.js accepts any certificate" },
    { NULL, "PYTHONHTTPSVERIFY=0", "Python accepts any certificate" },
    { NULL, "GIT_SSL_NO_VERIFY=1", "Git accepts any certificate" },
    { NULL, "GIT_SSL_NO_VERIFY=true", "Git accepts any certificate" },
    { NULL, "NPM_CONFIG_STRICT_SSL=false", "npm accepts any certificate" },
    { NULL, "PIP_TRUSTED_HOST=*", "pip accepts any certificate of that host" },
    { NULL, "GOSUMDB=off", "Go skips the checksum database" },
    { NULL, "GOFLAGS=-insecure", "Go fetches modules without TLS" },
};
static const struct command_table tls_off = { tls_rows, ARRAY_LEN(tls_rows),
                                              "none switches verification off" };

static const struct command_row upgrade_rows[] = {
    { "apt-get apt aptitude", "upgrade", "upgrades what the base image brought" },
    { "apt-get apt aptitude", "dist-upgrade", "upgrades what the base image brought" },
    { "apt-get apt aptitude", "full-upgrade", "upgrades what the base image brought" },
    { "apk", "upgrade", "upgrades what the base image brought" },
    { "dnf yum microdnf tdnf", "upgrade", "upgrades what the base image brought" },
    { "dnf yum microdnf tdnf", "update", "upgrades what the base image brought" },
    { "zypper", "update", "upgrades what the base image brought" },
    { "zypper", "dup", "upgrades what the base image brought" },
    { "zypper", "dist-upgrade", "upgrades what the base image brought" },
    { "pacman", "-Syu", "upgrades what the base image brought" },
};
static const struct command_table upgrades = { upgrade_rows, ARRAY_LEN(upgrade_rows),
                                               "none upgrades what the base image brought" };

static const struct command_row mode_rows[] = {
    { "chmod", "777", "lets everyone change it" },
    { "chmod", "0777", "lets everyone change it" },
    { "chmod", "666", "lets everyone change it" },
    { "chmod", "0666", "lets everyone change it" },
    { "chmod", "776", "lets everyone change it" },
    { "chmod", "a+w", "lets everyone change it" },
    { "chmod", "o+w", "lets everyone change it" },
    { "chmod", "ugo+w", "lets everyone change it" },
    { "chmod", "a+rw", "lets everyone change it" },
    { "chmod", "a+rwx", "lets everyone change it" },
    { "chmod", "a+rwX", "lets everyone change it" },
    { "chmod", "o+rw", "lets everyone change it" },
    { "chmod", "o+rwx", "lets everyone change it" },
    { "chmod", "ugo+rwx", "lets everyone change it" },
    { "chmod", "u+s", "makes it run as its owner for everyone" },
    { "chmod", "+s", "makes it run as its owner for everyone" },
    { "chmod", "g+s", "makes it run as its group for everyone" },
    { "chmod", "4755", "makes it run as its owner for everyone" },
    { "chmod", "04755", "makes it run as its owner for everyone" },
    { "chmod", "4777", "makes it run as its owner for everyone" },
    { "install", "-m777", "lets everyone change it" },
    { "install", "--mode=777", "lets everyone change it" },
};
static const struct command_table modes = { mode_rows, ARRAY_LEN(mode_rows),
                                            "none makes files writable for everyone or setuid" };

static const struct command_row password_rows[] = {
    { "chpasswd", "", "sets a password that every container shares" },
    { "passwd", "--stdin", "sets a password that every container shares" },
    { "passwd", "-d", "removes the password of an account" },
    { "passwd", "--delete", "removes the password of an account" },
    { "useradd usermod", "-p", "sets a password that every container shares" },
    { "useradd usermod", "--password", "sets a password that every container shares" },
    { "useradd usermod", "--password=*", "sets a password that every container shares" },
};
static const struct command_table passwords = { password_rows, ARRAY_LEN(password_rows),
                                                "none sets a password" };

static const struct rule table[] = {
    {
        .check = { .id = "image-unverified-packages",
                   .title = "Build installs packages without checking their signature",
                   .holds = "Build checks the signature of every package",
                   .why = "Whoever controls a mirror, a proxy or the network path puts a package of his own "
                          "into "
                          "the image.",
                   .fix = "Drop the option; install the key of the repository and let the package manager "
                          "check it.",
                   .snippet = "RUN apt-get install --no-install-recommends -y NAME=VERSION",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.11" }, { CAT_CIS_DOCKER, "4.12" },
                                { CAT_OWASP_DOCKER, "D08" }, { CAT_NIST, "4.1.5" }, { CAT_ATTACK, "T1525" },
                                { CAT_CWE, "CWE-347" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = commands,
        .with = &unverified,
    },
    {
        .check = { .id = "image-tls-verify-off",
                   .title = "Build fetches without verifying who answers",
                   .holds = "Build verifies who answers",
                   .why = "Anyone on the network path of the build poses as the server, and what is fetched "
                          "becomes part of every container.",
                   .fix = "Drop the option; add the CA certificate that is missing.",
                   .snippet =
                       "COPY example-ca.crt /usr/local/share/ca-certificates/\nRUN update-ca-certificates",
                   .threats = THREAT_BIT(S1) | THREAT_BIT(S2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.11" }, { CAT_OWASP_DOCKER, "D08" },
                                { CAT_NIST, "4.1.5" }, { CAT_ATTACK, "T1525" }, { CAT_CWE, "CWE-295" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = commands,
        .with = &tls_off,
    },
    {
        .check = { .id = "image-upgrade-in-build",
                   .title = "Build upgrades the packages of its base",
                   .holds = "Build takes its base as it is",
                   .why = "What the image holds depends on the day it was built: two builds of one commit "
                          "differ, and nobody has tested either.",
                   .fix =
                       "Start from a current base image, pinned by digest, and build again when it changes.",
                   .snippet = "FROM example.org/debian:12@sha256:...",
                   .threats = THREAT_BIT(T2) | THREAT_BIT(T3),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.4" }, { CAT_OWASP_DOCKER, "D02" },
                                { CAT_CWE, "CWE-1357" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = commands,
        .with = &upgrades,
    },
    {
        .check = { .id = "image-loose-modes-in-build",
                   .title = "Build makes files writable for everyone or setuid",
                   .holds = "Build leaves modes tight",
                   .why =
                       "Every process in the container, whatever its user, can then replace what others run "
                       "or read.",
                   .fix = "Give the files to the user that needs them, or write COPY with a mode.",
                   .snippet = "COPY --chmod=0644 app.conf /app/",
                   .threats = THREAT_BIT(T2) | THREAT_BIT(E2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs =
                       REFS({ CAT_CIS_DOCKER, "4.8" }, { CAT_OWASP_DOCKER, "D04" }, { CAT_CWE, "CWE-732" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = commands,
        .with = &modes,
    },
    {
        .check = { .id = "image-password-in-build",
                   .title = "Build sets or removes the password of an account",
                   .holds = "Build sets no passwords",
                   .why =
                       "Every container has the same password, and the history of the image may show it to "
                       "everyone who can pull it.",
                   .fix = "Lock the account; let people in with docker exec or kubectl exec.",
                   .snippet = "RUN passwd --lock app",
                   .threats = THREAT_BIT(T1) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs =
                       REFS({ CAT_CIS_DOCKER, "4.10" }, { CAT_NIST, "4.1.4" }, { CAT_OWASP_DOCKER, "D06" },
                            { CAT_ATTACK, "T1078.001" }, { CAT_CWE, "CWE-798" }, { CAT_CWE, "CWE-258" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = commands,
        .with = &passwords,
    },
};
const struct rule_set rules_image_history = { "image_history", table, ARRAY_LEN(table) };
