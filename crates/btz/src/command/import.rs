//! `btz import aws`: reads a real account by the user's own credentials, and makes what it has again
//! here, by this Bartizan's own API.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use types::{Clock as _, Region};

use crate::certificate::{self, Condition};
use crate::cli::{ImportAws, ImportCommand, Output};
use crate::config::{Config, TargetUrl};
use crate::import::account::{Description, list, text};
use crate::import::apply::Applying;
use crate::import::client::{Api, CallError, Client};
use crate::import::credentials;
use crate::import::plan::{LocalCertificate, ManagedGroup, Plan, Terms, plan};
use crate::import::reading::{Reading, ReadingError};
use crate::import::report::{Entry, Outcome, Report};
use crate::system::SystemClock;
use crate::{Exit, UsageError, caller, say};

/// Where CloudFront's web ACLs are.
const CLOUDFRONT_REGION: &str = "us-east-1";

/// The longest list of versions of a managed group that is looked at.
const VERSIONS_MAX: usize = 1_000;

/// `btz import ...`
pub(crate) fn import(command: &ImportCommand, output: Output) -> Result<Exit> {
    match command {
        ImportCommand::Aws(arguments) => aws(arguments, output),
    }
}

/// The two accounts.
struct Between<'a> {
    arguments: &'a ImportAws,
    config: &'a Config,
    source: Client,
    destination: Client,
    account: String,
    own_account: String,
}

fn aws(arguments: &ImportAws, output: Output) -> Result<Exit> {
    let config = arguments.options.config()?.checked()?;
    let given = credentials::given(arguments.profile.as_deref())?;
    let regions = regions(&arguments.regions, given.region.as_deref())?;
    let endpoint = endpoint(arguments, given.endpoint_url.as_deref(), config.api)?;
    let destination = Client::of_destination(config.api, caller::credentials(&config)?);
    let first = regions.first().context("no Region")?;
    let own_account = account(&destination, &config.region.parse()?)
        .context("the running btz does not answer (btz protect http://HOST:PORT)")?;
    let source = Client::of_source(endpoint, given.credentials)?;
    let account = account(&source, first).map_err(|error| of_source(error, &given.origin))?;
    let between = Between {
        arguments,
        config: &config,
        source,
        destination,
        account,
        own_account,
    };
    let result = between.import(&regions);
    between.source.done();
    between.destination.done();
    let entries = result.map_err(|error| match error.downcast::<CallError>() {
        Ok(error) => of_source(error, &given.origin),
        Err(error) => error,
    })?;
    let report = Report::new(arguments.dry_run, &between.account, entries);
    match output {
        Output::Table => say(&report.text()),
        Output::Json => say(&serde_json::to_string_pretty(&report)?),
    }
    Ok(if report.not_imported > 0 {
        Exit::Findings
    } else {
        Exit::Fine
    })
}

/// The account that credentials are of.
fn account(client: &Client, region: &Region) -> Result<String, CallError> {
    let sts = Api::SecurityTokenService;
    let answer = client.call(sts, region, "GetCallerIdentity", &json!({}))?;
    Ok(text(&answer, "Account").to_owned())
}

fn of_source(error: CallError, origin: &str) -> anyhow::Error {
    let of_credentials = error.is_of_credentials();
    let error = anyhow::Error::from(error);
    if of_credentials {
        error.context(format!(
            "AWS does not accept the credentials of {origin}: are they whole, and not expired? \
             (aws sts get-caller-identity)"
        ))
    } else {
        error.context(format!(
            "AWS does not answer, by the credentials of {origin}"
        ))
    }
}

fn regions(named: &[Region], set: Option<&str>) -> Result<Vec<Region>> {
    if named.is_empty() {
        let Some(set) = set else {
            let why = "which Region? give --region (it may be given several times)";
            return Err(UsageError(why.to_owned()).into());
        };
        let region = set.parse::<Region>();
        return Ok(vec![region.map_err(|error| UsageError(error.to_string()))?]);
    }
    let mut regions = Vec::new();
    for region in named {
        if !regions.contains(region) {
            regions.push(region.clone());
        }
    }
    Ok(regions)
}

/// The server that is asked instead of AWS.
fn endpoint(
    arguments: &ImportAws,
    set: Option<&str>,
    own: SocketAddr,
) -> Result<Option<TargetUrl>> {
    let Some(text) = arguments.endpoint_url.as_deref().or(set) else {
        return Ok(None);
    };
    let url = TargetUrl::parse(text).map_err(|_| {
        let form = "https://HOST[:PORT], or http:// on this machine";
        UsageError(format!("the endpoint URL {text} does not read {form}"))
    })?;
    let address = url.host.parse::<std::net::IpAddr>().ok();
    let loopback = url.host == "localhost" || address.is_some_and(|ip| ip.is_loopback());
    if !url.tls && !loopback {
        let why = format!("{text}: what is read must come by TLS: give https://");
        return Err(UsageError(why).into());
    }
    let is_here = address == Some(own.ip()) || (loopback && own.ip().is_loopback());
    if is_here && url.port == own.port() {
        let why = format!(
            "{text} is the Bartizan that is imported into, not AWS: unset AWS_ENDPOINT_URL, or give \
             another --endpoint-url"
        );
        return Err(UsageError(why).into());
    }
    Ok(Some(url))
}

