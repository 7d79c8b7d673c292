#!/usr/bin/env python3
"""What assembly makes of the packages of many files: who owns a program, what a bill of materials only repeats, where in
an archive a package lies.

  inventory.py SCANTLING    TAP
"""
import base64, hashlib, io, json, os, sqlite3, struct, subprocess, sys, tempfile, zipfile

from tap import end, say

PROGRAM = sys.argv[1]
NGINX = b"\x7fELF" + b"\0" * 60 + b"\0nginx version: nginx/1.22.1\n\0"
REDIS = b"\x7fELF" + b"\0" * 60 + b"redis_version:%s\0\x007.0.15\0"


def tree(folder, files):
    for path, data in files.items():
        at = os.path.join(folder, path)
        os.makedirs(os.path.dirname(at), exist_ok=True)
        with open(at, "wb") as f:
            f.write(data if isinstance(data, bytes) else data.encode())
        if "bin/" in path:
            os.chmod(at, 0o755)


def packages(files):
    with tempfile.TemporaryDirectory() as folder:
        tree(folder, files)
        out = subprocess.run([PROGRAM, "scan", "--no-cache", "-f", "json", "rootfs:" + folder], capture_output=True)
    report = json.loads(out.stdout)
    return report["packages"], report["incomplete"]


def jar(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for name, data in members.items():
            z.writestr(name, data)
    return out.getvalue()


def properties(group, artifact, version):
    return {f"META-INF/maven/{group}/{artifact}/pom.properties": f"groupId={group}\nartifactId={artifact}\nversion={version}\n"}


DEBIAN = {
    "etc/os-release": "ID=debian\nVERSION_ID=12\n",
    "var/lib/dpkg/status": "Package: nginx\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.22.1-9\n\n",
    "var/lib/dpkg/info/nginx.list": "/.\n/usr\n/usr/sbin\n/usr/sbin/nginx\n",
}


def owned():
    have, _ = packages({**DEBIAN, "usr/sbin/nginx": NGINX, "usr/local/bin/redis-server": REDIS})
    by = {(p["type"], p["name"]): p for p in have}
    nginx, redis = by.get(("generic", "nginx"), {}), by.get(("generic", "redis"), {})
    say(nginx.get("owner") == {"type": "deb", "name": "nginx"} and nginx.get("version") == "1.22.1",
        "a program that a package brought is there and knows its owner", have)
    say("owner" not in redis and redis.get("version") == "7.0.15" and redis.get("how") == "banner"
        and redis.get("purl") == "pkg:generic/redis@7.0.15", "one that nobody brought has none", have)
    say("owner" not in by[("deb", "nginx")], "a database is nobody's", have)


def repeated():
    purl = "pkg:deb/debian/nginx@1.22.1-9?arch=amd64&distro=debian-12"
    bom = {"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [
        {"type": "library", "name": "nginx", "version": "1.22.1-9", "purl": purl},
        {"type": "library", "name": "lib", "version": "1.0", "purl": "pkg:npm/lib@1.0", "cpe": "cpe:2.3:a:x:lib:1.0:*:*:*:*:*:*:*"}]}
    have, _ = packages({**DEBIAN, "opt/a.cdx.json": json.dumps(bom), "opt/b.cdx.json": json.dumps(bom),
                        "app/node_modules/other/package.json": '{"name": "other", "version": "2.0"}'})
    nginx = [p for p in have if p["name"] == "nginx"]
    lib = [p for p in have if p["name"] == "lib"]
    say(len(nginx) == 1 and nginx[0]["path"] == "var/lib/dpkg/status" and nginx[0]["how"] == "declared"
        and nginx[0].get("also") == ["opt/a.cdx.json", "opt/b.cdx.json"],
        "what bills of materials repeat is said once, by the database, with all of them as evidence", nginx)
    say(len(lib) == 1 and lib[0]["how"] == "listed" and lib[0].get("also") == ["opt/b.cdx.json"]
        and lib[0].get("cpes") == ["cpe:2.3:a:x:lib:1.0:*:*:*:*:*:*:*"], "what only they say is said once too, with its CPE", lib)


