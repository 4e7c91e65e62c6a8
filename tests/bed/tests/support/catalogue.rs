//! The events of the built-in catalogue.

use std::path::{Path, PathBuf};

use knative_lambda_codegen::compile;
use knative_lambda_codegen::ir::Catalog;
use knative_lambda_events::Envelope;
use serde_json::Value;

#[path = "../../../../generated/tests/support/examples.rs"]
#[allow(dead_code, reason = "numbers are not compared here")]
mod examples;

/// The folder of the repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Reads something from the catalogue.
pub(crate) fn with_catalogue<R>(read: impl FnOnce(&Catalog<'_>) -> R) -> R {
    let (checked, result) = compile(&repository().join("spec"), |catalog| read(catalog)).unwrap();
    assert!(!checked.has_errors(), "{:?}", checked.findings);
    result.unwrap()
}

/// All examples of events, those of partners included.
pub(crate) fn example_events() -> Vec<Value> {
    with_catalogue(|catalogue| {
        let partners = catalogue.spec.partners.iter();
        let partners = partners.flat_map(|file| file.body.events.iter());
        let partners = partners.flat_map(|(_, event)| &event.examples);
        let mut all = examples::examples(catalogue);
        all.extend(partners.map(|example| example.event.to_json()));
        all
    })
}

/// The same, read.
#[allow(dead_code, reason = "some tests send the examples as they are")]
pub(crate) fn events() -> Vec<Envelope> {
    let envelopes = example_events().into_iter().map(Envelope::from_value);
    envelopes.collect::<Result<_, _>>().unwrap()
}
