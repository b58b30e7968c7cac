"""Operations of the WAFv2 API that change what is kept, told or limited: called by boto3, judged by
real requests and by what lies in the data folder afterwards."""

import datetime
import json
import time

import botocore.exceptions
import pytest

from conftest import ACCOUNT, REGION, byte_match, rule, visibility


def code_of(error):
    return error.value.response["Error"]["Code"]


def eventually(look, seconds=3.0):
    """What `look` finds, as soon as it finds something; what is written is written a moment later."""
    begin = time.monotonic()
    while True:
        found = look()
        if found or time.monotonic() - begin > seconds:
            return found
        time.sleep(0.02)


@pytest.fixture
def waf(btz):
    return btz.client("wafv2")


def log_group(name):
    return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}"


def lines_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


# -- logging, redaction, data protection, samples


def test_logs_go_to_their_log_group_filtered_and_redacted(btz, web_acl, waf):
    web_acl.update(
        rule("no", byte_match("no", {"SingleQueryArgument": {"Name": "q"}}), RuleLabels=[{"Name": "seen:no"}]),
        rule("count", byte_match("/counted", {"UriPath": {}}, "EXACTLY"), priority=1, action={
            "Count": {"CustomRequestHandling": {"InsertHeaders": [{"Name": "seen", "Value": "yes"}]}}}))
    btz.becomes(403, "/?q=no")
    configuration = {
        "ResourceArn": web_acl.arn, "LogDestinationConfigs": [log_group("aws-waf-logs-shop")],
        "RedactedFields": [{"SingleHeader": {"Name": "X-Secret"}}, {"QueryString": {}}],
        "LoggingFilter": {"DefaultBehavior": "DROP", "Filters": [
            {"Behavior": "KEEP", "Requirement": "MEETS_ANY", "Conditions": [
                {"ActionCondition": {"Action": "COUNT"}},
                {"LabelNameCondition": {"LabelName": f"awswaf:{ACCOUNT}:webacl:{web_acl.name}:seen:no"}}]}]},
    }
    answered = waf.put_logging_configuration(LoggingConfiguration=configuration)["LoggingConfiguration"]
    got = waf.get_logging_configuration(ResourceArn=web_acl.arn)["LoggingConfiguration"]
    assert got == answered
    assert {name: got[name] for name in configuration} == configuration
    assert got in waf.list_logging_configurations(Scope="REGIONAL")["LoggingConfigurations"]
    log = btz.folder / f"data/logs/aws-waf-logs-shop/{REGION}_{web_acl.name}_0.log"
    assert log.exists(), "made at once, so that a folder that cannot be written is told"

    def refused():
        btz.status("/?q=no", headers={"X-Secret": "hunter2"})
        # The request from before the configuration may be told here too: it had no such header.
        of_rule = [line for line in lines_of(log) if line["terminatingRuleId"] == "no"]
        names = [{header["name"].lower() for header in line["httpRequest"]["headers"]} for line in of_rule]
        return [line for line, names in zip(of_rule, names) if "x-secret" in names]

    [line, *_] = eventually(refused)
    request = line["httpRequest"]
    secret = [header["value"] for header in request["headers"] if header["name"].lower() == "x-secret"]
    assert (secret, request["args"], request["uri"]) == (["REDACTED"], "REDACTED", "/")
    assert line["terminatingRuleMatchDetails"][0]["matchedData"] == ["REDACTED"]
    assert line["labels"] == [{"name": f"awswaf:{ACCOUNT}:webacl:{web_acl.name}:seen:no"}]
    assert (line["action"], line["responseCodeSent"], line["webaclId"]) == ("BLOCK", 403, web_acl.arn)
    assert "hunter2" not in log.read_text()

    common = len(lines_of(btz.folder / "data/logs/waf.log"))
    btz.status("/dropped?x=1")
    btz.status("/counted")
    counted = eventually(lambda: [line for line in lines_of(log) if line["httpRequest"]["uri"] == "/counted"])
    assert counted[0]["requestHeadersInserted"] == [{"name": "x-amzn-waf-seen", "value": "yes"}]
    assert [matched["ruleId"] for matched in counted[0]["nonTerminatingMatchingRules"]] == ["count"]
    assert not [line for line in lines_of(log) if line["httpRequest"]["uri"] == "/dropped"]
    assert len(lines_of(btz.folder / "data/logs/waf.log")) == common, "and nowhere else"

    waf.delete_logging_configuration(ResourceArn=web_acl.arn)
    with pytest.raises(waf.exceptions.WAFNonexistentItemException):
        waf.get_logging_configuration(ResourceArn=web_acl.arn)
    with pytest.raises(waf.exceptions.WAFInvalidParameterException):
        waf.put_logging_configuration(LoggingConfiguration={
            "ResourceArn": web_acl.arn, "LogDestinationConfigs": ["arn:aws:s3:::aws-waf-logs-bucket"]})


