#!/bin/bash
# tls.sh - TLS servers that are good, bad or no TLS at all, asked by handshakes; STARTTLS on protocols of lines and of
# bytes. TAP. Usage: tls.sh SCANTLING
set -u
here=$(cd "$(dirname "$0")" && pwd)
scantling=$(readlink -f "${1:-build/scantling}")
# shellcheck source=tests/live/lib.sh
. "$here/lib.sh"
need openssl python3
work=$(mktemp -d)
trap cleanup EXIT
cd "$work" || exit 1

state() { json "','.join(sorted({f['state'] for f in r['findings'] if f['rule'] == '$1'}))"; }
proof() { json "[e['text'] for f in r['findings'] if f['rule'] == '$1' for e in f['evidence']][0]"; }
is() { # RULE STATE NAME
    [ "$(state "$1")" = "$2" ]
    ok $? "$3: $1 is $2"
}
self_signed() { # FILE DAYS OPTION...
    local name=$1 days=$2
    shift 2
    openssl req -x509 -nodes -keyout "$name.key" -out "$name.crt" -days "$days" -subj "/CN=$name.example.org" "$@" 2>/dev/null
}
# issue NAME EXTENSIONS-FILE OPTION...: by our authority
issue() {
    local name=$1 extensions=$2
    shift 2
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$name.key" -out "$name.csr" -subj "/CN=$name" 2>/dev/null
    openssl x509 -req -in "$name.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -extfile "$extensions" -out "$name.crt" "$@" 2>/dev/null
}

self_signed ca 3650 -newkey ec -pkeyopt ec_paramgen_curve:P-256
printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n' >local.ext
printf 'subjectAltName=DNS:other.example.org\nbasicConstraints=CA:FALSE\n' >other.ext
printf 'subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:TRUE\n' >ca.ext
issue good local.ext -days 200
issue other other.ext -days 200
issue authority ca.ext -days 200
issue soon local.ext -days 10
self_signed old 3650 -newkey rsa:1024 -sha1
touch index.txt && printf '01\n' >serial
printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n' >ca.cnf
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout expired.key -out expired.csr -subj /CN=localhost 2>/dev/null
openssl ca -batch -config ca.cnf -cert ca.crt -keyfile ca.key -in expired.csr -out expired.crt -extfile local.ext \
    -startdate 20200101000000Z -enddate 20200201000000Z 2>/dev/null

# what an authority says of its certificates: `openssl ocsp` answers out of a list as `openssl ca` keeps it
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout promised.key -out promised.csr -subj /CN=localhost 2>/dev/null
{ cat local.ext; echo tlsfeature=status_request; } >promised.ext
openssl x509 -req -in promised.csr -CA ca.crt -CAkey ca.key -CAcreateserial -extfile promised.ext -out promised.crt -days 200 2>/dev/null
self_signed forger 3650 -newkey ec -pkeyopt ec_paramgen_curve:P-256
listed() { # STATUS NAME: a line of the list
    local revoked='' serial
    [ "$1" = R ] && revoked=$(date -u +%y%m%d%H%M%SZ)
    serial=$(openssl x509 -in "$2.crt" -noout -serial | cut -d= -f2)
    printf '%s\t490101000000Z\t%s\t%s\tunknown\t/CN=%s\n' "$1" "$revoked" "$serial" "$2"
}
staple() { # FILE STATUS NAME SIGNER OPTION...
    local file=$1 status=$2 name=$3 signer=$4
    shift 4
    listed "$status" "$name" >list.txt
    openssl ocsp -index list.txt -CA ca.crt -rsigner "$signer.crt" -rkey "$signer.key" -issuer ca.crt -cert "$name.crt" \
        -respout "$file" -no_nonce "$@" >/dev/null 2>&1
}
staple is-good.der V good ca -ndays 2
staple is-revoked.der R good ca -ndays 2
staple is-forged.der V good forger -ndays 2
staple is-other.der V soon ca -ndays 2
command -v faketime >/dev/null && listed V good >list.txt &&
    faketime '-20 days' openssl ocsp -index list.txt -CA ca.crt -rsigner ca.crt -rkey ca.key -issuer ca.crt -cert good.crt \
        -respout is-old.der -no_nonce -ndays 2 >/dev/null 2>&1
