/* pear_registry.c - extensions and libraries that `pecl` and `pear` installed: <name>.reg, in the format of
 * PHP's serialize(): s:4:"name";s:9:"memcached"; */
#include "parse/parse.h"

/* The text behind the first key of that name. Lengths count bytes, so a text cannot pose as a key. */
static struct str text_of(struct str body, const char *key)
{
    struct str s = body, length, text, last = { 0 };
    uint64_t n;

    for (ptrdiff_t at; (at = str_find(s, STR("s:"))) >= 0;) {
        s = str_skip(s, (size_t)at + 2);
        if (!str_split(s, ':', &length, &text) || length.n > 9 || !str_u64(length, 10, &n) ||
            text.n < n + 3 || text.p[0] != '"' || text.p[n + 1] != '"')
            continue;
        s = str_skip(text, (size_t)n + 3); /* quotes and ";" */
        text = (struct str){ text.p + 1, (size_t)n };
        if (last.p && str_eq(last, str_of(key)))
            return text;
        last = str_starts(s, STR("s:")) ? text : (struct str){ 0 };
    }
    return (struct str){ 0 };
}

/* Files of other channels than the default one lie in .registry/.channel.<name>/ */
static struct str channel_of(const struct input *in)
{
    const struct str mark = STR("/.channel.");
    struct str channel = text_of(in->body, "channel"), rest;
    ptrdiff_t at = str_find(in->path, mark);

    if (!channel.n && at >= 0)
        str_split(str_skip(in->path, (size_t)at + mark.n), '/', &channel, &rest);
    if (!channel.n)
        channel = str_has(in->path, STR(".registry/")) ? STR("pear.php.net") : STR("pecl.php.net");
    return channel;
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct str license = text_of(in->body, "_content");
    struct package p = {
        .type = STR("pear"),
        .ns = channel_of(in),
        .name = text_of(in->body, "name"),
        .version = text_of(in->body, "release"),
        .path = in->path,
    };

    if (!str_starts(in->body, STR("a:")))
        return 0; /* others call their files so too */
    if (!p.name.n || !p.version.n)
        return err_set(e, ERR_FORMAT, "no \"%s\"", p.name.n ? "release" : "name");
    if (!license.n)
        license = text_of(in->body, "license");
    p.licenses = (struct strs){ &license, license.n ? 1 : 0 };
    return facts_add_package(out, &p, e);
}

const struct parser parser_pear_registry = {
    .name = "pear_registry",
    .what = "PHP extensions and libraries of pecl and pear",
    .version = 1,
    .paths = PATHS("**/*.reg"),
    .max_size = 8u << 20,
    .parse = parse,
};
