//! `#[derive(LambdaEvent)]`.

mod attributes;
mod case;
mod fit;
mod members;
mod redact;
mod shape;

use knative_lambda_codegen::diagnostics::nearest;
use knative_lambda_codegen::ir::{Catalog, EventType};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, LitStr, Result};

use crate::spec;
use attributes::{Container, EventAttribute};

/// The traits' implementations, and an error for all that does not fit.
pub(crate) fn expand(input: &DeriveInput) -> TokenStream {
    implement(input).unwrap_or_else(|error| error.to_compile_error())
}

fn implement(input: &DeriveInput) -> Result<TokenStream> {
    let attribute = EventAttribute::read(&input.attrs, &input.ident)?;
    let Data::Struct(data) = &input.data else {
        return Err(not_a_struct(input));
    };
    let fields = match &data.fields {
        Fields::Named(fields) => fields.named.iter().collect(),
        Fields::Unit => Vec::new(),
        Fields::Unnamed(_) => return Err(not_a_struct(input)),
    };
    let at_spec = |message: String| match &attribute.spec {
        Some(given) => Error::new(given.span(), message),
        None => Error::new(attribute.r#type.span(), message),
    };
    let given = attribute.spec.as_ref().map(LitStr::value);
    let place = spec::crate_folder()
        .and_then(|folder| spec::locate(&folder, given.as_deref()))
        .map_err(at_spec)?;
    let compiled = spec::read(&place).map_err(at_spec)?;
    let container = Container::read(&input.attrs)?;
    let implementation = compiled
        .with(|catalog| {
            let event = find(catalog, &attribute.r#type)?;
            let implementation = implementation(input, &attribute, catalog, event);
            // With the traits in place, what is wrong with the fields is all that is reported.
            let errors = members::check(catalog, event, &input.ident, &container, &fields)
                .err()
                .map(|error| error.to_compile_error());
            Ok::<_, Error>(quote!(#implementation #errors))
        })
        .map_err(at_spec)??;
    let tracked = compiled.tracked();
    Ok(quote!(#implementation #tracked))
}

fn not_a_struct(input: &DeriveInput) -> Error {
    Error::new(
        input.ident.span(),
        "the data of an event are an object with named members\n\
         help: derive `LambdaEvent` on a struct with named fields",
    )
}

/// The event type that `written` names; of a name in an open family, the family.
fn find<'c>(catalog: &'c Catalog<'c>, written: &LitStr) -> Result<&'c EventType<'c>> {
    let name = written.value();
    let full = catalog.index.full_type(&name);
    let family = full.rsplit_once('.').map(|(start, _)| format!("{start}.*"));
    let found = catalog
        .events
        .iter()
        .find(|e| e.r#type == full)
        .or_else(|| {
            catalog
                .events
                .iter()
                .find(|e| Some(&e.r#type) == family.as_ref())
        });
    found.ok_or_else(|| unknown(catalog, written, &name))
}

fn unknown(catalog: &Catalog<'_>, written: &LitStr, name: &str) -> Error {
    let catalogue = &catalog.header.catalog.value;
    let short = catalog.index.short(name);
    let known = catalog.events.iter().map(|e| e.short.as_str());
    let help = if catalog.index.partner_event(name).is_some() {
        "it is sent by a partner; the catalogue does not decide its data".to_owned()
    } else if let Some(near) = nearest(short, known) {
        let near = catalog.index.full_type(near);
        format!("did you mean `{near}`?")
    } else {
        "`klambda list` prints the event types there are".to_owned()
    };
    Error::new(
        written.span(),
        format!("`{name}` is no event type of the catalogue `{catalogue}`\nhelp: {help}"),
    )
}

fn implementation(
    input: &DeriveInput,
    attribute: &EventAttribute,
    catalog: &Catalog<'_>,
    event: &EventType<'_>,
) -> TokenStream {
    let name = &input.ident;
    let support = &attribute.support;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    let full = catalog.index.full_type(&attribute.r#type.value());
    // A whole family is known by how its types begin.
    let (r#type, family) = match full.strip_suffix('*') {
        Some(start) => (
            start,
            Some(quote!(
                const FAMILY: bool = true;
            )),
        ),
        None => (full.as_str(), None),
    };
    let dataschema = &catalog.schemas[event.data].url;
    let datacontenttype = &catalog.header.datacontenttype.value;
    let required = &event.required_extensions;
    let redact = redact::members(catalog, event, &quote!(#support::support));
    quote! {
        #[automatically_derived]
        impl #generics #support::LambdaEvent for #name #arguments #bounds {
            const TYPE: &'static str = #r#type;
            #family
            const DATASCHEMA: &'static str = #dataschema;
            const DATACONTENTTYPE: &'static str = #datacontenttype;
            const REQUIRED_EXTENSIONS: &'static [&'static str] = &[#(#required),*];
        }

        #[automatically_derived]
        impl #generics #support::support::Redact for #name #arguments #bounds {
            #redact
        }
    }
}
