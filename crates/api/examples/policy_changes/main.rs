//! How long a change of a large policy takes from the API's answer until the edge enforces it, and
//! what thousands of them leave in memory. `policy_changes API_ADDRESS PROCESS CHANGES`, with root
//! credentials in the environment, fills an empty, running `btz` with web ACLs of 10,000 rules
//! together, each before a load balancer, and prints one JSON document. `cargo xtask bench policy`
//! starts all that and says what it means.

#![expect(clippy::print_stdout, reason = "it is a measurement that prints")]

mod connection;
mod rules;

use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use policy::sigv4::Credentials;
use serde_json::{Value, json};
use types::Secret;

use connection::{Caller, Connection, element};
use rules::Shared;

const WEB_ACLS: usize = 20;
const OWN_RULES: usize = 300;
const GROUPS_PER_WEB_ACL: usize = 2;
const GROUP_RULES: usize = 100;
const GROUP_CAPACITY: usize = 1_000;
/// Addresses of the set that all web ACLs use, and of each web ACL's own.
const SHARED_ADDRESSES: usize = 9_000;
const OWN_ADDRESSES: usize = 500;
/// Changes before anything counts: six of every kind for every web ACL, after which what is made at
/// first use (compiled expressions, the store's pages, what is kept of the last requests) is there.
/// Memory is told from the first change on.
const WARM_UP: usize = 600;
/// A sample of memory is the median after that many changes: the allocator gives pages back when it
/// comes to it, and single readings are a tenth apart.
const MEMORY_EVERY: usize = 100;
/// A change that is not in force by then fails the bench.
const PATIENCE: Duration = Duration::from_secs(30);
const SCOPE: &str = "REGIONAL";
/// The service, and what its targets begin with.
const WAFV2: (&str, &str) = ("wafv2", "AWSWAF_20190729");
const ELB: &str = "elasticloadbalancing";

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || {
        arguments
            .next()
            .context("policy_changes API_ADDRESS PROCESS CHANGES")
    };
    let api: SocketAddr = next()?.parse()?;
    let process = next()?;
    let changes: usize = next()?.parse()?;
    let variable = |name: &str| std::env::var(name).with_context(|| name.to_owned());
    let credentials = Credentials {
        access_key_id: variable("BTZ_ROOT_ACCESS_KEY_ID")?,
        secret_access_key: Secret::new(variable("BTZ_ROOT_SECRET_ACCESS_KEY")?.into_bytes()),
        session_token: None,
    };
    let caller = Caller::new(api, credentials, "us-east-1".parse()?)?;
    let mut house = House::build(caller)?;
    let mut measured = Vec::new();
    let mut memory = Vec::new();
    let mut resident = Vec::new();
    for number in 0..WARM_UP + changes {
        let change = house.change(number)?;
        if number >= WARM_UP {
            measured.push(change);
        }
        resident.push(resident_kib(&process)?);
        if resident.len() == MEMORY_EVERY || number + 1 == WARM_UP + changes {
            resident.sort_unstable();
            let median = resident.get(resident.len() / 2);
            memory.push(json!({"change": number + 1, "resident_kib": median}));
            resident.clear();
        }
    }
    let document = json!({
        "rules": WEB_ACLS * (OWN_RULES + GROUPS_PER_WEB_ACL * GROUP_RULES),
        "web_acls": WEB_ACLS, "warm_up": WARM_UP, "changes": measured, "memory": memory,
    });
    println!("{document}");
    Ok(())
}

fn resident_kib(process: &str) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.context("no VmRSS")?.parse()?)
}

/// Something of the API that is changed: its name, id, ARN and the lock token of its next change.
struct Thing {
    name: String,
    id: String,
    arn: String,
    lock_token: String,
}

impl Thing {
    fn create(caller: &mut Caller, operation: &str, mut input: Value, name: &str) -> Result<Self> {
        set(&mut input, "Name", name);
        set(&mut input, "Scope", SCOPE);
        let answer = caller.json(WAFV2, operation, &input)?;
        let member = |member: &str| {
            let text = answer.get("Summary")?.get(member)?.as_str()?;
            Some(text.to_owned())
        };
        Ok(Self {
            name: name.to_owned(),
            id: member("Id").context("no Id")?,
            arn: member("ARN").context("no ARN")?,
            lock_token: member("LockToken").context("no LockToken")?,
        })
    }

    fn update(&mut self, caller: &mut Caller, operation: &str, mut input: Value) -> Result<()> {
        for (member, value) in [
            ("Name", &*self.name),
            ("Scope", SCOPE),
            ("Id", &self.id),
            ("LockToken", &self.lock_token),
        ] {
            set(&mut input, member, value);
        }
        let answer = caller.json(WAFV2, operation, &input)?;
        let next = answer.get("NextLockToken").and_then(Value::as_str);
        next.context("no NextLockToken")?
            .clone_into(&mut self.lock_token);
        Ok(())
    }
}

