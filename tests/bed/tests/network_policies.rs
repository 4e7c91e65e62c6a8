//! The compiler refuses those NetworkPolicies that a real API server refuses.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use knative_lambda_codegen::compile_loaded;
use knative_lambda_codegen::diagnostics::Severity;
use knative_lambda_codegen::load::{Limits, from_memory};
use knative_lambda_testbed::apply::apply;
use knative_lambda_testbed::{Bed, Part, available};
use serde_json::{Value, json};

/// What policies have beside a summary and a namespace: right ones and wrong ones.
const POLICIES: &[&str] = &[
    "{}",
    "{ pods: { app: desk } }",
    "{ pods: { app: desk of the shop } }",
    "{ pods: { app: -desk } }",
    "{ pods: { app: Desk_1.a-b } }",
    "{ pods: { App_1.a-b: desk } }",
    "{ pods: { -app: desk } }",
    "{ pods: { /app: desk } }",
    "{ pods: { app/: desk } }",
    "{ pods: { a/b/c: desk } }",
    "{ pods: { shop.example.com/app: desk } }",
    "{ pods: { Shop.example.com/app: desk } }",
    "{ pods: { shop_example/app: desk } }",
    "{ pods: { shop..example/app: desk } }",
    "{ pods: { app: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn } }",
    "{ pods: { app: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn } }",
    "{ pods: { nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn: desk } }",
    "{ egress: [{ ports: [{ port: 0 }] }] }",
    "{ egress: [{ ports: [{ port: 1 }, { port: 65535, protocol: UDP }] }] }",
    "{ egress: [{ ports: [{ port: 65536 }] }] }",
    "{ egress: [{ peers: [{}] }] }",
    "{ egress: [{ peers: [{ namespace: shop }] }] }",
    "{ egress: [{ peers: [{ namespace: shop, pods: { app: desk } }] }] }",
    "{ egress: [{ peers: [{ pods: { app: a b } }] }] }",
    "{ egress: [{ peers: [{ cidr: 10.0.0.0/8, namespace: shop }] }] }",
    "{ egress: [{ peers: [{ cidr: 10.0.0.0/8, pods: { app: desk } }] }] }",
    "{ egress: [{ peers: [{ cidr: 10.0.0.0/8 }] }] }",
    "{ egress: [{ peers: [{ cidr: 10.0.0.0 }] }] }",
    "{ egress: [{ peers: [{ cidr: 10.0.0.0/33 }] }] }",
    "{ egress: [{ peers: [{ cidr: 10.0.0.0/08 }] }] }",
    "{ egress: [{ peers: [{ cidr: 10.0.0.0/+8 }] }] }",
    "{ egress: [{ peers: [{ cidr: 010.0.0.0/8 }] }] }",
    "{ egress: [{ peers: [{ cidr: 10.1.2.3/8 }] }] }",
    "{ egress: [{ peers: [{ cidr: 10.1.2.3/32 }] }] }",
    "{ egress: [{ peers: [{ cidr: '::/0' }] }] }",
    "{ egress: [{ peers: [{ cidr: 'fd00::/0' }] }] }",
    "{ egress: [{ peers: [{ cidr: '2001:db8::/32' }] }] }",
    "{ egress: [{ peers: [{ cidr: '2001:db8::/129' }] }] }",
    "{ egress: [{ peers: [{ cidr: '2001:DB8::/32' }] }] }",
    "{ egress: [{ peers: [{ cidr: '::ffff:10.0.0.0/104' }] }] }",
    "{ egress: [{ peers: [{ cidr: '::ffff:0:0/96' }] }] }",
    "{ egress: [{ peers: [{ cidr: '::10.0.0.0/104' }] }] }",
    "{ egress: [{ peers: [{ cidr: 10.0.0.0/8, except: [10.1.0.0/16] }] }] }",
    "{ egress: [{ peers: [{ cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.0.0.0/8] }] }] }",
    "{ egress: [{ peers: [{ cidr: 10.0.0.0/8, except: [10.1.0.1/16] }] }] }",
    "{ egress: [{ peers: [{ cidr: 10.0.0.0/8, except: [11.0.0.0/16] }] }] }",
    "{ egress: [{ peers: [{ cidr: 10.0.0.0/8, except: [0.0.0.0/0] }] }] }",
    "{ egress: [{ peers: [{ cidr: 0.0.0.0/0, except: ['fd00::/64'] }] }] }",
    "{ egress: [{ peers: [{ cidr: '::/0', except: ['fd00::/64'] }] }] }",
];

