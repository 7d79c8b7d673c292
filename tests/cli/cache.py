#!/usr/bin/env python3
"""The cache of records, of layers and of whole images, end to end: the same report from it as without it, whatever is
done to it.

  cache.py SCANTLING      TAP
"""
import json, os, subprocess, sys, tempfile, time

from tap import end, say
from images import *

PROGRAM = sys.argv[1]
WORK = tempfile.TemporaryDirectory()
CACHE = os.path.join(WORK.name, "cache")
ENV = dict(os.environ, SOURCE_DATE_EPOCH="1700000000", XDG_CACHE_HOME=os.path.join(WORK.name, "home"), HOME=WORK.name)
LAYERS = [debian("base", "other"), tar(("etc/passwd", b"root:x:0:0::/root:/bin/sh\n")), debian("base"),
          tar(*[("opt/%d" % i, b"x" * 100) for i in range(3000)])]
IMAGE = "oci:" + Layout(os.path.join(WORK.name, "image")).simple(*LAYERS).path


KEPT = len(LAYERS) + 1


def start(*args, cache=CACHE, image=IMAGE):
    command = [PROGRAM, "scan", "-f", "json", *(["--cache", cache] if cache else []), *args, image]
    return subprocess.Popen(command, env=ENV, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)


def scan(*args, cache=CACHE, image=IMAGE):
    p = start(*args, cache=cache, image=image)
    out, err = p.communicate(timeout=300)
    return out if p.returncode == 0 and not err else b"failed: %d %s" % (p.returncode, err)


def records(where=CACHE):
    return sorted(os.listdir(where)) if os.path.isdir(where) else []


def of_image():
    """The record of the whole image: the one that is no layer's."""
    return [r for r in records() if not any(r.startswith(sha(gz(t)).replace(":", "-")) for t in LAYERS)]


def forget_image():
    for r in of_image():
        os.unlink(os.path.join(CACHE, r))


def everything():
    """All files below the working directory, with what may not change about them."""
    found = {}
    for at, _, names in os.walk(WORK.name):
        for name in names:
            st = os.lstat(os.path.join(at, name))
            found[os.path.join(at, name)] = (st.st_size, st.st_mtime_ns)
    return found



before = everything()
fresh = scan("--no-cache")
say(fresh.startswith(b"{") and {p["name"] for p in json.loads(fresh)["packages"]} == {"base"}, "a scan without a cache", fresh)
say(everything() == before, "--no-cache writes nothing", set(everything()) - set(before))

first = scan()
say(first == fresh and len(records()) == KEPT and len(of_image()) == 1, "the first scan keeps a record of each layer, and of the image",
    records())
modes = {oct(os.stat(os.path.join(CACHE, r)).st_mode & 0o777) for r in records()} | {oct(os.stat(CACHE).st_mode & 0o777)}
say(modes == {"0o600", "0o700"}, "nobody else may read or write them", modes)

# the second one does not need the layers at all
blobs = os.path.join(WORK.name, "image", "blobs", "sha256")
hidden = [b for b in os.listdir(blobs) if "sha256:" + b in {sha(gz(t)) for t in LAYERS}]
for b in hidden:
    os.rename(os.path.join(blobs, b), os.path.join(WORK.name, b))
say(len(hidden) == len(LAYERS) and scan() == fresh, "the second scan is from the cache, with the same report")
forget_image()
say(scan() == fresh and len(of_image()) == 1, "from the records of the layers alone, too, and then the image's is made again")
layers = {r: open(os.path.join(CACHE, r), "rb").read() for r in records() if r not in of_image()}
for r in layers:
    os.unlink(os.path.join(CACHE, r))
say(scan() == fresh and len(records()) == 1, "and from the image's alone", records())
for r, data in layers.items():
    with open(os.path.join(CACHE, r), "wb") as f:
        f.write(data)
say(scan("--max-entries", "1000000") != fresh, "a record made under other limits is not taken")
for b in hidden:
    os.rename(os.path.join(WORK.name, b), os.path.join(blobs, b))

# the same layers in another order are another image
other = "oci:" + Layout(os.path.join(WORK.name, "other")).simple(*reversed(LAYERS)).path
apart = [scan("--no-cache", image=other), scan(image=other), scan(image=other)]
say(apart[0] != fresh and apart[1] == apart[0] and apart[2] == apart[0] and scan() == fresh, "an image of the same layers in another order has its own")
forget_image()
scan()

# damage: every record cut, changed, emptied, exchanged; a layer's is read where there is none of the image
bad = 0
for name in sorted(records(), key=lambda r: r in of_image()):
    path = os.path.join(CACHE, name)
    with open(path, "rb") as f:
        good = f.read()
    for data in (b"", good[:len(good) // 2], good[:-1], good[:40] + bytes([good[40] ^ 1]) + good[41:], good[:-1] + bytes([good[-1] ^ 1]), b"x" * 5000):
        if name not in of_image():
            forget_image()
        with open(path, "wb") as f:
            f.write(data)
        bad += scan() != fresh
        with open(path, "rb") as f:
            bad += f.read() != good
say(bad == 0, "a damaged record is read anew and repaired", "%d times not" % bad)

outside = os.path.join(WORK.name, "outside")
with open(outside, "w") as f:
    f.write("mine")
for what, name in (("image", of_image()[0]), ("layer", [r for r in records() if r not in of_image()][0])):
    for r in {name, *of_image()}:
        os.unlink(os.path.join(CACHE, r))
    os.mkdir(os.path.join(CACHE, name))
    say(scan() == fresh, "a directory in the place of a record of the %s is no obstacle" % what)
    os.rmdir(os.path.join(CACHE, name))
    os.symlink(outside, os.path.join(CACHE, name))
    say(scan() == fresh and open(outside).read() == "mine" and not os.path.islink(os.path.join(CACHE, name)),
        "a link out of the cache in its place is neither read nor written through")

for name in records():
    os.unlink(os.path.join(CACHE, name))
running = [start() for _ in range(8)]
outs = [p.communicate(timeout=300) for p in running]
say(all(o == fresh and not e for o, e in outs) and len(records()) == KEPT, "eight scans at once share it", records())

bound = 20000
small = os.path.join(WORK.name, "small")
ok = True
for i in range(3):
    ok = ok and scan("--cache-size", str(bound), cache=small) == fresh
    ok = ok and sum(os.path.getsize(os.path.join(small, r)) for r in records(small)) <= bound
say(ok, "it stays within its size", [(r, os.path.getsize(os.path.join(small, r))) for r in records(small)])

blocked = os.path.join(WORK.name, "file")
open(blocked, "w").close()
out = scan(cache=os.path.join(blocked, "below"))
say(out.startswith(b"{") and [p["name"] for p in json.loads(out)["packages"]] == ["base"], "a cache that cannot be made is no obstacle", out)
say(scan(cache=None) == fresh and len(records(os.path.join(WORK.name, "home/scantling/records"))) == KEPT, "its usual place is XDG_CACHE_HOME")

end()
