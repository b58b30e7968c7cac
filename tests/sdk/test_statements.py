"""Every statement, field and action of this step: set by boto3, judged by real requests. Each case
has a request that must be refused and the one most like it that must pass."""

import contextlib
import time

import pytest

from conftest import byte_match, rule

ALL = [{"Priority": 0, "Type": "NONE"}]


def text_field(kind, field, **more):
    return {kind: {"FieldToMatch": field, "TextTransformations": ALL, **more}}


# name: (statement, refused request, passing request); a request is (path, named arguments).
CASES = {
    "exactly": (byte_match("/a", {"UriPath": {}}, "EXACTLY"), ("/a", {}), ("/ab", {})),
    "starts-with": (byte_match("/adm", {"UriPath": {}}, "STARTS_WITH"), ("/admin", {}), ("/x/adm", {})),
    "ends-with": (byte_match(".bak", {"UriPath": {}}, "ENDS_WITH"), ("/a.bak", {}), ("/a.bak/x", {})),
    "contains": (byte_match("evil", {"QueryString": {}}), ("/?x=evil", {}), ("/evil?x=y", {})),
    "contains-word": (byte_match("evil", {"QueryString": {}}, "CONTAINS_WORD"), ("/?x=evil", {}), ("/?x=evils", {})),
    "header": (
        byte_match("x", {"SingleHeader": {"Name": "X-Test"}}, "EXACTLY"),
        ("/", {"headers": {"x-test": "x"}}), ("/", {"headers": {"x-other": "x"}})),
    "method": (byte_match("DELETE", {"Method": {}}, "EXACTLY"), ("/", {"method": "DELETE"}), ("/", {"method": "PUT"})),
    "body": (
        byte_match("evil", {"Body": {"OversizeHandling": "CONTINUE"}}),
        ("/", {"method": "POST", "body": b"an evil body"}), ("/", {"method": "POST", "body": b"a good body"})),
    "one-argument": (
        byte_match("evil", {"SingleQueryArgument": {"Name": "q"}}), ("/?q=evil", {}), ("/?r=evil", {})),
    "all-arguments": (
        byte_match("evil", {"AllQueryArguments": {}}), ("/?r=evil", {}), ("/evil", {})),
    "regex": (
        text_field("RegexMatchStatement", {"UriPath": {}}, RegexString="^/v[0-9]+/secret$"),
        ("/v12/secret", {}), ("/v/secret", {})),
    "size": (
        text_field("SizeConstraintStatement", {"QueryString": {}}, ComparisonOperator="GT", Size=10),
        ("/?q=0123456789", {}), ("/?q=01234567", {})),
    "sqli": (
        {"SqliMatchStatement": {
            "FieldToMatch": {"AllQueryArguments": {}}, "SensitivityLevel": "LOW",
            "TextTransformations": [{"Priority": 0, "Type": "URL_DECODE"}]}},
        ("/?id=1%27%20OR%201%3D1--%20", {}), ("/?id=O%27Brien%20or%20one", {})),
    "xss": (
        {"XssMatchStatement": {
            "FieldToMatch": {"AllQueryArguments": {}},
            "TextTransformations": [{"Priority": 0, "Type": "URL_DECODE"}]}},
        ("/?x=%3Cscript%3Ealert(1)%3C/script%3E", {}), ("/?x=1%20%3C%202", {})),
    "and": (
        {"AndStatement": {"Statements": [
            byte_match("/a", {"UriPath": {}}, "STARTS_WITH"), byte_match("x", {"QueryString": {}})]}},
        ("/a?x", {}), ("/a?y", {})),
    "or": (
        {"OrStatement": {"Statements": [
            byte_match("/a", {"UriPath": {}}, "EXACTLY"), byte_match("/b", {"UriPath": {}}, "EXACTLY")]}},
        ("/b", {}), ("/c", {})),
    "not": (
        {"NotStatement": {"Statement": byte_match("/open", {"UriPath": {}}, "STARTS_WITH")}},
        ("/shut", {}), ("/open", {})),
    "decoded-lower": (
        byte_match("evil", {"QueryString": {}}, transformations=("URL_DECODE", "LOWERCASE")),
        ("/?x=%45VIL", {}), ("/?x=%2545VIL", {})),
}


