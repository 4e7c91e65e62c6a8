//! Points in time that are written as they were read.

use std::cmp::Ordering;
use std::error::Error;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::time::SystemTime;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A point in time, in RFC 3339.
///
/// It is written as it was read, with its offset and all digits of its fraction; two are equal
/// when they mean the same instant.
#[derive(Clone)]
pub struct Timestamp {
    text: Box<str>,
    instant: jiff::Timestamp,
}

impl Timestamp {
    /// The current time, in UTC, with milliseconds.
    pub fn now() -> Self {
        jiff::Timestamp::now().into()
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The same instant as strict readers take it: in UTC, with at most nine digits of a fraction.
    pub(super) fn in_utc(&self) -> Self {
        Self {
            text: self.instant.to_string().into(),
            instant: self.instant,
        }
    }

    /// The instant, for calculations.
    pub fn instant(&self) -> jiff::Timestamp {
        self.instant
    }
}

/// A text that is no date and time of RFC 3339.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidTimestamp(String);

impl fmt::Display for InvalidTimestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no RFC 3339 date and time", self.0)
    }
}

impl Error for InvalidTimestamp {}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        let invalid = || InvalidTimestamp(text.to_owned());
        // The parser reads more than RFC 3339 has.
        if !has_shape(text.as_bytes()) {
            return Err(invalid());
        }
        // Digits beyond nanoseconds are valid, and too many for the parser.
        let instant = match fraction_end(text) {
            Some((kept, end)) => format!("{}{}", &text[..kept], &text[end..]).parse(),
            None => text.parse(),
        };
        Ok(Self {
            text: text.into(),
            instant: instant.map_err(|_| invalid())?,
        })
    }
}

/// `YYYY-MM-DDTHH:MM:SS[.digits](Z|±HH:MM)`.
fn has_shape(text: &[u8]) -> bool {
    const DATE_TIME: &[u8] = b"0000-00-00T00:00:00";
    const OFFSET: &[u8] = b"+00:00";
    let fits = |text: &[u8], shape: &[u8]| {
        text.len() == shape.len()
            && text.iter().zip(shape).all(|(c, s)| match s {
                b'0' => c.is_ascii_digit(),
                b'T' => matches!(c, b'T' | b't'),
                b'+' => matches!(c, b'+' | b'-'),
                _ => c == s,
            })
    };
    let Some((date_time, mut rest)) = text.split_at_checked(DATE_TIME.len()) else {
        return false;
    };
    if let [b'.', fraction @ ..] = rest {
        let digits = fraction.iter().take_while(|c| c.is_ascii_digit()).count();
        if digits == 0 {
            return false;
        }
        rest = &fraction[digits..];
    }
    fits(date_time, DATE_TIME) && (matches!(rest, b"Z" | b"z") || fits(rest, OFFSET))
}

/// Where the first nine digits of a longer fraction end, and where the fraction does.
fn fraction_end(text: &str) -> Option<(usize, usize)> {
    let start = text.find('.')? + 1;
    let digits = text[start..].bytes().take_while(u8::is_ascii_digit).count();
    (digits > 9).then_some((start + 9, start + digits))
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(instant: jiff::Timestamp) -> Self {
        Self {
            text: format!("{instant:.3}").into(),
            instant,
        }
    }
}

impl TryFrom<SystemTime> for Timestamp {
    type Error = InvalidTimestamp;

    fn try_from(time: SystemTime) -> Result<Self, InvalidTimestamp> {
        jiff::Timestamp::try_from(time)
            .map(Self::from)
            .map_err(|_| InvalidTimestamp(format!("{time:?}")))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for Timestamp {
    fn eq(&self, other: &Self) -> bool {
        self.instant == other.instant
    }
}

impl Eq for Timestamp {}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> Ordering {
        self.instant.cmp(&other.instant)
    }
}

impl Hash for Timestamp {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.instant.hash(state);
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::Timestamp;

    #[test]
    fn times_are_written_as_they_were_read() {
        for text in [
            "2025-12-04T10:30:00Z",
            "2025-12-04T10:30:00.500Z",
            "2025-12-04T12:30:00+02:00",
            "2025-12-04T10:30:00.123456789012Z",
            "0001-01-01T00:00:00Z",
            "2016-12-31t23:59:60z",
        ] {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn other_notations_are_refused() {
        for text in [
            "",
            "2025-12-04",
            "2025-12-04 10:30:00Z",
            "2025-12-04T10:30Z",
            "2025-12-04T10:30:00",
            "2025-12-04T10:30:00.Z",
            "2025-13-04T10:30:00Z",
            "2025-12-04T10:30:00+02",
            "2025-12-04T10:30:00Z[UTC]",
            "２025-12-04T10:30:00Z",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }

    #[test]
    fn equal_instants_are_equal() {
        let a: Timestamp = "2025-12-04T12:30:00+02:00".parse().unwrap();
        let b: Timestamp = "2025-12-04T10:30:00.0Z".parse().unwrap();
        assert_eq!(a, b);
        assert!(Timestamp::now() > a);
    }
}
