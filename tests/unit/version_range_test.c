/* Ranges: the events of OSV, and every ecosystem's own syntax, as tables. */
#include "model/version/span.h"
#include "tap.h"

static char letter(enum tri is)
{
    return is == YES ? 'Y' : is == NO ? 'N' : '?';
}

/* Events: i introduced, f fixed, l last affected, m limit. */
static const struct {
    const char *scheme, *events, *version;
    char want;
} events[] = {
    { "semver", "i0 f1.2.3", "1.2.2", 'Y' },
    { "semver", "i0 f1.2.3", "1.2.3", 'N' },
    { "semver", "i0 f1.2.3", "1.2.3-rc.1", 'Y' },
    { "semver", "i1.0.0 f1.2.3", "0.9.0", 'N' },
    { "semver", "i1.0.0 l1.2.3", "1.2.3", 'Y' },
    { "semver", "i1.0.0 l1.2.3", "1.2.4", 'N' },
    { "semver", "i1.0.0 f1.5.0 i2.0.0 f2.1.0", "1.7.0", 'N' },
    { "semver", "i1.0.0 f1.5.0 i2.0.0 f2.1.0", "2.0.5", 'Y' },
    { "semver", "f2.1.0 i2.0.0 f1.5.0 i1.0.0", "2.0.5", 'Y' }, /* in any order */
    { "semver", "i1.0.0 f2.0.0 i2.0.0 f3.0.0", "2.0.0", 'Y' }, /* ranges that touch */
    { "semver", "l1.0.0 i1.0.0", "1.0.0", 'Y' },
    { "semver", "l1.0.0 i1.0.0", "1.0.1", 'N' },
    { "semver", "i1.0.0 f1.0.0", "1.0.0", 'N' },               /* nothing */
    { "semver", "i1.0.0 f1.7.5 i1.7.1 f1.9.7", "1.9.6", 'Y' }, /* ranges that overlap */
    { "semver", "i1.0.0 f1.7.5 i1.7.1 f1.9.7", "1.9.7", 'N' },
    { "semver", "i1.0.0 f1.7.5 i1.7.1 l1.9.7", "1.9.7", 'Y' },
    { "semver", "i5.0.0 f2.0.0 i1.0.0 f7.0.0", "3.0.0", 'N' }, /* in no order: no pairs */
    { "semver", "i0", "9.9.9", 'Y' },
    { "semver", "i0", "what is this", 'Y' }, /* all versions: this one too */
    { "semver", "i0 f1.0.0", "what is this", '?' },
    { "semver", "i0 fnever", "1.0.0", '?' },
    { "semver", "i0 m2.0.0", "2.0.0", 'N' },
    { "semver", "i0 m1.0.0 m2.0.0", "1.5.0", 'Y' },
    { "semver", "i0 m*", "1.5.0", 'Y' },
    { "semver", "f1.0.0", "0.5.0", 'N' },
    { "deb", "i0 f1.2-3", "1.2-3~bpo1", 'Y' },
    { "deb", "i0 f1.2-3", "0~pre1", 'Y' }, /* "0" is before 0~ */
    { "deb", "i0 f1:1.0", "2.0", 'Y' },
    { "rpm", "i0 f0:1.2-3.el9", "1.2-2.el9", 'Y' },
    { "pypi", "i0 f2.0", "2.0rc1", 'Y' },
    { "go", "i0 f1.21.0-rc.2", "go1.21rc1", 'Y' },
    { "go", "i0 f0.0.0-20220314234659-1baeb1ce4c0b", "v0.0.0-20210921155107-089bfa567519", 'Y' },
    { "nothing", "i0 f1", "1", '?' },
    { "nothing", "i0", "1", 'Y' },
};

static size_t read_events(const char *text, struct version_event *e)
{
    struct str rest = str_of(text), one;
    size_t n = 0;

    while (str_cut(&rest, ' ', &one)) {
        enum version_event_kind kind = one.p[0] == 'i'   ? EVENT_INTRODUCED
                                       : one.p[0] == 'f' ? EVENT_FIXED
                                       : one.p[0] == 'l' ? EVENT_LAST_AFFECTED
                                                         : EVENT_LIMIT;
        e[n++] = (struct version_event){ kind, str_skip(one, 1) };
    }
    return n;
}

