#!/usr/bin/env python3
"""A source tree, end to end: lock files of several ecosystems, secrets, a certificate, a Dockerfile and a Compose file in
one folder; what is passed over; what bare words mean; inventories; and that no secret is told.

  source_tree.py SCANTLING      TAP
"""
import base64, json, os, random, string, subprocess, sys, tempfile, zlib

from tap import end, say

PROGRAM = os.path.abspath(sys.argv[1])
WORK, TREES = tempfile.TemporaryDirectory(), tempfile.TemporaryDirectory()
ENV = dict(os.environ, SOURCE_DATE_EPOCH="1900000000", XDG_CACHE_HOME=os.path.join(WORK.name, "cache"),
           XDG_STATE_HOME=os.path.join(WORK.name, "state"), HOME=WORK.name)
rng = random.Random(9)


def token():
    """A GitHub token whose checksum is right."""
    body, digits = "".join(rng.choice(string.ascii_letters) for _ in range(30)), ""
    alphabet = string.digits + string.ascii_uppercase + string.ascii_lowercase
    v = zlib.crc32(body.encode())
    for _ in range(6):
        digits, v = alphabet[v % 62] + digits, v // 62
    return "gh" + "p_" + body + digits


def tree(name, files):
    root = os.path.join(TREES.name, name)
    for path, data in files.items():
        at = os.path.join(root, path)
        os.makedirs(os.path.dirname(at), exist_ok=True)
        with open(at, "wb") as f:
            f.write(data if isinstance(data, bytes) else data.encode())
    return root


def run(*args, cwd=None):
    return subprocess.run([PROGRAM, *args], env=ENV, capture_output=True, text=True, timeout=300, cwd=cwd)


def scan(*args, cwd=None):
    r = run("scan", "-q", "--no-cache", "-f", "json", *args, cwd=cwd)
    return json.loads(r.stdout) if r.returncode == 0 else {"error": r.stderr, "code": r.returncode}


def advisory(id, ecosystem, name, fixed):
    return json.dumps({"schema_version": "1.7.0", "id": id, "modified": "2030-01-01T00:00:00Z", "affected": [
        {"package": {"ecosystem": ecosystem, "name": name},
         "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": fixed}]}]}]})


SHARED, OWN, NEAR = token(), token(), token()
ALL = [SHARED, OWN, NEAR]
SHOP = {
    "compose.yaml": "services:\n  web:\n    build: ./web\n    privileged: true\n    environment:\n      API: " + SHARED + "\n",
    "web/Dockerfile": "FROM example.org/node:20\nCOPY . /app\nUSER 1000\nCMD [\"node\", \"/app\"]\n",
    "web/package-lock.json": json.dumps({"name": "web", "lockfileVersion": 3, "packages": {
        "": {"name": "web", "version": "1.0.0"}, "node_modules/keel": {"version": "1.0.0"}}}, indent=1),
    "web/.env": "x=1\n\nAPI=" + SHARED + "\n",
    "web/package.json": '{"private": true, "dependencies": {"keel": "^1.0.0"}}',  # the lock file answers it
    "tools/package.json": '{"private": true,\n"dependencies": {"bilge": "^1.0.0"}}',
    "py/requirements.txt": "# pinned\nhull==1.0\n",
    "py/settings.py": "\n\n\nkey = '" + OWN + "'\n",
    "api/go.mod": "module example.org/api\n\ngo 1.21\n\nrequire example.org/mast v1.0.0\n",
    "core/Cargo.lock": 'version = 3\n\n[[package]]\nname = "rudder"\nversion = "1.0.0"\n',
    "java/gradle.lockfile": "# by Gradle\norg.example:anchor:1.0.0=runtimeClasspath\n",
    ".git/config": "[remote \"origin\"]\n\turl = https://oauth2:" + NEAR + "@git.example.org/shop.git\n",
    ".git/objects/ab/cdef": "hull==9.9\n",
    "web/.git/objects/package-lock.json": "{}",
    "node_modules/keel/package.json": '{"name": "keel", "version": "1.0.0"}',
    "node_modules/keel/compose.yaml": "services:\n  not-ours:\n    privileged: true\n",
    "etc/notes.txt": "a folder that root file systems have too\n",
}
shop = tree("shop", SHOP)
feed = tree("feed", {i + ".json": advisory(i, *of) for i, of in {
    "GHSA-1": ("npm", "keel", "2.0.0"), "PYSEC-1": ("PyPI", "hull", "2.0"), "GO-1": ("Go", "example.org/mast", "2.0.0"),
    "RUSTSEC-1": ("crates.io", "rudder", "2.0.0"), "GHSA-2": ("Maven", "org.example:anchor", "2.0.0")}.items()})