def nested():
    lib = jar(properties("org.example", "lib", "1.0"))
    have, gaps = packages({"app/shop.war": jar({"WEB-INF/lib/lib-1.0.jar": lib, **properties("org.example", "shop", "3")}),
                           "app/bad.jar": b"PK\3\4 no archive"})
    say({(p["name"], p["path"]) for p in have} == {("lib", "app/shop.war!/WEB-INF/lib/lib-1.0.jar"), ("shop", "app/shop.war")},
        "a package in an archive says where in it", have)
    say(any("bad.jar" in g["where"] for g in gaps), "an archive that cannot be read is a gap", gaps)


def pom(artifact, body, version="1.0", parent=""):
    return (f"<project>{parent}<groupId>org.example</groupId><artifactId>{artifact}</artifactId><version>{version}</version>"
            f"{body}</project>")


def dependency(artifact, version="", more=""):
    return (f"<dependency><groupId>org.example</groupId><artifactId>{artifact}</artifactId>"
            + (f"<version>{version}</version>" if version else "") + more + "</dependency>")


def inherited():
    parent = ("<parent><groupId>org.example</groupId><artifactId>%s</artifactId><version>%s</version>%s</parent>")
    managed = "<dependencyManagement><dependencies>%s</dependencies></dependencyManagement>"
    imported = dependency("versions", "1.0", "<type>pom</type><scope>import</scope>")
    have, gaps = packages({
        "src/a-child/pom.xml": pom("a-child", "<properties><lib.version>9</lib.version></properties><dependencies>"
                                   + dependency("managed") + dependency("listed") + dependency("by-property", "${parents}")
                                   + dependency("overridden") + "</dependencies>", parent=parent % ("top", "1.0", "")),
        "src/pom.xml": pom("top", "<properties><lib.version>1</lib.version><parents>7</parents></properties>"
                           + managed % (dependency("managed", "3") + dependency("overridden", "${lib.version}") + imported)
                           + "<dependencies>" + dependency("inherited", "5") + "</dependencies>"),
        "src/versions/pom.xml": pom("versions", managed % (dependency("listed", "4") + dependency("managed", "0"))),
        "src/wrong/pom.xml": pom("wrong", "<dependencies>" + dependency("managed") + "</dependencies>",
                                 parent=parent % ("top", "2.0", "")),
        "src/alone/pom.xml": pom("alone", "<dependencies>" + dependency("managed") + "</dependencies>",
                                 parent=parent % ("top", "1.0", "<relativePath/>")),
        "src/loop/pom.xml": pom("loop", "", parent=parent % ("loop", "1.0", "<relativePath>../loop/pom.xml</relativePath>")),
    })
    of = lambda folder: {(p["name"], p["version"]) for p in have if p["path"] == f"src/{folder}/pom.xml"}
    want = {("a-child", "1.0"), ("managed", "3"), ("listed", "4"), ("by-property", "7"), ("overridden", "9"), ("inherited", "5")}
    say(of("a-child") == want, "a pom inherits properties, managed versions and dependencies, and imports a list of versions",
        sorted(of("a-child")), gaps)
    say(("managed", "") in of("wrong") and ("managed", "") in of("alone"), "nothing from a parent that is another's or elsewhere",
        of("wrong"), of("alone"))
    say(("loop", "1.0") in of("loop") and not gaps, "one that is its own parent ends", of("loop"), gaps)


def central():
    project = '<Project><ItemGroup><PackageReference Include="Sample.Json"/></ItemGroup></Project>'
    props = ('<Project><PropertyGroup><V>%s</V></PropertyGroup><ItemGroup><PackageVersion Include="sample.json" Version="$(V)"/>'
             '</ItemGroup></Project>')
    have, gaps = packages({"src/a/b/b.csproj": project, "src/Directory.Packages.props": props % "13.0.3",
                           "src/c/c.csproj": project, "src/c/Directory.Packages.props": props % "12.0.1",
                           "other/d.csproj": project})
    of = {p["path"]: p["version"] for p in have}
    say(of.get("src/a/b/b.csproj") == "13.0.3" and of.get("src/c/c.csproj") == "12.0.1" and "other/d.csproj" not in of and not gaps,
        "a .NET project has its versions from the nearest central list", have, gaps)


