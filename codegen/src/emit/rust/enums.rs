//! One enum.

use super::writer::{Writer, literal};
use crate::ir::Enum;

pub(super) fn write(writer: &mut Writer, texts: &Enum<'_>) {
    let name = &texts.rust_name;
    let description = texts.schema.description.as_ref();
    writer.doc(description.map_or("A text with known values.", |d| &d.value));
    writer.line(format_args!(
        "#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]"
    ));
    if !texts.closed {
        writer.line(format_args!("#[non_exhaustive]"));
    }
    writer.open(format_args!("pub enum {name} {{"));
    for variant in &texts.variants {
        writer.doc(&format!("`{}`.", variant.value));
        writer.line(format_args!("{},", variant.rust_name));
    }
    let unknown = (!texts.closed).then(|| unknown_variant(texts));
    if let Some(unknown) = unknown {
        writer.doc("A value that this version of the schema does not know.");
        writer.line(format_args!("{unknown}(String),"));
    }
    writer.close("}");
    writer.blank();
    match unknown {
        Some(unknown) => {
            writer.open(format_args!("support::open_enum! {{"));
            writer.open(format_args!("{name}, {unknown} {{"));
        }
        None => {
            writer.open(format_args!("support::closed_enum! {{"));
            writer.open(format_args!("{name} {{"));
        }
    }
    for variant in &texts.variants {
        let value = literal(variant.value);
        writer.line(format_args!("{} = {value},", variant.rust_name));
    }
    writer.close("}");
    writer.close("}");
}

/// Name of the variant of all other texts.
fn unknown_variant(texts: &Enum<'_>) -> &'static str {
    let free = |name: &&str| texts.variants.iter().all(|v| v.rust_name != *name);
    let names = ["Unknown", "Other", "Unlisted"];
    names.into_iter().find(free).unwrap_or("UnknownText")
}
