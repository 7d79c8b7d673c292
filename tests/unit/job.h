/* job.h - a confined job, run and waited for, for the tests of what confines it and of what becomes of it. */
#pragma once
#include "io/proc.h"

#ifdef __has_feature
#define UNDER_ASAN __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define UNDER_ASAN 1
#else
#define UNDER_ASAN 0
#endif

static const struct proc_limits usual = {
    .memory = 256u << 20, .cpu_seconds = 20, .wall_seconds = 20, .result = 1u << 20
};
static const struct blob no_blob = BLOB;

/* Its first frame as text in *out; -1 and *e when the job failed. */
static int run_job(const struct blob *in, const struct proc_limits *limits, proc_fn *fn, char *out,
                   size_t room, struct err *e)
{
    AUTO_PROC struct proc p = PROC;
    struct str rest, frame = { 0 };

    out[0] = '\0';
    if (proc_start(&p, in, limits, fn, NULL, e) < 0 || proc_join(&p, e) < 0)
        return -1;
    rest = buf_view(&p.result);
    if (!proc_frame(&rest, &frame))
        return err_set(e, ERR_FORMAT, "no frame");
    snprintf(out, room, STR_FMT, STR_ARG(frame));
    return 0;
}
