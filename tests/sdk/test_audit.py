"""The audit log: what was called is in it, whatever happens to the process, and what is done to its
files is found, by the commands that an auditor uses."""

import contextlib
import json
import os
import shutil
import subprocess
import threading

import botocore.exceptions
import pytest

from conftest import ACCOUNT, BINARY


def run(*arguments, exit_code=0):
    done = subprocess.run([BINARY, "audit", *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == exit_code, (done.stdout, done.stderr)
    return done.stdout


def records(data, *arguments):
    text = run("list", "--data", str(data), "--limit", "100000", "--output", "json", *arguments)
    return [found["record"] for found in json.loads(text)]


def verify(folder, *arguments, exit_code=0):
    return json.loads(run("verify", "--folder", str(folder), "--output", "json", *arguments, exit_code=exit_code))


@pytest.fixture
def called(fresh):
    """A stopped btz that was called."""
    fresh.start()
    kms = fresh.client("kms")
    key = kms.create_key(Description="audited")["KeyMetadata"]["KeyId"]
    for number in range(20):
        sealed = kms.encrypt(KeyId=key, Plaintext=b"top secret %d" % number)["CiphertextBlob"]
        assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"top secret %d" % number
    with pytest.raises(botocore.exceptions.ClientError):
        kms.describe_key(KeyId="alias/nothing-there")
    fresh.stop()
    fresh.key = key
    return fresh


def test_every_call_is_in_the_log_once_without_its_secrets(called):
    data = called.folder / "data"
    found = records(data)
    names = [record["eventName"] for record in found]
    assert (names.count("Encrypt"), names.count("Decrypt"), names.count("CreateKey")) == (20, 20, 1)
    failed = records(data, "--error", "NotFoundException")
    assert [record["eventName"] for record in failed] == ["DescribeKey"]
    assert len(records(data, "--event", "Encrypt", "--resource", called.key)) == 20
    assert len(records(data, "--user", f"arn:aws:iam::{ACCOUNT}:root", "--event", "Decrypt")) == 20
    for path in (data / "audit").iterdir():
        assert b"top secret" not in path.read_bytes()
        assert path.stat().st_mode & 0o777 == 0o600
    # For eyes.
    assert "Decrypt" in run("search", "--data", str(data), "--event", "Decrypt", "--limit", "3")


def test_what_is_done_to_its_files_is_found(called, tmp_path):
    audit = called.folder / "data/audit"
    key = tmp_path / "auditor.pem"
    key.write_text(run("key", "--data", str(called.folder / "data")))
    head = tmp_path / "head.json"
    head.write_text(run("head", "--data", str(called.folder / "data")))
    report = verify(audit, "--public-key", str(key), "--head", str(head))
    assert report["intact"] and report["unsigned"] == 0 and report["begin"] == "made"
    assert report["calls"] >= 42

    def tampered(change):
        copy = tmp_path / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(audit, copy)
        (segment,) = copy.glob("*.audit")
        content = bytearray(segment.read_bytes())
        change(content)
        segment.write_bytes(content)
        report = verify(copy, exit_code=1)
        assert not report["intact"]
        # And for eyes.
        assert "NOT AS IT WAS WRITTEN" in run("verify", "--folder", str(copy), exit_code=1)
        return report["findings"][0]

    content = (next(audit.glob("*.audit"))).read_bytes()
    at = content.index(b'"eventName":"Decrypt"')
    begin = content.rindex(b'{"eventVersion"', 0, at) - 45
    length = int.from_bytes(content[begin:begin + 4], "big") + 45

    def flip(content):
        content[at + 14] ^= 1

    def remove(content):
        del content[begin:begin + length]

    def double(content):
        content[begin:begin] = content[begin:begin + length]

    assert tampered(flip)["offset"] == begin
    removed = tampered(remove)
    assert removed["offset"] == begin and "missing" in removed["what"]
    assert tampered(double)["offset"] == begin + length
    assert "end is missing" in tampered(lambda content: content.__delitem__(slice(begin, None)))["what"]
    # The log was not touched by any of it, and goes on.
    called.start()
    called.client("kms").list_keys()
    called.stop()
    assert verify(audit, "--public-key", str(key), "--head", str(head))["intact"]


def test_a_key_of_somebody_else_proves_nothing(called, tmp_path):
    other = tmp_path / "other.pem"
    other.write_text("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
                     "-----END PUBLIC KEY-----\n")
    report = verify(called.folder / "data/audit", "--public-key", str(other), exit_code=1)
    assert "not given" in report["findings"][0]["what"]
    run("verify", "--folder", str(tmp_path / "nowhere"), exit_code=2)


def test_the_record_of_an_answered_call_survives_kill_9(fresh):
    fresh.start()
    kms = fresh.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    sealed = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    answered = set()
    for round in range(3):
        if round:
            fresh.start()
        stop = threading.Event()

        def caller(number):
            kms = fresh.client("kms")
            made = 0
            with contextlib.suppress(botocore.exceptions.BotoCoreError):
                while not stop.is_set():
                    answer = kms.decrypt(CiphertextBlob=sealed)
                    answered.add(answer["ResponseMetadata"]["RequestId"])
                    if number == 0:
                        made += 1
                        answer = kms.create_alias(
                            AliasName=f"alias/a-{round}-{made}", TargetKeyId=key)
                        answered.add(answer["ResponseMetadata"]["RequestId"])

        before = len(answered)
        callers = [threading.Thread(target=caller, args=(number,)) for number in range(3)]
        for thread in callers:
            thread.start()
        while len(answered) < before + 20 + 7 * round:
            assert all(thread.is_alive() for thread in callers)
        # Right after an answer, in the middle of the others' calls.
        fresh.kill()
        stop.set()
        for thread in callers:
            thread.join()
        verify(fresh.folder / "data/audit")
    fresh.start()
    fresh.stop()
    ids = [record["requestID"] for record in records(fresh.folder / "data") if "requestID" in record]
    assert len(ids) == len(set(ids))
    assert answered <= set(ids)
    assert verify(fresh.folder / "data/audit")["intact"]


def backup(*arguments):
    done = subprocess.run([BINARY, "backup", *arguments, "--output", "json"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, (done.stdout, done.stderr)
    return json.loads(done.stdout)


def told(data, event):
    return [record["serviceEventDetails"] for record in records(data, "--event", event)]


def test_backups_are_in_the_log_and_what_was_restored_says_from_which(fresh, tmp_path):
    data = fresh.folder / "data"
    fresh.start()
    made = [backup("create", str(tmp_path / "running.btz"), "--data", str(data))]
    fresh.stop()
    made.append(backup("create", str(tmp_path / "stopped.btz"), "--data", str(data)))
    # Newest first.
    written = told(data, "BackupWritten")
    assert [one["digest"] for one in written] == [one["digest"] for one in reversed(made)]
    assert {one["signer"] for one in written} == {made[0]["fingerprint"]}
    assert len(told(data, "BackupBegun")) == 2
    assert all(one["by"]["uid"] == os.getuid() for one in written)
    assert verify(data / "audit", "--strict")["proven"]

    assert backup("verify", str(tmp_path / "running.btz"))["digest"] == made[0]["digest"]
    backup("restore", str(tmp_path / "running.btz"), "--data", str(data), "--replace", "--allow-rollback")
    fresh.start()
    fresh.client("kms").list_keys()
    fresh.stop()
    (restored,) = told(data, "BackupRestored")
    assert restored["digest"] == made[0]["digest"]
    assert restored["rollbackAllowed"] and restored["by"]["uid"] == os.getuid()
    # The log that came with it does not have the backups that were made after it.
    assert len(told(data, "BackupBegun")) == 1
    assert verify(data / "audit")["intact"]
