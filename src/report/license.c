#include "report/license.h"

enum { WORDS_MOST = 64, DEPTH_MOST = 16 }; /* words of an expression and depth of its parentheses */

/* Identifiers of the SPDX licence list that occur in package metadata, by family. */
// clang-format off
static const char *const ids[] = {
    "0BSD", "AFL-2.0", "AFL-2.1", "AFL-3.0", "AGPL-1.0-only", "AGPL-1.0-or-later", "AGPL-3.0",
    "AGPL-3.0-only", "AGPL-3.0-or-later", "Adobe-2006", "Apache-1.0", "Apache-1.1", "Apache-2.0",
    "APSL-2.0", "Artistic-1.0", "Artistic-1.0-Perl", "Artistic-1.0-cl8", "Artistic-2.0", "Beerware",
    "Bitstream-Vera", "BlueOak-1.0.0", "BSD-1-Clause", "BSD-2-Clause", "BSD-2-Clause-Patent",
    "BSD-2-Clause-Views", "BSD-3-Clause", "BSD-3-Clause-Attribution", "BSD-3-Clause-Clear",
    "BSD-3-Clause-LBNL", "BSD-3-Clause-Modification", "BSD-3-Clause-No-Nuclear-License", "BSD-4-Clause",
    "BSD-4-Clause-UC", "BSD-Source-Code", "BSL-1.0", "BUSL-1.1", "bzip2-1.0.6", "CC0-1.0", "CC-BY-2.5",
    "CC-BY-3.0", "CC-BY-4.0", "CC-BY-NC-4.0", "CC-BY-SA-2.0", "CC-BY-SA-2.5", "CC-BY-SA-3.0",
    "CC-BY-SA-4.0", "CC-PDDC", "CDDL-1.0", "CDDL-1.1", "CECILL-2.1", "CECILL-B", "CECILL-C", "ClArtistic",
    "CNRI-Python", "CPAL-1.0", "CPL-1.0", "curl", "ECL-2.0", "EFL-2.0", "EPL-1.0", "EPL-2.0", "EUPL-1.1",
    "EUPL-1.2", "FSFAP", "FSFUL", "FSFULLR", "FSFULLRWD", "FTL", "GFDL-1.1", "GFDL-1.2", "GFDL-1.1-only",
    "GFDL-1.1-or-later", "GFDL-1.2-only", "GFDL-1.2-or-later", "GFDL-1.3", "GFDL-1.3-only",
    "GFDL-1.3-or-later", "GPL-1.0", "GPL-1.0+", "GPL-1.0-only", "GPL-1.0-or-later", "GPL-2.0", "GPL-2.0+",
    "GPL-2.0-only", "GPL-2.0-or-later", "GPL-2.0-with-classpath-exception", "GPL-3.0", "GPL-3.0+",
    "GPL-3.0-only", "GPL-3.0-or-later", "HPND", "HPND-sell-variant", "ICU", "IJG", "ImageMagick",
    "Info-ZIP", "Intel", "IPL-1.0", "ISC", "JSON", "LGPL-2.0", "LGPL-2.0+", "LGPL-2.0-only",
    "LGPL-2.0-or-later", "LGPL-2.1", "LGPL-2.1+", "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0",
    "LGPL-3.0+", "LGPL-3.0-only", "LGPL-3.0-or-later", "Libpng", "libpng-2.0", "libtiff", "LPL-1.02",
    "LPPL-1.3a", "LPPL-1.3c", "MirOS", "MIT", "MIT-0", "MIT-advertising", "MIT-CMU", "MIT-Modern-Variant",
    "mpich2", "MPL-1.0", "MPL-1.1", "MPL-2.0", "MPL-2.0-no-copyleft-exception", "MS-PL", "MS-RL",
    "MulanPSL-2.0", "NAIST-2003", "NCSA", "Net-SNMP", "NPL-1.1", "NTP", "OFL-1.0", "OFL-1.1", "OLDAP-2.8",
    "OpenSSL", "OSL-3.0", "PHP-3.0", "PHP-3.01", "PostgreSQL", "PSF-2.0", "Python-2.0", "Python-2.0.1",
    "QPL-1.0", "RSA-MD", "Ruby", "SGI-B-2.0", "Sleepycat", "SMLNJ", "SSPL-1.0", "SunPro", "TCL",
    "TCP-wrappers", "TMate", "UCL-1.0", "Unicode-3.0", "Unicode-DFS-2015", "Unicode-DFS-2016",
    "Unicode-TOU", "Unlicense", "UPL-1.0", "Vim", "W3C", "W3C-19980720", "Watcom-1.0", "WTFPL", "X11",
    "X11-distribute-modifications-variant", "XFree86-1.1", "Xnet", "Zend-2.0", "Zlib",
    "zlib-acknowledgement", "ZPL-2.0", "ZPL-2.1"
};
// clang-format on
// clang-format off
static const char *const exceptions[] = {
    "Autoconf-exception-2.0", "Autoconf-exception-3.0", "Bison-exception-2.2", "Classpath-exception-2.0",
    "Font-exception-2.0", "GCC-exception-2.0", "GCC-exception-3.1", "LLVM-exception", "Libtool-exception",
    "Linux-syscall-note", "OCaml-LGPL-linking-exception", "OpenJDK-assembly-exception-1.0",
    "Qt-GPL-exception-1.0", "Qt-LGPL-exception-1.1", "Swift-exception", "Universal-FOSS-exception-1.0",
    "WxWindows-exception-3.1", "openvpn-openssl-exception", "u-boot-exception-2.0"
};
// clang-format on

