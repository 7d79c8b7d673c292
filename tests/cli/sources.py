#!/usr/bin/env python3
"""One image in every form that it can be handed over in: the packages found are the same, wherever they lie.
Other programs' forms are made by these programs; where one is not installed, its cases are skipped aloud.

  sources.py SCANTLING      TAP
"""
import io, json, os, shutil, subprocess, sys, tarfile, tempfile, threading, time

from tap import end, say, skip
from images import *

PROGRAM = sys.argv[1]
WORK = tempfile.TemporaryDirectory()
LAYERS = [tar(("etc", None), ("etc/os-release", OS_RELEASE), ("var", None), ("var/lib", None), ("var/lib/dpkg", None),
              ("var/lib/dpkg/status", status("old", "older")), ("lib", None), ("lib/apk", None), ("lib/apk/db", None),
              ("lib/apk/db/installed", b"P:gone\nV:1-r0\nA:x86_64\n\n")),
          tar(("var", None), ("var/lib", None), ("var/lib/dpkg", None), ("var/lib/dpkg/status", status("base", "libc6"))),
          tar(("lib", None), ("lib/apk", None), ("lib/apk/.wh.db", b""), ("opt", None), ("opt/x", b"x"))]
WANT = {("base", "1.0-1"), ("libc6", "1.0-1")}


def path(name):
    return os.path.join(WORK.name, name)


def write(name, data):
    with open(path(name), "wb") as f:
        f.write(data)
    return path(name)


def scan(*targets, stdin=None):
    """exit code, packages as (name, version) by target's order, the report."""
    out = subprocess.run([PROGRAM, "scan", "--no-cache", "-f", "json", *targets], stdout=subprocess.PIPE,
                         **({"stdin": stdin} if isinstance(stdin, int) else {"input": stdin}), stderr=subprocess.PIPE, timeout=300)
    report = json.loads(out.stdout) if out.returncode == 0 else {"packages": [], "incomplete": [], "elements": []}
    return out.returncode, {(p["name"], p["version"]) for p in report["packages"]}, report, out.stderr.decode(errors="replace")


def same(name, *targets, stdin=None, images=1):
    code, packages, report, err = scan(*targets, stdin=stdin)
    found = [e for e in report["elements"] if e["kind"] == "image"]
    say(code == 0 and packages == WANT and not report["incomplete"] and len(found) == images, name,
        "exit %d" % code, err, packages, report["incomplete"], [e["name"] for e in found])


def refused(name, target, says):
    code, _, _, err = scan(target)
    say(code == 3 and says in err, name, "exit %d" % code, err)


