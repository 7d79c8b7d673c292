#!/usr/bin/env python3
"""mirror.py SCANTLING - `db update` from an OCI artefact in a real registry with TLS: pushed by curl and by skopeo,
tampered with, pinned, killed at every request, continued. Prints TAP."""
import hashlib, http.client, http.server, json, os, random, shutil, socket, ssl, subprocess, sys, tempfile, threading, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
from tap import end, say, skip, skip_all

scantling = os.path.realpath(sys.argv[1])
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
TYPE = "application/vnd.scantling.advisories.v1+zstd"


def run(*args):
    return subprocess.run([scantling, *args], capture_output=True, text=True)


def sha(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def free_port():
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    return s.getsockname()[1]


def openssl(*args):
    subprocess.run(["openssl", *args], check=True, capture_output=True)


def make_certificate(tmp):
    at = lambda name: os.path.join(tmp, name)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test-ca", "-keyout", at("ca.key"), "-out", at("ca.pem"))
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", at("tls.key"), "-out", at("tls.csr"))
    with open(at("ext"), "w") as f:
        f.write("subjectAltName=IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", at("tls.csr"), "-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial", "-days", "2",
            "-extfile", at("ext"), "-out", at("tls.pem"))


def start_registry(tmp, port, tls):
    config = os.path.join(tmp, f"{port}.yml")
    more = f", tls: {{certificate: {tmp}/tls.pem, key: {tmp}/tls.key}}" if tls else ""
    with open(config, "w") as f:
        f.write(f"version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {tmp}/data}}}}\n"
                f"http: {{addr: 127.0.0.1:{port}{more}}}\n")
    p = subprocess.Popen(["docker-registry", "serve", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(150):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return p
        except OSError:
            time.sleep(0.1)
    raise SystemExit("docker-registry does not start")


# ---- pushing ----

def artefact(packed, layers=1):
    """The manifest of an artefact, and its blobs."""
    data, empty = open(packed, "rb").read(), b"{}"
    layer = {"mediaType": TYPE, "digest": sha(data), "size": len(data),
             "annotations": {"org.opencontainers.image.title": "advisories.db.zst"}}
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "artifactType": TYPE,
                "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": sha(empty), "size": 2},
                "layers": [layer] * layers}
    return json.dumps(manifest).encode(), [data, empty]


def curl(*args):
    subprocess.run(["curl", "-sSf", "--cacert", os.path.join(tmp, "ca.pem"), *args], check=True, capture_output=True)


def push(base, tag, packed, **more):
    """As any client does: each blob by POST and PUT, the manifest by PUT. Its digest."""
    manifest, blobs = artefact(packed, **more)
    part = os.path.join(tmp, "upload")
    for blob in blobs:
        with open(part, "wb") as f:
            f.write(blob)
        head = os.path.join(tmp, "headers")
        curl("-X", "POST", "-D", head, f"{base}/blobs/uploads/")
        to = next(line.split(None, 1)[1].strip() for line in open(head) if line.lower().startswith("location:"))
        curl("-X", "PUT", "-H", "Content-Type: application/octet-stream", "--data-binary", "@" + part,
             f"{to}{'&' if '?' in to else '?'}digest={sha(blob)}")
    with open(part, "wb") as f:
        f.write(manifest)
    curl("-X", "PUT", "-H", f"Content-Type: {MANIFEST}", "--data-binary", "@" + part, f"{base}/manifests/{tag}")
    return sha(manifest)


def push_by_skopeo(reference, packed):
    """Out of an OCI layout on disk."""
    layout = os.path.join(tmp, "layout")
    shutil.rmtree(layout, ignore_errors=True)
    os.makedirs(layout + "/blobs/sha256")
    manifest, blobs = artefact(packed)
    for blob in [manifest, *blobs]:
        with open(f"{layout}/blobs/sha256/{sha(blob)[7:]}", "wb") as f:
            f.write(blob)
    with open(layout + "/oci-layout", "w") as f:
        f.write('{"imageLayoutVersion": "1.0.0"}')
    with open(layout + "/index.json", "w") as f:
        json.dump({"schemaVersion": 2, "manifests": [{"mediaType": MANIFEST, "digest": sha(manifest), "size": len(manifest)}]}, f)
    return subprocess.run(["skopeo", "copy", "-q", "--dest-cert-dir", os.path.join(tmp, "certs"), "oci:" + layout, "docker://" + reference],
                          capture_output=True, text=True)


# ---- a registry that does one thing wrong ----

class Between(http.server.BaseHTTPRequestHandler):
    """Hands requests on to the registry; hangs at request `stop`, changes what `spoil` says."""
    protocol_version = "HTTP/1.1"
    upstream, stop, spoil, asked, hanging = 0, 0, "", [], threading.Event()

    def do_GET(self):
        Between.asked.append((self.path, self.headers.get("Range")))
        if len(Between.asked) == Between.stop:
            Between.hanging.set()
            time.sleep(30)
            return
        c = http.client.HTTPConnection("127.0.0.1", Between.upstream)
        c.request("GET", self.path, headers={k: v for k, v in self.headers.items() if k.lower() in ("accept", "range")})
        r = c.getresponse()
        body = bytearray(r.read())
        if Between.spoil and Between.spoil in self.path and len(body) > 100:
            body[len(body) // 2] ^= 1
        self.send_response(r.status)
        for name, value in r.getheaders():
            if name.lower() in ("content-type", "docker-content-digest", "content-range"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def start_between(upstream):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(tmp, "tls.pem"), os.path.join(tmp, "tls.key"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Between)
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Between.upstream = upstream
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


# ---- databases ----

noise = random.Random(7)
RECORDS = [{"schema_version": "1.7.0", "id": f"GHSA-{noise.getrandbits(200):x}", "modified": "2030-01-01T00:00:00Z",
            "affected": [{"package": {"ecosystem": "npm", "name": f"p{noise.getrandbits(200):x}"},
                          "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": f"{i}.1.2"}]}]}]} for i in range(20000)]


