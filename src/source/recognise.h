/* recognise.h - what kind of document of a deployment a file is: by its name, or by words in it that only
 * that kind has. A look at bytes, no reading: what it is in truth, the parser says. */
#pragma once
#include "core/str.h"

/* "compose", "kubernetes", "dockerfile", "inspect", "oci" (see struct parser.document); NULL: none of these.
 */
const char *recognise_document(struct str path, struct str body);
/* Is it a bill of materials: CycloneDX, SPDX, Syft's JSON? */
bool recognise_sbom(struct str body);
/* Could it be one, by its name? Others need not be opened. */
bool recognise_name(struct str path);
/* Is it of other people's making, or of no interest: hundreds of files that nobody deploys from here? */
bool recognise_foreign(struct str path);
/* Is it the file that Compose reads when none is named? 0: no; else its rank, 1 goes first. */
unsigned recognise_compose_default(struct str base);
/* Does Compose merge it over that one by itself? */
bool recognise_compose_override(struct str base);
