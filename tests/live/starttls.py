#!/usr/bin/env python3
"""starttls.py SCANTLING - every protocol that goes over to TLS, spoken by small servers on loopback: with a good
certificate, another name's, and one of nobody trusted; TLS switched off; and servers that are silent, endless, dripping or
talk nonsense. Prints TAP."""
import concurrent.futures, json, os, shutil, socket, ssl, struct, subprocess, sys, tempfile, threading, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
from tap import end, say, skip_all

scantling = os.path.realpath(sys.argv[1])


# ---- protocols: what the server says until TLS begins. No: TLS is switched off. ----

def line(c):
    text = b""
    while not text.endswith(b"\n"):
        text += one(c)
    return text


def one(c, size=1):
    data = b""
    while len(data) < size:
        got = c.recv(size - len(data))
        if not got:
            raise OSError("closed")
        data += got
    return data


def smtp(c, yes):
    c.sendall(b"220-mail.example.org\r\n220 ESMTP\r\n")
    assert line(c).startswith(b"EHLO ")
    c.sendall(b"250-mail.example.org\r\n250-PIPELINING\r\n250 STARTTLS\r\n" if yes else b"250 mail.example.org\r\n")
    assert line(c) == b"STARTTLS\r\n"
    c.sendall(b"220 go ahead\r\n" if yes else b"502 not here\r\n")


def imap(c, yes):
    c.sendall(b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n")
    tag, word = line(c).split()
    assert word == b"STARTTLS"
    c.sendall(b"* some news\r\n" + tag + (b" OK begin\r\n" if yes else b" BAD what\r\n"))


def pop3(c, yes):
    c.sendall(b"+OK ready <1.2@example.org>\r\n")
    assert line(c) == b"STLS\r\n"
    c.sendall(b"+OK begin\r\n" if yes else b"-ERR no\r\n")


def ftp(c, yes):
    c.sendall(b"220-welcome\r\n220 ready\r\n")
    assert line(c) == b"AUTH TLS\r\n"
    c.sendall(b"234 begin\r\n" if yes else b"534 no\r\n")


def ldap(c, yes, long_form=False):
    head = one(c, 2)
    assert head[0] == 0x30 and b"1.3.6.1.4.1.1466.20037" in one(c, head[1])
    body = b"\x0a\x01" + (b"\0" if yes else b"\x02") + b"\x04\0\x04\0"
    length = lambda size: struct.pack(">BI", 0x84, size) if long_form else bytes([size])
    response = b"\x78" + length(len(body)) + body
    message = b"\x02\x01\x01" + response
    c.sendall(b"\x30" + length(len(message)) + message)


def ldap_long(c, yes):
    """As Active Directory does: every length in four bytes."""
    ldap(c, yes, True)


def postgres(c, yes):
    assert one(c, 8) == struct.pack(">II", 8, 80877103)
    c.sendall(b"S" if yes else b"N")


def mysql(c, yes):
    flags = 0xF7FF | 0x800 if yes else 0xF7FF
    body = b"\x0a8.4.0\0" + struct.pack("<I", 7) + b"saltsalt\0" + struct.pack("<H", flags) + b"\x21\x02\0\0\0\x15" + b"\0" * 10 + b"saltsaltsalt\0caching_sha2_password\0"
    c.sendall(struct.pack("<I", len(body))[:3] + b"\0" + body)
    request = one(c, 36)
    assert request[3] == 1 and struct.unpack("<I", request[4:8])[0] & 0x800


def xmpp(c, yes, quote=b"'"):
    text = b""
    while not text.endswith(b">"):
        text += one(c)
    assert b"to='" in text
    offer = b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>" if yes else b""
    c.sendall(b"<?xml version='1.0'?><stream:stream xmlns='jabber:client' from='localhost' id='1'><stream:features>" + offer +
              b"<mechanisms/></stream:features>")
    text = b""
    while not text.endswith(b"/>"):
        text += one(c)
    word = b"proceed" if yes else b"failure"
    c.sendall(b"<" + word + b" xmlns=" + quote + b"urn:ietf:params:xml:ns:xmpp-tls" + quote + b"/>")


def xmpp_quotes(c, yes):
    xmpp(c, yes, b'"')


PROTOCOLS = [smtp, imap, pop3, ftp, ldap, ldap_long, postgres, mysql, xmpp, xmpp_quotes]
NAMES = ["smtp", "imap", "pop3", "ftp", "ldap", "postgres", "mysql", "xmpp"]


# ---- servers that mean harm ----

def pour(c, text):
    c.settimeout(20)
    while True:
        c.sendall(text)


def drip(c, text):
    for byte in text * 1000:
        c.sendall(bytes([byte]))
        time.sleep(1)


HOSTILE = {
    "is silent": lambda c: time.sleep(60),
    "hangs up": lambda c: None,
    "sends a line without end": lambda c: pour(c, b"x" * 65536),
    "greets for ever": lambda c: pour(c, b"220-more\r\n" * 1000),
    "has news for ever": lambda c: pour(c, b"* news\r\n" * 1000),
    "drips": lambda c: drip(c, b"220-"),
    "sends zeros": lambda c: pour(c, b"\0" * 65536),
    "claims the longest lengths": lambda c: pour(c, b"\xff\xff\xff\xff\x0a" + b"\x30\x84\xff\xff\xff\xff" * 100),
    "sends noise": lambda c: pour(c, os.urandom(65536)),
}


def serve(talk):
    listener = socket.create_server(("127.0.0.1", 0))

    def forever():
        while True:
            c, _ = listener.accept()
            threading.Thread(target=quietly, args=(talk, c), daemon=True).start()

    threading.Thread(target=forever, daemon=True).start()
    return listener.getsockname()[1]


def quietly(talk, c):
    try:
        with c:
            talk(c)
    except (OSError, AssertionError, ssl.SSLError) as e:
        if isinstance(e, AssertionError):
            print("# a server was told something else:", e, flush=True)


def over_tls(protocol, context):
    def talk(c):
        protocol(c, True)
        with context.wrap_socket(c, server_side=True) as t:
            t.recv(1)
    return talk


# ---- certificates ----

def openssl(*args):
    subprocess.run(["openssl", *args], check=True, capture_output=True, cwd=tmp)


def make_certificates():
    for ca in ("ca", "stranger"):
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650", "-subj", f"/CN={ca}",
                "-keyout", ca + ".key", "-out", ca + ".crt")
    for name, ca, san in (("good", "ca", "IP:127.0.0.1"), ("other", "ca", "DNS:other.example.org"), ("unknown", "stranger", "IP:127.0.0.1")):
        with open(os.path.join(tmp, "ext"), "w") as f:
            f.write(f"subjectAltName={san}\nbasicConstraints=CA:FALSE\n")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=" + name, "-keyout", name + ".key", "-out", name + ".csr")
        openssl("x509", "-req", "-in", name + ".csr", "-CA", ca + ".crt", "-CAkey", ca + ".key", "-CAcreateserial", "-days", "200",
                "-extfile", "ext", "-out", name + ".crt")


