#!/usr/bin/env python3
"""Secrets, end to end: found in every layer and in the configuration, said once, and never told.

  secrets.py SCANTLING      TAP
"""
import base64, json, os, random, resource, signal, string, subprocess, sys, tempfile, time, zlib

from tap import end, say
from images import *

PROGRAM = os.path.realpath(sys.argv[1])
WORK = tempfile.TemporaryDirectory()
IMAGES = tempfile.TemporaryDirectory()
ENV = dict(os.environ, SOURCE_DATE_EPOCH="1700000000", XDG_CACHE_HOME=os.path.join(WORK.name, "cache"),
           XDG_STATE_HOME=os.path.join(WORK.name, "state"), HOME=WORK.name)
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
rng = random.Random(4)


def some(n, of=string.ascii_letters + string.digits):
    return "".join(rng.choice(of) for _ in range(n))


def github():
    body, digits = some(30), ""
    v = zlib.crc32(body.encode())
    for _ in range(6):
        digits, v = DIGITS[v % 62] + digits, v // 62
    return "gh" + "p_" + body + digits


DELETED, EVERYWHERE, ENCODED, VARIABLE, LABEL, STEP, GENERIC = github(), github(), github(), github(), some(20), github(), some(28)
ALL = [DELETED, EVERYWHERE, ENCODED, VARIABLE, LABEL, STEP, GENERIC]
LAYERS = [debian("base"),
          tar(("root/.token", b"x\ny=" + DELETED.encode() + b"\n"), ("app/a.conf", b"token = " + EVERYWHERE.encode() + b"\n")),
          tar(("root/.wh..token", b""), ("app/b.yaml", b"key: " + EVERYWHERE.encode() + b"\n"),
              ("app/secret.b64", b"data: " + base64.b64encode(b"token=" + ENCODED.encode()) + b"\n"),
              ("app/settings.py", b"API_KEY = '" + GENERIC.encode() + b"'\n"))]
CONFIG = {"Env": ["PATH=/bin", "BUILD_TOKEN=" + VARIABLE], "Labels": {"db": "postgres://app:%s@db.internal/x" % LABEL}}
HISTORY = [{"created_by": "base"}, {"created_by": "COPY secrets /root"}, {"created_by": "RUN curl -H 'A: " + STEP + "' x"}]


