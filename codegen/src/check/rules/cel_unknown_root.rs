use crate::check::rules::cel_syntax::filters;
use crate::check::{Context, cel, rule};
use crate::diagnostics::Finding;

rule! {
    /// A CEL expression reads something that is not there.
    ///
    /// ## What it does
    /// Reports variables of a `resourceFilter` other than `req`, the body of the request, and `res`, the
    /// metadata of the object.
    ///
    /// ## Why
    /// Flux knows these two only. With any other, the Receiver fails for good: undeclared reference.
    ///
    /// ## Fails
    /// ```yaml flux.yaml
    /// # …
    /// receivers:
    ///   shop-orders:
    ///     resourceFilter: request.subject.id == "shop/order-7"
    /// ```
    ///
    /// ## Passes
    /// ```yaml flux.yaml
    /// # …
    /// receivers:
    ///   shop-orders:
    ///     resourceFilter: req.subject.id == "shop/order-7"
    /// ```
    "cel-unknown-root", 613, Error, check
}

const ROOTS: [&str; 2] = ["req", "res"];

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for filter in filters(context) {
        for access in cel::parse(filter).unwrap_or_default() {
            let Some((root, offset)) = access.parts.first().filter(|(root, _)| !ROOTS.contains(&root.as_str())) else {
                continue;
            };
            let at = context.inside(filter, *offset, root.len());
            let finding = Finding::new(&META, at, format!("a filter knows no `{root}`")).label("not declared");
            findings.push(
                match root.as_str() {
                    "request" | "body" | "event" | "data" => finding.help("did you mean `req`?"),
                    "resource" | "object" | "metadata" => finding.help("did you mean `res`?"),
                    _ => finding,
                }
                .help("`req` is the body of the request, `res` the metadata of the object"),
            );
        }
    }
}
