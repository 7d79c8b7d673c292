#include "parse/account.h"

static int one_line(const struct input *in, struct str text, uint32_t number, size_t least,
                    account_reader *each, struct facts *out, struct err *e)
{
    struct account_line l = { .line = number };
    struct str rest = text, field;

    if (text.p[0] == '+' || text.p[0] == '-') {
        facts_remark(out, NOTE_UNUSUAL, in->path, "line %u: accounts come from NIS", number);
        return 0;
    }
    while (str_cut(&rest, ':', &field)) {
        if (l.n == ARRAY_LEN(l.field))
            return err_set(e, ERR_FORMAT, "more than %zu fields", ARRAY_LEN(l.field));
        l.field[l.n++] = field;
    }
    if (l.n < least)
        return err_set(e, ERR_FORMAT, "%zu fields, %zu expected", l.n, least);
    if (!l.field[0].n)
        return err_set(e, ERR_FORMAT, "no name");
    return each(in, &l, out, e);
}

int account_lines(const struct input *in, size_t least, account_reader *each, struct facts *out,
                  struct err *e)
{
    struct str rest = in->body, text;
    struct err first = { 0 };
    uint32_t number = 0;

    while (str_cut(&rest, '\n', &text)) {
        number++;
        text = str_trim(text);
        if (!text.n || text.p[0] == '#' || one_line(in, text, number, least, each, out, e) == 0)
            continue;
        err_wrap(e, "line %u", number);
        if (e->code == ERR_LIMIT)
            return -1;
        if (!first.code)
            first = *e;
    }
    if (!first.code)
        return 0;
    *e = first;
    return -1;
}

bool account_id(struct str s, uint32_t *id)
{
    uint64_t v;

    if (!str_u64(s, 10, &v) || v > UINT32_MAX)
        return false;
    *id = (uint32_t)v;
    return true;
}

static bool is_crypt_text(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= '.' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')))
            return false;
    }
    return true;
}

enum password account_password(struct str field)
{
    static const struct str weak[] = { STR("$1$"),    STR("$md5"), STR("$3$"),
                                       STR("$sha1$"), STR("$2$"),  STR("$2x$") };
    enum { DES = 13, BIG_STEP = 11, BSDI = 20 };

    if (!field.n)
        return PASSWORD_EMPTY;
    for (size_t i = 0; i < ARRAY_LEN(weak); i++)
        if (str_starts(field, weak[i]))
            return PASSWORD_WEAK_HASH;
    if (field.p[0] == '$')
        return PASSWORD_HASH;
    if (field.p[0] == '_' && field.n == BSDI && is_crypt_text(str_skip(field, 1)))
        return PASSWORD_WEAK_HASH;
    if (field.n >= DES && (field.n - DES) % BIG_STEP == 0 && is_crypt_text(field))
        return PASSWORD_WEAK_HASH;
    return PASSWORD_LOCKED;
}
