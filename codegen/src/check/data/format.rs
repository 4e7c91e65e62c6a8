//! Values of the keyword `format`.

/// The formats that targets know.
///
/// `go-duration` is Go's notation (`5m0s`); `byte` is base64 (RFC 4648); the others are those of
/// JSON Schema 2020-12, section 7.3.
pub const FORMATS: &[&str] = &[
    "byte",
    "date",
    "date-time",
    "duration",
    "email",
    "go-duration",
    "hostname",
    "uri",
    "uri-reference",
    "uuid",
];

/// Says why `text` is not of `format`. Unknown formats accept every text.
pub fn format_problem(format: &str, text: &str) -> Option<&'static str> {
    let (fine, expected): (fn(&str) -> bool, _) = match format {
        "date-time" => (
            is_date_time,
            "an RFC 3339 date and time such as `2025-12-04T10:30:00Z`",
        ),
        "date" => (is_date, "a date such as `2025-12-04`"),
        "duration" => (
            is_iso_duration,
            "an ISO 8601 duration such as `PT1S` or `P7D`",
        ),
        "go-duration" => (is_go_duration, "a duration such as `30s` or `5m0s`"),
        "uri" => (is_uri, "an absolute URI"),
        "uri-reference" => (is_uri_reference, "a URI reference"),
        "uuid" => (is_uuid, "a UUID"),
        "hostname" => (is_hostname, "a host name"),
        "byte" => (is_base64, "base64"),
        "email" => (is_email, "an e-mail address"),
        _ => return None,
    };
    (!fine(text)).then_some(expected)
}

/// Whether a text is a label of RFC 1123, as Kubernetes has names of namespaces and Services.
pub(crate) fn is_dns_label(text: &str) -> bool {
    let end = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (1..=63).contains(&text.len())
        && text.starts_with(end)
        && text.ends_with(end)
        && text.chars().all(|c| end(c) || c == '-')
}

fn number(text: &str, digits: usize) -> Option<u32> {
    (text.len() == digits && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let (Some(year), Some(month), Some(day), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2))
    else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=last).contains(&day)
}

/// RFC 3339, section 5.6.
fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once(['T', 't']) else {
        return false;
    };
    let (time, zone) = if let Some(time) = time.strip_suffix(['Z', 'z']) {
        (time, None)
    } else if let Some(at) = time.rfind(['+', '-']) {
        (&time[..at], Some(&time[at + 1..]))
    } else {
        return false;
    };
    let clock = |text: &str, parts: &[u32]| {
        let mut fields = text.split(':');
        parts.iter().all(|limit| {
            fields
                .next()
                .and_then(|f| number(f, 2))
                .is_some_and(|n| n <= *limit)
        }) && fields.next().is_none()
    };
    let (time, fraction) = time
        .split_once('.')
        .map_or((time, None), |(t, f)| (t, Some(f)));
    is_date(date)
        && clock(time, &[23, 59, 60])
        && fraction.is_none_or(|f| !f.is_empty() && f.bytes().all(|b| b.is_ascii_digit()))
        && zone.is_none_or(|z| clock(z, &[23, 59]))
}

/// Seconds of an ISO 8601 duration that is well formed, without months and years.
pub(crate) fn iso_seconds(text: &str) -> u64 {
    const DAY: u64 = 24 * 60 * 60;
    let mut total: u64 = 0;
    let mut number: u64 = 0;
    let mut time = false;
    for c in text.chars() {
        let unit = match (c, time) {
            ('T', _) => {
                time = true;
                continue;
            }
            ('W', _) => 7 * DAY,
            ('D', _) => DAY,
            ('H', _) => 3600,
            ('M', _) => 60,
            ('S', _) => 1,
            _ => {
                let digit = c.to_digit(10).map(u64::from);
                number = digit.map_or(number, |d| number.saturating_mul(10).saturating_add(d));
                continue;
            }
        };
        total = total.saturating_add(number.saturating_mul(unit));
        number = 0;
    }
    total
}

/// ISO 8601 as JSON Schema takes it (RFC 3339, appendix A), without fractions.
pub(crate) fn is_iso_duration(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('P') else {
        return false;
    };
    let (date, time) = rest
        .split_once('T')
        .map_or((rest, None), |(d, t)| (d, Some(t)));
    let fields = |text: &str, units: &str| {
        let mut left = units;
        let mut digits = 0;
        for c in text.chars() {
            if c.is_ascii_digit() {
                digits += 1;
            } else {
                match left.split_once(c) {
                    Some((_, rest)) if (1..=9).contains(&digits) => left = rest,
                    _ => return false,
                }
                digits = 0;
            }
        }
        digits == 0
    };
    if date.contains('W') {
        return time.is_none() && fields(date, "W");
    }
    let some = !date.is_empty() || time.is_some();
    some && fields(date, "YMD") && time.is_none_or(|t| !t.is_empty() && fields(t, "HMS"))
}

