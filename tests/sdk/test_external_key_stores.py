"""Custom key stores of type EXTERNAL_KEY_STORE, by boto3, against a proxy that verifies and encrypts."""

import base64

import botocore.exceptions
import pytest
from conftest import Btz, refused
from xks_proxy import ACCESS_KEY, HOST, PATH, SECRET, Proxy

CONTEXT = {"order": "7"}


@pytest.fixture(scope="module")
def proxy(tmp_path_factory):
    started = Proxy(tmp_path_factory.mktemp("xks"))
    yield started
    started.stop()


@pytest.fixture(scope="module")
def btz(tmp_path_factory, application, proxy):
    folder = tmp_path_factory.mktemp("btz")
    config = folder / "btz.toml"
    # A busy machine may need longer than AWS's 250 ms.
    config.write_text(
        f'[kms.xks]\ntimeout_ms = 3000\nca = "{proxy.authority}"\n'
        f'addresses = {{ "{HOST}" = "127.0.0.1:{proxy.port}", "gone.bartizan.test" = "127.0.0.1:1", '
        f'"other.bartizan.test" = "127.0.0.1:{proxy.port}" }}\n')
    started = Btz(folder, application.port, extra=("--config", str(config)))
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def kms(btz):
    return btz.client("kms")


def asked(name, host=HOST, path=PATH, key=ACCESS_KEY, secret=SECRET, **more):
    return {
        "CustomKeyStoreName": name, "CustomKeyStoreType": "EXTERNAL_KEY_STORE",
        "XksProxyUriEndpoint": f"https://{host}", "XksProxyUriPath": path,
        "XksProxyAuthenticationCredential": {"AccessKeyId": key, "RawSecretAccessKey": secret},
        "XksProxyConnectivity": "PUBLIC_ENDPOINT",
    } | more


def described(kms, store):
    (found,) = kms.describe_custom_key_stores(CustomKeyStoreId=store)["CustomKeyStores"]
    return found


@pytest.fixture(scope="module")
def store(kms):
    made = kms.create_custom_key_store(**asked("orders"))["CustomKeyStoreId"]
    assert described(kms, made)["ConnectionState"] == "DISCONNECTED"
    kms.connect_custom_key_store(CustomKeyStoreId=made)
    return made


@pytest.fixture(scope="module")
def key(kms, store):
    made = kms.create_key(Origin="EXTERNAL_KEY_STORE", CustomKeyStoreId=store, XksKeyId="one")
    return made["KeyMetadata"]["KeyId"]


