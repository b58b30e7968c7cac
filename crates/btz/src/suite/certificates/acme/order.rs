//! One order, from its beginning or from where a crash has left it: its URL and the key of its
//! certificate are kept before anything else is done. Source: RFC 8555, 7.1.6 (states of orders and
//! authorizations), 7.4 (issuance), 8 (challenges).

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use instant_acme::{
    Account, AuthorizationStatus, ChallengeStatus, ChallengeType, Error, Identifier, NewOrder,
    Order, OrderStatus, RetryPolicy,
};
use rcgen::{CertificateParams, CustomExtension, DistinguishedName, KeyPair};
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::CertifiedKey;
use zeroize::Zeroizing;

use super::{Customer, Refused};
use crate::certificate::acme::{ChallengeKind, State};
use crate::certificate::{self, Certificate, Name};

/// How the authority is asked what has become of an order.
const PATIENCE: RetryPolicy = RetryPolicy::new()
    .initial_delay(Duration::from_millis(500))
    .backoff(1.5)
    .timeout(Duration::from_secs(4 * 60));

/// How long a challenge's answer may take to come into force.
const IN_FORCE: Duration = Duration::from_secs(10);

impl Customer {
    /// Brings an order to its certificate, which is kept and in force then.
    pub(super) async fn order(&mut self, account: &Account, name: &Name) -> Result<Certificate> {
        let mut order = match self.resumed(account, name).await? {
            Some(order) => order,
            None => self.begun(account, name).await?,
        };
        if order.state().status == OrderStatus::Pending {
            self.prove(&mut order, name).await?;
        }
        let place = certificate::place(&self.authority.data, name);
        let files = &self.authority.files;
        let key = files.read(&State::order_key(&place))?;
        if order.state().status == OrderStatus::Ready {
            order.finalize_csr(&signing_request(name, &key)?).await?;
        }
        let chain = order.poll_certificate(&PATIENCE).await?;
        let data = &self.authority.data;
        let certificate = certificate::save(data, name, chain.as_bytes(), &key, files)
            .context("what was issued cannot be used")?;
        self.authority.certificates.look_now().await;
        Ok(certificate)
    }

    /// The order that was under way when this stopped, if the authority still has it.
    async fn resumed(&self, account: &Account, name: &Name) -> Result<Option<Order>> {
        let state = self.states.get(name).cloned().unwrap_or_default();
        let place = certificate::place(&self.authority.data, name);
        let Some(url) = state.order.filter(|_| State::order_key(&place).exists()) else {
            return Ok(None);
        };
        if state.directory != self.authority.config.directory {
            return Ok(None);
        }
        match account.order(url).await {
            Ok(mut order) => {
                let goes_on = order.state().status != OrderStatus::Invalid;
                tracing::info!(%name, goes_on, "there was an order under way");
                Ok(goes_on.then_some(order))
            }
            // It has expired, or never was: a new one is no more than that.
            Err(Error::Api(problem)) if matches!(problem.status, Some(403 | 404)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn begun(&mut self, account: &Account, name: &Name) -> Result<Order> {
        let place = certificate::place(&self.authority.data, name);
        let key = Zeroizing::new(KeyPair::generate()?.serialize_pem());
        let files = &self.authority.files;
        files.write(&State::order_key(&place), key.as_bytes())?;
        let identifiers = [Identifier::Dns(name.to_string())];
        let order = account.new_order(&NewOrder::new(&identifiers)).await?;
        let mut state = self.states.get(name).cloned().unwrap_or_default();
        state.directory.clone_from(&self.authority.config.directory);
        state.order = Some(order.url().to_owned());
        self.keep(name, state);
        Ok(order)
    }

    /// Shows the authority that the name leads here.
    async fn prove(&self, order: &mut Order, name: &Name) -> Result<()> {
        let kind = match self.authority.config.challenge {
            ChallengeKind::Http01 => ChallengeType::Http01,
            ChallengeKind::TlsAlpn01 => ChallengeType::TlsAlpn01,
        };
        let mut authorizations = order.authorizations();
        while let Some(authorization) = authorizations.next().await {
            let mut authorization = authorization?;
            match authorization.status {
                AuthorizationStatus::Valid => continue,
                AuthorizationStatus::Pending => {}
                other => bail!(Refused(format!("the authorization is {other:?}"))),
            }
            let Some(mut challenge) = authorization.challenge(kind.clone()) else {
                let offered = format!("the authority offers no {kind:?} challenge");
                bail!(Refused(offered));
            };
            let answer = challenge.key_authorization();
            match self.authority.config.challenge {
                ChallengeKind::Http01 => {
                    let known = (challenge.token.clone(), answer.as_str().to_owned());
                    self.authority.certificates.answer(known);
                    self.in_force(|snapshot| snapshot.challenges.contains_key(&challenge.token))
                        .await?;
                }
                ChallengeKind::TlsAlpn01 => {
                    let certificate = challenge_certificate(name, answer.digest().as_ref())?;
                    let known = (name.to_string(), certificate);
                    self.authority.certificates.answer_alpn(known);
                    self.in_force(|snapshot| snapshot.alpn_challenges.contains_key(name.as_str()))
                        .await?;
                }
            }
            // Of an order that goes on, the authority may have been told already.
            if challenge.status == ChallengeStatus::Pending {
                challenge.set_ready().await?;
            }
        }
        let status = match order.poll_ready(&PATIENCE).await {
            Ok(status) => status,
            Err(Error::Api(problem)) if problem.r#type.is_some() => {
                let reason = reason(order).await;
                bail!(Refused(reason.unwrap_or_else(|| problem.to_string())));
            }
            Err(error) => return Err(error.into()),
        };
        if status == OrderStatus::Invalid {
            let reason = reason(order).await;
            bail!(Refused(
                reason.unwrap_or_else(|| "the order is invalid".to_owned())
            ));
        }
        Ok(())
    }

    /// Waits until the edge answers a challenge.
    async fn in_force(&self, is_known: impl Fn(&edge::Snapshot) -> bool) -> Result<()> {
        let wait = async {
            while !is_known(&self.authority.policy.load()) {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::time::timeout(IN_FORCE, wait)
            .await
            .context("the edge did not take a challenge's answer over")
    }
}

/// Why an order is invalid: what the authority found when it looked.
async fn reason(order: &mut Order) -> Option<String> {
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let mut authorization = authorization.ok()?;
        let state = authorization.refresh().await.ok()?;
        let found = state.challenges.iter().find_map(|one| one.error.as_ref());
        if let Some(problem) = found {
            return Some(problem.to_string());
        }
    }
    None
}

fn signing_request(name: &Name, key_pem: &[u8]) -> Result<Vec<u8>> {
    let key = KeyPair::from_pem(std::str::from_utf8(key_pem)?)?;
    let mut request = CertificateParams::new([name.to_string()])?;
    request.distinguished_name = DistinguishedName::new();
    Ok(request.serialize_request(&key)?.der().to_vec())
}

/// The certificate that answers a TLS-ALPN-01 challenge (RFC 8737, 3).
fn challenge_certificate(name: &Name, digest: &[u8]) -> Result<Arc<CertifiedKey>> {
    let mut params = CertificateParams::new([name.to_string()])?;
    params.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let signing = any_supported_type(&key)?;
    // Not compared with its key: its critical extension is one that rustls does not read.
    let certified = CertifiedKey::new(vec![certificate.der().clone()], signing);
    Ok(Arc::new(certified))
}
