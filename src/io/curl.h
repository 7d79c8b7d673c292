/* curl.h - libcurl, loaded when it is first needed: a scan of local images never pays for it, and the program
 * runs where it is not installed. */
#pragma once
#include "core/err.h"

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

/* clang-format never comes to rest on this list. */
/* The formatter never comes to rest on this list. */
/* clang-format off */
#define CURL_FUNCTIONS(F)                                                             \
    F(global_init) F(easy_init) F(easy_setopt) F(easy_perform) F(easy_getinfo)        \
    F(easy_reset) F(easy_cleanup) F(easy_strerror) F(slist_append) F(slist_free_all)  \
    F(url) F(url_set) F(url_get) F(url_cleanup) F(free)
/* clang-format on */

#define CURL_POINTER(name) __typeof__(&curl_##name) name;
struct curl_api {
    CURL_FUNCTIONS(CURL_POINTER)
};

/* Loaded and initialised, or NULL with the reason. */
const struct curl_api *curl_load(struct err *e);
