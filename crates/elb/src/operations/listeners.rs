//! `CreateListener`, `ModifyListener`, `DeleteListener`, `DescribeListeners`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use types::{Call, ServiceError};

use super::load_balancers::{delete_with_rules, require};
use super::references::{check_protocol, checked_actions, listener, load_balancer, trust_store};
use super::tags::judged;
use crate::draft::Draft;
use crate::limit::LISTENERS_MAX;
use crate::model::{
    Certificate, CreateListenerInput, CreateListenerOutput, DeleteListenerInput,
    DeleteListenerOutput, DescribeListenersInput, DescribeListenersOutput, Listener,
    ModifyListenerInput, ModifyListenerOutput, MutualAuthenticationAttributes,
};
use crate::page::page;
use crate::ssl_policy::{self, Policy};
use crate::state::{Kept, ListenerRow, RuleRow, Texts};
use crate::{Elb, exception, id};

/// What is chosen of a listener, beside its actions.
struct Chosen<'a> {
    port: i64,
    protocol: &'a str,
    ssl_policy: Option<&'a str>,
    certificates: Option<&'a [Certificate]>,
    alpn_policy: Option<&'a [String]>,
}

/// Fills a listener's protocol, policy and certificates in, or refuses them.
fn choose(elb: &Elb, listener: &mut Listener, chosen: &Chosen<'_>) -> Result<(), ServiceError> {
    let https = match chosen.protocol {
        "HTTP" => false,
        "HTTPS" => true,
        other => {
            return Err(exception::unsupported_protocol(format!(
                "Protocol '{other}' is not supported for application load balancers"
            )));
        }
    };
    if chosen.alpn_policy.is_some_and(|policy| !policy.is_empty()) {
        return Err(exception::validation(
            "An ALPN policy is only supported for TLS listeners of network load balancers",
        ));
    }
    listener.port = Some(chosen.port);
    listener.protocol = Some(chosen.protocol.to_owned());
    let certificates = chosen.certificates.unwrap_or_default();
    if !https {
        if !certificates.is_empty() || chosen.ssl_policy.is_some() {
            return Err(exception::validation(
                "Certificates and SSL policies can only be specified for HTTPS listeners",
            ));
        }
        listener.certificates = None;
        listener.ssl_policy = None;
        return Ok(());
    }
    let [certificate] = certificates else {
        return Err(exception::validation(
            "Exactly one certificate must be specified for HTTPS listeners",
        ));
    };
    let arn = certificate_arn(elb, certificate)?;
    let policy = chosen.ssl_policy.unwrap_or(ssl_policy::DEFAULT);
    if Policy::named(policy).is_none() {
        return Err(exception::ssl_policy_not_found(policy));
    }
    listener.certificates = Some(vec![Certificate {
        certificate_arn: Some(arn),
        is_default: None,
    }]);
    listener.ssl_policy = Some(policy.to_owned());
    Ok(())
}

/// How a listener's clients are asked for certificates, as it is described; or why they cannot be.
fn mutual_authentication(
    draft: &Draft<'_>,
    chosen: Option<&MutualAuthenticationAttributes>,
    https: bool,
) -> Result<Option<MutualAuthenticationAttributes>, ServiceError> {
    let chosen = chosen.cloned().unwrap_or_default();
    let mode = chosen.mode.as_deref().unwrap_or("off");
    if !["off", "passthrough", "verify"].contains(&mode) {
        let mode: String = mode.chars().take(64).collect();
        return Err(exception::validation(format!(
            "Mutual authentication mode '{mode}' is not valid"
        )));
    }
    if !https {
        return if mode == "off" {
            Ok(None)
        } else {
            Err(exception::validation(
                "Mutual authentication can only be specified for HTTPS listeners",
            ))
        };
    }
    let mut described = MutualAuthenticationAttributes {
        mode: Some(mode.to_owned()),
        ..MutualAuthenticationAttributes::default()
    };
    if mode != "verify" {
        let is_judging = chosen.trust_store_arn.is_some()
            || chosen.ignore_client_certificate_expiry == Some(true)
            || chosen.advertise_trust_store_ca_names.as_deref() == Some("on");
        return if is_judging {
            Err(exception::validation(
                "A trust store, IgnoreClientCertificateExpiry and AdvertiseTrustStoreCaNames can \
                 only be specified for mutual authentication in verify mode",
            ))
        } else {
            Ok(Some(described))
        };
    }
    let Some(arn) = chosen.trust_store_arn else {
        return Err(exception::validation(
            "A trust store ARN must be specified for mutual authentication in verify mode",
        ));
    };
    trust_store(draft, &arn)?;
    described.trust_store_arn = Some(arn);
    described.ignore_client_certificate_expiry =
        Some(chosen.ignore_client_certificate_expiry.unwrap_or(false));
    described.trust_store_association_status = Some("active".to_owned());
    let advertise = chosen.advertise_trust_store_ca_names;
    described.advertise_trust_store_ca_names = Some(advertise.unwrap_or_else(|| "off".to_owned()));
    Ok(Some(described))
}

