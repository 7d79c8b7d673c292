#!/usr/bin/env python3
"""Fixes as patches, end to end: each is applied by patch(1), the result is scanned again, and what the fix closes is
no longer open; and all of the proven set together leave no path.

  patches.py SCANTLING [FOLDER...]      TAP; FOLDER: of deployments, all of which are taken too
"""
import json, os, shutil, subprocess, sys, tempfile

from tap import end, say, skip

PROGRAM = sys.argv[1]
WORK = tempfile.TemporaryDirectory()
SECRET = "quarterdeck-9f8a7b6c"
CASES = {
    "docker-compose.yml": f"""services:
  web:
    image: example.org/web:1
    privileged: true
    environment:
      DB_PASSWORD: {SECRET}
    pid: host
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock
""",
    "compose.yaml": """# a comment that stays
services:
  web:
    image: example.org/web:1   # so does this one
    privileged: true
    pid: host
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock
      - data:/data
    cap_add:
      - SYS_ADMIN
    security_opt:
      - seccomp:unconfined
  db:
    image: example.org/db:1
    volumes:
      - type: bind
        source: /etc
        target: /host/etc
    cap_drop:
      - MKNOD

volumes:
  data:
""",
    "flow/compose.yaml": """services:
  web: {image: "example.org/web:1", privileged: true, pid: host, volumes: [data:/data, "/var/run/docker.sock:/var/run/docker.sock"]}
  api:
    image: example.org/api:1
    cap_add: [NET_ADMIN, SYS_ADMIN]
    security_opt: ["seccomp:unconfined"]
    deploy: {resources: {limits: {cpus: "1"}}}   # a comment that stays
    environment: [LEVEL=info]
    volumes:
      - {type: bind, source: /etc, target: /host/etc}
  db: {
    image: example.org/db:1,
    cap_drop: [MKNOD],
    read_only: false
    }
volumes: {data: {}}
""",
    "flow/pod.yaml": """apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {hostPID: true, containers: [{name: web, image: "example.org/web:1", securityContext: {privileged: true, capabilities: {add: [SYS_PTRACE, CHOWN]}}}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      hostNetwork: true
      containers:
        - name: api
          image: example.org/api:1
          securityContext: {privileged: true}
          resources: {requests: {memory: 64Mi}}
        - {name: side, image: "example.org/side:1"}
""",
    "json/pod.json": """{
  "apiVersion": "v1",
  "kind": "Pod",
  "metadata": {"name": "web"},
  "spec": {
    "hostPID": true,
    "containers": [
      {
        "name": "web",
        "image": "example.org/web:1",
        "securityContext": {
          "privileged": true,
          "capabilities": {
            "add": [
              "SYS_PTRACE",
              "SYS_ADMIN"
            ]
          }
        }
      },
      {
        "name": "side",
        "image": "example.org/side:1"
      }
    ],
    "hostIPC": true
  }
}
""",
    "more/compose.yaml": """services:
  web:
    build:
      context: .
      privileged: true
    ports:
      - 80:80
      - "5000:5000/tcp"
      - "5000:5000/udp"
      - "0.0.0.0:6379:6379/tcp"
      - target: 5432
        published: 5432
      - {target: 3306, published: 3306}
      - "127.0.0.1:9000:9000"
    security_opt:
      - systempaths=unconfined
  db: {image: "example.org/db:1", ports: ["3307:3306", "2379:2379"], ipc: host, uts: host}
""",
    "more/deployment.yaml": """apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      priorityClassName: system-node-critical
      shareProcessNamespace: true
      containers:
      - name: api
        image: example.org/api:1
        securityContext:
          privileged: true
          procMount: Unmasked
""",
    "anchors/compose.yaml": """x-common: &common
  privileged: true
  cap_add: [SYS_ADMIN]
services:
  web:
    <<: *common
    image: example.org/web:1
    pid: host
  db: &db
    image: example.org/db:1
    volumes: &mounts
      - /var/run/docker.sock:/var/run/docker.sock
  other:
    image: example.org/other:1
    volumes: *mounts
""",
    "docker/Dockerfile": """FROM registry.example.org/base:1 AS build
ADD src /src
RUN make -C /src

FROM registry.example.org/base:1
  add --chown=1:1 site /site
COPY --from=build /src/app /app
CMD ["/app"]""",
    "engine/daemon.json": """{
  "icc": true,
  "log-opts": {"max-file": "3"},
  "experimental": true
}
""",
    "json/compose.json": """{"services": {
  "web": {"image": "example.org/web:1", "pid": "host", "cap_add": ["SYS_ADMIN"]}
}}
""",
    "pod.yaml": """apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  hostPID: true
  containers:
    - name: web
      image: example.org/web:1
      securityContext:
        privileged: true
        capabilities:
          add:
            - SYS_PTRACE
      volumeMounts:
        - name: root
          mountPath: /host
    - image: example.org/side:1
      name: side
  volumes:
    - name: root
      hostPath:
        path: /
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers:
      - name: api
        image: example.org/api:1
        resources:
          requests:
            memory: 64Mi""",
}


def scan(folder):
    run = subprocess.run([PROGRAM, "scan", "-f", "json", "--offline", folder], capture_output=True)
    if run.returncode:
        run = subprocess.run([PROGRAM, "scan", "-f", "json", folder], capture_output=True)
    return json.loads(run.stdout) if run.returncode == 0 else None


def apply(folder, patch):
    run = subprocess.run(["patch", "-p1", "--fuzz=0", "-d", folder], input=patch.encode(), capture_output=True)
    return run.returncode == 0, (run.stdout + run.stderr).decode("utf-8", "replace") + patch


def open_in(report):
    return {f["id"]: f["rule"] for f in report["findings"] if f["state"] == "open"}


def copy(source, name):
    to = os.path.join(WORK.name, "again", name)
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(source, to, symlinks=True)
    return to


def one(source, name, must_patch):
    before = scan(copy(source, name))
    if before is None:
        return say(not must_patch, f"{name}: read")
    opened = open_in(before)
    patched = 0
    for fix in before["fixes"]:
        if not fix.get("patch"):
            continue
        patched += 1
        folder = copy(source, name)
        good, note = apply(folder, fix["patch"])
        good = good and SECRET not in fix["patch"]
        after = scan(folder) if good else None
        left = {opened[i] for i in fix["findings"] if after and i in open_in(after)}
        say(good and after and not left, f"{name}: {opened[fix['findings'][0]]} is closed by its patch, which quotes no secret",
            f"still open: {left}\n{note}")
    say(patched or not must_patch, f"{name}: has patches")


def main():
    for file, text in CASES.items():
        folder = os.path.join(WORK.name, "made", file.replace("/", "-").split(".")[0])
        os.makedirs(folder)
        with open(os.path.join(folder, os.path.basename(file)), "w") as f:
            f.write(text)
        one(folder, file, True)
    for top in sys.argv[2:]:
        if not os.path.isdir(top):
            skip("deployments of others", "no " + os.path.basename(top))
            continue
        for name in sorted(os.listdir(top)):
            if os.path.isdir(os.path.join(top, name)):
                one(os.path.join(top, name), name, False)
    end()


main()
