/* tls_config.h - what configuration files of servers and clients say of TLS, as FACT_TLS_SETTING: a table of
 * keys and what their values mean. */
#pragma once
#include "parse/parse.h"

/* Add the settings in the text of a configuration file that is called `name`; `path` and `line` (of the first
 * line of the text) are their provenance. Lines that say nothing of TLS are passed over. */
int tls_config_add(struct facts *out, struct str name, struct str path, uint32_t line, struct str text,
                   struct err *e) MUST_USE;
