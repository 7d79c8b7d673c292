/* confirm.c - from an anchor to a fact: expression, bounds, dummies, proof, keyed hash. */
#include "core/decode.h"
#include "secret/scanner.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdarg.h>

enum {
    MATCH_STEPS = 20000,
    MATCH_DEPTH = 500,
    SHOWN_MOST = 6,
    SECRET_MOST = 16 << 10,
    REMEMBERED_MOST = 4 << 20
};

/* ---- what follows an anchor ---- */

static bool in_class(enum secret_follow follow, unsigned char c)
{
    bool digit = c >= '0' && c <= '9', letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';

    switch (follow) {
    case FOLLOW_WORD:
        return digit || letter || c == '_' || c == '-';
    case FOLLOW_HEX:
        return digit || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
    case FOLLOW_BASE64:
        return digit || letter || c == '+' || c == '/' || c == '-' || c == '_' || c == '=';
    default:
        return c > 0x20 && c < 0x7f;
    }
}

enum { NAME_REST = 40, BLANKS = 8, QUOTES = 4 };

static size_t skip_any(struct str s, size_t i, size_t most, const char *set)
{
    size_t end = MIN(s.n, i + most);

    while (i < end && s.p[i] && strchr(set, s.p[i]))
        i++;
    return i;
}

/* The same as {assign} in expressions, and then `n` graphic characters. Running out of bytes is no "no". */
static bool assigns(struct str s, size_t n)
{
    size_t i = 0;

    while (i < s.n && i < NAME_REST && (in_class(FOLLOW_WORD, (unsigned char)s.p[i]) || s.p[i] == '.'))
        i++;
    i = skip_any(s, i, QUOTES, "\"'`])}\\");
    i = skip_any(s, i, BLANKS, " \t");
    if (i < s.n && !strchr("=:,>?|", s.p[i]))
        return false;
    i = skip_any(s, i, 3, "=:,>?|");
    i = skip_any(s, i, BLANKS, " \t");
    i = skip_any(s, i, QUOTES, "\"'`\\");
    for (size_t k = 0; k < n && i + k < s.n; k++)
        if (!in_class(FOLLOW_VISIBLE, (unsigned char)s.p[i + k]) || strchr("\"'`(),;<>", s.p[i + k]))
            return false;
    return true;
}

enum { USER_MOST = 80, PASSWORD_MOST = 100 };

/* How many bytes of a URL's user or password begin at `at`, at most `most`. */
static size_t user_bytes(struct str s, size_t at, size_t most)
{
    static const bool ends[256] = {
        [' '] = 1, ['\t'] = 1, ['\n'] = 1, ['\v'] = 1, ['\f'] = 1, ['\r'] = 1, [':'] = 1, ['/'] = 1,
        ['?'] = 1, ['#'] = 1,  ['@'] = 1,  ['"'] = 1,  ['\''] = 1, ['<'] = 1,  ['>'] = 1, ['`'] = 1,
        ['('] = 1, [')'] = 1,  ['['] = 1,  [']'] = 1,  ['{'] = 1,  ['}'] = 1,  ['$'] = 1
    };
    size_t i = at, end = MIN(s.n, at + most);

    while (i < end && !ends[(unsigned char)s.p[i]])
        i++;
    return i - at;
}

/* `app:secret@` of a URL, with at least n bytes of password. Nearly every URL has none, and of URLs text is
 * full. */
static bool has_password(struct str s, size_t n)
{
    size_t user = user_bytes(s, 0, USER_MOST);

    if (user < s.n && s.p[user] != ':')
        return false;
    size_t password = user_bytes(s, user + 1, PASSWORD_MOST), end = user + 1 + password;
    return end >= s.n || (password >= n && s.p[end] == '@');
}

