#include "scan/scan.h"

#include "advisory/vex.h"
#include "rule/survey.h"
#include "scan/assemble.h"
#include "scan/assemble_components.h"
#include "scan/assemble_deployment.h"
#include "scan/builds.h"
#include "scan/documents.h"
#include "scan/hosts.h"
#include "scan/judge.h"
#include "scan/layers.h"
#include "scan/needs.h"
#include "scan/opens.h"
#include "scan/patches.h"
#include "scan/policy.h"
#include "scan/read_tree.h"
#include "scan/reader.h"
#include "scan/source_tree.h"
#include "scan/squash.h"
#include "scan/statements.h"
#include "threat/threat.h"

#include <stdarg.h>
#include <sys/stat.h>
#include <time.h>

enum { SOURCES_BYTES = 1 << 30, RECORD_RESULT = 768 << 20 };
/* A cluster of 100,000 Pods takes a gigabyte, nearly all of it findings. */
static const size_t MODEL_BYTES = 4ull << 30;

struct pending {
    struct source_image image;
    struct pending *next;
};

struct scan {
    struct source_env env; /* first: the sources' view of us */
    struct scan_options opt;
    struct arena arena; /* what sources allocate */
    struct model model;
    struct secret_setup secret_setup;
    const struct secret_setup *secrets; /* NULL: none are looked for */
    struct cache cache;
    struct advisories advisories;
    struct store store; /* facts of documents and layers */
    struct pending *pending, **pending_end;
    struct source_deployment *deployment; /* of the target; NULL: none */
    struct secret_places tree_secrets;    /* of the source tree that the deployment is from */
    struct secret_holders holders;        /* everything that may hold secrets */
    struct str target;                    /* the one being read */
    struct proc_limits proc_limits;
};

static struct scan *of(struct source_env *env)
{
    return (struct scan *)(void *)env;
}

/* A single confined job whose result is one record. */
static int run_job(struct scan *s, const struct blob *in, proc_fn *fn, void *arg, struct buf *result,
                   struct err *e)
{
    AUTO_PROC struct proc p = PROC;

    if (reader_load(e) < 0 || proc_start(&p, in, &s->proc_limits, fn, arg, e) < 0 || proc_join(&p, e) < 0)
        return -1;
    *result = p.result;
    p.result = (struct buf){ 0 };
    return 0;
}

static int read_doc(struct source_env *env, const char *parser, struct str name, struct str bytes,
                    struct str digest, struct facts **out, struct err *e)
{
    struct scan *s = of(env);
    bool configuration =
        !strcmp(parser, "oci_config"); /* other documents of a source are digests and sizes */
    struct documents_env d = { &s->store, &s->arena, &s->proc_limits, configuration ? s->secrets : NULL };

    return document_read(&d, parser, name, bytes, digest, out, e);
}

static int read_tree(struct source_env *env, const struct blob *dir, struct facts **out, struct err *e)
{
    struct scan *s = of(env);
    const struct read_layer job = { .limits = s->opt.limits, .secrets = s->secrets, .source = true };

    return tree_read(&job, dir, s->opt.jobs, &s->proc_limits, &s->store, out, e);
}

static int read_archive_doc(struct source_env *env, const struct blob *archive, struct facts **members,
                            struct facts ***layers, size_t *n_layers, struct err *e)
{
    struct scan *s = of(env);
    struct read_archive job = { s->opt.limits, s->secrets };
    AUTO_BUF struct buf result = BUF(0);
    struct str rest, frame;
    size_t cap = 0;

    *layers = NULL;
    *n_layers = 0;
    *members = NULL;
    if (run_job(s, archive, read_archive, &job, &result, e) < 0)
        return -1;
    rest = buf_view(&result);
    if (store_bytes(&s->store, &result, e) < 0)
        return -1;
    while (proc_frame(&rest, &frame)) {
        struct facts *f = store_facts(&s->store, NULL, frame, e);
        if (!f)
            return -1;
        if (*members && !arena_grow(&s->arena, layers, *n_layers, &cap, sizeof **layers))
            return err_set(e, ERR_LIMIT, "too many layers");
        if (*members)
            (*layers)[(*n_layers)++] = *members;
        *members = f; /* the last frame is the list of members */
    }
    return *members ? 0 : err_set(e, ERR_FORMAT, "the reader returned nothing");
}

