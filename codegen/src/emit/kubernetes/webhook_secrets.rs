//! The script that makes the Secrets of Flux's webhooks.

use super::Values;
use crate::emit::header;
use crate::model::{FluxFile, Receiver};

/// Makes what is missing, once a Receiver's Secret. A token is in no manifest, argument or file:
/// it goes from the system's random source to the API server.
const FUNCTIONS: &str = r#"#
# Makes the Secret of each Receiver's webhook, with a random token, where it is missing.
# With --paths it then waits for the Receivers and prints the paths of their webhooks, which are as
# secret as the tokens. Needs kubectl.
set -eu

secret() { # namespace name
  if kubectl get secret "$2" --namespace "$1" >/dev/null 2>&1; then
    echo "secret $1/$2 is there"
    return
  fi
  head -c 32 /dev/urandom | od -An -vtx1 | tr -d ' \n' |
    kubectl create secret generic "$2" --namespace "$1" --from-file=token=/dev/stdin
}

path() { # namespace receiver
  kubectl wait receiver "$2" --namespace "$1" --for=condition=Ready --timeout=60s >/dev/null
  echo "$1/$2 $(kubectl get receiver "$2" --namespace "$1" -o jsonpath='{.status.webhookPath}')"
}

"#;

/// The script for the Receivers of `flux`, which `source` describes.
pub(super) fn webhook_secrets(source: &str, flux: &FluxFile, values: &Values<'_>) -> String {
    let namespace = |receiver: &Receiver| values.namespace(&receiver.namespace);
    let mut script = format!("#!/bin/sh\n# {}\n{FUNCTIONS}", header(source));
    for (_, receiver) in flux.receivers.iter() {
        let secret = values.name("Secret", &receiver.secret);
        script.push_str(&format!("secret {} {secret}\n", namespace(receiver)));
    }
    script.push_str("\n[ \"${1:-}\" = --paths ] || exit 0\n");
    for (name, receiver) in flux.receivers.iter() {
        let name = values.name("Receiver", name);
        script.push_str(&format!("path {} {name}\n", namespace(receiver)));
    }
    script
}
