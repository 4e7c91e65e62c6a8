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
    attribute_category,
    attribute_example,
    cloudevents_version,
    contradictory_extension,
    deprecated_without_replacement,
    duplicate_event,
    duplicate_key,
    empty_file,
    empty_text,
    event_not_migrated,
    events_too_large,
    invalid_event,
    json_syntax,
    event_key,
    event_without_data,
    event_without_example,
    event_without_summary,
    extension_name,
    extension_type,
    file_name,
    idempotent_without_key,
    invalid_example,
    kubernetes_name,
    limit_exceeded,
    long_type,
    malformed_suppression,
    malformed_version,
    media_type,
    merge_key,
    missing_facet,
    missing_file,
    missing_key,
    multiple_documents,
    name_collision,
    name_grammar,
    naming_example,
    naming_format,
    needless_unrouted,
    not_utf8,
    reserved_name,
    routed_twice,
    schema_base,
    tense,
    unknown_actor,
    unknown_attribute,
    unknown_category,
    unknown_entity,
    unknown_extension,
    unknown_file,
    unknown_key,
    unknown_plane,
    unknown_replacement,
    unknown_reply,
    unknown_schema,
    unknown_word,
    unnameable,
    unreadable_file,
    unreceived_event,
    unsupported_keyword,
    unused_suppression,
    unused_tense_exception,
    wrong_type,
    yaml_complex_key,
    yaml_syntax,
    yaml_tag,
}

/// The rule with number `code`.
pub fn find(code: crate::diagnostics::Code) -> Option<&'static RuleMeta> {
    ALL.iter().copied().find(|rule| rule.code == code)
}
