#include "cmd/scan_options.h"

#include "cmd/built_in.h"
#include "cmd/cmd.h"
#include "cmd/screen.h"

int scan_args_options(const struct scan_args *a, struct scan_options *o, struct err *e)
{
    enum severity ignored;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    if (a->severity && !severity_parse(str_of(a->severity), &ignored))
        return err_set(e, ERR_USAGE, "--severity takes info, low, medium, high or critical, not \"%s\"",
                       a->severity);
    enum images_when images = IMAGES_AUTO;
    if (a->images && !images_when_parse(str_of(a->images), &images))
        return err_set(e, ERR_USAGE, "--images takes auto, local, pull or no, not \"%s\"", a->images);
    for (size_t i = 0; i < a->image.n; i++)
        if (!strchr(a->image.p[i], '='))
            return err_set(e, ERR_USAGE, "--image takes NAME=TARGET, not \"%s\"", a->image.p[i]);
    *o = (struct scan_options){
        .images = images,
        .image = a->image.p,
        .n_image = a->image.n,
        .source = { .platform = str_of(a->platform),
                    .plain_http = a->plain_http,
                    .insecure_tls = a->insecure_tls,
                    .offline = a->offline,
                    .render = a->render,
                    .ca_file = str_of(a->ca_file),
                    .authfile = str_of(a->authfile),
                    .document_bytes = a->limits.document_bytes },
        .limits = a->limits,
        .jobs = a->jobs          ? (unsigned)MIN(a->jobs, (uint64_t)64)
                : processors > 0 ? (unsigned)processors
                                 : 1,
        .no_cache = a->no_cache,
        .no_verify = a->no_verify,
        .no_secrets = a->no_secrets,
        .secret_key = a->secret_key,
        .cache_path = a->cache,
        .cache_bytes = a->cache_bytes,
        .ignore_file = a->ignore_file,
        .vex = a->vex.p,
        .n_vex = a->vex.n,
        .advisories = { a->db,
                        a->db_key,
                        { built_in_advisories, built_in_advisories_size },
                        a->no_advisories },
        .progress = !a->quiet && isatty(STDERR_FILENO),
    };
    o->source.jobs = o->jobs;
    return 0;
}

int scan_args_targets(struct scan *s, int n, char **target, struct err *e)
{
    int failed = 0;

    for (int i = 0; i < n; i++) {
        if (scan_target(s, str_of(target[i]), e) == 0)
            continue;
        if (e->code == ERR_USAGE && n == 1)
            return err_wrap(e, "%s", target[i]);
        cmd_say("scantling: %s: %s", target[i], e->text);
        model_incomplete(scan_model(s), str_of(target[i]), "%s", e->text);
        failed++;
    }
    return failed;
}

static int write_one(const struct scan_args *a, const struct report *r, const char *file,
                     const struct model *m, struct err *e)
{
    FILE *to = file ? fopen(file, "we") : stdout;

    if (!to)
        return err_errno(e, "%s", file);
    struct screen screen = screen_of(to, a->color);
    struct report_options o = {
        .color = screen.color, .verbose = a->verbose, .width = screen.width, .ascii = screen.ascii
    };
    if (a->severity)
        (void)severity_parse(str_of(a->severity), &o.least);
    int done = r->write(m, &o, to, e);
    bool flushed = fflush(to) == 0 && !ferror(to);
    if (file && fclose(to) != 0)
        flushed = false;
    if (done < 0)
        return -1;
    return flushed ? 0 : err_errno(e, "%s", file ? file : "standard output");
}

static bool is_same_place(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

static int want(struct wanted_reports *w, const char *format, const char *output, struct err *e)
{
    struct str name, file;
    bool has_file = str_split(str_of(format), '=', &name, &file);
    struct wanted_report one = { report_by_name(name), has_file ? file.p : output };

    if (!one.report)
        return err_set(e, ERR_USAGE, "no report \"" STR_FMT "\"; `scantling list reports` shows them",
                       STR_ARG(name));
    if (w->n == ARRAY_LEN(w->p))
        return err_set(e, ERR_USAGE, "--format: %zu reports are the most", w->n);
    for (size_t i = 0; i < w->n; i++)
        if (is_same_place(w->p[i].file, one.file))
            return err_set(e, ERR_USAGE, "--format: %s and %s would both go to %s; say %s=FILE",
                           w->p[i].report->name, one.report->name, one.file ? one.file : "standard output",
                           one.report->name);
    w->p[w->n++] = one;
    return 0;
}

int scan_args_wanted(const struct scan_args *a, const struct opt_list *formats, const char *fallback,
                     struct wanted_reports *out, struct err *e)
{
    *out = (struct wanted_reports){ 0 };
    if (!formats->n)
        return want(out, fallback, a->output, e);
    for (size_t i = 0; i < formats->n; i++)
        if (want(out, formats->p[i], a->output, e) < 0)
            return -1;
    return 0;
}

int scan_args_write(const struct scan_args *a, const struct wanted_reports *w, const struct model *m,
                    struct err *e)
{
    for (size_t i = 0; i < w->n; i++)
        if (write_one(a, w->p[i].report, w->p[i].file, m, e) < 0)
            return -1;
    return 0;
}
