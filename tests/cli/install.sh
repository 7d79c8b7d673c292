#!/bin/sh
# install.sh BUILD-DIR - `meson install` with DESTDIR puts everything where it belongs, and nothing elsewhere. TAP.
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/cli/tap.sh
. "$(dirname "$0")/tap.sh"
DESTDIR=$work/root meson install -C "$build" --no-rebuild >"$work/err" 2>&1
ok $? "DESTDIR=... meson install"
prefix=$work/root$(meson introspect --buildoptions "$build" | python3 -c 'import json,sys
print(next(o["value"] for o in json.load(sys.stdin) if o["name"] == "prefix"))')
[ "$("$prefix/bin/scantling" --version 2>"$work/err")" != "" ]
ok $? "the program runs"
for file in share/man/man1/scantling.1 share/bash-completion/completions/scantling.bash share/zsh/site-functions/_scantling \
    share/fish/vendor_completions.d/scantling.fish share/scantling/report-1.schema.json \
    share/scantling/explain-1.schema.json; do
    [ -s "$prefix/$file" ]
    ok $? "$file"
done
find "$work/root" -type f ! -path "$prefix/*" >"$work/err"
[ ! -s "$work/err" ]
ok $? "nothing outside of the prefix"
plan
