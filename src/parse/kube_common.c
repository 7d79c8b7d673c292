/* kube_common.c - labels, selectors, quantities and parameters, as all Kubernetes objects write them. */
#include "core/buf.h"
#include "parse/kube.h"

enum { NAME_MOST = 1000, SELECTOR_MOST = 64 << 10 };

uint32_t kube_line(const struct kube *k, const struct doc *d)
{
    return d ? d->line + k->lines : 0;
}

int kube_full(const struct kube *k)
{
    return err_set(k->e, ERR_LIMIT, "fact store is full");
}

bool kube_bounded(struct kube *k, const struct doc *list)
{
    if (!list || list->n <= KUBE_LIST_MOST)
        return true;
    facts_remark(k->out, NOTE_INCOMPLETE, k->in->path, "line %u: " STR_FMT " has %u entries: not read",
                 kube_line(k, list), STR_ARG(str_first(list->key, 60)), list->n);
    return false;
}

int kube_pairs(struct kube *k, const struct doc *map, struct str skip, struct strs *out)
{
    if (!map || map->kind != DOC_OBJECT || !map->n)
        return 0;
    struct str *p = arena_array(k->arena, struct str, map->n);
    if (!p)
        return kube_full(k);
    out->p = p;
    DOC_EACH (map, d) {
        struct str value = doc_scalar(d);
        if (skip.n && str_eq(d->key, skip))
            continue;
        p[out->n] = arena_fmt(k->arena, STR_FMT "=" STR_FMT, STR_ARG(d->key), STR_ARG(value));
        if (!p[out->n++].p)
            return kube_full(k);
    }
    return 0;
}

int kube_scalars(struct kube *k, const struct doc *list, struct strs *out)
{
    if (!list || list->kind != DOC_LIST || !list->n)
        return 0;
    struct str *p = arena_array(k->arena, struct str, list->n);
    if (!p)
        return kube_full(k);
    out->p = p;
    DOC_EACH (list, d)
        if (d->kind != DOC_OBJECT && d->kind != DOC_LIST && d->kind != DOC_NULL)
            p[out->n++] = d->text;
    return 0;
}

/* One of matchExpressions; empty text when memory is spent. */
static struct str expression(struct kube *k, const struct doc *d)
{
    AUTO_BUF struct buf b = BUF(SELECTOR_MOST);
    struct str op = doc_text(doc_get(d, "operator"));
    bool in = str_eq(op, STR("In"));

    buf_str(&b, doc_text(doc_get(d, "key")));
    if (str_eq(op, STR("Exists")) || str_eq(op, STR("DoesNotExist"))) {
        buf_str(&b, str_eq(op, STR("Exists")) ? STR(" exists") : STR(" missing"));
    } else {
        buf_str(&b, in ? STR(" in (") : STR(" notin ("));
        DOC_EACH (doc_get(d, "values"), v) {
            buf_str(&b, doc_scalar(v));
            if (v->next)
                buf_char(&b, ',');
        }
        buf_char(&b, ')');
    }
    return buf_ok(&b) ? arena_str(k->arena, buf_view(&b)) : STR_NONE;
}

int kube_selector(struct kube *k, const struct doc *selector, struct strs *out)
{
    const struct doc *labels = doc_get(selector, "matchLabels"),
                     *also = doc_get(selector, "matchExpressions");
    size_t n = (labels ? labels->n : 0) + (also ? also->n : 0);
    struct strs pairs = { 0 };

    if (!n)
        return 0;
    struct str *p = arena_array(k->arena, struct str, n);
    if (!p || kube_pairs(k, labels, STR(""), &pairs) < 0)
        return kube_full(k);
    for (size_t i = 0; i < pairs.n; i++)
        p[out->n++] = pairs.p[i];
    DOC_EACH (also && also->kind == DOC_LIST ? also : NULL, d)
        if (!(p[out->n++] = expression(k, d)).p)
            return kube_full(k);
    out->p = p;
    return 0;
}

int kube_parameter(struct kube *k, struct str component, struct str name, struct str value, uint32_t line)
{
    struct parameter p = {
        .object = k->object,
        .component = component,
        .name = name,
        .value = value,
        .path = k->in->path,
        .line = line,
    };

    return facts_add_parameter(k->out, &p, k->e);
}

