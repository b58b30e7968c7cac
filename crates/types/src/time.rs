//! Points in time, as milliseconds since 1970-01-01 UTC, and the text forms AWS gives them.
//! Source: RFC 3339; Signature Version 4's `YYYYMMDD'T'HHMMSS'Z'`.

use std::fmt;
use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};

/// A point in time: milliseconds since the Unix epoch, UTC. Taken from a [`crate::Clock`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Time(i64);

/// A text that is no time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no {form} time")]
pub struct TimeError {
    text: String,
    form: &'static str,
}

impl Time {
    /// From milliseconds since the epoch.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// From whole seconds since the epoch.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded down.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This time later by `duration`.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// This time earlier by `duration`.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// How long after `earlier` this is; zero if it is not later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// `2026-11-22T18:14:14Z`, as CloudTrail's `eventTime` and IAM's dates.
    #[must_use]
    pub fn rfc3339_seconds(self) -> String {
        self.digits(["-", "-", "T", ":", ":", "Z"])
    }

    /// `20261122T181414Z`, as `X-Amz-Date`.
    #[must_use]
    pub fn basic(self) -> String {
        self.digits(["", "", "T", "", "", "Z"])
    }

    /// `Sun, 22 Nov 2026 18:14:14 GMT`, as HTTP's `Date` and a cookie's `Expires` (RFC 9110, 5.6.7).
    #[must_use]
    pub fn http_date(self) -> String {
        self.format("%a, %d %b %Y %H:%M:%S GMT")
    }

    /// Reads `X-Amz-Date`'s form, exactly.
    ///
    /// # Errors
    /// When the text has another form or names no real moment.
    pub fn parse_basic(text: &str) -> Result<Self, TimeError> {
        let wrong = || TimeError {
            text: text.chars().take(40).collect(),
            form: "YYYYMMDD'T'HHMMSS'Z'",
        };
        let digits = |range| {
            let part: &str = text.get(range)?;
            part.bytes()
                .all(|byte| byte.is_ascii_digit())
                .then(|| part.parse::<i16>().ok())?
        };
        let small = |range| digits(range).and_then(|number| i8::try_from(number).ok());
        let read = || {
            if text.len() != 16 || text.get(8..9) != Some("T") || text.get(15..) != Some("Z") {
                return None;
            }
            let civil = DateTime::new(
                digits(0..4)?,
                small(4..6)?,
                small(6..8)?,
                small(9..11)?,
                small(11..13)?,
                small(13..15)?,
                0,
            );
            let zoned = civil.ok()?.to_zoned(TimeZone::UTC).ok()?;
            Some(Self(zoned.timestamp().as_millisecond()))
        };
        read().ok_or_else(wrong)
    }

    /// Reads RFC 3339, with or without fractions and with any offset.
    ///
    /// # Errors
    /// When the text has another form or names no real moment.
    pub fn parse_rfc3339(text: &str) -> Result<Self, TimeError> {
        match text.parse::<Timestamp>() {
            Ok(timestamp) => Ok(Self(timestamp.as_millisecond())),
            Err(_) => Err(TimeError {
                text: text.chars().take(40).collect(),
                form: "RFC 3339",
            }),
        }
    }

    /// Year, month, day, hour, minute and second, each with what follows it. Every call has several
    /// such texts, and `strftime` takes ten times as long.
    fn digits(self, separators: [&str; 6]) -> String {
        let civil = TimeZone::UTC.to_datetime(self.timestamp());
        let mut text = String::with_capacity(20);
        two_digits(&mut text, civil.year().div_euclid(100));
        let numbers = [
            civil.year().rem_euclid(100),
            civil.month().into(),
            civil.day().into(),
            civil.hour().into(),
            civil.minute().into(),
            civil.second().into(),
        ];
        for (number, separator) in numbers.into_iter().zip(separators) {
            two_digits(&mut text, number);
            text.push_str(separator);
        }
        text
    }

    fn format(self, form: &str) -> String {
        self.timestamp().strftime(form).to_string()
    }

    fn timestamp(self) -> Timestamp {
        // Out of jiff's range (year -9999 to 9999) only a broken clock can lead: show the border.
        let border = if self.0 < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        };
        Timestamp::from_millisecond(self.0).unwrap_or(border)
    }
}

/// Appends a number from 0 to 99; years before 0 show as the year 0.
fn two_digits(text: &mut String, number: i16) {
    let digit = |number: i16| {
        let number = u32::try_from(number.rem_euclid(10)).unwrap_or(0);
        char::from_digit(number, 10).unwrap_or('0')
    };
    let number = number.max(0);
    text.extend([digit(number / 10), digit(number)]);
}

/// `2026-11-22T18:14:14.123Z`.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rounded = self
            .timestamp()
            .round(Unit::Millisecond)
            .unwrap_or_else(|_| self.timestamp());
        write!(f, "{rounded:.3}")
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_forms() {
        let time = Time::from_millis(1_440_938_160_123);
        assert_eq!(time.basic(), "20150830T123600Z");
        assert_eq!(time.rfc3339_seconds(), "2015-08-30T12:36:00Z");
        assert_eq!(time.to_string(), "2015-08-30T12:36:00.123Z");
        assert_eq!(
            Time::parse_basic("20150830T123600Z").unwrap().as_seconds(),
            time.as_seconds()
        );
        assert_eq!(
            Time::parse_rfc3339("2015-08-30T14:36:00.123+02:00").unwrap(),
            time
        );
    }

    #[test]
    fn digits_are_those_of_strftime() {
        let step = 86_399_i64 * 997;
        for at in 0..4_000 {
            let time = Time::from_seconds(at * step - 60_000_000_000);
            assert_eq!(time.basic(), time.format("%Y%m%dT%H%M%SZ"));
            let rfc3339 = time.format("%Y-%m-%dT%H:%M:%SZ");
            assert_eq!(time.rfc3339_seconds(), rfc3339);
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "20150830T123600",
            "20151330T123600Z",
            "20150830 123600Z",
            "2015083éT12360Z",
            "+0150830T123600Z",
            "20150830T126000Z",
            "20150830T12360éZ",
        ] {
            assert!(Time::parse_basic(text).is_err(), "{text}");
        }
        assert!(Time::parse_rfc3339("yesterday").is_err());
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        for millis in [i64::MIN, i64::MAX, 0, -1] {
            let time = Time::from_millis(millis);
            assert!(!time.to_string().is_empty());
            assert!(!time.basic().is_empty());
            let moved = time.plus(Duration::MAX).minus(Duration::MAX);
            assert!(moved <= Time::from_millis(i64::MAX));
        }
    }
}
