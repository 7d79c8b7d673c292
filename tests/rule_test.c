/* Cases of every rule. Walks the registry, not a list of its own: a rule without a case for each verdict it
 * can give fails.
 *
 * tests/data/rule/<rule>/<verdict>[-what]/image.json   an image in few words, see below; or a Dockerfile
 *                                         *            rules over deployments: documents, see rule_subject.h
 *                                         expect       the verdict, and the proof line by line
 * tests/data/rule/images/<name>.json                   whole images that cases start from
 * `rule_test DIR --accept` rewrites the expect files: read the diff before you commit it.
 *
 * An image is an object: "from" names the one it starts from; every other key replaces that one's, and a key
 * with a "+" behind it adds to its list. Lists are lines of text: tree      KIND MODE UID:GID SIZE PATH [->
 * LINK] [MAJOR:MINOR] [caps=HEX] [@LAYER]   kinds: f d l c b p s users     NAME:UID:GID:HOME:SHELL[:PASSWORD]
 * groups  NAME:GID:MEMBER,MEMBER      shadow  NAME:PASSWORD sudo      WHO:nopasswd|password:COMMANDS owned
 * [hidden ]TYPE NAME: PATH PATH packages  [hidden ]TYPE NAME PATH                 notes
 * hostile|unusual|incomplete PATH: REASON env, labels  NAME=VALUE                           history COMMAND,
 * or {created, created_by, empty} layers    MEDIA TYPE                              manifests  SCHEMA
 * secrets [hidden ]KIND file|env|label|history|document CONFIDENCE HASH PATH[:LINE][ doubt=TEXT| until=DATE]
 * certificates, keys and tls_settings are objects of their facts
 * and texts: target, name, kind, digest, time; complete and tree may be false, config is an object of its
 * facts.
 */
#include "doc/doc.h"
#include "model/certificates.h"
#include "rule/rule.h"
#include "rule/survey.h"
#include "rule_subject.h"
#include "scan/secrets.h"

#include "core/buf.h"
#include <dirent.h>

enum { FROM_MOST = 4, LAYERS_MOST = 8, PATH_MOST = 1200 };

static bool accept_all;

/* ---- files ---- */

