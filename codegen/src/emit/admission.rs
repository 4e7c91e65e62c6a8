//! ValidatingAdmissionPolicies (`admissionregistration.k8s.io/v1`): what the definition of a
//! resource cannot refuse.
//!
//! A validation is written in the spec for a value, `self`, and is taken as it is. Around it stands
//! an expression that finds the value in the manifest, and holds where there is none.

use serde_json::{Value as Json, json};

use super::kubernetes::Builder;
use crate::ir::{AdmissionRule, Step, admission_rules};
use crate::model::{ResourceFile, SpecFile};

const API_VERSION: &str = "admissionregistration.k8s.io/v1";
const POLICY: &str = "ValidatingAdmissionPolicy";
/// What is older than the policy must be able to lose its finalizers, and with them to go.
const KEPT_OR_CHANGED: &str = "!has(object.metadata.deletionTimestamp) || object.spec != oldObject.spec \
     || object.metadata.?annotations != oldObject.metadata.?annotations";
const BINDING: &str = "ValidatingAdmissionPolicyBinding";

/// The policy of a resource and its binding; none where the definition holds everything.
pub(super) fn policy(builder: &Builder<'_>, resource: &SpecFile<ResourceFile>) -> Vec<Json> {
    let rules = admission_rules(&builder.catalog.index, resource);
    if rules.is_empty() {
        return Vec::new();
    }
    let name = format!(
        "{}-{}",
        builder.catalog.header.catalog.value, resource.plural.value
    );
    let own = |kind| builder.values.name(kind, &name);
    let trusted = resource.trusted_namespaces.iter();
    let trusted: Vec<_> = trusted.map(|n| builder.values.namespace(n)).collect();
    let validations: Vec<_> = rules
        .iter()
        .map(|rule| validation(rule, &trusted))
        .collect();
    let mut policy = builder.object(API_VERSION, POLICY, &own(POLICY), None);
    policy["spec"] = json!({
        "failurePolicy": "Fail",
        "matchConstraints": {
            "resourceRules": [{
                "apiGroups": [resource.group.value],
                "apiVersions": [resource.version.value],
                "operations": ["CREATE", "UPDATE"],
                "resources": [resource.plural.value],
                "scope": "Namespaced",
            }],
        },
        "matchConditions": [{
            "name": "is-kept-or-changed",
            "expression": KEPT_OR_CHANGED,
        }],
        "validations": validations,
    });
    let mut binding = builder.object(API_VERSION, BINDING, &own(BINDING), None);
    binding["spec"] = json!({ "policyName": own(POLICY), "validationActions": ["Deny"] });
    vec![policy, binding]
}

fn validation(rule: &AdmissionRule<'_>, trusted: &[String]) -> Json {
    let validation = rule.validation;
    let is_metadata = rule.path.first() == Some(&Step::Member("metadata"));
    // The API server's check of types knows all metadata, but no member that has no type.
    let root = if is_metadata { "object" } else { "dyn(object)" };
    let mut holds = within(root, &rule.path, &validation.rule, 0);
    if is_metadata && !trusted.is_empty() {
        let trusted = trusted.join("', '");
        holds = format!("request.namespace in ['{trusted}'] || {holds}");
    }
    json!({
        "expression": holds,
        "message": format!("{}: {}", field(&rule.path), validation.message.value),
        "reason": "Invalid",
    })
}

/// The expression that says whether `rule` holds for all that `path` leads to from `value`.
fn within(value: &str, path: &[Step<'_>], rule: &str, depth: usize) -> String {
    let is_member = |step: &&Step<'_>| matches!(step, Step::Member(_));
    let (members, rest) = path.split_at(path.iter().take_while(is_member).count());
    // A value is wanted whole where nothing leads into it.
    let mut found = match members.is_empty() {
        true => format!("optional.of({value})"),
        false => value.to_owned(),
    };
    for step in members {
        if let Step::Member(name) = step {
            found.push_str(&member(name));
        }
    }
    let each = format!("each{depth}");
    match rest {
        [Step::Values, rest @ ..] => {
            let inner = within(&format!("all{depth}[{each}]"), rest, rule, depth + 1);
            format!("{found}.optMap(all{depth}, all{depth}.all({each}, {inner})).orValue(true)")
        }
        [_, rest @ ..] => {
            let inner = within(&each, rest, rule, depth + 1);
            format!("{found}.orValue([]).all({each}, {inner})")
        }
        [] => format!("{found}.optMap(self, {rule}).orValue(true)"),
    }
}

/// The way to a member that may be missing.
fn member(name: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    match name.chars().all(is_word) && !name.starts_with(|c: char| c.is_ascii_digit()) {
        true => format!(".?{name}"),
        false => format!("[?{}]", json!(name)),
    }
}

/// A path as Kubernetes writes it in messages.
fn field(path: &[Step<'_>]) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Member(name) if text.is_empty() => text.push_str(name),
            Step::Member(name) => {
                text.push('.');
                text.push_str(name);
            }
            Step::Items | Step::Values => text.push_str("[*]"),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_hold_where_there_is_no_value() {
        use Step::{Items, Member, Values};
        let path = [
            Member("spec"),
            Member("a-b"),
            Items,
            Member("c"),
            Values,
            Items,
        ];
        for (length, field, expected) in [
            (1, "spec", "object.?spec.optMap(self, R).orValue(true)"),
            (
                2,
                "spec.a-b",
                r#"object.?spec[?"a-b"].optMap(self, R).orValue(true)"#,
            ),
            (
                3,
                "spec.a-b[*]",
                r#"object.?spec[?"a-b"].orValue([]).all(each0, optional.of(each0).optMap(self, R).orValue(true))"#,
            ),
            (
                5,
                "spec.a-b[*].c[*]",
                r#"object.?spec[?"a-b"].orValue([]).all(each0, each0.?c.optMap(all1, all1.all(each1, optional.of(all1[each1]).optMap(self, R).orValue(true))).orValue(true))"#,
            ),
        ] {
            assert_eq!(within("object", &path[..length], "R", 0), expected);
            assert_eq!(super::field(&path[..length]), field);
            assert!(crate::check::cel::parse(expected).is_ok());
        }
    }
}
