#include "config.h"

#if HAVE_CURL
#include "io/curl.h"

#include <dlfcn.h>

static bool resolve(void *lib, const char *name, void *to, struct err *e)
{
    void *fn = dlsym(lib, name);

    if (!fn)
        return err_set(e, ERR_UNSUPPORTED, "libcurl.so.4 has no %s", name), false;
    memcpy(to, &fn, sizeof fn); /* ISO C knows no way from an object to a function pointer */
    return true;
}

#define CURL_RESOLVE(name) &&resolve(lib, "curl_" #name, &api.name, e)

const struct curl_api *curl_load(struct err *e)
{
    static struct curl_api api;
    static bool ready;
    void *lib;

    if (ready)
        return &api;
    lib = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    if (!lib)
        return err_set(e, ERR_UNSUPPORTED, "the network needs libcurl: %s", dlerror()), NULL;
    if (!(true CURL_FUNCTIONS(CURL_RESOLVE)))
        return NULL;
    if (api.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return err_set(e, ERR_UNSUPPORTED, "libcurl does not start"), NULL;
    ready = true;
    return &api;
}
#endif
