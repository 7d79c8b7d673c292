#include "rule/names.h"

#define FILE_(kind, name, is)                  \
    {                                          \
        TELL_##kind, STR_INIT(name), is, false \
    }
#define DIR_(kind, name, is)                  \
    {                                         \
        TELL_##kind, STR_INIT(name), is, true \
    }
#define STR_INIT(lit)              \
    {                              \
        "" lit "", sizeof(lit) - 1 \
    }

static const struct tell tells[] = {
    FILE_(CREDENTIAL, "id_rsa", "an SSH private key"),
    FILE_(CREDENTIAL, "id_dsa", "an SSH private key"),
    FILE_(CREDENTIAL, "id_ecdsa", "an SSH private key"),
    FILE_(CREDENTIAL, "id_ecdsa_sk", "an SSH private key"),
    FILE_(CREDENTIAL, "id_ed25519", "an SSH private key"),
    FILE_(CREDENTIAL, "id_ed25519_sk", "an SSH private key"),
    FILE_(CREDENTIAL, ".env", "settings of a deployment, often with passwords"),
    FILE_(CREDENTIAL, ".env.production", "settings of a deployment, often with passwords"),
    FILE_(CREDENTIAL, ".env.prod", "settings of a deployment, often with passwords"),
    FILE_(CREDENTIAL, ".env.local", "settings of a deployment, often with passwords"),
    FILE_(CREDENTIAL, ".netrc", "logins for hosts"),
    FILE_(CREDENTIAL, "_netrc", "logins for hosts"),
    FILE_(CREDENTIAL, ".pgpass", "PostgreSQL passwords"),
    FILE_(CREDENTIAL, ".my.cnf", "MySQL logins"),
    FILE_(CREDENTIAL, ".mylogin.cnf", "MySQL logins"),
    FILE_(CREDENTIAL, ".pypirc", "PyPI logins"),
    FILE_(CREDENTIAL, ".git-credentials", "Git logins"),
    FILE_(CREDENTIAL, ".htpasswd", "password hashes of a web server"),
    FILE_(CREDENTIAL, ".dockercfg", "registry logins"),
    FILE_(CREDENTIAL, ".dockerconfigjson", "registry logins"),
    FILE_(CREDENTIAL, ".docker/config.json", "registry logins"),
    FILE_(CREDENTIAL, "containers/auth.json", "registry logins"),
    FILE_(CREDENTIAL, ".kube/config", "logins for Kubernetes clusters"),
    FILE_(CREDENTIAL, "kubeconfig", "logins for Kubernetes clusters"),
    FILE_(CREDENTIAL, "kubernetes/admin.conf", "the administrator's login for a Kubernetes cluster"),
    FILE_(CREDENTIAL, "kubernetes/super-admin.conf", "the administrator's login for a Kubernetes cluster"),
    FILE_(CREDENTIAL, ".aws/credentials", "keys of an AWS account"),
    FILE_(CREDENTIAL, ".boto", "keys of a cloud account"),
    FILE_(CREDENTIAL, ".s3cfg", "keys of an object store"),
    FILE_(CREDENTIAL, "rclone.conf", "keys of object stores"),
    FILE_(CREDENTIAL, ".azure/accessTokens.json", "tokens of an Azure account"),
    FILE_(CREDENTIAL, ".azure/msal_token_cache.json", "tokens of an Azure account"),
    FILE_(CREDENTIAL, "gcloud/credentials.db", "tokens of a Google Cloud account"),
    FILE_(CREDENTIAL, "gcloud/application_default_credentials.json", "tokens of a Google Cloud account"),
    FILE_(CREDENTIAL, "terraform.tfstate", "the state of an infrastructure, passwords included"),
    FILE_(CREDENTIAL, ".vault-token", "a token for Vault"),
    FILE_(CREDENTIAL, ".terraformrc", "tokens for Terraform"),
    FILE_(CREDENTIAL, ".cargo/credentials", "a token for a crate registry"),
    FILE_(CREDENTIAL, ".cargo/credentials.toml", "a token for a crate registry"),
    FILE_(CREDENTIAL, ".gem/credentials", "a key for RubyGems"),
    FILE_(CREDENTIAL, ".m2/settings-security.xml", "the master password of Maven"),
    FILE_(CREDENTIAL, "config/master.key", "the key that opens the secrets of a Rails application"),
    FILE_(CREDENTIAL, "secring.gpg", "OpenPGP private keys"),
    DIR_(CREDENTIAL, "private-keys-v1.d", "OpenPGP private keys"),

    FILE_(HOST_KEY, "ssh_host_rsa_key", "the private key of an SSH server"),
    FILE_(HOST_KEY, "ssh_host_dsa_key", "the private key of an SSH server"),
    FILE_(HOST_KEY, "ssh_host_ecdsa_key", "the private key of an SSH server"),
    FILE_(HOST_KEY, "ssh_host_ed25519_key", "the private key of an SSH server"),
    FILE_(HOST_KEY, "dropbear_rsa_host_key", "the private key of an SSH server"),
    FILE_(HOST_KEY, "dropbear_ecdsa_host_key", "the private key of an SSH server"),
    FILE_(HOST_KEY, "dropbear_ed25519_host_key", "the private key of an SSH server"),

    FILE_(HISTORY, ".bash_history", "commands that were typed"),
    FILE_(HISTORY, ".ash_history", "commands that were typed"),
    FILE_(HISTORY, ".sh_history", "commands that were typed"),
    FILE_(HISTORY, ".zsh_history", "commands that were typed"),
    FILE_(HISTORY, "fish_history", "commands that were typed"),
    FILE_(HISTORY, ".python_history", "Python that was typed"),
    FILE_(HISTORY, ".node_repl_history", "JavaScript that was typed"),
    FILE_(HISTORY, ".irb_history", "Ruby that was typed"),
    FILE_(HISTORY, ".mysql_history", "SQL that was typed"),
    FILE_(HISTORY, ".psql_history", "SQL that was typed"),
    FILE_(HISTORY, ".sqlite_history", "SQL that was typed"),
    FILE_(HISTORY, ".rediscli_history", "Redis commands that were typed"),
    FILE_(HISTORY, ".mongosh_history", "MongoDB commands that were typed"),
    FILE_(HISTORY, ".viminfo", "what was edited and searched for"),
    FILE_(HISTORY, ".lesshst", "what was read and searched for"),

    DIR_(PROJECT, ".git", "the whole history of the source"),
    DIR_(PROJECT, ".svn", "a Subversion working copy"),
    DIR_(PROJECT, ".hg", "the whole history of the source"),
    DIR_(PROJECT, ".bzr", "the whole history of the source"),
    DIR_(PROJECT, ".idea", "settings of an editor"),
    DIR_(PROJECT, ".vscode", "settings of an editor"),
    DIR_(PROJECT, ".github", "the project's build pipeline"),
    DIR_(PROJECT, ".circleci", "the project's build pipeline"),
    FILE_(PROJECT, ".gitlab-ci.yml", "the project's build pipeline"),
    FILE_(PROJECT, "Jenkinsfile", "the project's build pipeline"),
    FILE_(PROJECT, "Dockerfile", "how the image is built"),
    FILE_(PROJECT, "Containerfile", "how the image is built"),
    FILE_(PROJECT, ".dockerignore", "how the image is built"),
    FILE_(PROJECT, "docker-compose.yml", "how the image is deployed"),
    FILE_(PROJECT, "docker-compose.yaml", "how the image is deployed"),
    FILE_(PROJECT, "compose.yaml", "how the image is deployed"),
    FILE_(PROJECT, "Vagrantfile", "how the image is deployed"),

    FILE_(LOGIN, ".ssh/authorized_keys", "SSH keys that may log in"),
    FILE_(LOGIN, ".ssh/authorized_keys2", "SSH keys that may log in"),
    FILE_(LOGIN, ".rhosts", "hosts that may log in"),
    FILE_(LOGIN, ".shosts", "hosts that may log in"),
    FILE_(LOGIN, "etc/hosts.equiv", "hosts that may log in"),
    FILE_(LOGIN, "etc/shosts.equiv", "hosts that may log in"),

    FILE_(MINER, "xmrig", "a coin miner"),
    FILE_(MINER, "xmrig-notls", "a coin miner"),
    FILE_(MINER, "xmr-stak", "a coin miner"),
    FILE_(MINER, "minerd", "a coin miner"),
    FILE_(MINER, "cpuminer", "a coin miner"),
    FILE_(MINER, "ccminer", "a coin miner"),
    FILE_(MINER, "ethminer", "a coin miner"),
    FILE_(MINER, "nbminer", "a coin miner"),
    FILE_(MINER, "kinsing", "malware that mines coins"),
    FILE_(MINER, "kdevtmpfsi", "malware that mines coins"),
};

