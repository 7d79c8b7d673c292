#include "threat/story.h"

#include "core/buf.h"

enum { SENTENCE_MOST = 64 * 1024, NAME_MOST = 200 }; /* a hostile name must not push the rest out */

struct teller {
    struct model *m;
    const struct attack_graph *a;
    const struct reached *r;
    struct step *step;
    size_t n_step;
    bool begun; /* a step was told since who does it was said */
    struct buf text;
};

static int full(struct err *e)
{
    return err_set(e, ERR_LIMIT, "the model is full");
}

/* The template with {} as the element's name. */
static void fill(struct buf *to, const char *template, struct str name)
{
    struct str rest = str_of(template);
    ptrdiff_t hole;

    while ((hole = str_find(rest, STR("{}"))) >= 0) {
        buf_str(to, str_first(rest, (size_t)hole));
        buf_str(to, name);
        rest = str_skip(rest, (size_t)hole + 2);
    }
    buf_str(to, rest);
}

static struct str name_of(const struct teller *t, fact_no f)
{
    return str_first(t->m->element.p[t->a->meaning[f].element].name, NAME_MOST);
}

static struct str filled(const struct teller *t, const char *template, fact_no f)
{
    AUTO_BUF struct buf b = BUF(SENTENCE_MOST);

    fill(&b, template, name_of(t, f));
    return arena_str(&t->m->arena, buf_view(&b));
}

static const struct situation_info *situation_of(const struct teller *t, fact_no f)
{
    return &situation_info[t->a->meaning[f].what];
}

/* The finding by which the check of a premise holds. */
static uint32_t finding_behind(const struct teller *t, fact_no check)
{
    const struct horn *h = &t->a->g.rule[t->r->by[check]];

    return t->a->meaning[t->a->g.premise[h->body]].what;
}

/* "Setuid file ..." reads on as "setuid file ...", "PATH holds ..." stays. */
static void because(struct buf *to, const char *title)
{
    bool word = title[0] >= 'A' && title[0] <= 'Z' && title[1] >= 'a' && title[1] <= 'z';

    buf_char(to, word ? (char)(title[0] | 0x20) : title[0]);
    buf_str(to, str_of(title[0] ? title + 1 : ""));
}

/* Who begins; where two ways come together, the other one behind the first. */
static void tell_who(struct teller *t, fact_no entry)
{
    AUTO_BUF struct buf b = BUF(SENTENCE_MOST);

    fill(&b, situation_of(t, entry)->who, name_of(t, entry));
    if (t->text.n) {
        buf_str(&t->text, STR("; and "));
        buf_char(&b, '\0');
        because(&t->text, b.p);
    } else
        buf_str(&t->text, buf_view(&b));
    t->begun = false;
}

/* The premises of one step: where it comes from, and the findings that make it possible. */
static int tell_step(struct teller *t, fact_no to, struct err *e)
{
    const struct attack_graph *a = t->a;
    const struct horn *h = &a->g.rule[t->r->by[to]];
    const struct attack *at = attack_at(h->tag);
    if (!at->does)
        return 0;
    struct step *s = &t->step[t->n_step++];
    uint32_t *finding = arena_array(&t->m->arena, uint32_t, h->n_body);

    if (!finding)
        return full(e);
    s->rule = str_of(at->id);
    s->to = filled(t, situation_of(t, to)->step, to);
    buf_str(&t->text, t->begun ? STR(", and then ") : STR(" "));
    t->begun = true;
    fill(&t->text, at->does, name_of(t, to));
    for (uint32_t i = 0; i < h->n_body; i++) {
        fact_no f = a->g.premise[h->body + i];
        if (a->meaning[f].is == MEANS_SITUATION) {
            s->from = filled(t, situation_of(t, f)->step, f);
            continue;
        }
        uint32_t n = finding_behind(t, f);
        const struct check *c = t->m->finding.p[n].check;
        buf_str(&t->text, s->n_finding ? STR("; ") : STR(": "));
        because(&t->text, c->title);
        buf_fmt(&t->text, " (%s)", c->id);
        finding[s->n_finding++] = n;
    }
    s->finding = finding;
    return s->to.p && s->from.p ? 0 : full(e);
}

int story_tell(struct model *m, const struct attack_graph *a, struct reached *r, fact_no goal,
               struct path *out, struct err *e)
{
    AUTO_FREE fact_no *fact = malloc(((size_t)a->g.n_facts + 1) * sizeof *fact);
    struct teller t = { .m = m, .a = a, .r = r, .text = BUF(SENTENCE_MOST) };
    size_t n = fact ? reach_derivation(&a->g, r, goal, fact) : 0;
    int rc = 0;

    if (!n || !(t.step = arena_array(&m->arena, struct step, n)))
        return full(e);
    for (size_t i = 0; i < n && rc == 0; i++) {
        if (a->meaning[fact[i]].is != MEANS_SITUATION)
            continue;
        if (r->by[fact[i]] == REACH_GIVEN)
            tell_who(&t, fact[i]);
        else
            rc = tell_step(&t, fact[i], e);
    }
    *out = (struct path){ .goal = filled(&t, situation_of(&t, goal)->goal, goal),
                          .sentence = arena_str(&m->arena, buf_view(&t.text)),
                          .step = t.step,
                          .n_step = t.n_step };
    if (rc == 0 && (!buf_ok(&t.text) || !out->goal.p || !out->sentence.p))
        rc = full(e);
    buf_free(&t.text);
    return rc;
}
