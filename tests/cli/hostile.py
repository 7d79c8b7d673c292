#!/usr/bin/env python3
"""Hostile and broken images, end to end: one clear line with place and reason, the right exit code, the rest of the
scan complete and marked incomplete, in bounded time and memory.

  hostile.py SCANTLING [WORD...]      TAP; WORD: only cases whose name has it
"""
import gzip, io, json, os, re, shutil, stat, subprocess, sys, tarfile, tempfile, threading, time, zlib

from tap import end, say, skip_all
from images import *

if not shutil.which("zstd") or not shutil.which("setpriv"):
    skip_all("needs zstd and setpriv")

SECONDS, MEGABYTES = 60, 400  # of one scan; sanitizers get more
SANITIZED = False
CASES = []


def case(name, incomplete=(), packages=("base",), exit=0, stderr=None, args=()):
    """The decorated function makes the target in a directory. `incomplete`: patterns for WHERE: REASON, one each."""
    def add(make):
        CASES.append((name, make, [incomplete] if isinstance(incomplete, str) else incomplete,
                      None if packages is None else set(packages), exit, stderr, args))
        return make
    return add


def layout(work, *tars, **more):
    return "oci:" + Layout(os.path.join(work, "l")).simple(*tars, **more).path


def blobs(work, *blobs_, diff_ids=None, kind="layer.v1.tar+gzip"):
    """A layout of layers as they are."""
    made = Layout(os.path.join(work, "l"))
    return "oci:" + made.image([made.descriptor(kind, b) for b in blobs_], diff_ids or [sha(b) for b in blobs_]).path


def save(work, data, name="a.tar"):
    path = os.path.join(work, name)
    with open(path, "wb") as f:
        f.write(data)
    return path


BASE = debian("base")
MORE = tar(("opt/more", b"x"))

# ---- bombs ----

ZEROS = bytes(1 << 20)


def gzip_of_zeros(mebibytes, head=b""):
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    return squeeze.compress(head) + b"".join(squeeze.compress(ZEROS) for _ in range(mebibytes)) + squeeze.flush()


def header_of(name, size):
    info = tarfile.TarInfo(name)
    info.size = size
    return info.tobuf(tarfile.GNU_FORMAT)


@case("gzip bomb: more than --max-bytes", r"layer 2.*unpacks to more than 104857600 bytes; raise --max-bytes", args=["--max-bytes", "100M"])
def _(work):
    return blobs(work, gz(BASE), gzip_of_zeros(300, header_of("opt/zeros", 300 << 20)))


@case("gzip bomb: more than --max-ratio", r"layer 2.*unpacks to more than 500 times its size; raise --max-ratio", args=["--max-ratio", "500"])
def _(work):
    return blobs(work, gz(BASE), gzip_of_zeros(300, header_of("opt/zeros", 300 << 20)))


@case("zstd bomb: the default ratio", r"layer 2.*unpacks to more than 1000 times its size")
def _(work):
    return blobs(work, gz(BASE), zstd(header_of("opt/zeros", 512 << 20) + bytes(512 << 20)), kind="layer.v1.tar+zstd")


@case("zstd window of 2 GiB", r"layer 2.*zstd data is damaged: .*[Ff]rame.*memory")
def _(work):
    return blobs(work, gz(BASE), b"\x28\xb5\x2f\xfd\x00\xa8" + b"\x01\x00\x00" + bytes(64), kind="layer.v1.tar+zstd")


@case("bomb in a bomb: a compressed docker-archive", r"unpacks to more than 104857600 bytes", packages=(), exit=3, args=["--max-bytes", "100M"],
      stderr=r"unpacks to more than 104857600 bytes")
def _(work):
    inner = gzip_of_zeros(1 << 10, header_of("opt/zeros", 1 << 30))
    bomb = inner + bytes(200 << 20)  # the outer file grows as well
    return "docker-archive:" + save(work, gz(docker_archive([BASE, bomb])))


@case("bomb in a bomb: only the inner layer", r"layer 2.*unpacks to more than 104857600 bytes", args=["--max-bytes", "100M"])
def _(work):
    inner = gzip_of_zeros(1 << 10, header_of("opt/zeros", 1 << 30))
    return "docker-archive:" + save(work, docker_archive([BASE, inner]))


@case("the same, streamed", [r"unpacks to more than 104857600 bytes", r"layer 2.*could not be read"], args=["--max-bytes", "100M"])
def _(work):
    inner = gzip_of_zeros(1 << 10, header_of("opt/zeros", 1 << 30))
    return "docker-archive:" + save(work, gz(docker_archive([BASE, inner])))