def scan(*args):
    p = subprocess.run([PROGRAM, "scan", *args], env=ENV, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
    return p.stdout + p.stderr




class Planted(Layout):
    def config(self, diff_ids):
        return json.dumps({"architecture": "amd64", "os": "linux", "config": CONFIG, "history": HISTORY,
                           "rootfs": {"type": "layers", "diff_ids": diff_ids}}).encode()


TARGET = "oci:" + Planted(os.path.join(IMAGES.name, "image")).simple(*LAYERS).path

listed = subprocess.run([PROGRAM, "list", "reports"], stdout=subprocess.PIPE, text=True).stdout
formats = [line.split()[0] for line in listed.splitlines() if line.strip()]
args = sum((["-f", "%s=%s" % (f, os.path.join(WORK.name, "report." + f))] for f in formats), [])
said = scan("-v", *args, TARGET)
report = json.load(open(os.path.join(WORK.name, "report.json")))
found = {f["title"]: f for f in report["findings"] if f["rule"] == "secret-exposed" and f["state"] == "open"}


def about(text):
    return [f for f in found.values() if any(text in e["path"] or text in e["text"] for e in f["evidence"])]


say(len(found) == 7, "seven secrets are seven findings", list(found))
say(len(about("root/.token")) == 1 and "does not help" in about("root/.token")[0]["evidence"][0]["text"],
      "one that a later layer deletes is found, and that this does not help is said", about("root/.token"))
say("COPY secrets" in about("root/.token")[0]["evidence"][0]["text"] if about("root/.token") else False,
      "with the build step that brought it")
say({e["path"] for e in about("app/a.conf")[0]["evidence"]} == {"app/a.conf", "app/b.yaml"} if about("app/a.conf") else False,
      "one in two files is one finding with two places", about("app/a.conf"))
say(len(about("app/secret.b64")) == 1, "one in base64 is found")
say(len(about("BUILD_TOKEN")) == 1 and len(about("label db")) == 1 and len(about("build step 3")) == 1,
      "variables, labels and build steps are looked through", list(found))
say(not [f for f in report["findings"] if f["rule"] in ("image-credential-env",) and f["state"] == "open"],
      "the rule that goes by names does not say it again")


def leaks():
    """Everything below the working directory, and what was printed: any eight characters of the middle of a secret."""
    texts = {"output": said}
    for at, _, names in os.walk(WORK.name):
        for name in names:
            with open(os.path.join(at, name), "rb") as f:
                texts[os.path.join(at, name)] = f.read()
    return [name for name, text in texts.items() for s in ALL for i in range(8, len(s) - 8)
            if s[i:i + 8].encode() in text or base64.b64encode(s[8:20].encode())[:12] in text]


# the rules over variables and build steps quote what they judge; secrets are not theirs to quote
say(not leaks(), "nothing that a scan writes holds a secret: reports, cache, state, output", sorted(set(leaks()))[:8])
# jobs that die in the middle, where the system would keep what was in their memory
DUMPS = os.path.join(WORK.name, "dumps")
unlimited = lambda: resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
os.mkdir(DUMPS)
for most in (1 << 24, 1 << 26, 1 << 27):
    p = subprocess.run([PROGRAM, "scan", "-v", "--no-cache", "--max-memory", str(most), "-f", "json", TARGET], env=ENV, cwd=DUMPS, capture_output=True,
                       preexec_fn=unlimited)
    with open(os.path.join(DUMPS, "said.%d" % most), "wb") as f:
        f.write(p.stdout + p.stderr)
for wait in (0, 0.02, 0.1):
    p = subprocess.Popen([PROGRAM, "scan", "-q", "--no-cache", "-f", "json=killed.json", TARGET], env=ENV, cwd=DUMPS, preexec_fn=unlimited,
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(wait)
    p.send_signal(signal.SIGABRT)
    p.wait()
say(not leaks(), "neither do jobs that die, nor their memory",
      sorted(set(leaks()))[:8] + os.listdir(DUMPS))
key = os.path.join(WORK.name, "state/scantling/secret.key")
say(oct(os.stat(key).st_mode & 0o777) == "0o600", "the key of their hashes is the user's own")

again = json.loads(scan("-f", "json", TARGET))
ids = lambda r: sorted(f["id"] for f in r["findings"])
say(ids(again) == ids(report), "from the cache the findings are the same")
other = os.path.join(WORK.name, "other.key")
with open(other, "w") as f:
    f.write(some(64, "0123456789abcdef") + "\n")
say(ids(json.loads(scan("-f", "json", "--secret-key", other, TARGET))) == ids(report), "and with another key their ids stay")
one = about("app/a.conf")[0]
IGNORE = os.path.join(WORK.name, "ignore")


def ignoring(text):
    """State of the secret in app/a.conf, how many others are accepted, what does not count."""
    with open(IGNORE, "w") as f:
        f.write(text + "\n")
    r = json.loads(scan("-f", "json", "--ignore-file", IGNORE, TARGET))
    accepted = [f["id"] for f in r["findings"] if f["state"] == "accepted"]
    return one["id"] in accepted, len(accepted), [i["reason"] for i in r["incomplete"] if i["where"] == IGNORE]


print_of = one["fingerprint"]
table = scan("-v", "-f", "table", TARGET).decode()
say("secret:" + print_of in table and print_of not in scan("-f", "table", TARGET).decode(),
      "the verbose table shows the fingerprint as the ignore file wants it", print_of)
say(ignoring("secret:%s # a test's" % print_of) == ignoring("secret:%s until=2099-01-01 # a test's" % print_of[:12]) == (True, 1, []),
      "one secret is accepted by its fingerprint, or the beginning of it", ignoring("secret:%s # x" % print_of))
say(ignoring("secret:%s # x" % print_of[:11])[:2] == (False, 0) and "12" in "".join(ignoring("secret:%s # x" % print_of[:11])[2]),
      "too few digits do not count, and that is said", ignoring("secret:%s # x" % print_of[:11]))
say(ignoring("secret:%s oci:elsewhere # x" % print_of) == ignoring("secret:%s0 # x" % print_of) == (False, 0, []),
      "neither does it count for another element, nor another fingerprint")
# values of a Secret: the object's finding says that they stand there; elsewhere they are the same secret
SHORT, TOKEN = "hunter2xy", some(26)
encoded = lambda text: base64.b64encode(text.encode()).decode()
SECRET = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\nstringData:\n  password: %s\ndata:\n  token: %s\n" % (SHORT, encoded(TOKEN))
MAP = "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\ndata:\n  app.conf: |\n    api_token = %s\n" % TOKEN


def manifest(text):
    path = os.path.join(WORK.name, "manifest.yaml")
    with open(path, "w") as f:
        f.write(text)
    out = scan("-f", "json", path)
    os.unlink(path)
    r = json.loads(out)
    return [f for f in r["findings"] if f["state"] == "open" and f["rule"] in ("secret-exposed", "secret-in-manifest")], out


alone, text = manifest(SECRET)
say([f["rule"] for f in alone] == ["secret-in-manifest"] and len(alone[0]["evidence"]) == 2,
      "values of a Secret are one finding, of the object", [(f["rule"], f["title"]) for f in alone])
both, more = manifest(SECRET + MAP)
lines = [[e["line"] for e in f["evidence"]] for f in both if f["rule"] == "secret-exposed"]
say(len(lines) == 1 and sorted(lines[0]) == [8, 16] and not any(s.encode() in text + more for s in (SHORT, TOKEN, encoded(TOKEN))),
      "one that stands elsewhere too is one secret in two places, which nobody tells", (lines, both))
# documents of one line, where nothing but the position tells values apart
OWN, ELSEWHERE = github(), github()
PEM = subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519"], stdout=subprocess.PIPE, text=True).stdout
objects = [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"app.conf": "token = " + ELSEWHERE}},
           {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "annotations": {"note": 'a "quoted" { text'}},
            "stringData": {"password": 'hun"ter\\2xyz', "github": OWN}, "data": {"token": encoded(TOKEN), "tls.key": encoded(PEM)}, "type": "Opaque"}]
