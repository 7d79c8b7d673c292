#!/bin/sh
# go.sh SCANTLING - in a whole scan: go.sum counts where go.mod does not list all modules (before Go 1.17), and only
# there; programs are found by how they start, whatever their name. TAP.
cases=$(dirname "$(readlink -f "$0")")/../data/parse
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/cli/tap.sh
. "$(dirname "$0")/tap.sh"
mkdir -p "$work/root/new" "$work/root/old" "$work/root/alone"
for age in new:1.17 old:1.16; do
    printf 'module example.org/app\ngo %s\nrequire example.org/%s v1.0.0\n' "${age#*:}" "${age%:*}" >"$work/root/${age%:*}/go.mod"
done
for name in new old alone; do
    printf 'example.org/sum-%s v1.0.0 h1:AA=\n' $name >"$work/root/$name/go.sum"
done
mkdir -p "$work/root/usr/bin" "$work/root/usr/lib"
install -m 755 "$cases/go_binary/no_sections/input" "$work/root/usr/bin/anything"
install -m 644 "$cases/go_binary/pointers_64/input" "$work/root/usr/lib/not-a-program"
install -m 644 "$cases/rust_binary/audited/input" "$work/root/usr/lib/libapp.so.1"
install -m 755 "$cases/rust_binary/damaged/input" "$work/root/usr/bin/damaged"
"$1" sbom --no-cache "rootfs:$work/root" >"$work/sbom" 2>"$work/err"
expect() { # COUNT NAME WHY
    [ "$(grep -c "\"purl\": *\"pkg:$2\"" "$work/sbom")" = "$1" ]
    ok $? "$3"
}
expect 1 golang/example.org/new@v1.0.0 "what go.mod requires is there"
expect 1 golang/example.org/old@v1.0.0 "in an older go.mod too"
expect 0 golang/example.org/sum-new@v1.0.0 "go.sum beside a go.mod of Go 1.17 is left out"
expect 1 golang/example.org/sum-old@v1.0.0 "go.sum beside an older go.mod is read"
expect 1 golang/example.org/sum-alone@v1.0.0 "and so is one without a go.mod"
expect 1 golang/stdlib@1.21rc2 "a program of Go by any name"
expect 1 golang/example.org/app@v1.5.0 "with its modules"
expect 0 golang/stdlib@1.17.13 "what nobody can execute is not looked at"
expect 1 cargo/libc@0.2.140 "a library that cargo-auditable built, without an execute bit"
grep -q "usr/bin/damaged" "$work/err"
ok $? "a damaged one is said"
plan