@case("a package database that is a bomb", r"var/lib/dpkg/status: .*bytes are more than dpkg_status reads", packages=(), args=["--max-ratio", "0"])
def _(work):
    size = 1 << 30
    return blobs(work, gz(tar(("etc/os-release", OS_RELEASE))), gzip_of_zeros(1025, header_of("var/lib/dpkg/status", size)))


# ---- damage ----

def damage(name, pack, kind, word):
    packed = pack(tar(("opt/big", os.urandom(100000)), ("opt/x", b"x" * 50000)))
    cut, flipped = packed[:len(packed) * 2 // 3], bytearray(packed)
    flipped[len(packed) // 2] ^= 4

    def swapped(data):
        """The blob is changed, the digest stays."""
        def make(work):
            made = Layout(os.path.join(work, "l"))
            d = made.descriptor(kind, packed)
            made.image([made.descriptor(kind, pack(BASE)), d], [sha(BASE), sha(b"2")])
            with open(made.where(d["digest"]), "wb") as f:
                f.write(data)
            return "oci:" + made.path
        return make

    def honest(data):
        return lambda work: blobs(work, pack(BASE), data, kind=kind)

    case(name + ": truncated", r"layer 2 \(sha256:.*\d+ bytes, and the manifest says")(swapped(cut))
    case(name + ": truncated, digest right", r"layer 2 .*(cut off|damaged|truncated|Truncated)")(honest(cut))
    case(name + ": a bit flipped", r"layer 2 .*(digest is sha256:\w+, not sha256:|damaged)")(swapped(bytes(flipped)))
    if word:
        case(name + ": a bit flipped, digest right", r"layer 2 .*" + word)(honest(bytes(flipped)))
    case(name + ": longer than declared", r"layer 2 .*\d+ bytes, and the manifest says")(swapped(packed + b"more"))
    case(name + ": empty", r"layer 2 .*0 bytes, and the manifest says")(swapped(b""))


damage("gzip", gz, "layer.v1.tar+gzip", "gzip data is damaged")
damage("zstd", lambda t: subprocess.run(["zstd", "-qc", "--check"], input=t, stdout=subprocess.PIPE, check=True).stdout,
       "layer.v1.tar+zstd", "zstd data is damaged")
damage("plain", lambda t: t, "layer.v1.tar", None)


@case("plain: a header's bit flipped, digest right", r"layer 2 .*tar near byte")
def _(work):
    data = bytearray(tar(("opt/a", b"x" * 5000), ("opt/b", b"x"), fmt=tarfile.GNU_FORMAT))
    data[512 + 5120 + 3] ^= 1
    return blobs(work, BASE, bytes(data), kind="layer.v1.tar")


@case("not a tar at all", r"layer 2 .*tar near byte")
def _(work):
    return blobs(work, gz(BASE), gz(b"\x7fELF" + os.urandom(5000)))


@case("an empty blob is no layer, an empty tar is one", [])
def _(work):
    return layout(work, BASE, tar(), bytes(10240))


@case("no end of archive", [])
def _(work):
    return layout(work, BASE.rstrip(b"\0") + bytes(-len(BASE.rstrip(b"\0")) % 512), MORE)


@case("gzip in members, bytes behind them", [])
def _(work):
    return blobs(work, gz(BASE[:700]) + gz(BASE[700:]) + bytes(512), gz(MORE))


# ---- documents ----

def with_index(text):
    def make(work):
        made = Layout(os.path.join(work, "l")).simple(BASE)
        made.write("index.json", text if isinstance(text, bytes) else text(made))
        return "oci:" + made.path
    return make


case("index.json is empty", exit=3, stderr=r"index.json", packages=())(with_index(b""))
case("index.json is cut off", exit=3, stderr=r"index.json: line 1", packages=())(with_index(b'{"schemaVersion": 2, "manifests": ['))
case("index.json has a key twice", exit=3, stderr=r"index.json: line 1.*twice|duplicate|again", packages=())(
    with_index(b'{"schemaVersion": 2, "manifests": [], "manifests": []}'))
case("index.json has nothing in it", exit=3, stderr=r"index.json lists no image", packages=())(with_index(b'{"schemaVersion": 2, "manifests": []}'))
case("index.json is nested deeply", exit=3, stderr=r"index.json: line 1.*deep|nested", packages=())(with_index(b"[" * 100000 + b"]" * 100000))
case("index.json is huge", exit=3, stderr=r"index.json: .*(larger|more than)", packages=())(with_index(b" " * (20 << 20) + b"{}"))
case("index.json is many megabytes of numbers", exit=3, stderr=r"index.json", packages=())(
    with_index(b'{"schemaVersion": 2, "manifests": [' + b"1," * (3 << 20) + b"1]}"))
case("index.json has bad UTF-8", exit=3, stderr=r"index.json: line 1", packages=())(with_index(b'{"schemaVersion": 2, "a": "\xff"}'))


@case("an index that leads to itself", exit=3, stderr=r"digest", packages=())
def _(work):
    made = Layout(os.path.join(work, "l"))
    made.index([{"mediaType": OCI + "index.v1+json", "digest": "sha256:" + "0" * 64, "size": 1}])
    with open(os.path.join(made.path, "index.json"), "rb") as f:
        text = f.read()
    with open(made.where("sha256:" + "0" * 64), "wb") as f:
        f.write(text)  # only with a lie about its digest can it be a circle
    return "oci:" + made.path


@case("indexes nested without end", exit=3, stderr=r"indexes are nested deeper than 4", packages=())
def _(work):
    made = Layout(os.path.join(work, "l")).simple(BASE)
    with open(os.path.join(made.path, "index.json")) as f:
        inner = json.load(f)["manifests"]
    for _ in range(20):
        inner = [made.descriptor("index.v1+json", json.dumps({"schemaVersion": 2, "manifests": inner}).encode())]
    made.index(inner)
    return "oci:" + made.path


def one_manifest(change):
    def make(work):
        made = Layout(os.path.join(work, "l"))
        manifest = made.manifest([made.descriptor("layer.v1.tar+gzip", gz(BASE))], [sha(BASE)])
        text = change(made, manifest)
        text = text if isinstance(text, bytes) else json.dumps(text or manifest).encode()
        made.index([made.descriptor("manifest.v1+json", text)])
        return "oci:" + made.path
    return make


case("a manifest that is an index as well", exit=3, stderr=r"both a manifest and something else", packages=())(
    one_manifest(lambda made, m: dict(m, manifests=[])))
case("a manifest that calls itself an index", exit=3, stderr=r"media type|mediaType|index", packages=())(
    one_manifest(lambda made, m: dict(m, mediaType=OCI + "index.v1+json")))
case("an index where a manifest should be", exit=3, stderr=r"both a manifest and something else", packages=())(
    one_manifest(lambda made, m: {"schemaVersion": 2, "mediaType": OCI + "index.v1+json", "manifests": []}))
case("schema 1", exit=3, stderr=r"schema 1", packages=())(
    one_manifest(lambda made, m: {"schemaVersion": 1, "name": "x", "tag": "t", "fsLayers": [], "history": []}))
case("a manifest of another digest", exit=3, stderr=r"digest", packages=())(
    one_manifest(lambda made, m: swap_after(made, m)))


def swap_after(made, manifest):
    text = json.dumps(manifest).encode()
    real = made.descriptor

    def lying(kind, data, **more):
        d = real(kind, data, **more)
        with open(made.where(d["digest"]), "ab") as f:
            f.write(b" ")
        return d
    made.descriptor = lying
    return text


@case("the configuration is missing", r"configuration: .*No such file")
def _(work):
    made = Layout(os.path.join(work, "l"))
    m = made.manifest([made.descriptor("layer.v1.tar+gzip", gz(BASE))], [sha(BASE)])
    os.unlink(made.where(m["config"]["digest"]))
    made.index([made.descriptor("manifest.v1+json", json.dumps(m).encode())])
    return "oci:" + made.path


@case("the configuration is damaged", r"configuration: .*line 1")
def _(work):
    made = Layout(os.path.join(work, "l"))
    m = made.manifest([made.descriptor("layer.v1.tar+gzip", gz(BASE))])
    m["config"] = made.descriptor("config.v1+json", b'{"os": ')
    made.index([made.descriptor("manifest.v1+json", json.dumps(m).encode())])
    return "oci:" + made.path


def layers(change):
    """The second layer's descriptor is changed."""
    def make(work):
        made = Layout(os.path.join(work, "l"))
        second = made.descriptor("layer.v1.tar+gzip", gz(MORE))
        second = change(made, second) or second
        return "oci:" + made.image([made.descriptor("layer.v1.tar+gzip", gz(BASE)), second], [sha(BASE), sha(MORE)]).path
    return make


def fifo(made, d):
    os.unlink(made.where(d["digest"]))
    os.mkfifo(made.where(d["digest"]))


def folder(made, d):
    os.unlink(made.where(d["digest"]))
    os.mkdir(made.where(d["digest"]))


def link_outside(made, d):
    os.unlink(made.where(d["digest"]))
    os.symlink("/etc/passwd", made.where(d["digest"]))


def link_to_device(made, d):
    os.unlink(made.where(d["digest"]))
    os.symlink("/dev/zero", made.where(d["digest"]))


def no_permission(made, d):
    os.chmod(made.where(d["digest"]), 0)


case("a layer's blob is missing", r"layer 2 .*No such file")(layers(lambda made, d: os.unlink(made.where(d["digest"]))))
case("a layer's blob is a pipe", r"layer 2 .*not a regular file")(layers(fifo))
case("a layer's blob is a directory", r"layer 2 .*(not a regular file|[Ii]s a directory)")(layers(folder))
case("a layer's blob is a link to /etc/passwd", r"layer 2 .*a link out of the layout")(layers(link_outside))
case("a layer's blob is a link to /dev/zero", r"layer 2 .*a link out of the layout")(layers(link_to_device))
case("a layer's size is a lie", r"layer 2 .*\d+ bytes, and the manifest says 1099511627776")(layers(lambda made, d: dict(d, size=1 << 40)))
case("a layer's digest is not one", [], exit=3, stderr="digest", packages=())(layers(lambda made, d: dict(d, digest="sha256:../../../../etc/passwd")))
case("a layer's digest is of an unknown kind", [], exit=3, stderr="digest", packages=())(layers(lambda made, d: dict(d, digest="md5:" + "0" * 32)))
case("a layer of unknown media type", r"layer 2 .*media type")(layers(lambda made, d: dict(d, mediaType="application/x-example")))
case("a foreign layer that is not here", r"layer 2 .*(foreign|non-?distributable|not here)")(
    layers(lambda made, d: os.unlink(made.where(d["digest"])) or dict(d, mediaType=OCI + "layer.nondistributable.v1.tar+gzip", urls=["https://example.org/x"])))
case("permission denied", r"layer 2 .*[Pp]ermission denied")(layers(no_permission))


@case("fifty thousand layers", packages=(), exit=3, stderr=r"bytes are more than")
def _(work):
    made = Layout(os.path.join(work, "l"))
    many = [{"mediaType": OCI + "layer.v1.tar", "digest": "sha256:%064x" % i, "size": 1} for i in range(50000)]
    return "oci:" + made.image(many).path


@case("nine thousand layers that are not there", None, packages=())
def _(work):
    made = Layout(os.path.join(work, "l"))
    many = [{"mediaType": OCI + "layer.v1.tar", "digest": "sha256:%064x" % i, "size": 1} for i in range(9000)]
    return "oci:" + made.image(many, [m["digest"] for m in many]).path


@case("a thousand times the same layer", [])
def _(work):
    made = Layout(os.path.join(work, "l"))
    return "oci:" + made.image([made.descriptor("layer.v1.tar+gzip", gz(BASE))] * 1000, [sha(BASE)] * 1000).path


# ---- names and kinds in the tar ----

@case("long names, PAX and GNU", [])
def _(work):
    long = "/".join(["d" * 200] * 15) + "/" + "f" * 200
    link = special("opt/l", tarfile.SYMTYPE, linkname="t" * 3000)
    return layout(work, BASE, tar((long, b"x"), link, ("opt/" + "n" * 255, b"")),
                  tar((long, b"x"), link, ("opt/" + "m" * 255, b""), fmt=tarfile.GNU_FORMAT))


@case("names that are too long", [])
def _(work):
    return layout(work, BASE, tar(("x/" * 5000 + "y", b"x"), ("z" * 70000, b""), ("opt/after", b"")))


@case("names with newlines, escapes, bad UTF-8, NUL", [])
def _(work):
    raw = b"opt/a\nb\x1b[31mc\xff\xfe"
    bad = bytearray(header_of("x", 0))
    bad[0:len(raw)] = raw
    bad[148:156] = b" " * 8
    bad[148:156] = b"%06o\0 " % sum(bad)
    return layout(work, BASE, bytes(bad) + bytes(1024), tar(("opt/\x07\u202ebell", b"x"), ("", b""), (".", None), ("/", None), ("//x", b"")))


@case("names that lead out", [])
def _(work):
    return layout(work, BASE, tar(("../../../etc/passwd", b"root:x:0:0::/:/bin/sh\n"), ("/etc/shadow", b"root::::::::\n"), ("a/../../b", b""),
                                  special("l", tarfile.SYMTYPE, linkname="/../../../../etc"), ("l/passwd", b"x:x:0:0::/:\n"),
                                  special("h", tarfile.LNKTYPE, linkname="../../etc/passwd"), special("i", tarfile.LNKTYPE, linkname="/etc/hosts")))


@case("whiteouts of nothing", [])
def _(work):
    return layout(work, BASE, tar((".wh.", b""), (".wh..", b""), (".wh...", b""), ("a/.wh.", b""), (".wh..wh..opq/x", b""), (".wh..wh.plnk", None),
                                  (".wh.nothing", b""), ("var/.wh..wh.orph", b"")))


@case("a whiteout that hides the packages", [], packages=())
def _(work):
    return layout(work, BASE, tar(("var/lib/dpkg/.wh.status", b"")))


@case("an opaque directory through a link", [], packages=())
def _(work):
    return layout(work, BASE, tar(special("v", tarfile.SYMTYPE, linkname="/var/lib")), tar(("v/dpkg/.wh..wh..opq", b"")))


@case("devices, sockets, and kinds that do not exist", [])
def _(work):
    return layout(work, BASE, tar(special("dev/null", tarfile.CHRTYPE, devmajor=1, devminor=3), special("dev/sda", tarfile.BLKTYPE, devmajor=8),
                                  special("run/fifo", tarfile.FIFOTYPE), special("opt/contiguous", tarfile.CONTTYPE), special("opt/what", b"Z")))


@case("setuid by the owner 2^32-1, negative numbers, huge times", [])
def _(work):
    return layout(work, BASE, tar(special("a", tarfile.REGTYPE, mode=0o7777, uid=2**32 - 1, gid=2**40), special("b", tarfile.REGTYPE, mtime=2**60),
                                  special("c", tarfile.REGTYPE, mtime=-2**40, uid=-1), fmt=tarfile.GNU_FORMAT))


def sparse(kind):
    """A dpkg status file that is sparse: holes read as zeros, so it is damaged, or whole when there is no hole."""
    body = status("sparse")
    if kind == "gnu":
        info = special("var/lib/dpkg/status", b"S", size=len(body))
        head = bytearray(info.tobuf(tarfile.GNU_FORMAT))
        head[386:386 + 24] = b"%011o\0%011o\0" % (0, len(body))
        head[483:495] = b"%011o\0" % len(body)
        head[148:156] = b" " * 8
        head[148:156] = b"%06o\0 " % sum(head)
        return bytes(head) + body + bytes(-len(body) % 512) + bytes(1024)
    info = tarfile.TarInfo("GNUSparseFile.0/status" if kind == "1.0" else "var/lib/dpkg/status")
    info.mode = 0o644
    if kind == "0.0":
        info.pax_headers = {"GNU.sparse.size": str(len(body)), "GNU.sparse.numblocks": "1", "GNU.sparse.offset": "0", "GNU.sparse.numbytes": str(len(body))}
    if kind == "0.1":
        info.pax_headers = {"GNU.sparse.size": str(len(body)), "GNU.sparse.numblocks": "1", "GNU.sparse.map": "0,%d" % len(body)}
    if kind == "1.0":
        info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "var/lib/dpkg/status", "GNU.sparse.realsize": str(len(body))}
        body = (b"1\n0\n%d\n" % len(body)).ljust(512, b"\0") + body
    return tar((info, body))


for kind in ("gnu", "0.0", "0.1", "1.0"):
    case("sparse file, " + kind, [], packages=("sparse",))(lambda work, kind=kind: layout(work, tar(("etc/os-release", OS_RELEASE)), sparse(kind)))


@case("a sparse file that claims eight exabytes", r"var/lib/dpkg/status: |layer 2", packages=())
def _(work):
    info = tarfile.TarInfo("var/lib/dpkg/status")
    info.pax_headers = {"GNU.sparse.size": str(2**63 - 1), "GNU.sparse.numblocks": "1", "GNU.sparse.map": "%d,1" % (2**63 - 2)}
    return layout(work, tar(("etc/os-release", OS_RELEASE)), tar((info, b"x")))


@case("a file that claims eight exabytes", r"layer 2 .*(tar near byte|cut off|[Tt]runcated)")
def _(work):
    info = tarfile.TarInfo("opt/x")
    info.size = 2**63 - 1
    return layout(work, BASE, info.tobuf(tarfile.GNU_FORMAT) + b"x" * 2048)


@case("a hundred thousand files, limit ten thousand", r"layer 2 .*more than 10000 entries; raise --max-entries", args=["--max-entries", "10000"])
def _(work):
    return layout(work, BASE, tar(*[("opt/%d" % i, b"") for i in range(100000)], fmt=tarfile.GNU_FORMAT))


@case("a PAX header of ten megabytes", None)
def _(work):
    info = special("opt/x", tarfile.REGTYPE)
    info.pax_headers = {"SCHILY.xattr.user.x": "y" * (10 << 20)}
    return layout(work, BASE, tar(info))


# ---- package databases ----

@case("dpkg database damaged", r"var/lib/dpkg/status: dpkg_status: .*line", packages=None)
def _(work):
    return layout(work, BASE, tar(("var/lib/dpkg/status", b"\0\1\2 this is no database\n\xff\xff:\n" * 100)))


@case("apk database damaged", [r"lib/apk/db/installed: apk_db: line 6", r"installed: line 5: package \"\" has no version"], packages=("base", "musl"))
def _(work):
    return layout(work, BASE, tar(("lib/apk/db/installed", b"P:musl\nV:1.2-r0\nA:x86_64\n\nP:\x00broken\nV\nV:\n\n")))


@case("rpm databases damaged", [r"var/lib/rpm/Packages: rpm_bdb", r"Packages.db: rpm_ndb", r"rpmdb.sqlite: rpm_sqlite"])
def _(work):
    return layout(work, BASE, tar(("var/lib/rpm/Packages", b"\x61\x15\x06\x00" * 4096), ("var/lib/rpm/Packages.db", b"RpmP" * 4096),
                                  ("var/lib/rpm/rpmdb.sqlite", b"SQLite format 3\0" + b"\xff" * 8192)))


@case("a database twice in one layer", [], packages=("base", "other"))
def _(work):
    return layout(work, tar(("etc/os-release", OS_RELEASE), ("var/lib/dpkg/status", status("base")), ("var/lib/dpkg/status", status("other"))))


@case("a database behind a link", r"var/lib/dpkg/status: is a link to opt/hidden, which was not read", packages=())
def _(work):
    return layout(work, tar(("etc/os-release", OS_RELEASE), ("opt/hidden", status("base")), special("var/lib/dpkg/status", tarfile.SYMTYPE, linkname="/opt/hidden")))


@case("a database in a linked directory", r"var/lib/dpkg/status: is a link to opt/dpkg/status, which was not read", packages=())
def _(work):
    return layout(work, tar(("etc/os-release", OS_RELEASE), ("opt/dpkg/status", status("base")), special("var/lib/dpkg", tarfile.SYMTYPE, linkname="../../opt/dpkg")))


@case("a database that is a hard link", r"var/lib/dpkg/status: is a hard link to opt/hidden, which was not read", packages=())
def _(work):
    return layout(work, tar(("etc/os-release", OS_RELEASE), ("opt/hidden", status("base")), special("var/lib/dpkg/status", tarfile.LNKTYPE, linkname="opt/hidden")))


@case("a database that is a directory", [], packages=())
def _(work):
    return layout(work, tar(("etc/os-release", OS_RELEASE), ("var/lib/dpkg/status/x", status("base"))))


# ---- archives ----

@case("docker-archive", [])
def _(work):
    return "docker-archive:" + save(work, docker_archive([BASE, MORE]))


@case("docker-archive, compressed", [])
def _(work):
    return "docker-archive:" + save(work, gz(docker_archive([BASE, MORE])))


@case("docker-archive that is cut off", packages=(), exit=3, stderr=r"tar near byte|[Tt]runcated|ends at")
def _(work):
    return "docker-archive:" + save(work, docker_archive([tar(("opt/x", os.urandom(50000))), BASE])[:40000])


@case("compressed docker-archive that is cut off", packages=(), exit=3, stderr=r"cut off")
def _(work):
    return "docker-archive:" + save(work, gz(docker_archive([tar(("opt/x", os.urandom(50000))), BASE]))[:40000])


for pack in (bytes, gz):
    def lying(work, pack=pack):
        config = json.dumps({"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": [sha(BASE), sha(b"not")]}}).encode()
        return "docker-archive:" + save(work, pack(docker_archive([BASE, MORE], config)))
    case("docker-archive whose diff ID lies" + (", streamed" if pack is gz else ""), r"layer 2 .*(diff ID|digest) is")(lying)
    if pack is bytes:
        case("docker-archive whose diff ID lies, not asked", args=("--no-verify",))(lying)


