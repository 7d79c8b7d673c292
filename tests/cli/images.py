"""Images for tests, made at run time: tars, OCI layouts and docker archives, good ones and hostile ones."""
import gzip, hashlib, io, json, os, subprocess, tarfile

OCI = "application/vnd.oci.image."
STATUS = b"Package: %s\nStatus: install ok installed\nVersion: 1.0-1\nArchitecture: amd64\nMaintainer: A <a@example.org>\nDescription: x\n\n"
OS_RELEASE = b'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'


def status(*names):
    return b"".join(STATUS % n.encode() for n in names)


def tar(*members, fmt=tarfile.PAX_FORMAT, end=True):
    """Members: (name, bytes) files, (name, None) directories, or TarInfo, or (TarInfo, bytes)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=fmt) as t:
        for m in members:
            info, data = m if isinstance(m, tuple) else (m, b"")
            if isinstance(info, str):
                info = tarfile.TarInfo(info)
                info.mode = 0o644
                if data is None:
                    info.type, info.mode, data = tarfile.DIRTYPE, 0o755, b""
            if info.isreg():
                info.size = len(data)
            t.addfile(info, io.BytesIO(data))
        if not end:
            return out.getvalue()
    return out.getvalue()


def special(name, kind, **fields):
    info = tarfile.TarInfo(name)
    info.type, info.mode = kind, 0o644
    for key, value in fields.items():
        setattr(info, key, value)
    return info


def debian(*packages):
    """A layer with a distribution and packages."""
    return tar(("etc/os-release", OS_RELEASE), ("var/lib/dpkg/status", status(*packages)))


def gz(data):
    return gzip.compress(data, 6, mtime=0)


def zstd(data):
    return subprocess.run(["zstd", "-qc", "-3"], input=data, stdout=subprocess.PIPE, check=True).stdout


def sha(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Layout:
    """An OCI layout being made in a directory."""

    def __init__(self, path):
        self.path = path
        os.makedirs(os.path.join(path, "blobs", "sha256"))
        self.write("oci-layout", b'{"imageLayoutVersion": "1.0.0"}')

    def write(self, name, data):
        with open(os.path.join(self.path, name), "wb") as f:
            f.write(data)

    def where(self, digest):
        return os.path.join(self.path, "blobs", *digest.split(":"))

    def blob(self, data):
        with open(self.where(sha(data)), "wb") as f:
            f.write(data)
        return sha(data)

    def descriptor(self, kind, data, **more):
        return dict({"mediaType": OCI + kind, "digest": self.blob(data), "size": len(data)}, **more)

    def config(self, diff_ids):
        return json.dumps({"architecture": "amd64", "os": "linux", "config": {"User": "1000"},
                           "rootfs": {"type": "layers", "diff_ids": diff_ids}}).encode()

    def manifest(self, layers, diff_ids=(), **more):
        config = self.descriptor("config.v1+json", self.config(list(diff_ids)))
        return dict({"schemaVersion": 2, "mediaType": OCI + "manifest.v1+json", "config": config, "layers": layers}, **more)

    def image(self, layers, diff_ids=(), tag="t", **more):
        """Layers are descriptors; the manifest is written and indexed."""
        manifest = json.dumps(self.manifest(layers, diff_ids, **more)).encode()
        self.index([self.descriptor("manifest.v1+json", manifest, annotations={OCI.replace("application/vnd.oci", "org.opencontainers") + "ref.name": tag})])
        return self

    def index(self, manifests, **more):
        self.write("index.json", json.dumps(dict({"schemaVersion": 2, "manifests": manifests}, **more)).encode())

    def simple(self, *tars, kind="layer.v1.tar+gzip", pack=gz):
        """An image of uncompressed tars, each packed."""
        return self.image([self.descriptor(kind, pack(t)) for t in tars], [sha(t) for t in tars])


def docker_archive(tars, config=None, extra=()):
    """What `docker save` writes: uncompressed layers, a configuration, manifest.json."""
    diff_ids = [sha(t) for t in tars]
    config = config or json.dumps({"architecture": "amd64", "os": "linux", "config": {},
                                   "rootfs": {"type": "layers", "diff_ids": diff_ids}}).encode()
    name = sha(config)[7:] + ".json"
    names = ["%s/layer.tar" % d[7:] for d in diff_ids]
    manifest = json.dumps([{"Config": name, "RepoTags": ["example.org/a:t"], "Layers": names}]).encode()
    return tar(*[(n, t) for n, t in zip(names, tars)], (name, config), *extra, ("manifest.json", manifest))
