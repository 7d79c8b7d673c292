#include "advisory/cvss.h"

#include <math.h>

enum { METRICS_MOST = 11 };

/* A metric, its letters in the order of its values, and the values. */
struct metric {
    const char *name, *letters;
    double value[4];
};

/* Which letter each of the metrics has; false when one is missing, said twice or of no known value. */
static bool read_metrics(struct str vector, const struct metric *m, size_t n, unsigned *letter)
{
    struct str part, name, value;
    unsigned seen = 0;

    while (str_cut(&vector, '/', &part)) {
        if (!str_split(part, ':', &name, &value))
            return false;
        for (size_t i = 0; i < n; i++) {
            if (!str_eq(name, str_of(m[i].name)))
                continue;
            const char *at = value.n == 1 ? strchr(m[i].letters, value.p[0]) : NULL;
            if (!at || !*at || seen & (1u << i))
                return false;
            letter[i] = (unsigned)(at - m[i].letters);
            seen |= 1u << i;
        }
    }
    return seen == (1u << n) - 1;
}

/* ---- 2.0 ---- */

static bool base_2(struct str vector, unsigned *tenths)
{
    static const struct metric m[] = {
        { "AV", "LAN", { 0.395, 0.646, 1.0 } }, { "AC", "HML", { 0.35, 0.61, 0.71 } },
        { "Au", "MSN", { 0.45, 0.56, 0.704 } }, { "C", "NPC", { 0, 0.275, 0.660 } },
        { "I", "NPC", { 0, 0.275, 0.660 } },    { "A", "NPC", { 0, 0.275, 0.660 } },
    };
    unsigned at[ARRAY_LEN(m)];
    double v[ARRAY_LEN(m)];

    if (!read_metrics(vector, m, ARRAY_LEN(m), at))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(m); i++)
        v[i] = m[i].value[at[i]];
    double impact = 10.41 * (1 - (1 - v[3]) * (1 - v[4]) * (1 - v[5]));
    double ease = 20 * v[0] * v[1] * v[2];
    double score = impact == 0 ? 0 : (0.6 * impact + 0.4 * ease - 1.5) * 1.176;
    *tenths = (unsigned)(score * 10 + 0.5);
    return true;
}

/* ---- 3.0 and 3.1 ---- */

/* Up to the next tenth, as 3.1 defines it: not thrown off by how fractions are stored. */
static unsigned round_up(double score)
{
    long hundred_thousandths = lround(score * 100000);

    return (unsigned)(hundred_thousandths / 10000 + (hundred_thousandths % 10000 != 0));
}

static bool base_3(struct str vector, unsigned *tenths)
{
    static const struct metric m[] = {
        { "AV", "NALP", { 0.85, 0.62, 0.55, 0.2 } },
        { "AC", "LH", { 0.77, 0.44 } },
        { "PR", "NLH", { 0.85, 0.62, 0.27 } },
        { "UI", "NR", { 0.85, 0.62 } },
        { "S", "UC", { 0, 1 } },
        { "C", "NLH", { 0, 0.22, 0.56 } },
        { "I", "NLH", { 0, 0.22, 0.56 } },
        { "A", "NLH", { 0, 0.22, 0.56 } },
    };
    static const double right_in_other_scope[] = { 0.85, 0.68, 0.5 };
    unsigned at[ARRAY_LEN(m)];
    double v[ARRAY_LEN(m)];

    if (!read_metrics(vector, m, ARRAY_LEN(m), at))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(m); i++)
        v[i] = m[i].value[at[i]];
    bool changed = at[4];
    if (changed)
        v[2] = right_in_other_scope[at[2]];
    double iss = 1 - (1 - v[5]) * (1 - v[6]) * (1 - v[7]);
    double impact = changed ? 7.52 * (iss - 0.029) - 3.25 * pow(iss - 0.02, 15) : 6.42 * iss;
    double ease = 8.22 * v[0] * v[1] * v[2] * v[3], sum = impact + ease;
    *tenths = impact <= 0 ? 0 : round_up(fmin(changed ? 1.08 * sum : sum, 10));
    return true;
}

