/* Comparisons per second on one core, per scheme, of versions as the ecosystem writes them.
 * Build: ninja bench_versions, in an optimised build; run without arguments. */
#include "model/version/version.h"

#include <time.h>

static const struct {
    const char *scheme, *versions[8];
} set[] = {
    { "deb",
      { "1:9.2p1-2+deb12u3", "2.36-9+deb12u7", "3.0.14-1~deb12u2", "5.2.15-2+b7", "1:9.2p1-2+deb12u2" } },
    { "rpm",
      { "1:3.0.7-27.el9", "2.34-100.el9_4.2", "4.18.0-553.el8_10", "1:3.0.7-28.el9_4", "2.34-60.el9" } },
    { "apk", { "3.3.2-r0", "1.36.1-r29", "2.12.7-r0", "1.2.5_git20240801-r0", "3.3.1-r3" } },
    { "pacman", { "1:3.3.2-1", "6.9.7.arch1-1", "2.39-4", "1:3.3.1-1" } },
    { "portage", { "3.0.13-r2", "2.39-r6", "9.8_p1-r1", "1.2.3_rc1" } },
    { "pypi", { "2.31.0", "1.26.4.post1", "4.2.13", "2.0.0rc1", "2024.7.4" } },
    { "semver", { "1.2.3", "v2.0.1", "1.0.0-rc.1", "4.17.21" } },
    { "npm", { "4.17.21", "18.2.0", "1.0.0-beta.24", "0.4.13", "4.17.20" } },
    { "crates", { "1.0.210", "0.23.12", "1.40.0", "0.0.0-alpha.1" } },
    { "go",
      { "v1.9.1", "v0.0.0-20220314234659-1baeb1ce4c0b", "go1.21.5", "v0.17.0", "v2.0.0+incompatible" } },
    { "hex", { "1.7.14", "2.10.0", "1.0.0-rc.0" } },
    { "pub", { "1.2.3+4", "2.0.0-dev.1", "0.13.6" } },
    { "bitnami", { "16.3.0-2", "16.3.0-11", "7.2.5" } },
    { "maven", { "2.17.1", "5.3.27", "32.1.3-jre", "2.9.10.8", "1.0.0.RELEASE", "4.1.94.Final" } },
    { "rubygems", { "7.0.8.1", "1.16.2", "3.0.0.rc1", "2.2.8" } },
    { "packagist", { "v6.4.8", "2.0.0-beta1", "7.4.5", "1.0.0RC2" } },
    { "composer", { "v6.4.8", "2.0.0-beta1", "7.4.5", "1.0.0RC2" } },
    { "nuget", { "13.0.1", "8.0.0-preview.1.23110.8", "6.0.0", "4.3.0.1" } },
    { "cran", { "1.1-3", "0.9.12", "3.4.4" } },
    { "hackage", { "2.0.3.1", "1.4.1.0", "0.3.7" } },
    { "openssl", { "1.1.1w", "3.0.13", "1.0.2zg", "3.0.0-beta1" } },
    { "generic", { "9.8p1", "1.25.5", "2024.02.02", "1.0rc1" } },
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(void)
{
    enum { ROUNDS = 60000 };

    for (size_t i = 0; i < ARRAY_LEN(set); i++) {
        const struct version_scheme *s = version_scheme_for(str_of(set[i].scheme));
        struct str v[ARRAY_LEN(set[i].versions)];
        size_t n = 0, done = 0;
        long sum = 0;
        for (; n < ARRAY_LEN(v) && set[i].versions[n]; n++)
            v[n] = str_of(set[i].versions[n]);
        double start = now();
        for (size_t round = 0; round < ROUNDS; round++)
            for (size_t a = 0; a < n; a++)
                for (size_t b = 0; b < n; b++, done++) {
                    int order = 0;
                    if (version_compare(s, v[a], v[b], &order) < 0)
                        return fprintf(stderr, "%s: cannot tell\n", s->name), 1;
                    sum += order;
                }
        double took = now() - start;
        printf("%-10s %6.1f million a second, %5.0f ns each%s\n", s->name, (double)done / took / 1e6,
               took / (double)done * 1e9, sum ? " (not antisymmetric!)" : "");
    }
    return 0;
}
