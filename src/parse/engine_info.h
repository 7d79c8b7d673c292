/* engine_info.h - what an engine tells of itself and its host, beside the containers that it shows. */
#pragma once
#include "parse/declare.h"

bool is_engine_info(const struct doc *root);
/* As parameters of "host" (versions) and "docker" (how it is set up). */
void engine_info(struct declare *d, const struct doc *root);
