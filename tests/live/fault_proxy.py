#!/usr/bin/env python3
"""Stands in front of a real registry and does one thing wrong on every port.

fault_proxy.py UPSTREAM_PORT LOG MODE=PORT ... [tls:CERT:KEY:MODE=PORT ...]

throttle      every path answers 429 with Retry-After: 1 the first time
unavailable   every path answers 503 twice
down          503 always
cut           a blob's connection breaks in the middle, twice; ranges are honoured
cut-whole     the same, but ranges are ignored: the rest has to be found in the whole
cut-always    blobs never come whole and never go on
redirect      wants Basic authentication; blobs are redirected to the port of mode "store"
store         serves blobs; 400 when it is sent an Authorization
loop          redirects to itself
downgrade     redirects blobs to plain http
manifest      one byte of manifests is another
blob          one byte of blobs is another
type          manifests come as text/html
other-type    manifests come as an index
Every request is a line in LOG: MODE METHOD PATH RANGE AUTHORIZATION(yes or no) STATUS
"""
import http.client
import http.server
import ssl
import sys
import threading

upstream, log = int(sys.argv[1]), open(sys.argv[2], "a", buffering=1)
lock, seen, ports = threading.Lock(), {}, {}
INDEX = "application/vnd.oci.image.index.v1+json"


def times(mode, path):
    with lock:
        seen[mode, path] = seen.get((mode, path), 0) + 1
        return seen[mode, path]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def note(self, status):
        auth = "yes" if self.headers.get("Authorization") else "no"
        log.write(f"{self.mode} {self.command} {self.path} {self.headers.get('Range', '-')} {auth} {status}\n")

    def answer(self, status, headers, body, cut=None):
        self.note(status)
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if cut is None else body[:cut])
        if cut is not None:
            self.wfile.flush()
            self.close_connection = True

    def fetch(self, ranges=True):
        keep = {n: v for n, v in self.headers.items() if n.lower() in ("accept", "range")}
        if not ranges:
            keep.pop("Range", None)
        c = http.client.HTTPConnection("127.0.0.1", upstream)
        c.request("GET", self.path, headers=keep)
        r = c.getresponse()
        wanted = ("content-type", "docker-content-digest", "etag", "www-authenticate", "content-range")
        return r.status, [(n, v) for n, v in r.getheaders() if n.lower() in wanted], r.read()

    def do_GET(self):
        mode, blob = self.mode, "/blobs/" in self.path
        manifest = "/manifests/" in self.path
        if mode == "throttle" and times(mode, self.path) == 1:
            return self.answer(429, [("Retry-After", "1")], b"")
        if mode == "down" and manifest or mode == "unavailable" and times(mode, self.path) <= 2:
            return self.answer(503, [], b"later")
        if mode == "loop" and blob:
            return self.answer(307, [("Location", self.path)], b"")
        if mode == "redirect" and not self.headers.get("Authorization"):
            return self.answer(401, [("WWW-Authenticate", 'Basic realm="test"')], b"")
        if mode == "redirect" and blob:
            return self.answer(307, [("Location", f"http://127.0.0.1:{ports['store']}{self.path}")], b"moved")
        if mode == "downgrade" and blob:
            return self.answer(307, [("Location", f"http://127.0.0.1:{ports['store']}{self.path}")], b"moved")
        if mode == "store" and self.headers.get("Authorization"):
            return self.answer(400, [], b"Authorization is for somebody else")
        status, headers, body = self.fetch(ranges=mode not in ("cut-whole", "cut-always"))
        if status < 300 and (mode == "manifest" and manifest or mode == "blob" and blob and len(body) > 5000):
            at = body.find(b'"size":') + 8 if manifest else len(body) // 2
            body = body[:at] + (b"1" if body[at:at + 1] != b"1" else b"2") + body[at + 1:]
        if manifest and mode in ("type", "other-type"):
            headers = [(n, v) for n, v in headers if n.lower() != "content-type"]
            headers.append(("Content-Type", "text/html" if mode == "type" else INDEX))
        large = blob and len(body) > 5000
        if large and mode == "cut-always":
            return self.answer(status, headers, body, cut=0)
        if large and mode in ("cut", "cut-whole") and times(mode, self.path) <= 2:
            return self.answer(status, headers, body, cut=len(body) // 2)
        return self.answer(status, headers, body)

    def log_message(self, *args):
        pass


for arg in sys.argv[3:]:
    tls = arg.split(":")[1:] if arg.startswith("tls:") else None
    mode, port = arg.split(":")[-1].split("=")
    ports[mode] = int(port)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), type(mode, (Handler,), {"mode": mode}))
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls[0], tls[1])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
print("ready", flush=True)
threading.Event().wait()
