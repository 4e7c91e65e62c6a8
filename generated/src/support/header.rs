//! Attribute values in HTTP headers, as the HTTP protocol binding of CloudEvents encodes them.

use std::borrow::Cow;
use std::fmt::Write;

/// Encodes everything but printable ASCII, and of that space, `"` and `%`.
pub fn encode(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        if matches!(byte, 0x21..=0x7e) && !matches!(byte, b'"' | b'%') {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Decodes a value. Quoted strings and bare UTF-8, which older senders write, are read too, and
/// a `%` that begins no escape stands for itself. `None` where the result is not UTF-8.
pub fn decode(value: &[u8]) -> Option<String> {
    let value = value.trim_ascii();
    let quoted = value
        .strip_prefix(b"\"")
        .and_then(|rest| rest.strip_suffix(b"\""));
    let value = match quoted {
        Some(inner) => Cow::Owned(unescape(inner)),
        None => Cow::Borrowed(value),
    };
    // Nearly all values have nothing to decode.
    if !value.contains(&b'%') {
        return String::from_utf8(value.into_owned()).ok();
    }
    let mut decoded = Vec::with_capacity(value.len());
    let mut rest = &*value;
    while let [first, after @ ..] = rest {
        let escape = match after {
            [high, low, ..] if *first == b'%' => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match escape {
            Some((high, low)) => {
                decoded.push(high << 4 | low);
                rest = &after[2..];
            }
            None => {
                decoded.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(decoded).ok()
}

/// Takes the backslashes out of a quoted string.
fn unescape(quoted: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(quoted.len());
    let mut bytes = quoted.iter();
    while let Some(byte) = bytes.next() {
        let escaped = if *byte == b'\\' { bytes.next() } else { None };
        plain.push(*escaped.unwrap_or(byte));
    }
    plain
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|d| d as u8)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{decode, encode};

    #[test]
    fn values_are_encoded_as_in_the_specification() {
        assert_eq!(encode("Euro € 😀"), "Euro%20%E2%82%AC%20%F0%9F%98%80");
        assert_eq!(encode("100%\"\n"), "100%25%22%0A");
    }

    #[test]
    fn what_older_senders_write_is_read() {
        for (header, value) in [
            ("\"a \\\"b\\\" c\"", "a \"b\" c"),
            ("a b", "a b"),
            ("é", "é"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("%e2%82%ac", "€"),
            ("\"", "\""),
        ] {
            assert_eq!(decode(header.as_bytes()).as_deref(), Some(value));
        }
        assert_eq!(decode(b"%FF"), None);
    }

    proptest! {
        #[test]
        fn every_value_survives(value in any::<String>()) {
            let header = encode(&value);
            prop_assert!(header.bytes().all(|b| matches!(b, 0x21..=0x7e)));
            prop_assert_eq!(decode(header.as_bytes()), Some(value));
        }

        #[test]
        fn any_bytes_are_decoded_or_refused(value in any::<Vec<u8>>()) {
            let _ = decode(&value);
        }
    }
}
