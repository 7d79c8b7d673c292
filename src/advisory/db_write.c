/* db_write.c - the file. Everything is put in an order that depends on what is said and not on when it came.
 */
#include "advisory/db_build.h"

#include <openssl/sha.h>

enum { FILE_MOST = 1 << 30 };

struct writer {
    struct db_builder *b;
    struct buf section[DB_SECTION_COUNT];
    uint32_t *text_at;   /* offset + 1 of each text that is in the file already */
    uint32_t *ecosystem; /* number of each text that names one, + 1 */
    uint32_t n_ecosystems;
    uint64_t count[DB_SECTION_COUNT];
    struct buf record; /* the one being made */
    bool failed;
};

static struct str text(const struct writer *w, uint32_t number)
{
    return w->b->texts.p[number];
}

static void put_u32(struct buf *to, uint64_t v)
{
    uint32_t little = htole32((uint32_t)v);

    buf_add(to, &little, sizeof little);
}

/* Offset of a text, which is written when it is first used: what is used together lies together. */
static uint32_t place(struct writer *w, uint32_t number)
{
    struct buf *to = &w->section[DB_TEXT];

    if (!number)
        return 0;
    if (!w->text_at[number]) {
        w->text_at[number] = (uint32_t)to->n + 1;
        buf_varint(to, text(w, number).n);
        buf_str(to, text(w, number));
        w->count[DB_TEXT]++;
    }
    return w->text_at[number] - 1;
}

static void put_text(struct writer *w, uint32_t number)
{
    buf_varint(&w->record, place(w, number));
}

static void put_list(struct writer *w, struct span list)
{
    buf_varint(&w->record, list.n);
    for (uint32_t i = 0; i < list.n; i++)
        put_text(w, w->b->numbers.p[list.at + i]);
}

/* The record that was made goes into its section; its offset. */
static uint32_t end_record(struct writer *w, enum db_section s)
{
    struct buf *to = &w->section[s];
    uint32_t at = (uint32_t)to->n;

    buf_varint(to, w->record.n);
    buf_str(to, buf_view(&w->record));
    buf_clear(&w->record);
    w->count[s]++;
    return at;
}

/* ---- order ---- */

static _Thread_local const struct writer *sorting; /* qsort has no context */

static int advisory_order(const void *x, const void *y)
{
    const struct built_advisory *a = &sorting->b->advisory.p[*(const uint32_t *)x];
    const struct built_advisory *b = &sorting->b->advisory.p[*(const uint32_t *)y];
    int r = str_cmp(text(sorting, a->source), text(sorting, b->source));

    if (!r)
        r = str_cmp(text(sorting, a->id), text(sorting, b->id));
    if (!r)
        r = str_cmp(text(sorting, a->modified), text(sorting, b->modified));
    return r;
}

static int package_order(const void *x, const void *y)
{
    const struct built_package *a = &sorting->b->packages.p[*(const uint32_t *)x];
    const struct built_package *b = &sorting->b->packages.p[*(const uint32_t *)y];
    int r = str_cmp(text(sorting, a->ecosystem), text(sorting, b->ecosystem));

    return r ? r : str_cmp(text(sorting, a->name), text(sorting, b->name));
}

static int compare_u32(uint32_t x, uint32_t y)
{
    return x < y ? -1 : x > y;
}

/* Two lists of texts, which are numbers that depend on the order of the feeds. */
static int compare_spans(struct span x, struct span y, bool events)
{
    const uint32_t *n = sorting->b->numbers.p;
    uint32_t step = events ? 2 : 1;
    int r = compare_u32(x.n, y.n);

    for (uint32_t i = 0; !r && i < x.n * step; i++)
        r = events && i % 2 == 0 ? compare_u32(n[x.at + i], n[y.at + i])
                                 : str_cmp(text(sorting, n[x.at + i]), text(sorting, n[y.at + i]));
    return r;
}

/* By package, then by the place of the advisory, then by what is said: equal ones are one. */
static int compare_said(const struct built_statement *a, const struct built_statement *b)
{
    int r = compare_u32(a->says, b->says);

    r = r ? r : compare_u32(a->binary, b->binary);
    r = r ? r : str_cmp(text(sorting, a->arch), text(sorting, b->arch));
    r = r ? r : str_cmp(text(sorting, a->module), text(sorting, b->module));
    r = r ? r : str_cmp(text(sorting, a->severity), text(sorting, b->severity));
    r = r ? r : compare_spans(a->events, b->events, true);
    r = r ? r : compare_spans(a->versions, b->versions, false);
    return r ? r : compare_spans(a->cvss, b->cvss, false);
}
static int statement_order(const void *x, const void *y)
{
    const struct built_statement *a = x, *b = y;
    const struct built_advisory *by = sorting->b->advisory.p;
    int r = compare_u32(a->package, b->package);

    r = r ? r : compare_u32(by[a->advisory].offset, by[b->advisory].offset);
    return r ? r : compare_said(a, b);
}

