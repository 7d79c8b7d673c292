#!/usr/bin/env python3
"""matching.py SCANTLING SHARED_DATA - lock file or package database, advisory database, findings: own small feeds, and
real advisories where SHARED_DATA has them. Prints TAP."""
import glob, hashlib, http.server, io, json, os, random, resource, signal, subprocess, sys, tarfile, tempfile, threading, time

from tap import end, say

scantling, shared = sys.argv[1], sys.argv[2]


def write(root, files):
    for path, text in files.items():
        at = os.path.join(root, path)
        os.makedirs(os.path.dirname(at), exist_ok=True)
        with open(at, "w") as f:
            f.write(text)


def run(*args):
    return subprocess.run([scantling, *args], capture_output=True, text=True)


def build(tmp, name, records, releases=""):
    feed = os.path.join(tmp, name + ".feed")
    write(feed, {f"{r['id']}.json": json.dumps(r) for r in records})
    if releases:
        write(feed, {"end-of-life.yaml": releases})
    db = os.path.join(tmp, name + ".db")
    r = run("db", "build", "-q", "-o", db, feed)
    assert r.returncode == 0, r.stderr
    return db


def scan(db, root, *more):
    r = run("scan", "-q", "--no-cache", "-f", "json", "--db", db, *more, "rootfs:" + root)
    assert r.returncode == 0, r.stderr
    return json.loads(r.stdout)


def found(report, state="open"):
    return {(f["vulnerability"]["id"], f["vulnerability"]["package"])
            for f in report["findings"] if "vulnerability" in f and f["state"] == state}


def record(id, eco, name, fixed=None, aliases=(), introduced="0", **more):
    events = [{"introduced": introduced}] + ([{"fixed": fixed}] if fixed else [])
    return {"schema_version": "1.7.0", "id": id, "modified": "2030-01-01T00:00:00Z", "aliases": list(aliases),
            "affected": [{"package": {"ecosystem": eco, "name": name}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}],
            **more}


def debian(id, name, cve, fixed=None, release="12", **more):
    r = record(id, "Debian:" + release, name, fixed, **more)
    r["upstream"] = [cve]
    return r


OS = 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12"\n'


def dpkg(*packages):
    return "".join(f"Package: {name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\n"
                   + (f"Source: {source}\n" if source else "") + f"Maintainer: {who}\n\n"
                   for name, version, source, who in packages)


def test_distribution(tmp):
    db = build(tmp, "deb", [
        debian("DEBIAN-CVE-2030-1", "hull", "CVE-2030-1", "1.2-3"),
        debian("DEBIAN-CVE-2030-2", "hull", "CVE-2030-2"),
        debian("DEBIAN-CVE-2030-3", "hull", "CVE-2030-3", "1.1-1"),
        debian("DEBIAN-CVE-2030-4", "docker-ce", "CVE-2030-4"),
        debian("DEBIAN-CVE-2030-5", "libhull1", "CVE-2030-5"),
        record("GHSA-hull", "npm", "hull", None, ["CVE-2030-6"]),
    ], "schema: scantling/end-of-life/1\ndistributions:\n  Debian:\n    12: {ends: 2020-01-01}\n")
    root = os.path.join(tmp, "deb")
    write(root, {"etc/os-release": OS, "var/lib/dpkg/status": dpkg(
        ("libhull1", "1.2-2", "hull", "Debian <x@debian.org>"), ("hull-doc", "1.2-2+b1", "hull (1.2-2)", "Debian <x@debian.org>"),
        ("docker-ce", "5:1-1~debian.12~bookworm", "", "Docker <support@docker.com>"))})
    report = scan(db, root)
    say(found(report) == {("CVE-2030-1", "libhull1"), ("CVE-2030-2", "libhull1"), ("CVE-2030-1", "hull-doc"), ("CVE-2030-2", "hull-doc")},
       "by source package, fixed ones left out, nothing by a binary's or another repository's name", found(report))
    fixes = {f["vulnerability"]["id"]: (f["vulnerability"]["fixed"], f["vulnerability"]["status"])
             for f in report["findings"] if "vulnerability" in f}
    say(fixes == {"CVE-2030-1": ("1.2-3", "fixed"), "CVE-2030-2": ("", "affected")}, "fixed version and status", fixes)
    gaps = [f["evidence"][0]["text"] for f in report["findings"] if f["state"] == "unknown" and f["rule"] == "vulnerable-os-package"]
    say(len(gaps) == 1 and "docker-ce" in gaps[0] and "another repository" in gaps[0], "a foreign package is unknown", gaps)
    say(any(f["rule"] == "end-of-life-distribution" and f["state"] == "open" for f in report["findings"]), "an ended release is said")
    sets = report["advisories"]["sets"]
    say([s["name"] for s in sets] == ["database", "built-in"] and report["advisories"]["built"], "the report names its databases", sets)
    say(not found(scan(db, root, "--no-advisories")), "--no-advisories")


def test_no_data(tmp):
    db = build(tmp, "none", [record("GHSA-1", "npm", "x")])
    root = os.path.join(tmp, "none")
    write(root, {"etc/os-release": 'ID=hullos\nVERSION_ID="1"\n', "var/lib/dpkg/status": dpkg(("a", "1", "", "x"), ("b", "1", "", "x"))})
    report = scan(db, root)
    gaps = [f["title"] for f in report["findings"] if f["state"] == "unknown" and f["rule"] == "vulnerable-os-package"]
    say(gaps == ["2 packages could not be matched with advisories"], "a distribution that nobody knows is unknown, not clean", gaps)
    say(report["summary"]["unknown"] >= 1, "and is counted")


