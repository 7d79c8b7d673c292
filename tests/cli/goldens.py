#!/usr/bin/env python3
"""What is found in deployments of others, each application of its own: how often each rule is open or unknown, the
worst path, how many there are, and what could not be read. Reviewed once; from then on no change goes unseen. What is
mitigated is left out: each new rule is so in most of them, and each has cases of its own.

  goldens.py SCANTLING SHARED_DATA GOLDENS [--accept]      TAP; skips aloud without the deployments; --accept writes
                                                           what is found now into GOLDENS
"""
import collections, difflib, json, os, subprocess, sys, tempfile

from tap import end, say, skip_all

PROGRAM = os.path.abspath(sys.argv[1])
SHARED = os.path.join(sys.argv[2], "deployments")
GOLDENS = os.path.abspath(sys.argv[3])
ACCEPT = "--accept" in sys.argv
COLLECTIONS = ["awesome-compose", "kubernetes-goat"]
HOME = tempfile.TemporaryDirectory()
SAME_EVERYWHERE = dict(os.environ, SOURCE_DATE_EPOCH="1700000000", HOME=HOME.name,
                       XDG_STATE_HOME=HOME.name, XDG_CACHE_HOME=HOME.name, XDG_DATA_HOME=HOME.name)


def scan(folder):
    """By its own name from beside it, so that no path of this machine is in the answer."""
    run = subprocess.run([PROGRAM, "scan", "--offline", "--no-advisories", "--images=no", "--no-cache", "-f", "json",
                          os.path.basename(folder)], cwd=os.path.dirname(folder), env=SAME_EVERYWHERE,
                         capture_output=True, timeout=120)
    return (json.loads(run.stdout) if run.returncode == 0 else None), run.stderr.decode(errors="replace")


def compact(report):
    counts = collections.Counter((f["rule"], f["state"]) for f in report["findings"])
    lines = ["%s %s %d" % (rule, state, n) for (rule, state), n in sorted(counts.items()) if state != "mitigated"]
    lines += ["incomplete " + where for where in sorted(i["where"] for i in report["incomplete"])]
    lines += ["paths %d" % len(report["paths"])]
    lines += ["worst " + p["sentence"] for p in report["paths"][:1]]
    return lines


def compare(name, folder):
    """None: as it was; otherwise how it differs."""
    golden = os.path.join(GOLDENS, name + ".txt")
    report, said = scan(folder)
    if report is None:
        return [said]
    found = compact(report)
    if ACCEPT:
        with open(golden, "w") as f:
            f.write("\n".join(found) + "\n")
        return None
    if not os.path.exists(golden):
        return ["no golden: run again with --accept, and review it"]
    with open(golden) as f:
        kept = f.read().splitlines()
    return None if found == kept else list(difflib.unified_diff(kept, found, "kept", "found", lineterm="", n=0))


def main():
    folders = [os.path.join(SHARED, c, name) for c in COLLECTIONS if os.path.isdir(os.path.join(SHARED, c))
               for name in sorted(os.listdir(os.path.join(SHARED, c))) if os.path.isdir(os.path.join(SHARED, c, name))]
    if not folders:
        skip_all("no deployments of others: give the build -Dshared_data=DIR")
    for folder in folders:
        name = "%s.%s" % (os.path.basename(os.path.dirname(folder)), os.path.basename(folder))
        why = compare(name, folder)
        say(not why, name, *(why or ()))
    end()


main()
