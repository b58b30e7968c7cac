//! The three text forms of a timestamp on the wire. Source: Smithy 2.0, `timestampFormat` trait.

use types::Time;

/// How a timestamp travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimestampFormat {
    /// `2026-11-22T18:14:14Z`.
    Iso8601,
    /// `Sun, 22 Nov 2026 18:14:14 GMT`.
    Rfc822,
    /// Seconds since the epoch, with up to three decimals.
    Unix,
}

impl TimestampFormat {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name {
            "iso8601" => Some(Self::Iso8601),
            "rfc822" => Some(Self::Rfc822),
            "unixTimestamp" => Some(Self::Unix),
            _ => None,
        }
    }

    pub(crate) fn write(self, time: Time) -> String {
        match self {
            Self::Iso8601 => iso8601(time),
            Self::Rfc822 => rfc822(time),
            Self::Unix => unix(time),
        }
    }

    pub(crate) fn read(self, text: &str) -> Option<Time> {
        match self {
            Self::Iso8601 => is_rfc3339(text)
                .then(|| Time::parse_rfc3339(text).ok())
                .flatten(),
            Self::Rfc822 => parse_rfc822(text),
            Self::Unix => is_decimal(text)
                .then(|| text.parse().ok().and_then(from_seconds))
                .flatten(),
        }
    }
}

/// The last moment of year 9999, the end of what AWS's own formats can say.
const SECONDS_MAX: f64 = 253_402_300_799.0;

/// From seconds since the epoch with decimals, rounded to milliseconds.
pub(crate) fn from_seconds(seconds: f64) -> Option<Time> {
    if !seconds.is_finite() || seconds.abs() > SECONDS_MAX {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked against SECONDS_MAX above"
    )]
    let millis = (seconds * 1000.0).round() as i64;
    Some(Time::from_millis(millis))
}

/// `1398796238` or `946845296.123`.
pub(crate) fn unix(time: Time) -> String {
    let millis = time.as_millis();
    let fraction = millis.unsigned_abs() % 1000;
    let seconds = millis.unsigned_abs() / 1000;
    let sign = if millis < 0 { "-" } else { "" };
    if fraction == 0 {
        format!("{sign}{seconds}")
    } else {
        let text = format!("{sign}{seconds}.{fraction:03}");
        text.trim_end_matches('0').to_owned()
    }
}

/// `2014-04-29T18:30:38Z`, with milliseconds where there are any.
pub(crate) fn iso8601(time: Time) -> String {
    let text = time.rfc3339_seconds();
    match time.as_millis().rem_euclid(1000) {
        0 => text,
        millis => format!("{}.{millis:03}Z", text.trim_end_matches('Z')),
    }
}

/// Whether a text has the form of RFC 3339's `date-time`, of all that ISO 8601 allows.
fn is_rfc3339(text: &str) -> bool {
    let has_form = |text: &[u8], form: &[u8]| {
        text.len() == form.len()
            && text.iter().zip(form).all(|(byte, form)| match form {
                b'0' => byte.is_ascii_digit(),
                form => byte.eq_ignore_ascii_case(form),
            })
    };
    let Some((head, rest)) = text.as_bytes().split_at_checked(19) else {
        return false;
    };
    let zone = match rest.split_first() {
        Some((b'.', fraction)) => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit());
            match digits.count() {
                0 => return false,
                digits => fraction.get(digits..).unwrap_or_default(),
            }
        }
        _ => rest,
    };
    has_form(head, b"0000-00-00T00:00:00")
        && [&b"Z"[..], b"+00:00", b"-00:00"]
            .iter()
            .any(|form| has_form(zone, form))
}

/// Whether a text is digits with a sign and a fraction at most.
fn is_decimal(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let magnitude = text.strip_prefix('-').unwrap_or(text);
    match magnitude.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(magnitude),
    }
}

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// RFC 9110's IMF-fixdate: `Tue, 29 Apr 2014 18:30:38 GMT`.
fn rfc822(time: Time) -> String {
    // 1970-01-01 was a Thursday.
    let day = usize::try_from(time.as_seconds().div_euclid(86_400).rem_euclid(7)).unwrap_or(0);
    let text = time.rfc3339_seconds();
    let part = |range| text.get(range).unwrap_or("");
    let month = part(5..7).parse::<usize>().unwrap_or(1).saturating_sub(1);
    format!(
        "{}, {} {} {} {} GMT",
        DAYS.get(day).unwrap_or(&""),
        part(8..10),
        MONTHS.get(month).unwrap_or(&""),
        part(0..4),
        part(11..19),
    )
}

fn parse_rfc822(text: &str) -> Option<Time> {
    let (_, rest) = text.split_once(", ")?;
    let mut parts = rest.split(' ');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let (clock, zone) = (parts.next()?, parts.next()?);
    if zone != "GMT" || parts.next().is_some() {
        return None;
    }
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    Time::parse_rfc3339(&format!("{year}-{month:02}-{day:0>2}T{clock}Z")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_written_and_read_back() {
        let time = Time::from_seconds(1_398_796_238);
        for (format, text) in [
            (TimestampFormat::Iso8601, "2014-04-29T18:30:38Z"),
            (TimestampFormat::Rfc822, "Tue, 29 Apr 2014 18:30:38 GMT"),
            (TimestampFormat::Unix, "1398796238"),
        ] {
            assert_eq!(format.write(time), text);
            assert_eq!(format.read(text), Some(time));
        }
        let time = Time::from_millis(946_845_296_123);
        assert_eq!(unix(time), "946845296.123");
        assert_eq!(unix(Time::from_millis(-1_500)), "-1.5");
        assert_eq!(iso8601(time), "2000-01-02T20:34:56.123Z");
        assert_eq!(TimestampFormat::Unix.read("946845296.123"), Some(time));
        for text in ["2000-01-02T20:34:56.123Z", "2000-01-02t22:34:56.123+02:00"] {
            assert_eq!(TimestampFormat::Iso8601.read(text), Some(time), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "x",
            "NaN",
            "1e300",
            "2014-13-01T00:00:00Z",
            "Tue, 29 Foo 2014 1:1:1 GMT",
            "1996-12-19T16:39:57+00",
            "1996-12-19T16:39:57",
            "1996-12-19 16:39:57Z",
            "1996-12-19T16:39:57.Z",
            "19961219T163957Z",
            "1996-12-19T16:39Z",
            "2011-12-03T10:15:30+01:00[Europe/Paris]",
            "0x42",
            "1515531081.123.456",
            "1e3",
            "+1",
            "Infinity",
        ] {
            for format in [
                TimestampFormat::Iso8601,
                TimestampFormat::Rfc822,
                TimestampFormat::Unix,
            ] {
                assert_eq!(format.read(text), None, "{text}");
            }
        }
    }
}
