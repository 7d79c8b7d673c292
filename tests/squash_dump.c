/* squash_dump - the file system that layers make together, as the program sees it: tests compare it with what
 * the kernel makes of the same tars. The layers (lowest first) are read in confined processes as in a scan.
 *
 *   squash_dump LAYER...      KIND MODE UID GID SIZE LAYER PATH [TARGET], tab-separated, in no order; remarks
 * go to standard error. KIND: f d l c b p s; PATH and TARGET must not hold tabs or newlines. */
#include "model/record.h"
#include "model/tree.h"
#include "scan/reader.h"

#include <fcntl.h>
#include <sys/stat.h>

enum { LAYERS_MOST = 64, RESULT_MOST = 64 << 20 };

struct read {
    struct buf record;
    struct facts facts;
};

static void remark(void *ctx, bool hostile UNUSED, struct str path, const char *what)
{
    fprintf(stderr, "%s: " STR_FMT ": %s\n", (const char *)ctx, STR_ARG(path), what);
}

static int read_one(const char *path, struct read *r, struct err *e)
{
    static const struct proc_limits limits = { 1ull << 30, 60, 60, RESULT_MOST };
    struct read_layer job = { .limits = LIMITS_DEFAULT };
    AUTO_BLOB struct blob in = { BLOB_FILE, open(path, O_RDONLY | O_CLOEXEC), 0, 0 };
    AUTO_PROC struct proc p = PROC;
    struct str rest, frame;
    struct stat st;

    if (in.fd < 0 || fstat(in.fd, &st) < 0)
        return err_errno(e, "%s", path);
    in.size = (uint64_t)st.st_size;
    if (proc_start(&p, &in, &limits, read_layer, &job, e) < 0 || proc_join(&p, e) < 0)
        return err_wrap(e, "%s", path);
    r->record = p.result;
    p.result = (struct buf){ 0 };
    rest = buf_view(&r->record);
    r->facts = (struct facts)FACTS(RESULT_MOST);
    if (!proc_frame(&rest, &frame) || record_decode(frame, &r->facts, e) < 0)
        return err_wrap(e, "%s: record", path);
    return 0;
}

static void dump(const struct tree *t)
{
    static const char letter[ENTRY_KINDS + 1] = "fdlhcbpswo";
    char path[ENTRY_PATH_MOST];

    for (node_id id = 0; (id = tree_next(t, id));) {
        struct entry en = tree_entry(t, id);
        printf("%c\t%o\t%u\t%u\t%llu\t%u\t" STR_FMT "\t" STR_FMT "\n", letter[en.kind], en.mode, en.uid,
               en.gid, (unsigned long long)en.size, (unsigned)tree_node(t, id)->layer,
               STR_ARG(tree_path(t, id, path)), STR_ARG(en.link));
    }
}

int main(int argc, char **argv)
{
    static struct read layer[LAYERS_MOST];
    struct tree *t = tree_new(256u << 20);
    struct err e = { 0 };

    if (argc > LAYERS_MOST || !t)
        return 2;
    if (reader_load(&e) < 0)
        goto failed;
    for (int i = 1; i < argc; i++) {
        if (read_one(argv[i], &layer[i], &e) < 0)
            goto failed;
        FACTS_EACH (&layer[i].facts, tree_fact, f)
            if (tree_apply(t, (uint32_t)i - 1, f->entries, remark, argv[i], &e) < 0)
                goto failed;
    }
    dump(t);
failed:
    if (e.code)
        fprintf(stderr, "squash_dump: %s\n", e.text);
    tree_free(&t);
    for (size_t i = 0; i < LAYERS_MOST; i++) {
        facts_free(&layer[i].facts);
        buf_free(&layer[i].record);
    }
    return e.code ? 1 : 0;
}
