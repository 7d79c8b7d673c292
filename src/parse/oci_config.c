/* oci_config.c - image configuration as OCI and Docker write it: how the image runs, its layers, its history.
 */
#include "parse/oci.h"

enum shape { TEXT, TEXTS, KEYS };
struct bind {
    const char *key;
    enum shape shape;
    size_t at;
};

static const struct bind top[] = {
    { "created", TEXT, offsetof(struct config, created) },
    { "author", TEXT, offsetof(struct config, author) },
    { "os", TEXT, offsetof(struct config, os) },
    { "architecture", TEXT, offsetof(struct config, arch) },
    { "variant", TEXT, offsetof(struct config, variant) },
};
static const struct bind inner[] = {
    { "User", TEXT, offsetof(struct config, user) },
    { "WorkingDir", TEXT, offsetof(struct config, workdir) },
    { "StopSignal", TEXT, offsetof(struct config, stop_signal) },
    { "Entrypoint", TEXTS, offsetof(struct config, entrypoint) },
    { "Cmd", TEXTS, offsetof(struct config, cmd) },
    { "Shell", TEXTS, offsetof(struct config, shell) },
    { "OnBuild", TEXTS, offsetof(struct config, onbuild) },
    { "ExposedPorts", KEYS, offsetof(struct config, ports) },
    { "Volumes", KEYS, offsetof(struct config, volumes) },
};
static const char *const top_keys[] = { "created", "author",  "os", "architecture", "variant", "config",
                                        "rootfs",  "history", NULL };
static const char *const inner_keys[] = { "User",    "WorkingDir",  "StopSignal", "Entrypoint",
                                          "Cmd",     "Shell",       "OnBuild",    "ExposedPorts",
                                          "Volumes", "Healthcheck", "Env",        "Labels",
                                          NULL };

static int bind_all(const struct doc *from, const struct bind *b, size_t n, struct arena *a,
                    struct config *to, struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        void *at = (char *)to + b[i].at;
        int r = b[i].shape == TEXT    ? oci_text(from, b[i].key, at, e)
                : b[i].shape == TEXTS ? oci_texts(from, b[i].key, a, at, e)
                                      : oci_keys(from, b[i].key, a, at, e);
        if (r < 0)
            return -1;
    }
    return 0;
}

/* The member when it is an object or missing; null counts as missing. */
static int object(const struct doc *from, const char *key, const struct doc **out, struct err *e)
{
    const struct doc *d = doc_get(from, key);

    *out = d && d->kind == DOC_OBJECT ? d : NULL;
    if (d && d->kind != DOC_OBJECT && d->kind != DOC_NULL)
        return err_set(e, ERR_FORMAT, "line %u: \"%s\" is not an object", d->line, key);
    return 0;
}

static int healthcheck(const struct doc *inner_doc, struct arena *a, struct config *to, struct err *e)
{
    const struct doc *check;

    if (object(inner_doc, "Healthcheck", &check, e) < 0)
        return -1;
    return oci_texts(check, "Test", a, &to->healthcheck, e);
}

static int diff_ids(const struct doc *root, struct arena *a, struct config *to, struct facts *out,
                    struct err *e)
{
    static const char *const keys[] = { "type", "diff_ids", NULL };
    const struct doc *rootfs, *list;

    if (object(root, "rootfs", &rootfs, e) < 0)
        return -1;
    oci_odd_case(rootfs, keys, out, STR("rootfs"));
    if (oci_list(rootfs, "diff_ids", &list, e) < 0 || oci_texts(rootfs, "diff_ids", a, &to->diff_ids, e) < 0)
        return -1;
    for (size_t i = 0; i < to->diff_ids.n; i++)
        if (!oci_digest_ok(to->diff_ids.p[i]))
            return err_set(e, ERR_FORMAT, "line %u: diff_ids: number %zu is not a sha256 or sha512 digest",
                           list->line, i + 1);
    return 0;
}

static int environment(const struct doc *from, const struct input *in, struct arena *a, struct facts *out,
                       struct err *e)
{
    struct strs list;

    if (oci_texts(from, "Env", a, &list, e) < 0)
        return -1;
    for (size_t i = 0; i < list.n; i++) {
        struct env_var v = { 0 };
        if (!str_split(list.p[i], '=', &v.name, &v.value))
            facts_remark(out, NOTE_UNUSUAL, in->path, "Env: number %zu has no \"=\"", i + 1);
        if (facts_add_env_var(out, &v, e) < 0)
            return -1;
    }
    return 0;
}

static int labels(const struct doc *from, struct facts *out, struct err *e)
{
    const struct doc *list;

    if (object(from, "Labels", &list, e) < 0)
        return -1;
    DOC_EACH (list, d) {
        struct label l = { d->key, doc_text(d) };
        if (d->kind != DOC_TEXT && d->kind != DOC_NULL)
            return err_set(e, ERR_FORMAT, "line %u: a label is not text", d->line);
        if (facts_add_label(out, &l, e) < 0)
            return -1;
    }
    return 0;
}

static int history(const struct doc *root, struct facts *out, struct err *e)
{
    const struct doc *list;

    if (oci_list(root, "history", &list, e) < 0)
        return -1;
    DOC_EACH (list, d) {
        struct history h = { .empty = doc_true(doc_get(d, "empty_layer")) };
        if (d->kind != DOC_OBJECT)
            return err_set(e, ERR_FORMAT, "line %u: a history line is not an object", d->line);
        if (oci_text(d, "created", &h.created, e) < 0 || oci_text(d, "created_by", &h.created_by, e) < 0 ||
            oci_text(d, "comment", &h.comment, e) < 0 || facts_add_history(out, &h, e) < 0)
            return -1;
    }
    return 0;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    AUTO_ARENA struct arena a = ARENA(OCI_TREE_BYTES);
    struct config c = { 0 };
    const struct doc *run;
    struct doc *root;

    if (oci_open(in, top_keys, &a, &root, out, e) < 0 || object(root, "config", &run, e) < 0)
        return -1;
    oci_odd_case(run, inner_keys, out, in->path);
    if (bind_all(root, top, ARRAY_LEN(top), &a, &c, e) < 0 ||
        bind_all(run, inner, ARRAY_LEN(inner), &a, &c, e) < 0 || healthcheck(run, &a, &c, e) < 0 ||
        diff_ids(root, &a, &c, out, e) < 0)
        return -1;
    if (facts_add_config(out, &c, e) < 0 || environment(run, in, &a, out, e) < 0 || labels(run, out, e) < 0)
        return -1;
    return history(root, out, e);
}

const struct parser parser_oci_config = {
    .name = "oci_config",
    .what = "image configuration, OCI and Docker",
    .version = 1,
    .max_size = OCI_CONFIG_BYTES,
    .parse = parse,
};
