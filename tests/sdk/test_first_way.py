"""The main job, by the unmodified aws CLI: an API call, then a real request is refused."""

import json
import time

from conftest import ACCOUNT, byte_match, rule


def test_the_cli_is_told_who_it_is(btz):
    answer = json.loads(btz.aws("sts", "get-caller-identity").stdout)
    assert answer == {
        "UserId": ACCOUNT, "Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:root"}


def test_the_cli_blocks_an_address_within_a_second(btz, web_acl):
    made = json.loads(btz.aws(
        "wafv2", "create-ip-set", "--name", "bad", "--scope", "REGIONAL",
        "--ip-address-version", "IPV4", "--addresses", "127.0.0.9/32").stdout)["Summary"]
    web_acl.update(rule("bad", {"IPSetReferenceStatement": {"ARN": made["ARN"]}}))
    btz.becomes(403, source="127.0.0.9")
    assert btz.status(source="127.0.0.10") == 200

    btz.aws(
        "wafv2", "update-ip-set", "--name", "bad", "--scope", "REGIONAL", "--id", made["Id"],
        "--lock-token", made["LockToken"], "--addresses", "127.0.0.10/32")
    btz.becomes(403, source="127.0.0.10")
    assert btz.status(source="127.0.0.9") == 200

    web_acl.update()
    btz.becomes(200, source="127.0.0.10")
    listed = json.loads(btz.aws("wafv2", "list-ip-sets", "--scope", "REGIONAL").stdout)["IPSets"]
    token = next(entry["LockToken"] for entry in listed if entry["Id"] == made["Id"])
    btz.aws("wafv2", "delete-ip-set", "--name", "bad", "--scope", "REGIONAL", "--id", made["Id"],
            "--lock-token", token)


def test_a_cli_error_reads_as_awss(btz):
    done = btz.aws(
        "wafv2", "get-ip-set", "--name", "none", "--scope", "REGIONAL",
        "--id", "11111111-2222-3333-4444-555555555555", check=False)
    assert done.returncode in (254, 255)
    assert "(WAFNonexistentItemException) when calling the GetIPSet operation" in done.stderr


def test_the_default_web_acl_refuses_attacks_and_lets_their_twins_pass(btz, application):
    for attack in (
        "/search?q=%27%20UNION%20SELECT%20password%20FROM%20users--%20",
        "/search?q=%3Cscript%3Ealert(1)%3C/script%3E",
        "/download?file=../../../../etc/passwd",
    ):
        status, headers, _ = btz.request(attack)
        assert status == 403, attack
        assert headers["x-btz-request-id"]
    reached = len(application.seen)
    for benign in ("/search?q=O%27Reilly", "/search?q=desks%20%3C%20120%20cm", "/download?file=a..b.pdf"):
        assert btz.status(benign) == 200, benign
    assert len(application.seen) == reached + 3


def test_a_refusal_is_explained(btz, web_acl):
    import subprocess

    from conftest import BINARY
    web_acl.update(rule("no-evil", byte_match(
        "evil", {"SingleQueryArgument": {"Name": "q"}}, transformations=("URL_DECODE", "LOWERCASE"))))
    btz.becomes(403, "/?q=some%20%45VIL%20thing")
    _, headers, _ = btz.request("/?q=some%20%45VIL%20thing")
    command = [
        BINARY, "explain", headers["x-btz-request-id"], "--api", f"127.0.0.1:{btz.api_port}",
        "--data", str(btz.folder / "data")]
    environment = {
        "PATH": "/usr/bin:/bin", "BTZ_ACCOUNT_ID": ACCOUNT,
        "BTZ_ROOT_ACCESS_KEY_ID": "AKIATESTSOFBARTIZAN0",
        "BTZ_ROOT_SECRET_ACCESS_KEY": "tests/secret+of=Bartizan"}
    for _ in range(100):
        told = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=20)
        if told.returncode == 0:
            break
        time.sleep(0.02)
    assert told.returncode == 0, told.stderr
    for word in ("no-evil", "URL_DECODE", "LOWERCASE", "evil", "q"):
        assert word in told.stdout, told.stdout
    unknown = subprocess.run(
        [*command[:2], "11111111-2222-4333-8444-555555555555", *command[3:]], env=environment,
        capture_output=True, text=True, timeout=20)
    assert unknown.returncode != 0
    assert "11111111-2222-4333-8444-555555555555" in unknown.stderr


def test_every_call_is_refused_without_its_signature(btz):
    import botocore.exceptions
    import pytest
    for key, secret, code in (
        ("AKIATESTSOFBARTIZAN0", "wrong", "InvalidSignatureException"),
        ("AKIANOBODY0000000000", "wrong", "UnrecognizedClientException"),
    ):
        client = btz.client("wafv2", key=key, secret=secret)
        with pytest.raises(botocore.exceptions.ClientError) as caught:
            client.list_ip_sets(Scope="REGIONAL")
        assert caught.value.response["Error"]["Code"] == code
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        btz.client("sts", secret="wrong").get_caller_identity()
    assert caught.value.response["Error"]["Code"] == "SignatureDoesNotMatch"


def test_padding_does_not_hide_an_attack_in_a_body(btz):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    padding = b"note=" + b"a%20sentence%20like%20any%20other.%20" * 800
    attack = padding + b"&user=admin%27+OR+1%3D1--+"
    assert 20_000 < len(attack) < 60_000
    assert btz.status("/login", method="POST", headers=form, body=attack) == 403
    assert btz.status("/login", method="POST", headers=form, body=padding + b"&user=anna") == 200


def test_a_plain_start_warns_of_nothing_and_says_what_can_be_given(fresh):
    fresh.start()
    begin = time.monotonic()
    while "list-web-acls" not in (told := fresh.output()):
        assert time.monotonic() - begin < 10, told
        time.sleep(0.02)
    assert "WARN" not in told, told
    [lists] = [line for line in told.splitlines() if "address lists" in line]
    assert "AWSManagedIPReputationList" in lists and "btz doctor" in lists
