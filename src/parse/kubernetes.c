/* kubernetes.c - Kubernetes objects: manifests in YAML and JSON, several in a file, `List`, and what
 * `kubectl get -o json` prints of a whole cluster. Also the configuration files of its components, which are
 * objects too.
 *
 * Each document is read on its own, in memory that the next one uses again: a damaged one does not hide the
 * others, and a dump of 100,000 Pods takes no more memory than its facts. */
#include "parse/kube.h"

enum { DOCUMENT_BYTES = 512 << 20, DEPTH_OF_LISTS = 4 };

/* Go templates are not YAML; rendered they are. */
static bool is_template(struct str body)
{
    return str_has(body, STR("{{"));
}

static void remark_template(struct kube *k)
{
    facts_remark(k->out, NOTE_INCOMPLETE, k->in->path,
                 "a template, not YAML: scan what it makes, as `helm template` prints it");
}

static const struct kube_kind *find_kind(struct str kind)
{
    static const struct kube_kind *const families[] = { kube_pod_kinds, kube_network_kinds, kube_rbac_kinds,
                                                        kube_config_kinds, kube_plugin_kinds };

    for (size_t i = 0; i < ARRAY_LEN(families); i++)
        for (const struct kube_kind *at = families[i]; at->kind; at++)
            if (str_eq(str_of(at->kind), kind))
                return at;
    return NULL;
}

/* "kind/name" of the controller. */
static struct str owner_of(struct kube *k, const struct doc *meta)
{
    DOC_EACH (doc_get(meta, "ownerReferences"), ref) {
        struct str kind = doc_text(doc_get(ref, "kind")), name = doc_text(doc_get(ref, "name"));
        if (kind.n && name.n)
            return arena_fmt(k->arena, STR_FMT "/" STR_FMT, STR_ARG(kind), STR_ARG(name));
    }
    return STR("");
}

static int add_object(struct kube *k, const struct doc *d)
{
    const struct doc *meta = doc_get(d, "metadata");
    struct object o = {
        .kind = k->kind,
        .api = k->api,
        .ns = doc_text(doc_get(meta, "namespace")),
        .name = doc_scalar(doc_get(meta, "name")),
        .path = k->in->path,
        .line = kube_line(k, d),
    };

    if (!o.name.n)
        o.name = doc_scalar(doc_get(meta, "generateName"));
    k->ns = o.ns;
    k->owner = o.owner = owner_of(k, meta);
    /* the annotation that kubectl leaves repeats the whole object: of a Secret, its values */
    if (kube_pairs(k, doc_get(meta, "labels"), STR(""), &o.labels) < 0 ||
        kube_pairs(k, doc_get(meta, "annotations"), STR(KUBE_APPLIED), &o.annotations) < 0)
        return -1;
    k->object = (uint32_t)k->out->list[FACT_OBJECT_KIND].n;
    k->n_objects++;
    return facts_add_object(k->out, &o, k->e);
}

static int read_object(struct kube *k, const struct doc *d, int depth);

static int read_items(struct kube *k, const struct doc *items, int depth)
{
    if (depth >= DEPTH_OF_LISTS)
        return err_set(k->e, ERR_LIMIT, "line %u: lists of lists of lists", kube_line(k, items));
    DOC_EACH (items, d)
        if (read_object(k, d, depth + 1) < 0)
            return -1;
    return 0;
}

static bool is_chart(const struct kube *k, struct str kind)
{
    struct str folder, base;

    str_rsplit(k->in->path, '/', &folder, &base);
    return !kind.n && str_eq(base, STR("Chart.yaml"));
}

