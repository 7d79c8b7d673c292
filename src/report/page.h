/* page.h - paragraphs on a terminal: wrapped to its width, coloured when allowed, and safe, as every text
 * goes through text_safe on its way. A paragraph is collected piece by piece and then laid out. */
#pragma once
#include "core/buf.h"
#include "core/text.h"

enum style { PLAIN, BOLD, DIM, RED, YELLOW, BLUE, GREEN, CYAN, LOUD, STYLES, KEEP = 64 };

/* KEEP, added to a style: no line ends at the blanks of this piece, unless it is longer than a line. */

/* Signs with a spelling for terminals that read UTF-8 and one for those that may not. */
#define GLYPHS(X)       \
    X(BULLET, "•", "*") \
    X(BAD, "✗", "x")    \
    X(GOOD, "✓", "ok")  \
    X(DOT, "·", "-")    \
    X(DASH, "—", "-")   \
    X(TIMES, "×", "x")  \
    X(MORE, "…", "...") \
    X(TO, "→", "->")
#define GLYPH_ENUM(id, utf8, ascii) GLYPH_##id,
enum glyph { GLYPHS(GLYPH_ENUM) GLYPH_COUNT };

struct page {
    FILE *to;
    unsigned width;
    bool color, ascii;
    struct buf text, style; /* of the paragraph: a byte of style for each byte of text */
    bool failed;            /* something could not be written or kept */
};
#define AUTO_PAGE CLEANUP(page_free)
/* `width` 0: 80; kept within what can be read. The file is borrowed. */
void page_init(struct page *p, FILE *to, unsigned width, bool color, bool ascii);
void page_free(struct page *p);

/* Add to the paragraph: any text; words of our own; a sign; blanks up to a column of the paragraph. */
void page_add(struct page *p, unsigned s, struct str text);
void page_say(struct page *p, unsigned s, const char *fmt, ...) PRINTF(3, 4);
void page_sign(struct page *p, unsigned s, enum glyph g);
void page_tab(struct page *p, unsigned column);

/* Lay it out: the first line indented by `first`, the others by `rest`. */
void page_end(struct page *p, unsigned first, unsigned rest);
void page_gap(struct page *p); /* an empty line */
