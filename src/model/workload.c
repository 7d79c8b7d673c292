#include "model/workload.h"

#include "model/capability.h"
#include "model/image.h"

#include <linux/capability.h>

#define SETTING_ROW(id, name, values) [SETTING_##id] = { name, values },
const struct setting_info setting_info[SETTING_COUNT] = { SETTINGS(SETTING_ROW) };

#define SPELLING_ROW(id, name) [SPELLING_##id] = name,
const char *const spelling_name[SPELLING_COUNT] = { SPELLINGS(SPELLING_ROW) };

bool spelling_parse(struct str name, enum spelling *out)
{
    for (enum spelling s = 0; s < SPELLING_COUNT; s++)
        if (str_eq(name, str_of(spelling_name[s]))) {
            *out = s;
            return true;
        }
    return false;
}

/* ---- joining ---- */

/* A kind of fact that belongs to workloads: where its list and its count lie in struct workload. */
struct joined {
    enum fact_kind kind;
    size_t list, count; /* count: SIZE_MAX for settings, which are counted by key */
};
#define JOINED(KIND, list)                                                                       \
    {                                                                                            \
        FACT_##KIND##_KIND, offsetof(struct workload, list), offsetof(struct workload, n_##list) \
    }
static const struct joined joined[] = {
    { FACT_SETTING_KIND, offsetof(struct workload, setting), SIZE_MAX },
    JOINED(MOUNT, mount),
    JOINED(PORT, port),
    JOINED(VARIABLE, variable),
    JOINED(LINK, link),
};

/* `workload` is the first field of all these facts. */
static uint32_t workload_of(const struct facts *f, enum fact_kind kind, size_t i, const void **fact)
{
    const char *at = (const char *)f->list[kind].items + i * fact_info[kind].size;

    *fact = at;
    return *(const uint32_t *)(const void *)at;
}
static_assert(offsetof(struct setting, workload) == 0 && offsetof(struct mount, workload) == 0 &&
                  offsetof(struct port, workload) == 0 && offsetof(struct variable, workload) == 0 &&
                  offsetof(struct link_fact, workload) == 0,
              "workload_of reads the first field");

/* Facts of one kind, dealt out to the workloads they belong to, their order kept. */
static bool deal(struct arena *a, const struct facts *f, const struct joined *j, struct workload *out,
                 size_t n_out, uint32_t *count)
{
    size_t n = f->list[j->kind].n, sum = 0;
    const void **all = arena_array(a, const void *, n + 1), *fact;

    if (!all)
        return false;
    memset(count, 0, n_out * sizeof *count);
    for (size_t i = 0; i < n; i++) {
        uint32_t w = workload_of(f, j->kind, i, &fact);
        if (w < n_out)
            count[w]++;
    }
    for (size_t w = 0; w < n_out; w++) {
        *(const void ***)(void *)((char *)&out[w] + j->list) = all + sum;
        if (j->count == SIZE_MAX)
            out[w].at[SETTING_COUNT] = count[w];
        else
            *(uint32_t *)(void *)((char *)&out[w] + j->count) = count[w];
        sum += count[w];
        count[w] = (uint32_t)(sum - count[w]);
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t w = workload_of(f, j->kind, i, &fact);
        if (w < n_out)
            all[count[w]++] = fact;
    }
    return true;
}

/* By key, then by level, in the order of the document within a level: insertion, for there are few and most
 * are in order. */
static void order_settings(struct workload *w)
{
    uint32_t n = w->at[SETTING_COUNT], k = 0;

    for (uint32_t i = 1; i < n; i++) {
        const struct setting *s = w->setting[i];
        uint32_t to = i;
        for (; to > 0 && (w->setting[to - 1]->key > s->key ||
                          (w->setting[to - 1]->key == s->key && w->setting[to - 1]->from > s->from));
             to--)
            w->setting[to] = w->setting[to - 1];
        w->setting[to] = s;
    }
    for (uint32_t i = 0; i < n; i++)
        while (k <= w->setting[i]->key && k < SETTING_COUNT)
            w->at[k++] = i;
    while (k < SETTING_COUNT)
        w->at[k++] = n;
}