/* ---- 4.0 ---- */

/* Scores of the equivalence sets that base metrics alone can reach or have as a neighbour, in tenths: by EQ1,
 * EQ2, EQ3, EQ4, EQ6 (EQ5 is 0 without threat metrics). 0: there is no such set. CVSS 4.0 specification, 8.3.
 */
static const unsigned char macro_score[3][2][3][3][2] = {
    { { { { 100, 99 }, { 100, 96 }, { 93, 90 } },
        { { 98, 95 }, { 93, 92 }, { 88, 80 } },
        { { 0, 92 }, { 0, 79 }, { 0, 69 } } },
      { { { 99, 97 }, { 95, 91 }, { 92, 81 } },
        { { 95, 93 }, { 92, 82 }, { 84, 70 } },
        { { 0, 86 }, { 0, 71 }, { 0, 63 } } } },
    { { { { 98, 95 }, { 94, 89 }, { 87, 75 } },
        { { 94, 89 }, { 86, 76 }, { 72, 57 } },
        { { 0, 83 }, { 0, 65 }, { 0, 53 } } },
      { { { 95, 90 }, { 90, 77 }, { 77, 66 } },
        { { 89, 78 }, { 74, 59 }, { 61, 52 } },
        { { 0, 71 }, { 0, 58 }, { 0, 23 } } } },
    { { { { 93, 87 }, { 86, 74 }, { 70, 54 } },
        { { 85, 75 }, { 72, 57 }, { 53, 36 } },
        { { 0, 64 }, { 0, 47 }, { 0, 24 } } },
      { { { 88, 75 }, { 73, 55 }, { 54, 43 } },
        { { 75, 55 }, { 61, 51 }, { 46, 18 } },
        { { 0, 53 }, { 0, 24 }, { 0, 10 } } } },
};

enum { AV, AC, AT, PR, UI, VC, VI, VA, SC, SI, SA, METRICS_4 };
static const struct metric metrics_4[METRICS_4] = {
    /* letters from the worst on: their places are the distances of the specification */
    { "AV", "NALP", { 0 } }, { "AC", "LH", { 0 } },  { "AT", "NP", { 0 } },  { "PR", "NLH", { 0 } },
    { "UI", "NPA", { 0 } },  { "VC", "HLN", { 0 } }, { "VI", "HLN", { 0 } }, { "VA", "HLN", { 0 } },
    { "SC", "HLN", { 0 } },  { "SI", "HLN", { 0 } }, { "SA", "HLN", { 0 } },
};

/* How far the vector is from the worst of its set, of how far one can be; and what the next set scores. */
struct slide {
    unsigned distance, depth, lower;
};

static unsigned score_of(const unsigned *eq, unsigned d1, unsigned d2, unsigned d3, unsigned d4, unsigned d6)
{
    unsigned e1 = eq[0] + d1, e2 = eq[1] + d2, e3 = eq[2] + d3, e4 = eq[3] + d4, e6 = eq[4] + d6;

    return e1 < 3 && e2 < 2 && e3 < 3 && e4 < 3 && e6 < 2 ? macro_score[e1][e2][e3][e4][e6] : 0;
}

/* EQ1, EQ2, EQ3, EQ4 and EQ6: tables 24 to 29 of the specification. */
static void sets_of(const unsigned *v, unsigned *eq)
{
    bool net = !v[AV], no_right = !v[PR], alone = !v[UI];

    eq[0] = net && no_right && alone ? 0 : (net || no_right || alone) && v[AV] != 3 ? 1 : 2;
    eq[1] = v[AC] || v[AT];
    eq[2] = !v[VC] && !v[VI] ? 0 : !v[VC] || !v[VI] || !v[VA] ? 1 : 2;
    eq[3] = !v[SC] || !v[SI] || !v[SA] ? 1 : 2;
    eq[4] = v[VC] && v[VI] && v[VA];
}

