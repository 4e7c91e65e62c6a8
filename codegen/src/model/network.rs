//! `spec/network.yaml`: who may talk to whom.

use super::decode::{Dict, Text, choice, object};
use crate::source::Spanned;

object! {
    /// Who may talk to whom; everything else is refused.
    pub struct NetworkFile {
        /// NetworkPolicies, by name of the resource.
        "policies" => policies: Dict<NetworkPolicy>,
    }
}

object! {
    /// What some pods may receive and send.
    pub struct NetworkPolicy {
        /// What it protects.
        "summary" => summary: Text,
        /// Kubernetes namespace.
        "namespace" => namespace: Text,
        /// Labels of the pods.
        "pods" => pods: Dict<Text>,
        /// Who may call them.
        "ingress" => ingress: Vec<NetworkRule>,
        /// Whom they may call.
        "egress" => egress: Vec<NetworkRule>,
    }
}

object! {
    /// One kind of connection.
    pub struct NetworkRule {
        /// What it is for.
        "summary" => summary: Text,
        /// The other side; anybody where there are none.
        "peers" => peers: Vec<NetworkPeer>,
        /// Ports; any where there are none.
        "ports" => ports: Vec<NetworkPort>,
    }
}

object! {
    /// The other side of a connection: pods of a namespace, or addresses.
    pub struct NetworkPeer {
        /// Kubernetes namespace; the policy's own where there is none.
        "namespace" => namespace: Option<Text>,
        /// Labels of its pods; all pods where there are none.
        "pods" => pods: Dict<Text>,
        /// Addresses, in CIDR notation.
        "cidr" => cidr: Option<Text>,
        /// Addresses among them that are left out.
        "except" => except: Vec<Text>,
    }
}

object! {
    /// A port.
    pub struct NetworkPort {
        /// Its number.
        "port" => port: Spanned<u64>,
        /// TCP where it does not say.
        "protocol" => protocol: Option<Spanned<Protocol>>,
    }
}

choice! {
    /// Transport protocol.
    pub enum Protocol {
        /// Connections.
        Tcp = "TCP",
        /// Datagrams.
        Udp = "UDP",
    }
}
