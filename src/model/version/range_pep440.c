/* range_pep440.c - Python's version specifiers, by PEP 440: "~= 1.4.2, != 1.5.*". */
#include "model/version/pep440.h"
#include "model/version/range.h"

static bool is_pre(const struct pep440 *v)
{
    return v->stage != STAGE_NONE || v->has_dev;
}

/* "== 1.2.*" */
static enum tri begins(const struct pep440 *v, enum range_op op, struct str text)
{
    struct pep440 b;

    text.n -= 2;
    if ((op != OP_EQ && op != OP_NE) || !pep440_parse(text, &b) || is_pre(&b) || b.has_post || b.local.n)
        return UNKNOWN;
    bool same = !number_cmp(v->epoch, b.epoch) && !dotted_cmp(v->release, b.release, dotted_count(b.release));
    return range_tri(same == (op == OP_EQ));
}

/* "~= 1.4.2": at least that, and 1.4.* */
static enum tri compatible(const struct pep440 *v, const struct pep440 *b)
{
    size_t n = dotted_count(b->release);

    if (n < 2 || b->local.n)
        return UNKNOWN;
    return range_tri(pep440_public_cmp(v, b) >= 0 && !number_cmp(v->epoch, b->epoch) &&
                     !dotted_cmp(v->release, b->release, n - 1));
}

/* "< 1.0" leaves out the pre-releases of 1.0, and "< 1.0.post1" those of 1.0.post1. */
static bool is_pre_of(const struct pep440 *v, const struct pep440 *b)
{
    if (!is_pre(v) || is_pre(b) || pep440_base_cmp(v, b))
        return false;
    return !b->has_post || (v->has_post && v->stage == STAGE_NONE && !number_cmp(v->post_n, b->post_n));
}

/* "> 1.0" leaves out the post-releases and the local versions of 1.0. */
static bool is_post_of(const struct pep440 *v, const struct pep440 *b)
{
    if (v->local.n && !pep440_public_cmp(v, b))
        return true;
    return v->has_post && !b->has_post && !b->has_dev && v->stage == b->stage &&
           !number_cmp(v->stage_n, b->stage_n) && !pep440_base_cmp(v, b);
}

static bool strictly(const struct pep440 *v, enum range_op op, const struct pep440 *b)
{
    if (op == OP_LT)
        return pep440_cmp(v, b) < 0 && !is_pre_of(v, b);
    return pep440_cmp(v, b) > 0 && !is_post_of(v, b);
}

static enum tri holds(const struct pep440 *v, struct str text, struct str version)
{
    enum range_op op = range_cut_op(&text);
    struct pep440 b;

    if (op == OP_SAME_TEXT)
        return range_tri(str_eq_nocase(str_trim(version), text));
    if (op == OP_NONE)
        return UNKNOWN;
    if (str_ends(text, STR(".*")))
        return begins(v, op, text);
    if (!pep440_parse(text, &b))
        return UNKNOWN;
    switch (op) {
    case OP_COMPATIBLE:
        return compatible(v, &b);
    case OP_LT:
    case OP_GT:
        return b.local.n ? UNKNOWN : range_tri(strictly(v, op, &b));
    case OP_EQ:
    case OP_NE:
        return range_tri(range_order_holds(b.local.n ? pep440_cmp(v, &b) : pep440_public_cmp(v, &b), op));
    case OP_LE:
    case OP_GE:
        return b.local.n ? UNKNOWN : range_tri(range_order_holds(pep440_public_cmp(v, &b), op));
    default:
        return UNKNOWN;
    }
}

enum tri range_pep440(const struct version_scheme *s UNUSED, struct str range, struct str version)
{
    struct pep440 v;
    struct str one;
    enum tri all = YES;

    if (!pep440_parse(version, &v))
        return UNKNOWN;
    range = str_trim(range);
    while (range.n && str_cut(&range, ',', &one))
        all = range_and(all, str_trim(one).n ? holds(&v, one, version) : YES);
    return all;
}
