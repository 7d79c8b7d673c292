/* kube_flags.c - the flags of a control plane's programs, from the command lines of the Pods that run them.
 */
#include "parse/kube.h"

static const char programs[] =
    "kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubelet etcd "
    "cloud-controller-manager hyperkube";

/* While words go by. */
struct command {
    struct str component; /* empty: no program of ours yet */
    struct str flag;      /* waits for its value */
    uint32_t line;
};

/* A flag whose value did not follow is a switch. */
static int settle(struct kube *k, struct command *c)
{
    struct str flag = c->flag;

    c->flag = STR("");
    return flag.n ? kube_parameter(k, c->component, flag, STR("true"), c->line) : 0;
}

static int take_word(struct kube *k, struct command *c, struct str word, uint32_t line)
{
    struct str folder, base, name, value;

    if (!c->component.n) {
        str_rsplit(word, '/', &folder, &base);
        if (base.n && str_one_of(base, programs))
            c->component = base;
        return 0;
    }
    if (!str_starts(word, STR("-"))) {
        struct str flag = c->flag;
        if (str_eq(c->component, STR("hyperkube")) && str_one_of(word, programs))
            c->component = word;
        c->flag = STR("");
        return flag.n ? kube_parameter(k, c->component, flag, word, c->line) : 0;
    }
    if (settle(k, c) < 0)
        return -1;
    word = str_skip(word, str_starts(word, STR("--")) ? 2 : 1);
    c->line = line;
    if (!str_split(word, '=', &name, &value)) {
        c->flag = word;
        return 0;
    }
    return kube_parameter(k, c->component, name, value, line);
}

/* A word may be a whole command line: `sh -c "exec kube-apiserver --anonymous-auth=false"`. */
static int take_words(struct kube *k, struct command *c, const struct doc *list)
{
    DOC_EACH (list && list->kind == DOC_LIST ? list : NULL, d) {
        struct str rest = doc_scalar(d), word;
        if (c->component.n && str_starts(rest, STR("-"))) { /* blanks belong to the value */
            if (take_word(k, c, str_trim(rest), kube_line(k, d)) < 0)
                return -1;
            continue;
        }
        while (str_cut(&rest, ' ', &word))
            if ((word = str_trim(word)).n && !str_eq(word, STR("\\")) &&
                take_word(k, c, word, kube_line(k, d)) < 0)
                return -1;
    }
    return 0;
}

int kube_flags(struct kube *k, const struct doc *container)
{
    struct command c = { 0 };

    if (take_words(k, &c, doc_get(container, "command")) < 0 ||
        take_words(k, &c, doc_get(container, "args")) < 0)
        return -1;
    return settle(k, &c);
}
