"""Mutual TLS by Python's ssl: whom a trust store vouches for gets in and the target is told who it is;
nobody else does. Trust stores as infrastructure tools use them; the log of connections."""

import datetime
import re
import shlex
import socket
import ssl
import subprocess
import urllib.parse
import urllib.request

import botocore.exceptions
import pytest
from conftest import ACCOUNT, REGION, free_port
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from test_certificates import becomes, imported, known

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
DAY = datetime.timedelta(days=1)
PREFIX = "X-Amzn-Mtls-Clientcert-"


def name_of(common):
    parts = [
        (x509.NameOID.COUNTRY_NAME, "US"), (x509.NameOID.ORGANIZATION_NAME, "Shop, Inc"),
        (x509.NameOID.COMMON_NAME, common)]
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts])


class Authority:
    """A certificate authority, below another one or of itself."""

    def __init__(self, common, above=None):
        self.name, self.key = name_of(common), ec.generate_private_key(ec.SECP256R1())
        self.above = above
        signer = above or self
        self.certificate = (
            self.builder(self.name, signer.name, self.key, -1, 365)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(
                False, False, False, False, False, True, True, False, False), critical=True)
            .sign(signer.key, hashes.SHA256()))

    @staticmethod
    def builder(subject, issuer, key, begin, end):
        return (
            x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(NOW + begin * DAY).not_valid_after(NOW + end * DAY))

    @property
    def pem(self):
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def client(self, folder, common, begin=-2, end=30, usage=x509.ExtendedKeyUsageOID.CLIENT_AUTH):
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            self.builder(name_of(common), self.name, key, begin, end)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
            .sign(self.key, hashes.SHA256()))
        return Client(folder, common, certificate, key, [self] if self.above else [])

    def revoking(self, *clients):
        revoked = x509.CertificateRevocationListBuilder().issuer_name(self.name)
        revoked = revoked.last_update(NOW - DAY).next_update(NOW + 30 * DAY)
        revoked = revoked.add_extension(x509.CRLNumber(1), critical=False)
        revoked = revoked.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        for client in clients:
            revoked = revoked.add_revoked_certificate(
                x509.RevokedCertificateBuilder().serial_number(client.certificate.serial_number)
                .revocation_date(NOW - DAY).build())
        return revoked.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


class Client:
    """Who has a certificate, and those of the authorities in between."""

    def __init__(self, folder, common, certificate, key, chain=()):
        self.certificate, self.file = certificate, folder / f"{common}.pem"
        pem = certificate.public_bytes(serialization.Encoding.PEM)
        self.file.write_bytes(b"".join([
            pem, *(authority.pem for authority in chain),
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption())]))


