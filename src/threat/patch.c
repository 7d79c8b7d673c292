#include "threat/patch.h"

#include "threat/edit.h"
#include "threat/lines.h"

/* A diff of more findings than that nobody reads through. */
enum { FINDINGS_MOST = 100, TEXT_MOST = 4 << 20 };

/* Checks that are answered by taking away what the evidence shows, by the beginnings of their ids. What a
 * snippet could say instead is a proposal, not an edit. */
static const char *const dropped[] = {
    "workload-host-",         "workload-engine-socket", "workload-engine-data",   "workload-cap-",
    "workload-device",        "workload-seccomp-off",   "workload-apparmor-off",  "workload-selinux-off",
    "workload-unsafe-sysctl", "workload-cgroup-parent", "workload-unmasked-proc", "workload-build-privileged",
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
    "workload-not-spread",
    "workload-mount-propagation",
    "workload-pod-security-baseline",
    "workload-pod-security-restricted",
};

/* Keys whose snippets are no additions: a port or a mount more closes nothing, a word more at the end of a command is
 * another command, and what is called by a name has to be there. */
static const char not_merged[] =
    "ports command args entrypoint volumes volumeMounts secrets networks env build";

/* Checks that publishing on the host alone answers. */
static const char bound_to_host[] =
    "workload-all-interfaces workload-data-port workload-clear-port workload-engine-port";

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

