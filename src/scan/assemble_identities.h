/* assemble_identities.h - who a workload is to the cluster, and what that lets it do: accounts, users,
 * groups, and the roles that bindings give them.
 *
 * Relations: a workload uses its account. An account (user, group) trusts the binding that names it where the
 * binding holds in the whole cluster, and uses it where it holds in one namespace; the binding does the same
 * with its role. Accounts and roles that are not declared, but meant, become elements too. */
#pragma once
#include "model/model.h"

/* After the deployment's workloads and objects are elements. */
int assemble_identities(struct model *m, const struct deployment *d, struct err *e) MUST_USE;