for form, text in (("one line", json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}, separators=(",", ":"))),
                   ("many lines", json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}, indent=2)),
                   ("a last kind", json.dumps({"items": [dict(reversed(o.items())) for o in objects], "kind": "List", "apiVersion": "v1"}))):
    got, more = manifest(text)
    exposed = [f for f in got if f["rule"] == "secret-exposed"]
    held = [f for f in got if f["rule"] == "secret-in-manifest"]
    say(len(exposed) == 1 and ELSEWHERE[:4] in exposed[0]["evidence"][0]["text"] and len(held) == 1 and len(held[0]["evidence"]) == 4,
          "JSON of %s: values of the Secret are its finding, the token beside it is another" % form,
          [(f["rule"], f["title"], len(f["evidence"])) for f in got])
    say(not any(t.encode() in more for t in (TOKEN, OWN[6:], ELSEWHERE[6:], "hun")), "JSON of %s: nobody tells" % form)
APPLIED = json.dumps({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "stringData": {"password": "x", "token": OWN}})
once, more = manifest("apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n" +
                      "      %s\ndata:\n  token: %s\n" % (APPLIED, encoded(OWN)))
say([(f["rule"], sorted(e["line"] for e in f["evidence"])) for f in once] == [("secret-in-manifest", [7, 9])] and OWN[8:].encode() not in more,
      "what kubectl keeps of a Secret in its annotation is told with it", [(f["rule"], f["evidence"]) for f in once])
block, _ = manifest("apiVersion: v1\nkind: Secret\nmetadata: {name: k}\nstringData:\n  id_key: |\n" +
                    "".join("    %s\n" % line for line in PEM.splitlines()) + "  token: %s\n" % OWN)
say([f["rule"] for f in block] == ["secret-in-manifest"], "YAML: a key in a block, and a token of a known kind, are told once",
      [(f["rule"], f["title"]) for f in block])
# the same value in every spelling of a Secret, and in a ConfigMap behind it: both places are told by their lines
DATA, HEAD = encoded(TOKEN), "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n"
ONE = "{apiVersion: v1, kind: Secret, metadata: {name: s}, data: {token: %s}}" % DATA
MINIFIED = json.dumps({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"token": DATA}}, separators=(",", ":"))
SPELLINGS = {
    "data in braces": (HEAD + "data: {user: YWRtaW4=, token: %s}\n" % DATA, [4]),
    "data in braces of many lines": (HEAD + "data: {\n  user: 'YWRtaW4=',\n  token:\n    \"%s\"\n  }\n" % DATA, [7]),
    "stringData in braces": (HEAD + "stringData: {\"token\": '%s'} # \"\n" % TOKEN, [4]),
    "escapes": (HEAD + "stringData: {token: \"\\x%02x%s\"}\n" % (ord(TOKEN[0]), TOKEN[1:]), [4]),
    "a tag": (HEAD + "data: {token: !!binary %s}\n" % DATA, [4]),
    "a block of one line": (HEAD + "stringData:\n  token: >-\n    %s\n" % TOKEN, [6]),
    "all in braces": (ONE + "\n", [1]),
    "kind behind data": ("{data: {token: %s}, metadata: {name: s}, kind: Secret, apiVersion: v1}\n" % DATA, [1]),
    "a List in braces": ("apiVersion: v1\nkind: List\nitems: [\n  {apiVersion: v1, kind: Pod},\n  %s]\n" % ONE, [5]),
    "a List of items in braces": ("apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod}\n- %s\n" % ONE, [5]),
    "the second document": ("# one\n--- # two\na: b\n---\n%s\n" % ONE, [5]),
    "an alias of the value": (HEAD + "metadata2: {x: &t %s}\ndata: {token: *t}\n" % DATA, [4]),
    "an alias of the data": ("apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Other, data: &d {token: %s}}\n"
                             "- {apiVersion: v1, kind: Secret, metadata: {name: s}, data: *d}\n" % DATA, [4]),
    "a merged key": (HEAD + "x: &d {token: %s}\ndata:\n  <<: *d\n" % DATA, [4]),
    "minified JSON": (MINIFIED + "\n", [1]),
    "JSON in YAML": ("a: b\n---\n\n%s\n" % MINIFIED, [4]),
    "JSON as a value in YAML": ("apiVersion: v1\nkind: List\nitems:\n  - a: b\n  - %s\n" % MINIFIED, [5]),
    "JSON with a mark before it": ("\ufeff" + MINIFIED.replace(",", ",\r\n") + "\n", [4]),
}
for name, (text, want) in SPELLINGS.items():
    got, more = manifest(text + MAP)
    lines = {f["rule"]: sorted(e["line"] for e in f["evidence"]) for f in got}
    last = (text + MAP).count("\n")
    say(lines.get("secret-exposed") == sorted(want + [last]) and set(want) <= set(lines.get("secret-in-manifest", [])),
          "a Secret with %s: the value is on its line" % name, (lines, want, last))
    say(TOKEN.encode() not in more and DATA.encode() not in more, "a Secret with %s: nobody tells" % name)