static double slide_down(const struct slide *s, size_t n, unsigned score)
{
    double sum = 0;
    unsigned sets = 1; /* EQ5, which always has a next one and no distance */

    for (size_t i = 0; i < n; i++) {
        if (!s[i].lower)
            continue;
        sets++;
        sum += (double)(score - s[i].lower) * s[i].distance / s[i].depth;
    }
    return sum / sets;
}

static bool base_4(struct str vector, unsigned *tenths)
{
    /* places of the worst vector of each set, summed: what is not a distance */
    static const unsigned worst1[] = { 0, 1, 3 }, worst3[] = { 0, 1, 3 }, worst4[] = { 0, 0, 3 };
    static const unsigned depth1[] = { 1, 4, 5 }, depth2[] = { 1, 2 }, depth3[] = { 7, 8, 10 },
                          depth4[] = { 6, 5, 4 };
    unsigned v[METRICS_4], eq[5];

    if (!read_metrics(vector, metrics_4, METRICS_4, v))
        return false;
    sets_of(v, eq);
    unsigned none = v[VC] + v[VI] + v[VA] + v[SC] + v[SI] + v[SA], score = score_of(eq, 0, 0, 0, 0, 0);
    if (none == 12) {
        *tenths = 0;
        return true;
    }
    unsigned left = score_of(eq, 0, 0, 0, 0, 1), right = score_of(eq, 0, 0, 1, 0, 0);
    unsigned lower3 = eq[2] == 0 ? (left > right ? left : right) : eq[2] == 1 ? left : 0;
    const struct slide s[] = {
        { v[AV] + v[PR] + v[UI] - worst1[eq[0]], depth1[eq[0]], score_of(eq, 1, 0, 0, 0, 0) },
        { v[AC] + v[AT] - eq[1], depth2[eq[1]], score_of(eq, 0, 1, 0, 0, 0) },
        { v[VC] + v[VI] + v[VA] - worst3[eq[2]], depth3[eq[2]], lower3 },
        { v[SC] + v[SI] + v[SA] - worst4[eq[3]], depth4[eq[3]], score_of(eq, 0, 0, 0, 1, 0) },
    };
    *tenths = (unsigned)floor((double)score - slide_down(s, ARRAY_LEN(s), score) + 0.5);
    return true;
}

/* ---- all ---- */

static const struct {
    struct str lead, version;
    bool (*base)(struct str vector, unsigned *tenths);
} versions[] = {
    { STR("CVSS:4.0/"), STR("4.0"), base_4 }, { STR("CVSS:3.1/"), STR("3.1"), base_3 },
    { STR("CVSS:3.0/"), STR("3.0"), base_3 }, { STR("CVSS:2.0/"), STR("2.0"), base_2 },
    { STR("AV:"), STR("2.0"), base_2 },
};

bool cvss_base(struct str vector, unsigned *tenths)
{
    for (size_t i = 0; i < ARRAY_LEN(versions); i++)
        if (str_starts(vector, versions[i].lead))
            return versions[i].base(str_skip(vector, str_starts(vector, STR("CVSS:")) ? 9 : 0), tenths);
    return false;
}

struct str cvss_version(struct str vector)
{
    for (size_t i = 0; i < ARRAY_LEN(versions); i++)
        if (str_starts(vector, versions[i].lead))
            return versions[i].version;
    return STR_NONE;
}

bool cvss_newest(struct strs vectors, struct str *vector, unsigned *tenths)
{
    unsigned score;

    *vector = STR_NONE;
    for (size_t i = 0; i < vectors.n; i++)
        if (cvss_base(vectors.p[i], &score) &&
            str_cmp(cvss_version(vectors.p[i]), cvss_version(*vector)) > 0) {
            *vector = vectors.p[i];
            *tenths = score;
        }
    return vector->n;
}

enum severity cvss_severity(unsigned tenths)
{
    return tenths >= 90   ? SEVERITY_CRITICAL
           : tenths >= 70 ? SEVERITY_HIGH
           : tenths >= 40 ? SEVERITY_MEDIUM
           : tenths > 0   ? SEVERITY_LOW
                          : SEVERITY_INFO;
}