static int add_image(struct source_env *env, const struct source_image *img, struct err *e)
{
    struct scan *s = of(env);
    struct pending *p = arena_new(&s->arena, struct pending);
    struct source_layer *layers = arena_array(&s->arena, struct source_layer, img->n_layers + 1);

    if (!p || !layers)
        return err_set(e, ERR_LIMIT, "too many images");
    if (img->n_layers)
        memcpy(layers, img->layer, img->n_layers * sizeof *layers);
    p->image = *img;
    p->image.layer = layers;
    p->image.name = arena_str(&s->arena, img->name);
    p->image.digest = img->digest.n ? arena_str(&s->arena, img->digest) : img->digest;
    squash_get(&p->image, &s->cache, &s->store, s->opt.no_verify);
    *s->pending_end = p;
    s->pending_end = &p->next;
    return 0;
}

static int read_deployment_documents(struct source_env *env, struct source_document *doc, size_t n,
                                     struct err *e UNUSED)
{
    struct scan *s = of(env);

    documents_read(&(struct documents_env){ &s->store, &s->arena, &s->proc_limits, s->secrets }, doc, n);
    return 0;
}

static bool is_configuration(struct source_env *env UNUSED, struct str path)
{
    return parser_for_document("configuration", path);
}

static int add_deployment(struct source_env *env, const struct source_deployment *d, struct err *e)
{
    struct scan *s = of(env);
    struct source_document *doc = arena_array(&s->arena, struct source_document, d->n + 1);

    s->deployment = arena_new(&s->arena, struct source_deployment);
    if (!doc || !s->deployment)
        return err_set(e, ERR_LIMIT, "too many documents");
    if (d->n)
        memcpy(doc, d->doc, d->n * sizeof *doc);
    *s->deployment = (struct source_deployment){ arena_str(&s->arena, d->name), doc, d->n };
    return 0;
}

PRINTF(3, 4)
static void note_incomplete(struct source_env *env, struct str where, const char *fmt, ...)
{
    char text[480];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    model_incomplete(&of(env)->model, where, "%s", text);
}

static struct str time_now(struct arena *a)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH"); /* reproducible reports */
    uint64_t at;
    time_t now = epoch && str_u64(str_of(epoch), 10, &at) ? (time_t)at : time(NULL);
    struct tm tm;
    char text[32];

    gmtime_r(&now, &tm);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
    return arena_str(a, str_of(text));
}

/* false: the user named a key that cannot be used. */
static bool open_secrets(struct scan *s, struct err *e)
{
    struct err why = { 0 };

    if (s->opt.no_secrets || s->opt.packages_only)
        return true;
    if (secrets_open(&s->secret_setup, s->opt.secret_key, !s->opt.no_cache, &why) == 0)
        s->secrets = &s->secret_setup;
    else if (s->opt.secret_key && why.code != ERR_UNSUPPORTED) {
        *e = why;
        return false;
    } else
        model_incomplete(&s->model, STR("secrets"), "are not looked for: %s", why.text);
    return true;
}

static int find_deployment_secrets(struct scan *s, const struct deployment *d, struct err *e)
{
    struct secret_places all;

    if (secrets_of_deployment(d, &s->tree_secrets, &s->model.arena, &all, e) < 0)
        return -1;
    return secrets_hold(&s->holders, all, d->element, d->target, e);
}

/* What is in a source tree is judged with what is in the documents of its deployment. */
static int find_image_secrets(struct scan *s, const struct image *img, struct err *e)
{
    struct secret_places all;

    if (secrets_of_image(img, &s->model.arena, &all, e) < 0)
        return -1;
    if (!image_is_source(img) || !s->deployment)
        return secrets_hold(&s->holders, all, img->element, img->target, e);
    s->tree_secrets = all;
    return 0;
}

struct scan *scan_new(const struct scan_options *o, struct err *e)
{
    struct scan *s = calloc(1, sizeof *s);
    struct err why;

