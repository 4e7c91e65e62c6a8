//! Names that are known, and those that are near.

use std::error::Error;
use std::fmt;

/// Longest name that is compared with the known ones, in bytes.
const MAX_COMPARED: usize = 256;

/// A name that is none of those that are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// What it should name, such as `event type`.
    pub what: &'static str,
    /// The name.
    pub name: String,
    /// The names that are known.
    pub known: &'static [&'static str],
}

impl UnknownName {
    /// `name`, which is none of the `known` ones.
    pub fn new(what: &'static str, name: &str, known: &'static [&'static str]) -> Self {
        Self {
            what,
            name: name.to_owned(),
            known,
        }
    }

    /// The known name that it resembles.
    pub fn nearest(&self) -> Option<&'static str> {
        nearest(&self.name, self.known)
    }
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no {}", self.name, self.what)?;
        match self.nearest() {
            Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
            None => Ok(()),
        }
    }
}

impl Error for UnknownName {}

/// The known name that differs least from `name`, by at most a third of its characters.
fn nearest(name: &str, known: &[&'static str]) -> Option<&'static str> {
    if name.len() > MAX_COMPARED {
        return None;
    }
    let distance = |known: &&'static str| (strsim::osa_distance(name, known), *known);
    let (distance, nearest) = known.iter().map(distance).min()?;
    (distance <= name.chars().count() / 3).then_some(nearest)
}

/// Whether `name` matches a pattern in which each `*` stands for any characters.
pub fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

/// Whether `name` belongs to the open family whose types begin with `family`: one word of lower
/// case letters, digits, `-` and `_` follows.
pub fn is_member(family: &str, name: &str) -> bool {
    let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
    name.strip_prefix(family)
        .is_some_and(|action| !action.is_empty() && action.bytes().all(word))
}

#[cfg(test)]
mod tests {
    use super::{UnknownName, matches};

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, name, fine) in [
            ("a.b", "a.b", true),
            ("a.b", "a.bc", false),
            ("a.*", "a.b.c", true),
            ("*.c", "a.b.c", true),
            ("*.b.*", "a.b.c", true),
            ("*.b.*", "a.c", false),
            ("*", "", true),
            ("a*a", "a", false),
        ] {
            assert_eq!(matches(pattern, name), fine, "{pattern} {name}");
        }
    }

    #[test]
    fn near_names_are_offered() {
        let unknown = |name: &str| {
            UnknownName::new("event type", name, &["build.start", "build.cancel"]).to_string()
        };
        assert_eq!(
            unknown("build.strat"),
            "\"build.strat\" is no event type; did you mean `build.start`?"
        );
        assert_eq!(unknown("x"), "\"x\" is no event type");
        assert!(!unknown(&"build.start".repeat(100)).contains("did you mean"));
    }
}
