#!/usr/bin/env python3
"""What the command line refuses, and that it does so before anything is read or written.

  usage.py SCANTLING      TAP
"""
import os, stat, subprocess, sys, tempfile

from tap import end, say

PROGRAM = os.path.abspath(sys.argv[1])
WORK = tempfile.TemporaryDirectory()


def run(*args):
    p = subprocess.run([PROGRAM, *args], capture_output=True, text=True, timeout=60, cwd=WORK.name)
    return p.returncode, p.stdout, p.stderr


def refused(name, says, *args):
    """A usage error, one line of reason; the target, which does not exist, was not asked for."""
    code, out, err = run(*args)
    say(code == 2 and says in err and not out and "cannot be opened" not in err, name, code, out, err)


MISSING = "./missing.tar"
refused("an unknown command", "no command", "scna", MISSING)
refused("an unknown option", "--formt", "scan", "--formt", "json", MISSING)
refused("no target", "needs a TARGET", "scan")
refused("an unknown report", 'no report "yaml"', "scan", "-f", "yaml", MISSING)
refused("two reports for one place", "both go to standard output", "scan", "-f", "json", "-f", "sarif", MISSING)
refused("two reports for one file", "both go to out", "scan", "-f", "json=out", "-f", "sarif", "-o", "out", MISSING)
refused("a report that is no inventory", "is no inventory", "sbom", "-f", "sarif", MISSING)
refused("an unknown severity", "--severity", "scan", "-s", "bad", MISSING)
refused("an unknown reason to fail", "--fail-on", "scan", "--fail-on", "bad", MISSING)
refused("a number that is none", "--jobs", "scan", "-j", "many", MISSING)
code, out, err = run("scan", MISSING)
say(code == 3 and "missing.tar" in err, "a target that is not there", code, err)
say(os.listdir(WORK.name) == [], "nothing was written", os.listdir(WORK.name))
code, out, err = run("explain", "workload-secret-in-environment")
say(code == 0 and "DB_PASSWORD_FILE: /run/secrets" in out and "value: /secrets/db/password" in out and "Mitigated when" in out,
    "a rule is explained with its fix in each spelling", code, out, err)
code, out, err = run("explain", "E1")
severities = [line.split()[1] for line in out.splitlines() if line.startswith("  ") and line[2] != " "]
order = ["critical", "high", "medium", "low", "info"]
say(code == 0 and severities == sorted(severities, key=order.index) and len(severities) > 20 and
    max(map(len, out.splitlines())) <= 100, "a threat is explained with its rules, worst first", code, severities[:3], err)
refused("what is neither", "neither a threat, a rule nor", "explain", "E9")
with open(os.path.join(WORK.name, "feed.json"), "w") as f:
    f.write('{"id": "X-1", "modified": "2026-01-01T00:00:00Z", "affected": []}')
os.mkfifo(os.path.join(WORK.name, "pipe"))
for command in (["build", "-o", "pipe", "feed.json"], ["update", "-m", "file://" + WORK.name, "-o", "pipe"]):
    code, out, err = run("db", *command)
    say(code == 2 and "would be replaced" in err and stat.S_ISFIFO(os.stat(os.path.join(WORK.name, "pipe")).st_mode),
        "db %s does not put a file in the place of what is none" % command[0], code, out, err)
end()