bool secret_follows(const struct secret_kind *k, struct str rest)
{
    if (k->follow == FOLLOW_ANY)
        return true;
    if (k->follow == FOLLOW_ASSIGN)
        return assigns(rest, k->follow_n);
    if (k->follow == FOLLOW_USERINFO)
        return has_password(rest, k->follow_n);
    for (size_t i = 0; i < k->follow_n && i < rest.n; i++)
        if (!in_class(k->follow, (unsigned char)rest.p[i]))
            return false;
    return true;
}

/* ---- words of validators ---- */

void secret_proof(struct secret_seen *s, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(s->proof, sizeof s->proof, fmt, ap);
    va_end(ap);
}

void secret_doubt(struct secret_seen *s, enum confidence most, const char *fmt, ...)
{
    va_list ap;

    s->confidence = MIN(s->confidence, most);
    va_start(ap, fmt);
    vsnprintf(s->doubt, sizeof s->doubt, fmt, ap);
    va_end(ap);
}

/* ---- confirming ---- */

static pcre2_code *code_of(struct secret_scanner *s, uint32_t kind)
{
    const char *expr = secret_kinds[kind].expr;
    int why;
    PCRE2_SIZE where;

    if (!s->code[kind])
        s->code[kind] = pcre2_compile((PCRE2_SPTR)expr, PCRE2_ZERO_TERMINATED,
                                      PCRE2_USE_OFFSET_LIMIT | PCRE2_NEVER_UTF, &why, &where, NULL);
    return s->code[kind];
}

/* The keyed hash of a secret: HMAC-SHA256, the first half of it in hex. */
static bool keyed_hash(const struct secret_setup *setup, struct str secret, char out[33])
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned n = 0;

    if (!HMAC(EVP_sha256(), setup->key, sizeof setup->key, (const unsigned char *)secret.p, secret.n, mac,
              &n) ||
        n < 16)
        return false;
    str_hex(mac, 16, out);
    return true;
}

/* Never more than a quarter of it. */
static void show(struct str secret, char out[16])
{
    size_t n = MIN(secret.n / 4, (size_t)SHOWN_MOST);

    for (size_t i = 0; i < n; i++)
        out[i] = in_class(FOLLOW_VISIBLE, (unsigned char)secret.p[i]) ? secret.p[i] : '?';
    memcpy(out + n, "...", 4);
}

/* It has lines and lies somewhere. */
static bool is_file(const struct secret_scanner *s)
{
    return s->place == SECRET_IN_FILE || s->place == SECRET_IN_DOCUMENT;
}

static int keep(struct secret_scanner *s, uint32_t kind, const struct secret_seen *seen, uint64_t at)
{
    struct found f = { .at = at,
                       .end = at + seen->secret.n,
                       .kind = kind,
                       .confidence = seen->confidence,
                       .is_key = seen->is_key,
                       .key = seen->key };

    for (size_t i = 0; i < s->n_found; i++)
        if (s->found[i].at == f.at && s->found[i].kind == f.kind)
            return 0; /* by another anchor of the same text */
    struct str identity = seen->identity.n ? seen->identity : seen->secret;
    if (s->n_found == FOUND_MOST || !keyed_hash(s->setup, identity, f.hash)) {
        s->n_dropped++;
        return 0;
    }
    if (s->n_found == s->cap_found) {
        size_t cap = s->cap_found ? 2 * s->cap_found : 16;
        struct found *grown = realloc(s->found, cap * sizeof *grown);
        if (!grown) {
            s->n_dropped++;
            return 0;
        }
        s->found = grown;
        s->cap_found = cap;
    }
    secret_note(s, seen->secret, seen->confidence);
    show(seen->secret, f.shown);
    memcpy(f.proof, seen->proof, sizeof f.proof);
    memcpy(f.doubt, seen->doubt, sizeof f.doubt);
    memcpy(f.until, seen->until, sizeof f.until);
    memcpy(f.public_key, seen->public_key, sizeof f.public_key);
    f.line = s->binary || !is_file(s) ? 0 : secret_line(s, at);
    s->found[s->n_found++] = f;
    return 1;
}