static void osv_events(void)
{
    for (size_t i = 0; i < ARRAY_LEN(events); i++) {
        struct version_event e[8];
        size_t n = read_events(events[i].events, e);
        const struct version_scheme *s = version_scheme_for(str_of(events[i].scheme));
        char is = letter(version_in_range(s, str_of(events[i].version), e, n));
        if (is != events[i].want)
            printf("# %s: %s: %s: %c\n", events[i].scheme, events[i].events, events[i].version, is),
                tap_bad_++;
    }
}

static const struct {
    const char *scheme, *range, *in, *out, *unknown; /* versions, blank-separated */
} ranges[] = {
    { "npm", "^1.2.3", "1.2.3 1.9.0 1.3.0-rc.1", "1.2.2 2.0.0 2.0.0-rc.1 1.2.3-rc.1", "1.2 x" },
    { "npm", "^0.2.3", "0.2.3 0.2.9", "0.3.0 0.2.2 1.0.0", "" },
    { "npm", "^0.0.3", "0.0.3", "0.0.4 0.1.0", "" },
    { "npm", "^0.0", "0.0.0 0.0.9", "0.1.0", "" },
    { "npm", "~1.2.3", "1.2.3 1.2.9", "1.3.0 1.2.2", "" },
    { "npm", "~1.2", "1.2.0 1.2.9", "1.3.0 1.1.9", "" },
    { "npm", "~1", "1.0.0 1.9.9", "2.0.0 0.9.9", "" },
    { "npm", "1.2.x", "1.2.0 1.2.99", "1.3.0", "" },
    { "npm", "1.x || >=2.5.0 <3", "1.0.0 2.5.0 2.9.9", "2.4.9 3.0.0 3.0.0-alpha", "" },
    { "npm", "1.2 - 2.3", "1.2.0 2.3.9", "1.1.9 2.4.0", "" },
    { "npm", "1.2.3 - 2.3.4", "1.2.3 2.3.4", "1.2.2 2.3.5", "" },
    { "npm", ">1.2 <=2", "1.3.0 2.9.9", "1.2.9 3.0.0", "" },
    { "npm", ">= 1.2.3 < 2.0.0", "1.2.3", "2.0.0", "" },
    { "npm", ">=1.0.0, <1.5.0", "1.4.9", "1.5.0", "" },
    { "npm", "*", "0.0.1 9.9.9", "", "" },
    { "npm", "", "1.0.0", "", "" },
    { "npm", "=1.2.3", "1.2.3 1.2.3+build", "1.2.4", "" },
    { "npm", "latest", "", "", "1.0.0" },
    { "npm", "1.0.0 | 2.0.0", "", "", "1.0.0" },
    { "npm", "^1.0.0 || latest", "", "", "1.0.0" }, /* half a range says nothing */
    { "npm", ">=1.2.3.4", "", "", "1.0.0" },
    { "crates", "1.2.3", "1.2.3 1.9.0", "2.0.0 1.2.2", "" },
    { "crates", "0.2", "0.2.0 0.2.9", "0.3.0", "" },
    { "crates", "=1.2.3", "1.2.3", "1.2.4", "" },
    { "crates", ">=1.2, <1.5", "1.2.0 1.4.9", "1.5.0 1.1.9", "" },
    { "crates", "1.*", "1.0.0 1.9.9", "2.0.0", "" },
    { "crates", "0.*", "0.1.0 0.9.9", "1.0.0", "" },
    { "crates", "~1.2.3", "1.2.3 1.2.9", "1.3.0", "" },
    { "crates", "^0.0", "0.0.1", "0.1.0", "" },
    { "crates", "", "", "", "1.0.0" },
    { "pub", "^1.2.3", "1.2.3 1.9.9", "2.0.0 2.0.0-dev", "" },
    { "pub", "^0.0.1", "0.0.1 0.0.9", "0.1.0", "" },
    { "pub", ">=1.0.0 <2.0.0", "1.0.0 1.9.9", "2.0.0 2.0.0-dev", "" },
    { "pub", "any", "1.0.0", "", "" },
    { "pub", "1.x", "", "", "1.0.0" },
    { "hex", "~> 1.2", "1.2.0 1.9.9", "2.0.0 1.1.9", "" },
    { "hex", "~> 1.2.3", "1.2.3 1.2.9", "1.3.0 1.2.2", "" },
    { "hex", ">= 1.0.0 and < 1.5.0 or == 2.0.0", "1.0.0 2.0.0", "1.5.0 2.0.1", "" },
    { "hex", "!= 1.0.0", "1.0.1", "1.0.0", "" },
    { "hex", "~> 1", "", "", "1.0.0" },
    { "pypi", ">=1.0,<2", "1.0 1.9.post1", "2.0rc1 2.0 0.9", "trunk" },
    { "pypi", "~=1.4.2", "1.4.2 1.4.9", "1.5 1.4.1", "" },
    { "pypi", "~=1.4", "1.4 1.9", "2.0 1.3", "" },
    { "pypi", "==1.2.*", "1.2 1.2.9 1.2a1", "1.3 1.20", "" },
    { "pypi", "!=1.2.*", "1.3", "1.2.4", "" },
    { "pypi", "==1.0", "1.0 1.0.0 1.0+local", "1.0.1", "" },
    { "pypi", "==1.0+a", "1.0+a", "1.0", "" },
    { "pypi", ">1.0", "1.0.1 1.1a1", "1.0 1.0.post1 1.0+local", "" },
    { "pypi", "<1.0", "0.9", "1.0 1.0a1 1.0.dev1", "" },
    { "pypi", "<=1.0", "1.0 1.0a1 1.0+local", "1.0.1", "" },
    { "pypi", "===1.0", "1.0", "1.0.0", "" },
    { "pypi", "~=1", "", "", "1.0" },
    { "pypi", "1.0", "", "", "1.0" },
    { "maven", "[1.0,2.0)", "1.0 1.9", "2.0 0.9 1.0-SNAPSHOT", "" },
    { "maven", "(1.0,2.0]", "1.1 2.0", "1.0 2.1", "" },
    { "maven", "(,1.0],[1.2,)", "0.5 1.0 1.2 9", "1.1", "" },
    { "maven", "[1.5]", "1.5 1.5.0", "1.6", "" },
    { "maven", "1.0", "", "", "1.0" },
    { "maven", "[1.0,2.0", "", "", "1.5" },
    { "maven", "[1.0,2.0) or so", "", "", "1.5" },
    { "nuget", "[1.0,2.0)", "1.0 1.9.9.9", "2.0 1.0-beta", "" },
    { "nuget", "1.0", "1.0 9.0", "0.9", "" },
    { "nuget", "[1.0]", "1.0.0.0", "1.0.1", "" },
    { "nuget", "(,1.0]", "0.1 1.0", "1.0.1", "" },
    { "nuget", "1.*", "", "", "1.0" },
    { "rubygems", "~> 1.2.3", "1.2.3 1.2.10 1.2.3.1", "1.3.0 1.2.2 1.3.0.pre", "1beta" },
    { "rubygems", "~> 1.2", "1.2 1.9", "2.0 1.1", "" },
    { "rubygems", "~> 1", "1.0 1.9", "2.0 0.9", "" },
    { "rubygems", "~> 0", "0.1", "1.0", "" },
    { "rubygems", "~> 1.2.0.rc1", "1.2.0.rc1 1.2.0 1.2.9", "1.3.0 1.2.0.beta", "" },
    { "rubygems", ">= 1.0, < 2, != 1.5", "1.0 1.9", "1.5 2", "" },
    { "rubygems", "1.0", "1.0.0", "1.1", "" },
    { "composer", "^1.2.3", "1.2.3 1.9 v1.3.0", "2.0 2.0-beta1 1.2.2", "dev-main" },
    { "composer", "^0.3", "0.3.0 0.3.9", "0.4", "" },
    { "composer", "^0.0.3", "0.0.3", "0.0.4", "" },
    { "composer", "~1.2", "1.2 1.9 1.2-beta1", "2.0 1.1", "" },
    { "composer", "~1.2.3", "1.2.3 1.2.9", "1.3", "" },
    { "composer", "1.0.*", "1.0 1.0.9", "1.1", "" },
    { "composer", ">=1.0 <1.1 || >=1.2", "1.0 1.0.9 1.2 9", "1.1 1.1-beta1", "" },
    { "composer", ">=1.0,<1.1|2.0", "1.0 2.0", "1.1", "" },
    { "composer", "1.0 - 2.0", "1.0 2.0.9", "2.1 0.9", "" },
    { "composer", "1.0.0 - 2.1.0", "2.1.0", "2.1.1", "" },
    { "composer", "!=1.0", "1.0.1", "1.0.0", "" },
    { "composer", "1.0@beta", "1.0", "1.1", "" },
    { "composer", "*", "1.0", "", "" },
    { "composer", "dev-main", "", "", "1.0" },
    { "packagist", "<1.2.3", "1.2.2", "1.2.3", "" },
    { "deb", ">= 1.0, << 2.0", "1.0 1.9-1", "2.0 0.9", "" },
    { "deb", "<< 1.2-3", "1.2-3~deb11u1", "1.2-3 1.2-3+deb11u1", "" },
    { "rpm", "< 1.2-3", "1.2-2", "1.2-3", "" },
    { "apk", "<1.2.3-r1", "1.2.3-r0", "1.2.3-r1", "" },
    { "apk", "~1.2", "1.2 1.2.3-r0 1.2-r1", "1.20 1.3", "" },
    { "deb", "~1.2", "", "", "1.2" },
    { "go", ">= 1.2.0, < 1.4.0 || = 1.5.0", "1.2.0 v1.3.9 1.5.0", "1.4.0", "(devel)" },
    { "generic", ">= 1.0, < 2", "1.0 1.9", "2.0", "1.0x" },
    { "hackage", "", "", "", "1.0" },
};