@case("docker-archive with a hundred thousand members", [])
def _(work):
    return "docker-archive:" + save(work, docker_archive([BASE], extra=[("x/%d" % i, b"{}") for i in range(99000)]))


@case("docker-archive with too many members", packages=(), exit=3, stderr=r"more than 100000 members")
def _(work):
    return "docker-archive:" + save(work, docker_archive([BASE], extra=[("x/%d" % i, b"") for i in range(100001)]))


@case("docker-archive whose documents are huge", packages=(), exit=3, stderr=r"documents are larger than they may be", args=["--max-ratio", "0"])
def _(work):
    return "docker-archive:" + save(work, gz(docker_archive([BASE], extra=[("x%d" % i, b"[" + b" " * (7 << 20)) for i in range(10)])))


@case("docker-archive whose layers are links in a circle", r"layer 2 .*no \"", packages=("base",))
def _(work):
    data = docker_archive([BASE, MORE])
    name = sha(MORE)[7:] + "/layer.tar"
    out = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(data)) as old, tarfile.open(fileobj=out, mode="w") as new:
        for m in old:
            if m.name == name:
                new.addfile(special(name, tarfile.SYMTYPE, linkname="layer.tar"))
            else:
                new.addfile(m, old.extractfile(m))
    return "docker-archive:" + save(work, out.getvalue())


