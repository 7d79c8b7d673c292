#include "model/threat.h"

#define THREAT_ROW(id_, stride_, name_, what_) { #id_, stride_, name_, what_ },
const struct threat threats[THREAT_COUNT] = { THREATS(THREAT_ROW) };

const char stride_letter[STRIDE_COUNT + 1] = "STRIDE";
const char *const stride_name[STRIDE_COUNT] = {
    "Spoofing",          "Tampering",
    "Repudiation",       "Information disclosure",
    "Denial of service", "Elevation of privilege",
};

#define NAME_ROW(id, name) name,
const char *const layer_name[LAYER_COUNT] = { LAYERS(NAME_ROW) };
const char *const severity_name[SEVERITY_COUNT] = { SEVERITIES(NAME_ROW) };
const char *const catalogue_key[CATALOGUE_COUNT] = { CATALOGUES(NAME_ROW) };

const struct threat *threat_by_id(struct str id)
{
    for (size_t i = 0; i < THREAT_COUNT; i++)
        if (str_eq_nocase(str_of(threats[i].id), id))
            return &threats[i];
    return NULL;
}

bool severity_parse(struct str name, enum severity *out)
{
    for (enum severity s = 0; s < SEVERITY_COUNT; s++)
        if (str_eq_nocase(str_of(severity_name[s]), name)) {
            *out = s;
            return true;
        }
    return false;
}
