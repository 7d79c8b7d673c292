#!/bin/bash
# registry.sh - images from a real registry: plain, with TLS, with passwords, with tokens, and through a proxy that does
# one thing wrong at a time. TAP. Usage: registry.sh SCANTLING
set -u
here=$(cd "$(dirname "$0")" && pwd)
scantling=$(readlink -f "${1:-build/scantling}")
# shellcheck source=tests/live/lib.sh
. "$here/lib.sh"
need docker-registry skopeo umoci htpasswd openssl python3
work=$(mktemp -d)
chmod 755 "$work"
trap cleanup EXIT
export HOME=$work/home XDG_RUNTIME_DIR=$work/run
unset REGISTRY_AUTH_FILE DOCKER_CONFIG http_proxy https_proxy HTTP_PROXY HTTPS_PROXY
mkdir -p "$HOME" "$XDG_RUNTIME_DIR"
read -r plain tls basic token tokens <<<"$(free_ports 5)"
host=127.0.0.1

### images
make_image "$work/lay:gzip" >/dev/null 2>&1
digest=$(skopeo inspect --format '{{.Digest}}' "oci:$work/lay:gzip")
skopeo copy -q "oci:$work/lay:gzip" "docker-archive:$work/plain.tar:example.org/test:1" >/dev/null
skopeo copy -q --dest-compress-format zstd --format oci "docker-archive:$work/plain.tar" "oci:$work/zstd:1" >/dev/null
skopeo copy -q --dest-decompress "oci:$work/lay:gzip" "dir:$work/none" >/dev/null

### registry without TLS, and the proxy before it
config() { # PORT EXTRA-HTTP AUTH
    printf 'version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: %s/data}}\ncompatibility: {schema1: {enabled: true}}\nhttp: {addr: 127.0.0.1:%s%s}\n%s\n' \
        "$work" "$1" "$2" "$3"
}
config "$plain" "" "" >"$work/plain.yml"
serve "$work/plain.log" docker-registry serve "$work/plain.yml"
wait_for curl -s "http://$host:$plain/v2/" || skip_all "docker-registry does not start: $(tail -1 "$work/plain.log")"
push() { skopeo copy -q --dest-tls-verify=false "$@" >/dev/null 2>"$work/err" || echo "# push: $(cat "$work/err")"; }
push "oci:$work/lay:gzip" "docker://$host:$plain/team/gzip:1"
push "oci:$work/zstd:1" "docker://$host:$plain/team/zstd:1"
push "dir:$work/none" "docker://$host:$plain/team/none:1"
push -f v2s2 "oci:$work/lay:gzip" "docker://$host:$plain/team/docker:1"
push -f v2s1 "docker-archive:$work/plain.tar" "docker://$host:$plain/team/old:1"

scan "$host:$plain/team/gzip:1"
[ $? = 3 ] && says 'plain-http'; ok $? "without TLS: refused unless told"
scan --plain-http "$host:$plain/team/gzip:1"
[ $? = 0 ] && complete && [ "$(packages)" = "$want_packages" ]; ok $? "gzip layers"
[ "$(json 'r["targets"][0]["digest"]')" = "$digest" ]; ok $? "the digest is the one that skopeo computes"
scan --plain-http "registry:$host:$plain/team/gzip@$digest"
[ $? = 0 ] && complete && [ "$(packages)" = "$want_packages" ]; ok $? "by digest"
scan --plain-http "$host:$plain/team/zstd:1"
complete && [ "$(packages)" = "$want_packages" ] && grep -q zstd "$work/zstd/blobs/sha256/"* 2>/dev/null
ok $? "zstd layers"
scan --plain-http "$host:$plain/team/none:1"
complete && [ "$(packages)" = "$want_packages" ]; ok $? "layers without compression"
scan --plain-http "$host:$plain/team/docker:1"
complete && [ "$(packages)" = "$want_packages" ]; ok $? "Docker schema 2"
scan --plain-http "$host:$plain/team/old:1"
[ $? = 0 ] && json 'r["incomplete"]' | grep -q 'schema 1'; ok $? "Docker schema 1 is recognised, not followed, and said"
scan --plain-http "$host:$plain/team/gzip:nope"
[ $? = 3 ] && says 'manifest unknown'; ok $? "a tag that is not there: the registry's own reason"
scan --plain-http "$host:$plain/team/gzip@sha256:$(printf '%064d' 0)"
[ $? = 3 ] && says 404; ok $? "a digest that is not there"
scan --offline "$host:$plain/team/gzip:1"
[ $? = 3 ] && says offline; ok $? "--offline forbids"