/* Only the user's own tools know what a chart or a kustomization makes. */
static bool needs_rendering(struct kube *k, struct str kind)
{
    struct str folder, base;

    str_rsplit(k->in->path, '/', &folder, &base);
    if (!folder.n)
        folder = STR(".");
    if (is_chart(k, kind))
        facts_remark(k->out, NOTE_INCOMPLETE, k->in->path,
                     "a Helm chart: scan what `helm template " STR_FMT "` prints", STR_ARG(folder));
    else if (str_eq(kind, STR("Kustomization")) || str_one_of(base, "kustomization.yaml kustomization.yml"))
        facts_remark(k->out, NOTE_INCOMPLETE, k->in->path,
                     "a kustomization: scan what `kustomize build " STR_FMT "` prints", STR_ARG(folder));
    else
        return false;
    return true;
}

/* What the items of a "PodList" are, which do not say it; those of a "List" do. */
static void set_items(struct kube *k, struct str kind, struct str api)
{
    k->item_kind = str_first(kind, kind.n - (sizeof "List" - 1));
    k->item_api = k->item_kind.n ? api : STR("");
}

static int read_object(struct kube *k, const struct doc *d, int depth)
{
    const struct doc *items = doc_get(d, "items");

    k->api = doc_text(doc_get(d, "apiVersion"));
    k->kind = doc_text(doc_get(d, "kind"));
    if (!k->kind.n && depth) {
        k->kind = k->item_kind;
        k->api = k->item_api;
    }
    if (needs_rendering(k, k->kind))
        return 0;
    if (!k->api.n || !k->kind.n)
        return 0; /* some other YAML */
    if (str_ends(k->kind, STR("List")) && items && items->kind == DOC_LIST) {
        set_items(k, k->kind, k->api);
        int result = read_items(k, items, depth);
        k->item_kind = STR("");
        return result;
    }
    if (str_has(doc_text(doc_path(d, "metadata.name")), STR("{{"))) {
        remark_template(k);
        return 0;
    }
    struct kube_mark since;
    kube_mark(k, &since);
    if (add_object(k, d) < 0)
        return -1;
    const struct kube_kind *known = find_kind(k->kind);
    if ((known ? known->read(k, d, known->with) : kube_unknown(k, d)) < 0)
        return -1;
    return str_eq(k->kind, STR("Pod")) && k->owner.n ? kube_merge(k, &since) : 0;
}

/* One document; what the one before it took is given back. `depth`: lists around it. */
static int read_json(struct kube *k, struct str text, int depth)
{
    struct doc *root;

    arena_free(k->arena);
    k->bytes = (size_t)(text.p - k->in->body.p);
    return doc_json_placed(text, k->arena, &root, k->e) < 0 ? -1 : read_object(k, root, depth);
}

static int read_yaml(struct kube *k, struct str text)
{
    struct doc *all;

    arena_free(k->arena);
    k->bytes = (size_t)(text.p - k->in->body.p);
    return doc_yaml_all_placed(text, k->arena, &all, k->e) < 0 ? -1 : read_items(k, all, 0);
}

static uint32_t count_lines(struct str s)
{
    uint32_t n = 0;
    const char *nl;

    while (s.n && (nl = memchr(s.p, '\n', s.n))) {
        n++;
        s = str_skip(s, (size_t)(nl - s.p) + 1);
    }
    return n;
}

/* An error says the line of its document: make it that of the file. */
static void move_line(struct err *e, uint32_t lines)
{
    struct str text = str_of(e->text), number, rest;
    char behind[sizeof e->text];
    uint64_t line;

    if (!lines || !str_starts(text, STR("line ")) || !str_split(str_skip(text, 5), ':', &number, &rest) ||
        !str_u64(number, 10, &line))
        return;
    snprintf(behind, sizeof behind, STR_FMT, STR_ARG(rest));
    err_set(e, e->code, "line %llu:%s", (unsigned long long)line + lines, behind);
}

/* Keep the first error of several documents and go on, unless memory is spent. */
static int carry_on(struct kube *k, int result, struct err *first)
{
    if (result == 0)
        return 0;
    move_line(k->e, k->lines);
    if (!first->code)
        *first = *k->e;
    return k->e->code == ERR_LIMIT ? -1 : 0;
}

