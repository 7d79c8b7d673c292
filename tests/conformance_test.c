/* What other scanners' own tests expect of the same files: every case of the ecosystems in the table below,
 * none missing, none invented, but for what tests/data/conformance/known.tsv says with its reason. The data
 * (conformance/cases.jsonl and input/) is not part of the project: the option shared_data says where it lies,
 * and without it the test is skipped aloud.
 *
 *   conformance_test SHARED_DATA KNOWN.tsv */
#include "conformance_ecosystems.h"
#include "file.h"
#include "parse/parse.h"

#include <ftw.h>
#include <sys/stat.h>

/* The known differences, see the file. */
static struct known {
    struct str ecosystem, input, kind, version, reason;
    uint64_t expected;
    bool met;
} known[256];
static size_t n_known;

/* Of all cases: pairs of name and version that are expected, those that were found, and those that nobody
 * could find, for what says them is not in the case. */
static size_t pairs_expected, pairs_found, pairs_absent, pairs_invented;

static bool read_known(struct str text)
{
    struct str line, field[6];

    while (str_cut(&text, '\n', &line)) {
        size_t n = 0;
        if (!line.n || line.p[0] == '#')
            continue;
        while (n < ARRAY_LEN(field) && str_cut(&line, '\t', &field[n]))
            n++;
        struct known k = { field[0], field[1], field[3], field[4], field[5], 0, false };
        if (n != ARRAY_LEN(field) || n_known == ARRAY_LEN(known) || !str_u64(field[2], 10, &k.expected) ||
            !str_one_of(k.kind, "absent meaning"))
            return printf("# not a known difference: " STR_FMT "\n", STR_ARG(field[0])), false;
        known[n_known++] = k;
    }
    return true;
}

