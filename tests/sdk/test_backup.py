"""`btz backup`: made under load, restored to a bare machine, and found out when anything is altered."""

import json
import pathlib
import shutil
import signal
import stat
import subprocess
import threading
import time

import pytest

from conftest import BINARY, Btz

SCOPE = {"Scope": "REGIONAL"}


def btz_backup(*arguments, check=True):
    done = subprocess.run(
        [BINARY, "backup", *map(str, arguments)], capture_output=True, text=True, timeout=120)
    if check:
        assert done.returncode == 0, done.stderr
    return done


def shares_of(kit, folder, count=2):
    lines = [line for line in kit.read_text().splitlines() if line.lower().startswith("btz1-")]
    file = folder / "shares.txt"
    file.write_text("\n".join(lines[:count]) + "\n")
    return file


@pytest.fixture
def running(tmp_path, application):
    """A btz with keys, users and a web ACL of its own."""
    folder = tmp_path / "first"
    folder.mkdir()
    made = Btz(folder, application.port)
    made.start()
    yield made
    made.stop()


def state(btz):
    """What a person sees of an installation."""
    kms, iam, waf = (btz.client(name) for name in ("kms", "iam", "wafv2"))
    return {
        "keys": sorted(key["KeyId"] for key in kms.list_keys()["Keys"]),
        "aliases": sorted(alias["AliasName"] for alias in kms.list_aliases()["Aliases"]),
        "users": sorted(user["UserId"] for user in iam.list_users()["Users"]),
        "web ACLs": sorted(acl["Id"] for acl in waf.list_web_acls(**SCOPE)["WebACLs"]),
    }


class Load(threading.Thread):
    """Makes keys as fast as they come, and remembers which ciphertexts were acknowledged, and when."""

    def __init__(self, btz):
        super().__init__(daemon=True)
        self.kms, self.made, self.over = btz.client("kms"), [], threading.Event()

    def run(self):
        while not self.over.is_set():
            key = self.kms.create_key()["KeyMetadata"]["KeyId"]
            blob = self.kms.encrypt(KeyId=key, Plaintext=key.encode())["CiphertextBlob"]
            self.made.append((time.monotonic(), key, blob))

    def stop(self):
        self.over.set()
        self.join(30)


def test_made_under_load_it_restores_to_a_bare_machine(running, tmp_path, application):
    kms, iam = running.client("kms"), running.client("iam")
    iam.create_user(UserName="alice")
    access = iam.create_access_key(UserName="alice")["AccessKey"]
    iam.put_user_policy(UserName="alice", PolicyName="all", PolicyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]}))
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/backed-up", TargetKeyId=key)
    old = kms.encrypt(KeyId=key, Plaintext=b"old", EncryptionContext={"a": "b"})["CiphertextBlob"]
    kms.rotate_key_on_demand(KeyId=key)
    new = kms.encrypt(KeyId=key, Plaintext=b"new")["CiphertextBlob"]
    before = state(running)

    load = Load(running)
    load.start()
    while len(load.made) < 3:
        time.sleep(0.01)
    begun = time.monotonic()
    file = tmp_path / "btz.backup"
    data = running.folder / "data"
    created = btz_backup("create", file, "--data", data, "--output", "json")
    load.stop()
    report = json.loads(created.stdout)
    assert report["intact"] and report["rows"] > 10
    assert "recovery-kit.txt is not in the backup" in created.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir() if "partial" in entry.name] == []
    verified = btz_backup("verify", file, "--fingerprint", report["fingerprint"], "--output", "json")
    assert len(json.loads(verified.stdout)["proven"]) == 2

    # A bare machine: nothing but the file and two shares.
    shares = shares_of(data / "recovery-kit.txt", tmp_path)
    running.stop()
    shutil.rmtree(running.folder)
    folder = tmp_path / "bare"
    folder.mkdir()
    bare = Btz(folder, application.port)
    restored = btz_backup(
        "restore", file, "--data", folder / "data", "--shares-file", shares,
        "--fingerprint", report["fingerprint"])
    assert "is the installation of the backup" in restored.stdout
    recovered = subprocess.run(
        [BINARY, "seal", "recover", "--shares-file", shares, "--data", folder / "data"],
        capture_output=True, text=True, timeout=60)
    assert recovered.returncode == 0, recovered.stderr
    bare.start()
    try:
        kms = bare.client("kms")
        assert kms.decrypt(CiphertextBlob=old, EncryptionContext={"a": "b"})["Plaintext"] == b"old"
        assert kms.decrypt(CiphertextBlob=new)["Plaintext"] == b"new"
        alice = bare.client("kms", key=access["AccessKeyId"], secret=access["SecretAccessKey"])
        assert alice.decrypt(CiphertextBlob=new)["Plaintext"] == b"new"
        after = state(bare)
        for what, ids in before.items():
            assert set(ids) <= set(after[what]), what
        # What was acknowledged before the backup was asked for is in it.
        for when, made, blob in load.made:
            if when < begun:
                assert made in after["keys"]
                assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == made.encode()
        assert bare.status("/") == 200
    finally:
        bare.stop()


