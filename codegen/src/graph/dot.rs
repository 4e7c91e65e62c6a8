//! Graphs in the language of Graphviz.

use std::fmt::Write as _;

use super::Graph;
use crate::model::NodeShape;

/// The graph in the DOT language.
pub fn dot(graph: &Graph) -> String {
    let direction = if graph.rightwards { "LR" } else { "TB" };
    let mut text =
        format!("digraph events {{\n  rankdir={direction};\n  node [fontname=\"sans-serif\"];\n");
    inside(graph, None, 1, &mut text);
    for edge in &graph.edges {
        let label = match edge.lines.as_slice() {
            [] => String::new(),
            lines => format!(" [label={}]", quoted(lines)),
        };
        let _ = writeln!(text, "  n{} -> n{}{label};", edge.from, edge.to);
    }
    text.push_str("}\n");
    text
}

/// Draws what lies in a box, or in none.
fn inside(graph: &Graph, group: Option<usize>, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    for (number, node) in graph.nodes.iter().enumerate() {
        if node.group == group {
            let shape = match node.shape {
                NodeShape::Program => "box",
                NodeShape::Store => "cylinder",
                NodeShape::Event => "oval",
                NodeShape::Outside => "parallelogram",
            };
            let label = quoted(&node.lines);
            let _ = writeln!(text, "{indent}n{number} [label={label}, shape={shape}];");
        }
    }
    for (number, inner) in graph.groups.iter().enumerate() {
        if inner.group == group {
            // Graphviz draws a box around subgraphs whose name begins with `cluster`.
            let _ = writeln!(text, "{indent}subgraph cluster{number} {{");
            let title = quoted(std::slice::from_ref(&inner.title));
            let _ = writeln!(text, "{indent}  label={title};");
            inside(graph, Some(number), depth + 1, text);
            let _ = writeln!(text, "{indent}}}");
        }
    }
}

/// Lines of text in quotes.
fn quoted(lines: &[String]) -> String {
    let escaped = |line: &String| line.replace('\\', "\\\\").replace('"', "\\\"");
    let lines: Vec<_> = lines.iter().map(escaped).collect();
    format!("\"{}\"", lines.join("\\n").replace(['\n', '\r'], " "))
}
