#!/bin/sh
# What docs/coverage.md says is counted, not written: it is what tools/coverage makes of data/coverage.tsv, and of
# each catalogue nine in ten checks have a rule.
# coverage.sh SCANTLING SHARED_DATA
checks=$2/catalogues/checks.tsv
root=$(cd "$(dirname "$0")/../.." && pwd)
if [ ! -f "$checks" ]; then
    echo "1..0 # SKIP no catalogues of checks: give the build -Dshared_data=DIR"
    exit 0
fi
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
echo 1..3
"$1" list rules >"$work/rules"
if "$root/tools/coverage" "$checks" "$work/rules" >"$work/is" 2>"$work/why"; then echo "ok 1 - every row is sound"
else echo "not ok 1 - every row is sound"; sed 's/^/# /' "$work/why"; fi
if diff "$root/docs/coverage.md" "$work/is" >"$work/diff"; then echo "ok 2 - docs/coverage.md is current"
else echo "not ok 2 - docs/coverage.md is current: tools/coverage CHECKS RULES >docs/coverage.md"; head -5 "$work/diff" | sed 's/^/# /'; fi
low=$(awk -F'|' '/ % \|$/ && $7 + 0 < 90 { print $2 }' "$work/is")
if [ -z "$low" ]; then echo "ok 3 - nine in ten of each catalogue"
else echo "not ok 3 - nine in ten of each catalogue: not of$low"; fi
