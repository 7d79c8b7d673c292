/* feed_kev.c - CISA's catalogue of known exploited vulnerabilities (JSON): says nothing of packages. */
#include "advisory/feed.h"
#include "doc/doc.h"

static bool recognises(struct str path, struct str start)
{
    return str_ends(path, STR(".json")) && str_has(start, STR("\"catalogVersion\"")) &&
           str_has(start, STR("\"vulnerabilities\""));
}

static int read_kev(const struct feed_input *in, struct feed_sink *to, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(128u << 20);
    struct doc *root;

    if (doc_json(in->body, &a, &root, e) < 0)
        return -1;
    struct str released = doc_text(doc_get(root, "dateReleased"));
    struct str source =
        arena_fmt(&a, "kev%s" STR_FMT, released.n ? "@" : "", STR_ARG(str_first(released, 10)));
    DOC_EACH (doc_get(root, "vulnerabilities"), d) {
        struct str ransom = doc_text(doc_get(d, "knownRansomwareCampaignUse"));
        struct advisory v = { .id = doc_text(doc_get(d, "cveID")),
                              .source = source,
                              .title = doc_text(doc_get(d, "vulnerabilityName")),
                              .kev_added = doc_text(doc_get(d, "dateAdded")),
                              .kev_ransomware = str_eq(ransom, STR("Known")) };
        if (!v.id.n || !v.kev_added.n)
            to->skip(to, v.id.n ? v.id : STR("kev"), "an entry without id or date");
        else if (to->advisory(to, &v, NULL, 0, e) < 0)
            return -1;
    }
    return 0;
}

const struct feed feed_kev = {
    .name = "kev",
    .what = "CISA's catalogue of known exploited vulnerabilities (JSON)",
    .recognises = recognises,
    .max_size = 64u << 20,
    .read = read_kev,
};
