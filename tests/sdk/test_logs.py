"""Requests as data, by the real binary: access logs in AWS's format, the WAF log, metrics that
Prometheus can read, traces that a collector can."""

import http.server
import json
import re
import shlex
import threading
import time

from conftest import ACCOUNT, REGION, Btz, byte_match, rule

ACCESS_LOG_FIELDS = 33


def eventually(look, seconds=5.0):
    begin = time.monotonic()
    while True:
        found = look()
        if found or time.monotonic() - begin > seconds:
            return found
        time.sleep(0.02)


def entries(folder, bucket, prefix=""):
    found = []
    for path in sorted((folder / "data/buckets" / bucket / prefix).rglob("*.log")):
        for line in path.read_text().splitlines():
            fields = shlex.split(line.replace("\\x", "%"))
            assert len(fields) == ACCESS_LOG_FIELDS, line
            found.append((path, fields))
    return found


def of_path(btz, bucket, path, prefix=""):
    return [(file, line) for file, line in entries(btz.folder, bucket, prefix) if path in line[12]]


def test_the_attribute_turns_the_access_log_on_and_off(btz, web_acl):
    elb = btz.client("elbv2")
    arn = btz.load_balancer_arn()

    def log(enabled):
        elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[
            {"Key": "access_logs.s3.enabled", "Value": enabled},
            {"Key": "access_logs.s3.bucket", "Value": "shop-logs"},
            {"Key": "access_logs.s3.prefix", "Value": "edge"}])

    web_acl.update(rule("no", byte_match("no", {"SingleQueryArgument": {"Name": "q"}})))
    btz.becomes(403, "/?q=no")
    btz.status("/before")
    # A request is written a moment after it was answered, by what holds then.
    time.sleep(1)
    log("true")

    def logged():
        btz.status("/logged?a=b%20c", headers={"User-Agent": 'agent "quoted"'})
        return of_path(btz, "shop-logs", "/logged", "edge")

    path, fields = eventually(logged)[0]
    balancer = arn.split(":loadbalancer/")[1]
    assert re.fullmatch(
        rf"data/buckets/shop-logs/edge/AWSLogs/{ACCOUNT}/elasticloadbalancing/{REGION}/\d{{4}}/\d\d/\d\d/"
        rf"{ACCOUNT}_elasticloadbalancing_{REGION}_{re.escape(balancer.replace('/', '.'))}"
        r"_\d{8}T\d{4}Z_127\.0\.0\.1_[a-z0-9]{8}\.log", str(path.relative_to(btz.folder)))
    moment = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
    assert fields[0] == "http" and re.fullmatch(moment, fields[1]) and re.fullmatch(moment, fields[21])
    assert fields[21] <= fields[1]
    assert fields[2] == balancer
    assert re.fullmatch(r"127\.0\.0\.1:\d+", fields[3]) and re.fullmatch(r"127\.0\.0\.1:\d+", fields[4])
    assert all(re.fullmatch(r"\d+\.\d{3}", time) for time in fields[5:8]), fields
    assert fields[8:10] == ["200", "200"] and int(fields[10]) > 0 and int(fields[11]) > len("application\n")
    assert fields[12] == f"GET http://127.0.0.1:{btz.port}/logged?a=b%20c HTTP/1.1"
    assert fields[13] == "agent %22quoted%22"
    assert fields[14:16] == ["-", "-"] and ":targetgroup/" in fields[16]
    assert fields[17].startswith("Root=1-") and fields[20] == "0" and fields[22] == "waf,forward"
    assert fields[25:27] == [fields[4], "200"] and re.fullmatch(r"TID_[0-9a-f]{32}", fields[29])
    assert not of_path(btz, "shop-logs", "/before")

    btz.status("/refused?q=no")
    _, fields = eventually(lambda: of_path(btz, "shop-logs", "/refused"))[0]
    assert fields[4:10] == ["-", "-1", "-1", "-1", "403", "-"] and fields[22] == "waf"

    log("false")
    time.sleep(1.0)
    btz.status("/after")
    eventually(lambda: "/after" in (btz.folder / "data/logs/waf.log").read_text())
    assert not of_path(btz, "shop-logs", "/after")


def test_the_waf_log_says_what_was_done(btz, web_acl):
    web_acl.update(
        rule("seen", byte_match("/", {"UriPath": {}}, "STARTS_WITH"), action={
            "Count": {"CustomRequestHandling": {"InsertHeaders": [{"Name": "seen", "Value": "yes"}]}}}),
        rule("no", byte_match("no", {"SingleQueryArgument": {"Name": "q"}}), priority=1))
    btz.becomes(403, "/log?q=no")

    def line():
        lines = (json.loads(line) for line in (btz.folder / "data/logs/waf.log").read_text().splitlines())
        return [line for line in lines if line["webaclId"] == web_acl.arn and line["action"] == "BLOCK"]

    found = eventually(line)[-1]
    assert found["requestHeadersInserted"] == [{"name": "x-amzn-waf-seen", "value": "yes"}]
    assert (found["terminatingRuleId"], found["responseCodeSent"]) == ("no", 403)
    assert [matched["ruleId"] for matched in found["nonTerminatingMatchingRules"]] == ["seen"]
    assert found["httpRequest"]["args"] == "q=no" and found["httpSourceName"] == "ALB"


