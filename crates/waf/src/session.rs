//! The state of one evaluation: the request's parts, split when first asked for, and the values of
//! each target, transformed and prefiltered once.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;

use crate::error::EvaluateError;
use crate::field::{self, Argument, Bytes, Extraction, FieldValue, Pair};
use crate::limits::{HEADERS_BYTES_MAX, HEADERS_MAX};
use crate::prefilter::Prefilter;
use crate::program::Target;
use crate::request::Request;
use crate::statement::{Sensitivity, SqliMatch, XssMatch};
use crate::verdict::LimitsHit;

/// A request and its parts, each split at most once.
pub(crate) struct Components<'r> {
    request: Request<'r>,
    arguments: OnceCell<(Vec<Argument<'r>>, bool)>,
    cookies: OnceCell<(Vec<Pair<'r>>, bool)>,
    headers: OnceCell<(usize, bool)>,
    arguments_limited: Cell<bool>,
    json_limited: Cell<bool>,
    body_values_limited: Cell<bool>,
}

impl<'r> Components<'r> {
    pub(crate) const fn new(request: Request<'r>) -> Self {
        Self {
            request,
            arguments: OnceCell::new(),
            cookies: OnceCell::new(),
            headers: OnceCell::new(),
            arguments_limited: Cell::new(false),
            json_limited: Cell::new(false),
            body_values_limited: Cell::new(false),
        }
    }

    pub(crate) const fn request(&self) -> &Request<'r> {
        &self.request
    }

    /// The query arguments, undecoded.
    pub(crate) fn arguments(&self) -> &[Argument<'r>] {
        let (arguments, limited) = self
            .arguments
            .get_or_init(|| field::split_arguments(self.request.query));
        self.note_arguments(*limited);
        arguments
    }

    pub(crate) fn note_arguments(&self, limited: bool) {
        self.arguments_limited
            .set(self.arguments_limited.get() || limited);
    }

    /// Whether a query string had more arguments than are told apart.
    pub(crate) fn arguments_limited(&self) -> bool {
        self.arguments_limited.get()
    }

    pub(crate) fn note_json(&self) {
        self.json_limited.set(true);
    }

    pub(crate) fn note_body_values(&self) {
        self.body_values_limited.set(true);
    }

    /// The cookies, undecoded, and whether there are more than are inspected.
    pub(crate) fn cookies(&self) -> (&[Pair<'r>], bool) {
        let (cookies, oversize) = self
            .cookies
            .get_or_init(|| field::split_cookies(&self.request));
        (cookies, *oversize)
    }

    /// The headers that are inspected as a whole, and whether there are more.
    pub(crate) fn inspected_headers(&self) -> (&'r [(&'r str, &'r [u8])], bool) {
        let all = self.request.headers;
        let (count, oversize) = *self.headers.get_or_init(|| {
            let mut bytes = 0usize;
            let within = all.iter().take(HEADERS_MAX).take_while(|(name, value)| {
                bytes += name.len() + value.len();
                bytes <= HEADERS_BYTES_MAX
            });
            let count = within.count();
            (count, count < all.len())
        });
        (all.get(..count).unwrap_or(all), oversize)
    }

    pub(crate) fn limits_hit(&self) -> LimitsHit {
        let hit = |oversize: Option<bool>| u32::from(oversize.unwrap_or(false));
        LimitsHit {
            query_arguments: u32::from(self.arguments_limited.get()),
            headers: hit(self.headers.get().map(|(_, oversize)| *oversize)),
            cookies: hit(self.cookies.get().map(|(_, oversize)| *oversize)),
            json: u32::from(self.json_limited.get()),
            body_values: u32::from(self.body_values_limited.get()),
            labels: 0,
        }
    }
}

/// The values of a target in one request.
pub(crate) enum TargetValues<'r> {
    /// These, and which predicates may match each of them.
    Values(Vec<FieldValue<'r>>, Candidates),
    /// The field's fallback or oversize setting decides.
    Decided(bool, &'static str),
}

/// Which slots (predicates with a prefilter) may match which value: one row of bits a value.
#[derive(Default)]
pub(crate) struct Candidates {
    words_per_value: usize,
    bits: Vec<u64>,
}

impl Candidates {
    fn find(prefilter: Option<&Prefilter>, values: &[FieldValue<'_>]) -> Self {
        let Some(prefilter) = prefilter else {
            return Self::default();
        };
        let words_per_value = prefilter.words();
        let mut bits = vec![0; words_per_value * values.len()];
        for (row, value) in bits.chunks_exact_mut(words_per_value).zip(values) {
            prefilter.scan(value.bytes.as_bytes(), row);
        }
        Self {
            words_per_value,
            bits,
        }
    }

    /// Whether the predicate of this slot may match this value.
    pub(crate) fn admits(&self, value: usize, slot: Option<usize>) -> bool {
        let Some(slot) = slot else { return true };
        if self.words_per_value == 0 {
            return true;
        }
        let word = self.bits.get(value * self.words_per_value + slot / 64);
        word.is_none_or(|word| word >> (slot % 64) & 1 == 1)
    }
}

/// A detector of injections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Detector {
    Sqli(Sensitivity),
    Xss,
}

/// One evaluation of one request.
pub(crate) struct Session<'p, 'r> {
    pub(crate) parts: Components<'r>,
    targets: &'p [Target],
    values: Vec<OnceCell<TargetValues<'r>>>,
    /// What detectors said of a value, by its place in memory: values that no transformation
    /// changes are shared by targets, and a detector is dear.
    detections: RefCell<HashMap<(usize, usize, Detector), bool>>,
}

impl<'p, 'r> Session<'p, 'r> {
    pub(crate) fn new(request: Request<'r>, targets: &'p [Target]) -> Self {
        Self {
            parts: Components::new(request),
            targets,
            values: targets.iter().map(|_| OnceCell::new()).collect(),
            detections: RefCell::default(),
        }
    }

    /// Whether a detector matches a value of a target, asked once for each value. Values live as
    /// long as the session: one place holds one value.
    pub(crate) fn detects(&self, detector: Detector, value: &[u8]) -> Result<bool, EvaluateError> {
        let key = (value.as_ptr().addr(), value.len(), detector);
        if let Some(known) = self.detections.borrow().get(&key) {
            return Ok(*known);
        }
        let found = match detector {
            Detector::Sqli(sensitivity) => SqliMatch { sensitivity }.is_match(value)?,
            Detector::Xss => XssMatch.is_match(value)?,
        };
        self.detections.borrow_mut().insert(key, found);
        Ok(found)
    }

    /// The values of a target; `None` only if there is no such target.
    pub(crate) fn values(&self, index: usize) -> Option<&TargetValues<'r>> {
        let target = self.targets.get(index)?;
        let cell = self.values.get(index)?;
        if let Some(values) = cell.get() {
            return Some(values);
        }
        let extraction = match target.step {
            None => target.field.extract(&target.pre_parse, &self.parts),
            // A target's parent always comes before it: no cycle, and at most ten steps.
            Some((parent, _)) if parent >= index => return None,
            Some((parent, transformation)) => match self.values(parent)? {
                TargetValues::Decided(decision, reason) => Extraction::Decided(*decision, reason),
                TargetValues::Values(values, _) => {
                    let transformed = values.iter().map(|value| FieldValue {
                        bytes: match transformation.apply(value.bytes.as_bytes()) {
                            Some(bytes) => Bytes::Made(bytes.into()),
                            None => value.bytes.clone(),
                        },
                        origin: value.origin.clone(),
                    });
                    Extraction::Values(transformed.collect())
                }
            },
        };
        let values = match extraction {
            Extraction::Decided(decision, reason) => TargetValues::Decided(decision, reason),
            Extraction::Values(values) => {
                let candidates = Candidates::find(target.prefilter.as_deref(), &values);
                TargetValues::Values(values, candidates)
            }
        };
        Some(cell.get_or_init(|| values))
    }
}

impl<'p> Session<'p, '_> {
    /// AWS's words for the parts that were looked at and are longer than what was seen of them.
    pub(crate) fn oversize_fields(&self) -> Vec<&'static str> {
        let body = self.parts.request().body.as_ref();
        let body = body.is_some_and(|body| body.truncated);
        let limits = self.parts.limits_hit();
        let looked_at = |is_one: fn(&field::Field) -> bool| {
            let seen = self.values.iter().map(|values| values.get().is_some());
            let mut targets = self.targets.iter().zip(seen);
            targets.any(|(target, seen)| seen && is_one(&target.field))
        };
        let bodies: fn(&field::Field) -> bool =
            |field| field.reads_body() && !matches!(field, field::Field::JsonBody(_));
        let json: fn(&field::Field) -> bool = |field| matches!(field, field::Field::JsonBody(_));
        let oversize = [
            ("REQUEST_BODY", body && looked_at(bodies)),
            ("REQUEST_JSON_BODY", body && looked_at(json)),
            ("REQUEST_HEADERS", limits.headers > 0),
            ("REQUEST_COOKIES", limits.cookies > 0),
        ];
        let oversize = oversize.into_iter().filter(|(_, oversize)| *oversize);
        oversize.map(|(name, _)| name).collect()
    }

    /// The field of a target.
    pub(crate) fn field(&self, index: usize) -> Option<&'p field::Field> {
        self.targets.get(index).map(|target| &target.field)
    }
}