def test_lifetimes(tmp):
    """The built-in list of ends, by what systems say of themselves."""
    state = lambda report, rule: {f["state"]: f["evidence"][0]["text"] for f in report["findings"] if f["rule"] == rule}
    rows = [
        ("CentOS Linux 8 ended early", 'ID="centos"\nVERSION_ID="8"\nPRETTY_NAME="CentOS Linux 8"\n', "open", "CentOS:8: support ended on 2021-12-31"),
        ("CentOS Stream 8 has an end of its own", 'ID="centos"\nVERSION_ID="8"\nPRETTY_NAME="CentOS Stream 8"\n', "open", "CentOS Stream:8: support ended on 2024-05-31"),
        ("RHEL 8 has not", 'ID="rhel"\nVERSION_ID="8.9"\nPRETTY_NAME="Red Hat Enterprise Linux 8.9"\n', "mitigated", "2029-05-31"),
        ("the first Amazon Linux is called by its month", 'ID="amzn"\nVERSION_ID="2018.03"\n', "open", "Amazon Linux:1"),
        ("Debian's long-term support counts", 'ID=debian\nVERSION_ID="11"\n', "open" if time.strftime("%Y-%m-%d") > "2026-08-31" else "mitigated", "2026-08-31"),
        ("an unknown release is not silent", 'ID=fedora\nVERSION_ID="99"\nPRETTY_NAME="Fedora 99"\n', "unknown", "Fedora 99"),
        ("an unknown distribution is not silent", 'ID=hullos\nVERSION_ID="1"\nPRETTY_NAME="Hull OS"\n', "unknown", "Hull OS"),
        ("what an unknown one says of itself counts", 'ID=hullos\nVERSION_ID="1"\nPRETTY_NAME="Hull OS"\nSUPPORT_END=2020-01-01\n', "open", "2020-01-01"),
    ]
    for i, (what, release, want, text) in enumerate(rows):
        root = os.path.join(tmp, f"life{i}")
        write(root, {"etc/os-release": release, "usr/bin/.keep": ""})
        r = run("scan", "-q", "--no-cache", "-f", "json", "rootfs:" + root)
        got = state(json.loads(r.stdout), "end-of-life-distribution")
        say(list(got) == [want] and text in got[want], what, (got, r.stderr))
    root = os.path.join(tmp, "rolling")
    write(root, {"etc/os-release": "ID=wolfi\nVERSION_ID=20230201\n", "usr/bin/.keep": ""})
    got = state(json.loads(run("scan", "-q", "--no-cache", "-f", "json", "rootfs:" + root).stdout), "end-of-life-distribution")
    say(got == {}, "a rolling release has no end", got)
    root = os.path.join(tmp, "program")
    write(root, {"etc/os-release": OS, "app/.node-version": "14.2.0\n"})
    got = state(json.loads(run("scan", "-q", "--no-cache", "-f", "json", "rootfs:" + root).stdout), "end-of-life-program")
    say(list(got) == ["open"] and "support of 14 ended on 2023-04-30" in got["open"], "a program's release line", got)


def test_unparsable(tmp):
    db = build(tmp, "odd", [record("GHSA-1", "PyPI", "keel", "2.0", ["CVE-2030-7"])])
    root = os.path.join(tmp, "odd")
    write(root, {"etc/os-release": OS, "app/keel-x.dist-info/METADATA": "Metadata-Version: 2.1\nName: keel\nVersion: not-a-version\n"})
    report = scan(db, root)
    say(found(report, "unknown") == {("CVE-2030-7", "keel")}, "a version that cannot be ordered is unknown", found(report, "unknown"))


def test_suppression(tmp):
    db = build(tmp, "own", [
        record("GHSA-1", "PyPI", "Keel.Lib", "2.0", ["CVE-2030-1"]), record("GHSA-2", "PyPI", "keel-lib", "2.0", ["CVE-2030-2"]),
        record("GHSA-3", "PyPI", "keel_lib", "2.0", ["CVE-2030-3"]),
        debian("DEBIAN-CVE-2030-1", "python-keel", "CVE-2030-1", "1.0-1+deb12u1"), debian("DEBIAN-CVE-2030-3", "python-keel", "CVE-2030-3"),
    ])
    meta = "Metadata-Version: 2.1\nName: keel-lib\nVersion: 1.0\n"
    at = "usr/lib/python3/dist-packages/keel_lib-1.0.dist-info/METADATA"
    root = os.path.join(tmp, "own")
    write(root, {"etc/os-release": OS, "var/lib/dpkg/status": dpkg(("python3-keel", "1.0-1+deb12u1", "python-keel", "x@debian.org")),
                 "var/lib/dpkg/info/python3-keel.list": "/.\n/" + at + "\n", at: meta})
    report = scan(db, root)
    say(found(report) == {("CVE-2030-2", "keel-lib"), ("CVE-2030-3", "keel-lib"), ("CVE-2030-3", "python3-keel")},
       "only what the distribution answers for is held back", found(report))
    held = [f for f in report["findings"] if f["state"] == "mitigated" and "vulnerability" in f]
    say([f["vulnerability"]["id"] for f in held] == ["CVE-2030-1"] and "python3-keel 1.0-1+deb12u1" in held[0]["evidence"][0]["text"],
       "and shown with the reason", held)
    write(root, {"opt/app/keel_lib-1.0.dist-info/METADATA": meta})
    report = scan(db, root)
    one = [f for f in report["findings"] if f.get("vulnerability", {}).get("id") == "CVE-2030-1" and f["state"] == "open"]
    say(len(one) == 1 and [e["path"] for e in one[0]["evidence"]] == ["opt/app/keel_lib-1.0.dist-info/METADATA"],
       "a second copy that nobody answers for is open, and only that one", one)


