//! `UriFragment`: what follows `#`. Browsers do not send it; AWS lets a rule say what then.

use super::{Extraction, Fallback};
use crate::request::Request;

pub(super) fn fragment<'r>(fallback: Fallback, request: &Request<'r>) -> Extraction<'r> {
    match request.uri_fragment {
        Some(fragment) => Extraction::one(fragment),
        None => Extraction::Decided(fallback.is_match(), "no URI fragment"),
    }
}
