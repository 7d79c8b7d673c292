#include "parse/short_form.h"

static bool is_range(struct str s)
{
    if (!s.n)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if ((s.p[i] < '0' || s.p[i] > '9') && s.p[i] != '-')
            return false;
    return true;
}

bool port_form(struct str word, struct port_form *out)
{
    struct str rest, head, tail;

    *out = (struct port_form){ .protocol = STR("tcp"), .host = true };
    if (str_split(word, '/', &rest, &tail))
        out->protocol = tail;
    if (str_starts(rest, STR("["))) {
        if (!str_split(str_skip(rest, 1), ']', &out->ip, &rest) || !str_starts(rest, STR(":")))
            return false;
        rest = str_skip(rest, 1);
    }
    str_rsplit(rest, ':', &head, &out->target);
    str_rsplit(head, ':', &tail, &out->published);
    if (!out->ip.n)
        out->ip = tail;
    return is_range(out->target) && (!out->published.n || is_range(out->published)) && out->protocol.n;
}

static bool is_drive(struct str s)
{
    return s.n > 2 && s.p[1] == ':' && ((s.p[0] | 0x20) >= 'a' && (s.p[0] | 0x20) <= 'z') &&
           (s.p[2] == '\\' || s.p[2] == '/');
}

/* Up to the next ":", which a Windows path may have behind its first letter. */
static struct str cut_part(struct str *rest)
{
    size_t n = is_drive(*rest) ? 2 : 0;

    while (n < rest->n && rest->p[n] != ':')
        n++;
    struct str part = str_first(*rest, n);
    *rest = str_skip(*rest, n + 1);
    return part;
}

bool volume_form(struct str word, struct volume_form *out)
{
    struct str first = cut_part(&word);

    *out = (struct volume_form){ .target = first };
    if (word.n) {
        out->source = first;
        out->target = cut_part(&word);
        out->options = word;
    }
    out->bind = out->source.n && (strchr("./~\\", out->source.p[0]) || is_drive(out->source));
    return out->target.n > 0;
}

bool option_given(struct str options, const char *word)
{
    struct str one;

    while (str_cut(&options, ',', &one))
        if (str_one_of(one, word))
            return true;
    return false;
}

struct str volume_propagation(struct str options)
{
    struct str one;

    while (str_cut(&options, ',', &one))
        if (str_one_of(one, "shared slave private rshared rslave rprivate"))
            return one;
    return STR_NONE;
}
