/* fuzz_version.c - every version scheme: the first byte picks one, the rest is "a", "b", "c" and a range,
 * between line ends. Whatever the bytes, what is told must be an order's: reflexive and antisymmetric. */
#include "fuzz.h"

#include "model/version/range.h"

static void must_be_an_order(const struct version_scheme *s, struct str a, struct str b)
{
    int ab = 0, ba = 0, aa = 0;
    int r = version_compare(s, a, b, &ab), q = version_compare(s, b, a, &ba);

    if (r != q || (r == 0 && ab != -ba))
        abort();
    if (version_compare(s, a, a, &aa) == 0 && aa != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str part[4] = { 0 }, rest;
    AUTO_FREE char *exact = exact_copy(data, size);

    if (size < 2)
        return 0;
    const struct version_scheme *s = version_schemes[data[0] % n_version_schemes];
    rest = (struct str){ exact + 1, size - 1 };
    for (size_t i = 0; i < ARRAY_LEN(part) && str_cut(&rest, '\n', &part[i]); i++)
        ;
    must_be_an_order(s, part[0], part[1]);
    must_be_an_order(s, part[1], part[2]);
    struct version_event events[] = { { EVENT_INTRODUCED, part[1] },
                                      { EVENT_FIXED, part[2] },
                                      { EVENT_LIMIT, part[3] } };
    if (version_in_range(s, part[0], events, 2 + (data[0] & 1)) > YES ||
        version_satisfies(s, part[3], part[0]) > YES || range_relations(s, part[3], part[0]) > YES)
        abort();
    return 0;
}
