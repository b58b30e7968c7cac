//! Why a rule matched: the bytes that made each statement match or, where a statement asks for the
//! absence of something, what was there instead.

use crate::error::EvaluateError;
use crate::evaluate::{Evaluation, INCONSISTENT};
use crate::field::Origin;
use crate::program::{FieldNode, Node};
use crate::session::TargetValues;
use crate::statement::{ForwardedIp, origin_address};
use crate::verdict::Evidence;

impl Evaluation<'_, '_, '_> {
    /// Collects what made a statement match; it does match.
    pub(crate) fn explain(
        &self,
        node: &Node,
        evidence: &mut Vec<Evidence>,
    ) -> Result<(), EvaluateError> {
        if evidence.len() >= Evidence::PIECES_MAX {
            return Ok(());
        }
        let request = self.session.parts.request();
        match node {
            Node::Field(field) => evidence.extend(self.explain_field(field)?),
            Node::IpSet(reference) => {
                if let Some((location, address, block)) = reference.find(request) {
                    evidence.push(of_text("IP", location, &address, block));
                }
            }
            Node::List(list) => {
                if let Some(block) = self.listed(*list) {
                    let address = request.client_ip.to_string();
                    let pattern = format!("{} {block}", list.as_str());
                    evidence.push(of_text("IP", "IP".to_owned(), &address, pattern));
                }
            }
            Node::Geo(_) | Node::Asn(_) => evidence.extend(self.origin(node)),
            Node::Label(label) => {
                if let Some(given) = self.labels.iter().find(|given| label.is_match(given)) {
                    let location = "LABEL".to_owned();
                    evidence.push(of_text("LABEL", location, given, label.key.clone()));
                }
            }
            Node::And(inner) => {
                for one in inner {
                    self.explain(one, evidence)?;
                }
            }
            Node::Or(inner) => {
                for one in inner {
                    if self.matches(one)? {
                        return self.explain(one, evidence);
                    }
                }
            }
            Node::Not(inner) => self.explain_absence(inner, evidence)?,
        }
        Ok(())
    }

    /// Collects what was there while a statement did not match.
    fn explain_absence(
        &self,
        node: &Node,
        evidence: &mut Vec<Evidence>,
    ) -> Result<(), EvaluateError> {
        if evidence.len() >= Evidence::PIECES_MAX {
            return Ok(());
        }
        let request = self.session.parts.request();
        match node {
            Node::Field(field) => evidence.extend(self.absence_in_field(field)?),
            Node::IpSet(reference) => {
                let address = request.client_ip.to_string();
                let location = match &reference.forwarded {
                    None => "IP".to_owned(),
                    Some((forwarded, _)) => header(forwarded),
                };
                let arn = reference.arn.to_string();
                evidence.push(of_value("NOT_IP", location, &address, arn));
            }
            Node::List(list) => {
                let (address, name) = (request.client_ip.to_string(), list.as_str().to_owned());
                evidence.push(of_value("NOT_IP", "IP".to_owned(), &address, name));
            }
            Node::Geo(_) | Node::Asn(_) => {
                let found = self.origin(node).map(|found| Evidence {
                    condition: if matches!(node, Node::Geo(_)) {
                        "NOT_GEO"
                    } else {
                        "NOT_ASN"
                    },
                    matched: Vec::new(),
                    ..found
                });
                evidence.extend(found);
            }
            Node::Label(label) => {
                let given = self.labels.to_vec().join(" ");
                let location = "LABEL".to_owned();
                evidence.push(of_value("NOT_LABEL", location, &given, label.key.clone()));
            }
            Node::And(inner) => {
                for one in inner {
                    if !self.matches(one)? {
                        return self.explain_absence(one, evidence);
                    }
                }
            }
            Node::Or(inner) => {
                for one in inner {
                    self.explain_absence(one, evidence)?;
                }
            }
            Node::Not(inner) => self.explain(inner, evidence)?,
        }
        Ok(())
    }

    /// Where the request comes from, and where it should.
    fn origin(&self, node: &Node) -> Option<Evidence> {
        let networks = self.surroundings.networks;
        let (condition, forwarded, wanted) = match node {
            Node::Geo(geo) => ("GEO", &geo.forwarded, geo.countries.join(" ")),
            Node::Asn(asn) => {
                let wanted: Vec<String> = asn.asns.iter().map(ToString::to_string).collect();
                ("ASN", &asn.forwarded, wanted.join(" "))
            }
            _ => return None,
        };
        let location = forwarded.as_ref().map_or_else(|| "IP".to_owned(), header);
        let Ok(address) = origin_address(forwarded.as_ref(), self.session.parts.request()) else {
            let fallback = "invalid forwarded address".to_owned();
            return Some(of_text(condition, location, "", fallback));
        };
        let found = if condition == "GEO" {
            let found = networks.location_of(address);
            found.country.unwrap_or_else(|| "XX".to_owned())
        } else {
            networks.asn_of(address).to_string()
        };
        Some(Evidence {
            value: format!("{address} {found}").into_bytes(),
            ..of_text(condition, location, &found, wanted)
        })
    }

    fn explain_field(&self, node: &FieldNode) -> Result<Option<Evidence>, EvaluateError> {
        let condition = node.predicate.condition();
        let values = match self.session.values(node.target).ok_or(INCONSISTENT)? {
            TargetValues::Decided(false, _) => return Ok(None),
            TargetValues::Decided(true, reason) => {
                let location = self.location(node, &Origin::Field)?;
                let found = Evidence {
                    sensitivity_level: node.predicate.sensitivity_level(),
                    ..of_value(condition, location, "", (*reason).to_owned())
                };
                return Ok(Some(with_transformations(found, node)));
            }
            TargetValues::Values(values, _) => values,
        };
        for value in values {
            let bytes = value.bytes.as_bytes();
            let Some(found) = node.predicate.find(bytes)? else {
                continue;
            };
            let start = found.range.start;
            let end = found.range.end.min(start + Evidence::MATCHED_BYTES_MAX);
            let found = Evidence {
                condition,
                sensitivity_level: node.predicate.sensitivity_level(),
                location: self.location(node, &value.origin)?,
                transformations: Vec::new(),
                matched: bytes.get(start..end).unwrap_or_default().to_vec(),
                offset: start,
                value: around(bytes, start, end).to_vec(),
                pattern: found.pattern,
            };
            return Ok(Some(with_transformations(found, node)));
        }
        Ok(None)
    }

    /// The first value of a field in which a predicate found nothing.
    fn absence_in_field(&self, node: &FieldNode) -> Result<Option<Evidence>, EvaluateError> {
        let condition = match node.predicate.condition() {
            "BYTE" => "NOT_BYTE",
            "REGEX" => "NOT_REGEX",
            "SIZE" => "NOT_SIZE",
            "SQL_INJECTION" => "NOT_SQL_INJECTION",
            _ => "NOT_XSS",
        };
        let (location, value, pattern) =
            match self.session.values(node.target).ok_or(INCONSISTENT)? {
                TargetValues::Decided(_, reason) => (
                    self.location(node, &Origin::Field)?,
                    Vec::new(),
                    (*reason).to_owned(),
                ),
                TargetValues::Values(values, _) => {
                    let first = values.first();
                    let origin = first.map_or(&Origin::Field, |value| &value.origin);
                    let bytes = first.map_or(b"".as_slice(), |value| value.bytes.as_bytes());
                    let cut = bytes.get(..Evidence::VALUE_BYTES_MAX).unwrap_or(bytes);
                    (
                        self.location(node, origin)?,
                        cut.to_vec(),
                        node.predicate.wanted(),
                    )
                }
            };
        let found = Evidence {
            value,
            ..of_value(condition, location, "", pattern)
        };
        Ok(Some(with_transformations(found, node)))
    }

    fn location(&self, node: &FieldNode, origin: &Origin<'_>) -> Result<String, EvaluateError> {
        let field = self.session.field(node.target).ok_or(INCONSISTENT)?;
        Ok(field.location(origin, self.session.parts.request()))
    }
}

