/* doubt.c - what only looks like a secret, and where such things are at home. */
#include "model/example.h"
#include "secret/scanner.h"

#include <math.h>

/* References that something else fills in: ${X}, $(x), {{ x }}, <x>, %X%, #{x}, @x@. */
static bool is_reference(struct str s)
{
    static const char *const opens[] = { "${", "$(", "{{", "#{", "<%", "%(", "{%", "$[[", "[[", "@{" };

    for (size_t i = 0; i < ARRAY_LEN(opens); i++)
        if (str_has(s, str_of(opens[i])))
            return true;
    char first = s.n ? s.p[0] : 0, last = s.n ? s.p[s.n - 1] : 0;
    return (first == '<' && last == '>') || (first == '%' && last == '%') || (first == '{' && last == '}') ||
           (first == '@' && last == '@') || (first == '[' && last == ']');
}

/* The longest run of one character, or of neighbours in the alphabet (abcdef, 654321). */
static size_t longest_run(struct str s)
{
    size_t most = 1;

    for (int step = -1; step <= 1; step++) {
        size_t run = 1;
        for (size_t i = 1; i < s.n; i++) {
            run = (unsigned char)s.p[i] - (unsigned char)s.p[i - 1] == step ? run + 1 : 1;
            most = run > most ? run : most;
        }
    }
    return most;
}

static size_t distinct(struct str s)
{
    bool seen[256] = { 0 };
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        n += !seen[(unsigned char)s.p[i]];
        seen[(unsigned char)s.p[i]] = true;
    }
    return n;
}

bool secret_is_dummy(struct str s)
{
    static const char *const words[] = { "example",   "xxxx",      "****",         "....",       "changeme",
                                         "change_me", "change-me", "placeholder",  "dummy",      "redacted",
                                         "your_",     "your-",     "yourtoken",    "yourkey",    "yoursecret",
                                         "yourpass",  "notreal",   "not-a-real",   "notasecret", "insert_",
                                         "replace_",  "foobar",    "deadbeef",     "abcdefgh",   "12345678",
                                         "fakefake",  "testtest",  "xxj31ZMTZzkVA" };

    if (s.n > 300) /* words and runs stand in long ones by chance */
        return false;
    if (is_reference(s))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_has_nocase(s, str_of(words[i])))
            return true;
    if (s.n >= 10 && (longest_run(s) * 2 >= s.n || longest_run(s) >= 7))
        return true;
    return s.n >= 16 && distinct(s) < 6;
}

unsigned secret_entropy(struct str s)
{
    unsigned count[256] = { 0 };
    double bits = 0;

    for (size_t i = 0; i < s.n; i++)
        count[(unsigned char)s.p[i]]++;
    for (size_t i = 0; i < 256; i++)
        if (count[i])
            bits -= count[i] * log2((double)count[i] / (double)s.n);
    return s.n ? (unsigned)(bits * 100 / (double)s.n + 0.5) : 0;
}

/* Parts of a path, and what they say of the file, besides what model/example.h says of its folders. */
struct place {
    const char *part, *is;
};
static const struct place tests[] = {
    { "/test-", "lies among tests" },
    { "/test_", "lies among tests" },
    { "/test.", "is a test" },
    { "_test.", "is a test" },
    { ".test.", "is a test" },
    { ".spec.", "is a test" },
    { ".example", "is an example" },
    { ".sample", "is an example" },
    { ".template", "is a template" },
    { ".dist", "is a template" },
    { "/man/", "is documentation" },
    { "/share/info/", "is documentation" },
    { "readme", "is documentation" },
    { "changelog", "is documentation" },
    { ".md", "is documentation" },
    { ".rst", "is documentation" },
    { "/locale/", "holds translations" },
    { "/locales/", "holds translations" },
    { "/i18n/", "holds translations" },
};
static const struct place packages[] = {
    { "/node_modules/", "is part of a published package" },
    { "/site-packages/", "is part of a published package" },
    { "/dist-packages/", "is part of a published package" },
    { "/gems/", "is part of a published package" },
    { "/vendor/", "is part of a published package" },
    { "/pkg/mod/", "is part of a published package" },
    { "/.cargo/registry/", "is part of a published package" },
    { "/.m2/repository/", "is part of a published package" },
};

static const char *said_by(struct str path, const struct place *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_has_nocase(path, str_of(p[i].part)))
            return p[i].is;
    return NULL;
}

const char *secret_path_doubt(struct str path, bool generic, enum confidence *most)
{
    char rooted[1024];
    size_t n = MIN(path.n, sizeof rooted - 1);

    rooted[0] = '/';
    memcpy(rooted + 1, path.p + path.n - n, n);
    const char *test = example_place(path);
    if (!test)
        test = said_by((struct str){ rooted, n + 1 }, tests, ARRAY_LEN(tests));
    const char *package = said_by((struct str){ rooted, n + 1 }, packages, ARRAY_LEN(packages));
    /* a package's tests and examples are everybody's: nobody's own secret */
    *most = generic || (test && package) ? CONFIDENCE_LOW : CONFIDENCE_MEDIUM;
    return test && package ? "lies among the tests or documents of a published package"
           : test          ? test
                           : package;
}
