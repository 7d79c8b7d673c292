#include "rule_image.h"

#include "doc/doc.h"
#include "file.h"
#include "model/owners.h"
#include "rule/survey.h"

enum { FROM_MOST = 4, LAYERS_MOST = 8, PATH_MOST = 1200 };

static void fail(const char *what, struct str where)
{
    fprintf(stderr, "rule_test: %s: %.*s\n", what, STR_ARG(where));
    exit(2);
}

/* ---- the description and those it starts from ---- */

struct build {
    struct image_case made;           /* first: what the test sees of it */
    const struct doc *doc[FROM_MOST]; /* the case first */
    size_t n_doc;
    struct facts config_facts, layer_facts;
    struct layer layer[200];
    struct entries_writer *entries[LAYERS_MOST];
    struct tree *tree;
    bool hidden[FACT_KIND_COUNT][256];
};

static void load(struct build *b, const char *root, const char *path)
{
    char next[PATH_MOST];
    size_t n = 0;
    char *text = file_read(path, &n);
    struct doc *d;
    struct err e = { 0 };

    if (!text || b->n_doc == FROM_MOST)
        fail("cannot read", str_of(path));
    struct str keep = arena_str(&b->made.arena, (struct str){ text, n });
    free(text);
    if (doc_json(keep, &b->made.arena, &d, &e) < 0)
        fail(e.text, str_of(path));
    b->doc[b->n_doc++] = d;
    struct str from = doc_text(doc_get(d, "from"));
    if (from.n) {
        snprintf(next, sizeof next, "%s/images/%.*s.json", root, STR_ARG(from));
        load(b, root, next);
    }
}

static const struct doc *value(const struct build *b, const char *key)
{
    for (size_t i = 0; i < b->n_doc; i++)
        if (doc_get(b->doc[i], key))
            return doc_get(b->doc[i], key);
    return NULL;
}

/* Every item of a list, of what the case starts from first. */
static void each(struct build *b, const char *key, void (*add)(struct build *b, const struct doc *item))
{
    char more[64];
    size_t from = b->n_doc;

    for (size_t i = b->n_doc; i-- > 0;)
        if (doc_get(b->doc[i], key))
            from = i;
    snprintf(more, sizeof more, "%s+", key);
    for (size_t i = from + 1; i-- > 0;) {
        if (i < b->n_doc && i == from)
            DOC_EACH (doc_get(b->doc[i], key), item)
                add(b, item);
        if (i < b->n_doc)
            DOC_EACH (doc_get(b->doc[i], more), item)
                add(b, item);
    }
}

static void must(int r, const struct err *e)
{
    if (r < 0)
        fail(e->text, STR("adding a fact"));
}

/* The next piece up to `sep`, or what is left. */
static struct str piece(struct str *rest, char sep)
{
    struct str p = { 0 };

    str_cut(rest, sep, &p);
    return p;
}

static uint32_t number(struct str s, int base)
{
    uint64_t v;

    if (!str_u64(s, base, &v))
        fail("not a number", s);
    return (uint32_t)v;
}

static uint32_t password(struct str s)
{
    static const char *const names[] = { "", "empty", "locked", "shadow", "weak", "hash" };

    for (uint32_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_eq(s, str_of(names[i])))
            return i;
    fail("not a kind of password", s);
    return 0;
}

/* ---- lines ---- */