/* What must not leave the document, and what is too long to be of use. */
static bool is_withheld(struct str key)
{
    return str_one_of(key, "secret token password client-key-data client-secret id-token access-token "
                           "refresh-token auth-provider env userKey adminPassword caBundle "
                           "certificate-authority-data client-certificate-data managedFields status "
                           "openAPIV3Schema");
}

int kube_flatten(struct kube *k, const struct doc *d, struct str component, struct str name)
{
    size_t i = 0;

    if (!d || name.n > NAME_MOST)
        return 0;
    if (d->kind != DOC_OBJECT && d->kind != DOC_LIST)
        return kube_parameter(k, component, name, d->text, kube_line(k, d));
    if (!d->child) /* "identity: {}" says something */
        return kube_parameter(k, component, name, d->kind == DOC_LIST ? STR("[]") : STR("{}"),
                              kube_line(k, d));
    DOC_EACH (d, item) {
        bool in_list = d->kind == DOC_LIST, nested = item->kind == DOC_OBJECT || item->kind == DOC_LIST;
        struct str at = name;
        if (in_list && nested)
            at = arena_fmt(k->arena, STR_FMT ".%zu", STR_ARG(name), i++);
        else if (!in_list)
            at = arena_fmt(k->arena, STR_FMT "%s" STR_FMT, STR_ARG(name), name.n ? "." : "",
                           STR_ARG(item->key));
        if (!at.p)
            return kube_full(k);
        if (!in_list && is_withheld(item->key)) {
            if (!nested && kube_parameter(k, component, at, STR("(not shown)"), kube_line(k, item)) < 0)
                return -1;
        } else if (kube_flatten(k, item, component, at) < 0) {
            return -1;
        }
    }
    return 0;
}

/* ---- quantities ---- */

/* The factor of a suffix, as a fraction. */
static bool suffix_factor(struct str s, double *factor)
{
    static const struct {
        const char *suffix;
        double factor;
    } known[] = {
        { "", 1 },
        { "n", 1e-9 },
        { "u", 1e-6 },
        { "m", 1e-3 },
        { "k", 1e3 },
        { "M", 1e6 },
        { "G", 1e9 },
        { "T", 1e12 },
        { "P", 1e15 },
        { "E", 1e18 },
        { "Ki", 1024.0 },
        { "Mi", 1048576.0 },
        { "Gi", 1073741824.0 },
        { "Ti", 1099511627776.0 },
        { "Pi", 1125899906842624.0 },
        { "Ei", 1152921504606846976.0 },
    };

    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (str_eq(str_of(known[i].suffix), s)) {
            *factor = known[i].factor;
            return true;
        }
    return false;
}

/* "e3", "E-2" as a factor. */
static bool exponent_factor(struct str s, double *factor)
{
    uint64_t n;

    if (s.n < 2 || (s.p[0] != 'e' && s.p[0] != 'E'))
        return false;
    bool down = s.p[1] == '-';
    if (!str_u64(str_skip(s, 1 + (size_t)(down || s.p[1] == '+')), 10, &n) || n > 18)
        return false;
    for (*factor = 1; n; n--)
        *factor = down ? *factor / 10 : *factor * 10;
    return true;
}

bool kube_quantity(struct str s, uint64_t scale, uint64_t *out)
{
    double value = 0, unit = 1, factor;
    size_t i = 0;
    bool digits = false, point = false;

    for (; i < s.n && ((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] == '.' && !point)); i++) {
        if (s.p[i] == '.') {
            point = true;
            continue;
        }
        digits = true;
        value = value * 10 + (s.p[i] - '0');
        if (point)
            unit *= 10;
    }
    if (!digits || (!suffix_factor(str_skip(s, i), &factor) && !exponent_factor(str_skip(s, i), &factor)))
        return false;
    value = value / unit * factor * (double)scale;
    if (value >= 18e18)
        return false;
    *out = (uint64_t)value + (value - (double)(uint64_t)value > 1e-6); /* 0.07 has no exact double */
    return true;
}
