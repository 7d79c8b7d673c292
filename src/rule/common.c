#include "rule/common.h"

#include <stdarg.h>

struct evidence at_node(const struct image *img, node_id id, struct str path)
{
    const struct tree_node *n = tree_node(img->tree, id);
    struct evidence where = { .path = path };

    if (n->layer < img->n_layers)
        where.layer =
            img->layer[n->layer].digest.n ? img->layer[n->layer].digest : img->layer[n->layer].diff_id;
    return where;
}

struct evidence at_step(const struct step *s)
{
    if (s->path.n)
        return (struct evidence){ .path = s->path, .line = s->line };
    return (struct evidence){ .path = STR("history"), .line = s->number };
}

struct evidence at_instruction(const struct image *img, const char *instruction, struct str word)
{
    struct evidence where = *AT_CONFIG;
    bool found = false;
    struct step s;

    for (size_t at = 0; img->from_build && step_next(img, &at, &s);) {
        if (!found && str_eq(s.instruction, STR("FROM")))
            where = at_step(&s);
        if (!s.aside && str_eq(s.instruction, str_of(instruction)) && (!word.n || str_has(s.body, word)))
            found = (where = at_step(&s)).path.n > 0;
    }
    return where;
}

struct evidence at_line(const struct image *img, const struct seen *seen, struct str path, uint32_t line)
{
    struct evidence where = { .path = path, .line = line };

    if (seen->layer < img->n_layers)
        where.layer = img->layer[seen->layer].digest;
    return where;
}

bool has_config(const struct image *img, struct proof *p, enum verdict *v)
{
    if (img->config)
        return true;
    *v = VERDICT_NOT_APPLICABLE;
    if (str_eq(img->kind, STR("image")))
        *v = cannot_tell(p, AT_CONFIG, "the image configuration could not be read");
    return false;
}

bool has_history(const struct image *img, struct proof *p, enum verdict *v)
{
    if (!has_config(img, p, v))
        return false;
    struct step s;
    for (size_t at = 0; step_next(img, &at, &s);)
        if (s.instruction.n)
            return true;
    if (step_count(img)) {
        *v = cannot_tell(p, &(struct evidence){ .path = STR("history") },
                         "the %zu lines of history are not those of a Dockerfile", step_count(img));
        return false;
    }
    *v = cannot_tell(p, &(struct evidence){ .path = STR("history") },
                     "the image has no history: how it was built cannot be seen");
    return false;
}

bool has_files(const struct image *img, struct proof *p, enum verdict *v)
{
    if (img->survey)
        return true;
    *v = VERDICT_NOT_APPLICABLE;
    if (img->from_build)
        return false;
    *v = cannot_tell(p, &(struct evidence){ 0 }, "the files of the image could not be read");
    return false;
}

static bool is_at(const struct secret *s, enum secret_place in, struct str place)
{
    return s->place == (uint32_t)in && s->confidence != CONFIDENCE_LOW && str_eq(s->path, place);
}

bool is_seen_secret(const struct image *img, enum secret_place in, struct str place)
{
    if (img->config_facts && in != SECRET_IN_FILE)
        FACTS_EACH (img->config_facts, secret, s)
            if (is_at(s, in, place))
                return true;
    if (in == SECRET_IN_FILE)
        IMAGE_EACH (img, secret, SECRET, s)
            if (is_at(s, in, place))
                return true;
    return false;
}

enum verdict conclude_files(const struct image *img, struct proof *p, const char *fmt, ...)
{
    char text[400];
    va_list ap;

    if (p->found)
        return VERDICT_OPEN;
    if (img->from_build)
        return VERDICT_NOT_APPLICABLE;
    if (!img->complete)
        return cannot_tell(p, &(struct evidence){ 0 },
                           "not every layer could be read: nothing was found in the rest");
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return conclude(p, &(struct evidence){ 0 }, "%s", text);
}

enum verdict conclude_history(const struct image *img, struct proof *p, bool cut, const char *none)
{
    const struct evidence *where = &(struct evidence){ .path = img->from_build ? img->name : STR("history") };

    if (cut && !p->found)
        return cannot_tell(p, where, "a build step is too long or too deeply nested to be looked at whole");
    return conclude(p, where, "%zu build steps: %s", step_count(img), none);
}

const char *shown(struct str s, char *to, size_t most)
{
    size_t n = MIN(s.n, most);

    for (size_t i = 0; i < n; i++)
        to[i] = (unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f ? '?' : s.p[i];
    to[n] = '\0';
    return to;
}

static bool number_at(struct str s, size_t at, size_t n, int64_t most, int64_t *out)
{
    uint64_t v;

    if (at + n > s.n || !str_u64((struct str){ s.p + at, n }, 10, &v) || (int64_t)v > most)
        return false;
    *out = (int64_t)v;
    return true;
}

int64_t time_of(struct str t)
{
    int64_t year, month, day, hour, minute, second;

    if (!number_at(t, 0, 4, 9999, &year) || !number_at(t, 5, 2, 12, &month) ||
        !number_at(t, 8, 2, 31, &day) || !number_at(t, 11, 2, 23, &hour) ||
        !number_at(t, 14, 2, 59, &minute) || !number_at(t, 17, 2, 60, &second) || year < 1970 || !month ||
        !day)
        return -1;
    /* days of the Gregorian calendar, with years that begin in March so that leap days come last */
    int64_t y = month > 2 ? year : year - 1, m = month > 2 ? month - 3 : month + 9;
    int64_t days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
    return days < 0 ? -1 : ((days * 24 + hour) * 60 + minute) * 60 + second;
}
