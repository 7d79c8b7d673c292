/* rule_subject.h - what a rule over a deployment is asked about in a case of rule_test: documents, or one
 * workload in few words.
 *
 * A folder of a case has documents (compose.yaml, pod.yaml, inspect.json, config.json, Dockerfile,
 * daemon.json
 * ...; files that no parser takes for a document are there for those that name them), or
 *
 *   workload.json   {"spelling": "compose", "role": "init",
 *                    "settings": {"user": "0", "cap-add": ["SYS_ADMIN", "NET_RAW"]},   words of workload.h
 *                    "mounts": ["bind /var/run:/run ro"], "ports": ["0.0.0.0:80:8080/tcp"],
 *                    "variables": ["NAME=value", "NAME<secret:db/password"], "links": ["network front"]}
 *
 * and may have an image.json, which is then the image of all workloads. */
#pragma once
#include "rule/rule.h"

struct subject_case {
    struct arena arena;
    struct facts *facts[40]; /* one a document */
    size_t n;
    struct deployment d;
};
/* Read the case in `dir`; false: it has no documents. Ends the program when they cannot be read. */
bool subject_load(struct subject_case *c, const char *dir);
/* Only the document of that name. */
bool subject_load_file(struct subject_case *c, const char *dir, const char *name);
/* What the rule is asked about: the first that it is for; NULL: none is. */
const void *subject_of(const struct subject_case *c, const struct rule *r);
void subject_free(struct subject_case *c);
