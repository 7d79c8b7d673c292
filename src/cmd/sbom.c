#include "cmd/cmd.h"
#include "cmd/scan_options.h"

static struct {
    struct scan_args scan;
    struct opt_list formats;
} args = { .scan = SCAN_ARGS };

static const struct opt opts[] = {
    opt_list('f', "format", &args.formats, "NAME[=FILE]", "cyclonedx (default) or spdx; repeatable"),
    opt_text('o', "output", &args.scan.output, "FILE", "where the document without =FILE goes"),
    SCAN_SOURCE_OPTIONS(args.scan),
    SCAN_LIMIT_OPTIONS(args.scan),
    opt_flag('q', "quiet", &args.scan.quiet, "no progress, no remarks"),
    { 0 },
};

static int only_inventories(const struct wanted_reports *w, struct err *e)
{
    for (size_t i = 0; i < w->n; i++)
        if (!w->p[i].report->inventory)
            return err_set(e, ERR_USAGE, "%s is no inventory: cyclonedx and spdx are", w->p[i].report->name);
    return 0;
}

/* A document of packages says nothing about what could not be read: standard error does. */
static void print_gaps(const struct model *m)
{
    for (size_t i = 0; i < m->incomplete.n; i++)
        cmd_say("scantling sbom: not read: " STR_FMT ": " STR_FMT, STR_ARG(m->incomplete.p[i].where),
                STR_ARG(m->incomplete.p[i].reason));
}

static int run(int argc, char **argv, struct err *e)
{
    struct scan_options o;
    struct wanted_reports wanted;
    int failed;

    if (argc != 1)
        return err_set(e, ERR_USAGE, "needs one TARGET");
    if (scan_args_wanted(&args.scan, &args.formats, "cyclonedx", &wanted, e) < 0 ||
        only_inventories(&wanted, e) < 0 || scan_args_options(&args.scan, &o, e) < 0)
        return -1;
    o.packages_only = true;
    AUTO_SCAN struct scan *s = scan_new(&o, e);
    if (!s || (failed = scan_args_targets(s, argc, argv, e)) < 0)
        return -1;
    if (failed)
        return EXIT_UNREADABLE;
    if (scan_args_write(&args.scan, &wanted, scan_model(s), e) < 0)
        return -1;
    if (!args.scan.quiet)
        print_gaps(scan_model(s));
    return EXIT_DONE;
}

const struct cmd cmd_sbom = {
    .name = "sbom",
    .summary = "write the software bill of materials of a target",
    .usage = "[OPTIONS] TARGET",
    .description = "Reads a target as `scan` does and writes its packages in CycloneDX 1.6 or SPDX 2.3 JSON. "
                   "What could\n"
                   "not be read is said on standard error.",
    .opts = opts,
    .run = run,
};
