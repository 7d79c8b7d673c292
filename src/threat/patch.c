#include "threat/patch.h"

#include "threat/lines.h"

/* A diff of more findings than that nobody reads through. */
enum { FINDINGS_MOST = 100, EDITS_MOST = 200, TEXT_MOST = 4 << 20 };

/* Checks that are answered by taking away what the evidence shows, by the beginnings of their ids. What a
 * snippet could say instead is a proposal, not an edit. */
static const char *const dropped[] = {
    "workload-host-",         "workload-engine-socket", "workload-engine-data",  "workload-cap-",
    "workload-device",        "workload-seccomp-off",   "workload-apparmor-off", "workload-selinux-off",
    "workload-unsafe-sysctl", "workload-cgroup-parent",
};

/* Checks whose snippet shows how it is done with a name of its own: nothing that could be merged. */
static const char *const shown_only[] = { "workload-secret-in-environment" };

static const struct declared *document_of(const struct model *m, struct str target, struct str path)
{
    for (size_t i = 0; i < m->deployment.n; i++) {
        const struct deployment *d = m->deployment.p[i];
        if (!str_eq(d->target, target))
            continue;
        for (size_t k = 0; k < d->n_document; k++)
            if (str_eq(d->document[k].path, path) && d->document[k].body.p)
                return &d->document[k];
    }
    return NULL;
}

static const struct evidence *first_line(const struct finding *f)
{
    return f->n_evidence && f->evidence[0].line ? &f->evidence[0] : NULL;
}

bool patch_drops(const struct model *m, const struct finding *f, struct str *path, uint32_t *line)
{
    const struct evidence *ev = first_line(f);

    for (size_t i = 0; ev && f->n_found == 1 && i < ARRAY_LEN(dropped); i++)
        if (str_starts(str_of(f->check->id), str_of(dropped[i])) && document_of(m, ev->target, ev->path)) {
            *path = ev->path;
            *line = ev->line;
            return true;
        }
    return false;
}

/* ---- one document ---- */

struct draft {
    const struct model *m;
    const struct declared *doc;
    struct lines lines;
    struct edit edit[EDITS_MOST];
    size_t n;
};

static int by_place(const void *x, const void *y)
{
    const struct edit *a = x, *b = y;

    return (a->at > b->at) - (a->at < b->at);
}

/* The same line may go once for several findings; edits that cut into each other are not made. */
static bool keep(struct draft *d, struct edit e)
{
    if (lines_tells(&d->lines, &e))
        return false;
    for (size_t i = 0; i < d->n; i++) {
        const struct edit *k = &d->edit[i];
        if (k->at == e.at && k->gone == e.gone && str_eq(k->text, e.text))
            return true;
        if (e.at < k->at + k->gone && k->at < e.at + e.gone)
            return false;
    }
    if (d->n == EDITS_MOST)
        return false;
    d->edit[d->n++] = e;
    return true;
}

static bool drop_all(struct draft *d, const struct finding *f)
{
    for (size_t i = 0; i < f->n_evidence; i++) {
        struct edit e;
        if (!str_eq(f->evidence[i].path, d->doc->path) || !f->evidence[i].line ||
            !lines_drop(&d->lines, f->evidence[i].line - 1, &e) || !keep(d, e))
            return false;
    }
    return f->n_evidence == f->n_found;
}

/* The snippet is YAML of our own; its keys go one by one. */
static bool merge_all(struct draft *d, const struct finding *f)
{
    const struct workload *w = d->m->element.p[f->element].workload;
    struct doc *root = NULL;
    struct err ignored;

    for (size_t i = 0; i < ARRAY_LEN(shown_only); i++)
        if (!strcmp(f->check->id, shown_only[i]))
            return false;
    if (!w || !f->snippet || !w->fact->line || !str_eq(w->fact->path, d->doc->path) ||
        doc_yaml(str_of(f->snippet), d->lines.arena, &root, &ignored) < 0 || !root ||
        root->kind != DOC_OBJECT)
        return false;
    if (root->child &&
        str_eq(root->child->key, STR("spec"))) /* of the Pod: another mapping than the container's */
        return false;
    DOC_EACH (root, key) {
        struct doc one = *root, only = *key;
        struct edit e;
        only.next = NULL;
        one.child = &only;
        one.n = 1;
        if (!lines_merge(&d->lines, w->fact->line - 1, &one, &e) || !keep(d, e))
            return false;
    }
    return root->n > 0;
}

static bool is_dropped(const struct finding *f)
{
    for (size_t i = 0; i < ARRAY_LEN(dropped); i++)
        if (str_starts(str_of(f->check->id), str_of(dropped[i])))
            return true;
    return false;
}

/* Does what comes out still read as YAML? */
static bool reads_well(struct draft *d)
{
    AUTO_BUF struct buf b = BUF(TEXT_MOST);
    AUTO_ARENA struct arena room = ARENA(64u << 20);
    struct doc *root;
    struct err ignored;

    lines_apply(&d->lines, d->edit, d->n, &b);
    return buf_ok(&b) && doc_yaml_all(buf_view(&b), &room, &root, &ignored) == 0;
}

static const struct declared *decides(const struct model *m, const struct finding *f)
{
    const struct workload *w = is_dropped(f) ? NULL : m->element.p[f->element].workload;
    const struct evidence *ev = first_line(f);

    if (!ev)
        return NULL;
    const struct declared *d = document_of(m, ev->target, w ? w->fact->path : ev->path);
    return d && (str_ends(d->path, STR(".yaml")) || str_ends(d->path, STR(".yml"))) ? d : NULL;
}

static int patch_one(const struct model *m, const struct declared *doc, const uint32_t *finding, size_t n,
                     struct buf *out, size_t *missed, struct err *e)
{
    AUTO_ARENA struct arena room = ARENA(64u << 20);
    AUTO_FREE struct draft *d = calloc(1, sizeof *d);
    size_t meant = 0, lost = 0;

    if (!d || !lines_split(&d->lines, doc->body, &room))
        return err_set(e, ERR_LIMIT, "a document is too large to be edited");
    d->m = m;
    d->doc = doc;
    d->lines.secret = doc->secret;
    d->lines.n_secret = doc->n_secret;
    for (size_t i = 0; i < n; i++) {
        const struct finding *f = &m->finding.p[finding[i]];
        size_t before = d->n;
        if (decides(m, f) != doc)
            continue;
        meant++;
        if (!(is_dropped(f) ? drop_all(d, f) : merge_all(d, f))) {
            d->n = before;
            lost++;
        }
    }
    qsort(d->edit, d->n, sizeof *d->edit, by_place);
    if (d->n && reads_well(d))
        lines_diff(&d->lines, doc->path, d->edit, d->n, out);
    else
        lost = meant;
    *missed += lost;
    return 0;
}

int patch_make(const struct model *m, const uint32_t *finding, size_t n, struct buf *out, size_t *missed,
               struct err *e)
{
    *missed = n > FINDINGS_MOST ? n - FINDINGS_MOST : 0;
    n = MIN(n, (size_t)FINDINGS_MOST);
    for (size_t i = 0; i < n; i++) {
        const struct declared *doc = decides(m, &m->finding.p[finding[i]]);
        bool done = false;
        if (!doc) {
            ++*missed;
            continue;
        }
        for (size_t k = 0; k < i && !done; k++)
            done = decides(m, &m->finding.p[finding[k]]) == doc;
        if (!done && patch_one(m, doc, finding, n, out, missed, e) < 0)
            return -1;
    }
    return buf_ok(out) ? 0 : err_set(e, ERR_LIMIT, "a patch is too large");
}
