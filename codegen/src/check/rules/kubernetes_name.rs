use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::{ObjectRef, Text};

rule! {
    /// The name of a Kubernetes object is one that the API server refuses.
    ///
    /// ## What it does
    /// Reports the name or namespace of a Broker, Trigger, Receiver, SinkBinding, Secret or PrometheusRule
    /// that is no label of RFC 1123: at most 63 lower-case letters, digits and hyphens, with a letter or
    /// digit at both ends. The placeholder `{name}` counts as 50 characters.
    ///
    /// ## Why
    /// The manifest would be generated and fail when it is applied. Knative also copies these names into
    /// labels and names of further objects.
    ///
    /// ## Fails
    /// ```yaml observers.yaml
    /// # …
    /// observers:
    ///   ledger:
    ///     triggers:
    ///       - name: shop_ledger
    ///         namespace: shop
    ///         broker: shop
    ///         events: [lifecycle.*]
    ///         subscriber:
    ///           ref: { apiVersion: v1, kind: Service, name: ledger, namespace: shop }
    /// ```
    ///
    /// ## Passes
    /// ```yaml observers.yaml
    /// # …
    /// observers:
    ///   ledger:
    ///     triggers:
    ///       - name: shop-ledger
    ///         namespace: shop
    ///         broker: shop
    ///         events: [lifecycle.*]
    ///         subscriber:
    ///           ref: { apiVersion: v1, kind: Service, name: ledger, namespace: shop }
    /// ```
    "kubernetes-name", 114, Error, check
}

const LONGEST: usize = 63;
/// Stands for the name of a function or another object of the user's, as long as it may be.
const PLACEHOLDER: &str = "{name}";
const PLACEHOLDER_LENGTH: usize = 50;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let spec = context.spec;
    let mut names: Vec<(&str, &Text)> = Vec::new();
    for (name, broker) in spec.broker.iter().flat_map(|f| f.body.brokers.iter()) {
        names.extend([("Broker", name), ("namespace", &broker.namespace)]);
        names.extend(broker.cluster.iter().flat_map(object));
    }
    for (_, subscriber) in context.index.subscribers() {
        for trigger in &subscriber.triggers {
            names.extend([("Trigger", &trigger.name), ("namespace", &trigger.namespace)]);
            names.extend(trigger.subscriber.reference.iter().flat_map(object));
        }
    }
    if let Some(flux) = &spec.flux {
        for (name, receiver) in flux.receivers.iter() {
            names.extend([("Receiver", name), ("namespace", &receiver.namespace), ("Secret", &receiver.secret)]);
        }
        for trigger in &flux.triggers {
            names.extend([("Trigger", &trigger.name), ("namespace", &trigger.namespace)]);
        }
        for binding in &flux.sink_bindings {
            names.extend([("SinkBinding", &binding.name), ("namespace", &binding.namespace)]);
        }
    }
    for (_, group) in spec.alerting.iter().flat_map(|f| f.body.rules.iter()) {
        names.push(("PrometheusRule", &group.resource));
        names.extend(group.namespace.iter().map(|n| ("namespace", n)));
    }
    names.extend(spec.dashboards.iter().flat_map(|f| &f.body.namespace).map(|n| ("namespace", n)));
    findings.extend(names.into_iter().filter_map(|(what, name)| problem(what, name)));
}

fn object(object: &ObjectRef) -> impl Iterator<Item = (&str, &Text)> {
    // A reference to an object elsewhere may follow that object's rules, but its namespace is one.
    object.namespace.iter().map(|n| ("namespace", n))
}

fn problem(what: &str, name: &Text) -> Option<Finding> {
    let length = name.len() + name.matches(PLACEHOLDER).count() * (PLACEHOLDER_LENGTH - PLACEHOLDER.len());
    // Any letter does in its place.
    let filled = name.replace(PLACEHOLDER, "n");
    let end = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let grammar = filled.starts_with(end) && filled.ends_with(end) && filled.chars().all(|c| end(c) || c == '-');
    if !grammar {
        return Some(
            Finding::new(&META, name.span, format!("`{}` cannot name a {what}", name.value))
                .label("not a label of RFC 1123")
                .help("use lower-case letters, digits and hyphens, with a letter or digit at both ends"),
        );
    }
    (length > LONGEST).then(|| {
        let finding = Finding::new(&META, name.span, format!("the name of the {what} may have {length} characters"))
            .label(format!("at most {LONGEST} are allowed"));
        if filled == name.value {
            finding.help("shorten it")
        } else {
            finding.help(format!("shorten it: `{PLACEHOLDER}` may become {PLACEHOLDER_LENGTH} characters long"))
        }
    })
}
