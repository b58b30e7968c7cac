"""The Elastic Load Balancing v2 API by boto3 and the aws CLI: what Terraform's aws_lb* resources call."""

import json
import time

import botocore.exceptions
import pytest

from conftest import ACCOUNT, REGION


def code_of(caught):
    return caught.value.response["Error"]["Code"]


def refused(call, **arguments):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    return code_of(caught)


@pytest.fixture
def elb(btz):
    return btz.client("elbv2")


@pytest.fixture
def site(elb, request):
    """A load balancer with a target group, removed with all that is in it."""
    name = "".join(c if c.isalnum() else "-" for c in request.node.name)[-28:].strip("-")
    balancer = elb.create_load_balancer(
        Name=name, Subnets=["subnet-1", "subnet-2"], SecurityGroups=["sg-1"])["LoadBalancers"][0]
    group = elb.create_target_group(
        Name=name, Protocol="HTTP", Port=80, TargetType="ip", VpcId="vpc-1")["TargetGroups"][0]

    class Site:
        arn, target_group = balancer["LoadBalancerArn"], group["TargetGroupArn"]
        dns_name = balancer["DNSName"]

        def listener(self, port, action):
            made = elb.create_listener(
                LoadBalancerArn=self.arn, Protocol="HTTP", Port=port, DefaultActions=[action])
            return made["Listeners"][0]["ListenerArn"]

        def forward(self):
            return {"Type": "forward", "TargetGroupArn": self.target_group}

    made = Site()
    made.name = name
    yield made
    elb.modify_load_balancer_attributes(LoadBalancerArn=made.arn, Attributes=[
        {"Key": "deletion_protection.enabled", "Value": "false"}])
    elb.delete_load_balancer(LoadBalancerArn=made.arn)
    elb.delete_target_group(TargetGroupArn=made.target_group)


def fixed(status, body=""):
    return {"Type": "fixed-response", "FixedResponseConfig": {
        "StatusCode": status, "ContentType": "text/plain", "MessageBody": body}}


def path(*patterns):
    return {"Field": "path-pattern", "PathPatternConfig": {"Values": list(patterns)}}


def test_a_load_balancer_is_ready_at_once_and_goes_for_good(elb):
    made = elb.create_load_balancer(Name="ready", Tags=[{"Key": "team", "Value": "blue"}])["LoadBalancers"][0]
    arn = made["LoadBalancerArn"]
    assert arn.startswith(f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/ready/")
    quick = {"Delay": 1, "MaxAttempts": 2}
    for waiter in ("load_balancer_exists", "load_balancer_available"):
        elb.get_waiter(waiter).wait(LoadBalancerArns=[arn], WaiterConfig=quick)
    assert made["State"]["Code"] == "active"
    assert abs(made["CreatedTime"].timestamp() - time.time()) < 60
    tags = elb.describe_tags(ResourceArns=[arn])["TagDescriptions"][0]
    assert tags == {"ResourceArn": arn, "Tags": [{"Key": "team", "Value": "blue"}]}
    elb.delete_load_balancer(LoadBalancerArn=arn)
    elb.get_waiter("load_balancers_deleted").wait(LoadBalancerArns=[arn], WaiterConfig=quick)
    assert refused(elb.describe_load_balancers, LoadBalancerArns=[arn]) == "LoadBalancerNotFound"


def test_the_calls_of_terraforms_aws_lb(elb, site):
    # What resource_aws_lb does after it has made one: attributes, then reads of everything.
    wanted = {
        "idle_timeout.timeout_seconds": "90", "routing.http2.enabled": "false",
        "routing.http.drop_invalid_header_fields.enabled": "true", "client_keep_alive.seconds": "600",
        "routing.http.xff_header_processing.mode": "preserve", "waf.fail_open.enabled": "true",
        "routing.http.desync_mitigation_mode": "strictest", "deletion_protection.enabled": "true",
    }
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=site.arn, Attributes=[{"Key": k, "Value": v} for k, v in wanted.items()])
    answered = elb.describe_load_balancer_attributes(LoadBalancerArn=site.arn)["Attributes"]
    answered = {one["Key"]: one["Value"] for one in answered}
    assert wanted.items() <= answered.items()
    assert answered["access_logs.s3.enabled"] == "false"
    assert refused(elb.delete_load_balancer, LoadBalancerArn=site.arn) == "OperationNotPermitted"
    elb.describe_capacity_reservation(LoadBalancerArn=site.arn)
    elb.set_subnets(LoadBalancerArn=site.arn, Subnets=["subnet-3"])
    elb.set_security_groups(LoadBalancerArn=site.arn, SecurityGroups=["sg-2", "sg-3"])
    elb.set_ip_address_type(LoadBalancerArn=site.arn, IpAddressType="dualstack")
    read = elb.describe_load_balancers(LoadBalancerArns=[site.arn])["LoadBalancers"][0]
    assert [zone["SubnetId"] for zone in read["AvailabilityZones"]] == ["subnet-3"]
    assert (read["SecurityGroups"], read["IpAddressType"]) == (["sg-2", "sg-3"], "dualstack")