/// The ARN of a certificate that is there.
pub(super) fn certificate_arn(
    elb: &Elb,
    certificate: &Certificate,
) -> Result<String, ServiceError> {
    if certificate.is_default.is_some() {
        return Err(exception::validation(
            "You cannot specify IsDefault for a certificate",
        ));
    }
    let arn = certificate.certificate_arn.clone().unwrap_or_default();
    if elb.directories.certificate(&arn).is_none() {
        return Err(exception::certificate_not_found(&arn));
    }
    Ok(arn)
}

/// Load balancers that share an address must speak one protocol at a port, and one load balancer
/// has one listener a port.
fn check_port(
    listeners: &[ListenerRow],
    modified: Option<&str>,
    balancer: &str,
    (address, protocol): (SocketAddr, &str),
) -> Result<(), ServiceError> {
    let others = || {
        let others = listeners
            .iter()
            .filter(|other| Some(other.arn()) != modified);
        others.filter(|other| other.address == address)
    };
    if others().any(|other| other.listener.load_balancer_arn.as_deref() == Some(balancer)) {
        return Err(match modified {
            None => exception::duplicate_listener(balancer),
            Some(_) => exception::validation(format!(
                "Listener port '{}' is already in use",
                address.port()
            )),
        });
    }
    let speaks = |other: &&ListenerRow| other.listener.protocol.as_deref() != Some(protocol);
    if let Some(other) = others().find(speaks) {
        return Err(exception::invalid_configuration(format!(
            "At {address} the listener '{}' speaks another protocol",
            other.arn()
        )));
    }
    Ok(())
}

pub(crate) async fn create_listener(
    elb: &Elb,
    call: &Call,
    input: CreateListenerInput,
) -> Result<CreateListenerOutput, ServiceError> {
    let tags = judged(input.tags.clone())?;
    elb.change(call, |draft| {
        let balancer = load_balancer(draft, &input.load_balancer_arn)?;
        let Some(protocol) = input.protocol.as_deref() else {
            return Err(exception::validation(
                "A listener protocol must be specified",
            ));
        };
        let Some(port) = input.port else {
            return Err(exception::validation("A listener port must be specified"));
        };
        let mut row = ListenerRow {
            listener: Listener {
                load_balancer_arn: Some(input.load_balancer_arn.clone()),
                ..Listener::default()
            },
            address: address(balancer.address, port)?,
            certificates: Vec::new(),
            attributes: Texts::new(),
            tags: tags.clone(),
        };
        choose(
            elb,
            &mut row.listener,
            &Chosen {
                port,
                protocol,
                ssl_policy: input.ssl_policy.as_deref(),
                certificates: input.certificates.as_deref(),
                alpn_policy: input.alpn_policy.as_deref(),
            },
        )?;
        row.listener.mutual_authentication =
            mutual_authentication(draft, input.mutual_authentication.as_ref(), row.is_https())?;
        let arn = &input.load_balancer_arn;
        let actions = checked_actions(draft, arn, &input.default_actions, row.is_https())?;
        row.listener.default_actions = Some(actions);
        let listeners: Vec<ListenerRow> = draft.all()?;
        let own: Vec<&ListenerRow> = listeners
            .iter()
            .filter(|other| other.listener.load_balancer_arn.as_ref() == Some(arn))
            .collect();
        // The same again is no error.
        let same = |other: &&&ListenerRow| {
            let listener_arn = other.listener.listener_arn.clone();
            let again = Listener {
                listener_arn,
                ..row.listener.clone()
            };
            other.listener == again
        };
        if let Some(same) = own.iter().find(same) {
            return Ok(created((**same).clone()));
        }
        check_port(&listeners, None, arn, (row.address, protocol))?;
        if own.len() >= LISTENERS_MAX {
            return Err(exception::too_many(
                "TooManyListeners",
                "listeners",
                LISTENERS_MAX,
            ));
        }
        let parent = arn.parse().map_err(exception::internal)?;
        let listener_arn = draft.place.listener(&parent, &draft.id()?);
        row.listener.listener_arn = Some(listener_arn.to_string());
        draft.put(&row)?;
        Ok(created(row))
    })
    .await
}

fn created(row: ListenerRow) -> CreateListenerOutput {
    CreateListenerOutput {
        listeners: Some(vec![row.listener]),
    }
}

fn address(ip: Option<IpAddr>, port: i64) -> Result<SocketAddr, ServiceError> {
    let port = u16::try_from(port).map_err(exception::internal)?;
    Ok(SocketAddr::new(
        ip.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        port,
    ))
}

