/* Cases of every rule. Walks the registry, not a list of its own: a rule without a case for each verdict it
 * can give fails.
 *
 * tests/data/rule/<rule>/<verdict>[-what]/image.json   an image in few words, see rule_image.h; or a
 * Dockerfile
 *                                         *            rules over deployments: documents, see rule_subject.h
 *                                         expect       the verdict, and the proof line by line
 * tests/data/rule/images/<name>.json                   whole images that cases start from
 * `rule_test DIR --accept` rewrites the expect files: read the diff before you commit it. */
#include "core/buf.h"
#include "golden.h"
#include "model/certificates.h"
#include "rule_image.h"
#include "rule_subject.h"
#include "scan/secrets.h"

static const char *const verdict_name[] = { [VERDICT_OPEN] = "open",
                                            [VERDICT_MITIGATED] = "mitigated",
                                            [VERDICT_NOT_APPLICABLE] = "not applicable",
                                            [VERDICT_CANNOT_TELL] = "unknown" };

static const struct secret_info *kind_of(struct str id)
{
    static const struct secret_info token = { "token", "Token", "Revoke it.", SEVERITY_HIGH };

    return str_eq(id, STR("token")) ? &token : NULL;
}

static void must(int r, const struct err *e)
{
    if (r == 0)
        return;
    fprintf(stderr, "rule_test: %s\n", e->text);
    exit(2);
}

/* What the rule judges of an image. */
static const void *subject_in(const struct rule *r, struct image_case *c)
{
    struct certificates *all = arena_new(&c->arena, struct certificates);
    struct secret_search search = { kind_of, 1 };
    struct secret_places places;
    struct secret_group *group;
    struct err e = { 0 };
    size_t n;

    switch (r->on) {
    case ON_IMAGE:
        return &c->img;
    case ON_IMAGES:
        return image_case_pair(c);
    case ON_SECRET: /* the first */
        must(secrets_of_image(&c->img, &c->arena, &places, &e), &e);
        must(secret_groups(places.p, places.n, &search, places.complete, c->img.time, &c->arena, &group, &n,
                           &e),
             &e);
        return group;
    default:
        must(certificates_of_image(&c->img, &c->arena, all, &e), &e);
        return all;
    }
}

static void judged(const struct rule *r, const void *subject, struct buf *out)
{
    AUTO_ARENA struct arena arena = ARENA(16 << 20);
    struct proof p = { .arena = &arena, .most = PROOF_MOST };
    enum verdict v = subject ? r->judge(r, subject, &p) : VERDICT_NOT_APPLICABLE;

    buf_fmt(out, "%s\n", verdict_name[v]);
    if (p.title.n)
        buf_fmt(out, "title: " STR_FMT "\n", STR_ARG(p.title));
    if (p.severity_is_set && r->on == ON_SECRET)
        buf_fmt(out, "severity: %s\n", severity_name[p.severity]);
    for (size_t i = 0; i < p.n; i++) {
        const struct evidence *ev = &p.item[i];
        buf_fmt(out, "%.*s", STR_ARG(ev->path));
        if (ev->line)
            buf_fmt(out, ":%u", ev->line);
        if (ev->layer.n)
            buf_fmt(out, " @%.*s", STR_ARG(ev->layer));
        buf_fmt(out, ": %.*s\n", STR_ARG(ev->text));
    }
    if (v != VERDICT_NOT_APPLICABLE && !p.n)
        buf_fmt(out, "(a verdict without proof)\n");
}

static bool is_over_images(const struct rule *r)
{
    return r->on == ON_IMAGE || r->on == ON_SECRET || r->on == ON_CERTIFICATES || r->on == ON_IMAGES;
}

/* Documents: a deployment, whose workloads all run `img` where there is one; of a Dockerfile, for a rule over
 * images, the image that it would make. */
static void judge_documents(const struct rule *r, const char *dir, const struct image *img, struct buf *out)
{
    AUTO_ARENA struct arena arena = ARENA(16 << 20);
    struct subject_case c;
    struct image made;
    struct err why;

    bool has = subject_load(&c, dir);
    if (r->on == ON_IMAGE) {
        uint32_t last = has && c.n ? image_build_stage(c.facts[0], STR("")) : 0;
        bool is = last && image_of_build(&made, &arena, c.facts[0], last, &why) == 0;
        judged(r, is ? &made : NULL, out);
    } else if (has) {
        for (size_t i = 0; img && i < c.d.n_workload; i++)
            c.d.workload[i].image = img;
        judged(r, subject_of(&c, r), out);
    }
    subject_free(&c);
}

static const char *rule_cases; /* the folder of all cases */

