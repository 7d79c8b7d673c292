/* rule_image.h - what a rule over images is asked about in a case of rule_test: an image in few words, as an
 * object of JSON. "from" names the one under <root>/images/ that it starts from; every other key replaces that
 * one's, and a key with a "+" behind it adds to its list.
 *
 * Lists of lines:
 *   tree          KIND MODE UID:GID SIZE PATH [-> LINK] [MAJOR:MINOR] [caps=HEX] [@LAYER], kinds: f d l c b p s
 *   users         NAME:UID:GID:HOME:SHELL[:PASSWORD]
 *   groups        NAME:GID:MEMBER,MEMBER
 *   shadow        NAME:PASSWORD
 *   sudo          WHO:nopasswd|password:COMMANDS
 *   owned         [hidden ]TYPE NAME: PATH PATH
 *   packages      [hidden ]TYPE NAME PATH
 *   notes         hostile|unusual|incomplete PATH: REASON
 *   env, labels   NAME=VALUE
 *   history       COMMAND, or {created, created_by}
 *   layers        MEDIA TYPE
 *   manifests     SCHEMA
 *   secrets       [hidden ]KIND PLACE CONFIDENCE HASH PATH[:LINE][ doubt=TEXT| until=DATE], places: file env label
 *                 history document
 * Objects of their facts' fields: config, and the lists certificates, keys, tls_settings.
 * Texts: target, name, kind, digest, time. "complete" and "tree" may be false. */
#pragma once
#include "model/certificates.h"

struct image_case {
    struct arena arena;
    struct image img;
};

/* Ends the program when the description cannot be read. */
struct image_case *image_case_new(const char *root, const char *path);
void image_case_free(struct image_case *c);
/* The image, and, when the description has "other_keys", one beside it: the same but for its keys and digest. */
const struct images *image_case_pair(struct image_case *c);
