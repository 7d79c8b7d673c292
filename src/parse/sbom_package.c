#include "model/purl.h"
#include "parse/sbom.h"

bool sbom_license(struct str license)
{
    return license.n && !str_eq(license, STR("NOASSERTION")) && !str_eq(license, STR("NONE"));
}

/* The version in "cpe:2.3:a:vendor:product:version:..." or "cpe:/a:vendor:product:version". */
static struct str cpe_version(struct str cpe)
{
    int skip = str_starts(cpe, STR("cpe:2.3:")) ? 6 : 5;
    struct str part = { 0 };

    for (int i = 0; i < skip; i++)
        if (!str_cut(&cpe, ':', &part))
            return (struct str){ 0 };
    return str_eq(part, STR("*")) || str_eq(part, STR("-")) ? STR_NONE : part;
}

void sbom_os(struct sbom *s, struct str id, struct str version, struct str name)
{
    if (!s->os.id.n && id.n)
        s->os = (struct os){ .id = id, .version = version, .name = name, .path = s->in->path };
}

/* "distro=debian-12" of a package URL: all that a document without an entry for its system says. */
static void os_of_purl(struct sbom *s, struct str purl)
{
    ptrdiff_t at = str_find(purl, STR("distro="));
    struct str distro, rest, id, version;

    if (at < 0 || s->os.id.n)
        return;
    str_split(str_skip(purl, (size_t)at + 7), '&', &distro, &rest);
    str_split(distro, '#', &distro, &rest);
    if (str_rsplit(distro, '-', &id, &version))
        sbom_os(s, id, version, STR_NONE);
}

/* The registry's spelling, as the document has it: a URL of PyPI has "jinja2" for Jinja2. */
static bool same_but_spelling(struct str a, struct str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        char x = a.p[i], y = b.p[i];
        x = x >= 'A' && x <= 'Z' ? (char)(x + 32) : x == '_' || x == '.' ? '-' : x;
        y = y >= 'A' && y <= 'Z' ? (char)(y + 32) : y == '_' || y == '.' ? '-' : y;
        if (x != y)
            return false;
    }
    return true;
}

static bool is_of_distribution(struct str type)
{
    return str_one_of(type, "deb rpm apk alpm");
}

/* The fact that was added last, under the id that the document gives it. */
static void keep(struct sbom *s, struct str id, struct str type, struct str name)
{
    among_call(&s->among, among_last(s->out), id);
    if (str_eq(type, STR("deb")))
        among_call_fmt(&s->among, among_last(s->out), "deb/" STR_FMT, STR_ARG(name));
}

int sbom_claim(struct sbom *s, struct str owner, struct str owned, struct err *e)
{
    if (!arena_grow(s->arena, &s->claim, s->n_claim, &s->cap_claim, sizeof *s->claim))
        return err_set(e, ERR_LIMIT, "document is too large");
    s->claim[s->n_claim++] = (struct sbom_claim){ owner, owned };
    return 0;
}

int sbom_settle(struct sbom *s, struct err *e)
{
    size_t n;
    struct package *all = facts_package(s->out, &n);

    for (size_t i = 0; i < s->n_claim; i++) {
        uint32_t a = among_find(&s->among, s->claim[i].owner), b = among_find(&s->among, s->claim[i].owned);
        if (!a || !b)
            continue;
        const struct package *owner = &all[a - 1];
        struct package *owned = &all[b - 1];
        if (!is_of_distribution(owner->type) || is_of_distribution(owned->type) || owned->owner.n)
            continue;
        owned->owner =
            arena_fmt(&s->out->arena, STR_FMT "/" STR_FMT, STR_ARG(owner->type), STR_ARG(owner->name));
        if (!owned->owner.p)
            return err_set(e, ERR_LIMIT, "document is too large");
    }
    return among_settle(&s->among, s->in, s->out, e);
}

int sbom_add(struct sbom *s, const struct sbom_package *said, struct err *e)
{
    struct package p = {
        .vendor = said->vendor,
        .licenses = said->licenses,
        .how = HOW_LISTED,
        .cpes = { &said->cpe, said->cpe.n ? 1 : 0 },
        .purl = said->purl,
        .hash = said->hash,
        .direct = said->direct,
        .path = s->in->path,
        .line = said->line,
    };

    if (said->purl.n && !purl_read(s->arena, said->purl, &p)) {
        p.purl = (struct str){ 0 };
        if (s->arena->used + said->purl.n > s->arena->budget / 16 * 15)
            return err_set(e, ERR_LIMIT, "line %u: document is too large", said->line);
        facts_remark(s->out, NOTE_UNUSUAL, s->in->path, "line %u: not a package URL: " STR_FMT, said->line,
                     STR_ARG(str_first(said->purl, 200)));
    }
    if (!p.name.n) {
        p.type = STR("generic");
        p.name = said->name;
    }
    if (!p.version.n)
        p.version = said->version.n ? said->version : cpe_version(said->cpe);
    if (str_eq(p.version, STR("UNKNOWN"))) /* Syft's word for none */
        p.version = STR_NONE;
    if (!p.source_name.n) {
        p.source_name = said->source_name;
        p.source_version = said->source_version;
    }
    if (!p.name.n || str_one_of(p.type, "oci docker"))
        return 0;
    if (str_eq(p.type, STR("pypi")) && same_but_spelling(p.name, said->name))
        p.name = said->name;
    p.owner = said->owner;
    p.constraint = said->constraint;
    os_of_purl(s, said->purl);
    if (facts_add_package(s->out, &p, e) < 0)
        return -1;
    keep(s, said->id, p.type, p.name);
    return 0;
}