def test_merge(tmp):
    db = build(tmp, "merge", [record("GHSA-m", "npm", "hull", "2.0.0", ["CVE-2030-1"]), record("PYSEC-1", "npm", "hull", "2.1.0", ["GHSA-m"]),
                              record("KEV-1", "npm", "other", "9", ["CVE-2030-1"], database_specific={"kev": "2030-01-02", "epss": [0.5, 0.9]}),
                              record("GHSA-n", "npm", "hull", None, ["CVE-2030-2"], database_specific={"severity": "LOW"},
                                     severity=[{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}])])
    root = os.path.join(tmp, "merge")
    lock = {"name": "a", "lockfileVersion": 3, "packages": {"": {"name": "a"}, "node_modules/hull": {"version": "1.0.0"},
                                                            "node_modules/b/node_modules/hull": {"version": "1.0.0"}}}
    write(root, {"etc/os-release": OS, "app/package-lock.json": json.dumps(lock)})
    vulns = [f for f in scan(db, root)["findings"] if "vulnerability" in f]
    say(len(vulns) == 2, "one vulnerability in one package is one finding, whatever its names and places", vulns)
    v = {f["vulnerability"]["id"]: f for f in vulns}
    one = v["CVE-2030-1"]["vulnerability"]
    say(one["fixed"] == "2.1.0" and set(one["aliases"]) >= {"GHSA-m", "PYSEC-1"} and one["kev"] and one["epss"] == 0.5, "joined", one)
    say(v["CVE-2030-2"]["severity"] == "low" and v["CVE-2030-2"]["vulnerability"]["score"] == 9.8, "the publisher's severity comes before the score")


def test_refused(tmp):
    db = build(tmp, "bad", [record("GHSA-1", "npm", "hull")])
    root = os.path.join(tmp, "bad")
    write(root, {"etc/os-release": OS})
    data = open(db, "rb").read()
    for what, bytes_ in {"truncated": data[:-9], "damaged head": data[:150] + b"\xff" + data[151:], "empty": b""}.items():
        open(db, "wb").write(bytes_)
        r = run("scan", "-q", "--db", db, "rootfs:" + root)
        say(r.returncode != 0 and "advisory database" in r.stderr, f"a {what} database is refused", r.stderr)
    open(db, "wb").write(data)
    os.chmod(db, 0o666)
    say("everybody may write" in run("db", "info", db).stderr, "one that everybody may write to is refused")


def test_feeds(tmp):
    """The same records in every packing give the same database."""
    import gzip, lzma, zipfile
    files = {f"GHSA-{i}.json": json.dumps(record(f"GHSA-{i}", "npm", f"p{i}", "2.0.0")).encode() for i in range(20)}
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as t:
        for name, body in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            t.addfile(info, io.BytesIO(body))
    packed = {"a.tar": raw.getvalue(), "a.tar.gz": gzip.compress(raw.getvalue()), "a.tar.xz": lzma.compress(raw.getvalue())}
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as z:
        for name, body in files.items():
            z.writestr(name, body)
    packed["a.zip"] = zipped.getvalue()
    want = None
    os.environ["SOURCE_DATE_EPOCH"] = "1900000000"
    for name, body in packed.items():
        path = os.path.join(tmp, name)
        open(path, "wb").write(body)
        r = run("db", "build", "-o", path + ".db", path)
        got = open(path + ".db", "rb").read() if r.returncode == 0 else r.stderr
        want = want or got
        say(got == want and r.returncode == 0, f"a feed in {name}", r.stderr)
    del os.environ["SOURCE_DATE_EPOCH"]
    open(os.path.join(tmp, "cut.tar.gz"), "wb").write(packed["a.tar.gz"][:-40])
    r = run("db", "build", "-o", os.path.join(tmp, "cut.db"), os.path.join(tmp, "cut.tar.gz"))
    say(r.returncode != 0 and not os.path.exists(os.path.join(tmp, "cut.db")), "half a feed gives no database", r.stderr)


def key_pair(tmp, name):
    private, public = (os.path.join(tmp, name + s) for s in (".key", ".pub"))
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", private], check=True, capture_output=True)
    subprocess.run(["openssl", "pkey", "-in", private, "-pubout", "-out", public], check=True, capture_output=True)
    return private, public


class Mirror(http.server.BaseHTTPRequestHandler):
    """Files of a folder with ranges; hangs at request number `stop`, for the test to kill the client there."""
    folder, asked, stop, hanging = "", [], 0, threading.Event()

    def do_GET(self):
        Mirror.asked.append((self.path, self.headers.get("Range")))
        if Mirror.stop and len(Mirror.asked) == Mirror.stop:
            Mirror.hanging.set()
            time.sleep(30)
            return
        try:
            body = open(Mirror.folder + self.path, "rb").read()
        except OSError:
            self.send_error(404)
            return
        first, last = self.headers["Range"][6:].split("-")
        part = body[int(first):int(last) + 1]
        self.send_response(206 if part else 416)
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        self.wfile.write(part)

    def log_message(self, *args):
        pass


def publish(tmp, folder, records, *more):
    feed = os.path.join(folder, "feed")
    write(feed, {f"{r['id']}.json": json.dumps(r) for r in records})
    packed = os.path.join(folder, "advisories.db.zst")
    r = run("db", "build", "-q", "-o", packed, *more, feed)
    assert r.returncode == 0, r.stderr
    with open(packed + ".sha256", "w") as f:
        f.write(hashlib.sha256(open(packed, "rb").read()).hexdigest() + "  advisories.db.zst\n")
    return packed


