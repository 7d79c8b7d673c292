#!/usr/bin/env python3
"""Documents as targets: what a folder holds, what a document names, several Compose files, what is refused, images.

  deployments.py SCANTLING      TAP
"""
import json, os, subprocess, sys, tempfile

from tap import end, say
from images import *

PROGRAM = os.path.abspath(sys.argv[1])
WORK = tempfile.TemporaryDirectory()
COMPOSE = "services:\n  web:\n    image: example.org/web:1\n    env_file: [app.env]\n    privileged: true\n"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  hostPID: true\n  containers: [{name: c, image: 'example.org/c:1'}]\n"


def write(name, text):
    path = os.path.join(WORK.name, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)
    return path


def scan(*args, stdin=None):
    out = subprocess.run([PROGRAM, "scan", "--no-cache", "--offline", "-f", "json", *args], capture_output=True, timeout=120, cwd=WORK.name,
                         input=None if stdin is None else stdin.encode())
    return out.returncode, json.loads(out.stdout) if out.returncode == 0 else {}, out.stderr.decode(errors="replace")


def open_rules(report, element=""):
    names = {e["id"]: e["name"] for e in report.get("elements", [])}
    return {f["rule"] for f in report.get("findings", []) if f["state"] == "open" and names[f["element"]].endswith(element)}


def where(report):
    return {i["where"]: i["reason"] for i in report.get("incomplete", [])}


# a folder
write("shop/compose.yaml", COMPOSE)
write("shop/app.env", "API_TOKEN=9f8a7b6c5d4e3f2a\n")
write("shop/compose.override.yaml", "services:\n  web:\n    pid: host\n")
write("shop/compose.prod.yaml", "services:\n  web:\n    ipc: host\n")
write("shop/k8s/pod.yaml", POD)
write("shop/node_modules/x/pod.yaml", POD)
write("shop/chart/Chart.yaml", "name: x\n")
write("shop/chart/templates/pod.yaml", "{{ x }}")
code, report, err = scan("shop")
say(code == 0 and {"workload-privileged", "workload-secret-in-environment"} <= open_rules(report, "web"),
    "a folder's Compose file is read, with the files that it names", code, err, open_rules(report, "web"))
say("workload-host-pid" in open_rules(report, "web") and "workload-host-ipc" not in open_rules(report, "web"),
    "its override file is merged, no other", open_rules(report, "web"))
say("shop" not in where(report) and "compose.prod.yaml" in where(report), "the other is said", where(report))
say("workload-host-pid" in open_rules(report, "/c"), "manifests in folders below are read", open_rules(report))
say("helm" in where(report).get("chart", ""), "a chart is said", where(report))
say(sum(e["kind"] == "workload" for e in report["elements"]) == 2, "node_modules is left out", report["elements"])

# single files, by content
code, report, err = scan(write("one/anything.yaml", POD))
say(code == 0 and "workload-host-pid" in open_rules(report), "a manifest of any name", code, err)
code, report, err = scan(write("one/stack.yml", "services:\n  a: {image: 'example.org/a:1', privileged: true}\n"))
say(code == 0 and "workload-privileged" in open_rules(report), "a Compose file of any name", code, err)
code, report, err = scan("compose:shop/compose.yaml,shop/compose.prod.yaml")
say(code == 0 and {"workload-privileged", "workload-host-ipc"} <= open_rules(report) and
    "workload-host-pid" not in open_rules(report), "several files are merged as with -f", code, err, open_rules(report))

# nothing outside of the folder is read
write("secret.env", "API_TOKEN=9f8a7b6c5d4e3f2a\n")
write("inner/compose.yaml", "services:\n  a: {image: 'example.org/a:1', env_file: ['../secret.env', 'link.env']}\n")
os.symlink("../secret.env", os.path.join(WORK.name, "inner/link.env"))
code, report, err = scan("inner")
said = [i["reason"] for i in report.get("incomplete", []) if ".env" in i["reason"]]
say(code == 0 and "workload-secret-in-environment" not in open_rules(report) and len(said) == 2,
    "neither a path nor a link leads out of the folder", code, err, report.get("incomplete"))

# damaged ones
code, report, err = scan(write("bad/compose.yaml", "services:\n  a: [\n"))
say(code == 3 and "line" in err, "a single damaged document cannot be read: exit 3", code, err)
write("bad/pod.yaml", POD)
code, report, err = scan("bad")
say(code == 0 and "compose.yaml" in where(report) and "workload-host-pid" in open_rules(report),
    "in a folder it costs only itself", code, err, where(report))
code, _, err = scan(write("empty/readme.txt", "nothing"), )
say(code == 3, "what is no document is refused", code, err)

