"""The seal's hardware slots, from outside: a token by softhsm2 opens a real btz."""

import json
import os
import pathlib
import socket
import subprocess
import time

import pytest
from conftest import BINARY, Btz, free_port
from token_by_softhsm import MODULE, PIN, SoftToken


@pytest.fixture
def token(tmp_path):
    made = SoftToken(tmp_path / "softhsm")
    made.make("hsm")
    return made


class Sealed(Btz):
    """A btz whose processes see the token."""

    def __init__(self, folder, application, environment):
        super().__init__(folder, application.port, environment=environment)
        self.data = self.folder / "data"

    def seal(self, *arguments, check=True):
        done = subprocess.run(
            [BINARY, "seal", *map(str, arguments), "--data", str(self.data)],
            env=os.environ | self.environment, capture_output=True, text=True, timeout=120)
        if check:
            assert done.returncode == 0, done.stdout + done.stderr
        return done

    def status(self):
        return json.loads(self.seal("status", "--output", "json", check=False).stdout)

    def add_token(self, token, *more, pin_file=None, check=True):
        return self.seal(
            "add", "pkcs11", "--module", MODULE, "--token-label", "hsm", "--key-label", "btz-seal",
            "--pin-file", pin_file or token.pin_file(), *more, check=check)

    def is_sealed(self):
        return "sealed" in self.admin("/readyz")[1]


@pytest.fixture
def sealed(tmp_path, application, token):
    made = Sealed(tmp_path, application, token.environment)
    made.start()
    yield made
    made.stop()


def encrypted(btz):
    kms = btz.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    return kms.encrypt(KeyId=key, Plaintext=b"kept")["CiphertextBlob"]


def decrypted(btz, blob):
    return btz.client("kms").decrypt(CiphertextBlob=blob)["Plaintext"]


def test_a_token_opens_the_seal_at_start_alone(sealed, token):
    blob = encrypted(sealed)
    said = sealed.add_token(token, "--make-key")
    assert "slot 3 is in force" in said.stdout
    # The key file's slot goes: only the token opens now.
    sealed.seal("remove", 1)
    for path in sealed.folder.glob("data*.seal-key"):
        path.unlink()
    sealed.stop()
    status = sealed.status()
    assert status["opens_by_itself"] == 3
    assert [slot["kind"] for slot in status["slots"]] == ["shamir", "pkcs11"]
    assert "key btz-seal of token hsm" in status["slots"][1]["opened_by"]
    sealed.start()
    assert not sealed.is_sealed()
    assert decrypted(sealed, blob) == b"kept"
    # The PIN lies in no file of ours, and in no log.
    for path in [*sealed.data.rglob("*"), sealed.folder / "btz.log"]:
        if path.is_file():
            assert PIN.encode() not in path.read_bytes(), path
    sealed.stop()
    # Without the token the seal stays closed, traffic goes on, and the reason is told.
    token.away()
    sealed.start()
    assert sealed.is_sealed()
    assert sealed.status()["sealed"].count("there is no token `hsm`") == 1
    assert sealed.request("/")[0] == 200
    sealed.stop()
    token.back()
    sealed.start()
    assert decrypted(sealed, blob) == b"kept"


def test_a_root_that_is_rotated_is_in_the_tokens_keeping_too(sealed, token):
    blob = encrypted(sealed)
    sealed.add_token(token, "--make-key")
    sealed.seal("remove", 1)
    before = json.loads((sealed.data / "seal.json").read_text())["seal"]["slots"]
    (sealed.data / "recovery-kit.txt").unlink()
    sealed.seal("rotate")
    after = json.loads((sealed.data / "seal.json").read_text())["seal"]["slots"]
    wrapped = [
        [slot["kind"]["parameters"]["wrapped"] for slot in slots if slot["kind"]["by"] == "device"]
        for slots in (before, after)
    ]
    assert len(wrapped[0]) == len(wrapped[1]) == 1 and wrapped[0] != wrapped[1]
    sealed.stop()
    sealed.start()
    assert not sealed.is_sealed()
    assert decrypted(sealed, blob) == b"kept"


def test_what_does_not_open_is_not_added(sealed, token):
    before = (sealed.data / "seal.json").read_bytes()
    missing = sealed.add_token(token, check=False)
    assert missing.returncode != 0 and "has no key `btz-seal`" in missing.stderr
    loose = token.pin_file("loose")
    loose.chmod(0o644)
    refused = sealed.add_token(token, "--make-key", pin_file=loose, check=False)
    assert refused.returncode != 0 and "chmod 600" in refused.stderr
    assert (sealed.data / "seal.json").read_bytes() == before


