/* secret_corpus.c - a labelled corpus of text with and without secrets, one case a file, made from the
 * grammars of data/secrets and from what ordinary trees are full of. Usage: secret_corpus DIR [SEED] Writes
 * DIR/files/NUMBER.conf and DIR/labels.tsv: file, "secret" or "none", where it comes from. */
#include "secret/kind.h"
#include "secret_grammar.h"

#include <sys/stat.h>

enum { TRUE_EACH = 3, NOISE_EACH = 30 };

static FILE *labels;
static const char *dir;
static unsigned number;

static void put(struct secret_rng *r, const char *grammar, bool secret, const char *from)
{
    AUTO_BUF struct buf text = BUF(1 << 20);
    char path[4200];

    secret_make(r, grammar, &text);
    snprintf(path, sizeof path, "%s/files/%05u.conf", dir, number);
    FILE *f = fopen(path, "we");
    if (!f || fwrite(text.p, 1, text.n, f) != text.n || fputc('\n', f) < 0 || fclose(f) != 0) {
        fprintf(stderr, "secret_corpus: %s cannot be written\n", path);
        exit(2);
    }
    fprintf(labels, "%05u.conf\t%s\t%s\n", number++, secret ? "secret" : "none", from);
}

/* What looks random and is no secret: hashes, identifiers, public halves, words, references. */
static const struct {
    const char *from, *grammar;
} noise[] = {
    { "lock file", "      \"integrity\": \"sha512-{b64:86}==\"," },
    { "lock file", "    \"resolved\": \"https://registry.example.net/a/-/a-1.2.3.tgz#{hex:40}\"," },
    { "lock file", "  checksum: 10/{hex:128}" },
    { "lock file", "github.com/a/b v1.2.3 h1:{b64:43}=" },
    { "lock file", "checksum = \"{hex:64}\"" },
    { "lock file", "sha256 = {hex:64}  --hash=sha256:{hex:64}" },
    { "image digest", "image: registry.example.net/app@sha256:{hex:64}" },
    { "commit", "commit {hex:40}\\nAuthor: A <a@example.net>" },
    { "identifier", "request_id: {uuid}" },
    { "identifier", "{\"id\":\"{uuid}\",\"trace\":\"{hex:32}\"}" },
    { "identifier", "X-Amz-Request-Id: {upnum:16}" },
    { "public key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{b64:43} me@host" },
    { "public key", "-----BEGIN PUBLIC KEY-----\\n{b64:64}\\n{b64:64}\\n-----END PUBLIC KEY-----" },
    { "certificate",
      "-----BEGIN CERTIFICATE-----\\n{b64:64}\\n{b64:64}\\n{b64:64}\\n-----END CERTIFICATE-----" },
    { "public key", "stripe_publishable = pk_live_{b62:24}" },
    { "public key", "sentry dsn: https://{hex:32}@o{digit:6}.ingest.sentry.io/{digit:7}" },
    { "style sheet", "src: url(data:font/woff2;base64,{b64:200})" },
    { "picture", "<img src=\"data:image/png;base64,iVBORw0KGgo{b64:240}\">" },
    { "source map",
      "//# sourceMappingURL=data:application/json;base64,eyJ2ZXJzaW9uIjozLCJzb3VyY2Vz{b64:120}" },
    { "minified", "!function(e,t){var n={ token:t.token,secret:e.secret,password:r.password };return "
                  "n(e)}({lower:6},{lower:5})" },
    { "minified",
      "const {lower:4}Token=e=>e.accessToken||(e.accessToken=t({digit:3})),{lower:6}=async()=>{}" },
    { "source", "password = getPassword(config, \"database.{lower:8}\")" },
    { "source", "token: process.env.{upper:10}_TOKEN," },
    { "source", "String secretName = \"{lower:8}-secret-{lower:6}\";" },
    { "source", "api_key = os.environ.get('{upper:9}_API_KEY')" },
    { "source", "private static final String TOKEN_HEADER_{upper:4} = \"X-Auth-Token\";" },
    { "source", "if (token.type === TokenType.{alpha:10}) { return parse{alpha:8}(token) }" },
    { "source", "public class {alpha:12}SecretManagerServiceFactoryBeanConfigurer {" },
    { "reference", "DB_PASSWORD=${DB_{upper:6}_PASSWORD}" },
    { "reference", "password: {{ vault_{lower:8}_password }}" },
    { "reference", "secretKeyRef: { name: {lower:8}, key: password }" },
    { "reference", "API_TOKEN: $(cat /run/secrets/{lower:8})" },
    { "placeholder", "api_key: <your-{lower:6}-api-key>" },
    { "placeholder", "AWS_SECRET_ACCESS_KEY=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" },
    { "placeholder", "password=changeme # {lower:8}" },
    { "placeholder", "token: YOUR_TOKEN_HERE_{upper:4}" },
    { "placeholder", "GITHUB_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx # {lower:5}" },
    { "example", "aws_access_key_id = AKIAIOSFODNN7EXAMPLE # {lower:6}" },
    { "example", "postgres://user:password@localhost:5432/{lower:8}" },
    { "example", "mongodb://root:example@127.0.0.1/{lower:8}" },
    { "locale", "\"password.{lower:6}\": \"Your password must have at least {digit:1} characters\"" },
    { "locale", "token_expired_{lower:5}: \"The token has expired. Please sign in again.\"" },
    { "locale", "secret = Geheimnis der {alpha:8}" },
    { "test vector", "{ \"key\": \"{hex:32}\", \"nonce\": \"{hex:24}\", \"ct\": \"{hex:64}\" }" },
    { "test vector", "Count = {digit:3}\\nMsg = {HEX:64}\\nMD = {HEX:64}" },
    { "documentation", "Set the `password` option to a string of {digit:2} characters." },
    { "documentation", "Authorization: Bearer <token> ({lower:8})" },
    { "code table", "{ 0x{hex:8}, 0x{hex:8}, 0x{hex:8}, 0x{hex:8} }," },
    { "address", "bitcoin:bc1q{lownum:38}" },
    { "build", "ETag: \"{hex:32}\"" },
    { "build", "main.{hex:20}.js chunk-{upnum:8}.css" },
    { "module", "import {alpha:6} from './{lower:8}-token-utils-{lower:5}.js'" },
    { "cookie", "Set-Cookie: csrf_cookie_name={lower:8}; Path=/; HttpOnly" },
    { "markup", "<input type=\"password\" name=\"password\" id=\"{lower:8}-password-field\" "
                "autocomplete=\"new-password\">" },
};

int main(int argc, char **argv)
{
    struct secret_rng r = { argc > 2 ? strtoull(argv[2], NULL, 10) : 88172645463325252u };
    char path[4200];

    if (argc < 2)
        return 2;
    dir = argv[1];
    mkdir(dir, 0755);
    snprintf(path, sizeof path, "%s/files", dir);
    mkdir(path, 0755);
    snprintf(path, sizeof path, "%s/labels.tsv", dir);
    if (!(labels = fopen(path, "we")))
        return 2;
    for (size_t i = 0; i < n_secret_examples; i++)
        for (int k = 0; k < (secret_examples[i].good ? TRUE_EACH : 1); k++)
            put(&r, secret_examples[i].grammar, secret_examples[i].good,
                secret_kinds[secret_examples[i].kind].info.id);
    for (size_t i = 0; i < ARRAY_LEN(noise); i++)
        for (int k = 0; k < NOISE_EACH; k++)
            put(&r, noise[i].grammar, false, noise[i].from);
    return fclose(labels) == 0 ? 0 : 2;
}
