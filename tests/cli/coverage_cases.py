#!/usr/bin/env python3
"""coverage_cases.py SCANTLING - what data/coverage.tsv says of Docker, Compose and Dockerfiles is true: for a small
example of what each check is about, one of the rules that are named has to be open. Prints TAP."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from tap import end, say

ROOT = pathlib.Path(__file__).resolve().parents[2]
GROUPS = ("trivy/dockerfile", "checkov/dockerfile", "kics/dockerfile", "kics/compose", "cis-docker")
# Shown by the golden cases of tests/data/rule, which have files and several services: these, and sections 1 and 3
# of CIS Docker.
ELSEWHERE = {("kics/compose", "shared_volumes_between_containers"), ("cis-docker", "7.3"), ("cis-docker", "7.4")}


def rows(path):
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def document(catalogue, check, text):
    """Name and content of the file that the case is."""
    if not text.startswith("{"):
        return "Dockerfile", text.replace("\\n", "\n") + "\n"
    if catalogue == "cis-docker" and (check.startswith("2.") or check == "4.5"):
        return "daemon.json", text
    return "compose.yaml", json.dumps({"services": {"a": {"image": "a:1", **json.loads(text)}}})


def open_rules(scantling, folder, name):
    run = subprocess.run([scantling, "scan", "--format", "json", "--offline", "--images", "no", name], cwd=folder,
                         capture_output=True, check=False)
    if run.returncode:
        sys.stderr.buffer.write(run.stderr)
        return set()
    return {f["rule"] for f in json.loads(run.stdout)["findings"] if f["state"] == "open"}


def main():
    scantling = os.path.abspath(sys.argv[1])
    covered = {(r[0], r[1]): r[2].split() for r in rows(ROOT / "data/coverage.tsv")
               if r[0] in GROUPS and r[2] not in "-?"}
    cases = list(rows(ROOT / "tests/cli/coverage_cases.tsv"))
    shown = {(c[0], c[1]) for c in cases} | ELSEWHERE
    seen = {}
    for catalogue, check, text in cases:
        name, content = document(catalogue, check, text)
        if content not in seen:
            with tempfile.TemporaryDirectory() as folder:
                pathlib.Path(folder, name).write_text(content)
                seen[content] = open_rules(scantling, folder, name)
        named = covered.get((catalogue, check), [])
        good = seen[content] & set(named)
        say(good, f"{catalogue} {check}: {' '.join(sorted(good) or named)}")
    bare = [f"{c} {i}" for c, i in covered if (c, i) not in shown and not (c == "cis-docker" and i[0] in "13")]
    say(not bare, "each check has an example", *bare)
    end()


main()
