//! Graphs for programs.

use serde_json::{Value as Json, json};

use super::Graph;

/// The graph as lists of groups, nodes and edges; positions in the lists are identifiers.
pub fn json(graph: &Graph) -> Json {
    let groups: Vec<_> = graph
        .groups
        .iter()
        .map(|group| json!({ "name": group.name, "title": group.title, "group": group.group }))
        .collect();
    let nodes: Vec<_> = graph
        .nodes
        .iter()
        .map(|node| {
            let shape = node.shape.as_str();
            json!({ "name": node.name, "shape": shape, "lines": node.lines, "group": node.group })
        })
        .collect();
    let edges: Vec<_> = graph
        .edges
        .iter()
        .map(|edge| json!({ "from": edge.from, "to": edge.to, "lines": edge.lines }))
        .collect();
    json!({ "groups": groups, "nodes": nodes, "edges": edges })
}
