#include "cmd/cmd.h"
#include "io/fs.h"
#include "model/entries.h"
#include "model/record.h"
#include "parse/parse.h"
#include "report/facts_json.h"
#include "scan/reader.h"

#include <fcntl.h>

enum { FILE_MOST = 512 << 20, RESULT_MOST = 768 << 20, DECODE_MOST = 512 << 20 };

static struct {
    const char *as, *parser;
} args;
static const struct opt opts[] = {
    opt_text('a', "as", &args.as, "PATH", "treat the file as if it lay at PATH in an image"),
    opt_text('p', "parser", &args.parser, "NAME",
             "use this parser, whatever the path (`scantling list parsers`)"),
    { 0 },
};

static int print_facts(const char *file, const struct parser *p, const struct facts *f,
                       const struct err *failed, struct err *e)
{
    struct emit *m = emit_new(stdout, false);

    if (!m)
        return err_set(e, ERR_LIMIT, "out of memory");
    emit_object(m, NULL);
    emit_text(m, "file", file);
    emit_text(m, "parser", p ? p->name : "secrets");
    if (failed)
        emit_text(m, "error", failed->text);
    else
        facts_emit(m, f);
    emit_close(m);
    return emit_end(m) ? 0 : err_errno(e, "standard output");
}

/* In a confined process, as in a scan. Without a parser: its secrets, and nothing where there are none. */
static int parse_with(const struct parser *p, const char *file, struct str path, struct str bytes,
                      const struct secret_setup *secrets, struct err *e)
{
    struct limits limits = LIMITS_DEFAULT;
    struct proc_limits most = { limits.memory, (uint32_t)limits.seconds, (uint32_t)limits.seconds,
                                RESULT_MOST };
    struct read_document job = { p, path, bytes, p ? NULL : secrets };
    static const struct blob none = BLOB;
    AUTO_PROC struct proc proc = PROC;
    AUTO_FACTS struct facts f = FACTS(DECODE_MOST);
    struct err why = { 0 };
    struct str rest, frame;

    int r = reader_load(&why);
    if (r == 0)
        r = proc_start(&proc, &none, &most, read_document, &job, &why);
    if (r == 0)
        r = proc_join(&proc, &why);
    rest = buf_view(&proc.result);
    if (r == 0 && !proc_frame(&rest, &frame))
        r = err_set(&why, ERR_FORMAT, "the reader returned nothing");
    if (r == 0)
        r = record_decode(frame, &f, &why);
    if (!p && r == 0 && !facts_count(&f))
        return 0;
    return print_facts(file, p, &f, r < 0 ? &why : NULL, e);
}

static int facts_of(const char *file, const struct secret_setup *secrets, struct err *e)
{
    AUTO_BUF struct buf bytes = BUF(FILE_MOST);
    char path[ENTRY_PATH_MOST];
    const struct parser *parser[16];
    size_t n_path, n = 1;

    if (fs_read(AT_FDCWD, file, false, FILE_MOST, &bytes, e) < 0)
        return -1;
    if (path_clean(str_of(args.as ? args.as : file), path, &n_path) == PATH_TOO_LONG)
        return err_set(e, ERR_USAGE, "path is too long");
    struct str at = { path, n_path };
    if (args.parser)
        parser[0] = parser_by_name(str_of(args.parser));
    else
        n = parsers_for_start(at, str_first(buf_view(&bytes), START_MOST), parser,
                              parsers_for(at, parser, ARRAY_LEN(parser)), ARRAY_LEN(parser));
    if (args.parser ? !parser[0] : !n && !secrets)
        return err_set(e, ERR_USAGE, "%s: no parser wants it; --as PATH or --parser NAME says what it is",
                       file);
    for (size_t i = 0; i < n; i++)
        if (parse_with(parser[i], file, at, buf_view(&bytes), NULL, e) < 0)
            return -1;
    return secrets && !args.parser ? parse_with(NULL, file, at, buf_view(&bytes), secrets, e) : 0;
}

static int run(int argc, char **argv, struct err *e)
{
    if (!argc)
        return err_set(e, ERR_USAGE, "needs a FILE");
    struct secret_setup setup = { 0 };
    struct err why;
    bool secrets = secrets_open(&setup, NULL, false, &why) == 0;
    int r = 0;
    for (int i = 0; r == 0 && i < argc; i++)
        r = facts_of(argv[i], secrets ? &setup : NULL, e);
    if (secrets)
        secret_setup_close(&setup);
    return r < 0 ? -1 : EXIT_DONE;
}

const struct cmd cmd_facts = {
    .name = "facts",
    .summary = "print the facts that parsers find in single files",
    .usage = "[OPTIONS] FILE...",
    .description =
        "For people who write parsers. Prints a line of JSON for each file and parser that wants it.",
    .opts = opts,
    .run = run,
};
