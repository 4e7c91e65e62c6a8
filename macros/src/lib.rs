//! Rust code held against a CloudEvents catalogue while it is compiled.
//!
//! - [`derive@LambdaEvent`] checks a struct of yours against the data schema of an event type.
//! - [`lambda_events!`] makes the typed API of a catalogue of yours, without a build script.
//! - `lambda_schema!` (feature `schema`) makes types of a JSON Schema with keywords that
//!   catalogues do not have.
//!
//! ```
//! # mod support {
//! #     pub trait LambdaEvent {
//! #         const TYPE: &'static str;
//! #         const DATASCHEMA: &'static str;
//! #         const DATACONTENTTYPE: &'static str;
//! #         const REQUIRED_EXTENSIONS: &'static [&'static str];
//! #     }
//! #     pub mod support {
//! #         pub trait Redact {}
//! #     }
//! # }
//! # use support::LambdaEvent as _;
//! use knative_lambda_macros::LambdaEvent;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, LambdaEvent)]
//! #[serde(rename_all = "camelCase")]
//! #[lambda_event(type = "com.example.shop.request.order.cancel")]
//! # #[lambda_event(spec = "tests/catalogue/spec", crate = "support")]
//! struct CancelOrder {
//!     order_id: String,
//!     #[serde(default, skip_serializing_if = "Option::is_none")]
//!     reason: Option<String>,
//! }
//!
//! assert_eq!(CancelOrder::REQUIRED_EXTENSIONS, ["idempotencykey"]);
//! ```
//!
//! The spec is the nearest folder `spec` with a `catalog.yaml`, beside the crate's `Cargo.toml` or
//! above it. It is read once a compilation, however many structs there are.
//!
//! # Rebuilds
//! Cargo compiles the crate again when a file of the spec that was read changes or goes away. Of a
//! file that is *added* it knows nothing: no stable Rust lets a macro name a folder to watch. A build
//! script can, so give the crate this `build.rs`, with the path of the spec:
//!
//! ```text
//! fn main() {
//!     println!("cargo::rerun-if-changed=spec");
//! }
//! ```

mod derive;
mod events;
#[cfg(feature = "schema")]
mod schema;
mod spec;

/// Implements `knative_lambda_events::LambdaEvent` and `Redact` for a struct with the data of an
/// event type.
///
/// `#[lambda_event(…)]` takes
/// - `type = "…"`: the event type, in full or without the catalogue's prefix; of an open family
///   one type, or with `*` at its end all of them;
/// - `spec = "…"`: the spec folder, relative to the folder of the crate's `Cargo.toml`;
/// - `crate = "…"`: path of the crate with the trait, where it is not `::knative_lambda_events`.
///
/// # Errors
/// It is an error
/// - at the type: when the catalogue does not have it;
/// - at the struct's name: when it lacks a member that the schema requires;
/// - at a field: when the schema has no such member;
/// - at a field's type: when it cannot read every value that the schema allows, or sends values
///   of another JSON type; when it is an `Option` of a member that is required, or cannot tell
///   that an optional member is missing.
///
/// Fields have the names that serde gives them. `rename`, `rename_all`, `skip`, `flatten`,
/// `default`, `skip_serializing_if` and `with` are understood. Types that are not of the standard
/// library cannot be looked into: they are accepted where no known type is clearly wrong.
///
/// # Secrets
/// `redacted()` of `Redact` masks what the schema marks with `x-sensitive`, and by name what no
/// schema knows. A derived `Debug` is the standard library's and masks nothing; where the struct is
/// printed, write one that does:
///
/// ```text
/// use knative_lambda_events::support;
///
/// impl std::fmt::Debug for Login {
///     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
///         support::debug(self, "Login", f)
///     }
/// }
/// ```
#[proc_macro_derive(LambdaEvent, attributes(lambda_event))]
pub fn derive_lambda_event(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive::expand(&syn::parse_macro_input!(input)).into()
}

/// The typed API of the catalogue in a folder: the modules that `knative-lambda-events` has of the
/// built-in one, for your own event types.
///
/// ```text
/// mod shop {
///     knative_lambda_macros::lambda_events!("spec");
/// }
/// ```
///
/// The path is relative to the folder of the crate's `Cargo.toml`. The code is built on
/// `knative-lambda-events`; write `crate = "…"` after the path where it has another name.
///
/// # Errors
/// The errors of the spec, each with file, line and column.
#[proc_macro]
pub fn lambda_events(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    events::expand(&syn::parse_macro_input!(input)).into()
}

/// Types of a JSON Schema in a JSON or YAML file, with keywords that catalogues do not have.
///
/// ```
/// mod shipment {
///     knative_lambda_macros::lambda_schema!(
///         "tests/catalogue/schemas/shipment.schema.json",
///         unchecked("minItems"),
///     );
/// }
///
/// let parcel = shipment::Parcel { grams: 250 };
/// ```
///
/// The path is relative to the folder of the crate's `Cargo.toml`. The types are made by typify.
/// They need the crates `serde` and `serde_json`; those with a `pattern` need `regress`, with the
/// format `uuid` `uuid`, with `date` or `date-time` `chrono`.
///
/// # Errors
/// typify drops some keywords without a word. This macro refuses them, with a JSON pointer to the
/// place and what to write instead:
/// - always `const`, `dependentRequired`, `dependentSchemas`, `dependencies`,
///   `unevaluatedProperties`, `unevaluatedItems`, `prefixItems` (tuples with `items: false`),
///   `additionalItems`, `if`, `then`, `else`, `contains`, `minContains`, `maxContains`,
///   `$dynamicRef`, `$recursiveRef`;
/// - where it would be lost or cannot be expressed: `not` but as a list of texts, an `enum` of
///   booleans or of several types, `patternProperties` and `propertyNames` beside `properties`,
///   `anyOf` beside `properties`, `pattern`, `minLength` and `maxLength` beside a `format` with a
///   type of its own, a `$ref` out of the file;
/// - keywords that JSON Schema does not have, unless they begin with `x-`;
/// - bounds that no type keeps, until `unchecked("…", …)` says that you check them: `minimum`,
///   `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf`, `minItems`, `maxItems`,
///   `uniqueItems`, `minProperties`, `maxProperties`.
#[cfg(feature = "schema")]
#[proc_macro]
pub fn lambda_schema(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    schema::expand(&syn::parse_macro_input!(input)).into()
}
