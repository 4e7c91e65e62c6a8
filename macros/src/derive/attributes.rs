//! What `#[lambda_event(…)]` and `#[serde(…)]` say about a struct and its fields.

use knative_lambda_codegen::diagnostics::nearest;
use proc_macro2::Span;
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned as _;
use syn::{Attribute, Error, LitStr, Path, Result, Token};

use super::case::Case;

/// `#[lambda_event(type = "…", spec = "…", crate = "…")]`.
pub(super) struct EventAttribute {
    /// The event type, full or relative to the catalogue's prefix.
    pub(super) r#type: LitStr,
    /// The spec folder, relative to the crate's.
    pub(super) spec: Option<LitStr>,
    /// Path of the crate that holds the trait.
    pub(super) support: Path,
}

const KEYS: [&str; 3] = ["type", "spec", "crate"];

impl EventAttribute {
    pub(super) fn read(attributes: &[Attribute], name: &syn::Ident) -> Result<Self> {
        let (mut r#type, mut spec, mut support) = (None, None, None);
        for attribute in attributes
            .iter()
            .filter(|a| a.path().is_ident("lambda_event"))
        {
            attribute.parse_nested_meta(|meta| {
                let key = meta.path.to_token_stream().to_string();
                match key.as_str() {
                    "type" => r#type = Some(meta.value()?.parse::<LitStr>()?),
                    "spec" => spec = Some(meta.value()?.parse::<LitStr>()?),
                    "crate" => support = Some(meta.value()?.parse::<LitStr>()?.parse()?),
                    _ => {
                        let hint = nearest(&key, KEYS)
                            .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                        return Err(meta.error(format!(
                            "`{key}` is no key of `lambda_event`{hint}\n\
                             help: the keys are `type`, `spec` and `crate`"
                        )));
                    }
                }
                Ok(())
            })?;
        }
        let Some(r#type) = r#type else {
            return Err(Error::new(
                name.span(),
                "which event type is this the data of?\n\
                 help: add `#[lambda_event(type = \"…\")]` above the struct",
            ));
        };
        let support = match support {
            Some(path) => path,
            None => syn::parse_str("::knative_lambda_events")?,
        };
        Ok(Self {
            r#type,
            spec,
            support,
        })
    }
}

/// What `#[serde(…)]` above the struct says.
#[derive(Default)]
pub(super) struct Container {
    rename_all: Option<Case>,
    /// Missing members are taken from the struct's default.
    pub(super) default: bool,
    /// Name of a member that holds the struct's name.
    pub(super) tag: Option<String>,
}

/// What `#[serde(…)]` above a field says.
#[derive(Default)]
pub(super) struct Member {
    rename: Option<LitStr>,
    /// A missing member is taken from a default.
    pub(super) default: bool,
    /// Never sent.
    pub(super) unsent: bool,
    /// Never read.
    pub(super) unread: bool,
    /// Left out where a function says so.
    pub(super) left_out: Option<Span>,
    /// Its own members stand beside the struct's.
    pub(super) flatten: bool,
    /// Sent or read by functions of the user.
    pub(super) custom: bool,
}

impl Container {
    pub(super) fn read(attributes: &[Attribute]) -> Result<Self> {
        let mut container = Self::default();
        each(attributes, |meta, key| {
            match key {
                "default" => container.default = true,
                "tag" => container.tag = value(&meta)?.map(|tag| tag.value()),
                "rename_all" => {
                    container.rename_all = symmetric(&meta)?.and_then(|c| Case::new(&c.value()));
                }
                "deny_unknown_fields" => {
                    return Err(meta.error(
                        "readers of events accept members that a later version of the schema brings\n\
                         help: remove `deny_unknown_fields`",
                    ));
                }
                "from" | "try_from" | "into" | "transparent" | "remote" => {
                    return Err(meta.error(format!(
                        "with `{key}` something else than this struct's fields is sent, \
                         so they cannot be checked\n\
                         help: derive `LambdaEvent` on the struct that is sent"
                    )));
                }
                _ => {}
            }
            Ok(())
        })?;
        Ok(container)
    }
}

impl Member {
    pub(super) fn read(attributes: &[Attribute]) -> Result<Self> {
        let mut member = Self::default();
        each(attributes, |meta, key| {
            match key {
                "rename" => member.rename = symmetric(&meta)?,
                "default" => member.default = true,
                "skip" => (member.unsent, member.unread) = (true, true),
                "skip_serializing" => member.unsent = true,
                "skip_deserializing" => member.unread = true,
                "skip_serializing_if" => member.left_out = Some(meta.path.span()),
                "flatten" => member.flatten = true,
                "with" | "serialize_with" | "deserialize_with" => member.custom = true,
                _ => {}
            }
            Ok(())
        })?;
        Ok(member)
    }

    /// Name of the member in JSON, and the place that decides it.
    pub(super) fn name(&self, container: &Container, field: &syn::Ident) -> (String, Span) {
        if let Some(rename) = &self.rename {
            return (rename.value(), rename.span());
        }
        let name = field.unraw().to_string();
        let name = container
            .rename_all
            .map_or(name.clone(), |c| c.apply(&name));
        (name, field.span())
    }

    /// Whether the name was given with `rename`.
    pub(super) fn is_renamed(&self) -> bool {
        self.rename.is_some()
    }
}

/// Calls `read` with every key of every `#[serde(…)]`, and skips the values that it leaves.
fn each(
    attributes: &[Attribute],
    mut read: impl FnMut(ParseNestedMeta<'_>, &str) -> Result<()>,
) -> Result<()> {
    for attribute in attributes.iter().filter(|a| a.path().is_ident("serde")) {
        attribute.parse_nested_meta(|meta| {
            let key = meta.path.to_token_stream().to_string();
            let input = meta.input;
            read(meta, &key)?;
            // Up to the next comma: values and lists of keys that mean nothing here.
            while !input.is_empty() && !input.peek(Token![,]) {
                input.parse::<proc_macro2::TokenTree>()?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// The text after `=`; `None` where something else stands there, which serde reports.
fn value(meta: &ParseNestedMeta<'_>) -> Result<Option<LitStr>> {
    if meta.input.peek(Token![=]) {
        return meta.value()?.parse().map(Some);
    }
    Ok(None)
}

/// The value of `key = "…"` or `key(serialize = "…", deserialize = "…")`; events that are sent in
/// one way and read in another cannot both fit the schema.
fn symmetric(meta: &ParseNestedMeta<'_>) -> Result<Option<LitStr>> {
    if !meta.input.peek(syn::token::Paren) {
        return value(meta);
    }
    let (mut sent, mut read) = (None, None);
    meta.parse_nested_meta(|direction| {
        let text = value(&direction)?;
        if direction.path.is_ident("serialize") {
            sent = text;
        } else if direction.path.is_ident("deserialize") {
            read = text;
        }
        Ok(())
    })?;
    match (sent, read) {
        (Some(sent), Some(read)) if sent.value() == read.value() => Ok(Some(sent)),
        _ => Err(meta.error(
            "events are sent and read under the same names\n\
             help: write one name for both",
        )),
    }
}
