use super::cel_syntax::Site;
use crate::check::cel::Expression;
use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::Text;

rule! {
    /// A CEL expression reads something that is not there.
    ///
    /// ## What it does
    /// Reports variables of a `resourceFilter` other than `req`, the body of the request, and `res`, the
    /// metadata of the object, and variables of `x-kubernetes-validations` other than `self`, the value, and
    /// `oldSelf`, the value before the change. Variables of comprehensions are known inside of them.
    ///
    /// ## Why
    /// Flux and Kubernetes know these only. With any other, the Receiver fails for good and the resource
    /// definition is refused: undeclared reference.
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
    "cel-unknown-root", 613, Error
}

pub(super) fn judge(context: &Context<'_>, site: Site<'_>, text: &Text, expression: &Expression, findings: &mut Vec<Finding>) {
    let filter = matches!(site, Site::Filter(_));
    for access in &expression.accesses {
        let unknown = access.parts.first().filter(|(root, _)| !site.roots().contains(&root.as_str()));
        let Some((root, offset)) = unknown else { continue };
        let at = context.inside(text, *offset, root.len());
        let (what, help) = if filter {
            ("a filter", "`req` is the body of the request, `res` the metadata of the object")
        } else {
            ("a validation", "`self` is the value, `oldSelf` the value before the change")
        };
        let finding = Finding::new(&META, at, format!("{what} knows no `{root}`")).label("not declared");
        let finding = match root.as_str() {
            "request" | "body" | "event" | "data" if filter => finding.help("did you mean `req`?"),
            "resource" | "object" | "metadata" if filter => finding.help("did you mean `res`?"),
            _ => finding.did_you_mean(at, root, site.roots()),
        };
        findings.push(finding.help(help));
    }
}
