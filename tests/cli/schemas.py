#!/usr/bin/env python3
"""Validate reports: each FILE (or each file of a folder) by what it is.

  schemas.py FILE|DIR...        a scantling report, SARIF, CycloneDX or SPDX, recognised by its content
  schemas.py --dump PROGRAM     the same for what PROGRAM writes into a new folder

Our own reports are validated with data/schema/report-1.schema.json and python3-jsonschema (Debian). The others want
the official schemas and validators, which are not ours to ship: `validators.sh DIR` installs them, and with
SCANTLING_VALIDATORS=DIR they are used. What is missing is skipped aloud; what a schema cannot say (that references
lead somewhere, that numbers agree) is always checked. Prints TAP.
"""
import importlib.util
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
VALIDATORS = os.environ.get("SCANTLING_VALIDATORS", "")
STATES = ["open", "mitigated", "unknown", "accepted"]


class Skip(Exception):
    pass


def strict(pairs):
    keys = [k for k, _ in pairs]
    assert len(keys) == len(set(keys)), f"duplicate key in {keys}"
    return dict(pairs)


def load(path):
    with open(path, "rb") as f:
        return json.loads(f.read().decode("utf-8", "strict"), object_pairs_hook=strict)


def by_schema(data, schema_path):
    if not importlib.util.find_spec("jsonschema"):
        raise Skip("no jsonschema: install python3-jsonschema")
    import jsonschema

    schema = load(schema_path)
    checker = jsonschema.validators.validator_for(schema)
    checker.check_schema(schema)
    errors = sorted(checker(schema).iter_errors(data), key=lambda e: list(map(str, e.path)))
    assert not errors, "; ".join(f"{'/'.join(map(str, e.path))}: {e.message[:200]}" for e in errors[:5])


def report_schema(data, _):
    by_schema(data, os.path.join(ROOT, "data", "schema", "report-1.schema.json"))


def report_sense(data, _):
    elements = {e["id"] for e in data["elements"]}
    findings = {f["id"] for f in data["findings"]}
    assert len(elements) == len(data["elements"]), "element ids are not unique"
    for f in data["findings"]:
        assert f["element"] in elements, f"finding {f['id']} is about {f['element']}, which is no element"
        assert len(f["evidence"]) <= f["evidence_found"], f"finding {f['id']} has more evidence than was found"
        assert f["evidence"] or f["state"] == "accepted", f"finding {f['id']} ({f['rule']}) has no proof"
        assert f["stride"] == [s for s in "STRIDE" if s in {t[0] for t in f["threats"]}], f["rule"]
    for r in data["relations"]:
        assert r["from"] in elements and r["to"] in elements, f"relation {r['id']} leads nowhere"
    for p in data["packages"]:
        assert p["element"] in elements, f"package {p['name']} is of {p['element']}, which is no element"
    for state in STATES:
        shown = [f for f in data["findings"] if f["state"] == state]
        assert len(shown) <= data["summary"][state], f"more {state} findings than the summary counts"
        layers = sum(n[state] for n in data["summary"]["by_layer"].values())
        assert layers == data["summary"][state], f"{state}: the layers' numbers do not add up"
    # findings below --severity are counted and may be named by paths, but are not listed
    if sum(data["summary"][s] for s in STATES) == len(data["findings"]):
        named = [i for p in data["paths"] for s in p["steps"] for i in s["findings"]]
        named += [i for x in data["fixes"] for i in x["findings"]]
        assert set(named) <= findings, "a path or fix names a finding that is not there"


def sarif_schema(data, _):
    path = os.environ.get("SARIF_SCHEMA") or os.path.join(VALIDATORS, "sarif-schema-2.1.0.json")
    if not os.path.isfile(path):
        raise Skip("no official SARIF schema: see validators.sh")
    by_schema(data, path)


def sarif_sense(data, _):
    for run in data["runs"]:
        rules = run["tool"]["driver"]["rules"]
        taxa = {(t["name"], x["id"]) for t in run["taxonomies"] for x in t["taxa"]}
        for rule in rules:
            for r in rule["relationships"]:
                to = (r["target"]["toolComponent"]["name"], r["target"]["id"])
                assert to in taxa, f"{rule['id']} refers to {to}, which is in no taxonomy"
            float(rule["properties"]["security-severity"])
        for r in run["results"]:
            assert rules[r["ruleIndex"]]["id"] == r["ruleId"], "ruleIndex and ruleId disagree"
            assert (r["kind"] == "fail") == (r["level"] != "none"), "only what fails has a level"
            assert r["partialFingerprints"] and r["locations"], "a result without fingerprint or place"
            for place in r["locations"]:
                uri = place.get("physicalLocation", {}).get("artifactLocation", {}).get("uri", "x")
                assert uri.isascii() and not uri.startswith("/") and ":" not in uri.split("/")[0], uri


