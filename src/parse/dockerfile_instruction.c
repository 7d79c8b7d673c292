/* dockerfile_instruction.c - what each instruction of a Dockerfile does to the stage that it stands in. */
#include "model/entries.h"
#include "parse/dockerfile.h"
#include "parse/image_ref.h"

void builder_full(struct builder *b)
{
    b->d.failed = true;
    err_set(b->e, ERR_LIMIT, "line %u: the file is too large when its variables are replaced",
            b->line ? b->line->line : 0);
}

static void damaged(const struct builder *b, const char *why)
{
    facts_remark(b->out, NOTE_INCOMPLETE, b->in->path, "line %u: %s", b->line->line, why);
}

static struct str keep(struct builder *b, struct str s)
{
    struct str copy = arena_str(&b->arena, s);

    if (!copy.p)
        builder_full(b);
    return copy;
}

/* The text with its variables replaced. *known: none was of those that only the build knows. */
static struct str expanded(struct builder *b, struct str text, const struct dockerfile_values *v, bool *known)
{
    AUTO_BUF struct buf to = BUF(DOCKERFILE_TEXT_MOST);

    *known = dockerfile_expand(text, b->reader.escape, v, &to);
    if (!buf_ok(&to))
        builder_full(b);
    return keep(b, buf_view(&to));
}

static struct str expand_here(struct builder *b, struct str text)
{
    bool known;

    return expanded(b, text, &builder_stage(b)->values, &known);
}

static void add_item(struct builder *b, struct items *list, struct str name, struct str value)
{
    if (!arena_grow(&b->arena, &list->p, list->n, &list->cap, sizeof *list->p)) {
        builder_full(b);
        return;
    }
    list->p[list->n++] = (struct item){ name, value, b->line->line };
}

/* The list with one more word. */
static struct strs with(struct builder *b, struct strs list, struct str word)
{
    struct str *to = arena_array(&b->arena, struct str, list.n + 1);

    if (!to) {
        builder_full(b);
        return list;
    }
    if (list.n)
        memcpy(to, list.p, list.n * sizeof *to);
    to[list.n] = word;
    return (struct strs){ to, list.n + 1 };
}

/* A step of the build, as an image's history would have it. */
static void step(struct builder *b, const char *instruction, struct str rest, bool makes_layer)
{
    AUTO_BUF struct buf text = BUF((size_t)2 * DOCKERFILE_TEXT_MOST);
    struct history h = {
        .empty = !makes_layer, .path = b->in->path, .line = b->line->line, .stage = (uint32_t)b->n_stage
    };

    buf_fmt(&text, "%s ", instruction);
    buf_str(&text, rest);
    h.created_by = buf_view(&text);
    if (!buf_ok(&text))
        builder_full(b);
    else if (!b->d.failed)
        b->d.failed = facts_add_history(b->out, &h, b->e) < 0;
}

/* --- FROM --- */

static uint32_t find_stage(const struct builder *b, struct str name)
{
    uint64_t number;

    for (size_t i = b->n_stage; i--;)
        if (b->stage[i].name.n && str_eq_nocase(b->stage[i].name, name))
            return (uint32_t)i + 1;
    return str_u64(name, 10, &number) && number < b->n_stage ? (uint32_t)number + 1 : 0;
}

/* What the stage that it builds on said holds for this one. */
static void inherit(struct builder *b, struct stage *s, const struct stage *base)
{
    struct stage own = *s;
    struct items *lists[] = { &s->env, &s->labels, &s->ports, &s->volumes, &s->onbuild };

    *s = *base;
    s->name = own.name;
    s->base = own.base;
    s->from = own.from;
    s->own_cmd = false;
    s->values = own.values;
    s->values.open = base->values.open;
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        struct item *own_items = arena_array(&b->arena, struct item, lists[i]->n + 1);
        if (!own_items) {
            builder_full(b);
            return;
        }
        if (lists[i]->n)
            memcpy(own_items, lists[i]->p, lists[i]->n * sizeof *own_items);
        lists[i]->p = own_items;
        lists[i]->cap = lists[i]->n;
    }
    for (size_t i = 0; i < base->values.n; i++)
        if (base->values.p[i].env && !dockerfile_set(&s->values, base->values.p[i]))
            builder_full(b);
}