static uint32_t *in_order(const struct writer *w, size_t n, int (*order)(const void *, const void *))
{
    uint32_t *list = calloc(n + 1, sizeof *list);

    for (uint32_t i = 0; list && i < n; i++)
        list[i] = i;
    sorting = w;
    if (list && n)
        qsort(list, n, sizeof *list, order);
    return list;
}

/* ---- vulnerabilities ---- */

static void write_vulns(struct writer *w)
{
    struct db_builder *b = w->b;

    for (size_t i = 0; i < b->vuln.n; i++) {
        struct built_vuln *v = &b->vuln.p[i];
        put_text(w, v->id);
        buf_varint(&w->record, v->ransomware | (v->has_epss ? 2 : 0));
        buf_varint(&w->record, v->epss);
        put_text(w, v->kev);
        put_text(w, v->title);
        put_text(w, v->published);
        put_text(w, v->modified);
        put_list(w, v->cvss);
        put_list(w, v->aliases);
        put_u32(&w->section[DB_VULN_AT], end_record(w, DB_VULN));
    }
}

struct alias {
    struct str text;
    uint32_t at, vuln;
};

static int alias_order(const void *x, const void *y)
{
    const struct alias *a = x, *b = y;
    int r = str_cmp(a->text, b->text);

    return r ? r : compare_u32(a->vuln, b->vuln);
}

static bool write_aliases(struct writer *w)
{
    struct db_builder *b = w->b;
    size_t n = 0, at = 0;

    for (size_t i = 0; i < b->vuln.n; i++)
        n += b->vuln.p[i].aliases.n;
    AUTO_FREE struct alias *all = calloc(n + 1, sizeof *all);
    if (!all)
        return false;
    for (size_t i = 0; i < b->vuln.n; i++)
        for (uint32_t k = 0; k < b->vuln.p[i].aliases.n; k++) {
            uint32_t number = b->numbers.p[b->vuln.p[i].aliases.at + k];
            all[at++] = (struct alias){ text(w, number), place(w, number), (uint32_t)i };
        }
    if (n)
        qsort(all, n, sizeof *all, alias_order);
    for (size_t i = 0; i < n; i++) {
        put_u32(&w->section[DB_ALIAS], all[i].at);
        put_u32(&w->section[DB_ALIAS], all[i].vuln);
    }
    w->count[DB_ALIAS] = n;
    return true;
}

/* ---- advisories ---- */

/* "DEBIAN-" before the vulnerability's own id; false: the id is something else. */
static bool split_id(struct writer *w, const struct built_advisory *a, uint32_t *lead)
{
    struct str id = text(w, a->id), of = text(w, w->b->vuln.p[w->b->numbers.p[a->vuln.at]].id);

    if (!str_ends(id, of))
        return *lead = a->id, false;
    *lead = built_text(w->b, str_first(id, id.n - of.n));
    w->failed |= *lead >= w->b->texts.n;
    return !w->failed;
}

/* The publisher's own vectors, unless the vulnerability has the same. */
static struct span own_vectors(const struct db_builder *b, const struct built_advisory *a)
{
    const struct built_vuln *v = &b->vuln.p[b->numbers.p[a->vuln.at]];

    if (a->vuln.n != 1 || a->cvss.n != v->cvss.n)
        return a->cvss;
    for (uint32_t i = 0; i < a->cvss.n; i++) {
        uint32_t k = 0;
        while (k < v->cvss.n && b->numbers.p[v->cvss.at + k] != b->numbers.p[a->cvss.at + i])
            k++;
        if (k == v->cvss.n)
            return a->cvss;
    }
    return (struct span){ 0 };
}

/* Some feeds say the same advisory for each of its packages: the record at `last` is the one being made. */
static bool is_again(const struct writer *w, uint32_t last)
{
    struct str was = last == UINT32_MAX ? STR_NONE : str_skip(buf_view(&w->section[DB_ADVISORY]), last);
    uint64_t n;

    return take_varint(&was, &n) && str_eq(was, buf_view(&w->record));
}

