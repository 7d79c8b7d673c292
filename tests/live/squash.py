#!/usr/bin/env python3
"""The squash against a real file system: random layers are unpacked by the kernel, whiteouts applied as the
OCI image specification says, and every path, type, mode, size, link target and layer is compared with what
squash_dump says of the same tars. Where umoci is there, it is asked too, for layers that leave it no choice.

  squash.py SQUASH_DUMP [SEED...]      TAP; needs root for chroot, and skips aloud without
"""
import hashlib, io, json, os, random, shutil, stat, subprocess, sys, tarfile, tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
from tap import end, say, skip, skip_all

NAMES = "abc"
LINKS = ["a", "b", "c", "a/b", "b/c", "../a", "../b/c", "/c", "/a/b", "a/b/c", "../../c", "."]


def fits(a, b):
    """Can both be in one layer, with one meaning? Above another there are only directories."""
    above, below = sorted((a, b), key=lambda e: len(e[1]))
    return not below[1].startswith(above[1] + "/") or above[0] in "do"


def random_layer(dice, tame):
    """Entries (type, path, mode, size, link) of one layer; tame: nothing that engines decide differently."""
    seen, entries = set(), []
    for _ in range(dice.randrange(1, 25)):
        path = "/".join(dice.choice(NAMES) for _ in range(dice.randrange(1, 5)))
        kind = dice.choice("ddddfffffflhwo" if not tame else "ddddffffffwo")
        if tame and (path in seen or not all(fits(e, (kind, path)) for e in entries)):
            continue
        seen.add(path)
        link = dice.choice(LINKS) if kind == "l" else dice.choice(["a", "b", "a/b", "b/c", "c/c/c"])
        entries.append((kind, path, dice.choice([0o755, 0o700, 0o644, 0o4755, 0o1777]), dice.randrange(100), link))
    if tame:  # parents are listed, as engines write them, and whiteouts come first
        for kind, path, *_ in list(entries):
            parts = path.split("/")
            for i in range(1, len(parts) + (kind == "o")):
                parent = "/".join(parts[:i])
                if ("d", parent) not in {e[:2] for e in entries}:
                    entries.append(("d", parent, 0o755, 0, ""))
        entries.sort(key=lambda e: (e[1].count("/") + (e[0] == "o"), e[0] not in "wo", e[1]))
    return entries


def write_layer(entries, path):
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as tar:
        for kind, name, mode, size, link in entries:
            head, _, base = name.rpartition("/")
            if kind == "w":
                name = (head + "/" if head else "") + ".wh." + base
            if kind == "o":
                name += "/.wh..wh..opq"
            info = tarfile.TarInfo(name)
            info.type = {"d": tarfile.DIRTYPE, "l": tarfile.SYMTYPE, "h": tarfile.LNKTYPE}.get(kind, tarfile.REGTYPE)
            info.mode, info.linkname = mode, link if kind in "lh" else ""
            info.size = size if kind == "f" else 0
            tar.addfile(info, io.BytesIO(b"x" * info.size))


class Unpacker:
    """Works inside a chroot: the kernel follows the links."""

    def __init__(self):
        self.layer_of, self.own, self.layer = {}, set(), 0

    def forget(self, path):
        for p in [p for p in self.layer_of if p == path or p.startswith(path + "/")]:
            del self.layer_of[p]
            self.own.discard(p)

    def remove(self, path):
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        elif os.path.lexists(path):
            os.unlink(path)
        self.forget(path)

    def hide(self, path):
        """Remove what lower layers have at and below `path`; what this layer brought stays."""
        if os.path.isdir(path) and not os.path.islink(path):
            for name in os.listdir(path):
                self.hide(os.path.join(path, name))
            if path not in self.own:
                if os.listdir(path):
                    os.chmod(path, 0o755)
                    self.layer_of[path] = self.layer
                else:
                    os.rmdir(path)
                    self.forget(path)
        elif path not in self.own and os.path.lexists(path):
            self.remove(path)

    def place(self, path):
        """The real path of a directory, made when missing. None: there cannot be one."""
        try:
            os.stat(path)
        except FileNotFoundError:
            pass
        except OSError:
            return None
        real, at = os.path.realpath(path), "/"
        if os.path.islink(real):
            return None  # a circle
        for part in real.split("/")[1:]:
            at = os.path.join(at, part)
            try:
                os.mkdir(at, 0o755)
                self.layer_of[at] = self.layer
            except FileExistsError:
                if not os.path.isdir(at):
                    return None
            except OSError:
                return None
        return real

    def entry(self, kind, name, mode, size, link):
        if kind == "o":
            real = os.path.realpath("/" + name)
            for child in os.listdir(real) if os.path.isdir(real) else []:
                self.hide(os.path.join(real, child))
            return
        head, _, base = name.rpartition("/")
        if kind == "w":
            real = os.path.realpath("/" + head)
            return self.hide(os.path.join(real, base)) if os.path.isdir(real) else None
        if kind == "h":
            target = os.path.join(os.path.realpath(os.path.dirname("/" + link)), os.path.basename(link))
            if not os.path.lexists(target) or (os.path.isdir(target) and not os.path.islink(target)):
                return
        parent = self.place("/" + head)
        if parent is None:
            return
        path = os.path.join(parent, base)
        if kind == "h":
            os.link(target, "/.new", follow_symlinks=False)
            self.remove(path)
            os.rename("/.new", path)
        elif kind == "d":
            if not os.path.isdir(path) or os.path.islink(path):
                self.remove(path)
                os.mkdir(path)
            os.chmod(path, mode)
        else:
            self.remove(path)
            if kind == "l":
                os.symlink(link, path)
            else:
                with open(path, "w") as f:
                    f.write("x" * size)
                os.chmod(path, mode)
        self.layer_of[path] = self.layer
        self.own.add(path)

    def dump(self):
        lines = []
        for at, dirs, files in os.walk("/"):
            for name in dirs + files:
                path = os.path.join(at, name)
                lines.append(describe(path, path[1:]) + (self.layer_of[path],))
        return sorted(lines)


