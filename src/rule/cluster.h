/* cluster.h - what the rules over Kubernetes' objects share. Their subjects are resources (ON_OBJECT), whose
 * facts FACTS_OF gives, components, and the whole (ON_DEPLOYMENT). */
#pragma once
#include "rule/rule.h"
#include "rule/workload.h"

/* Where an object is declared. */
#define AT_OBJECT(r) AT((r)->object)

/* "kind namespace/name", for people: into `to` of NAME_ROOM bytes. */
enum { NAME_ROOM = 400 };
const char *object_name(const struct object *o, char *to);

/* The workloads that a selector finds in a namespace: call with *at 0 until NULL. */
const struct workload *next_selected(const struct cluster *c, struct strs selector, struct str ns,
                                     size_t *at);

/* Everything of a cluster was told, as `kubectl get` dumps it: what is not here is not there. */
bool is_whole_cluster(const struct cluster *c);

/* An object that Kubernetes itself, or a component of the system, brings along: what it allows is needed, and
 * weighs only as information. */
bool is_system_object(const struct object *o);
/* Open as usual, but only an information when the object is the system's. */
enum verdict conclude_object(const struct resource *r, struct proof *p, const char *fmt, ...) PRINTF(3, 4);
