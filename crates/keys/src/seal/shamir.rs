//! A slot's secret in shares, any k of n of which give it back (Shamir 1979, over GF(256) by `blahaj`,
//! the maintained fork of `sharks`). A share is one line that a person can keep on paper:
//!
//! ```text
//! btz1-SET-KofN-INDEX-SHARE-CHECKSUM
//! ```
//!
//! The set tells shares of different splits apart; the checksum finds what was mistyped.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest;
use blahaj::Sharks;
use rand::SeedableRng;
use rand::rngs::StdRng;
use types::{Entropy, Secret, hex, unhex};
use zeroize::Zeroizing;

use super::SealError;
use crate::derive::KEY_BYTES;

/// The most shares of one secret: more hands than anyone has.
pub const SHARES_MAX: u8 = 16;

const PREFIX: &str = "btz1";
const CHECKSUM_HEX: usize = 8;

/// Which split a share is of: how many there are, how many it takes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareSet {
    #[serde(with = "super::header::base16")]
    set: Vec<u8>,
    /// How many shares it takes.
    pub threshold: u8,
    /// How many there are.
    pub shares: u8,
}

/// One share of a slot's secret. It shows nothing but its set and index in `Debug`; `Display` is the
/// line to keep.
#[derive(Clone)]
pub struct Share {
    set: ShareSet,
    index: u8,
    value: Secret,
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Share({:?}, {}, ..)", self.set, self.index)
    }
}

impl ShareSet {
    /// Splits a slot's secret.
    ///
    /// # Errors
    /// [`SealError::Parameter`], [`SealError::Key`].
    pub fn split(
        secret: &Secret,
        threshold: u8,
        shares: u8,
        entropy: &dyn Entropy,
    ) -> Result<(Self, Vec<Share>), SealError> {
        if !(2..=shares).contains(&threshold) || shares > SHARES_MAX {
            return Err(SealError::Parameter(
                "shares: take at least 2 of at most 16, such as 2of3",
            ));
        }
        let mut set = vec![0; 4];
        entropy.fill(&mut set)?;
        let set = Self {
            set,
            threshold,
            shares,
        };
        let mut seed = Zeroizing::new([0; 32]);
        entropy.fill(seed.as_mut_slice())?;
        let mut random = StdRng::from_seed(*seed);
        let dealt = Sharks(threshold).dealer_rng(secret.expose(), &mut random);
        let made = dealt.take(usize::from(shares)).filter_map(|share| {
            let bytes = Zeroizing::new(Vec::from(&share));
            let (index, value) = bytes.split_first()?;
            Some(Share {
                set: set.clone(),
                index: *index,
                value: Secret::new(value.to_vec()),
            })
        });
        let made = made.collect();
        Ok((set, made))
    }

    /// The secret that enough shares of one set give.
    ///
    /// # Errors
    /// [`SealError::Shares`].
    pub fn combine(shares: &[Share]) -> Result<(Self, Secret), SealError> {
        let refused = |why: String| Err(SealError::Shares(why));
        let Some(first) = shares.first() else {
            return refused("none was given".to_owned());
        };
        if shares.iter().any(|share| share.set != first.set) {
            return refused("they are of different sets".to_owned());
        }
        let mut indices: Vec<u8> = shares.iter().map(|share| share.index).collect();
        indices.sort_unstable();
        indices.dedup();
        if indices.len() < usize::from(first.set.threshold) {
            let (given, wanted) = (indices.len(), first.set.threshold);
            return refused(format!(
                "{given} different ones were given, it takes {wanted}"
            ));
        }
        let parsed: Vec<blahaj::Share> = shares
            .iter()
            .filter_map(|share| {
                let mut bytes = Zeroizing::new(vec![share.index]);
                bytes.extend_from_slice(share.value.expose());
                blahaj::Share::try_from(bytes.as_slice()).ok()
            })
            .collect();
        match Sharks(first.set.threshold).recover(&parsed) {
            Ok(secret) => Ok((first.set.clone(), Secret::new(secret))),
            Err(why) => refused(why.to_owned()),
        }
    }
}

impl Share {
    /// The set it is of.
    #[must_use]
    pub fn set(&self) -> &ShareSet {
        &self.set
    }

    /// Which of the set it is, from 1.
    #[must_use]
    pub fn index(&self) -> u8 {
        self.index
    }

    fn unchecked(&self) -> Zeroizing<String> {
        let ShareSet {
            set,
            threshold,
            shares,
        } = &self.set;
        let (set, value) = (hex(set), Zeroizing::new(hex(self.value.expose())));
        let index = self.index;
        Zeroizing::new(format!(
            "{PREFIX}-{set}-{threshold}of{shares}-{index}-{}",
            value.as_str()
        ))
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.unchecked();
        write!(f, "{}-{}", text.as_str(), checksum(&text))
    }
}

impl FromStr for Share {
    type Err = SealError;

    fn from_str(text: &str) -> Result<Self, SealError> {
        // As it is copied: spaces, line ends and capitals are forgiven.
        let text: Zeroizing<String> = Zeroizing::new(
            text.chars()
                .filter(|character| !character.is_whitespace())
                .map(|character| character.to_ascii_lowercase())
                .collect(),
        );
        let invalid = SealError::InvalidShare;
        let shape = || invalid("it is to look like btz1-SET-2of3-INDEX-SHARE-CHECKSUM");
        let (front, given) = text.rsplit_once('-').ok_or_else(shape)?;
        let parts: Vec<&str> = front.split('-').collect();
        let [PREFIX, set, counts, index, value] = parts.as_slice() else {
            return Err(shape());
        };
        if given.len() != CHECKSUM_HEX || checksum(front) != given {
            return Err(invalid(
                "its checksum is wrong: compare it with the original",
            ));
        }
        let (threshold, shares) = counts.split_once("of").ok_or_else(shape)?;
        let number = |text: &str| text.parse::<u8>().map_err(|_| shape());
        let share = Self {
            set: ShareSet {
                set: unhex(set).filter(|set| set.len() == 4).ok_or_else(shape)?,
                threshold: number(threshold)?,
                shares: number(shares)?,
            },
            index: number(index)?,
            value: Secret::new(unhex(value).ok_or_else(shape)?),
        };
        let ShareSet {
            threshold, shares, ..
        } = share.set;
        let counts = (2..=shares).contains(&threshold) && shares <= SHARES_MAX;
        let index = (1..=shares).contains(&share.index);
        if !counts || !index || share.value.expose().len() != KEY_BYTES {
            return Err(shape());
        }
        Ok(share)
    }
}

fn checksum(text: &str) -> String {
    let digest = digest::digest(&digest::SHA256, text.as_bytes());
    hex(digest.as_ref().get(..CHECKSUM_HEX / 2).unwrap_or_default())
}
