#!/bin/sh
# go_sum.sh SCANTLING - go.sum counts where go.mod does not list all modules (before Go 1.17), and only there. TAP.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/root/new" "$work/root/old" "$work/root/alone"
for age in new:1.17 old:1.16; do
    printf 'module example.org/app\ngo %s\nrequire example.org/%s v1.0.0\n' "${age#*:}" "${age%:*}" >"$work/root/${age%:*}/go.mod"
done
for name in new old alone; do
    printf 'example.org/sum-%s v1.0.0 h1:AA=\n' $name >"$work/root/$name/go.sum"
done
"$1" sbom --no-cache "rootfs:$work/root" >"$work/sbom" 2>"$work/err"
n=0
expect() { # COUNT NAME WHY
    n=$((n + 1))
    is=$(grep -c "\"purl\": *\"pkg:golang/example.org/$2@v1.0.0\"" "$work/sbom")
    [ "$is" = "$1" ] && echo "ok $n - $3" || echo "not ok $n - $3 ($is times)"
}
echo 1..5
expect 1 new "what go.mod requires is there"
expect 1 old "in an older go.mod too"
expect 0 sum-new "go.sum beside a go.mod of Go 1.17 is left out"
expect 1 sum-old "go.sum beside an older go.mod is read"
expect 1 sum-alone "and so is one without a go.mod"
