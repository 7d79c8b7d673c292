/* reference.h - image references as Docker spells them: [HOST[:PORT]/]REPOSITORY[:TAG][@DIGEST]. */
#pragma once
#include "core/err.h"
#include "core/str.h"

struct reference {
    struct str host;   /* "docker.io" when the text names none */
    struct str repo;   /* "library/..." is added for Docker's own; views into the text or into `buffer` */
    struct str tag;    /* "latest" when there is neither tag nor digest */
    struct str digest; /* or empty */
    char buffer[264];
};

/* Fill *to, which is not to be copied; the text must live as long. ERR_USAGE with the reason when it is not
 * one. */
int reference_parse(struct str text, struct reference *to, struct err *e);