static void add_entry(struct build *b, const struct doc *item)
{
    static const char kinds[] = "fdl?cbps";
    struct str rest = doc_text(item), owner, uid, gid, word;
    struct entry en = { 0 };
    struct err e = { 0 };
    uint32_t layer = 0;
    static char caps[64];

    const char *kind = strchr(kinds, piece(&rest, ' ').p[0]);
    if (!kind || *kind == '?')
        fail("kind of entry", doc_text(item));
    en.kind = (enum entry_kind)(kind - kinds);
    en.mode = number(piece(&rest, ' '), 8);
    owner = piece(&rest, ' ');
    str_split(owner, ':', &uid, &gid);
    en.uid = number(uid, 10);
    en.gid = number(gid, 10);
    en.size = number(piece(&rest, ' '), 10);
    en.path = piece(&rest, ' ');
    while (str_cut(&rest, ' ', &word)) {
        if (str_eq(word, STR("->")))
            en.link = piece(&rest, ' ');
        else if (word.p[0] == '@')
            layer = number(str_skip(word, 1), 10);
        else if (str_starts(word, STR("caps="))) {
            for (size_t i = 5; i + 1 < word.n; i += 2)
                caps[(i - 5) / 2] = (char)number((struct str){ word.p + i, 2 }, 16);
            en.caps = (struct str){ caps, (word.n - 5) / 2 };
        } else {
            str_split(word, ':', &uid, &gid);
            en.major = number(uid, 10);
            en.minor = number(gid, 10);
        }
    }
    if (layer >= LAYERS_MOST)
        fail("layer", doc_text(item));
    must(entries_add(b->entries[layer], &en, &e), &e);
}

static void add_user(struct build *b, const struct doc *item)
{
    struct str rest = doc_text(item);
    struct user u = { .path = STR("etc/passwd"), .line = item->line };
    struct err e = { 0 };
    size_t n;

    u.name = piece(&rest, ':');
    u.uid = number(piece(&rest, ':'), 10);
    u.gid = number(piece(&rest, ':'), 10);
    u.home = piece(&rest, ':');
    u.shell = piece(&rest, ':');
    u.password = rest.p ? password(rest) : PASSWORD_IN_SHADOW;
    facts_user(&b->layer_facts, &n);
    u.line = (uint32_t)n + 1;
    must(facts_add_user(&b->layer_facts, &u, &e), &e);
}

static void add_group(struct build *b, const struct doc *item)
{
    struct str rest = doc_text(item), list, member[32];
    struct group g = { .path = STR("etc/group") };
    struct err e = { 0 };
    size_t n = 0;

    facts_group(&b->layer_facts, &n);
    g.line = (uint32_t)n + 1;
    g.name = piece(&rest, ':');
    g.gid = number(piece(&rest, ':'), 10);
    list = rest;
    for (n = 0; n < ARRAY_LEN(member) && list.n && str_cut(&list, ',', &member[n]);)
        n++;
    g.members = (struct strs){ member, n };
    must(facts_add_group(&b->layer_facts, &g, &e), &e);
}

static void add_shadow(struct build *b, const struct doc *item)
{
    struct str rest = doc_text(item);
    struct shadow s = { .path = STR("etc/shadow") };
    struct err e = { 0 };
    size_t n;

    facts_shadow(&b->layer_facts, &n);
    s.line = (uint32_t)n + 1;
    s.name = piece(&rest, ':');
    s.password = password(rest);
    must(facts_add_shadow(&b->layer_facts, &s, &e), &e);
}

static void add_sudo(struct build *b, const struct doc *item)
{
    struct str rest = doc_text(item);
    struct sudo s = { .path = STR("etc/sudoers"), .line = 1 };
    struct err e = { 0 };

    s.who = piece(&rest, ':');
    s.nopasswd = str_eq(piece(&rest, ':'), STR("nopasswd"));
    s.commands = rest;
    must(facts_add_sudo(&b->layer_facts, &s, &e), &e);
}

/* "hidden " in front: a later layer deleted the file that says so. */
static struct str hide(struct build *b, enum fact_kind kind, struct str line)
{
    bool hidden = str_starts(line, STR("hidden "));
    size_t n = b->layer_facts.list[kind].n;

    if (n < ARRAY_LEN(b->hidden[kind]))
        b->hidden[kind][n] = hidden;
    return hidden ? str_skip(line, 7) : line;
}

static void add_owned(struct build *b, const struct doc *item)
{
    struct str rest = hide(b, FACT_OWNED_KIND, doc_text(item)), path;
    struct owned o = { .type = piece(&rest, ' '), .name = piece(&rest, ':') };
    struct entries_writer *w = calloc(1, sizeof *w);
    struct err e = { 0 };

    o.path = arena_fmt(&b->made.arena, "var/lib/dpkg/info/" STR_FMT ".list", STR_ARG(o.name));
    entries_init(w, 1 << 20);
    while (str_cut(&rest, ' ', &path))
        if (path.n)
            must(entries_add(w, &(struct entry){ .path = path }, &e), &e);
    o.paths = buf_view(&w->out);
    must(facts_add_owned(&b->layer_facts, &o, &e), &e);
    entries_free(w);
    free(w);
}

