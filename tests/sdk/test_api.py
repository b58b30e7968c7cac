"""The WAFv2 API by boto3: what it answers, what it refuses, what it remembers."""

import datetime
import time

import botocore.exceptions
import pytest

from conftest import byte_match, rule, visibility


def code_of(error):
    return error.value.response["Error"]["Code"]


def test_a_web_acl_is_echoed_exactly(btz):
    waf = btz.client("wafv2")
    rules = [
        rule("one", {"AndStatement": {"Statements": [
            byte_match(b"\x00\xffx", {"Body": {"OversizeHandling": "MATCH"}}),
            {"NotStatement": {"Statement": {"RegexMatchStatement": {
                "RegexString": "^/x", "FieldToMatch": {"UriPath": {}},
                "TextTransformations": [{"Priority": 3, "Type": "LOWERCASE"}, {"Priority": 7, "Type": "NONE"}]}}}}]}},
             RuleLabels=[{"Name": "a:b"}]),
        rule("two", {"RateBasedStatement": {
            "Limit": 100, "AggregateKeyType": "IP",
            "ScopeDownStatement": byte_match(b"/login", {"UriPath": {}}, "EXACTLY")}}, priority=5,
            action={"Block": {"CustomResponse": {"ResponseCode": 429}}}),
    ]
    sent = dict(
        Name="echo", Scope="REGIONAL", DefaultAction={"Allow": {}}, Rules=rules, Description="an echo",
        VisibilityConfig=visibility("echo"), Tags=[{"Key": "team", "Value": "blue"}])
    made = waf.create_web_acl(**sent)["Summary"]
    got = waf.get_web_acl(Name="echo", Scope="REGIONAL", Id=made["Id"])
    acl = got["WebACL"]
    for name in ("Name", "DefaultAction", "Rules", "Description", "VisibilityConfig"):
        assert acl[name] == sent[name], name
    assert acl["ARN"].endswith(f":regional/webacl/echo/{made['Id']}")
    assert acl["Capacity"] == waf.check_capacity(Scope="REGIONAL", Rules=rules)["Capacity"] > 0
    tags = waf.list_tags_for_resource(ResourceARN=acl["ARN"])["TagInfoForResource"]["TagList"]
    assert tags == sent["Tags"]
    waf.delete_web_acl(Name="echo", Scope="REGIONAL", Id=made["Id"], LockToken=got["LockToken"])


def test_a_stale_lock_token_is_refused_and_changes_nothing(btz):
    waf = btz.client("wafv2")
    made = waf.create_ip_set(
        Name="lock", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=["192.0.2.1/32"])["Summary"]
    where = dict(Name="lock", Scope="REGIONAL", Id=made["Id"])
    first = waf.update_ip_set(**where, LockToken=made["LockToken"], Addresses=["192.0.2.2/32"])
    with pytest.raises(waf.exceptions.WAFOptimisticLockException):
        waf.update_ip_set(**where, LockToken=made["LockToken"], Addresses=["192.0.2.3/32"])
    with pytest.raises(waf.exceptions.WAFOptimisticLockException):
        waf.delete_ip_set(**where, LockToken=made["LockToken"])
    assert waf.get_ip_set(**where)["IPSet"]["Addresses"] == ["192.0.2.2/32"]
    waf.delete_ip_set(**where, LockToken=first["NextLockToken"])
    with pytest.raises(waf.exceptions.WAFNonexistentItemException):
        waf.get_ip_set(**where)


def test_names_are_unique_and_lists_page(btz):
    waf = btz.client("wafv2")
    made = [waf.create_ip_set(
        Name=f"page-{i}", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=[])["Summary"] for i in range(5)]
    with pytest.raises(waf.exceptions.WAFDuplicateItemException):
        waf.create_ip_set(Name="page-0", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=[])
    names, marker = [], None
    while True:
        more = {"NextMarker": marker} if marker else {}
        answer = waf.list_ip_sets(Scope="REGIONAL", Limit=2, **more)
        assert len(answer["IPSets"]) <= 2
        names += [entry["Name"] for entry in answer["IPSets"]]
        marker = answer.get("NextMarker")
        if not marker:
            break
    assert sorted(name for name in names if name.startswith("page-")) == [f"page-{i}" for i in range(5)]
    assert len(names) == len(set(names))
    for entry in made:
        waf.delete_ip_set(
            Name=entry["Name"], Scope="REGIONAL", Id=entry["Id"], LockToken=entry["LockToken"])


def test_regions_do_not_see_each_other(btz):
    here, there = btz.client("wafv2"), btz.client("wafv2", region="eu-central-1")
    made = here.create_ip_set(
        Name="here", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=[])["Summary"]
    assert "here" not in [entry["Name"] for entry in there.list_ip_sets(Scope="REGIONAL")["IPSets"]]
    here.delete_ip_set(Name="here", Scope="REGIONAL", Id=made["Id"], LockToken=made["LockToken"])


