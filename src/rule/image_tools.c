/* image_tools.c - programs that serve whoever gets in rather than the service. Looked for by name in the
 * directories where programs lie: a few hundred look-ups, whatever the size of the image. */
#include "rule/access.h"
#include "rule/common.h"

struct tools {
    const char *names;
    const char *none;
};

enum { PROGRAM_MOST = 64 };

static void look_in(const struct image *img, struct str dir, const char *names, struct proof *p)
{
    struct str rest = str_of(names), name;
    char room[ENTRY_PATH_MOST + PROGRAM_MOST];

    while (str_cut(&rest, ' ', &name)) {
        int n = snprintf(room, sizeof room, STR_FMT "/" STR_FMT, STR_ARG(dir), STR_ARG(name));
        if (n < 0 || (size_t)n >= sizeof room)
            continue;
        struct str path = { room, (size_t)n };
        node_id link = tree_find(img->tree, path, false), id = link ? tree_find(img->tree, path, true) : 0;
        if (!id || tree_node(img->tree, id)->kind != ENTRY_FILE || !(tree_node(img->tree, id)->mode & 0111))
            continue;
        struct evidence where = at_node(img, link, path);
        if (link != id && tree_node(img->tree, id)->name_n)
            proof_add(p, &where, "a link to %.*s", (int)tree_node(img->tree, id)->name_n,
                      tree_node(img->tree, id)->name);
        else
            proof_add(p, &where, "%llu bytes", (unsigned long long)tree_node(img->tree, id)->size);
    }
}

static enum verdict tools(const struct rule *r, const void *subject, struct proof *p)
{
    static const char *const places[] = { "bin",           "sbin",           "usr/bin",          "usr/sbin",
                                          "usr/local/bin", "usr/local/sbin", "usr/local/go/bin", "opt/bin" };
    const struct tools *t = r->with;
    const struct image *img = subject;
    enum verdict v;

    if (!has_files(img, p, &v))
        return v;
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        node_id link = tree_find(img->tree, str_of(places[i]), false);
        if (link && tree_node(img->tree, link)->kind == ENTRY_DIR) /* /bin that is a link: once is enough */
            look_in(img, str_of(places[i]), t->names, p);
    }
    return conclude_files(img, p, "%s", t->none);
}

static const struct tools shells = { "sh bash dash ash zsh ksh fish csh tcsh busybox toybox", "no shell" };
static const struct tools compilers = { "gcc g++ cc c++ clang clang++ tcc ld as make cmake go rustc cargo "
                                        "javac gfortran nasm gdb lldb ghc ocamlopt",
                                        "no compiler" };
static const struct tools managers = { "apt apt-get aptitude dpkg apk yum dnf microdnf tdnf rpm zypper "
                                       "pacman opkg pip pip3 npm yarn pnpm gem composer conda mamba cpan",
                                       "no package manager" };
static const struct tools network = { "curl wget nc ncat netcat socat telnet ftp tftp ssh scp sftp rsync "
                                      "nslookup dig tcpdump tshark ip ifconfig iptables nft aria2c",
                                      "no network tool" };
static const struct tools attack = { "nmap masscan hydra sqlmap msfconsole msfvenom john hashcat nikto "
                                     "aircrack-ng ettercap responder mimikatz chisel frpc frps "
                                     "ngrok proxychains proxychains4 gobuster ffuf wfuzz medusa amass "
                                     "linpeas.sh pspy64 deepce.sh cdk peirates zmap pnscan",
                                     "no tool of attackers" };
static const struct tools clients = {
    "docker podman nerdctl ctr crictl kubectl oc helm etcdctl buildah skopeo runc crun",
    "no client of an engine or orchestrator"
};
static const struct tools remote = {
    "sshd dropbear in.telnetd telnetd in.rlogind in.rshd vncserver Xvnc x11vnc tigervncserver "
    "xrdp shellinaboxd ttyd gotty",
    "no login service"
};
static const struct tools sudo = { "sudo doas pkexec", "neither sudo, doas nor pkexec" };