def nix():
    hash = "0123456789abcdfghijklmnpqrsvwxyz"
    have, _ = packages({f"nix/store/{hash}-openssl-3.0.13/lib/libssl.so": "", f"nix/store/{hash}-curl-8.5.0-bin/bin/curl": "",
                        f"nix/store/{hash}-source/x": "", f"nix/store/{hash}-a-1.0.drv": "", "nix/store/.links/x": ""})
    say({(p["type"], p["name"], p["version"], p["how"]) for p in have}
        == {("nix", "openssl", "3.0.13", "concluded"), ("nix", "curl", "8.5.0", "concluded")}, "folders of Nix's store", have)


def constrained():
    have, _ = packages({"app/requirements.txt": "-c deploy/constraints.txt\nflask\nother==2.0\nunbound>=1\n-r requirements/base.txt\n",
                        "app/deploy/constraints.txt": "Flask==2.3.2\nnot-asked-for==1.0\n", "app/requirements/base.txt": "base==3.1\n"})
    say({(p["name"], p["version"]) for p in have} == {("flask", "2.3.2"), ("other", "2.0"), ("unbound", ""), ("base", "3.1")},
        "constraints pin what is asked for, and nothing else", have)


def locked():
    lock = json.dumps({"lockfileVersion": 3, "packages": {"": {"name": "app"}, "node_modules/here": {"version": "1.0.0"},
                                                          "node_modules/other-platform": {"version": "2.0.0", "optional": True}}})
    have, _ = packages({"app/package-lock.json": lock, "app/node_modules/.package-lock.json": lock,
                        "app/node_modules/here/package.json": '{"name": "here", "version": "1.0.0"}',
                        "src/package-lock.json": lock, "src/node_modules/.cache/x": "", "node_modules/top/package.json":
                        '{"name": "top", "version": "3.0.0"}'})
    of = lambda folder: {p["name"]: p for p in have if p["path"].startswith(folder)}
    say(set(of("app/")) == {"here"} and of("app/")["here"]["path"] == "app/node_modules/here/package.json"
        and set(of("app/")["here"]["also"]) == {"app/package-lock.json", "app/node_modules/.package-lock.json"},
        "what is installed counts, its lock files are further evidence", have)
    say(set(of("src/")) == {"here", "other-platform"}, "a lock file without an installed tree says what will be", have)


def of_nobody():
    deb = {"type": "library", "bom-ref": "d", "name": "python3-hull", "version": "1.0-1", "purl": "pkg:deb/debian/python3-hull@1.0-1?distro=debian-12"}
    hull = {"type": "library", "name": "hull", "version": "1.0", "purl": "pkg:pypi/hull@1.0"}
    owned = {**hull, "bom-ref": "a", "properties": [{"name": "scantling:owner", "value": "deb/python3-hull"}]}
    with tempfile.TemporaryDirectory() as folder:
        with open(folder + "/a.cdx.json", "w") as f:
            json.dump({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [deb, owned, {**hull, "bom-ref": "b"}]}, f)
        out = subprocess.run([PROGRAM, "scan", "--no-cache", "-f", "json", "sbom:" + folder + "/a.cdx.json"], capture_output=True).stdout
    have = [p.get("owner") for p in json.loads(out)["packages"] if p["name"] == "hull"]
    say(len(have) == 2 and None in have, "a bill's package that is a distribution's and nobody's as well is listed as both", have)


