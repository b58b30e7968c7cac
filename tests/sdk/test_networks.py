"""What rules know of addresses, by real requests: countries from a real database, autonomous systems
from one that is made here, lists from files and URLs that change, break and go away."""

import contextlib
import http.server
import ipaddress
import json
import os
import pathlib
import re
import struct
import subprocess
import threading
import time

import pytest

from conftest import BINARY, Btz, WebAcl, rule

# Root servers of the DNS: their operators and so their countries and networks have been the same
# for decades. RIPE NCC in the Netherlands, WIDE in Japan.
DUTCH, JAPANESE = "193.0.14.129", "202.12.27.33"
LISTED, HOSTED, NOBODY = "198.51.100.7", "203.0.113.9", "192.0.2.77"
FOLLOWED_WITHIN_SECONDS = 10


# A MaxMind DB of autonomous systems (MaxMind DB File Format Specification 2.0), 24 bits a record.

def field(kind, payload):
    assert len(payload) < 29
    return bytes([kind << 5 | len(payload)]) + payload


def text(value):
    return field(2, value.encode())


def number(value):
    return field(6, value.to_bytes(4, "big").lstrip(b"\0"))


def table(entries):
    whole = bytes([7 << 5 | len(entries)])
    return whole + b"".join(text(name) + value for name, value in entries.items())


def asn_database(networks, made_at):
    """The bytes of a database: {CIDR block: number of its autonomous system}."""
    nodes, data = [[None, None]], b""
    for block, asn in networks.items():
        block = ipaddress.ip_network(block)
        bits = f"{int(block.network_address):032b}"[:block.prefixlen]
        node = 0
        for bit in bits[:-1]:
            if nodes[node][int(bit)] is None:
                nodes.append([None, None])
                nodes[node][int(bit)] = ("node", len(nodes) - 1)
            node = nodes[node][int(bit)][1]
        nodes[node][int(bits[-1])] = ("data", len(data))
        data += table({"autonomous_system_number": number(asn)})
    count = len(nodes)

    def record(found):
        if found is None:
            return count
        return found[1] if found[0] == "node" else count + 16 + found[1]

    tree = b"".join(record(side).to_bytes(3, "big") for node in nodes for side in node)
    metadata = table({
        "node_count": number(count), "record_size": field(5, b"\x18"), "ip_version": field(5, b"\x04"),
        "database_type": text("Tests-ASN"), "languages": bytes([0, 4]),
        "binary_format_major_version": field(5, b"\x02"), "binary_format_minor_version": field(5, b""),
        "build_epoch": bytes([8, 2]) + struct.pack(">Q", made_at), "description": table({}),
    })
    return tree + bytes(16) + data + b"\xab\xcd\xefMaxMind.com" + metadata