int workloads_join(struct arena *a, const struct facts *f, struct workload *out, struct err *e)
{
    size_t n, n_object;
    const struct workload_fact *fact = facts_workload_fact(f, &n);
    const struct object *object = facts_object(f, &n_object);
    AUTO_FREE uint32_t *count = calloc(n + 1, sizeof *count);

    for (size_t i = 0; i < n; i++) {
        out[i] = (struct workload){ .fact = &fact[i], .index = (uint32_t)i };
        out[i].object = fact[i].object < n_object ? &object[fact[i].object] : NULL;
        if (!spelling_parse(fact[i].spelling, &out[i].spelling))
            return err_set(e, ERR_FORMAT, "unknown spelling \"" STR_FMT "\"",
                           STR_ARG(str_first(fact[i].spelling, 40)));
    }
    for (size_t k = 0; k < ARRAY_LEN(joined); k++)
        if (!count || !deal(a, f, &joined[k], out, n, count))
            return err_set(e, ERR_LIMIT, "more facts of workloads than fit");
    for (size_t i = 0; i < n; i++)
        order_settings(&out[i]);
    return 0;
}

/* ---- what is said ---- */

/* Who can say a setting: a Dockerfile, an engine (Compose, inspect), Kubernetes, an OCI bundle. Not in the
 * table: all but a Dockerfile. */
enum { D = 1, E = 2, K = 4, O = 8 };
static const uint8_t sayers[SETTING_COUNT] = {
    [SETTING_IMAGE] = D | E | K,
    [SETTING_BUILD] = E,
    [SETTING_PULL_POLICY] = E | K,
    [SETTING_USER] = D | E | K | O,
    [SETTING_FS_GROUP] = K,
    [SETTING_NON_ROOT] = K,
    [SETTING_PRIVILEGED] = E | K,
    [SETTING_PROC_MOUNT] = K,
    [SETTING_MASKED_PATHS] = E | O,
    [SETTING_NS_UTS] = E | O,
    [SETTING_NS_CGROUP] = E | O,
    [SETTING_UID_MAP] = E | O,
    [SETTING_CGROUP_PARENT] = E | O,
    [SETTING_DEVICE] = E | O,
    [SETTING_MEMORY_REQUEST] = K,
    [SETTING_CPU_REQUEST] = K,
    [SETTING_PIDS] = E | O,
    [SETTING_STORAGE] = E | K,
    [SETTING_STORAGE_REQUEST] = K,
    [SETTING_SHM_SIZE] = E,
    [SETTING_ULIMIT] = E | O,
    [SETTING_OOM_KILL_DISABLE] = E | O,
    [SETTING_OOM_SCORE_ADJ] = E | O,
    [SETTING_LOG_DRIVER] = E,
    [SETTING_LOG_OPTION] = E,
    [SETTING_RESTART] = E | K,
    [SETTING_HEALTH] = D | E | K,
    [SETTING_READINESS] = K,
    [SETTING_STARTUP] = K,
    [SETTING_HOOK] = K,
    [SETTING_ENTRYPOINT] = D | E | K | O,
    [SETTING_COMMAND] = D | E | K | O,
    [SETTING_WORKDIR] = D | E | K | O,
    [SETTING_SERVICE_ACCOUNT] = K,
    [SETTING_AUTOMOUNT_TOKEN] = K,
    [SETTING_PULL_SECRET] = K,
    [SETTING_NODE] = K,
    [SETTING_TOLERATION] = K,
    [SETTING_PRIORITY] = K,
    [SETTING_SPREAD] = K,
    [SETTING_SERVICE_LINKS] = K,
    [SETTING_INIT] = E,
    [SETTING_HOST_PROCESS] = K,
    [SETTING_BUILD_ARG] = D | E,
    [SETTING_BUILD_OPTION] = D | E,
};