static void from_image(struct builder *b, struct str base, struct str written, bool known)
{
    struct input at = { .path = b->in->path };

    say(&b->d, SETTING_IMAGE, base, str_eq(base, written) ? STR_NONE : written, b->line->line);
    if (!known || !base.n || str_has_char(base, '$'))
        facts_remark(b->out, NOTE_UNUSUAL, b->in->path,
                     "line %u: which image is said when it is built: " STR_FMT, b->line->line,
                     STR_ARG(str_first(written, 200)));
    if (base.n && !str_has_char(base, '$') && !str_eq_nocase(base, STR("scratch")) && !b->d.failed)
        b->d.failed = image_ref_add(&at, base, b->line->line, b->out, b->e) < 0;
}

static void from(struct builder *b, struct str rest)
{
    struct str flag, value, as, written, whole = rest;
    bool known;

    if (b->n_stage)
        dockerfile_conclude(b);
    while (dockerfile_flag(&rest, &flag, &value))
        ;
    written = dockerfile_word(&rest, b->reader.escape);
    struct stage s = { .base = expanded(b, written, &b->global, &known), .values = { .arena = &b->arena } };
    as = dockerfile_word(&rest, b->reader.escape);
    if (str_eq_nocase(as, STR("as")))
        s.name = dockerfile_word(&rest, b->reader.escape);
    s.from = find_stage(b, s.base);
    if (!written.n)
        damaged(b, "FROM names no image");
    if (b->n_stage == b->planned ||
        !arena_grow(&b->arena, &b->stage, b->n_stage, &b->cap_stage, sizeof *b->stage)) {
        builder_full(b);
        return;
    }
    char number[24];
    snprintf(number, sizeof number, "%zu", b->n_stage);
    declare_workload(&b->d, (struct workload_fact){
                                .spelling = STR("dockerfile"),
                                .name = s.name.n ? s.name : str_of(number),
                                .role = b->n_stage + 1 == b->planned ? WORKLOAD_MAIN : WORKLOAD_STAGE,
                                .line = b->line->line,
                            });
    s.values.open = !s.from && !str_eq_nocase(s.base, STR("scratch"));
    b->stage[b->n_stage++] = s;
    step(b, "FROM", expanded(b, whole, &b->global, &known), false);
    if (s.from) {
        const struct stage *base = &b->stage[s.from - 1];
        snprintf(number, sizeof number, "%u", s.from - 1);
        declare_link(&b->d, "build-from", base->name.n ? base->name : str_of(number), (struct strs){ 0 },
                     b->line->line);
        inherit(b, builder_stage(b), base);
    } else {
        from_image(b, s.base, written, known);
    }
}

/* --- variables --- */

/* NAME=value ...; the old form is one NAME and what stands behind it. Each pair to `each`. */
static void pairs(struct builder *b, struct str rest,
                  void (*each)(struct builder *b, struct str name, struct str value))
{
    struct str all = rest, word = dockerfile_word(&rest, b->reader.escape), name, value;

    if (!str_has_char(word, '=')) {
        if (!rest.n)
            damaged(b, "a name without a value");
        else
            each(b, word, expand_here(b, rest));
        return;
    }
    for (rest = all; (word = dockerfile_word(&rest, b->reader.escape)).n && !b->d.failed;)
        if (str_split(word, '=', &name, &value))
            each(b, expand_here(b, name), expand_here(b, value));
        else
            damaged(b, "a name without a value");
}

static void set(struct builder *b, struct dockerfile_values *v, struct dockerfile_value value)
{
    if (!dockerfile_set(v, value))
        builder_full(b);
}

