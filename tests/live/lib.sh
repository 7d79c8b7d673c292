# lib.sh - what the live tests share: TAP, waiting, the small image that everything is tried on. Sourced.
# shellcheck shell=bash

# shellcheck source=tests/cli/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../cli/tap.sh"
pids=()
need() {
    for program in "$@"; do
        command -v "$program" >/dev/null || skip_all "$program is not installed"
    done
}
# Run a server in the background; it ends with the test.
serve() { # LOG COMMAND...
    local log=$1
    shift
    "$@" >"$log" 2>&1 &
    pids+=($!)
}
cleanup() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null; done
    # engines mount their folders onto themselves
    awk -v below="$work/" 'index($2, below) == 1 { print $2 }' /proc/self/mounts | sort -r | while read -r m; do umount "$m"; done
    rm -rf "$work"
}
wait_for() { # COMMAND...: until it succeeds, 15 s at the most
    for _ in $(seq 150); do
        "$@" >/dev/null 2>&1 && return 0
        sleep 0.1
    done
    echo "# gave up waiting for: $*"
    return 1
}
free_ports() { # HOW MANY
    python3 - "$1" <<'PY'
import socket, sys
socks = [socket.socket() for _ in range(int(sys.argv[1]))]
for s in socks: s.bind(("127.0.0.1", 0))
print(*[s.getsockname()[1] for s in socks])
PY
}

# scan ARGS...: JSON to $work/out, errors to $work/err
scan() {
    timeout 60 "$scantling" scan --no-cache -q -f json "$@" >"$work/out" 2>"$work/err"
}
# json EXPRESSION: a Python expression over the report `r`, printed
json() {
    python3 -c 'import json,sys
r = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$work/out" "$1" 2>/dev/null
}
packages() { json '",".join(sorted(p["name"] + "=" + p["version"] for p in r["packages"]))'; }
complete() { [ "$(json 'len(r["incomplete"])')" = 0 ]; }
says() { grep -q -- "$1" "$work/err"; }

status_stanza() { printf 'Package: %s\nStatus: install ok installed\nArchitecture: all\nVersion: %s\n\n' "$1" "$2"; }

# make_image LAYOUT:TAG: two layers, the upper one replaces the package database; 3 MB that do not compress.
make_image() {
    local layout=${1%:*} root=$work/root
    rm -rf "$root" && mkdir -p "$root"/{etc,var/lib/dpkg,bin}
    printf 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Test image"\n' >"$root/etc/os-release"
    printf 'root:x:0:0::/root:/bin/sh\n' >"$root/etc/passwd"
    status_stanza alpha 1.0-1 >"$root/var/lib/dpkg/status"
    head -c 3000000 /dev/urandom >"$root/bin/data"
    tar -C "$root" --sort=name -cf "$work/lower.tar" .
    { status_stanza alpha 1.0-1; status_stanza beta 2:2.0-3; } >"$root/var/lib/dpkg/status"
    tar -C "$root" -cf "$work/upper.tar" var/lib/dpkg/status
    [ -d "$layout" ] || umoci init --layout "$layout"
    umoci new --image "$1" && umoci raw add-layer --image "$1" "$work/lower.tar" &&
        umoci raw add-layer --image "$1" "$work/upper.tar" &&
        umoci config --image "$1" --config.user 1000 --config.cmd /bin/sh --author test
}
want_packages="alpha=1.0-1,beta=2:2.0-3"