fn header(forwarded: &ForwardedIp) -> String {
    format!("HEADER: {}", forwarded.header)
}

fn with_transformations(evidence: Evidence, node: &FieldNode) -> Evidence {
    let names = node.transformations.iter();
    Evidence {
        transformations: names.map(|one| one.as_str().to_owned()).collect(),
        ..evidence
    }
}

/// Evidence of a text that matched as a whole.
fn of_text(condition: &'static str, location: String, text: &str, pattern: String) -> Evidence {
    Evidence {
        matched: text.as_bytes().to_vec(),
        ..of_value(condition, location, text, pattern)
    }
}

/// Evidence of a text in which nothing matched.
fn of_value(condition: &'static str, location: String, text: &str, pattern: String) -> Evidence {
    let bytes = text.as_bytes();
    Evidence {
        condition,
        sensitivity_level: None,
        location,
        transformations: Vec::new(),
        matched: Vec::new(),
        offset: 0,
        value: bytes
            .get(..Evidence::VALUE_BYTES_MAX)
            .unwrap_or(bytes)
            .to_vec(),
        pattern,
    }
}

/// At most [`Evidence::VALUE_BYTES_MAX`] bytes of a value, a match among them.
fn around(value: &[u8], start: usize, end: usize) -> &[u8] {
    let spare = Evidence::VALUE_BYTES_MAX.saturating_sub(end - start);
    let from = start
        .saturating_sub(spare / 2)
        .min(value.len().saturating_sub(Evidence::VALUE_BYTES_MAX));
    let to = value.len().min(from + Evidence::VALUE_BYTES_MAX);
    value.get(from..to).unwrap_or(value)
}
