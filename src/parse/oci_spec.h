/* oci_spec.h - the runtime specification of a container, as OCI bundles have it in config.json and
 * containerd and CRI-O in what they show. */
#pragma once
#include "parse/declare.h"

/* Say the workload that `spec` describes, as it will be started: nothing is left to defaults, so what it does
 * not have is not there. `name`, `image`: empty where nobody says them. */
void oci_spec_declare(struct declare *d, const struct doc *spec, struct str name, struct str image);
