#include "scan/advise.h"

#include "advisory/cvss.h"
#include "model/upgrade.h"
#include "rule/package.h"

/* ---- severity: the vendor's word first ---- */

static bool severity_of_word(struct str word, enum severity *out)
{
    static const struct {
        const char *words;
        enum severity severity;
    } rows[] = { { "critical", SEVERITY_CRITICAL },
                 { "important high", SEVERITY_HIGH },
                 { "moderate medium", SEVERITY_MEDIUM },
                 { "low", SEVERITY_LOW },
                 { "negligible unimportant none", SEVERITY_INFO } };
    char lower[16];

    if (!word.n || word.n >= sizeof lower)
        return false;
    for (size_t i = 0; i < word.n; i++)
        lower[i] = (char)(word.p[i] >= 'A' && word.p[i] <= 'Z' ? word.p[i] + 32 : word.p[i]);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (str_one_of((struct str){ lower, word.n }, rows[i].words)) {
            *out = rows[i].severity;
            return true;
        }
    return false;
}

enum severity advise_severity(const struct match *match, const struct db_advisory *said,
                              struct vulnerability *v)
{
    enum severity s = SEVERITY_MEDIUM;
    struct str vector;
    bool scored = cvss_newest(v->cvss, &vector, &v->score);

    v->severity_from = "vendor";
    if (match->says == SAYS_UNIMPORTANT)
        return SEVERITY_INFO;
    if (severity_of_word(match->severity, &s) || severity_of_word(said->severity, &s))
        return s;
    v->severity_from = scored ? "cvss" : "none";
    return scored ? cvss_severity(v->score) : SEVERITY_MEDIUM;
}

/* ---- the vulnerability ---- */

static struct str whole_name(struct model *m, const struct package *p)
{
    if (!p->ns.n || str_one_of(p->type, "deb rpm apk alpm")) /* where that is the distribution */
        return p->name;
    return arena_fmt(&m->arena, STR_FMT "%s" STR_FMT, STR_ARG(p->ns),
                     str_eq(p->type, STR("maven")) ? ":" : "/", STR_ARG(p->name));
}

static const char *status_of(const struct match *match)
{
    return match->answer == ANSWER_AFFECTED && match->fixed.n ? "fixed" : statement_name[match->says];
}

/* Texts of the database live as long as it is open, which is as long as the model. */
static struct vulnerability *describe(struct model *m, const struct same_package *same,
                                      const struct match *match, const struct db_vuln *known,
                                      const struct db_advisory *said)
{
    struct vulnerability *v = arena_new(&m->arena, struct vulnerability);
    const struct package *p = same->first->package;

    if (!v)
        return NULL;
    *v = (struct vulnerability){ .id = known->id,
                                 .aliases = known->aliases,
                                 .package = whole_name(m, p),
                                 .installed = p->version,
                                 .asked = package_asked(p),
                                 .source = p->source_name,
                                 .purl = same->first->purl,
                                 .brought_by = same->way,
                                 .fixed = match->fixed,
                                 .status = status_of(match),
                                 .subscribers = match->subscribers,
                                 .advisory = said->id,
                                 .by = said->source,
                                 .title = said->title.n ? said->title : known->title,
                                 .published = known->published,
                                 .modified = said->modified.n ? said->modified : known->modified,
                                 .cvss = match->cvss.n  ? match->cvss
                                         : said->cvss.n ? said->cvss
                                                        : known->cvss,
                                 .kev = known->kev_added.n > 0,
                                 .kev_added = known->kev_added,
                                 .ransomware = known->kev_ransomware,
                                 .has_epss = known->has_epss,
                                 .epss_ppm = known->epss_ppm };
    return v->package.p ? v : NULL;
}

