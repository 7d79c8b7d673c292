#!/usr/bin/env python3
"""Charts and kustomizations: the user's own tools are run when he says so, and never otherwise; what cannot be rendered
is told once, with the command.

  render.py SCANTLING      TAP
"""
import json, os, subprocess, sys, tempfile

from tap import end, say

PROGRAM = sys.argv[1]
WORK = tempfile.TemporaryDirectory()
BIN, RAN = os.path.join(WORK.name, "bin"), os.path.join(WORK.name, "ran")
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec: {hostPID: true, containers: [{name: c, image: a.example.org/b}]}\n"


def write(name, text, mode=0o644):
    path = os.path.join(WORK.name, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)
    os.chmod(path, mode)


def tool(name, body):
    write("bin/" + name, "#!/bin/sh\necho \"$PWD: $0 $*\" >>%s\n%s\n" % (RAN, body), 0o755)


def scan(folder, *args):
    if os.path.exists(RAN):
        os.remove(RAN)
    env = dict(os.environ, PATH=BIN + ":/usr/bin:/bin", HOME=WORK.name)
    p = subprocess.run([PROGRAM, "scan", "-f", "json", *args, os.path.join(WORK.name, folder)], env=env, capture_output=True,
                       stdin=subprocess.DEVNULL, timeout=120)
    report = json.loads(p.stdout)
    open_ = {(f["element"].split("/")[-1], f["rule"]) for f in report["findings"] if f["state"] == "open"}
    ran = open(RAN).read() if os.path.exists(RAN) else ""
    return open_, [i["reason"] for i in report["incomplete"] if i["where"] != "images"], ran


write("chart/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n")
write("chart/templates/a.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Release.Name }}}\n")
write("chart/templates/b.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Release.Name }}}\n")
write("custom/kustomization.yaml", "resources: [pod.yaml]\n")
write("custom/pod.yaml", POD % "plain")
tool("helm", "cat <<'END'\n" + POD % "made" + "END")
tool("kustomize", "cat <<'END'\n" + POD % "built" + "END")

found, incomplete, ran = scan("chart")
say(len(incomplete) == 1 and "helm template" in incomplete[0], "a chart is told once, with the command")
say(not ran and not found & {("c", "workload-host-pid")}, "and nothing is run")
found, incomplete, ran = scan("chart", "--render")
say(ran.startswith(os.path.join(WORK.name, "chart") + ": ") and "template" in ran, "when told, helm is run in the chart's folder")
say(any(r == "workload-host-pid" for _, r in found) and not incomplete, "and what it prints is judged")
found, incomplete, ran = scan("custom")
say(any("kustomize build" in i for i in incomplete) and any(r == "workload-host-pid" for _, r in found) and not ran, "a kustomization is told, and its resources are judged as they are")
found, incomplete, ran = scan("custom", "--render")
say("build" in ran and not incomplete and
   sum(r == "workload-host-pid" for _, r in found) == 1, "when told, kustomize is run, and its resources are not judged twice")
tool("helm", "exit 3")
found, incomplete, ran = scan("chart", "--render")
say(len(incomplete) == 1 and "failed" in incomplete[0], "a tool that fails is told")
tool("helm", "while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done")
found, incomplete, ran = scan("chart", "--render", "--max-document", "1M")
say(len(incomplete) == 1 and "too much" in incomplete[0], "a tool that never stops is stopped")
os.remove(os.path.join(BIN, "helm"))
found, incomplete, ran = scan("chart", "--render")
say(len(incomplete) == 1 and "helm template" in incomplete[0], "a tool that is not there is told")
end()
