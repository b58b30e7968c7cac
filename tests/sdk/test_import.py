"""`btz import aws`: one Bartizan plays AWS, another is imported into.

Between them stands a server of the test's own, where one is needed: it knows certificates (ACM), fails
now and then, or refuses. What is compared is what boto3 describes of both.
"""

import contextlib
import http.client
import http.server
import json
import os
import subprocess
import threading
import time

import botocore.exceptions
import conftest
import pytest
from conftest import ACCOUNT, BINARY, REGION, ROOT_KEY, ROOT_SECRET, Btz, byte_match, free_port, rule, visibility
from test_certificates import imported

SOURCE_ACCOUNT = "210987654321"
SOURCE_KEY = "AKIATHEOTHERSIDE0000"
SOURCE_SECRET = "the/secret+of=the/source"
ACM_ARN = f"arn:aws:acm:{REGION}:{SOURCE_ACCOUNT}:certificate/0c6fe4d2-8a7b-4c1d-9e2f-3b4a5c6d7e8f"


class Source(Btz):
    """A Bartizan with another account, which plays AWS."""

    def start(self):
        kept = conftest.ACCOUNT, conftest.ROOT_KEY, conftest.ROOT_SECRET
        conftest.ACCOUNT, conftest.ROOT_KEY, conftest.ROOT_SECRET = SOURCE_ACCOUNT, SOURCE_KEY, SOURCE_SECRET
        try:
            return super().start()
        finally:
            conftest.ACCOUNT, conftest.ROOT_KEY, conftest.ROOT_SECRET = kept

    def client(self, service, **more):
        return super().client(service, key=SOURCE_KEY, secret=SOURCE_SECRET, **more)


class Aws:
    """What stands before the source: ACM, and failures on demand."""

    def __init__(self, source):
        self.source_port = source.api_port
        self.certificates = {}
        self.failures = []
        self.seen = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                target = self.headers.get("x-amz-target", "")
                outer.seen.append(target or body.decode().split("&")[0])
                if outer.failures:
                    status, code = outer.failures.pop(0)
                    error = json.dumps({"__type": code, "message": "not now"})
                    if not target:
                        error = (f"<ErrorResponse><Error><Code>{code}</Code><Message>not now</Message></Error>"
                                 "</ErrorResponse>")
                    return self.answer(status, error.encode())
                if target.startswith("CertificateManager."):
                    arn = json.loads(body)["CertificateArn"]
                    names = outer.certificates.get(arn)
                    if names is None:
                        return self.answer(400, b'{"__type":"ResourceNotFoundException","message":"none"}')
                    described = {"DomainName": names[0], "SubjectAlternativeNames": names}
                    return self.answer(200, json.dumps({"Certificate": described}).encode())
                connection = http.client.HTTPConnection("127.0.0.1", outer.source_port, timeout=10)
                with contextlib.closing(connection):
                    # The signature is over the host that the client meant.
                    connection.putrequest("POST", "/", skip_host=True, skip_accept_encoding=True)
                    for name, value in self.headers.items():
                        if name.lower() != "connection":
                            connection.putheader(name, value)
                    connection.endheaders(body)
                    answer = connection.getresponse()
                    return self.answer(answer.status, answer.read())

            def answer(self, status, body):
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.send_header("connection", "close")
                self.end_headers()
                self.wfile.write(body)
                self.close_connection = True

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def run_import(btz, url, *arguments, key=SOURCE_KEY, secret=SOURCE_SECRET, environment=None, region=REGION):
    """`btz import aws` as a user runs it: exit code, report, what was said beside it."""
    home = btz.folder / "home"
    home.mkdir(exist_ok=True)
    whole = {
        "PATH": os.environ["PATH"], "HOME": str(home), "BTZ_ACCOUNT_ID": ACCOUNT,
        "BTZ_ROOT_ACCESS_KEY_ID": ROOT_KEY, "BTZ_ROOT_SECRET_ACCESS_KEY": ROOT_SECRET,
        "AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret,
    }
    whole.update(environment or {})
    whole = {name: value for name, value in whole.items() if value is not None}
    command = [BINARY, "import", "aws", "--data", str(btz.folder / "data"), "--api", f"127.0.0.1:{btz.api_port}",
               "--output", "json", *arguments]
    if url:
        command += ["--endpoint-url", url]
    if region:
        command += ["--region", region]
    done = subprocess.run(command, env=whole, capture_output=True, text=True, timeout=120)
    report = json.loads(done.stdout) if done.stdout.startswith("{") else None
    return done.returncode, report, done.stderr