    if (!s) {
        err_set(e, ERR_LIMIT, "out of memory");
        return NULL;
    }
    s->opt = *o;
    s->arena = (struct arena)ARENA(SOURCES_BYTES);
    s->holders.arena = (struct arena)ARENA(SOURCES_BYTES);
    s->model.arena = (struct arena)ARENA(MODEL_BYTES);
    s->model.time = time_now(&s->model.arena);
    s->env = (struct source_env){ .arena = &s->arena,
                                  .opt = &s->opt.source,
                                  .read_doc = read_doc,
                                  .read_archive = read_archive_doc,
                                  .read_tree = read_tree,
                                  .read_documents = read_deployment_documents,
                                  .is_configuration = is_configuration,
                                  .add_deployment = add_deployment,
                                  .add_image = add_image,
                                  .incomplete = note_incomplete };
    s->cache = (struct cache)CACHE;
    s->proc_limits = (struct proc_limits){ .memory = o->limits.memory,
                                           .cpu_seconds = (uint32_t)o->limits.seconds,
                                           .wall_seconds = (uint32_t)o->limits.seconds,
                                           .result = RECORD_RESULT };
    if (!open_secrets(s, e)) {
        scan_free(&s);
        return NULL;
    }
    uint64_t secrets = s->secrets ? secrets_version(s->secrets) : 0;
    if (!o->no_cache && cache_open(&s->cache, o->cache_path, o->cache_bytes, &o->limits, secrets, &why) < 0 &&
        o->cache_path)
        model_incomplete(&s->model, STR("cache"), "%s", why.text);
    if (!o->packages_only && advisories_open(&s->advisories, &o->advisories, &s->model, e) < 0) {
        scan_free(&s);
        return NULL;
    }
    return s;
}

void scan_free(struct scan **s)
{
    if (!*s)
        return;
    store_free(&(*s)->store);
    if ((*s)->secrets)
        secret_setup_close(&(*s)->secret_setup);
    for (size_t i = 0; i < (*s)->model.image.n; i++)
        facts_free(&(*s)->model.image.p[i]->remarks);
    cache_close(&(*s)->cache);
    advisories_close(&(*s)->advisories);
    arena_free(&(*s)->holders.arena);
    arena_free(&(*s)->model.arena);
    arena_free(&(*s)->arena);
    free(*s);
    *s = NULL;
}

struct model *scan_model(struct scan *s)
{
    return &s->model;
}

static int read_layers(struct scan *s, struct err *e)
{
    char name[64];
    struct layers_options o = { .limits = &s->opt.limits,
                                .proc_limits = &s->proc_limits,
                                .secrets = s->secrets,
                                .jobs = s->opt.jobs,
                                .no_verify = s->opt.no_verify,
                                .cache = &s->cache,
                                .store = &s->store,
                                .arena = &s->arena };
    size_t n = 0;

    for (struct pending *p = s->pending; p; p = p->next)
        n += p->image.n_layers;
    AUTO_FREE struct source_layer **layer = calloc(n + 1, sizeof *layer);
    struct layers all = { layer, 0 };
    if (!layer)
        return err_set(e, ERR_LIMIT, "out of memory");
    for (struct pending *p = s->pending; p; p = p->next)
        for (size_t i = 0; i < p->image.n_layers; i++)
            layer[all.n++] = &p->image.layer[i];
    snprintf(name, sizeof name, STR_FMT, STR_ARG(str_first(s->target, 60)));
    o.progress = s->opt.progress ? name : NULL;
    return layers_read(&all, &o, e);
}

/* ---- images ---- */

/* What was passed over by design. */
static int describe_source(struct scan *s, const struct image *img, struct err *e)
{
    struct str list = STR("");

    FACTS_EACH (img->layer->facts, note, n)
        if (tree_is_history(n->where))
            list = arena_fmt(&s->model.arena, STR_FMT "%s" STR_FMT, STR_ARG(list), list.n ? ", " : "",
                             STR_ARG(n->where));
    return list.n ? model_set(&s->model, img->element, IMAGE_PASSED_OVER, list, e) : 0;
}

static int describe(struct scan *s, const struct image *img, struct err *e)
{
    struct model *m = &s->model;
    char number[32];

    if (img->digest.n && model_set(m, img->element, "digest", img->digest, e) < 0)
        return -1;
    if (image_is_source(img))
        return describe_source(s, img, e);
    snprintf(number, sizeof number, "%zu", img->n_layers);
    if (model_set(m, img->element, "layers", str_of(number), e) < 0)
        return -1;
    if (img->config && img->config->arch.n &&
        model_set(m, img->element, "architecture", img->config->arch, e) < 0)
        return -1;
    if (!img->os)
        return 0;
    return model_set(m, img->element, "os", img->os->name.n ? img->os->name : img->os->id, e);
}