def related():
    stanza = "Package: %s\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0\nMaintainer: Team <team@example.org>\n%s\n"
    with tempfile.TemporaryDirectory() as folder:
        tree(folder, {"etc/os-release": DEBIAN["etc/os-release"], "var/lib/dpkg/status":
                      stanza % ("hull", "Pre-Depends: keel\nDepends: mast | sail, ship, keel (>= 1.0), missing\n") + stanza % ("keel", "")
                      + stanza % ("sail", "Provides: ship\n"), "usr/share/doc/keel/copyright":
                      "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: MIT\n"})
        os.symlink("keel", folder + "/usr/share/doc/sail")
        cdx, spdx = (json.loads(subprocess.run([PROGRAM, "sbom", "--no-cache", "-f", form, "rootfs:" + folder], capture_output=True).stdout)
                     for form in ("cyclonedx", "spdx"))
    name = {c["bom-ref"]: c["name"] for c in cdx["components"]}
    needs = {name[d["ref"]]: sorted(name[r] for r in d["dependsOn"]) for d in cdx["dependencies"] if d["ref"] in name}
    say(needs == {"hull": ["keel", "sail"]}, "CycloneDX: what a package needs, by name, alternatives and what others provide", cdx["dependencies"])
    name = {p["SPDXID"]: p["name"] for p in spdx["packages"]}
    needs = [(name[r["spdxElementId"]], name[r["relatedSpdxElement"]]) for r in spdx["relationships"] if r["relationshipType"] == "DEPENDS_ON"]
    say(sorted(needs) == [("hull", "keel"), ("hull", "sail")], "SPDX: the same", spdx["relationships"])
    say({c["name"] for c in cdx["components"] if c.get("licenses")} == {"keel", "sail"},
        "Debian's licences count for packages whose folder of documents is a link", cdx["components"])
    say(cdx["components"][1]["supplier"] == {"name": "Team <team@example.org>"}
        and {p["supplier"] for p in spdx["packages"] if "supplier" in p} == {"Organization: Team (team@example.org)"},
        "suppliers are said", spdx["packages"])