impl Between<'_> {
    fn import(&self, regions: &[Region]) -> Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for region in regions {
            entries.extend(self.place(region, "REGIONAL")?);
        }
        let first = regions.first().map_or("", Region::as_str);
        let has_cloudfront = !first.starts_with("cn-") && !first.starts_with("us-gov-");
        let cloudfront: Region = CLOUDFRONT_REGION.parse()?;
        if self.arguments.cloudfront {
            entries.extend(self.place(&cloudfront, "CLOUDFRONT")?);
        } else if has_cloudfront {
            entries.extend(self.cloudfront_left_out(&cloudfront));
        }
        Ok(entries)
    }

    /// CloudFront's web ACLs protect nothing here unless they are asked for.
    fn cloudfront_left_out(&self, region: &Region) -> Vec<Entry> {
        let input = json!({"Scope": "CLOUDFRONT", "Limit": 100});
        let place = (Api::Wafv2, region);
        let items_max = self.arguments.max_items;
        let named =
            |name: &str| Entry::new(region.as_str(), "web ACL", name, Outcome::NotSupported);
        match self
            .source
            .pages(place, "ListWebACLs", &input, "WebACLs", items_max)
        {
            Ok(web_acls) => web_acls
                .iter()
                .map(|one| {
                    named(text(one, "Name"))
                        .because("it is of CloudFront (scope CLOUDFRONT), which is not here")
                        .advised("--cloudfront imports it for load balancers (scope REGIONAL)")
                })
                .collect(),
            Err(error) => vec![
                named("* (scope CLOUDFRONT)").because(format!("they cannot be listed: {error}")),
            ],
        }
    }

    /// Reads, plans, and (unless it is a dry run) makes one Region's items.
    fn place(&self, region: &Region, scope: &str) -> Result<Vec<Entry>> {
        let there = self.describe(&self.source, region, scope, &self.account)?;
        self.source.done();
        let here = self.describe(&self.destination, region, "REGIONAL", &self.own_account);
        let here = here.context("the running btz cannot be read")?;
        let plan = plan(&there, &here, &self.terms(region)?);
        if self.arguments.dry_run {
            return Ok(planned(plan));
        }
        let applying = Applying {
            client: &self.destination,
            region,
            here: &here,
            is_local: self.config.api.ip().is_loopback(),
        };
        Ok(applying.apply(plan))
    }

    fn describe(
        &self,
        client: &Client,
        region: &Region,
        scope: &str,
        account: &str,
    ) -> Result<Description> {
        let reading = Reading {
            client,
            region,
            scope,
            items_max: self.arguments.max_items,
            is_source: std::ptr::eq(client, &raw const self.source),
            found: Description::default(),
        };
        reading.read(account).map_err(|error| match error {
            ReadingError::Call(error) => error.into(),
            error => error.into(),
        })
    }

    fn terms(&self, region: &Region) -> Result<Terms> {
        let own = Some(self.own_account.parse()?);
        let statuses = certificate::statuses(self.config, own, SystemClock.now())?;
        let usable = |condition| matches!(condition, Condition::Valid | Condition::Expiring);
        let certificates = statuses.into_iter().filter(|one| usable(one.condition));
        let certificates = certificates.filter_map(|one| {
            Some(LocalCertificate {
                name: one.name.to_string(),
                arn: one.arn?,
                domains: one.domains,
            })
        });
        Ok(Terms {
            on_conflict: self.arguments.on_conflict,
            ports: self.arguments.listener_ports.iter().copied().collect(),
            certificate_names: self.arguments.certificates.iter().cloned().collect(),
            certificates: certificates.collect(),
            managed_groups: self.managed_groups(region)?,
            attributes: elb::attributes(),
        })
    }

    /// The managed rule groups that are here.
    fn managed_groups(&self, region: &Region) -> Result<BTreeMap<(String, String), ManagedGroup>> {
        let place = (Api::Wafv2, region);
        let input = json!({"Scope": "REGIONAL"});
        let (operation, member) = ("ListAvailableManagedRuleGroups", "ManagedRuleGroups");
        let items_max = self.arguments.max_items;
        let listed = self
            .destination
            .pages(place, operation, &input, member, items_max)?;
        let mut groups = BTreeMap::new();
        for group in listed {
            let (vendor, name) = (text(&group, "VendorName"), text(&group, "Name"));
            let input = json!({"Scope": "REGIONAL", "VendorName": vendor, "Name": name});
            let operation = "ListAvailableManagedRuleGroupVersions";
            let versions =
                self.destination
                    .pages(place, operation, &input, "Versions", VERSIONS_MAX)?;
            let operation = "DescribeManagedRuleGroup";
            let described = self
                .destination
                .call(Api::Wafv2, region, operation, &input)?;
            let names = |items: &[Value]| {
                items
                    .iter()
                    .map(|one| text(one, "Name").to_owned())
                    .collect()
            };
            let group = ManagedGroup {
                versions: names(&versions),
                rules: names(list(&described, "Rules")),
            };
            groups.insert((vendor.to_owned(), name.to_owned()), group);
        }
        Ok(groups)
    }
}

/// What a plan would do.
fn planned(plan: Plan) -> Vec<Entry> {
    let steps = plan.steps.into_iter().map(|step| step.entry);
    plan.entries.into_iter().chain(steps).collect()
}