static const struct config *config_of(const struct facts *f)
{
    size_t n = 0;
    const struct config *c = f ? facts_config(f, &n) : NULL;

    return n ? c : NULL;
}

static struct image *new_image(struct scan *s, const struct source_image *src, struct err *e)
{
    struct image *img = arena_new(&s->model.arena, struct image);
    struct layer *layers = arena_array(&s->model.arena, struct layer, src->n_layers + 1);

    if (!img || !layers ||
        !arena_grow(&s->model.arena, &s->model.image.p, s->model.image.n, &s->model.image.cap, sizeof img)) {
        err_set(e, ERR_LIMIT, "the model is full");
        return NULL;
    }
    *img = (struct image){ .target = arena_str(&s->model.arena, s->target),
                           .name = src->name,
                           .kind = src->kind,
                           .digest = src->digest,
                           .reference = src->reference,
                           .tag_is_mutable = src->digest.n && !src->by_digest,
                           .config_facts = src->config,
                           .config = config_of(src->config),
                           .layer = layers,
                           .n_layers = src->n_layers,
                           .time = s->model.time };
    for (size_t i = 0; i < src->n_layers; i++) {
        const struct source_layer *l = &src->layer[i];
        layers[i] =
            (struct layer){ l->digest, l->diff_id, l->media_type, l->size, { 0 }, l->facts, l->why_not };
    }
    s->model.image.p[s->model.image.n++] = img;
    return img;
}

static int add_image_element(struct scan *s, struct image *img, struct err *e)
{
    bool source = image_is_source(img);

    return model_add_element(&s->model, source ? ELEMENT_SOURCE : ELEMENT_IMAGE, img->name,
                             source ? STR("source") : STR("registry"), &img->element, e);
}

/* A source tree runs nowhere: of what is asked of an image, only its certificates are asked for. */
static int judge_files(struct scan *s, struct image *img, struct err *e)
{
    if (image_is_source(img))
        return judge_image_certificates(&s->model, img, e);
    if (image_survey(img, &s->model.arena, e) < 0 || assemble_components(&s->model, img, e) < 0)
        return -1;
    return judge_image(&s->model, img, e);
}

static int finish_image(struct scan *s, const struct source_image *src, struct err *e)
{
    struct image *img = new_image(s, src, e);
    size_t first = s->model.package.n;

    if (!img || add_image_element(s, img, e) < 0)
        return -1;
    int r = assemble_image(&s->model, img, src->squashed, e);
    squash_put(src, img, &s->cache, s->opt.no_verify);
    if (r == 0)
        r = describe(s, img, e);
    bool files = !str_eq(img->kind, STR("sbom")); /* which a bill of materials has not: nothing to judge */
    if (r == 0 && !s->opt.packages_only)
        r = (files && judge_files(s, img, e) < 0) || find_image_secrets(s, img, e) < 0 ||
                    hosts_take(&s->model, img, first, e) < 0 ||
                    advisories_match(&s->advisories, &s->model, img, first, e) < 0
                ? -1
                : 0;
    if (r == 0 && (s->opt.packages_only || s->opt.relate))
        r = needs_relate(&s->model, img, first, e);
    assemble_forget(img);
    return r;
}

static int open_target(struct scan *s, struct str target, struct err *e);

/* An image that a workload runs, as a target of its own while the deployment's waits. */
static int read_image(void *ctx, struct str target, const struct image **out, struct err *e)
{
    struct scan *s = ctx;
    struct str outer = s->target;
    struct source_deployment *deployment = s->deployment;
    int r = 0;

    s->target = target;
    s->pending = NULL;
    s->pending_end = &s->pending;
    if (open_target(s, target, e) < 0 || read_layers(s, e) < 0 ||
        (!s->pending && err_set(e, ERR_NOT_FOUND, "no image")))
        r = -1;
    s->deployment = NULL; /* what a source tree says besides is not asked for */
    if (r == 0)
        r = finish_image(s, &s->pending->image, e);
    if (r == 0)
        *out = s->model.image.p[s->model.image.n - 1];
    s->target = outer;
    s->deployment = deployment;
    return r;
}

static int read_images(struct scan *s, struct deployment *d, struct err *e)
{
    struct images_job job = { s->opt.images, s->opt.image, s->opt.n_image, read_image, s };

    return images_join(&job, &s->model, d, e);
}

