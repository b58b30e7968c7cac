//! Writes databases in the MaxMind DB format, for the reader to read.
//! Source: MaxMind DB File Format Specification 2.0.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

/// A value of the data section.
#[derive(Debug, Clone)]
pub(crate) enum Datum {
    Text(String),
    U16(u16),
    U32(u32),
    U64(u64),
    Map(Vec<(&'static str, Self)>),
    List(Vec<Self>),
}

impl Datum {
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Text(text) => {
                head(out, 2, text.len());
                out.extend_from_slice(text.as_bytes());
            }
            Self::U16(number) => number_bytes(out, 5, &number.to_be_bytes()),
            Self::U32(number) => number_bytes(out, 6, &number.to_be_bytes()),
            Self::U64(number) => number_bytes(out, 9, &number.to_be_bytes()),
            Self::Map(members) => {
                head(out, 7, members.len());
                for (name, member) in members {
                    Self::text(name).write(out);
                    member.write(out);
                }
            }
            Self::List(items) => {
                head(out, 11, items.len());
                items.iter().for_each(|item| item.write(out));
            }
        }
    }
}

fn number_bytes(out: &mut Vec<u8>, kind: u8, bytes: &[u8]) {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    head(out, kind, bytes.len() - zeros);
    out.extend_from_slice(&bytes[zeros..]);
}

fn head(out: &mut Vec<u8>, kind: u8, size: usize) {
    let (low, more) = match size {
        0..29 => (u8::try_from(size).unwrap(), None),
        _ => (29, Some(u8::try_from(size - 29).unwrap())),
    };
    if kind <= 7 {
        out.push(kind << 5 | low);
    } else {
        out.extend_from_slice(&[low, kind - 7]);
    }
    out.extend(more);
}

/// What a record of the tree leads to.
#[derive(Debug, Clone, Copy)]
enum Record {
    Nothing,
    Node(usize),
    Data(usize),
}

/// A database of these networks, none of which lies in another. Made at `made_at` seconds.
pub(crate) fn database(networks: &[(&str, Datum)], made_at: u64) -> Arc<[u8]> {
    let mut nodes = vec![[Record::Nothing; 2]];
    let mut data = Vec::new();
    for (network, datum) in networks {
        let network: IpNet = network.parse().unwrap();
        // Addresses of IPv4 stand in the tree as `::a.b.c.d`.
        let (bits, length) = match network.network() {
            IpAddr::V4(address) => (u128::from(u32::from(address)), network.prefix_len() + 96),
            IpAddr::V6(address) => (u128::from(address), network.prefix_len()),
        };
        let offset = data.len();
        datum.write(&mut data);
        let mut at = 0;
        for depth in 0..length {
            let side = usize::from(bits >> (127 - depth) & 1 == 1);
            if depth + 1 == length {
                nodes[at][side] = Record::Data(offset);
            } else if let Record::Node(next) = nodes[at][side] {
                at = next;
            } else {
                nodes.push([Record::Nothing; 2]);
                let next = nodes.len() - 1;
                nodes[at][side] = Record::Node(next);
                at = next;
            }
        }
    }
    let mut out = Vec::new();
    for record in nodes.iter().flatten() {
        let value = match record {
            Record::Nothing => nodes.len(),
            Record::Node(index) => *index,
            Record::Data(offset) => nodes.len() + 16 + offset,
        };
        out.extend_from_slice(&u32::try_from(value).unwrap().to_be_bytes()[1..]);
    }
    out.extend_from_slice(&[0; 16]);
    out.extend_from_slice(&data);
    out.extend_from_slice(b"\xab\xcd\xefMaxMind.com");
    Datum::Map(vec![
        ("binary_format_major_version", Datum::U16(2)),
        ("binary_format_minor_version", Datum::U16(0)),
        ("build_epoch", Datum::U64(made_at)),
        ("database_type", Datum::text("Test")),
        ("description", Datum::Map(Vec::new())),
        ("ip_version", Datum::U16(6)),
        ("languages", Datum::List(Vec::new())),
        (
            "node_count",
            Datum::U32(u32::try_from(nodes.len()).unwrap()),
        ),
        ("record_size", Datum::U16(24)),
    ])
    .write(&mut out);
    out.into()
}
