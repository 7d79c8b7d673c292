/* package.h - the checks on packages: a known vulnerability in one, by what the package is. They have no
 * judge: advisories decide, which scan/advisories.c matches. */
#pragma once
#include "rule/rule.h"

/* Which of them a package's vulnerability is: a container engine's is an escape (E1), Redis' is T6 ... by
 * name or source, else by type. */
const struct check *package_check(const struct package *p);
/* The distribution's release is no longer supported. */
const struct check *package_check_end_of_life(void);
/* The release line of a program that the distribution did not bring. */
const struct check *package_check_end_of_life_program(void);
