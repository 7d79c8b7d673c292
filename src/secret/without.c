/* without.c - the program was built without Vectorscan or PCRE2: it says so, and looks for no secrets. */
#include "secret/secret.h"

bool secret_supported(void)
{
    return false;
}

uint64_t secret_version(void)
{
    return 0;
}

size_t secret_kind_count(void)
{
    return 0;
}

const struct secret_info *secret_info_of(struct str id UNUSED)
{
    return NULL;
}

int secret_setup_open(struct secret_setup *s UNUSED, struct err *e)
{
    return err_set(e, ERR_UNSUPPORTED, "built without Vectorscan");
}

void secret_setup_close(struct secret_setup *s UNUSED)
{
}

struct secret_scanner *secret_open(const struct secret_setup *setup UNUSED, struct facts *out UNUSED,
                                   struct err *e)
{
    err_set(e, ERR_UNSUPPORTED, "built without Vectorscan");
    return NULL;
}

void secret_close(struct secret_scanner **s UNUSED)
{
}

void secret_file_begin(struct secret_scanner *s UNUSED, struct str path UNUSED, uint64_t size UNUSED)
{
}

void secret_file_block(struct secret_scanner *s UNUSED, struct str block UNUSED)
{
}

int secret_file_end(struct secret_scanner *s UNUSED, struct err *e UNUSED)
{
    return 0;
}

void secret_remember(struct secret_scanner *s UNUSED)
{
}

void secret_mask(const struct secret_scanner *s UNUSED, struct facts *f UNUSED)
{
}

int secret_scan_text(struct secret_scanner *s UNUSED, enum secret_place place UNUSED, struct str name UNUSED,
                     struct str text UNUSED, struct err *e UNUSED)
{
    return 0;
}

int secret_add_value(struct secret_scanner *s UNUSED, struct str path UNUSED, uint32_t line UNUSED,
                     uint64_t at UNUSED, uint64_t n UNUSED, struct str key UNUSED, struct str value UNUSED,
                     struct err *e UNUSED)
{
    return 0;
}

bool secret_is_generic(struct str kind UNUSED)
{
    return false;
}
