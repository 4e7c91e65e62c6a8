//! Dotted paths in the values that a schema describes.

use crate::check::index::{Index, SchemaRef};
use crate::model::Additional;

/// What stands at a path.
#[derive(Debug)]
pub enum PathEnd<'a> {
    /// A member that the schema lists.
    Known(SchemaRef<'a>),
    /// Something inside an open object or list, of which the schema says nothing more.
    Open,
    /// A member that is not there.
    Unknown(UnknownMember<'a>),
}

/// The first member of a path that is not there.
#[derive(Debug)]
pub struct UnknownMember<'a> {
    /// Byte offset in the path.
    pub offset: usize,
    /// Its name.
    pub name: String,
    /// Names that can stand there.
    pub known: Vec<&'a str>,
}

/// Follows `path` (`a.b.c`; numbers step into lists) from `schema`.
pub fn member<'a>(index: &Index<'a>, schema: SchemaRef<'a>, path: &str) -> PathEnd<'a> {
    let mut at = schema;
    let mut offset = 0;
    for part in path.split('.') {
        let Some(here) = index.follow(at) else {
            return PathEnd::Open;
        };
        let schema = here.schema;
        let next = match (schema.properties.get(part), &schema.additional_properties) {
            (Some(member), _) => member,
            (None, _) if schema.properties.broken().iter().any(|b| b == part) => {
                return PathEnd::Open;
            }
            (None, Some(Additional::Schema(member))) => member,
            (None, Some(Additional::Any(open))) if open.value => return PathEnd::Open,
            (None, _) => match &schema.items {
                Some(items) if part.bytes().all(|b| b.is_ascii_digit()) => items,
                // An object that lists no members may hold any.
                None if schema.properties.is_empty() && is_open(schema) => return PathEnd::Open,
                _ => {
                    return PathEnd::Unknown(UnknownMember {
                        offset,
                        name: part.to_owned(),
                        known: schema.properties.names().collect(),
                    });
                }
            },
        };
        at = SchemaRef {
            schema: next,
            ..here
        };
        offset += part.len() + 1;
    }
    PathEnd::Known(at)
}

fn is_open(schema: &crate::model::Schema) -> bool {
    use crate::model::JsonType;
    schema
        .r#type
        .as_ref()
        .is_none_or(|types| types.types.iter().any(|t| t.value == JsonType::Object))
}
