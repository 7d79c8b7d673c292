/* rpm_manifest.c - the package list of images that have no rpm database: Mariner's and Azure Linux's
 * distroless images write it when they are built, one package a line, fields split by tabs:
 *   name, version-release, installed, built, vendor, epoch, size, arch, epoch as number, source package */
#include "parse/rpm_header.h"

enum { NAME, VERSION, VENDOR = 4, EPOCH, ARCH = 7, SOURCE = 9, FIELDS };

/* What rpm prints for a tag that a header does not have. */
static struct str some(struct str s)
{
    return str_eq(s, STR("(none)")) ? STR_NONE : s;
}

static int package(const struct input *in, struct str line, uint32_t number, struct facts *out, struct err *e)
{
    struct str rest = line, field[FIELDS] = { 0 };
    uint64_t epoch = 0;
    size_t n = 0;

    while (n < FIELDS && str_cut(&rest, '\t', &field[n]))
        n++;
    if (n < FIELDS || !field[NAME].n || !field[VERSION].n)
        return err_set(e, ERR_FORMAT, "line %u: %zu fields where a package has %d", number, n, FIELDS);
    if (some(field[EPOCH]).n && (!str_u64(field[EPOCH], 10, &epoch) || epoch > UINT32_MAX))
        return err_set(e, ERR_FORMAT, "line %u: the epoch is no number", number);
    struct package p = {
        .type = STR("rpm"),
        .name = field[NAME],
        .version = field[VERSION],
        .arch = some(field[ARCH]),
        .vendor = some(field[VENDOR]),
        .path = in->path,
        .line = number,
    };
    rpm_source(field[SOURCE], &p.source_name, &p.source_version);
    if (epoch)
        p.version = arena_fmt(&out->arena, "%u:" STR_FMT, (uint32_t)epoch, STR_ARG(field[VERSION]));
    if (!p.version.p)
        return err_set(e, ERR_LIMIT, "fact store is full");
    return facts_add_package(out, &p, e);
}

static int parse(const struct input *in, struct facts *out, struct err *e)
{
    struct str rest = in->body, line;
    uint32_t number = 0;

    while (str_cut(&rest, '\n', &line)) {
        number++;
        if (str_trim(line).n && package(in, line, number, out, e) < 0)
            return -1;
    }
    return 0;
}

const struct parser parser_rpm_manifest = {
    .name = "rpm_manifest",
    .what = "rpm packages: manifest of distroless Mariner and Azure Linux images",
    .version = 1,
    .paths = PATHS("var/lib/rpmmanifest/container-manifest-2"),
    .max_size = 16u << 20,
    .parse = parse,
};
