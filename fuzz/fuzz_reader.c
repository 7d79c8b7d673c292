/* fuzz_reader.c - what runs in a confined job, over a file: FUZZ_READER is read_layer or read_archive. What
 * it returns (proc_return is replaced by the linker) must be frames that hold records. */
#include "fuzz.h"

#include "model/record.h"
#include "scan/reader.h"

#include <sys/mman.h>

#ifndef FUZZ_READER
#error "define FUZZ_READER"
#endif
#define JOB_(name) struct name
#define JOB(name)  JOB_(name)

int __wrap_proc_return(struct str frame, struct err *e);
int __wrap_proc_return(struct str frame, struct err *e)
{
    AUTO_FACTS struct facts f = FACTS(64u << 20);

    if (record_decode(frame, &f, e) < 0)
        abort();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_BLOB struct blob blob = { BLOB_FILE, memfd_create("fuzz", MFD_CLOEXEC), 0, size };
    JOB(FUZZ_READER) job = { .limits = LIMITS_DEFAULT };
    struct err e = { 0 };

    job.limits.bytes = 4u << 20;
    job.limits.document_bytes = 1u << 20;
    if (blob.fd < 0 || (size && write(blob.fd, data, size) != (ssize_t)size))
        abort();
    must_say(FUZZ_READER(&job, &blob, &e), &e);
    return 0;
}
