use crate::check::{Context, rule};
use crate::diagnostics::Finding;
use crate::event::attributes::{ATTRIBUTES, DATA, NAME_LENGTH};

rule! {
    /// An extension attribute has a name that CloudEvents does not allow.
    ///
    /// ## What it does
    /// Reports an extension whose name is not made of 1 to 20 of `a` to `z` and `0` to `9`, or is that of
    /// an attribute or member that CloudEvents defines itself.
    ///
    /// ## Why
    /// Transports write the names in different case and count on these characters (CloudEvents 1.0.2,
    /// section "Naming conventions"): an attribute `orderId` arrives as `orderid`, or not at all.
    ///
    /// ## Fails
    /// ```yaml extensions.yaml
    /// # …
    /// extensions:
    ///   correlationId: { type: String, summary: Ties events together., optionalFor: ["*"] }
    /// ```
    ///
    /// ## Passes
    /// ```yaml extensions.yaml
    /// # …
    /// extensions:
    ///   correlationid: { type: String, summary: Ties events together., optionalFor: ["*"] }
    /// ```
    "extension-name", 201, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (name, _) in context.spec.extensions.iter().flat_map(|f| f.body.extensions.iter()) {
        let finding = |message: String| Finding::new(&META, name.span, message);
        if ATTRIBUTES.contains(&name.as_str()) || DATA.contains(&name.as_str()) {
            findings.push(
                finding(format!("`{}` is defined by CloudEvents itself", name.value))
                    .label("not an extension")
                    .help("describe its use below `attributes`, or choose another name"),
            );
        } else if !is_attribute_name(name) {
            let folded: String = name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
            let finding = finding(format!("`{}` cannot name an attribute", name.value))
                .label("not made of `a` to `z` and `0` to `9`");
            findings.push(if is_attribute_name(&folded) && !ATTRIBUTES.contains(&folded.as_str()) {
                finding.help(format!("write `{folded}`, here and in the examples"))
            } else {
                finding.help("choose a name of lower-case letters and digits")
            });
        } else if name.len() > NAME_LENGTH {
            findings.push(
                finding(format!("`{}` has {} characters", name.value, name.len()))
                    .label(format!("more than {NAME_LENGTH}"))
                    .help("shorten it"),
            );
        }
    }
}

fn is_attribute_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}