/* There by its format, or as it is; a generic kind may have taken what is in base64 for the secret. */
static bool is_known(const struct facts *f, struct str path, uint64_t at, uint64_t n, struct str hash)
{
    FACTS_EACH (f, secret, s)
        if (s->offset >= at && s->offset < at + n && str_eq(s->path, path) &&
            (!secret_is_generic(s->kind) || str_eq(s->hash, hash)))
            return true;
    return false;
}

/* What base64 stands for, when that is a text; else the value itself. */
static struct str plain_value(struct str value, struct buf *room)
{
    buf_clear(room);
    struct str bare = value;
    while (bare.n && bare.p[bare.n - 1] == '=')
        bare.n--;
    if (value.n % 4 || decode_base64(value, room) < bare.n || !buf_ok(room))
        return value;
    struct str out = str_trim(buf_view(room));
    for (size_t i = 0; i < out.n; i++)
        if ((unsigned char)out.p[i] < 0x20 || (unsigned char)out.p[i] > 0x7e)
            return value;
    return out;
}

int secret_add_value(struct secret_scanner *s, struct str path, uint32_t line, uint64_t at, uint64_t n,
                     struct str key, struct str value, struct err *e)
{
    enum { LEAST = 4 };
    char text[16], hash[33];

    value = plain_value(value, &s->room);
    if (value.n < LEAST || value.n > SECRET_MOST || secret_is_dummy(value) ||
        !keyed_hash(s->setup, value, hash) || is_known(s->out, path, at, n, str_of(hash)))
        return 0;
    show(value, text);
    secret_note(s, value, CONFIDENCE_MEDIUM);
    AUTO_BUF struct buf proof = BUF(1024);
    buf_fmt(&proof, "value of the key " STR_FMT " of a Secret", STR_ARG(str_first(key, 100)));
    struct secret f = { .kind = STR("generic-secret"),
                        .place = SECRET_IN_DOCUMENT,
                        .path = path,
                        .line = line,
                        .offset = at,
                        .shown = str_of(text),
                        .hash = str_of(hash),
                        .confidence = CONFIDENCE_MEDIUM,
                        .proof = buf_view(&proof) };
    return facts_add_secret(s->out, &f, e) < 0 ? -1 : 1;
}

static int weigh(struct secret_scanner *s, uint32_t kind, const struct window *w, struct str whole,
                 struct str secret)
{
    const struct secret_kind *k = &secret_kinds[kind];
    struct secret_seen seen = {
        .kind = k, .whole = whole, .secret = secret, .confidence = k->sure, .room = &s->room
    };
    buf_clear(&s->room);

    if (!secret.n || secret.n > SECRET_MOST || secret_is_dummy(secret) ||
        (k->least_entropy && secret_entropy(secret) < k->least_entropy))
        return 0;
    if (k->check && k->check(&seen) == CHECK_REFUSED)
        return 0;
    enum confidence most;
    const char *doubt = is_file(s) && !seen.doubt[0] ? secret_path_doubt(s->path, k->generic, &most) : NULL;
    if (doubt)
        secret_doubt(&seen, most, "the file %s", doubt);
    if (w->stretch != 3 && !seen.proof[0])
        secret_proof(&seen, "decoded from %s", w->stretch == 4 ? "base64" : "hex");
    return keep(s, kind, &seen, w->at + (uint64_t)(secret.p - w->text.p) * w->stretch / 3);
}

int secret_confirm(struct secret_scanner *s, uint32_t kind, const struct window *w, size_t anchor, size_t n)
{
    const struct secret_kind *k = &secret_kinds[kind];
    size_t from = anchor > k->before ? anchor - k->before : 0, end = MIN(w->text.n, anchor + n + k->after);
    const pcre2_code *code;

    if ((k->text_only && s->binary) || !secret_follows(k, str_skip(str_first(w->text, end), anchor + n)) ||
        !(code = code_of(s, kind)))
        return 0;
    pcre2_set_offset_limit(s->limits, anchor);
    int r = pcre2_match(code, (PCRE2_SPTR)w->text.p, end, from, k->before ? 0 : PCRE2_ANCHORED, s->match,
                        s->limits);
    if (r < 0)
        return 0;
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(s->match);
    bool group = r > 1 && at[2] != PCRE2_UNSET;
    if (at[1] < anchor + n && k->before)
        return 0; /* another one, ahead of this anchor */
    struct str whole = { w->text.p + at[0], at[1] - at[0] };
    struct str secret = group ? (struct str){ w->text.p + at[2], at[3] - at[2] } : whole;
    return weigh(s, kind, w, whole, secret);
}