def test_the_calls_of_terraforms_aws_lb_listener_and_rule(elb, site):
    listener = site.listener(18080, {"Type": "redirect", "Order": 1, "RedirectConfig": {
        "Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}})
    read = elb.describe_listeners(ListenerArns=[listener])["Listeners"][0]
    assert read["DefaultActions"] == [{"Type": "redirect", "Order": 1, "RedirectConfig": {
        "Protocol": "HTTPS", "Port": "443", "Host": "#{host}", "Path": "/#{path}", "Query": "#{query}",
        "StatusCode": "HTTP_301"}}]
    elb.modify_listener_attributes(ListenerArn=listener, Attributes=[
        {"Key": "routing.http.response.server.enabled", "Value": "false"}])
    attributes = elb.describe_listener_attributes(ListenerArn=listener)["Attributes"]
    assert {"Key": "routing.http.response.server.enabled", "Value": "false"} in attributes
    conditions = [
        path("/static/*", "/img/?"),
        {"Field": "host-header", "HostHeaderConfig": {"RegexValues": ["^(www|shop)\\."]}},
        {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Team", "Values": ["red"]}},
        {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "v", "Value": "1"}]}},
    ]
    weighted = {"Type": "forward", "ForwardConfig": {
        "TargetGroups": [{"TargetGroupArn": site.target_group, "Weight": 10}],
        "TargetGroupStickinessConfig": {"Enabled": True, "DurationSeconds": 60}}}
    rewrite = [{"Type": "url-rewrite", "UrlRewriteConfig": {
        "Rewrites": [{"Regex": "^/static/(.*)$", "Replace": "/$1"}]}}]
    made = elb.create_rule(
        ListenerArn=listener, Priority=100, Conditions=conditions, Actions=[weighted], Transforms=rewrite,
        Tags=[{"Key": "a", "Value": "b"}])["Rules"][0]
    read = elb.describe_rules(RuleArns=[made["RuleArn"]])["Rules"][0]
    assert read == made
    for sent, got in zip(conditions, read["Conditions"]):
        assert sent.items() <= got.items()
    assert read["Transforms"] == rewrite
    assert read["Actions"][0]["ForwardConfig"] == weighted["ForwardConfig"]
    assert read["Actions"][0]["TargetGroupArn"] == site.target_group
    assert refused(
        elb.create_rule, ListenerArn=listener, Priority=100, Conditions=[path("/x")],
        Actions=[fixed("200")]) == "PriorityInUse"
    second = elb.create_rule(
        ListenerArn=listener, Priority=200, Conditions=[path("/x")], Actions=[fixed("200")])["Rules"][0]
    elb.set_rule_priorities(RulePriorities=[
        {"RuleArn": made["RuleArn"], "Priority": 200}, {"RuleArn": second["RuleArn"], "Priority": 100}])
    order = [rule["RuleArn"] for rule in elb.describe_rules(ListenerArn=listener)["Rules"]]
    assert order[:2] == [second["RuleArn"], made["RuleArn"]]
    assert refused(elb.delete_rule, RuleArn=order[2]) == "OperationNotPermitted"
    assert refused(elb.delete_target_group, TargetGroupArn=site.target_group) == "ResourceInUse"
    elb.delete_rule(RuleArn=made["RuleArn"])
    assert refused(elb.delete_rule, RuleArn=made["RuleArn"]) == "RuleNotFound"
    elb.delete_listener(ListenerArn=listener)
    assert refused(elb.describe_rules, ListenerArn=listener) == "ListenerNotFound"


def test_the_calls_of_terraforms_aws_lb_target_group_and_attachment(elb, site):
    changed = elb.modify_target_group(
        TargetGroupArn=site.target_group, HealthCheckPath="/up", HealthCheckIntervalSeconds=10,
        HealthyThresholdCount=2, Matcher={"HttpCode": "200-299"})["TargetGroups"][0]
    assert (changed["HealthCheckPath"], changed["Matcher"]) == ("/up", {"HttpCode": "200-299"})
    wanted = {
        "deregistration_delay.timeout_seconds": "30", "stickiness.enabled": "true",
        "stickiness.type": "app_cookie", "stickiness.app_cookie.cookie_name": "SESSION",
        "load_balancing.algorithm.type": "weighted_random",
        "load_balancing.algorithm.anomaly_mitigation": "on",
    }
    elb.modify_target_group_attributes(
        TargetGroupArn=site.target_group, Attributes=[{"Key": k, "Value": v} for k, v in wanted.items()])
    answered = elb.describe_target_group_attributes(TargetGroupArn=site.target_group)["Attributes"]
    assert wanted.items() <= {one["Key"]: one["Value"] for one in answered}.items()
    targets = [{"Id": "127.0.0.1", "Port": 3000}, {"Id": "10.0.0.9"}]
    elb.register_targets(TargetGroupArn=site.target_group, Targets=targets)

    def states():
        described = elb.describe_target_health(TargetGroupArn=site.target_group)
        return {one["Target"]["Id"]: one["TargetHealth"] for one in described["TargetHealthDescriptions"]}

    assert {one["Reason"] for one in states().values()} == {"Target.NotInUse"}
    site.listener(18081, site.forward())
    used = elb.describe_target_groups(LoadBalancerArn=site.arn)["TargetGroups"]
    assert [group["LoadBalancerArns"] for group in used] == [[site.arn]]
    elb.deregister_targets(TargetGroupArn=site.target_group, Targets=[{"Id": "10.0.0.9"}])
    assert states()["10.0.0.9"]["State"] == "draining"
    assert refused(
        elb.register_targets, TargetGroupArn=site.target_group, Targets=[{"Id": "x"}]) == "ValidationError"


def test_https_needs_a_certificate_that_is_there(elb, site):
    missing = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/00000000-0000-0000-0000-000000000000"
    https = dict(
        LoadBalancerArn=site.arn, Protocol="HTTPS", Port=18443, DefaultActions=[fixed("200")],
        Certificates=[{"CertificateArn": missing}])
    assert refused(elb.create_listener, **https) == "CertificateNotFound"
    assert refused(elb.create_listener, **{**https, "Certificates": []}) == "ValidationError"
    default = elb.describe_load_balancers(Names=["default"])["LoadBalancers"][0]["LoadBalancerArn"]
    listeners = elb.describe_listeners(LoadBalancerArn=default)["Listeners"]
    listener = next(one for one in listeners if one["Protocol"] == "HTTPS")
    assert refused(
        elb.add_listener_certificates, ListenerArn=listener["ListenerArn"],
        Certificates=[{"CertificateArn": missing}]) == "CertificateNotFound"
    elb.describe_listener_certificates(ListenerArn=listener["ListenerArn"])
    policies = elb.describe_ssl_policies(Names=[listener["SslPolicy"]])["SslPolicies"]
    assert policies[0]["SslProtocols"] == ["TLSv1.3", "TLSv1.2"]


def test_what_a_later_listener_of_the_port_says(elb, site):
    listener = site.listener(18082, fixed("404"))
    assert site.listener(18082, fixed("404")) == listener
    assert refused(
        elb.create_listener, LoadBalancerArn=site.arn, Protocol="HTTP", Port=18082,
        DefaultActions=[fixed("405")]) == "DuplicateListener"
    changed = elb.modify_listener(ListenerArn=listener, Port=18083, DefaultActions=[site.forward()])
    assert changed["Listeners"][0]["Port"] == 18083
    assert changed["Listeners"][0]["DefaultActions"][0]["TargetGroupArn"] == site.target_group


def test_the_model_is_enforced_with_awss_words(btz):
    import boto3
    import botocore.config

    from conftest import ROOT_KEY, ROOT_SECRET
    careless = boto3.client(
        "elbv2", endpoint_url=btz.endpoint, region_name=REGION, aws_access_key_id=ROOT_KEY,
        aws_secret_access_key=ROOT_SECRET,
        config=botocore.config.Config(parameter_validation=False, retries={"total_max_attempts": 1}))
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        careless.create_load_balancer(Name="x", Type="classic")
    assert code_of(caught) == "ValidationError"
    assert "Value 'classic' at 'type' failed to satisfy constraint: Member must satisfy enum value set" in str(
        caught.value)


def test_pages_hold_what_is_asked_for_and_miss_nothing(elb):
    names = [f"page-{i}" for i in range(5)]
    arns = [
        elb.create_target_group(Name=name, Protocol="HTTP", Port=80)["TargetGroups"][0]["TargetGroupArn"]
        for name in names]
    pages = list(elb.get_paginator("describe_target_groups").paginate(PaginationConfig={"PageSize": 2}))
    assert all(len(page["TargetGroups"]) <= 2 for page in pages)
    found = [group["TargetGroupName"] for page in pages for group in page["TargetGroups"]]
    assert [name for name in found if name.startswith("page-")] == names
    for arn in arns:
        elb.delete_target_group(TargetGroupArn=arn)


def test_the_cli_reads_and_writes(btz):
    made = json.loads(btz.aws(
        "elbv2", "create-target-group", "--name", "cli", "--protocol", "HTTP", "--port", "80",
        "--target-type", "ip", "--vpc-id", "vpc-1").stdout)["TargetGroups"][0]
    btz.aws("elbv2", "register-targets", "--target-group-arn", made["TargetGroupArn"],
            "--targets", "Id=127.0.0.1,Port=8080")
    health = json.loads(btz.aws(
        "elbv2", "describe-target-health", "--target-group-arn", made["TargetGroupArn"]).stdout)
    assert health["TargetHealthDescriptions"][0]["TargetHealth"]["Reason"] == "Target.NotInUse"
    btz.aws("elbv2", "delete-target-group", "--target-group-arn", made["TargetGroupArn"])
    done = btz.aws("elbv2", "describe-target-groups", "--names", "cli", check=False)
    assert "(TargetGroupNotFound) when calling the DescribeTargetGroups operation" in done.stderr


def test_every_change_is_in_the_audit_log_and_survives_a_restart(fresh):
    fresh.start()
    elb = fresh.client("elbv2")
    default = elb.describe_load_balancers(Names=["default"])["LoadBalancers"][0]["LoadBalancerArn"]
    listener = elb.describe_listeners(LoadBalancerArn=default)["Listeners"][0]["ListenerArn"]
    rule = elb.create_rule(
        ListenerArn=listener, Priority=1, Conditions=[path("/closed")], Actions=[fixed("503")])["Rules"][0]
    elb.modify_load_balancer_attributes(LoadBalancerArn=default, Attributes=[
        {"Key": "idle_timeout.timeout_seconds", "Value": "77"}])
    fresh.kill()
    fresh.start()
    elb = fresh.client("elbv2")
    assert elb.describe_rules(RuleArns=[rule["RuleArn"]])["Rules"][0] == rule
    attributes = elb.describe_load_balancer_attributes(LoadBalancerArn=default)["Attributes"]
    assert {"Key": "idle_timeout.timeout_seconds", "Value": "77"} in attributes


# Effects on traffic.


def test_a_target_of_the_default_load_balancer_gets_requests(btz, elb, application):
    from conftest import Application
    second = Application()
    group = elb.describe_target_groups(Names=["default"])["TargetGroups"][0]["TargetGroupArn"]
    target = [{"Id": "127.0.0.1", "Port": second.port}]
    try:
        elb.register_targets(TargetGroupArn=group, Targets=target)
        begin = time.monotonic()
        while not second.seen:
            assert time.monotonic() - begin < 5, "the new target got nothing"
            assert btz.status("/both") == 200
        elb.deregister_targets(TargetGroupArn=group, Targets=target)
        begin = time.monotonic()
        quiet = 0
        while quiet < 20:
            before = len(second.seen)
            assert btz.status("/one") == 200
            quiet = quiet + 1 if len(second.seen) == before else 0
            assert time.monotonic() - begin < 5, "a draining target still gets new requests"
    finally:
        elb.deregister_targets(TargetGroupArn=group, Targets=target)
        second.close()
