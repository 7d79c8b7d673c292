#!/usr/bin/env python3
"""A registry's token server, as the distribution specification describes it.

token_server.py PORT KEY.pem CERT.pem USER PASSWORD [SECONDS]   (HTTP on 127.0.0.1)

Gives pull tokens to USER by Basic authentication, and for the identity token "identity-of-USER" by POST. Tokens are
JWTs signed with RS256, with the certificate in the x5c header that docker-registry verifies.
"""
import base64
import http.server
import json
import subprocess
import sys
import time
import urllib.parse

port, key, cert, user, password = int(sys.argv[1]), *sys.argv[2:6]
seconds = int(sys.argv[6]) if len(sys.argv) > 6 else 60
der = "".join(line for line in open(cert).read().split("\n") if line and not line.startswith("-----"))


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(service, scopes):
    now = int(time.time())
    access = []
    for scope in scopes:
        kind, name, actions = scope.split(":", 2)
        access.append({"type": kind, "name": name, "actions": actions.split(",")})
    claims = {"iss": "test", "sub": user, "aud": service, "exp": now + max(seconds, 60), "nbf": now - 5, "iat": now,
              "jti": str(now), "access": access}
    head = {"typ": "JWT", "alg": "RS256", "x5c": [der]}
    signed = b64(json.dumps(head).encode()) + "." + b64(json.dumps(claims).encode())
    run = subprocess.run(["openssl", "dgst", "-sha256", "-sign", key], input=signed.encode(), capture_output=True,
                         check=True)
    return signed + "." + b64(run.stdout)


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def give(self, allowed, query):
        print(self.command, "allowed" if allowed else "refused", flush=True)
        if not allowed:
            return self.answer(401, {"details": "incorrect user or password"})
        t = token(query.get("service", [""])[0], query.get("scope", []))
        return self.answer(200, {"token": t, "expires_in": seconds})

    def do_GET(self):
        want = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        query = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)
        self.give(self.headers.get("Authorization") == want, query)

    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.give(form.get("refresh_token") == ["identity-of-" + user] and
                  form.get("grant_type") == ["refresh_token"], form)

    def log_message(self, *args):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
