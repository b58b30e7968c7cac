//! Countries, autonomous systems and lists of addresses.

use std::net::IpAddr;
use std::sync::Arc;

use proptest::prelude::*;
use types::Time;
use waf::{
    ActionKind, AddressDatabase, IpList, Location, ManagedList, Networks, RateCounters, Source,
    Surroundings,
};

use crate::fixture::{OwnedRequest, Shelf, judge_in, web_acl};
use crate::mmdb::{Datum, database};

fn country(code: &str) -> Datum {
    Datum::Map(vec![("country_code", Datum::text(code))])
}

/// As MaxMind's city databases have it.
fn place(country: &str, region: &str) -> Datum {
    let code = |code| Datum::Map(vec![("iso_code", Datum::text(code))]);
    Datum::Map(vec![
        ("country", code(country)),
        ("subdivisions", Datum::List(vec![code(region)])),
    ])
}

fn networks() -> Networks {
    let countries = database(
        &[
            ("192.0.2.0/25", place("US", "CA")),
            ("192.0.2.128/25", country("DE")),
            ("2001:db8:1::/48", country("FR")),
        ],
        1_600_000_000,
    );
    let number = |number| Datum::Map(vec![("autonomous_system_number", Datum::U32(number))]);
    let asns = database(
        &[
            ("192.0.2.0/25", number(64_496)),
            ("192.0.2.128/25", number(64_497)),
            (
                "2001:db8:1::/48",
                Datum::Map(vec![("asn", Datum::text("AS64498"))]),
            ),
        ],
        1_600_000_000,
    );
    Networks::none()
        .with_countries(AddressDatabase::read(countries).unwrap())
        .with_asns(AddressDatabase::read(asns).unwrap())
}

fn rule(statement: &str) -> String {
    format!(
        r#"[{{"Name": "r", "Priority": 0, "Action": {{"Block": {{}}}}, "Statement": {statement}}}]"#
    )
}

/// The first piece of evidence in words, or the default action.
fn verdict(statement: &str, request: &str) -> (String, Vec<String>) {
    let web_acl = web_acl(&rule(statement), &Shelf::default()).unwrap();
    let verdict = judge_in(&web_acl, request, &networks());
    let found = verdict.terminating.map_or_else(
        || "no match".to_owned(),
        |found| {
            let evidence = &found.evidence[0];
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
            format!(
                "{} {} {:?} {:?} ~ {}",
                evidence.condition,
                evidence.location,
                text(&evidence.matched),
                text(&evidence.value),
                evidence.pattern
            )
        },
    );
    (found, verdict.labels)
}

#[test]
fn databases_are_read() {
    let networks = networks();
    let location = |address: &str| networks.location_of(address.parse().unwrap());
    let of = |country: &str, region: Option<&str>| Location {
        country: Some(country.to_owned()),
        region: region.map(str::to_owned),
    };
    assert_eq!(location("192.0.2.127"), of("US", Some("CA")));
    assert_eq!(location("::ffff:192.0.2.1"), of("US", Some("CA")));
    assert_eq!(location("192.0.2.128"), of("DE", None));
    assert_eq!(location("2001:db8:1:ffff::1"), of("FR", None));
    assert_eq!(location("192.0.3.0"), Location::default());
    let asn = |address: &str| networks.asn_of(address.parse().unwrap());
    assert_eq!(
        (
            asn("192.0.2.1"),
            asn("192.0.2.200"),
            asn("2001:db8:1::"),
            asn("2001:db8:2::")
        ),
        (64_496, 64_497, 64_498, 0)
    );
    for wrong in [b"".as_slice(), b"no database", b"\xab\xcd\xefMaxMind.com"] {
        assert!(AddressDatabase::read(Arc::from(wrong)).is_err());
    }
}

