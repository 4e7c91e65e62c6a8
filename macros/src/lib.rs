//! Derives and macros that hold Rust code against a CloudEvents catalogue when it is compiled.

mod derive;
mod spec;

/// Checks a struct.
#[proc_macro_derive(LambdaEvent, attributes(lambda_event))]
pub fn lambda_event(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive::expand(&syn::parse_macro_input!(input)).into()
}
