/* json.c - the JSON contract: schema "scantling/report/1". Keys may be added; these keep their meaning. */
#include "doc/emit.h"
#include "report/report.h"

static int write_json(const struct model *m, const struct report_options *o UNUSED, FILE *to, struct err *e)
{
    struct emit *j = emit_new(to, true);

    if (!j)
        return err_set(e, ERR_LIMIT, "out of memory");
    emit_object(j, NULL);
    emit_text(j, "schema", "scantling/report/1");
    emit_text(j, "version", SCANTLING_VERSION);
    emit_str(j, "time", m->time);
    emit_close(j);
    return emit_end(j) ? 0 : err_errno(e, "cannot write the report");
}

const struct report report_json = { .name = "json",
                                    .what = "everything, by the JSON contract",
                                    .write = write_json };