#[test]
fn countries_match_and_label() {
    let geo = r#"{"GeoMatchStatement": {"CountryCodes": ["US", "FR"]}}"#;
    let (found, labels) = verdict(geo, "GET / HTTP/1.1\n:ip: 192.0.2.1");
    assert_eq!(found, r#"GEO IP "US" "192.0.2.1 US" ~ US FR"#);
    assert_eq!(
        labels,
        [
            "awswaf:clientip:geo:country:US",
            "awswaf:clientip:geo:region:US-CA"
        ]
    );
    // A request is labelled whether or not the statement matches.
    let (found, labels) = verdict(geo, "GET / HTTP/1.1\n:ip: 192.0.2.200");
    assert_eq!(found, "no match");
    assert_eq!(
        labels,
        [
            "awswaf:clientip:geo:country:DE",
            "awswaf:clientip:geo:region:DE-XX"
        ]
    );
    let (found, labels) = verdict(geo, "GET / HTTP/1.1\n:ip: 203.0.113.1");
    assert_eq!(found, "no match");
    assert_eq!(
        labels,
        [
            "awswaf:clientip:geo:country:XX",
            "awswaf:clientip:geo:region:XX-XX"
        ]
    );
}

#[test]
fn forwarded_countries_and_their_fallback() {
    let geo = |fallback: &str| {
        format!(
            r#"{{"GeoMatchStatement": {{"CountryCodes": ["DE"], "ForwardedIPConfig":
                {{"HeaderName": "X-Forwarded-For", "FallbackBehavior": "{fallback}"}}}}}}"#
        )
    };
    let from = |header: &str| format!("GET / HTTP/1.1\n:ip: 192.0.2.1{header}");
    let (found, labels) = verdict(
        &geo("NO_MATCH"),
        &from("\nx-forwarded-for: 192.0.2.129, 192.0.2.1"),
    );
    assert_eq!(
        found,
        r#"GEO HEADER: x-forwarded-for "DE" "192.0.2.129 DE" ~ DE"#
    );
    assert_eq!(labels[0], "awswaf:forwardedip:geo:country:DE");
    let (found, labels) = verdict(&geo("MATCH"), &from("\nx-forwarded-for: nonsense"));
    assert_eq!(
        found,
        r#"GEO HEADER: x-forwarded-for "" "" ~ invalid forwarded address"#
    );
    assert!(labels.is_empty());
    for (fallback, header) in [("NO_MATCH", "\nx-forwarded-for: nonsense"), ("MATCH", "")] {
        let (found, _) = verdict(&geo(fallback), &from(header));
        assert_eq!(found, "no match", "{fallback} {header}");
    }
}

#[test]
fn later_rules_see_the_labels_and_the_same_rule_does_not() {
    let rules = r#"[
        {"Name": "geo", "Priority": 0, "Action": {"Count": {}}, "Statement": {"OrStatement": {"Statements": [
            {"GeoMatchStatement": {"CountryCodes": ["FR"]}},
            {"LabelMatchStatement": {"Scope": "NAMESPACE", "Key": "awswaf:clientip:geo:"}}]}}},
        {"Name": "label", "Priority": 1, "Action": {"Block": {}}, "Statement":
            {"LabelMatchStatement": {"Scope": "LABEL", "Key": "awswaf:clientip:geo:region:US-CA"}}}]"#;
    let web_acl = web_acl(rules, &Shelf::default()).unwrap();
    let verdict = judge_in(&web_acl, "GET / HTTP/1.1\n:ip: 192.0.2.1", &networks());
    assert_eq!(verdict.terminating.unwrap().rule, "label");
    assert!(verdict.non_terminating.is_empty());
    let verdict = judge_in(
        &web_acl,
        "GET / HTTP/1.1\n:ip: 192.0.2.1",
        &Networks::none(),
    );
    assert!(verdict.terminating.is_none());
}

#[test]
fn autonomous_systems_match() {
    let asn = r#"{"AsnMatchStatement": {"AsnList": [64497, 0]}}"#;
    for (address, expected) in [
        (
            "192.0.2.200",
            r#"ASN IP "64497" "192.0.2.200 64497" ~ 64497 0"#,
        ),
        ("203.0.113.1", r#"ASN IP "0" "203.0.113.1 0" ~ 64497 0"#),
        ("192.0.2.1", "no match"),
    ] {
        let (found, _) = verdict(asn, &format!("GET / HTTP/1.1\n:ip: {address}"));
        assert_eq!(found, expected);
    }
    let not = r#"{"NotStatement": {"Statement": {"AsnMatchStatement": {"AsnList": [64497]}}}}"#;
    let (found, _) = verdict(not, "GET / HTTP/1.1\n:ip: 192.0.2.1");
    assert_eq!(found, r#"NOT_ASN IP "" "192.0.2.1 64496" ~ 64497"#);
    for (list, wrong) in [
        ("[]", true),
        ("[-1]", true),
        ("[4294967296]", true),
        ("[4294967295]", false),
    ] {
        let rules = rule(&format!(
            r#"{{"AsnMatchStatement": {{"AsnList": {list}}}}}"#
        ));
        assert_eq!(web_acl(&rules, &Shelf::default()).is_err(), wrong, "{list}");
    }
    let rules = rule(r#"{"GeoMatchStatement": {"CountryCodes": ["usa"]}}"#);
    let error = web_acl(&rules, &Shelf::default()).unwrap_err();
    assert_eq!(error.field.as_str(), "GEO_MATCH_STATEMENT");
}

#[test]
fn rates_are_counted_by_autonomous_system() {
    let count = |forwarded: &str, requests: &[&str]| {
        let rules = rule(&format!(
            r#"{{"RateBasedStatement": {{"Limit": 10, "AggregateKeyType": "CUSTOM_KEYS",
                "CustomKeys": [{{"ASN": {{}}}}] {forwarded}}}}}"#
        ));
        let web_acl = web_acl(&rules, &Shelf::default()).unwrap();
        assert_eq!(web_acl.sources().collect::<Vec<_>>(), [Source::Asns]);
        let (rates, networks) = (RateCounters::new(1), networks());
        let surroundings = Surroundings {
            rates: &rates,
            networks: &networks,
            now: Time::from_seconds(1_700_000_000),
        };
        let judged = (0..11).map(|index| {
            let request = OwnedRequest::parse(requests[index % requests.len()]);
            let verdict = request.with(None, |request| web_acl.evaluate_in(request, &surroundings));
            verdict.unwrap().action.kind()
        });
        judged.filter(|action| *action == ActionKind::Block).count()
    };
    let one = "GET / HTTP/1.1\n:ip: 192.0.2.1\nx-real-ip: 192.0.2.129";
    let same = "GET / HTTP/1.1\n:ip: 192.0.2.2\nx-real-ip: 192.0.2.130";
    let other = "GET / HTTP/1.1\n:ip: 192.0.2.200\nx-real-ip: 192.0.2.131";
    assert_eq!(count("", &[one, same]), 1);
    assert_eq!(count("", &[one, other]), 0);
    let header =
        r#", "ForwardedIPConfig": {"HeaderName": "X-Real-IP", "FallbackBehavior": "MATCH"}"#;
    assert_eq!(count(header, &[one, other]), 1);
    assert_eq!(count(header, &["GET / HTTP/1.1\nx-real-ip: nonsense"]), 11);
}

