//! The rules, one file each.
//!
//! A file holds its page, its number and its check. Rules that reading itself applies have a
//! `report` function instead of a check.

use super::RuleMeta;

macro_rules! rules {
    ($($name:ident),* $(,)?) => {
        $( pub(crate) mod $name; )*

        /// Every rule.
        pub static ALL: &[&RuleMeta] = &[$( &$name::META ),*];
    };
}

rules! {
    duplicate_key,
    empty_file,
    empty_text,
    limit_exceeded,
    malformed_suppression,
    merge_key,
    missing_file,
    missing_key,
    multiple_documents,
    name_collision,
    not_utf8,
    unknown_file,
    unknown_key,
    unknown_word,
    unreadable_file,
    unsupported_keyword,
    unused_suppression,
    wrong_type,
    yaml_complex_key,
    yaml_syntax,
    yaml_tag,
    event_without_summary,
    event_without_data,
    unknown_schema,
    event_without_example,
    invalid_example,
    idempotent_without_key,
    missing_facet,
    unknown_reply,
    unreceived_event,
    needless_unrouted,
    routed_twice,
    deprecated_without_replacement,
    unknown_replacement,
    unknown_migration_target,
    migration_chain,
    legacy_type_is_live,
    unfilled_field,
    unknown_target_field,
    field_rule_source,
    name_length_range,
    unknown_legacy_attribute,
    unknown_migration_extension,
    unfilled_extension,
    pattern_matches_nothing,
    misplaced_wildcard,
    wildcard_in_exact_filter,
    unknown_event,
    unknown_broker,
    trigger_beyond_subscription,
    undelivered_event,
    needless_except,
    duplicate_trigger,
    receiver_without_resources,
    unknown_receiver,
    cel_syntax,
    cel_unknown_root,
    cel_unknown_field,
    unknown_cdevent,
    cdevents_version,
    custom_cdevent,
    unknown_path,
    retry_policy,
    alertmanager_api,
    alert_name,
    duplicate_alert,
    alert_severity,
    malformed_promql,
    destination_without_address,
    duplicate_error_code,
    error_code_grammar,
    unknown_handling,
    retryable_without_dead_letter,
    error_status,
    invalid_variable_default,
    required_variable_with_default,
    variable_values,
    variable_bounds,
    variable_name,
    duplicate_runtime_version,
    unknown_emitted_event,
    unstructural_schema,
    printer_column,
    invalid_manifest,
    resource_name_grammar,
    unknown_node,
    unconnected_node,
    unknown_group,
    unknown_flow_event,
    partner_event_in_prefix,
    legacy_without_migration,
    invalid_partner_example,
    unknown_component_event,
    unknown_flow,
    service_address,
}

/// The rule with number `code`.
pub fn find(code: crate::diagnostics::Code) -> Option<&'static RuleMeta> {
    ALL.iter().copied().find(|rule| rule.code == code)
}
