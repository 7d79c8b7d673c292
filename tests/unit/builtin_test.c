/* The advisories that come with the program: every file is read whole, every range can be ordered by its
 * ecosystem's scheme and has its start before its end. Arguments: data [--dump]
 * --dump prints one line a row, for tests/cli/advisories.py: id, ecosystem, name, start, end. */
#include "advisory/cvss.h"
#include "advisory/feed.h"
#include "core/map.h"
#include "file.h"
#include "tap.h"

#include <dirent.h>

static struct facts all = FACTS(64u << 20);
static int files, broken;

static void read_file(const char *path, const char *reader)
{
    size_t n;
    struct feed_facts sink;
    struct err e = { 0 };
    AUTO_FREE char *text = file_read(path, &n);

    if (!text)
        return (void)broken++;
    struct feed_input in = { str_of(path), { text, n } };
    const struct feed *feed = feed_for(in.path, in.body);
    feed_facts_init(&sink, &all);
    if (!feed || strcmp(feed->name, reader) || feed->read(&in, &sink.sink, &e) < 0 || sink.skipped) {
        printf("# %s: %s\n", path, feed ? e.text : "nobody recognises it");
        broken++;
    }
    files++;
}

static void read_all(const char *data)
{
    char path[1200];

    snprintf(path, sizeof path, "%s/end-of-life.yaml", data);
    read_file(path, "end_of_life");
    snprintf(path, sizeof path, "%s/advisories", data);
    DIR *d = opendir(path);
    for (struct dirent *de; d && (de = readdir(d));) {
        snprintf(path, sizeof path, "%s/advisories/%s", data, de->d_name);
        if (de->d_name[0] != '.')
            read_file(path, "builtin");
    }
    if (d)
        closedir(d);
}

static const struct advisory *advisory_of(const struct affects *p)
{
    size_t n;

    return &facts_advisory(&all, &n)[p->advisory];
}

static void all_files_are_read(void)
{
    CHECK(files >= 15);
    CHECK_INT(broken, 0);
}

static void there_are_enough(void)
{
    AUTO_MAP struct map ids = MAP;
    size_t releases;
    bool is_new;

    FACTS_EACH (&all, advisory, a)
        CHECK(map_put(&ids, a->id, &is_new));
    (void)facts_release_end(&all, &releases);
    printf("# %zu vulnerabilities, %zu releases\n", ids.n, releases);
    CHECK(ids.n >= 250);
    CHECK(releases >= 150);
}

/* No vulnerability twice for the same package. */
static void nothing_is_said_twice(void)
{
    AUTO_MAP struct map seen = MAP;
    AUTO_ARENA struct arena a = ARENA(16u << 20);
    bool is_new;

    FACTS_EACH (&all, affects, p) {
        struct str key = arena_fmt(&a, STR_FMT " " STR_FMT " " STR_FMT, STR_ARG(advisory_of(p)->id),
                                   STR_ARG(p->ecosystem), STR_ARG(p->name));
        uint32_t *by = map_put(&seen, key, &is_new);
        if (by && !is_new && *by != p->advisory)
            printf("# twice: " STR_FMT "\n", STR_ARG(key));
        CHECK(by && (is_new || *by == p->advisory));
        if (by)
            *by = p->advisory;
    }
}

static bool in_order(const struct affects *p)
{
    const struct version_scheme *s = version_scheme_for(p->ecosystem);
    struct version_event ev[2];
    int order;

    if (!s || !p->events.n || p->events.n > 2 || !affects_events(p, ev))
        return false;
    bool from_start = str_eq(ev[0].version, STR("0"));
    if (!from_start && !version_valid(s, ev[0].version))
        return false;
    if (p->events.n == 1)
        return true;
    if (from_start)
        return version_valid(s, ev[1].version);
    return version_compare(s, ev[0].version, ev[1].version, &order) == 0 && order < 0;
}

static void ranges_are_in_order(void)
{
    FACTS_EACH (&all, affects, p) {
        if (!in_order(p))
            printf("# " STR_FMT " of " STR_FMT " " STR_FMT ": " STR_FMT "\n", STR_ARG(advisory_of(p)->id),
                   STR_ARG(p->ecosystem), STR_ARG(p->name), STR_ARG(p->events.p[p->events.n - 1]));
        CHECK(in_order(p));
    }
}

/* A vector has a score, and its band is the severity's word. */
static bool severity_holds(const struct advisory *a)
{
    unsigned tenths;

    return !a->cvss.n || (a->cvss.n == 1 && cvss_base(a->cvss.p[0], &tenths) &&
                          str_eq(a->severity, str_of(severity_name[cvss_severity(tenths)])));
}

static void severities_hold(void)
{
    FACTS_EACH (&all, advisory, a) {
        if (!severity_holds(a))
            printf("# " STR_FMT ": " STR_FMT " is not what its vector means\n", STR_ARG(a->id),
                   STR_ARG(a->severity));
        CHECK(str_one_of(a->severity, "critical high medium low"));
        CHECK(severity_holds(a));
    }
}

/* Who writes another vector under a vulnerability's second row has one of the two wrong. */
static void one_vulnerability_has_one_severity(void)
{
    AUTO_MAP struct map first = MAP;
    size_t n;
    const struct advisory *list = facts_advisory(&all, &n);

    for (size_t i = 0; i < n; i++) {
        bool is_new;
        uint32_t *at = map_put(&first, list[i].id, &is_new);
        if (at && is_new)
            *at = (uint32_t)i;
        const struct advisory *as = at ? &list[*at] : NULL;
        bool same = as && str_eq(as->severity, list[i].severity) && as->cvss.n == list[i].cvss.n &&
                    (!as->cvss.n || str_eq(as->cvss.p[0], list[i].cvss.p[0]));
        if (!same)
            printf("# " STR_FMT " has two severities\n", STR_ARG(list[i].id));
        CHECK(same);
    }
}

static void dump(void)
{
    FACTS_EACH (&all, affects, p) {
        struct version_event ev[2] = { { 0 } };
        if (p->events.n > 2 || !affects_events(p, ev))
            abort();
        printf(STR_FMT "\t" STR_FMT "\t" STR_FMT "\t" STR_FMT "\t%s" STR_FMT "\n",
               STR_ARG(advisory_of(p)->id), STR_ARG(p->ecosystem), STR_ARG(p->name), STR_ARG(ev[0].version),
               ev[1].kind == EVENT_LAST_AFFECTED ? "<=" : "", STR_ARG(ev[1].version));
    }
}

int main(int argc, char **argv)
{
    static const struct test t[] = { T(all_files_are_read),    T(there_are_enough),
                                     T(nothing_is_said_twice), T(ranges_are_in_order),
                                     T(severities_hold),       T(one_vulnerability_has_one_severity) };
    int failed = 0;

    if (argc < 2)
        return 2;
    read_all(argv[1]);
    if (argc > 2 && !strcmp(argv[2], "--dump"))
        dump();
    else
        failed = tap_run(t, sizeof t / sizeof *t);
    facts_free(&all);
    return failed;
}