fn set(input: &mut Value, member: &str, value: &str) {
    if let Some(members) = input.as_object_mut() {
        members.insert(member.to_owned(), Value::from(value));
    }
}

/// A load balancer with its web ACL.
struct Site {
    client: Connection,
    host: String,
    web_acl: Thing,
    group: Thing,
    addresses: Thing,
    web_acl_rules: Vec<Value>,
    group_rules: Vec<Value>,
}

/// All of them, and what they share.
struct House {
    caller: Caller,
    shared: Shared,
    shared_addresses: Thing,
    shared_patterns: Thing,
    sites: Vec<Site>,
}

/// Addresses that no client has, and one that probes have.
fn addresses(count: usize, probe: &str) -> Value {
    let others =
        (0..count).map(|n| format!("198.{}.{}.{}/32", 18 + n / 65_536, n / 256 % 256, n % 256));
    let all: Vec<String> = others.chain([format!("{probe}/32")]).collect();
    json!({ "Addresses": all })
}

fn patterns(probe: &str) -> Value {
    let expressions: Vec<Value> = (0..8)
        .map(|n| format!("^(?:bot|crawler)-{n}[a-z]{{3,9}}$"))
        .chain([format!("^{probe}$")])
        .map(|expression| json!({"RegexString": expression}))
        .collect();
    json!({ "RegularExpressionList": expressions })
}

fn with(mut input: Value, member: &str, value: Value) -> Value {
    if let Some(members) = input.as_object_mut() {
        members.insert(member.to_owned(), value);
    }
    input
}

impl House {
    fn build(mut caller: Caller) -> Result<Self> {
        let version = Value::from("IPV4");
        let shared_addresses = Thing::create(
            &mut caller,
            "CreateIPSet",
            with(
                addresses(SHARED_ADDRESSES, "10.255.0.1"),
                "IPAddressVersion",
                version,
            ),
            "shared",
        )?;
        let shared_patterns = Thing::create(
            &mut caller,
            "CreateRegexPatternSet",
            patterns("nothing"),
            "shared",
        )?;
        let shared = Shared {
            addresses: shared_addresses.arn.clone(),
            patterns: shared_patterns.arn.clone(),
        };
        let sites = (0..WEB_ACLS).map(|number| Site::build(&mut caller, number, &shared));
        let sites = sites.collect::<Result<_>>()?;
        Ok(Self {
            caller,
            shared,
            shared_addresses,
            shared_patterns,
            sites,
        })
    }

