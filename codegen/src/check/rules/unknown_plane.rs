use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// A category or a dashboard belongs to a plane that the catalogue does not have.
    ///
    /// ## What it does
    /// Reports a `plane` of a category, or of a dashboard, that is not listed below `planes`.
    ///
    /// ## Why
    /// The docs and diagrams group the categories by plane; this one would be missing from them.
    ///
    /// ## Fails
    /// ```yaml catalog.yaml
    /// # …
    /// categories:
    ///   command:
    ///     plane: slaes
    /// ```
    ///
    /// ## Passes
    /// ```yaml catalog.yaml
    /// # …
    /// categories:
    ///   command:
    ///     plane: sales
    /// ```
    "unknown-plane", 108, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(catalog) = &context.spec.catalog else { return };
    let categories = catalog.categories.iter().map(|(_, category)| &category.plane);
    let dashboards = context.spec.dashboards.iter().flat_map(|f| f.body.dashboards.iter().map(|(plane, _)| plane));
    for plane in categories.chain(dashboards) {
        if !catalog.planes.contains(plane) {
            findings.push(
                Finding::new(&META, plane.span, format!("the catalogue has no plane `{}`", plane.value))
                    .label("unknown plane")
                    .did_you_mean(plane.span, plane, catalog.planes.names())
                    .help("list it below `planes`"),
            );
        }
    }
}
