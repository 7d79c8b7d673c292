/* java_archive.c - Java archives, those within them too: pom.properties and pom.xml of Maven say what an
 * archive is and, in a shaded one, what was merged into it; where they are missing, the manifest and the
 * file's name let conclude it. Spring Boot's BOOT-INF/lib, WEB-INF/lib, enterprise archives and Jenkins'
 * plugins are archives in archives: all are read in memory, within the limits below. */
#include "core/zip.h"
#include "parse/distinct.h"
#include "parse/java_manifest.h"
#include "parse/parse.h"
#include "parse/pom.h"

#include <ctype.h>

enum {
    DEPTH_MOST = 6,            /* archives in archives */
    MEMBERS_MOST = 1000000,    /* of all of them together */
    UNPACKED_MOST = 1 << 30,   /* bytes of inner archives */
    DOCUMENT_MOST = 2 << 20,   /* a manifest, pom.xml or pom.properties */
    DOCUMENT_ROOM = 4 << 20,   /* for one and what unpacking needs */
    DOCUMENTS_MOST = 256 << 20 /* of all of them together, and what is made of them */
};

/* What the whole reading shares. */
struct reading {
    const struct input *in;
    struct facts *out;
    struct err *e;
    struct buf document; /* the one that is being read */
    size_t members, unpacked;
};

/* One archive. */
struct archive {
    struct reading *r;
    struct str file, inside; /* inside: where in the outermost one; empty: it is that */
    struct arena arena;
    struct java_manifest manifest;
    struct gav {
        struct str folder, group, artifact, version;
        struct strs licenses;
        bool xml; /* from pom.xml: what properties say of the same goes before */
    } * gav;      /* what Maven's files say */
    size_t n_gav, cap_gav;
    bool holds; /* other archives */
};

static int full(struct archive *a)
{
    return err_set(a->r->e, ERR_LIMIT, "the archive's documents are too large");
}

static void incomplete(const struct archive *a, struct str member, const char *why)
{
    facts_remark(a->r->out, NOTE_INCOMPLETE, a->r->in->path, STR_FMT "%s" STR_FMT "%s%s",
                 STR_ARG(str_first(a->inside, 150)), a->inside.n && member.n ? "!/" : "",
                 STR_ARG(str_first(member, 150)), a->inside.n || member.n ? ": " : "", why);
}

/* ".../META-INF/maven/GROUP/ARTIFACT/pom.xml": archives that were unpacked into another keep the folders. What a
 * multi-release archive has for one release of Java is another form of the same (JEP 238). */
static bool is_maven(struct str member, struct str base)
{
    return !str_starts(member, STR("META-INF/versions/")) &&
           (str_starts(member, STR("META-INF/maven/")) || str_has(member, STR("/META-INF/maven/"))) &&
           str_ends(member, base);
}

static bool is_archive(struct str member)
{
    struct str head, tail;

    return str_rsplit(member, '.', &head, &tail) &&
           (str_one_of(tail, "jar war ear par sar nar kar jpi hpi lpkg") || str_eq(tail, STR("rar")));
}

static int add_gav(struct archive *a, struct gav g)
{
    if (!g.artifact.n || !g.version.n)
        return 0;
    if (!arena_grow(&a->arena, &a->gav, a->n_gav, &a->cap_gav, sizeof g))
        return full(a);
    struct str *part[] = { &g.folder, &g.group, &g.artifact, &g.version };
    for (size_t i = 0; i < ARRAY_LEN(part); i++)
        if (!(*part[i] = arena_str(&a->arena, *part[i])).p)
            return full(a);
    a->gav[a->n_gav++] = g;
    return 0;
}

static int read_properties(struct archive *a, struct str folder, struct str body)
{
    struct gav g = { .folder = folder };
    struct str line, key, value;

    while (str_cut(&body, '\n', &line)) {
        line = str_trim(line);
        if (!line.n || line.p[0] == '#' || !str_split(line, '=', &key, &value))
            continue;
        key = str_trim(key);
        value = str_trim(value);
        if (str_eq(key, STR("groupId")))
            g.group = value;
        else if (str_eq(key, STR("artifactId")))
            g.artifact = value;
        else if (str_eq(key, STR("version")))
            g.version = value;
    }
    return add_gav(a, g);
}

