//! A small catalogue to start from.

use super::{Refusal, heading, is_kebab};
use crate::emit::OutputFile;

/// Prefix and names in the template's files, which are a valid catalogue as they stand.
const PREFIX: &str = "com.example.shop";
const HOST: &str = "shop.example.com";
const NAME: &str = "shop";
const TITLE: &str = "Shop";

macro_rules! files {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("template/", $path)))),*]
    };
}

static FILES: &[(&str, &str)] = files![
    "broker.yaml",
    "catalog.yaml",
    "consumers.yaml",
    "data/order-command.yaml",
    "data/order-event.yaml",
    "events/command.yaml",
    "events/lifecycle.yaml",
    "extensions.yaml",
    "observers.yaml",
];

/// Files of a catalogue named `name` whose types begin with `prefix`; paths are below the spec
/// folder.
///
/// # Errors
/// When a name is not well-formed.
pub fn template(name: &str, prefix: &str) -> Result<Vec<OutputFile>, Refusal> {
    let labels: Vec<&str> = prefix.split('.').collect();
    if labels.len() < 2 || prefix.len() > 100 || !labels.iter().all(|label| is_kebab(label)) {
        return Err(
            Refusal::new(format!("`{prefix}` cannot be the prefix of event types"))
                .help("use a domain that you own, back to front, such as `com.example.shop`"),
        );
    }
    if !is_kebab(name) || name.len() > 50 {
        return Err(Refusal::new(format!("`{name}` cannot name a catalogue"))
            .help("names are lower case letters, digits and single hyphens, such as `web-shop`; `--name NAME` gives one"));
    }
    let host: Vec<&str> = labels.into_iter().rev().collect();
    let host = host.join(".");
    let title = heading(name);
    let file = |(path, text): &(&str, &str)| OutputFile {
        path: (*path).to_owned(),
        content: adapt(text, prefix, &host, name, &title),
    };
    Ok(FILES.iter().map(file).collect())
}

/// The text with other names in it. Prefix and host hold the name, so they are set apart first.
fn adapt(text: &str, prefix: &str, host: &str, name: &str, title: &str) -> String {
    text.replace(PREFIX, "\u{1}")
        .replace(HOST, "\u{2}")
        .replace(TITLE, title)
        .replace(&format!(": {NAME}"), &format!(": {name}"))
        .replace(&format!("/{NAME}/"), &format!("/{name}/"))
        .replace('\u{1}', prefix)
        .replace('\u{2}', host)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_names_of_the_template_are_replaced_everywhere() {
        let files = template("night-train", "org.acme.rail").unwrap();
        let all: String = files.iter().map(|f| f.content.as_str()).collect();
        assert!(all.contains("catalog: night-train\n"));
        assert!(all.contains("title: Night Train\n"));
        assert!(all.contains("https://rail.acme.org/schemas"));
        assert!(
            all.contains("namespace: night-train, name: x")
                || all.contains("namespace: night-train")
        );
        assert!(!all.contains("com.example"));
        assert!(!all.contains("namespace: shop"));
    }

    #[test]
    fn names_that_would_not_pass_the_check_are_refused() {
        for prefix in [
            "shop",
            "Com.example",
            "com..shop",
            "com.1a",
            "com.ex_ample",
            "",
        ] {
            assert!(template("shop", prefix).is_err(), "{prefix}");
        }
        for name in ["", "Shop", "shop-", "-shop", "4711", "a b"] {
            assert!(template(name, PREFIX).is_err(), "{name}");
        }
    }
}
