/* image_files.c - modes, owners and kinds of the files in the image: what the survey found, in the light of
 * who brought it. */
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

/* ---- setuid and setgid ---- */

static void say_setid(const struct image *img, const struct found *f, struct proof *p)
{
    const struct tree_node *n = tree_node(img->tree, f->id);
    struct evidence where = at_node(img, f->id, f->path);
    char user[40], package[120];

    if (n->mode & 04000)
        proof_add(p, &where, "setuid %s, mode %04o%s", user_name(img, n->uid, user), n->mode,
                  by(f, package, sizeof package));
    else
        proof_add(p, &where, "setgid %u, mode %04o%s", n->gid, n->mode, by(f, package, sizeof package));
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
    if (n && !img->complete) /* the package that brought it may be in the layer that could not be read */
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
    if (p->found && want != CAPS_PACKAGED && !img->complete)
        return VERDICT_CANNOT_TELL;
    return conclude_files(img, p, "%zu files with capabilities, %s", l->n,
                          want == CAPS_PACKAGED ? "none of a package"
                          : want == CAPS_ROOT   ? "none of them as good as root"
                                                : "none from outside a package");
}
static const enum caps_kind caps_packaged = CAPS_PACKAGED, caps_foreign = CAPS_FOREIGN, caps_root = CAPS_ROOT;

/* ---- writable, stray ---- */

static enum verdict open_files(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;

    if (!has_files(img, p, &v))
        return v;
    const struct found_list *l = &img->survey->of[MARK_OPEN_FILE];
    for (size_t i = 0; i < l->n; i++) {
        struct evidence where = at_node(img, l->p[i].id, l->p[i].path);
        proof_add(p, &where, "mode %04o: everyone may write", tree_node(img->tree, l->p[i].id)->mode);
    }
    p->found = p->found ? l->total : 0;
    return conclude_files(img, p, "no file is writable for everyone");
}

static enum verdict open_directories(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;

    if (!has_files(img, p, &v))
        return v;
    const struct found_list *l = &img->survey->of[MARK_OPEN_DIR];
    for (size_t i = 0; i < l->n; i++) {
        struct evidence where = at_node(img, l->p[i].id, l->p[i].path);
        proof_add(p, &where, "mode %04o: everyone may write, without the sticky bit",
                  tree_node(img->tree, l->p[i].id)->mode);
    }
    p->found = p->found ? l->total : 0;
    return conclude_files(img, p, "no directory is writable for everyone, or it has the sticky bit");
}

static enum verdict stray(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;

    if (!has_files(img, p, &v))
        return v;
    const struct found_list *l = &img->survey->of[MARK_STRAY];
    if (!img->survey->has_passwd) {
        if (img->complete)
            return VERDICT_NOT_APPLICABLE;
        return cannot_tell(p, &(struct evidence){ .path = STR("etc/passwd") }, "accounts could not be read");
    }
    for (size_t i = 0; i < l->n; i++) {
        const struct tree_node *n = tree_node(img->tree, l->p[i].id);
        struct evidence where = at_node(img, l->p[i].id, l->p[i].path);
        proof_add(p, &where, "owner %u:%u", n->uid, n->gid);
    }
    p->found = p->found ? l->total : 0;
    return conclude_files(img, p, "every file belongs to an account and group of the image");
}

/* ---- devices ---- */

static const struct {
    uint32_t major, minor;
    const char *is;
} harmless[] = {
    { 1, 3, "null" },    { 1, 5, "zero" }, { 1, 7, "full" },    { 1, 8, "random" },
    { 1, 9, "urandom" }, { 5, 0, "tty" },  { 5, 1, "console" }, { 5, 2, "ptmx" },
};

static const char *device_danger(const struct entry *en)
{
    if (en->kind == ENTRY_BLOCK)
        return "a disk: whoever may open it reads and writes the host's file systems";
    if (en->major == 1 && (en->minor == 1 || en->minor == 2 || en->minor == 4))
        return "memory or ports of the machine";
    if (en->major == 1 && en->minor == 11)
        return "the kernel's log";
    if (en->major == 10)
        return "a driver of the host";
    return "a device of the host";
}

