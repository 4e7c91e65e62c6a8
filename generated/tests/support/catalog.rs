//! The catalogue that the crate was built from.

use std::path::Path;

use knative_lambda_codegen::ir::Catalog;

/// Calls `test` with the catalogue.
pub(crate) fn with_catalog<R>(test: impl FnOnce(&Catalog<'_>) -> R) -> R {
    let folder = Path::new(env!("KLAMBDA_SPEC"));
    let (checked, result) =
        knative_lambda_codegen::compile(folder, |catalog| test(catalog)).unwrap();
    assert!(!checked.has_errors(), "{:?}", checked.findings);
    result.unwrap()
}