/* ---- facts ---- */

/* Of two that overlap, the generic one gives way; of two alike, the less sure. */
static bool gives_way(const struct found *a, const struct found *to)
{
    const struct secret_kind *ka = &secret_kinds[a->kind], *kb = &secret_kinds[to->kind];

    if (a == to || a->at >= to->end || to->at >= a->end)
        return false;
    if (ka->generic != kb->generic)
        return ka->generic;
    if (a->confidence != to->confidence)
        return a->confidence < to->confidence;
    return a->end - a->at != to->end - to->at ? a->end - a->at < to->end - to->at : a > to;
}

static int add_fact(struct secret_scanner *s, const struct found *f, struct err *e)
{
    struct secret fact = { .kind = str_of(secret_kinds[f->kind].info.id),
                           .place = s->place,
                           .path = s->path,
                           .line = f->line,
                           .offset = s->wide ? 2 * f->at : f->at,
                           .shown = str_of(f->shown),
                           .hash = str_of(f->hash),
                           .confidence = f->confidence,
                           .proof = str_of(f->proof),
                           .doubt = str_of(f->doubt),
                           .until = str_of(f->until) };

    if (facts_add_secret(s->out, &fact, e) < 0)
        return -1;
    if (!f->is_key)
        return 0;
    struct key key = f->key;
    key.path = s->path;
    key.line = f->line;
    key.hash = fact.hash;
    key.public_key = str_of(f->public_key);
    return facts_add_key(s->out, &key, e);
}

int secret_flush(struct secret_scanner *s, struct err *e)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < s->n_found; i++) {
        bool wins = true;
        for (size_t k = 0; wins && k < s->n_found; k++)
            wins = !gives_way(&s->found[i], &s->found[k]);
        if (wins)
            r = add_fact(s, &s->found[i], e);
    }
    if (s->n_dropped)
        facts_remark(s->out, NOTE_INCOMPLETE, s->path, "holds more than %zu secrets: %llu are left out",
                     s->n_found, (unsigned long long)s->n_dropped);
    if (s->dropped)
        facts_remark(s->out, NOTE_INCOMPLETE, s->path,
                     "too much in it looks like a secret: not all was looked at");
    s->n_found = 0;
    s->n_dropped = 0;
    s->dropped = false;
    return r;
}

static pcre2_match_context *limits_new(void)
{
    pcre2_match_context *c = pcre2_match_context_create(NULL);

    if (c) {
        pcre2_set_match_limit(c, MATCH_STEPS);
        pcre2_set_depth_limit(c, MATCH_DEPTH);
        pcre2_set_heap_limit(c, 1024);
    }
    return c;
}

bool secret_confirm_open(struct secret_scanner *s)
{
    s->room.max = SECRET_MOST;
    s->remembered.max = REMEMBERED_MOST;
    s->code = calloc(n_secret_kinds, sizeof(pcre2_code *));
    s->match = pcre2_match_data_create(8, NULL);
    s->limits = limits_new();
    return s->code && s->match && s->limits;
}

void secret_confirm_close(struct secret_scanner *s)
{
    for (size_t i = 0; s->code && i < n_secret_kinds; i++)
        pcre2_code_free(s->code[i]);
    free((void *)s->code);
    pcre2_match_data_free(s->match);
    pcre2_match_context_free(s->limits);
    buf_free(&s->room);
    buf_free(&s->remembered);
    free(s->found);
}