static bool listed(const char *const *list, size_t n, struct str word)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(str_of(list[i]), word))
            return true;
    return false;
}

static bool is_id(struct str word)
{
    return listed(ids, ARRAY_LEN(ids), word);
}

/* The next word: a parenthesis, or what stands up to a blank or parenthesis. */
static struct str next_word(struct str *s)
{
    size_t n = 0;

    *s = str_trim(*s);
    if (s->n && (s->p[0] == '(' || s->p[0] == ')'))
        n = 1;
    else
        while (n < s->n && !memchr("() \t\r\n", s->p[n], 6))
            n++;
    struct str word = str_first(*s, n);
    *s = str_skip(*s, n);
    return word;
}

/* expression := operand { (AND | OR) operand };  operand := id [+] [WITH exception] | "(" expression ")"
 * Which operator binds closer does not matter for validity, so a flat walk with a depth will do. */
static bool is_expression(struct str s)
{
    bool want_operand = true, may_with = false;
    unsigned depth = 0, words = 0;

    for (struct str w = next_word(&s); w.n; w = next_word(&s)) {
        if (++words > WORDS_MOST)
            return false;
        if (want_operand) {
            if (str_eq(w, STR("("))) {
                if (++depth > DEPTH_MOST)
                    return false;
                continue;
            }
            if (!is_id(w) && !(str_ends(w, STR("+")) && is_id(str_first(w, w.n - 1))))
                return false;
            want_operand = false;
            may_with = true;
            continue;
        }
        if (str_eq(w, STR(")"))) {
            if (!depth--)
                return false;
            may_with = false;
        } else if (str_eq(w, STR("WITH"))) {
            if (!may_with || !listed(exceptions, ARRAY_LEN(exceptions), next_word(&s)))
                return false;
            may_with = false;
        } else if (str_eq(w, STR("AND")) || str_eq(w, STR("OR"))) {
            want_operand = true;
        } else {
            return false;
        }
    }
    return !want_operand && !depth;
}

enum license_kind license_kind_of(struct str declared)
{
    if (is_id(declared))
        return LICENSE_ID;
    return is_expression(declared) ? LICENSE_EXPRESSION : LICENSE_WORDS;
}
