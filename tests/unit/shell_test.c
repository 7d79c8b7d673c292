/* Scripts cut into commands: each row is a script and what comes out, one command a piece: words joined by
 * "_", then how it is joined to the next, "<" when it reads a pipe, "!" when by sudo, its level when not 0.
 * And capabilities and the history lines of builders, which need nothing else. */
#include "core/buf.h"
#include "rule/capability.h"
#include "rule/secret_name.h"
#include "rule/shell.h"
#include "rule/step.h"
#include "tap.h"

static const struct {
    const char *script, *want;
} row[] = {
    { "", "" },
    { "   # nothing", "" },
    { "a b  c", "a_b_c" },
    { "echo \"curl -k\" # curl -k", "echo_curl -k" },
    { "echo 'it''s' a\\ b \"x\\\"y\"", "echo_its_a b_x\"y" },
    { "a && b || c; d | e\nf &", "a&& b|| c d| e< f" },
    { "a \\\n  b", "a_b" },
    { "set -eux; if [ -f x ]; then curl -k u; fi", "set_-eux [_-f_x_] curl_-k_u fi" },
    { "FOO=1 BAR=2 make", "make" },
    { "FOO=1", "" },
    { "sudo -u app -E curl x", "curl_x!" },
    { "env -i A=b nice -n 5 timeout -s KILL 10 wget x", "wget_x" },
    { "curl x | sudo bash -", "curl_x| bash_-<!" },
    { "a > /dev/null 2>&1 < in", "a_>/dev/null_>&1_<in" },
    { "a>b", "a_>b" },
    { "x $(curl -k u) y", "x_$(curl -k u)_y curl_-k_u@1" },
    { "x \"`wget u`\"", "x_`wget u` wget_u@1" },
    { "bash <(curl u)", "bash_<(curl u) curl_u@1" },
    { "sh -ec 'a; b'", "sh_-ec_a; b a@1 b@1" },
    { "su - app -c \"pip install x\"", "su_-_app_-c_pip install x pip_install_x@1" },
    { "eval \"$(a)\"", "eval_$(a) a@1 $(a)@1 a@2" },
    { "echo ${A:-$(b)} c", "echo_${A:-$(b)}_c" },
    { "(a; b) | c", "a b c<" },
    { "{ a; b; } | c", "a b }| c<" },
    { "cat <<EOF > f\ncurl -k u\nEOF\nb", "cat_<<EOF_>f b" },
    { "sh <<'EOF'\ncurl u\nEOF\nb", "sh_<<EOF b curl_u@1" },
    { "cat <<-A <<B\n1\nA\n2\nB\nc", "cat_<<A_<<B c" },
    { "case $x in a) b ;; *) c ;; esac", "case_$x_in_a b * c esac" },
    { "echo $((1+2))", "echo_$((1+2)) 1+2@1" },
    { "a 'open", "a_open" },
    { "a \"$(b", "a_$(b" },
    { "a `b", "a_`b" },
    { "a \\", "a_" },
    { "a $(", "a_$(" },
    { "a <<", "a_<<" },
};

static void commands_of(const char *script, struct buf *out)
{
    AUTO_ARENA struct arena a = ARENA(1 << 20);
    static const char *const then[] = { "", "|", "&&", "||" };
    size_t n = strlen(script);
    AUTO_FREE char *exact = malloc(n ? n : 1); /* so that the sanitizer sees one byte too far */
    struct shell s;
    struct shell_command c;

    memcpy(exact, script, n);
    for (shell_open(&s, &a, (struct str){ exact, n }); shell_next(&s, &c);) {
        if (!c.n)
            continue;
        if (out->n)
            buf_char(out, ' ');
        for (size_t i = 0; i < c.n; i++)
            buf_fmt(out, "%s%.*s", i ? "_" : "", STR_ARG(c.word[i]));
        buf_fmt(out, "%s%s%s", then[c.then], c.piped ? "<" : "", c.sudo ? "!" : "");
        if (c.level)
            buf_fmt(out, "@%u", c.level);
    }
    CHECK(!s.cut);
}