bool workload_can_say(const struct workload *w, enum setting_key key)
{
    static const uint8_t speaker[SPELLING_COUNT] = {
        [SPELLING_DOCKERFILE] = D,     [SPELLING_COMPOSE] = E,        [SPELLING_KUBERNETES] = K,
        [SPELLING_DOCKER_INSPECT] = E, [SPELLING_PODMAN_INSPECT] = E, [SPELLING_OCI] = O
    };

    return (sayers[key] ? sayers[key] : E | K | O) & speaker[w->spelling];
}

const struct setting *workload_setting(const struct workload *w, enum setting_key key)
{
    return workload_says(w, key) ? w->setting[w->at[key + 1] - 1] : NULL;
}

bool workload_says(const struct workload *w, enum setting_key key)
{
    return w->at[key] < w->at[key + 1];
}

struct str workload_value(const struct workload *w, enum setting_key key)
{
    const struct setting *s = workload_setting(w, key);

    return s ? s->value : STR("");
}

enum tri workload_is(const struct workload *w, enum setting_key key)
{
    struct str value = workload_value(w, key);

    return str_eq(value, STR("true")) ? YES : str_eq(value, STR("false")) ? NO : UNKNOWN;
}

bool workload_number(const struct workload *w, enum setting_key key, uint64_t *out)
{
    return str_u64(workload_value(w, key), 10, out);
}

/* ---- who it runs as ---- */

/* An account of the image, by name. */
static struct workload_user by_name(const struct workload *w, struct str name, const struct setting *by)
{
    const struct user *u = w->image ? image_user_by_name(w->image, name) : NULL;

    if (str_eq(name, STR("root")))
        return (struct workload_user){ YES, true, 0, by, "root is uid 0" };
    if (u)
        return (struct workload_user){ u->uid ? NO : YES, true, u->uid, by, "by the image's own passwd" };
    return (struct workload_user){ UNKNOWN, false, 0, by,
                                   w->image ? "a name that no passwd of the image has"
                                            : "a name that only the image can resolve" };
}

static struct workload_user by_image(const struct workload *w)
{
    uint32_t uid;

    if (!w->image)
        return (struct workload_user){ .why = "the image decides, and it was not looked at" };
    if (!image_default_uid(w->image, &uid))
        return (struct workload_user){ .why =
                                           w->image->from_build
                                               ? "the USER of its Dockerfile is a name that only the image "
                                                 "can resolve"
                                               : "the image's USER has no account in it" };
    if (w->image->from_build)
        return (struct workload_user){ uid ? NO : YES, true, uid, NULL,
                                       uid ? "the USER of its Dockerfile"
                                           : "its Dockerfile ends as root, as far as it says" };
    return (struct workload_user){ uid ? NO : YES, true, uid, NULL,
                                   uid ? "the image's USER" : "the image runs as root" };
}

/* In a Dockerfile and in a bundle nothing comes behind: silence is root, unless another image is below. */
static struct workload_user by_default(const struct workload *w)
{
    struct str base = workload_value(w, SETTING_IMAGE);

    if (w->spelling == SPELLING_OCI)
        return (struct workload_user){ YES, true, 0, NULL, "no user: uid 0" };
    if (w->spelling == SPELLING_DOCKERFILE && (!base.n || str_eq(base, STR("scratch"))))
        return (struct workload_user){ YES, true, 0, NULL, "no USER: uid 0" };
    return by_image(w);
}

struct workload_user workload_user(const struct workload *w)
{
    const struct setting *s = workload_setting(w, SETTING_USER);
    const struct setting *non_root = workload_setting(w, SETTING_NON_ROOT);
    struct workload_user u = { 0 };
    struct str user, group;
    uint64_t uid;

    if (s)
        str_split(s->value, ':', &user, &group);
    if (!s || !user.n)
        u = by_default(w);
    else if (str_u64(user, 10, &uid))
        u = (struct workload_user){ uid ? NO : YES, true, uid, s, uid ? "a number other than 0" : "uid 0" };
    else
        u = by_name(w, user, s);
    if (u.root != NO && non_root && str_eq(non_root->value, STR("true")))
        u = (struct workload_user){ NO, false, 0, non_root, "started as root it is refused" };
    return u;
}