staple is-promised.der V promised ca -ndays 2
# one byte of the signature, which is the last thing in a response without certificates, is another
staple is-changed.der V good ca -ndays 2 -resp_no_certs
python3 -c 'import sys; b = bytearray(open(sys.argv[1], "rb").read()); b[-3] ^= 1; open(sys.argv[1], "wb").write(b)' is-changed.der

read -r p_good p_other p_authority p_soon p_old p_expired p_client p_plain p_smtp p_none <<<"$(free_ports 10)"
read -r g_bad g_3des g_good <<<"$(free_ports 3)"
read -r o_good o_revoked o_forged o_another o_changed o_promised o_kept o_old <<<"$(free_ports 8)"
server() { # PORT NAME OPTION...
    local port=$1 name=$2
    shift 2
    serve "$name.log" openssl s_server -accept "127.0.0.1:$port" -cert "$name.crt" -key "$name.key" -quiet -www "$@"
}
server "$p_good" good
server "$p_other" other
server "$p_authority" authority
server "$p_soon" soon
server "$p_old" old -cipher 'ALL:@SECLEVEL=0' -min_protocol TLSv1
server "$p_expired" expired
server "$p_client" good -Verify 1 -CAfile ca.crt -tls1_2
server "$o_good" good -status_file is-good.der
server "$o_revoked" good -status_file is-revoked.der
server "$o_forged" good -status_file is-forged.der
server "$o_another" good -status_file is-other.der
server "$o_changed" good -status_file is-changed.der
server "$o_promised" promised
server "$o_kept" promised -status_file is-promised.der
[ -f is-old.der ] && server "$o_old" good -status_file is-old.der && wait_for bash -c "exec 3<>/dev/tcp/127.0.0.1/$o_old"
if command -v gnutls-serv >/dev/null; then
    openssl req -x509 -newkey rsa:2048 -nodes -keyout rsa.key -out rsa.crt -days 200 -subj /CN=localhost 2>/dev/null
    gnutls() { # PORT PRIORITIES
        serve "gnutls-$1.log" gnutls-serv --port "$1" --x509keyfile rsa.key --x509certfile rsa.crt --priority "$2" --quiet
    }
    gnutls "$g_bad" 'NORMAL:+VERS-TLS1.0:+3DES-CBC:+ARCFOUR-128'
    gnutls "$g_3des" 'NORMAL:-VERS-ALL:+VERS-TLS1.2:+3DES-CBC'
    gnutls "$g_good" 'NORMAL'
    for port in $g_bad $g_3des $g_good; do wait_for bash -c "exec 3<>/dev/tcp/127.0.0.1/$port"; done
fi
serve plain.log python3 -m http.server --bind 127.0.0.1 "$p_plain"
# SMTP whose STARTTLS goes over to s_server, by copying bytes
cat >smtp.py <<'PY'
import socket, sys, threading
def copy(a, b):
    while data := a.recv(65536): b.sendall(data)
    b.shutdown(socket.SHUT_WR)
def one(c):
    c.sendall(b"220-mail.example.org\r\n220 ready\r\n")
    while (line := c.recv(1024)):
        if line.startswith(b"EHLO"): c.sendall(b"250-mail.example.org\r\n250-SIZE 1000\r\n250 STARTTLS\r\n")
        elif line.startswith(b"STARTTLS"):
            c.sendall(b"220 go ahead\r\n"); break
    s = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
    threading.Thread(target=copy, args=(s, c), daemon=True).start(); copy(c, s)
l = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True: threading.Thread(target=one, args=(l.accept()[0],), daemon=True).start()
PY
serve smtp.log python3 smtp.py "$p_smtp" "$p_good"
for port in $p_good $p_other $p_authority $p_soon $p_old $p_expired $p_client $p_plain $p_smtp $o_good $o_revoked \
    $o_forged $o_another $o_changed $o_promised $o_kept; do
    wait_for bash -c "exec 3<>/dev/tcp/127.0.0.1/$port"
done

scan --ca-file ca.crt "tls://127.0.0.1:$p_good"; ok $? "a good server"
for rule in tls-untrusted tls-wrong-name tls-old-protocol tls-no-protection tls-no-forward-secrecy certificate-expired \
    certificate-weak-key certificate-weak-signature certificate-expires-soon certificate-self-signed; do
    is $rule mitigated "a good server"
