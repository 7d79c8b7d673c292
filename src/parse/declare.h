/* declare.h - how the parsers of deployments say what they read: the facts of one workload, setting by
 * setting, in the words of model/workload.h. Values that formats spell alike (sizes, times, capabilities) are
 * normalised here.
 *
 * Failure is sticky and asked for once, at the end: when a fact could not be kept, further ones are dropped,
 * d->e says why, and declare_end gives -1. */
#pragma once
#include "doc/doc.h"
#include "model/workload.h"
#include "parse/parse.h"

struct declare {
    struct facts *out;
    struct err *e;
    struct arena *arena; /* for values that are computed: they need to live only until they are said */
    struct str path;     /* the document that decides */
    enum said_by by;
    uint32_t object, workload; /* of the facts that follow */
    bool failed;
};

static inline int declare_end(const struct declare *d)
{
    return d->failed ? -1 : 0;
}

/* The object or workload that the facts which follow belong to. path, object and (workloads) the number of
 * replicas, when it is 0, are filled in. */
void declare_object(struct declare *d, struct object object);
void declare_workload(struct declare *d, struct workload_fact workload);

/* A setting, with `said` as it was written when that differs. An empty value is a value: "command: []". */
void say(struct declare *d, enum setting_key key, struct str value, struct str said, uint32_t line);
/* The same, formatted. */
void say_fmt(struct declare *d, enum setting_key key, struct str said, uint32_t line, const char *fmt, ...)
    PRINTF(5, 6);
/* Where `text` is not what the setting takes, a note says so and nothing is said. */
void say_bool(struct declare *d, enum setting_key key, struct str text, uint32_t line);
void say_number(struct declare *d, enum setting_key key, struct str text, uint32_t line);
void say_bytes(struct declare *d, enum setting_key key, struct str text, uint32_t line); /* "512m" */
void say_cpus(struct declare *d, enum setting_key key, struct str text, uint32_t line);  /* "0.5" */
void say_capability(struct declare *d, enum setting_key key, struct str text, uint32_t line);
/* One word of docker's --security-opt and Compose's security_opt. */
void say_security(struct declare *d, struct str option, uint32_t line);
/* --pid, --ipc, --uts, --network ... and what Compose calls them: "service:x" is "container:x". */
void say_namespace(struct declare *d, enum setting_key key, struct str mode, uint32_t line);
/* "HOST[:CONTAINER[:rwm]]" */
void say_device(struct declare *d, struct str device, uint32_t line);

/* The value as it is. */
void say_text(struct declare *d, enum setting_key key, struct str text, uint32_t line);

/* What many formats say in one way: the member at a dotted path of an object is a setting. Of a list each
 * element is one, of an object each member: NAME=VALUE; null says nothing. */
struct declare_row {
    const char *path;
    enum setting_key key;
    void (*how)(struct declare *d, enum setting_key key, struct str text, uint32_t line);
};
void declare_rows(struct declare *d, const struct doc *object, const struct declare_row *row, size_t n);

/* These fill in workload and path. */
void declare_mount(struct declare *d, struct mount mount);
void declare_port(struct declare *d, struct port port);
void declare_variable(struct declare *d, struct variable variable);
void declare_link(struct declare *d, const char *how, struct str to, struct strs aliases, uint32_t line);
/* Fills in path, and the object unless it is set. */
void declare_parameter(struct declare *d, const char *component, struct str name, struct str value,
                       uint32_t line);

/* Another document is needed, named relative to the folder of `from`. */
void declare_want(struct declare *d, struct str file, struct str from, bool optional, uint32_t line);

/* Values. */
bool value_bool(struct str text, bool *out);        /* true, yes, on, 1 ... whatever their case */
bool value_bytes(struct str text, uint64_t *out);   /* 1024, 10b, 64k, 1.5gb, 2GiB: factors of 1024 */
bool value_milli(struct str text, uint64_t *out);   /* "0.25" is 250 */
bool value_seconds(struct str text, uint64_t *out); /* 90, 1m30s, 1.5h */
