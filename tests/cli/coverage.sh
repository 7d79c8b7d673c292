#!/bin/sh
# What docs/coverage.md says is counted, not written: it is what tools/coverage makes of data/coverage.tsv, and
# tools/coverage accepts only what is true.
# coverage.sh SCANTLING SHARED_DATA
checks=$2/catalogues/checks.tsv
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/cli/tap.sh
. "$(dirname "$0")/tap.sh"
"$1" list rules >"$work/rules"

# A catalogue of ten checks, t/1 to t/10, of which DATA says what is on standard input.
coverage() {
    { echo head; for i in 1 2 3 4 5 6 7 8 9 10; do printf 't\t%d\t\ttitle\n' $i; done; } >"$work/checks"
    tr ' ' '\t' >"$work/data"
    "$root/tools/coverage" "$work/checks" "$work/rules" "$work/data" >"$work/is" 2>"$work/err"
}
nine() { for i in 1 2 3 4 5 6 7 8 9; do echo "t $i image-root-user"; done; }
refused() { ! coverage && grep -q "$1" "$work/err"; }

nine | coverage && grep -q '^| t | 10 | 9 | 0 | 1 | 90.0 % |$' "$work/is"
ok $? "nine in ten are enough"
nine | grep -v 't 9' | refused 'fewer than nine in ten of t: 80.0 %'
ok $? "eight in ten are not"
{ nine | grep -v 't 9'; echo 't * - reason'; } | coverage && grep -q '^| t | 10 | 8 | 2 | 0 | 100.0 % |$' "$work/is"
ok $? "what is out of scope is not counted"
{ nine; echo 't 10 image-no-such-rule'; } | refused 'no such rule: image-no-such-rule'
ok $? "a rule that there is not is refused"
{ nine; echo 't 11 image-root-user'; } | refused 'no such check: t 11'
ok $? "a check that there is not is refused"
{ nine; echo 't 10 -'; } | refused 'neither rule nor reason: t 10'
ok $? "out of scope without a reason is refused"

if [ ! -f "$checks" ]; then
    skip "every row is sound, and docs/coverage.md is current" "no catalogues of checks: give the build -Dshared_data=DIR"
    plan
    exit
fi
"$root/tools/coverage" "$checks" "$work/rules" >"$work/is" 2>"$work/err"
ok $? "every row is sound, and nine in ten of each group have a rule"
diff "$root/docs/coverage.md" "$work/is" >"$work/err"
ok $? "docs/coverage.md is current: tools/coverage CHECKS RULES >docs/coverage.md"
plan
