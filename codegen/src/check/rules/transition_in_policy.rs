use crate::check::cel;
use crate::check::data::reachable;
use crate::check::{Context, SchemaRef, rule};
use crate::diagnostics::Finding;
use crate::ir::has_cel_type;
use crate::model::{ResourceFile, Text};

rule! {
    /// A validation that only an admission policy can hold reads the value before the change.
    ///
    /// ## What it does
    /// Reports `oldSelf` in `x-kubernetes-validations` of a resource's `metadata`, and of what may be of several
    /// types.
    ///
    /// ## Why
    /// No CustomResourceDefinition holds these validations: the admission policy that is generated does. A policy is
    /// also asked when a resource is made, when there is no value before.
    ///
    /// ## Fails
    /// ```yaml data/parcel-spec.yaml
    /// # …
    /// root:
    ///   properties:
    ///     content:
    ///       type: [string, object]
    ///       description: What lies in it.
    ///       x-kubernetes-preserve-unknown-fields: true
    ///       x-kubernetes-validations: [{ rule: self == oldSelf, message: cannot be changed }]
    /// ```
    ///
    /// ## Passes
    /// ```yaml data/parcel-spec.yaml
    /// # …
    /// root:
    ///   properties:
    ///     content:
    ///       type: string
    ///       description: What lies in it.
    ///       x-kubernetes-validations: [{ rule: self == oldSelf, message: cannot be changed }]
    /// ```
    "transition-in-policy", 725, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for resource in &context.spec.resources {
        for at in in_policy(context, resource) {
            for validation in &at.schema.x_kubernetes_validations {
                findings.extend(problem(context, &validation.rule));
            }
        }
    }
}

/// The schemas whose validations no definition holds.
fn in_policy<'a>(context: &Context<'a>, resource: &'a ResourceFile) -> Vec<SchemaRef<'a>> {
    let root = |name: &Text| context.index.schema(name).map(|file| SchemaRef { file, schema: &file.root });
    let untyped = reachable(&context.index, root(&resource.spec).into_iter().collect());
    let untyped = untyped.into_iter().filter(|at| {
        let described = context.index.follow(*at);
        described.is_some_and(|described| !has_cel_type(described.schema))
    });
    let roots = resource.metadata.as_ref().and_then(root).into_iter().chain(untyped);
    reachable(&context.index, roots.collect())
}

fn problem(context: &Context<'_>, rule: &Text) -> Option<Finding> {
    let accesses = cel::parse(rule).ok()?.accesses;
    let mut roots = accesses.iter().filter_map(|access| access.parts.first());
    let (root, offset) = roots.find(|(root, _)| root == "oldSelf")?;
    let at = context.inside(rule, *offset, root.len());
    Some(
        Finding::new(&META, at, "an admission policy knows no `oldSelf` here")
            .label("not there when a resource is made")
            .help("compare with `self` only, or give the schema one type"),
    )
}
