/* access.h - who a container of the image runs as by default, and what that user may change in its files.
 * Plain permission bits: access control lists and security modules are not in an image. */
#pragma once
#include "model/image.h"

enum { WHO_GROUPS_MOST = 64 };
struct who {
    uint32_t uid;
    uint32_t gid[WHO_GROUPS_MOST]; /* primary first */
    size_t n_gid;
    bool everyone; /* any user: only the bits for others count */
};
extern const struct who who_everyone;

/* USER resolved through the image's own passwd and group, as container runtimes do. false: a name that no
 * visible account has, or no configuration. */
bool who_runs(const struct image *img, struct who *out);

/* May they write to the node: the bits say so, or they own it and can change the bits. Root may everything.
 */
bool may_write(const struct who *w, const struct tree_node *n);
/* May they make, rename or remove things in the directory that belong to others: not with the sticky bit. */
bool may_replace_in(const struct who *w, const struct tree_node *dir);

/* The first thing on the way to `path` (clean; links are followed) that they may change, so that another file
 * is found at its end: a directory above it or the file itself. 0: nothing. */
node_id weak_point(const struct image *img, const struct who *w, struct str path);
/* "root", "app" or the number; for texts. Into `to`, 40 bytes. */
const char *user_name(const struct image *img, uint32_t uid, char *to);
const char *group_name(const struct image *img, uint32_t gid, char *to);

/* The directories of PATH, from the environment or the default of container runtimes: call with *at = 0. */
bool next_path_dir(const struct image *img, size_t *at, struct str *dir);
/* The value of an environment variable; empty with p NULL when it is not set. */
struct str image_env(const struct image *img, struct str name);
/* Where the program named by the first word of an entry point lies: clean path into `to` (ENTRY_PATH_MOST),
 * looked up in PATH when it has no "/". false: not in the tree. */
bool find_program(const struct image *img, struct str word, char *to, struct str *path);