def test_a_wrong_pin_does_not_lock_the_token(sealed, token):
    blob = encrypted(sealed)
    pin_file = token.pin_file()
    sealed.add_token(token, "--make-key", pin_file=pin_file)
    sealed.seal("remove", 1)
    pin_file.write_text("999999\n")
    sealed.stop()
    # Started again and again, as a service manager would.
    for _ in range(3):
        sealed.start()
        assert sealed.is_sealed()
        sealed.stop()
    assert "wrong PIN was given" in sealed.output()
    pin_file.write_text(PIN + "\n")
    # By hand it is tried, and works: nothing was locked.
    assert sealed.status()["opens_by_itself"] == 3
    sealed.start()
    assert decrypted(sealed, blob) == b"kept"


def test_a_module_in_the_data_folder_is_not_loaded(sealed, token):
    module = pathlib.Path(sealed.data) / "module.so"
    module.write_bytes(pathlib.Path(MODULE).read_bytes())
    added = sealed.seal(
        "add", "pkcs11", "--module", module, "--token-label", "hsm", "--key-label", "btz-seal", "--make-key",
        "--pin-file", token.pin_file(), check=False)
    assert added.returncode != 0 and "lies in the data folder" in added.stderr


class Tpm:
    """A TPM by Debian's swtpm, with a state of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.folder.mkdir()
        self.port = free_port()
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={self.folder}",
             "--server", f"type=tcp,port={self.port},bindaddr=127.0.0.1",
             "--ctrl", f"type=tcp,port={free_port()},bindaddr=127.0.0.1",
             "--flags", "not-need-init,startup-clear"])
        begin = time.monotonic()
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
                break
            except OSError:
                assert self.process.poll() is None and time.monotonic() - begin < 30
                time.sleep(0.05)
        # The firmware measures.
        for pcr in range(8):
            self.extend(pcr)

    def stop(self):
        self.process.kill()
        self.process.wait(timeout=10)

    @property
    def device(self):
        return f"tcp:127.0.0.1:{self.port}"

    def extend(self, pcr):
        """TPM2_PCR_Extend: what firmware does when it measures something."""
        body = pcr.to_bytes(4, "big") + bytes.fromhex("00000009400000090000010000" "00000001000b") + bytes([7] * 32)
        command = bytes.fromhex("8002") + (10 + len(body)).to_bytes(4, "big") + bytes.fromhex("00000182") + body
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as channel:
            channel.sendall(command)
            assert channel.recv(64)[6:10] == bytes(4)


@pytest.fixture
def tpm(tmp_path):
    started = Tpm(tmp_path / "tpm")
    yield started
    started.stop()


def test_a_tpm_opens_the_seal_of_a_machine_that_is_booted_as_it_was(sealed, tpm):
    blob = encrypted(sealed)
    said = sealed.seal("add", "tpm2", "--device", tpm.device, "--pcrs", "0+7")
    assert "slot 3 is in force" in said.stdout
    sealed.seal("remove", 1)
    (sealed.data / "recovery-kit.txt").rename(sealed.folder / "kit")
    # A new root is in the TPM's keeping too.
    sealed.seal("rotate")
    status = sealed.status()
    assert [slot["kind"] for slot in status["slots"]] == ["tpm2", "shamir"]
    assert "registers 0+7" in status["slots"][0]["opened_by"]
    assert status["opens_by_itself"] == status["slots"][0]["id"]
    sealed.stop()
    # The machine is turned off and on again, booted as before.
    tpm.stop()
    tpm.start()
    sealed.start()
    assert not sealed.is_sealed()
    assert decrypted(sealed, blob) == b"kept"
    sealed.stop()
    # Something else was booted.
    tpm.extend(7)
    sealed.start()
    assert sealed.is_sealed()
    assert "registers 0+7 of the TPM are not what they were" in sealed.status()["sealed"]
    sealed.stop()
    # The other slot still opens, and the TPM's is made anew.
    kit = sealed.data / "recovery-kit.txt"
    sealed.seal("add", "tpm2", "--device", tpm.device, "--pcrs", "0+7", "--shares-file", kit)
    sealed.start()
    assert not sealed.is_sealed()
    assert decrypted(sealed, blob) == b"kept"


def test_what_is_no_tpm_is_told(sealed):
    missing = sealed.seal("add", "tpm2", "--device", "/dev/no-such-tpm", check=False)
    assert missing.returncode != 0 and "the TPM /dev/no-such-tpm cannot be used" in missing.stderr
    wrong = sealed.seal("add", "tpm2", "--pcrs", "24", check=False)
    assert wrong.returncode == 2 and "0 to 23" in wrong.stderr


def test_registers_that_say_nothing_of_the_boot_are_refused(sealed, tpm):
    for pcrs, why in [("7+16", "anybody who runs on this machine can reset it"), ("9", "nothing was measured into it")]:
        refused = sealed.seal("add", "tpm2", "--device", tpm.device, "--pcrs", pcrs, check=False)
        assert refused.returncode != 0 and why in refused.stderr, refused.stderr
    assert [slot["kind"] for slot in sealed.status()["slots"]] == ["file", "shamir"]