static void one_env(struct builder *b, struct str name, struct str value)
{
    set(b, &builder_stage(b)->values, (struct dockerfile_value){ name, value, true, true });
    for (size_t i = 0; i < builder_stage(b)->env.n; i++)
        if (str_eq(builder_stage(b)->env.p[i].name, name)) {
            builder_stage(b)->env.p[i] = (struct item){ name, value, b->line->line };
            return;
        }
    add_item(b, &builder_stage(b)->env, name, value);
}

static void env(struct builder *b, struct str rest)
{
    step(b, "ENV", rest, false);
    pairs(b, rest, one_env);
}

static void one_label(struct builder *b, struct str name, struct str value)
{
    add_item(b, &builder_stage(b)->labels, name, value);
}

static void label(struct builder *b, struct str rest)
{
    step(b, "LABEL", rest, false);
    pairs(b, rest, one_label);
}

static void arg(struct builder *b, struct str rest)
{
    struct dockerfile_values *v = b->n_stage ? &builder_stage(b)->values : &b->global;
    struct str word, name, value;
    bool known = true;

    step(b, "ARG", rest, false);
    while ((word = dockerfile_word(&rest, b->reader.escape)).n && !b->d.failed) {
        bool has = str_split(word, '=', &name, &value);
        const struct dockerfile_value *outer = has ? NULL : dockerfile_value(&b->global, name);
        value = has ? expanded(b, value, v, &known) : outer ? outer->value : STR("");
        set(b, v, (struct dockerfile_value){ name, value, has ? known : outer && outer->known, false });
        if (b->n_stage)
            say_fmt(&b->d, SETTING_BUILD_ARG, STR_NONE, b->line->line, STR_FMT "=" STR_FMT, STR_ARG(name),
                    STR_ARG(value));
    }
}

/* --- what runs --- */

/* The words of the exec form, or the shell and the text. */
static struct words command(struct builder *b, struct str rest)
{
    static const struct str shell[] = { STR("/bin/sh"), STR("-c") };
    struct words w = { .line = b->line->line };

    if (dockerfile_json(rest, &b->arena, &w.words))
        return w;
    w.words = builder_stage(b)->shell.line ? builder_stage(b)->shell.words
                                           : (struct strs){ shell, ARRAY_LEN(shell) };
    w.words = with(b, w.words, rest);
    return w;
}

static void cmd(struct builder *b, struct str rest)
{
    step(b, "CMD", rest, false);
    builder_stage(b)->cmd = command(b, rest);
    builder_stage(b)->own_cmd = true;
}

static void entrypoint(struct builder *b, struct str rest)
{
    struct stage *s = builder_stage(b);

    step(b, "ENTRYPOINT", rest, false);
    s->entrypoint = command(b, rest);
    if (!s->own_cmd) /* an inherited CMD was meant for another entry point */
        s->cmd = (struct words){ 0 };
}

static void shell(struct builder *b, struct str rest)
{
    step(b, "SHELL", rest, false);
    builder_stage(b)->shell.line = b->line->line;
    if (!dockerfile_json(rest, &b->arena, &builder_stage(b)->shell.words))
        damaged(b, "SHELL needs a list of words");
}

static void healthcheck(struct builder *b, struct str rest)
{
    struct str flag, value, word;
    struct words w = { .line = b->line->line };
    struct strs test = { 0 };

    step(b, "HEALTHCHECK", rest, false);
    while (dockerfile_flag(&rest, &flag, &value))
        ;
    word = dockerfile_word(&rest, b->reader.escape);
    if (str_eq_nocase(word, STR("none"))) {
        w.words = with(b, w.words, STR("NONE"));
    } else if (!str_eq_nocase(word, STR("cmd"))) {
        damaged(b, "HEALTHCHECK is neither NONE nor CMD");
    } else if (dockerfile_json(rest, &b->arena, &test)) {
        w.words = with(b, w.words, STR("CMD"));
        for (size_t i = 0; i < test.n; i++)
            w.words = with(b, w.words, test.p[i]);
    } else {
        w.words = with(b, with(b, w.words, STR("CMD-SHELL")), rest);
    }
    builder_stage(b)->health = w;
}