static int finish_deployment(struct scan *s, struct err *e)
{
    struct deployment *d;

    if (assemble_deployment(&s->model, s->target, s->deployment, &d, e) < 0 || read_images(s, d, e) < 0 ||
        builds_join(&s->model, d, s->deployment, e) < 0)
        return -1;
    if (s->opt.packages_only)
        return 0;
    if (hosts_match(&s->advisories, &s->model, d, e) < 0)
        return -1;
    return judge_deployment(&s->model, d, e) < 0 || builds_judge(&s->model, d, e) < 0
               ? -1
               : find_deployment_secrets(s, d, e);
}

/* ---- targets ---- */

static bool is_scheme(const struct source *src, struct str scheme)
{
    if (str_eq(scheme, str_of(src->name)))
        return true;
    for (const char *const *s = src->schemes; s && *s; s++)
        if (str_eq(scheme, str_of(*s)))
            return true;
    return false;
}

static int nobody_knows(struct str target, struct err *e)
{
    char path[4096];
    struct stat st;

    snprintf(path, sizeof path, STR_FMT, STR_ARG(target));
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return err_set(e, ERR_UNSUPPORTED, "a directory that nobody knows");
    if (target.n && memchr("/.", target.p[0], 2))
        return err_errno(e, "cannot be opened");
    return err_set(e, ERR_NOT_FOUND,
                   "no such file or directory, and not an image reference; `scantling list sources` "
                   "shows the forms");
}

static int open_target(struct scan *s, struct str target, struct err *e)
{
    struct str scheme, rest;
    struct err tried = { 0 };

    if (str_split(target, ':', &scheme, &rest))
        for (size_t i = 0; i < n_sources; i++)
            if (is_scheme(sources[i], scheme))
                return sources[i]->open(&s->env, rest, e);
    for (size_t i = 0; i < n_sources; i++) {
        if (!sources[i]->recognises || !sources[i]->recognises(target))
            continue;
        if (sources[i]->open(&s->env, target, e) == 0)
            return 0;
        if (e->code != ERR_NOT_FOUND)
            return err_wrap(e, "%s", sources[i]->name);
        if (tried.code)
            err_wrap(e, "%.200s; %s", tried.text, sources[i]->name);
        else
            err_wrap(e, "%s", sources[i]->name);
        tried = *e;
    }
    if (!tried.code)
        return nobody_knows(target, e);
    *e = tried;
    return -1;
}

int scan_target(struct scan *s, struct str target, struct err *e)
{
    s->target = target;
    s->pending = NULL;
    s->pending_end = &s->pending;
    s->deployment = NULL;
    s->tree_secrets = (struct secret_places){ .complete = true };
    if (open_target(s, target, e) < 0 || read_layers(s, e) < 0)
        return -1;
    for (struct pending *p = s->pending; p; p = p->next)
        if (finish_image(s, &p->image, e) < 0)
            return -1;
    if (s->deployment && !(s->pending && s->opt.packages_only)) /* an inventory is of what lies in the tree */
        return finish_deployment(s, e);
    return s->pending ? 0 : err_set(e, ERR_NOT_FOUND, "holds no image");
}

static int apply_vex(struct scan *s, struct err *e)
{
    AUTO_FACTS struct facts all = FACTS(SOURCES_BYTES);

    for (size_t i = 0; i < s->opt.n_vex; i++)
        if (statements_load(s->opt.vex[i], &s->proc_limits, &all, e) < 0)
            return -1;
    return vex_apply(&s->model, &all, e);
}

int scan_finish(struct scan *s, struct err *e)
{
    const char *ignore = s->opt.ignore_file ? s->opt.ignore_file : ".scantlingignore";
    struct err why;

    if (!s->opt.packages_only && (judge_secrets(&s->model, &s->holders, s->secrets, e) < 0 ||
                                  judge_images(&s->model, e) < 0 || opens_relate(&s->model, e) < 0))
        return -1;
    if (apply_vex(s, e) < 0)
        return -1;
    if (policy_accept(&s->model, ignore, &why) < 0 && (s->opt.ignore_file || why.code != ERR_NOT_FOUND)) {
        *e = why;
        return -1;
    }
    model_sort_findings(&s->model);
    (void)cache_trim(&s->cache);
    if (threat_analyse(&s->model, e) < 0)
        return -1;
    patches_make(&s->model, &s->proc_limits);
    return 0;
}
