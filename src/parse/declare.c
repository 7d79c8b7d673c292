#include "parse/declare.h"

#include <stdarg.h>

static void result(struct declare *d, int r)
{
    d->failed |= r < 0;
}

static void odd(struct declare *d, const char *what, struct str text, uint32_t line)
{
    facts_remark(d->out, NOTE_UNUSUAL, d->path, "line %u: \"" STR_FMT "\" is no %s", line,
                 STR_ARG(str_first(text, 100)), what);
}

void declare_object(struct declare *d, struct object object)
{
    if (d->failed)
        return;
    object.path = d->path;
    d->object = (uint32_t)d->out->list[FACT_OBJECT_KIND].n;
    result(d, facts_add_object(d->out, &object, d->e));
}

void declare_workload(struct declare *d, struct workload_fact workload)
{
    if (d->failed)
        return;
    workload.path = d->path;
    workload.object = d->object;
    workload.replicas += !workload.replicas;
    d->workload = (uint32_t)d->out->list[FACT_WORKLOAD_KIND].n;
    result(d, facts_add_workload_fact(d->out, &workload, d->e));
}

void say(struct declare *d, enum setting_key key, struct str value, struct str said, uint32_t line)
{
    struct setting s = { d->workload, key, value, said, d->by, d->path, line };

    if (!d->failed)
        result(d, facts_add_setting(d->out, &s, d->e));
}

void say_fmt(struct declare *d, enum setting_key key, struct str said, uint32_t line, const char *fmt, ...)
{
    AUTO_BUF struct buf text = BUF(64u << 10);
    char room[512];
    va_list ap;

    va_start(ap, fmt);
    int n = vsnprintf(room, sizeof room, fmt, ap);
    va_end(ap);
    if (n >= (int)sizeof room) {
        char *to = buf_room(&text, (size_t)n + 1);
        va_start(ap, fmt);
        if (to)
            vsnprintf(to, (size_t)n + 1, fmt, ap);
        va_end(ap);
        if (!to) {
            odd(d, "text of a length that can be kept", said, line);
            return;
        }
        say(d, key, (struct str){ to, (size_t)n }, said, line);
        return;
    }
    say(d, key, (struct str){ room, n > 0 ? (size_t)n : 0 }, said, line);
}

/* `said` where it differs from the value. */
static struct str differs(struct str said, struct str value)
{
    return str_eq(said, value) ? STR_NONE : said;
}

void say_bool(struct declare *d, enum setting_key key, struct str text, uint32_t line)
{
    bool yes;

    if (!value_bool(text, &yes))
        odd(d, "yes or no", text, line);
    else
        say(d, key, yes ? STR("true") : STR("false"), differs(text, yes ? STR("true") : STR("false")), line);
}

void say_number(struct declare *d, enum setting_key key, struct str text, uint32_t line)
{
    uint64_t n;
    bool negative = str_starts(text, STR("-"));

    if (!str_u64(str_skip(text, negative), 10, &n))
        odd(d, "number", text, line);
    else
        say(d, key, text, STR_NONE, line);
}

void say_bytes(struct declare *d, enum setting_key key, struct str text, uint32_t line)
{
    uint64_t n;

    if (str_eq(text, STR("-1")))
        say(d, key, STR("0"), text, line); /* unlimited */
    else if (!value_bytes(text, &n))
        odd(d, "size", text, line);
    else
        say_fmt(d, key, text, line, "%llu", (unsigned long long)n);
}

void say_cpus(struct declare *d, enum setting_key key, struct str text, uint32_t line)
{
    uint64_t n;

    if (!value_milli(text, &n))
        odd(d, "number of processors", text, line);
    else
        say_fmt(d, key, text, line, "%llu", (unsigned long long)n);
}

static bool upper(struct str s, char *to, size_t most)
{
    for (size_t i = 0; i < s.n && i < most; i++)
        to[i] = s.p[i] >= 'a' && s.p[i] <= 'z' ? (char)(s.p[i] - 'a' + 'A') : s.p[i];
    return s.n <= most;
}

void say_capability(struct declare *d, enum setting_key key, struct str text, uint32_t line)
{
    char name[64];

    if (!text.n || !upper(text, name, sizeof name)) {
        odd(d, "capability", text, line);
        return;
    }
    struct str value = { name, text.n };
    if (str_starts(value, STR("CAP_")))
        value = str_skip(value, 4);
    say(d, key, value, differs(text, value), line);
}

