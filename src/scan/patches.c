#include "scan/patches.h"

#include "threat/patch.h"

enum { PATCH_MOST = 256 << 10 };

/* ---- in the job ---- */

/* A frame for each fix: how many of its findings the edit does not close, and the edit. */
static int make(void *arg, const struct blob *in UNUSED, struct err *e)
{
    const struct model *m = arg;
    AUTO_PATCH_DOCUMENT struct patch_document last = PATCH_DOCUMENT;

    for (size_t i = 0; i < m->fix.n; i++) {
        AUTO_BUF struct buf edit = BUF(PATCH_MOST), frame = BUF(PATCH_MOST + 16);
        size_t missed = 0;
        if (patch_make(m, m->fix.p[i].finding, m->fix.p[i].n_finding, &last, &edit, &missed, e) < 0)
            return -1;
        buf_varint(&frame, missed);
        buf_str(&frame, buf_view(&edit));
        if (proc_return(buf_view(&frame), e) < 0)
            return -1;
    }
    return 0;
}

/* ---- in the parent ---- */

/* Whole or not at all. */
static int take(struct model *m, struct fix *f, struct str frame, struct err *e)
{
    uint64_t missed;

    if (!take_varint(&frame, &missed))
        return err_set(e, ERR_FORMAT, "the edits make no sense");
    if (!missed && frame.n) {
        f->patch = arena_str(&m->arena, frame);
        return f->patch.p ? 0 : err_set(e, ERR_LIMIT, "the model is full");
    }
    f->by_hand = missed < f->n_finding ? arena_fmt(&m->arena, "%zu of %zu places have no exact edit",
                                                   (size_t)missed, f->n_finding)
                                       : STR("no exact edit of the documents is known");
    return 0;
}

static int run(struct model *m, const struct proc_limits *limits, struct err *e)
{
    static const struct blob none = BLOB;
    AUTO_PROC struct proc p = PROC;
    struct str frame;

    if (proc_start(&p, &none, limits, make, m, e) < 0 || proc_join(&p, e) < 0)
        return -1;
    struct str rest = buf_view(&p.result);
    for (size_t i = 0; i < m->fix.n; i++)
        if (!proc_frame(&rest, &frame))
            return err_set(e, ERR_FORMAT, "edits are missing");
        else if (take(m, &m->fix.p[i], frame, e) < 0)
            return -1;
    return 0;
}

void patches_make(struct model *m, const struct proc_limits *limits)
{
    struct err why = { 0 };

    if (m->deployment.n && m->fix.n && run(m, limits, &why) < 0)
        model_incomplete(m, STR("fixes"), "their exact edits are not known: %s", why.text);
}
