//! `lambda_events!`.

use knative_lambda_codegen::emit;
use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Error, LitStr, Path, Result, Token};

use crate::spec;

/// `"path/to/spec", crate = "…"`.
pub(crate) struct Input {
    spec: LitStr,
    support: Option<Path>,
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let spec = input.parse()?;
        let mut support = None;
        if input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            input.parse::<Token![crate]>()?;
            input.parse::<Token![=]>()?;
            support = Some(input.parse::<LitStr>()?.parse()?);
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(Self { spec, support })
    }
}

/// The modules of the catalogue, or its errors.
pub(crate) fn expand(input: &Input) -> TokenStream {
    generate(input).unwrap_or_else(|error| error.to_compile_error())
}

fn generate(input: &Input) -> Result<TokenStream> {
    let fail = |message: String| Error::new(input.spec.span(), message);
    let place = spec::crate_folder()
        .and_then(|folder| spec::locate(&folder, Some(&input.spec.value())))
        .map_err(fail)?;
    let compiled = spec::read(&place).map_err(fail)?;
    let support = match &input.support {
        // Without the blanks that tokens are printed with.
        Some(path) => path.to_token_stream().to_string().replace(' ', ""),
        None => "::knative_lambda_events".to_owned(),
    };
    let support = format!("{support}::support");
    let modules = compiled
        .with(|catalog| emit::rust::nested(catalog, &support))
        .map_err(fail)?;
    let modules: TokenStream = modules
        .parse()
        .map_err(|error| fail(format!("the generated code is not Rust: {error}")))?;
    let tracked = compiled.tracked();
    Ok(quote!(#modules #tracked))
}
