#!/usr/bin/env python3
"""make_archives.py - write the archives that the cases of java_archive and python_archive need (tests/data/parse), sound
and hostile ones. They are the same from run to run. `parse_test tests/data/parse --accept` then writes what is expected."""
import io, os, struct, zipfile

here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data/parse")
STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED


def archive(members, before=b""):
    """members: (name, bytes or text[, how it is packed])"""
    out = io.BytesIO()
    out.write(before)
    with zipfile.ZipFile(out, "a" if before else "w") as z:
        for name, body, *how in members:
            info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            info.compress_type = how[0] if how else DEFLATED
            z.writestr(info, body)
    return out.getvalue()


def pom(group, artifact, version, xml=False):
    folder = f"META-INF/maven/{group}/{artifact}/"
    if xml:
        return folder + "pom.xml", (f"<project><parent><groupId>{group}</groupId><version>{version}</version></parent>"
                                    f"<artifactId>{artifact}</artifactId></project>")
    return folder + "pom.properties", f"#Generated\r\nversion={version}\r\ngroupId = {group}\r\nartifactId={artifact}\r\n"


def manifest(*lines):
    return "META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n" + "".join(l + "\r\n" for l in lines) + "\r\nName: a/\r\nImplementation-Version: 9\r\n"


def case(parser, name, path, body):
    folder = os.path.join(here, parser, name)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "path"), "w") as f:
        f.write(path + "\n")
    with open(os.path.join(folder, "input"), "wb") as f:
        f.write(body)


def patched(body, magic, at, value, which=0):
    """Another value in the which-th record that begins with `magic`."""
    place = -1
    for _ in range(which + 1):
        place = body.index(magic, place + 1)
    return body[:place + at] + value + body[place + at + len(value):]


def zip64(body):
    """The same archive with the larger end records and one entry whose size stands in an extra field."""
    end = body.rindex(b"PK\5\6")
    n, size, offset = struct.unpack_from("<HII", body, end + 10)
    entry = body.index(b"PK\1\2")
    packed, whole = struct.unpack_from("<II", body, entry + 20)
    name = struct.unpack_from("<H", body, entry + 28)[0]
    extra = struct.pack("<HHQQ", 1, 16, whole, packed)
    head = body[entry:entry + 20] + b"\xff" * 8 + body[entry + 28:entry + 30] + struct.pack("<H", len(extra))
    central = head + body[entry + 32:entry + 46 + name] + extra + body[entry + 46 + name:end]
    big = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, n, n, len(central), offset)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, offset + len(central), 1)
    return body[:offset] + central + big + locator + body[end:end + 8] + b"\xff" * 12 + b"\0\0"