def test_update(tmp):
    private, public = key_pair(tmp, "good")
    other, _ = key_pair(tmp, "other")
    mirror, to = os.path.join(tmp, "mirror"), os.path.join(tmp, "user", "advisories.db")
    url = "file://" + mirror
    noise = random.Random(7)
    many = [record(f"GHSA-{noise.getrandbits(200):x}", "npm", f"p{noise.getrandbits(200):x}", f"{i}.1.2") for i in range(20000)]
    packed = publish(tmp, mirror, many[:5], "--sign-key", private)
    r = run("db", "update", "-m", url, "-o", to, "--verify-key", public)
    say(r.returncode == 0 and "is new" in r.stdout and run("db", "verify", "--verify-key", public, to).returncode == 0, "update from a folder", r.stderr)
    r = run("db", "update", "-m", url, "-o", to, "--verify-key", public)
    say("is what the mirror has" in r.stdout, "nothing newer is nothing to do", r.stdout + r.stderr)
    old = open(to, "rb").read()
    kept = lambda: open(to, "rb").read() == old

    publish(tmp, mirror, many[:6], "--sign-key", other)
    r = run("db", "update", "-m", url, "-o", to, "--verify-key", public)
    say(r.returncode != 0 and "not signed by the key" in r.stderr and kept(), "another's signature is refused, the old one stays", r.stderr)
    publish(tmp, mirror, many[:7], "--sign-key", private)
    data = open(packed, "rb").read()
    open(packed, "wb").write(data[:-5] + b"wrong")
    r = run("db", "update", "-m", url, "-o", to, "--verify-key", public)
    say(r.returncode != 0 and kept(), "a wrong checksum is refused, the old one stays", r.stderr)
    open(packed, "wb").write(data)
    r = run("db", "update", "-m", "file:///nowhere", "-m", url, "-o", to, "--verify-key", public)
    say(r.returncode == 0 and not kept(), "the next mirror is asked; what was wrong is not continued", r.stderr)

    r = run("db", "update", "-m", "file:///nowhere", "-m", "file:///neither", "-o", to)
    say(r.returncode != 0 and "/nowhere" in r.stderr and "/neither" in r.stderr, "when none has it, what was wrong with each is said", r.stderr)

    publish(tmp, mirror, many, "--sign-key", private)
    old = open(to, "rb").read()
    size = os.path.getsize(packed)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Mirror.folder, url = mirror, f"http://127.0.0.1:{server.server_address[1]}"
    command = [scantling, "db", "update", "-m", url, "--plain-http", "-o", to, "--verify-key", public]
    requests = 2 + (size + (1 << 20) - 1) // (1 << 20)
    say(size > 1 << 20, "the download takes several requests", size)
    for stop in range(1, requests + 1):
        Mirror.asked, Mirror.stop = [], stop
        Mirror.hanging.clear()
        if os.path.exists(to + ".part"):
            os.unlink(to + ".part")  # each time from the beginning
        p = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        reached = Mirror.hanging.wait(20)
        p.kill()
        p.wait()
        say(reached and kept() and run("db", "verify", to).returncode == 0, f"killed at request {stop} of {requests}: the old one is whole")
    # no room for the unpacked one
    Mirror.asked, Mirror.stop = [], 0
    r = subprocess.run(command, capture_output=True, text=True,
                       preexec_fn=lambda: (signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.setrlimit(resource.RLIMIT_FSIZE, (size + 4096, size + 4096))))
    say(r.returncode != 0 and kept(), "no room for the new one: the old one stays", r.stderr)
    say(any(range_ and not range_.startswith("bytes=0-") for _, range_ in Mirror.asked), "what was there is continued", Mirror.asked)
    r = subprocess.run(command, capture_output=True, text=True)
    say(r.returncode == 0 and not kept() and run("db", "verify", "--verify-key", public, to).returncode == 0, "and then it comes", r.stderr)
    left = sorted(os.listdir(os.path.dirname(to)))
    say(left == ["advisories.db", "advisories.db.from"], "nothing is left behind", left)
    server.shutdown()


def test_policy(tmp):
    db = build(tmp, "policy", [record("GHSA-p", "npm", "hull", "2.0.0", ["CVE-2030-1"]),
                               record("GHSA-q", "npm", "keel", "2.0.0", ["CVE-2030-1"]), record("GHSA-r", "npm", "keel", "2.0.0", ["CVE-2030-2"]),
                               record("KEV-1", "npm", "other", "9", ["CVE-2030-2"], database_specific={"kev": "2030-01-02"})])
    root, ignore = os.path.join(tmp, "policy"), os.path.join(tmp, "ignore")
    lock = {"lockfileVersion": 3, "packages": {"node_modules/hull": {"version": "1.0.0"}, "node_modules/keel": {"version": "1.0.0"}}}
    write(root, {"etc/os-release": OS, "app/package-lock.json": json.dumps(lock)})
    every = {("CVE-2030-1", "hull"), ("CVE-2030-1", "keel"), ("CVE-2030-2", "keel")}

    def accepted(*lines):
        write(tmp, {"ignore": "\n".join(lines)})
        report = scan(db, root, "--ignore-file", ignore)
        assert found(report) | found(report, "accepted") == every
        return found(report, "accepted")

    for line, want in {
            "CVE-2030-1 # behind a proxy": {("CVE-2030-1", "hull"), ("CVE-2030-1", "keel")},
            "GHSA-r until=2999-01-01 # by another name": {("CVE-2030-2", "keel")},
            "CVE-2030-1 pkg:npm/keel # in one package": {("CVE-2030-1", "keel")},
            "pkg:npm/keel # never runs": {("CVE-2030-1", "keel"), ("CVE-2030-2", "keel")},
            "pkg:npm/keel@1.0.0 * # of that version": {("CVE-2030-1", "keel"), ("CVE-2030-2", "keel")},
            "pkg:npm/keel@1.0.1 # of another version": set(),
            "pkg:npm/kee # no prefix": set(),
            "CVE-2030 # no prefix": set(),
            "CVE-2030-1 elsewhere # another element": set(),
            "vulnerable-application-package pkg:npm/hull # a check": {("CVE-2030-1", "hull")},
            "CVE-2030-1": set(), "CVE-2030-1 until=2020-01-01 # ran out": set()}.items():
        say(accepted(line) == want, f"accepted by {line}", accepted(line))
    fails = lambda *more: run("scan", "-q", "--no-cache", "-f", "json", "--db", db, "--fail-on", "kev", *more, "rootfs:" + root).returncode
    write(tmp, {"ignore": "CVE-2030-2 # behind a proxy"})
    say(fails() == 1, "--fail-on kev")
    say(fails("--ignore-file", ignore) == 0, "not when what is exploited was accepted")


