//! Reads what a Region of an account has. Every call is a List, Get or Describe: nothing is changed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use types::Region;

use super::account::{
    Certificate, Description, Item, Listener, LoadBalancer, Rule, TargetGroup, Texts, Unread,
    WebAcl, list, text,
};
use super::client::{Api, CallError, Client};

/// The calls that are made of AWS, as IAM's actions.
pub(crate) const ACTIONS: [&str; 22] = [
    "acm:DescribeCertificate",
    "elasticloadbalancing:DescribeListenerAttributes",
    "elasticloadbalancing:DescribeListenerCertificates",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeLoadBalancerAttributes",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeTags",
    "elasticloadbalancing:DescribeTargetGroupAttributes",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
    "wafv2:GetIPSet",
    "wafv2:GetLoggingConfiguration",
    "wafv2:GetRegexPatternSet",
    "wafv2:GetRuleGroup",
    "wafv2:GetWebACL",
    "wafv2:ListIPSets",
    "wafv2:ListRegexPatternSets",
    "wafv2:ListResourcesForWebACL",
    "wafv2:ListRuleGroups",
    "wafv2:ListTagsForResource",
    "wafv2:ListWebACLs",
];

/// Resources of one `DescribeTags`.
const TAGS_RESOURCES_MAX: usize = 20;

/// Types of resources that a web ACL may protect, whose listing needs no permission but AWS WAF's.
const RESOURCE_TYPES: [&str; 3] = ["APPLICATION_LOAD_BALANCER", "API_GATEWAY", "APPSYNC"];

/// Why reading ends.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadingError {
    /// No call will be answered.
    #[error("{0}")]
    Call(#[from] CallError),
    /// There is more than was asked for.
    #[error("{region} has more than {items_max} items: raise --max-items, or name fewer Regions")]
    TooMuch { region: Region, items_max: usize },
}

/// One reading.
pub(crate) struct Reading<'a> {
    pub(crate) client: &'a Client,
    pub(crate) region: &'a Region,
    /// `REGIONAL` or `CLOUDFRONT`.
    pub(crate) scope: &'a str,
    pub(crate) items_max: usize,
    /// Whether certificates and other accounts' things are asked for.
    pub(crate) is_source: bool,
    pub(crate) found: Description,
}

type Read<T> = Result<T, ReadingError>;

