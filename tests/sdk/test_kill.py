"""kill -9 at random moments around CreateKey, ImportKeyMaterial, RotateKeyOnDemand and changes of the
seal: nothing that was acknowledged is lost, no record of the audit log is missing.

`BTZ_KILL_ROUNDS=1000 pytest tests/sdk/test_kill.py` runs the whole of it, `BTZ_KILL_SEED` a run again.
"""

import collections
import json
import os
import random
import re
import shutil
import signal
import subprocess
import threading
import time

import botocore.exceptions
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from conftest import BINARY

ROUNDS = int(os.environ.get("BTZ_KILL_ROUNDS", "40"))
SEED = int(os.environ.get("BTZ_KILL_SEED", str(random.randrange(1 << 32))))

BROKEN_OFF = (botocore.exceptions.HTTPClientError, botocore.exceptions.ConnectionError)


class Ledger:
    """What was acknowledged."""

    def __init__(self):
        self.lock, self.requests = threading.Lock(), []
        self.keys, self.ciphertexts, self.fresh = [], [], []
        self.rotations = {}

    def saw(self, answer):
        self.requests.append(answer["ResponseMetadata"]["RequestId"])
        return answer

    def key(self, key):
        self.keys.append(key)

    def ciphertext(self, key, blob):
        with self.lock:
            self.ciphertexts.append((key, blob))
            self.fresh.append((key, blob))