### images that a deployment names
mkdir "$work/deploy"
printf 'services:\n  web:\n    image: %s:%s/team/gzip:1\n  gone:\n    image: %s:%s/team/gone:1\n' "$host" "$plain" "$host" "$plain" \
    >"$work/deploy/compose.yaml"
scan --plain-http --images=pull "$work/deploy"
[ $? = 0 ] && [ "$(packages)" = "$want_packages" ]; ok $? "--images=pull fetches what a workload runs"
json '[f["rule"] for f in r["findings"] if f["state"] == "open" and f["element"].endswith("team/gzip:1")]' | grep -q image-no-healthcheck
ok $? "... and judges it"
json 'r["incomplete"]' | grep -q 'team/gone:1'; ok $? "... and says which it could not fetch"
scan --plain-http --images=no "$work/deploy"
[ "$(packages)" = "" ]; ok $? "--images=no asks for none"
scan --plain-http --images=auto "$work/deploy"
[ "$(packages)" = "" ] && json 'r["incomplete"]' | grep -q 'images=pull'; ok $? "--images=auto asks no registry, and says so"

### several platforms: the same blobs under two entries, one of them an attestation
python3 - "$host:$plain" "$work" <<'PY'
import http.client, json, sys
host, work = sys.argv[1:]
INDEX, MANIFEST = "application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.manifest.v1+json"
def request(method, path, body=None, **headers):
    c = http.client.HTTPConnection(host)
    c.request(method, path, body, headers)
    r = c.getresponse()
    return r, r.read()
r, _ = request("HEAD", "/v2/team/gzip/manifests/1", Accept=MANIFEST)
def entry(os, arch, **more):
    return {"mediaType": MANIFEST, "digest": r.getheader("docker-content-digest"), "size": int(r.getheader("content-length")),
            "platform": {"os": os, "architecture": arch, **more}}
body = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [
    entry("unknown", "unknown"), entry("linux", "arm64", variant="v8"), entry("linux", "riscv64")]})
r, text = request("PUT", "/v2/team/gzip/manifests/list", body, **{"Content-Type": INDEX})
assert r.status == 201, text
PY
scan --plain-http --platform linux/arm64 "$host:$plain/team/gzip:list"
[ $? = 0 ] && complete && [ "$(packages)" = "$want_packages" ]; ok $? "an index: --platform chooses"
scan --plain-http --platform linux/s390x "$host:$plain/team/gzip:list"
[ $? = 3 ] && says 'linux/arm64/v8, linux/riscv64' && ! says unknown/unknown; ok $? "an index without the platform names what it has"

### TLS
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test-ca -keyout "$work/ca.key" -out "$work/ca.pem" 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout "$work/tls.key" -out "$work/tls.csr" 2>/dev/null
printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\n' >"$work/ext"
openssl x509 -req -in "$work/tls.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial -days 2 -extfile "$work/ext" -out "$work/tls.pem" 2>/dev/null
with_tls=", tls: {certificate: $work/tls.pem, key: $work/tls.key}"
config "$tls" "$with_tls" "" >"$work/tls.yml"
serve "$work/tls.log" docker-registry serve "$work/tls.yml"
wait_for curl -sk "https://$host:$tls/v2/"
scan "$host:$tls/team/gzip:1"
[ $? = 3 ] && says certificate; ok $? "TLS: an unknown authority is refused"
scan --ca-file "$work/ca.pem" "$host:$tls/team/gzip:1"
[ $? = 0 ] && complete && [ "$(packages)" = "$want_packages" ]; ok $? "TLS with --ca-file"
scan --ca-file "$work/ca.pem" "[::1]:$tls/team/gzip:1"
[ $? = 3 ]; ok $? "TLS: another name than the certificate's is refused"
scan --insecure-tls "$host:$tls/team/gzip:1"
[ $? = 0 ] && complete; ok $? "--insecure-tls"

