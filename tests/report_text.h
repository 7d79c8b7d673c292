/* report_text.h - what a report writes of a model, for tests. */
#pragma once
#include "report/report.h"
#include "report_model.h"
#include "tap.h"

/* A report as text; freed by the caller. */
static char *written(const char *report, const struct model *m, const struct report_options *o, size_t *n)
{
    char *text = NULL;
    struct err e = { 0 };
    FILE *to = open_memstream(&text, n);

    if (!to)
        abort();
    CHECK_INT(report_by_name(str_of(report))->write(m, o, to, &e), 0);
    fclose(to);
    return text;
}
