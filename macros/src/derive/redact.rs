//! What is masked in logs and audit trails, as the schema of an event type says.

use std::collections::BTreeSet;

use knative_lambda_codegen::emit::rust::{declared_types, is_declared, named};
use knative_lambda_codegen::ir::{Catalog, EventType, Field, Type, TypeDef, TypeId};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// The members of `Redact` for data of `event`; `support` is the path of the code they call. It
/// goes by the schema, not by the types of the struct's fields, which may be anyone's.
pub(super) fn members(
    catalog: &Catalog<'_>,
    event: &EventType<'_>,
    support: &TokenStream,
) -> TokenStream {
    let root = &catalog.schemas[event.data].root;
    let redaction = Redaction {
        catalog,
        support,
        declared: declared_types(catalog),
    };
    let Some(root_value) = redaction.value(root) else {
        // By name.
        return TokenStream::new();
    };
    let functions = redaction.functions(root);
    quote! {
        fn redact(value: &mut #support::Value) {
            #functions
            #root_value
        }
    }
}

struct Redaction<'r> {
    catalog: &'r Catalog<'r>,
    support: &'r TokenStream,
    declared: Vec<bool>,
}

impl Redaction<'_> {
    /// A function for each type in `root` that says of a member what its name does not.
    fn functions(&self, root: &Type) -> TokenStream {
        let mut functions = TokenStream::new();
        let mut seen = BTreeSet::new();
        let mut open: Vec<TypeId> = named(root).into_iter().collect();
        while let Some(id) = open.pop() {
            let TypeDef::Struct(object) = self.catalog.type_def(id) else {
                continue;
            };
            if !self.declared[id.0] || !seen.insert(id.0) {
                continue;
            }
            let types = object.fields.iter().map(|field| &field.r#type);
            open.extend(types.chain(&object.additional).filter_map(named));
            let (name, support) = (function(id), self.support);
            let arms = object.fields.iter().filter_map(|field| self.arm(field));
            let others = object.additional.as_ref().and_then(|t| self.value(t));
            let others = others.unwrap_or_else(|| quote!(#support::redact_named(name, value)));
            functions.extend(quote! {
                fn #name(value: &mut #support::Value) {
                    #support::redact_members(value, |name, value| match name {
                        #(#arms)*
                        _ => { #others }
                    });
                }
            });
        }
        functions
    }

    /// What is done with a member; `None` where its name decides.
    fn arm(&self, field: &Field<'_>) -> Option<TokenStream> {
        let (name, support) = (field.name, self.support);
        let value = if field.sensitive {
            quote!(#support::mask(value))
        } else {
            match self.value(&field.r#type) {
                Some(value) => value,
                None if is_declared(field) => {
                    quote!(<#support::Value as #support::Redact>::redact(value))
                }
                None => return None,
            }
        };
        Some(quote!(#name => { #value }))
    }

    /// What is done with the value of a type; `None` where names decide.
    fn value(&self, r#type: &Type) -> Option<TokenStream> {
        let support = self.support;
        Some(match r#type {
            Type::Named(id) if self.declared[id.0] => {
                let name = function(*id);
                quote!(#name(value))
            }
            Type::Nullable(inner) => self.value(inner)?,
            Type::List(inner) => {
                let inner = self.value(inner)?;
                quote!(for value in value.as_array_mut().into_iter().flatten() { #inner })
            }
            Type::Map(inner) => {
                let inner = self.value(inner)?;
                quote!(#support::redact_members(value, |_, value| { #inner }))
            }
            _ => return None,
        })
    }
}

fn function(id: TypeId) -> Ident {
    format_ident!("redact_{}", id.0)
}
