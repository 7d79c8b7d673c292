/* Secrets: every kind's examples by walking the table, then what may stand between a secret and being found:
 * borders of reads, encodings, binary files, long lines; and what must not come out: the secret. */
#include "secret/check.h"
#include "secret/secret.h"
#include "secret_grammar.h"
#include "tap.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <zlib.h>

static struct secret_setup setup;

/* Scan as a file in blocks of `step` bytes. */
static void scan(struct facts *f, struct str path, struct str text, size_t step)
{
    struct err e = { 0 };
    AUTO_SECRET struct secret_scanner *s = secret_open(&setup, f, &e);

    if (!s) {
        fprintf(stderr, "secret_test: %s\n", e.text);
        exit(2);
    }
    secret_file_begin(s, path, text.n);
    for (; text.n; text = str_skip(text, step)) {
        /* an exact copy each, so that a byte too far is a report of the sanitizer */
        size_t n = MIN(step, text.n);
        AUTO_FREE char *exact = malloc(n);
        memcpy(exact, text.p, n);
        secret_file_block(s, (struct str){ exact, n });
    }
    CHECK(secret_file_end(s, &e) == 0);
}

static const struct secret *find(const struct facts *f, const char *kind)
{
    FACTS_EACH (f, secret, s)
        if (str_eq(s->kind, str_of(kind)))
            return s;
    return NULL;
}

static void complain(const char *what, const struct secret_example *x, struct str text, const struct facts *f)
{
    tap_bad_++;
    printf("# %s: %s: %s: %.200s\n", what, secret_kinds[x->kind].info.id, x->grammar, text.n ? text.p : "");
    FACTS_EACH (f, secret, s)
        printf("#   is %.*s, confidence %u\n", STR_ARG(s->kind), s->confidence);
}

static bool found(const struct secret_example *x, uint64_t seed, bool say)
{
    AUTO_BUF struct buf text = BUF(1 << 16);
    AUTO_FACTS struct facts f = FACTS(1 << 20);
    struct secret_rng r = { seed };

    secret_make(&r, x->grammar, &text);
    buf_char(&text, '\n');
    scan(&f, STR("app/settings"), buf_view(&text), SIZE_MAX);
    const struct secret *s = find(&f, secret_kinds[x->kind].info.id);
    buf_char(&text, '\0');
    bool is = s && s->confidence != CONFIDENCE_LOW;
    if (say && is != x->good)
        complain(is ? "found" : "not found", x, buf_view(&text), &f);
    return is;
}

/* Of random text that only a name makes known, a few have so little of randomness in them that they pass for
 * words. */
enum { TIMES = 16, MISSED_MOST = 2 };

static void examples(bool good)
{
    for (size_t i = 0; i < n_secret_examples; i++) {
        const struct secret_example *x = &secret_examples[i];
        int wrong = 0;
        for (uint64_t k = 0; x->good == good && k < TIMES; k++)
            wrong += found(x, 88172645463325252u + i * 1000 + k, wrong == MISSED_MOST) != good;
        if (wrong > (good ? MISSED_MOST : 0))
            tap_bad_++;
    }
}

static void test_good_examples(void)
{
    examples(true);
}

static void test_bad_examples(void)
{
    examples(false);
}

static void test_every_kind_has_examples(void)
{
    for (size_t i = 0; i < n_secret_kinds; i++) {
        bool good = false;
        for (size_t k = 0; k < n_secret_examples; k++)
            good |= secret_examples[k].kind == i && secret_examples[k].good;
        CHECK(good);
    }
    CHECK(n_secret_kinds >= 200);
}

/* A secret in some text: the same facts wherever a read ends. */
static void test_every_border(void)
{
    static const char *const grammars[] = { "x\ny\ntoken={crc62:ghp_} and more\n",
                                            "DATABASE_URL=postgres://app:{b62:14}@db.internal:5432/app\n",
                                            "some text\n{pem:ec}\nmore\n", "password: \"{b62:24}\"\n",
                                            "{digit:10}:AA{b62:33}\n" };

    for (size_t i = 0; i < ARRAY_LEN(grammars); i++) {
        AUTO_BUF struct buf text = BUF(1 << 16);
        AUTO_FACTS struct facts whole = FACTS(1 << 20);
        struct secret_rng r = { 88172645463325252u + i };
        size_t n = 0, n_whole;
        secret_make(&r, grammars[i], &text);
        scan(&whole, STR("a"), buf_view(&text), SIZE_MAX);
        const struct secret *want = facts_secret(&whole, &n_whole);
        CHECK_INT((int)n_whole, 1);
        for (size_t step = 1; n_whole && step < text.n; step++) {
            AUTO_FACTS struct facts f = FACTS(1 << 20);
            scan(&f, STR("a"), buf_view(&text), step);
            const struct secret *is = facts_secret(&f, &n);
            if (n != 1 || !str_eq(is->hash, want->hash) || is->offset != want->offset ||
                is->line != want->line) {
                tap_bad_++;
                printf("# grammar %zu in pieces of %zu: %zu found\n", i, step, n);
                break;
            }
        }
    }
}

