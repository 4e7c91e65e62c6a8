use super::{cel_result, cel_unknown_field, cel_unknown_function, cel_unknown_root};
use crate::check::cel::{self, Host};
use crate::check::{Context, SchemaRef, Visit, rule};
use crate::diagnostics::Finding;
use crate::model::{Receiver, Text};

rule! {
    /// A CEL expression does not parse.
    ///
    /// ## What it does
    /// Parses `resourceFilter` of Flux Receivers, and `rule` and `messageExpression` of
    /// `x-kubernetes-validations`. Reports the first place that cannot be read.
    ///
    /// ## Why
    /// Flux marks a Receiver with such a filter as failed and takes no event for it. Kubernetes refuses a
    /// resource definition with such a validation.
    ///
    /// ## Fails
    /// ```yaml flux.yaml
    /// # …
    /// receivers:
    ///   shop-orders:
    ///     resourceFilter: req.subject.id = "shop/order-7"
    /// ```
    ///
    /// ```yaml data/parcel-spec.yaml
    /// # …
    /// root:
    ///   x-kubernetes-validations:
    ///     - { rule: "self.orderRef != ''", message: say which order }
    ///     - { rule: "has(self.address", message: say where to }
    /// ```
    ///
    /// ## Passes
    /// ```yaml flux.yaml
    /// # …
    /// receivers:
    ///   shop-orders:
    ///     resourceFilter: req.subject.id == "shop/order-7"
    /// ```
    "cel-syntax", 612, Error, filters each_schema validations
}

/// Where an expression stands.
#[derive(Clone, Copy)]
pub(super) enum Site<'a> {
    /// The filter of a Receiver.
    Filter(&'a Receiver),
    /// The rule of a validation of this schema.
    Rule(SchemaRef<'a>),
    /// The message of one.
    Message(SchemaRef<'a>),
}

impl Site<'_> {
    /// Who runs the expression.
    pub(super) fn host(self) -> Host {
        match self {
            Self::Filter(_) => Host::Flux,
            Self::Rule(_) | Self::Message(_) => Host::Kubernetes,
        }
    }

    /// The variables that it knows.
    pub(super) fn roots(self) -> [&'static str; 2] {
        match self {
            Self::Filter(_) => ["req", "res"],
            Self::Rule(_) | Self::Message(_) => ["self", "oldSelf"],
        }
    }
}

fn filters(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (_, receiver) in context.spec.flux.iter().flat_map(|f| f.body.receivers.iter()) {
        if let Some(filter) = &receiver.resource_filter {
            judge(context, Site::Filter(receiver), filter, findings);
        }
    }
}

fn validations(context: &Context<'_>, visit: &Visit<'_>, findings: &mut Vec<Finding>) {
    let schema = SchemaRef { file: visit.file, schema: visit.schema };
    for validation in &visit.schema.x_kubernetes_validations {
        judge(context, Site::Rule(schema), &validation.rule, findings);
        if let Some(message) = &validation.message_expression {
            judge(context, Site::Message(schema), message, findings);
        }
    }
}

/// Parses an expression once, for this rule and those about expressions that parse.
fn judge(context: &Context<'_>, site: Site<'_>, text: &Text, findings: &mut Vec<Finding>) {
    match cel::parse(text) {
        Ok(expression) => {
            let before = findings.len();
            cel_unknown_root::judge(context, site, text, &expression, findings);
            cel_unknown_field::judge(context, site, text, &expression, findings);
            cel_unknown_function::judge(context, site, text, &expression, findings);
            // What reads or calls something wrong may give anything.
            if findings.len() == before {
                cel_result::judge(context, site, text, &expression, findings);
            }
        }
        Err(error) => {
            let at = context.inside(text, error.offset, 1);
            findings.push(
                Finding::new(&META, at, "not a CEL expression")
                    .label(error.label)
                    .help("compare with `==`, join with `&&` and `||`, put text in quotes"),
            );
        }
    }
}