static void add_package(struct build *b, const struct doc *item)
{
    struct str rest = hide(b, FACT_PACKAGE_KIND, doc_text(item));
    struct package p = {
        .type = piece(&rest, ' '), .name = piece(&rest, ' '), .path = rest, .version = STR("1")
    };
    struct err e = { 0 };

    must(facts_add_package(&b->layer_facts, &p, &e), &e);
}

static void add_note(struct build *b, const struct doc *item)
{
    struct str rest = doc_text(item), kind = piece(&rest, ' '), where = piece(&rest, ':');

    if (str_eq(kind, STR("verified")) ||
        str_eq(kind, STR("unverified"))) { /* the source says so of the image */
        facts_remark(&b->config_facts, str_eq(kind, STR("verified")) ? NOTE_VERIFIED : NOTE_UNVERIFIED, where,
                     "%.*s", STR_ARG(str_trim(rest)));
        return;
    }
    facts_remark(&b->layer_facts,
                 str_eq(kind, STR("hostile"))   ? NOTE_HOSTILE
                 : str_eq(kind, STR("unusual")) ? NOTE_UNUSUAL
                                                : NOTE_INCOMPLETE,
                 where, "%.*s", STR_ARG(str_trim(rest)));
}

/* In the configuration or in the layer, by its place. */
static void add_secret(struct build *b, const struct doc *item)
{
    static const char *const places[] = { "file", "env", "label", "history", "document" };
    struct str rest = hide(b, FACT_SECRET_KIND, doc_text(item)), word, line;
    struct secret s = { .kind = piece(&rest, ' '), .shown = STR("abc...") };
    struct err e = { 0 };

    word = piece(&rest, ' ');
    while (s.place < ARRAY_LEN(places) && !str_eq(word, str_of(places[s.place])))
        s.place++;
    s.confidence = number(piece(&rest, ' '), 10);
    s.hash = piece(&rest, ' ');
    word = piece(&rest, ' ');
    if (str_split(word, ':', &s.path, &line))
        s.line = number(line, 10);
    if (str_starts(rest, STR("doubt=")))
        s.doubt = str_skip(rest, 6);
    if (str_starts(rest, STR("until=")))
        s.until = str_skip(rest, 6);
    must(facts_add_secret(s.place == SECRET_IN_FILE ? &b->layer_facts : &b->config_facts, &s, &e), &e);
}

/* Any fact as an object of its fields. */
static void fill_fact(struct build *b, enum fact_kind kind, const struct doc *item, void *fact)
{
    const struct fact_info *info = &fact_info[kind];

    for (size_t i = 0; i < info->n_field; i++) {
        const struct doc *v = doc_get(item, info->field[i].name);
        char *at = (char *)fact + info->field[i].at;
        uint64_t n = 0;
        if (!v)
            continue;
        switch (info->field[i].type) {
        case FIELD_STR:
            *(struct str *)(void *)at = doc_scalar(v);
            break;
        case FIELD_STRS:
            doc_texts(v, &b->made.arena, &((struct strs *)(void *)at)->p, &((struct strs *)(void *)at)->n);
            break;
        case FIELD_U32S: /* no rule reads one */
            break;
        case FIELD_BOOL:
            *(bool *)at = doc_true(v);
            break;
        case FIELD_U32:
            *(uint32_t *)(void *)at = doc_u64(v, &n) ? (uint32_t)n : 0;
            break;
        case FIELD_U64:
            *(uint64_t *)(void *)at = doc_u64(v, &n) ? n : 0;
            break;
        }
    }
}

static void add_certificate(struct build *b, const struct doc *item)
{
    struct certificate c = { 0 };
    struct err e = { 0 };

    fill_fact(b, FACT_CERTIFICATE_KIND, item, &c);
    must(facts_add_certificate(&b->layer_facts, &c, &e), &e);
}

