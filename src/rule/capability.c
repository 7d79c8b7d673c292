#include "rule/capability.h"

#include "model/capability.h"

#include <ctype.h>

enum { VERSION_1 = 1, VERSION_2 = 2, VERSION_3 = 3, EFFECTIVE = 1 };

static const uint64_t like_root = CAP_BIT(0) | CAP_BIT(1) | CAP_BIT(2) | CAP_BIT(3) | CAP_BIT(6) |
                                  CAP_BIT(7) | CAP_BIT(8) | CAP_BIT(16) | CAP_BIT(17) | CAP_BIT(19) |
                                  CAP_BIT(21) | CAP_BIT(27) | CAP_BIT(31) | CAP_BIT(32) | CAP_BIT(33) |
                                  CAP_BIT(39);

static uint32_t le32(const char *p)
{
    const uint8_t *b = (const uint8_t *)p;

    return b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

bool file_caps_read(struct str s, struct file_caps *out)
{
    static const size_t size[] = { [VERSION_1] = 12, [VERSION_2] = 20, [VERSION_3] = 24 };

    if (s.n < 4)
        return false;
    uint32_t magic = le32(s.p), version = magic >> 24;
    if (version < VERSION_1 || version > VERSION_3 || s.n != size[version])
        return false;
    *out = (struct file_caps){ .permitted = le32(s.p + 4),
                               .inheritable = le32(s.p + 8),
                               .effective = magic & EFFECTIVE };
    if (version > VERSION_1) {
        out->permitted |= (uint64_t)le32(s.p + 12) << 32;
        out->inheritable |= (uint64_t)le32(s.p + 16) << 32;
    }
    if (version == VERSION_3)
        out->rootid = le32(s.p + 20);
    return true;
}

const char *file_caps_text(const struct file_caps *c, char *to, size_t room)
{
    uint64_t all = c->permitted | c->inheritable;
    size_t n = 0;

    to[0] = '\0';
    for (unsigned i = 0; i < 64 && n + 1 < room; i++) {
        if (!(all >> i & 1))
            continue;
        int add = i < CAPS_KNOWN ? snprintf(to + n, room - n, "%scap_%s", n ? "," : "", cap_name[i])
                                 : snprintf(to + n, room - n, "%scap_%u", n ? "," : "", i);
        for (size_t end = MIN(n + (size_t)(add > 0 ? add : 0), room - 1); n < end; n++)
            to[n] = (char)tolower((unsigned char)to[n]);
    }
    if (n + 1 < room)
        snprintf(to + n, room - n, "+%s%s%s", c->effective ? "e" : "", c->inheritable ? "i" : "",
                 c->permitted ? "p" : "");
    return to;
}

bool file_caps_like_root(const struct file_caps *c)
{
    return (c->permitted & like_root) && !c->rootid;
}
