/* db_records.c - reading what is in the sections: every number is checked before it is used. */
#include "advisory/db_read.h"

enum { WALK_BYTES = 64 << 20, EVENTS_MOST = 1 << 20 };

static int cut_off(struct err *e, const char *what)
{
    return err_set(e, ERR_FORMAT, "advisory database: %s is cut off", what);
}

/* ---- sources, releases, ecosystems ---- */

/* `n` numbers of row `i`. */
static int row(struct db *db, enum db_section s, uint64_t i, uint32_t *to, size_t n, struct err *e)
{
    if (i >= db->head.count[s])
        return err_set(e, ERR_NOT_FOUND, "advisory database: no row %llu in section %d",
                       (unsigned long long)i, (int)s);
    for (size_t k = 0; k < n; k++)
        if (db_u32(db, s, i * n + k, &to[k], e) < 0)
            return -1;
    return 0;
}

int db_source_at(struct db *db, uint64_t i, struct db_source *out, struct err *e)
{
    uint32_t r[3];

    if (row(db, DB_SOURCE, i, r, 3, e) < 0)
        return -1;
    out->records = r[2];
    return db_text(db, r[0], &out->name, e) < 0 ? -1 : db_text(db, r[1], &out->date, e);
}

int db_release_at(struct db *db, uint64_t i, struct release_end *out, struct err *e)
{
    struct str *to[] = { &out->ecosystem, &out->version, &out->ends, &out->lts_ends, &out->extended_ends };
    uint32_t r[ARRAY_LEN(to)];

    if (row(db, DB_RELEASE, i, r, ARRAY_LEN(r), e) < 0)
        return -1;
    for (size_t k = 0; k < ARRAY_LEN(to); k++)
        if (db_text(db, r[k], to[k], e) < 0)
            return -1;
    return 0;
}

int db_ecosystem_at(struct db *db, uint64_t i, struct str *out, struct err *e)
{
    uint32_t at;

    return row(db, DB_ECOSYSTEM, i, &at, 1, e) < 0 ? -1 : db_text(db, at, out, e);
}

int64_t db_ecosystem(struct db *db, struct str name)
{
    const uint32_t *at = map_get(&db->ecosystem, name);

    return at ? (int64_t)*at : -1;
}

/* ---- packages ---- */

/* The package at `at`: whose it is, and the walk over what is said of it. */
static int open_package(struct db *db, uint64_t at, uint64_t *ecosystem, struct str *name, struct db_walk *w,
                        struct err *e)
{
    uint64_t n;

    *w = (struct db_walk){ .db = db, .arena = ARENA(WALK_BYTES) };
    if (db_record(db, DB_PACKAGE, at, &w->rest, e) < 0)
        return -1;
    if (!take_varint(&w->rest, ecosystem) || !take_varint(&w->rest, &n) || !take_bytes(&w->rest, n, name) ||
        !take_varint(&w->rest, &w->left))
        return cut_off(e, "a package");
    return 0;
}

int db_find(struct db *db, int64_t ecosystem, struct str name, struct db_walk *w, struct err *e)
{
    uint64_t slots = db->head.section[DB_HASH].n / 4;
    uint64_t at = ecosystem < 0 || !slots ? 0 : db_name_hash((uint64_t)ecosystem, name) & (slots - 1);

    *w = (struct db_walk){ .db = db, .arena = ARENA(WALK_BYTES) };
    for (uint64_t tried = 0; ecosystem >= 0 && tried < slots; tried++, at = (at + 1) & (slots - 1)) {
        uint32_t package;
        uint64_t of;
        struct str is;
        if (db_u32(db, DB_HASH, at, &package, e) < 0)
            return -1;
        if (!package)
            return 0;
        if (open_package(db, package - 1, &of, &is, w, e) < 0)
            return -1;
        if (of == (uint64_t)ecosystem && str_eq(is, name))
            return 1;
    }
    return 0;
}

