/* feed_secdb.c - the security databases of Alpine, Wolfi and Chainguard: by source package, the version that
 * fixes what.
 *
 *   {"distroversion": "v3.20", "reponame": "main", "packages": [
 *       {"pkg": {"name": "hull", "secfixes": {"1.2-r3": ["CVE-2030-0001 GHSA-..."], "0": ["CVE-..."]}}}]}
 *
 * "0" means that the package never had it. Without distroversion the distribution has no releases; which one
 * it is, is in the prefix of its addresses. What is not fixed is not in there. */
#include "advisory/rows.h"

static bool recognises(struct str path, struct str start)
{
    return str_ends(path, STR(".json")) && str_has(start, STR("\"reponame\"")) &&
           (str_has(start, STR("\"packages\"")) || str_has(start, STR("\"distroversion\"")));
}

struct whose {
    struct str ecosystem, source;
};

static bool whose_is(const struct doc *root, struct arena *a, struct whose *out)
{
    struct str version = doc_text(doc_get(root, "distroversion"));
    struct str prefix = doc_text(doc_get(root, "urlprefix")), repo = doc_text(doc_get(root, "reponame"));

    if (version.n) {
        bool edge = str_eq(version, STR("edge")) || str_starts(version, STR("edge"));
        *out = (struct whose){ edge ? STR("Alpine:edge") : arena_fmt(a, "Alpine:" STR_FMT, STR_ARG(version)),
                               STR("alpine") };
        return out->ecosystem.p;
    }
    if (str_has(prefix, STR("wolfi")))
        *out = (struct whose){ STR("Wolfi"), STR("wolfi") };
    else if (str_has(prefix, STR("chainguard")) || str_has(repo, STR("chainguard")))
        *out = (struct whose){ STR("Chainguard"), STR("chainguard") };
    else
        return false;
    return true;
}

static bool is_cve(struct str id)
{
    return str_starts(id, STR("CVE-"));
}

/* One entry of a version's list: a CVE and its other names, or several that were fixed together. */
static int read_fix(const struct whose *w, struct str name, const struct doc *version,
                    const struct doc *words, struct arena *a, struct feed_sink *to, struct err *e)
{
    struct affected like = { .ecosystem = w->ecosystem, .name = name };
    struct rows rows = { .arena = a };
    struct strs ids;
    size_t cves = 0;

    like.says = str_eq(version->key, STR("0")) ? SAYS_NOT_AFFECTED : SAYS_AFFECTED;
    if (!rows_ids(a, doc_text(words), &ids))
        return err_set(e, ERR_LIMIT, "more than a database may have");
    if (!ids.n)
        to->skip(to, name, "a fix without an id");
    if ((like.says == SAYS_NOT_AFFECTED ? rows_add(&rows, &like, e)
                                        : rows_add_range(&rows, &like, STR("0"), version->key, e)) < 0)
        return -1;
    for (size_t i = 0; i < ids.n; i++)
        cves += is_cve(ids.p[i]);
    for (size_t i = 0; i < ids.n; i++) {
        struct advisory advisory = { .id = ids.p[i], .source = w->source };
        if (!i && cves <= 1)
            advisory.aliases = (struct strs){ ids.p + 1, ids.n - 1 };
        else if (cves <= 1 || !is_cve(ids.p[i]))
            continue;
        if (to->advisory(to, &advisory, rows.p, rows.n, e) < 0)
            return -1;
    }
    return 0;
}

static int read_package(const struct whose *w, const struct doc *pkg, struct arena *a, struct feed_sink *to,
                        struct err *e)
{
    struct str name = doc_text(doc_get(pkg, "name"));

    if (!name.n) {
        to->skip(to, w->ecosystem, "a package without a name");
        return 0;
    }
    DOC_EACH (doc_get(pkg, "secfixes"), version)
        DOC_EACH (version->kind == DOC_LIST ? version : NULL, ids)
            if (read_fix(w, name, version, ids, a, to, e) < 0)
                return -1;
    return 0;
}

static int read_secdb(const struct feed_input *in, struct feed_sink *to, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(256u << 20);
    struct whose w;
    struct doc *root;

    if (doc_json(in->body, &a, &root, e) < 0)
        return -1;
    if (!whose_is(root, &a, &w))
        return err_set(e, ERR_FORMAT, "neither distroversion nor a prefix that says whose it is");
    DOC_EACH (doc_get(root, "packages"), d)
        if (read_package(&w, doc_get(d, "pkg"), &a, to, e) < 0)
            return -1;
    return 0;
}

const struct feed feed_secdb = {
    .name = "secdb",
    .what = "security databases of Alpine, Wolfi and Chainguard (JSON)",
    .recognises = recognises,
    .max_size = 32u << 20,
    .read = read_secdb,
};
