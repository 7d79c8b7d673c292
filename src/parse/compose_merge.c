/* compose_merge.c - one Compose document over another: scalars replace, mappings merge, sequences append; a
 * few keys have rules of their own, below. Both sides are in canonical form. */
#include "core/map.h"
#include "parse/compose.h"

/* What becomes of a key of a service, or of a key within one ("healthcheck" "test"; "*": any). Lists are
 * appended; those that say by which fields an element is the same one have the newer element take its place,
 * and "" says: by the whole text. */
struct merge_rule {
    const char *in, *key;
    bool replaces;
    const char *same_by; /* blank-separated fields */
};
static const struct merge_rule rules[] = {
    { "", "command", true, NULL },
    { "", "entrypoint", true, NULL },
    { "healthcheck", "test", true, NULL },
    { "ulimits", "*", true, NULL },
    { "", "ports", false, "host_ip published target protocol" },
    { "", "volumes", false, "target" },
    { "", "secrets", false, "target" },
    { "", "configs", false, "target" },
    { "", "devices", false, "target" },
    { "", "env_file", false, "path" },
    { "", "cap_add", false, "" },
    { "", "cap_drop", false, "" },
    { "", "dns", false, "" },
    { "", "dns_opt", false, "" },
    { "", "dns_search", false, "" },
    { "", "expose", false, "" },
    { "", "links", false, "" },
    { "", "profiles", false, "" },
    { "", "tmpfs", false, "" },
    { "", "security_opt", false, "" },
    { "build", "tags", false, "" },
    { "build", "platforms", false, "" },
};

/* How deep in a document an object lies. */
enum level { DOCUMENT, SERVICES, SERVICE, MEMBER, BELOW };
struct place {
    enum level level;
    struct str key; /* MEMBER: of the service */
};

static struct place place_of(struct place parent, struct str key)
{
    if (parent.level == DOCUMENT)
        return (struct place){ str_eq(key, STR("services")) ? SERVICES : BELOW, STR_NONE };
    return (struct place){ parent.level == BELOW ? BELOW : parent.level + 1, key };
}

static const struct merge_rule *rule_of(struct place parent, struct str key)
{
    struct str in = parent.level == MEMBER ? parent.key : STR("");

    if (parent.level != SERVICE && parent.level != MEMBER)
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        if (str_eq(in, str_of(rules[i].in)) && (rules[i].key[0] == '*' || str_eq(key, str_of(rules[i].key))))
            return &rules[i];
    return NULL;
}

/* What makes two elements the same; NULL: memory. */
static struct str identity(struct compose *c, const struct doc *d, const char *fields)
{
    AUTO_BUF struct buf text = BUF(64u << 10);
    struct str rest = str_of(fields), field;

    if (!fields[0] || d->kind != DOC_OBJECT)
        return compose_text(d);
    while (str_cut(&rest, ' ', &field)) {
        const struct doc *v = d->child;
        while (v && !str_eq(v->key, field))
            v = v->next;
        buf_str(&text, compose_text(v));
        buf_char(&text, '\n');
    }
    return arena_str(&c->arena, buf_view(&text));
}

/* The elements of both, each that is the same as an earlier one in its place. */
static struct doc *merge_lists(struct compose *c, const struct doc *base, const struct doc *over,
                               const char *same_by)
{
    AUTO_MAP struct map seen = MAP;
    const struct doc **item = arena_array(&c->arena, const struct doc *, (size_t)base->n + over->n + 1);
    struct doc *list = compose_node(c, DOC_LIST, over, over->key, STR_NONE);
    uint32_t n = 0;

    if (!list || !item) {
        compose_full(c);
        return NULL;
    }
    for (int k = 0; k < 2; k++)
        DOC_EACH (k ? over : base, d) {
            uint32_t *slot = same_by ? map_put(&seen, identity(c, d, same_by), NULL) : NULL;
            if (slot && *slot) {
                item[*slot - 1] = d;
                continue;
            }
            item[n++] = d;
            if (slot)
                *slot = n;
        }
    struct compose_into to = compose_into(list);
    for (uint32_t i = 0; i < n; i++)
        compose_add(&to, compose_same(c, item[i], item[i]->key));
    return list;
}

static struct doc *merge(struct compose *c, const struct doc *base, const struct doc *over,
                         struct place parent);

static struct doc *merge_objects(struct compose *c, const struct doc *base, const struct doc *over,
                                 struct place at)
{
    AUTO_MAP struct map index = MAP;
    struct doc *object = compose_node(c, DOC_OBJECT, over, over->key, STR_NONE);
    const struct doc **with = arena_array(&c->arena, const struct doc *, (size_t)over->n + 1);
    uint32_t n = 0, *slot;

    if (!object || !with) {
        compose_full(c);
        return NULL;
    }
    struct compose_into to = compose_into(object);
    DOC_EACH (over, d) {
        if (!(slot = map_put(&index, d->key, NULL))) {
            compose_full(c);
            return NULL;
        }
        with[n++] = d;
        *slot = n;
    }
    DOC_EACH (base, d) {
        slot = map_get(&index, d->key);
        if (slot && *slot) {
            compose_add(&to, merge(c, d, with[*slot - 1], at));
            *slot = 0; /* used */
        } else {
            compose_add(&to, compose_same(c, d, d->key));
        }
    }
    for (uint32_t i = 0; i < n; i++)
        if (*map_get(&index, with[i]->key) && with[i]->tag != DOC_RESET)
            compose_add(&to, compose_same(c, with[i], with[i]->key));
    return object;
}

/* Logging options of one driver mean nothing to another. */
static bool other_driver(const struct doc *base, const struct doc *over)
{
    struct str was = compose_text(doc_get(base, "driver")), is = compose_text(doc_get(over, "driver"));

    return str_eq(over->key, STR("logging")) && was.n && is.n && !str_eq(was, is);
}

/* One value over another in an object at `parent`; NULL when nothing is left of both. */
static struct doc *merge(struct compose *c, const struct doc *base, const struct doc *over,
                         struct place parent)
{
    const struct merge_rule *r = rule_of(parent, over->key);

    if (over->tag == DOC_RESET)
        return NULL;
    if (over->kind == DOC_NULL)
        return compose_same(c, base, base->key);
    if (over->tag == DOC_OVERRIDE || over->kind != base->kind || (r && r->replaces) ||
        other_driver(base, over))
        return compose_same(c, over, over->key);
    if (over->kind == DOC_LIST)
        return merge_lists(c, base, over, r ? r->same_by : NULL);
    if (over->kind == DOC_OBJECT)
        return merge_objects(c, base, over, place_of(parent, over->key));
    return compose_same(c, over, over->key);
}

struct doc *compose_merge_service(struct compose *c, const struct doc *base, const struct doc *over)
{
    return merge_objects(c, base, over, (struct place){ SERVICE, STR_NONE });
}

struct doc *compose_merge(struct compose *c, const struct doc *base, const struct doc *over)
{
    return merge_objects(c, base, over, (struct place){ DOCUMENT, STR_NONE });
}
