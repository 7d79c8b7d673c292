#!/usr/bin/env python3
"""Validate reports: each FILE (or each file of a folder) by what it is.

  schemas.py FILE|DIR...        a scantling report, SARIF, CycloneDX, SPDX, OpenVEX, Threat Dragon, OTM or
                                Navigator layer, recognised by content; drawings (.svg .dot .mermaid) by their name
  schemas.py --dump PROGRAM     the same for what PROGRAM writes into a new folder

Our own reports are validated with data/schema/report-1.schema.json and python3-jsonschema (Debian). The others want
the official schemas and validators, which are not ours to ship: `validators.sh DIR` installs them, and with
SCANTLING_VALIDATORS=DIR they are used. What is missing is skipped aloud; what a schema cannot say (that references
lead somewhere, that numbers agree) is always checked. Prints TAP.
"""
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

from tap import end, say, skip

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


def explain_schema(data, _):
    by_schema(data, os.path.join(ROOT, "data", "schema", "explain-1.schema.json"))


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
    for service in data.get("services", []):
        named = [p["value"] for p in service["properties"] if p["name"] == "scantling:element"]
        assert len(named) == 1 and service["bom-ref"] not in refs, f"{service['name']} is no element"
    known = [v["bom-ref"] for v in data.get("vulnerabilities", [])]
    assert len(known) == len(set(known)) and not set(known) & set(refs), "a vulnerability is there twice"
    for v in data.get("vulnerabilities", []):
        affected = [a["ref"] for a in v["affects"]]
        assert affected and set(affected) <= set(refs), f"{v['id']} affects what is not there"
        assert v["ratings"][0]["severity"] and v["recommendation"], v["id"]
    assert ("services" in data) == any(r["type"] == "threat-model" for r in data.get("externalReferences", []))
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


def uuid_like(text):
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text), f"{text} is no UUID"
    return text


def official(data, variable, name):
    path = os.environ.get(variable) or os.path.join(VALIDATORS, name)
    if not os.path.isfile(path):
        raise Skip(f"no official schema: {variable}=FILE names one")
    by_schema(data, path)


def openvex_sense(data, _):
    """What version 0.2.0 demands of a document and of its statements."""
    for key in ("@id", "author", "timestamp", "version"):
        assert data[key] or data[key] == "", key
    for s in data["statements"]:
        assert s["vulnerability"]["name"] and s["products"][0]["@id"], s
        assert s["status"] in ("affected", "not_affected", "under_investigation", "fixed"), s["status"]
        needs = {"not_affected": "impact_statement", "affected": "action_statement"}.get(s["status"])
        assert not needs or s[needs], f"{s['status']} without {needs}"


def dragon_schema(data, _):
    official(data, "THREAT_DRAGON_SCHEMA", "threat-dragon-v2.schema.json")


def dragon_sense(data, _):
    """What the program needs to open it and its documentation asks for; no package ships its schema."""
    stride = {"Spoofing", "Tampering", "Repudiation", "Information disclosure", "Denial of service",
              "Elevation of privilege"}
    suffers = {"tm.Actor": "SR", "tm.Process": "STRIDE", "tm.Store": "TRID"}
    shapes = {"actor": "tm.Actor", "process": "tm.Process", "store": "tm.Store", "flow": "tm.Flow",
              "trust-boundary-box": "tm.BoundaryBox"}
    assert data["version"] == "2.0" and data["summary"]["title"] and data["detail"]["contributors"] == []
    numbers = []
    for diagram in data["detail"]["diagrams"]:
        assert {"id", "title", "diagramType", "thumbnail", "version", "cells"} <= set(diagram)
        cells = {uuid_like(c["id"]): c for c in diagram["cells"]}
        assert len(cells) == len(diagram["cells"]), "two cells with one id"
        for c in cells.values():
            kind = c["data"]["type"]
            assert shapes[c["shape"]] == kind and isinstance(c["zIndex"], int)
            assert c["data"]["isTrustBoundary"] == (kind == "tm.BoundaryBox")
            if kind == "tm.Flow":
                ends = [cells[c[k]["cell"]]["shape"] for k in ("source", "target")]
                assert set(ends) <= {"actor", "process", "store"}, f"a flow between {ends}"
                continue
            assert min(c["position"]["x"], c["position"]["y"]) >= 0 and min(c["size"].values()) >= 10
            threats = c["data"].get("threats", [])
            assert c["data"]["hasOpenThreats"] or not [t for t in threats if t["status"] == "Open"]
            for t in threats:
                numbers.append(t["number"])
                uuid_like(t["id"])
                assert t["type"] in stride and t["type"][0] in suffers[kind], f"{t['type']} on a {kind}"
                assert t["severity"] in ("Low", "Medium", "High", "Critical") and t["modelType"] == "STRIDE"
                assert t["status"] in ("Open", "Mitigated", "NA") and t["title"] and t["mitigation"]
    assert numbers == list(range(1, data["detail"]["threatTop"] + 1)), "threats are not numbered through"


def otm_schema(data, _):
    official(data, "OTM_SCHEMA", "otm-0.2.0.schema.json")