static void check(size_t i, const char *versions, char want)
{
    const struct version_scheme *s = version_scheme_for(str_of(ranges[i].scheme));
    struct str rest = str_of(versions), one;

    while (rest.n && str_cut(&rest, ' ', &one)) {
        char is = letter(version_satisfies(s, str_of(ranges[i].range), one));
        if (is != want)
            printf("# %s: %s: " STR_FMT ": %c, want %c\n", ranges[i].scheme, ranges[i].range, STR_ARG(one),
                   is, want),
                tap_bad_++;
    }
}

static void native_syntax(void)
{
    for (size_t i = 0; i < ARRAY_LEN(ranges); i++) {
        check(i, ranges[i].in, 'Y');
        check(i, ranges[i].out, 'N');
        check(i, ranges[i].unknown, '?');
    }
}

/* Both ends, "-" where there is none; "=" behind an end that is itself in it. NULL: there is no span. */
static const struct {
    const char *scheme, *constraint, *least, *end;
} spans[] = {
    { "npm", "1.2.3", "1.2.3", "1.2.3=" },
    { "npm", "^1.2.3", "1.2.3", "2.0.0-0" },
    { "npm", "^0.2.3", "0.2.3", "0.3.0-0" },
    { "npm", "^0.0.3", "0.0.3", "0.0.4-0" },
    { "npm", "^0.0", "0.0.0", "0.1.0-0" },
    { "npm", "~1.2.3", "1.2.3", "1.3.0-0" },
    { "npm", "~1", "1.0.0", "2.0.0-0" },
    { "npm", "5.x", "5.0.0", "6.0.0-0" },
    { "npm", "1", "1.0.0", "2.0.0-0" },
    { "npm", "v1.2", "1.2.0", "1.3.0-0" },
    { "npm", ">2.0.0", "2.0.0", "-" },
    { "npm", ">=1.0.0 <2.0.0", "1.0.0", "2.0.0" },
    { "npm", ">= 1.0.0, <= 2", "1.0.0", "3.0.0-0" },
    { "npm", "<=2.1.0-rc.1", "-", "2.1.0-rc.1=" },
    { "npm", "1.2.3 - 2.3", "1.2.3", "2.4.0-0" },
    { "npm", "^1.2.3 || ^3.0.0", "1.2.3", "4.0.0-0" },
    { "npm", "<1.0.0 || >=2.0.0", "-", "-" },
    { "npm", "*", "-", "-" },
    { "npm", "", NULL, NULL },
    { "npm", "latest", NULL, NULL },
    { "npm", "github:a/b#1.2.3", NULL, NULL },
    { "npm", "^1.2.3 || latest", NULL, NULL },
    { "npm", ">=2.0.0 <1.0.0", NULL, NULL },         /* nothing */
    { "npm", "1.99999999999999999999", NULL, NULL }, /* no number that can be counted up */
    { "crates", "1.2", "1.2.0", "2.0.0-0" },
    { "crates", ">=0.3, <0.5", "0.3.0", "0.5.0" },
    { "pub", "^0.0.3", "0.0.3", "0.1.0-0" },
    { "pub", ">=2.12.0 <3.0.0", "2.12.0", "3.0.0" },
    { "hex", ">= 0.34.0 and < 2.0.0", "0.34.0", "2.0.0" },
    { "hex", "~> 1.2 or ~> 2.1", "1.2.0", "3.0.0-0" },
    { "pypi", "~= 1.1", "1.1", "2.dev0" },
    { "pypi", "==1.*,>=1.2", "1.2", "2.dev0" },
    { "pypi", "!=0.18.3,!=0.20.1,>=0.18.2", "0.18.2", "-" },
    { "pypi", ">=1.0,<3", "1.0", "3" },
    { "pypi", "==5.*.*", "5", "6.dev0" },
    { "pypi", "==4.*.1", NULL, NULL },
    { "pypi", "1.0", NULL, NULL },     /* no operator */
    { "pypi", ">=1!2.0", NULL, NULL }, /* an epoch */
    { "rubygems", "~> 2.6.3", "2.6.3", "2.7" },
    { "rubygems", ">= 1.2, < 3", "1.2", "3" },
    { "packagist", "~1.2", "1.2", "2" },
    { "nuget", "1.0", "1.0", "-" },
    { "nuget", "[1.0,2.0)", "1.0", "2.0" },
    { "nuget", "(,1.0]", "-", "1.0=" },
    { "nuget", "[1.0]", "1.0", "1.0=" },
    { "nuget", "1.*", "1", "-" },
    { "maven", "[9.4.35.v20201120,9.5)", "9.4.35.v20201120", "9.5" },
    { "maven", "(,1.0],[1.2,)", "-", "-" },
    { "maven", "[1.0,2.0", NULL, NULL },
    { "maven", "1.0", NULL, NULL }, /* a wish that any version fulfils */
    { "go", "1.17", "1.17", "-" },
    { "nothing", ">=1", NULL, NULL },
};

