"""`btz seal` as a person uses it: slots are added, removed and rotated; a lost key file is no loss; sealed,
traffic goes on and no key is served, and both the API and `btz doctor` say so."""

import datetime
import json
import socket
import ssl
import subprocess

import botocore.exceptions
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from conftest import BINARY, Btz


class Installation:
    """A data folder with a key in it, whose btz has been stopped."""

    def __init__(self, btz):
        self.btz, self.data = btz, btz.folder / "data"
        self.key_file = btz.folder / "data.seal-key"
        self.kit = self.data / "recovery-kit.txt"
        btz.start()
        kms = btz.client("kms")
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        self.blob = kms.encrypt(KeyId=key, Plaintext=b"secret")["CiphertextBlob"]
        btz.stop()

    def seal(self, *arguments, check=True):
        done = subprocess.run(
            [BINARY, "seal", *map(str, arguments), "--data", self.data], capture_output=True, text=True,
            timeout=60)
        if check:
            assert done.returncode == 0, done.stderr
        return done

    def status(self):
        return json.loads(self.seal("status", "--output", "json", check=False).stdout)

    def slots(self):
        return [slot["kind"] for slot in self.status()["slots"]]

    def shares(self, count=2):
        lines = [line for line in self.kit.read_text().splitlines() if line.lower().startswith("btz1-")]
        file = self.btz.folder / "shares.txt"
        file.write_text("\n".join(lines[:count]) + "\n")
        return file

    def opens(self):
        """Whether a start opens the seal, and the old ciphertext with it."""
        self.btz.start()
        try:
            return self.btz.client("kms").decrypt(CiphertextBlob=self.blob)["Plaintext"] == b"secret"
        finally:
            self.btz.stop()


@pytest.fixture
def installation(fresh):
    return Installation(fresh)


def test_sealed_it_serves_traffic_and_no_key_and_says_so(installation):
    installation.key_file.rename(installation.btz.folder / "lost")
    btz = installation.btz
    btz.start()
    assert "SEALED" in btz.output()
    assert btz.status("/") == 200
    assert btz.status("/?q=<script>alert(1)</script>") == 403, "and the web ACL is in force"
    for call in (
        lambda: btz.client("kms").decrypt(CiphertextBlob=installation.blob),
        lambda: btz.client("kms").create_key(),
    ):
        with pytest.raises(botocore.exceptions.ClientError) as error:
            call()
        assert "seal" in str(error.value).lower(), error.value
    assert "sealed" in btz.admin("/readyz")[1]
    assert "btz_seal_open 0" in btz.admin("/metrics")[1]
    assert installation.seal("status", check=False).returncode == 1
    doctor = subprocess.run(
        [BINARY, "doctor", "--data", installation.data, "--output", "json"], capture_output=True,
        text=True, timeout=60)
    seal = [found for found in json.loads(doctor.stdout) if "seal" in found["check"]]
    assert any(found["health"] == "failed" and "recover" in found["repair"] for found in seal), seal

    # On a machine without the key file, two of three shares make another.
    assert installation.seal("recover", "--shares-file", installation.shares(1), check=False).returncode == 3
    btz.stop()
    assert "slot 2 opened the seal" in installation.seal(
        "recover", "--shares-file", installation.shares(2)).stdout
    assert installation.slots() == ["shamir", "file"]
    assert installation.opens()


def test_slots_are_added_and_removed_and_the_last_stays(installation):
    folder = installation.btz.folder
    passphrase = folder / "passphrase"
    passphrase.write_text("correct horse battery staple\n")
    installation.seal("add", "passphrase", "--new-passphrase-file", passphrase)
    installation.seal("add", "file", "--path", folder / "second.key")
    assert installation.slots() == ["file", "shamir", "passphrase", "file"]

    # A kit that was not moved away is not written over.
    refused = installation.seal("add", "shamir", "--shares", "3of5", check=False)
    assert refused.returncode == 2 and "move it away" in refused.stderr
    installation.kit.rename(folder / "first-kit.txt")
    installation.seal("add", "shamir", "--shares", "3of5")
    shares = installation.shares(3)

    installation.seal("remove", 1)
    installation.key_file.unlink()
    assert installation.opens(), "by the second key file"
    (folder / "second.key").unlink()
    assert installation.status()["sealed"]
    wrong = folder / "wrong"
    wrong.write_text("another\n")
    assert installation.seal("add", "file", "--passphrase-file", wrong, check=False).returncode == 3
    installation.seal("add", "file", "--passphrase-file", passphrase)
    assert installation.opens(), "by a key file that the passphrase made"
    for slot in (2, 3, 4, 6):
        installation.seal("remove", slot, "--shares-file", shares)
    assert installation.slots() == ["shamir"]
    last = installation.seal("remove", 5, "--shares-file", shares, check=False)
    assert last.returncode == 3 and "the last" in last.stderr
    installation.seal("recover", "--shares-file", shares)
    assert installation.opens()


