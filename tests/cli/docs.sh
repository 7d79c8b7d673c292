#!/bin/sh
# docs.sh GEN_DOCS - docs/reference says what the tables say; man page and completions are fit for their programs. TAP.
gen=$(readlink -f "$1")
cd "$(dirname "$0")/../.." || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/cli/tap.sh
. tests/cli/tap.sh

for page in commands rules parsers sources reports limits; do
    "$gen" $page >"$work/page" && diff -u "docs/reference/$page.md" "$work/page" >"$work/err" 2>&1
    ok $? "docs/reference/$page.md is up to date (tools/gen-docs writes it)"
done
for shell in bash zsh fish; do
    "$gen" $shell >"$work/$shell"
    if command -v $shell >/dev/null; then
        $shell -n "$work/$shell" >"$work/err" 2>&1 && [ ! -s "$work/err" ] && [ -s "$work/$shell" ]
        ok $? "$shell reads its completion"
    else
        skip "$shell reads its completion" "$shell is not installed"
    fi
done
if command -v bash >/dev/null; then
    bash -c '. "$1"; COMP_WORDS=(scantling scan --sev) COMP_CWORD=2; _scantling; echo "${COMPREPLY[*]}"' - "$work/bash" >"$work/err" 2>&1
    [ "$(cat "$work/err")" = --severity ]
    ok $? "bash completes an option"
    bash -c '. "$1"; COMP_WORDS=(scantling explain image-root-u) COMP_CWORD=2; _scantling; echo "${COMPREPLY[*]}"' - "$work/bash" >"$work/err" 2>&1
    [ "$(cat "$work/err")" = image-root-user ]
    ok $? "bash completes a rule"
else
    skip "bash completes" "bash is not installed"
fi
if command -v man >/dev/null && command -v groff >/dev/null; then
    "$gen" man >"$work/scantling.1"
    LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$work/scantling.1" 2>"$work/err" >"$work/page" &&
        [ ! -s "$work/err" ] && [ -s "$work/page" ]
    ok $? "man reads the man page without warnings"
else
    skip "man reads the man page" "man is not installed"
fi
"$gen" nonsense >/dev/null 2>&1
[ $? = 2 ]
ok $? "gen_docs refuses what it does not know"
plan
