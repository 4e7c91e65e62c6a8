//! The reference: Markdown pages below `docs/reference`, and regions of guides written by hand.
//!
//! One module a kind of page. [`Site`] gathers in one pass what several pages need;
//! [`markdown`] writes.

mod alerting;
mod categories;
mod cdevents;
mod corrections;
mod environment;
mod errors;
mod event;
mod extensions;
mod flows;
mod flux;
mod index;
mod keywords;
mod manifests;
mod markdown;
mod members;
mod metrics;
mod migrations;
mod naming;
mod network;
mod observers;
mod partner;
mod practices;
mod regions;
mod resource;
mod rules;
mod runtimes;
mod sample;
mod schema;
mod site;
mod snippet;
mod tables;
mod text;

use super::{OutputFile, Target};
use crate::ir::Catalog;
use crate::model::Deprecation;
use crate::parallel;
use markdown::Page;
use site::Site;

pub use regions::{RegionError, fill_regions};
pub use rules::TARGET as RULES;

/// Pages that are worth waking a thread; one takes about 20 µs.
const PAGES_A_THREAD: usize = 8;

/// The reference.
pub static TARGET: Target = Target {
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
    page: fn(&Site<'_>) -> Option<Page>,
}

macro_rules! singles {
    ($($path:literal, $title:literal, $about:literal, $page:path;)*) => {
        &[$(Single { path: $path, title: $title, about: $about, page: $page }),*]
    };
}

/// In the order that the index lists them.
const SINGLES: &[Single] = singles![
    "naming.md", "Event naming convention", "types, sources and subjects", naming::page;
    "categories.md", "Event categories", "what each is for, its direction and tense", categories::page;
    "schemas.md", "Data schemas", "what events carry", schema::index;
    "extensions.md", "Attributes and extensions", "what stands beside the data", extensions::page;
    "flows.md", "Event flows", "how events travel, in diagrams", flows::page;
    "runtimes.md", "Function runtimes", "handlers, timeout, shutdown", runtimes::page;
    "environment.md", "Environment variables", "what the runtime reads", environment::page;
    "errors.md", "Errors and retries", "classes, retries, dead letters", errors::page;
    "practices.md", "Practices", "what senders and receivers follow", practices::page;
    "migrations.md", "Migrations", "legacy event types and what became of them", migrations::page;
    "observers.md", "Observers and consumers", "who receives events, and through what", observers::page;
    "manifests.md", "Manifests", "what is applied to a cluster, in groups", manifests::index;
    "network.md", "Network policies", "who may talk to whom", network::page;
    "alerting.md", "Alerting", "from events and metrics to alerts", alerting::page;
    "metrics.md", "Metrics", "what Prometheus reads", metrics::page;
    "dashboards.md", "Dashboards", "what Grafana shows", metrics::dashboards;
    "flux.md", "Flux integration", "Receivers, and how events reach them", flux::page;
    "cdevents.md", "CDEvents", "which events become which", cdevents::page;
    "partners.md", "Partners", "systems beside the platform", partner::index;
    "resources.md", "Custom resources", "what is declared in Kubernetes", resource::index;
    "corrections.md", "Corrections", "where real systems differ from the description", corrections::page;
];

fn emit(catalog: &Catalog<'_>) -> Vec<OutputFile> {
    let site = Site::new(catalog);
    let tables = members::tables(&site);
    let mut files = Vec::with_capacity(catalog.events.len() + catalog.schemas.len() + 32);
    let mut listed = Vec::new();
    let singles = parallel::map(SINGLES, 1, |single| {
        let mut page = (single.page)(&site)?;
        let name = single.path.trim_end_matches(".md");
        flows::on_page(&site, &mut page, name);
        index::references(&site, &mut page, Some(name));
        Some(page.finish())
    });
    for (single, page) in SINGLES.iter().zip(singles) {
        if let Some(page) = page {
            listed.push(single);
            files.push(page);
        }
    }
    files.push(index::page(&site, &listed));
    let numbers: Vec<usize> = (0..catalog.schemas.len()).collect();
    files.extend(parallel::map(&numbers, PAGES_A_THREAD, |n| {
        schema::page(&site, *n, &tables[*n])
    }));
    let numbers: Vec<usize> = (0..catalog.events.len()).collect();
    files.extend(parallel::map(&numbers, PAGES_A_THREAD, |n| {
        event::page(&site, *n, &tables)
    }));
    let spec = catalog.spec;
    files.extend(manifests::pages(&site));
    files.extend(spec.partners.iter().map(|p| partner::page(&site, p)));
    files.extend(
        spec.resources
            .iter()
            .map(|r| resource::page(&site, r, &tables)),
    );
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
