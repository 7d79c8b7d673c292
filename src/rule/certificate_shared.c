/* certificate_shared.c - one private key in two images (S1): who has one of them is the other, too. */
#include "rule/common.h"

#include "core/map.h"
#include "model/certificates.h"
#include "model/example.h"

/* The key by its public half; one under a passphrase by its keyed hash. */
static struct str identity_of(const struct key *k)
{
    return k->public_key.n ? k->public_key : k->hash;
}

static struct evidence key_at(const struct image *img, const struct seen *s, const struct key *k)
{
    struct evidence at = at_line(img, s, k->path, k->line);

    at.target = img->target;
    return at;
}

/* Where a key was met first: image and place among its keys. */
struct met {
    uint32_t image, seen;
};

/* Is it the same image under another name? */
static bool is_same(const struct image *a, const struct image *b)
{
    return a == b || (a->digest.n && str_eq(a->digest, b->digest));
}

static void compare(const struct images *all, const struct met *first, uint32_t image, const struct seen *s,
                    struct proof *p)
{
    const struct image *here = all->p[image], *there = all->p[first->image];
    const struct seen *other = &there->seen[FACT_KEY_KIND].p[first->seen];
    const struct key *k = s->fact, *twin = other->fact;

    if (is_same(here, there) || example_place(k->path))
        return;
    struct evidence at = key_at(here, s, k), at_twin = key_at(there, other, twin);
    proof_add(p, &at_twin, STR_FMT " key that " STR_FMT " has too", STR_ARG(twin->type), STR_ARG(here->name));
    proof_add(p, &at, STR_FMT " key of " STR_FMT, STR_ARG(k->type), STR_ARG(there->name));
}

static enum verdict judge(const struct rule *r, const void *subject, struct proof *p)
{
    const struct images *all = subject;
    AUTO_MAP struct map by_key = MAP;
    size_t total = 0, n = 0;
    bool complete = true;

    (void)r;
    for (size_t i = 0; i < all->n; i++) {
        total += all->p[i]->seen[FACT_KEY_KIND].n;
        complete = complete && all->p[i]->complete;
    }
    if (all->n < 2 || !total)
        return VERDICT_NOT_APPLICABLE;
    struct met *met = arena_array(p->arena, struct met, total);
    for (uint32_t i = 0; met && i < all->n; i++)
        for (uint32_t k = 0; k < all->p[i]->seen[FACT_KEY_KIND].n; k++) {
            const struct seen *s = &all->p[i]->seen[FACT_KEY_KIND].p[k];
            bool fresh;
            uint32_t *at = identity_of(s->fact).n ? map_put(&by_key, identity_of(s->fact), &fresh) : NULL;
            if (at && fresh) {
                met[n] = (struct met){ i, k };
                *at = (uint32_t)n++;
            } else if (at) {
                compare(all, &met[*at], i, s, p);
            }
        }
    if (p->found)
        return VERDICT_OPEN;
    if (!complete)
        return cannot_tell(p, &(struct evidence){ 0 }, "not everything in the %zu images could be read",
                           all->n);
    return conclude(p, &(struct evidence){ 0 }, "%zu key%s in %zu images: none is in two", n,
                    n == 1 ? "" : "s", all->n);
}

static const struct rule rule[] = {
    { .check = { .id = "certificate-key-shared",
                 .title = "One private key is in two images",
                 .holds = "Every private key is in one image only",
                 .why = "Who takes over one service can pose as the other, and revoking one certificate "
                        "stops both.",
                 .fix = "Give each its own key, made and mounted where it runs.",
                 .threats = THREAT_BIT(S1) | THREAT_BIT(T1),
                 .layer = LAYER_IMAGE,
                 .severity = SEVERITY_HIGH,
                 .refs = REFS({ CAT_NIST, "4.1.4" }, { CAT_ATTACK, "T1552.004" }, { CAT_CWE, "CWE-321" }) },
      .on = ON_IMAGES,
      .unknowable = true,
      .judge = judge },
};

const struct rule_set rules_certificate_shared = { "certificate_shared", rule, ARRAY_LEN(rule) };
