/* zip.h - the members of a ZIP archive that is in memory (PKWARE's APPNOTE, with ZIP64), by its central
 * directory, as programs that run from it do. Bytes before the archive are allowed: programs that unpack
 * themselves. Nothing is believed: every place is checked against the file, what a member claims to hold is
 * compared with what it holds, and members that together claim more packed bytes than there are overlap. */
#pragma once
#include "core/buf.h"
#include "core/err.h"

struct zip {
    struct str file;
    struct str rest;  /* of the central directory */
    uint64_t left;    /* entries in it */
    uint64_t before;  /* bytes before the archive: its offsets count from there */
    uint64_t claimed; /* packed bytes of the members so far */
};

struct zip_member {
    struct str name;           /* as written: may climb or have any bytes */
    uint64_t packed, size, at; /* at: of its own head, from the file's start */
    uint32_t method;           /* 0 stored, 8 deflated */
    bool encrypted;
};

/* Find the directory. ERR_FORMAT when the file is no archive or is cut off. */
int zip_open(struct zip *z, struct str file, struct err *e) MUST_USE;
/* 1 a member, 0 the end, -1 the directory is damaged or hostile. */
int zip_next(struct zip *z, struct zip_member *out, struct err *e) MUST_USE;
/* What the member holds: a view into the file when it is stored, else unpacked to the end of *to, whose
 * maximum bounds it (ERR_LIMIT). */
int zip_read(const struct zip *z, const struct zip_member *m, struct buf *to, struct str *out,
             struct err *e) MUST_USE;
