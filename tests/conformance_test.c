/* What other scanners' own tests expect of the same files: every case of the ecosystems in the table below,
 * none missing, none invented. The data (conformance/cases.jsonl and input/) is not part of the project: the
 * option shared_data says where it lies, and without it the test is skipped aloud. */
#include "doc/doc.h"
#include "file.h"
#include "parse/parse.h"

#include <sys/stat.h>

/* How the packages of an ecosystem's cases are written down and compared. */
struct ecosystem {
    const char *name, *parser, *path; /* parser NULL: chosen by path; path NULL: as in the case */
    bool (*same_version)(const struct doc *want, const struct package *have);
};

/* "version" is the whole of it. */
static bool whole(const struct doc *want, const struct package *have)
{
    return str_eq(doc_text(doc_get(want, "version")), have->version);
}

/* The cases have the epoch elsewhere, or not at all. */
static bool without_epoch(const struct doc *want, const struct package *have)
{
    struct str epoch, rest;

    if (!str_split(have->version, ':', &epoch, &rest))
        rest = have->version;
    return str_eq(doc_text(doc_get(want, "version")), rest);
}

/* deb: epoch, version and release apart; the source's without epoch and release. */
static bool in_parts(const struct doc *want, const struct package *have)
{
    struct str version = doc_text(doc_get(want, "version")), release = doc_text(doc_get(want, "release"));
    struct str source = doc_text(doc_get(want, "srcversion")), whole_source = have->source_version, head;
    uint64_t epoch;
    char text[400];

    int n = doc_u64(doc_get(want, "epoch"), &epoch)
                ? snprintf(text, sizeof text, "%llu:" STR_FMT, (unsigned long long)epoch, STR_ARG(version))
                : snprintf(text, sizeof text, STR_FMT, STR_ARG(version));
    if (release.n)
        n += snprintf(text + n, sizeof text - (size_t)n, "-" STR_FMT, STR_ARG(release));
    if (!str_eq((struct str){ text, (size_t)n }, have->version))
        return false;
    if (!source.n)
        return true;
    if (str_split(whole_source, ':', &head, &whole_source) == false)
        whole_source = head;
    if (str_eq(source, whole_source))
        return true;
    return str_rsplit(whole_source, '-', &head, &(struct str){ 0 }) && str_eq(source, head);
}

static const struct ecosystem ecosystems[] = {
    { "os/dpkg", "dpkg_status", NULL, whole },
    { "pkg/dpkg", NULL, NULL, in_parts }, /* a txtar of files with their paths */
    { "pkg/apk", "apk_db", NULL, in_parts },
    { "alpine", "apk_db", "lib/apk/db/installed", whole },
    { "os/rpm", "rpm_bdb", "var/lib/rpm/Packages", without_epoch },
    { "redhat", "rpm_manifest", NULL, whole },
    { "os/cos", "cos_packages", NULL, whole },
};

static const struct {
    const char *ecosystem, *input;
    size_t expected;
    const char *reason;
} known[] = {
    { "os/dpkg", "dpkg/statusfield", 7,
      "of a run that was asked for packages that are not installed too; the case without is passed" },
};

static const struct {
    const char *said;
    struct str type;
} types[] = {
    { "TypeDebian", STR("deb") },
    { "TypeOpkg", STR("opkg") },
    { "TypeRPM", STR("rpm") },
    { "TypeCOS", STR("cos") },
};

static bool same_type(struct str said, struct str type)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (str_eq(said, str_of(types[i].said)))
            return str_eq(type, types[i].type);
    return !said.n;
}

static bool same(const struct ecosystem *eco, const struct doc *want, const struct package *have)
{
    struct str arch = doc_text(doc_get(want, "arch")), source = doc_text(doc_get(want, "srcname"));

    return str_eq(doc_text(doc_get(want, "name")), have->name) && eco->same_version(want, have) &&
           (!arch.n || str_eq(arch, have->arch)) && (!source.n || str_eq(source, have->source_name)) &&
           same_type(doc_text(doc_get(want, "purltype")), have->type);
}

/* How many differences there are; each is said. */
static size_t compare(const struct ecosystem *eco, const struct doc *expected, const struct facts *f)
{
    size_t n, differ = 0;
    const struct package *have = facts_package(f, &n);
    AUTO_FREE bool *used = calloc(n + 1, sizeof *used);

    DOC_EACH (expected, want) {
        size_t i = 0;
        while (i < n && (used[i] || !same(eco, want, &have[i])))
            i++;
        if (i < n)
            used[i] = true;
        else
            printf("# missing: " STR_FMT " " STR_FMT "\n", STR_ARG(doc_text(doc_get(want, "name"))),
                   STR_ARG(doc_text(doc_get(want, "version"))));
        differ += i == n;
    }
    for (size_t i = 0; i < n; i++) {
        if (!used[i])
            printf("# invented: " STR_FMT " " STR_FMT " (" STR_FMT ", of " STR_FMT " " STR_FMT ")\n",
                   STR_ARG(have[i].name), STR_ARG(have[i].version), STR_ARG(have[i].arch),
                   STR_ARG(have[i].source_name), STR_ARG(have[i].source_version));
        differ += !used[i];
    }
    return differ;
}

/* Errors are said, not counted: what must be found all the same is what `expected` says. */
static void run(const struct parser *p, struct str path, struct str body, struct facts *f)
{
    struct input in = { path, body };
    struct err e = { 0 };

    if (p->parse(&in, f, &e) < 0)
        printf("# " STR_FMT ": %s\n", STR_ARG(path), e.text);
}

