#include "threat/patch.h"

#include "threat/brace.h"
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

/* Checks whose snippet shows how it is done with a name, a port or a path of its own, or a part of what it takes:
 * nothing that could be merged. */
static const char *const shown_only[] = {
    "workload-secret-in-environment",
    "workload-image-not-pinned",
    "workload-latest-tag",
    "workload-short-name",
    "workload-no-health-check",
    "workload-no-readiness",
    "workload-no-startup",
    "workload-default-account",
    "workload-pod-security-baseline",
    "workload-pod-security-restricted",
};

/* Keys whose snippets are no additions: the Pod's own mapping is another than the container's; a port more closes
 * nothing; a word more at the end of a command is another command. */
static const char not_merged[] = "spec ports command args entrypoint";

/* What the engine's own configuration says when a check of it is answered. */
static const struct {
    const char *check, *says;
} engine_says[] = {
    { "engine-icc", "icc: false" },
    { "engine-debug", "log-level: info" },
    { "engine-iptables", "iptables: true" },
    { "engine-userns", "userns-remap: default" },
    { "engine-live-restore", "live-restore: true" },
    { "engine-userland-proxy", "userland-proxy: false" },
    { "engine-experimental", "experimental: false" },
    { "engine-new-privileges", "no-new-privileges: true" },
    { "engine-log-size", "log-opts: {max-size: 10m, max-file: \"3\"}" },
    { "engine-ulimits", "default-ulimits: {nofile: {Name: nofile, Soft: 64000, Hard: 64000}}" },
};

static const char *engine_edit(const struct finding *f)
{
    for (size_t i = 0; i < ARRAY_LEN(engine_says); i++)
        if (!strcmp(f->check->id, engine_says[i].check))
            return engine_says[i].says;
    return NULL;
}

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

/* A line that says one thing, as far as one looks. */
static bool is_line_of(const struct declared *doc, uint32_t line)
{
    struct str rest = doc ? doc->body : STR_NONE, text = STR_NONE;

    if (!doc || rest.n > TEXT_MOST)
        return doc;
    for (uint32_t i = 0; i < line; i++)
        if (!str_cut(&rest, '\n', &text))
            return false;
    return !brace_crowded(text);
}

