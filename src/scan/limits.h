/* limits.h - every limit has a name, a default and an option (see cmd/scan.c). Hitting one is reported. */
#pragma once
#include "io/proc.h"
#include "io/stream.h"

struct limits {
    uint64_t bytes;          /* uncompressed, one layer */
    uint64_t ratio;          /* uncompressed:compressed */
    uint64_t entries;        /* of one layer */
    uint64_t document_bytes; /* manifests, indexes, configurations */
    uint64_t seconds;        /* wall time of one job */
    uint64_t memory;         /* address space of one job */
};
#define LIMITS_DEFAULT                                                                          \
    (struct limits)                                                                             \
    {                                                                                           \
        .bytes = 64ull << 30, .ratio = 1000, .entries = 10000000, .document_bytes = 8ull << 20, \
        .seconds = 900, .memory = 1ull << 30                                                    \
    }
