/* feed_epss.c - EPSS: how probable it is that a vulnerability will be exploited, as FIRST publishes it:
 *   #model_version:v2025.03.14,score_date:2030-01-01T00:00:00+0000
 *   cve,epss,percentile
 *   CVE-2030-0001,0.00344,0.5 */
#include "advisory/feed.h"

static bool recognises(struct str path, struct str start)
{
    return str_ends(path, STR(".csv")) &&
           (str_starts(start, STR("#model_version:")) || str_starts(start, STR("cve,epss")));
}

/* "epss@2030-01-01" by the comment's date. */
static struct str source_of(struct str comment, char *room, size_t n)
{
    ptrdiff_t at = str_find(comment, STR("score_date:"));
    struct str date = at < 0 ? STR_NONE : str_first(str_skip(comment, (size_t)at + 11), 10);
    int length = snprintf(room, n, "epss%s" STR_FMT, date.n ? "@" : "", STR_ARG(date));

    return (struct str){ room, length < 0 ? 0 : MIN((size_t)length, n - 1) };
}

static int read_epss(const struct feed_input *in, struct feed_sink *to, struct err *e)
{
    struct str rest = in->body, line, source = STR("epss");
    char room[32];

    while (str_cut(&rest, '\n', &line)) {
        struct advisory a = { .has_epss = true };
        struct str tail, probability, percentile;
        line = str_trim(line);
        if (str_starts(line, STR("#")))
            source = source_of(line, room, sizeof room);
        if (!line.n || line.p[0] == '#' || str_starts(line, STR("cve,")))
            continue;
        str_split(line, ',', &a.id, &tail);
        str_split(tail, ',', &probability, &percentile);
        a.source = source;
        if (!str_starts(a.id, STR("CVE-")) || !feed_millionths(probability, &a.epss_ppm))
            to->skip(to, str_first(line, 60), "not an id and a number from 0 to 1");
        else if (to->advisory(to, &a, NULL, 0, e) < 0)
            return -1;
    }
    return 0;
}

const struct feed feed_epss = {
    .name = "epss",
    .what = "EPSS, the probability of being exploited (CSV)",
    .recognises = recognises,
    .max_size = 256u << 20,
    .read = read_epss,
};