static void found_as(struct str text, const char *kind, uint32_t line)
{
    AUTO_FACTS struct facts f = FACTS(1 << 20);
    size_t steps[] = { SIZE_MAX, 37, 64 };

    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        scan(&f, STR("a"), text, steps[i]);
        const struct secret *s = find(&f, kind);
        CHECK(s != NULL);
        if (s)
            CHECK_INT(s->line, line);
        facts_free(&f);
    }
}

static void test_utf16(void)
{
    AUTO_BUF struct buf text = BUF(4096);
    AUTO_BUF struct buf wide = BUF(8192);
    struct secret_rng r = { 42 };

    secret_make(&r, "first line\nkey = {crc62:ghp_}\n", &text);
    buf_add(&wide, "\xff\xfe", 2);
    for (size_t i = 0; i < text.n; i++) {
        buf_char(&wide, text.p[i]);
        buf_char(&wide, 0);
    }
    found_as(buf_view(&wide), "github-pat", 2);
    buf_clear(&wide); /* the other order, without a mark */
    for (size_t i = 0; i < text.n; i++) {
        buf_char(&wide, 0);
        buf_char(&wide, text.p[i]);
    }
    found_as(buf_view(&wide), "github-pat", 2);
}

static void test_binary(void)
{
    AUTO_BUF struct buf text = BUF(1 << 16);
    AUTO_FACTS struct facts f = FACTS(1 << 20);
    struct secret_rng r = { 43 };

    buf_add(&text,
            "\x7f"
            "ELF\0\0\1\2",
            8);
    secret_make(&r, "password=\"{b62:24}\"", &text);
    buf_char(&text, 0);
    secret_make(&r, "{crc62:ghp_}", &text);
    buf_char(&text, 0);
    scan(&f, STR("usr/bin/x"), buf_view(&text), SIZE_MAX);
    CHECK(find(&f, "github-pat") != NULL);
    CHECK(find(&f, "generic-secret") == NULL); /* names in programs are no assignments */
}

/* Whatever is not for text alone is found in a program too, whose anchors are a database of their own. */
static void test_every_kind_in_binary(void)
{
    for (size_t i = 0; i < n_secret_examples; i++) {
        const struct secret_example *x = &secret_examples[i];
        int missed = 0;
        for (uint64_t k = 0; x->good && k < 4; k++) {
            AUTO_BUF struct buf text = BUF(1 << 16);
            AUTO_FACTS struct facts f = FACTS(1 << 20);
            struct secret_rng r = { 977 + i * 1000 + k };
            buf_add(&text, "\0\1\2\n", 4);
            secret_make(&r, x->grammar, &text);
            buf_char(&text, '\n');
            scan(&f, STR("app/program"), buf_view(&text), SIZE_MAX);
            missed += !find(&f, secret_kinds[x->kind].info.id);
        }
        if (secret_kinds[x->kind].text_only ? missed != (x->good ? 4 : 0) : missed > 1)
            complain("in a binary file", x, STR_NONE, &(struct facts){ 0 });
    }
}