static bool run_case(const void *entry, const char *dir, const char *name)
{
    const struct rule *r = entry;
    char image[900];
    AUTO_BUF struct buf got = BUF(1 << 20);

    snprintf(image, sizeof image, "%s/image.json", dir);
    struct image_case *c = access(image, R_OK) == 0 ? image_case_new(rule_cases, image) : NULL;
    if (c && is_over_images(r))
        judged(r, subject_in(r, c), &got);
    else
        judge_documents(r, dir, c ? &c->img : NULL, &got);
    if (c)
        image_case_free(c);
    struct str text = buf_view(&got), verdict = text, rest;
    str_split(text, '\n', &verdict, &rest);
    if (str_starts(str_of(name), str_eq(verdict, STR("not applicable")) ? STR("none") : verdict))
        return golden_is(dir, text);
    printf("# %s: the verdict is %.*s\n", dir, STR_ARG(text));
    return false;
}

/* How many cases of a rule are named after a verdict. */
static int count_cases(const struct rule *r, const char *verdict)
{
    char dir[512];
    int n = 0;

    snprintf(dir, sizeof dir, "%.300s/%.200s", rule_cases, r->check.id);
    DIR *d = opendir(dir);
    for (struct dirent *de; d && (de = readdir(d));)
        n += str_starts(str_of(de->d_name), str_of(verdict));
    if (d)
        closedir(d);
    return n;
}

static void run_rule(const struct rule *r)
{
    const char *id = r->check.id;

    if (r->on == ON_PACKAGE)
        return; /* advisories decide: tests/cli/matching.py */
    golden_run(rule_cases, id, r, run_case);
    golden_result(count_cases(r, "open") && count_cases(r, "mitigated"), id, "has open and mitigated cases");
    golden_result(!count_cases(r, "unknown") == !r->unknowable, id,
                  r->unknowable ? "has an unknown case" : "is never unknown and has no such case");
}

/* ---- the records themselves ---- */

static bool is_statement(const char *s)
{
    size_t n = s ? strlen(s) : 0;

    return n > 5 && s[n - 1] != '.' && n < 100;
}

static bool is_sentence(const char *s)
{
    size_t n = s ? strlen(s) : 0;

    return n > 10 && s[n - 1] == '.';
}

static bool is_complete(const struct rule *r)
{
    static const char *const begins[] = {
        [ON_IMAGE] = "image-", [ON_WORKLOAD] = "workload-", [ON_SECRET] = "secret-", [ON_CERTIFICATES] = ""
    };
    const struct check *c = &r->check;
    const char *begin = r->on < ARRAY_LEN(begins) && begins[r->on] ? begins[r->on] : "";

    if (!c->id || strncmp(c->id, begin, strlen(begin)) != 0 ||
        strspn(c->id, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(c->id))
        return false;
    if (!is_statement(c->title) || !is_statement(c->holds) || !strcmp(c->title, c->holds))
        return false;
    return is_sentence(c->why) && is_sentence(c->fix) && c->threats && c->refs && c->refs[0].id;
}

static bool refs_are_spelled(const struct check *c)
{
    static const char *const starts[] = {
        [CAT_NIST] = "4.",  [CAT_ATTACK] = "T1",      [CAT_MS_MATRIX] = "MS-TA9",
        [CAT_CWE] = "CWE-", [CAT_OWASP_DOCKER] = "D", [CAT_CIS_DOCKER] = ""
    };

    for (const struct ref *r = c->refs; r && r->id; r++)
        if (r->in < ARRAY_LEN(starts) && starts[r->in] &&
            strncmp(r->id, starts[r->in], strlen(starts[r->in])) != 0)
            return false;
    return true;
}

static void check_records(void)
{
    for (size_t i = 0; i < n_rule_sets; i++)
        for (size_t k = 0; k < rule_sets[i]->n; k++) {
            const struct check *c = &rule_sets[i]->rule[k].check;
            golden_result(is_complete(&rule_sets[i]->rule[k]), c->id, "is complete");
            golden_result(refs_are_spelled(c), c->id, "names catalogues as they do");
            golden_result(rule_by_id(str_of(c->id)) == &rule_sets[i]->rule[k], c->id, "has an id of its own");
        }
}

/* CIS Docker section 4: what an image shows of it has a rule. 4.5 and 4.12 are about engines and signatures,
 * and 4.12 is named by rules on packages. */
static void check_benchmark(void)
{
    static const char *const paragraphs[] = { "4.1", "4.2", "4.3", "4.4",  "4.6",
                                              "4.7", "4.8", "4.9", "4.10", "4.11" };

    for (size_t n = 0; n < ARRAY_LEN(paragraphs); n++) {
        bool named = false;
        for (size_t i = 0; i < n_rule_sets; i++)
            for (size_t k = 0; k < rule_sets[i]->n; k++)
                for (const struct ref *r = rule_sets[i]->rule[k].check.refs; r && r->id; r++)
                    named |= r->in == CAT_CIS_DOCKER && !strcmp(r->id, paragraphs[n]);
        golden_result(named, "CIS Docker has a rule for", paragraphs[n]);
    }
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    rule_cases = argv[1];
    golden_accepts = argc > 2 && !strcmp(argv[2], "--accept");
    check_records();
    check_benchmark();
    for (size_t i = 0; i < n_rule_sets; i++)
        for (size_t k = 0; k < rule_sets[i]->n; k++)
            run_rule(&rule_sets[i]->rule[k]);
    return golden_end();
}