class Caller(threading.Thread):
    """Calls until the process is killed; notes what was answered."""

    def __init__(self, kms, ledger, chance):
        super().__init__(daemon=True)
        self.kms, self.ledger, self.chance, self.failed = kms, ledger, chance, None

    def run(self):
        try:
            while True:
                self.step()
        except BROKEN_OFF:
            pass
        except Exception as error:  # noqa: BLE001
            self.failed = error

    def step(self):
        dice = self.chance.random()
        if not self.ledger.keys or dice < 0.35:
            made = self.ledger.saw(self.kms.create_key())["KeyMetadata"]["KeyId"]
            self.ledger.key(made)
            self.encrypt(made)
        elif dice < 0.45:
            self.imported()
        elif dice < 0.7:
            key = self.chance.choice(self.ledger.keys)
            # Ten in a key's life.
            if self.ledger.rotations.get(key, 0) < 8:
                self.ledger.rotations[key] = self.ledger.rotations.get(key, 0) + 1
                self.ledger.saw(self.kms.rotate_key_on_demand(KeyId=key))
            self.encrypt(key)
        else:
            self.encrypt(self.chance.choice(self.ledger.keys))

    def encrypt(self, key):
        answer = self.ledger.saw(self.kms.encrypt(KeyId=key, Plaintext=key.encode()))
        self.ledger.ciphertext(key, answer["CiphertextBlob"])

    def imported(self):
        key = self.ledger.saw(self.kms.create_key(Origin="EXTERNAL"))["KeyMetadata"]["KeyId"]
        given = self.ledger.saw(self.kms.get_parameters_for_import(
            KeyId=key, WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048"))
        wrapping = serialization.load_der_public_key(given["PublicKey"])
        oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
        self.ledger.saw(self.kms.import_key_material(
            KeyId=key, ImportToken=given["ImportToken"], ExpirationModel="KEY_MATERIAL_DOES_NOT_EXPIRE",
            EncryptedKeyMaterial=wrapping.encrypt(self.chance.randbytes(32), oaep)))
        self.encrypt(key)


class Sealer(threading.Thread):
    """Adds, removes and rotates slots by `btz seal`, and kills that too."""

    def __init__(self, data, kits, chance):
        super().__init__(daemon=True)
        self.data, self.kits, self.chance, self.over = data, kits, chance, threading.Event()
        self.killed = self.done = 0
        self.refused = []

    def run(self):
        while not self.over.is_set():
            self.step()

    def removable(self):
        # The slot of the key file beside the data is the one that every start needs.
        slots = json.loads((self.data / "seal.json").read_text())["seal"]["slots"]
        own = f"{self.data}.seal-key"
        others = [slot["id"] for slot in slots if slot["kind"].get("path") != own]
        return self.chance.choice(others or [9999])

    def step(self):
        kit = self.data / "recovery-kit.txt"
        if kit.exists():
            kit.rename(self.kits / f"{time.monotonic_ns()}.txt")
        number = self.chance.randrange(3)
        if number == 0:
            path = self.kits / f"{self.chance.randrange(5)}.key"
            arguments = ["add", "file", "--path", str(path)]
        elif number == 1:
            arguments = ["remove", str(self.removable())]
        else:
            arguments = ["rotate"]
        process = subprocess.Popen(
            [BINARY, "seal", *arguments, "--data", str(self.data)], stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        try:
            # Some go through whole, so that what comes after is a change of what they left.
            _, told = process.communicate(timeout=120 if self.chance.random() < 0.3 else self.chance.uniform(0, 0.4))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=10)
            self.killed += 1
            return
        if process.returncode == 0:
            self.done += 1
        else:
            self.refused.append((arguments, process.returncode, told))


def check(kms, ciphertexts):
    for key, blob in ciphertexts:
        opened = kms.decrypt(CiphertextBlob=blob)
        assert opened["Plaintext"] == key.encode()
        assert opened["KeyId"].endswith(key)


def test_nothing_acknowledged_is_lost(fresh, tmp_path):
    print(f"BTZ_KILL_SEED={SEED} BTZ_KILL_ROUNDS={ROUNDS}")
    chance = random.Random(SEED)
    ledger, data, kits = Ledger(), fresh.folder / "data", tmp_path / "kits"
    kits.mkdir()
    sealers, refused = [0, 0], []
    for number in range(ROUNDS):
        fresh.start()
        kms = fresh.client("kms")
        # What the last kill may have hurt, and something older.
        check(kms, ledger.fresh)
        ledger.fresh.clear()
        check(kms, chance.sample(ledger.ciphertexts, min(5, len(ledger.ciphertexts))))
        callers = [
            Caller(fresh.client("kms"), ledger, random.Random(chance.random())) for _ in range(3)]
        sealer = Sealer(data, kits, random.Random(chance.random()))
        for thread in (*callers, sealer):
            thread.start()
        time.sleep(chance.uniform(0.05, 0.5))
        fresh.kill()
        sealer.over.set()
        for thread in (*callers, sealer):
            thread.join(150)
            assert not thread.is_alive()
        for caller in callers:
            assert caller.failed is None, f"round {number}: {caller.failed!r}"
        sealers[0] += sealer.done
        sealers[1] += sealer.killed
        refused += sealer.refused
        if number % 4 == 3:
            # In the middle of a start, too.
            process = subprocess.Popen(fresh.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(0, 0.3))
            process.kill()
            process.wait(10)

    fresh.start()
    kms = fresh.client("kms")
    there = set()
    for page in kms.get_paginator("list_keys").paginate():
        there |= {key["KeyId"] for key in page["Keys"]}
    assert set(ledger.keys) <= there
    check(kms, ledger.ciphertexts)
    fresh.stop()

    # Every answered call has its record, once, in a log that verifies: a clean stop leaves none in rows.
    subprocess.run([BINARY, "audit", "verify", "--data", data], check=True, capture_output=True)
    held = b"".join(path.read_bytes() for path in sorted((data / "audit").glob("segment-*")))
    seen = collections.Counter(re.findall(rb'"requestID":"([0-9a-f-]{36})"', held))
    wrong = {request: seen[request.encode()] for request in ledger.requests if seen[request.encode()] != 1}
    assert wrong == {}, "how often the records of these calls are there"
    assert ledger.requests and sealers[0]
    # A slot that is not there cannot go, and no file has two slots; nothing else may fail.
    meant = re.compile(r"there is no slot 9999|is slot \d+'s already")
    assert [told for told in refused if not meant.search(told[2])] == []
    shutil.rmtree(kits)
    print(
        f"{ROUNDS} kills: {len(ledger.keys)} keys, {sum(ledger.rotations.values())} rotations, "
        f"{len(ledger.ciphertexts)} ciphertexts, {len(ledger.requests)} records; "
        f"{sealers[0]} changes of the seal were made, {len(refused)} refused, {sealers[1]} were killed")
