//! Dates as policies write them: ISO 8601 from a year to fractions of a second, or seconds since
//! 1970. Without an offset a time is UTC. Digits alone are seconds, so a year alone is written
//! `2027T`. Source: IAM User Guide, "Date condition operators"; what AWS accepts and refuses beyond
//! that was observed by the authors of moto (their `test_iam_policies`).

use types::Time;

/// The years that fit into milliseconds.
const YEARS: std::ops::RangeInclusive<i64> = -292_275_054..=292_278_993;
const DAY_MS: i64 = 86_400_000;

/// Reads a date; `None` when it is none.
pub(crate) fn parse(text: &str) -> Option<Time> {
    if !text.contains(['T', 't', '-']) {
        return digits(text, 1..=19).map(Time::from_seconds);
    }
    let (date, time) = text.split_once(['T', 't']).unwrap_or((text, ""));
    let millis = match time {
        "" => 0,
        time => millis(time)?,
    };
    let millis = days(date)?.checked_mul(DAY_MS)?.checked_add(millis)?;
    Some(Time::from_millis(millis))
}

/// A number of so many digits, and nothing else.
fn digits(text: &str, count: std::ops::RangeInclusive<usize>) -> Option<i64> {
    let fits = count.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| fits)
}

/// Days since 1970 of `YYYY[-MM[-DD]]`, of which the year may be negative.
fn days(text: &str) -> Option<i64> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(text) => (-1, text),
        None => (1, text),
    };
    let mut parts = text.split('-');
    let year = sign * digits(parts.next()?, 1..=9)?;
    let month = parts.next().map_or(Some(1), |text| digits(text, 1..=2))?;
    let day = parts.next().map_or(Some(1), |text| digits(text, 1..=2))?;
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let month_days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if parts.next().is_some() || !YEARS.contains(&year) || !(1..=month_days).contains(&day) {
        return None;
    }
    // Years from March on, so that the leap day is the last; 400 of them have 146,097 days.
    let (year, month) = match month {
        1 | 2 => (year - 1, month + 9),
        _ => (year, month - 3),
    };
    let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    Some(era * 146_097 + year * 365 + year / 4 - year / 100 + day_of_year - 719_468)
}

/// Milliseconds of `HH[:MM[:SS[.fraction]]]` and an offset: `Z`, `+HH`, `+HH:MM`, `-HH:MM`.
fn millis(text: &str) -> Option<i64> {
    let (text, offset) = match text.strip_suffix(['Z', 'z']) {
        Some(text) => (text, 0),
        None => match text.find(['+', '-']) {
            Some(at) => (text.get(..at)?, minutes_of_offset(text.get(at..)?)?),
            None => (text, 0),
        },
    };
    let mut parts = text.split(':');
    let hours = digits(parts.next()?, 1..=2)?;
    let minutes = parts.next().map_or(Some(0), |text| digits(text, 1..=2))?;
    let (seconds, fraction) = match parts.next() {
        None => (0, 0),
        Some(text) => {
            let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
            digits(fraction, 1..=9)?;
            let first_three: String = fraction.chars().chain("00".chars()).take(3).collect();
            (digits(seconds, 1..=2)?, digits(&first_three, 3..=3)?)
        }
    };
    let fits = hours <= 23 && minutes <= 59 && seconds <= 59 && parts.next().is_none();
    let minutes = hours * 60 + minutes - offset;
    fits.then_some((minutes * 60 + seconds) * 1000 + fraction)
}

fn minutes_of_offset(text: &str) -> Option<i64> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(text) => (-1, text),
        None => (1, text.strip_prefix('+')?),
    };
    let (hours, minutes) = match text.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None => text.split_at_checked(2)?,
    };
    let minutes = if minutes.is_empty() { "00" } else { minutes };
    let (hours, minutes) = (digits(hours, 2..=2)?, digits(minutes, 2..=2)?);
    (hours <= 23 && minutes <= 59).then_some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dates_in_every_form() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2019-07-01T13:20:15Z", 1_561_987_215),
            ("2019-07-01t15:20:15+02:00", 1_561_987_215),
            ("2019-07-01T15:20:15+0200", 1_561_987_215),
            ("2019-07-01T08:20:15-05", 1_561_987_215),
            ("2019-07-01T13:20:15", 1_561_987_215),
            ("2019-07-01", 1_561_939_200),
            ("2019-07", 1_561_939_200),
            ("2019T", 1_546_300_800),
            ("2020-02-29", 1_582_934_400),
            ("1561987215", 1_561_987_215),
            ("2019", 2019),
            ("0", 0),
            ("-0001-01-01", -62_198_755_200),
        ] {
            let read = parse(text).map(Time::as_seconds);
            assert_eq!(read, Some(seconds), "{text}");
        }
        let fraction = parse("2016-12-13T21:20:37.593194+00:00").unwrap();
        assert_eq!(fraction.as_millis() % 1000, 593);
        assert_eq!(parse("1970-01-01T00:00:00.5Z").unwrap().as_millis(), 500);
        for text in ["01T", "2016-12-13t2:00:00.593194+23", "-292275054"] {
            assert!(parse(text).is_some(), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "T",
            "-",
            "sdfdsf",
            "234-13",
            "2019-02-29",
            "2019-00-01",
            "2019-01-01-01",
            "2019-01-01T24:00:00Z",
            "2019-01-01T00:60:00Z",
            "2019-01-01T00:00:60Z",
            "2019-01-01T00:00:00ZZ",
            "2019-01-01T00:00:00:00Z",
            "2016-12-13t2:00:00.593194+1",
            "2016-12-13t2:00:00.1999999999+10:59",
            "9223372036854775808",
            "12345678901234567890",
            "+1",
            "300000000-01-01",
            "２０１９-01-01",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn it_reads_what_the_clock_writes(millis in -62_000_000_000_000_i64..200_000_000_000_000) {
            let time = Time::from_millis(millis);
            prop_assert_eq!(parse(&time.to_string()), Some(time));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[-+0-9TtZz:.é]{0,40}") {
            std::hint::black_box(parse(&text));
        }
    }
}