DB = os.path.join(WORK.name, "a.db")
built = run("db", "build", "-q", "-o", DB, feed)
say(built.returncode == 0, "the small database is built", built.stderr)

report = scan("--db", DB, shop)
findings = [f for f in report.get("findings", []) if f["state"] == "open"]
places = lambda rule: {(e["path"], e["line"]) for f in findings if f["rule"] == rule for e in f["evidence"]}
say(report.get("targets", [{}])[0].get("kind") == "source", "a folder is a source tree", report.get("error"))
have = {(p["type"], p["name"], p["path"], p["line"]) for p in report.get("packages", [])}
want = {("npm", "keel", "web/package-lock.json", 9), ("npm", "keel", "node_modules/keel/package.json", 1),
        ("pypi", "hull", "py/requirements.txt", 2), ("golang", "example.org/api", "api/go.mod", 1),
        ("golang", "example.org/mast", "api/go.mod", 5), ("cargo", "rudder", "core/Cargo.lock", 3),
        ("golang", "stdlib", "api/go.mod", 3), ("npm", "bilge", "tools/package.json", 2),
        ("maven", "anchor", "java/gradle.lockfile", 2)}
say(have == want, "its packages, with file and line", sorted(have ^ want))
vulnerable = {(f["vulnerability"]["id"], f["element"], f["evidence"][0]["path"], f["evidence"][0]["line"])
              for f in findings if "vulnerability" in f}
say({v[0] for v in vulnerable} == {"GHSA-1", "PYSEC-1", "GO-1", "RUSTSEC-1", "GHSA-2"}, "the advisories on them", vulnerable)
say(("PYSEC-1", "source:" + shop, "py/requirements.txt", 2) in vulnerable, "proven by the line of the lock file", vulnerable)
say("workload-privileged" in {f["rule"] for f in findings}, "its Compose file is a deployment")
say(not [f for f in findings if "not-ours" in f["element"]], "but none of what is installed in it")
say(not [f for f in report.get("findings", []) if f["element"].startswith("source:") and f["rule"].startswith("image-")],
    "nothing is asked of it as of an image")

secrets = [f for f in findings if f["rule"] == "secret-exposed"]
at = lambda f: sorted((e["path"], e["line"]) for e in f["evidence"])
say(sorted(map(at, secrets)) == [[(".git/config", 2)], [("compose.yaml", 6), ("web/.env", 3)], [("py/settings.py", 4)]],
    "three secrets with their lines; one in a document and in a file is one finding", list(map(at, secrets)))

passed = [e["properties"].get("passed over") for e in report.get("elements", []) if e["kind"] == "source"]
say(passed == [".git/objects, web/.git/objects"] or passed == ["web/.git/objects, .git/objects"],
    "version control's store is passed over, and that is said", passed)
table = run("scan", "-q", "--no-cache", "--db", DB, shop).stdout
say("source tree" in table and "without" in table and ".git/objects" in table.replace("\n", ""), "in the table too", table[:400])
say(not report.get("incomplete") or [i["where"] for i in report["incomplete"]] in ([], ["images"]),
    "that is no gap of the report", report.get("incomplete"))