def java():
    lib = archive([manifest(), pom("org.example", "lib", "1.2.3"), ("a/A.class", b"\xca\xfe\xba\xbe")])
    spring = archive([manifest("Implementation-Title: spring-core", "Implementation-Version: 5.3.17",
                               "Automatic-Module-Name: spring.core")])

    def java_case(name, path, body):
        case("java_archive", name, path, body)

    java_case("pom_properties", "app/lib/lib-1.2.3.jar", lib)
    java_case("pom_xml", "app/lib/other-2.0.jar", archive([pom("org.example", "other", "2.0", xml=True)]))
    java_case("both_say_it", "app/lib/both-2.0.jar", archive(
        [pom("org.example", "both", "2.0"), (pom("org.example", "both", "2.0", xml=True)[0], "<project><artifactId>both</artifactId>"
                                             "<groupId>org.example</groupId><version>2.0</version><licenses><license><name> Apache-2.0\n"
                                             "</name></license><license><name>MIT</name></license></licenses></project>")]))
    java_case("shaded", "app/uber-1.0-all.jar", archive(
        [manifest("Implementation-Version: 1.0"), pom("org.example", "one", "1.1"), pom("org.example", "two", "2.2"),
         pom("org.example", "uber", "1.0")]))
    java_case("shaded_without_own", "app/everything-3.1.jar", archive(
        [pom("org.example", "one", "1.1"), pom("org.example", "two", "2.2")]))
    java_case("digits_in_name", "usr/share/java/keel-1.2-api.jar", archive([manifest(), pom("org.example", "keel-1.2-api", "2.17.1")]))
    java_case("licence_in_manifest", "opt/rope-1.0.jar", archive([manifest("Bundle-License: https://licenses.example.org/rope"),
                                                                 pom("org.example", "rope", "1.0"), pom("org.example", "rope", "1.0", xml=True)]))
    java_case("renamed", "app/app.jar", lib)
    # signed: the digests' sections and the signature's files name no artifact; a version of its own stands in the first section
    java_case("signed", "opt/signed-1.9.jar", archive(
        [("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\nImplementation-Title: signed\r\nImplementation-Vendor-Id: org.example\r\n"
          "Implementation-Version: 1.9\r\n\r\nName: a/A.class\r\nSHA-256-Digest: AAAA\r\nImplementation-Version: 8\r\n\r\n"),
         ("META-INF/SIGNER.SF", "Signature-Version: 1.0\r\nImplementation-Version: 7\r\nSHA-256-Digest-Manifest: AAAA\r\n\r\n"),
         ("META-INF/SIGNER.RSA", b"\x30\x82\x01\x00"), ("a/A.class", b"\xca\xfe\xba\xbe")]))
    # several releases of Java: what stands for one of them is another form of the same artifact
    java_case("multi_release", "opt/many-2.5.jar", archive(
        [manifest("Multi-Release: true", "Automatic-Module-Name: org.example.many"), pom("org.example", "many", "2.5"),
         ("META-INF/versions/9/module-info.class", b"\xca\xfe\xba\xbe"), ("META-INF/versions/11/a/A.class", b"\xca\xfe\xba\xbe"),
         ("META-INF/versions/11/" + pom("org.example", "many", "9.9")[0], pom("org.example", "many", "9.9")[1])]))
    java_case("spring_boot", "app/service.jar", archive(
        [manifest("Start-Class: org.example.App", "Spring-Boot-Lib: BOOT-INF/lib/"), pom("org.example", "service", "0.1"),
         ("BOOT-INF/lib/lib-1.2.3.jar", lib, STORED), ("BOOT-INF/lib/spring-core-5.3.17.jar", spring, STORED)]))
    java_case("runs_by_itself", "usr/bin/service.jar", archive([pom("org.example", "service", "0.1")],
                                                               before=b"#!/bin/sh\nexec java -jar $0\n"))
    java_case("war_in_ear", "srv/all.ear", archive(
        [("web.war", archive([("WEB-INF/lib/lib-1.2.3.jar", lib)])), pom("org.example", "all", "7")]))
    java_case("jenkins_plugin", "var/jenkins_home/plugins/git.jpi", archive(
        [manifest("Group-Id: org.jenkins-ci.plugins", "Short-Name: git", "Plugin-Version: 5.2.0 (private)"),
         ("WEB-INF/lib/lib-1.2.3.jar", lib)]))
    java_case("known_group", "opt/spring-core-5.3.17.jar", spring)
    java_case("tomcat", "opt/tomcat/lib/catalina.jar", archive(
        [manifest("Implementation-Title: Apache Tomcat", "Implementation-Version: 9.0.43")]))
    java_case("bundle", "opt/org.example.text_1.4.0.v2019.jar", archive(
        [manifest("Bundle-SymbolicName: org.example.tools.te", " xt;singleton:=true", "Bundle-Version: 1.4.0.v2019",
                  "Bundle-License: EPL-2.0;link=\"https://www.example.org/epl\", MIT")]))
    java_case("file_name_only", "opt/acme-2.1.jar", archive([("a/A.class", b"\xca\xfe\xba\xbe")]))
    java_case("nothing_known", "opt/acme.jar", archive([("a/A.class", b"\xca\xfe\xba\xbe")]))
    java_case("zip64", "opt/lib-1.2.3.jar", zip64(lib))
    java_case("resource_adapter", "opt/ra.rar", lib)
    java_case("not_a_resource_adapter", "opt/photos.rar", b"Rar!\x1a\x07\x00....")
    # hostile ones
    deep = lib
    for i in range(9):
        deep = archive([(f"{i}.jar", deep)])
    java_case("too_deep", "opt/deep.jar", deep)
    java_case("cut_off", "opt/cut.jar", lib[:len(lib) // 2])
    java_case("lying_size", "opt/lying.jar", patched(lib, b"PK\1\2", 24, struct.pack("<I", 17), which=1))
    java_case("overlapping", "opt/overlap.jar", patched(lib, b"PK\1\2", 20, struct.pack("<I", len(lib) - 3), which=1))
    java_case("two_names", "opt/two-names.jar", patched(lib, b"PK\3\4", 30, b"X", which=1))
    java_case("encrypted", "opt/secret.jar", patched(lib, b"PK\1\2", 8, b"\1\0", which=1))
    java_case("odd_method", "opt/odd.jar", patched(lib, b"PK\1\2", 10, b"\x5d\0", which=1))
    java_case("directory_beyond_the_end", "opt/beyond.jar", patched(lib, b"PK\5\6", 12, b"\xff\xff\xff\x7f"))
    java_case("fewer_entries", "opt/fewer.jar", patched(lib, b"PK\5\6", 10, b"\x09\0"))
    java_case("bomb", "opt/bomb.jar", archive([(pom("org.example", "bomb", "1")[0], b"#" * (9 << 20)),
                                              ("META-INF/MANIFEST.MF", patched(b"x" * 10, b"x", 0, b"y") * 10)]))
    java_case("damaged_inside", "opt/outer-1.0.jar", archive(
        [pom("org.example", "outer", "1.0"), ("lib/broken.jar", b"PK\3\4 nothing else"), ("lib/lib-1.2.3.jar", lib)]))


java()


def packed():
    metadata = "Metadata-Version: 2.1\nName: sample\nVersion: 1.5\nLicense: MIT\n\nText.\n"
    case("packed", "wheel", "srv/wheels/sample-1.5-py3-none-any.whl", archive(
        [("sample/__init__.py", ""), ("sample-1.5.dist-info/METADATA", metadata)]))
    case("packed", "egg", "srv/eggs/sample-1.5-py3.9.egg", archive([("EGG-INFO/PKG-INFO", metadata)]))
    case("packed", "extension", "srv/sample.vsix", archive(
        [("extension/package.json", '{"name": "outer", "version": "1.0.0"}'),
         ("extension/node_modules/@scope/inner/package.json", '{"name": "@scope/inner", "version": "2.0.0"}')]))
    case("packed", "damaged_member", "srv/bad-1.0-py3-none-any.whl", archive(
        [("bad-1.0.dist-info/METADATA", "Name: bad\n")]))
    case("packed", "cut_off", "srv/cut-1.0-py3-none-any.whl", archive([("a", "b" * 100)])[:-10])


def utf16(text):
    return text.encode("utf-16-le") + b"\0\0"


def block(name, value=b"", children=(), length=None):
    """A block of VS_VERSIONINFO; every part begins at a multiple of four."""
    body = utf16(name)
    body += b"\0" * (-(6 + len(body)) % 4) + value
    for child in children:
        body += b"\0" * (-(6 + len(body)) % 4) + child
    return struct.pack("<HHH", length or 6 + len(body), len(value) if not children or value else 0, 1) + body


def assembly(strings, cli=True, **how):
    table = block("000004b0", children=[block(k, utf16(v)) for k, v in strings])
    info = block("VS_VERSION_INFO", b"\xbd\4\xef\xfe" + b"\0" * 48, [block("StringFileInfo", children=[table], **how)])
    optional = struct.pack("<H", 0x10b) + b"\0" * 90 + struct.pack("<I", 16) + b"\0" * 14 * 8
    optional += struct.pack("<II", 0x2008 if cli else 0, 72) + b"\0" * 8
    head = b"MZ" + b"\0" * 58 + struct.pack("<I", 64) + b"PE\0\0" + b"\0" * 20 + optional
    return head + b"\0" * (-len(head) % 4) + info


def dotnet():
    names = [("CompanyName", "Example"), ("FileVersion", "13.0.3.27908"), ("InternalName", "Sample.Json.dll"),
             ("OriginalFilename", "Sample.Json.dll"), ("ProductVersion", "13.0.3+0a2e291c0d")]
    case("dotnet_pe", "assembly", "app/Sample.Json.dll", assembly(names))
    case("dotnet_pe", "file_version_only", "app/Other.exe", assembly([("FileVersion", "2.1.0.0 built by hand")]))
    case("dotnet_pe", "translation", "app/de/Sample.Json.resources.dll", assembly(names))
    case("dotnet_pe", "native", "app/native.dll", assembly(names, cli=False))
    case("dotnet_pe", "cut_off", "app/cut.dll", assembly(names)[:-60])
    case("dotnet_pe", "hostile_length", "app/long.dll", assembly(names, length=0xffff))


packed()
dotnet()
