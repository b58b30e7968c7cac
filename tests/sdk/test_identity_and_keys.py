"""IAM, STS and KMS by boto3: who may do what is enforced, and keys encrypt for those who may."""

import json

import boto3
import botocore.config
import botocore.exceptions
import pytest

from conftest import ACCOUNT, REGION


def code_of(error):
    return error.value.response["Error"]["Code"]


def message_of(error):
    return error.value.response["Error"]["Message"]


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def as_caller(btz, service, key, secret, token=None):
    """A client with these credentials; it tries once, so that a refusal is seen as it is."""
    return boto3.client(
        service, endpoint_url=btz.endpoint, region_name=REGION,
        aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token,
        config=botocore.config.Config(retries={"total_max_attempts": 1}))


@pytest.fixture
def alice(btz):
    """A user with an access key and no policy."""
    iam = btz.client("iam")
    iam.create_user(UserName="alice")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    yield lambda service: as_caller(btz, service, key["AccessKeyId"], key["SecretAccessKey"])
    for name in iam.list_user_policies(UserName="alice")["PolicyNames"]:
        iam.delete_user_policy(UserName="alice", PolicyName=name)
    iam.delete_access_key(UserName="alice", AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName="alice")


def test_a_user_may_do_what_its_policies_allow_and_no_more(btz, alice):
    iam = btz.client("iam")
    arn = f"arn:aws:iam::{ACCOUNT}:user/alice"
    assert alice("sts").get_caller_identity()["Arn"] == arn
    waf = alice("wafv2")
    with pytest.raises(botocore.exceptions.ClientError) as error:
        waf.list_ip_sets(Scope="REGIONAL")
    assert code_of(error) == "AccessDeniedException"
    assert message_of(error) == (
        f"User: {arn} is not authorized to perform: wafv2:ListIPSets on resource: * because no "
        "identity-based policy allows the wafv2:ListIPSets action")

    iam.put_user_policy(UserName="alice", PolicyName="lists", PolicyDocument=policy(allow("wafv2:List*")))
    assert waf.list_ip_sets(Scope="REGIONAL")["IPSets"] == []
    with pytest.raises(botocore.exceptions.ClientError) as error:
        waf.create_ip_set(Name="bad", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=[])
    assert code_of(error) == "AccessDeniedException"

    # A resource in the policy is the one that is named by name, scope and id.
    ours = f"arn:aws:wafv2:{REGION}:{ACCOUNT}:regional/ipset/ours/*"
    iam.put_user_policy(UserName="alice", PolicyName="sets", PolicyDocument=policy(allow("wafv2:*IPSet", ours)))
    made = waf.create_ip_set(Name="ours", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=[])["Summary"]
    with pytest.raises(botocore.exceptions.ClientError) as error:
        waf.create_ip_set(Name="theirs", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=[])
    assert code_of(error) == "AccessDeniedException"
    waf.delete_ip_set(Name="ours", Scope="REGIONAL", Id=made["Id"], LockToken=made["LockToken"])

    # An explicit deny ends it, whatever allows.
    iam.put_user_policy(UserName="alice", PolicyName="no", PolicyDocument=policy(
        {"Effect": "Deny", "Action": "wafv2:*", "Resource": "*"}))
    with pytest.raises(botocore.exceptions.ClientError) as error:
        waf.list_ip_sets(Scope="REGIONAL")
    assert "with an explicit deny in an identity-based policy" in message_of(error)


