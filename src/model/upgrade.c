#include "model/upgrade.h"

#include <ctype.h>

/* In `form` "%n" is the package's name, "%v" the version. */
static const struct manager {
    const char *types; /* of package URLs, blank-separated */
    const char *form;
} managers[] = {
    { "deb", "apt-get update && apt-get install -y --only-upgrade %n" },
    { "apk", "apk upgrade --no-cache %n" },
    { "rpm", "dnf upgrade -y %n" },
    { "alpm", "pacman -Syu %n" },
    { "npm", "npm install %n@%v" },
    { "pypi", "pip install '%n>=%v'" },
    { "golang", "go get %n@v%v" },
    { "maven", "mvn versions:use-dep-version -Dincludes=%n -DdepVersion=%v" },
    { "cargo", "cargo update -p %n --precise %v" },
    { "gem", "bundle update --conservative %n" },
    { "composer", "composer require '%n:^%v'" },
    { "nuget", "dotnet add package %n --version %v" },
    { "hex", "mix deps.update %n" },
    { "pub", "dart pub upgrade %n" },
    { "conda", "conda install '%n>=%v'" },
};

static struct str type_of(const struct vulnerability *v)
{
    struct str type, rest;

    str_split(str_skip(v->purl, sizeof "pkg:" - 1), '/', &type, &rest);
    return type;
}

const struct version_scheme *upgrade_scheme(const struct vulnerability *v)
{
    struct str type = type_of(v);

    return version_scheme_for(str_eq(type, STR("deb"))   ? STR("Debian")
                              : str_eq(type, STR("apk")) ? STR("Alpine")
                                                         : type);
}

static bool is_plain(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!isalnum((unsigned char)s.p[i]) && !memchr("@/._+:~-", s.p[i], 8))
            return false;
    return s.n && s.p[0] != '-';
}

static const char *form_of(const struct vulnerability *v)
{
    struct str type = type_of(v);

    if (str_eq(type, STR("golang")) && str_one_of(v->package, "stdlib toolchain"))
        return "go get toolchain@go%v";
    for (size_t i = 0; i < ARRAY_LEN(managers); i++)
        if (str_one_of(type, managers[i].types))
            return managers[i].form;
    return NULL;
}

struct str upgrade_command(struct arena *a, const struct vulnerability *v, struct str to)
{
    const char *form = form_of(v);
    struct str text = STR(""), name = v->package;

    if (str_starts(to, STR("v")))
        to = str_skip(to, 1);
    if (!form || !is_plain(name) || !is_plain(to))
        return STR_NONE;
    for (const char *p = form, *mark; text.p && *p; p = mark ? mark + 2 : p + strlen(p)) {
        mark = strchr(p, '%');
        struct str lead = mark ? (struct str){ p, (size_t)(mark - p) } : str_of(p);
        struct str word = !mark ? STR("") : mark[1] == 'n' ? name : to;
        text = arena_fmt(a, STR_FMT STR_FMT STR_FMT, STR_ARG(text), STR_ARG(lead), STR_ARG(word));
    }
    return text;
}