def test_sbom(tmp):
    db = build(tmp, "bom", [record("GHSA-1", "PyPI", "Keel.Lib", "2.0", ["CVE-2030-1"]), record("GHSA-2", "PyPI", "keel-lib", "2.0", ["CVE-2030-2"]),
                            debian("DEBIAN-CVE-2030-1", "python-keel", "CVE-2030-1", "1.0-1"), debian("DEBIAN-CVE-2030-5", "hull", "CVE-2030-5"),
                            record("GHSA-3", "npm", "@a/b", "2.0.0", ["CVE-2030-3"])])
    at = "usr/lib/python3/dist-packages/Keel_Lib-1.0.dist-info/METADATA"
    root = os.path.join(tmp, "bom")
    write(root, {"etc/os-release": OS, "var/lib/dpkg/info/python3-keel.list": "/" + at + "\n",
                 "var/lib/dpkg/status": dpkg(("python3-keel", "1.0-1", "python-keel", "x@debian.org"), ("libhull", "1", "hull (2)", "x@debian.org")),
                 at: "Metadata-Version: 2.1\nName: Keel_Lib\nVersion: 1.0\n", "app/package.json": '{"name": "@a/b", "version": "1.0.0"}',
                 "app/package-lock.json": json.dumps({"lockfileVersion": 3, "packages": {"node_modules/@a/b": {"version": "1.0.0"}}})})
    told = lambda report: sorted((f["state"], f["severity"], f["vulnerability"]["id"], f["vulnerability"]["package"], f["vulnerability"]["installed"])
                                 for f in report["findings"] if "vulnerability" in f)
    image = told(scan(db, root))
    say(len(image) == 4 and {s for s, *_ in image} == {"open", "mitigated"}, "an image's vulnerabilities, one held back", image)
    for form in "cyclonedx", "spdx":
        bom = os.path.join(tmp, f"bom.{form}.json")
        run("sbom", "-q", "--no-cache", "-f", f"{form}={bom}", "rootfs:" + root)
        r = run("scan", "-q", "-f", "json", "--db", db, "sbom:" + bom)
        got = told(json.loads(r.stdout)) if r.returncode == 0 else r.stderr
        say(got == image, f"the same from its own {form}", (got, image))


# ---- real advisories ----

def test_brought(tmp):
    """What brings a vulnerable library: the shortest way from what the project asks for."""
    db = build(tmp, "brought", [record("GHSA-rope", "npm", "rope", "2.0.0", ["CVE-2030-1"]), record("GHSA-hull", "npm", "hull", "2.0.0", ["CVE-2030-2"]),
                                record("GHSA-a", "crates.io", "a", "2.0.0", ["CVE-2030-3"])])
    root = os.path.join(tmp, "brought")
    lock = {"lockfileVersion": 3, "packages": {
        "": {"dependencies": {"hull": "^1", "ship": "^1"}},
        "node_modules/ship": {"version": "1.0.0", "dependencies": {"hull": "*"}},
        "node_modules/hull": {"version": "1.0.0", "dependencies": {"mast": "*"}},
        "node_modules/mast": {"version": "1.1.0", "dependencies": {"rope": "*"}},
        "node_modules/rope": {"version": "1.0.0", "dependencies": {"mast": "*"}}}}
    crate = '[[package]]\nname = "%s"\nversion = "1.0.0"\ndependencies = ["%s"]\n\n'
    write(root, {"package-lock.json": json.dumps(lock), "Cargo.lock": crate % ("a", "b") + crate % ("b", "a")})
    for what, target in (("lock file", "dir:" + root), ("its bill", None)):
        if not target:
            with open(tmp + "/brought.cdx.json", "w") as f:
                f.write(run("sbom", "--no-cache", "-f", "cyclonedx", "dir:" + root).stdout)
            target = "sbom:" + tmp + "/brought.cdx.json"
        report = json.loads(run("scan", "-q", "--no-cache", "-f", "json", "--db", db, target).stdout)
        by = {f["vulnerability"]["package"]: f for f in report["findings"] if "vulnerability" in f}
        way = by["rope"]["vulnerability"].get("brought_by")
        say(way == ["hull 1.0.0", "mast 1.1.0"] and ("brought by " + " > ".join(way)) in by["rope"]["fix"]["text"],
            f"{what}: a finding says what brings the library", way)
        say("brought_by" not in by["a"]["vulnerability"], f"{what}: in a circle nobody does", by["a"])
    report = json.loads(run("scan", "-q", "--no-cache", "-f", "json", "--db", db, "dir:" + root).stdout)
    hull = [f for f in report["findings"] if "vulnerability" in f and f["vulnerability"]["package"] == "hull"]
    say(hull and "brought_by" not in hull[0]["vulnerability"], "what the project asks for itself nothing brings", hull)


