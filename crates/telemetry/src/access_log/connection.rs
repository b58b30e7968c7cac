//! One line of the connection log. Source: Application Load Balancers, "Connection log entries",
//! "Syntax": 13 fields, in this order, one blank between them. What is not there is `-`.
//!
//! Where a handshake has failed, `tls_protocol` and `tls_cipher` are `-` here: nothing was agreed on.

use super::entry::{Line, moment, openssl_name, trace_id};
use crate::connection::{ConnectionEvent, LeafCertificate};

/// Appends the connection's line, with its line feed.
pub fn append_connection_line(lines: &mut Vec<u8>, event: &ConnectionEvent) {
    let mut line = Line(lines);
    let handshake = event.handshake.as_ref();
    let negotiated = handshake.and_then(|handshake| handshake.negotiated.as_ref());
    let leaf = handshake.and_then(|handshake| handshake.certificate.as_ref());
    line.begin(&moment(event.time, std::time::Duration::ZERO));
    line.plain(&event.client.ip().to_canonical().to_string());
    line.plain(&event.client.port().to_string());
    line.plain(&event.listener_port.to_string());
    line.or_none(negotiated.map(|tls| tls.protocol));
    let cipher = negotiated.map(|tls| openssl_name(&tls.cipher));
    line.or_none(cipher.as_deref());
    let latency = negotiated.map(|tls| format!("{:.3}", tls.latency.as_secs_f64()));
    line.or_none(latency.as_deref());
    line.quoted_text(leaf.map(|leaf| leaf.subject.as_str()));
    line.or_none(leaf.map(|leaf: &LeafCertificate| leaf.validity.as_str()));
    line.or_none(leaf.map(|leaf| leaf.serial_number.as_str()));
    let status = handshake.map(|handshake| match handshake.failed {
        None => "Success".to_owned(),
        Some(error) => format!("Failed:{}", error.as_str()),
    });
    line.or_none(status.as_deref());
    line.plain(&trace_id(event.id));
    line.or_none(negotiated.and_then(|tls| tls.key_exchange));
    line.end();
}

#[cfg(test)]
mod tests {
    use types::{RequestId, Time};

    use super::*;
    use crate::connection::{ClientCertError, ConnectionError, Handshake, Negotiated};

    fn event(handshake: Option<Handshake>) -> ConnectionEvent {
        ConnectionEvent {
            id: RequestId::from_random([7; 16]),
            time: Time::parse_rfc3339("2023-10-04T17:05:15Z").unwrap(),
            load_balancer_arn: String::new(),
            client: "[::ffff:203.0.113.1]:36280".parse().unwrap(),
            listener_port: 443,
            handshake,
        }
    }

    fn line(event: &ConnectionEvent) -> String {
        let mut lines = Vec::new();
        append_connection_line(&mut lines, event);
        let id = event.id.to_string().replace('-', "");
        String::from_utf8(lines).unwrap().replace(&id, "ID")
    }

    fn leaf() -> LeafCertificate {
        LeafCertificate {
            subject: "CN=a\\\"b,O=endEntity".to_owned(),
            validity: "NotBefore=2023-09-21T22:43:21Z;NotAfter=2026-06-17T22:43:21Z".to_owned(),
            serial_number: "FEF257372D5C14D4".to_owned(),
        }
    }

    #[test]
    fn lines_are_those_of_the_user_guide() {
        let success = event(Some(Handshake {
            negotiated: Some(Negotiated {
                protocol: "TLSv1.2",
                cipher: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256".to_owned(),
                key_exchange: Some("X25519"),
                latency: std::time::Duration::from_millis(4036),
            }),
            certificate: Some(leaf()),
            failed: None,
        }));
        assert_eq!(
            line(&success),
            "2023-10-04T17:05:15.000000Z 203.0.113.1 36280 443 TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256 \
             4.036 \"CN=a\\x5C\\x22b,O=endEntity\" \
             NotBefore=2023-09-21T22:43:21Z;NotAfter=2026-06-17T22:43:21Z FEF257372D5C14D4 Success \
             TID_ID X25519\n"
        );
        let failed = event(Some(Handshake {
            negotiated: None,
            certificate: Some(leaf()),
            failed: Some(ConnectionError::ClientCert(ClientCertError::Untrusted)),
        }));
        assert_eq!(
            line(&failed),
            "2023-10-04T17:05:15.000000Z 203.0.113.1 36280 443 - - - \
             \"CN=a\\x5C\\x22b,O=endEntity\" \
             NotBefore=2023-09-21T22:43:21Z;NotAfter=2026-06-17T22:43:21Z FEF257372D5C14D4 \
             Failed:ClientCertUntrusted TID_ID -\n"
        );
        assert_eq!(
            line(&event(None)),
            "2023-10-04T17:05:15.000000Z 203.0.113.1 36280 443 - - - \"-\" - - - TID_ID -\n"
        );
    }
}
