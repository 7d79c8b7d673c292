/* tls.c - a TLS server as a target: asked by io/tls.c, its answers understood like any other document. */
#include "io/tls.h"
#include "io/starttls.h"
#include "source/source.h"

enum { ANSWER_MOST = 2 << 20 };

/* "[2001:db8::1]:443", "web.example.org:443", "192.0.2.7:443" */
static bool split_address(struct str address, struct str *host, struct str *port)
{
    uint64_t number;

    while (address.n && address.p[0] == '/')
        address = str_skip(address, 1);
    while (address.n && address.p[address.n - 1] == '/')
        address.n--;
    if (!str_rsplit(address, ':', host, port) || !host->n || !str_u64(*port, 10, &number) || !number ||
        number > 65535)
        return false;
    if (host->p[0] == '[' && host->p[host->n - 1] == ']')
        *host = (struct str){ host->p + 1, host->n - 2 };
    for (size_t i = 0; i < host->n; i++)
        if ((unsigned char)host->p[i] <= ' ' || host->p[i] == 127)
            return false;
    return host->n > 0 && host->n < 256;
}

/* "smtp+HOST:PORT" behind tls: says how TLS begins. */
static int open_target(struct source_env *env, struct str target, struct err *e)
{
    AUTO_BUF struct buf answer = BUF(ANSWER_MOST);
    struct str protocol = STR(""), address = target, host, port;

    while (address.n && address.p[0] == '/')
        address = str_skip(address, 1);
    if (str_has_char(address, '+'))
        str_split(address, '+', &protocol, &address);
    if (!split_address(address, &host, &port) || (protocol.n && !str_one_of(protocol, starttls_protocols)))
        return err_set(e, ERR_USAGE, "tls://[PROTOCOL+]HOST:PORT, where PROTOCOL is one of %s",
                       starttls_protocols);
    if (env->opt->offline)
        return err_set(e, ERR_DENIED, "--offline: nothing is asked");
    const struct tls_question q = { .host = arena_cstr(env->arena, host),
                                    .port = arena_cstr(env->arena, port),
                                    .starttls = protocol.n ? arena_cstr(env->arena, protocol) : NULL,
                                    .ca_file = env->opt->ca_file.n ? arena_cstr(env->arena, env->opt->ca_file)
                                                                   : NULL };
    if (tls_ask(&q, &answer, e) < 0)
        return err_wrap(e, STR_FMT, STR_ARG(address));
    struct str name = arena_fmt(env->arena, "tls://" STR_FMT "%s" STR_FMT, STR_ARG(protocol),
                                protocol.n ? "+" : "", STR_ARG(address));
    struct source_document doc = { .kind = "tls-session",
                                   .path = name,
                                   .body = arena_str(env->arena, buf_view(&answer)) };
    if (env->read_documents(env, &doc, 1, e) < 0)
        return -1;
    return env->add_deployment(env, &(struct source_deployment){ .name = name, .doc = &doc, .n = 1 }, e);
}

const struct source source_tls = {
    .name = "tls",
    .what = "TLS server: its certificates and what it offers, by handshakes only",
    .syntax = "tls://[smtp|imap|pop3|ftp|ldap|postgres|mysql|xmpp+]HOST:PORT",
    .open = open_target,
};
