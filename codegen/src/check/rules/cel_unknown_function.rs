use super::cel_syntax::Site;
use crate::check::cel::{self, Expression, Host};
use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::Text;

rule! {
    /// A CEL expression calls a function that its host does not know.
    ///
    /// ## What it does
    /// Reports functions that are neither in the standard library of CEL nor in the extensions of those who run
    /// the expression: for `resourceFilter` of Receivers Flux, with strings, sets and encoders; for
    /// `x-kubernetes-validations` Kubernetes, with strings, sets, lists, regex, URLs, quantities, addresses,
    /// formats and versions.
    ///
    /// ## Why
    /// The Receiver fails for good, and the resource definition is refused: undeclared reference.
    ///
    /// ## Fails
    /// ```yaml flux.yaml
    /// # …
    /// receivers:
    ///   shop-orders:
    ///     resourceFilter: req.subject.id.startswith("shop/")
    /// ```
    /// ```yaml data/parcel-spec.yaml
    /// # …
    /// root:
    ///   x-kubernetes-validations:
    ///     - { rule: "self.orderRef.toLower() == self.orderRef", message: write it small }
    /// ```
    ///
    /// ## Passes
    /// ```yaml flux.yaml
    /// # …
    /// receivers:
    ///   shop-orders:
    ///     resourceFilter: req.subject.id.startsWith("shop/")
    /// ```
    /// ```yaml data/parcel-spec.yaml
    /// # …
    /// root:
    ///   x-kubernetes-validations:
    ///     - { rule: "self.orderRef.lowerAscii() == self.orderRef", message: write it small }
    /// ```
    "cel-unknown-function", 627, Error
}

pub(super) fn judge(context: &Context<'_>, site: Site<'_>, text: &Text, expression: &Expression, findings: &mut Vec<Finding>) {
    let host = match site.host() {
        Host::Flux => "Flux",
        Host::Kubernetes => "Kubernetes",
    };
    for call in &expression.calls {
        // A namespace that is not there is an unknown variable already.
        let on_unknown = |on: &String| {
            let unknown = |access: &cel::Access| access.parts.first().is_some_and(|(root, _)| root == on);
            !site.roots().contains(&on.as_str()) && expression.accesses.iter().any(unknown)
        };
        if cel::names(site.host()).any(|known| known == call.name) || call.on.as_ref().is_some_and(on_unknown) {
            continue;
        }
        let at = context.inside(text, call.offset, call.name.len());
        findings.push(
            Finding::new(&META, at, format!("{host} knows no function `{}`", call.name))
                .label("not declared")
                .did_you_mean(at, &call.name, cel::names(site.host()))
                .help("use a function of CEL's standard library or of the extensions that the page of this rule names"),
        );
    }
}
