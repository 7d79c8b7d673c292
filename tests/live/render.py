#!/usr/bin/env python3
"""Charts and overlays by the real tools: what helm and kustomize print of those in tests/data/render is judged, and
nothing else. What is not installed is skipped aloud; tests/cli/render.py has all of it with tools of its own.

  render.py SCANTLING FOLDER      TAP
"""
import json, os, shutil, subprocess, sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
from tap import end, say, skip

PROGRAM, FOLDER = sys.argv[1], sys.argv[2]


def scan(folder, *args):
    p = subprocess.run([PROGRAM, "scan", "--images=no", "-f", "json", *args, os.path.join(FOLDER, folder)],
                       capture_output=True, timeout=120)
    report = json.loads(p.stdout)
    workloads = {e["name"]: e["properties"].get("image") for e in report["elements"] if e["kind"] == "workload"}
    found = {(f["rule"], f["element"].split(":", 1)[1]) for f in report["findings"] if f["state"] == "open"}
    return workloads, found, [i["reason"] for i in report["incomplete"] if i["where"] != "images"]


if shutil.which("helm"):
    workloads, found, incomplete = scan("chart", "--render")
    say(workloads == {
        "default/Deployment/release-shop/web": "registry.example.org/shop/web:1.4",
        "default/Deployment/orders": "registry.example.org/shop/web:1.4",
        "default/Deployment/mail": "registry.example.org/shop/web:1.4"},
        "helm: helpers, values and loops make three workloads", workloads)
    say(("workload-host-pid", "default/Deployment/release-shop/web") in found, "helm: a condition of the values decides")
    say({("workload-privileged", "default/Deployment/" + w) for w in ("orders", "mail")} <= found, "helm: what a loop makes is judged")
    say(not incomplete, "helm: nothing is left unsaid", incomplete)
else:
    skip("helm", "is not installed")

if shutil.which("kustomize"):
    workloads, found, incomplete = scan("kustomize/overlay", "--render")
    say(workloads == {"shop/Deployment/live-web/web": "registry.example.org/shop/web:2"},
        "kustomize: names, namespace and tag of the overlay", workloads)
    say(("workload-host-net", "shop/Deployment/live-web/web") in found, "kustomize: its patch is judged")
    say(not incomplete, "kustomize: nothing is left unsaid", incomplete)
else:
    skip("kustomize", "is not installed")

workloads, found, incomplete = scan("chart")
say(not workloads and any("helm template" in i for i in incomplete),
    "unrendered, the templates are said to be unknown, and none is judged", (workloads, incomplete))
end()
