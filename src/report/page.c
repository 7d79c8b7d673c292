#include "report/page.h"

#include <stdarg.h>

enum { PARAGRAPH_MOST = 1 << 20, WIDTH_LEAST = 40, WIDTH_MOST = 120 };

static const char *const escape[STYLES] = {
    [PLAIN] = "",         [BOLD] = "\033[1m",    [DIM] = "\033[2m",
    [RED] = "\033[31m",   [YELLOW] = "\033[33m", [BLUE] = "\033[34m",
    [GREEN] = "\033[32m", [CYAN] = "\033[36m",   [LOUD] = "\033[1;31m",
};
#define GLYPH_ROW(id, utf8, ascii) { STR(utf8), STR(ascii) },
static const struct {
    struct str utf8, ascii;
} glyphs[GLYPH_COUNT] = { GLYPHS(GLYPH_ROW) };

void page_init(struct page *p, FILE *to, unsigned width, bool color, bool ascii)
{
    width = width ? width : 80;
    width = width < WIDTH_LEAST ? WIDTH_LEAST : width > WIDTH_MOST ? WIDTH_MOST : width;
    *p = (struct page){ .to = to,
                        .width = width,
                        .color = color,
                        .ascii = ascii,
                        .text = BUF(PARAGRAPH_MOST),
                        .style = BUF(PARAGRAPH_MOST) };
}

void page_free(struct page *p)
{
    buf_free(&p->text);
    buf_free(&p->style);
}

/* The new end of the text has this style. */
static void paint(struct page *p, unsigned s)
{
    while (p->style.n < p->text.n && buf_ok(&p->style))
        buf_char(&p->style, (char)s);
}

void page_add(struct page *p, unsigned s, struct str text)
{
    text_safe(&p->text, text, p->ascii);
    paint(p, s);
}

void page_say(struct page *p, unsigned s, const char *fmt, ...)
{
    char text[1024];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    page_add(p, s, str_of(text));
}

void page_sign(struct page *p, unsigned s, enum glyph g)
{
    buf_str(&p->text, p->ascii ? glyphs[g].ascii : glyphs[g].utf8);
    paint(p, s);
}

void page_tab(struct page *p, unsigned column)
{
    size_t at = text_columns(buf_view(&p->text));

    while (at++ < column)
        buf_char(&p->text, ' ');
    paint(p, PLAIN);
}

static void put(struct page *p, const char *bytes, size_t n)
{
    p->failed |= fwrite(bytes, 1, n, p->to) != n;
}

static void blanks(struct page *p, unsigned n)
{
    while (n--)
        put(p, " ", 1);
}

/* text[from .. to) with its styles. */
static void put_line(struct page *p, size_t from, size_t to)
{
    char now = PLAIN;

    for (size_t i = from; i < to; i++) {
        char want = p->color ? (char)(p->style.p[i] & ~KEEP) : (char)PLAIN;
        if (want != now) {
            if (now != PLAIN)
                put(p, "\033[0m", 4);
            put(p, escape[(int)want], strlen(escape[(int)want]));
            now = want;
        }
        put(p, &p->text.p[i], 1);
    }
    if (now != PLAIN)
        put(p, "\033[0m", 4);
    put(p, "\n", 1);
}

/* Where the line that begins at `from` ends when it has `room` columns: at the last blank; in a word that is
 * longer than that, behind a "/" or, without one, wherever it is full. */
static size_t line_end(const struct page *p, size_t from, unsigned room)
{
    size_t at = from, columns = 0, blank = 0, slash = 0;

    while (at < p->text.n) {
        size_t n = utf8_at(str_skip(buf_view(&p->text), at), NULL);
        n = n ? n : 1;
        columns += text_columns((struct str){ p->text.p + at, n });
        if (columns > room && p->text.p[at] != ' ')
            break;
        if (p->text.p[at] == ' ' && columns > room / 3 && !(p->style.p[at] & KEEP))
            blank = at;
        at += n;
        if (p->text.p[at - 1] == '/' && columns > room / 2)
            slash = at;
    }
    if (at >= p->text.n)
        return p->text.n;
    return blank ? blank : slash ? slash : at > from ? at : from + 1;
}

void page_end(struct page *p, unsigned first, unsigned rest)
{
    p->failed |= !buf_ok(&p->text) || !buf_ok(&p->style);
    size_t at = 0;
    for (unsigned indent = first; !p->failed && at < p->text.n; indent = rest) {
        size_t end = line_end(p, at, p->width > indent + 10 ? p->width - indent : 10);
        size_t shown = end;
        while (shown > at && p->text.p[shown - 1] == ' ')
            shown--;
        blanks(p, indent);
        put_line(p, at, shown);
        for (at = end; at < p->text.n && p->text.p[at] == ' ';)
            at++;
    }
    buf_clear(&p->text);
    buf_clear(&p->style);
}

void page_gap(struct page *p)
{
    put(p, "\n", 1);
}
