"""KMS by what people point at it: the aws CLI, the AWS Encryption SDK in Python and JavaScript, MongoDB's
client-side encryption, sops; and signatures judged by a library that is not ours."""

import base64
import json
import os
import pathlib
import socket
import ssl
import subprocess
import sys

import aws_encryption_sdk
import botocore.session
import bson
import pytest
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, padding, rsa, utils
from pymongocrypt.binding import libmongocrypt_version
from pymongocrypt.explicit_encrypter import ExplicitEncrypter, ExplicitEncryptOpts
from pymongocrypt.mongocrypt import MongoCryptOptions
from pymongocrypt.synchronous.state_machine import MongoCryptCallback

from conftest import REGION, ROOT_KEY, ROOT_SECRET

TLS_NAME = "kms.example.test"
CONTEXT = {"tenant": "ålesund", "purpose": "test"}
PLAINTEXT = "four score and seven — 87 🗝".encode() * 300


def environment(btz):
    """What a person sets for any tool that is made of an AWS SDK."""
    return {
        "AWS_ENDPOINT_URL": btz.endpoint, "AWS_ACCESS_KEY_ID": ROOT_KEY, "AWS_SECRET_ACCESS_KEY": ROOT_SECRET,
        "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, "AWS_PAGER": "", "AWS_EC2_METADATA_DISABLED": "true",
    }


@pytest.fixture
def as_a_person(btz, monkeypatch):
    for name, value in environment(btz).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def key(btz):
    return btz.client("kms").create_key(Description="clients")["KeyMetadata"]["Arn"]


# The aws CLI.

def test_the_aws_cli_encrypts_and_decrypts(btz, key, tmp_path):
    (tmp_path / "plain").write_bytes(b"\x00secret\xff")
    btz.aws("kms", "create-alias", "--alias-name", "alias/cli", "--target-key-id", key)
    blob = btz.aws("kms", "encrypt", "--key-id", "alias/cli", "--plaintext", f"fileb://{tmp_path}/plain",
                   "--encryption-context", "a=b", "--query", "CiphertextBlob", "--output", "text").stdout
    (tmp_path / "blob").write_bytes(base64.b64decode(blob))
    decrypt = ["kms", "decrypt", "--ciphertext-blob", f"fileb://{tmp_path}/blob", "--query", "Plaintext",
               "--output", "text", "--encryption-context"]
    assert base64.b64decode(btz.aws(*decrypt, "a=b").stdout) == b"\x00secret\xff"
    refused = btz.aws(*decrypt, "a=c", check=False)
    assert refused.returncode != 0 and "InvalidCiphertextException" in refused.stderr


def test_the_aws_cli_signs_and_openssl_agrees(btz, tmp_path):
    made = btz.aws("kms", "create-key", "--key-spec", "ECC_NIST_P256", "--key-usage", "SIGN_VERIFY",
                   "--query", "KeyMetadata.KeyId", "--output", "text").stdout.strip()
    (tmp_path / "message").write_bytes(b"release 1.0")
    signature = btz.aws("kms", "sign", "--key-id", made, "--message", f"fileb://{tmp_path}/message", "--message-type",
                        "RAW", "--signing-algorithm", "ECDSA_SHA_256", "--query", "Signature", "--output", "text").stdout
    public = btz.aws("kms", "get-public-key", "--key-id", made, "--query", "PublicKey", "--output", "text").stdout
    (tmp_path / "signature").write_bytes(base64.b64decode(signature))
    (tmp_path / "public.der").write_bytes(base64.b64decode(public))
    verify = ["openssl", "dgst", "-sha256", "-verify", tmp_path / "public.der", "-keyform", "DER", "-signature",
              tmp_path / "signature"]
    assert subprocess.run([*verify, tmp_path / "message"], capture_output=True).returncode == 0
    (tmp_path / "message").write_bytes(b"release 1.1")
    assert subprocess.run([*verify, tmp_path / "message"], capture_output=True).returncode != 0


# The AWS Encryption SDK.

def python_sdk_provider(*keys):
    return aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(
        key_ids=list(keys), botocore_session=botocore.session.get_session())


