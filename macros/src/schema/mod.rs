//! `lambda_schema!`.

mod gate;

use std::any::Any;
use std::fs;
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use knative_lambda_codegen::ir::names::rust_type;
use knative_lambda_codegen::load::{Limits, parse};
use knative_lambda_codegen::source::{SourceFile, Sources};
use proc_macro2::TokenStream;
use quote::quote;
use schemars::schema::RootSchema;
use serde_json::Value;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Error, LitStr, Result, Token, parenthesized};
use typify::{TypeSpace, TypeSpaceSettings};

use crate::spec::crate_folder;

/// `"file", unchecked("keyword", …)`.
pub(crate) struct Input {
    file: LitStr,
    unchecked: Vec<LitStr>,
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let file = input.parse()?;
        let mut unchecked = Vec::new();
        if input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            let key: syn::Ident = input.parse()?;
            if key != "unchecked" {
                let text = format!("`{key}` is not known here\nhelp: write `unchecked(\"…\")`");
                return Err(Error::new(key.span(), text));
            }
            let keywords;
            parenthesized!(keywords in input);
            unchecked.extend(Punctuated::<LitStr, Token![,]>::parse_terminated(
                &keywords,
            )?);
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(Self { file, unchecked })
    }
}

/// The types of the schema, and an error for all that they would not keep.
pub(crate) fn expand(input: &Input) -> TokenStream {
    generate(input).unwrap_or_else(|error| error.to_compile_error())
}

fn generate(input: &Input) -> Result<TokenStream> {
    for keyword in &input.unchecked {
        if !gate::BOUNDS.contains(&keyword.value().as_str()) {
            let known = gate::BOUNDS.join(", ");
            let text = format!("only bounds can be left to you\nhelp: they are {known}");
            return Err(Error::new(keyword.span(), text));
        }
    }
    let name = input.file.value();
    let fail = |message: String| Error::new(input.file.span(), format!("{name}: {message}"));
    let path = crate_folder().map_err(fail)?.join(&name);
    let schema = read(&path).map_err(fail)?;
    let unchecked: Vec<String> = input.unchecked.iter().map(LitStr::value).collect();
    let refused = gate::refusals(&schema, &unchecked)
        .into_iter()
        .map(|refusal| fail(format!("{}: {}", refusal.pointer, refusal.message)))
        .reduce(|mut all, one| {
            all.combine(one);
            all
        });
    if let Some(refused) = refused {
        return Err(refused);
    }
    let types = types(named(schema, &path)).map_err(fail)?;
    let tracked = path.to_str();
    let tracked = tracked.map(|path| {
        quote!(
            const _: &[u8] = ::core::include_bytes!(#path);
        )
    });
    Ok(quote!(#types #tracked))
}

/// The schema in a JSON or YAML file.
fn read(path: &Path) -> std::result::Result<Value, String> {
    let text = fs::read_to_string(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => "there is no such file\n\
             help: give its path relative to the folder of the crate's Cargo.toml"
            .to_owned(),
        _ => format!("it cannot be read: {error}\nhelp: give the path of a JSON or YAML file"),
    })?;
    if !matches!(
        path.extension().and_then(|e| e.to_str()),
        Some("yaml" | "yml")
    ) {
        return serde_json::from_str(&text).map_err(|error| error.to_string());
    }
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new(String::new(), path.to_path_buf(), text));
    let mut findings = Vec::new();
    let document = parse(file, sources.get(file), &Limits::default(), &mut findings);
    match (document.root, findings.first()) {
        (Some(root), None) => Ok(root.to_json()),
        (_, Some(finding)) => {
            let (line, column) = sources.get(file).line_column(finding.primary.span.start);
            Err(format!("{line}:{column}: {}", finding.message))
        }
        (None, None) => Err("the file is empty".into()),
    }
}

/// The schema with a title, which names its type: that of the file where it has none.
fn named(mut schema: Value, path: &Path) -> Value {
    const DESCRIBES: [&str; 6] = ["type", "properties", "allOf", "anyOf", "oneOf", "enum"];
    if let Value::Object(root) = &mut schema
        && !root.contains_key("title")
        && DESCRIBES.iter().any(|keyword| root.contains_key(*keyword))
    {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        // `order.schema.json`, as editors like them, describes an order.
        let stem = stem.strip_suffix(".schema").unwrap_or(&stem);
        root.insert("title".into(), Value::String(rust_type(stem)));
    }
    schema
}

/// What typify makes of the schema.
fn types(schema: Value) -> std::result::Result<TokenStream, String> {
    let schema: RootSchema = serde_json::from_value(schema)
        .map_err(|error| format!("this is no JSON Schema: {error}"))?;
    let mut settings = TypeSpaceSettings::default();
    settings.with_map_type("::std::collections::BTreeMap");
    let mut space = TypeSpace::new(&settings);
    // typify panics at some schemas that it does not support.
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        space.add_root_schema(schema).map(|_| space.to_stream())
    }));
    let reason = match outcome {
        Ok(Ok(types)) => return Ok(types),
        Ok(Err(error)) => error.to_string(),
        Err(panic) => panicked(&*panic),
    };
    let reason = reason.lines().next().unwrap_or_default();
    Err(format!(
        "typify cannot express this schema: {reason}\nhelp: describe the data more simply"
    ))
}

fn panicked(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or(panic.downcast_ref::<&str>().copied());
    text.unwrap_or("it stopped without a reason").to_owned()
}

#[cfg(test)]
mod tests;
