/* workload.h - what rules over workloads share: where a proof lies, how a setting is quoted, and the judges
 * that a record needs only parameters for. */
#pragma once
#include "rule/ports.h"
#include "rule/rule.h"

/* Where a proof lies: a fact of the workload, or its declaration. */
#define AT(fact)       (&(struct evidence){ .path = (fact)->path, .line = (fact)->line })
#define AT_WORKLOAD(w) AT((w)->fact)

/* "privileged: true", and how it was written when that says more; into `to` of QUOTE_ROOM bytes. */
enum { QUOTE_ROOM = 200 };
const char *quoted(const struct setting *s, char *to);

/* Was a configuration file of the component read that the workload mounts or has in its image? */
bool workload_reads(const struct workload *w, struct str component);

/* ---- judges ---- */

/* What it means that nobody says. `fine`: YES mitigated, NO open, UNKNOWN cannot tell; `text` is the proof; a
 * NULL text: not applicable. */
struct silence {
    enum tri fine;
    const char *text;
};
/* A setting of one value. Open for a word of `bad`, or one that is not in `good` when that is given. */
struct word_rule {
    enum setting_key key;
    const char *bad, *good; /* blank-separated, or NULL */
    struct silence engine, kubernetes, oci;
};
enum verdict judge_word(const struct rule *r, const void *subject, struct proof *p);

/* A limit. Open when it is not said or unlimited. */
struct limit_rule {
    enum setting_key key;
    const char *unit; /* "bytes" ...: how it is told */
};
enum verdict judge_limit(const struct rule *r, const void *subject, struct proof *p);

/* Capabilities. Open when the workload has one of them; `given` only: when it was added, not when the
 * runtime leaves it by default. */
struct cap_rule {
    uint64_t caps;
    bool given;
    const char *gives; /* "loads code into the kernel" */
};
enum verdict judge_cap(const struct rule *r, const void *subject, struct proof *p);

/* A namespace shared with the host. */
struct namespace_rule {
    enum setting_key key;
    const char *gives;
};
enum verdict judge_namespace(const struct rule *r, const void *subject, struct proof *p);

/* Paths of the host that are mounted: open when a mount shows one of them, or something below one. `around`:
 * also a folder that they lie in. Writable mounts weigh what the check says, read-only ones `read_only`. */
struct host_path {
    const char *path, *gives;
    bool alone; /* only it: what lies below is not the system's, unless it has a row of its own */
};
struct host_path_rule {
    const struct host_path *row;
    size_t n;
    const char *none; /* "no mount of the host's /etc" */
    bool around;
    bool any_read_only; /* reading is as bad as writing */
    enum severity read_only;
};
enum verdict judge_host_path(const struct rule *r, const void *subject, struct proof *p);
/* The row that a path of the host is in; *parent: the path is a folder around that of the row. NULL: none. */
const struct host_path *host_path_find(const struct host_path_rule *t, struct str said, bool *parent);
/* Does any rule over paths of the host speak of it? */
bool host_path_is_judged(struct str path);
/* The host's path that a mount shows; empty: none. A device or volume that the driver binds counts. */
struct str mount_host_path(const struct workload *w, const struct mount *m);
/* Is `path` that folder or below it? Both absolute. */
bool path_within(struct str path, struct str folder);

/* Ports by number: open when the workload publishes one of them on the host (`published`), or has it at all.
 */
struct port_rule {
    const struct port_list *list;
    bool published;
    const char *none;
};
enum verdict judge_port(const struct rule *r, const void *subject, struct proof *p);
bool port_is_published(const struct workload *w, const struct port *port);

/* The parts of an image's reference. */
struct image_ref {
    struct str registry; /* empty: a short name, resolved by search order or by a default */
    struct str name, tag, digest;
};
bool workload_image(const struct workload *w, struct image_ref *out); /* false: it names none */