static void say_bound(const struct version_bound *b, bool with, char *to, size_t room)
{
    snprintf(to, room, STR_FMT "%s", STR_ARG(b->n ? version_bound(b) : STR("-")), with ? "=" : "");
}

static void spans_of_constraints(void)
{
    for (size_t i = 0; i < ARRAY_LEN(spans); i++) {
        char least[80] = "", end[80] = "";
        struct version_span is;
        if (version_span(version_scheme_for(str_of(spans[i].scheme)), str_of(spans[i].constraint), &is)) {
            say_bound(&is.least, false, least, sizeof least);
            say_bound(&is.end, is.with_end, end, sizeof end);
        }
        if (strcmp(least, spans[i].least ? spans[i].least : "") != 0 ||
            strcmp(end, spans[i].end ? spans[i].end : "") != 0)
            printf("# %s: %s: from %s to %s\n", spans[i].scheme, spans[i].constraint, least, end), tap_bad_++;
    }
}

/* "1.2a1", "1.2-beta1", "1.0+local": only who names one gets it. */
static bool is_named_only(const char *scheme, struct str version)
{
    return str_one_of(str_of(scheme), "pypi composer") &&
           (str_has(version, STR("+")) || str_has(version, STR("a")));
}

/* Of all ranges above: what satisfies one lies in its span. */
static void spans_have_what_satisfies(void)
{
    size_t spanned = 0;

    for (size_t i = 0; i < ARRAY_LEN(ranges); i++) {
        const struct version_scheme *s = version_scheme_for(str_of(ranges[i].scheme));
        struct version_span span;
        struct str rest = str_of(ranges[i].in), one;
        if (!version_span(s, str_of(ranges[i].range), &span))
            continue;
        spanned++;
        while (rest.n && str_cut(&rest, ' ', &one))
            if (!is_named_only(ranges[i].scheme, one) && version_span_has(s, &span, one) != YES)
                printf("# %s: %s: not in the span: " STR_FMT "\n", ranges[i].scheme, ranges[i].range,
                       STR_ARG(one)),
                    tap_bad_++;
    }
    CHECK(spanned * 10 > ARRAY_LEN(ranges) * 6);
}

