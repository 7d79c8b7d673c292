#include "cmd/screen.h"

#include <sys/ioctl.h>

static bool wants_color(const char *color, FILE *to)
{
    const char *no = getenv("NO_COLOR");

    if (color && !strcmp(color, "always"))
        return true;
    return !(color && !strcmp(color, "never")) && !(no && *no) && isatty(fileno(to));
}

/* A terminal whose locale is not UTF-8 shows garbage; files and pipes are UTF-8 by contract. */
static bool wants_ascii(FILE *to)
{
    static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

    if (!isatty(fileno(to)))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct str value = str_of(getenv(names[i])), lang, charset;
        if (!value.n)
            continue;
        str_split(value, '.', &lang, &charset);
        return !str_eq_nocase(charset, STR("UTF-8")) && !str_eq_nocase(charset, STR("utf8"));
    }
    return true;
}

static unsigned width_of(FILE *to)
{
    struct winsize w;

    return ioctl(fileno(to), TIOCGWINSZ, &w) == 0 && w.ws_col ? w.ws_col : 100;
}

struct screen screen_of(FILE *to, const char *color)
{
    return (struct screen){ wants_color(color, to), wants_ascii(to), width_of(to) };
}
