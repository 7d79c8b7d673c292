/* apk.c - Alpine versions as apk-tools orders them: digits{.digits}[letter]{_suffix[n]}[~hash][-r n].
 *
 * apk compares what its own grammar refuses, and advisories contain such versions, so this does too: the
 * texts are read as tokens, and at the first difference the tokens' kinds decide. What no token fits ends the
 * version, and what ends so is older than what ends well. */
#include "model/version/number.h"
#include "model/version/range.h"

/* In ascending order: at the same place of two versions, the later kind is the newer version. */
enum kind {
    BEFORE_RELEASE,
    INVALID,
    NO_DIGITS,
    END,
    REVISION,
    HASH,
    SUFFIX_NUMBER,
    AFTER_RELEASE,
    LETTER,
    DIGITS
};

struct part {
    enum kind kind;
    struct str text; /* digits, hash */
    int value;       /* letter, rank of the suffix */
};

static const struct {
    struct str name;
    enum kind kind;
} suffixes[] = {
    { STR("alpha"), BEFORE_RELEASE }, { STR("beta"), BEFORE_RELEASE }, { STR("pre"), BEFORE_RELEASE },
    { STR("rc"), BEFORE_RELEASE },    { STR("cvs"), AFTER_RELEASE },   { STR("svn"), AFTER_RELEASE },
    { STR("git"), AFTER_RELEASE },    { STR("hg"), AFTER_RELEASE },    { STR("p"), AFTER_RELEASE },
};

static bool suffix(struct str *s, struct part *t)
{
    struct str rest = *s, word;

    cut_char(&rest, '_');
    word = cut_letters(&rest);
    for (size_t i = 0; i < ARRAY_LEN(suffixes); i++)
        if (str_eq(word, suffixes[i].name)) {
            *t = (struct part){ suffixes[i].kind, { 0 }, (int)i };
            *s = rest;
            return true;
        }
    return false;
}

static bool revision(struct str *s, struct part *t)
{
    struct str rest = str_skip(*s, 2);

    if (!str_starts(*s, STR("-r")) || is_alpha(str_peek(rest)))
        return false;
    *t = (struct part){ REVISION, cut_digits(&rest), 0 };
    *s = rest;
    return true;
}

static bool hash(struct str *s, struct part *t)
{
    size_t n = 1;

    while (n < s->n && (is_digit(s->p[n]) || (s->p[n] >= 'a' && s->p[n] <= 'f')))
        n++;
    *t = (struct part){ HASH, { s->p + 1, n - 1 }, 0 };
    *s = str_skip(*s, n);
    return n > 1;
}

static bool is_suffix(enum kind k)
{
    return k == BEFORE_RELEASE || k == AFTER_RELEASE;
}

/* The token behind one of kind `last`. */
static struct part next(struct str *s, enum kind last)
{
    struct part t = { INVALID, { 0 }, 0 };
    char c = str_peek(*s);
    bool in_number = last == DIGITS || last == NO_DIGITS;

    if (!s->n)
        return (struct part){ END, { 0 }, 0 };
    if (c == '.' && (in_number || last == LETTER)) {
        *s = str_skip(*s, 1);
        t.text = cut_digits(s);
        t.kind = t.text.n ? DIGITS : NO_DIGITS;
    } else if (is_lower(c) && in_number) {
        t = (struct part){ LETTER, { 0 }, c };
        *s = str_skip(*s, 1);
    } else if (is_digit(c) && (is_suffix(last) || last == LETTER)) {
        t = (struct part){ is_suffix(last) ? SUFFIX_NUMBER : DIGITS, cut_digits(s), 0 };
    } else if (c == '_' && last != REVISION && last != HASH) {
        suffix(s, &t);
    } else if (c == '~' && last != REVISION && last != HASH) {
        hash(s, &t);
    } else if (c == '-' && last != REVISION) {
        revision(s, &t);
    }
    return t;
}

/* Digits behind a dot: with a leading zero they are a decimal fraction, as Gentoo has it, and below the rest.
 */
static int digits_cmp(struct str a, struct str b)
{
    return str_peek(a) == '0' || str_peek(b) == '0' ? sign(str_cmp(a, b)) : number_cmp(a, b);
}

static int token_cmp(const struct part *a, const struct part *b)
{
    if (a->kind != b->kind)
        return a->kind > b->kind ? 1 : -1;
    switch (a->kind) {
    case DIGITS:
        return digits_cmp(a->text, b->text);
    case SUFFIX_NUMBER:
    case REVISION:
        return number_cmp(a->text, b->text);
    case HASH:
        return sign(str_cmp(a->text, b->text));
    default:
        return sign(a->value - b->value);
    }
}

/* Words ("edge", "latest") and bytes that no version has are not versions at all. */
static bool readable(struct str s)
{
    if (s.n > 1 && is_alpha(s.p[0]) && is_alpha(s.p[1]))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!is_alnum(s.p[i]) && !memchr("._~-", s.p[i], 4))
            return false;
    return s.n > 0;
}

static int compare(struct str a, struct str b, int *order)
{
    if (!readable(a) || !readable(b))
        return -1;
    struct str x = cut_digits(&a), y = cut_digits(&b);
    struct part t = { DIGITS, x, 0 }, u = t;

    *order = number_cmp(x, y);
    while (!*order && t.kind != END && t.kind != INVALID) {
        t = next(&a, t.kind);
        u = next(&b, u.kind);
        *order = token_cmp(&t, &u);
    }
    return 0;
}

const struct version_scheme scheme_apk = {
    .name = "apk",
    .what = "apk-tools' order: apk-package(5), `apk version -t`",
    .also = "Alpine Wolfi Chainguard MinimOS Alpaquita CleanStart BellSoft-Hardened-Containers postmarketOS",
    .compare = compare,
    .satisfies = range_relations,
};