def test_a_denial_is_decoded_by_who_may_and_nobody_else(btz, alice):
    iam, sts = btz.client("iam"), btz.client("sts")
    iam.put_user_policy(UserName="alice", PolicyName="no", PolicyDocument=policy(
        {"Sid": "NoKeys", "Effect": "Deny", "Action": "kms:*", "Resource": "*"}))
    hers = alice("kms")
    key = btz.client("kms").create_key()["KeyMetadata"]["Arn"]
    with pytest.raises(botocore.exceptions.ClientError) as error:
        hers.encrypt(KeyId=key, Plaintext=b"x", EncryptionContext={"order": "7"})
    # AWS's sentence is as it is at AWS: what is encoded is in a header beside it.
    assert message_of(error).endswith("with an explicit deny in an identity-based policy")
    encoded = error.value.response["ResponseMetadata"]["HTTPHeaders"]["x-btz-authorization-message"]
    with pytest.raises(botocore.exceptions.ClientError) as error:
        alice("sts").decode_authorization_message(EncodedMessage=encoded)
    assert code_of(error) == "AccessDenied"
    assert "sts:DecodeAuthorizationMessage" in message_of(error)
    decoded = json.loads(sts.decode_authorization_message(EncodedMessage=encoded)["DecodedMessage"])
    assert (decoded["allowed"], decoded["explicitDeny"]) == (False, True)
    [statement] = decoded["matchedStatements"]["items"]
    assert (statement["statementId"], statement["effect"]) == ("NoKeys", "DENY")
    context = decoded["context"]
    assert context["principal"]["arn"] == f"arn:aws:iam::{ACCOUNT}:user/alice"
    assert (context["action"], context["resource"]) == ("kms:Encrypt", key)
    conditions = {one["key"]: one["values"]["items"][0]["value"] for one in context["conditions"]["items"]}
    assert conditions["kms:EncryptionContext:order"] == "7"
    with pytest.raises(botocore.exceptions.ClientError) as error:
        sts.decode_authorization_message(EncodedMessage=encoded[:-8] + "AAAAAAAA")
    assert code_of(error) == "InvalidAuthorizationMessageException"


def test_the_simulator_says_what_is_enforced(btz, alice):
    iam = btz.client("iam")
    iam.put_user_policy(UserName="alice", PolicyName="lists", PolicyDocument=policy(allow("wafv2:List*")))
    results = iam.simulate_principal_policy(
        PolicySourceArn=f"arn:aws:iam::{ACCOUNT}:user/alice",
        ActionNames=["wafv2:ListIPSets", "wafv2:CreateIPSet"])["EvaluationResults"]
    decisions = {result["EvalActionName"]: result["EvalDecision"] for result in results}
    assert decisions == {"wafv2:ListIPSets": "allowed", "wafv2:CreateIPSet": "implicitDeny"}
    assert alice("wafv2").list_ip_sets(Scope="REGIONAL")["IPSets"] == []