static bool write_advisories(struct writer *w)
{
    struct db_builder *b = w->b;
    AUTO_FREE uint32_t *order = in_order(w, b->advisory.n, advisory_order);
    uint32_t last = UINT32_MAX;

    for (size_t i = 0; order && i < b->advisory.n; i++) {
        struct built_advisory *a = &b->advisory.p[order[i]];
        uint32_t lead;
        if (a->withdrawn || !a->speaks)
            continue;
        bool whole = !split_id(w, a, &lead);
        buf_varint(&w->record, whole);
        put_text(w, w->failed ? 0 : lead);
        buf_varint(&w->record, a->vuln.n);
        for (uint32_t k = 0; k < a->vuln.n; k++)
            buf_varint(&w->record, b->numbers.p[a->vuln.at + k]);
        put_text(w, a->source);
        put_text(w, a->severity);
        put_text(w, a->vuln.n == 1 ? 0 : a->title); /* else the vulnerability has it */
        put_text(w, a->modified);
        put_list(w, own_vectors(b, a));
        if (a->stops) /* few say that: who does not, takes no byte for it */
            put_text(w, a->stops);
        last = a->offset = is_again(w, last) ? last : end_record(w, DB_ADVISORY);
        buf_clear(&w->record);
    }
    return order;
}

/* ---- packages ---- */

static enum db_shape shape_of(const struct writer *w, struct span events)
{
    const uint32_t *n = w->b->numbers.p + events.at;
    bool zero = events.n && n[0] == EVENT_INTRODUCED && str_eq(text(w, n[1]), STR("0"));

    if (!events.n)
        return SHAPE_NONE;
    if (events.n == 1 && zero)
        return SHAPE_ALL;
    if (events.n != 2 || n[0] != EVENT_INTRODUCED || n[2] != EVENT_FIXED)
        return SHAPE_ANY;
    return zero ? SHAPE_FIXED : SHAPE_BETWEEN;
}

static void put_events(struct writer *w, struct span events, enum db_shape shape)
{
    const uint32_t *n = w->b->numbers.p + events.at;

    if (shape == SHAPE_ANY)
        buf_varint(&w->record, events.n);
    for (size_t i = 0; shape == SHAPE_ANY && i < events.n; i++) {
        buf_varint(&w->record, n[2 * i]);
        put_text(w, n[2 * i + 1]);
    }
    if (shape == SHAPE_BETWEEN)
        put_text(w, n[1]);
    if (shape == SHAPE_BETWEEN || shape == SHAPE_FIXED)
        put_text(w, n[3]);
}

static void put_statement(struct writer *w, const struct built_statement *s, uint32_t *last)
{
    uint32_t at = w->b->advisory.p[s->advisory].offset;
    bool more = s->versions.n || s->cvss.n;
    enum db_shape shape = shape_of(w, s->events);

    buf_varint(&w->record, at - *last);
    *last = at;
    buf_varint(&w->record, s->says | (s->binary ? FLAG_BINARY : 0u) | (s->arch ? FLAG_ARCH : 0u) |
                               (s->module ? FLAG_MODULE : 0u) | (s->severity ? FLAG_SEVERITY : 0u) |
                               (more ? FLAG_MORE : 0u));
    buf_varint(&w->record, shape);
    put_events(w, s->events, shape);
    if (s->arch)
        put_text(w, s->arch);
    if (s->module)
        put_text(w, s->module);
    if (s->severity)
        put_text(w, s->severity);
    if (more) {
        put_list(w, s->versions);
        put_list(w, s->cvss);
    }
}

/* Drop what withdrawn advisories say and what is said twice; sorted by package. */
static void clean_statements(struct writer *w)
{
    struct db_builder *b = w->b;
    size_t kept = 0;

    for (size_t i = 0; i < b->statement.n; i++)
        if (!b->advisory.p[b->statement.p[i].advisory].withdrawn)
            b->statement.p[kept++] = b->statement.p[i];
    b->statement.n = kept;
    sorting = w;
    if (kept)
        qsort(b->statement.p, kept, sizeof *b->statement.p, statement_order);
    kept = 0;
    for (size_t i = 0; i < b->statement.n; i++)
        if (!kept || statement_order(&b->statement.p[kept - 1], &b->statement.p[i]) != 0)
            b->statement.p[kept++] = b->statement.p[i];
    b->statement.n = kept;
    w->count[DB_HASH] = kept; /* there for people: the number of statements */
}

