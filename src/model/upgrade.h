/* upgrade.h - the update that ends a vulnerability: from which version to which, and the command that does it. */
#pragma once
#include "core/arena.h"
#include "model/finding.h"
#include "model/version/version.h"

/* The order of the package's versions; NULL: not known. */
const struct version_scheme *upgrade_scheme(const struct vulnerability *v);

/* One line to paste that brings the package to version `to` (or the newest of its release, where the package manager
 * knows no other): "apt-get install --only-upgrade libssl3". Empty where there is none, and for names and versions with
 * characters that a shell could take for its own: they are the image's, and the line is for somebody's terminal. */
struct str upgrade_command(struct arena *a, const struct vulnerability *v, struct str to) MUST_USE;
