/* dpkg_status.c - the database of dpkg and of opkg, which has the same format: stanzas of "Field: value"
 * lines with an empty line between them (deb-control(5)). Distroless images have one file a package instead,
 * in status.d. */
#include "parse/needs.h"
#include "parse/parse.h"

struct stanza {
    struct str package, status, version, source, arch, maintainer, pre_depends, depends, provides;
    uint32_t line;
};

struct reader {
    const struct input *in;
    struct facts *out;
    struct err *e;
    struct str type;
    bool single;  /* a file of status.d: being there is being installed */
    bool damaged; /* *e has the first damage; reading goes on, for a damaged stanza must not hide the rest */
    uint32_t line;
};

/* The name of the folder that holds the file. */
static struct str parent(struct str path)
{
    struct str dir, base, above, name;

    str_rsplit(path, '/', &dir, &base);
    str_rsplit(dir, '/', &above, &name);
    return name;
}

static void damage(struct reader *r, uint32_t line, const char *reason)
{
    if (!r->damaged)
        err_set(r->e, ERR_FORMAT, "line %u: %s", line, reason);
    r->damaged = true;
}

/* "Source: name (version)"; without the field the source has the name of the package, and without a version
 * its version: Debian policy 5.6.1. */
static void add_source(struct package *p, struct str source)
{
    struct str name, version;

    if (str_split(source, '(', &name, &version))
        str_split(version, ')', &version, &(struct str){ 0 });
    p->source_name = str_trim(name).n ? str_trim(name) : p->name;
    p->source_version = str_trim(version).n ? str_trim(version) : p->version;
}

/* "want flag state": what somebody wishes for does not matter, what is there does. Counted is what is
 * unpacked, configured or not: all files of this version are in place. Of what is half-installed we cannot tell
 * which version's files are there: that is said, not guessed. */
enum presence { ABSENT, PRESENT, PARTLY };
static enum presence presence(const struct reader *r, struct str status)
{
    static const struct {
        struct str state;
        enum presence is;
    } known[] = {
        { STR("installed"), PRESENT },        { STR("triggers-pending"), PRESENT },
        { STR("triggers-awaited"), PRESENT }, { STR("half-configured"), PRESENT },
        { STR("unpacked"), PRESENT },         { STR("half-installed"), PARTLY },
    };
    struct str before, state;

    if (!status.n)
        return r->single ? PRESENT : ABSENT;
    str_rsplit(status, ' ', &before, &state);
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (str_eq(state, known[i].state))
            return known[i].is;
    return ABSENT;
}

static int add_package(struct reader *r, const struct stanza *s)
{
    AUTO_NEEDS struct needs needs = NEEDS, provides = NEEDS;
    struct package p = {
        .type = r->type,
        .name = s->package,
        .version = s->version,
        .arch = s->arch,
        .vendor = s->maintainer,
        .path = r->in->path,
        .line = s->line,
    };

    if (!needs_debian(&needs, s->pre_depends) || !needs_debian(&needs, s->depends) ||
        !needs_debian(&provides, s->provides))
        damage(r, s->line, "a package with more relations than any has");
    p.needs = needs_all(&needs);
    p.provides = needs_all(&provides);
    if (str_eq(r->type, STR("deb")))
        add_source(&p, s->source);
    return facts_add_package(r->out, &p, r->e);
}

static int end_stanza(struct reader *r, struct stanza *s)
{
    struct stanza done = *s;

    *s = (struct stanza){ 0 };
    if (!done.line)
        return 0;
    if (!done.package.n) {
        damage(r, done.line, "stanza without a Package field");
        return 0;
    }
    enum presence is = presence(r, done.status);
    if (is == PARTLY)
        facts_remark(r->out, NOTE_INCOMPLETE, r->in->path,
                     "line %u: " STR_FMT " " STR_FMT " is not wholly installed (" STR_FMT ")", done.line,
                     STR_ARG(done.package), STR_ARG(done.version), STR_ARG(done.status));
    if (is != PRESENT)
        return 0;
    if (!done.version.n) {
        facts_remark(r->out, NOTE_INCOMPLETE, r->in->path,
                     "line %u: installed package " STR_FMT " has no version", done.line,
                     STR_ARG(done.package));
        return 0;
    }
    return add_package(r, &done);
}

static void field(struct reader *r, struct stanza *s, struct str line)
{
    const struct {
        struct str name;
        struct str *to;
    } want[] = {
        { STR("Package"), &s->package },   { STR("Status"), &s->status },
        { STR("Version"), &s->version },   { STR("Source"), &s->source },
        { STR("Architecture"), &s->arch }, { STR("Maintainer"), &s->maintainer },
        { STR("Depends"), &s->depends },   { STR("Pre-Depends"), &s->pre_depends },
        { STR("Provides"), &s->provides },
    };
    struct str name, value;

    if (!str_split(line, ':', &name, &value) || !name.n) {
        damage(r, r->line, "neither \"Field: value\" nor its continuation");
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        if (!str_eq_nocase(name, want[i].name)) /* deb-control(5): case has no meaning */
            continue;
        if (want[i].to->p)
            damage(r, r->line, "a field appears twice in one stanza");
        else
            *want[i].to = str_trim(value);
    }
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct reader r = { .in = in, .out = out, .e = e, .type = STR("deb") };
    struct str rest = in->body, line, folder = parent(in->path);
    struct stanza s = { 0 };

    r.single = str_eq(folder, STR("status.d"));
    if (r.single && str_ends(in->path, STR(".md5sums")))
        return 0; /* of dpkg_list */
    if (str_eq(folder, STR("opkg")))
        r.type = STR("opkg");
    while (str_cut(&rest, '\n', &line)) {
        r.line++;
        if (!str_trim(line).n) {
            if (end_stanza(&r, &s) < 0)
                return -1;
            continue;
        }
        if (!s.line)
            s.line = r.line;
        if (line.p[0] != ' ' && line.p[0] != '\t')
            field(&r, &s, line);
    }
    if (end_stanza(&r, &s) < 0)
        return -1;
    return r.damaged ? -1 : 0;
}

const struct parser parser_dpkg_status = {
    .name = "dpkg_status",
    .what = "Debian packages: dpkg's status and status.d; OpenWrt's and Yocto's opkg",
    .version = 3,
    .paths = PATHS("var/lib/dpkg/status", "var/lib/dpkg/status.d/*", "usr/lib/opkg/status", "lib/opkg/status",
                   "var/lib/opkg/status"),
    .max_size = 64u << 20,
    .parse = parse,
};
