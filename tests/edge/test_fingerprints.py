"""JA3 and JA4 of real clients are what independent tools compute from the same bytes.

A relay between client and edge keeps what the client sent first; ja4plus and pyja3 (PyPI) read
those bytes; the edge's own figures come from the WAF log.
"""

import contextlib
import hashlib
import http.client
import json
import pathlib
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time

import dpkt
import pytest
from ja3 import ja3
from ja4plus.fingerprinters.ja4 import generate_ja4
from ja4plus.utils.tls_utils import parse_tls_handshake


class Relay:
    """Passes connections on and keeps the first bytes of each until the ClientHello is whole."""

    def __init__(self, port):
        self.target = port
        self.hellos = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        first = b""
        while len(first) < 5 or len(first) < 5 + struct.unpack("!H", first[3:5])[0]:
            piece = client.recv(65536)
            if not piece:
                return
            first += piece
        self.hellos.append(first)
        edge = socket.create_connection(("127.0.0.1", self.target))
        edge.sendall(first)
        back = threading.Thread(target=self.copy, args=(edge, client), daemon=True)
        back.start()
        self.copy(client, edge)

    @staticmethod
    def copy(source, sink):
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)

    def close(self):
        self.listener.close()


def by_independent_tools(hello):
    """JA3 by pyja3 and JA4 by ja4plus, of the records that a client sent first."""
    records, _ = dpkt.ssl.tls_multi_factory(hello)
    handshake = dpkt.ssl.TLSHandshake(records[0].data)
    client = handshake.data
    ciphers, _ = ja3.parse_variable_array(cipher_bytes(hello), 2)
    segments = [str(client.version), ja3.convert_to_ja3_segment(ciphers, 2)]
    segments += ja3.process_extensions(client)
    return hashlib.md5(",".join(segments).encode()).hexdigest(), generate_ja4(parse_tls_handshake(hello))


def cipher_bytes(hello):
    """The cipher suites, with their length: they follow record, handshake, version, random, session."""
    session = 5 + 4 + 2 + 32
    return hello[session + 1 + hello[session]:]


def curl(port, path, *more):
    subprocess.run(
        ["curl", "-sSk", "--fail", *more, f"https://localhost:{port}{path}"],
        check=True, capture_output=True, timeout=30)


def python(port, path, **settings):
    context = ssl._create_unverified_context()
    for name, value in settings.items():
        setattr(context, name, value)
    connection = http.client.HTTPSConnection("localhost", port, context=context, timeout=10)
    with contextlib.closing(connection):
        connection.request("GET", path, headers={"User-Agent": "Mozilla/5.0 tests"})
        assert connection.getresponse().status == 200


def chromium(port, path, folder):
    program = shutil.which("chromium")
    assert program, "chromium is missing (Debian package `chromium`)"
    subprocess.run(
        [program, "--headless", "--no-sandbox", "--disable-gpu", "--ignore-certificate-errors",
         "--disable-background-networking", "--no-proxy-server", f"--user-data-dir={folder}/profile",
         "--dump-dom", f"https://localhost:{port}{path}"],
        check=True, capture_output=True, timeout=90)


CLIENTS = {
    "curl-http2": lambda port, path, _: curl(port, path, "--http2"),
    "curl-http1": lambda port, path, _: curl(port, path, "--http1.1"),
    "curl-no-alpn": lambda port, path, _: curl(port, path, "--no-alpn", "--http1.1"),
    "curl-tls12": lambda port, path, _: curl(port, path, "--tls-max", "1.2"),
    "curl-few-ciphers": lambda port, path, _: curl(
        port, path, "--tls-max", "1.2", "--ciphers", "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256"),
    "python": lambda port, path, _: python(port, path),
    "python-tls12": lambda port, path, _: python(
        port, path, maximum_version=ssl.TLSVersion.TLSv1_2),
    "chromium": chromium,
}


def logged(btz, path):
    """What the WAF log says of the request to `path`."""
    log = pathlib.Path(btz.folder) / "data" / "logs" / "waf.log"
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if log.exists():
            for line in log.read_text().splitlines():
                entry = json.loads(line)
                if entry["httpRequest"]["uri"] == path:
                    return entry
        time.sleep(0.05)
    raise AssertionError(f"no line for {path} in {log}")


@pytest.mark.parametrize("name", CLIENTS)
def test_fingerprints_are_what_independent_tools_compute(btz, name, tmp_path):
    relay = Relay(btz.tls_port)
    path = f"/fingerprint/{name}"
    try:
        CLIENTS[name](relay.port, path, tmp_path)
        entry = logged(btz, path)
    finally:
        relay.close()
    expected = {by_independent_tools(hello) for hello in relay.hellos}
    found = (entry["ja3Fingerprint"], entry["ja4Fingerprint"])
    assert found in expected, f"{found} not in {expected}"
    # Chromium shuffles its extensions, so that its JA3 differs between its connections.
    assert name == "chromium" or len(expected) == 1, expected
