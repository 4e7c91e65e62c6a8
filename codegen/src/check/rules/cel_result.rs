use super::cel_syntax::Site;
use super::cel_unknown_field::follow;
use crate::check::cel::{Expression, Kind};
use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::{JsonType, Text};

rule! {
    /// A CEL expression gives something else than is asked for.
    ///
    /// ## What it does
    /// Reports a `resourceFilter` and a `rule` of `x-kubernetes-validations` that do not give true or false, and a
    /// `messageExpression` that does not give text. What a filter reads from an event has no type before it
    /// arrives: it has to be compared.
    ///
    /// ## Why
    /// Flux compiles a filter against a boolean result and fails the Receiver for good; Kubernetes refuses the
    /// resource definition.
    ///
    /// ## Fails
    /// ```yaml flux.yaml
    /// # …
    /// receivers:
    ///   shop-orders:
    ///     resourceFilter: req.subject.id + "!"
    /// ```
    /// ```yaml data/parcel-spec.yaml
    /// # …
    /// root:
    ///   x-kubernetes-validations:
    ///     - { rule: "self.orderRef", message: say which order }
    /// ```
    ///
    /// ## Passes
    /// ```yaml flux.yaml
    /// # …
    /// receivers:
    ///   shop-orders:
    ///     resourceFilter: req.subject.id == res.metadata.name
    /// ```
    /// ```yaml data/parcel-spec.yaml
    /// # …
    /// root:
    ///   x-kubernetes-validations:
    ///     - { rule: "self.orderRef != ''", message: say which order, messageExpression: "'not ' + self.orderRef" }
    /// ```
    "cel-result", 628, Error
}

pub(super) fn judge(context: &Context<'_>, site: Site<'_>, text: &Text, expression: &Expression, findings: &mut Vec<Finding>) {
    let given = match &expression.kind {
        Kind::Bool => "true or false",
        Kind::Text => "text",
        Kind::NumberOrText => "a number or text",
        Kind::Other => "a number, a list or the like",
        Kind::Read(access) => match site {
            Site::Filter(_) => "whatever the event holds",
            Site::Rule(schema) | Site::Message(schema) => {
                let read = follow(context, &context.index, schema, text, access).ok().flatten();
                let types = read.and_then(|read| read.schema.r#type.as_ref());
                match types.map(|t| t.types.as_slice()) {
                    Some([one]) => match one.value {
                        JsonType::Boolean => "true or false",
                        JsonType::String => "text",
                        _ => "a number, a list or the like",
                    },
                    _ => return,
                }
            }
        },
        Kind::Unknown => return,
    };
    let (expected, what, help) = match site {
        Site::Message(_) => ("text", "a message", "make text of it with `string(…)`"),
        Site::Rule(_) => ("true or false", "a rule", "compare it: `… == …`"),
        Site::Filter(_) => ("true or false", "a filter", "compare it: `… == …`"),
    };
    if given == expected || (expected == "text" && given == "a number or text") {
        return;
    }
    findings.push(
        Finding::new(&META, text.span, format!("{what} must give {expected}"))
            .label(format!("gives {given}"))
            .help(help),
    );
}
