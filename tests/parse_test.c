/* Golden cases of every parser. Walks the registry, not a list of its own: a parser without a case fails.
 *
 * tests/data/parse/<parser>/<case>/path    where the file lies in an image (one line)
 *                                  input   its bytes
 *                                  expect  the facts as JSON, with "error" when it fails
 *                                  with    optional: other documents, see with_read
 * `parse_test DIR --accept` rewrites the expect files: read the diff before you commit it. */
#include "doc/emit.h"
#include "parse/parse.h"
#include "report/facts_json.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

static bool accept_all;

static char *slurp(const char *dir, const char *file, size_t *n)
{
    char path[1200];

    snprintf(path, sizeof path, "%s/%s", dir, file);
    FILE *f = fopen(path, "re");
    if (!f)
        return NULL;
    fseek(f, 0, SEEK_END);
    long size = ftell(f);
    rewind(f);
    char *p = malloc((size_t)size + 1);
    *n = p ? fread(p, 1, (size_t)size, f) : 0;
    if (p)
        p[*n] = '\0';
    fclose(f);
    return p;
}

enum { WITH_MOST = 16 };

/* "==> PATH" begins a document that the input asks for; "==> PATH over" one that is merged over it, "==> PATH
 * missing" one that is not there. How many. */
static size_t with_read(struct str text, struct input *with)
{
    struct str line, path, how;
    size_t n = 0;

    while (str_cut(&text, '\n', &line)) {
        if (str_starts(line, STR("==> ")) && n < WITH_MOST) {
            str_split(str_skip(line, 4), ' ', &path, &how);
            with[n] = (struct input){ .path = path, .over = str_eq(how, STR("over")) };
            with[n++].body.p = str_eq(how, STR("missing")) ? NULL : text.p;
        } else if (n && with[n - 1].body.p) {
            with[n - 1].body.n = (size_t)(line.p + line.n - with[n - 1].body.p);
        }
    }
    return n;
}

/* The facts of one input as text; exact-size copy, so that the sanitizer sees one byte too far. */
static char *facts_text(const struct parser *p, struct str path, struct str body, struct str others,
                        size_t *n)
{
    struct input with[WITH_MOST];
    AUTO_FACTS struct facts f = FACTS(256u << 20);
    AUTO_FREE char *exact = malloc(body.n ? body.n : 1);
    struct err e = { 0 };
    char *text = NULL;

    memcpy(exact, body.p, body.n);
    struct input in = { path, { exact, body.n }, with, with_read(others, with) };
    int r = p->parse(&in, &f, &e);
    FILE *to = open_memstream(&text, n);
    struct emit *m = emit_new(to, true);
    emit_object(m, NULL);
    if (r < 0)
        emit_text(m, "error", e.text);
    facts_emit(m, &f);
    emit_close(m);
    emit_end(m);
    fclose(to);
    return text;
}

static bool run_case(const struct parser *p, const char *dir)
{
    size_t n_path = 0, n_body = 0, n_want = 0, n_got = 0, n_with = 0;
    AUTO_FREE char *path = slurp(dir, "path", &n_path), *body = slurp(dir, "input", &n_body);
    AUTO_FREE char *want = slurp(dir, "expect", &n_want), *with = slurp(dir, "with", &n_with);
    const struct parser *wanted_by[16];
    bool wants = !p->paths && !p->starts;

    if (!path || !body)
        return printf("# %s: needs path and input\n", dir), false;
    struct str at = str_trim((struct str){ path, n_path });
    size_t n = parsers_for(at, wanted_by, ARRAY_LEN(wanted_by));
    n = parsers_for_start(at, str_first((struct str){ body, n_body }, START_MOST), wanted_by, n,
                          ARRAY_LEN(wanted_by));
    for (size_t i = 0; i < n; i++)
        wants |= wanted_by[i] == p;
    if (!wants)
        return printf("# %s: does not want %.*s\n", dir, STR_ARG(at)), false;

    AUTO_FREE char *got =
        facts_text(p, at, (struct str){ body, n_body }, (struct str){ with, n_with }, &n_got);
    if (want && n_got == n_want && !memcmp(got, want, n_got))
        return true;
    if (accept_all) {
        char to[1100];
        snprintf(to, sizeof to, "%s/expect", dir);
        FILE *f = fopen(to, "we");
        fwrite(got, 1, n_got, f);
        fclose(f);
        return true;
    }
    printf("# %s\n# got:\n%s# want:\n%s\n", dir, got, want ? want : "(no expect file)");
    return false;
}

int main(int argc, char **argv)
{
    int n = 0, bad = 0;

    if (argc < 2)
        return 2;
    accept_all = argc > 2 && !strcmp(argv[2], "--accept");
    for (size_t i = 0; i < n_parsers; i++) {
        char dir[512], one[800];
        int cases = 0;
        snprintf(dir, sizeof dir, "%s/%s", argv[1], parsers[i]->name);
        DIR *d = opendir(dir);
        for (struct dirent *de; d && (de = readdir(d));) {
            if (de->d_name[0] == '.')
                continue;
            snprintf(one, sizeof one, "%.500s/%.256s", dir, de->d_name);
            bool ok = run_case(parsers[i], one);
            printf("%sok %d - %s/%s\n", ok ? "" : "not ", ++n, parsers[i]->name, de->d_name);
            bad += !ok;
            cases++;
        }
        if (d)
            closedir(d);
        printf("%sok %d - %s has a case\n", cases ? "" : "not ", ++n, parsers[i]->name);
        bad += !cases;
    }
    printf("1..%d\n", n);
    return bad != 0;
}