def outcomes(report, outcome=None):
    return {(one["kind"], one["name"]): one for one in report["items"] if outcome in (None, one["outcome"])}


@pytest.fixture
def pair(tmp_path, application):
    """Source, destination, and what stands between."""
    (tmp_path / "source").mkdir()
    (tmp_path / "here").mkdir()
    source, here = Source(tmp_path / "source", application.port), Btz(tmp_path / "here", application.port)
    aws = None
    try:
        source.start()
        here.start()
        aws = Aws(source)
        yield source, here, aws
    finally:
        if aws:
            aws.close()
        source.stop()
        here.stop()


def fill(source, application, port):
    """A web ACL that refers to all that can be referred to, and a load balancer that it protects."""
    waf, elb = source.client("wafv2"), source.client("elbv2")
    made = {}
    made["ips"] = waf.create_ip_set(
        Name="bad", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=["198.51.100.7/32", "127.0.0.9/32"],
        Description="bad ones", Tags=[{"Key": "team", "Value": "edge"}])["Summary"]["ARN"]
    made["patterns"] = waf.create_regex_pattern_set(
        Name="probes", Scope="REGIONAL", RegularExpressionList=[{"RegexString": "^/wp-[a-z]+"}])["Summary"]["ARN"]
    path = {"UriPath": {}}
    none = [{"Priority": 0, "Type": "NONE"}]
    made["group"] = waf.create_rule_group(
        Name="shared", Scope="REGIONAL", Capacity=200, VisibilityConfig=visibility("shared"), Rules=[
            rule("labels", byte_match("labelled", path), "Count", 0, RuleLabels=[{"Name": "seen"}]),
            rule("probes", {"RegexPatternSetReferenceStatement": {
                "ARN": made["patterns"], "FieldToMatch": path, "TextTransformations": none}}, "Block", 1),
        ])["Summary"]["ARN"]
    label = f"awswaf:{SOURCE_ACCOUNT}:rulegroup:shared:seen"

    def group(name, statement, priority, override="None"):
        return {"Name": name, "Priority": priority, "Statement": statement, "OverrideAction": {override: {}},
                "VisibilityConfig": visibility(name)}

    made["acl"] = waf.create_web_acl(
        Name="shop", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=visibility("shop"),
        Description="all of it", Tags=[{"Key": "team", "Value": "edge"}],
        CustomResponseBodies={"no": {"ContentType": "TEXT_PLAIN", "Content": "no\n"}}, Rules=[
            rule("bad-addresses", {"IPSetReferenceStatement": {"ARN": made["ips"]}}, {"Block": {
                "CustomResponse": {"ResponseCode": 418, "CustomResponseBodyKey": "no"}}}, 0),
            group("shared", {"RuleGroupReferenceStatement": {"ARN": made["group"]}}, 1),
            rule("by-label", {"LabelMatchStatement": {"Scope": "LABEL", "Key": label}}, "Block", 2),
            group("common", {"ManagedRuleGroupStatement": {
                "VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet",
                "RuleActionOverrides": [{"Name": "NoUserAgent_HEADER", "ActionToUse": {"Count": {}}}]}}, 3),
            rule("not-there", {"NotStatement": {"Statement": {"OrStatement": {"Statements": [
                byte_match("/", path, "STARTS_WITH"),
                {"IPSetReferenceStatement": {"ARN": made["ips"]}}]}}}}, "Block", 4),
        ])["Summary"]["ARN"]
    waf.put_logging_configuration(LoggingConfiguration={
        "ResourceArn": made["acl"], "LogDestinationConfigs": [
            f"arn:aws:logs:{REGION}:{SOURCE_ACCOUNT}:log-group:aws-waf-logs-shop"],
        "RedactedFields": [{"SingleHeader": {"Name": "authorization"}}]})
    groups = {}
    for name in ("shop-a", "shop-b"):
        groups[name] = elb.create_target_group(
            Name=name, Protocol="HTTP", Port=application.port, TargetType="ip", HealthCheckPath="/health",
            HealthCheckIntervalSeconds=11, Matcher={"HttpCode": "200-299"},
            Tags=[{"Key": "name", "Value": name}])["TargetGroups"][0]["TargetGroupArn"]
        elb.register_targets(TargetGroupArn=groups[name], Targets=[{"Id": "127.0.0.1", "Port": application.port}])
    elb.modify_target_group_attributes(TargetGroupArn=groups["shop-a"], Attributes=[
        {"Key": "deregistration_delay.timeout_seconds", "Value": "7"},
        {"Key": "stickiness.enabled", "Value": "true"}])
    balancer = elb.create_load_balancer(
        Name="shop", Tags=[{"Key": "team", "Value": "edge"}])["LoadBalancers"][0]["LoadBalancerArn"]
    made["balancer"] = balancer
    waf.associate_web_acl(WebACLArn=made["acl"], ResourceArn=balancer)
    elb.modify_load_balancer_attributes(LoadBalancerArn=balancer, Attributes=[
        {"Key": "idle_timeout.timeout_seconds", "Value": "71"}])
    listener = elb.create_listener(
        LoadBalancerArn=balancer, Protocol="HTTP", Port=port, DefaultActions=[
            {"Type": "forward", "TargetGroupArn": groups["shop-a"]}])["Listeners"][0]["ListenerArn"]
    made["listener"] = listener
    elb.create_rule(
        ListenerArn=listener, Priority=5, Tags=[{"Key": "rule", "Value": "five"}],
        Conditions=[{"Field": "path-pattern", "Values": ["/split/*"]},
                    {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "x-beta", "Values": ["1", "2"]}}],
        Actions=[{"Type": "forward", "ForwardConfig": {
            "TargetGroups": [{"TargetGroupArn": groups["shop-a"], "Weight": 3},
                             {"TargetGroupArn": groups["shop-b"], "Weight": 1}],
            "TargetGroupStickinessConfig": {"Enabled": True, "DurationSeconds": 60}}}])
    elb.create_rule(
        ListenerArn=listener, Priority=6,
        Conditions=[{"Field": "host-header", "Values": ["old.example"]},
                    {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "a", "Value": "b&=c"}]}}],
        Actions=[{"Type": "redirect", "RedirectConfig": {
            "Protocol": "HTTPS", "Port": "443", "Host": "#{host}", "Path": "/#{path}", "Query": "#{query}",
            "StatusCode": "HTTP_301"}}])
    elb.create_rule(
        ListenerArn=listener, Priority=7, Conditions=[{"Field": "source-ip", "SourceIpConfig": {
            "Values": ["203.0.113.0/24"]}}],
        Actions=[{"Type": "fixed-response", "FixedResponseConfig": {
            "StatusCode": "410", "ContentType": "text/plain", "MessageBody": "gone <&>"}}])
    return made


