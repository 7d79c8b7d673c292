#include "core/late.h"

#include <dlfcn.h>

int late_open(const char *soname, void **lib, struct err *e)
{
    *lib = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
    return *lib ? 0 : err_set(e, ERR_UNSUPPORTED, "%s", dlerror());
}

int late_symbol(void *lib, const char *name, void *to, struct err *e)
{
    void *at = dlsym(lib, name);

    if (!at)
        return err_set(e, ERR_UNSUPPORTED, "%s", dlerror());
    memcpy(to, &at, sizeof at); /* ISO C knows no way from an object to a function pointer */
    return 0;
}