def test_a_role_is_assumed_within_its_trust_and_the_sessions_policy(btz, alice):
    iam = btz.client("iam")
    trust = policy({
        "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/alice"},
        "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"sts:ExternalId": "42"}}})
    role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trust)["Role"]
    iam.put_role_policy(RoleName="reader", PolicyName="all", PolicyDocument=policy(allow("wafv2:*")))
    sts = alice("sts")
    with pytest.raises(botocore.exceptions.ClientError) as error:
        sts.assume_role(RoleArn=role["Arn"], RoleSessionName="ci")
    assert code_of(error) == "AccessDenied"
    given = sts.assume_role(
        RoleArn=role["Arn"], RoleSessionName="ci", ExternalId="42",
        Policy=policy(allow("wafv2:ListIPSets")))["Credentials"]
    session = (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    identity = as_caller(btz, "sts", *session).get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/ci"
    waf = as_caller(btz, "wafv2", *session)
    assert waf.list_ip_sets(Scope="REGIONAL")["IPSets"] == []
    with pytest.raises(botocore.exceptions.ClientError) as error:
        waf.list_web_acls(Scope="REGIONAL")
    assert "no session policy allows" in message_of(error)
    # A changed token is nobody's.
    token = session[2][:-6] + ("AAAAAA" if session[2][-6:] != "AAAAAA" else "BBBBBB")
    with pytest.raises(botocore.exceptions.ClientError) as error:
        as_caller(btz, "sts", session[0], session[1], token).get_caller_identity()
    assert code_of(error) == "InvalidClientTokenId"
    # Without the role there is no session.
    iam.delete_role_policy(RoleName="reader", PolicyName="all")
    iam.delete_role(RoleName="reader")
    with pytest.raises(botocore.exceptions.ClientError):
        waf.list_ip_sets(Scope="REGIONAL")


def test_what_a_key_encrypts_only_its_users_decrypt(btz, alice):
    kms, iam = btz.client("kms"), btz.client("iam")
    key = kms.create_key(Description="orders")["KeyMetadata"]
    kms.create_alias(AliasName="alias/orders", TargetKeyId=key["KeyId"])
    context = {"order": "7"}
    sealed = kms.encrypt(KeyId="alias/orders", Plaintext=b"four", EncryptionContext=context)["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=sealed, EncryptionContext=context)["Plaintext"] == b"four"
    with pytest.raises(botocore.exceptions.ClientError) as error:
        kms.decrypt(CiphertextBlob=sealed, EncryptionContext={"order": "8"})
    assert code_of(error) == "InvalidCiphertextException"

    hers = alice("kms")
    with pytest.raises(botocore.exceptions.ClientError) as error:
        hers.decrypt(CiphertextBlob=sealed, EncryptionContext=context)
    assert code_of(error) == "AccessDeniedException"
    assert f"kms:Decrypt on resource: {key['Arn']}" in message_of(error)
    # An IAM policy counts because the key's own policy leaves it to the account; its condition on the
    # encryption context is judged.
    iam.put_user_policy(UserName="alice", PolicyName="kms", PolicyDocument=policy(allow(
        "kms:Decrypt", key["Arn"], Condition={"StringEquals": {"kms:EncryptionContext:order": "7"}})))
    assert hers.decrypt(CiphertextBlob=sealed, EncryptionContext=context)["Plaintext"] == b"four"
    other = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"five", EncryptionContext={"order": "8"})["CiphertextBlob"]
    with pytest.raises(botocore.exceptions.ClientError) as error:
        hers.decrypt(CiphertextBlob=other, EncryptionContext={"order": "8"})
    assert code_of(error) == "AccessDeniedException"

    # A grant is one more way, for what it names, until it is revoked.
    grant = kms.create_grant(
        KeyId=key["KeyId"], GranteePrincipal=f"arn:aws:iam::{ACCOUNT}:user/alice", Operations=["Encrypt"],
        Constraints={"EncryptionContextSubset": {"order": "9"}})
    hers.encrypt(KeyId=key["Arn"], Plaintext=b"six", EncryptionContext={"order": "9"})
    with pytest.raises(botocore.exceptions.ClientError):
        hers.encrypt(KeyId=key["Arn"], Plaintext=b"six", EncryptionContext={"order": "10"})
    kms.revoke_grant(KeyId=key["KeyId"], GrantId=grant["GrantId"])
    with pytest.raises(botocore.exceptions.ClientError):
        hers.encrypt(KeyId=key["Arn"], Plaintext=b"six", EncryptionContext={"order": "9"})

    # Old ciphertext opens after a rotation, and not while the key is disabled.
    kms.rotate_key_on_demand(KeyId=key["KeyId"])
    assert kms.decrypt(CiphertextBlob=sealed, EncryptionContext=context)["Plaintext"] == b"four"
    kms.disable_key(KeyId=key["KeyId"])
    with pytest.raises(botocore.exceptions.ClientError) as error:
        kms.decrypt(CiphertextBlob=sealed, EncryptionContext=context)
    assert code_of(error) == "DisabledException"
    kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)
    assert kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] == "PendingDeletion"


def test_a_key_policy_that_locks_its_author_out_is_refused(btz, alice):
    kms = btz.client("kms")
    key = kms.create_key()["KeyMetadata"]
    nobody = policy(allow("kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:user/alice"}))
    with pytest.raises(botocore.exceptions.ClientError) as error:
        kms.put_key_policy(KeyId=key["KeyId"], PolicyName="default", Policy=nobody)
    assert code_of(error) == "MalformedPolicyDocumentException"
    # Who insists has it: then root itself has no say, and alice has.
    kms.put_key_policy(KeyId=key["KeyId"], PolicyName="default", Policy=nobody, BypassPolicyLockoutSafetyCheck=True)
    with pytest.raises(botocore.exceptions.ClientError) as error:
        kms.encrypt(KeyId=key["KeyId"], Plaintext=b"x")
    assert code_of(error) == "AccessDeniedException"
    assert alice("kms").encrypt(KeyId=key["KeyId"], Plaintext=b"x")["KeyId"] == key["Arn"]


