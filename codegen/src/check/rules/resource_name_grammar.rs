use crate::check::rules::invalid_manifest::is_object_name;
use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::model::{ResourceFile, Text};

rule! {
    /// A name of a resource is not one that Kubernetes takes.
    ///
    /// ## What it does
    /// `group` is a domain, `version` looks like `v1`, `v1beta1` or `v1alpha1`, `kind` is in camel case, `plural`,
    /// `singular` and short names are lower-case words without dots. `nameMaxLength` lies between 1 and 253.
    ///
    /// ## Why
    /// Kubernetes refuses a CustomResourceDefinition with other names.
    ///
    /// ## Fails
    /// ```yaml resources/parcel.yaml
    /// # …
    /// plural: Parcels
    /// ```
    ///
    /// ## Passes
    /// ```yaml resources/parcel.yaml
    /// # …
    /// plural: parcels
    /// ```
    "resource-name-grammar", 716, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    context.spec.resources.iter().for_each(|resource| names(resource, findings));
}

fn names(resource: &ResourceFile, findings: &mut Vec<Finding>) {
    let is_word = |text: &str| text.len() <= 63 && !text.contains('.') && is_object_name(text);
    let is_kind = |text: &str| {
        text.len() <= 63
            && text.starts_with(|c: char| c.is_ascii_uppercase())
            && text.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    let mut check = |name: &Text, what: &str, fine: bool, help: &str| {
        if !fine {
            findings.push(
                Finding::new(&META, name.span, format!("`{}` cannot be the {what} of a resource", name.value))
                    .label("refused by Kubernetes")
                    .help(help),
            );
        }
    };
    let group = &resource.group;
    check(group, "group", group.contains('.') && is_object_name(group), "write a domain, such as `shop.example.com`");
    let version = &resource.version;
    check(version, "version", is_version(version), "write `v1`, `v1beta1` or `v1alpha1`");
    check(&resource.kind, "kind", is_kind(&resource.kind), "write letters and digits, each word with a capital");
    let lower = "write lower-case letters and digits";
    check(&resource.plural, "plural", is_word(&resource.plural), lower);
    check(&resource.singular, "singular", is_word(&resource.singular), lower);
    for name in &resource.short_names {
        check(name, "short name", is_word(name), lower);
    }
    for name in &resource.categories {
        check(name, "category", is_word(name), lower);
    }
    if let Some(length) = resource.name_max_length.filter(|n| !(1..=253).contains(&n.value)) {
        findings.push(
            Finding::new(&META, length.span, format!("names of at most {} characters", length.value))
                .label("out of range")
                .help("write a number from 1 to 253"),
        );
    }
}

/// `v1`, `v1beta1`, `v2alpha3`.
fn is_version(text: &str) -> bool {
    let number = |n: &str| !n.is_empty() && !n.starts_with('0') && n.bytes().all(|b| b.is_ascii_digit());
    let Some(rest) = text.strip_prefix('v') else { return false };
    match rest.split_once("alpha").or_else(|| rest.split_once("beta")) {
        Some((major, minor)) => number(major) && number(minor),
        None => number(rest),
    }
}