static int take_events(struct db_walk *w, enum db_shape shape, struct db_statement *out, struct err *e)
{
    static const struct {
        size_t n;
        enum version_event_kind kind[2];
        bool from_zero;
    } of[] = { [SHAPE_FIXED] = { 2, { EVENT_INTRODUCED, EVENT_FIXED }, true },
               [SHAPE_ALL] = { 1, { EVENT_INTRODUCED }, true },
               [SHAPE_BETWEEN] = { 2, { EVENT_INTRODUCED, EVENT_FIXED }, false },
               [SHAPE_NONE] = { 0 } };
    uint64_t n = 0, kind;

    if (shape > SHAPE_NONE || (shape == SHAPE_ANY && (!take_varint(&w->rest, &n) || n > EVENTS_MOST)))
        return cut_off(e, "a statement");
    n = shape == SHAPE_ANY ? n : of[shape].n;
    struct version_event *to =
        n <= ARRAY_LEN(w->near) ? w->near : arena_array(&w->arena, struct version_event, n);
    if (!to)
        return err_set(e, ERR_LIMIT, "advisory database: a statement is too large");
    for (size_t i = 0; i < n; i++) {
        kind = shape == SHAPE_ANY ? 0 : of[shape].kind[i];
        if (shape == SHAPE_ANY && (!take_varint(&w->rest, &kind) || kind > EVENT_LIMIT))
            return cut_off(e, "a statement");
        to[i].kind = (enum version_event_kind)kind;
        if (shape != SHAPE_ANY && of[shape].from_zero && i == 0)
            to[i].version = STR("0");
        else if (db_take(w->db, &w->rest, &to[i].version, e) < 0)
            return -1;
    }
    out->event = to;
    out->n_event = n;
    return 0;
}

static int take_texts(struct db *db, struct arena *a, struct str *from, struct strs *out, struct err *e)
{
    uint64_t n;

    if (!take_varint(from, &n) || n > from->n)
        return cut_off(e, "a list");
    struct str *to = arena_array(a, struct str, n + 1);
    if (!to)
        return err_set(e, ERR_LIMIT, "advisory database: a list is too long");
    *out = (struct strs){ to, n };
    for (size_t i = 0; i < n; i++)
        if (db_take(db, from, &to[i], e) < 0)
            return -1;
    return 0;
}

int db_next(struct db_walk *w, struct db_statement *out, struct err *e)
{
    uint64_t delta, flags, shape;

    arena_free(&w->arena);
    if (!w->left)
        return 0;
    w->left--;
    if (!take_varint(&w->rest, &delta) || !take_varint(&w->rest, &flags) || !take_varint(&w->rest, &shape))
        return cut_off(e, "a statement");
    if ((flags & FLAG_SAYS) >= STATEMENT_COUNT || delta > UINT32_MAX - w->advisory)
        return err_set(e, ERR_FORMAT, "advisory database: a statement of no kind");
    w->advisory += (uint32_t)delta;
    *out = (struct db_statement){ .advisory = w->advisory,
                                  .says = (enum statement)(flags & FLAG_SAYS),
                                  .binary = flags & FLAG_BINARY };
    if (take_events(w, (enum db_shape)MIN(shape, (uint64_t)SHAPE_NONE + 1), out, e) < 0)
        return -1;
    if ((flags & FLAG_ARCH && db_take(w->db, &w->rest, &out->arch, e) < 0) ||
        (flags & FLAG_MODULE && db_take(w->db, &w->rest, &out->module, e) < 0) ||
        (flags & FLAG_SEVERITY && db_take(w->db, &w->rest, &out->severity, e) < 0))
        return -1;
    if (flags & FLAG_MORE && (take_texts(w->db, &w->arena, &w->rest, &out->versions, e) < 0 ||
                              take_texts(w->db, &w->arena, &w->rest, &out->cvss, e) < 0))
        return -1;
    return 1;
}

void db_walk_close(struct db_walk *w)
{
    arena_free(&w->arena);
}

/* ---- advisories and vulnerabilities ---- */

/* The id: as it is, or a lead before the first vulnerability's ("DEBIAN-" CVE-...). */
static int advisory_id(struct db *db, struct str lead, bool whole, struct arena *a, struct db_advisory *out,
                       struct err *e)
{
    struct db_vuln v;

    out->id = lead;
    if (whole)
        return 0;
    if (!out->n_vuln || db_vuln(db, out->vuln[0], a, &v, e) < 0)
        return out->n_vuln ? -1 : cut_off(e, "an advisory");
    out->id = lead.n ? arena_fmt(a, STR_FMT STR_FMT, STR_ARG(lead), STR_ARG(v.id)) : v.id;
    return out->id.p ? 0 : err_set(e, ERR_LIMIT, "out of memory");
}