/* ---- JSON: values one after the other, and the items of a list, without a tree of the whole ---- */

static struct str skip_blanks(struct str s)
{
    size_t n = 0;

    while (n < s.n && memchr(" \t\r\n", s.p[n], 4))
        n++;
    return str_skip(s, n);
}

/* How many bytes the object, list or text at the front takes; 0: it does not end. Only brackets and quotes
 * are looked at: whether the rest is JSON, the reader of the piece says. */
static size_t json_extent(struct str s)
{
    size_t depth = 0;
    bool in_text = false;

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (in_text) {
            i += c == '\\';
            in_text = c != '"';
        } else if (c == '"') {
            in_text = true;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if ((c == '}' || c == ']') && depth) {
            depth--;
        }
        if (!depth && !in_text)
            return i + 1;
    }
    return 0;
}

/* The list "items" at the first level of an object: what follows its "[". Empty: none. */
static struct str json_items(struct str object)
{
    struct str rest = skip_blanks(str_skip(object, 1));

    while (rest.n && rest.p[0] == '"') {
        struct str key = str_first(rest, json_extent(rest));
        rest = skip_blanks(str_skip(rest, key.n));
        if (!key.n || !str_starts(rest, STR(":")))
            break;
        rest = skip_blanks(str_skip(rest, 1));
        if (str_eq(key, STR("\"items\"")))
            return str_starts(rest, STR("[")) ? str_skip(rest, 1) : STR_NONE;
        size_t n = rest.n && strchr("{[\"", rest.p[0]) ? json_extent(rest) : 0;
        if (!n)
            while (n < rest.n && !strchr(",}", rest.p[n]))
                n++;
        rest = skip_blanks(str_skip(rest, n));
        if (str_starts(rest, STR(",")))
            rest = skip_blanks(str_skip(rest, 1));
    }
    return STR_NONE;
}

/* A list of which the whole is JSON; each item with the line on which it begins. */
static int read_json_list(struct kube *k, struct str whole, struct str items, struct err *first)
{
    const char *counted = whole.p;
    uint32_t base = k->lines;

    for (struct str rest = skip_blanks(items); rest.n && rest.p[0] == '{';) {
        struct str item = str_first(rest, json_extent(rest));
        k->lines += count_lines((struct str){ counted, (size_t)(item.p - counted) });
        counted = item.p;
        if (!item.n || carry_on(k, read_json(k, item, 1), first) < 0)
            return -1;
        rest = skip_blanks(str_skip(rest, item.n));
        if (str_starts(rest, STR(",")))
            rest = skip_blanks(str_skip(rest, 1));
        if (rest.n && rest.p[0] != '{' && rest.p[0] != ']')
            facts_remark(k->out, NOTE_INCOMPLETE, k->in->path,
                         "line %u: an item of the list is no object: the rest was not read", k->lines + 1);
    }
    k->lines = base;
    return 0;
}

static int read_json_value(struct kube *k, struct str text, struct err *first)
{
    static const char *const only[] = { "kind", "apiVersion", NULL };
    AUTO_ARENA struct arena a = ARENA(1 << 20);
    struct str items = json_items(text);
    struct doc *root;

    if (!items.p)
        return carry_on(k, read_json(k, text, 0), first);
    if (doc_json_some(text, only, &a, &root, k->e) < 0)
        return carry_on(k, -1, first);
    struct str kind = doc_text(doc_get(root, "kind"));
    if (str_ends(kind, STR("List")))
        set_items(k, kind, doc_text(doc_get(root, "apiVersion")));
    int result = str_ends(kind, STR("List")) ? read_json_list(k, text, items, first)
                                             : carry_on(k, read_json(k, text, 0), first);
    k->item_kind = STR("");
    return result;
}

/* `text` begins with "{". Other YAML may do so too: flow mappings, and templates. */
static bool is_json(struct str text)
{
    struct str inner = skip_blanks(str_skip(text, 1));

    return inner.n && (inner.p[0] == '"' || inner.p[0] == '}');
}

