//! Constants in Python: classes.

use std::fmt::Write as _;

use super::{Group, WIDTH, literal, wrapped};

/// The file, a module.
pub(super) fn file(header: &str, summary: &str, groups: &[Group]) -> String {
    let mut text = format!("# {header}\n\n");
    docstring(&mut text, "", summary);
    for group in groups {
        let _ = write!(text, "\n\nclass {}:\n", group.name);
        docstring(&mut text, "    ", group.summary);
        text.push('\n');
        for constant in &group.constants {
            let _ = writeln!(
                text,
                "    {} = {}",
                constant.screaming,
                literal(&constant.value)
            );
            docstring(&mut text, "    ", &constant.summary);
        }
    }
    text
}

fn docstring(text: &mut String, indent: &str, summary: &str) {
    // No summary ends with a quotation mark, since all end with a full stop.
    let escaped = summary.replace('\\', r"\\").replace(r#"""""#, r#"\"\"\""#);
    let lines = wrapped(&escaped, WIDTH - indent.len() - 2 * r#"""""#.len());
    let lines = lines.join(&format!("\n{indent}"));
    let _ = writeln!(text, r#"{indent}"""{lines}""""#);
}
