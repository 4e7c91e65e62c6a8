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
    duplicate_event,
    duplicate_key,
    empty_file,
    empty_text,
    event_not_migrated,
    events_too_large,
    invalid_event,
    json_syntax,
    event_key,
    file_name,
    kubernetes_name,
    limit_exceeded,
    long_type,
    malformed_suppression,
    merge_key,
    missing_file,
    missing_key,
    multiple_documents,
    name_collision,
    name_grammar,
    not_utf8,
    reserved_name,
    tense,
    unknown_actor,
    unknown_category,
    unknown_entity,
    unknown_file,
    unknown_key,
    unknown_plane,
    unknown_word,
    unnameable,
    unreadable_file,
    unsupported_keyword,
    unused_suppression,
    unused_tense_exception,
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
}

/// The rule with number `code`.
pub fn find(code: crate::diagnostics::Code) -> Option<&'static RuleMeta> {
    ALL.iter().copied().find(|rule| rule.code == code)
}
