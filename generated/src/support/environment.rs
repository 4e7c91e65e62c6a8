//! Reads environment variables and collects everything that is wrong with them.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use super::UnknownName;

/// One variable that is wrong or missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its name.
    pub variable: &'static str,
    /// What it must be.
    pub expected: String,
    /// What it is, where it is set and no secret.
    pub found: Option<String>,
}

/// Everything that is wrong with the environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentError {
    /// What is wrong, in the order of the catalogue.
    pub problems: Vec<Problem>,
}

impl fmt::Display for EnvironmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the environment is not as it must be:")?;
        for Problem {
            variable,
            expected,
            found,
        } in &self.problems
        {
            write!(f, "\n  {variable} must be {expected}")?;
            if let Some(found) = found {
                write!(f, ", not {found:?}")?;
            }
        }
        Ok(())
    }
}

impl Error for EnvironmentError {}

/// A variable that is read.
#[derive(Clone, Copy, Debug)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// Variable that is read where it is not set.
    pub fallback: Option<&'static str>,
    /// Whether its value must not be printed.
    pub sensitive: bool,
}

/// Reads variables one by one. One that is set to nothing is not set.
#[derive(Debug)]
pub struct Reader {
    variables: BTreeMap<String, String>,
    problems: Vec<Problem>,
}

/// What a reading function makes of a text: a value, or what it expects instead.
pub type Reading<T> = Result<T, String>;

impl Reader {
    /// A reader of these variables.
    pub fn new(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            variables: variables.into_iter().collect(),
            problems: Vec::new(),
        }
    }

    /// A variable that need not be set.
    pub fn optional<T>(
        &mut self,
        variable: Variable,
        read: impl FnOnce(&str) -> Reading<T>,
    ) -> Option<T> {
        let names = std::iter::once(variable.name).chain(variable.fallback);
        let mut set = names.filter_map(|name| Some((name, self.variables.get(name)?)));
        let (name, text) = set.find(|(_, text)| !text.is_empty())?;
        match read(text) {
            Ok(value) => Some(value),
            Err(expected) => {
                let found = (!variable.sensitive).then(|| text.clone());
                self.problems.push(Problem {
                    variable: name,
                    expected,
                    found,
                });
                None
            }
        }
    }

    /// A variable that must be set.
    pub fn required<T>(
        &mut self,
        variable: Variable,
        read: impl FnOnce(&str) -> Reading<T>,
    ) -> Option<T> {
        let before = self.problems.len();
        let value = self.optional(variable, read);
        if value.is_none() && self.problems.len() == before {
            self.problems.push(Problem {
                variable: variable.name,
                expected: "set".to_owned(),
                found: None,
            });
        }
        value
    }

    /// Whether everything was fine.
    ///
    /// # Errors
    /// When something was not.
    pub fn finish(self) -> Result<(), EnvironmentError> {
        if self.problems.is_empty() {
            return Ok(());
        }
        Err(EnvironmentError {
            problems: self.problems,
        })
    }
}

/// Variables of this process; those that are not UTF-8 are left out.
pub fn process_variables() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

/// Any text.
///
/// # Errors
/// Never.
pub fn text(text: &str) -> Reading<String> {
    Ok(text.to_owned())
}

/// `true` or `false`.
///
/// # Errors
/// When it is neither.
pub fn boolean(text: &str) -> Reading<bool> {
    text.parse().map_err(|_| "`true` or `false`".to_owned())
}

/// A whole number within bounds.
pub fn integer(bounds: RangeInclusive<u64>) -> impl FnOnce(&str) -> Reading<u64> {
    move |text| bounded(text, &bounds, "a whole number")
}

/// A TCP port.
///
/// # Errors
/// When it is no number from 1 to 65535.
pub fn port(text: &str) -> Reading<u16> {
    match text.parse() {
        Ok(port @ 1..) => Ok(port),
        _ => Err("a port from 1 to 65535".to_owned()),
    }
}

/// A whole number of seconds within bounds.
pub fn seconds(bounds: RangeInclusive<u64>) -> impl FnOnce(&str) -> Reading<Duration> {
    move |text| bounded(text, &bounds, "a whole number of seconds").map(Duration::from_secs)
}

fn bounded(text: &str, bounds: &RangeInclusive<u64>, what: &str) -> Reading<u64> {
    match text.parse() {
        Ok(number) if bounds.contains(&number) => Ok(number),
        _ if *bounds == (0..=u64::MAX) => Err(what.to_owned()),
        _ if *bounds.end() == u64::MAX => Err(format!("{what}, at least {}", bounds.start())),
        _ => Err(format!(
            "{what} from {} to {}",
            bounds.start(),
            bounds.end()
        )),
    }
}

/// An absolute `http` or `https` URL.
///
/// # Errors
/// When it is none.
pub fn url(text: &str) -> Reading<String> {
    let host = text
        .strip_prefix("http://")
        .or_else(|| text.strip_prefix("https://"))
        .and_then(|rest| rest.split(['/', '?', '#']).next());
    let printable = text.bytes().all(|b| matches!(b, 0x21..=0x7e));
    match host {
        Some(host) if !host.is_empty() && printable => Ok(text.to_owned()),
        _ => Err("an absolute http or https URL".to_owned()),
    }
}

/// A name as Kubernetes has it: a label of RFC 1123.
///
/// # Errors
/// When it is none.
pub fn dns_label(text: &str) -> Reading<String> {
    let inner = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-');
    let fits = (1..=63).contains(&text.len())
        && text.bytes().all(inner)
        && !text.starts_with('-')
        && !text.ends_with('-');
    match fits {
        true => Ok(text.to_owned()),
        false => Err("a name of up to 63 of `a-z`, `0-9` and `-`".to_owned()),
    }
}

/// The path of a handler: `function`, `module.function` or `dir/module.function`. Files and
/// folders, unlike functions, may have `-` in their names.
///
/// # Errors
/// When it is none.
pub fn handler(text: &str) -> Reading<String> {
    let is_name = |name: &str| {
        !name.starts_with(|c: char| c.is_ascii_digit() || c == '-')
            && !name.is_empty()
            && (name.bytes()).all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
    };
    let (module, function) = match text.rsplit_once('.') {
        Some((module, function)) => (Some(module), function),
        None => (None, text),
    };
    let fits = module.is_none_or(|module| module.split('/').all(is_name))
        && is_name(function)
        && !function.contains('-');
    match fits {
        true => Ok(text.to_owned()),
        false => Err("`function`, `module.function` or `dir/module.function`".to_owned()),
    }
}

/// One of the values of an enum.
///
/// # Errors
/// When it is none of them.
pub fn one_of<T: FromStr<Err = UnknownName>>(text: &str) -> Reading<T> {
    text.parse()
        .map_err(|error: UnknownName| format!("one of `{}`", error.known.join("`, `")))
}