static int read_json_stream(struct kube *k, struct str text, struct err *first)
{
    uint32_t base = k->lines;

    for (struct str rest = skip_blanks(text); rest.n;) {
        size_t n = rest.p[0] == '{' ? json_extent(rest) : rest.n;
        struct str value = str_first(rest, n ? n : rest.n);
        k->lines = base + count_lines((struct str){ text.p, (size_t)(value.p - text.p) });
        if (read_json_value(k, value, first) < 0)
            return -1;
        rest = skip_blanks(str_skip(rest, value.n));
    }
    k->lines = base;
    return 0;
}

/* ---- YAML: documents ---- */

/* "---" at the beginning of a line parts documents, whatever is open: YAML 1.2, 9.1.2. */
static bool is_separator(struct str s)
{
    return str_starts(s, STR("---")) && (s.n == 3 || memchr(" \t\r\n", s.p[3], 4));
}

/* The first document off *rest, its separator included. */
static struct str cut_document(struct str *rest)
{
    size_t at = 0;

    for (;;) {
        const char *nl = at < rest->n ? memchr(rest->p + at, '\n', rest->n - at) : NULL;
        at = nl ? (size_t)(nl - rest->p) + 1 : rest->n;
        if (at == rest->n || is_separator(str_skip(*rest, at)))
            break;
    }
    struct str document = str_first(*rest, at);
    *rest = str_skip(*rest, at);
    return document;
}

/* Comments, directives and the separator alone are no document. */
static struct str content_of(struct str document)
{
    struct str rest = document, line;

    if (is_separator(rest))
        rest = str_skip(rest, 3);
    for (struct str ahead = rest; str_cut(&ahead, '\n', &line); rest = ahead) {
        line = str_trim(line);
        if (line.n && line.p[0] != '#' && !str_eq(line, STR("...")))
            return rest;
    }
    return STR("");
}

static int read_document(struct kube *k, struct str document, struct err *first)
{
    struct str content = skip_blanks(content_of(document));

    if (!content.n)
        return 0;
    if (content.p[0] == '{' && is_json(content)) {
        uint32_t before = k->lines;
        k->lines += count_lines((struct str){ document.p, (size_t)(content.p - document.p) });
        int result = read_json_stream(k, content, first);
        k->lines = before;
        return result;
    }
    return carry_on(k, read_yaml(k, document), first);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(DOCUMENT_BYTES);
    struct kube k = { .in = in, .out = out, .e = e, .arena = &a };
    struct str rest = in->body, document;
    struct err first = { 0 };

    if (str_starts(rest, STR("\xef\xbb\xbf")))
        rest = str_skip(rest, 3);
    if (is_template(rest) && str_has(in->path, STR("templates/"))) {
        remark_template(&k);
        return 0;
    }
    while (rest.n) {
        document = cut_document(&rest);
        if (read_document(&k, document, &first) < 0)
            break;
        k.lines += count_lines(document);
    }
    map_free(&k.same);
    if (!first.code)
        return 0;
    if (first.code != ERR_LIMIT && is_template(in->body)) {
        remark_template(&k);
        return 0;
    }
    *e = first;
    return -1;
}

const struct parser parser_kubernetes = {
    .name = "kubernetes",
    .what = "Kubernetes objects and configuration files of its components",
    .version = 7,
    .document = "kubernetes",
    .paths =
        PATHS("etc/kubernetes/manifests/*.yaml", "etc/kubernetes/manifests/*.yml",
              "etc/kubernetes/manifests/*.json", "etc/kubernetes/*.conf", "etc/kubernetes/*.yaml",
              "var/lib/kubelet/config.yaml", "var/lib/kubelet/kubeconfig", "var/lib/kube-proxy/config.conf"),
    .max_size = 2047u << 20,
    .parse = parse,
};
