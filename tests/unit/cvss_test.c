/* Base scores: examples of the specifications and of their calculators. */
#include "advisory/cvss.h"
#include "tap.h"

static const struct {
    const char *vector;
    int tenths; /* -1: no vector */
} row[] = {
    { "AV:N/AC:L/Au:N/C:N/I:N/A:C", 78 },
    { "AV:N/AC:L/Au:N/C:C/I:C/A:C", 100 },
    { "AV:L/AC:H/Au:N/C:C/I:C/A:C", 62 },
    { "AV:N/AC:M/Au:N/C:N/I:N/A:P", 43 },
    { "AV:N/AC:L/Au:N/C:N/I:N/A:N", 0 },
    { "CVSS:2.0/AV:N/AC:L/Au:N/C:P/I:P/A:P", 75 },
    { "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 98 },
    { "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 100 },
    { "CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 61 },
    { "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 64 },
    { "CVSS:3.0/AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", 42 },
    { "CVSS:3.1/AV:P/AC:H/PR:L/UI:R/S:U/C:L/I:H/A:H", 58 },
    { "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 31 },
    { "CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H", 86 },
    { "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0 },
    { "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O", 98 },
    { "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 100 },
    { "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 93 },
    { "CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 92 },
    { "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N", 87 },
    { "CVSS:4.0/AV:N/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 87 },
    { "CVSS:4.0/AV:L/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 85 },
    { "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N", 69 },
    { "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:P/VC:N/VI:L/VA:N/SC:N/SI:N/SA:N", 53 },
    { "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N", 51 },
    { "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", 0 },
    { "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U", 93 },
    { "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H", -1 },
    { "CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", -1 },
    { "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", -1 },
    { "CVSS:9.9/AV:N", -1 },
    { "high", -1 },
    { "", -1 },
};

static void base_scores(void)
{
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        unsigned is = 0;
        bool good = cvss_base(str_of(row[i].vector), &is);
        if (good != (row[i].tenths >= 0) || (good && (int)is != row[i].tenths))
            printf("# %s: %u\n", row[i].vector, is);
        CHECK_INT(good ? (int)is : -1, row[i].tenths);
    }
}

static void words(void)
{
    CHECK_INT(cvss_severity(0), SEVERITY_INFO);
    CHECK_INT(cvss_severity(39), SEVERITY_LOW);
    CHECK_INT(cvss_severity(40), SEVERITY_MEDIUM);
    CHECK_INT(cvss_severity(89), SEVERITY_HIGH);
    CHECK_INT(cvss_severity(90), SEVERITY_CRITICAL);
    CHECK(str_eq(cvss_version(STR("AV:N/AC:L")), STR("2.0")) && !cvss_version(STR("x")).n);
}

TESTS(T(base_scores), T(words))
