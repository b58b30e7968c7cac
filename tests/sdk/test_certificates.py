"""Certificates: by SNI through listeners of the API, followed for renewal, and by ACME.

The certificate authority is pebble (Debian's package), which checks every signature and nonce and
validates over the network as a public one does; its DNS answers 127.0.0.1 for every name.
"""

import contextlib
import datetime
import http.client
import ipaddress
import json
import os
import pathlib
import re
import shutil
import socket
import ssl
import stat
import subprocess
import time

import pytest
from conftest import ACCOUNT, BINARY, REGION, ROOT_KEY, ROOT_SECRET, Btz, free_port, rule
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

FOLLOWED_WITHIN_SECONDS = 5.0


def made(*names, days=90, age_days=1):
    """A self-signed certificate and its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC) if hasattr(datetime, "UTC") else datetime.datetime.utcnow()

    def general(text):
        try:
            return x509.IPAddress(ipaddress.ip_address(text))
        except ValueError:
            return x509.DNSName(text)

    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=age_days))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([general(text) for text in names]), critical=False)
        .sign(key, hashes.SHA256()))
    return (
        certificate.public_bytes(serialization.Encoding.PEM),
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )


def write_pair(folder, pair):
    folder.mkdir(parents=True, exist_ok=True)
    files = folder / "cert.pem", folder / "key.pem"
    for file, pem in zip(files, pair):
        file.write_bytes(pem)
    return files


def shown(port, server_name):
    """The certificate that a client gets that asks for this name, as parsed X.509."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        with context.wrap_socket(plain, server_hostname=server_name) as stream:
            return x509.load_der_x509_certificate(stream.getpeercert(binary_form=True))


def names(certificate):
    extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return extension.value.get_values_for_type(x509.DNSName)


def shown_names(port, server_name):
    return names(shown(port, server_name))


def becomes(look, expected, within=FOLLOWED_WITHIN_SECONDS):
    begin = time.monotonic()
    while True:
        try:
            found = look()
        except (OSError, ssl.SSLError) as error:
            found = error
        if found == expected:
            return time.monotonic() - begin
        if time.monotonic() - begin > within:
            raise AssertionError(f"{found} after {within} s, not {expected}")
        time.sleep(0.05)


def run(btz, *arguments, check=True):
    """A command of btz on the data folder of a running one."""
    environment = dict(
        os.environ, BTZ_ACCOUNT_ID=ACCOUNT, BTZ_ROOT_ACCESS_KEY_ID=ROOT_KEY,
        BTZ_ROOT_SECRET_ACCESS_KEY=ROOT_SECRET)
    done = subprocess.run(
        [BINARY, *arguments, "--data", str(btz.folder / "data")], env=environment,
        capture_output=True, text=True, timeout=60)
    if check:
        assert done.returncode == 0, done.stderr + done.stdout
    return done


def listed(btz, *more):
    """`btz certificate list`, by name. It may find something: exit code 1."""
    done = run(btz, "certificate", "list", "--output", "json", *more, check=False)
    assert done.returncode in (0, 1), done.stderr
    return {entry["name"]: entry for entry in json.loads(done.stdout)}


def imported(btz, tmp_path, name, *domains, **more):
    pair = made(*domains, **more)
    cert, key = write_pair(tmp_path / name, pair)
    done = run(btz, "certificate", "import", name, "--cert", str(cert), "--key", str(key), "--output", "json")
    return json.loads(done.stdout)[0]["arn"], pair


def metric(btz, name):
    lines = btz.admin("/metrics")[1].splitlines()
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name)}


class Site:
    """A load balancer of its own, to which HTTPS listeners are added."""

    def __init__(self, btz, name):
        self.elb = btz.client("elbv2")
        self.arn = self.elb.create_load_balancer(
            Name=name, Subnets=["subnet-0a", "subnet-0b"], Scheme="internal")["LoadBalancers"][0]["LoadBalancerArn"]

    def listen(self, *certificates):
        port = free_port()
        fixed = {"Type": "fixed-response", "FixedResponseConfig": {
            "StatusCode": "200", "ContentType": "text/plain", "MessageBody": "here"}}
        made = self.elb.create_listener(
            LoadBalancerArn=self.arn, Protocol="HTTPS", Port=port, DefaultActions=[fixed],
            Certificates=[{"CertificateArn": arn} for arn in certificates])
        return port, made["Listeners"][0]["ListenerArn"]

    def close(self):
        self.elb.delete_load_balancer(LoadBalancerArn=self.arn)


