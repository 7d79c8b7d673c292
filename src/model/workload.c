#include "model/workload.h"

#define SETTING_ROW(id, name, values) [SETTING_##id] = { name, values },
const struct setting_info setting_info[SETTING_COUNT] = { SETTINGS(SETTING_ROW) };