def cyclonedx_schema(_, text):
    if not importlib.util.find_spec("cyclonedx"):
        raise Skip("no cyclonedx-python-lib: see validators.sh")
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    assert error is None, str(error)[:500]


def cyclonedx_sense(data, _):
    parts = list(data["components"])
    if "component" in data["metadata"]:
        parts.append(data["metadata"]["component"])
    refs = [c["bom-ref"] for c in parts]
    assert len(refs) == len(set(refs)), "a bom-ref is there twice"
    for d in data["dependencies"]:
        assert {d["ref"], *d["dependsOn"]} <= set(refs), f"{d['ref']} depends on what is not there"
    depended = {r for d in data["dependencies"] for r in [d["ref"], *d["dependsOn"]]}
    assert depended == set(refs), "a component that nothing leads to"


def spdx_schema(_, text):
    if not importlib.util.find_spec("spdx_tools"):
        raise Skip("no spdx-tools: see validators.sh")
    from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import JsonLikeDictParser
    from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

    messages = validate_full_spdx_document(JsonLikeDictParser().parse(json.loads(text)))
    assert not messages, "; ".join(m.validation_message[:200] for m in messages[:5])


def spdx_sense(data, _):
    ids = [p["SPDXID"] for p in data["packages"]]
    assert len(ids) == len(set(ids)), "an SPDXID is there twice"
    known = set(ids) | {"SPDXRef-DOCUMENT", "NONE"}
    for r in data["relationships"]:
        assert {r["spdxElementId"], r["relatedSpdxElement"]} <= known, f"{r} leads nowhere"
    reached = {r["relatedSpdxElement"] for r in data["relationships"]} - {"NONE"}
    assert reached == set(ids), "a package that nothing leads to"


KINDS = {
    "report": (lambda d: str(d.get("schema", "")).startswith("scantling/report/"), [report_schema, report_sense]),
    "sarif": (lambda d: "runs" in d, [sarif_schema, sarif_sense]),
    "cyclonedx": (lambda d: d.get("bomFormat") == "CycloneDX", [cyclonedx_schema, cyclonedx_sense]),
    "spdx": (lambda d: "spdxVersion" in d, [spdx_schema, spdx_sense]),
}


class Tap:
    def __init__(self):
        self.n = self.failed = 0

    def say(self, good, name, note=""):
        self.n += 1
        self.failed += not good
        print(f"{'' if good else 'not '}ok {self.n} - {name}{note}", flush=True)

    def run(self, name, check, *args):
        try:
            check(*args)
            self.say(True, name)
        except Skip as why:
            self.say(True, name, f" # SKIP {why}")
        except Exception as why:  # a validator's own failure counts too
            print(f"# {name}: {type(why).__name__}: {str(why)[:2000]}")
            self.say(False, name)


def validate(tap, path):
    name = os.path.basename(path)
    try:
        data = load(path)
        text = open(path, encoding="utf-8").read()
        kind = next(k for k, (is_it, _) in KINDS.items() if is_it(data))
    except Exception as why:
        print(f"# {path}: {type(why).__name__}: {why}")
        return tap.say(False, f"{name} is a report of a known kind")
    for check in KINDS[kind][1]:
        tap.run(f"{name}: {check.__name__}", check, data, text)


def files_of(args):
    for arg in args:
        if not os.path.isdir(arg):
            yield arg
            continue
        for name in sorted(os.listdir(arg)):
            if name.rsplit(".", 1)[-1] != "table":
                yield os.path.join(arg, name)


def main(args):
    python = os.path.join(VALIDATORS, "bin", "python3")
    if VALIDATORS and os.path.exists(python) and sys.prefix != os.path.abspath(VALIDATORS):
        os.execv(python, [python, os.path.abspath(__file__), *args])
    if not args or args[0] in ("-h", "--help"):
        print(__doc__)
        return 2
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        if args[0] == "--dump":
            subprocess.run([*args[1:], folder], check=True)
            args = [folder]
        for path in files_of(args):
            validate(tap, path)
    print(f"1..{tap.n}")
    return 1 if tap.failed or not tap.n else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