### passwords
secret=pass-$RANDOM$RANDOM
htpasswd -Bbc "$work/htpasswd" tester "$secret" 2>/dev/null
config "$basic" "$with_tls" "auth: {htpasswd: {realm: test, path: $work/htpasswd}}" >"$work/basic.yml"
serve "$work/basic.log" docker-registry serve "$work/basic.yml"
wait_for curl -sk "https://$host:$basic/v2/"
auths() { # HOST USER PASSWORD
    printf '{"auths": {"%s": {"auth": "%s"}}}' "$1" "$(printf '%s:%s' "$2" "$3" | base64 -w0)"
}
leaked() { grep -qr -e "$secret" -e "$(printf 'tester:%s' "$secret" | base64 -w0)" "$work/out" "$work/err"; }
scan --ca-file "$work/ca.pem" "$host:$basic/team/gzip:1"
[ $? = 3 ] && says 'no credentials'; ok $? "a password is needed and none is known"
auths "$host:$basic" tester wrong >"$work/wrong.json"
scan --ca-file "$work/ca.pem" --authfile "$work/wrong.json" "$host:$basic/team/gzip:1"
[ $? = 3 ] && says 'not accepted'; ok $? "a wrong password"
auths "$host:$basic" tester "$secret" >"$work/auth.json"
scan --ca-file "$work/ca.pem" --authfile "$work/auth.json" "$host:$basic/team/gzip:1"
[ $? = 0 ] && complete && ! leaked; ok $? "a password from --authfile"
mkdir -p "$HOME/.docker" && cp "$work/auth.json" "$HOME/.docker/config.json"
scan --ca-file "$work/ca.pem" "$host:$basic/team/gzip:1"
[ $? = 0 ] && complete; ok $? "a password from ~/.docker/config.json"
rm "$HOME/.docker/config.json"
mkdir -p "$XDG_RUNTIME_DIR/containers"
auths "$host:$basic/team" tester "$secret" >"$XDG_RUNTIME_DIR/containers/auth.json"
scan --ca-file "$work/ca.pem" "$host:$basic/team/gzip:1"
[ $? = 0 ] && complete; ok $? "a password for a part of the registry, from podman's auth.json"
auths "$host:$basic/tea" tester "$secret" >"$XDG_RUNTIME_DIR/containers/auth.json"
scan --ca-file "$work/ca.pem" "$host:$basic/team/gzip:1"
[ $? = 3 ] && says 'no credentials'; ok $? "a password for another part is not sent"
rm "$XDG_RUNTIME_DIR/containers/auth.json"
mkdir -p "$work/bin"
cat >"$work/bin/docker-credential-test" <<SH
#!/bin/sh
read -r server
[ "\$1" = get ] && [ "\$server" = "$host:$basic" ] || { echo "credentials not found"; exit 1; }
printf '{"ServerURL": "%s", "Username": "tester", "Secret": "%s"}' "\$server" "$secret"
SH
chmod 755 "$work/bin/docker-credential-test"
printf '{"credHelpers": {"%s": "test"}}' "$host:$basic" >"$HOME/.docker/config.json"
PATH=$work/bin:$PATH scan --ca-file "$work/ca.pem" "$host:$basic/team/gzip:1"
[ $? = 0 ] && complete && ! leaked; ok $? "a password from a credential helper"
printf '{"credsStore": "absent"}' >"$HOME/.docker/config.json"
scan --ca-file "$work/ca.pem" "$host:$basic/team/gzip:1"
[ $? = 3 ] && says docker-credential-absent; ok $? "a credential helper that is not there is named"
rm "$HOME/.docker/config.json"

