/* Every parser on every golden input of its own, cut at every length and with every bit flipped: it never
 * crashes, an error always says something, and what it understood is a record that the parent accepts. Big
 * inputs are damaged at evenly spread places. Made for the build with sanitizers: inputs end where their
 * allocation ends.
 */
#include "file.h"
#include "model/entries.h"
#include "model/record.h"
#include "parse/parse.h"

#include <dirent.h>

enum { TRIES = 2000, INPUT_MOST = 256 << 10 }; /* tries of each kind a case */

static struct entries_reader reader;

static bool paths_are_clean(struct str encoded)
{
    struct entry en;
    int more;

    entries_open(&reader, encoded);
    while ((more = entries_next(&reader, &en)) > 0)
        if (!path_is_clean(en.path))
            return false;
    return more == 0;
}

/* One try: NULL, or what is wrong. */
static const char *wrong_with(const struct parser *p, struct str path, struct str body)
{
    AUTO_FACTS struct facts f = FACTS(64u << 20), back = FACTS(64u << 20);
    AUTO_FREE char *exact = malloc(body.n ? body.n : 1);
    AUTO_BUF struct buf record = BUF(64u << 20);
    struct err e = { 0 };

    if (body.n)
        memcpy(exact, body.p, body.n);
    struct input in = { path, { exact, body.n } };
    if (p->parse(&in, &f, &e) < 0 && (!e.code || !e.text[0] || strchr(e.text, '\n')))
        return "an error without a code, or that is not one line";
    for (size_t i = 0; i < f.list[FACT_OWNED_KIND].n; i++)
        if (!paths_are_clean(((struct owned *)f.list[FACT_OWNED_KIND].items)[i].paths))
            return "owned paths that are not clean";
    if (record_encode(&f, &record, &e) < 0 || record_decode(buf_view(&record), &back, &e) < 0)
        return "facts that are no record";
    return facts_count(&f) == facts_count(&back) ? NULL : "facts lost in the record";
}

static const char *cut_everywhere(const struct parser *p, struct str path, struct str body)
{
    size_t step = body.n / TRIES + 1;

    for (size_t n = 0; n <= body.n; n += step) {
        const char *wrong = wrong_with(p, path, (struct str){ body.p, n });
        if (wrong)
            return printf("# cut to %zu bytes\n", n), wrong;
    }
    return NULL;
}

static const char *flip_everywhere(const struct parser *p, struct str path, char *body, size_t n)
{
    size_t step = n * 8 / TRIES + 1;

    for (size_t bit = 0; bit < n * 8; bit += step) {
        body[bit / 8] = (char)(body[bit / 8] ^ 1 << bit % 8);
        const char *wrong = wrong_with(p, path, (struct str){ body, n });
        body[bit / 8] = (char)(body[bit / 8] ^ 1 << bit % 8);
        if (wrong)
            return printf("# bit %zu flipped\n", bit), wrong;
    }
    return NULL;
}

/* -1: the case has no input, or one too big for this. */
static int run_case(const struct parser *p, const char *dir)
{
    char file[1200];
    size_t n_path, n;

    snprintf(file, sizeof file, "%s/path", dir);
    AUTO_FREE char *path = file_read(file, &n_path);
    snprintf(file, sizeof file, "%s/input", dir);
    AUTO_FREE char *body = file_read(file, &n);
    if (!path || !body || n > INPUT_MOST)
        return -1;
    struct str at = str_trim((struct str){ path, n_path });
    const char *wrong = cut_everywhere(p, at, (struct str){ body, n });
    if (!wrong)
        wrong = flip_everywhere(p, at, body, n);
    if (wrong)
        printf("# %s: %s\n", dir, wrong);
    return wrong != NULL;
}

int main(int argc, char **argv)
{
    int bad = 0;

    printf("1..%zu\n", n_parsers);
    for (size_t i = 0; argc > 1 && i < n_parsers; i++) {
        char dir[512], one[800];
        int wrong = 0, cases = 0;
        snprintf(dir, sizeof dir, "%.400s/%s", argv[1], parsers[i]->name);
        DIR *d = opendir(dir);
        for (struct dirent *de; d && (de = readdir(d));) {
            snprintf(one, sizeof one, "%.500s/%.256s", dir, de->d_name);
            int r = de->d_name[0] == '.' ? -1 : run_case(parsers[i], one);
            cases += r >= 0;
            wrong += r > 0;
        }
        if (d)
            closedir(d);
        bool ok = cases && !wrong;
        printf("%sok %zu - %s: %d cases\n", ok ? "" : "not ", i + 1, parsers[i]->name, cases);
        bad += !ok;
    }
    return argc < 2 || bad;
}
