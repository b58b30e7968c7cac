//! What a target is told about the client. Source: Elastic Load Balancing, "HTTP headers and
//! Application Load Balancers": X-Forwarded-For is appended to, -Proto and -Port are set, Host stays.

use std::net::IpAddr;

use pingora_http::RequestHeader;

const FOR: &str = "X-Forwarded-For";
const PROTO: &str = "X-Forwarded-Proto";
const PORT: &str = "X-Forwarded-Port";

/// Sets the forwarding headers of a request that goes to a target.
pub(crate) fn set(
    head: &mut RequestHeader,
    client: IpAddr,
    scheme: &'static str,
    port: u16,
) -> pingora_core::Result<()> {
    let mut chain: Vec<u8> = Vec::new();
    for value in head.headers.get_all("x-forwarded-for") {
        chain.extend_from_slice(value.as_bytes().trim_ascii());
        chain.extend_from_slice(b", ");
    }
    let client = client.to_string();
    if chain.is_empty() {
        head.insert_header(FOR, client)?;
    } else {
        chain.extend_from_slice(client.as_bytes());
        head.insert_header(FOR, chain)?;
    }
    head.insert_header(PROTO, scheme)?;
    head.insert_header(PORT, port.to_string())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(earlier: &[&str]) -> RequestHeader {
        let mut head = RequestHeader::build("GET", b"/", None).unwrap();
        head.insert_header("Host", "a.example").unwrap();
        for value in earlier {
            head.append_header("x-forwarded-for", *value).unwrap();
        }
        head.insert_header("x-forwarded-proto", "gopher").unwrap();
        set(&mut head, "2001:db8::1".parse().unwrap(), "https", 443).unwrap();
        head
    }

    #[test]
    fn the_chain_is_appended_to_and_the_rest_is_set() {
        for (earlier, expected) in [
            (&[] as &[&str], "2001:db8::1"),
            (&["203.0.113.9"], "203.0.113.9, 2001:db8::1"),
            (&["1.1.1.1, 2.2.2.2 ", "3.3.3.3"], "1.1.1.1, 2.2.2.2, 3.3.3.3, 2001:db8::1"),
        ] {
            let head = forwarded(earlier);
            let chain: Vec<_> = head.headers.get_all("x-forwarded-for").iter().collect();
            assert_eq!(chain, [expected]);
            assert_eq!(head.headers["x-forwarded-proto"], "https");
            assert_eq!(head.headers["x-forwarded-port"], "443");
            assert_eq!(head.headers["host"], "a.example");
        }
    }
}