done
is tls-broken-cipher mitigated "a good server"
[ "$(json 'any(e["kind"] == "endpoint" for e in r["elements"])')" = True ]
ok $? "the server is an endpoint of the model"
scan "tls://127.0.0.1:$p_good"
is tls-untrusted open "without our authority among the trusted"
scan --ca-file ca.crt "tls://127.0.0.1:$p_other"
is tls-wrong-name open "another name's certificate"
is tls-untrusted mitigated "another name's certificate"
scan --ca-file ca.crt "tls://127.0.0.1:$p_authority"
is certificate-ca-as-leaf open "an authority's certificate"
scan --ca-file ca.crt "tls://127.0.0.1:$p_soon"
is certificate-expires-soon open "ten days left"
scan --ca-file ca.crt "tls://localhost:$p_expired"
is certificate-expired open "an expired certificate"
[ "$(proof tls-untrusted)" = "certificate has expired" ]; ok $? "an expired certificate: verification says why"
scan "tls://127.0.0.1:$p_old"
for rule in tls-untrusted tls-wrong-name tls-old-protocol tls-no-protection tls-no-forward-secrecy certificate-weak-key \
    certificate-weak-signature certificate-self-signed; do
    is $rule open "an old server"
done
scan --ca-file ca.crt "tls://127.0.0.1:$p_client"
[ "$(json 'len(r["findings"]) > 5')" = True ]; ok $? "a server that demands a certificate is judged all the same"
scan --ca-file ca.crt "tls://localhost:$p_good"
is tls-broken-cipher mitigated "a good server, asked by its name,"
if command -v gnutls-serv >/dev/null; then
    proofs() { json "', '.join(e['text'] for f in r['findings'] if f['rule'] == '$1' for e in f['evidence'])"; }
    broken() { # PORT STATE PROOFS NAME
        scan "tls://127.0.0.1:$1"
        [ "$(state tls-broken-cipher)" = "$2" ] && [ "$(proofs tls-broken-cipher)" = "$3" ]
        ok $? "broken ciphers: GnuTLS $4"
    }
    broken "$g_bad" open "it agrees to RC4, it agrees to 3DES" "with both"
    broken "$g_3des" open "it agrees to 3DES" "with 3DES and TLS 1.2 only"
    broken "$g_good" mitigated "it refuses both" "as it is"
else
    echo "# SKIP servers with RC4 and 3DES: gnutls-serv is not installed"
fi
stapled() { # PORT STATE WORDS NAME
    scan --ca-file ca.crt "tls://127.0.0.1:$1"
    [ "$(state tls-stapled-status)" = "$2" ] && { [ -z "$3" ] || [[ $(proof tls-stapled-status) == *"$3"* ]]; }
    ok $? "stapled: $4 is ${2:-nothing to judge}"
}
stapled "$p_good" "" "" "nothing, and none promised,"
stapled "$o_good" mitigated "signed and of today" "good"
stapled "$o_revoked" open "revoked" "a revoked certificate"
stapled "$o_forged" open "not signed by its authority" "a response that somebody else signed"
stapled "$o_changed" open "not signed by its authority" "a response with another signature"
stapled "$o_another" open "about another certificate" "a response about another certificate"
stapled "$o_promised" open "the certificate promises one" "nothing although it is promised"
stapled "$o_kept" mitigated "signed and of today" "what is promised"
if [ -f is-old.der ]; then
    stapled "$o_old" open "out of date" "a response of three weeks ago"
else
    echo "# SKIP an old response: faketime is not installed"
fi
scan --ca-file ca.crt "tls://smtp+127.0.0.1:$p_smtp"
is tls-untrusted mitigated "STARTTLS of SMTP"
scan "tls://imap+127.0.0.1:$p_smtp"
[ $? = 3 ] && says 'STARTTLS'; ok $? "STARTTLS of another protocol: refused, exit 3"
scan "tls://127.0.0.1:$p_plain"
[ $? = 3 ] && says 'wrong version number'; ok $? "no TLS at all: exit 3 and why"
scan "tls://127.0.0.1:$p_none"
[ $? = 3 ] && says 'Connection refused'; ok $? "nobody there: exit 3 and why"
scan --offline "tls://127.0.0.1:$p_good"
[ $? = 3 ] && says offline; ok $? "--offline asks nothing"
scan "tls://127.0.0.1:99999"
code=$?
[ $code = 2 ] || [ $code = 3 ]; ok $? "a port that is none"
plan
