#include "parse/headers.h"

bool headers_next(struct headers *h, struct header *out)
{
    struct str line, name, value;

    while (str_cut(&h->rest, '\n', &line)) {
        h->line++;
        if (!str_trim(line).n)
            return false;
        if (line.p[0] == ' ' || line.p[0] == '\t' || !str_split(line, ':', &name, &value))
            continue;
        *out = (struct header){ str_trim(name), value, h->line };
        while (h->rest.n && (h->rest.p[0] == ' ' || h->rest.p[0] == '\t') && str_cut(&h->rest, '\n', &line)) {
            h->line++;
            out->value.n = (size_t)(line.p + line.n - value.p);
        }
        out->value = str_trim(out->value);
        return true;
    }
    return false;
}