/* ---- capabilities ---- */

/* What Docker and containerd leave; Podman and CRI-O leave fewer. */
static const uint64_t caps_docker = CAP_BIT(CAP_CHOWN) | CAP_BIT(CAP_DAC_OVERRIDE) | CAP_BIT(CAP_FSETID) |
                                    CAP_BIT(CAP_FOWNER) | CAP_BIT(CAP_MKNOD) | CAP_BIT(CAP_NET_RAW) |
                                    CAP_BIT(CAP_SETGID) | CAP_BIT(CAP_SETUID) | CAP_BIT(CAP_SETFCAP) |
                                    CAP_BIT(CAP_SETPCAP) | CAP_BIT(CAP_NET_BIND_SERVICE) |
                                    CAP_BIT(CAP_SYS_CHROOT) | CAP_BIT(CAP_KILL) | CAP_BIT(CAP_AUDIT_WRITE);
static const uint64_t caps_podman =
    caps_docker & ~(CAP_BIT(CAP_MKNOD) | CAP_BIT(CAP_NET_RAW) | CAP_BIT(CAP_AUDIT_WRITE));

static uint64_t caps_of(struct str value)
{
    int bit = cap_by_name(value);

    return str_eq_nocase(value, STR("ALL")) || str_eq_nocase(value, STR("CAP_ALL")) ? CAPS_ALL
           : bit < 0                                                                ? 0
                                                                                    : CAP_BIT(bit);
}

/* Engines drop and add so that what is named by itself wins over ALL, whichever side it is on. */
uint64_t workload_caps(const struct workload *w)
{
    uint64_t caps = w->spelling == SPELLING_PODMAN_INSPECT ? caps_podman : caps_docker;
    uint64_t add = 0, drop = 0;
    bool add_all = false, drop_all = false;

    if (workload_privileged(w))
        return CAPS_ALL;
    if (w->spelling == SPELLING_OCI || workload_says(w, SETTING_CAPS)) {
        caps = 0;
        WORKLOAD_SAID (w, CAPS, s)
            caps |= caps_of(s->value);
        return caps;
    }
    WORKLOAD_SAID (w, CAP_DROP, s) {
        uint64_t c = caps_of(s->value);
        drop_all |= c == CAPS_ALL;
        drop |= c == CAPS_ALL ? 0 : c;
    }
    WORKLOAD_SAID (w, CAP_ADD, s) {
        uint64_t c = caps_of(s->value);
        add_all |= c == CAPS_ALL;
        add |= c == CAPS_ALL ? 0 : c;
    }
    if (add_all)
        caps = CAPS_ALL;
    else if (drop_all)
        caps = 0;
    return (caps & ~drop) | add;
}

bool workload_has_cap(const struct workload *w, unsigned cap)
{
    return workload_caps(w) >> cap & 1;
}

const struct setting *workload_cap_by(const struct workload *w, unsigned cap)
{
    const struct setting *privileged = workload_privileged(w), *all = NULL;

    if (!workload_has_cap(w, cap))
        return NULL;
    WORKLOAD_SAID (w, CAPS, s)
        if (caps_of(s->value) >> cap & 1)
            return s;
    WORKLOAD_SAID (w, CAP_ADD, s) {
        uint64_t c = caps_of(s->value);
        if (c == CAP_BIT(cap))
            return s;
        if (c == CAPS_ALL)
            all = s;
    }
    return all ? all : privileged;
}

/* ---- what it shares ---- */

const struct setting *workload_shares_host(const struct workload *w, enum setting_key ns)
{
    const struct setting *s = workload_setting(w, ns);

    return s && str_eq(s->value, STR("host")) ? s : NULL;
}

const struct setting *workload_privileged(const struct workload *w)
{
    const struct setting *s = workload_setting(w, SETTING_PRIVILEGED);

    return s && str_eq(s->value, STR("true")) ? s : NULL;
}