def otm_sense(data, _):
    assert data["otmVersion"] == "0.2.0" and data["project"]["id"] and data["project"]["name"]
    zones = [z["id"] for z in data["trustZones"]]
    parts = [c["id"] for c in data["components"]]
    threats = [t["id"] for t in data["threats"]]
    cures = [m["id"] for m in data["mitigations"]]
    for ids in (zones, parts, threats, cures):
        assert len(ids) == len(set(ids)), "an id is there twice"
    for z in data["trustZones"]:
        assert 0 <= z["risk"]["trustRating"] <= 100 and z["name"]
    for c in data["components"]:
        assert c["parent"]["trustZone"] in zones and c["name"] and c["type"]
        for t in c["threats"]:
            assert t["threat"] in threats and t["state"]
            assert {m["mitigation"] for m in t["mitigations"]} <= set(cures)
    for f in data["dataflows"]:
        assert {f["source"], f["destination"]} <= set(parts), f"{f['id']} leads nowhere"
    for t in data["threats"]:
        assert 0 <= t["risk"]["impact"] <= 100 and t["categories"]


def navigator_schema(data, text):
    if not importlib.util.find_spec("mitreattack"):
        raise Skip("no mitreattack-python: see validators.sh")
    from mitreattack.navlayers import Layer

    layer = Layer()
    layer.from_str(text)
    assert layer.layer is not None, "the Navigator's own library does not take it"
    assert [t.techniqueID for t in layer.layer.techniques or []] == [t["techniqueID"] for t in data["techniques"]]


def navigator_sense(data, _):
    assert data["versions"]["layer"] == "4.5" and data["domain"] == "enterprise-attack" and data["name"]
    ids = [t["techniqueID"] for t in data["techniques"]]
    assert ids == sorted(set(ids)), "techniques are not in order, or twice"
    for t in data["techniques"]:
        assert re.fullmatch(r"T\d{4}(\.\d{3})?", t["techniqueID"]) and 0 <= t["score"] <= 100


def svg_sense(path):
    """Well-formed, stands alone, and no text of the input is markup."""
    allowed = {"svg", "style", "defs", "marker", "path", "rect", "g", "title", "text"}
    for el in xml.etree.ElementTree.parse(path).iter():
        assert el.tag.split("}")[1] in allowed, el.tag
        assert not [a for a in el.attrib if a.startswith("on") or a.endswith("href")], el.attrib
        assert "url(" not in (el.text or "").replace("url(#a)", ""), "fetches something"
        assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", el.text or ""), "controls in text"


def dot_sense(path):
    if not shutil.which("dot"):
        raise Skip("no Graphviz: install graphviz")
    drawn = subprocess.run(["dot", "-Tplain", path], capture_output=True, text=True)
    assert drawn.returncode == 0 and not drawn.stderr, drawn.stderr


def mermaid_sense(path):
    """Our subset of the grammar, so that no label can be anything else."""
    label = r'[\w .,:/=@+#;-]*(<br/>[\w .,:/=@+#;-]*)*'
    shape = rf'(\["{label}"\]|\("{label}"\)|\[\("{label}"\)\]|\{{\{{"{label}"\}}\}})'
    lines = [rf'  subgraph z\d+\["{label}"\]', "  end", rf'    n\d+{shape}(:::\w+)?', "flowchart LR",
             rf'  n\d+ (-->|==>|-\.->|-\.-x)\|"{label}"\| n\d+', r"  classDef \w+ [\w:#,-]+"]
    for line in open(path, encoding="utf-8"):
        assert any(re.fullmatch(x, line.rstrip("\n"), re.ASCII) for x in lines), line


# Not JSON: by the name of the report, which is what report_dump calls its files.
TEXTS = {"svg": svg_sense, "dot": dot_sense, "mermaid": mermaid_sense}

KINDS = {
    "threat-dragon": (lambda d: "detail" in d and "summary" in d, [dragon_schema, dragon_sense]),
    "otm": (lambda d: "otmVersion" in d, [otm_schema, otm_sense]),
    "attack-navigator": (lambda d: "layer" in d.get("versions", {}), [navigator_schema, navigator_sense]),
    "report": (lambda d: str(d.get("schema", "")).startswith("scantling/report/"), [report_schema, report_sense]),
    "explain": (lambda d: str(d.get("schema", "")).startswith("scantling/explain/"), [explain_schema]),
    "sarif": (lambda d: "runs" in d, [sarif_schema, sarif_sense]),
    "openvex": (lambda d: "openvex" in str(d.get("@context")), [openvex_sense]),
    "cyclonedx": (lambda d: d.get("bomFormat") == "CycloneDX", [cyclonedx_schema, cyclonedx_sense]),
    "spdx": (lambda d: "spdxVersion" in d, [spdx_schema, spdx_sense]),
}


def run(name, check, *args):
    try:
        check(*args)
        say(True, name)
    except Skip as why:
        skip(name, why)
    except Exception as why:  # a validator's own failure counts too
        say(False, name, f"{type(why).__name__}: {why}")


def validate(path):
    name = os.path.basename(path)
    text_check = TEXTS.get(name.rsplit(".", 1)[-1])
    if text_check:
        return run(f"{name}: {text_check.__name__}", text_check, path)
    try:
        data = load(path)
        text = open(path, encoding="utf-8").read()
        kind = next(k for k, (is_it, _) in KINDS.items() if is_it(data))
    except Exception as why:
        return say(False, f"{name} is a report of a known kind", f"{path}: {type(why).__name__}: {why}")
    for check in KINDS[kind][1]:
        run(f"{name}: {check.__name__}", check, data, text)


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
    with tempfile.TemporaryDirectory() as folder:
        if args[0] == "--dump":
            subprocess.run([*args[1:], folder], check=True)
            args = [folder]
        paths = list(files_of(args))
        for path in paths:
            validate(path)
    if not paths:
        say(False, "there is something to validate")
    end()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
