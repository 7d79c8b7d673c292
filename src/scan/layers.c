/* layers.c - a file is read by two jobs side by side: one that parses, and one that does nothing but compare
 * the digest. So the digest's word is good even if a layer takes over the reader, and a single large layer
 * keeps two processors busy. What can be read only once (a download) is hashed by the reader on the way. */
#include "scan/layers.h"

#include "scan/pool.h"

/* One layer that has to be read, for all images that have it. */
struct job {
    struct source_layer *layer;
    struct read_layer read, verify;
    struct task *reading, *verifying; /* verifying may be NULL */
};

struct str layer_key(const struct source_layer *l, bool no_verify)
{
    if (l->directory)
        return STR_NONE;
    return l->digest.n ? l->digest : no_verify ? STR_NONE : l->diff_id;
}

static bool from_cache(const struct layers_options *o, struct source_layer *l)
{
    AUTO_BUF struct buf record = BUF(0);
    struct err ignored;

    if (!cache_get(o->cache, layer_key(l, o->no_verify), &record))
        return false;
    l->facts = store_facts(o->store, &record, buf_view(&record), &ignored);
    l->kept = l->facts;
    return l->kept;
}

static int open_layer(struct task *t, struct blob *out, struct err *e)
{
    const struct source_layer *l = ((struct job *)t->owner)->layer;

    return l->open(l, out, e);
}

static int layer_ended(struct task *t, struct err *e)
{
    const struct source_layer *l = ((struct job *)t->owner)->layer;

    return l->finish ? l->finish(l, e) : 0;
}

static struct task *add_task(struct task *tasks, size_t *n, struct job *j, proc_fn *fn,
                             struct read_layer *arg, uint64_t size)
{
    tasks[*n] = (struct task){
        .size = size, .open = open_layer, .ended = layer_ended, .fn = fn, .arg = arg, .owner = j
    };
    return &tasks[(*n)++];
}

static void plan(struct job *j, struct source_layer *l, const struct layers_options *o, struct task *tasks,
                 size_t *n)
{
    bool verified = layer_key(l, o->no_verify).n, apart = verified && !l->once;
    struct read_layer whole = { *o->limits, o->secrets, l->digest, l->diff_id },
                      parse = { *o->limits, o->secrets, { 0 }, { 0 } };

    *j = (struct job){ .layer = l, .read = apart || !verified ? parse : whole, .verify = whole };
    j->reading = add_task(tasks, n, j, read_layer, &j->read, l->size);
    if (apart) /* hashing takes about a third of unpacking */
        j->verifying = add_task(tasks, n, j, verify_layer, &j->verify, l->size / 3);
}

static void take_result(const struct layers_options *o, struct job *j)
{
    struct source_layer *l = j->layer;
    struct str rest = buf_view(&j->reading->result), frame = { 0 };
    struct err e = j->reading->err;

    if (!e.code && j->verifying)
        e = j->verifying->err;
    if (!e.code && !proc_frame(&rest, &frame))
        err_set(&e, ERR_FORMAT, "the reader returned nothing");
    if (!e.code)
        l->facts = store_facts(o->store, &j->reading->result, frame, &e);
    if (l->facts)
        l->kept = cache_put(o->cache, layer_key(l, o->no_verify), frame);
    else
        l->why_not = arena_str(o->arena, str_of(e.text));
    buf_free(&j->reading->result);
    if (j->verifying)
        buf_free(&j->verifying->result);
}

static void draw_progress(void *ctx, size_t done, size_t n)
{
    const struct layers_options *o = ctx;

    fprintf(stderr, "\r\033[K%.60s: %zu of %zu", o->progress, done, n);
    if (done == n)
        fputs("\r\033[K", stderr);
}

/* The same layer among those that are read: of another image, or twice in one. */
static const struct source_layer *twin_of(const struct layers_options *o, const struct job *jobs, size_t n,
                                          const struct source_layer *l)
{
    for (size_t i = 0; i < n && layer_key(l, o->no_verify).n; i++)
        if (str_eq(layer_key(jobs[i].layer, o->no_verify), layer_key(l, o->no_verify)))
            return jobs[i].layer;
    return NULL;
}

int layers_read(const struct layers *all, const struct layers_options *o, struct err *e)
{
    AUTO_FREE struct job *jobs = calloc(all->n + 1, sizeof *jobs);
    AUTO_FREE struct task *tasks = calloc(2 * all->n + 1, sizeof *tasks);
    struct layers_options mine = *o;
    size_t n = 0, n_tasks = 0;

    if (!jobs || !tasks)
        return err_set(e, ERR_LIMIT, "out of memory");
    for (size_t i = 0; i < all->n; i++) {
        struct source_layer *l = all->p[i];
        if (!l->facts && !l->why_not.n && !from_cache(o, l) && !twin_of(o, jobs, n, l))
            plan(&jobs[n++], l, o, tasks, &n_tasks);
    }
    if (n && reader_load(e) < 0)
        return -1;
    pool_run(tasks, n_tasks, o->jobs, o->proc_limits, o->progress ? draw_progress : NULL, &mine);
    for (size_t i = 0; i < n; i++)
        take_result(o, &jobs[i]);
    for (size_t i = 0; i < all->n; i++) {
        struct source_layer *l = all->p[i];
        const struct source_layer *twin = l->facts || l->why_not.n ? NULL : twin_of(o, jobs, n, l);
        if (twin) {
            l->facts = twin->facts;
            l->kept = twin->kept;
            l->why_not = twin->why_not;
        }
    }
    return 0;
}