/* The last component of a row's name. */
static struct str last_of(struct str name)
{
    struct str dir, base;

    str_rsplit(name, '/', &dir, &base);
    return base;
}

const struct tell *tell_of(struct str path, bool directory)
{
    for (size_t i = 0; i < ARRAY_LEN(tells); i++) {
        const struct tell *t = &tells[i];
        if (t->directory == directory && str_ends(path, t->name) &&
            (path.n == t->name.n || path.p[path.n - t->name.n - 1] == '/'))
            return t;
    }
    return NULL;
}

static uint8_t chain_of(struct str name)
{
    return (uint8_t)(((uint8_t)name.p[0] + 7u * (uint8_t)name.p[name.n - 1] + 31u * name.n) & 0xff);
}

void tell_index_fill(struct tell_index *x)
{
    static_assert(ARRAY_LEN(tells) <= TELLS_MOST, "a row's number is a byte");
    *x = (struct tell_index){ 0 };
    for (size_t i = 0; i < ARRAY_LEN(tells); i++) {
        uint8_t *head = &x->head[chain_of(last_of(tells[i].name))];
        x->next[i] = *head;
        *head = (uint8_t)(i + 1);
    }
}

bool tell_may(const struct tell_index *x, struct str name)
{
    for (uint8_t i = name.n ? x->head[chain_of(name)] : 0; i; i = x->next[i - 1])
        if (str_eq(last_of(tells[i - 1].name), name))
            return true;
    return false;
}
