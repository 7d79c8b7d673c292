/* advisories DB - the advisory database, measured: open and first look-up, look-ups a second on one core. */
#include "advisory/db.h"

#include <time.h>

enum { ROUNDS = 2000000, NAMES_MOST = 1 << 16 };

/* Of this process: other work on the machine does not count. */
static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The first statement about a package; -1: damaged. */
static int look_up(struct db *db, const char *ecosystem, struct str name)
{
    AUTO_WALK struct db_walk w = { 0 };
    struct db_statement s;
    struct err e;
    int r = db_find(db, db_ecosystem(db, str_of(ecosystem)), name, &w, &e);

    return r > 0 ? db_next(&w, &s, &e) : r;
}

int main(int argc, char **argv)
{
    static const char *const known[] = {
        "openssl", "glibc", "curl",  "zlib", "linux",    "bash",    "perl",
        "nginx",   "redis", "expat", "krb5", "gnutls28", "systemd", "sqlite3"
    };
    struct db *db = NULL;
    struct err e = { 0 };
    double best = 1;
    size_t hits = 0;

    if (argc != 2)
        return 2;
    for (int i = 0; i < 20; i++) {
        double begin = now();
        if (db_open(argv[1], NULL, &db, &e) < 0) {
            fprintf(stderr, "%s\n", e.text);
            return 1;
        }
        (void)look_up(db, "Debian:12", STR("openssl"));
        double took = now() - begin;
        best = took < best ? took : best;
        if (i < 19)
            db_close(&db);
    }
    printf("open + first look-up  %.3f ms\n", best * 1e3);
    double begin = now();
    for (size_t i = 0; i < ROUNDS; i++) {
        char name[32];
        int n = i % 2 ? snprintf(name, sizeof name, "%s", known[i / 2 % ARRAY_LEN(known)])
                      : snprintf(name, sizeof name, "nothing-%zu", i % NAMES_MOST);
        hits += look_up(db, "Debian:12", (struct str){ name, (size_t)n }) > 0;
    }
    printf("look-ups              %.2f million/s (%zu%% known)\n", ROUNDS / (now() - begin) / 1e6,
           hits * 100 / ROUNDS);
    db_close(&db);
    return 0;
}
