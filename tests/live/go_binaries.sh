#!/bin/bash
# go_binaries.sh SCANTLING - programs that Go builds here, in several formats and stripped: what is found in them is what
# `go version -m` finds. TAP; skipped aloud without Go.
scantling=$(readlink -f "$1")
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/live/lib.sh
. "$here/lib.sh"
need go
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export GOFLAGS=-mod=mod GOPROXY=off GOTOOLCHAIN=local GOWORK=off CGO_ENABLED=0
mkdir -p "$work/app" "$work/dep"
cd "$work/app" || exit 2
printf 'module example.org/dep\n' >../dep/go.mod
printf 'package dep\n\nfunc Word() string { return "word" }\n' >../dep/dep.go
printf 'module example.org/app\n\nrequire example.org/dep v1.2.3\n\nreplace example.org/dep => ../dep\n' >go.mod
printf 'package main\n\nimport "example.org/dep"\n\nvar version = "none"\n\nfunc main() { println(version, dep.Word()) }\n' >main.go

# Name and version of the modules, one a line, in go's own words; a folder in place of a module has no version.
by_go() {
    go version -m "$1" | awk -F '\t' -v flags="$2" '
        NR == 1 { sub(/.*: go/, ""); sub(/ .*/, ""); print "stdlib", $0 }
        $2 == "mod" { print $3, $4 == "(devel)" ? flags : $4 }
        $2 == "dep" { name = $3; version = $4; waits = 1; next }
        $2 == "=>" { print name, $4 == "(devel)" || $4 == "" ? "" : $4; waits = 0 }
        waits { print name, version; waits = 0 }' | sed 's/ *$//' | sort
}
by_us() {
    "$scantling" facts --parser go_binary "$1" | python3 -c '
import json, sys
for p in json.loads(sys.stdin.readline()).get("packages", []):
    print(p["name"], p.get("version", ""))' | sed 's/ *$//' | sort
}
check() { # NAME FLAGS-VERSION ENVIRONMENT... -- BUILD-FLAGS...
    local name=$1 version=$2 env=()
    shift 2
    while [ "$1" != -- ]; do env+=("$1") && shift; done
    shift
    env "${env[@]}" go build -o "$work/out" "$@" . >"$work/err" 2>&1 &&
        diff <(by_go "$work/out" "$version") <(by_us "$work/out") >"$work/err"
    ok $? "$name: $(wc -l < <(by_us "$work/out")) packages"
}
check "linux/amd64" "" GOARCH=amd64 --
check "stripped" "" GOARCH=amd64 -- -ldflags="-s -w -buildid="
check "a version by a linker flag" v1.2.3 GOARCH=amd64 -- -ldflags="-X main.version=v1.2.3"
check "position-independent" "" GOARCH=amd64 -- -buildmode=pie
check "32 bits" "" GOARCH=386 --
check "big-endian" "" GOARCH=s390x --
check "windows" "" GOOS=windows GOARCH=amd64 --
plan
