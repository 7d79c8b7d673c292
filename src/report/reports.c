/* reports.c - the registry of reports. */
#include "report/report.h"

#define REPORT(name) extern const struct report report_##name;
#include "report/list.h"
#undef REPORT
#define REPORT(name) &report_##name,
const struct report *const reports[] = {
#include "report/list.h"
};
#undef REPORT
const size_t n_reports = ARRAY_LEN(reports);

const struct report *report_by_name(struct str name)
{
    for (size_t i = 0; i < n_reports; i++)
        if (str_eq(str_of(reports[i]->name), name))
            return reports[i];
    return NULL;
}