### tokens
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=tokens -keyout "$work/jwt.key" -out "$work/jwt.pem" 2>/dev/null
serve "$work/tokens.log" python3 "$here/token_server.py" "$tokens" "$work/jwt.key" "$work/jwt.pem" tester "$secret" 5
config "$token" "" "auth: {token: {realm: \"http://$host:$tokens/token\", service: test, issuer: test, rootcertbundle: $work/jwt.pem}}" >"$work/token.yml"
serve "$work/token.log" docker-registry serve "$work/token.yml"
wait_for curl -s "http://$host:$token/v2/" && wait_for curl -s "http://$host:$tokens/"
scan --plain-http "$host:$token/team/gzip:1"
[ $? = 3 ] && says 'token server' && says 'no credentials'; ok $? "tokens: refused without credentials"
auths "$host:$token" tester "$secret" >"$work/auth.json"
: >"$work/tokens.log"
scan --plain-http --authfile "$work/auth.json" "$host:$token/team/gzip:1"
[ $? = 0 ] && complete && [ "$(packages)" = "$want_packages" ] && ! leaked && ! grep -q eyJ "$work/out" "$work/err"
ok $? "tokens: by password, nothing of it in the report"
[ "$(grep -c 'GET allowed' "$work/tokens.log")" -ge 3 ]; ok $? "tokens: asked for again when they age"
printf '{"auths": {"%s": {"identitytoken": "identity-of-tester"}}}' "$host:$token" >"$work/identity.json"
scan --plain-http --authfile "$work/identity.json" "$host:$token/team/gzip:1"
[ $? = 0 ] && complete && grep -q 'POST allowed' "$work/tokens.log"; ok $? "tokens: by identity token"

### faults
modes=(throttle unavailable down cut cut-whole cut-always redirect store loop manifest blob type other-type)
read -r -a port <<<"$(free_ports $((${#modes[@]} + 1)))"
args=()
declare -A at
for i in "${!modes[@]}"; do
    args+=("${modes[$i]}=${port[$i]}")
    at[${modes[$i]}]=$host:${port[$i]}
done
at[downgrade]=$host:${port[${#modes[@]}]}
args+=("tls:$work/tls.pem:$work/tls.key:downgrade=${port[${#modes[@]}]}")
serve "$work/faults.log" python3 "$here/fault_proxy.py" "$plain" "$work/requests" "${args[@]}"
wait_for grep -q ready "$work/faults.log"
through() { scan --plain-http "${at[$1]}/team/gzip:1"; }
good() { complete && [ "$(packages)" = "$want_packages" ]; }

through throttle; [ $? = 0 ] && good && grep -q 'throttle.* 429' "$work/requests"; ok $? "429: comes back after Retry-After"
through unavailable; [ $? = 0 ] && good && grep -q 'unavailable.* 503' "$work/requests"; ok $? "503: tries again"
through down; [ $? = 3 ] && says 503; ok $? "503 for good: says so"
through cut
[ $? = 0 ] && good && grep -q '^cut GET .*/blobs/.* bytes=[1-9][0-9]*- .* 206' "$work/requests"
ok $? "a connection that breaks twice is resumed with Range"
through cut-whole; [ $? = 0 ] && good; ok $? "a server that ignores Range: the beginning is skipped"
through cut-always; [ $? = 0 ] && ! complete && json 'r["incomplete"]' | grep -q 127.0.0.1; ok $? "a blob that never comes whole: incomplete, with the reason"
auths "${at[redirect]}" tester "$secret" >"$work/auth.json"
scan --plain-http --authfile "$work/auth.json" "${at[redirect]}/team/gzip:1"
[ $? = 0 ] && good && grep -q '^redirect GET .*/blobs/.* yes 307' "$work/requests" && grep -q '^store GET .* no 200' "$work/requests"
ok $? "redirected blobs; the other origin is sent no Authorization"
through loop; [ $? = 0 ] && ! complete && json 'r["incomplete"]' | grep -q redirects; ok $? "a redirect loop ends"
before=$(grep -c '^store ' "$work/requests")
scan --ca-file "$work/ca.pem" "${at[downgrade]}/team/gzip:1"
[ $? = 0 ] && ! complete && json 'r["incomplete"]' | grep -q 'plain http' && grep -q '^downgrade .* 307' "$work/requests" &&
    [ "$(grep -c '^store ' "$work/requests")" = "$before" ]
ok $? "https is not left for http"
through manifest; [ $? = 3 ] && says digest; ok $? "a changed manifest: wrong digest"
through blob; [ $? = 0 ] && ! complete && json 'r["incomplete"]' | grep -qi 'digest\|damaged\|corrupt'; ok $? "a changed blob: incomplete, with the reason"
through type; [ $? = 3 ] && says 'unknown media type'; ok $? "a manifest of no known type"
through other-type; [ $? = 3 ]; ok $? "a manifest sent as an index is refused"
plan
