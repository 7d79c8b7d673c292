#include "parse/tls_config.h"

#include "model/version/number.h"

/* ---- what values mean ---- */

/* The next word of a value, which blanks, commas, colons and quotes end. */
static bool next_token(struct str *rest, struct str *token)
{
    static const char ends[] = " \t,:;\"'[]";

    while (rest->n && memchr(ends, rest->p[0], sizeof ends - 1))
        *rest = str_skip(*rest, 1);
    size_t n = 0;
    while (n < rest->n && !memchr(ends, rest->p[n], sizeof ends - 1))
        n++;
    *token = str_first(*rest, n);
    *rest = str_skip(*rest, n);
    return token->n > 0;
}

static bool has_token(struct str value, const char *words)
{
    struct str token, rest = value;

    while (next_token(&rest, &token)) {
        struct str words_left = str_of(words), word;
        if (token.p[0] == '+')
            token = str_skip(token, 1);
        while (str_cut(&words_left, ' ', &word))
            if (str_eq_nocase(token, word))
                return true;
    }
    return false;
}

static bool is_off(struct str value)
{
    return has_token(value, "off no false 0 none never disable disabled accept_untrusted");
}

static bool is_on(struct str value)
{
    return !value.n || has_token(value, "on yes true 1 enable enabled");
}

/* nginx, MySQL, PostgreSQL, HAProxy, Envoy: names of versions; Apache: "all" less those with a minus. */
static bool is_old_protocol(struct str value)
{
    if (has_token(value, "all") && !has_token(value, "-tlsv1"))
        return true;
    return has_token(value, "sslv2 sslv3 tlsv1 tlsv1.0 tlsv1.1 tlsv1_0 tlsv1_1 tls1.0 tls1.1");
}

static bool is_weak_cipher(struct str value)
{
    return has_token(
        value, "anull enull null rc4 des 3des exp export low md5 adh aecdh des-cbc3-sha rc4-sha rc4-md5 all");
}

static bool is_any(struct str value)
{
    return value.n > 0;
}

/* ---- the keys ---- */

struct key_row {
    const char *in;  /* part of the file's path; NULL: any */
    const char *key; /* as the line has it, dots for levels are not looked at; compared without case */
    bool (*bad)(struct str value);
    const char *what; /* see FACT_TLS_SETTING */
    const char *software;
};
static const struct key_row rows[] = {
    /* servers */
    { "nginx", "ssl_protocols", is_old_protocol, "old-protocol", "nginx" },
    { "nginx", "ssl_ciphers", is_weak_cipher, "weak-cipher", "nginx" },
    { "nginx", "proxy_ssl_verify", is_off, "verification-off", "nginx" },
    { "nginx", "grpc_ssl_verify", is_off, "verification-off", "nginx" },
    { NULL, "SSLProtocol", is_old_protocol, "old-protocol", "Apache httpd" },
    { NULL, "SSLCipherSuite", is_weak_cipher, "weak-cipher", "Apache httpd" },
    { NULL, "SSLProxyVerify", is_off, "verification-off", "Apache httpd" },
    { NULL, "SSLProxyCheckPeerName", is_off, "verification-off", "Apache httpd" },
    { NULL, "SSLProxyCheckPeerCN", is_off, "verification-off", "Apache httpd" },
    { "haproxy", "ssl-default-bind-ciphers", is_weak_cipher, "weak-cipher", "HAProxy" },
    { "haproxy", "ssl-server-verify", is_off, "verification-off", "HAProxy" },
    { NULL, "tls_minimum_protocol_version", is_old_protocol, "old-protocol", "Envoy" },
    { NULL, "trust_chain_verification", is_off, "verification-off", "Envoy" },
    { "postgresql", "ssl", is_off, "clear-text", "PostgreSQL" },
    { "postgresql", "ssl_min_protocol_version", is_old_protocol, "old-protocol", "PostgreSQL" },
    { ".cnf", "require_secure_transport", is_off, "clear-text", "MySQL" },
    { ".cnf", "skip_ssl", is_on, "clear-text", "MySQL" },
    { ".cnf", "skip-ssl", is_on, "clear-text", "MySQL" },
    { ".cnf", "tls_version", is_old_protocol, "old-protocol", "MySQL" },
    { "redis", "tls-auth-clients", is_off, "no-client-certificate", "Redis" },
    { "redis", "tls-protocols", is_old_protocol, "old-protocol", "Redis" },
    { "valkey", "tls-auth-clients", is_off, "no-client-certificate", "Valkey" },
    { "etcd", "client-cert-auth", is_off, "no-client-certificate", "etcd" },
    { "mongod", "allowInvalidCertificates", is_on, "verification-off", "MongoDB" },
    { "mongod", "allowInvalidHostnames", is_on, "verification-off", "MongoDB" },
    /* clients */
    { "curlrc", "insecure", is_on, "verification-off", "curl" },
    { "curlrc", "-k", is_on, "verification-off", "curl" },
    { "wgetrc", "check_certificate", is_off, "verification-off", "wget" },
    { "npmrc", "strict-ssl", is_off, "verification-off", "npm" },
    { "yarnrc", "strict-ssl", is_off, "verification-off", "Yarn" },
    { "yarnrc", "enableStrictSsl", is_off, "verification-off", "Yarn" },
    { "pip", "trusted-host", is_any, "verification-off", "pip" },
    { "gitconfig", "sslVerify", is_off, "verification-off", "git" },
    { "condarc", "ssl_verify", is_off, "verification-off", "conda" },
    { "bundle", "BUNDLE_SSL_VERIFY_MODE", is_off, "verification-off", "Bundler" },
    { "gemrc", ":ssl_verify_mode", is_off, "verification-off", "RubyGems" },
    { "apt", "Acquire::https::Verify-Peer", is_off, "verification-off", "apt" },
    { "apt", "Acquire::https::Verify-Host", is_off, "verification-off", "apt" },
    { "yum", "sslverify", is_off, "verification-off", "yum and dnf" },
    { "dnf", "sslverify", is_off, "verification-off", "yum and dnf" },
    { "ssh", "StrictHostKeyChecking", is_off, "verification-off", "ssh" },
    { "ldap", "TLS_REQCERT", is_off, "verification-off", "LDAP clients" },
    /* words that many programs use for the same */
    { NULL, "insecure_skip_verify", is_on, "verification-off", "a client" },
    { NULL, "insecureSkipVerify", is_on, "verification-off", "a client" },
    { NULL, "insecure-skip-tls-verify", is_on, "verification-off", "a Kubernetes client" },
    { NULL, "insecureSkipTLSVerify", is_on, "verification-off", "a Kubernetes client" },
    { NULL, "tls_skip_verify", is_on, "verification-off", "a client" },
    { NULL, "tlsSkipVerify", is_on, "verification-off", "a client" },
};

