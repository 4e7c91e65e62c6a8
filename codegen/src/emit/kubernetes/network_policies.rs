//! NetworkPolicies: who may talk to whom.

use serde_json::{Map, Value as Json, json};

use super::{Builder, Group, ManifestFile};
use crate::emit::Target;
use crate::model::{Dict, NetworkPeer, NetworkPolicy, NetworkRule, Protocol, Text};

/// NetworkPolicies.
pub static TARGET: Target = Target {
    name: GROUP.name,
    summary: GROUP.summary,
    folder: GROUP.folder,
    emit: |catalog| GROUP.emit(catalog),
};

/// NetworkPolicies.
pub static GROUP: Group = Group {
    name: "network-policies",
    folder: "generated/network-policies",
    summary: "NetworkPolicies of the operator, functions and builds",
    installed: true,
    build,
};

/// Label that Kubernetes itself gives every namespace (well-known labels).
const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

fn build(builder: &Builder<'_>) -> Vec<ManifestFile> {
    let Some(file) = &builder.catalog.spec.network else {
        return Vec::new();
    };
    let policies = file.policies.iter();
    let policies = policies.map(|(name, policy)| builder.network_policy(name, policy));
    vec![ManifestFile::new(
        "network-policies.yaml",
        file.file,
        policies.collect(),
    )]
}

impl Builder<'_> {
    /// A NetworkPolicy. What it does not name is refused, in both directions.
    pub(in crate::emit) fn network_policy(&self, name: &str, policy: &NetworkPolicy) -> Json {
        let namespace = Some(policy.namespace.value.as_str());
        let name = self.values.name("NetworkPolicy", name);
        let mut object = self.object("networking.k8s.io/v1", "NetworkPolicy", &name, namespace);
        object["spec"] = json!({
            "podSelector": self.pods(&policy.pods),
            "policyTypes": ["Ingress", "Egress"],
        });
        // The API server drops empty lists, and would find the policy changed each time.
        for (direction, peers, rules) in [
            ("ingress", "from", &policy.ingress),
            ("egress", "to", &policy.egress),
        ] {
            if !rules.is_empty() {
                let rules = rules.iter().map(|rule| self.rule(rule, peers));
                object["spec"][direction] = rules.collect();
            }
        }
        object
    }

    fn rule(&self, rule: &NetworkRule, peers: &str) -> Json {
        let mut out = Map::new();
        if !rule.peers.is_empty() {
            let all: Vec<_> = rule.peers.iter().map(|peer| self.peer(peer)).collect();
            out.insert(peers.to_owned(), all.into());
        }
        if !rule.ports.is_empty() {
            let ports = rule.ports.iter().map(|port| {
                let protocol = port.protocol.as_ref().map_or(Protocol::Tcp, |p| p.value);
                json!({ "port": port.port.value, "protocol": protocol.as_str() })
            });
            out.insert("ports".to_owned(), ports.collect());
        }
        out.into()
    }

    fn peer(&self, peer: &NetworkPeer) -> Json {
        let mut out = Map::new();
        if let Some(cidr) = &peer.cidr {
            let mut block = json!({ "cidr": cidr.value });
            if !peer.except.is_empty() {
                let except = peer.except.iter().map(|e| Json::from(e.value.as_str()));
                block["except"] = except.collect();
            }
            out.insert("ipBlock".to_owned(), block);
        }
        if let Some(namespace) = &peer.namespace {
            let labels = json!({ NAMESPACE_NAME: self.values.namespace(namespace) });
            out.insert(
                "namespaceSelector".to_owned(),
                json!({ "matchLabels": labels }),
            );
        }
        if !peer.pods.is_empty() {
            out.insert("podSelector".to_owned(), self.pods(&peer.pods));
        }
        out.into()
    }

    fn pods(&self, labels: &Dict<Text>) -> Json {
        let labels = labels.iter();
        let labels = labels.map(|(name, value)| (name.value.clone(), value.value.as_str().into()));
        json!({ "matchLabels": labels.collect::<Map<_, _>>() })
    }
}