static void add_tls_setting(struct build *b, const struct doc *item)
{
    struct tls_setting s = { 0 };
    struct err e = { 0 };

    fill_fact(b, FACT_TLS_SETTING_KIND, item, &s);
    must(facts_add_tls_setting(&b->layer_facts, &s, &e), &e);
}

static void add_key(struct build *b, const struct doc *item)
{
    struct key k = { 0 };
    struct err e = { 0 };

    fill_fact(b, FACT_KEY_KIND, item, &k);
    must(facts_add_key(&b->layer_facts, &k, &e), &e);
}

static void add_env(struct build *b, const struct doc *item)
{
    struct env_var v;
    struct err e = { 0 };

    str_split(doc_text(item), '=', &v.name, &v.value);
    must(facts_add_env_var(&b->config_facts, &v, &e), &e);
}

static void add_label(struct build *b, const struct doc *item)
{
    struct label l;
    struct err e = { 0 };

    str_split(doc_text(item), '=', &l.name, &l.value);
    must(facts_add_label(&b->config_facts, &l, &e), &e);
}

/* Steps that make no layer, as builders mark them. */
static bool makes_no_layer(struct str line)
{
    static const char *const none[] = { "CMD ",   "ENV ",        "LABEL ",  "EXPOSE ",     "ENTRYPOINT ",
                                        "USER ",  "VOLUME ",     "ARG ",    "STOPSIGNAL ", "HEALTHCHECK ",
                                        "SHELL ", "MAINTAINER ", "ONBUILD " };
    ptrdiff_t nop = str_find(line, STR("#(nop)"));

    line = nop < 0 ? line : str_trim(str_skip(line, (size_t)nop + 6));
    for (size_t i = 0; i < ARRAY_LEN(none); i++)
        if (str_starts(line, str_of(none[i])))
            return true;
    return false;
}

static void add_history(struct build *b, const struct doc *item)
{
    struct history h = { .created = STR("2026-10-01T12:00:00Z"), .created_by = doc_text(item) };
    struct err e = { 0 };

    if (item->kind == DOC_OBJECT) {
        h.created_by = doc_text(doc_get(item, "created_by"));
        if (doc_get(item, "created"))
            h.created = doc_text(doc_get(item, "created"));
    }
    h.empty = makes_no_layer(h.created_by);
    must(facts_add_history(&b->config_facts, &h, &e), &e);
}

static void add_manifest(struct build *b, const struct doc *item)
{
    struct manifest m = { .schema = number(item->text, 10) };
    struct err e = { 0 };

    must(facts_add_manifest(&b->config_facts, &m, &e), &e);
}

static void add_layer(struct build *b, const struct doc *item)
{
    size_t i = b->made.img.n_layers++;

    b->layer[i] = (struct layer){ .media_type = doc_text(item), .facts = &b->layer_facts };
    b->layer[i].digest = arena_fmt(&b->made.arena, "sha256:layer%zu", i);
}

/* ---- the image ---- */

/* Fields of the configuration by the names of struct config, each from the first description that has it. */
static void set_config(struct build *b)
{
    struct config c = { 0 };
    struct err e = { 0 };
    size_t n;

    for (size_t k = b->n_doc; k-- > 0;)
        fill_fact(b, FACT_CONFIG_KIND, doc_get(b->doc[k], "config"), &c);
    must(facts_add_config(&b->config_facts, &c, &e), &e);
    b->made.img.config = facts_config(&b->config_facts, &n);
}

static void ignore_note(void *ctx, bool hostile, struct str path, const char *what)
{
    (void)ctx, (void)hostile, (void)path, (void)what;
}

static void make_tree(struct build *b)
{
    struct err e = { 0 };

    b->tree = tree_new(64 << 20);
    for (uint32_t i = 0; i < LAYERS_MOST; i++)
        must(tree_apply(b->tree, i, buf_view(&b->entries[i]->out), ignore_note, NULL, &e), &e);
    b->made.img.tree = b->tree;
}