static enum verdict devices(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;

    if (!has_files(img, p, &v))
        return v;
    const struct found_list *l = &img->survey->of[MARK_DEVICE];
    for (size_t i = 0; i < l->n; i++) {
        struct entry en = tree_entry(img->tree, l->p[i].id);
        struct evidence where = at_node(img, l->p[i].id, l->p[i].path);
        bool fine = false;
        for (size_t k = 0; k < ARRAY_LEN(harmless); k++)
            fine |= en.kind == ENTRY_CHAR && en.major == harmless[k].major && en.minor == harmless[k].minor;
        fine |= en.kind == ENTRY_CHAR && en.major == 4 && str_starts(l->p[i].path, STR("dev/tty"));
        /* 0:0 is how some tools store a deletion of overlay file systems */
        if (!fine && (en.major || en.minor))
            proof_add(p, &where, "%s device %u:%u, %s", en.kind == ENTRY_BLOCK ? "block" : "character",
                      en.major, en.minor, device_danger(&en));
    }
    return conclude_files(img, p, "%zu device nodes, none beyond null, zero, random, tty ...", l->n);
}

/* ---- what misleads runtimes and readers ---- */

static enum verdict mount_points(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    static const char *const directories[] = { "dev", "proc", "sys", "dev/pts", "dev/shm", "dev/mqueue" };
    static const char *const nodes[] = { "dev/null",   "dev/console", "dev/zero", "dev/full",
                                         "dev/random", "dev/urandom", "dev/tty" };
    const struct image *img = subject;
    enum verdict v;

    if (!has_files(img, p, &v))
        return v;
    for (size_t i = 0; i < ARRAY_LEN(directories); i++) {
        struct str path = str_of(directories[i]);
        node_id id = tree_find(img->tree, path, false);
        if (!id || tree_node(img->tree, id)->kind == ENTRY_DIR)
            continue;
        struct evidence where = at_node(img, id, path);
        if (tree_node(img->tree, id)->kind == ENTRY_SYMLINK)
            proof_add(p, &where, "a link to %.120s where runtimes mount",
                      arena_cstr(p->arena, tree_entry(img->tree, id).link));
        else
            proof_add(p, &where, "no directory, and runtimes mount there");
    }
    for (size_t i = 0; i < ARRAY_LEN(nodes); i++) {
        struct str path = str_of(nodes[i]);
        node_id id = tree_find(img->tree, path, false);
        if (!id || tree_node(img->tree, id)->kind != ENTRY_SYMLINK)
            continue;
        struct evidence where = at_node(img, id, path);
        proof_add(p, &where, "a link to %.120s where a device belongs",
                  arena_cstr(p->arena, tree_entry(img->tree, id).link));
    }
    return conclude_files(img, p, "/dev, /proc and /sys are directories or missing, as runtimes expect");
}

static enum verdict process_links(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    enum verdict v;

    if (!has_files(img, p, &v))
        return v;
    const struct found_list *l = &img->survey->of[MARK_PROC_LINK];
    for (size_t i = 0; i < l->n; i++) {
        struct evidence where = at_node(img, l->p[i].id, l->p[i].path);
        proof_add(p, &where, "a link to %.120s",
                  arena_cstr(p->arena, tree_entry(img->tree, l->p[i].id).link));
    }
    return conclude_files(img, p, "no link leads into a process");
}

static void add_notes(const struct note *n, struct str layer, struct proof *p)
{
    if (n->kind == NOTE_HOSTILE)
        proof_add(p, &(struct evidence){ .path = n->where, .layer = layer }, "%.300s",
                  arena_cstr(p->arena, n->reason));
}