static const struct rule table[] = {
    {
        .check = { .id = "image-shell",
                   .title = "Image holds a shell",
                   .holds = "Image holds no shell",
                   .why = "Most ready-made attacks end in starting one: without it, code execution gives far "
                          "less.",
                   .fix = "Copy the program into an image without a distribution from a build stage.",
                   .snippet = "FROM scratch\nCOPY --from=build /out/server /server",
                   .threats = THREAT_BIT(S2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.3" }, { CAT_OWASP_DOCKER, "D04" }, { CAT_NIST, "4.1.2" },
                                { CAT_MS_MATRIX, "MS-TA9007" }, { CAT_ATTACK, "T1609" },
                                { CAT_CWE, "CWE-1104" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = tools,
        .with = &shells,
    },
    {
        .check = { .id = "image-compiler",
                   .title = "Image holds compilers or debuggers",
                   .holds = "Image holds no compiler",
                   .why = "Whoever gets in builds exploits for the very kernel and libraries he found.",
                   .fix = "Compile in a build stage and copy the result.",
                   .snippet = "FROM debian:12-slim\nCOPY --from=build /out /app",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.3" }, { CAT_OWASP_DOCKER, "D04" }, { CAT_NIST, "4.1.2" },
                                { CAT_ATTACK, "T1068" }, { CAT_CWE, "CWE-1104" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = tools,
        .with = &compilers,
    },
    {
        .check = { .id = "image-package-manager",
                   .title = "Image holds package managers",
                   .holds = "Image holds no package manager",
                   .why = "Whoever gets in as root installs what he misses; and the running container can be "
                          "changed instead of built again.",
                   .fix =
                       "Copy the program into an image without a distribution, or remove the package manager "
                       "last.",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_INFO,
                   .refs =
                       REFS({ CAT_CIS_DOCKER, "4.3" }, { CAT_OWASP_DOCKER, "D04" },
                            { CAT_OWASP_DOCKER, "D09" }, { CAT_NIST, "4.1.2" }, { CAT_CWE, "CWE-1104" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = tools,
        .with = &managers,
    },
    {
        .check = { .id = "image-network-tool",
                   .title = "Image holds network tools",
                   .holds = "Image holds no network tool",
                   .why = "They fetch the next stage of an attack and carry data out, without the attacker "
                          "bringing anything.",
                   .fix = "Fetch in a build stage; ask for health with the program itself.",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(I3),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_INFO,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.3" }, { CAT_OWASP_DOCKER, "D04" }, { CAT_NIST, "4.1.2" },
                                { CAT_ATTACK, "T1046" }, { CAT_CWE, "CWE-1104" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = tools,
        .with = &network,
    },
    {
        .check = { .id = "image-attack-tool",
                   .title = "Image holds tools of attackers",
                   .holds = "Image holds no tool of attackers",
                   .why =
                       "Scanners, password guessers and tunnels have no place in a service: someone uses it "
                       "to go on from here, or will.",
                   .fix = "Remove them and look where they came from.",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(I3),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_NIST, "4.1.3" }, { CAT_ATTACK, "T1046" }, { CAT_ATTACK, "T1110" },
                                { CAT_MS_MATRIX, "MS-TA9031" }, { CAT_CWE, "CWE-506" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = tools,
        .with = &attack,
    },
    {
        .check = { .id = "image-engine-client",
                   .title = "Image holds clients of engines or orchestrators",
                   .holds = "Image holds no client of an engine or orchestrator",
                   .why =
                       "With a token or socket within reach, which pods have by default, they list secrets "
                       "and start privileged containers.",
                   .fix = "Leave the client to the machines and jobs that deploy.",
                   .threats = THREAT_BIT(D2) | THREAT_BIT(E1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.3" }, { CAT_OWASP_DOCKER, "D04" },
                                { CAT_ATTACK, "T1609" }, { CAT_ATTACK, "T1613" },
                                { CAT_MS_MATRIX, "MS-TA9029" }, { CAT_CWE, "CWE-1104" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = tools,
        .with = &clients,
    },
    {
        .check = { .id = "image-login-service",
                   .title = "Image holds a login service",
                   .holds = "Image holds no login service",
                   .why = "A second way in with its own passwords and holes, past the engine and its logs.",
                   .fix = "Remove it; enter containers with docker exec or kubectl exec.",
                   .threats = THREAT_BIT(S2) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_OWASP_DOCKER, "D04" }, { CAT_NIST, "4.1.2" }, { CAT_ATTACK, "T1133" },
                                { CAT_MS_MATRIX, "MS-TA9010" }, { CAT_CWE, "CWE-1104" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = tools,
        .with = &remote,
    },
    {
        .check = { .id = "image-sudo",
                   .title = "Image holds sudo, doas or pkexec",
                   .holds = "Image holds neither sudo, doas nor pkexec",
                   .why =
                       "Setuid programs with many settings and a history of holes that made any user root.",
                   .fix = "Remove the package; use USER, or gosu in a start script that begins as root.",
                   .threats = THREAT_BIT(E2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.8" }, { CAT_OWASP_DOCKER, "D01" }, { CAT_NIST, "4.1.2" },
                                { CAT_ATTACK, "T1068" }, { CAT_CWE, "CWE-250" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = tools,
        .with = &sudo,
    },
};
const struct rule_set rules_image_tools = { "image_tools", table, ARRAY_LEN(table) };
