/* version.c - the registry of version schemes. */
#include "model/version/version.h"

#include "model/version/number.h"

#define SCHEME(name) extern const struct version_scheme scheme_##name;
#include "model/version/list.h"
#undef SCHEME
#define SCHEME(name) &scheme_##name,
const struct version_scheme *const version_schemes[] = {
#include "model/version/list.h"
};
#undef SCHEME
const size_t n_version_schemes = ARRAY_LEN(version_schemes);

/* Whatever the case, and with "-" for the blanks of "Rocky Linux". */
static bool same_name(struct str a, struct str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (to_lower(a.p[i]) != to_lower(b.p[i]) && !(a.p[i] == ' ' && b.p[i] == '-'))
            return false;
    return true;
}

static bool serves(const struct version_scheme *s, struct str ecosystem)
{
    struct str rest = str_of(s->also), one;

    if (same_name(ecosystem, str_of(s->name)))
        return true;
    while (str_cut(&rest, ' ', &one))
        if (one.n && same_name(ecosystem, one))
            return true;
    return false;
}

const struct version_scheme *version_scheme_for(struct str ecosystem)
{
    struct str name, release;

    str_split(ecosystem, ':', &name, &release);
    for (size_t i = 0; i < n_version_schemes; i++)
        if (serves(version_schemes[i], name))
            return version_schemes[i];
    return NULL;
}

int version_compare(const struct version_scheme *s, struct str a, struct str b, int *order)
{
    return s && a.n && b.n ? s->compare(a, b, order) : -1;
}

bool version_valid(const struct version_scheme *s, struct str version)
{
    int order;

    return version_compare(s, version, version, &order) == 0;
}
