/* gen_secrets.c - makes C out of data/secrets/: the kinds, their anchors with compiled databases of
 * Vectorscan, and (apart, for tests) the examples. Usage: gen_secrets KINDS.c EXAMPLES.c FILE.yaml... The
 * databases are compiled for any processor of the architecture: measured, Vectorscan's literal matchers are
 * as fast with them as with ones for this very processor. */
#include "core/map.h"
#include "doc/doc.h"

#include <ctype.h>
#include <hs/hs.h>
#include <stdarg.h>
#include <xxhash.h>

enum { KINDS_MOST = 1000, LITERALS_MOST = 8000, SHARED_MOST = 40, FILE_MOST = 4 << 20, ANCHOR_MOST = 48 };

struct literal {
    char bytes[ANCHOR_MOST];
    size_t n;
    bool nocase;
    int coding, phase;
    uint16_t kind[SHARED_MOST];
    size_t n_kinds;
};

static struct {
    const struct doc *kind[KINDS_MOST];
    struct str rotate[KINDS_MOST]; /* the file's, where the kind has none */
    size_t n_kinds;
    struct literal literal[LITERALS_MOST];
    size_t n_literals;
    XXH64_hash_t version;
} all;

NORETURN PRINTF(2, 3) static void fail(const struct doc *at, const char *fmt, ...)
{
    va_list ap;

    fprintf(stderr, "gen_secrets: ");
    if (at)
        fprintf(stderr, STR_FMT ", line %u: ", STR_ARG(doc_text(doc_get(at, "id"))), at->line);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    exit(1);
}

/* ---- reading ---- */

static const char *const known_keys[] = { "id",     "title",  "anchors", "words",   "follow",   "match",
                                          "check",  "before", "after",   "entropy", "severity", "sure",
                                          "rotate", "text",   "generic", "plain",   "good",     "bad" };

static void check_keys(const struct doc *kind)
{
    DOC_EACH (kind, member) {
        bool known = false;
        for (size_t i = 0; i < ARRAY_LEN(known_keys); i++)
            known |= str_eq(member->key, str_of(known_keys[i]));
        if (!known)
            fail(kind, "unknown key " STR_FMT, STR_ARG(member->key));
    }
}

static void read_file(const char *path, struct arena *a)
{
    FILE *f = fopen(path, "re");
    char *text = malloc(FILE_MOST);
    size_t n = f && text ? fread(text, 1, FILE_MOST, f) : 0;
    struct doc *root;
    struct err e;

    if (!f || !n)
        fail(NULL, "%s: cannot be read", path);
    fclose(f);
    all.version = XXH3_64bits_withSeed(text, n, all.version);
    if (doc_yaml((struct str){ text, n }, a, &root, &e) < 0)
        fail(NULL, "%s: %s", path, e.text);
    free(text);
    DOC_EACH (doc_get(root, "kinds"), kind) {
        if (all.n_kinds == KINDS_MOST)
            fail(kind, "too many kinds");
        check_keys(kind);
        struct str own = doc_text(doc_get(kind, "rotate"));
        all.rotate[all.n_kinds] = own.n ? own : doc_text(doc_get(root, "rotate"));
        all.kind[all.n_kinds++] = kind;
    }
}

static void check_ids(void)
{
    AUTO_MAP struct map ids = MAP;
    bool fresh;

    for (size_t i = 0; i < all.n_kinds; i++) {
        struct str id = doc_text(doc_get(all.kind[i], "id"));
        if (!id.n || !map_put(&ids, id, &fresh) || !fresh)
            fail(all.kind[i], "no id, or a second time");
        if (!doc_text(doc_get(all.kind[i], "title")).n || !doc_text(doc_get(all.kind[i], "match")).n ||
            !all.rotate[i].n || !doc_get(all.kind[i], "good"))
            fail(all.kind[i], "wants title, match, rotate and good examples");
    }
}

/* ---- anchors ---- */

static void add_literal(const struct doc *kind, size_t index, struct str bytes, bool nocase, int coding,
                        int phase)
{
    struct literal *l = all.literal;

    for (; l < all.literal + all.n_literals; l++)
        if (l->n == bytes.n && l->nocase == nocase && l->coding == coding && l->phase == phase &&
            !memcmp(l->bytes, bytes.p, bytes.n))
            break;
    if (bytes.n < 3 || bytes.n > ANCHOR_MOST || l == all.literal + LITERALS_MOST || l->n_kinds == SHARED_MOST)
        fail(kind, "anchor \"" STR_FMT "\" is too short, too long, or one too many", STR_ARG(bytes));
    if (l == all.literal + all.n_literals) {
        *l = (struct literal){ .n = bytes.n, .nocase = nocase, .coding = coding, .phase = phase };
        memcpy(l->bytes, bytes.p, bytes.n);
        all.n_literals++;
    }
    if (!l->n_kinds || l->kind[l->n_kinds - 1] != index)
        l->kind[l->n_kinds++] = (uint16_t)index;
}