for what, data in (("empty", b""), ("zeros", bytes(10240)), ("noise", bytes(range(256)) * 40), ("an empty tar", tar()), ("gzip of nothing", gz(b"")),
                   ("half a gzip header", b"\x1f\x8b"), ("a tar of something else", tar(("x", b"y")))):
    case("archive: " + what, packages=(), exit=3, stderr=r"a\.tar")(lambda work, data=data: save(work, data))


@case("nothing there", packages=(), exit=3, stderr=r"No such file")
def _(work):
    return "oci:" + os.path.join(work, "nothing")


@case("an archive that is a directory", packages=(), exit=3, stderr=r"is a directory")
def _(work):
    return "docker-archive:" + work


# ---- directories ----

@case("rootfs with a loop, a pipe, odd names and .wh. files", [])
def _(work):
    root = os.path.join(work, "r")
    for d in ("etc", "var/lib/dpkg", "a"):
        os.makedirs(os.path.join(root, d))
    save(work, OS_RELEASE, "r/etc/os-release")
    save(work, status("base"), "r/var/lib/dpkg/status")
    save(work, b"", "r/etc/.wh.os-release")
    os.symlink("..", os.path.join(root, "a/up"))
    os.symlink("loop", os.path.join(root, "loop"))
    os.mkfifo(os.path.join(root, "etc/passwd"))
    save(work, b"", "r/a\nb\x1b[31m")
    with open(os.path.join(os.fsencode(root), b"\xff\xfe"), "w"):
        pass
    return "rootfs:" + root


