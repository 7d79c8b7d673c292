/* inventory.c - see the header. */
#include "core/str.h"
