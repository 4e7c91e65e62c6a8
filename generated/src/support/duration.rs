//! Durations that are written as they were read.

use std::error::Error;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::SpanRelativeTo;
use jiff::fmt::temporal::SpanParser;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A duration in the notation of Go: `5m0s`. Two are equal when they last equally long.
#[derive(Clone)]
pub struct GoDuration {
    text: Box<str>,
    nanoseconds: i64,
}

impl GoDuration {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How long it is; `None` where it is negative.
    pub fn to_std(&self) -> Option<Duration> {
        u64::try_from(self.nanoseconds)
            .ok()
            .map(Duration::from_nanos)
    }
}

impl PartialEq for GoDuration {
    fn eq(&self, other: &Self) -> bool {
        self.nanoseconds == other.nanoseconds
    }
}

impl Eq for GoDuration {}

impl FromStr for GoDuration {
    type Err = InvalidDuration;

    fn from_str(text: &str) -> Result<Self, InvalidDuration> {
        match go_nanoseconds(text) {
            Some(nanoseconds) => Ok(Self {
                text: text.into(),
                nanoseconds,
            }),
            None => Err(InvalidDuration(text.to_owned(), "of Go, such as `5m0s`")),
        }
    }
}

impl From<Duration> for GoDuration {
    /// Longer than 292 years becomes the longest that Go has.
    fn from(duration: Duration) -> Self {
        let nanoseconds = i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX);
        Self {
            text: go_text(nanoseconds.unsigned_abs()).into(),
            nanoseconds,
        }
    }
}

/// Units of Go, and how many nanoseconds they last.
const GO_UNITS: [(&str, i128); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// Reads what Go's `time.ParseDuration` reads.
fn go_nanoseconds(text: &str) -> Option<i64> {
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(end);
        let end = after.find(|c: char| c.is_ascii_digit() || c == '.');
        let (unit, after) = after.split_at(end.unwrap_or(after.len()));
        let (_, unit) = GO_UNITS.iter().find(|(name, _)| *name == unit)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.len() + fraction.len() == 0 || !digits(fraction) {
            return None;
        }
        if !whole.is_empty() {
            total += whole.parse::<i64>().ok().map(i128::from)? * unit;
        }
        // More than 18 digits mean less than a nanosecond.
        let mut value: i128 = 0;
        let mut scale: i128 = 1;
        for digit in fraction.bytes().take(18) {
            value = value * 10 + i128::from(digit - b'0');
            scale *= 10;
        }
        total += value * unit / scale;
        if total > i128::from(i64::MAX) + 1 {
            return None;
        }
        rest = after;
    }
    i64::try_from(sign * total).ok()
}

/// Writes what Go's `Duration.String` writes.
fn go_text(nanoseconds: u64) -> String {
    let fraction = |unit: u64, name: &str| {
        let text = format!(
            "{}.{:09}",
            nanoseconds / unit,
            nanoseconds % unit * (1_000_000_000 / unit)
        );
        format!("{}{name}", text.trim_end_matches('0').trim_end_matches('.'))
    };
    match nanoseconds {
        0 => "0s".to_owned(),
        1..1_000 => format!("{nanoseconds}ns"),
        1_000..1_000_000 => fraction(1_000, "µs"),
        1_000_000..1_000_000_000 => fraction(1_000_000, "ms"),
        _ => {
            let seconds = nanoseconds / 1_000_000_000;
            let rest = go_seconds(seconds % 60, nanoseconds % 1_000_000_000);
            match (seconds / 3600, seconds / 60 % 60) {
                (0, 0) => rest,
                (0, minutes) => format!("{minutes}m{rest}"),
                (hours, minutes) => format!("{hours}h{minutes}m{rest}"),
            }
        }
    }
}

fn go_seconds(seconds: u64, nanoseconds: u64) -> String {
    let text = format!("{seconds}.{nanoseconds:09}");
    format!("{}s", text.trim_end_matches('0').trim_end_matches('.'))
}

/// A duration in ISO 8601: `PT1S`. Two are equal when their texts are.
#[derive(Clone, PartialEq, Eq)]
pub struct IsoDuration(Box<str>);

