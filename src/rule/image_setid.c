/* image_setid.c - files that run with more rights than who runs them: setuid, setgid and capabilities, in the
 * light of who brought them. */
#include "rule/access.h"
#include "rule/capability.h"
#include "rule/common.h"

enum { CAPS_TEXT = 160 };

static const char *by(const struct found *f, char *to, size_t room)
{
    if (f->owner.name.n)
        snprintf(to, room, ", of the package %.*s", (int)MIN(f->owner.name.n, (size_t)80), f->owner.name.p);
    else
        snprintf(to, room, ", of no package");
    return to;
}

/* The package that brought a file may be in a layer that could not be read, or its list of files be missing.
 */
static bool owners_unknown(const struct image *img)
{
    return !img->complete || img->survey->lost_owners;
}

/* ---- setuid and setgid ---- */

static void say_setid(const struct image *img, const struct found *f, struct proof *p)
{
    const struct tree_node *n = tree_node(img->tree, f->id);
    struct evidence where = at_node(img, f->id, f->path);
    char user[40], group[40], package[120];

    if (n->mode & 04000)
        proof_add(p, &where, "setuid %s, mode %04o%s", user_name(img, n->uid, user), n->mode,
                  by(f, package, sizeof package));
    else
        proof_add(p, &where, "setgid %s, mode %04o%s", group_name(img, n->gid, group), n->mode,
                  by(f, package, sizeof package));
}

static enum verdict setid_packaged(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;

    if (!has_files(img, p, &v))
        return v;
    for (size_t i = 0; i < img->survey->of[MARK_SETID].n; i++)
        if (img->survey->of[MARK_SETID].p[i].owner.name.n)
            say_setid(img, &img->survey->of[MARK_SETID].p[i], p);
    return conclude_files(img, p, "no package brought a setuid or setgid file");
}

static enum verdict setid_unowned(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;
    size_t n = 0;

    if (!has_files(img, p, &v))
        return v;
    const struct found_list *l = &img->survey->of[MARK_SETID];
    for (size_t i = 0; i < l->n; i++)
        if (!l->p[i].owner.name.n) {
            say_setid(img, &l->p[i], p);
            n++;
        }
    if (n && owners_unknown(img))
        return VERDICT_CANNOT_TELL;
    if (!l->n)
        return conclude_files(img, p, "no setuid or setgid file");
    return conclude_files(img, p, "%zu setuid or setgid files, each of a package", l->n);
}

/* Programs that give whoever runs them a shell or any file: a setuid bit on them is root for everyone. */
static const char free_hands[] = "sh bash dash ash zsh ksh busybox toybox python perl ruby node php lua "
                                 "tclsh gdb strace vi vim nano ed emacs less more "
                                 "find awk gawk mawk sed tar cp mv dd cat tee install env xargs nice timeout "
                                 "taskset chroot nsenter unshare docker git "
                                 "rsync socat nc nmap make openssl zip tclsh expect screen tmux man ftp "
                                 "systemctl capsh gcc ld.so rvim view xxd";

static enum verdict setuid_shell(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;

    if (!has_files(img, p, &v))
        return v;
    const struct found_list *l = &img->survey->of[MARK_SETID];
    for (size_t i = 0; i < l->n; i++) {
        const struct tree_node *n = tree_node(img->tree, l->p[i].id);
        size_t len = n->name_n;
        while (len && (n->name[len - 1] == '.' || (n->name[len - 1] >= '0' && n->name[len - 1] <= '9')))
            len--; /* python3.11 */
        bool hands = str_one_of((struct str){ n->name, len }, free_hands);
        if ((n->mode & 04000) && n->uid == 0 && (n->mode & 0111) && hands)
            say_setid(img, &l->p[i], p);
    }
    return conclude_files(img, p, "%zu setuid or setgid files, none a shell or interpreter", l->n);
}

static enum verdict setid_writable(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;

    if (!has_files(img, p, &v))
        return v;
    const struct found_list *l = &img->survey->of[MARK_SETID];
    for (size_t i = 0; i < l->n; i++) {
        const struct tree_node *n = tree_node(img->tree, l->p[i].id);
        if ((n->mode & 02) || ((n->mode & 020) && n->gid != 0))
            say_setid(img, &l->p[i], p);
    }
    return conclude_files(img, p, "%zu setuid or setgid files, none writable for others", l->n);
}

/* ---- capabilities ---- */

enum caps_kind { CAPS_PACKAGED, CAPS_FOREIGN, CAPS_ROOT };

static enum verdict file_caps(const struct rule *r, const void *subject, struct proof *p)
{
    const enum caps_kind want = *(const enum caps_kind *)r->with;
    const struct image *img = subject;
    enum verdict v;

    if (!has_files(img, p, &v))
        return v;
    const struct found_list *l = &img->survey->of[MARK_CAPS];
    for (size_t i = 0; i < l->n; i++) {
        struct file_caps caps;
        char text[CAPS_TEXT], package[120];
        struct evidence where = at_node(img, l->p[i].id, l->p[i].path);
        bool readable = file_caps_read(tree_entry(img->tree, l->p[i].id).caps, &caps);
        enum caps_kind is = l->p[i].owner.name.n                     ? CAPS_PACKAGED
                            : readable && file_caps_like_root(&caps) ? CAPS_ROOT
                                                                     : CAPS_FOREIGN;
        if (is == want)
            proof_add(p, &where, "%s%s",
                      readable ? file_caps_text(&caps, text, sizeof text)
                               : "capabilities that cannot be read",
                      by(&l->p[i], package, sizeof package));
    }
    if (p->found && want != CAPS_PACKAGED && owners_unknown(img))
        return VERDICT_CANNOT_TELL;
    return conclude_files(img, p, "%zu files with capabilities, %s", l->n,
                          want == CAPS_PACKAGED ? "none of a package"
                          : want == CAPS_ROOT   ? "none of them as good as root"
                                                : "none from outside a package");
}
static const enum caps_kind caps_packaged = CAPS_PACKAGED, caps_foreign = CAPS_FOREIGN, caps_root = CAPS_ROOT;