/* RUN --mount=type=secret,id=x and the other flags say what the build may reach. */
static void run_flag(struct builder *b, struct str flag, struct str value)
{
    struct str type = STR("bind"), id = STR_NONE, from_ = STR_NONE, part, name, is;

    if (str_one_of(flag, "network security")) {
        say_fmt(&b->d, SETTING_BUILD_OPTION, STR_NONE, b->line->line, STR_FMT "=" STR_FMT, STR_ARG(flag),
                STR_ARG(value));
        return;
    }
    if (!str_eq(flag, STR("mount")))
        return;
    while (str_cut(&value, ',', &part)) {
        str_split(part, '=', &name, &is);
        if (str_eq(name, STR("type")))
            type = is;
        else if (str_eq(name, STR("from")))
            from_ = is;
        else if (str_one_of(name, "id"))
            id = is;
    }
    if (str_one_of(type, "secret ssh"))
        say_fmt(&b->d, SETTING_BUILD_OPTION, STR_NONE, b->line->line, STR_FMT "=" STR_FMT, STR_ARG(type),
                STR_ARG(id.n ? id : STR("default")));
    if (from_.n)
        declare_link(&b->d, "build-from", from_, (struct strs){ 0 }, b->line->line);
}

/* What the shell gets: here-documents where they stood; a script that is one is that text. */
static struct str script(struct builder *b, struct str rest)
{
    const struct dockerfile_line *l = b->line;
    AUTO_BUF struct buf text = BUF((size_t)2 * DOCKERFILE_TEXT_MOST);
    struct strs list;

    if (dockerfile_json(rest, &b->arena, &list)) {
        for (size_t i = 0; i < list.n; i++)
            buf_fmt(&text, "%s" STR_FMT, i ? " " : "", STR_ARG(list.p[i]));
    } else if (l->n_heredoc == 1 && str_starts(rest, STR("<<")) && !str_has_char(rest, ' ')) {
        buf_str(&text, l->heredoc[0].body);
    } else {
        buf_str(&text, rest);
        for (size_t i = 0; i < l->n_heredoc; i++)
            buf_fmt(&text, "\n" STR_FMT STR_FMT "\n", STR_ARG(l->heredoc[i].body),
                    STR_ARG(l->heredoc[i].name));
    }
    if (!buf_ok(&text))
        builder_full(b);
    return keep(b, buf_view(&text));
}

static void run(struct builder *b, struct str rest)
{
    AUTO_BUF struct buf text = BUF((size_t)2 * DOCKERFILE_TEXT_MOST);
    struct str flag, value;

    while (dockerfile_flag(&rest, &flag, &value)) {
        run_flag(b, flag, value);
        /* what lies on these does not get into the image */
        if (str_eq(flag, STR("mount")) &&
            (str_has(value, STR("type=cache")) || str_has(value, STR("type=tmpfs"))))
            buf_fmt(&text, "--mount=" STR_FMT " ", STR_ARG(value));
    }
    buf_str(&text, script(b, rest));
    if (!buf_ok(&text))
        builder_full(b);
    step(b, "RUN", buf_view(&text), true);
}

/* --- the rest --- */

static void copy(struct builder *b, const char *instruction, struct str rest)
{
    struct str flag, value, flags = rest;
    struct input at = { .path = b->in->path };

    step(b, instruction, expand_here(b, rest), true);
    while (dockerfile_flag(&flags, &flag, &value)) {
        if (!str_eq(flag, STR("from")) || !value.n)
            continue;
        value = expand_here(b, value);
        declare_link(&b->d, "build-from", value, (struct strs){ 0 }, b->line->line);
        if (!find_stage(b, value) && !str_has_char(value, '$') && !b->d.failed)
            b->d.failed = image_ref_add(&at, value, b->line->line, b->out, b->e) < 0;
    }
}