/* The head of an advisory's record, up to the numbers of its vulnerabilities. */
static int open_advisory(struct db *db, uint32_t at, uint64_t *whole, uint64_t *lead, struct db_about *out,
                         struct err *e)
{
    *out = (struct db_about){ .db = db };
    if (db_record(db, DB_ADVISORY, at, &out->rest, e) < 0)
        return -1;
    if (!take_varint(&out->rest, whole) || !take_varint(&out->rest, lead) ||
        !take_varint(&out->rest, &out->left) || out->left > out->rest.n)
        return cut_off(e, "an advisory");
    return 0;
}

int db_about(struct db *db, uint32_t at, struct db_about *out, struct err *e)
{
    uint64_t whole, lead;

    return open_advisory(db, at, &whole, &lead, out, e);
}

int db_about_next(struct db_about *about, uint32_t *vuln, struct err *e)
{
    uint64_t number;

    if (!about->left)
        return 0;
    about->left--;
    if (!take_varint(&about->rest, &number) || number >= about->db->head.count[DB_VULN])
        return cut_off(e, "an advisory");
    *vuln = (uint32_t)number;
    return 1;
}

int db_advisory(struct db *db, uint32_t at, struct arena *a, struct db_advisory *out, struct err *e)
{
    struct db_about about;
    uint64_t whole, lead_at;
    struct str lead;
    int r;

    *out = (struct db_advisory){ 0 };
    if (open_advisory(db, at, &whole, &lead_at, &about, e) < 0 || db_text(db, lead_at, &lead, e) < 0)
        return -1;
    uint32_t *to = arena_array(a, uint32_t, about.left + 1);
    if (!to)
        return err_set(e, ERR_LIMIT, "advisory database: an advisory is too large");
    out->vuln = to;
    while ((r = db_about_next(&about, &to[out->n_vuln], e)) > 0)
        out->n_vuln++;
    struct str from = about.rest;
    if (r < 0 || advisory_id(db, lead, whole, a, out, e) < 0 || db_take(db, &from, &out->source, e) < 0 ||
        db_take(db, &from, &out->severity, e) < 0 || db_take(db, &from, &out->title, e) < 0 ||
        db_take(db, &from, &out->modified, e) < 0 || take_texts(db, a, &from, &out->cvss, e) < 0)
        return -1;
    return from.n ? db_take(db, &from, &out->stops, e) : 0;
}

int db_vuln(struct db *db, uint32_t number, struct arena *a, struct db_vuln *out, struct err *e)
{
    struct str from;
    uint32_t at;
    uint64_t flags, epss;

    *out = (struct db_vuln){ 0 };
    if (db_u32(db, DB_VULN_AT, number, &at, e) < 0 || db_record(db, DB_VULN, at, &from, e) < 0)
        return -1;
    if (db_take(db, &from, &out->id, e) < 0 || !take_varint(&from, &flags) || !take_varint(&from, &epss))
        return cut_off(e, "a vulnerability");
    out->kev_ransomware = flags & 1;
    out->has_epss = flags & 2;
    out->epss_ppm = (uint32_t)MIN(epss, (uint64_t)1000000);
    if (db_take(db, &from, &out->kev_added, e) < 0 || db_take(db, &from, &out->title, e) < 0 ||
        db_take(db, &from, &out->published, e) < 0 || db_take(db, &from, &out->modified, e) < 0)
        return -1;
    return take_texts(db, a, &from, &out->cvss, e) < 0 ? -1 : take_texts(db, a, &from, &out->aliases, e);
}

/* Is the text of row `i` before, at or behind `id`? */
static int compare_at(struct db *db, bool alias, uint64_t i, struct str id, int *order, struct err *e)
{
    uint32_t at;
    uint64_t text;
    struct str is;

    if (db_u32(db, alias ? DB_ALIAS : DB_VULN_AT, alias ? i * 2 : i, &at, e) < 0)
        return -1;
    text = at;
    if (!alias && (db_record(db, DB_VULN, at, &is, e) < 0 || !take_varint(&is, &text)))
        return cut_off(e, "a vulnerability");
    if (db_text(db, text, &is, e) < 0)
        return -1;
    *order = str_cmp(is, id);
    return 0;
}

