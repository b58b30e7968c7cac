"""An external key store proxy for tests, written from AWS's XKS Proxy API specification: it verifies
signatures, really encrypts, and can be told to fail in every way that the specification has."""

import base64
import datetime
import hashlib
import hmac
import http.server
import ipaddress
import json
import os
import re
import ssl
import threading

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HOST = "xks.bartizan.test"
ACCESS_KEY = "BETWEENTWENTYANDTHIRTY2"
SECRET = "a/secret+of=between43and64characters0123456789"
PATH = "/orders/kms/xks/v1"


def signed(request, body, secret, region="us-east-1"):
    """Whether a request's signature is right, by AWS's Signature Version 4."""
    form = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=([A-Z0-9]+)/(\d{8})/([a-z0-9-]+)/kms-xks-proxy/aws4_request, "
        r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})", request.headers.get("authorization", ""))
    if form is None:
        return False
    key_id, date, place, names, signature = form.groups()
    time = request.headers.get("x-amz-date", "")
    names_list = names.split(";")
    if key_id != ACCESS_KEY or place != region or not time.startswith(date):
        return False
    if not {"host", "x-amz-date"} <= set(names_list):
        return False
    sent = datetime.datetime.strptime(time, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    if abs((datetime.datetime.now(datetime.timezone.utc) - sent).total_seconds()) > 300:
        return False
    headers = "".join(f"{name}:{request.headers[name].strip()}\n" for name in names_list)
    canonical = "\n".join(["POST", request.path, "", headers, names, hashlib.sha256(body).hexdigest()])
    scope = f"{date}/{place}/kms-xks-proxy/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", time, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = b"AWS4" + secret.encode()
    for part in (date, place, "kms-xks-proxy", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.compare_digest(hmac.new(key, text.encode(), "sha256").hexdigest(), signature)


class Refusal(Exception):
    def __init__(self, status, name):
        super().__init__(name)
        self.status, self.name = status, name


class Proxy:
    """Listens on loopback with a certificate of an authority of its own."""

    def __init__(self, folder):
        self.secret = SECRET
        self.keys = {name: os.urandom(32) for name in ("one", "two", "three")}
        self.metadata = {}
        self.seen = []
        self.refuses = {}
        self.spoils = None
        self.delay = 0.0
        self.health = ["ACTIVE"]
        self.authority = folder / "xks-ca.pem"
        certificate, key = issue(folder, self.authority)
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                try:
                    status, answer = 200, proxy.answer(self, body)
                except Refusal as refusal:
                    status, answer = refusal.status, {"errorName": refusal.name, "errorMessage": "as told"}
                if proxy.delay:
                    threading.Event().wait(proxy.delay)
                text = json.dumps(answer).encode() if isinstance(answer, dict) else answer
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

            def handle(self):
                try:
                    super().handle()
                except OSError:
                    pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.handler, self.server_class = Handler, Server
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.port = 0
        self.start()

    def start(self):
        self.server = self.server_class(("127.0.0.1", self.port), self.handler)
        self.port = self.server.server_address[1]
        self.server.socket = self.context.wrap_socket(
            self.server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, request, body):
        if not signed(request, body, self.secret):
            raise Refusal(401, "AuthenticationFailedException")
        if request.headers["content-type"] != "application/json":
            raise Refusal(400, "ValidationException")
        asked = json.loads(body)
        self.seen.append((request.path, asked))
        if not request.path.startswith(PATH + "/"):
            raise Refusal(404, "InvalidUriPathException")
        operation = request.path[len(PATH):]
        for name in ("kmsRequestId", "kmsOperation"):
            if not isinstance(asked["requestMetadata"][name], str):
                raise Refusal(400, "ValidationException")
        last = operation.rsplit("/", 1)[1]
        if last in self.refuses:
            raise Refusal(*self.refuses[last])
        if operation == "/health":
            return {
                "xksProxyFleetSize": 1, "xksProxyVendor": "Bartizan", "xksProxyModel": "tests", "ekmVendor": "tests",
                "ekmFleetDetails": [
                    {"id": str(at), "model": "tests", "healthStatus": one} for at, one in enumerate(self.health)],
            }
        form = re.fullmatch(r"/keys/([A-Za-z0-9._-]{1,128})/(metadata|encrypt|decrypt)", operation)
        if form is None:
            raise Refusal(404, "InvalidUriPathException")
        name, _ = form.groups()
        if not asked["requestMetadata"]["awsPrincipalArn"].startswith("arn:aws:"):
            raise Refusal(400, "ValidationException")
        if name not in self.keys:
            raise Refusal(404, "KeyNotFoundException")
        spoil = self.spoils or (lambda answer: answer)
        return spoil({"metadata": self.describe, "encrypt": self.encrypt, "decrypt": self.decrypt}[last](name, asked))

    def describe(self, name, _asked):
        usual = {"keySpec": "AES_256", "keyUsage": ["ENCRYPT", "DECRYPT", "WRAP"], "keyStatus": "ENABLED"}
        return usual | self.metadata.get(name, {})

    def encrypt(self, name, asked):
        assert asked["encryptionAlgorithm"] == "AES_GCM"
        plaintext = base64.b64decode(asked["plaintext"], validate=True)
        bound = base64.b64decode(asked.get("additionalAuthenticatedData", ""), validate=True)
        if len(plaintext) > 4300 or len(bound) > 8192:
            raise Refusal(501, "UnsupportedOperationException")
        kept, iv = b"key-version=1", os.urandom(12)
        sealed = AESGCM(self.keys[name]).encrypt(iv, plaintext, self.bound(bound, kept))
        ciphertext, tag = sealed[:-16], sealed[-16:]
        answer = {
            "ciphertext": ciphertext, "ciphertextMetadata": kept, "initializationVector": iv,
            "authenticationTag": tag,
        }
        if "ciphertextDataIntegrityValueAlgorithm" in asked:
            assert asked["ciphertextDataIntegrityValueAlgorithm"] == "SHA_256"
            whole = bound + kept + iv + ciphertext + tag
            answer["ciphertextDataIntegrityValue"] = hashlib.sha256(whole).digest()
        return {member: base64.b64encode(value).decode() for member, value in answer.items()}

    def decrypt(self, name, asked):
        part = lambda member: base64.b64decode(asked.get(member, ""), validate=True)
        bound = self.bound(part("additionalAuthenticatedData"), part("ciphertextMetadata"))
        sealed = part("ciphertext") + part("authenticationTag")
        try:
            plaintext = AESGCM(self.keys[name]).decrypt(part("initializationVector"), sealed, bound)
        except InvalidTag:
            raise Refusal(400, "InvalidCiphertextException") from None
        return {"plaintext": base64.b64encode(plaintext).decode()}

    @staticmethod
    def bound(bound, kept):
        return len(bound).to_bytes(2, "big") + bound + len(kept).to_bytes(1, "big") + kept


def issue(folder, authority):
    now = datetime.datetime.now(datetime.timezone.utc)
    day = datetime.timedelta(days=1)

    def name(text):
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])

    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = (
        x509.CertificateBuilder().subject_name(name("tests")).issuer_name(name("tests"))
        .public_key(root_key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - day).not_valid_after(now + day)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(root_key, hashes.SHA256()))
    leaf = (
        x509.CertificateBuilder().subject_name(name(HOST)).issuer_name(name("tests"))
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - day).not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName([
            x509.DNSName(HOST), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(root_key, hashes.SHA256()))
    authority.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    certificate, key_file = folder / "xks.pem", folder / "xks.key"
    certificate.write_bytes(leaf.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return certificate, key_file
