/* source_tree.h - what is particular about the files of a source tree, for the job that reads it. */
#pragma once
#include "model/entries.h"
#include "parse/parse.h"

/* Does the directory hold what version control keeps of earlier versions? It is packed, and not of what is
 * there now. */
bool tree_is_history(struct str path);

/* Could it be a document of a deployment, by its path? Others need not be opened. */
bool tree_may_be_document(struct str path);
/* The kind for its FACT_DOCUMENT; NULL: it is none. */
const char *tree_document_kind(struct str path, struct str body);
/* Drop the parsers that understand documents, which need more than this file; how many are left. */
size_t tree_without_documents(const struct parser **parser, size_t n);