static void encode(struct str s, bool hex, struct buf *out)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; hex && i < s.n; i++)
        buf_fmt(out, "%02x", (unsigned char)s.p[i]);
    for (size_t i = 0; !hex && i < s.n; i += 3) {
        unsigned v = 0;
        for (size_t k = 0; k < 3; k++)
            v = v << 8 | (i + k < s.n ? (unsigned char)s.p[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            buf_char(out, k <= s.n - i ? digit[v >> (18 - 6 * k) & 63] : '=');
    }
}

static void test_encoded(void)
{
    for (size_t lead = 0; lead < 6; lead++)
        for (int hex = 0; hex < 2; hex++) {
            AUTO_BUF struct buf text = BUF(4096), all = BUF(8192);
            struct secret_rng r = { 44 + lead };
            secret_make(&r, (const char *)"      x=glpat-{b62:20} y" + 6 - lead, &text);
            buf_str(&all, STR("data: "));
            encode(buf_view(&text), hex, &all);
            buf_str(&all, STR("\nmore\n"));
            found_as(buf_view(&all), "gitlab-pat", 1);
        }
}

/* Memory stays small, and the secret at the end is found, however long the line. */
static void test_long_line(void)
{
    enum { BLOCK = 1 << 20, BLOCKS = 1024 };
    AUTO_FACTS struct facts f = FACTS(1 << 20);
    AUTO_BUF struct buf text = BUF(4096);
    AUTO_FREE char *block = malloc(BLOCK);
    struct secret_rng r = { 45 };
    struct err e = { 0 };
    AUTO_SECRET struct secret_scanner *s = secret_open(&setup, &f, &e);

    memset(block, 'a', BLOCK);
    secret_file_begin(s, STR("min.js"), (uint64_t)BLOCK * BLOCKS);
    for (int i = 0; i < BLOCKS; i++)
        secret_file_block(s, (struct str){ block, BLOCK });
    secret_make(&r, " {crc62:ghp_}", &text);
    secret_file_block(s, buf_view(&text));
    CHECK(secret_file_end(s, &e) == 0);
    const struct secret *found = find(&f, "github-pat");
    CHECK(found && found->line == 1 && found->offset == (uint64_t)BLOCK * BLOCKS + 1);
}

/* Neither a fact nor a note has more of a secret than its first characters. */
static void test_nothing_leaks(void)
{
    for (size_t i = 0; i < n_secret_examples; i++) {
        AUTO_BUF struct buf text = BUF(1 << 16);
        AUTO_FACTS struct facts f = FACTS(1 << 20);
        struct secret_rng r = { 46 + i };
        secret_make(&r, secret_examples[i].grammar, &text);
        scan(&f, STR("a"), buf_view(&text), SIZE_MAX);
        FACTS_EACH (&f, secret, s) {
            CHECK(s->shown.n <= 9 && s->hash.n == 32);
            for (size_t k = 0; k + 12 <= text.n; k++) {
                struct str piece = { text.p + k, 12 };
                CHECK(!str_has(s->proof, piece) && !str_has(s->doubt, piece) && !str_has(s->hash, piece));
            }
        }
    }
}

/* The hash is the same for the same secret, in whatever form, and another with another key. */
static void test_identity(void)
{
    AUTO_BUF struct buf plain = BUF(8192), json = BUF(8192);
    AUTO_FACTS struct facts f = FACTS(1 << 20), g = FACTS(1 << 20);
    struct secret_rng r = { 47 };
    size_t n, m;

    secret_make(&r, "{pem:ec}", &plain);
    buf_str(&json, STR("{\"k\": \""));
    for (size_t i = 0; i < plain.n; i++)
        buf_str(&json, plain.p[i] == '\n' ? STR("\\n") : (struct str){ plain.p + i, 1 });
    buf_str(&json, STR("\"}"));
    scan(&f, STR("key.pem"), buf_view(&plain), SIZE_MAX);
    scan(&f, STR("key.json"), buf_view(&json), SIZE_MAX);
    const struct secret *s = facts_secret(&f, &n);
    CHECK_INT((int)n, 2);
    CHECK(n == 2 && str_eq(s[0].hash, s[1].hash));
    const struct key *k = facts_key(&f, &m);
    CHECK(m == 2 && k[0].public_key.n == 64 && str_eq(k[0].public_key, k[1].public_key));
    setup.key[0] ^= 1;
    scan(&g, STR("key.pem"), buf_view(&plain), SIZE_MAX);
    setup.key[0] ^= 1;
    const struct secret *t = facts_secret(&g, &m);
    CHECK(n && m == 1 && !str_eq(s[0].hash, t[0].hash));
}

/* A private key is one whatever its label says, and none when its end is missing. */
static void test_labels(void)
{
    static const char *const label[] = { "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY",
                                         "PRIVATE KEY" };
    EVP_PKEY *key = EVP_RSA_gen(2048);
    unsigned char *der = NULL;
    int n = i2d_PrivateKey(key, &der);

    for (size_t i = 0; i < 2 * ARRAY_LEN(label); i++) {
        bool cut = i >= ARRAY_LEN(label);
        const char *name = label[i % ARRAY_LEN(label)];
        AUTO_BUF struct buf text = BUF(8192);
        AUTO_FACTS struct facts f = FACTS(1 << 20);
        size_t keys;
        buf_fmt(&text, "-----BEGIN %s-----\n", name);
        encode((struct str){ (const char *)der, (size_t)n - (cut ? 100 : 0) }, false, &text);
        buf_fmt(&text, "\n-----END %s-----\n", name);
        scan(&f, STR("etc/key.pem"), buf_view(&text), SIZE_MAX);
        const struct secret *s = find(&f, "private-key");
        const struct key *k = facts_key(&f, &keys);
        CHECK(s && s->confidence == (cut ? CONFIDENCE_LOW : CONFIDENCE_PROVEN));
        CHECK(cut ? keys == 0 : keys == 1 && str_eq(k->type, STR("rsa")) && k->bits == 2048);
    }
    OPENSSL_free(der);
    EVP_PKEY_free(key);
}

static void test_places_of_doubt(void)
{
    static const struct {
        const char *path;
        unsigned most;
    } rows[] = { { "app/config.yml", 3 },
                 { "app/tests/config.yml", 1 },
                 { "app/node_modules/x/index.js", 1 },
                 { "app/node_modules/x/test/a.js", 0 } };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        AUTO_BUF struct buf text = BUF(4096);
        AUTO_FACTS struct facts f = FACTS(1 << 20);
        struct secret_rng r = { 48 };
        secret_make(&r, "{crc62:ghp_}", &text);
        scan(&f, str_of(rows[i].path), buf_view(&text), SIZE_MAX);
        const struct secret *s = find(&f, "github-pat");
        CHECK(s && s->confidence == rows[i].most && !s->doubt.n == (rows[i].most == 3));
    }
}

