#!/usr/bin/env python3
"""The built-in advisories against facts of others: the escapes and, range by range, OSV records.

advisories.py BUILTIN_TEST DATA SHARED_DATA DIFFERENCES

Every fix that an OSV record names for the same vulnerability and package has to be one of ours, and every row of
escapes.md has to be there. Where we know better, DIFFERENCES says so with the reason: one line each, id, package,
reason. A line there that is needed no longer fails too. Skips where the shared data is not there.
"""
import io
import json
import pathlib
import re
import subprocess
import sys
import tarfile

from tap import end, say, skip_all

ECOSYSTEM_FILES = {"Go": "Go", "Bitnami": "Bitnami", "Maven": "Maven", "npm": "npm", "PyPI": "PyPI",
                   "RubyGems": "RubyGems", "Packagist": "Packagist"}


def ours(binary, data):
    """{(id, "ecosystem name"): set of ends}"""
    rows = {}
    for line in subprocess.run([binary, data, "--dump"], check=True, capture_output=True, text=True).stdout.splitlines():
        ident, ecosystem, name, _, end = line.split("\t")
        rows.setdefault((ident, f"{ecosystem} {name}"), set()).add(plain(end))
    return rows


def plain(version):
    """10.0 and 10.0.0 are one, and what Go adds to modules without go.mod says nothing."""
    version = version.replace("+incompatible", "").removeprefix("<=")
    return re.sub(r"(\.0)+$", "", version)


def theirs(shared, wanted):
    """The fixes that OSV records name for what is wanted."""
    rows = {}
    for ecosystem, file in ECOSYSTEM_FILES.items():
        tar = subprocess.run(["zstd", "-dcq", shared / f"{file}.tar.zst"], check=True, capture_output=True).stdout
        with tarfile.open(fileobj=io.BytesIO(tar)) as members:
            for member in members:
                record = json.load(members.extractfile(member))
                names = {record["id"], *record.get("aliases", []), *record.get("upstream", [])}
                for affected in record["affected"]:
                    package = f'{ecosystem} {affected["package"]["name"]}'
                    for ident in names:
                        if (ident, package) in wanted:
                            rows.setdefault((ident, package), set()).update(fixes(affected))
    return rows


def fixes(affected):
    return {plain(event["fixed"]) for one in affected.get("ranges", []) if one["type"] != "GIT"
            for event in one["events"] if "fixed" in event}


def escapes(shared):
    """CVE ids of the table's first column: 2019-5736, or 2025-31133 with more of the same row."""
    ids = set()
    for line in (shared / "escapes.md").read_text().splitlines():
        cells = line.split("|")
        if len(cells) > 3:
            ids.update(f"CVE-{i}" for i in re.findall(r"\b20\d\d-\d{4,}\b", cells[1]))
    return ids


def main():
    binary, data, shared, differences = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), pathlib.Path(sys.argv[4])
    if not (shared / "osv").is_dir():
        skip_all("no shared data at %s" % shared)
    rows = ours(binary, data)
    known = {}
    for line in differences.read_text().splitlines():
        if line and not line.startswith("#"):
            ident, package, reason = line.split("\t")
            known[ident, package] = reason
    facts = theirs(shared / "osv", rows)
    found = {key: sorted(ends - rows[key]) for key, ends in facts.items() if ends - rows[key]}
    print(f"# {len(facts)} of {len(rows)} rows have facts of others; {len(found)} differ")
    say(len(facts) > 350, "most can be compared", "few facts of others")
    unexplained = [f"{i}\t{p}\tours {sorted(rows[i, p])}, theirs also {v}" for (i, p), v in sorted(found.items()) if (i, p) not in known]
    say(not unexplained, "fixes agree, or the difference has a reason", *unexplained)
    idle = [f"{i} {p}" for i, p in sorted(known) if (i, p) not in found]
    say(not idle, "no reason without a difference", *idle)
    absent = sorted(escapes(shared) - {i for i, _ in rows})
    say(not absent, "every escape is there", *absent)
    end()


if __name__ == "__main__":
    main()