    /// Changes one thing and waits until the edge enforces it; answers what it was and what it took.
    fn change(&mut self, number: usize) -> Result<Value> {
        let count = self.sites.len();
        let site = self.sites.get_mut(number / 5 % count).context("no site")?;
        let address = format!(
            "10.{}.{}.{}",
            number / 65_536,
            number / 256 % 256,
            number % 256
        );
        let value = format!("probe-{number}");
        let (kind, probe) = match number % 5 {
            0 => ("an IP set of one web ACL", (rules::PROBE_ADDRESS, &address)),
            1 => ("a rule of a web ACL", (rules::PROBE, &value)),
            2 => ("a rule of a rule group", (rules::PROBE, &value)),
            3 => (
                "an IP set of all web ACLs",
                (rules::PROBE_ADDRESS, &address),
            ),
            _ => (
                "a regex pattern set of all web ACLs",
                (rules::PROBE, &value),
            ),
        };
        let request = site.request(probe);
        ensure!(
            site.status(&request)? == 200,
            "the probe is refused too early"
        );
        let began = Instant::now();
        match number % 5 {
            0 => {
                let input = addresses(OWN_ADDRESSES, &address);
                site.addresses
                    .update(&mut self.caller, "UpdateIPSet", input)?;
            }
            1 => site.update_web_acl(&mut self.caller, &value)?,
            2 => site.update_group(&mut self.caller, &value)?,
            3 => {
                let input = addresses(SHARED_ADDRESSES, &address);
                self.shared_addresses
                    .update(&mut self.caller, "UpdateIPSet", input)?;
            }
            _ => {
                let input = patterns(&value);
                self.shared_patterns
                    .update(&mut self.caller, "UpdateRegexPatternSet", input)?;
            }
        }
        let answered = Instant::now();
        while site.status(&request)? != 403 {
            ensure!(
                answered.elapsed() < PATIENCE,
                "{kind} ({}) is not in force after {} s",
                self.shared.addresses,
                PATIENCE.as_secs()
            );
        }
        let in_force = answered.elapsed();
        Ok(json!({
            "kind": kind,
            "call_micros": micros(answered - began),
            "in_force_micros": micros(in_force),
        }))
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

impl Site {
    fn build(caller: &mut Caller, number: usize, shared: &Shared) -> Result<Self> {
        let version = Value::from("IPV4");
        let own = with(
            addresses(OWN_ADDRESSES, "10.255.0.2"),
            "IPAddressVersion",
            version,
        );
        let addresses = Thing::create(caller, "CreateIPSet", own, &format!("own-{number}"))?;
        let mut groups = Vec::new();
        let mut group_rules = Vec::new();
        for inner in 0..GROUPS_PER_WEB_ACL {
            let salt = 1_000 + number * GROUPS_PER_WEB_ACL + inner;
            group_rules = rules::ordinary(salt, 1, GROUP_RULES - 1, shared);
            let probe = rules::probe_value("probe", 0, "nothing");
            let input = json!({
                "Capacity": GROUP_CAPACITY, "VisibilityConfig": rules::visibility("group"),
                "Rules": (rules::first(probe, &group_rules)),
            });
            let name = format!("group-{number}-{inner}");
            groups.push(Thing::create(caller, "CreateRuleGroup", input, &name)?);
        }
        let managed =
            |name: &str| json!({"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": name}});
        let mut web_acl_rules = vec![
            rules::probe_address("probe-own", 1, &addresses.arn),
            rules::probe_address("probe-shared", 2, &shared.addresses),
            rules::probe_pattern("probe-pattern", 3, shared),
            rules::group("common", 4, &managed("AWSManagedRulesCommonRuleSet")),
            rules::group("sqli", 5, &managed("AWSManagedRulesSQLiRuleSet")),
        ];
        for (at, group) in groups.iter().enumerate() {
            let statement = json!({"RuleGroupReferenceStatement": {"ARN": group.arn}});
            web_acl_rules.push(rules::group(&group.name, 6 + at, &statement));
        }
        let count = OWN_RULES - web_acl_rules.len() - 1;
        web_acl_rules.extend(rules::ordinary(number, 100, count, shared));
        let web_acl = Thing::create(
            caller,
            "CreateWebACL",
            web_acl_input(&web_acl_rules, "nothing"),
            &format!("acl-{number}"),
        )?;
        // A free port, taken again a moment later by the load balancer's listener.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let name = format!("site-{number}");
        let form = format!("Version=2015-12-01&Action=CreateLoadBalancer&Name={name}");
        let answer = caller.form(ELB, &form)?;
        let load_balancer = element(&answer, "LoadBalancerArn")?;
        let escaped = load_balancer.replace(':', "%3A").replace('/', "%2F");
        let form = format!(
            "Version=2015-12-01&Action=CreateListener&LoadBalancerArn={escaped}&Protocol=HTTP&Port={port}\
             &DefaultActions.member.1.Type=fixed-response\
             &DefaultActions.member.1.FixedResponseConfig.StatusCode=200"
        );
        caller.form(ELB, &form)?;
        let input = json!({"WebACLArn": web_acl.arn, "ResourceArn": load_balancer});
        caller.json(WAFV2, "AssociateWebACL", &input)?;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let began = Instant::now();
        let client = loop {
            match Connection::open(address) {
                Ok(client) => break client,
                Err(error) if began.elapsed() > PATIENCE => return Err(error),
                Err(_) => std::thread::sleep(Duration::from_millis(10)),
            }
        };
        Ok(Self {
            client,
            host: address.to_string(),
            web_acl,
            group: groups.into_iter().next_back().context("no group")?,
            addresses,
            web_acl_rules,
            group_rules,
        })
    }

    fn request(&self, (name, value): (&str, &String)) -> String {
        format!(
            "GET /shop/items?page=2 HTTP/1.1\r\nhost: {}\r\n\
             user-agent: Mozilla/5.0 (X11; Linux x86_64)\r\naccept: */*\r\n{name}: {value}\r\n\r\n",
            self.host
        )
    }

    fn status(&mut self, request: &str) -> Result<u16> {
        if let Ok((status, _)) = self.client.exchange(request.as_bytes()) {
            return Ok(status);
        }
        // It was idle for too long.
        self.client.reopen()?;
        Ok(self.client.exchange(request.as_bytes())?.0)
    }

    fn update_web_acl(&mut self, caller: &mut Caller, probe: &str) -> Result<()> {
        let input = web_acl_input(&self.web_acl_rules, probe);
        self.web_acl.update(caller, "UpdateWebACL", input)
    }

    fn update_group(&mut self, caller: &mut Caller, probe: &str) -> Result<()> {
        let probe = rules::probe_value("probe", 0, probe);
        let input = json!({
            "VisibilityConfig": rules::visibility("group"),
            "Rules": (rules::first(probe, &self.group_rules)),
        });
        self.group.update(caller, "UpdateRuleGroup", input)
    }
}

fn web_acl_input(others: &[Value], probe: &str) -> Value {
    let probe = rules::probe_value("probe", 0, probe);
    json!({
        "DefaultAction": {"Allow": {}}, "VisibilityConfig": rules::visibility("acl"),
        "Rules": (rules::first(probe, others)),
    })
}
