//! The page of NetworkPolicies.

use super::markdown::{Page, code, plain, sentence};
use super::site::Site;
use crate::emit::yaml::to_yaml;
use crate::model::{NetworkPeer, NetworkRule, Protocol};

pub(super) fn page(site: &Site<'_>) -> Option<Page> {
    let file = site.catalog.spec.network.as_ref()?;
    let mut page = Page::new("network.md", &site.source(file.file), "Network policies");
    page.markdown("What is not listed is refused, in both directions.");
    for (name, policy) in file.policies.iter() {
        page.heading(2, &code(name));
        page.markdown(&sentence(&policy.summary));
        page.table(&["Direction", "For", "Other side", "Ports"]);
        for (direction, rules) in [("in", &policy.ingress), ("out", &policy.egress)] {
            for rule in rules {
                let row = [direction, &plain(&rule.summary), &peers(rule), &ports(rule)];
                page.row(&row);
            }
        }
        page.code(
            "yaml",
            &to_yaml(&site.manifests().network_policy(name, policy)),
        );
    }
    Some(page)
}

fn peers(rule: &NetworkRule) -> String {
    if rule.peers.is_empty() {
        return "anybody".to_owned();
    }
    let peers: Vec<_> = rule.peers.iter().map(peer).collect();
    peers.join("; ")
}

fn peer(peer: &NetworkPeer) -> String {
    let mut words = Vec::new();
    if let Some(cidr) = &peer.cidr {
        words.push(code(cidr));
    }
    if !peer.except.is_empty() {
        let except: Vec<_> = peer.except.iter().map(|e| code(e)).collect();
        words.push(format!("without {}", except.join(", ")));
    }
    let labels = peer.pods.iter();
    let labels: Vec<_> = labels
        .map(|(n, v)| code(&format!("{}={}", n.value, v.value)))
        .collect();
    match (labels.is_empty(), &peer.namespace) {
        (false, _) => words.push(format!("pods {}", labels.join(", "))),
        (true, Some(_)) => words.push("all pods".to_owned()),
        (true, None) => {}
    }
    if let Some(namespace) = &peer.namespace {
        words.push(format!("in {}", code(namespace)));
    }
    words.join(" ")
}

fn ports(rule: &NetworkRule) -> String {
    if rule.ports.is_empty() {
        return "any".to_owned();
    }
    let ports = rule.ports.iter().map(|port| {
        let protocol = port.protocol.as_ref().map_or(Protocol::Tcp, |p| p.value);
        format!("{} {}", port.port.value, protocol.as_str())
    });
    ports.collect::<Vec<_>>().join(", ")
}