def test_protected_data_is_in_no_log_no_sample_and_no_explanation(btz, web_acl, waf):
    web_acl.update(
        rule("no", byte_match("hunter", {"SingleQueryArgument": {"Name": "password"}})),
        DataProtectionConfig={"DataProtections": [
            {"Field": {"FieldType": "SINGLE_QUERY_ARGUMENT", "FieldKeys": ["password"]}, "Action": "HASH"},
            {"Field": {"FieldType": "SINGLE_COOKIE", "FieldKeys": ["sid"]}, "Action": "SUBSTITUTION"}]})
    path = "/protected?user=anna&password=hunter2"
    btz.becomes(403, path, headers={"Cookie": "theme=dark; sid=hunter2"})
    logs = btz.folder / "data/logs"

    def logged():
        btz.status(path, headers={"Cookie": "theme=dark; sid=hunter2"})
        found = [line for line in lines_of(logs / "waf.log") if line["httpRequest"]["uri"] == "/protected"]
        # From when the protection is in force on, which is a moment after the rule is.
        return [line for line in found if "hunter2" not in json.dumps(line)]

    line = eventually(logged)[-1]
    args = line["httpRequest"]["args"]
    assert args.startswith("user=anna&password=") and len(args) == len("user=anna&password=") + 64
    cookie = [header["value"] for header in line["httpRequest"]["headers"] if header["name"].lower() == "cookie"]
    assert cookie == ["theme=dark; sid=REDACTED"]
    now = datetime.datetime.now(datetime.timezone.utc)
    sampled = waf.get_sampled_requests(
        WebAclArn=web_acl.arn, RuleMetricName="no", Scope="REGIONAL", MaxItems=500,
        TimeWindow={"StartTime": now - datetime.timedelta(minutes=5), "EndTime": now + datetime.timedelta(minutes=1)})
    assert f"/protected?{args}" in [sample["Request"]["URI"] for sample in sampled["SampledRequests"]]
    newest = (logs / "decisions.ndjson").read_text().splitlines()[-1]
    assert "hunter2" not in newest and "protected" in newest


def test_samples_of_a_rule_in_a_group_and_of_none_that_is_switched_off(btz, web_acl, waf):
    off = rule("off", byte_match("/off", {"UriPath": {}}, "EXACTLY"), priority=1)
    off["VisibilityConfig"]["SampledRequestsEnabled"] = False
    inner = rule("inner", byte_match("/in", {"UriPath": {}}, "EXACTLY"))
    inner["VisibilityConfig"] = visibility("metric-of-inner")
    group = waf.create_rule_group(
        Name="sampled", Scope="REGIONAL", Capacity=20, Rules=[inner], VisibilityConfig=visibility("sampled"))["Summary"]
    used = rule("outer", {"RuleGroupReferenceStatement": {"ARN": group["ARN"]}})
    del used["Action"]
    web_acl.update({**used, "OverrideAction": {"None": {}}}, off)
    btz.becomes(403, "/in")
    btz.becomes(403, "/off")

    def population(metric):
        now = datetime.datetime.now(datetime.timezone.utc)
        return waf.get_sampled_requests(
            WebAclArn=web_acl.arn, RuleMetricName=metric, Scope="REGIONAL", MaxItems=10,
            TimeWindow={"StartTime": now - datetime.timedelta(minutes=5), "EndTime": now + datetime.timedelta(minutes=1)})

    assert eventually(lambda: population("metric-of-inner")["PopulationSize"])
    [sample, *_] = population("metric-of-inner")["SampledRequests"]
    assert sample["RuleNameWithinRuleGroup"] == "sampled#inner"
    assert population("outer")["PopulationSize"] == population("metric-of-inner")["PopulationSize"]
    assert population("off")["PopulationSize"] == 0
    web_acl.update()
    waf.delete_rule_group(Name="sampled", Scope="REGIONAL", Id=group["Id"], LockToken=group["LockToken"])


# -- what is limited and counted