static const char *hope(const struct vulnerability *v)
{
    if (v->fixed.n)
        return v->subscribers ? ", for subscribers" : "";
    if (!strcmp(v->status, statement_name[SAYS_WILL_NOT_FIX]))
        return "no fix will come";
    if (!strcmp(v->status, statement_name[SAYS_FIX_DEFERRED]))
        return "the fix is deferred";
    if (!strcmp(v->status, statement_name[SAYS_UNIMPORTANT]))
        return "of no importance, says the distribution";
    if (!strcmp(v->status, statement_name[SAYS_UNDER_INVESTIGATION]))
        return "under investigation";
    if (!strcmp(v->status, statement_name[SAYS_END_OF_LIFE]))
        return "nobody looks after this release any more";
    return "no fix is known";
}

/* A program that the distribution's package brought has the distribution's fixes in its upstream version:
 * that one being affected proves nothing. */
static bool is_doubtful(const struct installed *in)
{
    return str_eq(in->package->type, STR("generic")) && in->owner.name.n;
}

static struct evidence where_of(const struct installed *in)
{
    struct evidence where = { .path = in->place, .line = in->package->line };

    if (in->layer < in->image->n_layers)
        where.layer = in->image->layer[in->layer].digest;
    return where;
}

static void prove(struct proof *proof, const struct vulnerability *v, const struct installed *in,
                  struct str why)
{
    struct evidence where = where_of(in);

    if (why.n)
        proof_add(proof, &where, STR_FMT " " STR_FMT ": " STR_FMT, STR_ARG(v->package), STR_ARG(v->installed),
                  STR_ARG(why));
    else if (v->asked.n)
        proof_add(proof, &where,
                  STR_FMT ", asked for as " STR_FMT
                          ": every version that this lets through is affected%s" STR_FMT,
                  STR_ARG(v->package), STR_ARG(v->asked), v->fixed.n ? "; fixed in " : "", STR_ARG(v->fixed));
    else if (is_doubtful(in))
        proof_add(proof, &where,
                  STR_FMT " " STR_FMT
                          ": affected by its upstream version; whether the distribution's " STR_FMT
                          " has the fix, nothing here says",
                  STR_ARG(v->package), STR_ARG(v->installed), STR_ARG(in->owner.name));
    else
        proof_add(proof, &where, STR_FMT " " STR_FMT ": %s" STR_FMT "%s", STR_ARG(v->package),
                  STR_ARG(v->installed), v->fixed.n ? "fixed in " : "", STR_ARG(v->fixed), hope(v));
}

/* Which state the places are in together: one that is open is open. */
static enum state state_of(const struct same_package *p, const struct match *match,
                           const struct str *acquitted)
{
    bool open = false, doubtful = false;

    if (match->answer == ANSWER_UNKNOWN || match->says == SAYS_UNDER_INVESTIGATION)
        return STATE_UNKNOWN;
    for (size_t i = 0; i < p->n; i++) {
        bool acquits = acquitted && acquitted[i].n;
        open |= !acquits && !is_doubtful(p->all[i]);
        doubtful |= !acquits && is_doubtful(p->all[i]);
    }
    return open ? STATE_OPEN : doubtful ? STATE_UNKNOWN : STATE_MITIGATED;
}

/* "; brought by express 4.17.1 > body-parser 1.19.0" */
static struct str brought_by_packages(struct model *m, const struct strs *way)
{
    struct str text = STR("");

    for (size_t i = 0; i < way->n && text.p; i++)
        text = arena_fmt(&m->arena, STR_FMT "%s" STR_FMT, STR_ARG(text), i ? " > " : "; brought by ",
                         STR_ARG(way->p[i]));
    return text;
}

/* What brought the package, so that one knows where to update it. */
static struct str brought_by(struct model *m, const struct strs *way, const struct installed *in)
{
    const struct image *img = in->image;