#[test]
fn the_owner_is_told_what_is_missing_empty_and_old() {
    let now = Time::from_seconds(1_600_000_000 + 3 * 86_400);
    let list = IpList::read("# empty\n\n", now);
    let some =
        "192.0.2.1\n198.51.100.0/24 ; SBL1\n2001:db8::/32,x\n192.0.2.1/32\nnonsense\n0.0.0.0/0\n";
    let some = IpList::read(some, Time::from_seconds(1_600_000_000));
    assert_eq!((some.set().blocks(), some.skipped()), (3, 2));
    let networks = networks()
        .with_list(ManagedList::Anonymous, list)
        .with_list(ManagedList::Reputation, some);
    let said = |source| networks.state_of(source, now).to_string();
    assert_eq!(said(Source::Countries), "country database: 3 days old");
    assert_eq!(
        said(Source::List(ManagedList::Reputation)),
        "list AWSManagedIPReputationList: 3 address blocks, 3 days old"
    );
    assert_eq!(
        said(Source::List(ManagedList::Anonymous)),
        "list AnonymousIPList: empty, rules that need it match nothing"
    );
    assert_eq!(
        said(Source::List(ManagedList::Ddos)),
        "list AWSManagedIPDDoSList: missing, rules that need it match nothing"
    );
    assert_eq!(
        Networks::none().state_of(Source::Asns, now).age_seconds,
        None
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Against a walk over all networks.
    #[test]
    fn databases_agree_with_a_list_of_networks(
        blocks in prop::collection::btree_set((any::<bool>(), 0u8..40), 0..40),
        probes in prop::collection::vec((any::<bool>(), 0u8..44, any::<u16>()), 1..40),
    ) {
        let network = |six: bool, block: u8| match six {
            true => format!("2001:db8:{block:x}::/48"),
            false => format!("10.{block}.0.0/16"),
        };
        let code = |block: u8| {
            let letters = [b'A' + block / 20, b'A' + block % 20];
            String::from_utf8(letters.to_vec()).unwrap()
        };
        let networks: Vec<(String, Datum)> = blocks
            .iter()
            .map(|(six, block)| (network(*six, *block), country(&code(*block))))
            .collect();
        let networks: Vec<(&str, Datum)> = networks
            .iter()
            .map(|(network, datum)| (network.as_str(), datum.clone()))
            .collect();
        let read = AddressDatabase::read(database(&networks, 1)).unwrap();
        for (six, block, host) in probes {
            let address: IpAddr = match six {
                true => format!("2001:db8:{block:x}:{host:x}::1").parse().unwrap(),
                false => {
                    let [high, low] = host.to_be_bytes();
                    IpAddr::from([10, block, high, low])
                }
            };
            let expected = blocks.contains(&(six, block)).then(|| code(block));
            prop_assert_eq!(read.location_of(address).country, expected, "{}", address);
        }
    }

    /// Damage is an error or an unknown place, never a panic or a hang.
    #[test]
    fn damaged_databases_break_nothing(
        at in any::<prop::sample::Index>(),
        bytes in prop::collection::vec(any::<u8>(), 1..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let whole = database(&[("10.0.0.0/8", place("US", "CA")), ("2001:db8::/32", country("FR"))], 1);
        let mut damaged = whole.to_vec();
        let at = at.index(damaged.len());
        for (place, byte) in damaged[at..].iter_mut().zip(&bytes) {
            *place = *byte;
        }
        let cut = &whole[..cut.index(whole.len())];
        for bytes in [damaged.as_slice(), cut] {
            if let Ok(read) = AddressDatabase::read(Arc::from(bytes)) {
                for address in ["10.1.2.3", "11.1.2.3", "2001:db8::1", "::"] {
                    drop(read.location_of(address.parse().unwrap()));
                    prop_assert!(read.asn_of(address.parse().unwrap()) != Some(7));
                }
            }
        }
    }
}
