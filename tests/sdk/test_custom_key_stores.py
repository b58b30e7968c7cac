"""Custom key stores of type AWS_CLOUDHSM, by boto3: the material is in a token by softhsm2."""

import time

import botocore.exceptions
import pytest
from conftest import Btz, refused
from token_by_softhsm import MODULE, PIN, SoftToken

TRUST_ANCHOR = "-----BEGIN CERTIFICATE-----\nMIIBtrust\n-----END CERTIFICATE-----\n"
CLUSTER, SECOND, STRANGER, MISSING = (
    "cluster-bartizanhsm", "cluster-bartizansec", "cluster-bartizanstr", "cluster-bartizanmis")
CONTEXT = {"order": "7"}


@pytest.fixture(scope="module")
def token(tmp_path_factory):
    made = SoftToken(tmp_path_factory.mktemp("softhsm"))
    for label in ("one", "two", "three"):
        made.make(label)
    return made


@pytest.fixture(scope="module")
def btz(tmp_path_factory, application, token):
    folder = tmp_path_factory.mktemp("btz")
    anchor = folder / "customerCA.crt"
    anchor.write_text(TRUST_ANCHOR)
    config = folder / "btz.toml"
    config.write_text("".join(
        f'[[kms.token]]\ncluster = "{cluster}"\nmodule = "{MODULE}"\nlabel = "{label}"\n{more}'
        for cluster, label, more in (
            (CLUSTER, "one", f'trust_anchor = "{anchor}"\n'),
            (SECOND, "two", f'trust_anchor = "{anchor}"\n'),
            (STRANGER, "three", ""),
            (MISSING, "absent", ""),
        )))
    started = Btz(folder, application.port, extra=("--config", str(config)), environment=token.environment)
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def kms(btz):
    return btz.client("kms")


def create(kms, name, cluster=CLUSTER, password=PIN, anchor=TRUST_ANCHOR):
    made = kms.create_custom_key_store(
        CustomKeyStoreName=name, CloudHsmClusterId=cluster, TrustAnchorCertificate=anchor,
        KeyStorePassword=password)
    return made["CustomKeyStoreId"]


def described(kms, store):
    (found,) = kms.describe_custom_key_stores(CustomKeyStoreId=store)["CustomKeyStores"]
    return found


def remove(kms, store):
    if described(kms, store)["ConnectionState"] != "DISCONNECTED":
        kms.disconnect_custom_key_store(CustomKeyStoreId=store)
    kms.delete_custom_key_store(CustomKeyStoreId=store)


@pytest.fixture(scope="module")
def store(kms):
    made = create(kms, "orders")
    kms.connect_custom_key_store(CustomKeyStoreId=made)
    return made


@pytest.fixture(scope="module")
def key(kms, store):
    made = kms.create_key(Origin="AWS_CLOUDHSM", CustomKeyStoreId=store, Description="orders")
    return made["KeyMetadata"]["KeyId"]


def state(kms, key):
    return kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"]


def objects(token):
    """What the tokens hold: softhsm2 has a file for each object."""
    return set(token.tokens.rglob("*.object"))


def test_a_key_is_made_and_used_in_the_token(kms, btz, store, key, token):
    metadata = kms.describe_key(KeyId=key)["KeyMetadata"]
    assert metadata["Origin"] == "AWS_CLOUDHSM"
    assert metadata["CustomKeyStoreId"] == store
    assert metadata["CloudHsmClusterId"] == CLUSTER
    assert metadata["KeyState"] == "Enabled" and metadata["Enabled"]
    assert "CurrentKeyMaterialId" not in metadata
    sealed = kms.encrypt(KeyId=key, Plaintext=b"card 4111", EncryptionContext=CONTEXT)["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=sealed, EncryptionContext=CONTEXT)["Plaintext"] == b"card 4111"
    assert kms.decrypt(CiphertextBlob=sealed, EncryptionContext=CONTEXT, KeyId=key)["KeyId"].endswith(key)
    with refused("InvalidCiphertextException"):
        kms.decrypt(CiphertextBlob=sealed, EncryptionContext={"order": "8"})
    for at in (3, 20, 55, 80, len(sealed) - 1):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with refused("InvalidCiphertextException"):
            kms.decrypt(CiphertextBlob=bytes(changed), EncryptionContext=CONTEXT)
    # The longest plaintext, and fresh ciphertext every time.
    longest = bytes(range(256)) * 16
    blobs = {kms.encrypt(KeyId=key, Plaintext=longest)["CiphertextBlob"] for _ in range(3)}
    assert len(blobs) == 3
    assert all(kms.decrypt(CiphertextBlob=blob)["Plaintext"] == longest for blob in blobs)
    data_key = kms.generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext=CONTEXT)
    opened = kms.decrypt(CiphertextBlob=data_key["CiphertextBlob"], EncryptionContext=CONTEXT)
    assert opened["Plaintext"] == data_key["Plaintext"] and len(data_key["Plaintext"]) == 32
    alone = kms.generate_data_key_without_plaintext(KeyId=key, NumberOfBytes=24)["CiphertextBlob"]
    assert len(kms.decrypt(CiphertextBlob=alone)["Plaintext"]) == 24
    # To a key of ours and back.
    ours = kms.create_key()["KeyMetadata"]["KeyId"]
    moved = kms.re_encrypt(CiphertextBlob=sealed, SourceEncryptionContext=CONTEXT, DestinationKeyId=ours)
    back = kms.re_encrypt(CiphertextBlob=moved["CiphertextBlob"], DestinationKeyId=key)
    assert kms.decrypt(CiphertextBlob=back["CiphertextBlob"])["Plaintext"] == b"card 4111"


