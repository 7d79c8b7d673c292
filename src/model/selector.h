/* selector.h - Kubernetes' label selectors, as facts write them: "name=value", "name in (a,b)",
 * "name notin (a,b)", "name exists", "name missing". All of them must hold; none holds always. */
#pragma once
#include "model/fact.h"

bool selector_matches(struct strs selector, struct strs labels);
/* The value of a label among "name=value"; a text with p NULL: there is none. */
struct str label_value(struct strs labels, struct str name);
/* The name that one requirement is about. */
struct str selector_name(struct str requirement);