def waf_lines(btz, web_acl, path):
    """The lines of a web ACL about requests to a path; the last one last."""
    lines = (json.loads(line) for line in (btz.folder / "data/logs/waf.log").read_text().splitlines())
    return [line for line in lines if line["webaclId"] == web_acl.arn and line["httpRequest"]["uri"] == path]


def group_rule(name, over, priority=0, **more):
    """A rule that refers to the common managed rules."""
    made = rule(name, {"ManagedRuleGroupStatement": {
        "VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet", **more}}, priority=priority)
    del made["Action"]
    return {**made, "OverrideAction": {over: {}}}


def test_the_waf_log_and_samples_tell_what_the_web_acl_overrode(btz, web_acl):
    overrides = [{"Name": "NoUserAgent_HEADER", "ActionToUse": {"Count": {}}},
                 {"Name": "GenericLFI_QUERYARGUMENTS", "ActionToUse": {"Captcha": {}}}]
    web_acl.update(
        group_rule("inner", "None", RuleActionOverrides=overrides),
        group_rule("outer", "Count", priority=1),
        rule("ready", byte_match("ready", {"QueryString": {}}), priority=2))
    btz.becomes(403, "/?ready")
    assert btz.status("/counted", headers={"User-Agent": ""}) == 200
    line = eventually(lambda: waf_lines(btz, web_acl, "/counted"))[-1]
    inner = line["ruleGroupList"][0]["nonTerminatingMatchingRules"]
    [inner] = [found for found in inner if found["ruleId"] == "NoUserAgent_HEADER"]
    assert (inner["action"], inner["overriddenAction"]) == ("COUNT", "BLOCK")
    assert line["ruleGroupList"][0]["terminatingRule"]["action"] == "BLOCK", "the other reference to the group"
    assert {"ruleId": "outer", "action": "COUNT", "ruleMatchDetails": []} in line["nonTerminatingMatchingRules"]
    assert (line["action"], line["terminatingRuleId"]) == ("ALLOW", "Default_Action")

    assert btz.status("/asked?file=../../../../etc/passwd", headers={"Accept": "text/html"}) == 405
    line = eventually(lambda: waf_lines(btz, web_acl, "/asked"))[-1]
    assert (line["action"], line["terminatingRuleId"]) == ("CAPTCHA", "inner")
    assert line["ruleGroupList"][0]["terminatingRule"]["overriddenAction"] == "BLOCK"
    assert line["captchaResponse"] == {"responseCode": 405, "failureReason": "TOKEN_MISSING"}

    waf = btz.client("wafv2")
    now = time.time()
    sampled = waf.get_sampled_requests(
        WebAclArn=web_acl.arn, RuleMetricName="inner", Scope="REGIONAL", MaxItems=100,
        TimeWindow={"StartTime": now - 600, "EndTime": now + 1})["SampledRequests"]
    [asked] = [one for one in sampled if one["Action"] == "CAPTCHA"]
    assert asked["OverriddenAction"] == "BLOCK"
    assert asked["RuleNameWithinRuleGroup"] == "AWS#AWSManagedRulesCommonRuleSet#GenericLFI_QUERYARGUMENTS"
    assert asked["CaptchaResponse"] == {"ResponseCode": 405, "FailureReason": "TOKEN_MISSING"}


def test_the_waf_log_tells_what_a_rate_based_rule_counted(btz, web_acl):
    none = [{"Priority": 0, "Type": "NONE"}]
    scope = byte_match("/slow", {"UriPath": {}}, "STARTS_WITH")
    web_acl.update(
        rule("keys", {"RateBasedStatement": {
            "Limit": 10, "EvaluationWindowSec": 120, "AggregateKeyType": "CUSTOM_KEYS", "ScopeDownStatement": scope,
            "CustomKeys": [{"Header": {"Name": "X-Dog", "TextTransformations": none}}, {"HTTPMethod": {}},
                           {"QueryArgument": {"Name": "secret", "TextTransformations": none}}]}}),
        rule("ready", byte_match("ready", {"QueryString": {}}), priority=1),
        DataProtectionConfig={"DataProtections": [{
            "Field": {"FieldType": "SINGLE_QUERY_ARGUMENT", "FieldKeys": ["secret"]}, "Action": "SUBSTITUTION"}]})
    btz.becomes(403, "/?ready")
    headers = {"X-Dog": "a dog with a name of more than thirty-two letters"}
    statuses = [btz.status("/slow?secret=tell-nobody", headers=headers) for _ in range(11)]
    assert statuses == [200] * 10 + [403]

    def refused():
        return [line for line in waf_lines(btz, web_acl, "/slow") if line["action"] == "BLOCK"]

    line = eventually(refused)[-1]
    assert line["rateBasedRuleList"] == [{
        "rateBasedRuleId": "keys", "rateBasedRuleName": "keys", "limitKey": "CUSTOMKEYS", "maxRateAllowed": 10,
        "evaluationWindowSec": "120", "customValues": [
            {"key": "HEADER", "name": "x-dog", "value": headers["X-Dog"][:32]},
            {"key": "HTTP_METHOD", "value": "GET"},
            {"key": "QUERY_ARGUMENT", "name": "secret", "value": "REDACTED"}]}]
    assert "tell-nobody" not in json.dumps(line)

    web_acl.update(rule("all", {"RateBasedStatement": {
        "Limit": 10, "AggregateKeyType": "IP", "ScopeDownStatement": byte_match("/each", {"UriPath": {}})}}))
    eventually(lambda: btz.status("/each") == 403)
    line = eventually(lambda: [line for line in waf_lines(btz, web_acl, "/each") if line["action"] == "BLOCK"])[-1]
    [counted] = line["rateBasedRuleList"]
    assert (counted["limitKey"], counted["limitValue"]) == ("IP", "127.0.0.1")
    assert (counted["maxRateAllowed"], counted["evaluationWindowSec"]) == (10, "300")


