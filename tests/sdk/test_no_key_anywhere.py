"""No key byte lies anywhere: known keys are imported and used, and then looked for, raw, in hexadecimal
digits and in base64, in the data folder, the logs at their most talkative, a backup and the audit log; and
a process that is killed by SIGABRT leaves no core image."""

import base64
import os
import pathlib
import secrets
import signal
import subprocess
import time

import botocore.exceptions
import pytest
from cryptography.hazmat.primitives import hashes, keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from conftest import BINARY


def base64_forms(secret):
    """What every base64 text has that holds these bytes, wherever they begin in it."""
    for shift in range(3):
        text = base64.b64encode(bytes(shift) + secret + bytes(3))
        # The digits at both ends hold bits of the neighbours, too.
        first, last = -(-shift * 8 // 6), (shift + len(secret)) * 8 // 6
        yield text[first:last]
        yield text[first:last].replace(b"+", b"-").replace(b"/", b"_")


def encoded_forms(secret):
    return {secret.hex().encode(), secret.hex().upper().encode(), *base64_forms(secret)}


def forms(secret):
    """Raw, as big numbers lie in memory, and encoded."""
    words = b"".join(secret[at:at + 8][::-1] for at in reversed(range(0, len(secret), 8)))
    return {secret, secret[::-1], words} | encoded_forms(secret)


def import_material(kms, spec, usage, material):
    key = kms.create_key(Origin="EXTERNAL", KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["KeyId"]
    given = kms.get_parameters_for_import(
        KeyId=key, WrappingAlgorithm="RSA_AES_KEY_WRAP_SHA_256", WrappingKeySpec="RSA_2048")
    wrapping = serialization.load_der_public_key(given["PublicKey"])
    once = secrets.token_bytes(32)
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    kms.import_key_material(
        KeyId=key, ImportToken=given["ImportToken"], ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE",
        EncryptedKeyMaterial=wrapping.encrypt(once, oaep) + keywrap.aes_key_wrap_with_padding(once, material))
    return key


def private_bytes(key):
    """The factors and exponents, each of which gives the key away."""
    numbers = key.private_numbers()
    for number in (numbers.p, numbers.q, numbers.d, numbers.dmp1, numbers.dmq1):
        yield number.to_bytes((number.bit_length() + 7) // 8, "big")


def search(needles, haystack, where):
    for name, wanted in needles.items():
        for form in wanted:
            assert form not in haystack, f"{name} as {form[:12]!r}... in {where}"


def memory_of(pid):
    maps = pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines()
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            span, mode = line.split()[:2]
            if not mode.startswith("rw"):
                continue
            begin, end = (int(part, 16) for part in span.split("-"))
            try:
                memory.seek(begin)
                yield memory.read(end - begin)
            except OSError:
                continue


def test_the_search_finds_what_it_looks_for():
    secret = secrets.token_bytes(32)
    for shift in range(3):
        for haystack in (
            base64.b64encode(secrets.token_bytes(shift) + secret + secrets.token_bytes(5)),
            base64.urlsafe_b64encode(secrets.token_bytes(shift) + secret),
            secret.hex().encode(), b"x" + secret,
        ):
            with pytest.raises(AssertionError):
                search({"it": forms(secret)}, haystack, "a text")


def used(fresh):
    """Keys that were imported and used, as what is looked for: all forms, and those of texts; an access key."""
    kms, iam = fresh.client("kms"), fresh.client("iam")
    aes = secrets.token_bytes(32)
    own = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pkcs8 = own.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    aes_key = import_material(kms, "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", aes)
    rsa_key = import_material(kms, "RSA_2048", "SIGN_VERIFY", pkcs8)
    iam.create_user(UserName="alice")
    access = iam.create_access_key(UserName="alice")["AccessKey"]
    secret = access["SecretAccessKey"].encode()

    blob = kms.encrypt(KeyId=aes_key, Plaintext=b"text")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"text"
    signed = kms.sign(KeyId=rsa_key, Message=b"text", SigningAlgorithm="RSASSA_PSS_SHA_256")["Signature"]
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
    own.public_key().verify(signed, b"text", pss, hashes.SHA256())
    alice = fresh.client("sts", key=access["AccessKeyId"], secret=access["SecretAccessKey"])
    assert alice.get_caller_identity()["Arn"].endswith("user/alice")
    # Mistakes are told without what was mistaken.
    with pytest.raises(botocore.exceptions.ClientError):
        kms.decrypt(CiphertextBlob=blob[:-1] + bytes([blob[-1] ^ 1]))
    with pytest.raises(botocore.exceptions.ClientError):
        alice.assume_role(RoleArn="arn:aws:iam::123456789012:role/none", RoleSessionName="session")

    needles = {"the AES key": forms(aes), "the access key's secret": forms(secret)}
    texts = {"the AES key": encoded_forms(aes)}
    for number, part in enumerate(private_bytes(own)):
        needles[f"the RSA key's part {number}"] = forms(part)
    texts["the RSA key's first factor"] = encoded_forms(next(private_bytes(own)))
    return needles, texts, access["AccessKeyId"]


def may_read_memory():
    """Whether this process may read that of another, which is nobody's secret."""
    with subprocess.Popen(["sleep", "60"]) as other:
        try:
            return any(memory_of(other.pid))
        except PermissionError:
            return False
        finally:
            other.kill()


def test_no_key_lies_in_memory_as_a_text(fresh):
    """A running process may hold a key as it uses it, but never as a text."""
    fresh.start()
    _, texts, access_key = used(fresh)
    if os.geteuid() != 0:
        # It is not dumpable, so not even its own user reads it.
        with pytest.raises(PermissionError):
            list(memory_of(fresh.process.pid))
        return
    if not may_read_memory():
        pytest.skip("root may read no other process's memory here: run it with CAP_SYS_PTRACE")
    found = False
    for piece in memory_of(fresh.process.pid):
        search(texts, piece, "memory")
        found |= access_key.encode() in piece
    assert found, "what lies in memory for sure was not found: the search is none"


def test_no_key_byte_lies_anywhere(fresh, tmp_path, monkeypatch):
    monkeypatch.setenv("BTZ_LOG", "trace")
    monkeypatch.chdir(tmp_path)
    fresh.start()
    needles, _, _ = used(fresh)
    backup = tmp_path / "btz.backup"
    subprocess.run(
        [BINARY, "backup", "create", backup, "--data", fresh.folder / "data", "--with-logs"], check=True,
        capture_output=True)

    # Killed as by a bug, it leaves no image of itself.
    limits = pathlib.Path(f"/proc/{fresh.process.pid}/limits").read_text()
    core = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    assert core.split()[4:6] == ["0", "0"]
    os.kill(fresh.process.pid, signal.SIGABRT)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        pid, status = os.waitpid(fresh.process.pid, os.WNOHANG)
        if pid:
            break
        time.sleep(0.02)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGABRT
    assert not os.WCOREDUMP(status)
    fresh.process.returncode = -signal.SIGABRT

    searched = 0
    for file in (*fresh.folder.rglob("*"), *tmp_path.rglob("*")):
        assert not file.name.startswith("core"), file
        if file.is_file():
            search(needles, file.read_bytes(), file)
            searched += 1
    assert searched > 5