def test_a_stopped_btz_is_backed_up_too_and_alterations_are_found(running, tmp_path):
    kms = running.client("kms")
    kms.create_key(Description="first")
    data, file = running.folder / "data", tmp_path / "btz.backup"
    running.stop()
    btz_backup("create", file, "--data", data)
    good = file.read_bytes()
    assert btz_backup("verify", file).returncode == 0
    for at in (0, 20, 300, len(good) // 2, len(good) - 1):
        bad = bytearray(good)
        bad[at] ^= 1
        file.write_bytes(bad)
        done = btz_backup("verify", file, "--output", "json", check=False)
        assert done.returncode == 1, at
        assert not json.loads(done.stdout)["intact"]
    file.write_bytes(good[:-100])
    assert "cut off" in btz_backup("verify", file, check=False).stdout
    file.write_bytes(good)

    # The same folder, one key later: the backup is older now, and does not replace it unasked.
    running.start()
    running.client("kms").create_key(Description="second")
    in_use = btz_backup("restore", file, "--data", data, "--replace", check=False)
    assert in_use.returncode == 3 and "in use" in in_use.stderr
    running.stop()
    refused = btz_backup("restore", file, "--data", data, "--replace", check=False)
    assert refused.returncode == 3 and "rollback" in refused.stderr
    btz_backup("restore", file, "--data", data, "--replace", "--allow-rollback")
    running.start()
    kms = running.client("kms")
    keys = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"]]
    descriptions = [key["Description"] for key in keys if key["KeyManager"] == "CUSTOMER"]
    assert descriptions == ["first"]


def kill_at(seconds, *arguments):
    process = subprocess.Popen(
        [BINARY, "backup", *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait(10)


def test_killed_at_any_moment_the_old_or_the_new_is_there(running, tmp_path):
    data, file = running.folder / "data", tmp_path / "btz.backup"
    running.client("kms").create_key()
    begin = time.monotonic()
    btz_backup("create", file, "--data", data)
    took = time.monotonic() - begin
    for step in range(8):
        kill_at(took * step / 6, "create", file, "--data", data)
        assert btz_backup("verify", file).returncode == 0
    running.stop()
    btz_backup("create", file, "--data", data)
    for step in range(8):
        kill_at(took * step / 6, "restore", file, "--data", data, "--replace")
        assert (data / "seal.json").exists() and (data / "state.redb").exists()
        beside = data.with_name("data.restoring")
        if beside.exists() and not (beside / ".restoring").exists():
            shutil.rmtree(beside)
    running.start()
    assert running.client("kms").list_keys()["Keys"]


def test_a_memory_store_has_nothing_to_back_up(tmp_path):
    file = tmp_path / "btz.backup"
    done = btz_backup("create", file, "--data", tmp_path / "data", "--store", "memory", check=False)
    assert done.returncode == 2 and "keeps nothing" in done.stderr
    done = btz_backup(
        "create", file, "--data", tmp_path / "data", "--store", "postgresql://127.0.0.1/x", check=False)
    assert done.returncode == 2 and "pg_dump" in done.stderr
    assert not file.exists()
    assert not pathlib.Path(tmp_path / "data").exists()