@pytest.fixture
def site(btz, request):
    made = Site(btz, request.node.name.replace("_", "-")[5:35].strip("-"))
    yield made
    made.close()


def known(btz, arn):
    """Waits until the running btz has a certificate that was imported."""
    name = arn.rsplit("/", 1)[1]
    becomes(lambda: any(f'"{name}"' in key for key in metric(btz, "btz_certificate_expiry_seconds")), True)


def test_certificates_are_chosen_by_server_name_and_come_and_go_by_the_api(btz, site, tmp_path):
    one, pair = imported(btz, tmp_path, "sni-one", "one.example")
    two, _ = imported(btz, tmp_path, "sni-two", "two.example", "*.two.example")
    assert one == f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/sni-one"
    for arn in (one, two):
        known(btz, arn)
    port, listener = site.listen(one)
    becomes(lambda: shown_names(port, "one.example"), ["one.example"])
    # The default certificate is for everything else.
    for name in ("two.example", "unknown.example", None):
        assert shown_names(port, name) == ["one.example"]

    site.elb.add_listener_certificates(ListenerArn=listener, Certificates=[{"CertificateArn": two}])
    becomes(lambda: shown_names(port, "two.example"), ["two.example", "*.two.example"], within=1.0)
    assert shown_names(port, "x.two.example") == ["two.example", "*.two.example"]
    for name in ("one.example", "unknown.example", "x.y.two.example", None):
        assert shown_names(port, name) == ["one.example"]

    # A client that verifies is served by it.
    context = ssl.create_default_context(cadata=pair[0].decode())
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        with context.wrap_socket(plain, server_hostname="one.example") as stream:
            stream.sendall(b"GET / HTTP/1.1\r\nHost: one.example\r\nConnection: close\r\n\r\n")
            assert stream.recv(65536).startswith(b"HTTP/1.1 200 ")

    site.elb.remove_listener_certificates(ListenerArn=listener, Certificates=[{"CertificateArn": two}])
    becomes(lambda: shown_names(port, "two.example"), ["one.example"], within=1.0)

    site.elb.modify_listener(ListenerArn=listener, Certificates=[{"CertificateArn": two}])
    becomes(lambda: shown_names(port, None), ["two.example", "*.two.example"], within=1.0)


def test_a_certificate_that_is_not_there_is_refused_as_by_aws(btz, site):
    arn = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/none"
    with pytest.raises(site.elb.exceptions.CertificateNotFoundException):
        site.listen(arn)


def test_the_default_listener_shows_imported_certificates_by_name(btz, tmp_path):
    local_ca = shown(btz.tls_port, "plain.example").issuer
    imported(btz, tmp_path, "plain", "plain.example")
    becomes(lambda: shown_names(btz.tls_port, "plain.example"), ["plain.example"])
    assert shown(btz.tls_port, "other.example").issuer == local_ca
    run(btz, "certificate", "remove", "plain")
    becomes(lambda: shown(btz.tls_port, "plain.example").issuer, local_ca)
    assert not (btz.folder / "data/certificates/plain").exists()