# the same by other names
by = lambda *a, **k: {(f["id"]) for f in scan("--db", DB, *a, **k).get("findings", [])}
base = by(".", cwd=shop)
say(base and base == by("dir:.", cwd=shop) == by("file:.", cwd=shop), "`.`, dir:. and file:. are the same")
r = scan("dir:" + os.path.join(shop, "compose.yaml"))
say(r.get("code") == 3 and "Not a directory" in r["error"], "dir: of a file is refused", r)

# what bare words mean
root = tree("root", {"etc/os-release": "ID=debian\nVERSION_ID=12\n", "usr/bin/x": "x", "var/lib/x": "x"})
project = tree("project", {"bin/run": "x", "lib/x.rb": "x", ".git/HEAD": "x", "Gemfile.lock": "GEM\n  specs:\n    keel (1.0)\n"})
kind = lambda *a: [t["kind"] for t in scan(*a).get("targets", [])]
say(kind(root) == ["rootfs"] and kind(project) == ["source"] and kind("rootfs:" + project) == ["rootfs"],
    "a folder with a system's folders is a root file system, unless it is somebody's project")
say(kind(tree("one", {"bin/x": "x"})) == ["source"], "one such folder is none")
r = scan("dir:" + root)
say(not r["targets"][0]["os"]["id"], "a tree has no distribution")
os.mkdir(os.path.join(TREES.name, "empty"))
say(scan(os.path.join(TREES.name, "empty")).get("packages") == [], "an empty folder holds nothing, and says so")

# certificates
subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:1024", "-nodes", "-days", "30", "-subj", "/CN=tree.example.org",
                "-keyout", os.path.join(project, "key.pem"), "-out", os.path.join(project, "cert.pem")], capture_output=True)
weak = [f for f in scan(project).get("findings", []) if f["state"] == "open" and f["rule"].startswith("certificate")]
say(weak and all(f["element"].startswith("source:") for f in weak), "a weak certificate in it is found", weak)

# links
linked = tree("linked", {"a/requirements.txt": "hull==1.0\n"})
os.symlink("/etc/passwd", os.path.join(linked, "Cargo.lock"))
os.symlink("a/requirements.txt", os.path.join(linked, "requirements.txt"))
os.symlink("/etc", os.path.join(linked, "b"))
r = scan(linked)
say([p["name"] for p in r["packages"]] == ["hull"] and [i["where"] for i in r["incomplete"]] == [linked + ": Cargo.lock"],
    "no link is followed; a lock file that is not read for it is a gap", r["packages"], r["incomplete"])

# several readers
files = {"pom.xml": "<project><groupId>org.example</groupId><artifactId>top</artifactId><version>1</version><properties><v>3</v></properties></project>",
         ".git/objects/aa": "x", "all/constraints.txt": "".join("rope%d==2.%d\n" % (i, i) for i in range(300))}
for i in range(300):
    folder = "d%03d/e/" % i
    files[folder + "package-lock.json"] = json.dumps({"lockfileVersion": 3, "packages": {
        "node_modules/hull%d" % i: {"version": "1.0.0", "dependencies": {"keel": "*"}}, "node_modules/keel": {"version": "1.0.%d" % i}}})
    files[folder + "requirements.txt"] = "-c ../../all/constraints.txt\nrope%d\n" % i
    files[folder + "pom.xml"] = ("<project><parent><groupId>org.example</groupId><artifactId>top</artifactId><version>1</version><relativePath>../../pom.xml"
                                 "</relativePath></parent><artifactId>a%d</artifactId><dependencies><dependency><groupId>org.example</groupId>"
                                 "<artifactId>sail%d</artifactId><version>${v}</version></dependency></dependencies></project>" % (i, i))
    files[folder + "bad.json"] = files[folder + "Cargo.lock"] = "{" if i % 50 == 0 else "key = " + OWN
wide = tree("wide", files)
key_file = os.path.join(WORK.name, "hash.key")
with open(key_file, "w") as f:
    f.write("5a" * 32)