static uint32_t ecosystem_of(struct writer *w, uint32_t name)
{
    if (!w->ecosystem[name]) {
        w->ecosystem[name] = ++w->n_ecosystems;
        put_u32(&w->section[DB_ECOSYSTEM], place(w, name));
        w->count[DB_ECOSYSTEM]++;
    }
    return w->ecosystem[name] - 1;
}

static void write_package(struct writer *w, struct built_package *p, const struct built_statement *s,
                          size_t n)
{
    struct str name = text(w, p->name);
    uint32_t last = 0;

    buf_varint(&w->record, ecosystem_of(w, p->ecosystem));
    buf_varint(&w->record, name.n);
    buf_str(&w->record, name);
    buf_varint(&w->record, n);
    for (size_t i = 0; i < n; i++)
        put_statement(w, &s[i], &last);
    p->offset = end_record(w, DB_PACKAGE) + 1;
}

static bool write_packages(struct writer *w)
{
    struct db_builder *b = w->b;
    AUTO_FREE uint32_t *order = in_order(w, b->packages.n, package_order);
    AUTO_FREE uint32_t *first = calloc(b->packages.n + 1, sizeof *first);

    if (!order || !first)
        return false;
    clean_statements(w);
    for (size_t i = 0; i < b->statement.n; i++)
        first[b->statement.p[i].package + 1]++; /* counts, then sums */
    for (size_t i = 0; i < b->packages.n; i++)
        first[i + 1] += first[i];
    for (size_t i = 0; i < b->packages.n; i++) {
        uint32_t p = order[i];
        if (first[p + 1] > first[p])
            write_package(w, &b->packages.p[p], b->statement.p + first[p], first[p + 1] - first[p]);
    }
    return true;
}

static bool write_hash(struct writer *w)
{
    struct db_builder *b = w->b;
    size_t slots = 2;

    while (slots < b->packages.n * 2)
        slots *= 2;
    AUTO_FREE uint32_t *table = calloc(slots, sizeof *table);
    AUTO_FREE uint32_t *order = in_order(w, b->packages.n, package_order);
    if (!table || !order)
        return false;
    for (size_t i = 0; i < b->packages.n; i++) {
        const struct built_package *p = &b->packages.p[order[i]];
        if (!p->offset)
            continue;
        uint64_t at = db_name_hash(w->ecosystem[p->ecosystem] - 1, text(w, p->name)) & (slots - 1);
        while (table[at])
            at = (at + 1) & (slots - 1);
        table[at] = p->offset;
    }
    for (size_t i = 0; i < slots; i++)
        put_u32(&w->section[DB_HASH], table[i]);
    return true;
}

/* ---- sources and releases ---- */

static int release_order(const void *x, const void *y)
{
    const struct release_end *a = x, *b = y;
    int r = str_cmp(a->ecosystem, b->ecosystem);

    r = r ? r : str_cmp(a->version, b->version);
    return r ? r : str_cmp(a->ends, b->ends);
}

static void write_releases(struct writer *w)
{
    struct db_builder *b = w->b;

    if (b->release.n)
        qsort(b->release.p, b->release.n, sizeof *b->release.p, release_order);
    for (size_t i = 0; i < b->release.n; i++) {
        const struct release_end *r = &b->release.p[i];
        const struct str part[] = { r->ecosystem, r->version, r->ends, r->lts_ends, r->extended_ends };
        for (size_t k = 0; k < ARRAY_LEN(part); k++) {
            uint32_t number = built_text(b, part[k]);
            w->failed |= number == UINT32_MAX;
            put_u32(&w->section[DB_RELEASE], w->failed ? 0 : place(w, number));
        }
        w->count[DB_RELEASE]++;
    }
}

struct source {
    uint32_t name, date, records;
};

/* Sources come in order, for advisories are sorted by them. "name@date" says its date itself. */
static void write_source(struct writer *w, const struct source *s)
{
    struct str name, date;
    uint32_t n, d = s->date;

    if (!s->records)
        return;
    str_split(text(w, s->name), '@', &name, &date);
    n = built_text(w->b, name);
    if (date.n)
        d = built_text(w->b, date);
    w->failed |= n == UINT32_MAX || d == UINT32_MAX;
    put_u32(&w->section[DB_SOURCE], w->failed ? 0 : place(w, n));
    put_u32(&w->section[DB_SOURCE], w->failed ? 0 : place(w, d));
    put_u32(&w->section[DB_SOURCE], s->records);
    w->count[DB_SOURCE]++;
}

