//! The reference: Markdown pages below `docs/reference`, and regions of guides written by hand.
//!
//! One module a kind of page. [`Site`](site::Site) gathers in one pass what several pages need;
//! [`markdown`] writes.

mod event;
mod flows;
mod index;
mod keywords;
mod markdown;
mod members;
mod sample;
mod schema;
mod site;
mod tables;

use super::{OutputFile, Target};
use crate::ir::Catalog;
use crate::model::Deprecation;
use site::Site;

/// The reference.
pub const TARGET: Target = Target {
    name: "docs",
    summary: "reference in Markdown",
    folder: markdown::FOLDER,
    emit,
};

/// A page of which there is one at most.
struct Single {
    path: &'static str,
    title: &'static str,
    about: &'static str,
    /// `None` where the catalogue says nothing about it.
    page: fn(&Site<'_>) -> Option<OutputFile>,
}

/// In the order that the index lists them.
const SINGLES: &[Single] = &[
    Single {
        path: "schemas.md",
        title: "Data schemas",
        about: "what events carry",
        page: schema::index,
    },
    Single {
        path: "flows.md",
        title: "Event flows",
        about: "how events travel, in diagrams",
        page: flows::page,
    },
];

fn emit(catalog: &Catalog<'_>) -> Vec<OutputFile> {
    let site = Site::new(catalog);
    let tables = members::tables(&site);
    let mut files = Vec::with_capacity(catalog.events.len() + catalog.schemas.len() + 32);
    let mut listed = Vec::new();
    for single in SINGLES {
        if let Some(file) = (single.page)(&site) {
            listed.push(single);
            files.push(file);
        }
    }
    files.push(index::page(&site, &listed));
    files.extend((0..catalog.schemas.len()).map(|n| schema::page(&site, n, &tables[n])));
    files.extend((0..catalog.events.len()).map(|n| event::page(&site, n, &tables)));
    files
}

/// That something should no longer be used. `link` makes a link of what replaces it.
fn deprecated(deprecation: &Deprecation, link: impl Fn(&str) -> String) -> String {
    let mut text = format!("**Deprecated** since {}.", deprecation.since.value);
    if let Some(name) = &deprecation.replaced_by {
        text.push_str(&format!(" Use {} instead.", link(name)));
    }
    if let Some(note) = &deprecation.note {
        text.push(' ');
        text.push_str(&markdown::sentence(note));
    }
    text
}