def test_what_is_encrypted_is_encrypted_twice(kms, btz, proxy, store, key):
    metadata = kms.describe_key(KeyId=key)["KeyMetadata"]
    assert metadata["Origin"] == "EXTERNAL_KEY_STORE" and metadata["KeyState"] == "Enabled"
    assert metadata["CustomKeyStoreId"] == store and metadata["XksKeyConfiguration"] == {"Id": "one"}
    assert "CloudHsmClusterId" not in metadata
    del proxy.seen[:]
    sealed = kms.encrypt(KeyId=key, Plaintext=b"card 4111", EncryptionContext=CONTEXT)["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=sealed, EncryptionContext=CONTEXT)["Plaintext"] == b"card 4111"
    (path, encrypt), (other, decrypt) = proxy.seen
    assert path == f"{PATH}/keys/one/encrypt" and other == f"{PATH}/keys/one/decrypt"
    said = encrypt["requestMetadata"]
    assert said["kmsKeyArn"] == metadata["Arn"] and said["kmsOperation"] == "Encrypt"
    assert said["awsPrincipalArn"].endswith(":root") and said["kmsRequestId"]
    assert decrypt["requestMetadata"]["kmsOperation"] == "Decrypt"
    # The proxy sees a ciphertext of ours, and nothing of the context.
    assert b"card 4111" not in base64.b64decode(encrypt["plaintext"])
    assert b"order" not in base64.b64decode(encrypt["additionalAuthenticatedData"])
    # Without the external key nothing opens, though our part of the material is here.
    own = proxy.keys.pop("one")
    with refused("KMSInvalidStateException", "was not found in its external key manager"):
        kms.decrypt(CiphertextBlob=sealed, EncryptionContext=CONTEXT)
    proxy.keys["one"] = own
    longest = bytes(range(256)) * 16
    blob = kms.encrypt(KeyId=key, Plaintext=longest)["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == longest
    data_key = kms.generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext=CONTEXT)
    opened = kms.decrypt(CiphertextBlob=data_key["CiphertextBlob"], EncryptionContext=CONTEXT)
    assert opened["Plaintext"] == data_key["Plaintext"]
    ours = kms.create_key()["KeyMetadata"]["KeyId"]
    moved = kms.re_encrypt(CiphertextBlob=sealed, SourceEncryptionContext=CONTEXT, DestinationKeyId=ours)
    assert kms.decrypt(CiphertextBlob=moved["CiphertextBlob"])["Plaintext"] == b"card 4111"
    assert proxy.seen[-1][1]["requestMetadata"]["kmsOperation"] == "ReEncrypt"


def test_what_was_changed_does_not_open(kms, proxy, key):
    sealed = kms.encrypt(KeyId=key, Plaintext=b"kept", EncryptionContext=CONTEXT)["CiphertextBlob"]
    with refused("KMSInvalidStateException", "ciphertext or encryption context is corrupted"):
        kms.decrypt(CiphertextBlob=sealed, EncryptionContext={"order": "8"})
    codes = set()
    for at in (3, 20, 50, 53, 60, 70, 85, len(sealed) - 1):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(botocore.exceptions.ClientError) as caught:
            kms.decrypt(CiphertextBlob=bytes(changed), EncryptionContext=CONTEXT)
        codes.add(caught.value.response["Error"]["Code"])
    assert codes <= {"InvalidCiphertextException", "KMSInvalidStateException"}
    # The external key decrypts what another KMS key's ciphertext holds, and ours does not open it.
    assert kms.decrypt(CiphertextBlob=sealed, EncryptionContext=CONTEXT)["Plaintext"] == b"kept"


def test_what_a_proxy_answers_is_not_believed_unchecked(kms, proxy, key):
    sealed = kms.encrypt(KeyId=key, Plaintext=b"kept")["CiphertextBlob"]

    def flip(member):
        def spoil(answer):
            value = bytearray(base64.b64decode(answer[member]))
            value[0] ^= 1
            return answer | {member: base64.b64encode(bytes(value)).decode()}
        return spoil

    spoils = [flip(member) for member in (
        "ciphertext", "initializationVector", "authenticationTag", "ciphertextMetadata",
        "ciphertextDataIntegrityValue")]
    spoils += [
        lambda answer: {name: value for name, value in answer.items() if name != "ciphertextDataIntegrityValue"},
        lambda answer: answer | {"initializationVector": "AAAA"},
        lambda answer: answer | {"authenticationTag": None},
        lambda answer: b"not JSON",
        lambda answer: b"[" * 100_000,
    ]
    try:
        for spoil in spoils:
            proxy.spoils = spoil
            with refused("KMSInvalidStateException", "cannot interpret the response"):
                kms.encrypt(KeyId=key, Plaintext=b"more")
        # A plaintext that is not what was encrypted.
        proxy.spoils = lambda answer: {"plaintext": base64.b64encode(b"x" * 200).decode()}
        with refused("KMSInvalidStateException"):
            kms.decrypt(CiphertextBlob=sealed)
        proxy.spoils = flip("plaintext")
        with refused("InvalidCiphertextException"):
            kms.decrypt(CiphertextBlob=sealed)
    finally:
        proxy.spoils = None
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"kept"


@pytest.mark.parametrize("status, name, text", [
    (400, "ValidationException", "cannot interpret the response"),
    (400, "InvalidStateException", "is not enabled in the external key manager"),
    (400, "InvalidKeyUsageException", "does not support the requested operation"),
    (401, "AuthenticationFailedException", "could not authenticate AWS KMS"),
    (403, "AccessDeniedException", "denied access to the operation"),
    (404, "InvalidUriPathException", "invalid URI path"),
    (429, "ThrottlingException", "very high request rate"),
    (500, "InternalException", "cannot communicate with the external key manager"),
    (501, "UnsupportedOperationException", "does not support the requested operation"),
    (503, "DependencyTimeoutException", "in the time allotted"),
    (500, "SomethingElse", "cannot interpret the response"),
])
def test_each_refusal_of_a_proxy_is_aws_s_words(kms, proxy, key, status, name, text):
    proxy.refuses["encrypt"] = (status, name)
    try:
        with refused("KMSInvalidStateException", text):
            kms.generate_data_key(KeyId=key, KeySpec="AES_256")
    finally:
        del proxy.refuses["encrypt"]


def test_a_proxy_that_is_slow_or_gone_is_told_and_comes_back(kms, proxy, key):
    sealed = kms.encrypt(KeyId=key, Plaintext=b"kept")["CiphertextBlob"]
    proxy.delay = 6.0
    try:
        with refused("KMSInvalidStateException", "did not respond in time"):
            kms.decrypt(CiphertextBlob=sealed)
    finally:
        proxy.delay = 0.0
    proxy.stop()
    try:
        with refused("KMSInvalidStateException"):
            kms.encrypt(KeyId=key, Plaintext=b"more")
    finally:
        proxy.start()
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"kept"


def test_what_a_store_needs_of_its_proxy(kms, proxy, store):
    with refused("XksProxyIncorrectAuthenticationCredentialException", "could not authenticate"):
        kms.create_custom_key_store(**asked("other", secret="another/secret+of43to64characters0123456789012"))
    with refused("XksProxyUriUnreachableException", "cannot communicate"):
        kms.create_custom_key_store(**asked("other", host="gone.bartizan.test"))
    # Its certificate is another host's.
    with refused("XksProxyUriUnreachableException", "TLS connection"):
        kms.create_custom_key_store(**asked("other", host="other.bartizan.test"))
    with refused("XksProxyInvalidConfigurationException", "invalid URI path"):
        kms.create_custom_key_store(**asked("other", path="/nobody/kms/xks/v1"))
    with refused("XksProxyUriInUseException"):
        kms.create_custom_key_store(**asked("other"))
    with refused("CustomKeyStoreNameInUseException"):
        kms.create_custom_key_store(**asked("orders"))
    with refused("XksProxyVpcEndpointServiceNotFoundException"):
        kms.create_custom_key_store(**asked("other", XksProxyConnectivity="VPC_ENDPOINT_SERVICE"))
    proxy.health = ["UNAVAILABLE", "UNAVAILABLE"]
    with refused("XksProxyUriUnreachableException"):
        kms.create_custom_key_store(**asked("other"))
    proxy.health = ["UNAVAILABLE", "DEGRADED"]
    kms.update_custom_key_store(CustomKeyStoreId=store, NewCustomKeyStoreName="orders")
    proxy.health = []
    with refused("XksProxyInvalidResponseException"):
        kms.create_custom_key_store(**asked("other"))
    proxy.health = ["ACTIVE"]
    for missing in ("XksProxyUriPath", "XksProxyUriEndpoint", "XksProxyConnectivity",
                    "XksProxyAuthenticationCredential"):
        with refused("ValidationException"):
            kms.create_custom_key_store(
                **{name: value for name, value in asked("other").items() if name != missing})
    with refused("ValidationException"):
        kms.update_custom_key_store(CustomKeyStoreId=store, KeyStorePassword="1234567")
    found = described(kms, store)
    assert found["CustomKeyStoreType"] == "EXTERNAL_KEY_STORE" and found["ConnectionState"] == "CONNECTED"
    assert found["XksProxyConfiguration"] == {
        "Connectivity": "PUBLIC_ENDPOINT", "AccessKeyId": ACCESS_KEY, "UriEndpoint": f"https://{HOST}",
        "UriPath": PATH}


def test_what_a_key_needs_of_its_external_key(kms, proxy, store, key):
    def make(xks_key, **more):
        return kms.create_key(Origin="EXTERNAL_KEY_STORE", CustomKeyStoreId=store, XksKeyId=xks_key, **more)

    with refused("XksKeyAlreadyInUseException"):
        make("one")
    with refused("XksKeyNotFoundException"):
        make("nobody")
    for wrong in ({"keySpec": "AES_128"}, {"keyStatus": "DISABLED"}, {"keyUsage": ["ENCRYPT"]}):
        proxy.metadata["two"] = wrong
        with refused("XksKeyInvalidConfigurationException"):
            make("two")
    del proxy.metadata["two"]
    with refused("UnsupportedOperationException"):
        make("two", KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
    with refused("ValidationException"):
        kms.create_key(Origin="EXTERNAL_KEY_STORE", CustomKeyStoreId=store)
    with refused("ValidationException"):
        kms.create_key(Origin="AWS_CLOUDHSM", CustomKeyStoreId=store)
    with refused("ValidationException"):
        kms.create_key(XksKeyId="two")
    with refused("UnsupportedOperationException"):
        kms.generate_data_key_pair(KeyId=key, KeyPairSpec="ECC_NIST_P256")
    with refused("UnsupportedOperationException"):
        kms.enable_key_rotation(KeyId=key)
    # Two keys of one external key manager do not open each other's.
    two = make("two")["KeyMetadata"]["KeyId"]
    sealed = kms.encrypt(KeyId=two, Plaintext=b"two")["CiphertextBlob"]
    with refused("IncorrectKeyException"):
        kms.decrypt(CiphertextBlob=sealed, KeyId=key)
    assert kms.decrypt(CiphertextBlob=sealed, KeyId=two)["Plaintext"] == b"two"


def test_credentials_are_changed_while_connected(btz, kms, proxy, store, key):
    sealed = kms.encrypt(KeyId=key, Plaintext=b"kept")["CiphertextBlob"]
    new = "a/newer+secret=between43and64characters0123456"
    credential = {"AccessKeyId": ACCESS_KEY, "RawSecretAccessKey": new}
    with refused("XksProxyIncorrectAuthenticationCredentialException"):
        kms.update_custom_key_store(CustomKeyStoreId=store, XksProxyAuthenticationCredential=credential)
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"kept"
    proxy.secret = new
    kms.update_custom_key_store(CustomKeyStoreId=store, XksProxyAuthenticationCredential=credential)
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"kept"
    btz.kill()
    btz.start()
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"kept"
    # No secret lies open anywhere: not in the rows, not in the audit records of the calls that gave it.
    for path in [*(btz.folder / "data").rglob("*"), btz.folder / "btz.log"]:
        if path.is_file():
            content = path.read_bytes()
            assert new.encode() not in content and SECRET.encode() not in content, path


def test_a_store_that_does_not_connect_says_why(kms, proxy, store, key):
    kms.disconnect_custom_key_store(CustomKeyStoreId=store)
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Unavailable"
    with refused("KMSInvalidStateException", "not connected"):
        kms.encrypt(KeyId=key, Plaintext=b"more")
    for status, name, code in (
        (401, "AuthenticationFailedException", "XKS_PROXY_ACCESS_DENIED"),
        (404, "InvalidUriPathException", "XKS_PROXY_INVALID_CONFIGURATION"),
        (500, "SomethingElse", "XKS_PROXY_INVALID_RESPONSE"),
        (503, "DependencyTimeoutException", "XKS_PROXY_TIMED_OUT"),
    ):
        proxy.refuses["health"] = (status, name)
        kms.connect_custom_key_store(CustomKeyStoreId=store)
        found = described(kms, store)
        assert (found["ConnectionState"], found["ConnectionErrorCode"]) == ("FAILED", code)
        kms.disconnect_custom_key_store(CustomKeyStoreId=store)
    del proxy.refuses["health"]
    with refused("CustomKeyStoreHasCMKsException"):
        kms.delete_custom_key_store(CustomKeyStoreId=store)
    kms.connect_custom_key_store(CustomKeyStoreId=store)
    assert kms.encrypt(KeyId=key, Plaintext=b"again")["CiphertextBlob"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "nobody.invalid"])
def test_a_host_inside_is_reached_only_if_the_owner_names_it(kms, btz, proxy, host):
    del proxy.seen[:]
    with pytest.raises(botocore.exceptions.ClientError) as error:
        kms.create_custom_key_store(**asked(f"inside-{host}", host=host))
    assert error.value.response["Error"]["Code"] == "XksProxyUriUnreachableException"
    # One answer for what is inside and what is nowhere, and it names the settings.
    message = error.value.response["Error"]["Message"]
    assert "kms.xks.hosts, kms.xks.addresses, kms.xks.accounts" in message and "public address" in message
    assert not proxy.seen
    assert "btz_kms_xks_not_allowed_total" in btz.admin("/metrics")[1]
