//! Constants in JavaScript: frozen objects of a CommonJS module.

use std::fmt::Write as _;

use super::{Group, WIDTH, literal, wrapped};

/// The file, a module.
pub(super) fn file(header: &str, summary: &str, groups: &[Group]) -> String {
    let mut text = format!("// {header}\n");
    for line in wrapped(summary, WIDTH - "// ".len()) {
        let _ = writeln!(text, "// {line}");
    }
    text.push_str("\"use strict\";\n");
    for group in groups {
        text.push('\n');
        comment(&mut text, "", group.summary);
        let _ = writeln!(text, "exports.{} = Object.freeze({{", group.name);
        for constant in &group.constants {
            comment(&mut text, "  ", &constant.summary);
            let _ = writeln!(
                text,
                "  {}: {},",
                constant.screaming,
                literal(&constant.value)
            );
        }
        text.push_str("});\n");
    }
    text
}

fn comment(text: &mut String, indent: &str, summary: &str) {
    let escaped = summary.replace("*/", r"*\/");
    let _ = match wrapped(&escaped, WIDTH - indent.len() - "/**  */".len()).as_slice() {
        [line] => writeln!(text, "{indent}/** {line} */"),
        lines => {
            let lines = lines.join(&format!("\n{indent} * "));
            writeln!(text, "{indent}/**\n{indent} * {lines}\n{indent} */")
        }
    };
}
