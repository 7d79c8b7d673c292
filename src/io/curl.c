#include "config.h"

#if HAVE_CURL
#include "core/late.h"
#include "io/curl.h"

#define CURL_RESOLVE(name) || late_symbol(lib, "curl_" #name, &api.name, e) < 0

const struct curl_api *curl_load(struct err *e)
{
    static struct curl_api api;
    static bool ready;
    void *lib;

    if (ready)
        return &api;
    if (late_open("libcurl.so.4", &lib, e) < 0 CURL_FUNCTIONS(CURL_RESOLVE)) {
        err_wrap(e, "the network needs libcurl");
        return NULL;
    }
    if (api.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return err_set(e, ERR_UNSUPPORTED, "libcurl does not start"), NULL;
    ready = true;
    return &api;
}
#endif