/* Y: all of the span is affected, N: none of it, ?: some. */
static const struct {
    const char *scheme, *constraint, *events;
    char want;
} affected[] = {
    { "npm", "^4.17.21", "i0 f4.17.21", 'N' },
    { "npm", "^4.17.0", "i0 f4.17.21", '?' },
    { "npm", "^3.10.0", "i0 f4.17.21", 'Y' },
    { "npm", "~4.17.0", "i0 f4.18.0", 'Y' },
    { "npm", "~4.17.0", "i0 l4.17.5", '?' },
    { "npm", "4.17.5", "i0 l4.17.5", 'Y' },
    { "npm", "<=4.17.5", "i0 l4.17.5", 'Y' },
    { "npm", "<=4.17.5", "i0 f4.17.5", '?' },
    { "npm", "<4.17.5", "i0 f4.17.5", 'Y' },
    { "npm", "^1.0.0", "i2.0.0-alpha f2.1.0", 'N' },
    { "npm", "^1.0.0", "i1.5.0 f1.6.0", '?' },
    { "npm", "^1.0.0", "i0 f0.9.0 i2.0.0 f2.1.0", 'N' },
    { "npm", "^1.0.0", "i0 f0.9.0 i1.4.0", '?' },
    { "npm", ">=1.0.0", "i0", 'Y' },
    { "npm", "*", "i0", 'Y' },
    { "npm", "*", "i1.0.0", '?' },
    { "npm", "<1.0.0", "i1.0.0", 'N' },
    { "npm", "<=1.0.0", "i1.0.0", '?' },
    { "npm", "^1.0.0", "i0 m2.0.0", 'Y' },
    { "npm", "^1.0.0", "i0 m1.5.0", '?' },
    { "npm", "^1.0.0 || ^3.0.0", "i2.0.0 f3.0.0", '?' },
    { "npm", "^1.0.0", "i0 fnever", '?' },
    { "npm", "^1.8.0", "i1.0.0 f1.7.5 i1.7.1 f3.0.0", 'Y' }, /* ranges that overlap */
    { "pypi", "~=1.1", "i0 f2.0", 'Y' },
    { "pypi", ">=2.0", "i0 f2.0", 'N' },
    { "maven", "[1.0,2.0)", "i0 f2.0", 'Y' },
};

static void spans_in_events(void)
{
    for (size_t i = 0; i < ARRAY_LEN(affected); i++) {
        const struct version_scheme *s = version_scheme_for(str_of(affected[i].scheme));
        struct version_event e[8];
        size_t n = read_events(affected[i].events, e);
        struct version_span span;
        CHECK(version_span(s, str_of(affected[i].constraint), &span));
        char is = letter(version_span_in_range(s, &span, e, n));
        if (is != affected[i].want)
            printf("# %s: %s: %s: %c\n", affected[i].scheme, affected[i].constraint, affected[i].events, is),
                tap_bad_++;
    }
}

TESTS(T(osv_events), T(native_syntax), T(spans_of_constraints), T(spans_have_what_satisfies),
      T(spans_in_events))
