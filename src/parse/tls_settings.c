/* tls_settings.c - configuration files of servers and clients, asked what they say of TLS. */
#include "parse/tls_config.h"

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    if (in->body.n && memchr(in->body.p, '\0', MIN(in->body.n, (size_t)4096)))
        return 0; /* another trade's file of the same name */
    return tls_config_add(out, in->path, in->path, 1, in->body, e);
}

const struct parser parser_tls_settings = {
    .name = "tls_settings",
    .what = "TLS in configuration files: verification switched off, old protocols, weak ciphers, clear text",
    .version = 1,
    .paths = PATHS("**/*.conf", "**/*.cnf", "**/haproxy.cfg", "**/envoy.yaml", "**/envoy.yml", "**/.curlrc",
                   "**/.wgetrc", "etc/wgetrc", "**/.npmrc", "**/npmrc", "**/.yarnrc", "**/.yarnrc.yml",
                   "**/.gitconfig", "etc/gitconfig", "**/.condarc", "**/.bundle/config", "**/.gemrc",
                   "etc/gemrc", "etc/apt/apt.conf.d/*", "etc/yum.repos.d/*", "etc/nginx/sites-enabled/*",
                   "etc/nginx/sites-available/*", "etc/apache2/sites-enabled/*",
                   "etc/apache2/sites-available/*", "etc/ssh/ssh_config", "**/.ssh/config",
                   "**/prometheus.yml", "**/.kube/config", "**/kubeconfig", "**/*.kubeconfig"),
    .max_size = 2u << 20,
    .parse = parse,
};