@pytest.mark.parametrize("spec, usage, algorithm", [
    ("RSA_2048", "SIGN_VERIFY", "RSASSA_PSS_SHA_256"),
    ("ECC_NIST_P256", "SIGN_VERIFY", "ECDSA_SHA_256"),
    ("ECC_NIST_EDWARDS25519", "SIGN_VERIFY", "ED25519_SHA_512"),
    ("ML_DSA_65", "SIGN_VERIFY", "ML_DSA_SHAKE_256"),
])
def test_signatures_verify_and_changed_messages_do_not(btz, spec, usage, algorithm):
    kms = btz.client("kms")
    key = kms.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["KeyId"]
    signature = kms.sign(KeyId=key, Message=b"m", SigningAlgorithm=algorithm)["Signature"]
    assert kms.verify(KeyId=key, Message=b"m", SigningAlgorithm=algorithm, Signature=signature)["SignatureValid"]
    with pytest.raises(botocore.exceptions.ClientError) as error:
        kms.verify(KeyId=key, Message=b"n", SigningAlgorithm=algorithm, Signature=signature)
    assert code_of(error) == "KMSInvalidSignatureException"


def test_keys_and_identities_outlive_a_kill(fresh):
    btz = fresh
    btz.start()
    kms, iam = btz.client("kms"), btz.client("iam")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    sealed = kms.encrypt(KeyId=key, Plaintext=b"kept")["CiphertextBlob"]
    iam.create_user(UserName="bob")
    credentials = iam.create_access_key(UserName="bob")["AccessKey"]
    btz.kill()
    btz.start()
    assert btz.client("kms").decrypt(CiphertextBlob=sealed)["Plaintext"] == b"kept"
    who = as_caller(btz, "sts", credentials["AccessKeyId"], credentials["SecretAccessKey"]).get_caller_identity()
    assert who["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/bob"


def test_an_arn_in_a_tag_is_not_what_a_call_is_about(btz, alice):
    iam = btz.client("iam")
    ours = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/team-a/*"
    iam.put_user_policy(UserName="alice", PolicyName="groups", PolicyDocument=policy(
        allow("elasticloadbalancing:CreateTargetGroup", ours)))
    elb = alice("elbv2")
    with pytest.raises(botocore.exceptions.ClientError) as error:
        elb.create_target_group(
            Name="prod", Protocol="HTTP", Port=80, VpcId="vpc-1", TargetType="ip",
            Tags=[{"Key": "k", "Value": ours.replace("*", "0123456789abcdef")}])
    assert code_of(error) == "AccessDenied"
    assert "targetgroup/prod/*" in message_of(error)


def test_a_federated_session_gives_itself_no_tags_and_manages_no_identities(btz, alice):
    iam = btz.client("iam")
    iam.put_user_policy(UserName="alice", PolicyName="federate", PolicyDocument=policy(
        allow(["sts:GetFederationToken", "iam:*", "wafv2:ListIPSets"])))
    sts = alice("sts")
    everything = policy(allow("*"))
    with pytest.raises(botocore.exceptions.ClientError) as error:
        sts.get_federation_token(Name="bob", Policy=everything, Tags=[{"Key": "team", "Value": "prod"}])
    assert code_of(error) == "AccessDenied"
    assert "sts:TagSession" in message_of(error)
    given = sts.get_federation_token(Name="bob", Policy=everything)["Credentials"]
    session = (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    assert as_caller(btz, "wafv2", *session).list_ip_sets(Scope="REGIONAL")["IPSets"] == []
    with pytest.raises(botocore.exceptions.ClientError) as error:
        as_caller(btz, "iam", *session).create_access_key(UserName="alice")
    assert code_of(error) == "InvalidClientTokenId"


def test_who_renames_a_user_needs_leave_for_the_new_name(btz, alice):
    iam = btz.client("iam")
    iam.put_user_policy(UserName="alice", PolicyName="self", PolicyDocument=policy(
        allow("iam:UpdateUser", f"arn:aws:iam::{ACCOUNT}:user/alice")))
    with pytest.raises(botocore.exceptions.ClientError) as error:
        alice("iam").update_user(UserName="alice", NewUserName="admin")
    assert code_of(error) == "AccessDenied"
    assert "user/admin" in message_of(error)
