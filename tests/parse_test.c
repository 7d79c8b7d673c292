/* Golden cases of every parser. Walks the registry, not a list of its own: a parser without a case fails.
 *
 * tests/data/parse/<parser>/<case>/path    where the file lies in an image (one line)
 *                                  input   its bytes
 *                                  expect  the facts as JSON, with "error" when it fails
 *                                  with    optional: other documents, see with_read
 * `parse_test DIR --accept` rewrites the expect files: read the diff before you commit it. */
#include "doc/emit.h"
#include "golden.h"
#include "parse/parse.h"
#include "report/facts_json.h"

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

static bool is_wanted(const struct parser *p, struct str path, struct str body)
{
    const struct parser *by[16];
    size_t n = parsers_for(path, by, ARRAY_LEN(by));

    if (!p->paths && !p->starts)
        return true;
    n = parsers_for_start(path, str_first(body, START_MOST), by, n, ARRAY_LEN(by));
    for (size_t i = 0; i < n; i++)
        if (by[i] == p)
            return true;
    return false;
}

static bool run_case(const void *entry, const char *dir, const char *name UNUSED)
{
    const struct parser *p = entry;
    size_t n_path = 0, n_body = 0, n_got = 0, n_with = 0;
    AUTO_FREE char *path = golden_file(dir, "path", &n_path), *body = golden_file(dir, "input", &n_body);
    AUTO_FREE char *with = golden_file(dir, "with", &n_with);

    if (!path || !body)
        return printf("# %s: needs path and input\n", dir), false;
    struct str at = str_trim((struct str){ path, n_path }), bytes = { body, n_body };
    if (!is_wanted(p, at, bytes))
        return printf("# %s: does not want %.*s\n", dir, STR_ARG(at)), false;
    AUTO_FREE char *got = facts_text(p, at, bytes, (struct str){ with, n_with }, &n_got);
    return golden_is(dir, (struct str){ got, n_got });
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    golden_accepts = argc > 2 && !strcmp(argv[2], "--accept");
    for (size_t i = 0; i < n_parsers; i++)
        golden_result(golden_run(argv[1], parsers[i]->name, parsers[i], run_case) > 0, parsers[i]->name,
                      "has a case");
    return golden_end();
}
