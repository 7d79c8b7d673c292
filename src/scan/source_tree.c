#include "scan/source_tree.h"

#include "source/recognise.h"
#include "source/render.h"

static struct str base_of(struct str path)
{
    struct str dir, base;

    str_rsplit(path, '/', &dir, &base);
    return base;
}

bool tree_is_history(struct str path)
{
    bool git = str_starts(path, STR(".git/")) || str_has(path, STR("/.git/"));

    if (git && str_one_of(base_of(path), "objects lfs"))
        return true;
    return path_matches(STR("**/.hg/store"), path) || path_matches(STR("**/.svn/pristine"), path);
}

bool tree_may_be_document(struct str path)
{
    return !recognise_foreign(path) &&
           (recognise_name(path) || render_kind(base_of(path)) || parser_for_document("configuration", path));
}

const char *tree_document_kind(struct str path, struct str body)
{
    enum rendered kind = render_kind(base_of(path));

    if (kind)
        return render_name(kind);
    if (parser_for_document("configuration", path))
        return "configuration";
    return recognise_name(path) ? recognise_document(path, body) : NULL;
}

size_t tree_without_documents(const struct parser **parser, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (!parser[i]->document)
            parser[kept++] = parser[i];
    return kept;
}
