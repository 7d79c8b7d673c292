/* license.h - licences as packages declare them, and what SBOM formats want: SPDX identifiers and expressions
 * where the words are such, and the words themselves where they are not. Nothing is guessed or rewritten. */
#pragma once
#include "core/str.h"

enum license_kind {
    LICENSE_WORDS,     /* neither of the others: "BSD-like", "GPLv2+", ids that we do not know */
    LICENSE_ID,        /* one SPDX identifier, spelled exactly */
    LICENSE_EXPRESSION /* a valid SPDX expression of known identifiers */
};
enum license_kind license_kind_of(struct str declared);