/* What base64 makes of the bytes when `phase` bytes of its group of three stand ahead of them: only the
 * characters that they alone decide. */
static size_t base64_of(struct str s, unsigned phase, char *to)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t bits = (phase + s.n) * 8, n = 0;

    for (size_t c = (phase * 8 + 5) / 6; (c + 1) * 6 <= bits; c++) {
        unsigned v = 0;
        for (size_t b = c * 6; b < c * 6 + 6; b++) {
            size_t byte = b / 8 - phase;
            v = v << 1 | (((unsigned char)s.p[byte] >> (7 - b % 8)) & 1);
        }
        to[n++] = digit[v];
    }
    return n;
}

static void add_encoded(const struct doc *kind, size_t index, struct str anchor)
{
    static const int first[] = { 0, 2, 3 }; /* the first whole character, by phase */
    char text[2 * ANCHOR_MOST];

    for (unsigned phase = 0; phase < 3; phase++) {
        size_t n = base64_of(anchor, phase, text);
        if (n >= 5)
            add_literal(kind, index, (struct str){ text, MIN(n, (size_t)10) }, false, 1, first[phase]);
    }
    for (size_t i = 0; i < anchor.n; i++)
        snprintf(text + 2 * i, 3, "%02x", (unsigned char)anchor.p[i]);
    if (anchor.n >= 4)
        add_literal(kind, index, (struct str){ text, MIN(2 * anchor.n, (size_t)16) }, true, 2, 0);
}

static void add_anchors(size_t index)
{
    const struct doc *kind = all.kind[index];
    bool plain = doc_true(doc_get(kind, "plain"));

    DOC_EACH (doc_get(kind, "anchors"), a) {
        struct str text = doc_scalar(a);
        add_literal(kind, index, text, false, 0, 0);
        if (!plain && text.n >= 4)
            add_encoded(kind, index, text);
    }
    DOC_EACH (doc_get(kind, "words"), w)
        add_literal(kind, index, doc_scalar(w), true, 0, 0);
    if (!doc_get(kind, "anchors") && !doc_get(kind, "words"))
        fail(kind, "has no anchor");
}

/* ---- writing ---- */

static void put_c(FILE *to, struct str s)
{
    fputc('"', to);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '"' || s.p[i] == '\\' || s.p[i] == '?')
            fprintf(to, "\\%c", s.p[i]);
        else if ((unsigned char)s.p[i] < 0x20 || (unsigned char)s.p[i] > 0x7e)
            fprintf(to, "\\%03o", (unsigned char)s.p[i]);
        else
            fputc(s.p[i], to);
    fputc('"', to);
}

/* Words of data/secrets/README.md within an expression. */
static const struct {
    const char *name, *is;
} macros[] = {
    /* what stands between a name and its value in any of the usual notations */
    { "{assign}",
      "[\\w.\\-]{0,40}?[\"'`\\])}\\\\]{0,4}[ \\t]{0,8}(?:=>|:=|\\?=|\\|\\|=?|[=:>]|,(?=[ \\t]{0,8}[\"'`]))[ "
      "\\t]{0,8}[\"'`\\\\]{0,4}" },
    { "{end}", "(?![A-Za-z0-9_])" },
};

/* A secret does not begin within a word, unless what ends there is an escape: \n, %3D. */
static const char start_guard[] =
    "(?:(?<![A-Za-z0-9])|(?<=\\\\[nrtbf])|(?<=%[0-9A-Fa-f]{2})|(?<=\\\\u[0-9A-Fa-f]{4}))";

static bool is_guarded(const struct doc *kind)
{
    struct str first = doc_scalar(doc_get(kind, "anchors") ? doc_get(kind, "anchors")->child : NULL);
    bool word = first.n && (isalnum((unsigned char)first.p[0]) || first.p[0] == '_');

    return word && !doc_get(kind, "words") && !doc_get(kind, "before");
}