@case("rootfs with a link to the host's files", None, packages=())
def _(work):
    root = os.path.join(work, "r")
    os.makedirs(os.path.join(root, "var/lib"))
    os.symlink("/var/lib/dpkg", os.path.join(root, "var/lib/dpkg"))
    os.symlink("/etc", os.path.join(root, "etc"))
    return "rootfs:" + root


@case("rootfs deeper than a path is long", r"nested too deeply", packages=())
def _(work):
    root = os.path.join(work, "r")
    os.mkdir(root)
    at = os.open(root, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("d", dir_fd=at)
        inner = os.open("d", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = inner
    os.close(at)
    return "rootfs:" + root


@case("rootfs with a locked directory", r"locked: permission denied")
def _(work):
    root = os.path.join(work, "r")
    for d in ("etc", "var/lib/dpkg", "locked"):
        os.makedirs(os.path.join(root, d))
    save(work, OS_RELEASE, "r/etc/os-release")
    save(work, status("base"), "r/var/lib/dpkg/status")
    os.chmod(os.path.join(root, "locked"), 0)
    return "rootfs:" + root


# ---- source trees ----

LOCK = b"base==1.0\n"


def lock_files(work, *folders):
    for d in folders:
        os.makedirs(os.path.join(work, "t", d), exist_ok=True)
        save(work, LOCK, os.path.join("t", d, "requirements.txt"))
    return os.path.join(work, "t")


@case("tree with loops, pipes, devices, odd names and a sparse file", [r"up/Cargo\.lock: is a link to /etc/shadow", r"loop/requirements\.txt: is a link"])
def _(work):
    root = lock_files(work, "a", "up", "loop", "a\nb\x1b[31m")
    os.symlink("..", os.path.join(root, "a/up"))
    os.symlink("requirements.txt", os.path.join(root, "loop/self"))
    os.remove(os.path.join(root, "loop/requirements.txt"))
    os.symlink("self", os.path.join(root, "loop/requirements.txt"))
    os.symlink("/etc/shadow", os.path.join(root, "up/Cargo.lock"))
    os.mkfifo(os.path.join(root, "up/go.mod"))
    if os.geteuid() == 0:
        os.mknod(os.path.join(root, "up/compose.yaml"), stat.S_IFCHR | 0o666, os.makedev(1, 5))
    with open(os.path.join(root, "up/huge.json"), "wb") as f:
        f.truncate(1 << 40)
    with open(os.path.join(os.fsencode(root), b"\xff\xfe.yaml"), "w"):
        pass
    return root


@case("tree with a lock file of a terabyte", r"big/package-lock\.json: 1099511627776 bytes are more than npm_lock reads")
def _(work):
    root = lock_files(work, "a", "big")
    with open(os.path.join(root, "big/package-lock.json"), "wb") as f:
        f.truncate(1 << 40)
    return root


@case("tree that is ten thousand folders deep", r"nested too deeply")
def _(work):
    root = lock_files(work, "a")
    at = os.open(root, os.O_RDONLY)
    for _ in range(10000):
        os.mkdir("d", dir_fd=at)
        inner = os.open("d", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = inner
    os.close(at)
    return "dir:" + root


@case("tree with a path that is too long", r"paths in it are too long")
def _(work):
    root = lock_files(work, "a")
    at = os.open(root, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("n" * 250, dir_fd=at)
        inner = os.open("n" * 250, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = inner
    os.close(at)
    return root


@case("tree with more files than are allowed", r"t: f.* and what comes after it was not read: more than 50 entries; raise --max-entries", args=["--max-entries", "50"])
def _(work):
    return lock_files(work, *("f%d" % i for i in range(100)))


@case("tree with a locked file and a locked folder", [r"locked: permission denied", r"a/poetry\.lock: .*[Pp]ermission denied"])
def _(work):
    root = lock_files(work, "a", "locked")
    save(work, b"x", "t/a/poetry.lock")
    os.chmod(os.path.join(root, "a/poetry.lock"), 0)
    os.chmod(os.path.join(root, "locked"), 0)
    return root


# ---- running ----

NOBODY = ("permission denied", "rootfs with a locked directory", "tree with a locked file and a locked folder")  # root may read everything


def as_nobody(command, name, work):
    if name not in NOBODY or os.geteuid() != 0:
        return command
    subprocess.run(["chown", "-R", "65534", work], check=True)
    own = shutil.copy(command[0], os.path.join(work, "scantling"))  # the build directory may be root's own
    return [shutil.which("setpriv"), "--reuid", "65534", "--regid", "65534", "--clear-groups", own] + command[1:]


MEASURE = """import os, sys
pid = os.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
_, code, usage = os.wait4(pid, 0)
os.write(2, b"peak %d" % usage.ru_maxrss)
os._exit(os.waitstatus_to_exitcode(code) & 255)"""


def run(command):
    """exit code, stdout, stderr, seconds, megabytes of the largest process."""
    # a small process in between: a child's peak begins with that of the process that it was forked from
    command = [sys.executable, "-S", "-c", MEASURE] + command
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.monotonic()
        p = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True)
        timer = threading.Timer(SECONDS * 3, lambda: os.killpg(p.pid, 9))
        timer.start()
        code = p.wait()
        timer.cancel()
        out.seek(0), err.seek(0)
        text, _, peak = err.read().decode(errors="replace").rpartition("peak ")
        return code, out.read(), text, time.monotonic() - start, int(peak or 0) / 1024


def judge(name, incomplete, packages, exit, stderr, result):
    """What is wrong, one line each."""
    code, out, err, seconds, megabytes = result
    if exit is not None and code != exit or code not in (0, 3):
        yield "exit code %d, want %s" % (code, exit)
    lines = err.splitlines()
    if code == 3 and len(lines) != 1:
        yield "%d lines on standard error instead of one" % len(lines)
    if code == 0 and lines:
        yield "says on standard error: " + err[:300]
    if stderr is not None and not re.search(stderr, err):
        yield "standard error does not say /%s/" % stderr
    if re.search(r"[\x00-\x09\x0b-\x1f\x7f]", err) or "\udcff" in err:
        yield "control characters on standard error"
    if not SANITIZED and (seconds > SECONDS or megabytes > MEGABYTES):
        yield "took %.1f s, %d MB" % (seconds, megabytes)
    if code != 0:
        return
    try:
        report = json.loads(out)
    except ValueError as e:
        yield "report is not JSON: %s" % e
        return
    have = {p["name"] for p in report["packages"]}
    if packages is not None and have != packages:
        yield "packages %s, want %s" % (sorted(have), sorted(packages))
    gaps = ["%s: %s" % (i["where"], i["reason"]) for i in report["incomplete"]]
    if incomplete is None:
        return
    for pattern in incomplete:
        if not any(re.search(pattern, g) for g in gaps):
            yield "nothing incomplete says /%s/" % pattern
    if len(gaps) != len(incomplete):
        yield "%d things are incomplete, want %d" % (len(gaps), len(incomplete))


def main():
    global SANITIZED
    program, words = sys.argv[1], sys.argv[2:]
    with open(program, "rb") as f:
        SANITIZED = b"__asan_init" in f.read()
    cases = [c for c in CASES if not words or any(w in c[0] for w in words)]
    for name, make, incomplete, packages, exit, stderr, args in cases:
        work = tempfile.mkdtemp()
        os.chmod(work, 0o755)
        try:
            target = make(work)
            command = as_nobody([program, "scan", "--no-cache", "-f", "json", *args, target], name, work)
            result = run(command)
            wrong = list(judge(name, incomplete, packages, exit, stderr, result))
        finally:
            subprocess.run(["chmod", "-R", "u+rwx", work], stderr=subprocess.DEVNULL)
            subprocess.run(["rm", "-rf", work])
        code, out, err, seconds, megabytes = result
        gaps = json.loads(out)["incomplete"][:5] if wrong and code == 0 and out[:1] == b"{" else []
        say(not wrong, "%s (%.1f s, %d MB)" % (name, seconds, megabytes), *wrong, "standard error: " + repr(err[:400]),
            *("incomplete: %s" % repr(gap)[:300] for gap in gaps))
    end()


main()