@pytest.mark.parametrize("name", CASES)
def test_statement(btz, web_acl, application, name):
    statement, (bad, bad_named), (good, good_named) = CASES[name]
    assert btz.status(bad, **bad_named) == 200, "before the rule"
    web_acl.update(rule("r", statement))
    btz.becomes(403, bad, **bad_named)
    reached = len(application.seen)
    assert btz.status(bad, **bad_named) == 403
    assert len(application.seen) == reached, "a refused request reached the application"
    assert btz.status(good, **good_named) == 200
    assert len(application.seen) == reached + 1
    web_acl.update()
    btz.becomes(200, bad, **bad_named)


def test_regex_pattern_set_and_its_update(btz, web_acl):
    waf = btz.client("wafv2")
    made = waf.create_regex_pattern_set(
        Name="patterns", Scope="REGIONAL", RegularExpressionList=[{"RegexString": "^/one$"}])["Summary"]
    web_acl.update(rule("r", text_field(
        "RegexPatternSetReferenceStatement", {"UriPath": {}}, ARN=made["ARN"])))
    btz.becomes(403, "/one")
    waf.update_regex_pattern_set(
        Name="patterns", Scope="REGIONAL", Id=made["Id"], LockToken=made["LockToken"],
        RegularExpressionList=[{"RegexString": "^/two$"}])
    btz.becomes(403, "/two")
    assert btz.status("/one") == 200
    with pytest.raises(waf.exceptions.WAFAssociatedItemException):
        waf.delete_regex_pattern_set(Name="patterns", Scope="REGIONAL", Id=made["Id"], LockToken=waf.get_regex_pattern_set(
            Name="patterns", Scope="REGIONAL", Id=made["Id"])["LockToken"])
    web_acl.update()
    waf.delete_regex_pattern_set(Name="patterns", Scope="REGIONAL", Id=made["Id"], LockToken=waf.get_regex_pattern_set(
        Name="patterns", Scope="REGIONAL", Id=made["Id"])["LockToken"])


def test_rule_group_its_update_and_overrides(btz, web_acl):
    waf = btz.client("wafv2")
    block = lambda text: rule("inner", byte_match(text, {"UriPath": {}}, "EXACTLY"))  # noqa: E731
    made = waf.create_rule_group(
        Name="group", Scope="REGIONAL", Capacity=50, Rules=[block("/one")],
        VisibilityConfig=web_acl.visibility)["Summary"]
    reference = {"ARN": made["ARN"]}

    def use(**more):
        used = rule("outer", {"RuleGroupReferenceStatement": {**reference, **more}})
        del used["Action"]
        web_acl.update({**used, "OverrideAction": {"None": {}}})

    use()
    btz.becomes(403, "/one")
    waf.update_rule_group(
        Name="group", Scope="REGIONAL", Id=made["Id"], LockToken=made["LockToken"], Rules=[block("/two")],
        VisibilityConfig=web_acl.visibility)
    btz.becomes(403, "/two")
    assert btz.status("/one") == 200
    use(RuleActionOverrides=[{"Name": "inner", "ActionToUse": {"Count": {}}}])
    btz.becomes(200, "/two")
    web_acl.update()
    token = waf.get_rule_group(Name="group", Scope="REGIONAL", Id=made["Id"])["LockToken"]
    waf.delete_rule_group(Name="group", Scope="REGIONAL", Id=made["Id"], LockToken=token)


def test_managed_rule_group_and_its_override(btz, web_acl):
    def managed(**more):
        used = rule("core", {"ManagedRuleGroupStatement": {
            "VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet", **more}})
        del used["Action"]
        return {**used, "OverrideAction": {"None": {}}}

    attack = "/?x=%3Cscript%3Ealert(1)%3C/script%3E"
    web_acl.update(managed())
    btz.becomes(403, attack)
    web_acl.update(managed(RuleActionOverrides=[
        {"Name": "CrossSiteScripting_QUERYARGUMENTS", "ActionToUse": {"Count": {}}}]))
    btz.becomes(200, attack)


