/* attacks_image.c - attacks by what an image brings along, as data: from what an attacker has, over what is
 * open, to what he gets. The sentence goes on from "Whoever gets code running in debian:12 ...", and behind
 * it stand the titles of the findings used. */
#include "threat/attack.h"

/* Setuid files and file capabilities do nothing for a process that may not gain privileges. */
#define MAY_GAIN CHECKS("workload-privilege-escalation")

static const struct attack table[] = {
    /* From outside to code in the container. */
    { "debugger-runs-it", GET(CLIENT, CODE), .any = CHECKS("image-debugger", "image-debug-port"), .cost = 2,
      .does = "has code run by the debugger" },
    { "console-runs-it", GET(CLIENT, CODE), .any = CHECKS("image-debug-mode"), .cost = 5,
      .does = "can get code run through what is meant for developers" },
    { "login-known", GET(CLIENT, CODE), .all = CHECKS("image-login-port"),
      .any = CHECKS("image-empty-password", "image-shipped-password", "image-password-in-build"), .cost = 2,
      .does = "logs in with a password that is empty or that everyone with the image can learn" },
    { "login-guessed", GET(CLIENT, CODE), .any = CHECKS("image-login-port"), .cost = 10,
      .does = "can guess or steal a password and log in" },
    { "way-in-built-in", GET(MAKER, CODE), .any = CHECKS("image-reverse-shell"), .cost = 1,
      .does = "has a way into its containers" },
    { "key-planted", GET(MAKER, CODE), .all = CHECKS("image-login-file", "image-login-service"), .cost = 2,
      .does = "is let into its containers" },
    { "library-planted", GET(MAKER, CODE), .any = CHECKS("image-preload-file"), .cost = 3,
      .does = "has code of own choice in each of its programs" },
    { "hidden-code", GET(MAKER, CODE), .any = CHECKS("image-obscured-command", "image-hostile"), .cost = 3,
      .does = "can have code in it that nobody who looked has seen" },

    /* Code in the container: got from outside, or assumed, which is told only where the other is no cheaper.
     */
    { "got-inside", GET(CODE, INSIDE), .cost = 1 },
    { "assumed-inside", GET(BREACH, INSIDE), .cost = 20 },

    /* Root in the container. */
    { "runs-as-root", GET(INSIDE, ROOT), .on = ON(IMAGE), .any = CHECKS("image-root-user"), .cost = 1,
      .does = "is root in it at once" },
    { "setuid-shell", GET(INSIDE, ROOT), .on = ON(IMAGE),
      .any = CHECKS("image-setuid-shell", "image-setuid-writable"), .cost = 1,
      .does = "becomes root in it by one call" },
    { "setuid-shell-gains", GET(INSIDE, ROOT), .on = ON(WORKLOAD), .all = MAY_GAIN,
      .any = CHECKS("image-setuid-shell", "image-setuid-writable"), .cost = 1,
      .does = "becomes root in it by one call" },
    { "sudo-asks-nothing", GET(INSIDE, ROOT), .on = ON(IMAGE), .any = CHECKS("image-sudo-nopasswd"),
      .cost = 1, .does = "becomes root in it by sudo" },
    { "sudo-asks-nothing-gains", GET(INSIDE, ROOT), .on = ON(WORKLOAD), .all = MAY_GAIN,
      .any = CHECKS("image-sudo-nopasswd"), .cost = 1, .does = "becomes root in it by sudo" },
    { "password-empty", GET(INSIDE, ROOT), .any = CHECKS("image-empty-password"), .cost = 2,
      .does = "can become another user of it, root included" },
    { "group-is-root", GET(INSIDE, ROOT), .any = CHECKS("image-powerful-group"), .cost = 2,
      .does = "may do in it what root may" },
    { "account-file-written", GET(INSIDE, ROOT), .any = CHECKS("image-writable-account-file"), .cost = 2,
      .does = "becomes root in it by adding an account" },
    { "capable-program", GET(INSIDE, ROOT), .on = ON(IMAGE), .any = CHECKS("image-file-capabilities"),
      .cost = 3, .does = "becomes as good as root in it by a program with more rights" },
    { "capable-program-gains", GET(INSIDE, ROOT), .on = ON(WORKLOAD), .all = MAY_GAIN,
      .any = CHECKS("image-file-capabilities"), .cost = 3,
      .does = "becomes as good as root in it by a program with more rights" },
    { "password-known", GET(INSIDE, ROOT),
      .any = CHECKS("image-password-in-build", "image-shipped-password", "image-hash-in-passwd",
                    "image-weak-hash", "image-readable-shadow"),
      .cost = 7, .does = "can become root in it with a password learnt from the image" },
    { "uid-overflows", GET(INSIDE, ROOT), .any = CHECKS("image-user-out-of-range"), .cost = 5,
      .does = "is root in it on a runtime whose numbers overflow" },
    { "setuid-program", GET(INSIDE, ROOT), .on = ON(IMAGE),
      .any = CHECKS("image-setuid-unowned", "image-foreign-capabilities"), .cost = 6,
      .does = "can become root in it through a hole in a program with more rights" },
    { "setuid-program-gains", GET(INSIDE, ROOT), .on = ON(WORKLOAD), .all = MAY_GAIN,
      .any = CHECKS("image-setuid-unowned", "image-foreign-capabilities"), .cost = 6,
      .does = "can become root in it through a hole in a program with more rights" },
    { "packaged-setuid-program", GET(INSIDE, ROOT), .on = ON(IMAGE), .any = CHECKS("image-setuid-packaged"),
      .cost = 12, .does = "can become root in it through the next hole in a program with more rights" },
    { "packaged-setuid-program-gains", GET(INSIDE, ROOT), .on = ON(WORKLOAD), .all = MAY_GAIN,
      .any = CHECKS("image-setuid-packaged"), .cost = 12,
      .does = "can become root in it through the next hole in a program with more rights" },

    /* Out of the container, by what the image itself brings along. */
    { "engine-at-hand", GET(ROOT, HOST), .any = CHECKS("image-engine-volume"), .cost = 5,
      .does = "orders the engine of the host to start a privileged container" },
    { "engine-for-the-group", GET(INSIDE, HOST), .all = CHECKS("image-engine-volume", "image-powerful-group"),
      .cost = 5, .does = "orders the engine of the host to start a privileged container" },
    { "engine-api-exposed", GET(CLIENT, HOST), .any = CHECKS("image-engine-port"), .cost = 5,
      .does = "orders the engine behind it to start a privileged container" },
    { "device-opened", GET(ROOT, HOST), .any = CHECKS("image-device-node"), .cost = 9,
      .does = "reads and writes devices of the host where the engine lets it" },
    { "started-with-rights", GET(MAKER, HOST), .any = CHECKS("image-run-label"), .cost = 5,
      .does = "has the rights on the host that the label asks for" },
    { "runtime-led-out", GET(MAKER, HOST),
      .any =
          CHECKS("image-workdir-proc-fd", "image-volume-escapes", "image-proc-symlink", "image-process-link"),
      .cost = 8, .does = "leads a vulnerable container runtime out to the host" },
    { "hook-preloaded", GET(MAKER, HOST), .any = CHECKS("image-preload-hook"), .cost = 8,
      .does = "has a hook of a vulnerable runtime load own code on the host" },

    /* The content of the image. */
    { "download-runs", GET(SUPPLY, CONTENT), .any = CHECKS("image-curl-pipe-shell"), .cost = 2,
      .does = "puts code into it" },
    { "download-changed", GET(SUPPLY, CONTENT),
      .any = CHECKS("image-unverified-packages", "image-tls-verify-off", "image-plain-http",
                    "image-unverified-download", "image-add-remote"),
      .cost = 3, .does = "puts other packages or files into it" },
    { "package-shadowed", GET(SUPPLY, CONTENT), .any = CHECKS("image-extra-index"), .cost = 4,
      .does = "puts a package of the same name into it" },
    { "name-not-bound", GET(REPOSITORY, CONTENT),
      .any = CHECKS("image-schema-1", "image-latest-tag", "image-mutable-tag"), .cost = 5,
      .does = "puts another image behind its name" },

    /* A lasting place. */
    { "program-replaced", GET(INSIDE, PERSISTENCE),
      .any = CHECKS("image-writable-entrypoint", "image-writable-path-dir", "image-world-writable-file"),
      .cost = 2, .does = "stays in it by replacing what is run there" },
    { "search-path-seized", GET(INSIDE, PERSISTENCE), .any = CHECKS("image-relative-search-path"), .cost = 5,
      .does = "stays in it by a program or library laid where it is looked for first" },
    { "volume-outlives", GET(ROOT, PERSISTENCE), .any = CHECKS("image-system-volume"), .cost = 2,
      .does = "stays in it through every update" },

    /* Secrets, traces, service. */
    { "secret-copied", GET(COPY, SECRETS),
      .any = CHECKS("secret-exposed", "image-sensitive-file", "image-ssh-host-key", "image-engine-data",
                    "image-credential-env", "image-secret-build-arg", "image-history-file"),
      .cost = 1, .does = "can read the secrets in it" },
    { "traffic-read", GET(MIDDLE, SECRETS), .any = CHECKS("image-tls-verify-env"), .cost = 4,
      .does = "reads and changes what they say" },
    { "logs-rewritten", GET(ROOT, TRACES), .any = CHECKS("image-log-volume"), .cost = 1,
      .does = "rewrites the logs that tell of it" },
    { "hangs-unnoticed", GET(USER, DOWN), .any = CHECKS("image-no-healthcheck"), .cost = 5,
      .does = "can make it hang, and nothing restarts it" },
};
const struct attack_set attacks_image = { table, ARRAY_LEN(table) };
