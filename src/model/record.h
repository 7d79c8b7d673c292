/* record.h - facts as bytes: what a confined worker returns, what the cache keeps by digest and what workers
 * send each other. One thing, three uses.
 *
 * Encoding: magic, schema number (a hash of all field tables: any change of a kind makes old records
 * unreadable on purpose), then for every kind a count and the facts, field after field: texts as length and
 * bytes, lists as count and texts, numbers as varints, booleans as one byte; at the end an XXH3 checksum
 * against damage. Chosen over protobuf-c because the schema is the field tables themselves, decoding makes no
 * copies of text, and one table drives encoding, validation, JSON and tests. */
#pragma once
#include "core/buf.h"
#include "model/fact.h"

/* Append the record of *f to *out. ERR_LIMIT when the buffer's maximum is reached. */
int record_encode(const struct facts *f, struct buf *out, struct err *e) MUST_USE;

/* Fill *f from a record: every length, count and value is checked, nothing is believed. Texts in *f are views
 * into `record`, which must live as long. On error *f is to be freed as usual. */
int record_decode(struct str record, struct facts *f, struct err *e) MUST_USE;

/* The same of several, one after the other as one: facts of all of them. */
int records_decode(const struct str *record, size_t n, struct facts *f, struct err *e) MUST_USE;

/* The schema number: changes with any field of any kind. */
uint64_t record_schema(void);