    if (way->n)
        return brought_by_packages(m, way);
    if (in->owner.name.n)
        return arena_fmt(&m->arena, "; the distribution's " STR_FMT " brings it", STR_ARG(in->owner.name));
    if (in->layer >= img->n_layers || img->n_layers < 2)
        return STR("");
    struct str by = img->layer[in->layer].created_by;
    if (!in->layer)
        return arena_fmt(&m->arena, "; the base image brings it (layer 1 of %zu): a newer one may have it",
                         img->n_layers);
    return arena_fmt(&m->arena, "; layer %u of %zu brings it%s" STR_FMT, in->layer + 1, img->n_layers,
                     by.n ? ": " : "", STR_ARG(str_first(by, 80)));
}

/* An image's own kernel never runs, so no version helps there. */
static bool is_idle(const struct model *m, uint32_t element, const struct check *c)
{
    return c->layer == LAYER_HOST && m->element.p[element].kind != ELEMENT_HOST;
}

static struct str fix_of(struct model *m, const struct vulnerability *v, const struct installed *in)
{
    struct str by = brought_by(m, &v->brought_by, in);
    bool host = m->element.p[in->element].kind == ELEMENT_HOST;

    if (!v->fixed.n)
        return arena_fmt(&m->arena,
                         "No update of " STR_FMT " " STR_FMT
                         " is known: remove it where nothing needs it" STR_FMT ".",
                         STR_ARG(v->package), STR_ARG(vulnerability_version(v)), STR_ARG(by));
    if (v->asked.n)
        return arena_fmt(&m->arena,
                         "Ask for " STR_FMT " " STR_FMT " or later in " STR_FMT ", which asks for " STR_FMT
                         ", or keep a lock file beside it.",
                         STR_ARG(v->package), STR_ARG(v->fixed), STR_ARG(in->place), STR_ARG(v->asked));
    return arena_fmt(&m->arena, "Update " STR_FMT " from " STR_FMT " to " STR_FMT "%s%s" STR_FMT ".",
                     STR_ARG(v->package), STR_ARG(v->installed), STR_ARG(v->fixed),
                     v->subscribers ? " (for subscribers of the extended support)" : "",
                     host ? " on the host" : " and build the image again", STR_ARG(by));
}

int advise(struct model *m, struct db *db, const struct same_package *same, const struct match *match,
           const struct str *acquitted, struct err *e)
{
    struct db_vuln known;
    struct db_advisory said;

    if (db_vuln(db, match->vuln, &m->arena, &known, e) < 0 ||
        db_advisory(db, match->advisory, &m->arena, &said, e) < 0)
        return -1;
    struct vulnerability *v = describe(m, same, match, &known, &said);
    if (!v)
        return err_set(e, ERR_LIMIT, "the model is full");
    struct finding f = { .check = same->check,
                         .severity = advise_severity(match, &said, v),
                         .state = state_of(same, match, acquitted),
                         .element = same->first->element,
                         .vulnerability = v };
    struct proof proof = { .arena = &m->arena, .target = same->first->image->target, .most = PROOF_MOST };
    for (size_t i = 0; i < same->n; i++)
        if (f.state == STATE_MITIGATED || !acquitted || !acquitted[i].n)
            prove(&proof, v, same->all[i], acquitted ? acquitted[i] : STR_NONE);
    f.evidence = proof.item;
    f.n_evidence = proof.n;
    f.n_found = proof.found;
    f.title = arena_fmt(&m->arena, STR_FMT " in " STR_FMT "%s" STR_FMT, STR_ARG(v->id), STR_ARG(v->package),
                        v->title.n ? ": " : "", STR_ARG(str_first(v->title, 200)));
    if (!is_idle(m, f.element, f.check)) { /* else the check's own words */
        f.fix = fix_of(m, v, same->first);
        f.snippet = v->fixed.n ? upgrade_command(&m->arena, v, v->fixed).p : NULL;
    }
    struct str about = arena_fmt(&m->arena, STR_FMT " " STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(v->id),
                                 STR_ARG(same->first->package->type), STR_ARG(v->package),
                                 STR_ARG(vulnerability_version(v)));
    if (!f.title.p || !about.p)
        return err_set(e, ERR_LIMIT, "the model is full");
    return model_add_finding(m, &f, about, e);
}

/* ---- what some of the versions have that a manifest lets through ---- */

