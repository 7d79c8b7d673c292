#include "cmd/cmd.h"
#include "cmd/scan_options.h"
#include "scan/policy.h"

static struct {
    struct scan_args scan;
    struct opt_list formats;
    const char *fail_on, *baseline;
} args = { .scan = SCAN_ARGS };

static const struct opt opts[] = {
    opt_list('f', "format", &args.formats, "NAME[=FILE]",
             "table, json, sarif ... (`scantling list reports`); repeatable"),
    opt_text('o', "output", &args.scan.output, "FILE", "where the report without =FILE goes"),
    opt_text('s', "severity", &args.scan.severity, "LEVEL",
             "show findings from this severity on (default info)"),
    opt_text(0, "fail-on", &args.fail_on, "WHAT,...",
             "exit 1 on: a severity or worse, kev, unknown, incomplete, new"),
    opt_text(0, "baseline", &args.baseline, "REPORT", "JSON report of before, for --fail-on new"),
    opt_text(0, "ignore-file", &args.scan.ignore_file, "FILE",
             "accepted findings (default .scantlingignore)"),
    SCAN_ADVISORY_OPTIONS(args.scan),
    SCAN_SOURCE_OPTIONS(args.scan),
    SCAN_IMAGE_OPTIONS(args.scan),
    SCAN_SECRET_OPTIONS(args.scan),
    SCAN_LIMIT_OPTIONS(args.scan),
    SCAN_SCREEN_OPTIONS(args.scan),
    { 0 },
};

static int exit_code(const struct model *m, const struct fail_on *f, int failed, struct err *e)
{
    struct err why;
    int r = f->any ? policy_fails(m, f, args.baseline, &why) : 0;

    if (r < 0) {
        *e = why;
        return -1;
    }
    if (r > 0 && !args.scan.quiet)
        cmd_say("scantling scan: failed: %s", why.text);
    return failed ? EXIT_UNREADABLE : r > 0 ? EXIT_FAIL_ON : EXIT_DONE;
}

static int run(int argc, char **argv, struct err *e)
{
    struct scan_options o;
    struct wanted_reports wanted;
    struct fail_on fail_on = { 0 };
    int failed = 0;

    if (!argc)
        return err_set(e, ERR_USAGE, "needs a TARGET");
    if (scan_args_options(&args.scan, &o, e) < 0 ||
        scan_args_wanted(&args.scan, &args.formats, "table", &wanted, e) < 0 ||
        policy_parse_fail_on(str_of(args.fail_on), &fail_on, e) < 0)
        return -1;
    for (size_t i = 0; i < wanted.n; i++)
        o.relate |= wanted.p[i].report->inventory;
    AUTO_SCAN struct scan *s = scan_new(&o, e);
    if (!s || (failed = scan_args_targets(s, argc, argv, e)) < 0 || scan_finish(s, e) < 0)
        return -1;
    if (failed == argc)
        return EXIT_UNREADABLE;
    if (scan_args_write(&args.scan, &wanted, scan_model(s), e) < 0)
        return -1;
    return exit_code(scan_model(s), &fail_on, failed, e);
}

const struct cmd cmd_scan = {
    .name = "scan",
    .summary = "read targets and report the threats they are exposed to",
    .usage = "[OPTIONS] TARGET...",
    .description =
        "Reads images, archives and directories once, in confined processes, builds the threat model and\n"
        "judges it. A target is an image reference, a path, or SCHEME:REST; `scantling list sources` shows\n"
        "the forms. Exit codes: 0 done, 1 --fail-on says no, 2 usage, 3 a target could not be read.",
    .opts = opts,
    .run = run,
};