def same_in_pieces(name, archive):
    """A pipe that hands out little at a time: each member's body is cut after its first bytes."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as members:
        cuts = [0] + [m.offset_data + 100 for m in members if m.size > 100] + [len(archive)]
    reading, writing = os.pipe()
    sender = threading.Thread(target=send_pieces, args=(writing, [archive[a:b] for a, b in zip(cuts, cuts[1:])]))
    sender.start()
    same(name, "docker-archive:-", stdin=reading)
    os.close(reading)
    sender.join()


def send_pieces(fd, pieces):
    with os.fdopen(fd, "wb", buffering=0) as out:
        for piece in pieces:
            time.sleep(0.1)
            out.write(piece)


def tool(program, name, make):
    """A form that another program makes: make() returns the target."""
    if not shutil.which(program):
        skip(name, program + " is not installed")
        return
    same(name, make())


def command(*words):
    out = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
    if out.returncode != 0:
        print("# %s: %s" % (" ".join(words), out.stdout.strip()[-300:]))


def skopeo(destination, *options):
    def make():
        command("skopeo", "copy", "-q", "--insecure-policy", *options, "oci:" + path("oci") + ":t", destination)
        return destination
    return make


def folder_as_tar(folder):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as t:
        t.add(path(folder), arcname=".")
    return out.getvalue()


def old_save(layers, legacy_config=True):
    """`docker save` before content addressing: one directory a layer, the same layer twice as a link."""
    ids = ["%064x" % (i + 1) for i in range(len(layers))]
    members, seen, names = [], {}, []
    for i, (one, data) in enumerate(zip(ids, layers)):
        members += [(one, None), (one + "/VERSION", b"1.0"),
                    (one + "/json", json.dumps(dict({"id": one}, **({"parent": ids[i - 1]} if i else {}))).encode())]
        name = one + "/layer.tar"
        if data in seen:
            members.append(special(name, tarfile.SYMTYPE, linkname="../" + seen[data]))
        else:
            members.append((name, data))
            seen[data] = name
        names.append(name)
    config = json.dumps({"architecture": "amd64", "os": "linux", "config": {},
                         "rootfs": {"type": "layers", "diff_ids": [sha(t) for t in layers]}}).encode()
    file = sha(config)[7:] + ".json"
    manifest = json.dumps([{"Config": file, "RepoTags": ["example.org/a:t"], "Layers": names}]).encode()
    return tar(*members, (file, config), ("manifest.json", manifest), ("repositories", b'{"example.org/a": {"t": "%s"}}' % ids[-1].encode()),
               fmt=tarfile.USTAR_FORMAT)


def several():
    """Two images in one archive, with a layer in common."""
    members, manifest = {}, []
    for tag, layers in (("one", LAYERS), ("two", [LAYERS[0], tar(("var/lib/dpkg/status", status("second")))])):
        config = json.dumps({"architecture": "amd64", "os": "linux", "config": {"Env": ["TAG=" + tag]},
                             "rootfs": {"type": "layers", "diff_ids": [sha(t) for t in layers]}}).encode()
        members[sha(config)[7:] + ".json"] = config
        members.update({sha(t)[7:] + ".tar": t for t in layers})
        manifest.append({"Config": sha(config)[7:] + ".json", "RepoTags": ["example.org/a:" + tag], "Layers": [sha(t)[7:] + ".tar" for t in layers]})
    return tar(*members.items(), ("manifest.json", json.dumps(manifest).encode()))


def main():
    Layout(path("oci")).simple(*LAYERS)
    saved = docker_archive(LAYERS)
    same("oci", "oci:" + path("oci"))
    same("oci, by tag", "oci:" + path("oci") + ":t")
    same("a bare word that is a layout", path("oci"))
    with open(path("oci/index.json")) as f:
        digest = json.load(f)["manifests"][0]["digest"]
    same("oci, by digest", "oci:" + path("oci") + "@" + digest)
    refused("oci, a tag that is not there", "oci:" + path("oci") + ":u", 'index.json has no "u"')

    packed = folder_as_tar("oci")
    same("oci-archive", "oci-archive:" + write("oci.tar", packed))
    same("oci-archive, by tag", "oci-archive:" + path("oci.tar") + ":t")
    same("oci-archive, gzip", "oci-archive:" + write("oci.tar.gz", gz(packed)))
    same("oci-archive, a bare word", path("oci.tar"))
    same("oci-archive, standard input", "oci-archive:-", stdin=packed)

    same("docker-archive", "docker-archive:" + write("saved.tar", saved))
    same("docker-archive, by tag", "docker-archive:" + path("saved.tar") + ":t")
    same("docker-archive, by reference", "docker-archive:" + path("saved.tar") + ":example.org/a:t")
    refused("docker-archive, a tag that is not there", "docker-archive:" + path("saved.tar") + ":u", 'no image "u"')
    same("docker-archive, a bare word", path("saved.tar"))
    same("docker-archive, gzip", "docker-archive:" + write("saved.tar.gz", gz(saved)))
    same("docker-archive, standard input", "docker-archive:-", stdin=saved)
    same_in_pieces("docker-archive, standard input in small pieces", saved)
    same("docker-archive, gzip on standard input", "docker-archive:-", stdin=gz(saved))
    same("docker-archive with compressed layers", "docker-archive:" + write("inner.tar", inner_gzip()))
    tool("zstd", "docker-archive, zstd", lambda: "docker-archive:" + write("saved.tar.zst", zstd(saved)))
    tool("zstd", "oci with zstd layers", lambda: "oci:" + Layout(path("ozstd")).simple(*LAYERS, kind="layer.v1.tar+zstd", pack=zstd).path)
    same("oci with plain layers", "oci:" + Layout(path("oplain")).simple(*LAYERS, kind="layer.v1.tar", pack=bytes).path)

    twice = [LAYERS[0], LAYERS[2], LAYERS[1], LAYERS[2]]
    same("docker save of old, a layer twice as a link", "docker-archive:" + write("old.tar", old_save(twice)))
    same("the same, gzip", "docker-archive:" + write("old.tar.gz", gz(old_save(twice))))

    both = write("both.tar", several())
    _, packages, report, err = scan("docker-archive:" + both)
    names = [e["name"] for e in report["elements"] if e["kind"] == "image"]
    say(packages == WANT | {("second", "1.0-1"), ("gone", "1-r0")} and len(names) == 2 and not report["incomplete"], "two images in an archive", packages, names, err)
    same("one of two", "docker-archive:" + both + ":one")
    same("one of two, compressed", "docker-archive:" + write("both.tar.gz", gz(several())) + ":one")

    tool("skopeo", "skopeo's docker-archive", skopeo("docker-archive:" + path("s.tar"), "--additional-tag", "example.org/a:v"))
    tool("skopeo", "skopeo's oci-archive", skopeo("oci-archive:" + path("so.tar") + ":t"))
    tool("skopeo", "skopeo's oci with zstd", skopeo("oci:" + path("so") + ":t", "--dest-compress-format", "zstd", "--dest-compress"))
    tool("umoci", "umoci's unpacked bundle", unpacked)
    tool("umoci", "umoci's repacked image", repacked)
    same("several targets at once", "oci:" + path("oplain"), "docker-archive:" + path("old.tar.gz"), images=2)
    end()


def inner_gzip():
    """podman save and buildkit keep layers compressed."""
    config = json.dumps({"architecture": "amd64", "os": "linux", "config": {},
                         "rootfs": {"type": "layers", "diff_ids": [sha(t) for t in LAYERS]}}).encode()
    names = ["blobs/sha256/" + sha(gz(t))[7:] for t in LAYERS]
    file = "blobs/sha256/" + sha(config)[7:]
    return tar(*[(n, gz(t)) for n, t in zip(names, LAYERS)], (file, config),
               ("manifest.json", json.dumps([{"Config": file, "RepoTags": ["a:t"], "Layers": names}]).encode()))


def unpacked():
    command("umoci", "unpack", *([] if os.geteuid() == 0 else ["--rootless"]), "--image", path("oci") + ":t", path("bundle"))
    return "rootfs:" + path("bundle/rootfs")


def repacked():
    with open(path("bundle/rootfs/opt/new"), "w") as f:
        f.write("new")
    command("umoci", "repack", "--image", path("oci") + ":new", path("bundle"))
    return "oci:" + path("oci") + ":new"


main()