def test_custom_response_inserted_headers_and_labels(btz, web_acl, application):
    web_acl.update(
        rule("mark", byte_match("/p", {"UriPath": {}}, "STARTS_WITH"), priority=0, action={
            "Count": {"CustomRequestHandling": {"InsertHeaders": [{"Name": "seen", "Value": "yes"}]}}},
            RuleLabels=[{"Name": "team:private"}]),
        rule("private", {"AndStatement": {"Statements": [
            {"LabelMatchStatement": {"Scope": "LABEL", "Key": "team:private"}},
            byte_match("stop", {"QueryString": {}})]}}, priority=1, action={
            "Block": {"CustomResponse": {
                "ResponseCode": 418, "CustomResponseBodyKey": "tea",
                "ResponseHeaders": [{"Name": "x-tea", "Value": "green"}]}}}),
        CustomResponseBodies={"tea": {"ContentType": "APPLICATION_JSON", "Content": "{\"tea\":1}"}},
    )
    btz.becomes(418, "/p?stop")
    status, headers, body = btz.request("/p?stop")
    assert (status, headers["x-tea"], body) == (418, "green", b'{"tea":1}')
    assert headers["content-type"].startswith("application/json")
    assert headers["x-btz-request-id"]
    application.seen.clear()
    assert btz.status("/p") == 200
    _, _, received, _ = application.seen[-1]
    lower = {name.lower(): value for name, value in received.items()}
    assert lower["x-amzn-waf-seen"] == "yes"
    assert btz.status("/q?stop") == 200


@pytest.mark.parametrize("action,status", [("Captcha", 405), ("Challenge", 202)])
def test_captcha_and_challenge(btz, web_acl, action, status):
    web_acl.update(rule("r", byte_match("/a", {"UriPath": {}}, "EXACTLY"), action=action))
    btz.becomes(status, "/a")
    assert btz.status("/b") == 200


def test_default_action_block_and_an_allow_rule(btz, web_acl):
    web_acl.update(rule("r", byte_match("/open", {"UriPath": {}}, "STARTS_WITH"), action="Allow"),
                   default={"Block": {}})
    btz.becomes(403, "/")
    assert btz.status("/open/x") == 200


def test_rate_based_by_address(btz, web_acl):
    web_acl.update(rule("slow-down", {"RateBasedStatement": {
        "Limit": 10, "EvaluationWindowSec": 60, "AggregateKeyType": "IP"}}))
    statuses = []
    begin = time.monotonic()
    while time.monotonic() - begin < 5 and (not statuses or statuses[-1] != 403):
        statuses.append(btz.status("/rate", source="127.0.0.21"))
    assert statuses[-1] == 403, statuses
    assert statuses.count(200) >= 10, "refused before the limit"
    assert btz.status("/rate", source="127.0.0.22") == 200, "another address pays for the first"


def test_ten_thousand_addresses_of_both_kinds(btz, web_acl):
    waf = btz.client("wafv2")
    four = [f"10.{i // 250}.{i % 250}.0/24" for i in range(9_999)] + ["127.0.0.31/32"]
    six = [f"2001:db8:{i:x}::/48" for i in range(10_000)]
    with contextlib.ExitStack() as cleanup:
        sets = {}
        for name, version, addresses in (("four", "IPV4", four), ("six", "IPV6", six)):
            made = waf.create_ip_set(
                Name=name, Scope="REGIONAL", IPAddressVersion=version, Addresses=addresses)["Summary"]
            sets[name] = made
            cleanup.callback(lambda n=name, m=made: waf.delete_ip_set(
                Name=n, Scope="REGIONAL", Id=m["Id"], LockToken=m["LockToken"]))
            stored = waf.get_ip_set(Name=name, Scope="REGIONAL", Id=made["Id"])["IPSet"]
            assert len(stored["Addresses"]) == 10_000
        cleanup.callback(web_acl.update)
        web_acl.update(
            rule("four", {"IPSetReferenceStatement": {"ARN": sets["four"]["ARN"]}}, priority=0),
            rule("six", {"IPSetReferenceStatement": {
                "ARN": sets["six"]["ARN"], "IPSetForwardedIPConfig": {
                    "HeaderName": "X-Client", "FallbackBehavior": "NO_MATCH", "Position": "FIRST"}}}, priority=1))
        btz.becomes(403, source="127.0.0.31")
        assert btz.status(source="127.0.0.32") == 200
        assert btz.status(headers={"X-Client": "2001:db8:270f::1"}) == 403
        assert btz.status(headers={"X-Client": "2001:db9::1"}) == 200
