use crate::check::triggers::{selections, split};
use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::ir::Selection;
use crate::model::{ObjectRef, Text};

rule! {
    /// The name of a Kubernetes object is one that the API server refuses.
    ///
    /// ## What it does
    /// Reports the name or namespace of a Broker, Trigger, Receiver, SinkBinding, Secret, PrometheusRule or
    /// NetworkPolicy that is no label of RFC 1123: at most 63 lower-case letters, digits and hyphens, with a
    /// letter or digit at both ends. The placeholder `{name}` counts as 50 characters.
    ///
    /// Where the broker compares whole values, a Trigger is applied for each event type, and its name ends in
    /// that of the event: these names count.
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
    for (name, policy) in spec.network.iter().flat_map(|f| f.body.policies.iter()) {
        names.extend([("NetworkPolicy", name), ("namespace", &policy.namespace)]);
        let peers = policy.ingress.iter().chain(&policy.egress).flat_map(|rule| &rule.peers);
        names.extend(peers.flat_map(|peer| &peer.namespace).map(|n| ("namespace", n)));
    }
    names.extend(spec.resources.iter().flat_map(|r| &r.trusted_namespaces).map(|n| ("namespace", n)));
    findings.extend(names.into_iter().filter_map(|(what, name)| problem(what, name)));
    // What is too long as it is written is said already.
    let short = selections(context).filter(|s| length(s.name) <= LONGEST);
    findings.extend(short.filter_map(|selection| applied_problem(context, selection)));
}

/// The longest name under which a Trigger is applied.
fn applied_problem<'a>(context: &Context<'a>, selection: Selection<'a>) -> Option<Finding> {
    let applied = split(context, selection).map(|(pattern, event)| {
        let name = selection.name_for(&context.index, pattern, event);
        (length(&name), name, event)
    });
    let (length, name, event) = applied.max_by_key(|(length, ..)| *length)?;
    (length > LONGEST).then(|| {
        let message = format!("the name of the Trigger that brings `{event}` may have {length} characters");
        Finding::new(&META, selection.name.span, message)
            .label(format!("applied as `{name}`; at most {LONGEST} characters are allowed"))
            .help(format!("shorten it by {} characters", length - LONGEST))
    })
}

/// How long a name may become.
fn length(name: &str) -> usize {
    name.len() + name.matches(PLACEHOLDER).count() * (PLACEHOLDER_LENGTH - PLACEHOLDER.len())
}

fn object(object: &ObjectRef) -> impl Iterator<Item = (&str, &Text)> {
    // A reference to an object elsewhere may follow that object's rules, but its namespace is one.
    object.namespace.iter().map(|n| ("namespace", n))
}

fn problem(what: &str, name: &Text) -> Option<Finding> {
    let length = length(name);
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