/* The names in <licenses>, copied. */
static bool read_licenses(struct archive *a, const struct pom *pom, struct strs *out)
{
    const struct doc *list = doc_get(pom->root, "licenses");
    struct str *to = list && list->n ? arena_array(&a->arena, struct str, list->n) : NULL;

    *out = (struct strs){ to, 0 };
    DOC_EACH (to ? list : NULL, d) {
        struct str name = pom_value(pom, pom_element(d, "name"));
        if (name.n && !(to[out->n++] = arena_str(&a->arena, name)).p)
            return false;
    }
    return to || !list || !list->n;
}

static int read_pom(struct archive *a, struct str folder, struct str member, struct str body)
{
    AUTO_ARENA struct arena arena = ARENA(64u << 20);
    struct err why = { 0 };
    struct pom pom;

    if (pom_read(&pom, member, body, &arena, &why) < 0) {
        incomplete(a, member, why.text);
        return 0;
    }
    struct gav g = { folder, pom_group(&pom), pom_artifact(&pom), pom_version(&pom), .xml = true };
    return read_licenses(a, &pom, &g.licenses) ? add_gav(a, g) : full(a);
}

/* A document of the archive, by what it is. One that cannot be read is a gap, not the end. */
static int read_document(struct archive *a, const struct zip *z, const struct zip_member *m)
{
    struct err why = { 0 };
    struct str body, folder, base;

    buf_clear(&a->r->document);
    if (m->size > DOCUMENT_MOST) {
        incomplete(a, m->name, "is too large for what it is called");
        return 0;
    }
    if (zip_read(z, m, &a->r->document, &body, &why) < 0) {
        incomplete(a, m->name, why.text);
        return 0;
    }
    str_rsplit(m->name, '/', &folder, &base);
    if (str_eq(base, STR("pom.properties")))
        return read_properties(a, folder, body);
    if (str_eq(base, STR("pom.xml")))
        return read_pom(a, folder, m->name, body);
    struct str own = arena_str(&a->arena, body);
    return own.p && java_manifest_read(&a->manifest, own, &a->arena) ? 0 : full(a);
}

static int read_archive(struct reading *r, struct str file, struct str inside, unsigned depth);

/* An archive in the archive: its bytes are a view when it is stored, as Spring Boot does. */
static int read_inner(struct archive *a, const struct zip *z, const struct zip_member *m, unsigned depth)
{
    AUTO_BUF struct buf unpacked = BUF(UNPACKED_MOST - a->r->unpacked);
    struct err why = { 0 };
    struct str body;

    if (depth >= DEPTH_MOST) {
        incomplete(a, m->name, "archives are nested too deeply; this one was not read");
        return 0;
    }
    if (zip_read(z, m, &unpacked, &body, &why) < 0) {
        incomplete(a, m->name, why.text);
        return 0;
    }
    if (!str_starts(body, STR("PK")))
        return 0; /* another program's format of that name */
    struct str inside = arena_fmt(&a->arena, STR_FMT "%s" STR_FMT, STR_ARG(a->inside),
                                  a->inside.n ? "!/" : "", STR_ARG(m->name));
    if (!inside.p)
        return full(a);
    a->r->unpacked += unpacked.n;
    a->holds = true;
    return read_archive(a->r, body, inside, depth + 1);
}

static int read_member(struct archive *a, const struct zip *z, const struct zip_member *m, unsigned depth)
{
    if (++a->r->members > MEMBERS_MOST)
        return err_set(a->r->e, ERR_LIMIT, "more than %d members in the archive and those in it",
                       MEMBERS_MOST);
    if (str_eq(m->name, STR("META-INF/MANIFEST.MF")) || is_maven(m->name, STR("/pom.properties")) ||
        is_maven(m->name, STR("/pom.xml")))
        return read_document(a, z, m);
    return is_archive(m->name) && m->packed ? read_inner(a, z, m, depth) : 0;
}

static int add_package(struct archive *a, struct distinct *once, const struct gav *g, enum package_how how)
{
    struct package p = {
        .type = STR("maven"),
        .ns = g->group,
        .name = g->artifact,
        .version = g->version,
        .licenses = g->licenses,
        .how = how,
        .path = a->r->in->path,
        .inside = a->inside,
    };

    return g->artifact.n ? distinct_package(once, &p, a->r->out, a->r->e) : 0;
}

/* pom.xml behind the pom.properties of its folder says the same with its placeholders. */
static bool has_twin(const struct archive *a, size_t i)
{
    return i && a->gav[i].xml && str_eq(a->gav[i - 1].folder, a->gav[i].folder);
}