impl IsoDuration {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How long it is, with days of 24 hours; `None` where it is negative, or has months or years.
    pub fn to_std(&self) -> Option<Duration> {
        let span = SpanParser::new().parse_span(self.as_str()).ok()?;
        if span.get_years() != 0 || span.get_months() != 0 {
            return None;
        }
        let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
        Duration::try_from(duration).ok()
    }
}

impl FromStr for IsoDuration {
    type Err = InvalidDuration;

    fn from_str(text: &str) -> Result<Self, InvalidDuration> {
        // The parser reads lower case too.
        let designators = text.bytes().all(|b| !b.is_ascii_lowercase());
        match SpanParser::new().parse_span(text) {
            Ok(_) if designators => Ok(Self(text.into())),
            _ => Err(InvalidDuration(
                text.to_owned(),
                "of ISO 8601, such as `PT1S`",
            )),
        }
    }
}

impl From<Duration> for IsoDuration {
    fn from(duration: Duration) -> Self {
        let seconds = format!("{}.{:09}", duration.as_secs(), duration.subsec_nanos());
        let seconds = seconds.trim_end_matches('0').trim_end_matches('.');
        Self(format!("PT{seconds}S").into())
    }
}

/// A text that is no duration in its notation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidDuration(String, &'static str);

impl fmt::Display for InvalidDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no duration in the notation {}", self.0, self.1)
    }
}

impl Error for InvalidDuration {}

/// Both are their text in JSON, logs and messages.
macro_rules! as_text {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?
                    .parse()
                    .map_err(de::Error::custom)
            }
        }
    };
}

as_text!(GoDuration);
as_text!(IsoDuration);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn go_durations_are_read() {
        for (text, nanoseconds) in [
            ("5m0s", 300_000_000_000),
            ("1h2m3.5s", 3_723_500_000_000),
            ("1.5h", 5_400_000_000_000),
            (".5s", 500_000_000),
            ("1.s", 1_000_000_000),
            ("-2ms", -2_000_000),
            ("0", 0),
            ("3µs", 3_000),
            ("0.3333333333333333333h", 1_199_999_999_999),
        ] {
            let duration: GoDuration = text.parse().unwrap();
            assert_eq!(duration.nanoseconds, nanoseconds, "{text}");
            assert_eq!(duration.to_string(), text);
        }
        for text in [
            "",
            "5",
            "5 m",
            "m",
            ".s",
            "1.2.3s",
            "5x",
            "-",
            "9999999999h",
            "1m٣s",
        ] {
            assert!(text.parse::<GoDuration>().is_err(), "{text}");
        }
    }

    #[test]
    fn durations_are_written_as_go_does() {
        for (duration, text) in [
            (Duration::ZERO, "0s"),
            (Duration::from_secs(300), "5m0s"),
            (Duration::from_secs(3600), "1h0m0s"),
            (Duration::from_millis(1500), "1.5s"),
            (Duration::from_millis(150), "150ms"),
            (Duration::from_nanos(2_500), "2.5µs"),
            (Duration::from_nanos(1_000_001), "1.000001ms"),
        ] {
            assert_eq!(GoDuration::from(duration).as_str(), text);
            assert_eq!(text.parse::<GoDuration>().unwrap().to_std(), Some(duration));
        }
    }

    #[test]
    fn iso_durations_keep_their_text() {
        for (text, seconds) in [
            ("PT1S", Some(1)),
            ("PT1M30S", Some(90)),
            ("P1D", Some(86_400)),
            ("P1W", Some(604_800)),
            ("P1M", None),
        ] {
            let duration: IsoDuration = text.parse().unwrap();
            assert_eq!(duration.to_string(), text);
            assert_eq!(
                duration.to_std(),
                seconds.map(Duration::from_secs),
                "{text}"
            );
        }
        for text in ["", "P", "PT", "1s", "5 minutes", "pt1s"] {
            assert!(text.parse::<IsoDuration>().is_err(), "{text}");
        }
        assert_eq!(
            IsoDuration::from(Duration::from_millis(1500)).as_str(),
            "PT1.5S"
        );
    }
}