def test_the_material_is_nowhere_but_in_the_token(kms, btz, key, token):
    # With the key gone from the token, nothing opens: it was not somewhere else as well.
    before = objects(token)
    lost = kms.create_key(
        Origin="AWS_CLOUDHSM", CustomKeyStoreId=kms.describe_key(KeyId=key)["KeyMetadata"]["CustomKeyStoreId"])
    lost = lost["KeyMetadata"]["KeyId"]
    sealed = kms.encrypt(KeyId=lost, Plaintext=b"lost")["CiphertextBlob"]
    (made,) = objects(token) - before
    made.unlink()
    with refused("KMSInvalidStateException"):
        kms.decrypt(CiphertextBlob=sealed)
    for path in [*(btz.folder / "data").rglob("*"), btz.folder / "btz.log"]:
        if path.is_file():
            assert PIN.encode() not in path.read_bytes(), path


def test_what_aws_refuses_in_a_custom_key_store_is_refused(kms, store, key):
    for more in (
        {"KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT_DECRYPT"},
        {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"},
        {"MultiRegion": True},
    ):
        with refused("UnsupportedOperationException"):
            kms.create_key(Origin="AWS_CLOUDHSM", CustomKeyStoreId=store, **more)
    with refused("ValidationException"):
        kms.create_key(Origin="AWS_CLOUDHSM")
    with refused("ValidationException"):
        kms.create_key(CustomKeyStoreId=store)
    with refused("CustomKeyStoreNotFoundException"):
        kms.create_key(Origin="AWS_CLOUDHSM", CustomKeyStoreId="cks-00000000000000000")
    with refused("UnsupportedOperationException"):
        kms.enable_key_rotation(KeyId=key)
    with refused("UnsupportedOperationException"):
        kms.rotate_key_on_demand(KeyId=key)
    with refused("UnsupportedOperationException"):
        kms.get_parameters_for_import(
            KeyId=key, WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048")
    with refused("UnsupportedOperationException"):
        kms.generate_data_key_pair(KeyId=key, KeyPairSpec="ECC_NIST_P256")
    assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is False


def test_a_store_is_of_one_cluster_and_one_name(kms, store):
    with refused("CustomKeyStoreNameInUseException"):
        create(kms, "orders", cluster=SECOND)
    with refused("CloudHsmClusterInUseException"):
        create(kms, "another")
    with refused("CloudHsmClusterNotFoundException"):
        create(kms, "another", cluster="cluster-nobodysxxxx")
    with refused("IncorrectTrustAnchorException"):
        create(kms, "another", cluster=SECOND, anchor="-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----")
    with refused("ValidationException"):
        kms.create_custom_key_store(CustomKeyStoreName="another", CloudHsmClusterId=SECOND)
    with refused("ValidationException"):
        kms.describe_custom_key_stores(CustomKeyStoreId=store, CustomKeyStoreName="orders")
    with refused("CustomKeyStoreNotFoundException"):
        kms.describe_custom_key_stores(CustomKeyStoreName="nobody")
    found = described(kms, store)
    assert found["CustomKeyStoreName"] == "orders" and found["CustomKeyStoreType"] == "AWS_CLOUDHSM"
    assert found["CloudHsmClusterId"] == CLUSTER and found["TrustAnchorCertificate"] == TRUST_ANCHOR
    assert found["ConnectionState"] == "CONNECTED" and "ConnectionErrorCode" not in found


def test_a_wrong_password_fails_once_and_is_mended(kms):
    made = create(kms, "wrong", cluster=SECOND, password="not-the-pin")
    kms.connect_custom_key_store(CustomKeyStoreId=made)
    found = described(kms, made)
    assert (found["ConnectionState"], found["ConnectionErrorCode"]) == ("FAILED", "INVALID_CREDENTIALS")
    with refused("CustomKeyStoreInvalidStateException"):
        kms.connect_custom_key_store(CustomKeyStoreId=made)
    with refused("CustomKeyStoreInvalidStateException"):
        kms.create_key(Origin="AWS_CLOUDHSM", CustomKeyStoreId=made)
    with refused("CustomKeyStoreInvalidStateException"):
        kms.update_custom_key_store(CustomKeyStoreId=made, KeyStorePassword=PIN)
    kms.disconnect_custom_key_store(CustomKeyStoreId=made)
    with refused("CustomKeyStoreInvalidStateException"):
        kms.disconnect_custom_key_store(CustomKeyStoreId=made)
    kms.update_custom_key_store(CustomKeyStoreId=made, KeyStorePassword=PIN, NewCustomKeyStoreName="right")
    kms.connect_custom_key_store(CustomKeyStoreId=made)
    found = described(kms, made)
    assert (found["ConnectionState"], found["CustomKeyStoreName"]) == ("CONNECTED", "right")
    kms.disconnect_custom_key_store(CustomKeyStoreId=made)
    with refused("CloudHsmClusterNotRelatedException"):
        kms.update_custom_key_store(CustomKeyStoreId=made, CloudHsmClusterId=STRANGER)
    with refused("CloudHsmClusterInUseException"):
        kms.update_custom_key_store(CustomKeyStoreId=made, CloudHsmClusterId=CLUSTER)
    remove(kms, made)


def test_a_token_that_is_not_there_is_not_active(kms):
    made = create(kms, "missing", cluster=MISSING)
    with refused("CloudHsmClusterNotActiveException"):
        kms.connect_custom_key_store(CustomKeyStoreId=made)
    assert described(kms, made)["ConnectionState"] == "DISCONNECTED"
    remove(kms, made)


def test_a_store_that_is_disconnected_makes_its_keys_unavailable(kms, store, key):
    sealed = kms.encrypt(KeyId=key, Plaintext=b"kept")["CiphertextBlob"]
    with refused("CustomKeyStoreInvalidStateException"):
        kms.delete_custom_key_store(CustomKeyStoreId=store)
    kms.disconnect_custom_key_store(CustomKeyStoreId=store)
    assert state(kms, key) == "Unavailable"
    for use in (
        lambda: kms.encrypt(KeyId=key, Plaintext=b"more"),
        lambda: kms.decrypt(CiphertextBlob=sealed),
        lambda: kms.generate_data_key(KeyId=key, KeySpec="AES_256"),
    ):
        with refused("KMSInvalidStateException", "not connected"):
            use()
    with refused("CustomKeyStoreHasCMKsException"):
        kms.delete_custom_key_store(CustomKeyStoreId=store)
    kms.connect_custom_key_store(CustomKeyStoreId=store)
    assert state(kms, key) == "Enabled"
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"kept"
    kms.disable_key(KeyId=key)
    with refused("DisabledException"):
        kms.decrypt(CiphertextBlob=sealed)
    kms.enable_key(KeyId=key)


def test_a_token_that_goes_away_comes_back_and_others_are_not_held_up(btz, kms, key, token):
    sealed = kms.encrypt(KeyId=key, Plaintext=b"kept")["CiphertextBlob"]
    ours = kms.create_key()["KeyMetadata"]["KeyId"]
    token.away()
    try:
        for _ in range(2):
            with refused("KMSInvalidStateException", "cannot be used now"):
                kms.decrypt(CiphertextBlob=sealed)
        assert 'btz_kms_custom_key_store_failures_total{type="AWS_CLOUDHSM"}' in btz.admin("/metrics")[1]
        # Keys that need no token go on.
        blob = kms.encrypt(KeyId=ours, Plaintext=b"ours")["CiphertextBlob"]
        assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"ours"
    finally:
        token.back()
    begin = time.monotonic()
    while True:
        try:
            assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"kept"
            break
        except botocore.exceptions.ClientError as error:
            assert error.response["Error"]["Code"] == "KMSInvalidStateException"
            assert time.monotonic() - begin < 30
            time.sleep(0.2)


def test_stores_and_keys_outlive_a_kill(btz, kms, store, key):
    sealed = kms.encrypt(KeyId=key, Plaintext=b"kept", EncryptionContext=CONTEXT)["CiphertextBlob"]
    btz.kill()
    btz.start()
    assert described(kms, store)["ConnectionState"] == "CONNECTED"
    assert state(kms, key) == "Enabled"
    assert kms.decrypt(CiphertextBlob=sealed, EncryptionContext=CONTEXT)["Plaintext"] == b"kept"


def test_only_who_may_makes_a_store(btz, kms):
    iam = btz.client("iam")
    iam.create_user(UserName="keeper")
    made = iam.create_access_key(UserName="keeper")["AccessKey"]
    hers = btz.client("kms", key=made["AccessKeyId"], secret=made["SecretAccessKey"])
    with refused("AccessDeniedException", "kms:DescribeCustomKeyStores"):
        hers.describe_custom_key_stores()
    iam.put_user_policy(UserName="keeper", PolicyName="see", PolicyDocument=(
        '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "kms:DescribeCustomKeyStores", '
        '"Resource": "*"}}'))
    assert hers.describe_custom_key_stores()["CustomKeyStores"]
    with refused("AccessDeniedException", "kms:ConnectCustomKeyStore"):
        hers.connect_custom_key_store(CustomKeyStoreId="cks-00000000000000000")