void say_security(struct declare *d, struct str option, uint32_t line)
{
    static const struct {
        struct str name;
        enum setting_key key;
    } profiles[] = { { STR("seccomp"), SETTING_SECCOMP },
                     { STR("apparmor"), SETTING_APPARMOR },
                     { STR("mask"), SETTING_MASKED_PATHS },
                     { STR("proc-opts"), SETTING_PROC_MOUNT } };
    size_t n = 0;

    while (n < option.n && option.p[n] != ':' && option.p[n] != '=')
        n++;
    struct str name = str_first(option, n), value = str_skip(option, n + 1);
    if (str_eq(name, STR("no-new-privileges"))) {
        say_bool(d, SETTING_NO_NEW_PRIVS, value.n ? value : STR("true"), line);
        return;
    }
    if (str_eq(name, STR("label"))) {
        size_t colon = 0;
        while (colon < value.n && value.p[colon] != ':')
            colon++;
        if (str_one_of(value, "disable disabled"))
            say(d, SETTING_SELINUX, STR("disabled"), option, line);
        else
            say_fmt(d, SETTING_SELINUX, option, line, STR_FMT "=" STR_FMT, STR_ARG(str_first(value, colon)),
                    STR_ARG(str_skip(value, colon + 1)));
        return;
    }
    if (str_one_of(name, "systempaths unmask")) {
        if (str_eq_nocase(value, STR("unconfined")) || str_eq_nocase(value, STR("all")))
            say(d, SETTING_MASKED_PATHS, STR(""), option, line);
        else
            say(d, SETTING_PROC_MOUNT, STR("unmasked"), option, line);
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(profiles); i++)
        if (str_eq(name, profiles[i].name)) {
            say(d, profiles[i].key, value, option, line);
            return;
        }
    odd(d, "security option known here", option, line);
}

void say_namespace(struct declare *d, enum setting_key key, struct str mode, uint32_t line)
{
    struct str kind, name;

    if (!str_split(mode, ':', &kind, &name)) {
        say(d, key, mode, STR_NONE, line);
    } else if (str_one_of(kind, "service container")) {
        say_fmt(d, key, differs(kind, STR("container")).n ? mode : STR_NONE, line, "container:" STR_FMT,
                STR_ARG(name));
        if (key == SETTING_NS_NET)
            declare_link(d, "network-of", name, (struct strs){ 0 }, line);
    } else if (str_one_of(kind, "ns path")) {
        say_fmt(d, key, mode, line, "path:" STR_FMT, STR_ARG(name));
    } else {
        say(d, key, kind, mode, line);
    }
}

void say_device(struct declare *d, struct str device, uint32_t line)
{
    struct str host, rest, container, mode;

    if (!str_split(device, ':', &host, &rest)) {
        rest = host;
    } else if (rest.n && rest.p[0] != '/') { /* "/dev/fuse:rwm" */
        say_fmt(d, SETTING_DEVICE, device, line, STR_FMT ":" STR_FMT ":" STR_FMT, STR_ARG(host),
                STR_ARG(host), STR_ARG(rest));
        return;
    }
    str_split(rest, ':', &container, &mode);
    say_fmt(d, SETTING_DEVICE, device, line, STR_FMT ":" STR_FMT ":" STR_FMT, STR_ARG(host),
            STR_ARG(container), STR_ARG(mode.n ? mode : STR("rwm")));
}

void say_text(struct declare *d, enum setting_key key, struct str text, uint32_t line)
{
    say(d, key, text, STR_NONE, line);
}

void declare_rows(struct declare *d, const struct doc *object, const struct declare_row *row, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct doc *value = doc_path(object, row[i].path);
        if (!value || value->kind == DOC_NULL)
            continue;
        if (value->kind == DOC_LIST)
            DOC_EACH (value, item)
                row[i].how(d, row[i].key, doc_scalar(item), item->line);
        else if (value->kind == DOC_OBJECT)
            DOC_EACH (value, member)
                say_fmt(d, row[i].key, STR_NONE, member->line, STR_FMT "=" STR_FMT, STR_ARG(member->key),
                        STR_ARG(doc_scalar(member)));
        else
            row[i].how(d, row[i].key, value->text, value->line);
    }
}

void declare_mount(struct declare *d, struct mount mount)
{
    mount.workload = d->workload;
    mount.path = d->path;
    if (!d->failed)
        result(d, facts_add_mount(d->out, &mount, d->e));
}

void declare_port(struct declare *d, struct port port)
{
    port.workload = d->workload;
    port.path = d->path;
    if (!d->failed)
        result(d, facts_add_port(d->out, &port, d->e));
}