def test_the_encryption_sdk_of_python_round_trips(as_a_person, btz, key):
    client = aws_encryption_sdk.EncryptionSDKClient()
    message, header = client.encrypt(
        source=PLAINTEXT, encryption_context=CONTEXT, key_provider=python_sdk_provider(key))
    assert PLAINTEXT[:32] not in message
    plaintext, decrypted = client.decrypt(source=message, key_provider=python_sdk_provider(key))
    assert plaintext == PLAINTEXT
    assert CONTEXT.items() <= decrypted.encryption_context.items()

    # A message for two keys opens by either, also when the first one is gone; by no third.
    other, stranger = (btz.client("kms").create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    message, _ = client.encrypt(source=PLAINTEXT, key_provider=python_sdk_provider(key, other))
    btz.client("kms").disable_key(KeyId=key)
    assert client.decrypt(source=message, key_provider=python_sdk_provider(other))[0] == PLAINTEXT
    with pytest.raises(AWSEncryptionSDKClientError):
        client.decrypt(source=message, key_provider=python_sdk_provider(stranger))
    # One changed byte of its context, and the data key does not open.
    at = message.index(b"aws-crypto-public-key") + 30
    changed = message[:at] + bytes([message[at] ^ 1]) + message[at + 1:]
    with pytest.raises(Exception):
        client.decrypt(source=changed, key_provider=python_sdk_provider(other))


NODE = r"""
const { KmsKeyringNode, buildClient, CommitmentPolicy, getClient, KMS } = require('@aws-crypto/client-node')
const { encrypt, decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)
const [, , what, key, endpoint] = process.argv
const clientProvider = getClient(KMS, { endpoint, credentials: {
  accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY } })
const keyring = new KmsKeyringNode({ clientProvider, generatorKeyId: key })
const chunks = []
process.stdin.on('data', (chunk) => chunks.push(chunk)).on('end', async () => {
  try {
    const input = Buffer.concat(chunks)
    const done = what === 'encrypt'
      ? (await encrypt(keyring, input, { encryptionContext: { purpose: 'node' } })).result
      : (await decrypt(keyring, input)).plaintext
    process.stdout.write(done)
  } catch (error) {
    console.error(error)
    process.exit(1)
  }
})
"""


@pytest.fixture(scope="session")
def node(node_modules, tmp_path_factory):
    script = tmp_path_factory.mktemp("node") / "client.js"
    script.write_text(NODE)

    def run(btz, what, key, data):
        done = subprocess.run(
            ["node", script, what, key, btz.endpoint], input=data, capture_output=True, timeout=60,
            env=environment(btz) | {"PATH": os.environ["PATH"], "NODE_PATH": str(node_modules)})
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout
    return run


def test_the_encryption_sdk_of_javascript_and_python_read_each_other(as_a_person, btz, key, node):
    client = aws_encryption_sdk.EncryptionSDKClient()
    from_node = node(btz, "encrypt", key, PLAINTEXT)
    plaintext, header = client.decrypt(source=from_node, key_provider=python_sdk_provider(key))
    assert (plaintext, header.encryption_context["purpose"]) == (PLAINTEXT, "node")
    from_python, _ = client.encrypt(source=PLAINTEXT, key_provider=python_sdk_provider(key))
    assert node(btz, "decrypt", key, from_python) == PLAINTEXT


# MongoDB's client-side field level encryption (libmongocrypt), with a key vault in memory.

class Vault(MongoCryptCallback):
    def __init__(self, address, authority):
        self.address, self.authority, self.keys, self.asked = address, authority, [], []

    def kms_request(self, context):
        """As the drivers do: TLS to the endpoint of the master key, whatever answers there."""
        self.asked.append(context.endpoint)
        trust = ssl.create_default_context(cafile=self.authority)
        with socket.create_connection(self.address, timeout=10) as plain:
            with trust.wrap_socket(plain, server_hostname=context.endpoint.split(":")[0]) as connection:
                connection.sendall(context.message)
                while context.bytes_needed > 0:
                    data = connection.recv(context.bytes_needed)
                    assert data, "the server closed the connection"
                    context.feed(data)

    def insert_data_key(self, data_key):
        document = bson.BSON(data_key).decode()
        self.keys.append(bytes(data_key))
        return document["_id"]

    def fetch_keys(self, filter):
        return self.keys

    def bson_encode(self, document):
        return bson.BSON.encode(document)

    def collection_info(self, database, filter):
        raise NotImplementedError

    def mark_command(self, database, command):
        raise NotImplementedError

    def close(self):
        pass


@pytest.fixture
def tls_endpoint(fresh):
    """The API behind btz's own load balancer, which speaks TLS by a certificate of its local CA; without
    the web ACL, which refuses programs that do not say their name."""
    at = fresh.command.index("protect") + 1
    fresh.command[at] = f"http://127.0.0.1:{fresh.api_port}"
    fresh.command += ["--domain", TLS_NAME]
    fresh.start()
    fresh.client("wafv2").disassociate_web_acl(ResourceArn=fresh.load_balancer_arn())
    return fresh


def test_mongodb_encrypts_fields_by_a_master_key_of_ours(tls_endpoint):
    btz = tls_endpoint
    key = btz.client("kms").create_key()["KeyMetadata"]["Arn"]
    authority = btz.folder / "data" / "tls" / "ca.pem"
    vault = Vault(("127.0.0.1", btz.tls_port), authority)
    options = MongoCryptOptions({"aws": {"accessKeyId": ROOT_KEY, "secretAccessKey": ROOT_SECRET}})
    master = {"region": REGION, "key": key, "endpoint": f"{TLS_NAME}:{btz.tls_port}"}
    encrypter = ExplicitEncrypter(vault, options)
    identifier = encrypter.create_data_key("aws", master_key=master, key_alt_names=None)
    field = bson.BSON.encode({"v": "078-05-1120"})
    algorithm = "AEAD_AES_256_CBC_HMAC_SHA_512-Random"
    encrypted = encrypter.encrypt(field, algorithm, key_id=identifier)
    assert b"078-05-1120" not in encrypted
    encrypter.close()

    # Another process has only the vault: it must ask the master key to open the data key.
    later = Vault(vault.address, authority)
    later.keys = vault.keys
    reader = ExplicitEncrypter(later, options)
    assert bson.BSON(reader.decrypt(encrypted)).decode() == {"v": "078-05-1120"}
    assert later.asked, libmongocrypt_version()
    reader.close()

    btz.client("kms").disable_key(KeyId=key)
    refused = Vault(vault.address, authority)
    refused.keys = vault.keys
    reader = ExplicitEncrypter(refused, options)
    with pytest.raises(Exception, match="(?i)kms|disabled|aws"):
        reader.decrypt(encrypted)
    reader.close()


# sops. (PyPI has its first edition, in Python; the one of today, in Go, writes the same files.)

def test_sops_keeps_a_file_by_a_key_of_ours(as_a_person, btz, key, tmp_path):
    secrets = tmp_path / "secrets.json"
    secrets.write_text(json.dumps({"database": {"password": "hunter2", "port": 5432}}))
    sops = pathlib.Path(sys.executable).with_name("sops")

    def run(*arguments):
        return subprocess.run([sys.executable, sops, *arguments], capture_output=True, text=True, timeout=60)
    encrypted = run("--encrypt", "--kms", key, secrets)
    assert encrypted.returncode == 0, encrypted.stderr
    assert "hunter2" not in encrypted.stdout
    secrets.write_text(encrypted.stdout)
    opened = run("--decrypt", secrets)
    assert json.loads(opened.stdout)["database"] == {"password": "hunter2", "port": 5432}, opened.stderr
    btz.client("kms").disable_key(KeyId=key)
    assert run("--decrypt", secrets).returncode != 0


# Signatures, and what is made without us, judged by the library `cryptography`.

def public_key(btz, key):
    return serialization.load_der_public_key(btz.client("kms").get_public_key(KeyId=key)["PublicKey"])


def asymmetric(btz, spec, usage):
    return btz.client("kms").create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["KeyId"]


SHA = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
CASES = [
    *((f"RSA_{bits}", f"RSASSA_{kind}_SHA_{sha}")
      for bits in (2048, 3072, 4096) for kind in ("PSS", "PKCS1_V1_5") for sha in SHA),
    ("ECC_NIST_P256", "ECDSA_SHA_256"), ("ECC_NIST_P384", "ECDSA_SHA_384"), ("ECC_NIST_P521", "ECDSA_SHA_512"),
    ("ECC_SECG_P256K1", "ECDSA_SHA_256"), ("ECC_NIST_EDWARDS25519", "ED25519_SHA_512"),
    *((f"ML_DSA_{size}", "ML_DSA_SHAKE_256") for size in (44, 65, 87)),
]


def judge(public, algorithm, signature, message):
    """Raises InvalidSignature unless the signature is right."""
    sha = SHA.get(algorithm.rsplit("_", 1)[-1])
    if isinstance(public, rsa.RSAPublicKey):
        pad = padding.PSS(padding.MGF1(sha), sha.digest_size) if "PSS" in algorithm else padding.PKCS1v15()
        public.verify(signature, message, pad, sha)
    elif isinstance(public, ec.EllipticCurvePublicKey):
        public.verify(signature, message, ec.ECDSA(sha))
    else:
        public.verify(signature, message)


@pytest.mark.parametrize("spec,algorithm", CASES, ids=lambda value: value)
def test_signatures_are_right_for_another_library(btz, spec, algorithm):
    kms, made = btz.client("kms"), asymmetric(btz, spec, "SIGN_VERIFY")
    public, message = public_key(btz, made), b"what is signed \x00\xff" * 20
    sign = {"KeyId": made, "SigningAlgorithm": algorithm}
    signature = kms.sign(Message=message, MessageType="RAW", **sign)["Signature"]
    judge(public, algorithm, signature, message)
    with pytest.raises(InvalidSignature):
        judge(public, algorithm, signature, message + b".")
    if isinstance(public, (rsa.RSAPublicKey, ec.EllipticCurvePublicKey)):
        digest = hashes.Hash(SHA[algorithm.rsplit("_", 1)[-1]])
        digest.update(message)
        signature = kms.sign(Message=digest.finalize(), MessageType="DIGEST", **sign)["Signature"]
        judge(public, algorithm, signature, message)
    assert kms.verify(Message=message, MessageType="RAW", Signature=signature, **sign)["SignatureValid"]


@pytest.mark.parametrize("sha", ["1", "256"])
def test_what_another_library_encrypts_for_a_public_key_is_decrypted(btz, sha):
    kms, made = btz.client("kms"), asymmetric(btz, "RSA_3072", "ENCRYPT_DECRYPT")
    of = hashes.SHA1() if sha == "1" else hashes.SHA256()
    blob = public_key(btz, made).encrypt(b"from outside", padding.OAEP(padding.MGF1(of), of, None))
    algorithm = f"RSAES_OAEP_SHA_{sha}"
    opened = kms.decrypt(KeyId=made, CiphertextBlob=blob, EncryptionAlgorithm=algorithm)
    assert opened["Plaintext"] == b"from outside"


@pytest.mark.parametrize("spec,curve", [
    ("ECC_NIST_P256", ec.SECP256R1()), ("ECC_NIST_P384", ec.SECP384R1()), ("ECC_NIST_P521", ec.SECP521R1())])
def test_a_shared_secret_is_the_one_of_the_other_side(btz, spec, curve):
    kms, made, ours = btz.client("kms"), asymmetric(btz, spec, "KEY_AGREEMENT"), ec.generate_private_key(curve)
    encoded = ours.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    theirs = kms.derive_shared_secret(KeyId=made, KeyAgreementAlgorithm="ECDH", PublicKey=encoded)["SharedSecret"]
    assert theirs == ours.exchange(ec.ECDH(), public_key(btz, made))


def test_an_imported_hmac_key_makes_the_macs_that_its_owner_makes(btz):
    kms, material = btz.client("kms"), bytes(range(64))
    made = kms.create_key(KeySpec="HMAC_512", KeyUsage="GENERATE_VERIFY_MAC", Origin="EXTERNAL")["KeyMetadata"]["KeyId"]
    parameters = kms.get_parameters_for_import(
        KeyId=made, WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_4096")
    wrap = serialization.load_der_public_key(parameters["PublicKey"])
    of = hashes.SHA256()
    kms.import_key_material(
        KeyId=made, ImportToken=parameters["ImportToken"], ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE",
        EncryptedKeyMaterial=wrap.encrypt(material, padding.OAEP(padding.MGF1(of), of, None)))
    mac = kms.generate_mac(KeyId=made, Message=b"message", MacAlgorithm="HMAC_SHA_512")["Mac"]
    own = hmac.HMAC(material, hashes.SHA512())
    own.update(b"message")
    assert mac == own.finalize()
