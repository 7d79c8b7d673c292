/* screen.h - what can be written to: colours, signs and width of the terminal that a file is, or is not. */
#pragma once
#include "report/page.h"

struct screen {
    bool color, ascii;
    unsigned width;
};
/* `color`: "always", "never", or NULL and "auto": on a terminal, unless NO_COLOR is set. */
struct screen screen_of(FILE *to, const char *color);