def without(value, account):
    """What is described, without what differs of itself: ids, account, times."""
    own = {"Id", "ARN", "LockToken", "CreatedTime", "DNSName", "ListenerArn", "RuleArn", "TargetGroupArn",
           "LoadBalancerArn", "LoadBalancerArns", "ResourceArn", "Port"}
    if isinstance(value, dict):
        return {name: without(member, account) for name, member in value.items() if name not in own}
    if isinstance(value, (list, tuple)):
        return [without(item, account) for item in value]
    if isinstance(value, str):
        return value.replace(account, "ACCOUNT")
    return value


def described(btz, account):
    """All that was imported, as boto3 describes it."""
    waf, elb = btz.client("wafv2"), btz.client("elbv2")
    found = {}
    for kind, names in (("ip_set", "bad"), ("regex_pattern_set", "probes"), ("rule_group", "shared"),
                        ("web_acl", "shop")):
        listing = getattr(waf, f"list_{kind}s")(Scope="REGIONAL")
        listed = next(value for value in listing.values() if isinstance(value, list))
        one = next(one for one in listed if one["Name"] == names)
        whole = getattr(waf, f"get_{kind}")(Scope="REGIONAL", Name=one["Name"], Id=one["Id"])
        whole.pop("ResponseMetadata")
        found[kind] = whole
        tags = waf.list_tags_for_resource(ResourceARN=one["ARN"])
        found[f"{kind} tags"] = tags["TagInfoForResource"]["TagList"]
    acl = next(one for one in waf.list_web_acls(Scope="REGIONAL")["WebACLs"] if one["Name"] == "shop")
    found["logging"] = waf.get_logging_configuration(ResourceArn=acl["ARN"])["LoggingConfiguration"]
    balancer = elb.describe_load_balancers(Names=["shop"])["LoadBalancers"][0]
    arn = balancer["LoadBalancerArn"]
    found["balancer"] = balancer
    found["protected by"] = waf.get_web_acl_for_resource(ResourceArn=arn)["WebACL"]["Name"]
    found["attributes"] = elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    listeners = elb.describe_listeners(LoadBalancerArn=arn)["Listeners"]
    found["listeners"] = listeners
    found["rules"] = [elb.describe_rules(ListenerArn=one["ListenerArn"])["Rules"] for one in listeners]
    groups = elb.describe_target_groups(Names=["shop-a", "shop-b"])["TargetGroups"]
    for group in sorted(groups, key=lambda one: one["TargetGroupName"]):
        name, group_arn = group["TargetGroupName"], group["TargetGroupArn"]
        targets = elb.describe_target_health(TargetGroupArn=group_arn)["TargetHealthDescriptions"]
        found[name] = (group, [one["Target"]["Id"] for one in targets],
                       elb.describe_target_group_attributes(TargetGroupArn=group_arn)["Attributes"])
    arns = [arn] + [rule["RuleArn"] for rules in found["rules"] for rule in rules if not rule["IsDefault"]]
    tags = elb.describe_tags(ResourceArns=arns)["TagDescriptions"]
    found["tags"] = sorted(json.dumps(one["Tags"], sort_keys=True) for one in tags)
    return without(found, account)


