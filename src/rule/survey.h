/* survey.h - what stands out in an image's file system, found in one walk over the tree and then read by all
 * rules over files: a rule that walked three million nodes by itself would cost as much as all of them
 * together. Also says which packages brought what it found. */
#pragma once
#include "model/image.h"
#include "rule/names.h"

enum mark {
    MARK_SETID,     /* regular file with setuid or setgid */
    MARK_CAPS,      /* regular file with capabilities */
    MARK_OPEN_FILE, /* regular file that everyone may write */
    MARK_OPEN_DIR,  /* directory that everyone may write, without the sticky bit */
    MARK_DEVICE,    /* device node */
    MARK_STRAY,     /* owner or group that no visible account has */
    MARK_PROC_LINK, /* link into another process's view: /proc/self/exe, /proc/1/root ... */
    MARK_NAMED,     /* file or directory whose name says what it is: `name` */
    MARK_COUNT
};

struct found {
    node_id id;
    struct str path;
    const struct tell *name; /* MARK_NAMED */
    struct owner owner;      /* empty: no package says it brought it */
};
struct found_list {
    struct found *p; /* sorted by path */
    size_t n, cap;
    uint64_t total; /* there were; at most FOUND_MOST are kept */
};
enum { FOUND_MOST = 4096 };

struct survey {
    struct found_list of[MARK_COUNT];
    bool lost_owners; /* the system's packages are known, but nothing says which files they brought */
    bool has_passwd, has_group;
    bool has_default_uid;
    uint32_t default_uid;
};

/* Fill img->survey from img->tree and what was seen; memory is in *a, which must live as long as the image.
 * Call when everything else of *img is set. Without a tree it does nothing. */
int image_survey(struct image *img, struct arena *a, struct err *e) MUST_USE;