/* Several vulnerabilities together. */
struct doubts {
    enum severity worst;
    struct buf *ids;  /* of the first */
    struct str fixed; /* the last of their fixes; empty: one is not fixed, or they have no order */
};

static int add_doubt(struct model *m, const struct same_package *same, const struct doubt *d, size_t nth,
                     struct doubts *all, struct err *e)
{
    struct db_vuln known;
    struct db_advisory said;
    int order;

    if (db_vuln(d->db, d->match->vuln, &m->arena, &known, e) < 0 ||
        db_advisory(d->db, d->match->advisory, &m->arena, &said, e) < 0)
        return -1;
    struct vulnerability *v = describe(m, same, d->match, &known, &said);
    if (!v)
        return err_set(e, ERR_LIMIT, "the model is full");
    enum severity severity = advise_severity(d->match, &said, v);
    all->worst = nth && all->worst > severity ? all->worst : severity;
    if (nth < DOUBTS_NAMED) {
        buf_str(all->ids, nth ? STR(", ") : STR(""));
        buf_str(all->ids, v->id);
    }
    if (!nth)
        all->fixed = v->fixed;
    else if (!v->fixed.n || !all->fixed.n ||
             version_compare(upgrade_scheme(v), v->fixed, all->fixed, &order) < 0)
        all->fixed = STR_NONE;
    else if (order > 0)
        all->fixed = v->fixed;
    return 0;
}

static void prove_doubts(struct proof *proof, const struct installed *in, struct str name, size_t n,
                         const struct doubts *all)
{
    struct evidence where = where_of(in);

    proof_add(proof, &where,
              STR_FMT ", asked for as " STR_FMT
                      ": some of the versions that this lets through have %zu known vulnerabilit%s (" STR_FMT
                      "%s)%s" STR_FMT,
              STR_ARG(name), STR_ARG(package_asked(in->package)), n, n == 1 ? "y" : "ies",
              STR_ARG(buf_view(all->ids)), n > DOUBTS_NAMED ? " ..." : "",
              all->fixed.n ? "; the last of their fixes is in " : "", STR_ARG(all->fixed));
}

int advise_asked(struct model *m, const struct same_package *same, const struct doubt *doubt, size_t n,
                 struct err *e)
{
    const struct package *p = same->first->package;
    struct str name = whole_name(m, p), asked = package_asked(p);
    AUTO_BUF struct buf ids = BUF(4096);
    struct doubts all = { .ids = &ids };
    struct proof proof = { .arena = &m->arena, .target = same->first->image->target, .most = PROOF_MOST };
    int r = 0;

    for (size_t i = 0; i < n && r == 0; i++)
        r = add_doubt(m, same, &doubt[i], i, &all, e);
    for (size_t i = 0; i < same->n; i++)
        prove_doubts(&proof, same->all[i], name, n, &all);
    struct finding f = { .check = same->check,
                         .severity = all.worst,
                         .state = STATE_UNKNOWN,
                         .element = same->first->element,
                         .evidence = proof.item,
                         .n_evidence = proof.n,
                         .n_found = proof.found };
    f.title = arena_fmt(&m->arena,
                        STR_FMT " is asked for as " STR_FMT ", and nothing says in which version it is there",
                        STR_ARG(name), STR_ARG(asked));
    f.fix =
        all.fixed.n
            ? arena_fmt(&m->arena, "Keep a lock file beside it, or ask for " STR_FMT " " STR_FMT " or later.",
                        STR_ARG(name), STR_ARG(all.fixed))
            : STR("Keep a lock file beside it: that says which version is installed.");
    struct str about = arena_fmt(&m->arena, "asked " STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(p->type),
                                 STR_ARG(name), STR_ARG(asked));
    if (r == 0 && (!f.title.p || !f.fix.p || !about.p))
        return err_set(e, ERR_LIMIT, "the model is full");
    return r < 0 ? -1 : model_add_finding(m, &f, about, e);
}