def ask(port, client=None, host="mtls.example", sni=None, headers="", version=None):
    """One request on a connection of its own: its status, or `refused`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if version:
        context.maximum_version = version
    if client:
        context.load_cert_chain(client.file)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
            with context.wrap_socket(plain, server_hostname=sni or host) as stream:
                stream.sendall(f"GET / HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n".encode())
                # With TLS 1.3 a client learns with its first read that it was refused.
                return int(stream.recv(65536).split(b" ")[1])
    except (ssl.SSLError, ConnectionError):
        return "refused"


class World:
    """A load balancer that judges its clients, its trust store, and its bucket."""

    def __init__(self, btz, application, folder, name):
        self.btz, self.folder, self.application = btz, folder, application
        self.elb = btz.client("elbv2")
        self.name = name
        self.bucket = btz.folder / "data/buckets" / name
        self.bucket.mkdir(parents=True)
        self.root = Authority("root")
        self.put("ca.pem", self.root.pem)
        made = self.elb.create_trust_store(
            Name=name, CaCertificatesBundleS3Bucket=name, CaCertificatesBundleS3Key="ca.pem")
        self.store = made["TrustStores"][0]["TrustStoreArn"]
        self.balancer = self.elb.create_load_balancer(
            Name=name, Subnets=["subnet-0a", "subnet-0b"], Scheme="internal"
        )["LoadBalancers"][0]["LoadBalancerArn"]
        self.group = self.elb.create_target_group(
            Name=name, Protocol="HTTP", Port=application.port, VpcId="vpc-1", TargetType="ip"
        )["TargetGroups"][0]["TargetGroupArn"]
        self.elb.register_targets(
            TargetGroupArn=self.group, Targets=[{"Id": "127.0.0.1", "Port": application.port}])
        self.certificate, _ = imported(btz, folder, name, f"{name}.example")
        known(btz, self.certificate)
        self.port, self.listener = self.listen({"Mode": "verify", "TrustStoreArn": self.store})

    def put(self, key, content):
        (self.bucket / key).write_bytes(content)

    def listen(self, mutual, port=None, balancer=None, certificate=None, action=None):
        port = port or free_port()
        made = self.elb.create_listener(
            LoadBalancerArn=balancer or self.balancer, Protocol="HTTPS", Port=port,
            SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06",
            Certificates=[{"CertificateArn": certificate or self.certificate}],
            DefaultActions=[action or {"Type": "forward", "TargetGroupArn": self.group}],
            MutualAuthentication=mutual)
        return port, made["Listeners"][0]["ListenerArn"]

    def judge(self, **mutual):
        self.elb.modify_listener(
            ListenerArn=self.listener,
            MutualAuthentication={"Mode": "verify", "TrustStoreArn": self.store, **mutual})

    def revoke(self, key):
        return self.elb.add_trust_store_revocations(
            TrustStoreArn=self.store, RevocationContents=[{"S3Bucket": self.name, "S3Key": key}]
        )["TrustStoreRevocations"][0]

    def becomes(self, expected, client, within=1.0):
        becomes(lambda: ask(self.port, client), expected, within=within)


@pytest.fixture
def world(btz, application, tmp_path, request):
    name = re.sub("[^a-z]+", "-", request.node.name[5:])[:28].strip("-")
    made = World(btz, application, tmp_path, name)
    yield made
    made.elb.delete_load_balancer(LoadBalancerArn=made.balancer)
    made.elb.delete_trust_store(TrustStoreArn=made.store)


def test_whom_the_trust_store_vouches_for_gets_in_and_is_told(world, btz):
    client = world.root.client(world.folder, "partner")
    world.becomes(200, client)
    world.application.seen.clear()
    forged = "".join(f"{PREFIX}{what}: forged\r\n" for what in ("Subject", "Leaf")) + "X_Amzn_Mtls_Clientcert: forged\r\n"
    for version in (ssl.TLSVersion.TLSv1_2, None):
        assert ask(world.port, client, headers=forged, version=version) == 200
        headers = world.application.seen.pop()[2]
        assert "forged" not in str(headers)
        said = {name[len(PREFIX):]: value for name, value in headers.items() if name.startswith(PREFIX)}
        certificate = client.certificate
        leaf = urllib.parse.unquote(said.pop("Leaf"))
        assert x509.load_pem_x509_certificate(leaf.encode()) == certificate
        digits = f"{certificate.serial_number:X}"
        begin, end = ((NOW + days * DAY).strftime("%Y-%m-%dT%H:%M:%SZ") for days in (-2, 30))
        assert said == {
            "Serial-Number": digits.zfill(len(digits) + len(digits) % 2),
            "Subject": "CN=partner,O=Shop\\, Inc,C=US", "Issuer": "CN=root,O=Shop\\, Inc,C=US",
            "Validity": f"NotBefore={begin};NotAfter={end}"}

    # An authority in between is shown by the client, and vouched for by the root.
    between = Authority("between", above=world.root)
    assert ask(world.port, between.client(world.folder, "below")) == 200


def test_nobody_else_gets_in(world, btz):
    folder = world.folder
    good = world.root.client(folder, "good")
    world.becomes(200, good)
    other, key = Authority("root"), ec.generate_private_key(ec.SECP256R1())
    own = Authority.builder(name_of("own"), name_of("own"), key, -1, 30).sign(key, hashes.SHA256())
    chain = [world.root]
    for depth in range(4):
        chain.append(Authority(f"a{depth}", above=chain[-1]))
    deep = chain[-1].client(folder, "deep")
    deep = Client(folder, "deep", deep.certificate, serialization.load_pem_private_key(
        deep.file.read_bytes()[deep.file.read_bytes().index(b"-----BEGIN PRIVATE"):], None), chain[:0:-1])
    world.application.seen.clear()
    refused = {
        "none": None,
        "of another authority of the same name": other.client(folder, "other"),
        "self-signed": Client(folder, "own", own, key),
        "expired": world.root.client(folder, "expired", begin=-9, end=-1),
        "not valid yet": world.root.client(folder, "early", begin=1),
        "for servers": world.root.client(folder, "server", usage=x509.ExtendedKeyUsageOID.SERVER_AUTH),
        "a chain too long": deep,
    }
    before = float(re.search(r"\nbtz_edge_tls_client_refusals_total (\d+)", btz.admin("/metrics")[1])[1])
    for why, client in refused.items():
        for version in (ssl.TLSVersion.TLSv1_2, None):
            assert ask(world.port, client, version=version) == "refused", why
    after = float(re.search(r"\nbtz_edge_tls_client_refusals_total (\d+)", btz.admin("/metrics")[1])[1])
    assert after - before == 2 * len(refused)
    assert not world.application.seen
    assert ask(world.port, good) == 200


def test_an_expired_certificate_does_where_expiry_is_ignored(world):
    expired = world.root.client(world.folder, "expired", begin=-9, end=-1)
    stranger = Authority("other").client(world.folder, "stranger", begin=-9, end=-1)
    early = world.root.client(world.folder, "early", begin=1)
    world.becomes("refused", expired)
    world.judge(IgnoreClientCertificateExpiry=True)
    world.becomes(200, expired)
    assert ask(world.port, stranger) == "refused" and ask(world.port, early) == "refused"
    world.put("list.pem", world.root.revoking(expired))
    world.revoke("list.pem")
    world.becomes("refused", expired)


def test_revocations_and_bundles_are_in_force_at_once_and_no_connection_is_dropped(world):
    good, bad = (world.root.client(world.folder, common) for common in ("good", "bad"))
    world.becomes(200, bad)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.load_cert_chain(good.file)
    with socket.create_connection(("127.0.0.1", world.port), timeout=10) as plain:
        with context.wrap_socket(plain, server_hostname="mtls.example") as kept:
            def go_on():
                kept.sendall(b"GET / HTTP/1.1\r\nHost: mtls.example\r\n\r\n")
                answer = b""
                while not answer.endswith(b"application\n"):
                    piece = kept.recv(65536)
                    assert piece, answer
                    answer += piece
                return answer.startswith(b"HTTP/1.1 200 ")

            assert go_on()
            world.put("list.pem", world.root.revoking(bad))
            added = world.revoke("list.pem")
            world.becomes("refused", bad)
            assert ask(world.port, good) == 200 and go_on()
            assert (added["NumberOfRevokedEntries"], added["RevocationType"]) == (1, "CRL")
            world.elb.remove_trust_store_revocations(
                TrustStoreArn=world.store, RevocationIds=[added["RevocationId"]])
            world.becomes(200, bad)

            other = Authority("other")
            stranger = other.client(world.folder, "stranger")
            world.put("both.pem", world.root.pem + other.pem)
            assert ask(world.port, stranger) == "refused"
            world.elb.modify_trust_store(
                TrustStoreArn=world.store, CaCertificatesBundleS3Bucket=world.name,
                CaCertificatesBundleS3Key="both.pem")
            world.becomes(200, stranger)
            world.put("other.pem", other.pem)
            world.elb.modify_trust_store(
                TrustStoreArn=world.store, CaCertificatesBundleS3Bucket=world.name,
                CaCertificatesBundleS3Key="other.pem")
            world.becomes("refused", good)
            assert go_on()


def test_a_session_is_not_resumed_past_a_revocation(world):
    client = world.root.client(world.folder, "client")
    world.becomes(200, client)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.load_cert_chain(client.file)
    session = None
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context.maximum_version = version
        for _ in range(2):
            with socket.create_connection(("127.0.0.1", world.port), timeout=10) as plain:
                with context.wrap_socket(plain, server_hostname="mtls.example", session=session) as stream:
                    stream.sendall(b"GET / HTTP/1.1\r\nHost: mtls.example\r\nConnection: close\r\n\r\n")
                    assert stream.recv(65536).startswith(b"HTTP/1.1 200")
                    assert not stream.session_reused
                    session = stream.session if stream.session and stream.session.id else None
        session = None


def test_the_server_name_of_another_site_is_no_way_around(world, btz):
    """Two load balancers at one address, told apart by name: one judges its clients, one does not."""
    other = world.elb.create_load_balancer(
        Name=f"{world.name}-b", Subnets=["subnet-0a", "subnet-0b"], Scheme="internal"
    )["LoadBalancers"][0]["LoadBalancerArn"]
    certificate, _ = imported(btz, world.folder, "open", "open.example")
    known(btz, certificate)
    fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "204"}}
    world.listen({"Mode": "off"}, port=world.port, balancer=other, certificate=certificate, action=fixed)
    judged = f"{world.name}.example"
    try:
        becomes(lambda: ask(world.port, host="open.example"), 204, within=1.0)
        client = world.root.client(world.folder, "client")
        assert ask(world.port, client, host=judged) == 200
        assert ask(world.port, host=judged) == "refused"
        world.application.seen.clear()
        assert ask(world.port, host=judged, sni="open.example") == 421
        assert ask(world.port, client, host=judged, sni="open.example") == 421
        assert not world.application.seen
    finally:
        world.elb.delete_load_balancer(LoadBalancerArn=other)


def test_the_names_of_authorities_are_told_where_that_is_wanted(world):
    def told():
        done = subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{world.port}", "-servername", "mtls.example"],
            input=b"", capture_output=True, timeout=20)
        return b"CN = root" in done.stdout or b"CN=root" in done.stdout

    becomes(told, False)
    world.judge(AdvertiseTrustStoreCaNames="on")
    becomes(told, True)


def test_a_trust_store_is_described_as_it_was_made(world):
    """What an infrastructure tool does: make, describe, change, tag, delete; the second plan is empty."""
    elb = world.elb
    elb.add_tags(ResourceArns=[world.store], Tags=[{"Key": "team", "Value": "edge"}])
    world.put("list.pem", world.root.revoking(world.root.client(world.folder, "gone")))
    revocation = world.revoke("list.pem")

    def plan():
        listener = elb.describe_listeners(ListenerArns=[world.listener])["Listeners"][0]
        return [
            elb.describe_trust_stores(TrustStoreArns=[world.store])["TrustStores"],
            elb.describe_tags(ResourceArns=[world.store])["TagDescriptions"][0]["Tags"],
            elb.describe_trust_store_revocations(TrustStoreArn=world.store)["TrustStoreRevocations"],
            elb.describe_trust_store_associations(TrustStoreArn=world.store)["TrustStoreAssociations"],
            listener["MutualAuthentication"],
        ]

    first = plan()
    assert first == plan()
    assert first == [
        [{
            "Name": world.name, "TrustStoreArn": world.store, "Status": "ACTIVE",
            "NumberOfCaCertificates": 1, "TotalRevokedEntries": 1}],
        [{"Key": "team", "Value": "edge"}],
        [revocation],
        [{"ResourceArn": world.balancer}],
        {
            "Mode": "verify", "TrustStoreArn": world.store, "IgnoreClientCertificateExpiry": False,
            "TrustStoreAssociationStatus": "active", "AdvertiseTrustStoreCaNames": "off"},
    ]
    location = elb.get_trust_store_ca_certificates_bundle(TrustStoreArn=world.store)["Location"]
    assert urllib.request.urlopen(location).read() == world.root.pem
    with pytest.raises(elb.exceptions.TrustStoreInUseException):
        elb.delete_trust_store(TrustStoreArn=world.store)
    with pytest.raises(elb.exceptions.CaCertificatesBundleNotFoundException):
        elb.create_trust_store(
            Name="other", CaCertificatesBundleS3Bucket=world.name,
            CaCertificatesBundleS3Key="../../config.toml")
    with pytest.raises(elb.exceptions.DuplicateTrustStoreNameException):
        elb.create_trust_store(
            Name=world.name, CaCertificatesBundleS3Bucket=world.name, CaCertificatesBundleS3Key="ca.pem")


def test_connections_are_logged_those_that_fail_too(world, btz):
    bucket = f"{world.name}-logs"[-60:].strip("-")
    with pytest.raises(botocore.exceptions.ClientError) as refused:
        world.elb.modify_load_balancer_attributes(LoadBalancerArn=world.balancer, Attributes=[
            {"Key": "connection_logs.s3.enabled", "Value": "true"},
            {"Key": "connection_logs.s3.bucket", "Value": "No_Bucket"}])
    assert refused.value.response["Error"]["Code"] == "InvalidConfigurationRequest"
    world.elb.modify_load_balancer_attributes(LoadBalancerArn=world.balancer, Attributes=[
        {"Key": f"{log}.s3.{key}", "Value": value} for log in ("connection_logs", "access_logs")
        for key, value in (("enabled", "true"), ("bucket", bucket))])
    good = world.root.client(world.folder, "good")
    expired = world.root.client(world.folder, "expired", begin=-9, end=-1)
    folder = btz.folder / "data/buckets" / bucket

    def lines(pattern):
        return [shlex.split(line) for path in folder.rglob(pattern) for line in path.read_text().splitlines()]

    world.becomes(200, good)

    def asked():
        assert ask(world.port, good) == 200
        return bool(lines("conn_log.*.log"))

    becomes(asked, True)
    for client in (None, expired):
        assert ask(world.port, client) == "refused"
    logged = lambda: [line[10] for line in lines("conn_log.*.log") if line[10] != "Success"]
    becomes(logged, ["Failed:UnmappedConnectionError", "Failed:ClientCertExpired"])
    path = next(folder.rglob("conn_log.*.log"))
    balancer = world.balancer.split(":loadbalancer/")[1]
    assert re.fullmatch(
        rf"conn_log\.{ACCOUNT}_elasticloadbalancing_{REGION}_{re.escape(balancer.replace('/', '.'))}"
        r"_\d{8}T\d{4}Z_127\.0\.0\.1_[a-z0-9]{8}\.log", path.name)
    first, *_, missing, late = lines("conn_log.*.log")
    assert len(first) == len(late) == 13
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", first[0])
    assert first[1] == "127.0.0.1" and first[3] == str(world.port)
    assert first[4] == "TLSv1.3" and re.fullmatch("TLS_[A-Z0-9_]+", first[5])
    assert re.fullmatch(r"\d+\.\d{3}", first[6])
    # The log escapes a backslash as it escapes all others.
    assert first[7] == "CN=good,O=Shop\\x5C, Inc,C=US" and first[9] == f"{good.certificate.serial_number:X}".zfill(
        len(first[9]))
    assert first[8].startswith("NotBefore=") and ";NotAfter=" in first[8]
    assert re.fullmatch(r"TID_[0-9a-f]{32}", first[11]) and re.fullmatch("[A-Za-z0-9_]+", first[12])
    assert missing[4:10] == ["-"] * 6
    assert late[7].startswith("CN=expired,") and late[6] == late[12] == "-"
    # A request's line has its connection's id.
    becomes(lambda: first[11] in [line[29] for line in lines(f"{ACCOUNT}_*.log")], True)