def test_asked(tmp):
    """What a manifest asks for, when nothing says what came of it: all that it lets through."""
    db = build(tmp, "asked", [record("GHSA-1", "npm", "hull", "4.17.21", ["CVE-2030-1"]),
                              record("GHSA-2", "npm", "hull", None, ["CVE-2030-2"], introduced="5.0.0"),
                              record("GHSA-3", "PyPI", "keel", "3.0", ["CVE-2030-3"]),
                              record("GHSA-4", "npm", "mast", None, ["CVE-2030-4"])])
    def report(files, target="dir:"):
        root = os.path.join(tmp, "asked" + str(len(os.listdir(tmp))))
        write(root, files)
        return json.loads(run("scan", "-q", "--no-cache", "-f", "json", "--db", db, target + root).stdout), root
    def ask(**wanted):
        return {"package.json": json.dumps({"name": "own", "version": "1.0.0", "dependencies": wanted})}
    rows = [("^3.10.0", {("CVE-2030-1", "hull")}, set(), "every version affected: open"),
            ("^4.17.21", set(), set(), "none affected: nothing"),
            ("^4.17.0", set(), {"CVE-2030-1"}, "some affected: unknown"),
            (">=4.17.21", set(), {"CVE-2030-2"}, "some that have not come yet: unknown"),
            ("*", set(), {"CVE-2030-1", "CVE-2030-2"}, "of all of them one finding"),
            ("latest", set(), {"CVE-2030-1", "CVE-2030-2"}, "a tag is no range: nothing is known"),
            ("4.17.20", {("CVE-2030-1", "hull")}, set(), "one version is that version")]
    def doubted(report):
        return [f["evidence"][0]["text"] for f in report["findings"] if f["state"] == "unknown" and "asked for" in f["title"]]
    for wanted, opened, unknown, what in rows:
        got, _ = report(ask(hull=wanted))
        say(found(got) == opened and len(doubted(got)) == bool(unknown) and all(id in doubted(got)[0] for id in unknown)
            and not found(got, "unknown"), f"{wanted}: {what}", (found(got), doubted(got)))
    got, root = report(ask(hull="^4.17.0"))
    text = doubted(got)
    say(len(text) == 1 and "^4.17.0" in text[0] and "4.17.21" in text[0], "the reason has the range and the fix", text)
    package = [p for p in got["packages"] if p["name"] == "hull"]
    say([(p["version"], p.get("constraint"), p["how"]) for p in package] == [("", "^4.17.0", "asked")], "the package has no version", package)
    for form in "cyclonedx", "spdx":
        bill = os.path.join(tmp, "asked." + form)
        with open(bill, "w") as f:
            f.write(run("sbom", "--no-cache", "-f", form, "dir:" + root).stdout)
        again = json.loads(run("scan", "-q", "--no-cache", "-f", "json", "--db", db, "sbom:" + bill).stdout)
        say(doubted(again) == doubted(got) and not found(again), f"the same of its bill ({form})", doubted(again))
    got, _ = report({"requirements.txt": "keel~=2.1\n"})
    say(found(got) == {("CVE-2030-3", "keel")}, "in Python's way of asking", found(got))
    got, _ = report(ask(sail="latest", mast="latest"))
    gaps = [f["evidence"][0]["text"] for f in got["findings"] if f["state"] == "unknown" and "vulnerability" not in f]
    say(any("sail latest" in g for g in gaps), "without any advisory a package without a version", gaps)
    say(("CVE-2030-4", "mast") in found(got), "whatever the version, when every one is affected", found(got))
    lock = json.dumps({"lockfileVersion": 3, "packages": {"node_modules/hull": {"version": "4.17.21"}}})
    got, _ = report({"web/" + k: v for k, v in ask(hull="^4.17.0").items()} | {"package-lock.json": lock})
    say(not found(got) and not doubted(got), "a lock file above answers it", doubted(got))
    got, _ = report({"web/" + k: v for k, v in ask(hull="^4.17.0").items()} | {"api/package-lock.json": lock})
    say(doubted(got), "one of another project does not")
    owned = {"etc/os-release": OS, "usr/share/own/package.json": ask(hull="^4.17.0")["package.json"],
             "var/lib/dpkg/status": dpkg(("own", "1", "", "x@debian.org")), "var/lib/dpkg/info/own.list": "/usr/share/own/package.json\n"}
    got, _ = report(owned, "rootfs:")
    say(not doubted(got) and not any(p["name"] == "hull" for p in got["packages"]), "nor does a distribution's file ask for anything", doubted(got))


def npm(p):
    return {"package-lock.json": json.dumps({"lockfileVersion": 3, "packages": {f"node_modules/x{i}/node_modules/{a}": {"version": v} for i, (a, v) in enumerate(p)}})}


def cargo(p):
    return {"Cargo.lock": "version = 3\n" + "".join(f'\n[[package]]\nname = "{a}"\nversion = "{v}"\nsource = "registry+x"\n' for a, v in p)}


def rpm(name, evr):
    epoch, version = evr.split(":") if ":" in evr else ("0", evr)
    return f"{name}\t{version}\t1\t1\tAlmaLinux\t(none)\t0\tx86_64\t{epoch}\t{name}-{version}.src.rpm\n"