def assert_same(found, expected):
    for name, whole in expected.items():
        assert json.dumps(found[name], indent=1, default=str) == json.dumps(whole, indent=1, default=str), name
    assert found.keys() == expected.keys()


def sent(port, path="/", source=None, headers=None):
    connection = http.client.HTTPConnection(
        "127.0.0.1", port, timeout=10, source_address=(source, 0) if source else None)
    with contextlib.closing(connection):
        whole = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) tests", "Host": "shop.localhost"} | (headers or {})
        connection.request("GET", path, headers=whole)
        return connection.getresponse().status


def test_an_account_is_imported_whole_and_protects(pair, application):
    source, here, aws = pair
    there_port, here_port = free_port(), free_port()
    fill(source, application, there_port)
    arguments = ("--listener-port", f"{there_port}={here_port}")

    before = here.client("wafv2").list_web_acls(Scope="REGIONAL")["WebACLs"]
    code, report, said = run_import(here, aws.url, *arguments, "--dry-run")
    assert report["dryRun"] and report["changed"] > 10, said
    assert here.client("wafv2").list_web_acls(Scope="REGIONAL")["WebACLs"] == before
    with pytest.raises(botocore.exceptions.ClientError):
        here.client("elbv2").describe_load_balancers(Names=["shop"])

    code, report, said = run_import(here, aws.url, *arguments)
    created = outcomes(report, "created")
    listener_name = f"shop HTTP:{there_port}"
    for item in [("IP set", "bad"), ("regex pattern set", "probes"), ("rule group", "shared"), ("web ACL", "shop"),
                 ("logging configuration", "shop"), ("target group", "shop-a"), ("load balancer", "shop"),
                 ("association", "shop to shop"), ("listener", listener_name),
                 ("listener rule", f"{listener_name} 5")]:
        assert item in created, (item, report, said)
    # The source's own `default` differs from the one here; nothing else is left out.
    left = [one for one in report["items"] if one["outcome"] not in ("created", "unchanged")]
    assert all("default" in one["name"] for one in left), left
    assert code == 1

    expected = described(source, SOURCE_ACCOUNT)
    assert_same(described(here, ACCOUNT), expected)

    assert sent(here_port) == 200
    assert sent(here_port, source="127.0.0.9") == 418
    assert sent(here_port, "/wp-admin") == 403
    assert sent(here_port, "/labelled") == 403
    assert sent(here_port, "/?q=%3Cscript%3Ealert(1)%3C/script%3E") == 403

    code, again, said = run_import(here, aws.url, *arguments)
    assert (again["changed"], code) == (0, 1), again
    assert_same(described(here, ACCOUNT), expected)
    assert all(not name.startswith("AWSWAF_20190729.") or name.split(".")[1].startswith(("Get", "List"))
               for name in aws.seen)
    assert all(not name.startswith("Action=") or name[7:].startswith(("Describe", "GetCallerIdentity"))
               for name in aws.seen)