@pytest.mark.parametrize("rules,word", [
    ([rule("x", {"IPSetReferenceStatement": {
        "ARN": "arn:aws:wafv2:us-east-1:123456789012:regional/ipset/none/11111111-2222-3333-4444-555555555555"}})],
     "WAFNonexistentItemException"),
    ([rule("x", {"RegexMatchStatement": {
        "RegexString": "(", "FieldToMatch": {"UriPath": {}}, "TextTransformations": [{"Priority": 0, "Type": "NONE"}]}})],
     "WAFInvalidParameterException"),
    ([rule("x", byte_match("a", {"UriPath": {}})), rule("y", byte_match("b", {"UriPath": {}}))],
     "WAFInvalidParameterException"),
    ([rule("x", {})], "WAFInvalidParameterException"),
])
def test_rules_that_cannot_work_are_refused(btz, rules, word):
    waf = btz.client("wafv2")
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        waf.create_web_acl(
            Name="wrong", Scope="REGIONAL", DefaultAction={"Allow": {}}, Rules=rules,
            VisibilityConfig=visibility("wrong"))
    assert code_of(caught) == word
    assert "wrong" not in [entry["Name"] for entry in waf.list_web_acls(Scope="REGIONAL")["WebACLs"]]


@pytest.mark.parametrize("addresses", [["192.0.2.1"], ["192.0.2.256/32"], ["192.0.2.0/33"], ["2001:db8::/32"], ["x"]])
def test_addresses_must_be_cidrs_of_the_version(btz, addresses):
    waf = btz.client("wafv2")
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        waf.create_ip_set(Name="cidr", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=addresses)
    assert code_of(caught) in ("WAFInvalidParameterException", "ValidationException")


def test_an_associated_web_acl_cannot_be_deleted(btz, web_acl):
    waf = web_acl.waf
    token = waf.get_web_acl(Name=web_acl.name, Scope="REGIONAL", Id=web_acl.summary["Id"])["LockToken"]
    with pytest.raises(waf.exceptions.WAFAssociatedItemException):
        waf.delete_web_acl(
            Name=web_acl.name, Scope="REGIONAL", Id=web_acl.summary["Id"], LockToken=token)
    assert waf.list_resources_for_web_acl(WebACLArn=web_acl.arn)["ResourceArns"] == [web_acl.load_balancer]
    held = waf.get_web_acl_for_resource(ResourceArn=web_acl.load_balancer)["WebACL"]
    assert held["ARN"] == web_acl.arn


def test_without_a_web_acl_everything_passes(btz, web_acl):
    web_acl.update(default={"Block": {}})
    btz.becomes(403)
    web_acl.waf.disassociate_web_acl(ResourceArn=web_acl.load_balancer)
    btz.becomes(200)
    web_acl.waf.associate_web_acl(WebACLArn=web_acl.arn, ResourceArn=web_acl.load_balancer)
    btz.becomes(403)


def test_samples_are_the_real_requests(btz, web_acl):
    web_acl.update(rule("sampled", byte_match("/sample", {"UriPath": {}}, "STARTS_WITH")))
    btz.becomes(403, "/sample/me?a=b")
    for _ in range(4):
        btz.status("/sample/me?a=b", headers={"X-Mark": "here"})
    now = datetime.datetime.now(datetime.timezone.utc)
    asked = dict(
        WebAclArn=web_acl.arn, RuleMetricName="sampled", Scope="REGIONAL", MaxItems=100,
        TimeWindow={"StartTime": now - datetime.timedelta(minutes=5), "EndTime": now + datetime.timedelta(minutes=1)})
    for _ in range(100):
        answer = web_acl.waf.get_sampled_requests(**asked)
        if answer["PopulationSize"] >= 5:
            break
        time.sleep(0.02)
    samples = answer["SampledRequests"]
    assert answer["PopulationSize"] == len(samples) >= 5
    marked = [s for s in samples if {"Name": "x-mark", "Value": "here"} in [
        {"Name": h["Name"].lower(), "Value": h["Value"]} for h in s["Request"]["Headers"]]]
    assert len(marked) == 4
    assert all(s["Action"] == "BLOCK" and s["Request"]["Method"] == "GET" for s in samples)
    assert samples[0]["Request"]["ClientIP"] == "127.0.0.1"
    assert samples[0]["Request"]["URI"].startswith("/sample/me")


def test_an_operation_that_is_not_written_says_so(btz):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        btz.client("iam").list_signing_certificates()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "ListSigningCertificates" in str(caught.value)


def test_the_model_is_enforced_with_awss_words(btz):
    import botocore.config
    import boto3
    from conftest import REGION, ROOT_KEY, ROOT_SECRET
    careless = boto3.client(
        "wafv2", endpoint_url=btz.endpoint, region_name=REGION, aws_access_key_id=ROOT_KEY,
        aws_secret_access_key=ROOT_SECRET,
        config=botocore.config.Config(parameter_validation=False, retries={"total_max_attempts": 1}))
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        careless.create_ip_set(Name="no spaces", Scope="REGION", Addresses=[])
    message = caught.value.response["Error"]["Message"]
    assert code_of(caught) == "ValidationException"
    assert message.startswith("3 validation errors detected: "), message
    for part in (
        "Value 'no spaces' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\\w\\-]+$",
        "Value 'REGION' at 'scope' failed to satisfy constraint: Member must satisfy enum value set: ",
        "Value null at 'iPAddressVersion' failed to satisfy constraint: Member must not be null",
    ):
        assert part in message, message
