/* gradle_lock.c - gradle.lockfile: "group:artifact:version=configuration,configuration" a line. Before Gradle
 * 7 each configuration had a file of its own, called by it, whose lines are "group:artifact:version". */
#include "parse/listing.h"

/* Of the tests and nothing else. */
static bool only_tests(struct str configurations)
{
    struct str one;
    bool any = false;

    while (str_cut(&configurations, ',', &one)) {
        one = str_trim(one);
        if (one.n && !str_starts(one, STR("test")) && !str_starts(one, STR("androidTest")))
            return false;
        any |= one.n > 0;
    }
    return any;
}

/* "testCompileClasspath" of gradle/dependency-locks/testCompileClasspath.lockfile; empty for all others. */
static struct str own_configuration(struct str path)
{
    struct str dir, base, name, extension;

    str_rsplit(path, '/', &dir, &base);
    str_rsplit(base, '.', &name, &extension);
    return str_ends(dir, STR("dependency-locks")) ? name : STR_NONE;
}

static int add(struct listing *m, struct str line, uint32_t number)
{
    struct str id, configurations, group, rest, artifact, version, own = own_configuration(m->in->path);
    bool whole = str_split(line, '=', &id, &configurations) || own.n;

    configurations = own.n ? own : configurations;
    if (!whole || !str_split(id, ':', &group, &rest) || !str_split(rest, ':', &artifact, &version) ||
        !group.n || !artifact.n || !version.n) {
        if (!str_eq(id, STR("empty")))
            facts_remark(m->out, NOTE_INCOMPLETE, m->in->path, "line %u: not a locked dependency", number);
        return 0;
    }
    return listing_add(m, group, artifact, version, only_tests(configurations), number);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_LISTING struct listing m = LISTING(in, out, e, "maven");
    struct str rest = in->body, line;
    int result = 0;

    for (uint32_t number = 1; result == 0 && str_cut(&rest, '\n', &line); number++) {
        line = str_trim(line);
        if (line.n && line.p[0] != '#')
            result = add(&m, line, number);
    }
    return result;
}

const struct parser parser_gradle_lock = {
    .name = "gradle_lock",
    .what = "Java packages: gradle.lockfile",
    .version = 2,
    .paths = PATHS("**/gradle.lockfile", "**/buildscript-gradle.lockfile", "**/dependency-locks/*.lockfile"),
    .max_size = 16u << 20,
    .parse = parse,
};
