/* render.h - charts and kustomizations are programs that make manifests: only the user's own helm and
 * kustomize know what they make. They are run when the user says so (--render) and never otherwise.
 *
 * They run outside of confinement, as the user: helm reads its plugins and repositories, kustomize fetches
 * bases, and both are what the user runs on this folder anyway before he deploys it. What they print is
 * untrusted like any document, and is read in a confined process. No shell takes part. */
#pragma once
#include "source/source.h"

enum rendered { RENDER_NOTHING, RENDER_CHART, RENDER_KUSTOMIZATION };

/* What a folder with such a file is: "Chart.yaml", "kustomization.yaml" ... */
enum rendered render_kind(struct str name);
/* "chart" or "kustomization", and back. */
const char *render_name(enum rendered kind);
enum rendered render_named(struct str name);
/* The command that a user would give, for texts: "helm template ." */
const char *render_command(enum rendered kind);
/* Run it in the directory `fd`; *out is what it prints, in the env's arena. -1: the tool is not there, it
 * failed, took more than a minute, or printed more than opt->document_bytes. */
int render(struct source_env *env, enum rendered kind, int fd, struct str *out, struct err *e) MUST_USE;