static const struct rule table[] = {
    {
        .check = { .id = "image-setuid-packaged",
                   .title = "Packages brought setuid or setgid programs",
                   .holds = "No package brought a setuid or setgid program",
                   .why =
                       "A hole in one of them turns any user of the container into root, unless no_new_privs "
                       "is set.",
                   .fix = "Take the bits away in the image, and run with no-new-privileges.",
                   .snippet = "RUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +",
                   .threats = THREAT_BIT(E2) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.8" }, { CAT_OWASP_DOCKER, "D04" }, { CAT_NIST, "4.1.2" },
                                { CAT_ATTACK, "T1068" }, { CAT_CWE, "CWE-250" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = setid_packaged,
    },
    {
        .check = { .id = "image-setuid-unowned",
                   .title = "Setuid or setgid program that no package brought",
                   .holds = "Every setuid or setgid program is of a package",
                   .why =
                       "No distribution vouches for it or patches it: a hole in it, or a purpose, turns any "
                       "user of the container into root.",
                   .fix = "Take the bit away, or install the program from a package.",
                   .snippet = "RUN chmod a-s /path/of/program",
                   .threats = THREAT_BIT(E2) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.8" }, { CAT_OWASP_DOCKER, "D04" }, { CAT_NIST, "4.1.2" },
                                { CAT_ATTACK, "T1068" }, { CAT_CWE, "CWE-250" }, { CAT_CWE, "CWE-269" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = setid_unowned,
    },
    {
        .check = { .id = "image-setuid-shell",
                   .title = "A shell or interpreter is setuid root",
                   .holds = "No shell or interpreter is setuid root",
                   .why = "Any user of the container is root with one command: this is what a back door "
                          "looks like.",
                   .fix = "Take the bit away and look where it came from.",
                   .snippet = "RUN chmod u-s /path/of/program",
                   .threats = THREAT_BIT(E2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_CRITICAL,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.8" }, { CAT_NIST, "4.1.3" }, { CAT_ATTACK, "T1068" },
                                { CAT_MS_MATRIX, "MS-TA9012" }, { CAT_CWE, "CWE-269" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = setuid_shell,
    },
    {
        .check = { .id = "image-setuid-writable",
                   .title = "A setuid or setgid program is writable for others",
                   .holds = "No setuid or setgid program is writable for others",
                   .why = "Whoever may write to it puts his own code in and runs it with the rights of its "
                          "owner.",
                   .fix = "Take both bits away.",
                   .snippet = "RUN chmod a-s,go-w /path/of/program",
                   .threats = THREAT_BIT(E2) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_CRITICAL,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.8" }, { CAT_OWASP_DOCKER, "D04" },
                                { CAT_ATTACK, "T1068" }, { CAT_CWE, "CWE-732" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = setid_writable,
    },
    {
        .check = { .id = "image-packaged-capabilities",
                   .title = "Packages brought programs with capabilities",
                   .holds = "No package brought a program with capabilities",
                   .why = "A hole in one of them gives its capabilities to any user of the container whose "
                          "bounding set holds them.",
                   .fix = "Drop the capabilities in the deployment, or take them from the file.",
                   .snippet = "RUN setcap -r /path/of/program",
                   .threats = THREAT_BIT(E2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.8" }, { CAT_OWASP_DOCKER, "D04" }, { CAT_NIST, "4.1.2" },
                                { CAT_ATTACK, "T1068" }, { CAT_CWE, "CWE-250" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = file_caps,
        .with = &caps_packaged,
    },
    {
        .check = { .id = "image-foreign-capabilities",
                   .title = "Program with capabilities that no package brought",
                   .holds = "Every program with capabilities is of a package",
                   .why =
                       "The build gave it rights that no distribution reviewed; whoever can run it has them.",
                   .fix = "Take the capability from the file; give it to the container where it is needed.",
                   .snippet = "RUN setcap -r /path/of/program",
                   .threats = THREAT_BIT(E2) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.8" }, { CAT_OWASP_DOCKER, "D04" }, { CAT_NIST, "4.1.2" },
                                { CAT_CWE, "CWE-250" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = file_caps,
        .with = &caps_foreign,
    },
    {
        .check = { .id = "image-file-capabilities",
                   .title = "Program with capabilities as good as root that no package brought",
                   .holds = "No program from outside a package has capabilities as good as root",
                   .why =
                       "Whoever can run it changes users, reads every file or loads kernel code, as far as "
                       "the container was left the capability.",
                   .fix = "Take the capability from the file.",
                   .snippet = "RUN setcap -r /path/of/program",
                   .threats = THREAT_BIT(E2) | THREAT_BIT(E1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.8" }, { CAT_OWASP_DOCKER, "D04" },
                                { CAT_ATTACK, "T1068" }, { CAT_CWE, "CWE-269" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = file_caps,
        .with = &caps_root,
    },
};
const struct rule_set rules_image_setid = { "image_setid", table, ARRAY_LEN(table) };
