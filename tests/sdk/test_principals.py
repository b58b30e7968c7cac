"""Policies and grants mean who is there when they are saved: not the next who is given the name."""

import json

import botocore.exceptions
import pytest

from conftest import ACCOUNT
from test_identity_and_keys import allow, as_caller, code_of, message_of, policy


def arn(resource):
    return f"arn:aws:iam::{ACCOUNT}:{resource}"


class User:
    """A user with an access key."""

    def __init__(self, btz, name, path="/"):
        self.btz, self.iam, self.name = btz, btz.client("iam"), name
        self.id = self.iam.create_user(UserName=name, Path=path)["User"]["UserId"]
        self.key = self.iam.create_access_key(UserName=name)["AccessKey"]

    def client(self, service):
        return as_caller(self.btz, service, self.key["AccessKeyId"], self.key["SecretAccessKey"])

    def delete(self):
        self.iam.delete_access_key(UserName=self.name, AccessKeyId=self.key["AccessKeyId"])
        self.iam.delete_user(UserName=self.name)


def key_policy(*named):
    """As a person writes it: what is shown must be this, letter for letter."""
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Sid": "root", "Effect": "Allow", "Principal": {"AWS": arn("root")}, "Action": "kms:*", "Resource": "*"},
        {"Sid": "use", "Effect": "Allow", "Principal": {"AWS": list(named)}, "Action": "kms:Encrypt", "Resource": "*"},
    ]}, indent=3)


def test_a_key_policy_means_the_user_and_not_the_name(btz):
    kms = btz.client("kms")
    first = User(btz, "carol", "/team/")
    named = arn("user/team/carol")
    key = kms.create_key(Policy=key_policy(named))["KeyMetadata"]["KeyId"]

    def shown():
        return kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]

    assert shown() == key_policy(named)
    first.client("kms").encrypt(KeyId=key, Plaintext=b"x")
    # Renamed she is the same, and the policy shows the new name.
    first.iam.update_user(UserName="carol", NewUserName="caroline")
    assert shown() == key_policy(arn("user/team/caroline"))
    first.client("kms").encrypt(KeyId=key, Plaintext=b"x")
    first.iam.update_user(UserName="caroline", NewUserName="carol")
    assert shown() == key_policy(named)

    first.delete()
    assert shown() == key_policy(first.id)
    second = User(btz, "carol", "/team/")
    with pytest.raises(botocore.exceptions.ClientError) as error:
        second.client("kms").encrypt(KeyId=key, Plaintext=b"x")
    assert code_of(error) == "AccessDeniedException"
    assert shown() == key_policy(first.id)
    # What it shows is not saved again; naming her is.
    with pytest.raises(botocore.exceptions.ClientError) as error:
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=shown())
    assert code_of(error) == "MalformedPolicyDocumentException"
    assert message_of(error) == "Policy contains a statement with one or more invalid principals."
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=key_policy(named))
    second.client("kms").encrypt(KeyId=key, Plaintext=b"x")
    second.delete()


def test_not_principal_excepts_the_user_and_not_the_name(btz):
    kms = btz.client("kms")
    first = User(btz, "dan")
    key = kms.create_key(Policy=policy(
        allow("kms:*", Principal={"AWS": "*"}),
        {"Effect": "Deny", "NotPrincipal": {"AWS": [arn("user/dan"), arn("root")]},
         "Action": "kms:Encrypt", "Resource": "*"}))["KeyMetadata"]["KeyId"]
    first.client("kms").encrypt(KeyId=key, Plaintext=b"x")
    first.delete()
    second = User(btz, "dan")
    with pytest.raises(botocore.exceptions.ClientError) as error:
        second.client("kms").encrypt(KeyId=key, Plaintext=b"x")
    assert "with an explicit deny in a resource-based policy" in message_of(error)
    second.delete()


def test_a_grant_is_the_grantees_and_not_the_names(btz):
    kms = btz.client("kms")
    first = User(btz, "erin")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    named = dict(GranteePrincipal=arn("user/erin"), RetiringPrincipal=arn("user/erin"))
    grant = kms.create_grant(KeyId=key, Operations=["Encrypt"], **named)["GrantId"]
    first.client("kms").encrypt(KeyId=key, Plaintext=b"x")
    listed = kms.list_grants(KeyId=key, GranteePrincipal=arn("user/erin"))["Grants"]
    assert [one["GranteePrincipal"] for one in listed] == [arn("user/erin")]
    first.delete()
    second = User(btz, "erin")
    for call in [lambda c: c.encrypt(KeyId=key, Plaintext=b"x"), lambda c: c.retire_grant(KeyId=key, GrantId=grant)]:
        with pytest.raises(botocore.exceptions.ClientError) as error:
            call(second.client("kms"))
        assert code_of(error) == "AccessDeniedException"
    assert kms.list_grants(KeyId=key, GranteePrincipal=arn("user/erin"))["Grants"] == []
    assert kms.list_retirable_grants(RetiringPrincipal=arn("user/erin"))["Grants"] == []
    [shown] = kms.list_grants(KeyId=key)["Grants"]
    assert (shown["GranteePrincipal"], shown["RetiringPrincipal"]) == (first.id, first.id)
    second.delete()
    with pytest.raises(botocore.exceptions.ClientError) as error:
        kms.create_grant(KeyId=key, Operations=["Encrypt"], **named)
    assert code_of(error) == "InvalidArnException"


def test_a_trust_policy_means_the_role_and_not_the_name(btz):
    iam = btz.client("iam")

    def trust(*named):
        return policy({"Effect": "Allow", "Principal": {"AWS": list(named)}, "Action": "sts:AssumeRole"})

    def session(role, name):
        """Of the role `first`, entered by frank."""
        given = frank.client("sts").assume_role(RoleArn=arn(f"role/{role}"), RoleSessionName=name)["Credentials"]
        return as_caller(btz, "sts", given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])

    frank = User(btz, "frank")
    made = iam.create_role(RoleName="first", AssumeRolePolicyDocument=trust(arn("user/frank")))["Role"]
    ours = f"arn:aws:sts::{ACCOUNT}:assumed-role/first/ours"
    iam.create_role(RoleName="second", AssumeRolePolicyDocument=trust(ours))
    second = dict(RoleArn=arn("role/second"), RoleSessionName="xx")
    session("first", "ours").assume_role(**second)
    with pytest.raises(botocore.exceptions.ClientError):
        session("first", "theirs").assume_role(**second)
    iam.delete_role(RoleName="first")
    iam.create_role(RoleName="first", AssumeRolePolicyDocument=trust(arn("user/frank")))
    with pytest.raises(botocore.exceptions.ClientError) as error:
        session("first", "ours").assume_role(**second)
    assert code_of(error) == "AccessDenied"
    document = iam.get_role(RoleName="second")["Role"]["AssumeRolePolicyDocument"]
    assert document["Statement"][0]["Principal"]["AWS"] == [f"{made['RoleId']}:ours"]
    for nobody in [arn("role/nobody"), arn("user/first"), "arn:aws:iam::999999999999:root"]:
        with pytest.raises(botocore.exceptions.ClientError) as error:
            iam.update_assume_role_policy(RoleName="second", PolicyDocument=trust(nobody))
        assert code_of(error) == "MalformedPolicyDocument"
        assert message_of(error) == f'Invalid principal in policy: "AWS":"{nobody}"'
    for name in ["first", "second"]:
        iam.delete_role(RoleName=name)
    frank.delete()