static void scripts(void)
{
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        AUTO_BUF struct buf got = BUF(1 << 16);
        commands_of(row[i].script, &got);
        buf_char(&got, '\0');
        CHECK_TEXT(got.p, row[i].want);
    }
}

/* Everything that is too much is said, and takes time and memory in proportion. */
static void limits(void)
{
    static const char *const pieces[] = { "$(", "`",  "sh -c '", "a;", "x ", "<<E\n",
                                          "\"", "${", "<(",      "\\", "a|" };
    enum { TIMES = 50000 };

    for (size_t i = 0; i < ARRAY_LEN(pieces); i++) {
        AUTO_ARENA struct arena a = ARENA(64 << 20);
        AUTO_BUF struct buf script = BUF(1 << 22);
        struct shell s;
        struct shell_command c;
        size_t n = 0;
        for (size_t k = 0; k < TIMES; k++)
            buf_str(&script, str_of(pieces[i]));
        for (shell_open(&s, &a, buf_view(&script)); shell_next(&s, &c);)
            n++;
        CHECK(n <= (size_t)TIMES * 8);
        if (i == 0 || i == 4)
            CHECK(s.cut);
    }
}

static void noise(void)
{
    static const char letters[] = "ab $(){}`'\"\\|&;<>#\n=-c sh";
    uint32_t seed = 1;

    for (int round = 0; round < 20000; round++) {
        AUTO_ARENA struct arena a = ARENA(1 << 20);
        size_t n = (size_t)(seed >> 8) % 40;
        AUTO_FREE char *exact = malloc(n ? n : 1);
        struct shell s;
        struct shell_command c;
        for (size_t i = 0; i < n; i++) {
            seed = seed * 1664525 + 1013904223;
            exact[i] = letters[(seed >> 16) % (sizeof letters - 1)];
        }
        seed = seed * 1664525 + 1013904223;
        size_t commands = 0;
        for (shell_open(&s, &a, (struct str){ exact, n }); shell_next(&s, &c);)
            commands++;
        CHECK(commands <= 40 * SHELL_SCRIPTS_MOST);
    }
}

static bool has(const char *script, const char *word)
{
    AUTO_ARENA struct arena a = ARENA(1 << 16);
    struct shell s;
    struct shell_command c;

    shell_open(&s, &a, str_of(script));
    return shell_next(&s, &c) && shell_has(&c, str_of(word));
}

static void options(void)
{
    CHECK(has("curl -k u", "-k"));
    CHECK(has("curl -fsSLk u", "-k"));
    CHECK(!has("curl -ok u", "-k")); /* writes to a file named k */
    CHECK(!has("curl --key k u", "-k"));
    CHECK(has("git config http.sslverify false", "http.sslVerify"));
    CHECK(has("pip --trusted-host=example.org", "--trusted-host=*"));
    CHECK(!has("apt-get install x", "instal"));
    CHECK(!has("-k", "-k")); /* the command itself is no option */
}

static const char *caps(const char *bytes, size_t n, char *to)
{
    struct file_caps c;

    return file_caps_read((struct str){ bytes, n }, &c) ? file_caps_text(&c, to, 200) : "none";
}