/* How many differences there are; each is said. `why`: that they are known, NULL: they are not. */
static size_t compare(const struct ecosystem *eco, const struct doc *expected, const struct facts *f,
                      const struct known *why)
{
    size_t n, differ = 0;
    const struct package *have = facts_package(f, &n);
    AUTO_FREE char *used =
        calloc(n + 1, 1); /* 1: the pair is expected, 2: and for development or not as well */

    DOC_EACH (expected, want) { /* how often a package is said is everyone's own choice */
        char found = 0;
        for (size_t i = 0; i < n; i++) {
            char is = !same_pair(eco, want, &have[i]) ? 0 : same_dev(want, &have[i]) ? 2 : 1;
            used[i] = used[i] > is ? used[i] : is;
            found = found > is ? found : is;
        }
        if (found < 2)
            printf("# missing: " STR_FMT " " STR_FMT "%s\n", STR_ARG(doc_text(doc_get(want, "name"))),
                   STR_ARG(doc_text(doc_get(want, "version"))),
                   doc_true(doc_get(want, "dev")) ? " (dev)" : "");
        differ += found < 2;
        pairs_expected++;
        pairs_found += found > 0;
        pairs_absent += !found && why && str_eq(why->kind, STR("absent"));
    }
    for (size_t i = 0; i < n; i++) {
        if (used[i] == 2 || ((eco->silent & NO_VERSION) && !have[i].version.n) ||
            ((eco->silent & DEV) && have[i].dev))
            continue;
        printf("# invented: " STR_FMT " " STR_FMT " (" STR_FMT ", of " STR_FMT " " STR_FMT ")\n",
               STR_ARG(have[i].name), STR_ARG(have[i].version), STR_ARG(have[i].arch),
               STR_ARG(have[i].source_name), STR_ARG(have[i].source_version));
        differ++;
        pairs_invented += !used[i] && have[i].version.n;
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

static void run_by_path(struct str path, struct str body, struct facts *f)
{
    const struct parser *wanted_by[8];

    for (size_t i = 0, n = parsers_for(path, wanted_by, ARRAY_LEN(wanted_by)); i < n; i++)
        run(wanted_by[i], path, body, f);
}

/* A txtar: "-- path --" lines, each followed by the file. */
static void run_txtar(struct str body, struct facts *f)
{
    struct str rest = body, line, path = { 0 }, file = { 0 };

    for (bool more = true; more;) {
        more = str_cut(&rest, '\n', &line);
        bool head = more && line.n > 6 && str_starts(line, STR("-- ")) && str_ends(line, STR(" --"));
        if ((head || !more) && path.n) {
            file.n = (size_t)((more ? line.p : body.p + body.n) - file.p);
            run_by_path(path, file, f);
        }
        if (head) {
            path = (struct str){ line.p + 3, line.n - 6 };
            file.p = rest.p ? rest.p : line.p + line.n;
        }
    }
}

/* nftw knows no context. */
static const struct parser *tree_parser;
static struct facts *tree_facts;
static size_t tree_root;

static int run_tree_file(const char *path, const struct stat *st, int type, struct FTW *ftw UNUSED)
{
    struct str in_tree = str_of(path + tree_root);
    size_t n;

    if (type != FTW_F || !S_ISREG(st->st_mode))
        return 0;
    AUTO_FREE char *body = file_read(path, &n);
    if (body && tree_parser)
        run(tree_parser, in_tree, (struct str){ body, n }, tree_facts);
    else if (body)
        run_by_path(in_tree, (struct str){ body, n }, tree_facts);
    return 0;
}

/* A folder: every file in it that a parser wants, or all of them for the ecosystem's own. */
static bool run_tree(const struct parser *p, const char *path, struct facts *f)
{
    tree_parser = p;
    tree_facts = f;
    tree_root = strlen(path);
    while (tree_root && path[tree_root - 1] != '/')
        tree_root--;
    return nftw(path, run_tree_file, 16, FTW_PHYS) == 0;
}

/* Cases that lie side by side cannot all have the one name that such a file has. */
static struct str usual_name(struct str input)
{
    static const struct {
        struct str end, name;
    } usual[] = {
        { STR("setup.py"), STR("setup.py") },
        { STR("package-lock.json"), STR("package-lock.json") },
        { STR(".mod"), STR("go.mod") },
        { STR(".sum"), STR("go.sum") },
        { STR("ocaml/opam/testdata/valid.install"), STR("home/.opam/5.1/.opam-switch/install") },
    };

    if (str_has(input, STR("package-lock-")))
        return usual[1].name;
    for (size_t i = 0; i < ARRAY_LEN(usual); i++)
        if (str_ends(input, usual[i].end))
            return usual[i].name;
    return input;
}

/* false: the input cannot be read, or nobody reads it. */
static bool run_input(const struct ecosystem *eco, const char *dir, struct str input, struct facts *f)
{
    const struct parser *p = eco->parser ? parser_by_name(str_of(eco->parser)) : NULL;
    char path[2000];
    struct stat st;
    size_t n;

    int at = snprintf(path, sizeof path, "%s/" STR_FMT, dir, STR_ARG(input));
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        if (!eco->path)
            return run_tree(p, path, f);
        snprintf(path + at, sizeof path - (size_t)at, "/%s", eco->path);
    }
    AUTO_FREE char *body = file_read(path, &n);
    if (!body)
        return printf("# cannot read %s\n", path), false;
    if (eco->parser && !p)
        return printf("# no parser %s\n", eco->parser), false;
    struct str in_image = eco->path ? str_of(eco->path) : usual_name(input);
    if (p)
        run(p, in_image, (struct str){ body, n }, f);
    else if (str_ends(input, STR(".txtar")))
        run_txtar((struct str){ body, n }, f);
    else
        run_by_path(in_image, (struct str){ body, n }, f);
    return true;
}

static bool expects_version(const struct doc *expected, struct str version)
{
    DOC_EACH (expected, want)
        if (str_eq(doc_text(doc_get(want, "version")), version))
            return true;
    return false;
}

static struct known *known_of(const struct ecosystem *eco, const struct doc *c)
{
    const struct doc *input = doc_get(c, "input"), *expected = doc_get(c, "expected");

    for (size_t i = 0; i < n_known; i++)
        if (str_eq(known[i].ecosystem, str_of(eco->name)) && expected && expected->n == known[i].expected &&
            input && str_ends(doc_text(input->child), known[i].input) &&
            (str_eq(known[i].version, STR("-")) || expects_version(expected, known[i].version)))
            return &known[i];
    return NULL;
}

/* One case, said as a TAP line; true when it is as it should be. */
static bool run_case(const struct ecosystem *eco, const char *dir, const struct doc *c, int number)
{
    AUTO_FACTS struct facts f = FACTS(256u << 20);
    const struct doc *inputs = doc_get(c, "input");
    struct known *why = known_of(eco, c);
    bool read = inputs && inputs->n;

    DOC_EACH (inputs, in)
        read = run_input(eco, dir, doc_text(in), &f) && read;
    bool ok = compare(eco, doc_get(c, "expected"), &f, why) == 0 && read;
    struct str name = doc_text(inputs ? inputs->child : NULL);
    printf("%sok %d - %s: " STR_FMT " (%u packages)", ok ? "" : "not ", number, eco->name, STR_ARG(name),
           doc_get(c, "expected") ? doc_get(c, "expected")->n : 0);
    if (why && ok)
        printf(" # the known difference is gone: strike it off");
    else if (why)
        printf(" # TODO " STR_FMT, STR_ARG(why->reason));
    printf("\n");
    if (why)
        why->met = true;
    return why ? !ok : ok;
}

/* What is asked for: 97 of 100 pairs, whether their answer is in the input or not. */
static bool say_pairs(int number)
{
    size_t answerable = pairs_expected - pairs_absent;
    bool ok = pairs_found * 100 >= pairs_expected * 97;

    printf(
        "# %zu pairs of name and version expected, %zu found: %.1f %%; of %zu whose answer is in the input: "
        "%.1f %%; %zu that are not expected\n",
        pairs_expected, pairs_found, 100.0 * (double)pairs_found / (double)pairs_expected, answerable,
        100.0 * (double)pairs_found / (double)answerable, pairs_invented);
    printf("%sok %d - 97 %% of what is expected is found\n", ok ? "" : "not ", number);
    return ok;
}

int main(int argc, char **argv)
{
    char dir[1000], path[1100];
    size_t n, n_differences = 0;
    int number = 0, bad = 0, others = 0, of[ECOSYSTEMS_MOST] = { 0 };

    snprintf(dir, sizeof dir, "%s/conformance", argc > 1 ? argv[1] : ".");
    snprintf(path, sizeof path, "%s/cases.jsonl", dir);
    AUTO_FREE char *cases = file_read(path, &n);
    AUTO_FREE char *differences = argc > 2 ? file_read(argv[2], &n_differences) : NULL;
    if (!cases)
        return printf("1..0 # SKIP no conformance data at %s: set the option shared_data\n", dir), 0;
    struct str rest = { cases, n }, line;
    if (!differences || !read_known((struct str){ differences, n_differences }))
        return printf("Bail out! the list of known differences cannot be read\n"), 1;
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
    for (size_t i = 0; i < n_ecosystems; i++) {
        printf("%sok %d - %s: %d cases\n", of[i] ? "" : "not ", ++number, ecosystems[i].name, of[i]);
        bad += !of[i];
    }
    for (size_t i = 0; i < n_known; i++)
        if (!known[i].met) {
            printf("not ok %d - " STR_FMT ": no case has the known difference of " STR_FMT "\n", ++number,
                   STR_ARG(known[i].ecosystem), STR_ARG(known[i].input));
            bad++;
        }
    bad += !say_pairs(++number);
    printf("# %d tests, %d as expected, %d not; %d cases of other ecosystems\n1..%d\n", number, number - bad,
           bad, others, number);
    return bad != 0;
}