static void put_expr(FILE *to, const struct doc *kind)
{
    struct str text = doc_text(doc_get(kind, "match"));
    char out[4096];
    size_t n = 0;

    if (is_guarded(kind))
        n = (size_t)snprintf(out, sizeof out, "%s", start_guard);
    for (size_t i = 0; i < text.n;) {
        size_t m = 0;
        while (m < ARRAY_LEN(macros) && !str_starts(str_skip(text, i), str_of(macros[m].name)))
            m++;
        bool is = m < ARRAY_LEN(macros);
        int k = snprintf(out + n, sizeof out - n, "%.*s", is ? 1000 : 1, is ? macros[m].is : text.p + i);
        i += is ? strlen(macros[m].name) : 1;
        n += (size_t)k;
        if (n >= sizeof out - 1)
            fail(kind, "expression is too long");
    }
    put_c(to, (struct str){ out, n });
}

static uint64_t number(const struct doc *kind, const char *key, uint64_t otherwise)
{
    const struct doc *d = doc_get(kind, key);
    uint64_t v = otherwise;

    if (d && !doc_u64(d, &v))
        fail(kind, "%s is not a number", key);
    return v;
}

static unsigned word_of(const struct doc *kind, const char *key, const char *const *words, unsigned otherwise)
{
    struct str text = doc_text(doc_get(kind, key));

    for (unsigned i = 0; words[i]; i++)
        if (str_eq(text, str_of(words[i])))
            return i;
    if (text.n)
        fail(kind, "%s: not \"" STR_FMT "\"", key, STR_ARG(text));
    return otherwise;
}

static void put_follow(FILE *to, const struct doc *kind)
{
    static const char *const names[] = { "any", "word", "hex", "base64", "visible", "assign", "userinfo" };
    struct str text = doc_text(doc_get(kind, "follow")), name, n;
    uint64_t count = 0;
    size_t i = 0;

    str_split(text, ' ', &name, &n);
    while (i < ARRAY_LEN(names) && !str_eq(name, str_of(names[i])))
        i++;
    if (text.n && (i == ARRAY_LEN(names) || (i && !str_u64(n, 10, &count))))
        fail(kind, "follow: a class and a number");
    fprintf(to, ".follow = %zu, .follow_n = %u, ", text.n ? i : 0, (unsigned)count);
}

static void put_kind(FILE *to, size_t index)
{
    static const char *const severities[] = { "info", "low", "medium", "high", "critical", NULL };
    static const char *const sures[] = { "low", "medium", "high", "proven", NULL };
    const struct doc *kind = all.kind[index];
    struct str check = doc_text(doc_get(kind, "check"));

    fprintf(to, "    { .info = { ");
    put_c(to, doc_text(doc_get(kind, "id")));
    fprintf(to, ", ");
    put_c(to, doc_text(doc_get(kind, "title")));
    fprintf(to, ",\n        ");
    put_c(to, all.rotate[index]);
    fprintf(to, ", %u },\n      .expr = ", word_of(kind, "severity", severities, 3));
    put_expr(to, kind);
    fprintf(to, ",\n      ");
    if (check.n)
        fprintf(to, ".check = secret_check_" STR_FMT ", ", STR_ARG(check));
    put_follow(to, kind);
    fprintf(to,
            ".before = %u, .after = %u, .least_entropy = %u, .sure = %u, .text_only = %d, .generic = %d, "
            ".guarded = %d },\n",
            (unsigned)number(kind, "before", 0), (unsigned)number(kind, "after", 256),
            (unsigned)number(kind, "entropy", 0), word_of(kind, "sure", sures, 2),
            doc_true(doc_get(kind, "text")), doc_true(doc_get(kind, "generic")), is_guarded(kind));
}

static uint64_t most_of(const struct literal *l, const char *key, uint64_t otherwise)
{
    uint64_t most = 0;

    for (size_t i = 0; i < l->n_kinds; i++) {
        uint64_t v = number(all.kind[l->kind[i]], key, otherwise);
        most = v > most ? v : most;
    }
    return most;
}

static void put_anchors(FILE *to)
{
    size_t at = 0;

    fprintf(to, "const uint16_t secret_anchor_kind[] = {");
    for (size_t i = 0; i < all.n_literals; i++)
        for (size_t k = 0; k < all.literal[i].n_kinds; k++)
            fprintf(to, "%s%u,", at++ % 20 ? " " : "\n    ", all.literal[i].kind[k]);
    fprintf(to, "\n};\nconst struct secret_anchor secret_anchors[] = {\n");
    at = 0;
    for (size_t i = 0; i < all.n_literals; i++) {
        const struct literal *l = &all.literal[i];
        fprintf(to, "    { %zu, %zu, %zu, %d, %d, %u, %u },\n", at, l->n_kinds, l->n, l->coding, l->phase,
                (unsigned)most_of(l, "before", 0), (unsigned)most_of(l, "after", 256));
        at += l->n_kinds;
    }
    fprintf(to, "};\n");
}

