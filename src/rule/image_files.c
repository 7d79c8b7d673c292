/* image_files.c - modes, owners and kinds of the files in the image: what the survey found, and what misleads
 * runtimes and readers. */
#include "rule/common.h"

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

/* ---- hidden packages ---- */

/* A database that a lower layer brought and a later one deleted: scanners that look at the result see no
 * packages. */
static enum verdict hidden_packages(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct image *img = subject;
    const struct seen_list *packages = &img->seen[FACT_PACKAGE_KIND], *owned = &img->seen[FACT_OWNED_KIND];
    struct str last = { 0 };
    enum verdict v;
    size_t visible = 0;
    bool found = false;

    if (!has_files(img, p, &v))
        return v;
    IMAGE_EACH (img, package, PACKAGE, k)
        found |= str_one_of(k->type, "deb rpm apk");
    for (size_t i = 0; !found && i < packages->n; i++) {
        const struct package *k = packages->p[i].fact;
        if (packages->p[i].visible || !str_one_of(k->type, "deb rpm apk") || str_eq(k->path, last))
            continue;
        last = k->path;
        struct evidence where = at_line(img, &packages->p[i], k->path, 0);
        if (!tree_find(img->tree, k->path, true))
            proof_add(p, &where, "the package database of this layer is deleted by a later one");
    }
    for (size_t i = 0; i < owned->n; i++)
        visible += owned->p[i].visible;
    if (owned->n && !visible) {
        const struct owned *o = owned->p[0].fact;
        struct evidence where = at_line(img, &owned->p[0], o->path, 0);
        proof_add(p, &where, "%zu lists of what packages brought, all deleted by later layers", owned->n);
    }
    return conclude_files(img, p, "no layer deletes the package database of another");
}

static const struct rule table[] = {
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
    {
        .check = { .id = "image-hidden-packages",
                   .title = "A layer deletes the package database",
                   .holds = "No layer deletes the package database",
                   .why =
                       "The packages are still there and so are their holes, but whoever looks at the result "
                       "finds none: images are made clean for scanners this way.",
                   .fix = "Keep the database; to have fewer packages, start from a smaller base.",
                   .threats = THREAT_BIT(T3) | THREAT_BIT(S2),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_MEDIUM,
                   .refs = REFS({ CAT_CIS_DOCKER, "4.4" }, { CAT_NIST, "4.1.1" }, { CAT_OWASP_DOCKER, "D02" },
                                { CAT_ATTACK, "T1070" }, { CAT_ATTACK, "T1036" }, { CAT_CWE, "CWE-1104" }) },
        .on = ON_IMAGE,
        .unknowable = true,
        .judge = hidden_packages,
    },
};
const struct rule_set rules_image_files = { "image_files", table, ARRAY_LEN(table) };