outs = {j: (run("scan", "-q", "--no-cache", "--secret-key", key_file, "-j", j, "-f", "json", "-f", "cyclonedx=" + os.path.join(WORK.name, "wide" + j), wide).stdout,
            open(os.path.join(WORK.name, "wide" + j)).read()) for j in ("1", "2", "3", "8")}
say(len(set(outs.values())) == 1, "however many readers there are, the same comes out to the byte", {j: len(o) for j, (o, _) in outs.items()})
r, bom = (json.loads(o) for o in outs["2"])
have = {p["name"]: p["version"] for p in r["packages"]}
say(all(have.get(n % i) == v for i in range(300) for n, v in (("hull%d", "1.0.0"), ("sail%d", "3"), ("rope%d", "2.%d" % i))),
    "what refers to files of other folders is understood, whoever read those", len(have))
name = {c["bom-ref"]: c["name"] for c in bom["components"]}
say(sum(len(d["dependsOn"]) for d in bom["dependencies"] if name.get(d["ref"], "").startswith("hull")) == 300, "and who needs whom in a lock file")
limited = [run("scan", "-q", "--no-cache", "--secret-key", key_file, "-j", j, "--max-entries", "700", "-f", "json", wide).stdout for j in ("1", "2", "8")]
say(len(set(limited)) == 1 and any("more than 700 entries" in i["reason"] for i in json.loads(limited[0])["incomplete"]),
    "the bound of entries is one for all of them", [json.loads(o)["incomplete"] for o in limited])

lock = json.dumps({"lockfileVersion": 3, "packages": {"node_modules/keel%d" % i: {"version": "1.0.0"} for i in range(20000)}})
large = tree("large", {"d%02d/%02d/package-lock.json" % (i // 64, i): lock.replace("keel", "keel%d-" % i) for i in range(40)} |
             {"e%d/x" % i: "x" for i in range(200)})
r = scan("--max-memory", "64M", "--no-secrets", large)
say(0 < len(r["packages"]) < 800000 and any("pieces of the tree are left out" in i["reason"] for i in r["incomplete"]),
    "what does not fit into memory is a gap, and the rest is told", r.get("error"), r.get("incomplete"))

# inventories
bom = json.loads(run("sbom", "-q", shop).stdout)
say(sorted(c["name"] for c in bom["components"]) == sorted(n for _, n, _, _ in want) and
    bom["metadata"]["component"]["type"] == "application", "its bill of materials has the same packages")
spdx = json.loads(run("sbom", "-q", "-f", "spdx", shop).stdout)
say({p.get("primaryPackagePurpose") for p in spdx["packages"]} >= {"SOURCE"}, "in SPDX it is source")
bom_file = os.path.join(WORK.name, "bom.json")
with open(bom_file, "w") as f:
    json.dump(bom, f)
said = {(f["vulnerability"]["id"]) for f in scan("--db", DB, "sbom:" + bom_file)["findings"] if "vulnerability" in f and f["state"] == "open"}
say(said == {v[0] for v in vulnerable}, "and matches the same advisories", said)

# nothing that is written holds a secret
formats = [line.split()[0] for line in run("list", "reports").stdout.splitlines() if line.strip()]
out = run("scan", "-v", "--db", DB, *sum((["-f", "%s=%s/report.%s" % (f, WORK.name, f)] for f in formats), []), shop)
texts = {"output": (out.stdout + out.stderr).encode()}
for folder, _, names in os.walk(WORK.name):
    for name in names:
        with open(os.path.join(folder, name), "rb") as f:
            texts[name] = f.read()
leaks = {name for name, text in texts.items() for s in ALL for i in range(8, len(s) - 8)
         if s[i:i + 8].encode() in text or base64.b64encode(s[8:20].encode())[:12] in text}
say(out.returncode == 0 and not leaks, "no secret in any report, cache, state or output", out.stderr, leaks)

end()