static bool is_wanted(const struct literal *l, bool binary)
{
    if (!binary || l->coding) /* what is encoded in a binary file may well be text */
        return true;
    for (size_t i = 0; i < l->n_kinds; i++)
        if (!doc_true(doc_get(all.kind[l->kind[i]], "text")))
            return true;
    return false;
}

static void put_database(FILE *to, const char *name, bool binary)
{
    static const char *text[LITERALS_MOST];
    static size_t length[LITERALS_MOST];
    static unsigned flags[LITERALS_MOST], ids[LITERALS_MOST];
    hs_platform_info_t any = { 0 };
    hs_database_t *db = NULL;
    hs_compile_error_t *why = NULL;
    char *bytes = NULL;
    size_t n = 0;
    unsigned count = 0;

    for (size_t i = 0; i < all.n_literals; i++) {
        const struct literal *l = &all.literal[i];
        if (!is_wanted(l, binary))
            continue;
        text[count] = l->bytes;
        length[count] = l->n;
        flags[count] = l->nocase ? HS_FLAG_CASELESS : 0;
        ids[count++] = (unsigned)i;
    }
    if (hs_compile_lit_multi(text, flags, ids, length, count, HS_MODE_STREAM, &any, &db, &why) !=
            HS_SUCCESS ||
        hs_serialize_database(db, &bytes, &n) != HS_SUCCESS)
        fail(NULL, "Vectorscan: %s", why ? why->message : "cannot be serialised");
    fprintf(to, "static const unsigned char %s[] = {", name);
    for (size_t i = 0; i < n; i++)
        fprintf(to, "%s%u,", i % 32 ? "" : "\n", (unsigned char)bytes[i]);
    fprintf(to, "\n};\n");
    free(bytes);
    hs_free_database(db);
}

static void put_databases(FILE *to)
{
    put_database(to, "for_text", false);
    put_database(to, "for_binary", true);
    fprintf(to, "const struct secret_database secret_databases[N_SECRET_DATABASES] = {\n"
                "    [FOR_TEXT] = { for_text, sizeof for_text },\n"
                "    [FOR_BINARY] = { for_binary, sizeof for_binary },\n};\n");
}

static FILE *begin(const char *path)
{
    FILE *to = fopen(path, "we");

    if (!to)
        fail(NULL, "%s: cannot be written", path);
    fprintf(to, "/* made by tools/gen_secrets.c out of data/secrets */\n#include \"secret/check.h\"\n\n");
    return to;
}

static void put_kinds(const char *path)
{
    FILE *to = begin(path);

    fprintf(to, "const struct secret_kind secret_kinds[] = {\n");
    for (size_t i = 0; i < all.n_kinds; i++)
        put_kind(to, i);
    fprintf(to, "};\nconst size_t n_secret_kinds = %zu;\nconst uint64_t secret_kinds_version = 0x%llxu;\n",
            all.n_kinds, (unsigned long long)all.version);
    put_anchors(to);
    put_databases(to);
    if (fclose(to) != 0)
        fail(NULL, "%s: cannot be written", path);
}

static void put_examples(const char *path)
{
    FILE *to = begin(path);
    size_t n = 0;

    fprintf(to, "const struct secret_example secret_examples[] = {\n");
    for (size_t i = 0; i < all.n_kinds; i++)
        for (int good = 0; good < 2; good++)
            DOC_EACH (doc_get(all.kind[i], good ? "good" : "bad"), line) {
                fprintf(to, "    { %zu, %s, ", i, good ? "true" : "false");
                put_c(to, doc_text(line));
                fprintf(to, " },\n");
                n++;
            }
    fprintf(to, "};\nconst size_t n_secret_examples = %zu;\n", n);
    if (fclose(to) != 0)
        fail(NULL, "%s: cannot be written", path);
}

int main(int argc, char **argv)
{
    static struct arena a = ARENA(64 << 20);

    if (argc < 4)
        fail(NULL, "usage: gen_secrets KINDS.c EXAMPLES.c FILE.yaml...");
    for (int i = 3; i < argc; i++)
        read_file(argv[i], &a);
    check_ids();
    for (size_t i = 0; i < all.n_kinds; i++)
        add_anchors(i);
    put_kinds(argv[1]);
    put_examples(argv[2]);
    fprintf(stderr, "gen_secrets: %zu kinds, %zu anchors\n", all.n_kinds, all.n_literals);
    arena_free(&a);
    return 0;
}
