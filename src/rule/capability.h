/* capability.h - capabilities of a file as the kernel stores them in security.capability: capabilities(7),
 * linux/capability.h, versions 1 to 3. */
#pragma once
#include "core/str.h"

struct file_caps {
    uint64_t permitted, inheritable;
    bool effective;  /* what is permitted is also in effect at once */
    uint32_t rootid; /* version 3: uid of root in the user namespace it was set in; else 0 */
};
/* false: not an encoding. */
bool file_caps_read(struct str bytes, struct file_caps *out);

/* "cap_net_bind_service,cap_net_raw+ep" into `to`; at most `room` bytes with the NUL. */
const char *file_caps_text(const struct file_caps *c, char *to, size_t room);
/* Capabilities with which a process can become root, read every file or change the kernel. */
bool file_caps_like_root(const struct file_caps *c);
