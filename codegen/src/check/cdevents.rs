//! The event types of CDEvents.

/// Version of the CDEvents specification whose types are known.
pub(crate) const VERSION: &str = "0.4.1";

const TABLE: &str = include_str!("data/cdevents.txt");

/// An event type of CDEvents.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CdEventType {
    /// Its name, without its version.
    pub(crate) name: &'static str,
    /// Version of its schema.
    pub(crate) version: &'static str,
    /// Type of its subject.
    pub(crate) subject: &'static str,
    /// Members of the subject's content that it requires, by dotted path, with a space between.
    required: &'static str,
}

impl CdEventType {
    /// Members of the subject's content that it requires, by dotted path.
    pub(crate) fn required(self) -> impl Iterator<Item = &'static str> {
        self.required.split_whitespace()
    }
}

/// Every type.
pub(crate) fn types() -> impl Iterator<Item = CdEventType> {
    TABLE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut columns = line.splitn(4, ' ');
            Some(CdEventType {
                name: columns.next()?,
                version: columns.next()?,
                subject: columns.next()?,
                required: columns.next().unwrap_or_default(),
            })
        })
}

/// The type with that name.
pub(crate) fn named(name: &str) -> Option<CdEventType> {
    types().find(|known| known.name == name)
}
