/* tls_session.c - what a TLS server answered when io/tls.c asked it: "name: value" lines, then its chain as
 * PEM. */
#include "parse/x509.h"

enum { LINES_MOST = 1000 };

/* "offers: TLS 1.0" becomes the parameter "TLS 1.0" with the value "offered". */
static int add(const struct input *in, struct str name, struct str value, uint32_t line, struct facts *out,
               struct err *e)
{
    struct parameter p = { .object = UINT32_MAX,
                           .component = STR("tls"),
                           .name = name,
                           .value = value,
                           .path = in->path,
                           .line = line };
    struct str why;

    if (str_eq(name, STR("offers")) || str_eq(name, STR("refuses"))) {
        p.name = value;
        p.value = str_eq(name, STR("offers")) ? STR("offered") : STR("refused");
    } else if (str_eq(name, STR("cannot tell")) && str_split(value, ':', &p.name, &why)) {
        p.value = STR("cannot tell");
        facts_remark(out, NOTE_UNUSUAL, in->path, "whether it offers " STR_FMT ":" STR_FMT, STR_ARG(p.name),
                     STR_ARG(why));
    }
    return facts_add_parameter(out, &p, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct str rest = in->body, line, name, value;
    uint32_t number = 0, n = 0;

    while (rest.n && !str_starts(rest, STR("-----")) && str_cut(&rest, '\n', &line)) {
        if (++number > LINES_MOST || !str_split(line, ':', &name, &value))
            return err_set(e, ERR_FORMAT, "line %u: not an answer", number);
        if (add(in, str_trim(name), str_trim(value), number, out, e) < 0)
            return -1;
    }
    return rest.n ? x509_add_pem(out, in->path, number + 1, "tls", rest, &n, e) : 0;
}

const struct parser parser_tls_session = {
    .name = "tls_session",
    .what = "answers of a TLS server that was asked",
    .version = 1,
    .document = "tls-session",
    .max_size = 2u << 20,
    .parse = parse,
};