/* A key, then its value behind blanks, "=", ":" or a quote; comments and the end of a statement taken off. */
static bool split_line(struct str line, struct str *key, struct str *value)
{
    line = str_trim(line);
    while (line.n && (line.p[0] == '"' || line.p[0] == '-') && line.n > 2 && line.p[1] != 'k')
        line = str_trim(str_skip(line, 1));
    if (!line.n || line.p[0] == '#' || line.p[0] == ';' ||
        (line.n > 1 && line.p[0] == '/' && line.p[1] == '/'))
        return false;
    size_t n = 0;
    while (n < line.n &&
           (is_alnum(line.p[n]) || strchr("_-.", line.p[n]) ||
            (line.p[n] == ':' && n + 1 < line.n && (n == 0 || line.p[n + 1] == ':' || line.p[n - 1] == ':'))))
        n++;
    *key = str_first(line, n);
    *value = str_trim(str_skip(line, n));
    while (value->n && strchr("=:\" \t", value->p[0]))
        *value = str_skip(*value, 1);
    const char *comment = value->n ? memchr(value->p, '#', value->n) : NULL;
    if (comment)
        value->n = (size_t)(comment - value->p);
    *value = str_trim(*value);
    while (value->n && strchr(";,\"", value->p[value->n - 1]))
        *value = str_trim(str_first(*value, value->n - 1));
    return key->n > 0;
}

static int add(struct facts *out, const struct key_row *r, struct str path, uint32_t line, struct str text,
               bool good, struct err *e)
{
    struct tls_setting s = { .what = str_of(r->what),
                             .software = str_of(r->software),
                             .text = str_first(str_trim(text), 200),
                             .good = good,
                             .path = path,
                             .line = line };

    return facts_add_tls_setting(out, &s, e);
}

/* HAProxy says it in the middle of a line: "server a 192.0.2.1:443 ssl verify none". */
static int add_haproxy(struct facts *out, struct str path, uint32_t line, struct str text, struct err *e)
{
    static const struct key_row verify = { .what = "verification-off", .software = "HAProxy" };
    static const struct key_row old = { .what = "old-protocol", .software = "HAProxy" };

    if (str_has_nocase(text, STR(" ssl")) && str_has_nocase(text, STR("verify ")))
        if (add(out, &verify, path, line, text, !str_has_nocase(text, STR("verify none")), e) < 0)
            return -1;
    if (!str_has_nocase(text, STR("ssl-min-ver ")) && !str_has_nocase(text, STR("force-tlsv1")))
        return 0;
    bool bad = str_has_nocase(text, STR("force-tlsv10")) || str_has_nocase(text, STR("force-tlsv11")) ||
               str_has_nocase(text, STR("ssl-min-ver SSLv3")) ||
               str_has_nocase(text, STR("ssl-min-ver TLSv1.0")) ||
               str_has_nocase(text, STR("ssl-min-ver TLSv1.1"));
    return add(out, &old, path, line, text, !bad, e);
}

int tls_config_add(struct facts *out, struct str name, struct str path, uint32_t line, struct str text,
                   struct err *e)
{
    bool haproxy = str_has_nocase(name, STR("haproxy"));
    struct str rest = text, one, key, value;

    for (; str_cut(&rest, '\n', &one); line++) {
        if (!split_line(one, &key, &value))
            continue;
        if (haproxy && add_haproxy(out, path, line, one, e) < 0)
            return -1;
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
            const struct key_row *r = &rows[i];
            if (!str_eq_nocase(key, str_of(r->key)) || (r->in && !str_has_nocase(name, str_of(r->in))))
                continue;
            if (add(out, r, path, line, one, !r->bad(value), e) < 0)
                return -1;
            break;
        }
    }
    return 0;
}