/* Properties come first: they are what the build made of it. */
static int by_folder(const void *x, const void *y)
{
    const struct gav *a = x, *b = y;
    int d = str_cmp(a->folder, b->folder);

    return d ? d : (int)a->xml - (int)b->xml;
}

/* "log4j-1.2-api" and "log4j-1.2-api-2.17.1" are called by the artifact log4j-1.2-api: where a version begins is not in
 * the name. */
static bool is_called_by(struct str file, struct str artifact)
{
    struct str rest = str_skip(file, artifact.n);

    return artifact.n && str_starts(file, artifact) &&
           (!rest.n || (rest.n > 1 && memchr("-_", rest.p[0], 2) && isdigit((unsigned char)rest.p[1])));
}

/* Is one of the poms the archive's own? The only one is; of several, the one that the file is called by. */
static bool says_itself(const struct archive *a, struct str path)
{
    struct str artifact, version, dir, base, file, extension;

    java_file_name(path, &artifact, &version);
    str_rsplit(path, '/', &dir, &base);
    if (!str_rsplit(base, '.', &file, &extension))
        file = base;
    for (size_t i = 0; i < a->n_gav; i++)
        if (str_eq(a->gav[i].artifact, artifact) || is_called_by(file, a->gav[i].artifact))
            return true;
    return a->n_gav == 1 && (!version.n || str_eq(version, a->gav[0].version));
}

static int add_packages(struct archive *a)
{
    AUTO_DISTINCT struct distinct once = DISTINCT;
    struct str path = a->inside.n ? a->inside : a->r->in->path;
    struct strs manifest = { &a->manifest.license, a->manifest.license.n ? 1 : 0 };

    for (size_t i = 0; i < a->n_gav; i++) {
        struct gav g = a->gav[i];
        if (i + 1 < a->n_gav && has_twin(a, i + 1))
            g.licenses = a->gav[i + 1].licenses; /* which properties do not say */
        if (!g.licenses.n && str_eq(a->gav[0].folder, a->gav[a->n_gav - 1].folder))
            g.licenses = manifest; /* of the only artifact: its pom.xml may inherit them */
        if (!has_twin(a, i) && add_package(a, &once, &g, HOW_DECLARED) < 0)
            return -1;
    }
    if (says_itself(a, path))
        return 0;
    struct java_name n = java_conclude(&a->manifest, path);
    if (!n.version.n && (a->n_gav || a->holds))
        return 0; /* a shell around what it holds */
    struct gav own = { .group = n.group, .artifact = n.artifact, .version = n.version, .licenses = manifest };
    return add_package(a, &once, &own, n.declared ? HOW_DECLARED : HOW_CONCLUDED);
}

static int read_members(struct archive *a, unsigned depth)
{
    struct zip_member m;
    struct err why = { 0 };
    struct zip z;
    int r;

    if (zip_open(&z, a->file, &why) < 0) {
        if (!a->inside.n) {
            *a->r->e = why;
            return -1;
        }
        incomplete(a, STR(""), why.text);
        return 0;
    }
    while ((r = zip_next(&z, &m, &why)) > 0)
        if (read_member(a, &z, &m, depth) < 0)
            return -1;
    if (r < 0)
        incomplete(a, STR(""), why.text);
    return 0;
}

static int read_archive(struct reading *r, struct str file, struct str inside, unsigned depth)
{
    struct archive a = { .r = r, .file = file, .inside = inside, .arena = ARENA(DOCUMENTS_MOST) };
    int result = read_members(&a, depth);

    if (result == 0 && a.n_gav)
        qsort(a.gav, a.n_gav, sizeof *a.gav, by_folder);
    if (result == 0)
        result = add_packages(&a);
    arena_free(&a.arena);
    return result;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct reading r = { .in = in, .out = out, .e = e, .document = BUF(DOCUMENT_ROOM) };

    if (!in->body.n || (str_ends(in->path, STR(".rar")) && !str_starts(in->body, STR("PK"))))
        return 0;
    int result = read_archive(&r, in->body, STR(""), 0);
    buf_free(&r.document);
    return result;
}

const struct parser parser_java_archive = {
    .name = "java_archive",
    .what = "Java archives and those within: jar, war, ear, Spring Boot, Jenkins plugins, shaded artifacts",
    .version = 2,
    .paths = PATHS("**/*.jar", "**/*.war", "**/*.ear", "**/*.par", "**/*.sar", "**/*.nar", "**/*.kar",
                   "**/*.jpi", "**/*.hpi", "**/*.lpkg", "**/*.rar"),
    .max_size = 512u << 20,
    .parse = parse,
};