def build(count, built, *more):
    feed, packed = os.path.join(tmp, "feed"), os.path.join(tmp, f"{count}.db.zst")
    shutil.rmtree(feed, ignore_errors=True)
    os.makedirs(feed)
    for r in RECORDS[:count]:
        with open(f"{feed}/{r['id']}.json", "w") as f:
            json.dump(r, f)
    subprocess.run([scantling, "db", "build", "-q", "-o", packed, *more, feed], check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, "SOURCE_DATE_EPOCH": str(built)})
    return packed


def test():
    key, public, to = os.path.join(tmp, "key.pem"), os.path.join(tmp, "public.pem"), os.path.join(tmp, "user", "advisories.db")
    openssl("genpkey", "-algorithm", "ed25519", "-out", key)
    openssl("pkey", "-in", key, "-pubout", "-out", public)
    port, plain = free_port(), free_port()
    started.append(start_registry(tmp, port, True))
    started.append(start_registry(tmp, plain, False))
    host, base = f"127.0.0.1:{port}", f"https://127.0.0.1:{port}/v2/team/advisories"
    ca = ("--ca-file", os.path.join(tmp, "ca.pem"))
    update = lambda url, *more: run("db", "update", "-m", url, "-o", to, "--verify-key", public, *ca, *more)
    good = lambda: run("db", "verify", "--verify-key", public, to).returncode == 0
    read = lambda: open(to, "rb").read()

    first = push(base, "1", build(5, 1000, "--sign-key", key))
    r = run("db", "update", "-m", f"oci://{host}/team/advisories:1", "-o", to)
    say(r.returncode != 0 and "certificate" in r.stderr and not os.path.exists(to), "an unknown authority is refused", r.stderr)
    r = update(f"oci://{host}/team/advisories:1")
    say(r.returncode == 0 and "is new" in r.stdout and good(), "an artefact over TLS", r.stderr)
    r = update(f"oci://{host}/team/advisories:1")
    say("is what the mirror has" in r.stdout, "nothing newer is nothing to do", r.stdout + r.stderr)
    r = update(f"oci://127.0.0.1:{plain}/team/advisories:1")
    say(r.returncode != 0 and "plain-http" in r.stderr, "without TLS: refused unless told", r.stderr)
    say("is what the mirror has" in update(f"oci://127.0.0.1:{plain}/team/advisories:1", "--plain-http").stdout, "and told")

    old = read()
    r = update(f"oci://{host}/team/advisories:nope")
    say(r.returncode != 0 and "manifest unknown" in r.stderr and read() == old, "a tag that is not there: the registry's reason", r.stderr)
    push(base, "two", build(6, 2000, "--sign-key", key), layers=2)
    r = update(f"oci://{host}/team/advisories:two")
    say(r.returncode != 0 and "2 layers" in r.stderr and read() == old, "an artefact of two layers is not taken", r.stderr)
    push(base, "unsigned", build(7, 2000))
    r = update(f"oci://{host}/team/advisories:unsigned")
    say(r.returncode != 0 and read() == old, "one that is not signed is refused", r.stderr)
    push(base, "older", build(4, 900, "--sign-key", key))
    r = update(f"oci://{host}/team/advisories:older")
    say(r.returncode != 0 and "built before" in r.stderr and read() == old, "an older one is no update", r.stderr)

    second = push(base, "1", build(8, 3000, "--sign-key", key))
    r = update(f"oci://{host}/team/advisories@{first}")
    say(r.returncode == 0 and read() == old, "a pinned digest is what comes, whatever the tag is now", r.stderr)
    r = update(f"oci://{host}/team/advisories:1@{second}")
    say(r.returncode == 0 and read() != old, "a tag with its digest", r.stderr)
    if shutil.which("skopeo"):
        os.makedirs(os.path.join(tmp, "certs"))
        shutil.copy(os.path.join(tmp, "ca.pem"), os.path.join(tmp, "certs", "ca.crt"))
        r = push_by_skopeo(f"{host}/team/advisories:skopeo", build(9, 4000, "--sign-key", key))
        old = read()
        u = update(f"oci://{host}/team/advisories:skopeo")
        say(r.returncode == 0 and u.returncode == 0 and read() != old and good(), "pushed by skopeo", r.stderr + u.stderr)
    else:
        skip("pushed by skopeo", "is not installed")
    test_hostile(update, good, read, base, plain, build(len(RECORDS), 5000, "--sign-key", key), to)


