//! Graphs of who sends what to whom: of a whole catalogue, of one type, of a flow.

mod dot;
mod json;
mod mermaid;

use std::collections::HashMap;

use crate::ir::{Catalog, EventType, Filter, Receiver, ReceiverKind, receivers};
use crate::model::{Direction, FlowFile, NodeShape};

pub use dot::dot;
pub use json::json;
pub use mermaid::mermaid;

/// Deepest nesting of boxes that is drawn.
const DEPTH: usize = 16;

/// A graph. Nodes, groups and edges are referred to by their position.
#[derive(Debug)]
pub struct Graph {
    /// Whether it is read to the right; downwards otherwise.
    pub rightwards: bool,
    /// Boxes around nodes.
    pub groups: Vec<Group>,
    /// Stations.
    pub nodes: Vec<GraphNode>,
    /// What passes between them.
    pub edges: Vec<GraphEdge>,
}

/// A box around nodes.
#[derive(Debug)]
pub struct Group {
    /// Name in the spec.
    pub name: String,
    /// Heading.
    pub title: String,
    /// The box that it lies in; never one inside itself.
    pub group: Option<usize>,
}

/// A station.
#[derive(Debug)]
pub struct GraphNode {
    /// Name in the spec.
    pub name: String,
    /// Lines of its text.
    pub lines: Vec<String>,
    /// What it is.
    pub shape: NodeShape,
    /// The box that it lies in.
    pub group: Option<usize>,
}

/// What passes from one station to another.
#[derive(Debug, PartialEq, Eq)]
pub struct GraphEdge {
    /// Station that it leaves.
    pub from: usize,
    /// Station that it reaches.
    pub to: usize,
    /// Lines of its text.
    pub lines: Vec<String>,
}

impl Graph {
    /// The graph of a flow.
    pub fn of_flow(flow: &FlowFile) -> Self {
        let numbers = |names: &mut dyn Iterator<Item = &str>| -> HashMap<String, usize> {
            let numbered = names.enumerate();
            numbered.map(|(n, name)| (name.to_owned(), n)).collect()
        };
        let groups = numbers(&mut flow.groups.names());
        let nodes = numbers(&mut flow.nodes.names());
        let mut graph = Self {
            rightwards: flow.direction == Some(Direction::LeftRight),
            groups: Vec::new(),
            nodes: Vec::new(),
            edges: Vec::new(),
        };
        let outer: Vec<Option<usize>> = flow
            .groups
            .iter()
            .map(|(_, group)| groups.get(&group.group.as_ref()?.value).copied())
            .collect();
        // Boxes are drawn from the outermost; those in a circle, or too deep, lie in none.
        let ends = |number: usize| {
            let mut chain = std::iter::successors(outer[number], |at| outer[*at]);
            chain.nth(DEPTH).is_none()
        };
        for (number, (name, group)) in flow.groups.iter().enumerate() {
            graph.groups.push(Group {
                name: name.value.clone(),
                title: group.title.value.clone(),
                group: outer[number].filter(|_| ends(number)),
            });
        }
        for (name, node) in flow.nodes.iter() {
            let lines = std::iter::once(&node.title).chain(&node.details);
            graph.nodes.push(GraphNode {
                name: name.value.clone(),
                lines: lines.map(|line| line.value.clone()).collect(),
                shape: node.shape,
                group: node
                    .group
                    .as_ref()
                    .and_then(|g| groups.get(&g.value))
                    .copied(),
            });
        }
        for edge in &flow.edges {
            let ends = (nodes.get(&edge.from.value), nodes.get(&edge.to.value));
            if let (Some(from), Some(to)) = ends {
                let words = [&edge.event, &edge.label].into_iter().flatten();
                let mut lines: Vec<_> = words.map(|word| word.value.clone()).collect();
                lines.extend(edge.via.iter().map(|via| format!("({})", via.value)));
                graph.edges.push(GraphEdge {
                    from: *from,
                    to: *to,
                    lines,
                });
            }
        }
        graph
    }

    /// The routes of every event type of a catalogue, or of the one named `only` (relative to
    /// the prefix).
    pub fn of_routes(catalog: &Catalog<'_>, only: Option<&str>) -> Self {
        let mut routes = Routes::default();
        for event in &catalog.events {
            if only.is_none_or(|only| event.short == only) {
                routes.event(catalog, event);
            }
        }
        let partners = catalog.spec.partners.iter();
        for partner in partners.flat_map(|file| file.body.events.iter().map(move |e| (file, e.0))) {
            let (file, name) = partner;
            if only.is_none_or(|only| name.value == only) {
                let sender = routes.node(
                    &file.body.partner.value,
                    &file.body.title.value,
                    NodeShape::Outside,
                );
                let found = receivers(catalog.spec, &catalog.index, &name.value);
                routes.routes(sender, &name.value, &found);
            }
        }
        routes.graph
    }
}

/// A graph that is being made.
#[derive(Debug)]
struct Routes {
    graph: Graph,
    numbers: HashMap<String, usize>,
}

impl Default for Routes {
    fn default() -> Self {
        Self {
            graph: Graph {
                rightwards: true,
                groups: Vec::new(),
                nodes: Vec::new(),
                edges: Vec::new(),
            },
            numbers: HashMap::new(),
        }
    }
}

impl Routes {
    fn node(&mut self, name: &str, title: &str, shape: NodeShape) -> usize {
        let nodes = &mut self.graph.nodes;
        // A consumer and an actor may have one name; they are two stations.
        let key = format!("{} {name}", shape.as_str());
        *self.numbers.entry(key).or_insert_with(|| {
            nodes.push(GraphNode {
                name: name.to_owned(),
                lines: vec![title.to_owned()],
                shape,
                group: None,
            });
            nodes.len() - 1
        })
    }

    fn event(&mut self, catalog: &Catalog<'_>, event: &EventType<'_>) {
        let category = catalog.categories[event.category].declared;
        let from = &category.from.value;
        let actor = catalog.header.actors.get(from);
        let title = actor.map_or(from, |actor| &actor.title.value);
        let sender = self.node(from, title, NodeShape::Outside);
        let found = receivers(catalog.spec, &catalog.index, &event.short);
        self.routes(sender, &event.short, &found);
    }

    /// An event, who sends it and who receives it.
    fn routes(&mut self, sender: usize, event: &str, receivers: &[Receiver<'_>]) {
        let number = self.node(event, event, NodeShape::Event);
        self.graph.edges.push(GraphEdge {
            from: sender,
            to: number,
            lines: Vec::new(),
        });
        for receiver in receivers {
            let name = &receiver.name.value;
            let shape = match receiver.kind {
                ReceiverKind::FluxReceiver => NodeShape::Store,
                _ => NodeShape::Program,
            };
            let to = self.node(name, name, shape);
            let mut lines = vec![receiver.via.clone()];
            if let Filter::Prefix(start) = &receiver.filter {
                lines.push(format!("{start}*"));
            }
            self.graph.edges.push(GraphEdge {
                from: number,
                to,
                lines,
            });
        }
    }
}
