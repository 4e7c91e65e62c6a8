//! The module `mod`: all others, and what programs use most.

use super::Module;
use super::writer::Writer;
use crate::ir::names::rust_field;

pub(super) fn module(modules: &[Module]) -> Module {
    let mut writer = Writer::default();
    let mut names: Vec<_> = modules.iter().map(|module| module.name.as_str()).collect();
    names.sort_unstable();
    for name in names {
        writer.line(format_args!("pub mod {};", rust_field(name)));
    }
    writer.blank();
    writer.line(format_args!("pub use self::event::Event;"));
    writer.line(format_args!(
        "pub use self::event_type::{{Category, EventInfo, EventType}};"
    ));
    writer.line(format_args!("pub use self::naming::Origin;"));
    Module {
        name: "mod".into(),
        content: writer.finish(),
        source: "spec".into(),
    }
}

/// The modules one inside the other.
pub(super) fn nested(modules: &[Module]) -> String {
    let mut text = String::new();
    for module in modules {
        if module.name == "mod" {
            let uses = module
                .content
                .lines()
                .filter(|line| line.starts_with("pub use"));
            text.extend(uses.flat_map(|line| [line, "\n"]));
        } else {
            text.push_str(&format!(
                "pub mod {} {{\n{}}}\n",
                rust_field(&module.name),
                module.content
            ));
        }
    }
    text
}