# one secret in an image, in the Compose file that runs it and in a Secret is one, with all of its places
SHARED = github()
both = "oci:" + Layout(os.path.join(IMAGES.name, "shared")).simple(debian("base"), tar(("app/token", SHARED.encode() + b"\n"))).path
with open(os.path.join(WORK.name, "compose.yaml"), "w") as f:
    f.write("services:\n  web:\n    image: shop/web\n    environment:\n      API_TOKEN: %s\n" % SHARED)
with open(os.path.join(WORK.name, "secret.yaml"), "w") as f:
    f.write("apiVersion: v1\nkind: Secret\nmetadata: {name: t}\nstringData:\n  token: %s\n" % SHARED)
targets = [both, os.path.join(WORK.name, "compose.yaml"), os.path.join(WORK.name, "secret.yaml")]


def exposed(*args):
    r = json.loads(scan("-f", "json", *args))
    return r, [f for f in r["findings"] if f["rule"] == "secret-exposed" and f["state"] == "open"]


whole, found = exposed(*targets)
places = {(e["target"], e["path"]) for f in found for e in f["evidence"]}
say(len(found) == 1 and len({t for t, _ in places}) == 3, "image, Compose file and Secret: one finding with a place in each", places)
BASE = os.path.join(WORK.name, "base.json")
with open(BASE, "w") as f:
    json.dump(whole, f)
held = ["secret:%s # known" % found[0]["fingerprint"]] if found else []
for gone in range(3):
    rest = [t for i, t in enumerate(targets) if i != gone]
    left = exposed(*rest)[1]
    p = subprocess.run([PROGRAM, "scan", "-q", "-f", "json", "--baseline", BASE, "--fail-on", "new", *rest], env=ENV, capture_output=True, text=True)
    new = [f["title"] for f in json.loads(p.stdout)["findings"] if f["state"] == "open" and f["id"] not in {b["id"] for b in whole["findings"]}]
    with open(IGNORE, "w") as f:
        f.write("\n".join(held) + "\n")
    accepted = exposed("--ignore-file", IGNORE, *rest)[1]
    say(len(left) == 1 and left[0]["fingerprint"] == found[0]["fingerprint"] and p.returncode == 0 and not accepted,
          "without place %d: the same fingerprint, nothing new against the baseline, still accepted" % gone, (p.returncode, p.stderr, new, len(left)))
for name in ("compose.yaml", "secret.yaml"):
    os.unlink(os.path.join(WORK.name, name))

none = json.loads(scan("-f", "json", "--no-secrets", TARGET))
say(not [f for f in none["findings"] if f["rule"] == "secret-exposed"], "--no-secrets does not look")
# the last line of a text of one block, behind what is kept of it
path = os.path.join(WORK.name, "long.conf")
with open(path, "w") as f:
    f.write("".join("key%d = a value of it\n" % i for i in range(60)) + "url = postgres://app:%s@db.internal/x\n" % some(20))
told = [json.loads(l) for l in subprocess.run([PROGRAM, "facts", path], stdout=subprocess.PIPE, timeout=60).stdout.splitlines()]
lines = [s.get("line") for t in told for s in t.get("secrets", [])]
say(lines == [61], "a secret at the end of a text is on its line", told)
end()