def test_what_is_here_already_is_skipped_renamed_or_replaced(pair):
    source, here, aws = pair
    for side, addresses in ((source, ["192.0.2.1/32"]), (here, ["192.0.2.2/32"])):
        side.client("wafv2").create_ip_set(
            Name="mine", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=addresses)
    there = source.client("wafv2").list_ip_sets(Scope="REGIONAL")["IPSets"][0]["ARN"]
    source.client("wafv2").create_web_acl(
        Name="uses", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=visibility("uses"),
        Rules=[rule("block", {"IPSetReferenceStatement": {"ARN": there}})])

    def sets():
        waf = here.client("wafv2")
        return {one["Name"]: waf.get_ip_set(Scope="REGIONAL", Name=one["Name"], Id=one["Id"])["IPSet"]["Addresses"]
                for one in waf.list_ip_sets(Scope="REGIONAL")["IPSets"]}

    code, report, _ = run_import(here, aws.url)
    skipped = outcomes(report, "skipped")
    assert code == 1 and ("IP set", "mine") in skipped
    # It would refuse other addresses than it refuses there.
    assert ("web ACL", "uses") in skipped and "IP set mine" in skipped["web ACL", "uses"]["reason"]
    assert sets() == {"mine": ["192.0.2.2/32"]}

    code, report, _ = run_import(here, aws.url, "--on-conflict", "rename")
    assert outcomes(report, "created")["IP set", "mine"]["localName"] == "mine-imported", report
    assert ("web ACL", "uses") in outcomes(report, "created")
    assert sets() == {"mine": ["192.0.2.2/32"], "mine-imported": ["192.0.2.1/32"]}
    code, report, _ = run_import(here, aws.url, "--on-conflict", "rename")
    assert outcomes(report, "unchanged")["IP set", "mine"]["localName"] == "mine-imported"
    assert ("web ACL", "uses") in outcomes(report, "unchanged")

    code, report, _ = run_import(here, aws.url, "--on-conflict", "replace")
    assert ("IP set", "mine") in outcomes(report, "replaced")
    assert sets()["mine"] == ["192.0.2.1/32"]


