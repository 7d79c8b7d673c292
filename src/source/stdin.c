/* stdin.c - what is piped into the program: kubectl get -o json, helm template, a bill of materials. */
#include "io/fs.h"
#include "source/deployment.h"
#include "source/recognise.h"
#include "source/sbom.h"

static bool recognises(struct str word)
{
    return str_eq(word, STR("-"));
}

static int open_target(struct source_env *env, struct str target UNUSED, struct err *e)
{
    AUTO_BUF struct buf text = BUF(0);

    if (fs_read_stdin(SBOM_MOST, &text, e) < 0)
        return -1;
    struct str name = STR("stdin"), bytes = arena_str(env->arena, buf_view(&text));
    if (!bytes.p)
        return err_set(e, ERR_LIMIT, "standard input is too large");
    return recognise_sbom(bytes) ? sbom_open(env, name, name, bytes, e)
                                 : deployment_open_bytes(env, name, bytes, NULL, e);
}

const struct source source_stdin = {
    .name = "stdin",
    .what = "standard input: a document of a deployment, or a bill of materials",
    .syntax = "-",
    .recognises = recognises,
    .open = open_target,
};