static bool write_sources(struct writer *w)
{
    struct db_builder *b = w->b;
    AUTO_FREE uint32_t *order = in_order(w, b->advisory.n, advisory_order);
    struct source now = { 0 };

    for (size_t i = 0; order && i < b->advisory.n; i++) {
        const struct built_advisory *a = &b->advisory.p[order[i]];
        if (a->source != now.name || !now.records) {
            write_source(w, &now);
            now = (struct source){ a->source, 0, 0 };
        }
        now.records++;
        if (str_cmp(text(w, a->modified), text(w, now.date)) > 0)
            now.date = a->modified;
    }
    write_source(w, &now);
    return order;
}

/* ---- the file ---- */

static void put_digests(struct buf *out, size_t data)
{
    for (size_t at = data, i = 0; at < out->n; at += DB_BLOCK, i++)
        SHA256((const unsigned char *)out->p + at, MIN(out->n - at, (size_t)DB_BLOCK),
               (unsigned char *)out->p + sizeof(struct db_head) + i * DB_DIGEST);
}

static int seal(struct buf *out, size_t data, const unsigned char *seed, struct err *e)
{
    struct db_head *h = (struct db_head *)(void *)out->p;
    struct str sealed = { out->p + DB_SIGNED_FROM, data - DB_SIGNED_FROM };

    SHA256((const unsigned char *)sealed.p, sealed.n, h->digest);
    return seed ? sign_bytes(seed, sealed, h->signature, e) : 0;
}

static int put_together(struct writer *w, uint64_t built, const unsigned char *seed, struct buf *out,
                        struct err *e)
{
    struct db_head h = { .magic = DB_MAGIC, .version = htole32(DB_VERSION), .block = htole32(DB_BLOCK) };
    uint64_t body = 0;

    for (int i = 0; i < DB_SECTION_COUNT; i++)
        body += (w->section[i].n + 7) & ~7ull;
    uint64_t data = sizeof h + (body + DB_BLOCK - 1) / DB_BLOCK * DB_DIGEST, at = data;
    h.size = htole64(data + body);
    h.built = htole64(built);
    h.data = htole64(data);
    for (int i = 0; i < DB_SECTION_COUNT; i++) {
        h.count[i] = htole64(w->count[i]);
        h.section[i].at = htole64(at);
        h.section[i].n = htole64(w->section[i].n);
        at += (w->section[i].n + 7) & ~7ull;
    }
    *out = (struct buf)BUF(FILE_MOST);
    char *to = buf_room(out, data + body);
    if (!to)
        return err_set(e, ERR_LIMIT, "the database would be larger than %d bytes", FILE_MOST);
    memset(to, 0, data + body);
    out->n = data + body;
    memcpy(to, &h, sizeof h);
    to += data;
    for (int i = 0; i < DB_SECTION_COUNT; to += (w->section[i].n + 7) & ~7ull, i++)
        memcpy(to, buf_view(&w->section[i]).p, w->section[i].n);
    put_digests(out, data);
    return seal(out, data, seed, e);
}

static int write_all(struct writer *w, struct err *e)
{
    size_t n =
        w->b->texts.n + 5 * w->b->release.n + 3 * w->b->advisory.n + 1; /* leads and dates may be new */

    w->text_at = calloc(n, sizeof *w->text_at);
    w->ecosystem = calloc(n, sizeof *w->ecosystem);
    if (!w->text_at || !w->ecosystem)
        return err_set(e, ERR_LIMIT, "out of memory");
    buf_varint(&w->section[DB_TEXT], 0); /* the empty text */
    write_vulns(w);
    bool good =
        write_aliases(w) && write_advisories(w) && write_packages(w) && write_hash(w) && write_sources(w);
    write_releases(w);
    for (int i = 0; i < DB_SECTION_COUNT; i++)
        good = good && buf_ok(&w->section[i]);
    return good && !w->failed && buf_ok(&w->record) ? 0 : err_set(e, ERR_LIMIT, "the database is too large");
}

int db_builder_write(struct db_builder *b, uint64_t built, const unsigned char *seed, struct buf *out,
                     struct err *e)
{
    struct writer w = { .b = b, .record = BUF(FILE_MOST) };

    for (int i = 0; i < DB_SECTION_COUNT; i++)
        w.section[i] = (struct buf)BUF(FILE_MOST);
    int r = built_join(b, e) < 0 || write_all(&w, e) < 0 ? -1 : put_together(&w, built, seed, out, e);
    for (int i = 0; i < DB_SECTION_COUNT; i++)
        buf_free(&w.section[i]);
    buf_free(&w.record);
    free(w.text_at);
    free(w.ecosystem);
    return r;
}
