#!/usr/bin/env python3
"""Charts and overlays by the real tools: what helm and kustomize print of those in tests/data/render is judged, and
nothing else. What is not installed is skipped aloud; tests/cli/render.py has all of it with tools of its own.

  render.py SCANTLING FOLDER      TAP
"""
import json, os, shutil, subprocess, sys

PROGRAM, FOLDER = sys.argv[1], sys.argv[2]
TESTS, FAILED = 0, 0


def scan(folder, *args):
    p = subprocess.run([PROGRAM, "scan", "--images=no", "-f", "json", *args, os.path.join(FOLDER, folder)],
                       capture_output=True, timeout=120)
    report = json.loads(p.stdout)
    workloads = {e["name"]: e["properties"].get("image") for e in report["elements"] if e["kind"] == "workload"}
    found = {(f["rule"], f["element"].split(":", 1)[1]) for f in report["findings"] if f["state"] == "open"}
    return workloads, found, [i["reason"] for i in report["incomplete"] if i["where"] != "images"]


def ok(what, holds, told=""):
    global TESTS, FAILED
    TESTS += 1
    FAILED += not holds
    print("%sok %d - %s" % ("" if holds else "not ", TESTS, what))
    if not holds:
        print("# %s" % (told,))


def skip(what):
    global TESTS
    TESTS += 1
    print("ok %d - # SKIP %s is not installed" % (TESTS, what))


if shutil.which("helm"):
    workloads, found, incomplete = scan("chart", "--render")
    ok("helm: helpers, values and loops make three workloads", workloads == {
        "default/Deployment/release-shop/web": "registry.example.org/shop/web:1.4",
        "default/Deployment/orders": "registry.example.org/shop/web:1.4",
        "default/Deployment/mail": "registry.example.org/shop/web:1.4"}, workloads)
    ok("helm: a condition of the values decides", ("workload-host-pid", "default/Deployment/release-shop/web") in found)
    ok("helm: what a loop makes is judged", {("workload-privileged", "default/Deployment/" + w) for w in ("orders", "mail")} <= found)
    ok("helm: nothing is left unsaid", not incomplete, incomplete)
else:
    skip("helm")

if shutil.which("kustomize"):
    workloads, found, incomplete = scan("kustomize/overlay", "--render")
    ok("kustomize: names, namespace and tag of the overlay",
       workloads == {"shop/Deployment/live-web/web": "registry.example.org/shop/web:2"}, workloads)
    ok("kustomize: its patch is judged", ("workload-host-net", "shop/Deployment/live-web/web") in found)
    ok("kustomize: nothing is left unsaid", not incomplete, incomplete)
else:
    skip("kustomize")

workloads, found, incomplete = scan("chart")
ok("unrendered, the templates are said to be unknown, and none is judged",
   not workloads and any("helm template" in i for i in incomplete), (workloads, incomplete))
print("1..%d" % TESTS)
sys.exit(bool(FAILED))