def test_https_listeners_come_with_a_certificate_for_their_domains(pair, tmp_path):
    source, here, aws = pair
    port = free_port()
    elb = source.client("elbv2")
    # In the source the certificate has the id that ACM gave it.
    name = ACM_ARN.rsplit("/", 1)[1]
    imported(source, tmp_path, name, "shop.example", "www.shop.example")
    balancer = elb.create_load_balancer(Name="tls")["LoadBalancers"][0]["LoadBalancerArn"]

    def listen():
        return elb.create_listener(
            LoadBalancerArn=balancer, Protocol="HTTPS", Port=port, Certificates=[{"CertificateArn": ACM_ARN}],
            SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06", DefaultActions=[{
                "Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "204"}}])
    until_known(listen)
    aws.certificates[ACM_ARN] = ["shop.example", "*.shop.example"]

    here_port = free_port()
    arguments = ("--listener-port", f"{port}={here_port}")
    code, report, _ = run_import(here, aws.url, *arguments)
    refused = outcomes(report, "not-supported")["listener", f"tls HTTPS:{port}"]
    assert code == 1 and "btz certificate import shop.example" in refused["advice"], refused

    imported(here, tmp_path, "wild", "shop.example", "*.shop.example")

    def again():
        code, report, said = run_import(here, aws.url, *arguments)
        assert ("listener", f"tls HTTPS:{port}") in outcomes(report, "created"), (report, said)
        assert ("load balancer", "tls") in outcomes(report, "unchanged")
    until_known(again)
    arn = here.client("elbv2").describe_load_balancers(Names=["tls"])["LoadBalancers"][0]["LoadBalancerArn"]
    made = here.client("elbv2").describe_listeners(LoadBalancerArn=arn)["Listeners"][0]
    assert made["Certificates"][0]["CertificateArn"].endswith("certificate/wild")
    assert (made["Port"], made["SslPolicy"]) == (here_port, "ELBSecurityPolicy-TLS13-1-2-2021-06")


def until_known(attempt, within=30.0):
    """Certificates are followed: a moment after their files."""
    begin = time.monotonic()
    while True:
        try:
            return attempt()
        except (AssertionError, botocore.exceptions.ClientError):
            if time.monotonic() - begin > within:
                raise
            time.sleep(0.2)


def test_a_port_that_another_program_has_is_told(pair, application):
    source, here, aws = pair
    elb = source.client("elbv2")
    there_port = free_port()
    balancer = elb.create_load_balancer(Name="busy")["LoadBalancers"][0]["LoadBalancerArn"]
    elb.create_listener(
        LoadBalancerArn=balancer, Protocol="HTTP", Port=there_port, DefaultActions=[{
            "Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "204"}}])
    # The application's own port is taken.
    code, report, _ = run_import(here, aws.url, "--listener-port", f"{there_port}={application.port}")
    failed = outcomes(report, "failed")["listener", f"busy HTTP:{there_port}"]
    assert code == 1 and "--listener-port" in failed["advice"], failed
    arn = here.client("elbv2").describe_load_balancers(Names=["busy"])["LoadBalancers"][0]["LoadBalancerArn"]
    assert here.client("elbv2").describe_listeners(LoadBalancerArn=arn)["Listeners"] == []
    port = free_port()
    code, report, _ = run_import(here, aws.url, "--listener-port", f"{there_port}={port}")
    assert ("listener", f"busy HTTP:{there_port}") in outcomes(report, "created"), report
    assert sent(port) == 204


def test_throttling_and_failures_are_waited_out(pair):
    source, here, aws = pair
    source.client("wafv2").create_ip_set(
        Name="late", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=["192.0.2.1/32"])
    aws.failures = [(400, "ThrottlingException"), (503, "ServiceUnavailable"), (500, "InternalFailure"),
                    (429, "TooManyRequestsException")]
    code, report, said = run_import(here, aws.url)
    assert ("IP set", "late") in outcomes(report, "created"), said
    assert aws.failures == []
    # One that never ends, ends.
    aws.failures = [(400, "ThrottlingException")] * 8
    code, report, said = run_import(here, aws.url)
    assert code == 3 and "ThrottlingException" in said


def test_a_call_that_is_refused_keeps_what_depends_on_it_away(pair):
    source, here, aws = pair
    made = source.client("wafv2").create_ip_set(
        Name="hidden", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=["192.0.2.1/32"])["Summary"]["ARN"]
    source.client("wafv2").create_web_acl(
        Name="open", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=visibility("open"),
        Rules=[rule("block", {"IPSetReferenceStatement": {"ARN": made}})])
    # sts:GetCallerIdentity and wafv2:ListIPSets are the first two calls.
    seen = len(aws.seen)

    class Failing(list):
        def __bool__(self):
            return aws.seen[seen:].count("AWSWAF_20190729.ListIPSets") == 1 and len(self) > 0

    aws.failures = Failing([(400, "AccessDeniedException")])
    code, report, _ = run_import(here, aws.url)
    assert code == 1
    assert ("IP set", "*") in outcomes(report, "failed"), report
    assert ("web ACL", "open") in outcomes(report, "skipped"), report


def test_mistakes_are_told_with_what_to_do(pair):
    source, here, aws = pair
    code, _, said = run_import(here, aws.url, secret="wrong")
    assert code == 3 and "does not accept the credentials of the environment" in said, said
    code, _, said = run_import(here, aws.url, key=None, secret=None)
    assert code == 2 and "no AWS credentials" in said, said
    code, _, said = run_import(here, aws.url, "--profile", "none")
    assert code == 2 and "no profile none" in said, said
    code, _, said = run_import(here, here.endpoint)
    assert code == 2 and "imported into, not AWS" in said, said
    code, _, said = run_import(here, None, environment={"AWS_ENDPOINT_URL": here.endpoint})
    assert code == 2 and "AWS_ENDPOINT_URL" in said, said
    code, _, said = run_import(here, "http://192.0.2.1")
    assert code == 2 and "TLS" in said, said
    code, _, said = run_import(here, aws.url, region=None)
    assert code == 2 and "--region" in said, said
    code, _, said = run_import(here, f"http://127.0.0.1:{free_port()}")
    assert code == 3 and "nothing answers" in said, said
    code, _, said = run_import(here, aws.url, "--max-items", "1")
    assert code == 3 and "--max-items" in said, said

    folder = here.folder / "home/.aws"
    folder.mkdir()
    (folder / "config").write_text(
        "[profile sso]\nsso_session = x\n"
        f"[profile keys]\nregion = {REGION}\n"
        f"[profile process]\nregion = {REGION}\ncredential_process = cat {folder}/answer\n"
        f"[profile broken]\nregion = {REGION}\ncredential_process = echo {SOURCE_SECRET}\n")
    (folder / "credentials").write_text(
        f"[keys]\naws_access_key_id = {SOURCE_KEY}\naws_secret_access_key = {SOURCE_SECRET}\n")
    (folder / "answer").write_text(json.dumps(
        {"Version": 1, "AccessKeyId": SOURCE_KEY, "SecretAccessKey": SOURCE_SECRET}))
    code, _, said = run_import(here, aws.url, "--profile", "sso")
    assert code == 2 and "export-credentials --profile sso" in said.replace("\\\n", ""), said
    for profile in ("keys", "process"):
        code, report, said = run_import(here, aws.url, "--profile", profile, "--dry-run", key="AKIAWRONG", region=None)
        assert report["account"] == SOURCE_ACCOUNT, said
    code, _, said = run_import(here, aws.url, "--profile", "broken")
    assert code == 3 and "does not answer Version" in said and SOURCE_SECRET not in said, said