def context(name):
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    c.load_cert_chain(os.path.join(tmp, name + ".crt"), os.path.join(tmp, name + ".key"))
    return c


# ---- asking ----

def ask(protocol, port):
    begin = time.monotonic()
    r = subprocess.run([scantling, "scan", "--no-cache", "-q", "-f", "json", "--ca-file", os.path.join(tmp, "ca.crt"),
                        f"tls://{protocol}+127.0.0.1:{port}"], capture_output=True, text=True, timeout=150)
    return r, time.monotonic() - begin


def states(r):
    return {f["rule"]: f["state"] for f in json.loads(r.stdout)["findings"]} if r.returncode == 0 else {}


def test():
    contexts = {name: context(name) for name in ("good", "other", "unknown")}
    jobs = []
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for protocol in PROTOCOLS:
            name = protocol.__name__.split("_")[0]
            for certificate, c in contexts.items():
                jobs.append((protocol.__name__, certificate, pool.submit(ask, name, serve(over_tls(protocol, c)))))
            jobs.append((protocol.__name__, "off", pool.submit(ask, name, serve(lambda c, p=protocol: p(c, False)))))
        for protocol, certificate, job in jobs:
            judge(protocol, certificate, *job.result())
        hostile = [(name, what, pool.submit(ask, name, serve(talk))) for name in NAMES for what, talk in HOSTILE.items()]
        for name, what, job in hostile:
            r, took = job.result()
            say(r.returncode == 3 and r.stderr.count("\n") == 1 and "\x1b" not in r.stderr and took < 40, f"{name}: a server that {what} is an error, soon",
                (r.returncode, round(took), r.stderr[:300]))


def judge(protocol, certificate, r, took):
    got = states(r)
    if certificate == "off":
        say(r.returncode == 3 and "STARTTLS" in r.stderr, f"{protocol}: TLS switched off is said", (r.returncode, r.stderr))
        return
    want = {"good": ("mitigated", "mitigated"), "other": ("mitigated", "open"), "unknown": ("open", "mitigated")}[certificate]
    say((got.get("tls-untrusted"), got.get("tls-wrong-name")) == want and got.get("tls-old-protocol") == "mitigated",
        f"{protocol}: a server with a certificate that is {certificate}", (got, r.stderr))


if not shutil.which("openssl"):
    skip_all("openssl is not installed")
with tempfile.TemporaryDirectory() as tmp:
    make_certificates()
    test()
end()