bool patch_drops(const struct model *m, const struct finding *f, struct str *path, uint32_t *line)
{
    const struct evidence *ev = first_line(f);

    for (size_t i = 0; ev && f->n_found == 1 && i < ARRAY_LEN(dropped); i++)
        if (str_starts(str_of(f->check->id), str_of(dropped[i])) &&
            is_line_of(document_of(m, ev->target, ev->path), ev->line)) {
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
    struct edit edit[EDITS_MOST]; /* of whole lines */
    size_t n;
    struct splice splice[EDITS_MOST]; /* within braces */
    size_t n_splice;
    struct braces whole; /* of JSON */
    bool has_whole;
};

static bool is_json(const struct declared *doc)
{
    return str_ends(doc->path, STR(".json"));
}

static bool is_dockerfile(const struct declared *doc)
{
    struct str folder, base;

    str_rsplit(doc->path, '/', &folder, &base);
    return str_starts(base, STR("Dockerfile")) || str_starts(base, STR("Containerfile"));
}

static bool is_edited(const struct declared *doc)
{
    return str_ends(doc->path, STR(".yaml")) || str_ends(doc->path, STR(".yml")) || is_json(doc) ||
           is_dockerfile(doc);
}

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

/* Those that were added behind the first `n`: the same twice is once, others must not touch. */
static bool keep_splices(struct draft *d, size_t n)
{
    size_t kept = n;

    for (size_t i = n; i < d->n_splice; i++) {
        const struct splice *s = &d->splice[i];
        bool same = false;
        for (size_t k = 0; k < kept && !same; k++) {
            const struct splice *o = &d->splice[k];
            same = o->at == s->at && o->gone == s->gone && str_eq(o->text, s->text);
            if (!same && s->at < o->at + o->gone && o->at < s->at + s->gone)
                return false;
        }
        if (!same)
            d->splice[kept++] = *s;
    }
    d->n_splice = kept;
    return true;
}

/* The braces around a line (from 0), and where that begins. */
static bool braces_of(struct draft *d, size_t line, struct braces *out, size_t *at)
{
    if (line >= d->lines.n)
        return false;
    *at = (size_t)(d->lines.line[line].p - d->doc->body.p);
    *out = d->whole;
    return is_json(d->doc) ? d->has_whole : brace_read(out, d->doc->body, false, *at, d->lines.arena);
}

/* In braces that begin behind a dash the whole line is the item. */
static bool drop_line(struct draft *d, uint32_t line, struct str told)
{
    struct braces in;
    struct edit e;
    size_t before = d->n_splice, at;

    bool braces = braces_of(d, line - 1, &in, &at);
    uint32_t node = braces ? brace_told(&in, at, told) : BRACE_NONE;
    if (node != BRACE_NONE && d->n_splice < EDITS_MOST)
        return brace_drop(&in, node, &d->splice[d->n_splice++]) && keep_splices(d, before);
    if (braces && !brace_is_item(&in, at))
        return false;
    return lines_drop(&d->lines, line - 1, &e) && keep(d, e);
}

static bool drop_all(struct draft *d, const struct finding *f)
{
    for (size_t i = 0; i < f->n_evidence; i++)
        if (!str_eq(f->evidence[i].path, d->doc->path) || !f->evidence[i].line ||
            !drop_line(d, f->evidence[i].line, f->evidence[i].text))
            return false;
    return f->n_evidence == f->n_found;
}

/* Into the braces of the workload, or those behind one of its keys. */
static bool merge_braces(struct draft *d, const struct workload *w, const struct doc *root)
{
    struct str name =
        w->spelling == SPELLING_COMPOSE && w->object && !w->fact->name.n ? w->object->name : w->fact->name;
    size_t before = d->n_splice, at;
    struct braces in;

    if (!braces_of(d, w->fact->line - 1, &in, &at))
        return false;
    uint32_t mapping = brace_mapping(&in, at, name);
    if (mapping == BRACE_NONE && !is_json(d->doc) && w->spelling == SPELLING_COMPOSE &&
        brace_is_value(&in, at))
        mapping = 0; /* its key stands before them */
    return mapping != BRACE_NONE &&
           brace_merge(&in, mapping, root, d->lines.arena, d->splice, &d->n_splice, EDITS_MOST) &&
           keep_splices(d, before);
}

/* A key whose value stands in braces, of a mapping that does not. */
static bool merge_behind(struct draft *d, const struct workload *w, const struct doc *key)
{
    size_t before = d->n_splice, line, at;
    struct braces in;

    return lines_find(&d->lines, w->fact->line - 1, key->key, &line) && braces_of(d, line, &in, &at) &&
           brace_merge(&in, 0, key, d->lines.arena, d->splice, &d->n_splice, EDITS_MOST) &&
           keep_splices(d, before);
}

static bool merge_engine(struct draft *d, const struct finding *f)
{
    size_t before = d->n_splice;
    struct doc *root = NULL;
    struct err ignored;

    return d->has_whole && doc_yaml(str_of(engine_edit(f)), d->lines.arena, &root, &ignored) == 0 &&
           brace_merge(&d->whole, 0, root, d->lines.arena, d->splice, &d->n_splice, EDITS_MOST) &&
           keep_splices(d, before);
}

/* ADD becomes COPY, where the evidence says so. */
static bool copy_for_add(struct draft *d, const struct finding *f)
{
    for (size_t i = 0; i < f->n_evidence; i++) {
        uint32_t line = f->evidence[i].line;
        struct str text = line && line <= d->lines.n ? d->lines.line[line - 1] : STR_NONE;
        size_t blanks = 0;
        while (blanks < text.n && text.p[blanks] == ' ')
            blanks++;
        if (!str_eq_nocase(str_first(str_skip(text, blanks), 4), STR("ADD ")) || d->n_splice == EDITS_MOST)
            return false;
        d->splice[d->n_splice++] =
            (struct splice){ (size_t)(text.p - d->doc->body.p) + blanks, 3, STR("COPY") };
    }
    return f->n_evidence == f->n_found;
}

/* Another user at the end of the stage whose FROM the evidence shows. What stands in here-documents is not
 * told from instructions here. */
static bool user_of_stage(struct draft *d, const struct finding *f)
{
    size_t at = f->evidence[0].line, last = at;

    if (!at || at > d->lines.n || !str_eq_nocase(str_first(d->lines.line[at - 1], 5), STR("FROM ")))
        return false;
    for (; at < d->lines.n && !str_eq_nocase(str_first(d->lines.line[at], 5), STR("FROM ")); at++) {
        if (str_has(d->lines.line[at], STR("<<")))
            return false;
        if (str_trim(d->lines.line[at]).n && str_trim(d->lines.line[at]).p[0] != '#')
            last = at + 1;
    }
    struct edit e;
    return lines_insert(&d->lines, last, STR("USER 65532:65532\n"), &e) && keep(d, e);
}

/* Checks of Dockerfiles that have an exact edit. */
static const struct {
    const char *check;
    bool (*edit)(struct draft *d, const struct finding *f);
} of_dockerfile[] = { { "image-add-for-copy", copy_for_add }, { "image-root-user", user_of_stage } };

static bool edit_dockerfile(struct draft *d, const struct finding *f)
{
    size_t before = d->n_splice;

    for (size_t i = 0; i < ARRAY_LEN(of_dockerfile); i++)
        if (!strcmp(f->check->id, of_dockerfile[i].check))
            return of_dockerfile[i].edit(d, f) && keep_splices(d, before);
    return false;
}

/* The snippet is YAML of our own; its keys go one by one. */
static bool merge_all(struct draft *d, const struct finding *f)
{
    const struct workload *w = d->m->element.p[f->element].workload;
    struct doc *root = NULL;
    struct err ignored;

    if (engine_edit(f))
        return merge_engine(d, f);
    for (size_t i = 0; i < ARRAY_LEN(shown_only); i++)
        if (!strcmp(f->check->id, shown_only[i]))
            return false;
    if (!w || !f->snippet || !w->fact->line || !str_eq(w->fact->path, d->doc->path) ||
        doc_yaml(str_of(f->snippet), d->lines.arena, &root, &ignored) < 0 || !root ||
        root->kind != DOC_OBJECT)
        return false;
    if (root->child && str_one_of(root->child->key, not_merged))
        return false;
    if (is_json(d->doc))
        return merge_braces(d, w, root);
    size_t before = d->n_splice;
    if (merge_braces(d, w, root))
        return true;
    d->n_splice = before;
    DOC_EACH (root, key) {
        struct doc one = *root, only = *key;
        struct edit e;
        only.next = NULL;
        one.child = &only;
        one.n = 1;
        if (!(lines_merge(&d->lines, w->fact->line - 1, &one, &e) && keep(d, e)) &&
            !merge_behind(d, w, &only))
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

static int by_offset(const void *x, const void *y)
{
    const struct splice *a = x, *b = y;

    return a->at == b->at ? (a > b) - (a < b) : a->at < b->at ? -1 : 1;
}

/* Splices on the same lines become one edit of whole lines. */
static bool join_splices(struct draft *d)
{
    struct str body = d->doc->body;
    size_t at = 0, line = 0; /* where the line begins */

    qsort(d->splice, d->n_splice, sizeof *d->splice, by_offset);
    for (size_t i = 0; i < d->n_splice;) {
        AUTO_BUF struct buf b = BUF(TEXT_MOST);
        const char *nl;
        while ((nl = memchr(body.p + at, '\n', body.n - at)) && (size_t)(nl - body.p) < d->splice[i].at) {
            at = (size_t)(nl - body.p) + 1;
            line++;
        }
        size_t first = line, done = at, end;
        do {
            buf_str(&b, (struct str){ body.p + done, d->splice[i].at - done });
            buf_str(&b, d->splice[i].text);
            done = d->splice[i].at + d->splice[i].gone;
            nl = memchr(body.p + done, '\n', body.n - done);
            end = nl ? (size_t)(nl - body.p) : body.n;
        } while (++i < d->n_splice && d->splice[i].at <= end);
        buf_str(&b, (struct str){ body.p + done, end - done });
        buf_char(&b, '\n');
        for (; at < end; line++) {
            nl = memchr(body.p + at, '\n', body.n - at);
            at = nl ? (size_t)(nl - body.p) + 1 : body.n;
        }
        struct edit e = { first, line - first, arena_str(d->lines.arena, buf_view(&b)) };
        if (!buf_ok(&b) || !e.text.p || !keep(d, e))
            return false;
    }
    return true;
}

/* Does what comes out still read as what it is? */
static bool reads_well(struct draft *d)
{
    AUTO_BUF struct buf b = BUF(TEXT_MOST);
    AUTO_ARENA struct arena room = ARENA(64u << 20);
    struct doc *root;
    struct err ignored;

    lines_apply(&d->lines, d->edit, d->n, &b);
    if (is_dockerfile(d->doc))
        return buf_ok(&b);
    if (is_json(d->doc))
        return buf_ok(&b) && doc_json(buf_view(&b), &room, &root, &ignored) == 0;
    return buf_ok(&b) && doc_yaml_all(buf_view(&b), &room, &root, &ignored) == 0;
}

static const struct declared *decides(const struct model *m, const struct finding *f)
{
    const struct workload *w = is_dropped(f) ? NULL : m->element.p[f->element].workload;
    const struct evidence *ev = first_line(f);

    if (!ev && engine_edit(f) && f->n_evidence) /* what nobody says has no line */
        ev = &f->evidence[0];
    if (!ev)
        return NULL;
    const struct declared *d = document_of(m, ev->target, w ? w->fact->path : ev->path);
    return d && is_edited(d) ? d : NULL;
}

static bool edit_for(struct draft *d, const struct finding *f)
{
    if (is_dockerfile(d->doc))
        return edit_dockerfile(d, f);
    return is_dropped(f) ? drop_all(d, f) : merge_all(d, f);
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
    if (is_json(doc))
        d->has_whole = brace_read(&d->whole, doc->body, true, 0, &room);
    for (size_t i = 0; i < n; i++) {
        const struct finding *f = &m->finding.p[finding[i]];
        size_t before = d->n, splices = d->n_splice;
        if (decides(m, f) != doc)
            continue;
        meant++;
        if (!edit_for(d, f)) {
            d->n = before;
            d->n_splice = splices;
            lost++;
        }
    }
    bool joined = join_splices(d);
    qsort(d->edit, d->n, sizeof *d->edit, by_place);
    if (joined && d->n && reads_well(d))
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
    if (!buf_ok(out)) { /* too long to be read: nobody applies it either */
        buf_clear(out);
        *missed = n;
    }
    return 0;
}
