use crate::check::{Context, rule};
use crate::diagnostics::Finding;

rule! {
    /// Custom CDEvents are named against their specification.
    ///
    /// ## What it does
    /// `custom.type` must be `dev.cdeventsx.`, the name of the tool, `-`, the subject, `.` and the predicate;
    /// `custom.subjectType` must be its part between the dots. Both hold `{entity}`, the type also
    /// `{action}`; all else are lower case letters.
    ///
    /// ## Why
    /// Receivers split the type at these places and compare the subject; what does not fit is refused with 400.
    /// Without the placeholders, all events would become one type.
    ///
    /// ## Fails
    /// ```yaml cdevents.yaml
    /// # …
    /// custom:
    ///   type: dev.cdeventsx.shop-{entity}.{action}
    ///   version: 0.1.0
    ///   subjectType: "{entity}"
    /// ```
    ///
    /// ## Passes
    /// ```yaml cdevents.yaml
    /// # …
    /// custom:
    ///   type: dev.cdeventsx.shop-{entity}.{action}
    ///   version: 0.1.0
    ///   subjectType: shop-{entity}
    /// ```
    "custom-cdevent", 617, Error, check
}

fn check(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some(file) = &context.spec.cdevents else { return };
    let custom = &file.custom;
    let parts = custom.r#type.strip_prefix("dev.cdeventsx.").and_then(|rest| rest.split_once('.'));
    let fine = |subject: &str, predicate: &str| {
        let letters = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase());
        subject.split_once('-').is_some_and(|(tool, entity)| {
            let beside = entity.replacen("{entity}", "", 1);
            !tool.is_empty() && letters(tool) && letters(&beside) && beside != entity
        }) && predicate == "{action}"
    };
    match parts.filter(|(subject, predicate)| fine(subject, predicate)) {
        None => findings.push(
            Finding::new(&META, custom.r#type.span, format!("`{}` is no type of custom CDEvents", custom.r#type.value))
                .label("does not follow the specification")
                .help("write `dev.cdeventsx.TOOL-{entity}.{action}`, with the name of your platform as TOOL, in lower case letters"),
        ),
        Some((subject, _)) if subject != custom.subject_type.value => findings.push(
            Finding::new(&META, custom.subject_type.span, format!("the type's subject is `{subject}`"))
                .label("another subject")
                .also(custom.r#type.span, "the type")
                .help(format!("write `subjectType: {subject}`")),
        ),
        Some(_) => {}
    }
}