/* A txtar: "-- path --" lines, each followed by the file. */
static void run_txtar(struct str body, struct facts *f)
{
    struct str rest = body, line, path = { 0 }, file = { 0 };
    const struct parser *wanted_by[8];

    for (bool more = true; more;) {
        more = str_cut(&rest, '\n', &line);
        bool head = more && line.n > 6 && str_starts(line, STR("-- ")) && str_ends(line, STR(" --"));
        if ((head || !more) && path.n) {
            file.n = (size_t)((more ? line.p : body.p + body.n) - file.p);
            for (size_t i = 0, n = parsers_for(path, wanted_by, ARRAY_LEN(wanted_by)); i < n; i++)
                run(wanted_by[i], path, file, f);
        }
        if (head) {
            path = (struct str){ line.p + 3, line.n - 6 };
            file.p = rest.p ? rest.p : line.p + line.n;
        }
    }
}

/* false: the input cannot be read, or nobody reads it. */
static bool run_input(const struct ecosystem *eco, const char *dir, struct str input, struct facts *f)
{
    const struct parser *p = eco->parser ? parser_by_name(str_of(eco->parser)) : NULL;
    char path[2000];
    struct stat st;
    size_t n;

    int at = snprintf(path, sizeof path, "%s/" STR_FMT, dir, STR_ARG(input));
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode) && eco->path)
        snprintf(path + at, sizeof path - (size_t)at, "/%s", eco->path);
    AUTO_FREE char *body = file_read(path, &n);
    if (!body)
        return printf("# cannot read %s\n", path), false;
    if (eco->parser && !p)
        return printf("# no parser %s\n", eco->parser), false;
    if (p)
        run(p, eco->path ? str_of(eco->path) : input, (struct str){ body, n }, f);
    else
        run_txtar((struct str){ body, n }, f);
    return true;
}

static const char *known_reason(const struct ecosystem *eco, const struct doc *c)
{
    const struct doc *input = doc_get(c, "input"), *expected = doc_get(c, "expected");

    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (!strcmp(known[i].ecosystem, eco->name) && expected && expected->n == known[i].expected && input &&
            str_ends(doc_text(input->child), str_of(known[i].input)))
            return known[i].reason;
    return NULL;
}

/* One case, said as a TAP line; true when it is as it should be. */
static bool run_case(const struct ecosystem *eco, const char *dir, const struct doc *c, int number)
{
    AUTO_FACTS struct facts f = FACTS(256u << 20);
    const struct doc *inputs = doc_get(c, "input");
    const char *reason = known_reason(eco, c);
    bool read = inputs && inputs->n;

    DOC_EACH (inputs, in)
        read = run_input(eco, dir, doc_text(in), &f) && read;
    bool ok = compare(eco, doc_get(c, "expected"), &f) == 0 && read;
    struct str name = doc_text(inputs ? inputs->child : NULL);
    printf("%sok %d - %s: " STR_FMT " (%u packages)", ok ? "" : "not ", number, eco->name, STR_ARG(name),
           doc_get(c, "expected") ? doc_get(c, "expected")->n : 0);
    if (reason)
        printf(ok ? " # the known difference is gone: strike it off" : " # TODO %s", reason);
    printf("\n");
    return reason ? !ok : ok;
}

static const struct ecosystem *ecosystem_of(const struct doc *c)
{
    for (size_t i = 0; i < ARRAY_LEN(ecosystems); i++)
        if (str_eq(doc_text(doc_get(c, "ecosystem")), str_of(ecosystems[i].name)))
            return &ecosystems[i];
    return NULL;
}

int main(int argc, char **argv)
{
    char dir[1000], path[1100];
    size_t n;
    int number = 0, bad = 0, others = 0, of[ARRAY_LEN(ecosystems)] = { 0 };

    snprintf(dir, sizeof dir, "%s/conformance", argc > 1 ? argv[1] : ".");
    snprintf(path, sizeof path, "%s/cases.jsonl", dir);
    AUTO_FREE char *cases = file_read(path, &n);
    if (!cases)
        return printf("1..0 # SKIP no conformance data at %s: set the option shared_data\n", dir), 0;
    struct str rest = { cases, n }, line;
    while (str_cut(&rest, '\n', &line)) {
        AUTO_ARENA struct arena a = ARENA(64u << 20);
        struct err e = { 0 };
        struct doc *c;
        if (!str_trim(line).n)
            continue;
        if (doc_json(line, &a, &c, &e) < 0) {
            printf("not ok %d - a line of cases.jsonl: %s\n", ++number, e.text);
            bad++;
            continue;
        }
        const struct ecosystem *eco = ecosystem_of(c);
        others += !eco;
        if (!eco)
            continue;
        of[eco - ecosystems]++;
        bad += !run_case(eco, dir, c, ++number);
    }
    for (size_t i = 0; i < ARRAY_LEN(ecosystems); i++) {
        printf("%sok %d - %s: %d cases\n", of[i] ? "" : "not ", ++number, ecosystems[i].name, of[i]);
        bad += !of[i];
    }
    printf("# %d tests, %d as expected, %d not; %d cases of other ecosystems\n1..%d\n", number, number - bad,
           bad, others, number);
    return bad != 0;
}