static void add(struct builder *b, struct str rest)
{
    copy(b, "ADD", rest);
}

static void copy_files(struct builder *b, struct str rest)
{
    copy(b, "COPY", rest);
}

static struct item said(struct builder *b, const char *instruction, struct str rest, bool makes_layer)
{
    struct item i = { expand_here(b, rest), rest, b->line->line };

    step(b, instruction, i.name, makes_layer);
    return i;
}

static void user(struct builder *b, struct str rest)
{
    builder_stage(b)->user = said(b, "USER", rest, false);
}

static void workdir(struct builder *b, struct str rest)
{
    struct item dir = said(b, "WORKDIR", rest, true);
    char room[ENTRY_PATH_MOST];
    struct str before = builder_stage(b)->workdir.name, whole;

    if (!str_starts(dir.name, STR("/")) && before.n) {
        before = arena_fmt(&b->arena, STR_FMT "/x", STR_ARG(before));
        if (before.n && path_beside(str_skip(before, 1), dir.name, room, &whole))
            dir.name = arena_fmt(&b->arena, "/" STR_FMT, STR_ARG(whole));
    }
    builder_stage(b)->workdir = dir;
}

static void stopsignal(struct builder *b, struct str rest)
{
    builder_stage(b)->stop_signal = said(b, "STOPSIGNAL", rest, false);
}

/* All words of the rest, variables replaced. */
static void add_words(struct builder *b, struct items *list, struct str rest)
{
    struct str word;

    while ((word = dockerfile_word(&rest, b->reader.escape)).n && !b->d.failed)
        add_item(b, list, expand_here(b, word), word);
}

static void expose(struct builder *b, struct str rest)
{
    step(b, "EXPOSE", expand_here(b, rest), false);
    add_words(b, &builder_stage(b)->ports, rest);
}

static void volume(struct builder *b, struct str rest)
{
    struct strs list;

    step(b, "VOLUME", rest, false);
    if (!dockerfile_json(rest, &b->arena, &list)) {
        add_words(b, &builder_stage(b)->volumes, rest);
        return;
    }
    for (size_t i = 0; i < list.n; i++)
        add_item(b, &builder_stage(b)->volumes, list.p[i], list.p[i]);
}

static void maintainer(struct builder *b, struct str rest)
{
    step(b, "MAINTAINER", rest, false);
}

static void onbuild(struct builder *b, struct str rest)
{
    step(b, "ONBUILD", rest, false);
    add_item(b, &builder_stage(b)->onbuild, rest, STR_NONE);
}

static const struct {
    const char *name;
    void (*does)(struct builder *b, struct str rest);
} instructions[] = {
    { "FROM", from },
    { "ARG", arg },
    { "ENV", env },
    { "LABEL", label },
    { "RUN", run },
    { "COPY", copy_files },
    { "ADD", add },
    { "USER", user },
    { "WORKDIR", workdir },
    { "CMD", cmd },
    { "ENTRYPOINT", entrypoint },
    { "EXPOSE", expose },
    { "VOLUME", volume },
    { "HEALTHCHECK", healthcheck },
    { "SHELL", shell },
    { "STOPSIGNAL", stopsignal },
    { "MAINTAINER", maintainer },
    { "ONBUILD", onbuild },
};

void dockerfile_instruction(struct builder *b, struct dockerfile_line *l)
{
    b->line = l;
    for (size_t i = 0; i < ARRAY_LEN(instructions); i++) {
        if (!str_eq_nocase(l->instruction, str_of(instructions[i].name)))
            continue;
        if (i > 1 && !b->n_stage) /* only FROM and ARG may stand before the first FROM */
            damaged(b, "an instruction before the first FROM");
        else
            instructions[i].does(b, l->rest);
        return;
    }
    facts_remark(b->out, NOTE_INCOMPLETE, b->in->path, "line %u: no instruction: " STR_FMT, l->line,
                 STR_ARG(str_first(l->instruction, 60)));
}