SAMPLE = re.compile(
    r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (\S+)')


def samples(text):
    """Reads the text format as Prometheus does; everything that it would refuse is an error."""
    assert text.endswith("\n")
    helps, kinds, read = {}, {}, {}
    for line in text.splitlines():
        if line.startswith("# "):
            _, word, name, rest = line.split(" ", 3)
            into = {"HELP": helps, "TYPE": kinds}[word]
            assert name not in into, f"twice: {line}"
            into[name] = rest
            continue
        name, labels, value = SAMPLE.fullmatch(line).groups()
        family = re.sub(r"_(bucket|sum|count)$", "", name)
        family = family if kinds.get(family) == "histogram" else name
        assert family in kinds and family in helps, line
        assert (name, labels) not in read, f"twice: {line}"
        read[name, labels] = float(value)
    for (name, labels), value in read.items():
        if name.endswith("_bucket") and 'le="+Inf"' in labels:
            rest = re.sub(r',?le="\+Inf"', "", labels) or None
            assert read[name.removesuffix("_bucket") + "_count", rest] == value
            buckets = [
                (float(re.search(r'le="([^"]+)"', other).group(1)), count)
                for (series, other), count in read.items()
                if series == name and (re.sub(r',?le="[^"]+"', "", other) or None) == rest]
            assert [count for _, count in sorted(buckets)] == sorted(count for _, count in buckets)
    return read


def test_metrics_are_counted_by_rule_and_by_target_group(btz, web_acl):
    web_acl.update(rule("no", byte_match("no", {"SingleQueryArgument": {"Name": "q"}})))
    btz.becomes(403, "/?q=no")

    def read(name, *parts):
        return sum(
            value for (series, labels), value in samples(btz.admin("/metrics")[1]).items()
            if series == name and all(part in (labels or "") for part in parts))

    matches = ("btz_rule_matches_total", f'web_acl="{web_acl.name}"', 'rule="no"', 'action="BLOCK"')
    answers = ("btz_target_responses_total", 'target_group="targetgroup/', 'class="2xx"')
    times = ("btz_target_response_seconds_count", 'target_group="targetgroup/')
    refusals = ("btz_load_balancer_responses_total", 'load_balancer="app/default/', 'class="4xx"')
    eventually(lambda: read(*matches))
    before = [read(*series) for series in (matches, answers, times, refusals)]
    for _ in range(3):
        assert btz.status("/?q=no") == 403
        assert btz.status("/") == 200

    def counted():
        now = [read(*series) for series in (matches, answers, times, refusals)]
        return [after - early for after, early in zip(now, before)] == [3, 3, 3, 3]

    assert eventually(counted)


def test_traces_reach_a_collector_and_the_target_takes_part(tmp_path, application):
    received = []

    class Collector(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            received.append((self.path, self.headers["content-type"], json.loads(body)))
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_):
            pass

    collector = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=collector.serve_forever, daemon=True).start()
    btz = Btz(tmp_path, application.port, extra=[
        "--traces", f"http://127.0.0.1:{collector.server_port}", "--access-logs", "every-logs"])
    btz.start()
    try:
        given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        reached = len(application.seen)
        assert btz.status("/traced", headers={"traceparent": given}) == 200
        told = {name.lower(): value for name, value in application.seen[reached][2].items()}["traceparent"]
        assert eventually(lambda: received, 10)
        path, kind, body = received[0]
        assert (path, kind) == ("/v1/traces", "application/json")
        spans = body["resourceSpans"][0]["scopeSpans"][0]["spans"]
        server, waf, target = spans
        assert [span["kind"] for span in spans] == [2, 1, 3]
        assert {span["traceId"] for span in spans} == {"0af7651916cd43dd8448eb211c80319c"}
        assert server["parentSpanId"] == "b7ad6b7169203331"
        assert waf["parentSpanId"] == target["parentSpanId"] == server["spanId"]
        assert told == f"00-{target['traceId']}-{target['spanId']}-01"
        # The flag logs every load balancer's requests, without an attribute.
        assert eventually(lambda: of_path(btz, "every-logs", "/traced"))
    finally:
        btz.stop()
        collector.shutdown()