static enum verdict hostile(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;

    for (size_t i = 0; i < img->seen[FACT_NOTE_KIND].n; i++) {
        const struct seen *s = &img->seen[FACT_NOTE_KIND].p[i];
        add_notes(s->fact, s->layer < img->n_layers ? img->layer[s->layer].digest : (struct str){ 0 }, p);
    }
    if (img->config_facts)
        FACTS_EACH (img->config_facts, note, n)
            add_notes(n, (struct str){ 0 }, p);
    return conclude_files(img, p, "%zu layers read, nothing in them misleads readers", img->n_layers);
}

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
    {
        .check = { .id = "image-world-writable-file",
                   .title = "Files are writable for everyone",
                   .holds = "No file is writable for everyone",
                   .why =
                       "Any process in the container changes them, whatever its user: what a more privileged "
                       "one then runs or reads is the attacker's.",
                   .fix = "Take the right away.",
                   .snippet = "RUN chmod o-w /path/of/file",
                   .threats = THREAT_BIT(T2) | THREAT_BIT(E2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_OWASP_DOCKER, "D04" }, { CAT_NIST, "4.1.2" }, { CAT_ATTACK, "T1525" },
                                { CAT_CWE, "CWE-732" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = open_files,
    },
    {
        .check = { .id = "image-world-writable-dir",
                   .title = "Directories are writable for everyone without the sticky bit",
                   .holds = "Directories that everyone may write have the sticky bit",
                   .why = "Any process renames, replaces and removes the files of others in them.",
                   .fix = "Set the sticky bit, or give the directory to the user that needs it.",
                   .snippet = "RUN chmod 1777 /path/of/directory",
                   .threats = THREAT_BIT(T2) | THREAT_BIT(E2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_OWASP_DOCKER, "D04" }, { CAT_NIST, "4.1.2" }, { CAT_CWE, "CWE-732" },
                                { CAT_CWE, "CWE-379" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = open_directories,
    },
    {
        .check = { .id = "image-unowned-file",
                   .title = "Files belong to no account of the image",
                   .holds = "Files belong to accounts of the image",
                   .why = "The next account that gets the number owns them; and nobody can tell who put them "
                          "there.",
                   .fix = "Set the owner when copying.",
                   .snippet = "COPY --chown=root:root app /app/",
                   .threats = THREAT_BIT(T2) | THREAT_BIT(R1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_LOW,
                   .refs = REFS({ CAT_OWASP_DOCKER, "D04" }, { CAT_NIST, "4.1.2" }, { CAT_CWE, "CWE-282" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = stray,
    },
    {
        .check = { .id = "image-device-node",
                   .title = "Image holds device nodes of the host",
                   .holds = "Image holds no device nodes of the host",
                   .why =
                       "A container that may use devices, or that is privileged, opens the disk or memory of "
                       "its host through them.",
                   .fix = "Remove the node; devices are given by the deployment.",
                   .snippet = "RUN rm /dev/sda",
                   .threats = THREAT_BIT(E1) | THREAT_BIT(T2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_OWASP_DOCKER, "D05" }, { CAT_NIST, "4.1.3" }, { CAT_ATTACK, "T1611" },
                                { CAT_CWE, "CWE-552" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = devices,
    },
    {
        .check = { .id = "image-proc-symlink",
                   .title = "/dev, /proc or /sys is a link",
                   .holds = "/dev, /proc and /sys are what runtimes expect",
                   .why = "The runtime follows the link while it still is root on the host: mounts, device "
                          "nodes "
                          "and settings end up where the image wants them (CVE-2023-28642, CVE-2026-41579, "
                          "CVE-2026-47766 and their kin).",
                   .fix = "Refuse the image: it has no honest use.",
                   .threats = THREAT_BIT(E1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_CRITICAL,
                   .refs = REFS({ CAT_OWASP_DOCKER, "D08" }, { CAT_NIST, "4.1.3" }, { CAT_ATTACK, "T1611" },
                                { CAT_ATTACK, "T1204.003" }, { CAT_CWE, "CWE-59" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = mount_points,
    },
    {
        .check = { .id = "image-process-link",
                   .title = "A link leads into a process",
                   .holds = "No link leads into a process",
                   .why =
                       "A program behind /proc/self/exe is the runtime itself at the moment it starts the "
                       "container: it can be overwritten on the host (CVE-2019-5736); /proc/1/root and open "
                       "descriptors lead out as well.",
                   .fix = "Remove the link and look where it came from.",
                   .threats = THREAT_BIT(E1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_OWASP_DOCKER, "D08" }, { CAT_NIST, "4.1.3" }, { CAT_ATTACK, "T1611" },
                                { CAT_ATTACK, "T1204.003" }, { CAT_CWE, "CWE-59" }, { CAT_CWE, "CWE-668" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = process_links,
    },
    {
        .check = { .id = "image-hostile",
                   .title = "Image is made to mislead what reads it",
                   .holds = "Nothing in the image misleads readers",
                   .why =
                       "Names that climb out, links to files outside and impossible deletions exist to make "
                       "one program see another image than the next: what was scanned is then not what runs.",
                   .fix = "Refuse the image and look where it came from.",
                   .threats = THREAT_BIT(T2) | THREAT_BIT(D3) | THREAT_BIT(E1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs =
                       REFS({ CAT_OWASP_DOCKER, "D08" }, { CAT_NIST, "4.1.3" }, { CAT_ATTACK, "T1204.003" },
                            { CAT_ATTACK, "T1036" }, { CAT_MS_MATRIX, "MS-TA9002" }, { CAT_CWE, "CWE-22" },
                            { CAT_CWE, "CWE-436" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = hostile,
    },
};
const struct rule_set rules_image_files = { "image_files", table, ARRAY_LEN(table) };
