/* feed_tables.c - scores of vulnerabilities in tables of our own, one a line with tabs between the columns:
 *   cvss.tsv   CVE, vector of version 2, of version 3, of version 4
 *   epss.tsv   CVE, probability, percentile (not used)
 *   kev.tsv    CVE, date it was added, 1 when ransomware uses it */
#include "advisory/feed.h"

struct columns {
    struct str id, more[3];
};

static bool fill_cvss(struct columns *c, struct advisory *a)
{
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(c->more); i++)
        if (c->more[i].n)
            c->more[n++] = c->more[i];
    a->source = STR("cvss");
    a->cvss = (struct strs){ c->more, n };
    return n;
}

static bool fill_epss(struct columns *c, struct advisory *a)
{
    a->source = STR("epss");
    return a->has_epss = feed_millionths(c->more[0], &a->epss_ppm);
}

static bool fill_kev(struct columns *c, struct advisory *a)
{
    a->source = STR("kev");
    a->kev_added = c->more[0];
    a->kev_ransomware = str_eq(c->more[1], STR("1"));
    return a->kev_added.n;
}

static const struct {
    struct str name;
    bool (*fill)(struct columns *c, struct advisory *a); /* false: the row says nothing */
} tables[] = { { STR("cvss.tsv"), fill_cvss }, { STR("epss.tsv"), fill_epss }, { STR("kev.tsv"), fill_kev } };

static size_t table_of(struct str path)
{
    size_t i = 0;

    while (i < ARRAY_LEN(tables) && !str_ends(path, tables[i].name))
        i++;
    return i;
}

static bool recognises(struct str path, struct str start)
{
    return table_of(path) < ARRAY_LEN(tables) && str_starts(start, STR("CVE-"));
}

static int read_tables(const struct feed_input *in, struct feed_sink *to, struct err *e)
{
    struct str rest = in->body, line;
    size_t table = table_of(in->path);

    if (table == ARRAY_LEN(tables))
        return err_set(e, ERR_FORMAT, "none of the tables that are known");
    for (unsigned n = 1; str_cut(&rest, '\n', &line); n++) {
        struct columns c = { 0 };
        struct advisory a = { 0 };
        if (!line.n)
            continue;
        (void)str_cut(&line, '\t', &c.id);
        for (size_t i = 0; i < ARRAY_LEN(c.more); i++)
            (void)str_cut(&line, '\t', &c.more[i]);
        if (!str_starts(c.id, STR("CVE-")) || line.p)
            return err_set(e, ERR_FORMAT, "line %u: not a row of " STR_FMT, n, STR_ARG(tables[table].name));
        a.id = c.id;
        if (!tables[table].fill(&c, &a))
            to->skip(to, c.id, "a row without a value");
        else if (to->advisory(to, &a, NULL, 0, e) < 0)
            return -1;
    }
    return 0;
}

const struct feed feed_tables = {
    .name = "tables",
    .what = "cvss.tsv, epss.tsv, kev.tsv: scores in tables, a line for each CVE",
    .recognises = recognises,
    .max_size = 256u << 20,
    .read = read_tables,
};
