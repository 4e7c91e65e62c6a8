//! Flows of events, as diagrams in Mermaid.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::markdown::{Page, plain, sentence};
use super::site::Site;
use crate::model::{Direction, FlowFile, FlowNode, NodeShape, SpecFile, Text};

/// The page with every flow.
pub(super) fn page(site: &Site<'_>) -> Option<Page> {
    let flows = &site.catalog.spec.flows;
    let first = flows.first()?;
    let mut page = Page::new("flows.md", &site.source(first.file), "Event flows");
    page.markdown("How events travel. Boxes are programs, drums are brokers and stores, rounded boxes are events.");
    for flow in flows {
        section(&mut page, flow);
    }
    Some(page)
}

/// The flows that belong to one page.
pub(super) fn on_page(site: &Site<'_>, page: &mut Page, name: &str) {
    for flow in site.flows.get(name).into_iter().flatten() {
        section(page, flow);
    }
}

/// The flows that belong to one page, and one more.
pub(super) fn on_page_and(site: &Site<'_>, page: &mut Page, name: &str, more: Option<&Text>) {
    on_page(site, page, name);
    let flows = site.catalog.spec.flows.iter();
    let more = flows.filter(|f| more.is_some_and(|more| more.value == f.flow.value));
    for flow in more.filter(|f| f.page.as_ref().is_none_or(|p| p.value != name)) {
        section(page, flow);
    }
}

/// The flow with this name; `false` where there is none.
pub(super) fn named(site: &Site<'_>, page: &mut Page, name: &str) -> bool {
    let flows = &site.catalog.spec.flows;
    let flow = flows.iter().find(|f| f.flow.value == name);
    if let Some(flow) = flow {
        section(page, flow);
    }
    flow.is_some()
}

fn section(page: &mut Page, flow: &SpecFile<FlowFile>) {
    page.heading(2, &plain(&flow.title));
    page.markdown(&sentence(&flow.summary));
    page.code("mermaid", &mermaid(flow));
    if !flow.steps.is_empty() {
        page.list(true, flow.steps.iter().map(|s| plain(s)));
    }
    for note in &flow.notes {
        page.remark(&sentence(note));
    }
}

/// The flow as a Mermaid flowchart.
fn mermaid(flow: &FlowFile) -> String {
    let direction = match flow.direction {
        Some(Direction::LeftRight) => "LR",
        _ => "TD",
    };
    let mut chart = Chart {
        flow,
        out: format!("flowchart {direction}\n"),
        nodes: HashMap::new(),
        drawn: vec![false; flow.nodes.len()],
        open: Vec::new(),
    };
    for (number, (name, _)) in flow.nodes.iter().enumerate() {
        chart.nodes.insert(&name.value, number);
    }
    chart.inside(None);
    // Boxes that lie in each other, or in none that is there.
    for (number, (_, node)) in flow.nodes.iter().enumerate() {
        if !chart.drawn[number] {
            chart.node(number, node, 1);
        }
    }
    for edge in &flow.edges {
        let (Some(from), Some(to)) = (
            chart.nodes.get(edge.from.value.as_str()),
            chart.nodes.get(edge.to.value.as_str()),
        ) else {
            continue;
        };
        let via = edge.via.as_ref().map(|v| format!("({})", v.value));
        let lines = [&edge.event, &edge.label].into_iter().flatten();
        let mut lines: Vec<&str> = lines.map(|l| l.value.as_str()).collect();
        lines.extend(via.as_deref());
        let label = if lines.is_empty() {
            String::new()
        } else {
            format!("|{}|", label(lines))
        };
        let _ = writeln!(chart.out, "  n{from} -->{label} n{to}");
    }
    chart.out
}

struct Chart<'f> {
    flow: &'f FlowFile,
    out: String,
    /// Number of a node by its name; Mermaid has words of its own that no identifier may be.
    nodes: HashMap<&'f str, usize>,
    drawn: Vec<bool>,
    /// Boxes that are being drawn.
    open: Vec<&'f str>,
}

impl<'f> Chart<'f> {
    /// Draws what lies in a box, or in none.
    fn inside(&mut self, group: Option<&str>) {
        let flow = self.flow;
        let depth = self.open.len() + 1;
        let here = |of: &Option<Text>| of.as_ref().map(|g| g.value.as_str()) == group;
        for (number, (_, node)) in flow.nodes.iter().enumerate() {
            if here(&node.group) {
                self.node(number, node, depth);
            }
        }
        for (number, (name, inner)) in flow.groups.iter().enumerate() {
            if here(&inner.group) && !self.open.contains(&name.value.as_str()) {
                let indent = "  ".repeat(depth);
                let title = label([inner.title.value.as_str()]);
                let _ = writeln!(self.out, "{indent}subgraph g{number}[{title}]");
                self.open.push(&name.value);
                self.inside(Some(&name.value));
                self.open.pop();
                let _ = writeln!(self.out, "{indent}end");
            }
        }
    }

    fn node(&mut self, number: usize, node: &FlowNode, depth: usize) {
        let lines = std::iter::once(&node.title).chain(&node.details);
        let text = label(lines.map(|l| l.value.as_str()));
        let (open, close) = match node.shape {
            NodeShape::Program => ("[", "]"),
            NodeShape::Store => ("[(", ")]"),
            NodeShape::Event => ("([", "])"),
            NodeShape::Outside => ("[/", "/]"),
        };
        self.drawn[number] = true;
        let _ = writeln!(
            self.out,
            "{}n{number}{open}{text}{close}",
            "  ".repeat(depth)
        );
    }
}

/// Lines of text in quotes.
fn label<'l>(lines: impl IntoIterator<Item = &'l str>) -> String {
    let mut out = String::from("\"");
    for (i, line) in lines.into_iter().enumerate() {
        if i > 0 {
            out.push_str("<br/>");
        }
        for c in line.chars() {
            match c {
                '"' => out.push_str("#quot;"),
                '#' => out.push_str("#35;"),
                '<' => out.push_str("#lt;"),
                '>' => out.push_str("#gt;"),
                '`' => out.push_str("#96;"),
                '\n' | '\r' => out.push(' '),
                c => out.push(c),
            }
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn labels_hold_any_text() {
        assert_eq!(
            label(["a \"b\" <c>", "#1; `d`\ne"]),
            "\"a #quot;b#quot; #lt;c#gt;<br/>#35;1; #96;d#96; e\""
        );
    }
}
