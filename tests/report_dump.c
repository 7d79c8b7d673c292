/* report_dump - every report of the models made by hand, into a folder: what tests/cli/schemas.py validates.
 *   report_dump DIR           DIR/<model>.<report>
 *   report_dump -c [plain]    the table of a model, in colour, on the screen: to look at */
#include "report/report.h"
#include "report_model.h"

static const char *const model_name[] = { "empty", "plain", "nasty", "deployed", "vulnerable" };

static int dump(const char *dir, enum hand_made_kind kind)
{
    CLEANUP(hand_made_free) struct hand_made *h = hand_made_new(kind);
    struct report_options o = { .verbose = true };
    struct err e = { 0 };

    for (size_t i = 0; i < n_reports; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s.%s", dir, model_name[kind], reports[i]->name);
        FILE *to = fopen(path, "w");
        if (!to)
            return perror(path), -1;
        int r = reports[i]->write(&h->m, &o, to, &e);
        fclose(to);
        if (r < 0) {
            fprintf(stderr, "%s: %s\n", path, e.text);
            return -1;
        }
    }
    return 0;
}

static int look(const char *which)
{
    enum hand_made_kind kind = !strcmp(which, "nasty") ? MODEL_NASTY : MODEL_PLAIN;
    CLEANUP(hand_made_free) struct hand_made *h = hand_made_new(kind);
    struct report_options o = { .color = true };
    struct err e;

    return report_by_name(STR("table"))->write(&h->m, &o, stdout, &e);
}

int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "-c"))
        return look(argc > 2 ? argv[2] : "plain") < 0;
    if (argc != 2) {
        fprintf(stderr, "usage: report_dump DIR | -c [plain|nasty]\n");
        return 2;
    }
    for (enum hand_made_kind k = MODEL_EMPTY; k <= MODEL_VULNERABLE; k++)
        if (dump(argv[1], k) < 0)
            return 1;
    return 0;
}
