#include "rule/capability.h"

enum { VERSION_1 = 1, VERSION_2 = 2, VERSION_3 = 3, EFFECTIVE = 1, CAPS_KNOWN = 41 };

static const char *const names[CAPS_KNOWN] = {
    "chown",
    "dac_override",
    "dac_read_search",
    "fowner",
    "fsetid",
    "kill",
    "setgid",
    "setuid",
    "setpcap",
    "linux_immutable",
    "net_bind_service",
    "net_broadcast",
    "net_admin",
    "net_raw",
    "ipc_lock",
    "ipc_owner",
    "sys_module",
    "sys_rawio",
    "sys_chroot",
    "sys_ptrace",
    "sys_pacct",
    "sys_admin",
    "sys_boot",
    "sys_nice",
    "sys_resource",
    "sys_time",
    "sys_tty_config",
    "mknod",
    "lease",
    "audit_write",
    "audit_control",
    "setfcap",
    "mac_override",
    "mac_admin",
    "syslog",
    "wake_alarm",
    "block_suspend",
    "audit_read",
    "perfmon",
    "bpf",
    "checkpoint_restore",
};
#define CAP(bit) (1ull << (bit))
static const uint64_t like_root = CAP(0) | CAP(1) | CAP(2) | CAP(3) | CAP(6) | CAP(7) | CAP(8) | CAP(16) |
                                  CAP(17) | CAP(19) | CAP(21) | CAP(27) | CAP(31) | CAP(32) | CAP(33) |
                                  CAP(39);

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
        int add = i < CAPS_KNOWN ? snprintf(to + n, room - n, "%scap_%s", n ? "," : "", names[i])
                                 : snprintf(to + n, room - n, "%scap_%u", n ? "," : "", i);
        n += add > 0 ? (size_t)add : 0;
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
