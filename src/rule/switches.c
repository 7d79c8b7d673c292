#include "rule/switches.h"

static const struct env_switch tls[] = {
    { "NODE_TLS_REJECT_UNAUTHORIZED", "0", "makes Node.js accept any certificate" },
    { "PYTHONHTTPSVERIFY", "0", "makes Python accept any certificate" },
    { "GIT_SSL_NO_VERIFY", "yes", "makes Git accept any certificate" },
    { "NPM_CONFIG_STRICT_SSL", "false", "makes npm accept any certificate" },
    { "YARN_STRICT_SSL", "false", "makes Yarn accept any certificate" },
    { "YARN_ENABLE_STRICT_SSL", "false", "makes Yarn accept any certificate" },
    { "PIP_TRUSTED_HOST", NULL, "makes pip accept any certificate of that host" },
    { "UV_INSECURE_HOST", NULL, "makes uv accept any certificate of that host" },
    { "CONDA_SSL_VERIFY", "false", "makes conda accept any certificate" },
    { "BUNDLE_SSL_VERIFY_MODE", "0", "makes Bundler accept any certificate" },
    { "GOINSECURE", NULL, "makes Go fetch modules without TLS" },
    { "GONOSUMDB", NULL, "makes Go skip the checksum database" },
    { "GOSUMDB", "off", "makes Go skip the checksum database" },
    { "GOFLAGS", "*-insecure*", "makes Go fetch modules without TLS" },
    { "COMPOSER_DISABLE_TLS", "yes", "makes Composer fetch without TLS" },
    { "DOCKER_CONTENT_TRUST", "0", "switches signatures of images off" },
    { "VAULT_SKIP_VERIFY", "yes", "makes Vault's client accept any certificate" },
    { "CONSUL_HTTP_SSL_VERIFY", "false", "makes Consul's client accept any certificate" },
    { "NOMAD_SKIP_VERIFY", "yes", "makes Nomad's client accept any certificate" },
    { "LDAPTLS_REQCERT", "never", "makes LDAP clients accept any certificate" },
    { "PGSSLMODE", "disable", "makes PostgreSQL clients go without TLS" },
    { "SSL_VERIFY", "false", "makes the program accept any certificate" },
    { "VERIFY_SSL", "false", "makes the program accept any certificate" },
    { "INSECURE_SKIP_VERIFY", "yes", "makes the program accept any certificate" },
    { "TLS_SKIP_VERIFY", "yes", "makes the program accept any certificate" },
};
const struct env_switches switches_tls = { tls, ARRAY_LEN(tls) };

static const struct env_switch debug[] = {
    { "FLASK_DEBUG", "yes", "serves an interactive debugger on every error" },
    { "FLASK_ENV", "dev*", "serves an interactive debugger on every error" },
    { "WERKZEUG_DEBUG_PIN", "off", "serves an interactive debugger without its PIN" },
    { "DJANGO_DEBUG", "yes", "shows source and settings on every error" },
    { "APP_DEBUG", "yes", "shows source and settings on every error" },
    { "APP_ENV", "dev*", "runs the application for developers" },
    { "RAILS_ENV", "dev*", "shows source and a console on every error" },
    { "RACK_ENV", "dev*", "shows source on every error" },
    { "NODE_ENV", "dev*", "shows stack traces and installs development packages" },
    { "ASPNETCORE_ENVIRONMENT", "dev*", "shows source and settings on every error" },
    { "DOTNET_ENVIRONMENT", "dev*", "runs the application for developers" },
    { "GIN_MODE", "debug", "runs the application for developers" },
    { "RAILS_DEBUG", "yes", "shows source and settings on every error" },
    { "WERKZEUG_DEBUG_PIN_OFF", "yes", "serves an interactive debugger without its PIN" },
};
const struct env_switches switches_debug = { debug, ARRAY_LEN(debug) };

bool is_yes(struct str value)
{
    return str_eq_nocase(value, STR("true")) || str_eq_nocase(value, STR("yes")) ||
           str_eq_nocase(value, STR("on")) || str_eq(value, STR("1"));
}

static bool is_set(const struct env_switch *s, struct str value)
{
    struct str want = str_of(s->value);

    if (!s->value)
        return value.n > 0;
    if (str_eq(want, STR("yes")))
        return is_yes(value);
    if (str_starts(want, STR("*")))
        return str_has(value, (struct str){ want.p + 1, want.n - 2 });
    if (str_ends(want, STR("*")))
        return str_eq_nocase(str_first(value, want.n - 1), str_first(want, want.n - 1));
    return str_eq_nocase(value, want);
}

const struct env_switch *env_switch_of(const struct env_switches *all, struct str name, struct str value)
{
    for (size_t i = 0; i < all->n; i++)
        if (str_eq_nocase(name, str_of(all->p[i].name)) && is_set(&all->p[i], value))
            return &all->p[i];
    return NULL;
}
