//! Derives and macros that hold Rust code against a CloudEvents catalogue when it is compiled.

mod derive;
#[cfg(feature = "schema")]
mod schema;
mod spec;

/// Checks a struct.
#[proc_macro_derive(LambdaEvent, attributes(lambda_event))]
pub fn lambda_event(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive::expand(&syn::parse_macro_input!(input)).into()
}

/// Types of a schema.
#[cfg(feature = "schema")]
#[proc_macro]
pub fn lambda_schema(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    schema::expand(&syn::parse_macro_input!(input)).into()
}