static void capabilities(void)
{
    char t[200];

    /* what `setcap cap_net_raw+ep` and `setcap cap_net_bind_service=+ei` write */
    CHECK_TEXT(caps("\1\0\0\2\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20, t), "cap_net_raw+ep");
    CHECK_TEXT(caps("\1\0\0\2\0\0\0\0\0\4\0\0\0\0\0\0\0\0\0\0", 20, t), "cap_net_bind_service+ei");
    CHECK_TEXT(caps("\0\0\0\1\1\0\0\0\0\0\0\0", 12, t), "cap_chown+p");
    CHECK_TEXT(caps("\0\0\0\3\0\0\0\0\0\0\0\0\xff\1\0\0\0\0\0\0\0\0\0\0", 24, t),
               "cap_mac_override,cap_mac_admin,cap_syslog,cap_wake_alarm,cap_block_suspend,cap_audit_read,"
               "cap_perfmon,cap_bpf,cap_checkpoint_restore+p");
    CHECK_TEXT(caps("\1\0\0\2\0\x20\0\0", 8, t), "none");
    CHECK_TEXT(caps("\1\0\0\4\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20, t), "none");
    CHECK_TEXT(caps("", 0, t), "none");
}

static void step_is(const char *line, const char *instruction, const char *args, const char *body)
{
    AUTO_FACTS struct facts f = FACTS(1 << 16);
    struct err e = { 0 };
    struct image img = { .config_facts = &f };
    struct step s;
    size_t at = 0;
    char got[400], want[400];

    CHECK(facts_add_history(&f, &(struct history){ .created_by = str_of(line) }, &e) == 0);
    CHECK(step_next(&img, &at, &s));
    snprintf(got, sizeof got, "%.*s|%.*s|%.*s", STR_ARG(s.instruction), STR_ARG(str_trim(s.args)),
             STR_ARG(s.body));
    snprintf(want, sizeof want, "%s|%s|%s", instruction, args, body);
    CHECK_TEXT(got, want);
    CHECK(!step_next(&img, &at, &s));
}

static void steps(void)
{
    step_is("/bin/sh -c #(nop)  CMD [\"bash\"]", "CMD", "", "[\"bash\"]");
    step_is("/bin/sh -c #(nop) ADD file:ab in / ", "ADD", "", "file:ab in /");
    step_is("/bin/sh -c apt-get update", "RUN", "", "apt-get update");
    step_is("|1 A=b c /bin/sh -c make", "RUN", "A=b c", "make");
    step_is("|2 A=x /y B=z /bin/sh -c make", "RUN", "A=x /y B=z", "make");
    step_is("RUN |2 A=/x/y B= /bin/bash -o pipefail -c make all # buildkit", "RUN", "A=/x/y B=", "make all");
    step_is("RUN /bin/sh -c set -eux; \tmake # buildkit", "RUN", "", "set -eux; \tmake");
    step_is("RUN /bin/ash -eo pipefail -c x", "RUN", "", "x");
    step_is("RUN sh script.sh # buildkit", "RUN", "", "sh script.sh");
    step_is("RUN --mount=type=cache,target=/x /bin/sh -c make", "RUN", "", "make");
    step_is("RUN apt-get update", "RUN", "", "apt-get update");
    step_is("COPY --chown=1:1 a /b # buildkit", "COPY", "", "--chown=1:1 a /b");
    step_is("umoci repack", "", "", "umoci repack");
    step_is("", "", "", "");
    step_is("RUN |", "RUN", "", "|");
    step_is("RUN |9999999999999999999999 A=b", "RUN", "", "|9999999999999999999999 A=b");
    step_is("|1", "RUN", "", "");
}

static void secrets(void)
{
    static const char *const yes[] = { "DB_PASSWORD", "githubToken", "AWS_SECRET_ACCESS_KEY",
                                       "API_KEY",     "PGPASSWORD",  "npm_auth_token",
                                       "ROOT_PASS",   "JWT_KEY",     "SECRET_KEY_BASE" };
    static const char *const no[] = { "GPG_KEY",
                                      "TOKEN_FILE",
                                      "PASSWORD_MIN_LENGTH",
                                      "PATH",
                                      "KEYBOARD",
                                      "SECRET_NAME",
                                      "PYTHON_PIP_VERSION",
                                      "",
                                      "_",
                                      "BYPASS",
                                      "MONKEY" };

    for (size_t i = 0; i < ARRAY_LEN(yes); i++)
        CHECK(is_secret_name(str_of(yes[i])));
    for (size_t i = 0; i < ARRAY_LEN(no); i++)
        CHECK(!is_secret_name(str_of(no[i])));
    CHECK(has_url_password(STR("x postgres://u:secret@db.example.org/x")));
    CHECK(!has_url_password(STR("https://example.org/a:b@c")));
    CHECK(!has_url_password(STR("https://u@example.org and http://u:$PW@example.org")));
}

TESTS(T(scripts), T(limits), T(noise), T(options), T(capabilities), T(steps), T(secrets))
