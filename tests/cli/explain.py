#!/usr/bin/env python3
"""`scantling explain ID`: what the databases say of a vulnerability or an update, and that it is all of it.

  explain.py SCANTLING SHARED_DATA      TAP

A small database of own documents in four forms, the built-in set, and records of others: what is said of a
vulnerability there is gathered from the records themselves and compared. That part skips where they are not.
"""
import io, json, os, pathlib, random, subprocess, sys, tarfile, tempfile

from tap import end, say, skip
import schemas

PROGRAM, SHARED = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
WORK = tempfile.TemporaryDirectory()
HOME = {**os.environ, "HOME": WORK.name, "XDG_DATA_HOME": WORK.name, "SOURCE_DATE_EPOCH": "1893456000"}

TRACKER = {"hull": {
    "CVE-2030-0001": {"releases": {
        "bookworm": {"status": "resolved", "fixed_version": "1.2-3", "urgency": "low", "repositories": {"bookworm": "1.0"}},
        "bullseye": {"status": "open", "urgency": "medium", "nodsa": "x", "nodsa_reason": "ignored", "repositories": {"bullseye": "0.9"}},
        "trixie": {"status": "resolved", "fixed_version": "0", "urgency": "low", "repositories": {"trixie": "2.0"}}}},
    "CVE-2030-0002": {"releases": {
        "bookworm": {"status": "resolved", "fixed_version": "1.3-1", "urgency": "low", "repositories": {"bookworm": "1.0"}}}}}}
UPDATE = {"id": "DSA-9001-1", "modified": "2030-02-03T00:00:00Z", "summary": "hull security update",
          "upstream": ["CVE-2030-0001", "CVE-2030-0002"],
          "affected": [{"package": {"ecosystem": "Debian:12", "name": "hull"}, "ranges": [{"type": "ECOSYSTEM", "events": [
              {"introduced": "0"}, {"fixed": "1.3-1"}]}]}]}
LIBRARY = {"id": "GHSA-2222-3333-4444", "aliases": ["CVE-2030-0001"], "modified": "2030-01-02T00:00:00Z",
           "published": "2030-01-01T00:00:00Z", "summary": "Keel \x1b[31mbreaks",
           "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
           "affected": [{"package": {"ecosystem": "npm", "name": "@hull/keel"}, "ranges": [{"type": "SEMVER", "events": [
               {"introduced": "1.0.0"}, {"fixed": "1.4.2"}, {"introduced": "2.0.0"}, {"last_affected": "2.2.0"}]}]}]}
TABLES = {"kev.tsv": "CVE-2030-0001\t2030-01-05\t1\n", "epss.tsv": "CVE-2030-0001\t0.25\n"}


def run(*args):
    p = subprocess.run([PROGRAM, *map(str, args)], capture_output=True, text=True, timeout=300, env=HOME)
    return p.returncode, p.stdout, p.stderr


def answer(*args):
    code, out, err = run("explain", "-f", "json", *args)
    data = json.loads(out)
    schemas.by_schema(data, os.path.join(schemas.ROOT, "data", "schema", "explain-1.schema.json"))
    return code, data


def own(database):
    folder = pathlib.Path(WORK.name, "feeds")
    folder.mkdir()
    (folder / "tracker.json").write_text(json.dumps(TRACKER))
    (folder / "DSA-9001-1.json").write_text(json.dumps(UPDATE))
    (folder / "GHSA-2222-3333-4444.json").write_text(json.dumps(LIBRARY))
    for name, text in TABLES.items():
        (folder / name).write_text(text)
    code, out, err = run("db", "build", "-q", "-o", database, folder)
    say(code == 0, "the database is built", code, out, err)


def check_own(database):
    code, got = answer("--db", database, "ghsa-2222-3333-4444")
    say(code == 0 and got["kind"] == "vulnerability" and got["id"] == "CVE-2030-0001",
        "a name that stands for a CVE, in small letters, leads to it", code, got)
    v = got["vulnerabilities"][0]
    say(v["aliases"] == ["GHSA-2222-3333-4444"] and v["severity"] == "critical" and v["cvss"][0]["score"] == 9.8 and
        v["kev_added"] == "2030-01-05" and v["ransomware"] and v["epss"] == 0.25 and v["published"].startswith("2030-01-01"),
        "its names, score, exploitation and dates", v)
    says = {(by["id"], a["ecosystem"], a["package"], a["status"], json.dumps(a["events"])) for by in got["stands_in"]
            for a in by["affects"]}
    fixed = lambda version: json.dumps([{"introduced": "0"}, {"fixed": version}])
    ranges = json.dumps([{"introduced": "1.0.0"}, {"fixed": "1.4.2"}, {"introduced": "2.0.0"}, {"last_affected": "2.2.0"}])
    states = {(i, e, p, s) for i, e, p, s, _ in says}
    say({("CVE-2030-0001", "Debian:12", "hull", "affected", fixed("1.2-3")),
         ("DSA-9001-1", "Debian:12", "hull", "affected", fixed("1.3-1")),
         ("GHSA-2222-3333-4444", "npm", "@hull/keel", "affected", ranges)} <= says and
        {("CVE-2030-0001", "Debian:11", "hull", "will_not_fix"), ("CVE-2030-0001", "Debian:13", "hull", "not_affected")} <= states,
        "every distribution's and ecosystem's word, by record", sorted(says))
    code, out, err = run("explain", "--db", database, "CVE-2030-0001")
    say(code == 0 and "known since 2030-01-05, by ransomware too" in out and "25.00 %" in out and "fixed in 1.2-3" in out and
        "affected, no fix will come" in out and "from 1.0.0, fixed in 1.4.2; from 2.0.0, to 2.2.0" in out and "\x1b" not in out,
        "the same for people, and nothing that a terminal would obey", out, err)
    code, got = answer("--db", database, "DSA-9001-1")
    say(code == 0 and got["kind"] == "update" and [v["id"] for v in got["vulnerabilities"]] == ["CVE-2030-0001", "CVE-2030-0002"] and
        [by["id"] for by in got["stands_in"]] == ["DSA-9001-1"], "an update is about several, and only its own word is told", got)
    code, out, err = run("explain", "--db", database, "DSA-9001-1")
    say(code == 0 and "hull security update" in out and "(2 vulnerabilities)" in out, "an update, for people", out, err)
    code, out, err = run("explain", "--db", database, "RHSA-2030:1")
    say(code == 3 and "in none of these sets" in out and "may exist all the same" in out and "database of 2030-01-01, " in out and
        "built-in of " in out and not err, "an id that no set has is told so, with their age", code, out, err)
    code, got = answer("--db", database, "RHSA-2030:1")
    say(code == 3 and got["kind"] == "unknown" and len(got["advisories"]["sets"]) == 2 and not got["stands_in"], "the same in JSON", got)