def describe(path, shown):
    st = os.lstat(path)
    kind = {stat.S_IFDIR: "d", stat.S_IFLNK: "l"}.get(stat.S_IFMT(st.st_mode), "f")
    return (shown, kind, 0 if kind == "l" else stat.S_IMODE(st.st_mode), st.st_size if kind == "f" else 0,
            os.readlink(path) if kind == "l" else "")


def kernel(layers):
    """Unpack in a child that lives in its own root; its answer comes as JSON."""
    root, (r, w) = tempfile.mkdtemp(), os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(r)
        status = 1
        try:
            os.umask(0)
            os.chroot(root)
            os.chdir("/")
            u = Unpacker()
            for u.layer, entries in enumerate(layers):
                u.own = set()
                for e in entries:
                    u.entry(*e)
            with os.fdopen(w, "w") as out:
                json.dump(u.dump(), out)
            status = 0
        finally:
            os._exit(status)
    os.close(w)
    with os.fdopen(r) as answer:
        text = answer.read()
    os.waitpid(pid, 0)
    shutil.rmtree(root)
    return [tuple(line) for line in json.loads(text)]


def ours(dump, files):
    out = subprocess.run([dump, *files], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300)
    if out.returncode != 0:
        raise RuntimeError(out.stderr.strip())
    lines = []
    for line in out.stdout.splitlines():
        kind, mode, _, _, size, layer, path, link = line.split("\t")
        lines.append((path, kind, 0 if kind == "l" else int(mode, 8), int(size) if kind == "f" else 0, link, int(layer)))
    return sorted(lines)


def umoci(files, work):
    """Unpack the layers as an image by umoci."""
    blobs = os.path.join(work, "image", "blobs", "sha256")
    os.makedirs(blobs)

    def blob(data):
        digest = hashlib.sha256(data).hexdigest()
        with open(os.path.join(blobs, digest), "wb") as f:
            f.write(data)
        return "sha256:" + digest, len(data)

    def descriptor(kind, data, **more):
        digest, size = blob(data)
        return dict(mediaType="application/vnd.oci.image." + kind, digest=digest, size=size, **more)

    layers = []
    for f in files:
        with open(f, "rb") as tar:
            layers.append(descriptor("layer.v1.tar", tar.read()))
    config = {"architecture": "amd64", "os": "linux", "config": {},
              "rootfs": {"type": "layers", "diff_ids": [layer["digest"] for layer in layers]}}
    manifest = {"schemaVersion": 2, "config": descriptor("config.v1+json", json.dumps(config).encode()), "layers": layers}
    index = {"schemaVersion": 2, "manifests": [descriptor("manifest.v1+json", json.dumps(manifest).encode(),
                                                          annotations={"org.opencontainers.image.ref.name": "t"})]}
    with open(os.path.join(work, "image", "index.json"), "w") as f:
        json.dump(index, f)
    with open(os.path.join(work, "image", "oci-layout"), "w") as f:
        f.write('{"imageLayoutVersion": "1.0.0"}')
    bundle = os.path.join(work, "bundle")
    out = subprocess.run(["umoci", "unpack", "--image", os.path.join(work, "image") + ":t", bundle],
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
    if out.returncode != 0:
        raise RuntimeError("umoci: " + out.stdout.strip()[-200:])
    root, lines = os.path.join(bundle, "rootfs"), []
    for at, dirs, names in os.walk(root):
        for name in dirs + names:
            path = os.path.join(at, name)
            lines.append(describe(path, os.path.relpath(path, root)))
    return sorted(lines)


def compare(want, have, layers):
    for line in sorted(set(want) - set(have)):
        print("# missing:", line)
    for line in sorted(set(have) - set(want)):
        print("# too much:", line)
    if want != have:
        for i, entries in enumerate(layers):
            print("# layer %d: %s" % (i, "; ".join("%s %s %s" % (k, p, l if k in "lh" else "%o" % m) for k, p, m, _, l in entries)))
    return want == have


def images(seeds, dump, oracle, tame):
    """How many of the random images agree."""
    good = 0
    for seed in seeds:
        dice = random.Random(seed)
        with tempfile.TemporaryDirectory() as work:
            layers = [random_layer(dice, tame) for _ in range(dice.randrange(1, 6))]
            files = [os.path.join(work, "%d.tar" % i) for i in range(len(layers))]
            for entries, path in zip(layers, files):
                write_layer(entries, path)
            have = ours(dump, files)
            if oracle is umoci:
                good += compare(umoci(files, work), [line[:5] for line in have], layers)
            else:
                good += compare(kernel(layers), have, layers)
    return good


def main():
    dump, seeds = sys.argv[1], [int(s) for s in sys.argv[2:]]
    if os.geteuid() != 0:
        skip_all("needs root for chroot")
    wild = seeds or range(400)
    good = images(wild, dump, kernel, False)
    say(good == len(wild), "%d of %d random images as the kernel unpacks them" % (good, len(wild)))
    if shutil.which("umoci"):
        tame = seeds or range(40)
        as_umoci = images(tame, dump, umoci, True)
        say(as_umoci == len(tame), "%d of %d as umoci unpacks them" % (as_umoci, len(tame)))
    else:
        skip("as umoci unpacks them", "it is not installed")
    end()


main()