def toml(head, p, table="package"):
    return head + "".join(f'\n[[{table}]]\nname = "{a}"\nversion = "{v}"\n' for a, v in p)


def in_folders(p, path, body):
    return {f"{i}/{path}": body(a, v) for i, (a, v) in enumerate(p)}


def pom(a, v):
    group, artifact = a.split(":")
    return ("<project><groupId>org.example</groupId><artifactId>own</artifactId><version>1</version><dependencies><dependency>"
            f"<groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{v}</version></dependency></dependencies></project>")


FORMATS = {  # of the same packages, further files that say them: OSV's name, the format, how it is written
    ("npm", "yarn.lock"): lambda p: {"yarn.lock": "# yarn lockfile v1\n\n" + "".join(f'"{a}@{v}":\n  version "{v}"\n\n' for a, v in p)},
    ("npm", "pnpm-lock.yaml"): lambda p: {"pnpm-lock.yaml": "lockfileVersion: '9.0'\n\npackages:\n\n" + "".join(f"  '{a}@{v}':\n    resolution: {{integrity: x}}\n\n" for a, v in p)},
    ("npm", "bun.lock"): lambda p: {"bun.lock": json.dumps({"lockfileVersion": 1, "packages": {f"{a}": [f"{a}@{v}", "", {}, "x"] for a, v in p}})},
    ("npm", "node_modules"): lambda p: {f"node_modules/{a}/package.json": json.dumps({"name": a, "version": v}) for a, v in p},
    ("PyPI", "poetry.lock"): lambda p: {"poetry.lock": toml("", p)},
    ("PyPI", "pdm.lock"): lambda p: {"pdm.lock": toml("", p)},
    ("PyPI", "pylock.toml"): lambda p: {"pylock.toml": toml('lock-version = "1.0"\n', p, "packages")},
    ("PyPI", "uv.lock"): lambda p: {"uv.lock": "version = 1\n" + "".join(f'\n[[package]]\nname = "{a}"\nversion = "{v}"\nsource = {{ registry = "x" }}\n' for a, v in p)},
    ("PyPI", "Pipfile.lock"): lambda p: {"Pipfile.lock": json.dumps({"_meta": {}, "default": {a: {"version": "==" + v} for a, v in p}, "develop": {}})},
    ("PyPI", "METADATA"): lambda p: {f"{i}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {a}\nVersion: {v}\n" for i, (a, v) in enumerate(p)},
    ("Go", "modules.txt"): lambda p: in_folders(p, "vendor/modules.txt", lambda a, v: f"# {a} v{v.lstrip('v')}\n## explicit\n{a}\n"),
    ("Maven", "pom.xml"): lambda p: in_folders(p, "pom.xml", pom),
    ("Maven", "verification-metadata.xml"): lambda p: in_folders(p, "gradle/verification-metadata.xml", lambda a, v: '<verification-metadata><components><component group="{}" name="{}" version="{}"/></components></verification-metadata>'.format(*a.split(":"), v)),
    ("RubyGems", "gemspec"): lambda p: {f"specifications/{a}-{v}.gemspec": f'Gem::Specification.new do |s|\n  s.name = "{a}".freeze\n  s.version = "{v}"\nend\n' for a, v in p},
    ("Packagist", "installed.json"): lambda p: {"vendor/composer/installed.json": json.dumps({"packages": [{"name": a, "version": v} for a, v in p]})},
    ("NuGet", "deps.json"): lambda p: {"app.deps.json": json.dumps({"libraries": {f"{a}/{v}": {"type": "package", "sha512": "x"} for a, v in p}})},
    ("NuGet", "packages.config"): lambda p: {"packages.config": "<packages>" + "".join(f'<package id="{a}" version="{v}"/>' for a, v in p) + "</packages>"},
    ("Hex", "rebar.lock"): lambda p: {"rebar.lock": '{"1.2.0",\n[' + ",".join(f'{{<<"{a}">>,{{pkg,<<"{a}">>,<<"{v}">>}},0}}' for a, v in p) + "]}.\n"},
}


ECOSYSTEMS = {  # OSV's name: how a lock file is written, and a version before every other
    "npm": (npm, "0.0.0-0"), "crates_io": (cargo, "0.0.0-0"),
    "PyPI": (lambda p: {"requirements.txt": "".join(f"{a}=={v}\n" for a, v in p)}, "0.0.0.dev0"),
    "Go": (lambda p: {f"{i}/go.mod": f"module example.org/x\n\ngo 1.21\n\nrequire {a} v{v.lstrip('v')}\n" for i, (a, v) in enumerate(p)}, "0.0.0-0"),
    "Maven": (lambda p: {f"{i}/gradle.lockfile": f"{a}:{v}=runtimeClasspath\nempty=\n" for i, (a, v) in enumerate(p)}, "0.0.0-alpha"),
    "RubyGems": (lambda p: {f"{i}/Gemfile.lock": f"GEM\n  remote: https://example.org/\n  specs:\n    {a} ({v})\n\nPLATFORMS\n  ruby\n" for i, (a, v) in enumerate(p)}, "0.0.0.a"),
    "Packagist": (lambda p: {f"{i}/composer.lock": json.dumps({"packages": [{"name": a, "version": v}]}) for i, (a, v) in enumerate(p)}, "0.0.0-dev"),
    "NuGet": (lambda p: {f"{i}/packages.lock.json": json.dumps({"version": 1, "dependencies": {"net6.0": {a: {"type": "Direct", "resolved": v}}}}) for i, (a, v) in enumerate(p)}, "0.0.0-0"),
    "Hex": (lambda p: {f"{i}/mix.lock": f'%{{\n  "{a}": {{:hex, :"{a}", "{v}", "x", [:mix], [], "hexpm", "y"}},\n}}\n' for i, (a, v) in enumerate(p)}, "0.0.0-0"),
    "Debian": (lambda p: {"etc/os-release": OS, "var/lib/dpkg/status": dpkg(*[(a, v, "", "x@debian.org") for a, v in p])}, "0~~"),
    "Ubuntu": (lambda p: {"etc/os-release": 'ID=ubuntu\nVERSION_ID="22.04"\n', "var/lib/dpkg/status": dpkg(*[(a, v, "", "x@ubuntu.com") for a, v in p])}, "0~~"),
    "AlmaLinux": (lambda p: {"etc/os-release": 'ID="almalinux"\nVERSION_ID="9.4"\n',
                             "var/lib/rpmmanifest/container-manifest-2": "".join(rpm(a, v) for a, v in p)}, "0-0"),
    "Bitnami": (lambda p: {"opt/bitnami/.bitnami_components.json": json.dumps({a: {"version": v} for a, v in p})}, "0.0.0"),
    "Alpine": (lambda p: {"etc/os-release": "ID=alpine\nVERSION_ID=3.20.3\n", "lib/apk/db/installed": "".join(f"P:{a}\nV:{v}\nA:x86_64\no:{a}\n\n" for a, v in p)}, "0_alpha"),
}
RELEASE = {"AlmaLinux": "AlmaLinux:9", "Debian": "Debian:12", "Ubuntu": "Ubuntu:22.04:LTS", "Alpine": "Alpine:v3.20"}