/// Numbers of the policies in which the compiler finds an error.
fn refused_by_the_compiler(policies: &[Value]) -> BTreeSet<usize> {
    // One line each, so that findings tell which it is.
    let mut text = String::from("policies:\n");
    for (number, policy) in policies.iter().enumerate() {
        let mut policy = policy.clone();
        policy["summary"] = "A policy".into();
        policy["namespace"] = "default".into();
        let egress = policy.get_mut("egress").and_then(Value::as_array_mut);
        for rule in egress.into_iter().flatten() {
            rule["summary"] = "A connection".into();
        }
        // JSON is YAML.
        writeln!(text, "  policy-{number}: {policy}").unwrap();
    }
    let files = vec![("network.yaml".to_owned(), text.into_bytes())];
    let loaded = from_memory(Path::new("spec"), files, &Limits::default());
    let (checked, _) = compile_loaded(loaded, |_| ());
    let findings = checked.findings.iter().filter_map(|finding| {
        let file = checked.sources.get(finding.primary.span.file);
        let (line, _) = file.line_column(finding.primary.span.start);
        let here = file.path == "network.yaml" && finding.severity == Severity::Error;
        // The first line is `policies:`; the compiler also points there at files that are missing.
        line.checked_sub(2).filter(|_| here)
    });
    findings.collect()
}

/// What the compiler writes for a policy.
fn manifest(number: usize, policy: &Value) -> Value {
    let peer = |peer: &Value| {
        let mut out = json!({});
        if let Some(cidr) = peer.get("cidr") {
            out["ipBlock"] = json!({ "cidr": cidr, "except": peer.get("except") });
        }
        if let Some(namespace) = peer.get("namespace") {
            let labels = json!({ "kubernetes.io/metadata.name": namespace });
            out["namespaceSelector"] = json!({ "matchLabels": labels });
        }
        if let Some(pods) = peer.get("pods") {
            out["podSelector"] = json!({ "matchLabels": pods });
        }
        out
    };
    let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let rule = |rule: &Value| {
        let to: Vec<_> = list(rule.get("peers")).iter().map(peer).collect();
        json!({ "to": to, "ports": list(rule.get("ports")) })
    };
    let egress: Vec<_> = list(policy.get("egress")).iter().map(rule).collect();
    json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": { "name": format!("policy-{number}"), "namespace": "default" },
        "spec": {
            "podSelector": { "matchLabels": policy.get("pods") },
            "policyTypes": ["Egress"],
            "egress": egress,
        },
    })
}

#[tokio::test]
async fn the_compiler_and_the_api_server_refuse_the_same() {
    if !available() {
        return;
    }
    let bed = Bed::start(&[Part::Kubernetes]).await.unwrap();
    let client = bed.kubernetes().unwrap().client();
    let policies: Vec<Value> = POLICIES
        .iter()
        .map(|policy| serde_saphyr::from_str(policy).unwrap())
        .collect();
    let compiler = refused_by_the_compiler(&policies);
    let mut differ = Vec::new();
    let mut refused = 0;
    for (number, policy) in policies.iter().enumerate() {
        let object = serde_json::from_value(manifest(number, policy)).unwrap();
        let answer = apply(&client, &object).await;
        refused += usize::from(answer.is_err());
        if answer.is_err() != compiler.contains(&number) {
            differ.push(format!("{}: {:?}", POLICIES[number], answer.err()));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
    assert!(refused > 20 && refused < POLICIES.len());
}