static void make_seen(struct build *b)
{
    for (enum fact_kind k = 0; k < FACT_KIND_COUNT; k++) {
        size_t n = b->layer_facts.list[k].n;
        struct seen *s = arena_array(&b->made.arena, struct seen, n + 1);
        for (size_t i = 0; i < n; i++)
            s[i] = (struct seen){ (const char *)b->layer_facts.list[k].items + i * fact_info[k].size, 0,
                                  i >= ARRAY_LEN(b->hidden[k]) || !b->hidden[k][i] };
        b->made.img.seen[k] = (struct seen_list){ s, n };
    }
}

static const struct {
    const char *key;
    void (*add)(struct build *b, const struct doc *item);
} lists[] = {
    { "tree", add_entry },
    { "users", add_user },
    { "groups", add_group },
    { "shadow", add_shadow },
    { "sudo", add_sudo },
    { "owned", add_owned },
    { "packages", add_package },
    { "notes", add_note },
    { "env", add_env },
    { "labels", add_label },
    { "history", add_history },
    { "manifests", add_manifest },
    { "layers", add_layer },
    { "secrets", add_secret },
    { "certificates", add_certificate },
    { "keys", add_key },
    { "tls_settings", add_tls_setting },
};

static void set_texts(struct build *b)
{
    struct image *img = &b->made.img;

    img->target = doc_text(value(b, "target"));
    img->name = doc_text(value(b, "name"));
    img->kind = doc_text(value(b, "kind"));
    img->digest = doc_text(value(b, "digest"));
    img->time = doc_text(value(b, "time"));
    img->complete = doc_true(value(b, "complete"));
    img->reference = doc_true(value(b, "reference"));
}

struct image_case *image_case_new(const char *root, const char *path)
{
    struct build *b = calloc(1, sizeof *b);
    struct err e = { 0 };

    b->made.arena = (struct arena)ARENA(64 << 20);
    b->config_facts = (struct facts)FACTS(16 << 20);
    b->layer_facts = (struct facts)FACTS(16 << 20);
    load(b, root, path);
    for (size_t i = 0; i < LAYERS_MOST; i++) {
        b->entries[i] = calloc(1, sizeof *b->entries[i]);
        entries_init(b->entries[i], 16 << 20);
    }
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        each(b, lists[i].key, lists[i].add);
    set_texts(b);
    b->made.img.layer = b->layer;
    const struct doc *config = value(b, "config"), *tree = value(b, "tree");
    if (config && config->kind == DOC_OBJECT)
        set_config(b);
    if (b->made.img.config || doc_get(b->doc[0], "manifests"))
        b->made.img.config_facts = &b->config_facts;
    if (tree && tree->kind == DOC_LIST)
        make_tree(b);
    make_seen(b);
    b->made.img.owners = owners_new(&b->made.img);
    must(image_survey(&b->made.img, &b->made.arena, &e), &e);
    return &b->made;
}

void image_case_free(struct image_case *c)
{
    struct build *b = (struct build *)(void *)c;

    for (size_t i = 0; i < LAYERS_MOST; i++) {
        entries_free(b->entries[i]);
        free(b->entries[i]);
    }
    owners_free(&b->made.img.owners);
    tree_free(&b->tree);
    facts_free(&b->config_facts);
    facts_free(&b->layer_facts);
    arena_free(&b->made.arena);
    free(b);
}

const struct images *image_case_pair(struct image_case *c)
{
    struct build *b = (struct build *)(void *)c;
    struct image *other = arena_new(&c->arena, struct image);
    const struct image **list = arena_array(&c->arena, const struct image *, 2);
    struct images *all = arena_new(&c->arena, struct images);
    const struct doc *keys = value(b, "other_keys");
    struct seen *seen = arena_array(&c->arena, struct seen, (keys ? keys->n : 0) + 1);
    size_t n = 0;

    *other = c->img;
    other->name = other->target = STR("other");
    other->digest = doc_text(value(b, "other_digest"));
    DOC_EACH (keys, item) {
        struct key *k = arena_new(&c->arena, struct key);
        fill_fact(b, FACT_KEY_KIND, item, k);
        seen[n++] = (struct seen){ k, 0, true };
    }
    other->seen[FACT_KEY_KIND] = (struct seen_list){ seen, n };
    list[0] = &c->img;
    list[1] = other;
    *all = (struct images){ list, keys ? 2 : 1 };
    return all;
}
