/* packagist.c - versions of PHP packages in the order of PHP's version_compare(), by which advisories are
 * written. Composer's own order, which has 1.0 = 1.0.0, is composer.c. */
#include "model/version/number.h"
#include "model/version/range.h"

enum { NUMBER_WEIGHT = 4 };

static bool is_separator(char c)
{
    return c == '.' || c == '-' || c == '_' || c == '+';
}

/* The next run of digits or of anything else between separators; *rest is {NULL} behind the last. */
static bool next(struct str *rest, struct str *token)
{
    size_t n = 0;

    if (!rest->p)
        return false;
    while (n < rest->n && !is_separator(rest->p[n]) && is_digit(rest->p[n]) == is_digit(rest->p[0]))
        n++;
    *token = str_first(*rest, n);
    *rest = str_skip(*rest, n);
    if (!rest->n)
        *rest = (struct str){ 0 };
    else if (is_separator(rest->p[0]))
        *rest = str_skip(*rest, 1);
    return true;
}

/* "any other word" < dev < alpha < beta < RC < number < pl, by how the word begins. */
static int weight(struct str word)
{
    static const struct {
        struct str start;
        int weight;
    } words[] = {
        { STR("dev"), 0 },           { STR("a"), 1 }, { STR("b"), 2 }, { STR("RC"), 3 }, { STR("rc"), 3 },
        { STR("#"), NUMBER_WEIGHT }, { STR("p"), 5 },
    };

    if (is_digit(str_peek(word)))
        return NUMBER_WEIGHT;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_starts(word, words[i].start))
            return words[i].weight;
    return -1;
}

/* What one has more than the other counts against a number that is not there. */
static int rest_cmp(struct str token)
{
    return is_digit(str_peek(token)) ? 1 : sign(weight(token) - NUMBER_WEIGHT);
}

static int text_cmp(struct str a, struct str b)
{
    for (;;) {
        struct str x = { 0 }, y = { 0 };
        bool m = next(&a, &x), n = next(&b, &y);
        if (!m && !n)
            return 0;
        int c;
        if (!m || !n)
            c = m ? rest_cmp(x) : -rest_cmp(y);
        else if (is_digit(str_peek(x)) && is_digit(str_peek(y)))
            c = number_cmp(x, y);
        else
            c = sign(weight(x) - weight(y));
        if (c)
            return c;
    }
}

/* PHP compares any text; a blank, a control or an empty one is not a version all the same. */
static bool prepare(struct str *s)
{
    if (s->n && to_lower(s->p[0]) == 'v')
        *s = str_skip(*s, 1);
    for (size_t i = 0; i < s->n; i++)
        if (s->p[i] <= ' ' || s->p[i] == 0x7f)
            return false;
    return s->n > 0;
}

static int compare(struct str a, struct str b, int *order)
{
    if (!prepare(&a) || !prepare(&b))
        return -1;
    *order = text_cmp(a, b);
    return 0;
}

const struct version_scheme scheme_packagist = {
    .name = "packagist",
    .what = "PHP's order: version_compare()",
    .also = "php wordpress drupal",
    .compare = compare,
    .satisfies = range_composer,
};