def test_the_keys_of_a_rate_based_rule_are_those_that_are_refused(btz, web_acl, waf):
    web_acl.update(rule("slow-down", {"RateBasedStatement": {
        "Limit": 10, "EvaluationWindowSec": 60, "AggregateKeyType": "IP"}}))
    ask = dict(Scope="REGIONAL", WebACLName=web_acl.name, WebACLId=web_acl.summary["Id"], RuleName="slow-down")
    keys = waf.get_rate_based_statement_managed_keys(**ask)
    assert keys["ManagedKeysIPV4"] == {"IPAddressVersion": "IPV4", "Addresses": []}
    statuses = [btz.status("/", source="127.0.0.41") for _ in range(40)]
    assert statuses[-1] == 403
    assert btz.status("/", source="127.0.0.42") == 200
    keys = waf.get_rate_based_statement_managed_keys(**ask)
    assert keys["ManagedKeysIPV4"]["Addresses"] == ["127.0.0.41/32"]
    assert keys["ManagedKeysIPV6"]["Addresses"] == []
    web_acl.update(rule("all", {"RateBasedStatement": {
        "Limit": 10, "AggregateKeyType": "CONSTANT",
        "ScopeDownStatement": byte_match("/never", {"UriPath": {}}, "EXACTLY")}}))
    with pytest.raises(waf.exceptions.WAFUnsupportedAggregateKeyTypeException):
        waf.get_rate_based_statement_managed_keys(**{**ask, "RuleName": "all"})


def test_paths_that_bots_ask_for(btz, web_acl, waf):
    web_acl.update(rule(
        "mark", byte_match("GPTBot", {"SingleHeader": {"Name": "user-agent"}}), action="Count",
        RuleLabels=[{"Name": "bot:name:gptbot"}, {"Name": "bot:category:ai"}]))

    def statistics(**more):
        now = datetime.datetime.now(datetime.timezone.utc)
        return waf.get_top_path_statistics_by_traffic(
            WebAclArn=web_acl.arn, Scope="REGIONAL", Limit=10, NumberOfTopTrafficBotsPerPath=3,
            TimeWindow={"StartTime": now - datetime.timedelta(minutes=10), "EndTime": now + datetime.timedelta(minutes=1)},
            **more)

    def counted():
        btz.status("/articles/one", headers={"User-Agent": "GPTBot/1.2"})
        btz.status("/articles/two")
        return statistics()["PathStatistics"]

    [path] = eventually(counted)
    assert (path["Path"], path["Percentage"]) == ("/articles/", 100.0)
    assert path["TopBots"][0]["BotName"] == "gptbot"
    below = statistics(UriPathPrefix="/articles/", BotCategory="ai")
    assert [path["Path"] for path in below["PathStatistics"]] == ["/articles/one"]
    assert statistics(BotName="googlebot")["TotalRequestCount"] == 0


# -- what is shared, sealed, listed


def test_api_keys_are_sealed_listed_and_deleted(waf):
    made = [waf.create_api_key(Scope="REGIONAL", TokenDomains=[f"shop{n}.example.com"])["APIKey"] for n in range(3)]
    opened = waf.get_decrypted_api_key(Scope="REGIONAL", APIKey=made[1])
    assert opened["TokenDomains"] == ["shop1.example.com"]
    now = datetime.datetime.now(datetime.timezone.utc)
    assert abs((now - opened["CreationTimestamp"]).total_seconds()) < 60
    listed, marker = [], {}
    while True:
        page = waf.list_api_keys(Scope="REGIONAL", Limit=2, **marker)
        listed += [summary["APIKey"] for summary in page["APIKeySummaries"]]
        if "NextMarker" not in page:
            break
        marker = {"NextMarker": page["NextMarker"]}
    assert sorted(listed) == sorted(made)
    forged = made[0][:-8] + "AAAAAAAA"
    with pytest.raises(waf.exceptions.WAFInvalidResourceException):
        waf.get_decrypted_api_key(Scope="REGIONAL", APIKey=forged)
    for key in made:
        waf.delete_api_key(Scope="REGIONAL", APIKey=key)
    with pytest.raises(waf.exceptions.WAFNonexistentItemException):
        waf.get_decrypted_api_key(Scope="REGIONAL", APIKey=made[0])
    with pytest.raises(waf.exceptions.WAFLimitsExceededException):
        waf.create_api_key(Scope="REGIONAL", TokenDomains=[f"s{n}.example.com" for n in range(6)])


def test_permission_policies_of_rule_groups(waf):
    group = waf.create_rule_group(
        Name="shared", Scope="REGIONAL", Capacity=5, Rules=[], VisibilityConfig=visibility("shared"))["Summary"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": [
            "wafv2:CreateWebACL", "wafv2:UpdateWebACL", "wafv2:PutFirewallManagerRuleGroups"]}]})
    waf.put_permission_policy(ResourceArn=group["ARN"], Policy=policy)
    # An account that is not of this installation is nobody.
    with pytest.raises(waf.exceptions.WAFInvalidPermissionPolicyException, match="Invalid principal"):
        waf.put_permission_policy(
            ResourceArn=group["ARN"], Policy=policy.replace(ACCOUNT, "111122223333"))
    assert waf.get_permission_policy(ResourceArn=group["ARN"])["Policy"] == policy
    with pytest.raises(waf.exceptions.WAFInvalidPermissionPolicyException):
        waf.put_permission_policy(ResourceArn=group["ARN"], Policy=policy.replace("Allow", "Deny"))
    waf.delete_permission_policy(ResourceArn=group["ARN"])
    with pytest.raises(waf.exceptions.WAFNonexistentItemException):
        waf.get_permission_policy(ResourceArn=group["ARN"])
    waf.delete_rule_group(Name="shared", Scope="REGIONAL", Id=group["Id"], LockToken=group["LockToken"])