def test_rotation_makes_old_secrets_worthless_and_old_ciphertext_readable(installation):
    folder = installation.btz.folder
    old_key, old_header = installation.key_file.read_bytes(), (installation.data / "seal.json").read_bytes()
    installation.kit.rename(folder / "old-kit.txt")
    epoch = installation.status()["epoch"]
    said = installation.seal("rotate").stdout
    assert "generation 2" in said
    status = installation.status()
    assert status["generations"] == [1, 2] and status["epoch"] > epoch
    assert installation.key_file.read_bytes() != old_key
    assert installation.opens()

    # The old key opens the new seal no more, and the old header is told as old.
    installation.key_file.write_bytes(old_key)
    assert installation.status()["sealed"]
    new_header = (installation.data / "seal.json").read_bytes()
    (installation.data / "seal.json").write_bytes(old_header)
    installation.btz.start()
    assert "older one" in installation.btz.output()
    with pytest.raises(botocore.exceptions.ClientError):
        installation.btz.client("kms").decrypt(CiphertextBlob=installation.blob)
    installation.btz.stop()
    (installation.data / "seal.json").write_bytes(new_header)
    installation.seal("recover", "--shares-file", installation.shares())
    assert installation.opens()


def test_the_key_file_can_be_a_credential_of_systemd(installation, tmp_path, monkeypatch):
    credentials = tmp_path / "credentials"
    credentials.mkdir(mode=0o700)
    installation.key_file.rename(credentials / "seal.key")
    assert installation.status()["sealed"]
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    assert installation.status()["opens_by_itself"] == 1
    assert installation.opens()
    assert isinstance(installation.btz, Btz)


def pair(folder, name, domain):
    """A certificate and its key, as files of its owner."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, domain)])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject)
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=90))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(domain)]), critical=False)
        .sign(key, hashes.SHA256()))
    cert_file, key_file = folder / f"{name}.pem", folder / f"{name}.key"
    cert_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    key_file.chmod(0o600)
    return cert_file, key_file


def shown(port):
    """The issuer's and the subject's name of the certificate that a TLS port shows."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as tls:
            found = x509.load_der_x509_certificate(tls.getpeercert(binary_form=True))
    return found.issuer.rfc4514_string(), found.subject.rfc4514_string()


def test_private_keys_lie_wrapped_and_a_sealed_start_serves_what_it_can(installation, tmp_path):
    data, btz = installation.data, installation.btz
    cert, key = pair(tmp_path, "shop", "shop.example")
    run = [BINARY, "certificate"]
    subprocess.run(
        [*run, "import", "shop", "--cert", cert, "--key", key, "--data", data], check=True,
        capture_output=True)
    # As an older btz, or a hand, has left one.
    old = data / "certificates" / "old"
    old.mkdir()
    cert, key = pair(tmp_path, "old", "old.example")
    (old / "cert.pem").write_bytes(cert.read_bytes())
    (old / "key.pem").write_bytes(key.read_bytes())
    doctor = [BINARY, "doctor", "--data", data, "--output", "json"]
    said = subprocess.run(doctor, capture_output=True, text=True).stdout
    assert "old/key.pem is not wrapped by the seal yet" in said
    btz.start()
    local_ca = shown(btz.tls_port)
    listed = subprocess.run(
        [*run, "list", "--data", data, "--output", "json"], check=True, capture_output=True, text=True)
    assert [one["condition"] for one in json.loads(listed.stdout)] == ["valid", "valid"]
    btz.stop()
    for file in data.rglob("*"):
        if file.is_file():
            assert b"PRIVATE KEY" not in file.read_bytes(), file
    for file in ("certificates/shop/key.pem", "certificates/old/key.pem", "tls/ca.key"):
        assert (data / file).read_bytes().startswith(b"BTZ-SEALED-1\n")
    assert "not wrapped" not in subprocess.run(doctor, capture_output=True, text=True).stdout

    # Sealed: HTTP as ever, TLS with a certificate that nobody trusts, and it is said whose is missing.
    installation.key_file.rename(tmp_path / "key")
    before = (data / "tls" / "ca.key").read_bytes()
    btz.start()
    assert "certificates old, shop cannot be opened" in btz.output()
    assert btz.status("/") == 200
    assert shown(btz.tls_port)[0] not in local_ca[0]
    assert (data / "tls" / "ca.key").read_bytes() == before
    listed = subprocess.run(
        [*run, "list", "--data", data, "--output", "json"], capture_output=True, text=True)
    assert all("sealed" in one["problem"] and one["condition"] == "valid" for one in json.loads(listed.stdout))
    refused = subprocess.run(
        [*run, "import", "new", "--cert", cert, "--key", key, "--data", data], capture_output=True, text=True)
    assert refused.returncode == 3 and "sealed" in refused.stderr
    btz.stop()

    # The owner's own files are the owner's: sealed or not, they are shown.
    command = btz.command
    btz.command = [*command, "--cert", str(cert), "--key", str(key)]
    btz.start()
    assert "old.example" in shown(btz.tls_port)[1]
    btz.stop()
    btz.command = command
    assert key.read_bytes().startswith(b"-----BEGIN PRIVATE KEY")
    assert "lies open, for its owner only" in subprocess.run(
        [*doctor, "--cert", cert, "--key", key, "--listen-tls", "127.0.0.1:0"], capture_output=True,
        text=True).stdout

    # Opened again, the CA is the one that it was.
    (tmp_path / "key").rename(installation.key_file)
    btz.start()
    assert shown(btz.tls_port)[0] == local_ca[0]
    btz.stop()
