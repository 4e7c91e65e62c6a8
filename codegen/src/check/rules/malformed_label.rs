use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::Text;

rule! {
    /// A label, or the name of an annotation, is one that the API server refuses.
    ///
    /// ## What it does
    /// Looks at the labels of pods in `network.yaml`, and at the labels and the names of annotations of
    /// `service` in `runtimes.yaml`.
    ///
    /// Names are at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends; a domain and
    /// `/` may stand before. Values of labels follow the same rule. The placeholder `{name}` counts as 50
    /// characters, `{namespace}` as 63.
    ///
    /// ## Why
    /// The manifest would be generated and fail when it is applied.
    ///
    /// ## Fails
    /// ```yaml network.yaml
    /// policies:
    ///   desk:
    ///     summary: Calls to the desk.
    ///     namespace: shop
    ///     pods: { app: the desk }
    /// ```
    ///
    /// ## Passes
    /// ```yaml network.yaml
    /// policies:
    ///   desk:
    ///     summary: Calls to the desk.
    ///     namespace: shop
    ///     pods: { app: the-desk }
    /// ```
    "malformed-label", 724, Error, check
}

const LONGEST: usize = 63;
const LONGEST_DOMAIN: usize = 253;
/// Longest name of a function.
const NAME: usize = 50;

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policies = context.spec.network.iter().flat_map(|f| f.body.policies.iter());
    for (_, policy) in policies {
        let peers = policy.ingress.iter().chain(&policy.egress).flat_map(|rule| &rule.peers);
        for (name, value) in std::iter::once(&policy.pods).chain(peers.map(|p| &p.pods)).flat_map(|pods| pods.iter()) {
            findings.extend(name_problem(name).or_else(|| value_problem(value, value)));
        }
    }
    if let Some(service) = context.spec.runtimes.as_ref().and_then(|f| f.body.service.as_ref()) {
        for (name, value) in service.labels.iter() {
            let filled = value.replace("{namespace}", &"n".repeat(LONGEST)).replace("{name}", &"n".repeat(NAME));
            findings.extend(name_problem(name).or_else(|| value_problem(value, &filled)));
        }
        findings.extend(service.annotations.iter().filter_map(|(name, _)| name_problem(name)));
    }
}

fn name_problem(name: &Text) -> Option<Finding> {
    let (domain, own) = name.split_once('/').map_or((None, name.as_str()), |(domain, own)| (Some(domain), own));
    let is_label = |part: &str| {
        let end = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        part.starts_with(end) && part.ends_with(end) && part.chars().all(|c| end(c) || c == '-')
    };
    let is_domain = |domain: &str| domain.len() <= LONGEST_DOMAIN && domain.split('.').all(is_label);
    if domain.is_some_and(|domain| !is_domain(domain)) {
        return Some(
            Finding::new(&META, name.span, format!("`{}` does not begin with a domain", name.value))
                .label("before the `/`")
                .help("use lower-case letters, digits, `-` and `.` before the `/`, with a letter or digit at both ends"),
        );
    }
    problem(name, own, "the name of a label or annotation")
}

fn value_problem(value: &Text, filled: &str) -> Option<Finding> {
    problem(value, filled, "the value of a label")
}

fn problem(at: &Text, text: &str, what: &str) -> Option<Finding> {
    let end = |c: char| c.is_ascii_alphanumeric();
    let grammar = text.starts_with(end) && text.ends_with(end) && text.chars().all(|c| end(c) || "-_.".contains(c));
    if !grammar {
        return Some(
            Finding::new(&META, at.span, format!("`{}` cannot be {what}", at.value))
                .label("refused by the API server")
                .help("use letters, digits, `-`, `_` and `.`, with a letter or digit at both ends"),
        );
    }
    (text.len() > LONGEST).then(|| {
        Finding::new(&META, at.span, format!("`{}` may have {} characters as {what}", at.value, text.len()))
            .label(format!("at most {LONGEST} are allowed"))
            .help("shorten it")
    })
}
