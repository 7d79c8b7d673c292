#!/bin/bash
# engines.sh - images out of a real dockerd, out of Podman's socket and out of containers-storage. TAP; needs root.
# Usage: engines.sh SCANTLING
set -u
here=$(cd "$(dirname "$0")" && pwd)
scantling=$(readlink -f "${1:-build/scantling}")
# shellcheck source=tests/live/lib.sh
. "$here/lib.sh"
need skopeo umoci python3
[ "$(id -u)" = 0 ] || skip_all "engines need root"
work=$(mktemp -d)
chmod 755 "$work"
trap cleanup EXIT
unset DOCKER_HOST CONTAINER_HOST CONTAINERS_STORAGE_CONF
make_image "$work/lay:1" >/dev/null 2>&1
skopeo copy -q "oci:$work/lay:1" "docker-archive:$work/plain.tar:example.org/team/test:1" >/dev/null
good() { complete && [ "$(packages)" = "$want_packages" ]; }
skip() { n=$((n + 1)) && echo "ok $n - $2 # SKIP $1"; }

### the store of Podman and Buildah, read in place
store="overlay@$work/store+$work/storerun"
if skopeo copy -q "oci:$work/lay:1" "containers-storage:[$store]example.org/team/test:1" 2>"$work/err" >/dev/null; then
    scan "containers-storage:[overlay@$work/store]example.org/team/test:1"
    [ $? = 0 ] && good; ok $? "containers-storage: by name"
    [ "$(json 'r["targets"][0]["digest"]')" = "$(skopeo inspect --format '{{.Digest}}' "oci:$work/lay:1")" ]
    ok $? "containers-storage: the manifest's digest"
    id=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))[0]["id"])' "$work/store/overlay-images/images.json")
    scan "containers-storage:[$store]${id:0:12}"
    [ $? = 0 ] && good; ok $? "containers-storage: by the beginning of its id"
    scan "containers-storage:[$store]example.org/team/none:1"
    [ $? = 3 ] && says 'no such image'; ok $? "containers-storage: an image that is not there"
    printf '[storage]\ndriver = "overlay"\ngraphroot = "%s"\n' "$work/store" >"$work/storage.conf"
    CONTAINERS_STORAGE_CONF=$work/storage.conf scan containers-storage:example.org/team/test:1
    [ $? = 0 ] && good; ok $? "containers-storage: graphroot of storage.conf"
    layer=$(python3 -c 'import json,sys; print(next(l["id"] for l in json.load(open(sys.argv[1])) if l.get("parent")))' "$work/store/overlay-layers/layers.json")
    mv "$work/store/overlay/$layer" "$work/gone"
    scan "containers-storage:[$store]example.org/team/test:1"
    [ $? = 0 ] && ! complete; ok $? "containers-storage: a layer that is missing leaves the image incomplete"
else
    skip "$(head -1 "$work/err")" containers-storage
fi

### Podman's socket
if command -v podman >/dev/null; then
    podman=(podman --root "$work/pod" --runroot "$work/podrun" --storage-driver overlay --cgroup-manager cgroupfs --events-backend file)
    "${podman[@]}" load -q -i "$work/plain.tar" >/dev/null 2>"$work/err"
    serve "$work/podman.log" "${podman[@]}" system service --time 0 "unix://$work/podman.sock"
    if wait_for test -S "$work/podman.sock"; then
        export CONTAINER_HOST=unix://$work/podman.sock
        scan podman:example.org/team/test:1
        [ $? = 0 ] && good; ok $? "podman: by name"
        scan podman:example.org/team/none:1
        [ $? = 3 ] && says 'no such image'; ok $? "podman: an image that is not there"
        unset CONTAINER_HOST
    else
        skip "$(tail -1 "$work/podman.log")" podman
    fi
else
    skip "podman is not installed" podman
fi

### dockerd
if command -v dockerd >/dev/null; then
    cat >"$work/daemon.json" <<JSON
{"data-root": "$work/docker", "exec-root": "$work/docker-run", "hosts": ["unix://$work/docker.sock"], "pidfile": "$work/docker.pid",
 "bridge": "none", "iptables": false, "ip6tables": false, "storage-driver": "overlay2",
 "exec-opts": ["native.cgroupdriver=cgroupfs"]}
JSON
    serve "$work/docker.log" dockerd --config-file "$work/daemon.json"
    if wait_for curl -sf --unix-socket "$work/docker.sock" http://engine/_ping; then
        export DOCKER_HOST=unix://$work/docker.sock
        curl -s --unix-socket "$work/docker.sock" -H 'Content-Type: application/x-tar' --data-binary "@$work/plain.tar" \
            http://engine/images/load >/dev/null
        scan docker:example.org/team/test:1
        [ $? = 0 ] && good; ok $? "docker: by name"
        id=$(curl -s --unix-socket "$work/docker.sock" http://engine/images/json | python3 -c 'import json,sys; print(json.load(sys.stdin)[0]["Id"])')
        scan "docker:$id"
        [ $? = 0 ] && good; ok $? "docker: by id"
        scan docker:example.org/team/none:1
        [ $? = 3 ] && says 'no such image'; ok $? "docker: an image that is not there"
        DOCKER_HOST=tcp://127.0.0.1:1 scan docker:example.org/team/test:1
        [ $? = 3 ] && says 'unix://'; ok $? "docker: other transports are refused by name"
        kill "$(cat "$work/docker.pid")" && wait_for test ! -e "$work/docker.pid"
    else
        skip "$(tail -1 "$work/docker.log" | cut -c1-120)" docker
    fi
else
    skip "dockerd is not installed" docker
fi
DOCKER_HOST=unix://$work/none.sock scan docker:example.org/team/test:1
[ $? = 3 ] && says none.sock; ok $? "an engine that is not there"
plan
