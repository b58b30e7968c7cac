//! Makes the calls of a plan. What fails is told, and all that does not depend on it goes on.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use types::Region;

use super::account::{Description, list, text};
use super::client::{Api, CallError, Client};
use super::plan::{Plan, PlannedCall, Step, resolved};
use super::report::{Entry, Outcome};

/// How long a listener may take to open.
const OPENS_WITHIN: Duration = Duration::from_secs(10);

/// Makes it so; answers what came of each step.
pub(crate) struct Applying<'a> {
    pub(crate) client: &'a Client,
    pub(crate) region: &'a Region,
    pub(crate) here: &'a Description,
    /// Whether listeners here can be looked at from here.
    pub(crate) is_local: bool,
}

impl Applying<'_> {
    /// All steps in their order.
    pub(crate) fn apply(&self, plan: Plan) -> Vec<Entry> {
        let mut entries = plan.entries;
        let mut known = plan.known;
        for step in plan.steps {
            if let Some(missing) = step.needs.iter().find(|need| !known.contains_key(*need)) {
                let reason = format!("what it refers to is not here: {missing}");
                entries.push(failed(&step.entry, reason).advised("see there"));
                continue;
            }
            let in_use = self.in_use(&step, &known);
            if let Some(address) = in_use {
                let reason = format!("another program listens at {address}");
                entries.push(failed(&step.entry, reason).advised(port_advice(address.port())));
                continue;
            }
            let mut result = Ok(());
            let mut more = Vec::new();
            for call in &step.calls {
                let input = resolved(&call.input, &known);
                match self.call(call, input, &step.entry, &mut more) {
                    Ok(output) => {
                        if let Some((pointer, there)) = &call.gives
                            && let Some(here) = output.pointer(pointer).and_then(Value::as_str)
                        {
                            known.insert(there.clone(), here.to_owned());
                        }
                    }
                    Err(error) => {
                        result = Err(error.to_string());
                        break;
                    }
                }
            }
            if result.is_ok() {
                result = self.opened(&step, &mut known);
            }
            match result {
                Ok(()) => {
                    known.extend(step.provides.map(|key| (key, String::new())));
                    let all_refused =
                        !more.is_empty() && more.len() == attributes(&step.calls).len();
                    if !all_refused {
                        entries.push(step.entry);
                    }
                }
                Err(reason) => {
                    let advice = step.opens.map(|(_, port)| port_advice(port));
                    let mut entry = failed(&step.entry, reason);
                    entry.advice = advice;
                    entries.push(entry);
                }
            }
            entries.append(&mut more);
        }
        entries
    }

    fn call(
        &self,
        call: &PlannedCall,
        mut input: Value,
        entry: &Entry,
        more: &mut Vec<Entry>,
    ) -> Result<Value, CallError> {
        if call.api == Api::Wafv2 && call.operation.starts_with("Update") {
            let lock_token = self.lock_token(call.operation, &input)?;
            if let Value::Object(members) = &mut input {
                members.insert("LockToken".to_owned(), json!(lock_token));
            }
        }
        let result = self
            .client
            .call(call.api, self.region, call.operation, &input);
        match result {
            Err(CallError::Refused { .. }) if call.operation.ends_with("Attributes") => {
                Ok(self.one_by_one(call, &input, entry, more))
            }
            result => result,
        }
    }

    fn lock_token(&self, operation: &str, input: &Value) -> Result<String, CallError> {
        let operation = operation.replacen("Update", "Get", 1);
        let which = json!({
            "Name": text(input, "Name"), "Id": text(input, "Id"), "Scope": text(input, "Scope"),
        });
        let answer = self
            .client
            .call(Api::Wafv2, self.region, &operation, &which)?;
        Ok(text(&answer, "LockToken").to_owned())
    }

    /// Attributes that were refused together: those that can be set are.
    fn one_by_one(
        &self,
        call: &PlannedCall,
        input: &Value,
        entry: &Entry,
        more: &mut Vec<Entry>,
    ) -> Value {
        for attribute in list(input, "Attributes") {
            let mut alone = input.clone();
            if let Some(attributes) = alone.get_mut("Attributes") {
                *attributes = json!([attribute]);
            }
            let set = self
                .client
                .call(call.api, self.region, call.operation, &alone);
            if let Err(error) = set {
                let (key, value) = (text(attribute, "Key"), text(attribute, "Value"));
                let name = format!("{key}={value} of {}", entry.name);
                let entry = Entry::new(&entry.region, "attribute", &name, Outcome::NotSupported);
                more.push(entry.because(error.to_string()));
            }
        }
        Value::Null
    }

    /// Where somebody else listens that a listener is to open at.
    fn in_use(&self, step: &Step, known: &Known) -> Option<SocketAddr> {
        let (balancer, port) = step.opens.as_ref().filter(|_| self.is_local)?;
        let listens = |one: &Value| one.get("Port").and_then(Value::as_u64) == Some((*port).into());
        let mut listeners = self
            .here
            .load_balancers
            .iter()
            .flat_map(|one| &one.listeners);
        if listeners.any(|one| listens(&one.body)) {
            return None;
        }
        let addresses = self.addresses(known.get(balancer)?, *port);
        addresses.into_iter().find(is_open)
    }

    /// Waits until a new listener is open. One that this machine does not let `btz` open is taken
    /// away again: it would be there and answer nobody.
    fn opened(&self, step: &Step, known: &mut Known) -> Result<(), String> {
        let Some((balancer, port)) = step.opens.as_ref().filter(|_| self.is_local) else {
            return Ok(());
        };
        let addresses = known.get(balancer).map(|arn| self.addresses(arn, *port));
        let addresses = addresses.unwrap_or_default();
        let begin = Instant::now();
        while !addresses.is_empty() && begin.elapsed() < OPENS_WITHIN {
            if addresses.iter().any(is_open) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let Some(first) = addresses.first() else {
            return Ok(());
        };
        let given = step.calls.iter().find_map(|call| call.gives.as_ref());
        let arn = given.and_then(|(_, there)| known.remove(there));
        let elb = Api::ElasticLoadBalancing;
        let input = json!({"ListenerArn": arn});
        let taken = self.client.call(elb, self.region, "DeleteListener", &input);
        let mut reason = format!("btz could not listen at {first} (its log says why)");
        if let Err(error) = taken {
            reason.push_str(&format!("; the listener is left there: {error}"));
        }
        Err(reason)
    }

    /// Where the load balancer's listeners are bound, as its name says: a name under `localhost`, or
    /// an address.
    fn addresses(&self, arn: &str, port: u16) -> Vec<SocketAddr> {
        let elb = Api::ElasticLoadBalancing;
        let input = json!({"LoadBalancerArns": [arn]});
        let Ok(answer) = self
            .client
            .call(elb, self.region, "DescribeLoadBalancers", &input)
        else {
            return Vec::new();
        };
        let name = answer
            .pointer("/LoadBalancers/0/DNSName")
            .and_then(Value::as_str);
        let name = name.unwrap_or_default();
        let addresses = match name.parse::<IpAddr>() {
            Ok(address) => vec![address],
            Err(_) if name.ends_with(".localhost") => {
                vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]
            }
            Err(_) => Vec::new(),
        };
        addresses
            .into_iter()
            .map(|ip| SocketAddr::new(ip, port))
            .collect()
    }
}

type Known = std::collections::BTreeMap<String, String>;

fn attributes(calls: &[PlannedCall]) -> &[Value] {
    calls
        .first()
        .map_or(&[], |call| list(&call.input, "Attributes"))
}

fn failed(entry: &Entry, reason: String) -> Entry {
    Entry::new(&entry.region, &entry.kind, &entry.name, Outcome::Failed).because(reason)
}

fn port_advice(port: u16) -> String {
    format!(
        "give it a port that is free and allowed, and run this again: --listener-port PORT=8080 for \
         the PORT in AWS that is {port} here (ports below 1024 need CAP_NET_BIND_SERVICE)"
    )
}

fn is_open(address: &SocketAddr) -> bool {
    TcpStream::connect_timeout(address, Duration::from_millis(500)).is_ok()
}
