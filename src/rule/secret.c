/* secret.c - secrets that were seen, wherever: in files of any layer, in an image's configuration, in
 * documents. */
#include "model/secret.h"
#include "rule/common.h"

static const char *place_name(uint32_t place)
{
    static const char *const names[] = {
        [SECRET_IN_ENV] = "variable ", [SECRET_IN_LABEL] = "label ", [SECRET_IN_HISTORY] = "build step "
    };

    return place < ARRAY_LEN(names) && names[place] ? names[place] : "";
}

/* "variable API_TOKEN", "etc/app.conf" */
static struct str place_of(struct arena *a, const struct secret *f)
{
    return arena_fmt(a, "%s" STR_FMT, place_name(f->place), STR_ARG(str_first(f->path, 200)));
}

static const char *against(const struct secret_at *at, const struct secret_group *g, struct arena *a)
{
    struct str text = at->fact->doubt;

    if (at->owner.name.n && !str_starts(at->fact->path, STR("etc/")))
        text = arena_fmt(a, STR_FMT " " STR_FMT " brings it to everyone", STR_ARG(at->owner.type),
                         STR_ARG(at->owner.name));
    else if (at->fact->until.n && str_cmp(at->fact->until, g->now) < 0)
        text = arena_fmt(a, "it expired on " STR_FMT, STR_ARG(str_first(at->fact->until, 10)));
    return text.n ? arena_cstr(a, text) : NULL;
}

static void prove(struct proof *p, const struct secret_group *g, const struct secret_at *at, struct str kind)
{
    static const char *const sure[] = { "low", "medium", "high", "proven" };
    const struct secret *f = at->fact;
    struct evidence where = { .target = at->target,
                              .path = f->place == SECRET_IN_FILE || f->place == SECRET_IN_DOCUMENT
                                          ? f->path
                                          : STR("config"),
                              .line = f->line,
                              .layer = at->layer };
    const char *doubt = against(at, g, p->arena);
    char step[81];

    if (f->place == SECRET_IN_HISTORY)
        where.path = STR("history");
    proof_add(
        p, &where, "%s%.80s%s" STR_FMT ", begins " STR_FMT "%s" STR_FMT "%s%s; confidence %s%s%s%s",
        f->place == SECRET_IN_FILE || f->place == SECRET_IN_DOCUMENT ? "" : place_name(f->place),
        where.path.p == f->path.p ? "" : shown(f->path, step, 80), where.path.p == f->path.p ? "" : ": ",
        STR_ARG(kind), STR_ARG(f->shown), f->proof.n ? "; " : "", STR_ARG(f->proof), doubt ? "; but " : "",
        doubt ? doubt : "", sure[secret_weight(at, g->now)],
        at->deleted
            ? "; a later layer deletes the file, which does not help: who pulls the image has this layer too"
            : "",
        at->created_by.n ? "; came with: " : "", at->created_by.n ? shown(at->created_by, step, 80) : "");
}

static enum verdict none(const struct secret_group *g, struct proof *p)
{
    if (!g->kinds)
        return VERDICT_NOT_APPLICABLE;
    if (!g->complete)
        return cannot_tell(p, &(struct evidence){ 0 },
                           "not everything could be read: no secret was found in the rest");
    return conclude(p, &(struct evidence){ 0 }, "every byte was looked through for %zu kinds of secret",
                    g->kinds);
}

/* All that looks like a secret and is none by what speaks against it: one finding. */
static enum verdict doubtful(const struct secret_group *g, struct proof *p)
{
    for (size_t i = 0; i < g->n; i++)
        prove(p, g, &g->at[i], g->at[i].fact->kind);
    p->title = arena_fmt(p->arena, "%zu place%s like a secret and most likely hold%s none", g->n,
                         g->n == 1 ? " looks" : "s look", g->n == 1 ? "s" : "");
    p->about = STR("doubtful");
    return VERDICT_MITIGATED;
}

/* It stands nowhere but where another check says so. */
static bool all_told(const struct secret_group *g)
{
    for (size_t i = 0; i < g->n; i++)
        if (!g->at[i].told)
            return false;
    return true;
}

static enum verdict live(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct secret_group *g = subject;

    if (!g->n)
        return none(g, p);
    if (!g->info)
        return doubtful(g, p);
    if (all_told(g))
        return VERDICT_NOT_APPLICABLE;
    for (size_t i = 0; i < g->n; i++)
        prove(p, g, &g->at[i], str_of(g->info->title));
    struct str first = place_of(p->arena, g->at->fact),
               more = g->n > 1 ? arena_fmt(p->arena, " and %zu more place%s", g->n - 1, g->n == 2 ? "" : "s")
                               : STR("");
    p->title = arena_fmt(p->arena, "%s in " STR_FMT STR_FMT, g->info->title, STR_ARG(first), STR_ARG(more));
    p->fix = arena_fmt(
        p->arena,
        "%s Then take it out of where it stands and build again: layers keep what later steps delete.",
        g->info->rotate);
    p->about = arena_fmt(p->arena, "%s@" STR_FMT "#%u", g->info->id, STR_ARG(first), g->number);
    p->fingerprint = g->at->fact->hash;
    proof_weigh(p, g->confidence >= CONFIDENCE_HIGH || g->info->severity == SEVERITY_INFO
                       ? g->info->severity
                       : (enum severity)(g->info->severity - 1));
    return VERDICT_OPEN;
}

static const struct rule table[] = {
    {
        .check = { .id = "secret-exposed",
                   .title = "Secret in what others can read",
                   .holds = "No secret was found",
                   .why = "Whoever can pull the image or read the file has the secret, and with it whatever "
                          "it opens.",
                   .fix =
                       "Revoke the secret, make a new one, and hand it over as a mounted file at run time.",
                   .snippet = "RUN --mount=type=secret,id=token /app/fetch --token-file /run/secrets/token",
                   .threats = THREAT_BIT(T1),
                   .layer = LAYER_IMAGE,
                   .severity = SEVERITY_HIGH,
                   .refs =
                       REFS({ CAT_CIS_DOCKER, "4.10" }, { CAT_NIST, "4.1.4" }, { CAT_OWASP_DOCKER, "D06" },
                            { CAT_ATTACK, "T1552.001" }, { CAT_CWE, "CWE-798" }) },
        .on = ON_SECRET,
        .unknowable = true,
        .judge = live,
    },
};
const struct rule_set rules_secret = { "secret", table, ARRAY_LEN(table) };