def check_built_in():
    code, got = answer("CVE-2024-21626")
    say(code == 0 and {a["id"] for a in got["attacks"]} == {"folder-of-host-kept", "mount-raced"} and
        [r["id"] for r in got["rules"]] == ["vulnerable-container-engine"] and
        {a["package"] for by in got["stands_in"] for a in by["affects"]} == {"runc", "github.com/opencontainers/runc"},
        "an escape of the built-in set with the attacks that use it", got)
    code, out, err = run("explain", "CVE-2022-0492")
    say(code == 0 and "hole-of-control-groups" in out and "workload-apparmor-off" in out, "what an attack needs besides", out, err)
    code, out, err = run("explain", "CVE-2031-99999")
    say(code == 3 and "Only the built-in set was asked" in out, "without a database it says so", code, out, err)
    code, out, err = run("explain", "--db", os.path.join(WORK.name, "missing"), "CVE-2022-0492")
    say(code == 3 and "missing" in err and not out, "a database that is not there is an error", code, out, err)
    for asked, kind in (("E1", "threat"), ("workload-engine-socket", "rule")):
        code, got = answer(asked)
        say(code == 0 and got["kind"] == kind and got["id"] == asked, "a %s in JSON" % kind, got)


def records(*files):
    for name in files:
        tar = subprocess.run(["zstd", "-dcq", SHARED / "osv" / name], check=True, capture_output=True).stdout
        with tarfile.open(fileobj=io.BytesIO(tar)) as members:
            yield from (json.load(members.extractfile(m)) for m in members)


def theirs(record):
    """(ecosystem, package, ends) that a record says."""
    for affected in record["affected"]:
        ends = {e.get("fixed") or e.get("last_affected") for r in affected.get("ranges", []) if r["type"] != "GIT"
                for e in r["events"] if "introduced" not in e}
        yield affected["package"]["ecosystem"], affected["package"]["name"], ends


def check_others(database):
    files = ["Debian.tar.zst", "AlmaLinux.tar.zst", "RubyGems.tar.zst"]
    code, out, err = run("db", "build", "-q", "-o", database, *(SHARED / "osv" / f for f in files + ["kev.tsv.zst", "cvss.tsv.zst"]))
    say(code == 0, "a database of others' records is built", code, out, err)
    by_name, update = {}, {}
    for r in records(*files):
        if not r.get("withdrawn"):
            for name in {r["id"], *r.get("aliases", []), *r.get("upstream", [])}:
                (by_name if name.startswith("CVE-") else update).setdefault(name, []).append(r)
    some = random.Random(7)
    asked = some.sample(sorted(by_name), 25) + ["CVE-2021-44228", "CVE-2014-0160", "CVE-2019-5736"]
    asked += some.sample(sorted(n for n in update if n.startswith("ALSA-")), 10)
    missing, more, n = [], [], 0
    for ident in asked:
        code, got = answer("--db", database, ident)
        said = {}
        for by in got["stands_in"]:
            for a in by["affects"] if by["set"] == "database" else ():
                ends = {e.get("fixed") or e.get("last_affected") for e in a["events"] if "introduced" not in e}
                said.setdefault((by["id"], a["ecosystem"], a["package"]), set()).update(ends)
        wanted = {}
        for r in by_name.get(ident, update.get(ident, [])):
            for ecosystem, package, ends in theirs(r):
                wanted.setdefault((r["id"], ecosystem, package), set()).update(ends)
        n += len(wanted)
        missing += [(ident, key, wanted[key]) for key in wanted if not wanted[key] <= said.get(key, set())]
        more += [(ident, key) for key in said if key not in wanted and key[0] not in {r["id"] for r in by_name.get(ident, [])}
                 and ident in key[0]]
    say(n > 150 and not missing, "all that the records of %d ids say of packages is told (%d)" % (len(asked), n), n, missing[:9])
    say(not more, "and nothing that they do not say", more[:9])


database = os.path.join(WORK.name, "own.db")
own(database)
check_own(database)
check_built_in()
if (SHARED / "osv").is_dir():
    check_others(os.path.join(WORK.name, "others.db"))
else:
    skip("all that others' records say is told", "no shared data at %s" % SHARED)
end()