pub(crate) async fn modify_listener(
    elb: &Elb,
    call: &Call,
    input: ModifyListenerInput,
) -> Result<ModifyListenerOutput, ServiceError> {
    elb.change(call, |draft| {
        let mut row = listener(draft, &input.listener_arn)?;
        let old = row.listener.clone();
        let protocol = input.protocol.as_ref().or(old.protocol.as_ref());
        let protocol = protocol.map_or("HTTP", String::as_str);
        let port = input.port.or(old.port).unwrap_or(80);
        let https = protocol == "HTTPS";
        // A listener that becomes HTTP forgets what it had of TLS; the edge's own identity has no
        // ARN, so `default` keeps it without one.
        let kept = |there: bool| there && https;
        let own_identity = row.is_https() && old.certificates.is_none();
        if own_identity && https && input.certificates.is_none() {
            let policy = input.ssl_policy.as_deref().or(old.ssl_policy.as_deref());
            let policy = policy.unwrap_or(ssl_policy::DEFAULT);
            if Policy::named(policy).is_none() {
                return Err(exception::ssl_policy_not_found(policy));
            }
            row.listener.ssl_policy = Some(policy.to_owned());
            row.listener.port = Some(port);
        } else {
            let old_policy = old.ssl_policy.as_deref().filter(|_| kept(true));
            let old_certificates = old.certificates.as_deref().filter(|_| kept(true));
            let chosen = Chosen {
                port,
                protocol,
                ssl_policy: input.ssl_policy.as_deref().or(old_policy),
                certificates: input.certificates.as_deref().or(old_certificates),
                alpn_policy: input.alpn_policy.as_deref(),
            };
            choose(elb, &mut row.listener, &chosen)?;
        }
        let old_mutual = old.mutual_authentication.as_ref().filter(|_| kept(true));
        let mutual = input.mutual_authentication.as_ref().or(old_mutual);
        row.listener.mutual_authentication = mutual_authentication(draft, mutual, https)?;
        if !https {
            row.certificates.clear();
        }
        let balancer = old.load_balancer_arn.clone().unwrap_or_default();
        row.address = address(Some(row.address.ip()), port)?;
        let listeners: Vec<ListenerRow> = draft.all()?;
        check_port(
            &listeners,
            Some(&input.listener_arn),
            &balancer,
            (row.address, protocol),
        )?;
        let actions = input
            .default_actions
            .as_deref()
            .or(old.default_actions.as_deref());
        let actions = actions.unwrap_or_default();
        let actions = checked_actions(draft, &balancer, actions, https)?;
        row.listener.default_actions = Some(actions);
        if row.listener.protocol != old.protocol {
            check_rules(draft, &row)?;
        }
        draft.put(&row)?;
        Ok(ModifyListenerOutput {
            listeners: Some(vec![row.listener]),
        })
    })
    .await
}

/// The rules must suit the listener's protocol, which is another one now.
fn check_rules(draft: &Draft<'_>, row: &ListenerRow) -> Result<(), ServiceError> {
    let rules: Vec<RuleRow> = draft.all()?;
    for rule in rules.iter().filter(|rule| rule.listener_arn() == row.arn()) {
        let actions = rule.rule.actions.as_deref().unwrap_or_default();
        check_protocol(draft, actions, row.is_https())?;
    }
    Ok(())
}

pub(crate) async fn delete_listener(
    elb: &Elb,
    call: &Call,
    input: DeleteListenerInput,
) -> Result<DeleteListenerOutput, ServiceError> {
    elb.change(call, |draft| {
        let row = listener(draft, &input.listener_arn)?;
        delete_with_rules(draft, &[row])?;
        Ok(DeleteListenerOutput {})
    })
    .await
}

pub(crate) async fn describe_listeners(
    elb: &Elb,
    call: &Call,
    input: DescribeListenersInput,
) -> Result<DescribeListenersOutput, ServiceError> {
    let arns = input.listener_arns.unwrap_or_default();
    let mut found: Vec<ListenerRow> = elb.all(call)?;
    match (&input.load_balancer_arn, arns.is_empty()) {
        (None, true) | (Some(_), false) => {
            return Err(exception::validation(
                "You must specify either listener ARNs or a load balancer ARN",
            ));
        }
        (Some(load_balancer), true) => {
            require(elb, call, load_balancer)?;
            found.retain(|row| row.listener.load_balancer_arn.as_ref() == Some(load_balancer));
        }
        (None, false) => {
            if let Some(wrong) = arns.iter().find(|arn| !id::is("listener", arn)) {
                return Err(exception::invalid_arn("listener", wrong));
            }
            if arns
                .iter()
                .any(|arn| !found.iter().any(|row| row.arn() == arn))
            {
                return Err(exception::listeners_not_found());
            }
            found.retain(|row| arns.iter().any(|arn| arn == row.arn()));
        }
    }
    let (rows, next_marker) = page(found, input.marker.as_deref(), input.page_size)?;
    Ok(DescribeListenersOutput {
        listeners: Some(rows.into_iter().map(|row| row.listener).collect()),
        next_marker,
    })
}