static int search(struct db *db, bool alias, struct str id, uint64_t *found, struct err *e)
{
    uint64_t low = 0, high = db->head.count[alias ? DB_ALIAS : DB_VULN];
    int order = 0;

    while (low < high) {
        *found = low + (high - low) / 2;
        if (compare_at(db, alias, *found, id, &order, e) < 0)
            return -1;
        if (order == 0)
            return 1;
        if (order < 0)
            low = *found + 1;
        else
            high = *found;
    }
    return 0;
}

int db_vuln_by_id(struct db *db, struct str id, uint32_t *number, struct err *e)
{
    uint64_t at = 0;
    int r = search(db, false, id, &at, e);

    *number = (uint32_t)at;
    if (r != 0)
        return r;
    r = search(db, true, id, &at, e);
    if (r <= 0)
        return r;
    if (db_u32(db, DB_ALIAS, at * 2 + 1, number, e) < 0)
        return -1;
    return *number < db->head.count[DB_VULN] ? 1 : cut_off(e, "the list of aliases");
}

/* ---- one after the other ---- */

/* Where the record behind the one at `at` begins, which has been read. */
static uint64_t behind(struct str record, const struct db *db, enum db_section s)
{
    return (uint64_t)(record.p + record.n - db->file.p) - db->head.section[s].at;
}

int db_next_advisory(struct db_advisories *w, uint32_t *at, struct err *e)
{
    struct str record;

    if (w->next >= w->db->head.section[DB_ADVISORY].n)
        return 0;
    if (db_record(w->db, DB_ADVISORY, w->next, &record, e) < 0)
        return -1;
    *at = (uint32_t)w->next;
    w->next = behind(record, w->db, DB_ADVISORY);
    return 1;
}

int db_next_package(struct db_packages *w, struct db_package *out, struct err *e)
{
    uint64_t ecosystem;

    if (w->next >= w->db->head.section[DB_PACKAGE].n)
        return 0;
    if (open_package(w->db, w->next, &ecosystem, &out->name, &out->said, e) < 0)
        return -1;
    w->next = behind(out->said.rest, w->db, DB_PACKAGE);
    return db_ecosystem_at(w->db, ecosystem, &out->ecosystem, e) < 0 ? -1 : 1;
}

/* ---- all of it ---- */

static int check_statements(struct db_walk *w, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(WALK_BYTES);
    struct db_statement s;
    struct db_advisory said;
    int r;

    while ((r = db_next(w, &s, e)) > 0) {
        if (db_advisory(w->db, s.advisory, &a, &said, e) < 0)
            return -1;
        arena_free(&a);
    }
    if (r == 0 && w->rest.n)
        return err_set(e, ERR_FORMAT, "advisory database: a package has bytes that belong to nothing");
    return r;
}

/* By the table, for that is how packages are found. */
static int check_packages(struct db *db, struct err *e)
{
    for (uint64_t i = 0; i < db->head.section[DB_HASH].n / 4; i++) {
        AUTO_WALK struct db_walk w = { 0 };
        uint32_t at;
        uint64_t ecosystem;
        struct str name;
        if (db_u32(db, DB_HASH, i, &at, e) < 0)
            return -1;
        if (!at)
            continue;
        if (open_package(db, at - 1, &ecosystem, &name, &w, e) < 0)
            return -1;
        if (check_statements(&w, e) < 0)
            return err_wrap(e, STR_FMT, STR_ARG(str_first(name, 100)));
    }
    return 0;
}

int db_check(struct db *db, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(WALK_BYTES);
    struct str all;

    for (int s = 0; s < DB_SECTION_COUNT; s++)
        if (db_bytes(db, (enum db_section)s, 0, db->head.section[s].n, &all, e) < 0)
            return -1;
    for (uint32_t i = 0; i < db->head.count[DB_VULN]; i++) {
        struct db_vuln v;
        if (db_vuln(db, i, &a, &v, e) < 0)
            return -1;
        arena_free(&a);
    }
    return check_packages(db, e);
}