static char *slurp(const char *path, size_t *n)
{
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

static void fail(const char *what, struct str where)
{
    fprintf(stderr, "rule_test: %s: %.*s\n", what, STR_ARG(where));
    exit(2);
}

/* ---- the description and those it starts from ---- */

struct build {
    struct arena arena;
    const struct doc *doc[FROM_MOST]; /* the case first */
    size_t n_doc;
    struct facts config_facts, layer_facts;
    struct image img;
    struct layer layer[200];
    struct entries_writer *entries[LAYERS_MOST];
    struct tree *tree;
    bool hidden[FACT_KIND_COUNT][256];
};

static void load(struct build *b, const char *root, const char *path)
{
    char next[PATH_MOST];
    size_t n = 0;
    char *text = slurp(path, &n);
    struct doc *d;
    struct err e = { 0 };

    if (!text || b->n_doc == FROM_MOST)
        fail("cannot read", str_of(path));
    struct str keep = arena_str(&b->arena, (struct str){ text, n });
    free(text);
    if (doc_json(keep, &b->arena, &d, &e) < 0)
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

    o.path = arena_fmt(&b->arena, "var/lib/dpkg/info/" STR_FMT ".list", STR_ARG(o.name));
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
            doc_texts(v, &b->arena, &((struct strs *)(void *)at)->p, &((struct strs *)(void *)at)->n);
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
    size_t i = b->img.n_layers++;

    b->layer[i] = (struct layer){ .media_type = doc_text(item), .facts = &b->layer_facts };
    b->layer[i].digest = arena_fmt(&b->arena, "sha256:layer%zu", i);
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
    b->img.config = facts_config(&b->config_facts, &n);
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
    b->img.tree = b->tree;
}

static void make_seen(struct build *b)
{
    for (enum fact_kind k = 0; k < FACT_KIND_COUNT; k++) {
        size_t n = b->layer_facts.list[k].n;
        struct seen *s = arena_array(&b->arena, struct seen, n + 1);
        for (size_t i = 0; i < n; i++)
            s[i] = (struct seen){ (const char *)b->layer_facts.list[k].items + i * fact_info[k].size, 0,
                                  i >= ARRAY_LEN(b->hidden[k]) || !b->hidden[k][i] };
        b->img.seen[k] = (struct seen_list){ s, n };
    }
}

static struct build *build_new(const char *root, const char *path)
{
    struct build *b = calloc(1, sizeof *b);
    struct err e = { 0 };

    b->arena = (struct arena)ARENA(64 << 20);
    b->config_facts = (struct facts)FACTS(16 << 20);
    b->layer_facts = (struct facts)FACTS(16 << 20);
    load(b, root, path);
    for (size_t i = 0; i < LAYERS_MOST; i++) {
        b->entries[i] = calloc(1, sizeof *b->entries[i]);
        entries_init(b->entries[i], 16 << 20);
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
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        each(b, lists[i].key, lists[i].add);
    b->img.target = doc_text(value(b, "target"));
    b->img.name = doc_text(value(b, "name"));
    b->img.kind = doc_text(value(b, "kind"));
    b->img.digest = doc_text(value(b, "digest"));
    b->img.time = doc_text(value(b, "time"));
    b->img.complete = doc_true(value(b, "complete"));
    b->img.reference = doc_true(value(b, "reference"));
    b->img.layer = b->layer;
    const struct doc *config = value(b, "config"), *tree = value(b, "tree");
    if (config && config->kind == DOC_OBJECT)
        set_config(b);
    if (b->img.config || doc_get(b->doc[0], "manifests"))
        b->img.config_facts = &b->config_facts;
    if (tree && tree->kind == DOC_LIST)
        make_tree(b);
    make_seen(b);
    must(image_survey(&b->img, &b->arena, &e), &e);
    return b;
}

static void build_free(struct build *b)
{
    for (size_t i = 0; i < LAYERS_MOST; i++) {
        entries_free(b->entries[i]);
        free(b->entries[i]);
    }
    tree_free(&b->tree);
    facts_free(&b->config_facts);
    facts_free(&b->layer_facts);
    arena_free(&b->arena);
    free(b);
}

/* ---- cases ---- */

static const char *const verdict_name[] = { [VERDICT_OPEN] = "open",
                                            [VERDICT_MITIGATED] = "mitigated",
                                            [VERDICT_NOT_APPLICABLE] = "not applicable",
                                            [VERDICT_CANNOT_TELL] = "unknown" };

static const struct secret_info *kind_of(struct str id)
{
    static const struct secret_info token = { "token", "Token", "Revoke it.", SEVERITY_HIGH };

    return str_eq(id, STR("token")) ? &token : NULL;
}

/* The first secret in the image. */
static const struct secret_group *secret_in(const struct image *img, struct arena *a)
{
    struct secret_search search = { kind_of, 1 };
    struct secret_group *group;
    struct err e = { 0 };
    size_t n;

    must(secrets_of_image(img, &search, a, &group, &n, &e), &e);
    return group;
}

/* The image, and one beside it: the same but for its digest and its keys ("other_keys"). */
static const struct images *with_another(struct build *b)
{
    struct image *other = arena_new(&b->arena, struct image);
    const struct image **list = arena_array(&b->arena, const struct image *, 2);
    struct images *all = arena_new(&b->arena, struct images);
    const struct doc *keys = value(b, "other_keys");
    struct seen *seen = arena_array(&b->arena, struct seen, (keys ? keys->n : 0) + 1);
    size_t n = 0;

    *other = b->img;
    other->name = other->target = STR("other");
    other->digest = doc_text(value(b, "other_digest"));
    DOC_EACH (keys, item) {
        struct key *k = arena_new(&b->arena, struct key);
        fill_fact(b, FACT_KEY_KIND, item, k);
        seen[n++] = (struct seen){ k, 0, true };
    }
    other->seen[FACT_KEY_KIND] = (struct seen_list){ seen, n };
    list[0] = &b->img;
    list[1] = other;
    *all = (struct images){ list, keys ? 2 : 1 };
    return all;
}

/* What the rule judges of an image. */
static const void *subject_in(const struct rule *r, struct build *b)
{
    struct certificates *c = arena_new(&b->arena, struct certificates);
    struct err e = { 0 };

    if (r->on == ON_SECRET)
        return secret_in(&b->img, &b->arena);
    if (r->on == ON_IMAGE)
        return &b->img;
    if (r->on == ON_IMAGES)
        return with_another(b);
    must(certificates_of_image(&b->img, &b->arena, c, &e), &e);
    return c;
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

static bool write_expect(const char *path, struct str text)
{
    FILE *f = fopen(path, "we");
    bool ok = f && fwrite(text.p, 1, text.n, f) == text.n;

    return f && fclose(f) == 0 && ok;
}

static bool run_case(const struct rule *r, const char *root, const char *dir, const char *name)
{
    char image[PATH_MOST], expect[PATH_MOST];
    AUTO_BUF struct buf got = BUF(1 << 20);
    size_t n_want = 0;

    snprintf(expect, sizeof expect, "%s/expect", dir);
    snprintf(image, sizeof image, "%s/image.json", dir);
    struct build *b = access(image, R_OK) == 0 ? build_new(root, image) : NULL;
    struct subject_case c;
    bool on_image =
        b && (r->on == ON_IMAGE || r->on == ON_SECRET || r->on == ON_CERTIFICATES || r->on == ON_IMAGES);
    if (on_image)
        judged(r, subject_in(r, b), &got);
    else if (r->on == ON_IMAGE) { /* a Dockerfile: the image that it would make */
        struct image made;
        struct err why;
        AUTO_ARENA struct arena arena = ARENA(16 << 20);
        uint32_t last = subject_load(&c, dir) && c.n ? image_build_stage(c.facts[0], STR("")) : 0;
        bool is = last && image_of_build(&made, &arena, c.facts[0], last, &why) == 0;
        judged(r, is ? &made : NULL, &got);
    } else if (subject_load(&c, dir)) {
        for (size_t i = 0; b && i < c.d.n_workload; i++)
            c.d.workload[i].image = &b->img;
        judged(r, subject_of(&c, r), &got);
    }
    if (!on_image)
        subject_free(&c);
    if (b)
        build_free(b);
    struct str text = buf_view(&got), verdict = text, rest;
    str_split(text, '\n', &verdict, &rest);
    if (!str_starts(str_of(name), str_eq(verdict, STR("not applicable")) ? STR("none") : verdict)) {
        printf("# %s: the verdict is %.*s\n", dir, STR_ARG(text));
        return false;
    }
    if (accept_all)
        return write_expect(expect, text);
    AUTO_FREE char *want = slurp(expect, &n_want);
    if (want && str_eq(text, (struct str){ want, n_want }))
        return true;
    printf("# %s\n# got:\n%.*s# want:\n%s\n", dir, STR_ARG(text), want ? want : "(no expect file)");
    return false;
}

static int n_test, n_bad;

static void result(bool ok, const char *a, const char *b)
{
    printf("%sok %d - %s%s%s\n", ok ? "" : "not ", ++n_test, a, *b ? "/" : "", b);
    n_bad += !ok;
}

static void run_rule(const struct rule *r, const char *root)
{
    char dir[PATH_MOST / 2], one[PATH_MOST - 64];
    int open = 0, mitigated = 0, unknown = 0;

    if (r->on == ON_PACKAGE)
        return; /* advisories decide: tests/cli/matching.py */
    snprintf(dir, sizeof dir, "%.300s/%s", root, r->check.id);
    DIR *d = opendir(dir);
    for (struct dirent *de; d && (de = readdir(d));) {
        if (de->d_name[0] == '.')
            continue;
        snprintf(one, sizeof one, "%s/%.250s", dir, de->d_name);
        result(run_case(r, root, one, de->d_name), r->check.id, de->d_name);
        open += !strncmp(de->d_name, "open", 4);
        mitigated += !strncmp(de->d_name, "mitigated", 9);
        unknown += !strncmp(de->d_name, "unknown", 7);
    }
    if (d)
        closedir(d);
    result(open && mitigated, r->check.id, "has open and mitigated cases");
    result(!unknown == !r->unknowable, r->check.id,
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
            result(is_complete(&rule_sets[i]->rule[k]), c->id, "is complete");
            result(refs_are_spelled(c), c->id, "names catalogues as they do");
            result(rule_by_id(str_of(c->id)) == &rule_sets[i]->rule[k], c->id, "has an id of its own");
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
        result(named, "CIS Docker has a rule for", paragraphs[n]);
    }
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    accept_all = argc > 2 && !strcmp(argv[2], "--accept");
    check_records();
    check_benchmark();
    for (size_t i = 0; i < n_rule_sets; i++)
        for (size_t k = 0; k < rule_sets[i]->n; k++)
            run_rule(&rule_sets[i]->rule[k], argv[1]);
    printf("1..%d\n", n_test);
    return n_bad != 0;
}
