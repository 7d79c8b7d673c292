/* workload_store.c - data stores that let everybody in unless they are told otherwise, as a workload starts
 * them. Redis has rules of its own. */
#include "rule/switches.h"
#include "rule/workload.h"

/* How one kind of store is told to ask for a password; words of lists are separated by blanks. */
struct store {
    const char *images; /* the last part of the image's name */
    const char *name;
    const char *set_by;  /* variables that set a password */
    const char *options; /* words of the command line that do */
    const char *files;   /* words of the command line that name a file, which decides */
    const char *off;     /* variables that switch it off or, when false, on */
    unsigned since;      /* the first version that asks by itself; 0: none does */
};
static const struct store stores[] = {
    { "mongo mongodb mongodb-community-server mongodb-enterprise-server", "MongoDB",
      "MONGO_INITDB_ROOT_USERNAME MONGO_INITDB_ROOT_USERNAME_FILE MONGODB_ROOT_PASSWORD "
      "MONGODB_ROOT_PASSWORD_FILE MONGODB_INITDB_ROOT_USERNAME MONGODB_INITDB_ROOT_USERNAME_FILE",
      "--auth --keyFile", "--config -f", "", 0 },
    { "elasticsearch", "Elasticsearch", "xpack.security.enabled", "-Expack.security.enabled=true", "",
      "xpack.security.enabled", 8 },
    { "opensearch", "OpenSearch", "", "", "", "DISABLE_SECURITY_PLUGIN plugins.security.disabled", 1 },
    { "memcached", "Memcached", "", "-S --enable-sasl -Y", "", "", 0 },
};

static const struct store *store_of(const struct workload *w, struct image_ref *ref)
{
    struct str folder, base;

    if (w->spelling == SPELLING_DOCKERFILE || workload_says(w, SETTING_BUILD) || !workload_image(w, ref))
        return NULL;
    str_rsplit(ref->name, '/', &folder, &base);
    for (size_t i = 0; i < ARRAY_LEN(stores); i++)
        if (str_one_of(base, stores[i].images))
            return &stores[i];
    return NULL;
}

/* A word of the command line that is in the list. */
static const struct setting *word_of(const struct workload *w, const char *list)
{
    WORKLOAD_SAID (w, ENTRYPOINT, s)
        if (str_one_of(s->value, list))
            return s;
    WORKLOAD_SAID (w, COMMAND, s)
        if (str_one_of(s->value, list))
            return s;
    return NULL;
}

static const struct variable *variable_of(const struct workload *w, const char *list)
{
    WORKLOAD_EACH (w, variable, v)
        if (v->name.n && str_one_of(v->name, list))
            return v;
    return NULL;
}

/* "7.16.1" is before 8; a tag that is no version is the newest. */
static bool is_before(struct str tag, unsigned since)
{
    struct str major, rest;
    uint64_t n;

    str_split(tag, '.', &major, &rest);
    return !since || (str_u64(major, 10, &n) && n < since);
}

static enum verdict open_store(const struct rule *r UNUSED, const void *subject, struct proof *p)
{
    const struct workload *w = subject;
    struct image_ref ref;
    const struct store *s = store_of(w, &ref);

    if (!s)
        return VERDICT_NOT_APPLICABLE;
    const struct variable *off = variable_of(w, s->off), *set = variable_of(w, s->set_by);
    const struct setting *option = word_of(w, s->options), *file = word_of(w, s->files);
    bool disabled = off && (set == off ? str_eq(off->value, STR("false")) : is_yes(off->value));
    if (disabled) {
        proof_add(p, AT(off), STR_FMT "=" STR_FMT, STR_ARG(off->name), STR_ARG(str_first(off->value, 20)));
        return VERDICT_OPEN;
    }
    if (set)
        return conclude(p, AT(set), STR_FMT " is set", STR_ARG(set->name));
    if (option)
        return conclude(p, AT(option), "its command line asks for it");
    if (file)
        return cannot_tell(p, AT(file), "a configuration file decides, which was not looked at here");
    if (is_before(ref.tag, s->since))
        proof_add(p, AT_WORKLOAD(w), "%s asks for no password unless told to, and nothing does", s->name);
    return conclude(p, AT_WORKLOAD(w), "%s asks for a password by itself", s->name);
}

static const struct rule table[] = {
    {
        .check = { .id = "workload-store-no-password",
                   .title = "A data store is started without a password",
                   .holds = "The data store is started with a password",
                   .why = "Whoever reaches the port, every container of the network to begin with, reads and "
                          "writes everything.",
                   .fix = "Give it users with passwords, from a secret.",
                   .threats = THREAT_BIT(T6) | THREAT_BIT(I3),
                   .layer = LAYER_APPLICATION,
                   .severity = SEVERITY_HIGH,
                   .refs = REFS({ CAT_NIST, "4.3.3" }, { CAT_ATTACK, "T1190" }, { CAT_CWE, "CWE-306" }) },
        .on = ON_WORKLOAD,
        .unknowable = true,
        .judge = open_store,
    },
};
const struct rule_set rules_workload_store = { "workload_store", table, ARRAY_LEN(table) };
