//! The event types of CDEvents.

/// Version of the CDEvents specification whose types are known.
pub(crate) const VERSION: &str = "0.4.1";

const TABLE: &str = include_str!("data/cdevents.txt");

/// Every type, without its version, and the version of its schema.
pub(crate) fn types() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(' '))
}
