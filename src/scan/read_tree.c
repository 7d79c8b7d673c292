#include "scan/read_tree.h"

#include "scan/pool.h"

#include <fcntl.h>

enum { READERS_MOST = 8, NOTE_BYTES = 64 << 10 };

struct piece {
    uint32_t number, reader, order;
    struct str record;
};
struct pieces {
    struct piece *p;
    size_t n, cap;
};

static int open_dir(struct task *t, struct blob *out, struct err *e)
{
    const struct blob *dir = t->owner;

    *out = *dir;
    out->fd = fcntl(dir->fd, F_DUPFD_CLOEXEC, 0);
    return out->fd < 0 ? err_errno(e, "directory") : 0;
}

static int compare(uint32_t a, uint32_t b)
{
    return a < b ? -1 : a > b;
}

/* A piece is one reader's, in one frame or in several. */
static int by_number(const void *a, const void *b)
{
    const struct piece *x = a, *y = b;
    int d = compare(x->number, y->number);

    d = d ? d : compare(x->reader, y->reader);
    return d ? d : compare(x->order, y->order);
}

static int add_pieces(struct pieces *all, uint32_t reader, struct str frames, struct err *e)
{
    struct piece p = { .reader = reader };
    struct str frame;

    for (; proc_frame(&frames, &frame); p.order++) {
        if (frame.n < sizeof p.number)
            return err_set(e, ERR_FORMAT, "a piece without a number");
        if (all->n == all->cap) {
            size_t cap = all->cap ? 2 * all->cap : 1024;
            struct piece *grown = reallocarray(all->p, cap, sizeof *grown);
            if (!grown)
                return err_set(e, ERR_LIMIT, "out of memory");
            all->p = grown;
            all->cap = cap;
        }
        memcpy(&p.number, frame.p, sizeof p.number);
        p.record = str_skip(frame, sizeof p.number);
        all->p[all->n++] = p;
    }
    return 0;
}

/* When all pieces together do not fit, the first ones are what is known. */
static int join(struct pieces *all, size_t bytes, struct store *store, struct facts **out, struct err *e)
{
    AUTO_FREE struct str *record = calloc(all->n + 1, sizeof *record);
    size_t n = all->n;

    if (!record)
        return err_set(e, ERR_LIMIT, "out of memory");
    if (!all->n)
        return err_set(e, ERR_FORMAT, "the reader returned nothing");
    qsort(all->p, all->n, sizeof *all->p, by_number);
    for (size_t i = 0; i < all->n; i++)
        record[i] = all->p[i].record;
    while (!(*out = store_many(store, record, n, bytes, e)) && e->code == ERR_LIMIT && n > 1)
        n -= (n + 3) / 4;
    if (!*out)
        return -1;
    if (n < all->n) {
        (*out)->arena.budget += NOTE_BYTES;
        facts_remark(*out, NOTE_INCOMPLETE, STR(""),
                     "%zu of %zu pieces of the tree are left out: their facts do not fit into %zu MB; raise "
                     "--max-memory",
                     all->n - n, all->n, bytes >> 20);
    }
    return 0;
}

int tree_read(const struct read_layer *job, const struct blob *dir, unsigned at_once,
              const struct proc_limits *limits, struct store *store, struct facts **out, struct err *e)
{
    struct read_layer share[READERS_MOST];
    struct task task[READERS_MOST];
    struct pieces all = { 0 };
    uint32_t n = at_once < 1 ? 1 : MIN(at_once, (unsigned)READERS_MOST);
    int r = 0;

    if (reader_load(e) < 0)
        return -1;
    for (uint32_t i = 0; i < n; i++) {
        share[i] = *job;
        share[i].reader = i;
        share[i].readers = n;
        task[i] = (struct task){
            .open = open_dir, .fn = read_layer, .arg = &share[i], .owner = (void *)(uintptr_t)dir
        };
    }
    pool_run(task, n, n, limits, NULL, NULL);
    for (uint32_t i = 0; i < n; i++) {
        struct str frames = buf_view(&task[i].result);
        if (r == 0 && task[i].err.code)
            *e = task[i].err;
        if (r == 0 && (task[i].err.code || store_bytes(store, &task[i].result, e) < 0 ||
                       add_pieces(&all, i, frames, e) < 0))
            r = -1;
        buf_free(&task[i].result);
    }
    r = r < 0 ? -1 : join(&all, 2 * job->limits.memory, store, out, e);
    free(all.p);
    return r;
}
