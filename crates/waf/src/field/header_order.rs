//! `HeaderOrder`: the names of the headers as they came, lower case, joined by colons:
//! `host:user-agent:accept`.

use std::rc::Rc;

use super::{Bytes, Extraction, FieldValue, Origin, Oversize};
use crate::session::Components;

pub(super) fn extract<'r>(oversize: Oversize, parts: &Components<'r>) -> Extraction<'r> {
    let (headers, too_many) = parts.inspected_headers();
    if too_many && let Some(decided) = oversize.decide("oversize headers") {
        return decided;
    }
    let mut order = Vec::new();
    for (name, _) in headers {
        if !order.is_empty() {
            order.push(b':');
        }
        order.extend(name.bytes().map(|byte| byte.to_ascii_lowercase()));
    }
    Extraction::Values(vec![FieldValue {
        bytes: Bytes::Made(Rc::from(order)),
        origin: Origin::Field,
    }])
}
