//! `spec/flows/*.yaml`: how events travel, as data that diagrams are drawn from.

use super::decode::{Dict, Text, choice, object};

choice! {
    /// Direction in which a diagram is read.
    pub enum Direction {
        /// Downwards.
        TopDown = "top-down",
        /// To the right.
        LeftRight = "left-right",
    }
}

object! {
    /// A flow of events.
    pub struct FlowFile {
        /// Name in kebab case, the same as the file's.
        "flow" => flow: Text,
        /// Heading.
        "title" => title: Text,
        /// What it shows.
        "summary" => summary: Text,
        /// Page of the docs that it belongs to: `overview`, or the name of a page.
        "page" => page: Option<Text>,
        /// Direction in which it is read.
        "direction" => direction: Option<Direction>,
        /// Boxes around nodes.
        "groups" => groups: Dict<FlowGroup>,
        /// Programs, events and other stations.
        "nodes" => nodes: Dict<FlowNode>,
        /// What passes between them, in order.
        "edges" => edges: Vec<FlowEdge>,
        /// Steps in words, in order.
        "steps" => steps: Vec<Text>,
        /// Remarks.
        "notes" => notes: Vec<Text>,
    }
}

object! {
    /// A box around nodes.
    pub struct FlowGroup {
        /// Heading of the box.
        "title" => title: Text,
        /// The box that it lies in.
        "group" => group: Option<Text>,
    }
}

choice! {
    /// Shape of a node.
    pub enum NodeShape {
        /// A program.
        Program = "program",
        /// A broker, queue or store.
        Store = "store",
        /// An event.
        Event = "event",
        /// Somebody outside.
        Outside = "outside",
    }
}

object! {
    /// A station of a flow.
    pub struct FlowNode {
        /// Name as people write it; for events the type.
        "title" => title: Text,
        /// What it is.
        "shape" => shape: NodeShape,
        /// Lines below the name.
        "details" => details: Vec<Text>,
        /// The box that it lies in.
        "group" => group: Option<Text>,
    }
}

object! {
    /// What passes from one node to another.
    pub struct FlowEdge {
        /// Node that it leaves.
        "from" => from: Text,
        /// Node that it reaches.
        "to" => to: Text,
        /// Event type or pattern that passes; checked against the catalogue.
        "event" => event: Option<Text>,
        /// What passes, or why, in words.
        "label" => label: Option<Text>,
        /// Protocol, such as `HTTP POST`.
        "via" => via: Option<Text>,
    }
}