def test_managed_groups_are_listed_described_and_cost_what_they_say(waf):
    groups = waf.list_available_managed_rule_groups(Scope="REGIONAL")["ManagedRuleGroups"]
    products = waf.describe_all_managed_products(Scope="REGIONAL")["ManagedProducts"]
    assert [group["Name"] for group in groups] == [product["ManagedRuleSetName"] for product in products]
    assert waf.describe_managed_products_by_vendor(Scope="REGIONAL", VendorName="AWS")["ManagedProducts"] == products
    for group in groups:
        where = dict(Scope="REGIONAL", VendorName=group["VendorName"], Name=group["Name"])
        described = waf.describe_managed_rule_group(**where)
        assert described["Rules"] and group["Description"]
        used = rule("used", {"ManagedRuleGroupStatement": {"VendorName": group["VendorName"], "Name": group["Name"]}})
        del used["Action"]
        used["OverrideAction"] = {"None": {}}
        try:
            capacity = waf.check_capacity(Scope="REGIONAL", Rules=[used])["Capacity"]
        except waf.exceptions.WAFInvalidParameterException:
            continue  # It needs a configuration of its own.
        assert capacity == described["Capacity"], group["Name"]
        if group["VersioningSupported"]:
            versions = waf.list_available_managed_rule_group_versions(**where)
            names = [version["Name"] for version in versions["Versions"]]
            assert versions["CurrentDefaultVersion"] in names


def test_a_firewall_managers_groups_are_none_but_the_lock_token_counts(btz, web_acl, waf):
    current = waf.get_web_acl(Name=web_acl.name, Scope="REGIONAL", Id=web_acl.summary["Id"])
    ask = dict(WebACLArn=web_acl.arn, WebACLLockToken=current["LockToken"])
    token = waf.delete_firewall_manager_rule_groups(**ask)["NextWebACLLockToken"]
    assert token != current["LockToken"]
    with pytest.raises(waf.exceptions.WAFOptimisticLockException):
        waf.delete_firewall_manager_rule_groups(**ask)


def window():
    now = datetime.datetime.now(datetime.timezone.utc)
    return {"StartTime": now - datetime.timedelta(hours=1), "EndTime": now}


UUID = "7f0a3c52-1b6e-4d11-9a05-d6f1c2b3a4e5"
MONEY = dict(Scope="CLOUDFRONT", Currency="USDC")
SET = dict(Name="set", Scope="REGIONAL", Id=UUID)
DECLINED = {
    "generate_mobile_sdk_release_url": dict(Platform="IOS", ReleaseVersion="LATEST"),
    "get_mobile_sdk_release": dict(Platform="IOS", ReleaseVersion="LATEST"),
    "list_mobile_sdk_releases": dict(Platform="IOS"),
    "get_revenue_statistics": lambda: dict(
        MONEY, TimeWindow=window(), StatisticType="TOP_PATHS_BY_REVENUE"),
    "get_revenue_statistics_summary": lambda: dict(MONEY, TimeWindow=window()),
    "get_revenue_statistics_time_series": lambda: dict(
        MONEY, TimeWindow=window(), StatisticType="DATE_HISTOGRAM", Interval="HOURLY"),
    "list_settlement_records": lambda: dict(MONEY, TimeWindow=window()),
    "list_managed_rule_sets": dict(Scope="REGIONAL"),
    "get_managed_rule_set": SET,
    "put_managed_rule_set_versions": dict(SET, LockToken=UUID),
    "update_managed_rule_set_version_expiry_date": lambda: dict(
        SET, LockToken=UUID, VersionToExpire="v1", ExpiryTimestamp=window()["EndTime"]),
}


@pytest.mark.parametrize("operation", DECLINED)
def test_what_has_no_meaning_here_is_refused_with_aws_s_own_error(waf, operation):
    given = DECLINED[operation]
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        getattr(waf, operation)(**(given() if callable(given) else given))
    assert code_of(caught) in ("WAFInvalidOperationException", "WAFNonexistentItemException")
    name = waf.meta.method_to_api_mapping[operation]
    declared = {shape.name for shape in waf.meta.service_model.operation_model(name).error_shapes}
    assert code_of(caught) in declared
