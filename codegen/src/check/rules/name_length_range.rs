use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// The longest name that a migration makes is out of range.
    ///
    /// ## What it does
    /// `nameLength` must lie between 16 and 253.
    ///
    /// ## Why
    /// Kubernetes allows no name above 253 characters, and below 16 the hash that stands for what is cut leaves
    /// no room for the name itself.
    ///
    /// ## Fails
    /// ```yaml migrations.yaml
    /// # …
    /// migrations:
    ///   shop.order.new:
    ///     data:
    ///       name: { from: [key], nameLength: 8 }
    /// ```
    ///
    /// ## Passes
    /// ```yaml migrations.yaml
    /// # …
    /// migrations:
    ///   shop.order.new:
    ///     data:
    ///       name: { from: [key], nameLength: 50 }
    /// ```
    "name-length-range", 507, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(file) = &context.spec.migrations else { return };
    for (_, migration) in file.migrations.iter() {
        let named = migration.data.iter().chain(migration.extensions.iter());
        for rule in named.map(|(_, rule)| rule).chain(&migration.subject) {
            if let Some(length) = rule.name_length.filter(|n| !(16..=253).contains(&n.value)) {
                findings.push(
                    Finding::new(&META, length.span, format!("names of at most {} characters", length.value))
                        .label("out of range")
                        .help("write a number from 16 to 253; 63 fits most Kubernetes names"),
                );
            }
        }
    }
}
