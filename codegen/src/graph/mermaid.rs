//! Graphs as Mermaid flowcharts.

use std::fmt::Write as _;

use super::Graph;
use crate::model::NodeShape;

/// The graph as a Mermaid flowchart.
pub fn mermaid(graph: &Graph) -> String {
    let direction = if graph.rightwards { "LR" } else { "TD" };
    let mut text = format!("flowchart {direction}\n");
    inside(graph, None, 1, &mut text);
    for edge in &graph.edges {
        let label = match edge.lines.as_slice() {
            [] => String::new(),
            lines => format!("|{}|", label(lines)),
        };
        let _ = writeln!(text, "  n{} -->{label} n{}", edge.from, edge.to);
    }
    text
}

/// Draws what lies in a box, or in none.
fn inside(graph: &Graph, group: Option<usize>, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    for (number, node) in graph.nodes.iter().enumerate() {
        if node.group == group {
            let (open, close) = match node.shape {
                NodeShape::Program => ("[", "]"),
                NodeShape::Store => ("[(", ")]"),
                NodeShape::Event => ("([", "])"),
                NodeShape::Outside => ("[/", "/]"),
            };
            let label = label(&node.lines);
            let _ = writeln!(text, "{indent}n{number}{open}{label}{close}");
        }
    }
    for (number, inner) in graph.groups.iter().enumerate() {
        if inner.group == group {
            let title = label(std::slice::from_ref(&inner.title));
            let _ = writeln!(text, "{indent}subgraph g{number}[{title}]");
            inside(graph, Some(number), depth + 1, text);
            let _ = writeln!(text, "{indent}end");
        }
    }
}

/// Lines of text in quotes.
fn label(lines: &[String]) -> String {
    let mut text = String::from("\"");
    for (number, line) in lines.iter().enumerate() {
        if number > 0 {
            text.push_str("<br/>");
        }
        for c in line.chars() {
            match c {
                '"' => text.push_str("#quot;"),
                '#' => text.push_str("#35;"),
                '<' => text.push_str("#lt;"),
                '>' => text.push_str("#gt;"),
                '`' => text.push_str("#96;"),
                '\n' | '\r' => text.push(' '),
                c => text.push(c),
            }
        }
    }
    text.push('"');
    text
}