def cves(r):
    ids = [i for i in r.get("upstream", []) + [r["id"]] + r.get("aliases", []) if i.startswith("CVE-")]
    return set(ids) or {r["id"], *r.get("aliases", [])}


def sample(eco):
    """One record a package, with one range that ends with a fix."""
    with tarfile.open(fileobj=io.BytesIO(subprocess.run(["zstd", "-dc", f"{shared}/osv/{eco}.tar.zst"], capture_output=True).stdout)) as t:
        all_ = [json.load(t.extractfile(m)) for m in t if m.isfile()]
    random.Random(1).shuffle(all_)
    seen = {}
    for r in all_:
        for a in r.get("affected", []):
            p, ranges = a["package"], a.get("ranges", [])
            events = ranges[0]["events"] if len(ranges) == 1 else []
            same = [b for b in r["affected"] if b["package"] == p]
            if (p["name"] not in seen and len(same) == 1 and RELEASE.get(eco, eco.replace("_", ".")) == p["ecosystem"] and len(events) == 2
                    and "introduced" in events[0] and "fixed" in events[1] and " " not in p["name"] and ".module" not in events[1]["fixed"]):
                seen[p["name"]] = (r, events[0]["introduced"], events[1]["fixed"])
        if len(seen) >= 40:
            break
    return seen


def test_real(tmp):
    db = os.path.join(tmp, "all.db")
    r = run("db", "build", "-q", "-o", db, *sorted(glob.glob(shared + "/osv/*.zst")))
    say(r.returncode == 0, "a database of all real feeds", r.stderr)
    say(os.path.getsize(db) <= 30 << 20, "of at most 30 MB", os.path.getsize(db))
    packed = os.path.join(tmp, "all.db.zst")
    subprocess.run(["zstd", "-19", "-q", db, "-o", packed])
    say(os.path.getsize(packed) <= 6 << 20, "and packed 6 MB", os.path.getsize(packed))
    samples = {}
    for eco, (lock, oldest) in ECOSYSTEMS.items():
        seen = samples[eco] = sample(eco)
        before, at = os.path.join(tmp, eco + "-before"), os.path.join(tmp, eco + "-at")
        write(before, {"etc/os-release": OS, **lock([(name, oldest if since == "0" else since) for name, (_, since, _) in seen.items()])})
        write(at, {"etc/os-release": OS, **lock([(name, fixed) for name, (_, _, fixed) in seen.items()])})
        ids = {s: {i for f in scan(db, d)["findings"] if "vulnerability" in f and f["state"] != "mitigated"
                   for i in [f["vulnerability"]["id"], *f["vulnerability"]["aliases"]]} for s, d in (("before", before), ("at", at))}
        missed = [r["id"] for r, _, _ in seen.values() if not cves(r) & ids["before"]]
        say(seen and not missed, f"{eco}: {len(seen)} packages before the fix are found", missed)
        wrong = {r["id"] for r, _, _ in seen.values() if cves(r) & ids["at"]}
        # another advisory may say that the same vulnerability is fixed later
        say(len(wrong) <= len(seen) // 10, f"{eco}: and not at it", sorted(wrong))
    for (eco, form), lock in FORMATS.items():
        seen, root = samples[eco], os.path.join(tmp, eco + "-" + form)
        write(root, lock([(name, ECOSYSTEMS[eco][1] if since == "0" else since) for name, (_, since, _) in seen.items()]))
        report = scan(db, root)
        ids = {i for f in report["findings"] if "vulnerability" in f for i in [f["vulnerability"]["id"], *f["vulnerability"]["aliases"]]}
        missed = [r["id"] for r, _, _ in seen.values() if not cves(r) & ids]
        say(not missed, f"{eco}: {form} says the same", missed)


with tempfile.TemporaryDirectory() as tmp:
    os.environ["XDG_DATA_HOME"] = tmp  # no database of whoever runs this
    for name, test in list(globals().items()):
        if not name.startswith("test_"):
            continue
        if test is test_real and not os.path.isdir(shared + "/osv"):
            print(f"# skipped: real advisories: no {shared}/osv")
            continue
        test(tmp)
end()