/* Does the line, by its look, hold more than one thing that could be taken away? */
static bool is_crowded(struct str line)
{
    line = str_trim(line);
    return line.n > 1 && (memchr(line.p, '{', line.n - 1) || memchr(line.p, '[', line.n - 1) ||
                          memchr(line.p, ',', line.n - 1));
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
    return !is_crowded(text);
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
    struct edits edits;
    struct edit edit[SPLICES_MOST]; /* what becomes of them */
    size_t n;
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

/* Lines that begin and end with it. */
static bool is_whole(const struct draft *d, const struct splice *s)
{
    struct str body = d->doc->body;
    size_t end = s->at + s->gone;
    bool begins = !s->at || s->at == body.n || body.p[s->at - 1] == '\n';

    return begins && (!s->gone || end == body.n || body.p[end - 1] == '\n') &&
           (s->text.n ? str_ends(s->text, STR("\n")) : s->gone > 0);
}

/* The lines that it takes away, or changes. */
static struct edit lines_under(const struct draft *d, const struct splice *s)
{
    size_t first = lines_of(&d->lines, s->at), end = s->at + s->gone;

    if (!is_whole(d, s))
        return (struct edit){ first, lines_of(&d->lines, end) + 1 - first, STR_NONE };
    if (!s->gone && s->at == d->doc->body.n && d->lines.open_end)
        return (struct edit){ first, 1, STR_NONE }; /* that line gets an end */
    return (struct edit){ first, (end == d->doc->body.n ? d->lines.n : lines_of(&d->lines, end)) - first,
                          s->text };
}

static size_t indent_of(struct str s)
{
    size_t n = 0;

    while (n < s.n && s.p[n] == ' ')
        n++;
    return n;
}

/* Both cannot be: they cut into each other, or one adds to what the other takes away. */
static bool clash(const struct draft *d, const struct splice *a, const struct splice *b)
{
    if (a->at < b->at + b->gone && b->at < a->at + a->gone)
        return true;
    if (b->gone && !a->gone && a->at == b->at + b->gone && is_whole(d, a) && is_whole(d, b))
        return indent_of(a->text) > indent_of(str_skip(d->doc->body, b->at));
    return false;
}

/* Those that were added behind the first `n`: the same twice is once. */
static bool keep(struct draft *d, size_t n)
{
    struct splice *all = d->edits.splice;
    size_t kept = n;

    for (size_t i = n; i < d->edits.n; i++) {
        struct edit under = lines_under(d, &all[i]);
        bool same = false;
        if (lines_tells(&d->lines, &under))
            return false;
        for (size_t k = 0; k < kept && !same; k++) {
            same = all[k].at == all[i].at && all[k].gone == all[i].gone && str_eq(all[k].text, all[i].text);
            if (!same && (clash(d, &all[i], &all[k]) || clash(d, &all[k], &all[i])))
                return false;
        }
        if (!same)
            all[kept++] = all[i];
    }
    d->edits.n = kept;
    return true;
}

static bool drop_all(struct draft *d, const struct finding *f)
{
    struct edit_path p;

    for (size_t i = 0; i < f->n_evidence; i++)
        if (!str_eq(f->evidence[i].path, d->doc->path) || !f->evidence[i].line ||
            !edit_told(&d->edits, f->evidence[i].line, f->evidence[i].text, &p) || !edit_drop(&d->edits, &p))
            return false;
    return f->n_evidence == f->n_found;
}

static bool is_container(const struct edit_path *p)
{
    const struct doc *in = edit_up(p, 1);

    return in && in->kind == DOC_LIST && str_one_of(in->key, "containers initContainers ephemeralContainers");
}

static bool is_service(const struct edit_path *p)
{
    const struct doc *in = edit_up(p, 1);

    return in && in->kind == DOC_OBJECT && str_eq(in->key, STR("services"));
}

static bool merge_engine(struct draft *d, const struct finding *f)
{
    struct doc *root = NULL;
    struct err ignored;

    return d->edits.root && doc_yaml(str_of(engine_edit(f)), d->lines.arena, &root, &ignored) == 0 &&
           edit_merge(&d->edits, d->edits.root, root);
}

/* ADD becomes COPY, where the evidence says so. */
static bool copy_for_add(struct draft *d, const struct finding *f)
{
    for (size_t i = 0; i < f->n_evidence; i++) {
        uint32_t line = f->evidence[i].line;
        struct str text = line && line <= d->lines.n ? d->lines.line[line - 1] : STR_NONE;
        size_t blanks = indent_of(text);
        if (!str_eq_nocase(str_first(str_skip(text, blanks), 4), STR("ADD ")) ||
            !edit_add(&d->edits,
                      (struct splice){ (size_t)(text.p - d->doc->body.p) + blanks, 3, STR("COPY") }))
            return false;
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
    size_t end = (size_t)(d->lines.line[last - 1].p - d->doc->body.p) + d->lines.line[last - 1].n;
    return edit_add(&d->edits, (struct splice){ MIN(end + 1, d->doc->body.n), 0, STR("USER 65532:65532\n") });
}

/* Checks of Dockerfiles that have an exact edit. */
static const struct {
    const char *check;
    bool (*edit)(struct draft *d, const struct finding *f);
} of_dockerfile[] = { { "image-add-for-copy", copy_for_add }, { "image-root-user", user_of_stage } };

static bool edit_dockerfile(struct draft *d, const struct finding *f)
{
    for (size_t i = 0; i < ARRAY_LEN(of_dockerfile); i++)
        if (!strcmp(f->check->id, of_dockerfile[i].check))
            return of_dockerfile[i].edit(d, f);
    return false;
}

/* What the snippet says at "spec" is said by the Pod, not the container; of replicas by what makes the Pods. */
static const struct doc *meant_by(const struct edit_path *container, const struct doc **what)
{
    const struct doc *above = edit_up(container, 3);

    if (!(*what)->child || !str_eq((*what)->child->key, STR("spec")))
        return edit_up(container, 0);
    *what = (*what)->child;
    if (!doc_get(*what, "replicas"))
        return edit_up(container, 2);
    return above && str_eq(above->key, STR("template")) ? edit_up(container, 4) : NULL;
}

static bool find_workload(const struct draft *d, const struct workload *w, struct edit_path *at)
{
    bool compose = w->spelling == SPELLING_COMPOSE;
    struct str name = compose && w->object && !w->fact->name.n ? w->object->name : w->fact->name;

    return str_eq(w->fact->path, d->doc->path) &&
           edit_mapping(&d->edits, w->fact->line, compose ? is_service : is_container, name, at);
}

/* "80:80", "0.0.0.0:80:80", "80:80/tcp", {target: 80, published: 80}. */
static bool is_port(const struct doc *item, const struct port *o)
{
    struct str text = doc_text(item), port, protocol;

    if (item->kind == DOC_OBJECT)
        return str_eq(doc_scalar(doc_get(item, "published")), o->host_port) &&
               str_eq(doc_scalar(doc_get(item, "target")), o->port);
    if (o->host_ip.n && str_starts(text, o->host_ip))
        text = str_skip(text, o->host_ip.n + 1);
    if (!str_split(text, '/', &port, &protocol))
        protocol = STR("tcp");
    return str_starts(port, o->host_port) && str_eq(str_skip(port, o->host_port.n + 1), o->port) &&
           str_eq(protocol, o->protocol.n ? o->protocol : STR("tcp"));
}

/* Published on the host alone. */
static bool bind_port(struct draft *d, const struct doc *list, const struct port *o)
{
    struct doc ip = { .kind = DOC_TEXT, .key = STR("host_ip"), .text = STR("127.0.0.1") };
    struct doc more = { .kind = DOC_OBJECT, .n = 1, .child = &ip };
    const struct doc *it = list ? list->child : NULL;

    while (it && !is_port(it, o))
        it = it->next;
    if (!it || it->kind == DOC_OBJECT)
        return it && edit_merge(&d->edits, it, &more);
    const struct doc_place *p = doc_place(it);
    struct str behind =
        o->host_ip.n && str_starts(it->text, o->host_ip) ? str_skip(it->text, o->host_ip.n + 1) : it->text;
    return p->style == DOC_FLOW &&
           edit_add(&d->edits, (struct splice){
                                   p->from, p->to - p->from,
                                   arena_fmt(d->lines.arena, "\"127.0.0.1:" STR_FMT "\"", STR_ARG(behind)) });
}

static bool bind_all(struct draft *d, const struct finding *f, const struct workload *w)
{
    struct edit_path at;
    size_t bound = 0;

    if (w->spelling != SPELLING_COMPOSE || !find_workload(d, w, &at))
        return false;
    for (size_t i = 0; i < f->n_evidence; i++)
        WORKLOAD_EACH (w, port, o) {
            if (o->line != f->evidence[i].line || !o->host_port.n || str_starts(o->host_ip, STR("127.")))
                continue;
            if (!bind_port(d, doc_get(edit_up(&at, 0), "ports"), o))
                return false;
            bound++;
        }
    return bound >= f->n_found;
}

/* The snippet is YAML of our own. */
static bool merge_all(struct draft *d, const struct finding *f)
{
    const struct workload *w = d->m->element.p[f->element].workload;
    struct doc *root = NULL;
    struct edit_path at;
    struct err ignored;

    if (engine_edit(f))
        return merge_engine(d, f);
    if (w && str_one_of(str_of(f->check->id), bound_to_host))
        return bind_all(d, f, w);
    for (size_t i = 0; i < ARRAY_LEN(shown_only); i++)
        if (!strcmp(f->check->id, shown_only[i]))
            return false;
    if (!w || !f->snippet || doc_yaml(str_of(f->snippet), d->lines.arena, &root, &ignored) < 0 ||
        !root->child || str_one_of(root->child->key, not_merged))
        return false;
    const struct doc *what = root, *into = find_workload(d, w, &at) ? meant_by(&at, &what) : NULL;
    return into && edit_merge(&d->edits, into, what);
}

static bool is_dropped(const struct finding *f)
{
    for (size_t i = 0; i < ARRAY_LEN(dropped); i++)
        if (str_starts(str_of(f->check->id), str_of(dropped[i])))
            return true;
    return false;
}

/* By where they are; of what is added at one place the deepest first, which goes on with what stands before. */
static void sort(struct splice *s, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i;
             k > 0 && (s[k].at < s[k - 1].at || (s[k].at == s[k - 1].at && !s[k].gone &&
                                                 indent_of(s[k].text) > indent_of(s[k - 1].text)));
             k--) {
            struct splice moved = s[k];
            s[k] = s[k - 1];
            s[k - 1] = moved;
        }
}

/* All of them as edits of whole lines. */
static bool join(struct draft *d)
{
    struct str body = d->doc->body;
    const struct splice *s = d->edits.splice;

    sort(d->edits.splice, d->edits.n);
    for (size_t i = 0; i < d->edits.n;) {
        AUTO_BUF struct buf b = BUF(TEXT_MOST);
        struct edit e = lines_under(d, &s[i]);
        if (e.text.p) {
            d->edit[d->n++] = e;
            i++;
            continue;
        }
        size_t done = (size_t)(d->lines.line[e.at].p - body.p);
        for (; i < d->edits.n; i++) {
            struct edit next = lines_under(d, &s[i]);
            if (next.text.p || next.at >= e.at + e.gone)
                break;
            buf_str(&b, (struct str){ body.p + done, s[i].at - done });
            buf_str(&b, is_whole(d, &s[i]) ? STR("\n") : STR("")); /* behind a last line without end */
            buf_str(&b, s[i].text);
            done = s[i].at + s[i].gone;
            e.gone = MAX(e.gone, next.at + next.gone - e.at);
        }
        struct str last = d->lines.line[e.at + e.gone - 1];
        buf_str(&b, (struct str){ body.p + done, (size_t)(last.p + last.n - body.p) - done });
        buf_str(&b, str_ends(buf_view(&b), STR("\n")) ? STR("") : STR("\n"));
        e.text = arena_str(d->lines.arena, buf_view(&b));
        if (!buf_ok(&b) || !e.text.p)
            return false;
        d->edit[d->n++] = e;
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

/* Where nothing can be taken away, the Pod may say the opposite. */
static bool says_so(const struct finding *f)
{
    return f->snippet && str_starts(str_of(f->snippet), STR("spec:"));
}

static bool edit_for(struct draft *d, const struct finding *f)
{
    size_t before = d->edits.n;

    if (is_dockerfile(d->doc))
        return edit_dockerfile(d, f) && keep(d, before);
    if (is_dropped(f) && drop_all(d, f) && keep(d, before))
        return true;
    d->edits.n = before;
    return (!is_dropped(f) || says_so(f)) && merge_all(d, f) && keep(d, before);
}

static const struct doc *tree_of(const struct declared *doc, struct patch_document *last)
{
    if (last->doc != doc) {
        arena_free(&last->arena);
        last->doc = doc;
        last->root = is_dockerfile(doc) ? NULL : edits_read(doc->body, is_json(doc), &last->arena);
    }
    return last->root;
}

static int patch_one(const struct model *m, const struct declared *doc, const uint32_t *finding, size_t n,
                     struct patch_document *last, struct buf *out, size_t *missed, struct err *e)
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
    d->edits =
        (struct edits){ .body = doc->body, .json = is_json(doc), .arena = &room, .root = tree_of(doc, last) };
    for (size_t i = 0; i < n; i++) {
        const struct finding *f = &m->finding.p[finding[i]];
        size_t before = d->edits.n;
        if (decides(m, f) != doc)
            continue;
        meant++;
        if (!edit_for(d, f)) {
            d->edits.n = before;
            lost++;
        }
    }
    if (join(d) && d->n && reads_well(d))
        lines_diff(&d->lines, doc->path, d->edit, d->n, out);
    else
        lost = meant;
    *missed += lost;
    return 0;
}

int patch_make(const struct model *m, const uint32_t *finding, size_t n, struct patch_document *last,
               struct buf *out, size_t *missed, struct err *e)
{
    *missed = n > FINDINGS_MOST ? n : 0;
    if (*missed)
        return 0;
    for (size_t i = 0; i < n; i++) {
        const struct declared *doc = decides(m, &m->finding.p[finding[i]]);
        bool done = false;
        if (!doc) {
            ++*missed;
            continue;
        }
        for (size_t k = 0; k < i && !done; k++)
            done = decides(m, &m->finding.p[finding[k]]) == doc;
        if (!done && patch_one(m, doc, finding, n, last, out, missed, e) < 0)
            return -1;
    }
    if (!buf_ok(out)) { /* too long to be read: nobody applies it either */
        buf_clear(out);
        *missed = n;
    }
    return 0;
}
