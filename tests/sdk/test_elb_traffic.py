"""What the Elastic Load Balancing v2 API changes is what happens to requests, a moment later."""

import contextlib
import http.client
import time

import pytest

from conftest import Application, WebAcl, byte_match, free_port, rule

IN_FORCE_WITHIN_SECONDS = 2.0


def ask(port, path="/", host=None, method="GET", headers=None):
    """One request on a connection of its own: status, headers (lower case, in order), body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.closing(connection):
        sent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) tests"} | (headers or {})
        if host:
            sent["Host"] = host
        connection.request(method, path, headers=sent)
        answer = connection.getresponse()
        found = [(name.lower(), value) for name, value in answer.getheaders()]
        return answer.status, found, answer.read()


def eventually(check, within=IN_FORCE_WITHIN_SECONDS):
    """Waits until `check` answers something true; what it answered."""
    begin = time.monotonic()
    while True:
        try:
            found = check()
        except OSError:
            found = None
        if found or time.monotonic() - begin > within:
            assert found, f"not so after {within} s"
            return found
        time.sleep(0.02)


def fixed(status, body=""):
    return {"Type": "fixed-response", "FixedResponseConfig": {
        "StatusCode": str(status), "ContentType": "text/plain", "MessageBody": body}}


def path(pattern):
    return {"Field": "path-pattern", "Values": [pattern]}


@pytest.fixture
def elb(btz):
    return btz.client("elbv2")


@pytest.fixture(scope="module")
def applications():
    """Two more applications, each on a port of its own."""
    started = [Application(), Application()]
    yield started
    for one in started:
        one.close()


class Site:
    """A load balancer that a test owns, with one listener of its own port."""

    def __init__(self, elb, name, action=None, port=None):
        self.elb, self.name, self.port = elb, name, port or free_port()
        self.arn = elb.create_load_balancer(Name=name)["LoadBalancers"][0]["LoadBalancerArn"]
        self.groups = []
        self.listener = elb.create_listener(
            LoadBalancerArn=self.arn, Protocol="HTTP", Port=self.port,
            DefaultActions=[action or fixed(404)])["Listeners"][0]["ListenerArn"]

    def group(self, name, *applications, **more):
        more = {"HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": 2, **more}
        made = self.elb.create_target_group(
            Name=f"{self.name}-{name}", Protocol="HTTP", Port=80, TargetType="ip", **more)
        arn = made["TargetGroups"][0]["TargetGroupArn"]
        self.groups.append(arn)
        self.elb.register_targets(
            TargetGroupArn=arn, Targets=[{"Id": "127.0.0.1", "Port": one.port} for one in applications])
        return arn

    def rule(self, priority, condition, action, **more):
        made = self.elb.create_rule(
            ListenerArn=self.listener, Priority=priority, Conditions=[condition], Actions=[action], **more)
        return made["Rules"][0]["RuleArn"]

    def ask(self, *arguments, **named):
        return ask(self.port, *arguments, **named)

    def close(self):
        self.elb.delete_load_balancer(LoadBalancerArn=self.arn)
        for group in self.groups:
            self.elb.delete_target_group(TargetGroupArn=group)


@pytest.fixture
def site(elb, request):
    name = "".join(c if c.isalnum() else "-" for c in request.node.name)[5:26].strip("-")
    made = Site(elb, name)
    yield made
    made.close()


def forward(*groups, weights=None, sticky_seconds=None):
    tuples = [{"TargetGroupArn": arn, "Weight": weight}
              for arn, weight in zip(groups, weights or [1] * len(groups))]
    config = {"TargetGroups": tuples}
    if sticky_seconds:
        config["TargetGroupStickinessConfig"] = {"Enabled": True, "DurationSeconds": sticky_seconds}
    return {"Type": "forward", "ForwardConfig": config}


def healthy(site, group, count):
    def check():
        described = site.elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        states = [one["TargetHealth"]["State"] for one in described]
        return states.count("healthy") == count and len(states) >= count
    eventually(check, within=15)


def cookies(headers):
    pairs = [value.split(";")[0].split("=", 1) for name, value in headers if name == "set-cookie"]
    return dict(pairs)


def test_a_listener_comes_and_goes(elb):
    made = Site(elb, "comes-and-goes", fixed(200, "here"))
    try:
        assert eventually(lambda: made.ask())[2] == b"here"
    finally:
        made.close()

    def refused():
        try:
            made.ask()
        except ConnectionRefusedError:
            return True
        return False
    eventually(refused)


def test_the_first_rule_by_priority_decides(site):
    site.rule(20, path("/a/*"), fixed(201))
    site.rule(10, path("/a/b*"), fixed(202))
    site.rule(30, {"Field": "http-header", "HttpHeaderConfig": {
        "HttpHeaderName": "X-Team", "Values": ["blue*"]}}, fixed(203))
    site.rule(40, {"Field": "query-string", "QueryStringConfig": {
        "Values": [{"Key": "v", "Value": "2"}]}}, fixed(204))
    site.rule(50, {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["OPTIONS"]}}, fixed(205))
    site.rule(60, {"Field": "host-header", "HostHeaderConfig": {"RegexValues": ["^shop[0-9]\\."]}}, fixed(206))
    site.rule(70, {"Field": "source-ip", "SourceIpConfig": {"Values": ["192.0.2.0/24"]}}, fixed(207))
    eventually(lambda: site.ask(host="shop1.example")[0] == 206)
    for expected, arguments in (
        (201, {"path": "/a/x"}), (202, {"path": "/a/bc"}), (404, {"path": "/b"}),
        (203, {"headers": {"x-team": "BLUE sky"}}), (404, {"headers": {"x-team": "red"}}),
        (204, {"path": "/?a=1&v=2"}), (404, {"path": "/?v=3"}),
        (205, {"method": "OPTIONS"}), (206, {"host": "SHOP7.example"}), (404, {"host": "shop.example"}),
    ):
        assert site.ask(**arguments)[0] == expected, arguments


def test_a_redirect_says_where(site):
    site.rule(1, path("/old/*"), {"Type": "redirect", "RedirectConfig": {
        "Protocol": "HTTPS", "Port": "8443", "Host": "new.#{host}", "Path": "/moved/#{path}",
        "Query": "#{query}&from=#{port}", "StatusCode": "HTTP_302"}})
    eventually(lambda: site.ask("/old/x")[0] == 302)
    status, headers, _ = site.ask("/old/x%20y?a=b", host=f"shop.example:{site.port}")
    assert dict(headers)["location"] == (
        f"https://new.shop.example:8443/moved/old/x%20y?a=b&from={site.port}")


def test_a_fixed_response_is_answered_whole(site):
    site.rule(1, path("/teapot"), fixed(418, "short and stout"))
    eventually(lambda: site.ask("/teapot")[0] == 418)
    _, headers, body = site.ask("/teapot")
    assert (dict(headers)["content-type"], body) == ("text/plain", b"short and stout")
    status, headers, body = site.ask("/teapot", method="HEAD")
    assert (status, body) == (418, b"")


def test_paths_go_to_their_target_groups_and_are_rewritten(site, applications):
    one, two = applications
    first, second = site.group("one", one), site.group("two", two)
    site.rule(1, path("/one/*"), forward(first), Transforms=[
        {"Type": "url-rewrite", "UrlRewriteConfig": {
            "Rewrites": [{"Regex": "^/one/(.*)$", "Replace": "/$1"}]}},
        {"Type": "host-header-rewrite", "HostHeaderRewriteConfig": {
            "Rewrites": [{"Regex": "^.*$", "Replace": "inside.example"}]}}])
    site.rule(2, path("/two/*"), forward(second))
    eventually(lambda: site.ask("/one/ready")[0] == 200 and site.ask("/two/ready")[0] == 200, within=10)
    one.seen.clear(), two.seen.clear()
    assert site.ask("/one/page?x=1", host="outside.example")[0] == 200
    assert site.ask("/two/page?x=1", host="outside.example")[0] == 200
    mine = [seen for seen in one.seen if seen[1] != "/"]
    assert [seen[1] for seen in mine] == ["/page?x=1"]
    sent = {name.lower(): value for name, value in mine[0][2].items()}
    assert sent["host"] == "inside.example"
    assert [seen[1] for seen in two.seen if seen[1] != "/"] == ["/two/page?x=1"]


def test_weights_and_sticky_target_groups(site, applications):
    one, two = applications
    first, second = site.group("one", one), site.group("two", two)
    site.rule(1, path("/*"), forward(first, second, weights=[0, 1]))
    eventually(lambda: site.ask("/x")[0] == 200, within=10)
    one.seen.clear()
    for _ in range(20):
        assert site.ask("/only-two")[0] == 200
    assert not [seen for seen in one.seen if seen[1] == "/only-two"]
    rules = site.elb.describe_rules(ListenerArn=site.listener)["Rules"]
    site.elb.modify_rule(RuleArn=rules[0]["RuleArn"], Actions=[
        forward(first, second, weights=[1, 1], sticky_seconds=60)])
    found = eventually(lambda: cookies(site.ask("/y")[1]))
    assert "AWSALBTG" in found and "AWSALBTGCORS" in found
    one.seen.clear(), two.seen.clear()
    for _ in range(20):
        site.ask("/sticky", headers={"Cookie": f"AWSALBTG={found['AWSALBTG']}"})
    counts = [sum(seen[1] == "/sticky" for seen in app.seen) for app in (one, two)]
    assert sorted(counts) == [0, 20], counts


def test_a_client_stays_with_its_target(site, applications):
    one, two = applications
    group = site.group("both", one, two)
    site.elb.modify_target_group_attributes(TargetGroupArn=group, Attributes=[
        {"Key": "stickiness.enabled", "Value": "true"}, {"Key": "stickiness.type", "Value": "lb_cookie"}])
    site.rule(1, path("/*"), forward(group))
    healthy(site, group, 2)
    found = eventually(lambda: cookies(site.ask("/z")[1]))
    assert "AWSALB" in found and "AWSALBCORS" in found

    def counts(count, cookie):
        one.seen.clear(), two.seen.clear()
        for _ in range(count):
            assert site.ask("/count", headers={"Cookie": cookie} if cookie else None)[0] == 200
        return [sum(seen[1] == "/count" for seen in app.seen) for app in (one, two)]

    assert sorted(counts(20, f"AWSALB={found['AWSALB']}")) == [0, 20]
    assert min(counts(20, None)) > 0, "others are shared out"
    forged = found["AWSALB"][:-4] + "AAAA"
    assert min(counts(20, f"AWSALB={forged}")) > 0, "a cookie that was changed binds nobody"


def test_an_unhealthy_target_gets_no_requests_until_it_is_well(site, applications):
    one, ill = applications[0], Application()
    group = site.group("both", one, ill, UnhealthyThresholdCount=2, HealthyThresholdCount=2)
    site.rule(1, path("/*"), forward(group))
    site.elb.get_waiter("target_in_service").wait(
        TargetGroupArn=group, WaiterConfig={"Delay": 1, "MaxAttempts": 15})
    port = ill.port
    ill.close()
    for _ in range(20):
        assert site.ask("/while-one-is-dead")[0] == 200, "a request that can be retried sees no error"

    def states():
        described = site.elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        return {one["Target"]["Port"]: one["TargetHealth"] for one in described}

    eventually(lambda: states()[port]["State"] == "unhealthy", within=20)
    assert states()[port]["Reason"] == "Target.FailedHealthChecks"
    assert states()[one.port]["State"] == "healthy"
    well = Application(port)
    try:
        eventually(lambda: states()[port]["State"] == "healthy", within=25)
        eventually(lambda: site.ask("/again")[0] == 200 and any(
            seen[1] == "/again" for seen in well.seen), within=5)
    finally:
        well.close()


def test_attributes_change_what_targets_and_clients_see(site, applications):
    one = applications[0]
    group = site.group("one", one)
    site.rule(1, path("/*"), forward(group))
    site.elb.modify_load_balancer_attributes(LoadBalancerArn=site.arn, Attributes=[
        {"Key": "routing.http.xff_header_processing.mode", "Value": "remove"},
        {"Key": "routing.http.preserve_host_header.enabled", "Value": "true"}])
    site.elb.modify_listener_attributes(ListenerArn=site.listener, Attributes=[
        {"Key": "routing.http.response.x_frame_options.header_value", "Value": "DENY"}])
    eventually(lambda: dict(site.ask("/x")[1]).get("x-frame-options") == "DENY", within=10)

    def sent(headers):
        one.seen.clear()
        assert site.ask("/seen", host="kept.example", headers=headers)[0] == 200
        seen = next(seen for seen in one.seen if seen[1] == "/seen")
        return {name.lower(): value for name, value in seen[2].items()}

    found = sent({"X-Forwarded-For": "203.0.113.9"})
    assert "x-forwarded-for" not in found
    assert found["host"] == "kept.example"
    for mode, expected in (("preserve", "203.0.113.9"), ("append", "203.0.113.9, 127.0.0.1")):
        site.elb.modify_load_balancer_attributes(LoadBalancerArn=site.arn, Attributes=[
            {"Key": "routing.http.xff_header_processing.mode", "Value": mode}])
        eventually(lambda: sent({"X-Forwarded-For": "203.0.113.9"}).get("x-forwarded-for") == expected)


def test_sites_that_share_a_port_have_their_own_rules_and_web_acls(btz, elb):
    port = free_port()
    shop, blog = Site(elb, "shop", fixed(200, "shop"), port), Site(elb, "blog", fixed(200, "blog"), port)
    try:
        blog.rule(1, {"Field": "host-header", "Values": ["*.blog.example"]}, fixed(200, "a blog"))
        eventually(lambda: ask(port, host="my.blog.example")[2] == b"a blog")
        assert ask(port, host="blog.localhost")[2] == b"blog"
        assert ask(port, host="shop.localhost")[2] == ask(port, host="else")[2] == b"shop"
        acl = WebAcl(btz, "blog-only")
        acl.waf.associate_web_acl(WebACLArn=acl.arn, ResourceArn=blog.arn)
        try:
            acl.waf.disassociate_web_acl(ResourceArn=acl.load_balancer)
            acl.update(rule("no-evil", byte_match("evil", {"UriPath": {}})))
            eventually(lambda: ask(port, "/evil", host="blog.localhost")[0] == 403)
            assert ask(port, "/evil", host="shop.localhost")[0] == 200
            assert ask(port, "/good", host="blog.localhost")[0] == 200
        finally:
            acl.waf.disassociate_web_acl(ResourceArn=blog.arn)
            acl.close()
    finally:
        shop.close(), blog.close()