# a Dockerfile decides for the service that is built from it
write("built/web/Dockerfile", "FROM debian:12\nUSER 10001\n")
write("built/api/Dockerfile", "FROM debian:12\n")
write("built/compose.yaml", "services:\n  web: {build: web}\n  api: {build: {context: ., dockerfile: api/Dockerfile}}\n")
code, report, err = scan("built")
names = {e["id"]: e["name"] for e in report.get("elements", [])}
users = {names[f["element"]]: f["state"] for f in report.get("findings", []) if f["rule"] == "workload-root-user"}
say(code == 0 and users == {"built/web": "mitigated", "built/api": "open"} or users == {"web": "mitigated", "api": "open"},
    "who a service runs as is taken from its Dockerfile", code, err, users)

# ... by the stage that the service asks for, and no other
STAGES = "FROM debian:12 AS app\nENV A=1\nUSER 10001\nFROM app AS dev\nUSER root\nEXPOSE 22\nFROM debian:12\n"
write("staged/Dockerfile", STAGES)
write("staged/compose.yaml", "services:\n  app: {build: {context: ., target: APP}}\n  same: {build: {context: ., target: '0'}}\n"
      "  dev: {build: {context: ., target: dev}}\n  last: {build: .}\n  none: {build: {context: ., target: nil}}\n")
code, report, err = scan("staged")
names = {e["id"]: e["name"].split("/")[-1] for e in report.get("elements", [])}
users = {names[f["element"]]: f["state"] for f in report.get("findings", []) if f["rule"] == "workload-root-user"}
images = {names[f["element"]]: f["state"] for f in report.get("findings", []) if f["rule"] == "image-root-user"}
ports = {names[f["element"]]: f["state"] for f in report.get("findings", []) if f["rule"] == "image-login-port"}
say(code == 0 and users == {"app": "mitigated", "same": "mitigated", "dev": "open", "last": "open", "none": "unknown"},
    "a service is the stage that it is built from", code, err, users)
say(images == {"app": "mitigated", "dev": "open", "2": "open"} and
    ports == {"app": "mitigated", "dev": "open", "2": "mitigated"}, "each that is built is judged once", images, ports)
say("nil" in where(report).get("Dockerfile", ""), "a stage that is not there is said", where(report))
write("staged/compose.yaml", "services:\n  app: {build: {context: ., target: app}}\n")
code, report, err = scan("staged")
say(code == 0 and len([f for f in report["findings"] if f["rule"] == "image-root-user"]) == 1,
    "what nobody builds is not judged", code, err)

# images of workloads
root = os.path.join(WORK.name, "root")
os.makedirs(os.path.join(root, "etc"))
with open(os.path.join(root, "etc/os-release"), "w") as f:
    f.write("ID=debian\nVERSION_ID=12\n")
write("run/compose.yaml", "services:\n  a: {image: 'example.org/a:1'}\n  b: {image: 'example.org/a:1'}\n")
code, report, err = scan("--image", "example.org/a:1=rootfs:root", "run")
images = [e for e in report.get("elements", []) if e["kind"] == "image"]
runs = [r for r in report.get("relations", []) if r["kind"] == "runs" and r["to"].startswith("image:")]
say(code == 0 and len(images) == 1 and len(runs) == 2, "an image that two run is looked at once, and joined to both",
    code, err, images, runs)
code, report, err = scan("--images=no", "run")
say(code == 0 and not any(e["kind"] == "image" for e in report["elements"]) and "images" not in where(report),
    "--images=no looks at none", code, err)

# standard input
for target, text in (("-", POD), ("kubernetes:-", POD), ("-", json.dumps({"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"hostPID": True, "containers": [{"name": "c", "image": "example.org/c:1"}]}}]}))):
    code, report, err = scan(target, stdin=text)
    say(code == 0 and "workload-host-pid" in open_rules(report), "%s reads what is piped into it: %s" % (target, text[:12]), code, err)
write("app.env", "API_TOKEN=9f8a7b6c5d4e3f2a\n")
code, report, err = scan("compose:-", stdin=COMPOSE)
say(code == 0 and "workload-secret-in-environment" in open_rules(report, "web"), "files that it names lie where the user is", code, err)
bom = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"type": "library", "name": "x", "version": "1", "purl": "pkg:npm/x@1"}]}
for target in ("-", "sbom:-"):
    code, report, err = scan(target, stdin=json.dumps(bom))
    say(code == 0 and [p["name"] for p in report["packages"]] == ["x"], "a bill of materials by %s" % target, code, err)
code, report, err = scan("-", stdin="")
say(code == 3 and "standard input is empty" in err, "an empty one is an error", code, err)
code, report, err = scan("-", stdin="x: 1\n")
say(code == 3 and "neither a document" in err, "and so is what nobody knows", code, err)
code, report, err = scan("--max-document", "1K", "kubernetes:-", stdin=POD + "# " + "x" * (80 << 10))
say(code == 3 and "standard input: more than 65536 bytes" in err, "it has a bound", code, err)

end()