def test_a_renewal_comes_into_force_and_a_broken_file_does_not(btz, site, tmp_path):
    arn, pair = imported(btz, tmp_path, "renewed", "renewed.example", days=40)
    known(btz, arn)
    port, _ = site.listen(arn)
    serial = x509.load_pem_x509_certificate(pair[0]).serial_number
    becomes(lambda: shown(port, "renewed.example").serial_number, serial)

    # Written in place, as certbot's hooks and people do: the key a moment after the chain.
    folder = btz.folder / "data/certificates/renewed"
    new = made("renewed.example", "second.example", days=80)
    (folder / "cert.pem").write_bytes(new[0])
    time.sleep(0.3)
    (folder / "key.pem").write_bytes(new[1])
    new_serial = x509.load_pem_x509_certificate(new[0]).serial_number
    becomes(lambda: shown(port, "renewed.example").serial_number, new_serial)
    left = metric(btz, "btz_certificate_expiry_seconds")['btz_certificate_expiry_seconds{certificate="renewed"}']
    assert 79.9 * 86400 < left <= 80 * 86400
    before = sum(metric(btz, "btz_certificate_read_failures_total").values())

    (folder / "cert.pem").write_text("-----BEGIN CERTIFICATE-----\nbroken\n")
    becomes(lambda: sum(metric(btz, "btz_certificate_read_failures_total").values()), before + 1)
    assert shown(port, "renewed.example").serial_number == new_serial
    assert "the old one stays in force" in btz.output()
    entry = listed(btz)["renewed"]
    assert entry["condition"] == "broken" and entry["problem"]
    time.sleep(2.5)
    assert sum(metric(btz, "btz_certificate_read_failures_total").values()) == before + 1, "said once"

    (folder / "cert.pem").write_bytes(pair[0])
    (folder / "key.pem").write_bytes(pair[1])
    becomes(lambda: shown(port, "renewed.example").serial_number, serial)


