//! Plans of descriptions: what is called, what is told, in which order.

use serde_json::json;

use super::*;
use crate::import::account::{Certificate, text};

const THERE: &str = r#"{
  "Account": "111122223333", "Region": "eu-west-1", "Scope": "REGIONAL",
  "IpSets": [{"Body": {"Name": "bad", "Id": "1", "ARN": "arn:aws:wafv2:eu-west-1:111122223333:regional/ipset/bad/1",
    "IPAddressVersion": "IPV4", "Addresses": ["192.0.2.1/32"], "Description": ""},
    "Tags": {"team": "a", "aws:cloudformation:stack-name": "x"}}],
  "RuleGroups": [{"Body": {"Name": "group", "Id": "2", "Capacity": 10,
    "ARN": "arn:aws:wafv2:eu-west-1:111122223333:regional/rulegroup/group/2", "VisibilityConfig": {"MetricName": "g"},
    "LabelNamespace": "awswaf:111122223333:rulegroup:group:", "Rules": [{"Name": "r", "Priority": 0, "Action": {"Block": {}},
      "Statement": {"NotStatement": {"Statement": {"IPSetReferenceStatement":
        {"ARN": "arn:aws:wafv2:eu-west-1:111122223333:regional/ipset/bad/1"}}}}}]}}],
  "WebAcls": [{"Body": {"Name": "acl", "Id": "3", "ARN": "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/acl/3",
    "DefaultAction": {"Allow": {}}, "Capacity": 99, "ManagedByFirewallManager": false, "VisibilityConfig": {"MetricName": "m"},
    "PreProcessFirewallManagerRuleGroups": [{"Name": "fms"}],
    "Rules": [
      {"Name": "group", "Priority": 0, "OverrideAction": {"None": {}}, "Statement": {"RuleGroupReferenceStatement":
        {"ARN": "arn:aws:wafv2:eu-west-1:111122223333:regional/rulegroup/group/2"}}},
      {"Name": "label", "Priority": 1, "Action": {"Block": {}}, "Statement": {"LabelMatchStatement":
        {"Scope": "LABEL", "Key": "awswaf:111122223333:rulegroup:group:x"}}},
      {"Name": "bots", "Priority": 2, "OverrideAction": {"None": {}}, "Statement": {"ManagedRuleGroupStatement":
        {"VendorName": "AWS", "Name": "AWSManagedRulesBotControlRuleSet"}}},
      {"Name": "counted", "Priority": 3, "OverrideAction": {"Count": {}}, "Statement": {"ManagedRuleGroupStatement":
        {"VendorName": "Seller", "Name": "Rules"}}},
      {"Name": "common", "Priority": 4, "OverrideAction": {"None": {}}, "Statement": {"ManagedRuleGroupStatement":
        {"VendorName": "AWS", "Name": "Common", "Version": "Version_9.9", "RuleActionOverrides": [
          {"Name": "Known", "ActionToUse": {"Count": {}}}, {"Name": "Unknown", "ActionToUse": {"Block": {}}}]}}},
      {"Name": "shared", "Priority": 5, "OverrideAction": {"None": {}}, "Statement": {"RuleGroupReferenceStatement":
        {"ARN": "arn:aws:wafv2:eu-west-1:999999999999:regional/rulegroup/theirs/4"}}}
    ]},
    "Logging": {"LogDestinationConfigs": ["arn:aws:firehose:eu-west-1:111122223333:deliverystream/aws-waf-logs-x"]},
    "Resources": ["arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/lb/5",
      "arn:aws:apigateway:eu-west-1::/restapis/a/stages/b"]}],
  "TargetGroups": [
    {"Body": {"TargetGroupName": "ip", "TargetGroupArn": "arn:tg-ip", "TargetType": "ip", "Protocol": "HTTP", "Port": 80,
      "VpcId": "vpc-1", "HealthCheckPath": "/"}, "Attributes": {"a": "default", "b": "set", "c": "unknown", "d": "false"},
      "Targets": [{"Id": "10.0.0.1", "Port": 80, "AvailabilityZone": "all"}]},
    {"Body": {"TargetGroupName": "vm", "TargetGroupArn": "arn:tg-vm", "TargetType": "instance", "Protocol": "HTTP", "Port": 80},
      "Targets": [{"Id": "i-0123456789abcdef0", "Port": 80}, {"Id": "app-1.internal", "Port": 80}]},
    {"Body": {"TargetGroupName": "fn", "TargetGroupArn": "arn:tg-fn", "TargetType": "lambda"}}],
  "LoadBalancers": [
    {"Body": {"LoadBalancerName": "lb", "Type": "application", "Scheme": "internet-facing", "IpAddressType": "ipv4",
      "LoadBalancerArn": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/lb/5", "SecurityGroups": ["sg-1"]},
     "Listeners": [
      {"Body": {"ListenerArn": "arn:l-80", "Port": 80, "Protocol": "HTTP", "DefaultActions": [{"Type": "redirect", "Order": 1,
        "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}]}},
      {"Body": {"ListenerArn": "arn:l-443", "Port": 443, "Protocol": "HTTPS", "SslPolicy": "P",
        "Certificates": [{"CertificateArn": "arn:aws:acm:eu-west-1:111122223333:certificate/x"}],
        "DefaultActions": [{"Type": "forward", "TargetGroupArn": "arn:tg-ip"}]},
       "Certificates": ["arn:aws:acm:eu-west-1:111122223333:certificate/y"],
       "Rules": [
        {"Body": {"RuleArn": "arn:r1", "Priority": "1", "Conditions": [{"Field": "path-pattern", "Values": ["/admin"]}],
          "Actions": [{"Type": "authenticate-oidc", "Order": 1}, {"Type": "forward", "TargetGroupArn": "arn:tg-ip", "Order": 2}]}},
        {"Body": {"RuleArn": "arn:r2", "Priority": "2", "Conditions": [{"Field": "path-pattern", "Values": ["/fn"]}],
          "Actions": [{"Type": "forward", "TargetGroupArn": "arn:tg-fn"}]}}]},
      {"Body": {"ListenerArn": "arn:l-8443", "Port": 8443, "Protocol": "HTTPS",
        "Certificates": [{"CertificateArn": "arn:aws:acm:eu-west-1:111122223333:certificate/y"}],
        "DefaultActions": [{"Type": "forward", "TargetGroupArn": "arn:tg-ip"}]}}]},
    {"Body": {"LoadBalancerName": "net", "Type": "network", "LoadBalancerArn": "arn:net"}}],
  "Certificates": {
    "arn:aws:acm:eu-west-1:111122223333:certificate/x": {"Domains": ["shop.example", "www.shop.example"]},
    "arn:aws:acm:eu-west-1:111122223333:certificate/y": {"Domains": ["*.other.example"]}}
}"#;

fn there() -> Description {
    serde_json::from_str(THERE).unwrap()
}

fn here() -> Description {
    Description {
        account: "444455556666".to_owned(),
        region: "eu-west-1".to_owned(),
        scope: "REGIONAL".to_owned(),
        ..Description::default()
    }
}

fn terms() -> Terms {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let common = ManagedGroup {
        versions: names(&["Version_1.0"]),
        rules: names(&["Known"]),
    };
    Terms {
        ports: BTreeMap::from([(80, 8080), (443, 8444)]),
        certificates: vec![LocalCertificate {
            name: "wild".to_owned(),
            arn: "arn:local:wild".to_owned(),
            domains: vec!["shop.example".to_owned(), "*.shop.example".to_owned()],
        }],
        managed_groups: BTreeMap::from([(("AWS".to_owned(), "Common".to_owned()), common)]),
        attributes: [vec![], vec![], vec![("a", "default"), ("b", "x")]],
        ..Terms::default()
    }
}

fn lines(plan: &Plan) -> Vec<String> {
    let steps = plan.steps.iter().map(|step| {
        let calls: Vec<&str> = step.calls.iter().map(|call| call.operation).collect();
        format!(
            "{} {}: {}",
            step.entry.kind,
            step.entry.name,
            calls.join(" ")
        )
    });
    steps.collect()
}

fn told_of(plan: &Plan) -> Vec<String> {
    let entries = plan.entries.iter().map(|entry| {
        let weaker = if entry.weaker { " WEAKER" } else { "" };
        format!("{:?} {} {}{weaker}", entry.outcome, entry.kind, entry.name)
    });
    entries.collect()
}

fn step<'p>(plan: &'p Plan, kind: &str, name: &str) -> &'p Step {
    let mut steps = plan.steps.iter();
    let found = steps.find(|step| step.entry.kind == kind && step.entry.name == name);
    found.unwrap_or_else(|| panic!("no {kind} {name} in {:?}", lines(plan)))
}

#[test]
fn what_others_refer_to_is_made_first() {
    let plan = plan(&there(), &here(), &terms());
    assert_eq!(
        lines(&plan),
        [
            "IP set bad: CreateIPSet",
            "rule group group: CreateRuleGroup",
            "web ACL acl: CreateWebACL",
            "target group ip: CreateTargetGroup",
            "targets 10.0.0.1 of ip: RegisterTargets",
            "attributes target group ip: ModifyTargetGroupAttributes",
            "target group vm: CreateTargetGroup",
            "targets app-1.internal of vm: RegisterTargets",
            "load balancer lb: CreateLoadBalancer",
            "association acl to lb: AssociateWebACL",
            "listener lb HTTP:80: CreateListener",
            "listener lb HTTPS:443: CreateListener",
            "listener rule lb HTTPS:443 1: CreateRule",
            "listener rule lb HTTPS:443 2: CreateRule",
        ]
    );
    let listener = step(&plan, "listener", "lb HTTP:80");
    let balancer = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/lb/5";
    let guard = format!("association of {balancer}");
    assert_eq!(
        listener.needs,
        BTreeSet::from([guard.clone(), balancer.to_owned()])
    );
    assert_eq!(
        step(&plan, "association", "acl to lb").provides,
        Some(guard)
    );
}

#[test]
fn what_does_not_come_along_is_told() {
    let plan = plan(&there(), &here(), &terms());
    assert_eq!(
        told_of(&plan),
        [
            "NotSupported rule bots of web ACL acl WEAKER",
            "NotSupported rule counted of web ACL acl",
            "NotSupported version of managed group Version_9.9 of Common in web ACL acl",
            "NotSupported rule of managed group Unknown of Common in web ACL acl WEAKER",
            "NotSupported rule shared of web ACL acl WEAKER",
            "NotSupported Firewall Manager rule group fms of web ACL acl WEAKER",
            "NotSupported logging configuration acl",
            "NotSupported association acl to arn:aws:apigateway:eu-west-1::/restapis/a/stages/b",
            "NotSupported attribute c=unknown of target group ip",
            "NotSupported target i-0123456789abcdef0 of vm",
            "NotSupported target group fn",
            "NotSupported security groups sg-1 of lb WEAKER",
            "NotSupported certificate arn:aws:acm:eu-west-1:111122223333:certificate/y of listener lb HTTPS:443",
            "NotSupported rule lb HTTPS:443 1",
            "NotSupported rule lb HTTPS:443 2",
            "NotSupported listener lb HTTPS:8443",
            "NotSupported load balancer net",
        ]
    );
    let advice = plan.entries.iter().find(|one| one.name == "lb HTTPS:8443");
    let advice = advice.and_then(|one| one.advice.clone()).unwrap();
    assert!(
        advice.starts_with("btz certificate import other.example --cert"),
        "{advice}"
    );
}

#[test]
fn inputs_say_what_the_source_said_and_no_more() {
    let plan = plan(&there(), &here(), &terms());
    assert_eq!(
        step(&plan, "IP set", "bad").calls[0].input,
        json!({"Name": "bad", "Scope": "REGIONAL", "IPAddressVersion": "IPV4",
            "Addresses": ["192.0.2.1/32"], "Tags": [{"Key": "team", "Value": "a"}]})
    );
    let web_acl = &step(&plan, "web ACL", "acl").calls[0].input;
    let names: Vec<&str> = crate::import::account::list(web_acl, "Rules")
        .iter()
        .map(|rule| text(rule, "Name"))
        .collect();
    assert_eq!(names, ["group", "label", "common"]);
    let label = web_acl.pointer("/Rules/1/Statement/LabelMatchStatement/Key");
    assert_eq!(label, Some(&json!("awswaf:444455556666:rulegroup:group:x")));
    let common = web_acl.pointer("/Rules/2/Statement/ManagedRuleGroupStatement");
    assert_eq!(
        common,
        Some(
            &json!({"VendorName": "AWS", "Name": "Common", "RuleActionOverrides": [
            {"Name": "Known", "ActionToUse": {"Count": {}}}]})
        )
    );
    assert_eq!(web_acl.get("Capacity"), None);
    let redirect = &step(&plan, "listener", "lb HTTP:80").calls[0].input;
    assert_eq!(redirect["Port"], json!(8080));
    assert_eq!(
        redirect["DefaultActions"][0]["RedirectConfig"]["Port"],
        json!("8444")
    );
    let https = &step(&plan, "listener", "lb HTTPS:443").calls[0].input;
    assert_eq!(
        https["Certificates"],
        json!([{"CertificateArn": "arn:local:wild"}])
    );
    // What was behind a login there must not be open here.
    for rule in ["lb HTTPS:443 1", "lb HTTPS:443 2"] {
        let action = &step(&plan, "listener rule", rule).calls[0].input["Actions"][0];
        assert_eq!(
            action["FixedResponseConfig"]["StatusCode"],
            json!("503"),
            "{rule}"
        );
    }
}

/// What is here after a plan was carried out: the same, with other ARNs.
fn carried_out() -> Description {
    let there = there();
    let ours = |value: &Value| {
        mapped(value, &|text| {
            let local = text.replace("111122223333", "444455556666");
            Some(
                local
                    .replace("arn:tg-", "arn:local-tg-")
                    .replace("arn:l-", "arn:local-l-"),
            )
        })
    };
    let plan = plan(&there, &here(), &terms());
    let mut here = here();
    here.ip_sets = there.ip_sets.clone();
    here.ip_sets[0].tags.remove("aws:cloudformation:stack-name");
    here.rule_groups = there.rule_groups.clone();
    here.web_acls = there.web_acls.clone();
    here.web_acls[0].item.body["Rules"] =
        step(&plan, "web ACL", "acl").calls[0].input["Rules"].clone();
    here.web_acls[0].logging = None;
    here.target_groups = there.target_groups[..2].to_vec();
    here.target_groups[1].targets.remove(0);
    here.target_groups[0].attributes = Texts::from([("b".to_owned(), "set".to_owned())]);
    here.load_balancers = vec![there.load_balancers[0].clone()];
    let balancer = &mut here.load_balancers[0];
    balancer.listeners.pop();
    for (listener, name) in balancer
        .listeners
        .iter_mut()
        .zip(["lb HTTP:80", "lb HTTPS:443"])
    {
        let made = step(&plan, "listener", name).calls[0].input.clone();
        let arn = listener.body["ListenerArn"].clone();
        listener.body = made;
        listener.body["ListenerArn"] = arn;
        listener.certificates.clear();
        for rule in &mut listener.rules {
            let name = format!("{name} {}", text(&rule.body, "Priority"));
            let made = &step(&plan, "listener rule", &name).calls[0].input;
            rule.body["Actions"] = made["Actions"].clone();
        }
    }
    let text = serde_json::to_value(&here).unwrap();
    serde_json::from_value(ours(&text)).unwrap()
}

#[test]
fn nothing_is_done_twice() {
    let plan = plan(&there(), &carried_out(), &terms());
    assert_eq!(lines(&plan), [""; 0], "{:?}", told_of(&plan));
    let unchanged = plan
        .entries
        .iter()
        .filter(|one| one.outcome == Outcome::Unchanged);
    assert_eq!(unchanged.count(), 11);
}

#[test]
fn what_an_earlier_import_left_is_made() {
    let mut here = carried_out();
    here.load_balancers[0].listeners.remove(0);
    here.load_balancers[0].listeners[0].rules.remove(1);
    here.target_groups[0].targets.clear();
    let plan = plan(&there(), &here, &terms());
    assert_eq!(
        lines(&plan),
        [
            "targets 10.0.0.1 of ip: RegisterTargets",
            "listener lb HTTP:80: CreateListener",
            "listener rule lb HTTPS:443 2: CreateRule",
        ]
    );
}

#[test]
fn a_load_balancer_waits_for_its_web_acl() {
    let mut here = carried_out();
    here.ip_sets[0].body["Addresses"] = json!(["192.0.2.2/32"]);
    here.load_balancers.clear();
    let plan = plan(&there(), &here, &terms());
    let told = told_of(&plan);
    for skipped in [
        "IP set bad",
        "rule group group",
        "web ACL acl",
        "load balancer lb",
    ] {
        assert!(told.contains(&format!("Skipped {skipped}")), "{told:?}");
    }
    assert_eq!(lines(&plan), [""; 0]);
}

#[test]
fn another_one_of_the_name_is_renamed_or_replaced() {
    let mut here = carried_out();
    here.ip_sets[0].body["Addresses"] = json!(["192.0.2.2/32"]);
    let mut terms = terms();
    terms.on_conflict = OnConflict::Rename;
    let renamed = plan(&there(), &here, &terms);
    let made = step(&renamed, "IP set", "bad");
    assert_eq!(made.calls[0].input["Name"], json!("bad-imported"));
    let group = step(&renamed, "rule group", "group");
    assert_eq!(group.calls[0].input["Name"], json!("group-imported"));
    let web_acl = &step(&renamed, "web ACL", "acl").calls[0].input;
    let label = web_acl.pointer("/Rules/1/Statement/LabelMatchStatement/Key");
    assert_eq!(
        label,
        Some(&json!("awswaf:444455556666:rulegroup:group-imported:x"))
    );
    terms.on_conflict = OnConflict::Replace;
    let replaced = plan(&there(), &here, &terms);
    assert_eq!(lines(&replaced), ["IP set bad: UpdateIPSet"]);
}

#[test]
fn what_was_not_read_is_not_imported_weaker() {
    let unread = |kind: &str, name: &str| crate::import::account::Unread {
        kind: kind.to_owned(),
        name: name.to_owned(),
        reason: "AccessDenied".to_owned(),
    };
    let mut no_sets = there();
    no_sets.ip_sets.clear();
    no_sets.unread.push(unread("IP set", "*"));
    let mut no_associations = there();
    no_associations.unread.push(unread("associations", "*"));
    let mut no_rules = there();
    no_rules
        .unread
        .push(unread("rules of listener", "lb HTTP:80"));
    for (there, absent) in [
        (no_sets, "load balancer lb"),
        (no_associations, "load balancer lb"),
        (no_rules, "listener lb HTTP:80"),
    ] {
        let plan = plan(&there, &here(), &terms());
        let made = lines(&plan);
        assert!(
            !made.iter().any(|line| line.starts_with(absent)),
            "{absent}: {made:?}"
        );
        assert!(
            told_of(&plan).iter().any(|line| line.contains(absent)),
            "{absent}"
        );
    }
}

#[test]
fn certificates_are_found_by_name_or_domains() {
    let there = there();
    let mut terms = terms();
    let arn = "arn:aws:acm:eu-west-1:111122223333:certificate/y";
    terms
        .certificate_names
        .insert(arn.to_owned(), "wild".to_owned());
    let named = plan(&there, &here(), &terms);
    let listener = &step(&named, "listener", "lb HTTPS:8443").calls[0].input;
    assert_eq!(
        listener["Certificates"],
        json!([{"CertificateArn": "arn:local:wild"}])
    );
    let mut unknown = there;
    let why = Certificate::Unread("AccessDenied".to_owned());
    unknown.certificates.insert(arn.to_owned(), why);
    terms.certificate_names.clear();
    let told = plan(&unknown, &here(), &terms);
    let entry = told
        .entries
        .iter()
        .find(|one| one.name == "lb HTTPS:8443")
        .unwrap();
    assert!(
        entry
            .advice
            .as_ref()
            .unwrap()
            .contains(&format!("--certificate {arn}=NAME"))
    );
}
