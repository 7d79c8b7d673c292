/* feed_facts.c - what a feed says, as facts and back. */
#include "advisory/feed.h"

static const struct str event_name[] = { [EVENT_INTRODUCED] = STR("introduced"),
                                         [EVENT_FIXED] = STR("fixed"),
                                         [EVENT_LAST_AFFECTED] = STR("last_affected"),
                                         [EVENT_LIMIT] = STR("limit") };

static struct feed_facts *of(struct feed_sink *to)
{
    return (struct feed_facts *)(void *)to;
}

/* Events as texts in the facts' own arena, where facts_add copies them once more: they are short. */
static bool texts_of(struct arena *a, const struct affected *p, struct strs *out)
{
    struct str *to = p->n_event ? arena_array(a, struct str, p->n_event) : NULL;

    *out = (struct strs){ to, p->n_event };
    if (p->n_event && !to)
        return false;
    for (size_t i = 0; i < p->n_event; i++) {
        to[i] = arena_fmt(a, STR_FMT ":" STR_FMT, STR_ARG(event_name[p->event[i].kind]),
                          STR_ARG(p->event[i].version));
        if (!to[i].p)
            return false;
    }
    return true;
}

static int add_affected(struct facts *f, uint32_t advisory, const struct affected *p, struct err *e)
{
    struct affects row = { .advisory = advisory,
                           .ecosystem = p->ecosystem,
                           .name = p->name,
                           .binary = p->binary,
                           .arch = p->arch,
                           .module = p->module,
                           .says = p->says,
                           .versions = p->versions,
                           .severity = p->severity,
                           .cvss = p->cvss };

    if (!texts_of(&f->arena, p, &row.events))
        return err_set(e, ERR_LIMIT, "fact store is full");
    return facts_add_affects(f, &row, e);
}

static int take_advisory(struct feed_sink *to, const struct advisory *a, const struct affected *p, size_t n,
                         struct err *e)
{
    struct facts *f = of(to)->into;
    size_t at;

    if (facts_add_advisory(f, a, e) < 0)
        return -1;
    (void)facts_advisory(f, &at);
    for (size_t i = 0; i < n; i++)
        if (add_affected(f, (uint32_t)at - 1, &p[i], e) < 0)
            return -1;
    return 0;
}

static int take_release(struct feed_sink *to, const struct release_end *r, struct err *e)
{
    return facts_add_release_end(of(to)->into, r, e);
}

static void take_skip(struct feed_sink *to, struct str where, const char *why)
{
    struct feed_facts *f = of(to);
    size_t notes;

    f->skipped++;
    (void)facts_note(f->into, &notes);
    if (notes < SKIPS_NOTED)
        facts_remark(f->into, NOTE_INCOMPLETE, where, "%s", why);
}

void feed_facts_init(struct feed_facts *f, struct facts *into)
{
    *f = (struct feed_facts){ { take_advisory, take_release, take_skip }, into, 0 };
}

bool affects_events(const struct affects *a, struct version_event *out)
{
    for (size_t i = 0; i < a->events.n; i++) {
        struct str word;
        size_t k = 0;
        if (!str_split(a->events.p[i], ':', &word, &out[i].version))
            return false;
        while (k < ARRAY_LEN(event_name) && !str_eq(event_name[k], word))
            k++;
        if (k == ARRAY_LEN(event_name) || !out[i].version.n)
            return false;
        out[i].kind = (enum version_event_kind)k;
    }
    return true;
}
