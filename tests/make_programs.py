#!/usr/bin/env python3
"""make_programs.py - write the smallest programs that the cases of go_binary and rust_binary need (tests/data/parse):
headers of ELF, and what a parser looks for. Real ones are built and compared by tests/live/go_binaries.sh."""
import os, struct, zlib

here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data/parse")


def elf(sections, wide=True, big=False, table=True, load_at=0x400000):
    """One PT_LOAD of the whole file; `sections`: (name, bytes), which begin at multiples of 16."""
    order = ">" if big else "<"
    head, entry, segment = (64, 64, 56) if wide else (52, 40, 32)
    names, body, places = b"\0", b"", []
    start = head + segment + (-(head + segment) % 16)
    for name, data in sections + [(".shstrtab", None)]:
        at = len(names)
        names += name.encode() + b"\0"
        if data is None:
            data = names
        body += b"\0" * (-len(body) % 16)
        places.append((at, start + len(body), len(data)))
        body += data
    end = start + len(body)
    n = len(places) + 1 if table else 0
    word = "Q" if wide else "I"
    out = b"\x7fELF" + bytes([2 if wide else 1, 2 if big else 1, 1]) + b"\0" * 9
    out += struct.pack(order + "HHI" + word * 3 + "IHHHHHH", 2, 62, 1, 0, head, end if table else 0, 0, head, segment, 1,
                       entry, n, n - 1 if n else 0)
    size = end + n * entry
    if wide:
        out += struct.pack(order + "IIQQQQQQ", 1, 6, 0, load_at, load_at, size, size, 16)
    else:
        out += struct.pack(order + "IIIIIIII", 1, 0, load_at, load_at, size, size, 6, 16)
    out += b"\0" * (start - len(out)) + body
    if table:
        out += b"\0" * entry
        for at, offset, length in places:
            if wide:
                out += struct.pack(order + "IIQQQQIIQQ", at, 1, 2, load_at + offset, offset, length, 0, 0, 16, 0)
            else:
                out += struct.pack(order + "IIIIIIIIII", at, 1, 2, load_at + offset, offset, length, 0, 0, 16, 0)
    return out, {name: places[i][1] for i, (name, _) in enumerate(sections)}


def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


MAGIC = b"\xff Go buildinf:"
GUARD = bytes(range(1, 17))


def inline(go, modules):
    modules = GUARD + modules.encode() + GUARD if modules else b""
    head = MAGIC + bytes([8, 2]) + b"\0" * 16
    return head + varint(len(go)) + go.encode() + varint(len(modules)) + modules


def pointers(go, modules, wide, big):
    """As before Go 1.18: the section points to two string heads, and they to their bytes."""
    size, order, word = (8, ">" if big else "<", "Q") if wide else (4, ">" if big else "<", "I")
    modules = GUARD + modules.encode() + GUARD
    texts = go.encode() + modules
    head = MAGIC + bytes([size, 1 if big else 0])
    blank = head + b"\0" * (32 - len(head))
    base = 0x400000
    _, at = elf([(".go.buildinfo", blank), (".data", b"\0" * 4 * size), (".rodata", texts)], wide, big)
    heads = base + at[".data"]
    rodata = base + at[".rodata"]
    section = head + struct.pack(order + word * 2, heads, heads + 2 * size)
    section += b"\0" * (32 - len(section))
    data = struct.pack(order + word * 4, rodata, len(go), rodata + len(go), len(modules))
    return elf([(".go.buildinfo", section), (".data", data), (".rodata", texts)], wide, big)[0]


def case(parser, name, path, data):
    folder = os.path.join(here, parser, name)
    os.makedirs(folder, exist_ok=True)
    with open(folder + "/path", "w") as f:
        f.write(path + "\n")
    with open(folder + "/input", "wb") as f:
        f.write(data)


TEXT = """path\texample.org/app/cmd/app
mod\texample.org/app\t(devel)\t
dep\texample.org/one\tv1.2.3\th1:AAAA=
dep\texample.org/two\tv1.0.0
=>\texample.org/fork/two\tv1.0.1\th1:BBBB=
dep\texample.org/three\tv0.1.0
=>\t../three\t(devel)\t
build\t-buildmode=exe
build\t-ldflags="-s -w -X example.org/dep.Version=9.9.9 -X 'main.version=v2.3.4' -X main.commit=abcdef"
build\tGOARCH=amd64
"""
STAMPED = "path\texample.org/app\nmod\texample.org/app\tv1.5.0\th1:AAAA=\n"
BARE = "path\texample.org/app\nmod\texample.org/app\t(devel)\t\n"

case("go_binary", "inline", "usr/bin/app", elf([(".text", b"\x90" * 40), (".go.buildinfo", inline("go1.22.5", TEXT))])[0])
case("go_binary", "no_sections", "app", elf([(".text", b"\x90" * 40), (".go.buildinfo", inline("go1.21rc2", STAMPED))],
                                           table=False)[0])
case("go_binary", "pointers_64", "app", pointers("go1.17.13", STAMPED, True, False))
case("go_binary", "pointers_32_big_endian", "app", pointers("go1.16", BARE, False, True))
case("go_binary", "no_modules", "usr/lib/go/pkg/tool/cover",
     elf([(".go.buildinfo", inline("go1.22.1 X:boringcrypto", ""))])[0])
case("go_binary", "windows", "app.exe", b"MZ" + b"\0" * 62 + inline("go1.23.0", STAMPED))
case("go_binary", "not_go", "usr/bin/true", elf([(".text", b"\x90" * 40)])[0])
case("go_binary", "mentions_go", "usr/bin/grepper", elf([(".rodata", b"looks for " + MAGIC + b" in files" * 5)], table=False)[0])
case("go_binary", "cut_off", "app", elf([(".go.buildinfo", inline("go1.22.5", TEXT))])[0][:200])
case("go_binary", "length_beyond_the_end", "app",
     elf([(".go.buildinfo", MAGIC + bytes([8, 2]) + b"\0" * 16 + varint(8) + b"go1.22.5" + varint(1 << 30))])[0])

PACKAGES = b"""{"packages":[
{"name":"app","version":"0.1.0","source":"local","dependencies":[1,2],"root":true},
{"name":"libc","version":"0.2.140","source":"registry"},
{"name":"cc","version":"1.0.79","source":"registry","kind":"build"}]}"""
packed = zlib.compress(PACKAGES)
case("rust_binary", "audited", "usr/bin/app", elf([(".text", b"\x90" * 40), (".dep-v0", packed)])[0])
case("rust_binary", "without", "usr/bin/true", elf([(".text", b"\x90" * 40)])[0])
case("rust_binary", "damaged", "app", elf([(".dep-v0", packed[:20] + b"\xff" * 12 + packed[32:])])[0])
case("rust_binary", "cut_off", "app", elf([(".dep-v0", packed[:-20])])[0])
case("rust_binary", "not_json", "app", elf([(".dep-v0", zlib.compress(b'{"packages":[{"name":"a"}]}'))])[0])


def banners():
    """Programs that say their own version: one whose section table is whole, one of Windows."""
    case("binary_version", "elf", "usr/local/bin/redis-server",
         elf([(".rodata", b"redis_version:%s\0err\x007.0.15\0")])[0])
    case("binary_version", "windows", "Program Files/OpenSSL/bin/libcrypto-3-x64.dll",
         b"MZ" + b"\0" * 62 + b"\0OpenSSL 3.0.13 30 Jan 2024\0")
    case("binary_version", "no_version", "usr/sbin/nginx", elf([(".rodata", b"nginx version: nginx/%s\0")])[0])


banners()
