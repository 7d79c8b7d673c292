/* dockerfile_stage.c - what a stage makes, when all of its instructions are read. */
#include "parse/dockerfile.h"

static void say_item(struct builder *b, enum setting_key key, struct item i)
{
    if (i.line)
        say(&b->d, key, i.name, str_eq(i.name, i.value) ? STR_NONE : i.value, i.line);
}

static void say_words(struct builder *b, enum setting_key key, struct words w)
{
    for (size_t i = 0; i < w.words.n; i++)
        say(&b->d, key, w.words.p[i], STR_NONE, w.line);
}

static void say_health(struct builder *b, struct words w)
{
    AUTO_BUF struct buf text = BUF(DOCKERFILE_TEXT_MOST);

    for (size_t i = 1; i < w.words.n; i++)
        buf_fmt(&text, "%s" STR_FMT, i > 1 ? " " : "", STR_ARG(w.words.p[i]));
    if (w.words.n)
        say(&b->d, SETTING_HEALTH, w.words.n > 1 ? buf_view(&text) : STR("none"), STR_NONE, w.line);
}

static void say_workload(struct builder *b)
{
    const struct stage *s = builder_stage(b);

    say_item(b, SETTING_USER, s->user);
    say_item(b, SETTING_WORKDIR, s->workdir);
    say_item(b, SETTING_STOP_SIGNAL, s->stop_signal);
    say_words(b, SETTING_ENTRYPOINT, s->entrypoint);
    say_words(b, SETTING_COMMAND, s->cmd);
    say_health(b, s->health);
    for (size_t i = 0; i < s->ports.n; i++) {
        struct port p = { .line = s->ports.p[i].line };
        if (!str_split(s->ports.p[i].name, '/', &p.port, &p.protocol))
            p.protocol = STR("tcp");
        declare_port(&b->d, p);
    }
    for (size_t i = 0; i < s->volumes.n; i++)
        declare_mount(&b->d, (struct mount){ .kind = STR("volume"),
                                             .target = s->volumes.p[i].name,
                                             .read_only = NO,
                                             .line = s->volumes.p[i].line });
    for (size_t i = 0; i < s->env.n; i++)
        declare_variable(&b->d, (struct variable){ .name = s->env.p[i].name,
                                                   .value = s->env.p[i].value,
                                                   .source = STR("literal"),
                                                   .line = s->env.p[i].line });
}

static struct strs names(struct builder *b, const struct items *list)
{
    struct str *to = arena_array(&b->arena, struct str, list->n + 1);

    if (!to) {
        builder_full(b);
        return (struct strs){ 0 };
    }
    size_t n = 0;
    for (size_t i = 0; i < list->n; i++) /* not those that only the build knows */
        if (!str_has_char(list->p[i].name, '$'))
            to[n++] = list->p[i].name;
    return (struct strs){ to, n };
}

static int say_configuration(struct builder *b)
{
    const struct stage *s = builder_stage(b);
    uint32_t stage = (uint32_t)b->n_stage;
    struct config c = { .user = s->user.name,
                        .workdir = s->workdir.name,
                        .stop_signal = s->stop_signal.name,
                        .entrypoint = s->entrypoint.words,
                        .cmd = s->cmd.words,
                        .shell = s->shell.words,
                        .healthcheck = s->health.words,
                        .ports = names(b, &s->ports),
                        .volumes = names(b, &s->volumes),
                        .onbuild = names(b, &s->onbuild),
                        .stage = stage,
                        .from = s->from };

    if (b->d.failed || facts_add_config(b->out, &c, b->e) < 0)
        return -1;
    for (size_t i = 0; i < s->env.n; i++)
        if (facts_add_env_var(b->out, &(struct env_var){ s->env.p[i].name, s->env.p[i].value, stage }, b->e) <
            0)
            return -1;
    for (size_t i = 0; i < s->labels.n; i++)
        if (facts_add_label(b->out, &(struct label){ s->labels.p[i].name, s->labels.p[i].value, stage },
                            b->e) < 0)
            return -1;
    return 0;
}

void dockerfile_conclude(struct builder *b)
{
    say_workload(b);
    if (say_configuration(b) < 0)
        b->d.failed = true;
}
