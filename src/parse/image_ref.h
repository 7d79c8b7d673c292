/* image_ref.h - an image that a file refers to, as a package: Dockerfiles and compose files. */
#pragma once
#include "parse/parse.h"

/* "host:5000/a/b:tag@digest": the name without tag and digest, the digest or else the tag or else "latest".
 */
MUST_USE static inline int image_ref_add(const struct input *in, struct str ref, uint32_t line,
                                         struct facts *out, struct err *e)
{
    struct str folder, base, name, tag, digest;
    struct package p = { .type = STR("docker"), .path = in->path, .line = line };
    bool by_digest = str_split(ref, '@', &name, &digest);

    str_rsplit(name, '/', &folder, &base);
    bool tagged = str_split(base, ':', &base, &tag);
    p.name = (struct str){ name.p, tagged ? (size_t)(tag.p - name.p) - 1 : name.n };
    p.version = by_digest ? digest : tagged && tag.n ? tag : STR("latest");
    return p.name.n ? facts_add_package(out, &p, e) : 0;
}
