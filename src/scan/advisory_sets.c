/* advisory_sets.c - which databases a scan uses, and what the report says of them. */
#include "advisory/sign.h"
#include "io/fs.h"
#include "scan/advisories.h"

#include <fcntl.h>
#include <time.h>

enum { KEY_FILE_MOST = 64 << 10 };

bool advisories_place(char *to, size_t room)
{
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    int n = data && *data   ? snprintf(to, room, "%s/scantling/advisories.db", data)
            : home && *home ? snprintf(to, room, "%s/.local/share/scantling/advisories.db", home)
                            : -1;

    return n > 0 && (size_t)n < room;
}

static int open_file(const char *path, const char *key_path, struct db **db, struct err *e)
{
    AUTO_BUF struct buf pem = BUF(KEY_FILE_MOST);
    unsigned char key[DB_KEY_BYTES];

    if (key_path && (fs_read(AT_FDCWD, key_path, false, KEY_FILE_MOST, &pem, e) < 0 ||
                     sign_read_public(buf_view(&pem), key, e) < 0))
        return err_wrap(e, "%s", key_path);
    return db_open(path, key_path ? key : NULL, db, e);
}

/* What the report says: sources of all sets, and when each was built. */
static int describe(struct db *db, bool built_in, struct model *m, struct err *e)
{
    struct db_summary sum;
    struct db_source from;
    struct tm tm;
    char when[32];

    db_summarise(db, &sum);
    time_t built = (time_t)sum.built;
    gmtime_r(&built, &tm);
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &tm);
    struct advisory_set set = { .name = built_in ? STR("built-in") : STR("database"),
                                .built = arena_str(&m->arena, str_of(when)),
                                .digest = arena_fmt(&m->arena, "sha256:%s", sum.digest),
                                .vulnerabilities = sum.vulnerabilities,
                                .ecosystems = sum.ecosystems };
    struct advisory_source *to = arena_array(&m->arena, struct advisory_source, sum.sources + 1);
    if (!to || !arena_grow(&m->arena, &m->advisories.p, m->advisories.n, &m->advisories.cap, sizeof set))
        return err_set(e, ERR_LIMIT, "the model is full");
    for (uint64_t i = 0; i < sum.sources; i++) {
        if (db_source_at(db, i, &from, e) < 0)
            return -1;
        to[i] = (struct advisory_source){ from.name, from.date, from.records };
    }
    set.source = to;
    set.n_source = sum.sources;
    m->advisories.p[m->advisories.n++] = set;
    return 0;
}

int advisories_open(struct advisories *s, const struct advisories_options *o, struct model *m, struct err *e)
{
    char place[4096];
    const char *path = o->path ? o->path : advisories_place(place, sizeof place) ? place : NULL;

    *s = (struct advisories){ 0 };
    if (o->off)
        return 0;
    if (path && (o->path || access(path, F_OK) == 0)) {
        if (open_file(path, o->key_path, &s->db[s->n], e) < 0 || describe(s->db[s->n++], false, m, e) < 0)
            return -1;
    }
    if (o->built_in.n) {
        if (db_open_bytes(o->built_in, NULL, &s->db[s->n], e) < 0 || describe(s->db[s->n++], true, m, e) < 0)
            return -1;
    }
    return 0;
}

void advisories_close(struct advisories *s)
{
    for (size_t i = 0; i < s->n; i++)
        db_close(&s->db[i]);
    s->n = 0;
}