static void number(uint32_t v, struct buf *out)
{
    for (unsigned i = 0; i < 4; i++)
        buf_char(out, (char)(v >> 8 * i));
}

/* A deflated member with its sizes ahead or, as programs that write to a pipe make it, behind it. */
static void zip(struct str name, struct str body, bool behind, struct buf *out)
{
    unsigned char packed[4096];
    z_stream z = { .next_in = (Bytef *)(uintptr_t)body.p,
                   .avail_in = (uInt)body.n,
                   .next_out = packed,
                   .avail_out = sizeof packed };

    deflateInit2(&z, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    deflate(&z, Z_FINISH);
    buf_add(out, "PK\3\4\24\0", 6);
    buf_char(out, behind ? 8 : 0);
    buf_add(out, "\0\10\0\0\0\0\0\0\0\0\0", 11);
    number(behind ? 0 : (uint32_t)z.total_out, out);
    number(behind ? 0 : (uint32_t)body.n, out);
    buf_char(out, (char)name.n);
    buf_add(out, "\0\0\0", 3);
    buf_str(out, name);
    buf_add(out, packed, z.total_out);
    deflateEnd(&z);
    if (!behind)
        return;
    buf_str(out, STR("PK\7\10"));
    number((uint32_t)crc32(0, (const Bytef *)body.p, (uInt)body.n), out);
    number((uint32_t)z.total_out, out);
    number((uint32_t)body.n, out);
}

/* Classes are passed over without being unpacked; what looks like the end of one and tells another length is
 * part of it. */
static void test_archives(void)
{
    AUTO_BUF struct buf text = BUF(4096), class = BUF(4096), jar = BUF(16384);
    struct secret_rng r = { 50 };

    secret_make(&r, "x=1\ntoken={crc62:ghp_}\n", &text);
    for (unsigned i = 0; i < 60; i++) /* too few for deflate to find anything in */
        buf_char(&class, (char)(i * 37));
    buf_str(&class, STR("PK\7\10............"));
    zip(STR("a.env"), STR("nothing"), true, &jar);
    zip(STR("b.class"), buf_view(&class), true, &jar);
    zip(STR("c.class"), STR(""), true, &jar);
    zip(STR("c.env"), STR("nothing"), false, &jar);
    zip(STR("c.png"), buf_view(&class), false, &jar);
    zip(STR("d.env"), buf_view(&text), false, &jar);
    buf_str(&jar, STR("PK\1\2 and the directory"));
    for (size_t step = 1; step <= jar.n; step++) {
        AUTO_FACTS struct facts f = FACTS(1 << 20);
        scan(&f, STR("app/a.jar"), buf_view(&jar), step);
        const struct secret *s = find(&f, "github-pat");
        CHECK(step < 4 || (s && str_eq(s->path, STR("app/a.jar!/d.env")) && s->line == 2));
    }
}

static void test_open(void)
{
    struct err e = { 0 };

    for (size_t i = 0; i < sizeof setup.key; i++)
        setup.key[i] = (unsigned char)i;
    CHECK(secret_setup_open(&setup, &e) == 0);
}

static void test_close(void)
{
    secret_setup_close(&setup);
}

TESTS(T(test_open), T(test_every_kind_has_examples), T(test_good_examples), T(test_bad_examples),
      T(test_every_border), T(test_utf16), T(test_binary), T(test_every_kind_in_binary), T(test_encoded),
      T(test_long_line), T(test_nothing_leaks), T(test_identity), T(test_labels), T(test_places_of_doubt),
      T(test_archives), T(test_close))