def test_hostile(update, good, read, base, plain, packed, to):
    push(base, "big", packed)
    size, old = os.path.getsize(packed), read()
    url = f"oci://127.0.0.1:{start_between(plain)}/team/advisories:big"
    for spoil, says in (("/manifests/", ("digest",)), ("/blobs/", ("digest", "damaged"))):  # whichever sees it first
        Between.spoil = spoil
        r = update(url)
        say(r.returncode != 0 and any(s in r.stderr for s in says) and read() == old, f"one byte of {spoil} is another", r.stderr)
    Between.spoil = ""
    requests = 2 + (size + (1 << 20) - 1) // (1 << 20)  # /v2/, the manifest, each piece
    for stop in range(1, requests + 1):
        Between.asked, Between.stop = [], stop
        Between.hanging.clear()
        if os.path.exists(to + ".part"):
            os.unlink(to + ".part")
        p = subprocess.Popen([scantling, "db", "update", "-m", url, "-o", to, "--ca-file", os.path.join(tmp, "ca.pem")],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        reached = Between.hanging.wait(30)
        p.kill()
        p.wait()
        say(reached and read() == old and good(), f"killed at request {stop} of {requests}: the old one is whole")
    Between.asked, Between.stop = [], 0
    r = update(url)
    say(r.returncode == 0 and read() != old and good(), "and then it comes", r.stderr)
    ranges = [r for path, r in Between.asked if "/blobs/" in path]
    say(ranges and not any(r.startswith("bytes=0-") for r in ranges), "what was there is continued", ranges)
    left = sorted(os.listdir(os.path.dirname(to)))
    say(left == ["advisories.db", "advisories.db.from"], "nothing is left behind", left)


for program in ("docker-registry", "openssl", "curl"):
    if not shutil.which(program):
        skip_all(program + " is not installed")
started = []
with tempfile.TemporaryDirectory() as tmp:
    os.environ["HOME"] = tmp
    try:
        make_certificate(tmp)
        test()
    finally:
        for p in started:
            p.kill()
            p.wait()
end()