def rpm_header(name, requires, provides, files):
    """A header as rpm stores it: index and store, big-endian."""
    store, index = b"", b""
    def add(tag, kind, values):
        nonlocal store, index
        if kind == 4:
            store += b"\0" * (-len(store) % 4)
        index += struct.pack(">IIII", tag, kind, len(store), len(values))
        store += b"".join(struct.pack(">I", v) if kind == 4 else v.encode() + b"\0" for v in values)
    folders = sorted({os.path.dirname(f) + "/" for f in files})
    for tag, text in ((1000, name), (1001, "1.0"), (1002, "1"), (1022, "noarch"), (1044, name + "-1.0-1.src.rpm")):
        add(tag, 6, [text])
    add(1047, 8, [name, *provides])
    if requires:
        add(1049, 8, requires)
    if files:
        add(1116, 4, [folders.index(os.path.dirname(f) + "/") for f in files])
        add(1117, 8, [os.path.basename(f) for f in files])
        add(1118, 8, folders)
    return struct.pack(">II", len(index) // 16, len(store)) + index + store


def bill(folder, *options):
    """Who needs whom, by name, and the components by theirs."""
    out = subprocess.run([PROGRAM, "sbom", "--no-cache", "-f", "cyclonedx", *options, "rootfs:" + folder], capture_output=True).stdout
    cdx = json.loads(out)
    name = {c["bom-ref"]: c["name"] + " " + c["version"] for c in cdx["components"] if c["bom-ref"].startswith("package")}
    needs = {name[d["ref"]]: sorted(name[r] for r in d["dependsOn"]) for d in cdx["dependencies"] if d["ref"] in name}
    return needs, {name[c["bom-ref"]]: c for c in cdx["components"] if c["bom-ref"] in name}


def related_rpm():
    rows = [rpm_header("hull", ["libkeel.so.1()(64bit)", "rpmlib(PayloadIsZstd)", "/bin/sh", "hull", "(sail if mast)", "missing", "libown.so"], ["libown.so"], []),
            rpm_header("keel", ["/usr/bin/anchor"], ["libkeel.so.1()(64bit)", "libown.so"], ["/usr/lib64/libkeel.so.1"]),
            rpm_header("sail", [], [], ["/usr/bin/sh"])]
    with tempfile.TemporaryDirectory() as folder:
        tree(folder, {"etc/os-release": "ID=fedora\nVERSION_ID=41\n", "usr/bin/sh": "", "usr/lib/sysimage/rpm/rpmdb.sqlite": ""})
        os.symlink("usr/bin", folder + "/bin")
        with sqlite3.connect(folder + "/usr/lib/sysimage/rpm/rpmdb.sqlite") as db:
            db.execute("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)")
            db.executemany("INSERT INTO Packages (blob) VALUES (?)", [(r,) for r in rows])
        db.close()
        needs, _ = bill(folder)
    say(needs == {"hull 1.0-1": ["keel 1.0-1", "sail 1.0-1"]},
        "rpm: by what others provide, and by files through links; not what it provides itself, nor conditions", needs)


def related_installed():
    node = lambda name, version, **more: json.dumps({"name": name, "version": version, **more})
    python = lambda name, needs: f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n" + "".join(f"Requires-Dist: {n}\n" for n in needs)
    gem = lambda name, needs: f's.name = "{name}"\ns.version = "1.0"\n' + "".join(f's.add_dependency("{n}")\n' for n in needs)
    digest = hashlib.sha512(b"keel").digest()
    lock = {"lockfileVersion": 3, "packages": {"node_modules/keel": {"version": "1.0", "integrity": "sha512-" + base64.b64encode(digest).decode()}}}
    with tempfile.TemporaryDirectory() as folder:
        tree(folder, {"app/node_modules/hull/package.json": node("hull", "1.0", dependencies={"keel": "*", "mast": "*", "gone": "*"}),
                      "app/node_modules/hull/node_modules/keel/package.json": node("keel", "2.0"),
                      "app/node_modules/keel/package.json": node("keel", "1.0"),
                      "app/node_modules/.package-lock.json": json.dumps(lock),
                      "app/node_modules/.store/mast@1/node_modules/mast/package.json": node("mast", "1.0", peerDependencies={"keel": "*"}),
                      "lib/site-packages/Deck_Hand-1.0.dist-info/METADATA": python("Deck_Hand", ["rope.line>=1"]),
                      "lib/site-packages/rope_line-1.0.dist-info/METADATA": python("rope-line", ["deck.hand ; extra == 'x'"]),
                      "gems/specifications/a-1.0.gemspec": gem("a", ["b", "c"]),
                      "gems/specifications/b-1.0.gemspec": gem("b", []),
                      "other/specifications/c-1.0.gemspec": gem("c", [])})
        os.symlink(".store/mast@1/node_modules/mast", folder + "/app/node_modules/mast")
        needs, parts = bill(folder)
    say(needs == {"hull 1.0": ["keel 2.0", "mast 1.0"], "mast 1.0": ["keel 1.0"], "Deck_Hand 1.0": ["rope-line 1.0"], "a 1.0": ["b 1.0"]},
        "installed: where node would find it, through links; Python's by their folded names; gems of the same folder", needs)
    say(parts["keel 1.0"].get("hashes") == [{"alg": "SHA-512", "content": digest.hex()}] and "hashes" not in parts["keel 2.0"],
        "the hash that the lock file of what is installed says, in hexadecimal", parts)


def bounded():
    """More needs than are told is a gap that is said."""
    n = 1100
    lock = {"lockfileVersion": 3, "packages": {f"node_modules/p{i}": {"version": "1.0", "dependencies": {f"p{k}": "*" for k in range(n)}} for i in range(n)}}
    with tempfile.TemporaryDirectory() as folder:
        tree(folder, {"package-lock.json": json.dumps(lock)})
        needs, _ = bill(folder)
        out = subprocess.run([PROGRAM, "sbom", "--no-cache", "rootfs:" + folder], capture_output=True, text=True).stdout
    told = sum(map(len, needs.values()))
    say(900000 < told <= 1000000 and "1000000th need" in out, "a file with more needs than are told says so", told)


for test in (owned, repeated, nested, inherited, central, nix, constrained, locked, of_nobody, related, related_rpm, related_installed, bounded):
    test()
end()