void declare_variable(struct declare *d, struct variable variable)
{
    variable.workload = d->workload;
    if (!variable.path.n)
        variable.path = d->path;
    if (!d->failed)
        result(d, facts_add_variable(d->out, &variable, d->e));
}

void declare_link(struct declare *d, const char *how, struct str to, struct strs aliases, uint32_t line)
{
    struct link_fact l = { d->workload, str_of(how), to, aliases, d->path, line };

    if (!d->failed)
        result(d, facts_add_link_fact(d->out, &l, d->e));
}

void declare_parameter(struct declare *d, const char *component, struct str name, struct str value,
                       uint32_t line)
{
    struct parameter p = { d->object, str_of(component), name, value, d->path, line };

    if (!d->failed)
        result(d, facts_add_parameter(d->out, &p, d->e));
}

void declare_want(struct declare *d, struct str file, struct str from, bool optional, uint32_t line)
{
    struct want w = { file, from, optional, line };

    FACTS_EACH (d->out, want, have)
        if (str_eq(have->file, file) && str_eq(have->from, from))
            return;
    if (!d->failed)
        result(d, facts_add_want(d->out, &w, d->e));
}

bool value_bool(struct str text, bool *out)
{
    static const struct str yes[] = { STR("true"), STR("yes"), STR("on"), STR("1"), STR("y"), STR("t") };
    static const struct str no[] = { STR("false"), STR("no"), STR("off"), STR("0"), STR("n"), STR("f") };

    for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
        *out = str_eq_nocase(text, yes[i]);
        if (*out || str_eq_nocase(text, no[i]))
            return true;
    }
    return false;
}

/* Digits with a point in them, scaled by `scale`; what stands behind them in *rest. Fractions beyond six
 * digits are dropped. */
static bool decimal(struct str text, uint64_t scale, uint64_t *out, struct str *rest)
{
    uint64_t whole = 0, part = 0, unit = 1;
    size_t i = 0, digits = 0;

    for (; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++, digits++) {
        if (whole > UINT64_MAX / 16)
            return false;
        whole = whole * 10 + (uint64_t)(text.p[i] - '0');
    }
    if (i < text.n && text.p[i] == '.')
        for (i++; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++, digits++)
            if (unit < 1000000) {
                part = part * 10 + (uint64_t)(text.p[i] - '0');
                unit *= 10;
            }
    *rest = str_skip(text, i);
    if (!digits || whole > (UINT64_MAX >> 1) / scale)
        return false;
    *out = whole * scale + (uint64_t)((double)part / (double)unit * (double)scale + 0.5);
    return true;
}

bool value_bytes(struct str text, uint64_t *out)
{
    static const char units[] = "bkmgtp";
    struct str number = text, unit;

    while (number.n && !(number.p[number.n - 1] >= '0' && number.p[number.n - 1] <= '9') &&
           number.p[number.n - 1] != '.')
        number.n--;
    unit = str_trim(str_skip(text, number.n));
    char c = unit.n ? (char)(unit.p[0] | 0x20) : 'b';
    const char *at = strchr(units, c);
    if (!at || !c ||
        (unit.n > 1 && !str_eq_nocase(str_skip(unit, 1), STR("b")) &&
         !str_eq_nocase(str_skip(unit, 1), STR("ib"))))
        return false;
    return decimal(number, 1ull << (10 * (at - units)), out, &unit) && !unit.n;
}

bool value_milli(struct str text, uint64_t *out)
{
    struct str rest;

    return decimal(text, 1000, out, &rest) && !rest.n;
}

bool value_seconds(struct str text, uint64_t *out)
{
    static const struct {
        struct str unit;
        uint64_t milli;
    } units[] = { { STR("ms"), 1 },    { STR("us"), 0 },   { STR("ns"), 0 },      { STR("h"), 3600000 },
                  { STR("m"), 60000 }, { STR("s"), 1000 }, { STR("d"), 86400000 } };
    uint64_t total = 0, n;

    if (str_u64(text, 10, out))
        return true;
    if (!text.n)
        return false;
    while (text.n) {
        struct str rest;
        size_t i = 0;
        if (!decimal(text, 1000, &n, &rest))
            return false;
        while (i < ARRAY_LEN(units) && !str_starts(rest, units[i].unit))
            i++;
        if (i == ARRAY_LEN(units) || n > UINT32_MAX)
            return false;
        total += n * units[i].milli / 1000;
        text = str_skip(rest, units[i].unit.n);
    }
    *out = total / 1000;
    return true;
}
