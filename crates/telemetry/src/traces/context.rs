//! Which trace a request belongs to. Source: W3C, "Trace Context", `traceparent`.
//!
//! A client's trace is continued, and whether it is sampled is the client's to say; otherwise a trace
//! begins here, sampled by its id. All ids come from the request's, which is random.

use types::RequestId;

const SAMPLED: u8 = 0x01;
/// The last seven bytes of the trace id are random.
const RANDOM: u8 = 0x02;
/// `00-` and 32, 16 and 2 digits with hyphens between.
const BYTES: usize = 55;
/// What a ratio of 1 is, in millionths.
pub(crate) const MILLION: u32 = 1_000_000;

/// A request's place in a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceContext {
    pub(crate) trace_id: u128,
    /// The client's span.
    pub(crate) parent: Option<u64>,
    /// The request's own span.
    pub(crate) span_id: u64,
    pub(crate) flags: u8,
}

impl TraceContext {
    /// The context of a request whose `traceparent` fields have these values. A trace that begins
    /// here is sampled with a probability of `ratio_millionths`.
    #[must_use]
    pub fn of(
        traceparent: &mut dyn Iterator<Item = &[u8]>,
        id: RequestId,
        ratio_millionths: u32,
    ) -> Self {
        let own = bits(id);
        let (high, low) = (own >> 64, own & u128::from(u64::MAX));
        let half = |half: u128| u64::try_from(half).unwrap_or_default();
        let span_id = mixed(half(high) ^ mixed(half(low)));
        let given = traceparent.next().and_then(parsed);
        match given.filter(|_| traceparent.next().is_none()) {
            Some((trace_id, parent, flags)) => Self {
                trace_id,
                parent: Some(parent),
                span_id,
                flags: flags & (SAMPLED | RANDOM),
            },
            None => {
                let chance = half(low) & ((1 << 56) - 1);
                let threshold = (1 << 56) / u64::from(MILLION) * u64::from(ratio_millionths);
                let is_sampled = ratio_millionths >= MILLION || chance < threshold;
                Self {
                    trace_id: own,
                    parent: None,
                    span_id,
                    flags: RANDOM | if is_sampled { SAMPLED } else { 0 },
                }
            }
        }
    }

    /// Whether its spans are exported.
    #[must_use]
    pub const fn is_sampled(&self) -> bool {
        self.flags & SAMPLED != 0
    }

    /// Whether the client began the trace: what it says in `tracestate` is for others then, and for
    /// nobody otherwise.
    #[must_use]
    pub const fn is_continued(&self) -> bool {
        self.parent.is_some()
    }

    /// `traceparent` for the target: the parent of its spans is the span of the request to it.
    #[must_use]
    pub fn traceparent(&self) -> String {
        format!(
            "00-{:032x}-{:016x}-{:02x}",
            self.trace_id,
            self.target_span_id(),
            self.flags
        )
    }

    /// The span of the request to the target.
    pub(crate) fn target_span_id(&self) -> u64 {
        mixed(self.span_id)
    }

    /// The span of the web ACL's judgement.
    pub(crate) fn waf_span_id(&self) -> u64 {
        mixed(!self.span_id)
    }
}

fn bits(id: RequestId) -> u128 {
    let digits = id.to_string().replace('-', "");
    u128::from_str_radix(&digits, 16).unwrap_or_default()
}

/// Other bits for every number, and never 0, which names no span: the last steps of SplitMix64.
fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (number ^ (number >> 31)).max(1)
}

/// Trace id, span id and flags. A later version may say more after them.
fn parsed(value: &[u8]) -> Option<(u128, u64, u8)> {
    let text = std::str::from_utf8(value.trim_ascii()).ok()?;
    let (known, more) = text.split_at_checked(BYTES)?;
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let mut parts = known.split('-');
    let mut part = |digits: usize| {
        let part = parts.next()?;
        (part.len() == digits && part.bytes().all(is_digit)).then_some(part)
    };
    let (version, trace_id, parent, flags) = (part(2)?, part(32)?, part(16)?, part(2)?);
    let ends = match version {
        "ff" => false,
        "00" => more.is_empty(),
        _ => more.is_empty() || more.starts_with('-'),
    };
    let trace_id = u128::from_str_radix(trace_id, 16).ok()?;
    let parent = u64::from_str_radix(parent, 16).ok()?;
    let flags = u8::from_str_radix(flags, 16).ok()?;
    (ends && trace_id != 0 && parent != 0).then_some((trace_id, parent, flags))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    const GIVEN: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn id(seed: u64) -> RequestId {
        let spread = u128::from(mixed(seed)) << 64 | u128::from(mixed(!seed));
        RequestId::from_random(spread.to_be_bytes())
    }

    fn of(values: &[&str], seed: u64) -> TraceContext {
        let mut values = values.iter().map(|value| value.as_bytes());
        TraceContext::of(&mut values, id(seed), MILLION)
    }

    #[test]
    fn a_clients_trace_is_continued_under_a_span_of_our_own() {
        let context = of(&[GIVEN], 1);
        assert_eq!(context.trace_id, 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c);
        assert_eq!(context.parent, Some(0xb7ad_6b71_6920_3331));
        assert!(context.is_continued() && context.is_sampled());
        let told = context.traceparent();
        assert!(told.starts_with("00-0af7651916cd43dd8448eb211c80319c-"));
        assert!(
            told.ends_with("-01") && !told.contains("b7ad6b7169203331"),
            "{told}"
        );
        let ids = [
            context.span_id,
            context.target_span_id(),
            context.waf_span_id(),
        ];
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 3);
        assert!(!of(&[&GIVEN.replace("-01", "-00")], 1).is_sampled());
        assert!(
            of(
                &["cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-09-what"],
                1
            )
            .is_sampled()
        );
    }

    #[test]
    fn what_is_no_traceparent_begins_a_trace() {
        for values in [
            &[][..],
            &[""],
            &[GIVEN, GIVEN],
            &["ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"],
            &["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"],
            &["00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01"],
            &["00-00000000000000000000000000000000-b7ad6b7169203331-01"],
            &["00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"],
            &["00-0af7651916cd43dd8448eb211c80319-cb7ad6b7169203331-01"],
            &["00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333é-1"],
        ] {
            let context = of(values, 2);
            assert!(!context.is_continued(), "{values:?}");
            assert_eq!(context.trace_id, bits(id(2)));
            assert_eq!(context.flags, SAMPLED | RANDOM);
        }
    }

    #[test]
    fn a_part_of_the_traces_that_begin_here_is_sampled() {
        let sampled = |ratio| {
            let of = |seed| TraceContext::of(&mut std::iter::empty(), id(seed), ratio);
            (0..10_000).filter(|seed| of(*seed).is_sampled()).count()
        };
        assert_eq!((sampled(0), sampled(MILLION)), (0, 10_000));
        let some = sampled(MILLION / 10);
        assert!((900..1_100).contains(&some), "{some}");
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_context_that_can_be_told(value in any::<Vec<u8>>(), seed: u64) {
            let context = TraceContext::of(&mut std::iter::once(&*value), id(seed), MILLION);
            let told = context.traceparent();
            let (trace, parent, flags) = parsed(told.as_bytes()).unwrap();
            prop_assert_eq!(trace, context.trace_id);
            prop_assert_eq!(parent, context.target_span_id());
            prop_assert_eq!(flags, context.flags);
        }
    }
}
