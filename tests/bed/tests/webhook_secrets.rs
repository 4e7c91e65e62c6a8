//! The script that makes the Secrets of the webhooks, against a real Flux.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use k8s_openapi::api::core::v1::Secret;
use knative_lambda_testbed::{Bed, Clients, Part, available};
use kube::Api;
use sha2::{Digest as _, Sha256};

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn missing_secrets_are_made_once_and_receivers_become_ready() {
    if !available() {
        return;
    }
    let bed = Bed::start(&[Part::Flux]).await.unwrap();
    let clients = Clients::build().await.unwrap();
    let kubernetes = bed.kubernetes().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../generated/flux");
    run(clients
        .kubectl(kubernetes)
        .args(["create", "namespace", "flux-system"]));
    let receivers = folder.join("receivers.yaml");
    run(clients
        .kubectl(kubernetes)
        .args(["apply", "-f"])
        .arg(receivers));

    let path = std::env::var_os("PATH").unwrap();
    let own = [clients.folder().to_path_buf()];
    let path = std::env::join_paths(own.into_iter().chain(std::env::split_paths(&path))).unwrap();
    let script = |arguments: &[&str]| {
        let mut shell = Command::new("sh");
        shell.arg(folder.join("webhook-secrets.sh")).args(arguments);
        shell.env("PATH", &path);
        shell.env("KUBECONFIG", kubernetes.kubeconfig());
        run(&mut shell)
    };
    assert_eq!(script(&[]).matches(" created").count(), 3);
    let secrets: Api<Secret> = Api::namespaced(kubernetes.client(), "flux-system");
    let mut tokens = BTreeMap::new();
    for (receiver, secret) in [
        ("lambda-lifecycle-receiver", "lambda-webhook-token"),
        ("security-alert-receiver", "agent-contracts-webhook-token"),
        ("build-complete-receiver", "build-webhook-token"),
    ] {
        let data = secrets.get(secret).await.unwrap().data.unwrap();
        let token = String::from_utf8(data["token"].0.clone()).unwrap();
        assert_eq!(token.len(), 64, "256 bits as hexadecimal digits");
        tokens.insert(receiver, token);
    }
    let paths = script(&["--paths"]);
    assert_eq!(paths.matches(" is there").count(), 3, "{paths}");
    for (receiver, token) in tokens {
        let digest = Sha256::digest(format!("{token}{receiver}flux-system"));
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let line = format!("flux-system/{receiver} /hook/{digest}");
        assert!(paths.lines().any(|found| found == line), "{line}: {paths}");
    }
}
