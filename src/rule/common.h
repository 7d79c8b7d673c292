/* common.h - how image rules say where, and how they conclude. */
#pragma once
#include "rule/rule.h"
#include "rule/step.h"
#include "rule/survey.h"

/* Where a proof lies. What a Dockerfile makes has its configuration in the Dockerfile: AT_IN says the last
 * instruction of that name which has the word in it (STR_NONE: any), and the last FROM when there is none. */
#define AT_IN(img, instruction, word) ((struct evidence[1]){ at_instruction(img, instruction, word) })
struct evidence at_instruction(const struct image *img, const char *instruction, struct str word);
#define AT_CONFIG (&(struct evidence){ .path = STR("config") })
#define AT_NAME   (&(struct evidence){ .path = STR("name") })
struct evidence at_node(const struct image *img, node_id id, struct str path);
struct evidence at_step(const struct step *s);
struct evidence at_line(const struct image *img, const struct seen *seen, struct str path, uint32_t line);

/* For rules over the configuration: true when it can be judged. Else *v is what to answer: a root file system
 * has none (not applicable), an image's could not be read (cannot tell). */
bool has_config(const struct image *img, struct proof *p, enum verdict *v);
/* The same for rules over the history. */
bool has_history(const struct image *img, struct proof *p, enum verdict *v);
/* The same for rules over files. */
bool has_files(const struct image *img, struct proof *p, enum verdict *v);

/* Was a secret seen there, by its content: then the rule over secrets says it, and a rule that goes by names
 * does not say it again. `place` is a file's path, a variable's or label's name, a build step's number. */
bool is_seen_secret(const struct image *img, enum secret_place in, struct str place);

/* Conclude, for rules that rest on the absence of files: they cannot tell while a layer is unread. */
enum verdict conclude_files(const struct image *img, struct proof *p, const char *fmt, ...) PRINTF(3, 4);
/* For rules over the history: "12 build steps: none ..." ; `cut`: a step was too long to be looked at whole.
 */
enum verdict conclude_history(const struct image *img, struct proof *p, bool cut, const char *none);

/* Text for evidence: at most `most` bytes, control bytes as "?", into `to` of most + 1. */
const char *shown(struct str s, char *to, size_t most);

/* Seconds since 1970 of an RFC 3339 time, its zone taken for UTC; -1: not one, or before 1970. */
int64_t time_of(struct str text);
