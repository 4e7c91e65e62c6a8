use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::event::attributes::{is_json, is_media_type};

rule! {
    /// A media type is none, or is not one of JSON.
    ///
    /// ## What it does
    /// Reports a `datacontenttype` of the catalogue that is not `type/subtype` (RFC 2045), or that is not
    /// JSON: neither `json` nor something that ends in `+json`. The `contentType` of a partner's callback
    /// may be any media type.
    ///
    /// ## Why
    /// The schemas of event data describe JSON. Receivers that see another type do not parse it.
    ///
    /// ## Fails
    /// ```yaml catalog.yaml
    /// # …
    /// datacontenttype: json
    /// ```
    ///
    /// ## Passes
    /// ```yaml catalog.yaml
    /// # …
    /// datacontenttype: application/json
    /// ```
    "media-type", 212, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let data = context.spec.catalog.iter().map(|c| (&c.body.datacontenttype, true));
    let callbacks = context.spec.partners.iter().flat_map(|f| f.body.callbacks.iter());
    let bodies = callbacks.map(|(_, callback)| (&callback.content_type, false));
    for (text, json) in data.chain(bodies) {
        let finding = |message: String| Finding::new(&META, text.span, message);
        if !is_media_type(text) {
            findings.push(
                finding(format!("`{}` is no media type", text.value))
                    .label("not `type/subtype`")
                    .help("write one such as `application/json`"),
            );
        } else if json && !is_json(text) {
            findings.push(
                finding(format!("`{}` is no media type of JSON", text.value))
                    .label("not JSON")
                    .help("write `application/json`, or a type that ends in `+json`"),
            );
        }
    }
}
