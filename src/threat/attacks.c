/* attacks.c - the attacks, as data: from what an attacker has, over what is open, to what he gets.
 *
 * The sentence goes on from "Whoever gets code running in debian:12 ...", and behind it stand the titles of
 * the findings used. */
#include "threat/attack.h"

#define GET(from_, to_) .from = SITUATION_##from_, .to = SITUATION_##to_

const struct attack attacks[] = {
    /* Root in the container. */
    { "runs-as-root", GET(CODE, ROOT), .all = CHECKS("image-root-user"), .cost = 1,
      .does = "is root in it at once" },
    { "account-without-password", GET(CODE, ROOT),
      .any = CHECKS("image-empty-password", "image-uid-0-account"), .cost = 2,
      .does = "becomes root in it by a change of user" },
    { "sudo-without-password", GET(CODE, ROOT), .all = CHECKS("image-sudo-nopasswd"), .cost = 1,
      .does = "becomes root in it by sudo" },
    { "account-file-written", GET(CODE, ROOT), .all = CHECKS("image-writable-account-file"), .cost = 2,
      .does = "becomes root in it by adding an account" },
    { "setuid-program", GET(CODE, ROOT), .any = CHECKS("image-setuid-unowned", "image-file-capabilities"),
      .cost = 5, .does = "can become root in it by a program that runs with more rights" },

    /* The programs of the container: changed once, run by everyone who comes later. */
    { "entrypoint-replaced", GET(CODE, PERSISTENCE),
      .any = CHECKS("image-writable-entrypoint", "image-writable-path-dir", "image-world-writable-file"),
      .cost = 2, .does = "stays in it by replacing what is run there" },
    { "library-preloaded", GET(CODE, PERSISTENCE), .any = CHECKS("image-ld-preload"), .cost = 5,
      .does = "stays in it by replacing the library that every program loads" },

    /* The content of the image. */
    { "tag-moved", GET(UPSTREAM, CONTENT), .any = CHECKS("image-mutable-tag"), .cost = 10,
      .does = "puts another image in its place" },
    { "build-download-replaced", GET(UPSTREAM, CONTENT),
      .any = CHECKS("image-curl-pipe-shell", "image-add-remote"), .cost = 5,
      .does = "puts code of his own into it" },
    { "content-runs", GET(CONTENT, CODE), .cost = 1, .does = "has his code run as its user" },

    /* Out of the container, by what the image itself prepares. */
    { "runtime-led-out", GET(MAKER, HOST), .any = CHECKS("image-workdir-proc-fd", "image-proc-symlink"),
      .cost = 10, .does = "leads a vulnerable container runtime out to the host" },

    /* Secrets and service. */
    { "secret-copied", GET(PULL, SECRETS), .any = CHECKS("image-sensitive-file"), .cost = 1,
      .does = "reads them in it" },
    { "service-stays-down", GET(CLIENT, DOWN), .all = CHECKS("image-no-healthcheck"), .cost = 3,
      .does = "keeps it down, for nothing notices" },
};
const size_t n_attacks = ARRAY_LEN(attacks);