def test_the_list_and_the_doctor_tell_of_expiry_and_keys_stay_private(btz, tmp_path):
    imported(btz, tmp_path, "soon", "soon.example", days=20)
    imported(btz, tmp_path, "late", "late.example", days=200)
    imported(btz, tmp_path, "gone", "gone.example", days=-1, age_days=5)
    entries = listed(btz)
    assert [entries[name]["condition"] for name in ("soon", "late", "gone")] == ["expiring", "valid", "expired"]
    assert entries["soon"]["domains"] == ["soon.example"] and entries["soon"]["origin"] == "imported"
    assert 19.9 * 86400 < entries["soon"]["expiresInSeconds"] <= 20 * 86400
    table = run(btz, "certificate", "list", check=False)
    assert table.returncode == 1, "one has expired"
    assert "EXPIRING" in table.stdout and "certificate/late" in table.stdout
    findings = json.loads(run(btz, "doctor", "--output", "json", check=False).stdout)
    told = {entry["found"].split()[0]: entry for entry in findings if entry["check"] == "certificate"}
    assert [told[name]["health"] for name in ("soon", "late", "gone")] == ["warning", "ok", "failed"]
    assert "btz certificate import soon" in told["soon"]["repair"]

    data = btz.folder / "data"
    for folder in (data / "certificates", data / "certificates/soon"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((data / "certificates/soon/key.pem").stat().st_mode) == 0o600
    everything = table.stdout + btz.output() + json.dumps(entries)
    assert "PRIVATE KEY" not in everything

    cert, _ = write_pair(tmp_path / "a", made("a.example"))
    _, other = write_pair(tmp_path / "b", made("b.example"))
    refused = run(
        btz, "certificate", "import", "misfit", "--cert", str(cert), "--key", str(other), check=False)
    assert refused.returncode == 3 and "misfit" not in listed(btz)
    refused = run(
        btz, "certificate", "import", "../x", "--cert", str(cert), "--key", str(other), check=False)
    assert refused.returncode == 2
    assert run(btz, "certificate", "remove", "none", check=False).returncode == 2
    for name in ("soon", "late", "gone"):
        run(btz, "certificate", "remove", name)
    assert not {"soon", "late", "gone"} & set(listed(btz))


def test_files_that_the_user_keeps_are_followed_too(tmp_path, application):
    cert, key = write_pair(tmp_path / "own", made("own.example"))
    extra = write_pair(tmp_path / "named", made("named.example"))
    config = tmp_path / "btz.toml"
    config.write_text(
        f'[[certificates]]\nname = "named"\ncert = "{extra[0]}"\nkey = "{extra[1]}"\n')
    btz = Btz(tmp_path, application.port, ["--cert", str(cert), "--key", str(key), "--config", str(config)])
    btz.start()
    try:
        for name in ("own.example", "unknown.example", None):
            assert shown_names(btz.tls_port, name) == ["own.example"]
        assert shown_names(btz.tls_port, "named.example") == ["named.example"]
        # Renewed as by certbot: a link that comes to lead elsewhere.
        write_pair(tmp_path / "new", made("own.example", "new.example"))
        for file in (cert, key):
            link = file.with_suffix(".link")
            link.symlink_to(tmp_path / "new" / file.name)
            link.rename(file)
        becomes(lambda: shown_names(btz.tls_port, "own.example"), ["own.example", "new.example"])
        entry = listed(btz, "--config", str(config))["named"]
        assert (entry["origin"], entry["condition"]) == ("config", "valid")
    finally:
        btz.stop()


class Authority:
    """pebble, its DNS, and a certificate for its own HTTPS."""

    def __init__(self, folder, http_port, tls_port, validity_seconds, sleeps=False):
        for program in ("pebble", "pebble-challtestsrv"):
            assert shutil.which(program), f"{program}: install Debian's package pebble"
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port, self.management, dns, dns_management = (free_port() for _ in range(4))
        self.ca, key = write_pair(self.folder, made("localhost", "127.0.0.1"))
        config = self.folder / "pebble.json"
        config.write_text(json.dumps({"pebble": {
            "listenAddress": f"127.0.0.1:{self.port}",
            "managementListenAddress": f"127.0.0.1:{self.management}",
            "certificate": str(self.ca), "privateKey": str(key),
            "httpPort": http_port, "tlsPort": tls_port,
            "ocspResponderURL": "", "externalAccountBindingRequired": False,
            "certificateValidityPeriod": validity_seconds,
        }}))
        # Some nonces are refused, as real authorities do. The client gives a request up that is refused
        # three times in a row: at one in five that would be every other run of these tests.
        environment = dict(os.environ, PEBBLE_WFE_NONCEREJECT="2", PEBBLE_AUTHZREUSE="0")
        environment |= {"PEBBLE_VA_SLEEPTIME": "4"} if sleeps else {"PEBBLE_VA_NOSLEEP": "1"}
        self.log = open(self.folder / "pebble.log", "ab")
        self.processes = [
            subprocess.Popen(
                ["pebble-challtestsrv", "-dns01", f"127.0.0.1:{dns}", "-http01", "", "-https01", "",
                 "-tlsalpn01", "", "-management", f"127.0.0.1:{dns_management}",
                 "-defaultIPv4", "127.0.0.1", "-defaultIPv6", ""],
                stdout=self.log, stderr=self.log),
            subprocess.Popen(
                ["pebble", "-strict", "-config", str(config), "-dnsserver", f"127.0.0.1:{dns}"],
                env=environment, stdout=self.log, stderr=self.log, cwd=self.folder),
        ]
        becomes(lambda: self.fetch("/roots/0")[:5], "-----", within=20)

    @property
    def directory(self):
        return f"https://localhost:{self.port}/dir"

    def fetch(self, path):
        context = ssl.create_default_context(cafile=str(self.ca))
        connection = http.client.HTTPSConnection("localhost", self.management, context=context, timeout=5)
        with contextlib.closing(connection):
            connection.request("GET", path)
            return connection.getresponse().read().decode()

    def made(self, what):
        """How many orders or accounts it has made; a request whose nonce it refused made none."""
        log = (self.folder / "pebble.log").read_text(errors="replace")
        return max(map(int, re.findall(rf"There are now (\d+) {what}s in ", log)), default=0)

    def close(self):
        for process in self.processes:
            process.terminate()
            process.wait(timeout=10)
        self.log.close()


class AcmeSite:
    """A btz with `[acme]`, and its authority."""

    def __init__(self, tmp_path, application, domains, challenge="http-01", validity_seconds=7776000, **more):
        self.config = tmp_path / "btz.toml"
        self.btz = Btz(tmp_path, application.port, ["--config", str(self.config)])
        # Pebble validates on these ports; every name leads to 127.0.0.1.
        self.authority = Authority(
            tmp_path / "authority", self.btz.port, self.btz.tls_port, validity_seconds, **more)
        self.config.write_text(
            f'[acme]\ndirectory = "{self.authority.directory}"\nterms_of_service_agreed = true\n'
            f'contact = ["mailto:ops@shop.example"]\ndomains = {json.dumps(domains)}\n'
            f'challenge = "{challenge}"\nca = "{self.authority.ca}"\n')

    def verified(self, name):
        """A TLS connection by a client that trusts nothing but the authority's root."""
        context = ssl.create_default_context(cadata=self.authority.fetch("/roots/0"))
        with socket.create_connection(("127.0.0.1", self.btz.tls_port), timeout=10) as plain:
            with context.wrap_socket(plain, server_hostname=name) as stream:
                stream.sendall(f"GET / HTTP/1.1\r\nHost: {name}\r\nUser-Agent: Mozilla/5.0\r\n"
                               "Accept: */*\r\nConnection: close\r\n\r\n".encode())
                assert stream.recv(65536).startswith(b"HTTP/1.1 200 ")
                return x509.load_der_x509_certificate(stream.getpeercert(binary_form=True))

    def close(self):
        with contextlib.ExitStack() as stack:
            stack.callback(self.authority.close)
            self.btz.stop()

    def entry(self, name):
        return listed(self.btz, "--config", str(self.config))[name]

    def attempts(self, result):
        found = metric(self.btz, "btz_acme_attempts_total")
        return sum(value for labels, value in found.items() if f'result="{result}"' in labels)


@pytest.fixture
def acme_site(tmp_path, application):
    started = []

    def start(*domains, **more):
        site = AcmeSite(tmp_path, application, list(domains), **more)
        started.append(site)
        return site

    yield start
    for site in started:
        site.close()


@pytest.mark.parametrize("challenge", ["http-01", "tls-alpn-01"])
def test_acme_has_a_certificate_for_each_domain(acme_site, challenge):
    site = acme_site("shop.example", "www.shop.example", challenge=challenge)
    site.btz.start()
    for name in ("shop.example", "www.shop.example"):
        becomes(lambda: names(site.verified(name)), [name], within=30)
        becomes(lambda: site.entry(name)["condition"], "valid")
        entry = site.entry(name)
        assert (entry["origin"], entry["failures"], entry["problem"]) == ("acme", 0, None)
        assert entry["arn"].endswith(f":certificate/{name}")
        # Renewed at two thirds of 90 days, or at most 3 days later.
        due = datetime.datetime.fromisoformat(entry["nextAttempt"].replace("Z", "+00:00"))
        days = (due - datetime.datetime.now(datetime.timezone.utc)).total_seconds() / 86400
        assert 59.9 <= days <= 63
    assert site.attempts("issued") == 2 and site.attempts("failed") == 0
    counters = metric(site.btz, "btz_edge_challenges_total")
    assert counters["btz_edge_challenges_total"] >= 2

    data = site.btz.folder / "data"
    account, = (data / "acme").iterdir()
    for file in (account, data / "certificates/shop.example/key.pem", data / "certificates/shop.example/acme.json"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert not (data / "certificates/shop.example/order-key.pem").exists()

    # Started again, it has what it had, and asks for nothing.
    serial = site.verified("shop.example").serial_number
    orders = site.authority.made("order")
    site.btz.stop()
    site.btz.start()
    assert site.verified("shop.example").serial_number == serial
    time.sleep(2)
    assert site.authority.made("order") == orders == 2


def test_a_web_acl_that_blocks_everything_does_not_block_the_authority(acme_site):
    site = acme_site("blocked.example", sleeps=True)
    site.btz.start()
    waf, visibility = site.btz.client("wafv2"), rule("x", {})["VisibilityConfig"]
    made = waf.create_web_acl(
        Name="none", Scope="REGIONAL", DefaultAction={"Block": {}}, VisibilityConfig=visibility)
    waf.associate_web_acl(WebACLArn=made["Summary"]["ARN"], ResourceArn=site.btz.load_balancer_arn())
    site.btz.becomes(403)
    becomes(lambda: shown_names(site.btz.tls_port, "blocked.example"), ["blocked.example"], within=40)
    assert site.btz.status("/.well-known/acme-challenge/unknown") == 403


def test_acme_renews_at_two_thirds_of_the_lifetime(acme_site):
    site = acme_site("short.example", validity_seconds=30)
    site.btz.start()
    becomes(lambda: names(site.verified("short.example")), ["short.example"], within=30)
    first = site.verified("short.example")
    begin = time.monotonic()
    becomes(lambda: site.verified("short.example").serial_number != first.serial_number, True, within=40)
    took = time.monotonic() - begin
    assert 14 <= took <= 30, f"renewed after {took} s of 30"
    assert site.attempts("issued") == 2 and site.attempts("failed") == 0


def test_an_order_goes_on_after_a_crash(acme_site):
    site = acme_site("crash.example", sleeps=True)
    site.btz.start()
    place = site.btz.folder / "data/certificates/crash.example"

    def order():
        state = place / "acme.json"
        return json.loads(state.read_text())["order"] if state.exists() else None

    becomes(lambda: order() is not None, True, within=20)
    url = order()
    site.btz.kill()
    assert not (place / "cert.pem").exists(), "killed in the midst of it"
    key = (place / "order-key.pem").read_bytes()
    assert stat.S_IMODE((place / "order-key.pem").stat().st_mode) == 0o600
    site.btz.start()
    becomes(lambda: names(site.verified("crash.example")), ["crash.example"], within=60)
    # Both are wrapped, each under its own name: that it is the same key shows by the one order, whose
    # certificate the handshake above has verified by it.
    assert key.startswith(b"BTZ-SEALED") and (place / "key.pem").read_bytes().startswith(b"BTZ-SEALED")
    assert order() in (None, url)
    assert site.authority.made("order") == 1
    assert site.authority.made("account") == 1


def test_a_name_that_leads_elsewhere_is_told_and_not_hammered(tmp_path, application):
    """The authority looks at a port where nobody answers."""
    config = tmp_path / "btz.toml"
    btz = Btz(tmp_path, application.port, ["--config", str(config)])
    authority = Authority(tmp_path / "authority", free_port(), free_port(), 7776000)
    config.write_text(
        f'[acme]\ndirectory = "{authority.directory}"\nterms_of_service_agreed = true\n'
        f'domains = ["astray.example"]\nca = "{authority.ca}"\n')
    try:
        btz.start()
        becomes(lambda: metric(btz, "btz_acme_failures").get('btz_acme_failures{certificate="astray.example"}'), 1, 40)
        entry = listed(btz, "--config", str(config))["astray.example"]
        assert (entry["condition"], entry["failures"]) == ("pending", 1)
        assert "connection" in entry["problem"], entry["problem"]
        due = datetime.datetime.fromisoformat(entry["nextAttempt"].replace("Z", "+00:00"))
        wait = (due - datetime.datetime.now(datetime.timezone.utc)).total_seconds()
        assert 14 * 60 <= wait <= 19 * 60
        # Neither time nor a restart makes it ask again before that.
        orders = authority.made("order")
        time.sleep(3)
        btz.stop()
        btz.start()
        time.sleep(3)
        assert authority.made("order") == orders == 1
        # Clients are served meanwhile, with the local CA's certificate.
        assert shown(btz.tls_port, "astray.example")
    finally:
        with contextlib.ExitStack() as stack:
            stack.callback(authority.close)
            btz.stop()


def test_an_authority_that_is_not_there_keeps_nobody_from_serving(tmp_path, application):
    cert, _ = write_pair(tmp_path / "ca", made("localhost"))
    config = tmp_path / "btz.toml"
    config.write_text(
        f'[acme]\ndirectory = "https://localhost:{free_port()}/dir"\nterms_of_service_agreed = true\n'
        f'domains = ["alone.example"]\nca = "{cert}"\n')
    btz = Btz(tmp_path, application.port, ["--config", str(config)])
    btz.start()
    try:
        becomes(lambda: metric(btz, "btz_acme_failures").get('btz_acme_failures{certificate="alone.example"}'), 1, 20)
        assert btz.status() == 200
        assert "cannot connect to localhost" in listed(btz, "--config", str(config))["alone.example"]["problem"]
    finally:
        btz.stop()


def test_a_configuration_that_cannot_work_is_refused_with_its_reason(tmp_path):
    config = tmp_path / "btz.toml"
    config.write_text(
        '[acme]\ndirectory = "http://ca.example/dir"\ndomains = ["*.shop.example"]\n')
    done = subprocess.run(
        [BINARY, "config", "check", "--config", str(config)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    for word in ("no https:// address", "terms_of_service_agreed", "wildcard"):
        assert word in done.stderr, done.stderr