impl Reading<'_> {
    /// Reads it all.
    pub(crate) fn read(mut self, account: &str) -> Read<Description> {
        account.clone_into(&mut self.found.account);
        self.region.as_str().clone_into(&mut self.found.region);
        self.scope.clone_into(&mut self.found.scope);
        self.found.ip_sets = self.items("IP set", "IPSet", "ListIPSets", "IPSets")?;
        let kind = ("regex pattern set", "RegexPatternSet");
        self.found.regex_pattern_sets =
            self.items(kind.0, kind.1, "ListRegexPatternSets", "RegexPatternSets")?;
        self.found.rule_groups =
            self.items("rule group", "RuleGroup", "ListRuleGroups", "RuleGroups")?;
        for item in self.items("web ACL", "WebACL", "ListWebACLs", "WebACLs")? {
            let web_acl = self.web_acl(item)?;
            self.found.web_acls.push(web_acl);
        }
        if self.scope == "REGIONAL" {
            self.target_groups()?;
            self.load_balancers()?;
            if self.is_source {
                self.certificates()?;
            }
        }
        Ok(self.found)
    }

    /// What an error means: the end, or something that is not read.
    fn unread(&mut self, kind: &str, name: &str, error: CallError) -> Read<()> {
        if error.is_of_credentials() {
            return Err(error.into());
        }
        self.found.unread.push(Unread {
            kind: kind.to_owned(),
            name: name.to_owned(),
            reason: error.to_string(),
        });
        Ok(())
    }

    fn bounded(&self, more: usize) -> Read<()> {
        if self.found.len().saturating_add(more) > self.items_max {
            return Err(ReadingError::TooMuch {
                region: self.region.clone(),
                items_max: self.items_max,
            });
        }
        Ok(())
    }

    fn waf(&self, operation: &str, input: &Value) -> Result<Value, CallError> {
        self.client.call(Api::Wafv2, self.region, operation, input)
    }

    fn elb(&self, operation: &str, input: &Value) -> Result<Value, CallError> {
        let api = Api::ElasticLoadBalancing;
        self.client.call(api, self.region, operation, input)
    }

    /// All of a listing; nothing, and a note, when it is refused.
    fn pages(
        &mut self,
        api: Api,
        (kind, name): (&str, &str),
        (operation, member): (&str, &str),
        input: &Value,
    ) -> Read<Option<Vec<Value>>> {
        let place = (api, self.region);
        let pages = self
            .client
            .pages(place, operation, input, member, self.items_max);
        match pages {
            Ok(items) => {
                self.bounded(items.len())?;
                Ok(Some(items))
            }
            Err(error) => {
                self.unread(kind, name, error)?;
                Ok(None)
            }
        }
    }

    fn items(&mut self, kind: &str, shape: &str, listing: &str, listed: &str) -> Read<Vec<Item>> {
        let input = json!({"Scope": self.scope, "Limit": 100});
        let summaries = self.pages(Api::Wafv2, (kind, "*"), (listing, listed), &input)?;
        let mut items = Vec::new();
        for summary in summaries.unwrap_or_default() {
            let name = text(&summary, "Name");
            let input = json!({"Scope": self.scope, "Name": name, "Id": text(&summary, "Id")});
            match self.waf(&format!("Get{shape}"), &input) {
                Ok(mut answer) => {
                    let body = answer.get_mut(shape).map(Value::take).unwrap_or_default();
                    let arn = text(&body, "ARN").to_owned();
                    let tags = self.waf_tags(kind, name, &arn)?;
                    items.push(Item { body, tags });
                }
                Err(error) => self.unread(kind, name, error)?,
            }
        }
        Ok(items)
    }

    fn waf_tags(&mut self, kind: &str, name: &str, arn: &str) -> Read<Texts> {
        match self.waf(
            "ListTagsForResource",
            &json!({"ResourceARN": arn, "Limit": 100}),
        ) {
            Ok(answer) => {
                let none = Value::Null;
                let info = answer.get("TagInfoForResource").unwrap_or(&none);
                Ok(texts(list(info, "TagList")))
            }
            Err(error) => {
                self.unread(&format!("tags of {kind}"), name, error)?;
                Ok(Texts::new())
            }
        }
    }

    fn web_acl(&mut self, item: Item) -> Read<WebAcl> {
        let arn = text(&item.body, "ARN").to_owned();
        let name = text(&item.body, "Name").to_owned();
        let logging = match self.waf("GetLoggingConfiguration", &json!({"ResourceArn": arn})) {
            Ok(mut answer) => answer.get_mut("LoggingConfiguration").map(Value::take),
            Err(error) if error.code() == "WAFNonexistentItemException" => None,
            Err(error) => {
                self.unread("logging configuration", &name, error)?;
                None
            }
        };
        let mut resources = Vec::new();
        let regional = self.scope == "REGIONAL";
        let types = RESOURCE_TYPES.iter().filter(|_| regional);
        for (at, resource_type) in types.enumerate() {
            let input = json!({"WebACLArn": arn, "ResourceType": resource_type});
            match self.waf("ListResourcesForWebACL", &input) {
                Ok(answer) => {
                    let arns = list(&answer, "ResourceArns").iter();
                    resources.extend(arns.filter_map(Value::as_str).map(str::to_owned));
                }
                // Which load balancers are protected must be known; the others stay in AWS.
                Err(error) => {
                    let all = if at == 0 { "*" } else { &name };
                    self.unread("associations", all, error)?;
                }
            }
        }
        Ok(WebAcl {
            item,
            logging,
            resources,
        })
    }

    fn target_groups(&mut self) -> Read<()> {
        let (kind, how) = ("target group", ("DescribeTargetGroups", "TargetGroups"));
        let input = json!({"PageSize": 400});
        let bodies = self.pages(Api::ElasticLoadBalancing, (kind, "*"), how, &input)?;
        let bodies = bodies.unwrap_or_default();
        let mut tags = self.elb_tags(kind, &bodies, "TargetGroupArn")?;
        for body in bodies {
            let arn = text(&body, "TargetGroupArn").to_owned();
            let name = text(&body, "TargetGroupName").to_owned();
            let input = json!({"TargetGroupArn": arn});
            let operation = "DescribeTargetGroupAttributes";
            let attributes = self.attributes(operation, &input, (kind, &name))?;
            let targets = match self.elb("DescribeTargetHealth", &input) {
                Ok(answer) => list(&answer, "TargetHealthDescriptions")
                    .iter()
                    .filter(|one| one.pointer("/TargetHealth/State") != Some(&json!("draining")))
                    .filter_map(|one| one.get("Target").cloned())
                    .collect(),
                Err(error) => {
                    self.unread("targets", &name, error)?;
                    Vec::new()
                }
            };
            let tags = tags.remove(&arn).unwrap_or_default();
            self.found.target_groups.push(TargetGroup {
                body,
                attributes,
                tags,
                targets,
            });
        }
        Ok(())
    }

    fn load_balancers(&mut self) -> Read<()> {
        let (kind, how) = ("load balancer", ("DescribeLoadBalancers", "LoadBalancers"));
        let input = json!({"PageSize": 400});
        let bodies = self.pages(Api::ElasticLoadBalancing, (kind, "*"), how, &input)?;
        let bodies = bodies.unwrap_or_default();
        let mut tags = self.elb_tags(kind, &bodies, "LoadBalancerArn")?;
        for body in bodies {
            let arn = text(&body, "LoadBalancerArn").to_owned();
            let name = text(&body, "LoadBalancerName").to_owned();
            let mut load_balancer = LoadBalancer {
                tags: tags.remove(&arn).unwrap_or_default(),
                body,
                ..LoadBalancer::default()
            };
            // Network and gateway load balancers are only named.
            if text(&load_balancer.body, "Type") == "application" {
                let input = json!({"LoadBalancerArn": arn});
                let operation = "DescribeLoadBalancerAttributes";
                load_balancer.attributes = self.attributes(operation, &input, (kind, &name))?;
                load_balancer.listeners = self.listeners(&arn, &name)?;
            }
            self.found.load_balancers.push(load_balancer);
        }
        Ok(())
    }

    fn listeners(&mut self, balancer_arn: &str, balancer: &str) -> Read<Vec<Listener>> {
        let (kind, how) = ("listener", ("DescribeListeners", "Listeners"));
        let input = json!({"LoadBalancerArn": balancer_arn, "PageSize": 400});
        let bodies = self.pages(Api::ElasticLoadBalancing, (kind, balancer), how, &input)?;
        let bodies = bodies.unwrap_or_default();
        let mut tags = self.elb_tags(kind, &bodies, "ListenerArn")?;
        let mut listeners = Vec::new();
        for body in bodies {
            let arn = text(&body, "ListenerArn").to_owned();
            let port = body.get("Port").and_then(Value::as_u64).unwrap_or_default();
            let name = format!("{balancer} {}:{port}", text(&body, "Protocol"));
            let input = json!({"ListenerArn": arn});
            let operation = "DescribeListenerAttributes";
            let attributes = self.attributes(operation, &input, (kind, &name))?;
            let mut certificates = Vec::new();
            if text(&body, "Protocol") == "HTTPS" {
                let how = ("DescribeListenerCertificates", "Certificates");
                let api = Api::ElasticLoadBalancing;
                let all = self.pages(api, ("certificates of listener", &name), how, &input)?;
                for one in all.unwrap_or_default() {
                    if one.get("IsDefault") != Some(&Value::Bool(true)) {
                        certificates.push(text(&one, "CertificateArn").to_owned());
                    }
                }
            }
            let rules = self.rules(&arn, &name)?;
            listeners.push(Listener {
                tags: tags.remove(&arn).unwrap_or_default(),
                body,
                attributes,
                certificates,
                rules,
            });
        }
        Ok(listeners)
    }

    fn rules(&mut self, listener_arn: &str, listener: &str) -> Read<Vec<Rule>> {
        let (kind, how) = ("rules of listener", ("DescribeRules", "Rules"));
        let input = json!({"ListenerArn": listener_arn, "PageSize": 400});
        let bodies = self.pages(Api::ElasticLoadBalancing, (kind, listener), how, &input)?;
        let mut bodies = bodies.unwrap_or_default();
        bodies.retain(|body| body.get("IsDefault") != Some(&Value::Bool(true)));
        let mut tags = self.elb_tags(kind, &bodies, "RuleArn")?;
        let rules = bodies.into_iter().map(|body| Rule {
            tags: tags.remove(text(&body, "RuleArn")).unwrap_or_default(),
            body,
        });
        Ok(rules.collect())
    }

    fn attributes(
        &mut self,
        operation: &str,
        input: &Value,
        (kind, name): (&str, &str),
    ) -> Read<Texts> {
        match self.elb(operation, input) {
            Ok(answer) => Ok(texts(list(&answer, "Attributes"))),
            Err(error) => {
                self.unread(&format!("attributes of {kind}"), name, error)?;
                Ok(Texts::new())
            }
        }
    }

    fn elb_tags(
        &mut self,
        kind: &str,
        bodies: &[Value],
        arn: &str,
    ) -> Read<BTreeMap<String, Texts>> {
        let arns: Vec<&str> = bodies.iter().map(|body| text(body, arn)).collect();
        let mut tags = BTreeMap::new();
        for some in arns.chunks(TAGS_RESOURCES_MAX) {
            match self.elb("DescribeTags", &json!({"ResourceArns": some})) {
                Ok(answer) => {
                    for described in list(&answer, "TagDescriptions") {
                        let arn = text(described, "ResourceArn").to_owned();
                        tags.insert(arn, texts(list(described, "Tags")));
                    }
                }
                Err(error) => self.unread(&format!("tags of {kind}"), "*", error)?,
            }
        }
        Ok(tags)
    }

    /// The names of the certificates that listeners show.
    fn certificates(&mut self) -> Read<()> {
        let mut arns = BTreeSet::new();
        for listener in self
            .found
            .load_balancers
            .iter()
            .flat_map(|one| &one.listeners)
        {
            let default = list(&listener.body, "Certificates").iter();
            arns.extend(default.map(|one| text(one, "CertificateArn").to_owned()));
            arns.extend(listener.certificates.iter().cloned());
        }
        for arn in arns {
            let certificate = self.certificate(&arn)?;
            self.found.certificates.insert(arn, certificate);
        }
        Ok(())
    }

    fn certificate(&self, arn: &str) -> Read<Certificate> {
        if !arn.contains(":acm:") {
            let why = "it is none of ACM's: its names are not asked for";
            return Ok(Certificate::Unread(why.to_owned()));
        }
        let input = json!({"CertificateArn": arn});
        let answer = self.client.call(
            Api::CertificateManager,
            self.region,
            "DescribeCertificate",
            &input,
        );
        match answer {
            Ok(answer) => {
                let none = Value::Null;
                let described = answer.get("Certificate").unwrap_or(&none);
                let more = list(described, "SubjectAlternativeNames").iter();
                let names = more.filter_map(Value::as_str);
                let names = names.chain([text(described, "DomainName")]);
                let names = names.filter(|name| !name.is_empty());
                Ok(Certificate::Domains(
                    names.map(str::to_ascii_lowercase).collect(),
                ))
            }
            Err(error) if error.is_of_credentials() => Err(error.into()),
            Err(error) => Ok(Certificate::Unread(error.to_string())),
        }
    }
}

/// Tags and attributes are lists of `Key` and `Value`.
fn texts(pairs: &[Value]) -> Texts {
    let pairs = pairs.iter();
    pairs
        .map(|pair| (text(pair, "Key").to_owned(), text(pair, "Value").to_owned()))
        .collect()
}