fn is_go_duration(text: &str) -> bool {
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    if rest == "0" {
        return true;
    }
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let number = rest.len()
            - rest
                .trim_start_matches(|c: char| c.is_ascii_digit() || c == '.')
                .len();
        let (digits, tail) = rest.split_at(number);
        if digits.is_empty()
            || digits == "."
            || digits.matches('.').count() > 1
            || digits.len() > 18
        {
            return false;
        }
        let unit = ["ns", "us", "µs", "ms", "s", "m", "h"]
            .into_iter()
            .find(|unit| {
                tail.strip_prefix(unit)
                    .is_some_and(|t| !t.starts_with(|c: char| c.is_alphabetic()))
            });
        let Some(unit) = unit else { return false };
        rest = &tail[unit.len()..];
    }
    true
}

/// Characters of RFC 3986, section 2, with complete percent-encodings.
fn has_uri_characters(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().all(|(i, b)| match b {
        b'%' => bytes
            .get(i + 1..i + 3)
            .is_some_and(|h| h.iter().all(u8::is_ascii_hexdigit)),
        b'[' | b']' => text.contains("//"),
        _ => b.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=".contains(b),
    })
}

pub(crate) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
        && !rest.is_empty()
        && has_uri_characters(text)
}

pub(crate) fn is_uri_reference(text: &str) -> bool {
    // A relative reference may not hold a colon in its first segment (RFC 3986, section 4.2).
    let first = text.split(['/', '?', '#']).next().unwrap_or("");
    has_uri_characters(text)
        && text.matches('#').count() <= 1
        && (!first.contains(':') || is_uri(text))
}

fn is_uuid(text: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let mut parts = text.split('-');
    lengths.iter().all(|len| {
        parts
            .next()
            .is_some_and(|p| p.len() == *len && p.bytes().all(|b| b.is_ascii_hexdigit()))
    }) && parts.next().is_none()
}

fn is_hostname(text: &str) -> bool {
    let label = |l: &str| {
        (1..=63).contains(&l.len())
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    text.len().is_multiple_of(4)
        && text.len() - body.len() <= 2
        && body
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/')
}

fn is_email(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(local, host)| {
        !local.is_empty()
            && !local.contains(|c: char| c.is_whitespace() || c == '@')
            && is_hostname(host)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_accept_and_refuse() {
        let cases = [
            ("date-time", "2025-12-04T10:30:00Z", true),
            ("date-time", "2025-12-04T10:30:00.123456789+02:00", true),
            ("date-time", "2025-02-29T10:30:00Z", false),
            ("date-time", "2024-02-29t10:30:60z", true),
            ("date-time", "2025-12-04 10:30:00Z", false),
            ("date-time", "2025-12-04T10:30:00", false),
            ("date-time", "2025-12-04T10:30:00.Z", false),
            ("duration", "PT1S", true),
            ("duration", "P7D", true),
            ("duration", "P1W", true),
            ("duration", "P", false),
            ("duration", "PT", false),
            ("duration", "P1S", false),
            ("duration", "PT1M1H", false),
            ("go-duration", "5m0s", true),
            ("go-duration", "1.5h", true),
            ("go-duration", "300ms", true),
            ("go-duration", "0", true),
            ("go-duration", "5", false),
            ("go-duration", "5 m", false),
            ("go-duration", "5mx", false),
            ("uri", "https://grafana.example.com/explore?...", true),
            ("uri", "/relative", false),
            ("uri-reference", "io.knative.lambda/operator/ns/name", true),
            ("uri-reference", "1-555-123-4567", true),
            ("uri-reference", "a b", false),
            ("uri-reference", "%4", false),
            ("uuid", "550e8400-e29b-41d4-a716-446655440000", true),
            ("uuid", "550e8400", false),
            ("byte", "aGk=", true),
            ("byte", "aGk", false),
            ("hostname", "notifi-scheduler.notifi.svc", true),
            ("hostname", "-a", false),
        ];
        for (format, text, fine) in cases {
            assert_eq!(
                format_problem(format, text).is_none(),
                fine,
                "{format} {text}"
            );
        }
    }

    #[test]
    fn durations_in_seconds() {
        for (text, expected) in [
            ("PT1S", 1),
            ("P7D", 604_800),
            ("P1W", 604_800),
            ("PT1M", 60),
            ("P1DT1H", 90_000),
        ] {
            assert_eq!(iso_seconds(text), expected, "{text}");
        }
    }
}