class Publisher:
    """A web server on loopback with one list."""

    def __init__(self, body):
        published = self
        self.body, self.etag, self.asked = body, '"1"', []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                condition = self.headers.get("if-none-match")
                published.asked.append((self.path, condition))
                if condition == published.etag:
                    self.send_response(304)
                    self.end_headers()
                    return
                self.send_response(200)
                self.send_header("content-length", str(len(published.body)))
                self.send_header("etag", published.etag)
                self.end_headers()
                self.wfile.write(published.body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/list?key=secret"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def publish(self, body, etag):
        self.body, self.etag = body, etag

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Networked:
    """A btz with all databases and lists, its web ACL, and the files behind."""

    def __init__(self, folder, application):
        self.folder = pathlib.Path(folder)
        self.reputation = self.folder / "reputation.txt"
        self.asns = self.folder / "asn.mmdb"
        self.reputation.write_text("# none yet\n")
        self.asns.write_bytes(asn_database({"192.0.2.0/25": 64500, "198.51.100.0/24": 64501}, 1_700_000_000))
        self.publisher = Publisher(f"{HOSTED}\n".encode())
        config = self.folder / "btz.toml"
        config.write_text(f"""
[networks]
refetch_seconds = 1
country_database = "{os.environ["BTZ_COUNTRY_DATABASE"]}"
asn_database = "{self.asns}"
[networks.lists]
HostingProviderIPList = ["{self.publisher.url}"]
""")
        self.options = ["--config", str(config), "--ip-list", f"AWSManagedIPReputationList={self.reputation}"]
        self.btz = Btz(folder, application.port, self.options)
        self.btz.start()
        self.acl = WebAcl(self.btz, "networks")

    def metric(self, name, source):
        found = re.search(rf'^{name}{{source="{source}"}} (\S+)$', self.btz.admin("/metrics")[1], re.M)
        return found and float(found[1])

    def forwarded(self, address):
        return self.btz.status("/", headers={"X-Forwarded-For": address})


@pytest.fixture(scope="module")
def networked(tmp_path_factory, application):
    made = Networked(tmp_path_factory.mktemp("networks"), application)
    yield made
    made.btz.stop()
    made.publisher.close()


def eventually(expected, ask):
    begin = time.monotonic()
    while (found := ask()) != expected:
        assert time.monotonic() - begin < FOLLOWED_WITHIN_SECONDS, f"{found}, not {expected}"
        time.sleep(0.05)


FORWARDED = {"HeaderName": "X-Forwarded-For", "FallbackBehavior": "NO_MATCH"}


def test_countries_by_a_forwarded_address(networked):
    networked.acl.update(rule("dutch", {
        "GeoMatchStatement": {"CountryCodes": ["NL", "JP"], "ForwardedIPConfig": FORWARDED}}))
    networked.btz.becomes(403, "/", headers={"X-Forwarded-For": DUTCH})
    assert networked.forwarded(JAPANESE) == 403
    networked.acl.update(rule("dutch", {
        "GeoMatchStatement": {"CountryCodes": ["NL"], "ForwardedIPConfig": FORWARDED}}))
    networked.btz.becomes(200, "/", headers={"X-Forwarded-For": JAPANESE})
    assert networked.forwarded(DUTCH) == 403
    assert networked.forwarded("no address") == 200
    # The client itself is on loopback, which is in no country.
    assert networked.btz.status("/") == 200

    def labels():
        log = networked.folder / "data/logs/waf.log"
        lines = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        return {label["name"] for line in lines for label in line.get("labels", [])}

    eventually(True, lambda: "awswaf:forwardedip:geo:country:NL" in labels())
    assert networked.metric("btz_network_list_asked", "country") == 1
    assert networked.metric("btz_network_list_entries", "country") > 1000


def test_autonomous_systems_from_a_database_that_is_replaced(networked):
    networked.acl.update(rule("asn", {
        "AsnMatchStatement": {"AsnList": [64500], "ForwardedIPConfig": FORWARDED}}))
    networked.btz.becomes(403, "/", headers={"X-Forwarded-For": NOBODY})
    assert networked.forwarded("192.0.2.177") == 200
    assert networked.forwarded(LISTED) == 200

    networked.asns.write_bytes(b"not a database")
    eventually(True, lambda: "no MaxMind DB" in networked.btz.output())
    assert networked.forwarded(NOBODY) == 403, "a broken file replaced a good one"

    networked.asns.write_bytes(asn_database({"198.51.100.0/24": 64500}, 1_700_000_000))
    eventually(403, lambda: networked.forwarded(LISTED))
    assert networked.forwarded(NOBODY) == 200
    age = networked.metric("btz_network_list_age_seconds", "asn")
    assert abs(age - (time.time() - 1_700_000_000)) < 60


def managed(group):
    used = rule("managed", {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": group}})
    del used["Action"]
    return {**used, "OverrideAction": {"None": {}}}


def test_the_reputation_list_changes_while_it_runs(networked):
    """Managed rules look at the client itself: each address of loopback can be one."""
    networked.acl.update(managed("AWSManagedRulesAmazonIpReputationList"))
    bad, good = "127.0.0.66", "127.0.0.67"
    assert networked.btz.status("/", source=bad) == 200
    networked.reputation.write_text(f"# one\n{bad} ; SBL1\n")
    eventually(403, lambda: networked.btz.status("/", source=bad))
    assert networked.btz.status("/", source=good) == 200
    assert networked.metric("btz_network_list_entries", "AWSManagedIPReputationList") == 1

    networked.reputation.write_text("<html>the list has moved</html>\n")
    eventually(True, lambda: "no line of it begins with an address" in networked.btz.output())
    assert networked.btz.status("/", source=bad) == 403

    networked.reputation.unlink()
    time.sleep(1.5)
    assert networked.btz.status("/", source=bad) == 403

    networked.reputation.write_text(f"{good}\n")
    eventually(403, lambda: networked.btz.status("/", source=good))
    assert networked.btz.status("/", source=bad) == 200


def test_a_list_from_a_url_outlives_its_publisher(networked):
    bad, good = "127.0.0.76", "127.0.0.77"
    publisher = networked.publisher
    eventually(1, lambda: networked.metric("btz_network_list_entries", "HostingProviderIPList"))
    networked.acl.update(managed("AWSManagedRulesAnonymousIpList"))
    assert networked.btz.status("/", source=bad) == 200
    publisher.publish(f"{bad}\n{HOSTED}\n".encode(), '"2"')
    eventually(403, lambda: networked.btz.status("/", source=bad))
    assert networked.btz.status("/", source=good) == 200
    # What has not changed is not sent again.
    eventually(True, lambda: ("/list?key=secret", '"2"') in publisher.asked)

    publisher.publish(b"<html>sign in</html>", '"3"')
    eventually(True, lambda: "what it answered is wrong" in networked.btz.output())
    assert networked.btz.status("/", source=bad) == 403

    publisher.close()
    eventually(True, lambda: "HostingProviderIPList: http" in networked.btz.output())
    assert networked.btz.status("/", source=bad) == 403
    # And a new process begins with the copy.
    networked.btz.stop()
    networked.btz.start()
    assert networked.btz.status("/", source=bad) == 403
    assert networked.btz.status("/", source=good) == 200
    assert "secret" not in networked.btz.output()


def test_the_user_is_told_what_is_there(networked):
    networked.acl.update(managed("AWSManagedRulesAnonymousIpList"))
    anonymous = "AnonymousIPList: missing, rules that need it match nothing"
    eventually(True, lambda: f"asks for what is not there: list {anonymous}" in networked.btz.output())

    def run(*command):
        options = [*networked.options, *networked.btz.command[3:networked.btz.command.index("--config")]]
        done = subprocess.run([BINARY, *command, *options], capture_output=True, text=True, timeout=60)
        return done.stdout + done.stderr

    doctor = run("doctor", "--output", "json")
    found = {one["check"]: one for one in json.loads(doctor)}
    assert found["country database"]["health"] == "ok"
    assert "days old" in found["ASN database"]["found"]
    assert found["HostingProviderIPList"]["health"] == "ok"
    assert found["AnonymousIPList"]["health"] == "warning"
    assert "--ip-list AnonymousIPList=" in found["AnonymousIPList"]["repair"]
    assert found["AWSManagedIPDDoSList"]["health"] == "ok", "nobody asks for it"
    checked = run("config", "check")
    assert anonymous in checked
    assert "HostingProviderIPList: 2 address blocks" in checked
    assert "secret" not in doctor + checked


def test_more_of_a_body_is_inspected_when_the_operator_says_so(tmp_path, application):
    padded = b"x" * 100_000 + b"evil"
    for limit, expected in [(0, 200), (200_000, 403)]:
        btz = Btz(tmp_path / str(limit), application.port, ["--body-inspection-limit", str(limit)])
        btz.folder.mkdir()
        btz.start()
        with contextlib.ExitStack() as stack:
            stack.callback(btz.stop)
            WebAcl(btz, "body").update(rule("body", {"ByteMatchStatement": {
                "SearchString": "evil", "FieldToMatch": {"Body": {"OversizeHandling": "CONTINUE"}},
                "PositionalConstraint": "CONTAINS",
                "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}}))
            btz.becomes(403, "/", method="POST", body=b"evil")
            assert btz.status("/", method="POST", body=padded) == expected
            assert btz.status("/", method="POST", body=padded[:-1]) == 200


@pytest.mark.parametrize("key", ["JA3Fingerprint", "JA4Fingerprint", "ASN"])
def test_rates_are_counted_by_fingerprint_and_network(networked, key):
    """Over a connection without TLS there is no fingerprint: the fallback says what becomes of it."""
    custom = {key: {} if key == "ASN" else {"FallbackBehavior": "MATCH"}}
    networked.acl.update(rule("rate", {"RateBasedStatement": {
        "Limit": 10, "EvaluationWindowSec": 60, "AggregateKeyType": "CUSTOM_KEYS", "CustomKeys": [custom]}}))
    eventually(403, lambda: networked.btz.status("/"))
    networked.acl.update()
    networked.btz.becomes(200, "/")
